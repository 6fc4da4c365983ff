"""The yearly report of an organisation on the pages: a year, its editions, and the paper."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from thuishaven.access import AccessError
from thuishaven.locale import LANGUAGES, use
from thuishaven.web import people
from thuishaven.web.guards_files import CSV, KINDS, download
from thuishaven.web.office_compare import csv_of
from thuishaven.web.office_pages import store
from thuishaven.web.office_papers_words import HTML, PDF, file_of, paper_sheet, wrong
from thuishaven.web.office_yearly_paper import kinds, yearly_paper, yearly_table
from thuishaven.web.people_forms import text
from thuishaven.web.rendering import Form, pages, spoken

router = pages()
_MADE = (PDF, HTML, CSV)
#: What a form says that asks for an edition with the figures of today.
_NEW = "new"


@router.get("/office/yearly")
async def show(request: Request, lang: str) -> Response:
    """The last edition of a year, or what the first would tell; and the choice of another."""
    response: Response = await request.app.state.work.run(_page, request)
    return response


def _page(request: Request, error: AccessError | None = None, chosen: str = "") -> Response:
    from thuishaven.databank.office.yearly import edition, editions, yearly, years

    actor, lang, place = people.required(request), spoken(request), store(request)
    known = years(place, actor)
    year = _year(chosen or request.query_params.get("year", ""), known[0]) or known[0]
    number = _number(request.query_params.get("edition", ""))
    shown = edition(place, actor, number) if number else None
    year = shown.year if shown is not None else year
    made = editions(place, actor, year)
    now = yearly(place, actor, year, kinds())
    if shown is None:
        shown = made[0] if made else now
    # Another edition is offered where it tells a number that the last one does not.
    newer = made and any(made[0].tables.get(name) != table for name, table in now.tables.items())
    with use(lang):
        problems = [(str(error.params.get("field", "")), wrong(error))] if error is not None else []
    return paper_sheet(
        request,
        "yearly.html",
        problems=problems,
        year=year,
        years=known if year in known else (*known, year),
        paper_of=yearly_paper(shown, lang if lang in LANGUAGES else "en"),
        told=shown,
        editions=made,
        newer=now if newer else None,
        kinds=_MADE,
    )


@router.post("/office/yearly")
async def make(request: Request, lang: str, form: Form) -> Response:
    """Put an edition on paper, or make one and put it on paper: an event each; the file is the answer."""

    def made() -> Response:
        from thuishaven.databank.office.yearly import edition, editions, make_edition, note_yearly, years

        actor, place = people.required(request), store(request)
        kind, language = text(form, "kind", 4) or PDF, text(form, "language", 2) or lang
        asked, wanted = text(form, "year", 4), text(form, "edition", 8)
        year = _year(asked, years(place, actor)[0])
        if kind not in _MADE or language not in LANGUAGES or year is None:
            return _page(request, AccessError("paper_form", field="kind"), asked)
        number = _number(wanted) or (next((one.number for one in editions(place, actor, year)), 0))
        if number and wanted != _NEW:
            told = edition(place, actor, number)
            note_yearly(place, actor, told, kind=kind, language=language)
        else:
            try:
                told = make_edition(place, actor, year, kinds(), kind=kind, language=language)
            except AccessError as error:
                return _page(request, error, asked)
        title = f"{told.organisation} {told.year}"
        if kind != CSV:
            return file_of(yearly_paper(told, language), kind, title)
        with use(language):
            content = csv_of(yearly_table(told))
        headers = {"Cache-Control": "no-store", **download(title, CSV)}
        return Response(content, media_type=KINDS[CSV], headers=headers)

    response: Response = await request.app.state.work.run(made)
    return response


def _year(asked: str, newest: int) -> int | None:
    """A year that is not yet to come; ``None`` for anything else."""
    good = asked.isascii() and asked.isdecimal() and len(asked) == 4 and int(asked) <= newest
    return int(asked) if good else None


def _number(asked: str) -> int:
    """The number of an edition; 0 for anything else."""
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= 8 else 0
