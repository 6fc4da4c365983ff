"""The scan, a page per group of questions: with progress, saved at every step, open at the place you left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from thuishaven import scan
from thuishaven.dossier import Problem
from thuishaven.locale import N_, _, labelled, use
from thuishaven.report import promise
from thuishaven.report import similar_cases as alike
from thuishaven.scan import UNKNOWN, Answers, Gate, Question, ScanResult
from thuishaven.web import drafts, similar_cases
from thuishaven.web.drafts import Desk
from thuishaven.web.figures import countries_offered, numbers_of
from thuishaven.web.ops_work import Memory
from thuishaven.web.rendering import Form, onward, page, pages, spoken

router = pages()

GATES, WEIGHTS = "possible", "importance"
#: How much a criterion matters, from most to least; the middle one is meant where nothing is chosen.
LEVELS = {
    "more": N_("more important"),
    "same": N_("as important as the others"),
    "less": N_("less important"),
}
#: What is told about the product before a dossier is made of the answers.
PLACES = ("home", "source_country", "nearshore_country", "friendshore_country")
_results: Memory = Memory(64)


@dataclass(frozen=True, slots=True)
class Group:
    """A page of the scan.

    Parameters
    ----------
    id
        Its name in addresses.
    title, why
        What it is about, and why it is asked.
    asked
        Its questions; none on the page about what matters most.
    done
        How many of them have an answer, "I don't know" included.
    """

    id: str
    title: str
    why: str
    asked: tuple[Gate | Question, ...]
    done: int


def groups(answers: Answers) -> list[Group]:
    """The pages in the order in which they are asked, in the language in use."""
    about: list[tuple[str, str, str, Mapping[str, Gate | Question]]] = [
        (
            GATES,
            _("What is possible"),
            _("Five answers that decide which directions exist at all."),
            dict(scan.gates()),
        )
    ]
    for identity, criterion in scan.criteria().items():
        own = {key: item for key, item in scan.questions().items() if item.criterion == identity}
        about.append((identity.lower(), _(criterion.name_en), _(criterion.why_en), own))
    found = [
        Group(name, title, why, tuple(asked.values()), sum(key in answers.given for key in asked))
        for name, title, why, asked in about
    ]
    why = _("The answers are weighed as firms that came back weighed them, unless you say otherwise.")
    return [*found, Group(WEIGHTS, _("What matters most to you"), why, (), int(bool(answers.order)))]


def told(desk: Desk) -> Answers:
    """The answers in a draft; those of the dossier where the scan itself was not filled in here."""
    return scan.read(dict(desk.draft.answers) or desk.tree.get("scan"))


def result_of(answers: Answers) -> ScanResult:
    """What the answers come to, worked out once."""
    key = repr(answers.to_dict())
    return _results.get(key, lambda: scan.assess(answers))


@router.get("/scan")
def overview(request: Request) -> Response:
    """What the scan is, or how far it is."""
    desk = drafts.desk(request)
    with use(spoken(request)):
        answers = told(desk) if desk else scan.read({})
        found = groups(answers)
    return page(request, "scan.html", desk=desk, groups=found, started=bool(answers.given))


@router.get("/scan/start")
def go_on(request: Request, lang: str) -> Response:
    """Go to the first page that is not finished."""
    desk = drafts.desk(request)
    if desk is None:
        return onward(f"/{lang}/scan")
    found = groups(told(desk))
    open_one = next((group for group in found if group.done < len(group.asked)), None)
    return onward(f"/{lang}/scan/{open_one.id if open_one else 'result'}")


@router.get("/scan/result")
async def result(request: Request, lang: str) -> Response:
    """What the scan comes to."""
    desk = drafts.desk(request)
    if desk is None:
        return onward(f"/{lang}/scan")
    answers = told(desk)
    found = await request.app.state.work.run(result_of, answers)
    similar = await request.app.state.work.quick(
        similar_cases.beside_scan, request, answers.about, found.best
    )
    with use(spoken(request)):
        return page(
            request,
            "scan_result.html",
            desk=desk,
            result=found,
            promise=promise,
            groups=groups(answers),
            similar=similar,
            alike=alike,
        )


@router.get("/scan/product")
def product(request: Request, lang: str) -> Response:
    """What is told about the product for the dossier."""
    desk = drafts.desk(request)
    if desk is None:
        return onward(f"/{lang}/scan")
    return _product_page(request, desk, dict(told(desk).about), [])


@router.post("/scan/product")
def make_dossier(request: Request, lang: str, form: Form) -> Response:
    """Keep what was told about the product and make the starter dossier."""
    desk = drafts.desk(request)
    if desk is None:
        return onward(f"/{lang}/scan")
    with use(lang):
        about, problems = read_product(form)
    if problems:
        return _product_page(request, desk, {key: str(value) for key, value in form.items()}, problems)
    desk = drafts.keep(request, desk, answers=lambda old: {**old, "about": about})
    answers = told(desk)
    with use(lang):
        text = scan.starter(result_of(answers), dt.date.today())
    return drafts.with_cookie(request, onward(f"/{lang}/dossier"), drafts.replace(request, desk, text).token)


@router.get("/scan/{group}")
def ask(request: Request, lang: str, group: str) -> Response:
    """A page of questions."""
    desk = drafts.desk(request)
    if desk is None:
        return onward(f"/{lang}/scan")
    with use(spoken(request)):
        answers = told(desk)
        found = groups(answers)
        names = [item.id for item in found]
        if group not in names:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        place = names.index(group)
        return page(
            request,
            "scan_group.html",
            desk=desk,
            answers=answers,
            group=found[place],
            groups=found,
            place=place,
            levels=LEVELS,
            importance=importance(answers),
            criteria=scan.criteria(),
            unknown=UNKNOWN,
        )


@router.post("/scan/{group}")
def answer(request: Request, lang: str, group: str, form: Form) -> Response:
    """Keep the answers of a page and go on, back, or stop."""
    desk = drafts.desk(request)
    if desk is None:
        return onward(f"/{lang}/scan")
    with use(lang):
        found = groups(told(desk))
    names = [item.id for item in found]
    if group not in names:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    place = names.index(group)
    desk = drafts.keep(request, desk, answers=lambda old: answered(old, found[place], form))
    match form.get("go"):
        case "back" if place:
            path = f"scan/{names[place - 1]}"
        case "back" | "stop":
            path = "scan"
        case _:
            path = f"scan/{[*names, 'result'][place + 1]}"
    return drafts.with_cookie(request, onward(f"/{lang}/{path}"), desk.token)


def answered(old: dict[str, Any], group: Group, form: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with those of one page; a question that was passed over is not known."""
    kept = scan.read(old).to_dict()
    if group.id == WEIGHTS:
        kept.pop("weights", None)
        order = order_of(form)
        kept.pop("order", None)
        return {**kept, "order": order} if order else kept
    given = {
        asked.id: code if (code := str(form.get(asked.id, UNKNOWN))) in asked.codes else UNKNOWN
        for asked in group.asked
    }
    return {**kept, "answers": {**kept["answers"], **given}}


def order_of(form: Mapping[str, Any]) -> list[list[str]]:
    """The criteria in groups, from most to least important; nothing where all are as important."""
    by_level: dict[str, list[str]] = {level: [] for level in LEVELS}
    for name in scan.criteria():
        level = str(form.get(name, "same"))
        by_level[level if level in LEVELS else "same"].append(name)
    found = [names for names in by_level.values() if names]
    return found if len(found) > 1 else []


def importance(answers: Answers) -> dict[str, str]:
    """How much each criterion matters, as it was chosen."""
    if not answers.order:
        return {}
    levels = list(LEVELS)
    sizes = len(answers.order)
    found = {}
    for place, names in enumerate(answers.order):
        # Two groups: whether the first stands out or the last, the smaller one was singled out.
        if sizes == 2:
            first_small = len(answers.order[0]) <= len(answers.order[1])
            level = levels[place] if first_small else levels[place + 1]
        else:
            level = levels[min(place, len(levels) - 1)]
        found.update(dict.fromkeys(names, level))
    return found


def read_product(form: FormData) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """What was told about the product, and what is wrong: the name of the field and what to say."""
    about: dict[str, Any] = {}
    problems: list[tuple[str, str]] = []
    name = str(form.get("name", "")).strip()[:200]
    if name:
        about["name"] = name
    offered = dict(countries_offered())
    about |= {place: str(form[place]) for place in PLACES if str(form.get(place, "")) in offered}
    for field in ("units_per_year", "unit_price"):
        value, unit, problem = numbers_of(form, field)
        if problem:
            problems.append((field, problem))
        elif value is not None:
            about[field] = value
            if field == "unit_price":
                about["currency"] = unit or "EUR"
    code = "".join(str(form.get("cn", "")).replace(".", " ").split())
    if code and not (code.isdecimal() and len(code) in (6, 8, 10)):
        params = {"value": code[:20], "example": "39269097"}
        problems.append(("cn", Problem("wrong_customs_code", params=params).message()))
    elif code:
        about["cn"] = code
    return about, problems


def _product_page(
    request: Request, desk: Desk, about: dict[str, Any], problems: list[tuple[str, str]]
) -> Response:
    with use(spoken(request)):
        called = {
            "units_per_year": _("Units a year"),
            "unit_price": _("Price per unit now"),
            "cn": _("Customs code (6 or 8 digits)"),
        }
        found = result_of(told(desk))
        wanted = [name for name in ("nearshore", "friendshore") if name in found.plans()]
        return page(
            request,
            "scan_product.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
            desk=desk,
            about=about,
            wanted=wanted,
            countries=countries_offered(),
            called=called,
            problems=problems,
            summed=[(field, labelled(called[field], text)) for field, text in problems],
        )
