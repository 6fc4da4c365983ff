"""The yearly report of an organisation on the pages: a year and a language to choose, and the paper."""

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


@router.get("/office/yearly")
async def show(request: Request, lang: str) -> Response:
    """A year as it may be told, and the choice of another."""
    response: Response = await request.app.state.work.run(_page, request)
    return response


def _page(request: Request, error: AccessError | None = None) -> Response:
    from thuishaven.databank.office.yearly import yearly, years

    actor, lang = people.required(request), spoken(request)
    known = years(store(request), actor)
    asked = request.query_params.get("year", "")
    wanted = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else known[0]
    wanted = wanted if wanted <= known[0] else known[0]
    with use(lang):
        problems = [(str(error.params.get("field", "")), wrong(error))] if error is not None else []
    told = yearly(store(request), actor, wanted, kinds())
    return paper_sheet(
        request,
        "yearly.html",
        problems=problems,
        year=wanted,
        years=known if wanted in known else (*known, wanted),
        paper=yearly_paper(told, lang if lang in LANGUAGES else "en"),
        empty=told.empty,
        kinds=_MADE,
    )


@router.post("/office/yearly")
async def make(request: Request, lang: str, form: Form) -> Response:
    """Make the report, which is an event; the file is the answer."""

    def made() -> Response:
        from thuishaven.databank.office.yearly import note_yearly, yearly, years

        actor, place = people.required(request), store(request)
        kind, language = text(form, "kind", 4) or PDF, text(form, "language", 2) or lang
        year = text(form, "year", 4)
        newest = years(place, actor)[0]
        good = year.isascii() and year.isdecimal() and len(year) == 4 and int(year) <= newest
        if kind not in _MADE or language not in LANGUAGES or not good:
            return _page(request, AccessError("paper_form", field="kind"))
        told = yearly(place, actor, int(year), kinds())
        note_yearly(place, actor, told, kind=kind, language=language)
        if kind != CSV:
            paper = yearly_paper(told, language)
            return file_of(paper, kind, f"{told.organisation} {year}")
        with use(language):
            content = csv_of(yearly_table(told))
        headers = {"Cache-Control": "no-store", **download(f"{told.organisation} {year}", CSV)}
        return Response(content, media_type=KINDS[CSV], headers=headers)

    response: Response = await request.app.state.work.run(made)
    return response
