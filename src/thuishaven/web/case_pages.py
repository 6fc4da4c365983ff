"""What others did: find published cases by words and values, see them on a map and by year, save them."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from thuishaven.access import Actor, Object, Store, allowed
from thuishaven.databank.cases import FACETS, SORTS, UNKNOWN, Cases, tally, waiting, years
from thuishaven.locale import _, date, language, number, use
from thuishaven.web import case_words as words
from thuishaven.web import people
from thuishaven.web.case_pages_query import Asked, asked, ordered
from thuishaven.web.case_pages_table import as_csv
from thuishaven.web.guards_files import CSV, KINDS, download
from thuishaven.web.ops_work import Memory
from thuishaven.web.pictures import picture_file
from thuishaven.web.rendering import page, pages, spoken

router = pages()
_charts = Memory(32)
#: Cases on one page, and values of a facet that stand there unfolded.
A_PAGE, SHOWN = 16, 8
#: The list is read to here; who wants more chooses more closely, or takes a release.
DEEPEST, MOST_PAGE = 10_000, 100
#: Facets that are unfolded from the start.
OPEN = ("state", "case_type", "sector", "to")


def store(request: Request) -> Store:
    """The public database; the pages of cases know no other."""
    found: Store = people.rooms(request).database.public
    return found


def search(request: Request, question: Asked, size: int = A_PAGE, page_of: int | None = None) -> Any:
    """What a question finds; the last page where it asks for one beyond."""
    cases, actor = Cases(store(request)), people.actor(request)

    def found(number: int) -> Any:
        return cases.search(actor, question.text, question.facets, sort=question.sort, page=number, size=size)

    wanted = min(page_of or question.page, DEEPEST // size)
    first = found(wanted)
    return first if wanted <= first.pages else found(first.pages)


def sheet(request: Request, template: str, **context: Any) -> Response:
    """A page of the cases."""
    return page(request, f"cases/{template}", words=words, works=works(people.actor(request)), **context)


def works(actor: Actor) -> bool:
    """Whether somebody works on cases, and so has a desk to go to."""
    return allowed(actor, "list", Object("case_work", confidentiality=2))


@router.get("/cases")
def browse(request: Request) -> Response:
    """The cases that match, a page of them, with how many there are of each value."""
    question = asked(request.query_params)
    found = search(request, question)
    return sheet(
        request,
        "browse.html",
        asked=question,
        found=found,
        facets=_facets(found),
        sorts=SORTS,
        nothing=not found.total and not question.narrowed,
        waiting=waiting(store(request), people.actor(request)),
        shown=SHOWN,
        unfolded=OPEN,
        deepest=DEEPEST,
    )


def _facets(found: Any) -> list[Mapping[str, Any]]:
    """The facets of the page, with the values in their order."""
    by_name = {one.name: one for one in found.facets}
    return [
        {"name": name, "values": ordered(name, by_name[name].values), "chosen": by_name[name].chosen}
        for name in FACETS
        if by_name[name].values
    ]


@router.get("/cases/map")
def on_the_map(request: Request) -> Response:
    """Where the cases that match come from and go to, and what happened in which year."""
    question = asked(request.query_params)
    found = search(request, question)
    with use(spoken(request)):
        charts = _pictures(request, question, found)
    return sheet(
        request,
        "map.html",
        asked=question,
        found=found,
        charts=charts,
        nothing=not found.total and not question.narrowed,
    )


@router.get("/cases/picture/{name}.svg")
def picture(request: Request, lang: str, name: str, narrow: bool = False, shown: bool = False) -> Response:
    """A map or the time line of what was asked, as a file."""
    question = asked(request.query_params)
    with use(spoken(request)):
        charts = _pictures(request, question, search(request, question))
    chart = next((chart for chart in charts if chart.id == name), None)
    if chart is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return picture_file(chart, narrow=narrow, shown=shown)


def _pictures(request: Request, question: Asked, found: Any) -> list[Any]:
    """The pictures of what was found, in the language in use; made anew when any count is another."""
    by_state = years(store(request), people.actor(request), question.text, question.facets)
    names = ("from", "to", "year")
    exact = tally(store(request), people.actor(request), question.text, question.facets, names)
    counts = {name: {code: n for code, n in many.items() if code != UNKNOWN} for name, many in exact.items()}
    by_state["announced"] = counts["year"]
    told = (repr(sorted(counts["from"].items())), repr(sorted(counts["to"].items())), repr(by_state))
    today = store(request).clock().date()

    def drawn() -> list[Any]:
        from thuishaven.report import charts

        source = _("Thuishaven, {n} published cases on {date}.", n=number(found.total), date=date(today))
        note = _(
            "A case whose year is not known, or of which only the date of an article is, is not in it. Late "
            "years look empty at first: it takes years until a case is known."
        )
        line = charts.timeline(by_state, source, note)
        maps = charts.places(counts["from"], counts["to"], source)
        return [*maps, *([line] if line else [])]

    return _charts.get((question.query, language(), today, told), drawn)


@router.get("/cases/found.csv")
def as_table(request: Request, lang: str) -> Response:
    """The cases that match as a table to save, with the question, the versions and the day in every row."""
    question = asked(request.query_params)
    base = request.app.state.settings.base_url or str(request.base_url).rstrip("/")
    hits: list[Any] = []
    while len(hits) < DEEPEST:
        found = search(request, question, MOST_PAGE, len(hits) // MOST_PAGE + 1)
        hits += found.hits
        if len(hits) >= found.total or not found.hits:
            break
    with use(spoken(request)):
        body = as_csv(hits, f"{base}/{lang}/cases", question, store(request).clock().date().isoformat())
    headers = {**download(f"thuishaven cases {len(hits)}", CSV), "Cache-Control": "no-store"}
    return Response(body, media_type=KINDS[CSV], headers=headers)
