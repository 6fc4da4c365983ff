"""The browser that tests read pages with, Chromium without a screen, and axe-core that judges them."""

from __future__ import annotations

import shutil
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

#: Chromium without the parts that draw a window takes half the processor time; the same pages come of it.
COMMANDS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
#: Pages are read once: compiling their scripts for speed costs more than it brings.
ONCE = "--js-flags=--no-turbofan --single-threaded"
#: What is checked on every page: WCAG 2.0 to 2.2, levels A and AA, and what is good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: All rules run; only what passes them is not described, which took most of the time.
OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
#: axe-core keeps what is private to an object in a WeakMap, six of them for each color, and reads each color
#: of each element anew. With values beside their keys, and each color read once, it says the same in half the
#: time.
QUICKER = """(() => {
  let places = 0;
  class Kept {
    constructor(pairs = []) {
      this.place = Symbol(places += 1);
      for (const [key, value] of pairs) this.set(key, value);
    }
    has(key) { return Object(key) === key && Object.hasOwn(key, this.place); }
    get(key) { return key?.[this.place]; }
    set(key, value) { key[this.place] = value; return this; }
    add(key) { return this.set(key, true); }
    delete(key) { return this.has(key) && delete key[this.place]; }
  }
  ((WeakMap, WeakSet) => {
    %s
    const colors = axe.commons.color.Color.prototype, read = colors.parseString, known = new Map();
    colors.parseString = function (text) {
      if (!known.has(text)) { read.call(this, text); known.set(text, [this.r, this.g, this.b, this.alpha]); }
      else [this.r, this.g, this.b, this.alpha] = known.get(text);
      return this;
    };
  })(Kept, Kept);
})()"""


def launched(playwright: Playwright) -> Browser:
    """Chromium, for a Playwright that runs; closed by whoever asks for it."""
    path = next(filter(None, map(shutil.which, COMMANDS)), None)
    assert path, "Chromium is needed: python3 tools/prepare.py chromium"
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox", ONCE])


def violations(page: Page) -> list[str]:
    """What axe-core finds on a page: rule, and the elements that break it."""
    return [
        f"{item['id']}: {node['target']} {node['failureSummary']}"
        for item in judged(page, quicker())["violations"]
        for node in item["nodes"]
    ]


def judged(page: Page, script: str) -> dict[str, Any]:
    """All that axe-core, as one script, says of a page."""
    from axe_playwright_python.sync_playwright import Axe

    page.wait_for_load_state()
    found: dict[str, Any] = Axe(script).run(page, options=OPTIONS).response
    return found


@cache
def quicker() -> str:
    """axe-core, made quicker."""
    from axe_playwright_python.base import AXE_SCRIPT

    return QUICKER % AXE_SCRIPT
