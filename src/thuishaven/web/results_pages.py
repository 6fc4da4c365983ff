"""The results: advice first, then how sure, why, and what to find out; with numbers that can be moved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from thuishaven.chain import read_network
from thuishaven.dossier import Dossier, DossierError, Problem, apply_settings
from thuishaven.locale import LANGUAGES, N_, _, in_percent, labelled, term, unit, use
from thuishaven.report import FORMATS, advice_words, network, telling, words
from thuishaven.report import similar_cases as alike
from thuishaven.report.answer import choose, group_differences
from thuishaven.report.explaining import called, formula_of, inputs_of, measured, origins, source_called
from thuishaven.report.telling import capital
from thuishaven.web import drafts, results, similar_cases
from thuishaven.web.drafts import Desk
from thuishaven.web.figures import question, typed, written
from thuishaven.web.guards_files import KINDS, download
from thuishaven.web.home import told
from thuishaven.web.pictures import picture_file
from thuishaven.web.rendering import Form, onward, page, pages, spoken, text_of
from thuishaven.web.results import Warm, Worked
from thuishaven.web.strip import strip
from thuishaven.web.waiting import patiently

if TYPE_CHECKING:
    from thuishaven.cost import Handle

router = pages()
#: What is said while a dossier is worked out for the first time.
WORKING = N_("We work out what each plan costs, year by year, in thousands of possible worlds.")
#: Names of the fields of the sliders: s0, s1, ...
_MOVED = re.compile(r"s(\d)")


async def _worked(request: Request, dossier: Dossier) -> Worked:
    """The result. Raises 422 where the preferences of a dossier cannot be used."""
    held: Worked | None = await request.app.state.work.quick(results.ready, dossier)
    if held is not None:
        return held
    try:
        found: Worked = await request.app.state.work.run(results.worked_out, dossier)
    except DossierError:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY) from None
    return found


async def _worked_or_why(request: Request, desk: Desk | None, dossier: Dossier) -> Worked | Response:
    """The result, or the page that says what stands in its way and where that is mended."""
    try:
        return await _worked(request, dossier)
    except HTTPException as error:
        if error.status_code != HTTPStatus.UNPROCESSABLE_ENTITY:
            raise
        return nothing(request, desk)


def nothing(request: Request, desk: Desk | None, what: str = "results") -> Response:
    """What is shown when there is nothing to work out yet: what will be here, and the first step."""
    from thuishaven.web.examples import examples
    from thuishaven.web.wizard import places_of

    with use(spoken(request)):
        problems = places_of(desk) if desk else []
        return page(
            request,
            "results_empty.html",
            what=what,
            desk=desk,
            problems=problems,
            examples=examples(),
            told=told,
        )


@router.get("/results")
@patiently(N_("Results"), WORKING)
async def overview(request: Request, lang: str) -> Response:
    """The results in one page."""
    desk, dossier = await drafts.with_dossier(request)
    if dossier is None:
        return nothing(request, desk)
    work = await _worked_or_why(request, desk, dossier)
    if isinstance(work, Response):
        return work
    values = request.query_params

    def made() -> Response:
        with use(spoken(request), dossier.company.country):
            about = work.told().about
            choice = choose(work.result)
            slider = results.warm(work)
            given, problems = moved_values(slider, values)
            moved = moved_view(work, slider, given)
            called = {handle["field"]: handle["name"] for handle in moved["handles"]}
            wrong = dict(problems)
            for handle in moved["handles"]:
                if handle["field"] in wrong:
                    handle |= {"value": values[handle["field"]][:40], "problem": wrong[handle["field"]]}
            return page(
                request,
                "results.html",
                desk=desk,
                dossier=dossier,
                work=work,
                about=about,
                choice=choice,
                told=advice_words.sections(work.advice, about),
                named=advice_words.title,
                telling=telling,
                words=words,
                uncertainty=results.picture(work, "uncertainty"),
                waterfall=results.picture(work, "waterfall"),
                worth=results.worth,
                moved=moved,
                problems=[(field, labelled(called[field], text)) for field, text in problems],
                given=bool(given),
                formats=FORMATS,
                similar=similar_cases.beside(request, dossier, work),
                alike=alike,
                network=network,
                reading=read_network(dossier),
                saved=values.get("saved", ""),
            )

    return await request.app.state.work.quick(made)


@router.get("/results/moved")
async def moved(request: Request, lang: str) -> Response:
    """The part of the page that a moved number changes."""
    _desk, dossier = await drafts.with_dossier(request)
    if dossier is None:
        raise HTTPException(HTTPStatus.GONE)
    work = await _worked(request, dossier)

    def made() -> str:
        with use(spoken(request), dossier.company.country):
            slider = results.warm(work)
            given, problems = moved_values(slider, request.query_params)
            return text_of("moved.html", moved=moved_view(work, slider, given), problems=problems, lang=lang)

    return Response(await request.app.state.work.quick(made), media_type="text/html; charset=utf-8")


def moved_values(slider: Warm, fields: Mapping[str, str]) -> tuple[dict[str, float], list[tuple[str, str]]]:
    """The numbers that were moved, and what is wrong with them."""
    found: dict[str, float] = {}
    problems: list[tuple[str, str]] = []
    for name, text in fields.items():
        match = _MOVED.fullmatch(name)
        if match is None or int(match[1]) >= len(slider.handles) or not text.strip():
            continue
        handle = slider.handles[int(match[1])]
        value, _unit = typed(text, 100 if handle.unit == "fraction" else 1)
        if wrong := _wrong_value(handle, text, value):
            problems.append((name, wrong))
        elif "".join(text.split()) != "".join(shown_value(handle.unit, handle.now).split()):
            # What is shown is rounded: sent as it was shown, it was not moved.
            found[handle.id] = float(value)
    return found, problems


def _wrong_value(handle: Handle, text: str, value: Any) -> str:
    """What is wrong with a number of a slider; empty where nothing is."""
    example = shown_value(handle.unit, handle.now)
    given = {"value": text.strip()[:40], "example": example}
    if not isinstance(value, int | float):
        asked = question(text)
        return asked or _("{value} is not a number here. For example {example}.", **given)
    # A number that cannot be negative has no negative values in its range; a share ends at a hundred.
    if value < 0 <= handle.low:
        return Problem("negative", params=given).message()
    if handle.unit == "fraction" and value > 1 >= handle.high:
        return Problem("too_high", params={**given, "upper": in_percent("100")}).message()
    return ""


def shown_value(unit: str, value: float) -> str:
    """A value of a slider as it may be typed, with three digits that mean something."""
    scale = 100 if unit == "fraction" else 1
    keep = words.significant(value * scale)
    return written(round(value * scale, max(keep, 0)) if keep >= 0 else float(round(value * scale, keep)))


def moved_view(work: Worked, slider: Warm, values: Mapping[str, float]) -> dict[str, Any]:
    """What the sliders and the picture beside them show."""
    about = work.told().about
    costs = slider.moved(values) if values else slider.now
    ends = [end for found in (costs, slider.now) for cost in found.values() for end in (cost.p5, cost.p95)]
    keep = 2 if min(map(abs, ends)) < 100 else 0
    handles = []
    for place, handle in enumerate(slider.handles):
        value = values.get(handle.id, handle.now)
        low, high = (
            (handle.low, handle.high) if handle.low < handle.high else (handle.now / 2, handle.now * 3 / 2)
        )
        scale = 100 if handle.unit == "fraction" else 1
        handles.append(
            {
                "field": f"s{place}",
                "name": words.named(handle.name, handle.id, about.plans),
                "unit": "%" if scale == 100 else unit(handle.unit),
                "value": shown_value(handle.unit, value),
                "now": shown_value(handle.unit, handle.now),
                "low": shown_value(handle.unit, low),
                "high": shown_value(handle.unit, high),
                "range": [f"{end * scale:.6g}" for end in (low, high, value, (high - low) / 100)],
                "problem": "",
            }
        )
    rows = [
        {
            "id": plan,
            "name": about.plans[plan],
            "cost": cost,
            "before": slider.now[plan],
            "baseline": plan == work.result["baseline"],
        }
        for plan, cost in costs.items()
    ]
    best = min(rows, key=lambda row: row["cost"].mean)
    return {
        "handles": handles,
        "rows": rows,
        "decimals": keep,
        "best": best["name"],
        "changed": bool(values),
        "picture": strip(
            [(row["name"], row["cost"], row["before"], row["id"] == best["id"]) for row in rows], keep
        ),
    }


# ---- a what-if becomes a plan


@router.post("/results/save")
async def keep_what_if(request: Request, lang: str, form: Form) -> Response:
    """Save the moved numbers: as a plan beside the others, or in the dossier itself."""
    desk, dossier = await drafts.with_dossier(request)
    if desk is None or dossier is None:
        return onward(f"/{lang}/results")
    work = await _worked(request, dossier)

    sent = {str(key): str(value) for key, value in form.items()}

    def made() -> Response:
        slider = results.warm(work)
        values, problems = moved_values(slider, sent)
        if problems:
            # Nothing is kept of a form that is half wrong: it comes back as it was typed.
            typed_in = {name: text for name, text in sent.items() if _MOVED.fullmatch(name)}
            return onward(f"/{lang}/results?{urlencode(typed_in)}#sliders")
        if not values:
            return onward(f"/{lang}/results#sliders")
        base = str(form.get("plan", dossier.baseline.id))
        changed: Any
        try:
            changed = drafts.keep(
                request,
                desk,
                lambda tree: with_what_if(tree, dossier, base, values, str(form.get("how", "dossier"))),
            )
        except DossierError:
            return onward(f"/{lang}/results?saved=not#sliders")
        return drafts.with_cookie(request, onward(f"/{lang}/results?saved=yes#content"), changed.token)

    return await request.app.state.work.run(made)


def with_what_if(tree: Any, dossier: Dossier, base: str, values: Mapping[str, float], how: str) -> Any:
    """The dossier with moved numbers in it.

    Parameters
    ----------
    tree
        The dossier as it is kept.
    dossier
        The same, read.
    base
        The plan that the new one is like.
    values
        The moved numbers by id.
    how
        ``plan`` for a new plan, which takes what belongs to a plan; ``dossier`` puts all of them in place of
        what the dossier says.

    Raises
    ------
    DossierError
        When none of them can be kept that way.
    """
    settings: list[str] = []
    facts: list[dict[str, Any]] = []
    if how == "plan":
        tree, name = with_copy(tree, base)
        for identity, value in values.items():
            owner, _dot, rest = identity.partition(".")
            if owner in (base, dossier.baseline.id):
                settings.append(f"{name}.{rest}={value!r}")
            elif owner == "process":
                settings.append(f"{name}.process.{rest}={value!r}")
    else:
        for identity, value in values.items():
            if "@" in identity:
                facts.append(own_fact(identity, value))
            else:
                settings.append(f"{identity}={value!r}")
    if not settings and not facts:
        raise DossierError([])
    tree = apply_settings(tree, settings)
    if facts:
        names = {(fact["parameter"], str(fact["keys"])) for fact in facts}
        kept = [
            fact
            for fact in tree.get("facts") or ()
            if (fact.get("parameter"), str(dict(fact.get("keys") or {}))) not in names
        ]
        tree["facts"] = [*kept, *facts]
    return tree


def with_copy(tree: Any, base: str) -> tuple[Any, str]:
    """The dossier with a copy of a plan at its end, and the name of the copy."""
    import copy

    plans = tree["plans"]
    taken = {plan["id"] for plan in plans}
    name = next(f"what_if_{n}" for n in range(1, len(taken) + 2) if f"what_if_{n}" not in taken)
    source = next((plan for plan in plans if plan["id"] == base), plans[0])
    made = copy.deepcopy(source)
    made["id"] = name
    made["name"] = _("What if {n}", n=name.rpartition("_")[2])
    tree["plans"].append(made)
    return tree, name


def own_fact(identity: str, value: float) -> dict[str, Any]:
    """A figure of one's own for a fact, as the dossier keeps it."""
    from thuishaven.web.ops_work import known_facts

    name, _at, period = identity.partition("@")
    parameter, _bracket, inside = name.partition("[")
    keys = dict(pair.split("=", 1) for pair in inside.removesuffix("]").split(",") if pair)
    known = known_facts().parameters.get(parameter)
    return {
        "parameter": parameter,
        "keys": keys,
        "value": value,
        "unit": known.unit if known is not None else "",
        "period": period.partition("#")[0],
        "source": _("what if"),
    }


# ---- how a figure came about


@router.get("/results/plan/{plan}")
@patiently(N_("Results"), WORKING)
async def plan_page(request: Request, lang: str, plan: str) -> Response:
    """What a plan costs, line by line, each to be followed."""
    desk, dossier = await drafts.with_dossier(request)
    if dossier is None:
        return nothing(request, desk)
    work = await _worked_or_why(request, desk, dossier)
    if isinstance(work, Response):
        return work
    found = next((item for item in work.result["plans"] if item["id"] == plan), None)
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)

    def made() -> Response:
        with use(spoken(request), dossier.company.country):
            today = next(item for item in work.result["plans"] if item["id"] == work.result["baseline"])
            before = {line["id"]: line["per_unit"] for line in telling.firm_lines(today)}
            names = ("waterfall", "cash", "tornado") if plan != work.result["baseline"] else ()
            charts = [(f"{name}.svg?plan={plan}", results.picture(work, name, plan)) for name in names]
            return page(
                request,
                "plan.html",
                plan=found,
                today=today,
                before=before,
                about=work.told().about,
                telling=telling,
                words=words,
                groups=group_differences(found, today),
                charts=[(file, chart) for file, chart in charts if chart is not None],
            )

    return await request.app.state.work.run(made)


@router.get("/results/explain/{reference}")
@patiently(N_("Results"), WORKING)
async def explain(request: Request, lang: str, reference: str) -> Response:
    """How one figure came about, down to the page where a fact was published."""
    desk, dossier = await drafts.with_dossier(request)
    if dossier is None:
        return nothing(request, desk)
    work = await _worked_or_why(request, desk, dossier)
    if isinstance(work, Response):
        return work

    def made() -> Response:
        with use(spoken(request), dossier.company.country):
            try:
                found = results.explained(work, reference)
            except LookupError:
                raise HTTPException(HTTPStatus.NOT_FOUND) from None
            plan, _dot, line = reference.rpartition(".")
            return page(
                request,
                "explain.html",
                found=found,
                plan=plan,
                line=line,
                about=work.told().about,
                words=words,
                rows=inputs_of,
                called=called,
                measured=measured,
                formula_of=formula_of,
                sources=origins(found, work.material.facts, work.told().about.plans),
                source_called=source_called,
            )

    return await request.app.state.work.run(made)


@router.get("/results/pictures")
@patiently(N_("Results"), WORKING)
async def pictures(request: Request, lang: str) -> Response:
    """Every picture of the results, each with its table."""
    desk, dossier = await drafts.with_dossier(request)
    if dossier is None:
        return nothing(request, desk)
    work = await _worked_or_why(request, desk, dossier)
    if isinstance(work, Response):
        return work

    def made() -> Response:
        with use(spoken(request), dossier.company.country):
            groups = [
                (_("What a unit costs"), ("uncertainty", "stacked", "waterfall")),
                (_("More than cost"), ("criteria",)),
                (_("What it hangs on"), ("tornado", "information")),
                (capital(term("break_even")), tuple(results.courses_of(work))),
                (_("Money year by year"), ("cash",)),
            ]
            found = [
                (title, [(f"{name}.svg", chart) for name in names if (chart := results.picture(work, name))])
                for title, names in groups
            ]
            return page(
                request,
                "pictures.html",
                groups=[(title, charts) for title, charts in found if charts],
                about=work.told().about,
            )

    return await request.app.state.work.run(made)


# ---- to take away


@router.get("/results/picture/{name}.svg")
async def picture(
    request: Request, lang: str, name: str, plan: str = "", narrow: bool = False, shown: bool = False
) -> Response:
    """A picture as a file."""
    _desk, dossier = await drafts.with_dossier(request)
    along = name.startswith(results.ALONG)
    if dossier is None or (name not in results.PICTURE_NAMES and not along):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    work = await _worked(request, dossier)
    if plan and plan not in {item["id"] for item in work.result["plans"]}:
        raise HTTPException(HTTPStatus.NOT_FOUND)

    def made() -> Response:
        if along and name not in results.courses_of(work):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        with use(spoken(request), dossier.company.country):
            chart = results.picture(work, name, plan)
        if chart is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return picture_file(chart, narrow=narrow, shown=shown)

    work_of = request.app.state.work
    # The page is there already and waits for its pictures only.
    return await (work_of.run if along or name in results.FROM_DRAWS else work_of.quick)(made)


@router.get("/results/report.{kind}")
async def report(request: Request, lang: str, kind: str) -> Response:
    """The report in the language of the page."""
    desk, dossier = await drafts.with_dossier(request)
    if f".{kind}" not in FORMATS:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    if dossier is None:
        return nothing(request, desk)
    work = await _worked_or_why(request, desk, dossier)
    if isinstance(work, Response):
        return work

    def made() -> Response:
        similar = similar_cases.beside(request, dossier, work)
        content = results.report_on(work, kind, lang if lang in LANGUAGES else "en", similar)
        with use(lang):
            name = told(dossier.title) or told(dossier.product.name)
        return Response(content, media_type=KINDS[kind], headers=download(name, kind))

    return await request.app.state.work.run(made)
