"""The dossier, a page per step: every field takes a number or a range, nothing that was typed is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path as File
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from thuishaven.dossier import Document, DossierError, open_document, save
from thuishaven.dossier import yaml as dossier_yaml
from thuishaven.dossier.structure import Path
from thuishaven.locale import LANGUAGES, N_, _, use
from thuishaven.web import drafts
from thuishaven.web.answers import sent
from thuishaven.web.drafts import Desk
from thuishaven.web.forms import Group
from thuishaven.web.guards_files import KINDS, download, kind_of, on_disk
from thuishaven.web.home import told
from thuishaven.web.rendering import Form, moment, onward, page, pages, spoken
from thuishaven.web.tree import at, put, without_empty
from thuishaven.web.wizard import STEPS, groups, places_of, plan_groups, with_problems, wrong_in

router = pages()
#: Ways to supply that a plan can be begun with: what each is called.
BEGINNINGS = {
    "own_home": N_("own plant at home"),
    "supplier_home": N_("a supplier at home"),
    "optimise_home": N_("own plant at home, automated"),
    "supplier_abroad": N_("a supplier in another country"),
    "own_abroad": N_("own plant in another country"),
    "improve_abroad": N_("today's source, improved"),
    "bigger_stock": N_("today's source, with more stock"),
}
_ABROAD = ("supplier_abroad", "own_abroad")
#: Steps with a page of their own kind.
_LISTED, _WEIGHED = "plans", "preferences"
DOWNLOADS = ("yaml", "xlsx", "json")


def _open(request: Request) -> Desk:
    """The draft of this visitor. Raises 410 when its time is over."""
    desk = drafts.desk(request)
    if desk is None:
        raise HTTPException(HTTPStatus.GONE)
    return desk


@router.get("/dossier")
def overview(request: Request, lang: str) -> Response:
    """The steps, and what each still needs."""
    desk = drafts.desk(request)
    if desk is None:
        return page(request, "dossier_empty.html")
    with use(spoken(request)):
        wrong = places_of(desk)
        states = {step: [place for place in wrong if place.step.partition("/")[0] == step] for step in STEPS}
        filled = {step: sum(group.filled for group in groups(step, desk.tree)) for step in STEPS}
        return page(
            request,
            "dossier.html",
            desk=desk,
            steps=STEPS,
            states=states,
            filled=filled,
            plans=plans_of(desk.tree),
            told=told,
            wrong=wrong,
        )


# ---- files; before the steps, whose addresses would catch them


@router.get("/dossier/files")
def files(request: Request, lang: str) -> Response:
    """Open a file, or save the draft as one."""
    return _files_page(request, drafts.desk(request), [])


def _files_page(request: Request, desk: Desk | None, problems: list[str]) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return page(request, "dossier_files.html", status=status, desk=desk, wrong=problems, kinds=DOWNLOADS)


@router.post("/dossier/files")
async def opened(request: Request, lang: str, form: Form) -> Response:
    """Open a dossier from a file."""
    file = form.get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""

    def read() -> Response:
        desk = drafts.desk(request)
        with use(lang):
            if not content:
                return _files_page(request, desk, [_("Choose a file first.")])
            try:
                text = text_of_file(content)
            except DossierError as error:
                return _files_page(request, desk, [_line(problem) for problem in error.problems])
        if desk is None:
            return drafts.begin(request, f"/{lang}/dossier", text)
        kept = drafts.replace(request, desk, text)
        return drafts.with_cookie(request, onward(f"/{lang}/dossier"), kept.token)

    response: Response = await request.app.state.work.run(read)
    return response


def _line(problem: Any) -> str:
    place = problem.place()
    return f"{place}: {problem.message()}" if place else problem.message()


def text_of_file(content: bytes) -> str:
    """The dossier in a file, as text.

    Raises
    ------
    DossierError
        With each problem: line or cell, what was expected, an example.
    """
    kind = kind_of(content)
    with on_disk(content, kind) as path:
        try:
            found = open_document(path)
        except DossierError as error:
            raise DossierError(error.problems) from None
        if kind == "yaml" and found.text:
            return found.text
        return dossier_yaml.text_of(dossier_yaml.plain(found.tree), "")


@router.get("/dossier/download.{kind}")
async def downloaded(request: Request, lang: str, kind: str) -> Response:
    """The draft as a file."""
    desk = drafts.desk(request)
    if desk is None or not desk.draft.text or kind not in DOWNLOADS:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    name = str(told_name(desk.tree) or "dossier")
    if kind == "yaml":
        return Response(desk.draft.text, media_type=KINDS[kind], headers=download(name, kind))

    def made() -> Response:
        dossier = desk.dossier
        if dossier is None:
            with use(lang):
                return _files_page(request, desk, [_line(problem) for problem in desk.problems])
        with on_disk(b"", kind) as path:
            path = File(path)
            save(
                Document(dossier, desk.tree, None, desk.draft.text), path, lang if lang in LANGUAGES else "en"
            )
            return Response(path.read_bytes(), media_type=KINDS[kind], headers=download(name, kind))

    response: Response = await request.app.state.work.run(made)
    return response


def told_name(tree: Any) -> str:
    """What a draft is about."""
    name = at(tree, ("title",)) or at(tree, ("product", "name"))
    return str(next(iter(name.values()), "")) if isinstance(name, Mapping) else str(name or "")


@router.post("/dossier/undo")
def undo(request: Request, lang: str, form: Form) -> Response:
    """One step back, or forward again."""
    desk = _open(request)
    store = drafts.store(request)
    move = store.redo if form.get("how") == "redo" else store.undo
    move(desk.token, desk.draft.version)
    back = str(form.get("back", ""))
    path = (
        back if back.startswith(f"/{lang}/") and "\\" not in back and "//" not in back else f"/{lang}/dossier"
    )
    return drafts.with_cookie(request, onward(path), desk.token)


@router.post("/dossier/delete")
def delete(request: Request, lang: str) -> Response:
    """Delete the draft with all its steps."""
    from thuishaven.web import guards_cookies

    desk = drafts.desk(request)
    response = onward(f"/{lang}/")
    if desk is not None:
        drafts.store(request).delete(desk.token)
        guards_cookies.take_back(request, response)
    return response


# ---- plans


def plans_of(tree: Any) -> list[Mapping[str, Any]]:
    """The plans of a draft beside today."""
    found = at(tree, ("plans",))
    return [plan for plan in found[1:] if isinstance(plan, Mapping)] if isinstance(found, list) else []


def _numbered(tree: Any, plan: str) -> int:
    found = at(tree, ("plans",))
    for place, item in enumerate(found if isinstance(found, list) else ()):
        if place and isinstance(item, Mapping) and str(item.get("id")) == plan:
            return place
    raise HTTPException(HTTPStatus.NOT_FOUND)


@router.post("/dossier/plans/add")
def add_plan(request: Request, lang: str, form: Form) -> Response:
    """Begin another plan."""
    desk = _open(request)
    family = str(form.get("family", ""))
    country = str(form.get("country", ""))
    with use(lang):
        problem = ""
        if family not in BEGINNINGS:
            problem = _("Choose how the plan begins.")
        elif family in _ABROAD and not country:
            problem = _("Choose the country.")
        elif not at(desk.tree, ("plans", 0)):
            problem = _("First tell who makes it today.")
        if problem:
            return _plans_page(request, desk, [("family", problem)], form)
    made: list[str] = []

    def change(tree: Any) -> Any:
        plan = begun(tree, family, country)
        made.append(plan["id"])
        tree["plans"].append(plan)
        return tree

    kept = drafts.keep(request, desk, change)
    return drafts.with_cookie(request, onward(f"/{lang}/dossier/plans/{made[-1]}"), kept.token)


def begun(tree: Any, family: str, country: str) -> dict[str, Any]:
    """A plan to begin with, of a kind."""
    taken = {str(plan.get("id")) for plan in at(tree, ("plans",)) or ()}
    wish = f"{family}_{country}" if family in _ABROAD else family
    name = next(n for n in [wish, *(f"{wish}_{k}" for k in range(2, len(taken) + 3))] if n not in taken)
    home = at(tree, ("company", "country"))
    plan: dict[str, Any] = {"id": name, "family": family}
    if family in ("own_home", "supplier_home", "optimise_home", *_ABROAD):
        maker = "supplier" if family.startswith("supplier") else "own"
        where = country if family in _ABROAD else str(home or "")
        plan["sources"] = [{"id": f"{maker}_{where or 'home'}", "maker": maker, "country": where, "share": 1}]
    if family == "optimise_home":
        plan["process"] = {"shifts": 3, "automation": "high"}
    return plan


@router.post("/dossier/plans/{plan}/delete")
def delete_plan(request: Request, lang: str, plan: str) -> Response:
    """Take a plan out of the dossier; undo brings it back."""
    desk = _open(request)
    _numbered(desk.tree, plan)

    def change(tree: Any) -> Any:
        del tree["plans"][_numbered(tree, plan)]
        return tree

    kept = drafts.keep(request, desk, change)
    return drafts.with_cookie(request, onward(f"/{lang}/dossier/plans"), kept.token)


def _plans_page(
    request: Request, desk: Desk, problems: list[tuple[str, str]], form: Mapping[str, Any] | None = None
) -> Response:
    from thuishaven.web.figures import countries_offered
    from thuishaven.web.wizard import problems_of

    with use(spoken(request)):
        wrong = [
            f"{place}: {item.message()}"
            for place, item in problems_of(desk)
            if place.startswith("plans[") and not place.startswith("plans[today]")
        ]
        return page(
            request,
            "dossier_plans.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
            desk=desk,
            steps=STEPS,
            step=_LISTED,
            plans=plans_of(desk.tree),
            named=plan_called,
            beginnings=BEGINNINGS,
            countries=countries_offered(),
            problems=problems,
            wrong=wrong,
            form=form or {},
        )


def told_text(value: Any) -> str:
    """A text of the dossier in the language in use, whether it is in one or in several."""
    return told(value) if isinstance(value, dict) else str(value or "")


def plan_called(plan: Mapping[str, Any]) -> str:
    """What a plan is called on its page: its name, else how it began."""
    from thuishaven.report.telling import capital
    from thuishaven.report.words import country_name

    family = str(plan.get("family") or "")
    if plan.get("name") or family not in BEGINNINGS:
        return told_text(plan.get("name")) or str(plan.get("id", ""))
    country = at(plan, ("sources", 0, "country")) if family in _ABROAD else ""
    return capital(_(BEGINNINGS[family]) + (f" ({country_name(str(country))})" if country else ""))


@router.get("/dossier/plans/{plan}")
def plan_page(request: Request, lang: str, plan: str) -> Response:
    """The fields of one plan."""
    desk = _open(request)
    with use(spoken(request)):
        place = _numbered(desk.tree, plan)
        found = with_problems(plan_groups(desk.tree, place), desk)
        return _step_page(request, desk, "plans", found, plan=plan, status=HTTPStatus.OK)


@router.post("/dossier/plans/{plan}")
def plan_sent(request: Request, lang: str, plan: str, form: Form) -> Response:
    """Keep the fields of one plan."""
    desk = _open(request)
    with use(lang):
        _numbered(desk.tree, plan)

        def change(tree: Any) -> Any:
            found = plan_groups(tree, _numbered(tree, plan))
            return _applied(tree, found, form)

        kept = drafts.keep(request, desk, change)
        found = with_problems(plan_groups(kept.tree, _numbered(kept.tree, plan)), kept)
        return _after(request, lang, kept, found, form, "plans", plan)


# ---- steps


@router.get("/dossier/{step}")
def ask(request: Request, lang: str, step: str) -> Response:
    """The fields of a step."""
    if step not in STEPS:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    desk = drafts.desk(request)
    if desk is None:
        return onward(f"/{lang}/dossier")
    if step == _LISTED:
        return _plans_page(request, desk, [])
    if step == _WEIGHED:
        return _weights_page(request, desk)
    with use(spoken(request)):
        found = with_problems(groups(step, desk.tree), desk)
        asked = bool(request.query_params.get("all"))
        return _step_page(request, desk, step, found if asked else unasked(found, desk, step), HTTPStatus.OK)


@router.post("/dossier/{step}")
def answer(request: Request, lang: str, step: str, form: Form) -> Response:
    """Keep the fields of a step."""
    if step not in STEPS:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    desk = _open(request)
    with use(lang):
        if step == _WEIGHED:
            kept = drafts.keep(request, desk, lambda tree: weighed(tree, form))
            return _onward(request, lang, kept, step, str(form.get("go", "next")))

        def change(tree: Any) -> Any:
            if step == "today":
                tree = with_today(tree, more=form.get("go") == "more")
            tree = _applied(tree, groups(step, tree), form)
            return without_blank(tree) if step == "today" and form.get("go") not in ("more", "auto") else tree

        kept = drafts.keep(request, desk, change)
        found = with_problems(groups(step, kept.tree), kept)
        return _after(request, lang, kept, found, form, step)


def unasked(found: list[Group], desk: Desk, step: str) -> list[Group]:
    """The groups of a step that was not filled in yet, without complaints about what was not asked yet."""
    from dataclasses import replace

    if any(group.filled for group in found if not group.folded):
        return found
    return [
        replace(
            group,
            main=tuple(replace(item, problems=()) for item in group.main),
            more=tuple(replace(item, problems=()) for item in group.more),
        )
        for group in found
    ]


def with_today(tree: Any, more: bool = False) -> Any:
    """A dossier whose first plan is today, with a source to tell about."""
    if not isinstance(at(tree, ("plans",)), list) or not tree["plans"]:
        put(tree, ("plans", 0, "id"), "today")
    sources = at(tree, ("plans", 0, "sources"))
    if not isinstance(sources, list) or not sources:
        put(tree, ("plans", 0, "sources"), [{"id": "source_1", "share": 1}])
    elif more:
        taken = {str(source.get("id")) for source in sources}
        name = next(f"source_{n}" for n in range(1, len(taken) + 2) if f"source_{n}" not in taken)
        sources.append({"id": name})
    return tree


def without_blank(tree: Any) -> Any:
    """A dossier without the further sources of today of which nothing was told."""
    sources = at(tree, ("plans", 0, "sources"))
    for place in range(len(sources or ()) - 1, 0, -1):
        if set(sources[place]) <= {"id"}:
            del sources[place]
    return tree


def _applied(tree: Any, found: list[Group], form: FormData) -> Any:
    """The dossier with what was sent for these groups."""
    fields = [item for group in found for item in group.fields]
    for group in found:
        for listed in group.lists:
            for row in listed.rows:
                if row.new and not any(
                    str(value)
                    for name, value in form.multi_items()
                    if name.startswith(row.fields[0].name.rpartition(".")[0] + ".")
                ):
                    fields = [item for item in fields if item not in row.fields]
    tree = sent(fields, form, tree)
    for group in found:
        for listed in group.lists:
            without_empty(tree, listed.path)
    return tree


def _after(
    request: Request, lang: str, kept: Desk, found: list[Group], form: FormData, step: str, plan: str = ""
) -> Response:
    """What follows when a page was kept: on, back, the same with what is wrong, or a word for the script."""
    go = str(form.get("go", "next"))
    wrong = wrong_in(found)
    if go == "auto":
        saved = _("Saved, kept until {moment}", moment=moment(kept.draft.expires))
        body = {"saved": saved, "wrong": dict(wrong)}
        return drafts.with_cookie(request, JSONResponse(body), kept.token)
    if go == "next" and wrong:
        response = _step_page(request, kept, step, found, HTTPStatus.UNPROCESSABLE_ENTITY, plan)
        return drafts.with_cookie(request, response, kept.token)
    if go in ("stay", "more") or go.startswith("stay:"):
        path = f"/{lang}/dossier/{step}" + (f"/{plan}" if plan else "") + _next_row(go)
        return drafts.with_cookie(request, onward(path), kept.token)
    if plan:
        return drafts.with_cookie(request, onward(f"/{lang}/dossier/plans"), kept.token)
    return _onward(request, lang, kept, step, go)


def _next_row(go: str) -> str:
    """Where the next row of a list is on the page: after ``stay:bom-0-id`` it is at bom-1-id."""
    found = re.fullmatch(r"stay:([\w-]+)-(\d+)-([\w]+)", go, re.ASCII)
    return f"#f-{found[1]}-{int(found[2]) + 1}-{found[3]}" if found else ""


def _onward(request: Request, lang: str, kept: Desk, step: str, go: str) -> Response:
    names = list(STEPS)
    place = names.index(step)
    if go == "back":
        path = f"dossier/{names[place - 1]}" if place else "dossier"
    elif go == "stop":
        path = "dossier"
    else:
        path = f"dossier/{names[place + 1]}" if place + 1 < len(names) else "results"
    return drafts.with_cookie(request, onward(f"/{lang}/{path}"), kept.token)


def _step_page(
    request: Request, desk: Desk, step: str, found: list[Group], status: int, plan: str = ""
) -> Response:
    title, why = STEPS[step]
    names = list(STEPS)
    return page(
        request,
        "dossier_step.html",
        status=status,
        desk=desk,
        steps=STEPS,
        step=step,
        place=names.index(step),
        last=step == names[-1],
        title=_(title),
        why=_(why),
        plan=plan,
        plan_name=plan_called(at(desk.tree, ("plans", _numbered(desk.tree, plan)))) if plan else "",
        groups=found,
        problems=wrong_in(found) if status != HTTPStatus.OK else [],
    )


# ---- what matters


LEVELS = {
    "more": N_("more important"),
    "same": N_("as important as the others"),
    "less": N_("less important"),
}


def _weights_page(request: Request, desk: Desk) -> Response:
    from thuishaven.advice import criteria

    with use(spoken(request)):
        chosen = levels_of(at(desk.tree, ("preferences", "order")), list(criteria()))
        return page(
            request,
            "dossier_weights.html",
            desk=desk,
            steps=STEPS,
            step=_WEIGHED,
            criteria=criteria(),
            levels=LEVELS,
            chosen=chosen,
        )


def levels_of(order: Any, names: list[str]) -> dict[str, str]:
    """How much each criterion matters, as an order of groups says it."""
    if not isinstance(order, list):
        return {}
    groups_of = [list(item) if isinstance(item, list) else [str(item)] for item in order]
    levels = list(LEVELS)
    if len(groups_of) == 2:
        levels = levels[:2] if len(groups_of[0]) <= len(groups_of[1]) else levels[1:]
    return {
        name: levels[min(place, len(levels) - 1)] for place, items in enumerate(groups_of) for name in items
    }


def weighed(tree: Any, form: Mapping[str, Any]) -> Any:
    """The dossier with what matters: an order of the criteria, or none where all matter as much."""
    from thuishaven.advice import criteria

    by_level: dict[str, list[str]] = {level: [] for level in LEVELS}
    for name in criteria():
        level = str(form.get(f"w.{name}", "same"))
        by_level[level if level in LEVELS else "same"].append(name)
    order = [names for names in by_level.values() if names]
    path: Path = ("preferences", "order")
    if len(order) > 1:
        put(tree, ("preferences", "weights"), None)
        put(tree, path, order)
    else:
        put(tree, path, None)
    return tree
