"""What visitors tell of cases, without an account: an error in one that is published, or one that is missing.

It becomes a signal for the editors and changes nothing by itself.
"""

from __future__ import annotations

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import Response

from thuishaven.access import AccessError, Denied, NotFound
from thuishaven.databank.cases import Cases, Published, Signals
from thuishaven.locale import use
from thuishaven.report.blocks import safe
from thuishaven.web import case_words as words
from thuishaven.web import people
from thuishaven.web.case_pages import sheet, store
from thuishaven.web.case_pages_one import named
from thuishaven.web.people_forms import text
from thuishaven.web.rendering import Form, onward, pages, spoken

router = pages()
#: The field of a form that people do not see, and programs fill in.
BAIT = "website"
_FIELDS = {"text_form": "text", "wrong_value": "url"}


@router.get("/cases/tell")
def tell(request: Request) -> Response:
    """A form to tell of a case that is missing."""
    return _form(request, None)


@router.post("/cases/tell")
def told(request: Request, lang: str, form: Form) -> Response:
    """Take in what somebody tells of a case that is missing."""
    return _taken(request, form, None, f"/{lang}/cases/tell")


@router.get("/cases/{case}/error")
def report(request: Request, case: str) -> Response:
    """A form to report an error in a case that is or was published."""
    return _form(request, Cases(store(request)).published(people.actor(request), named(case)))


@router.post("/cases/{case}/error")
def reported(request: Request, lang: str, case: str, form: Form) -> Response:
    """Take in the report of an error."""
    published = Cases(store(request)).published(people.actor(request), named(case))
    return _taken(request, form, published, f"/{lang}/cases/{published.case.id}/error")


def _form(
    request: Request,
    published: Published | None,
    typed: dict[str, str] | None = None,
    problems: tuple[tuple[str, str], ...] = (),
) -> Response:
    return sheet(
        request,
        "report.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
        published=published,
        title=words.title_of(published.record) if published and published.record else "",
        typed=typed or {},
        problems=problems,
        sent=request.query_params.get("sent") == "1",
        bait=BAIT,
    )


def _taken(request: Request, form: Form, published: Published | None, path: str) -> Response:
    typed = {"text": safe(str(form.get("text", ""))), "url": safe(text(form, "url", 2**12))}
    # Who fills in what nobody sees is thanked like everybody, and not kept.
    if text(form, BAIT):
        return onward(f"{path}?sent=1")
    case = published.case.id if published else ""
    try:
        Signals(store(request)).tell(people.actor(request), typed["text"], typed["url"], case=case)
    except AccessError as error:
        if isinstance(error, NotFound | Denied):
            raise
        with use(spoken(request)):
            problem = words.problem(error.code, error.params)
        return _form(request, published, typed, ((_FIELDS.get(error.code, ""), problem),))
    return onward(f"{path}?sent=1")
