"""The knowledge pages in a browser, the statements on accessibility and privacy among them."""

from __future__ import annotations

import itertools
import re
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from thuishaven.locale import LANGUAGES, _, use
from thuishaven.web import knowledge
from thuishaven.web.rendering import page, pages, spoken

router = pages()


def _language(lang: str) -> str:
    """The language of the texts; the pseudo-locale reads them in English."""
    return lang if lang in LANGUAGES else "en"


def _operator(request: Request) -> knowledge.Operator:
    """Who offers this server, as its settings say."""
    settings = request.app.state.settings
    return knowledge.Operator(
        name=settings.operator,
        contact=settings.operator_contact,
        supervisor=settings.operator_supervisor,
        draft_hours=settings.draft_hours,
    )


def operator(request: Request) -> knowledge.Operator:
    """Who offers this server, as its settings say."""
    chosen = request.app.state.settings
    return knowledge.Operator(chosen.operator, chosen.operator_contact, chosen.operator_supervisor)


@router.get("/knowledge")
def shelves(request: Request, lang: str) -> Response:
    """All pages by group."""
    found = {item.slug: item for item in knowledge.pages(_language(lang), _operator(request))}
    return page(request, "knowledge.html", groups=knowledge.groups(_language(lang)), found=found)


@router.get("/knowledge/{slug}")
def one(request: Request, lang: str, slug: str) -> Response:
    """One page with its sources."""
    try:
        operator = _operator(request)
        found = knowledge.page(_language(lang), slug, operator)
        names = [name for name in (found.previous, found.next) if name]
        neighbours = {name: knowledge.page(_language(lang), name, operator) for name in names}
    except knowledge.UnknownPage:
        raise HTTPException(HTTPStatus.NOT_FOUND) from None
    with use(spoken(request)):
        html = with_room(found.html)
    return page(request, "knowledge_page.html", found=found, html=html, neighbours=neighbours)


def with_room(html: str) -> str:
    """The text with each table in a part of its own that moves sideways on a narrow screen."""
    count = itertools.count(1)

    def opened(_table: re.Match[str]) -> str:
        label = _("Table {n}", n=next(count))
        return f'<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table>'

    return re.sub("<table>", opened, html).replace("</table>", "</table></div>")
