"""From a template to a page: in the reader's language, with what every page needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from functools import cache
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from thuishaven import locale
from thuishaven.locale import LANGUAGES, N_, _, language, ngettext, pgettext, use
from thuishaven.locale.writing import SEPARATORS
from thuishaven.report.telling import capital
from thuishaven.web.assets import address
from thuishaven.web.figures import countries_offered, shown
from thuishaven.web.languages import NAMES, in_language

#: Pages hold what a visitor typed: no shared cache keeps them, and the browser asks again.
PRIVATE = "no-store"
#: Fields that one form may have; a page with four sources asks some five hundred.
MOST_FIELDS = 4096


def marked(msgid: str, /, **params: object) -> Markup:
    """Say a message whose parameters may hold markup, as a link in the middle of a sentence."""
    return Markup(escape(_(msgid))).format(**params)  # noqa: S704 - the message itself is escaped


def strong(text: str) -> Markup:
    """A text that stands out."""
    return Markup("<strong>{}</strong>").format(text)


def link(address_of: str, text: str, language: str = "") -> Markup:
    """A link to a page elsewhere; ``language`` is that of its title where it is known."""
    mark = Markup(' lang="{}"').format(language) if language else ""
    return Markup('<a href="{}" rel="noreferrer" translate="no"{}>{}</a>').format(address_of, mark, text)


def quoted(text: str) -> str:
    """What somebody wrote, between the marks that the language has for it."""
    return _("“{text}”", text=text)


def number(value: float | None, decimals: int = 0, *, sign: bool = False) -> str:
    """A number as :func:`thuishaven.locale.number` writes it, with the true minus that the charts have."""
    text = locale.number(value, decimals, sign=sign)
    return f"\u2212{text[1:]}" if text.startswith("-") else text


def moment(when: dt.datetime) -> str:
    """A moment as a reader of Brussels or Amsterdam writes it, with the hour."""
    from zoneinfo import ZoneInfo

    here = when.astimezone(ZoneInfo("Europe/Brussels"))
    return _("{date} at {time}", date=locale.date(here.date()), time=f"{here:%H:%M}")


@cache
def environment() -> Environment:
    """The templates, with the words and the numbers of the language in use."""
    made = Environment(
        loader=PackageLoader("thuishaven.web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
        # The templates of a running program stay as they are: no page looks whether a file has changed.
        auto_reload=False,
    )
    made.filters["capital"] = capital
    made.globals |= {
        "_": _,
        "_m": marked,
        "ngettext": ngettext,
        "pgettext": pgettext,
        "N_": N_,
        "asset": address,
        "language": language,
        "language_names": NAMES,
        "number": number,
        "percent": locale.percent,
        "money": locale.money,
        "price": locale.price,
        "between": locale.between,
        "out_of_ten": locale.out_of_ten,
        "years": locale.years,
        "date": locale.date,
        "moment": moment,
        "shown": shown,
        "countries": countries_offered,
        "strong": strong,
        "decimal_sign": lambda: SEPARATORS[language()][1],
        "link": link,
        "unit": locale.unit,
        "listing": locale.listing,
        "labelled": locale.labelled,
        "quoted": quoted,
        "term": locale.term,
    }
    return made


def text_of(template: str, **context: Any) -> str:
    """A template filled in, in the language in use."""
    return environment().get_template(template).render(**context)


def page(
    request: Request,
    template: str,
    *,
    status: int = HTTPStatus.OK,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """A page in the language of its address.

    Parameters
    ----------
    request
        The request; its path begins with the language.
    template
        Name of the template.
    status
        HTTP status.
    headers
        Headers to add.
    context
        What the template shows.
    """
    lang = spoken(request)
    tied = getattr(request.state, "tied", None)
    if tied is not None and tied.step and "steps" in context:
        # Who fills in a part is shown the way to no other.
        context["steps"] = {name: texts for name, texts in context["steps"].items() if name == tied.step}
    with use(lang):
        offered = request.app.state.languages
        body = text_of(
            template,
            request=request,
            lang=lang,
            path=request.url.path,
            home=f"/{lang}/",
            visit=getattr(request.state, "visit", None),
            tied=tied,
            switches=[(other, in_language(request, other)) for other in offered if other != lang],
            **context,
        )
    return HTMLResponse(
        body,
        status_code=status,
        headers={"Content-Language": lang, "Cache-Control": PRIVATE, **(headers or {})},
    )


async def offered(request: Request, lang: str) -> AsyncIterator[None]:
    """Let a page be asked for in a language that has pages only; all of it is made in that language."""
    if lang not in request.app.state.languages:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    # A coroutine, since what a thread sets is not seen by the thread that makes the page.
    with use(lang):
        yield


def pages() -> APIRouter:
    """A router for pages, whose addresses begin with the language."""
    return APIRouter(prefix="/{lang}", dependencies=[Depends(offered)], include_in_schema=False)


async def _form(request: Request) -> AsyncIterator[FormData]:
    """The fields of a form that was sent; its files are let go of when the page is made."""
    async with request.form(max_files=2, max_fields=MOST_FIELDS) as form:
        yield form


#: A form that was sent, for a route that takes one.
Form = Annotated[FormData, Depends(_form)]


def spoken(request: Request) -> str:
    """The language of an address; Dutch where it has none."""
    first = request.url.path.lstrip("/").split("/")[0]
    return first if first in request.app.state.languages else LANGUAGES[0]


def onward(path: str) -> RedirectResponse:
    """After a form was sent: the page to read next, so that reading it again sends nothing."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER, headers={"Cache-Control": PRIVATE})
