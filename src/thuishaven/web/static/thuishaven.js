// What pages do more with JavaScript than without: sliders that answer while they move, and saving by itself.
"use strict";

// The word about work that took longer has done its service when the rest of the page is there.
document.querySelector(".working")?.remove();

// A file that takes longer to make says so where it was asked for.
for (const link of document.querySelectorAll("[data-slow]")) {
  link.addEventListener("click", () => setTimeout(() => {
    const said = document.getElementById(link.dataset.slow);
    if (said) said.textContent = said.dataset.text;
  }, 400));
}

// The summary of what is wrong takes the focus, so that it is read first.
document.querySelector("[data-focus]")?.focus();

// A link to a field inside a closed part opens that part.
function reveal() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  if (target.matches("input, select, textarea")) target.focus();
  target.scrollIntoView();
}
addEventListener("hashchange", reveal);
document.addEventListener("click", (event) => {
  if (event.target.closest?.(".summary a")) setTimeout(reveal);
});
reveal();

function later(work, wait) {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(work, wait); };
}

// Numbers that can be moved: a slider beside each field, and the picture that follows it.
for (const form of document.querySelectorAll("form[data-live]")) {
  const target = document.getElementById(form.dataset.target);
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const fields = [...new FormData(form)].filter(([name]) => /^s\d$/.test(name));
    target.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.live + "?" + new URLSearchParams(fields));
      if (mine === asked && answer.ok) {
        target.innerHTML = await answer.text();
        complain();
      }
    } catch { /* no connection: the picture stays as it was */ }
    if (mine === asked) target.removeAttribute("aria-busy");
  };
  // What is wrong with a number is said at its field; what was typed stays there.
  const complain = () => {
    for (const field of form.querySelectorAll("input[data-range]")) {
      const said = document.getElementById("e-" + field.name);
      const wrong = target.querySelector(`[data-wrong] [data-field="${field.name}"]`)?.textContent ?? "";
      said.textContent = wrong;
      if (wrong) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
      field.closest(".field").classList.toggle("wrong", wrong !== "");
    }
  };
  const soon = later(ask, 60);
  const decimal = form.dataset.decimal;
  for (const field of form.querySelectorAll("input[data-range]")) {
    const [low, high, value, step] = field.dataset.range.split(" ").map(Number);
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: low, max: high, step: "any", value });
    slider.setAttribute("aria-label", field.labels[0].textContent);
    slider.setAttribute("aria-describedby", field.getAttribute("aria-describedby"));
    slider.setAttribute("aria-valuetext", field.value);
    const digits = Math.max(0, Math.ceil(-Math.log10(step)));
    slider.addEventListener("input", () => {
      field.value = Number(slider.value).toFixed(digits).replace(".", decimal);
      slider.setAttribute("aria-valuetext", field.value);
      soon();
    });
    slider.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
      if (!by) return;
      event.preventDefault();
      slider.value = Number(slider.value) + by * step;
      slider.dispatchEvent(new Event("input"));
    });
    field.addEventListener("input", () => {
      const typed = Number(field.value.replace(/[\s\u00a0]/g, "").replace(decimal, "."));
      if (!Number.isNaN(typed)) slider.value = typed;
      slider.setAttribute("aria-valuetext", field.value);
      soon();
    });
    field.closest(".with-unit").before(slider);
  }
  for (const button of form.querySelectorAll(".no-script")) button.hidden = true;
}

// Forms of the dossier keep themselves; what cannot be read yet is said when the page is sent.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const said = form.querySelector("[role=status]");
  let queue = Promise.resolve();
  const save = () => {
    queue = queue.then(async () => {
      const fields = new FormData(form);
      fields.set("go", "auto");
      try {
        const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields) });
        if (answer.ok) said.textContent = (await answer.json()).saved;
        if (answer.ok) for (const part of document.querySelectorAll(".bar [data-kept]")) part.hidden = part.dataset.kept === "yes";
      } catch { /* no connection: the button still sends it */ }
    });
  };
  form.addEventListener("change", later(save, 400));
}

// The page after signing in elsewhere goes on by itself.
document.querySelector("form[data-send]")?.submit();
