"""Signing in at another site by OpenID Connect: there, and back."""

from __future__ import annotations

import contextlib
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from thuishaven.access import AccessError, Away, Vault, enter
from thuishaven.web import guards_cookies as cookies
from thuishaven.web import people
from thuishaven.web.people_forms import browser_of, place_after, problem_of, sheet, sheet_later, text
from thuishaven.web.rendering import Form, onward, pages

router = pages()
#: The one address that providers send back to; it has no language.
back = APIRouter(include_in_schema=False)

#: What a provider gives along, and how long it may be.
_GIVEN = ("code", "state", "iss", "error")
_LONGEST = 2**12


def _back(request: Request, provider: str) -> str:
    return f"{request.app.state.settings.site}/signed-in/{provider}"


def _vault(request: Request) -> Vault:
    found = people.rooms(request).accounts.vault
    if found is None:
        raise AccessError("provider_unknown")
    return found


@router.get("/account/with/{provider}")
async def there(request: Request, lang: str, provider: str) -> Response:
    """Go to the other site. Nothing is kept here: what has to be remembered travels in a sealed cookie."""
    flow, wanted = people.rooms(request).flow, request.query_params.get("next", "")
    try:
        vault = _vault(request)
        address, away = await request.app.state.work.quick(
            flow.start, provider, _back(request, provider), wanted, lang
        )
    except AccessError as error:
        problems = [problem_of(request, error, "")]
        return await sheet_later(request, "elsewhere.html", problems=problems, provider="", given={})
    answer = RedirectResponse(address, HTTPStatus.SEE_OTHER, headers={"Cache-Control": "no-store"})
    cookies.give(request, answer, away.sealed(vault), None, cookies.AWAY)
    return answer


@back.get("/signed-in/{provider}")
def returned(request: Request, provider: str) -> Response:
    """Where the other site sends the browser: on to the page in the language of before."""
    languages = request.app.state.languages
    lang = languages[0]
    with contextlib.suppress(AccessError):
        lang = Away.opened(_vault(request), cookies.token(request, cookies.AWAY)).language
    lang = lang if lang in languages else languages[0]
    given = "&".join(
        f"{name}={people.quoted(request.query_params[name][:_LONGEST])}"
        for name in _GIVEN
        if name in request.query_params
    )
    return onward(f"/{lang}/account/back/{people.quoted(provider)}?{given}")


@router.get("/account/back/{provider}")
def ask_finish(request: Request, provider: str) -> Response:
    """The page that goes on by itself, or with its button: reading a page signs nobody in."""
    found = people.rooms(request).flow.providers.get(provider)
    given = {name: request.query_params.get(name, "")[:_LONGEST] for name in _GIVEN}
    return sheet(request, "elsewhere.html", provider=provider if found and given["code"] else "", given=given)


@router.post("/account/back/{provider}")
async def finish(request: Request, lang: str, provider: str, form: Form) -> Response:
    """Ask the other site who it is, and let that person in."""
    try:
        token, place = await request.app.state.work.quick(_let_in, request, provider, form)
    except AccessError as error:
        problems = [problem_of(request, error, "")]
        answer = await sheet_later(request, "elsewhere.html", problems=problems, provider="", given={})
        cookies.take_back(request, answer, cookies.AWAY)
        return answer
    answer = onward(place_after(place, lang))
    cookies.take_back(request, answer, cookies.AWAY)
    return people.let_in(request, answer, token)


def _let_in(request: Request, provider: str, form: FormData) -> tuple[str, str]:
    """The token of the new session, and the page that was asked for before."""
    rooms = people.rooms(request)
    away = Away.opened(_vault(request), cookies.token(request, cookies.AWAY))
    if away.provider != provider:
        raise AccessError("away_gone")
    given: dict[str, Any] = {name: text(form, name, _LONGEST) for name in _GIVEN}
    found = rooms.flow.finish(away, _back(request, provider), given)
    entered = enter(rooms.accounts, rooms.flow.provider(provider), found, away.language)
    browser = browser_of(request, provider)
    token, _actor = rooms.sessions.open_for(entered.person, entered.organisation, browser)
    return token, away.place
