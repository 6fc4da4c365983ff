"""The adviser's view of many companies: projects side by side on the same criteria, from kept results."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from thuishaven.access import AccessError, Actor
from thuishaven.databank.office import COMPARED, STAGES, Beside, Project, Projects, beside
from thuishaven.dossier import DossierError
from thuishaven.locale import N_, _, date, number, term, unit, use
from thuishaven.report import telling
from thuishaven.report.advice_terms import criterion_name
from thuishaven.report.blocks import Cell, Column, Document, Heading, Number, Table, amount, share, told
from thuishaven.web import drafts, people, results
from thuishaven.web.guards_files import CSV, KINDS, XLSX, download
from thuishaven.web.office_compare_told import SORTS, Line, lines_of, noted
from thuishaven.web.office_pages import store
from thuishaven.web.office_papers_words import paper_sheet
from thuishaven.web.org_pages_history import note
from thuishaven.web.people_forms import chosen
from thuishaven.web.rendering import Form, onward, pages, spoken

router = pages()
#: Projects side by side at most, and those worked out with one click.
MOST, AT_ONCE = 64, 4
#: The criteria of the profile, in the order of the columns.
_PROFILE = ("cost", "quality", "market", "risk", "climate", "circularity", "jobs", "feasibility")
#: What a spreadsheet takes for the beginning of a formula.
_RISKY = ("=", "+", "-", "@", "\t", "\r")
HEADINGS = {
    "company": N_("Company"),
    "stage": N_("Stage"),
    "age": N_("Days under way"),
    "advice": N_("Advice"),
    "change": N_("Difference"),
    "risk": N_("Risk"),
    "worth": N_("What knowing it is worth"),
    "jobs": N_("Jobs here"),
}


def _asked(request: Request) -> tuple[Actor, list[Line], str]:
    """Who asks, the lines that were asked for, and their order."""
    actor, asked = people.required(request), request.query_params
    sort = asked.get("sort", "worth")
    sort = sort if sort in SORTS else "worth"
    projects = Projects(store(request))
    stage = asked.get("state", "")
    own = projects.list(
        actor, state=stage if stage in STAGES else "", words=asked.get("q", "").strip(), most=MOST
    )
    others = [one for one in projects.shared(actor) if stage in {"", one.state}]
    wanted = frozenset(asked.getlist("project"))
    every: list[Project] = [one for one in (*own, *others) if not wanted or one.id in wanted]
    lying = beside(projects, actor, [one.id for one in every])
    return actor, lines_of(every, lying, store(request).clock(), sort), sort


def _lacking(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.lying is not None and line.lying.active and not line.said]


@router.get("/office/compare")
def compare(request: Request) -> Response:
    """Projects side by side; nothing is worked out here."""
    with use(spoken(request)):
        _actor, lines, sort = _asked(request)
        lacking = _lacking(lines)
        return paper_sheet(
            request,
            "compare.html",
            lines=lines,
            lacking=lacking,
            at_once=AT_ONCE,
            profile=profile_table(lines),
            sort=sort,
            headings=HEADINGS,
            stages=STAGES,
            asked=request.query_params,
            chosen=request.query_params.getlist("project"),
            query=_query(request),
            telling=telling,
            failed=request.query_params.get("failed", ""),
        )


def _query(request: Request) -> str:
    """What was asked, without the order, as the rest of an address."""
    from urllib.parse import urlencode

    kept = [(name, value) for name, value in request.query_params.multi_items() if name in _KEPT and value]
    return urlencode(kept)


_KEPT = ("state", "q", "project")


@router.post("/office/compare")
async def work_out(request: Request, lang: str, form: Form) -> Response:
    """Work out some projects that are not yet, and keep what comes of it with the version."""

    def made() -> Response:
        actor = people.required(request)
        wanted = chosen(form, "work")[:MOST]
        projects = Projects(store(request))
        found = beside(projects, actor, wanted)
        failed = 0
        # What could not be worked out is not asked again before the others.
        tried = [one for one in found.values() if one.active and one.noted is None][:AT_ONCE]
        for one in tried:
            failed += not _noted(request, actor, one)
        again = str(form.get("again", ""))[: 2**11]
        more = f"failed={failed}" if failed else "done=1"
        return onward(f"/{lang}/office/compare?{again}{'&' if again else ''}{more}")

    response: Response = await request.app.state.work.run(made)
    return response


def _noted(request: Request, actor: Actor, one: Beside) -> bool:
    """Work out a version and keep what comes of it; whether that could be done."""
    dossiers = people.rooms(request).dossiers
    try:
        built = drafts.read(dossiers.get(actor, one.dossier, one.version).content.text)[1]
        if built is None:
            return False
        work = results.worked_out(built)
        dossiers.note_outcome(actor, one.dossier, one.version, COMPARED, noted(work))
        # The history of the dossier tells it too.
        note(request, actor, one.dossier, one.version, work)
    except (AccessError, DossierError):
        return False
    return True


# ---- as tables


@router.get("/office/compare/table.{kind}")
async def as_file(request: Request, lang: str, kind: str) -> Response:
    """The comparison as a table to take along."""
    if kind not in (CSV, XLSX):
        raise HTTPException(HTTPStatus.NOT_FOUND)

    def made() -> Response:
        with use(lang):
            _actor, lines, _sort = _asked(request)
            table = full_table(lines)
            day = store(request).clock().date()
            title = _("Projects side by side")
            if kind == CSV:
                content = csv_of(table)
            else:
                from thuishaven.report.xlsx import xlsx

                foot = _("As of {date}", date=date(day))
                blocks = (Heading(1, title, "projects"), table)
                content = xlsx(Document(lang, title, foot, blocks, foot, day))
        headers = {"Cache-Control": "no-store", **download(title, kind)}
        return Response(content, media_type=KINDS[kind], headers=headers)

    answer: Response = await request.app.state.work.run(made)
    return answer


def full_table(lines: Sequence[Line]) -> Table:
    """Every figure of the comparison, a row for each project."""
    columns = (
        Column(_("Company")),
        Column(_("Project")),
        Column(_("Stage")),
        Column(_("Days under way")),
        Column(_("Advice")),
        *(Column(name, "EUR") for name in _cost_headings()),
        Column(_("Difference")),
        Column(_("Cheaper than today")),
        Column(_("Risk today")),
        Column(_("Risk of the advised plan")),
        Column(term("find_out_first")),
        Column(_("What knowing it is worth"), "EUR"),
        Column(_("Jobs here"), unit("FTE")),
        *(Column(criterion_name(name)) for name in _PROFILE),
        Column(_("Worked out with facts or a version of before")),
    )
    return Table(
        "projects", _("Projects side by side"), columns, tuple(tuple(_cells(line)) for line in lines)
    )


def _cost_headings() -> Iterator[str]:
    for name in (_("Cost per unit today"), _("Cost per unit of the advised plan")):
        yield name
        yield _("{name}, low", name=name)
        yield _("{name}, high", name=name)


def _cells(line: Line) -> Iterator[Cell]:
    said = line.said
    yield line.project.company
    yield line.project.title
    yield line.stage
    yield amount(line.days, 0)
    yield line.plan or None
    for which in ("today", "best"):
        spread = said.get(which, {})
        for end in ("mean", "p5", "p95"):
            yield amount(spread.get(end))
    yield share(line.change, 1)
    yield share(said.get("p_cheaper"))
    for risk in said.get("risk", (None, None)):
        yield share(risk, 1)
    yield line.unknown or None
    yield amount(line.worth, 0)
    yield amount(line.jobs, 1)
    for name in _PROFILE:
        yield share(said.get("criteria", {}).get(name))
    yield (_("yes") if line.older else _("no")) if said else None


def profile_table(lines: Sequence[Line]) -> Table | None:
    """How good the advised plan of each project is on each criterion, from 0 to 100."""
    known = [line for line in lines if line.said]
    if not known:
        return None
    columns = (Column(_("Company")), *(Column(telling.capital(criterion_name(name))) for name in _PROFILE))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"{line.project.company}, {line.project.title}", *(_points(line, name) for name in _PROFILE))
        for line in known
    )
    note = _(
        "0 is the worst that is thought of and 100 the best, on the same scale for every company. A dash is "
        "not known."
    )
    return Table("profile", _("The advised plan on each criterion"), columns, rows, note)


def _points(line: Line, criterion: str) -> Number:
    found = line.said.get("criteria", {}).get(criterion)
    return told(None, "-") if found is None else told(found, number(found * 100), 2)


def csv_of(table: Table) -> bytes:
    """A table as CSV that a spreadsheet reads as figures and texts, never as a formula.

    A text that begins as a formula does gets a quote mark before it; figures stand in full, with a point.

    >>> table = Table("t", "T", (Column("a"), Column("b", "EUR")), (("=1+1", amount(-2.5)),))
    >>> csv_of(table).decode("utf-8-sig").splitlines()
    ['a,b (EUR)', "'=1+1,-2.5"]
    """
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow([_harmless(column.heading) for column in table.columns])
    for row in table.rows:
        writer.writerow([_plain(cell) for cell in row])
    return made.getvalue().encode("utf-8-sig")


def _plain(cell: Any) -> str:
    if isinstance(cell, Number):
        return "" if cell.value is None else repr(float(cell.value)).removesuffix(".0")
    return "" if cell is None else _harmless(str(cell))


def _harmless(text: str) -> str:
    return f"'{text}" if text.lstrip(" ").startswith(_RISKY) or text.startswith(_RISKY) else text
