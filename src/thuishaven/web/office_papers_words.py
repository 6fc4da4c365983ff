"""What the papers of the front office share: words of fields, the file that a document becomes, the sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from thuishaven.access import AccessError
from thuishaven.locale import N_, _, language
from thuishaven.report.blocks import Document
from thuishaven.web import office_words
from thuishaven.web.guards_files import KINDS, download
from thuishaven.web.rendering import page

#: What a paper is made as.
PDF, HTML = "pdf", "html"
#: The fields of a handover in words.
FIELDS = {
    "company": N_("Company"),
    "number": N_("Number of the company"),
    "country": N_("Country"),
    "trade": N_("Trade (NACE)"),
    "region": N_("Region (NUTS)"),
    "title": N_("Name of the project"),
    "begun": N_("Begun on"),
    "stage": N_("Stage"),
    "consent": N_("Consent of the company and its end"),
    "adviser": N_("Adviser"),
    "documents": N_("Documents"),
    "consent_given_by": N_("Who agreed for the company"),
    "purpose": N_("Purpose"),
    "product": N_("Product"),
    "product_code": N_("Goods code (CN)"),
    "volume": N_("Units a year"),
    "advice": N_("What the calculation advises"),
    "decisions": N_("The decision, its reasons and what else was considered"),
    "promised": N_("What was promised, and what became of it"),
    "first_output": N_("First output"),
    "time_line": N_("Time line"),
    "tasks": N_("Open tasks"),
    "contacts": N_("People at the company"),
    "unit_cost": N_("Cost per unit"),
}
_WRONG = {
    "handover_consent": N_(
        "The company agreed to no such thing, or does not any more. Record its consent first."
    ),
    "paper_form": N_("Choose one of the possibilities."),
    "empty_year": N_("In this year there was no project and no signal. There is nothing to tell."),
    "edition_same": N_(
        "A new edition would tell nothing that the last one does not. Take that one along, or come back when "
        "more companies changed."
    ),
    "edition_meanwhile": N_("A colleague made an edition at the same moment. Look at that one first."),
}


def paper_sheet(
    request: Request, template: str, *, problems: Sequence[tuple[str, str]] = (), **context: Any
) -> Response:
    """A page about papers, with what is wrong on top."""
    return page(
        request,
        f"office_papers/{template}",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
        problems=problems,
        done="",
        words=office_words,
        fields=FIELDS,
        **context,
    )


def file_of(document: Document, kind: str, title: str) -> Response:
    """A document as a file to save."""
    if kind == PDF:
        from thuishaven.report.pdf import pdf

        content = pdf(document)
    else:
        from thuishaven.report.html import html

        content = html(document).encode()
    headers = {"Cache-Control": "no-store", "Content-Language": document.lang, **download(title, kind)}
    return Response(content, media_type=KINDS[kind], headers=headers)


def wrong(error: AccessError) -> str:
    """What is wrong, in the language in use."""
    return _(_WRONG[error.code]) if error.code in _WRONG else office_words.wrong(error)


def in_words(value: Any) -> str:
    """A text of a dossier in the language in use, whatever languages it was told in."""
    if isinstance(value, Mapping):
        return str(value.get(language()) or value.get("en") or next(iter(value.values()), ""))
    return str(value or "")


def family(code: str) -> str:
    """A kind of plan in words; the code itself where there are none."""
    return next((name for known, name in office_words.families() if known == code), code)


def motive(code: str) -> str:
    """A motive or a barrier in words."""
    from thuishaven.databank.cases.vocabulary import motives as known

    found = known().get(code)
    return found.labels.get(language(), code) if found is not None else code
