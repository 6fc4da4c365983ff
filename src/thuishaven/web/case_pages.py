"""What others did: find published cases by words and values, see them on a map and by year, save them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from thuishaven.access import Actor, Object, Store, allowed
from thuishaven.databank.cases import FACETS, SORTS, Cases, waiting
from thuishaven.web import case_words as words
from thuishaven.web import people
from thuishaven.web.case_pages_query import Asked, asked, ordered
from thuishaven.web.rendering import page, pages

router = pages()
#: Cases on one page, and values of a facet that stand there unfolded.
A_PAGE, SHOWN = 20, 6
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


#: The list is read to here; who wants more chooses more closely, or takes a release.
DEEPEST = 10_000


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
        route=words.route,
    )


def _facets(found: Any) -> list[Mapping[str, Any]]:
    """The facets of the page, with the values in their order."""
    by_name = {one.name: one for one in found.facets}
    return [
        {"name": name, "values": ordered(name, by_name[name].values), "chosen": by_name[name].chosen}
        for name in FACETS
        if by_name[name].values
    ]
