"""Signing in, with a code where the second step is on, and signing out."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from thuishaven.access import AccessError, CodeNeeded
from thuishaven.web import guards_cookies as cookies
from thuishaven.web import people
from thuishaven.web.people_forms import (
    browser_of,
    hashing,
    password,
    place_after,
    problem_of,
    sheet,
    sheet_later,
    text,
)
from thuishaven.web.people_letters import sends
from thuishaven.web.rendering import Form, onward, pages, spoken

router = pages()

#: A refused sign-in is answered after a whole number of these seconds, so that its time tells nothing.
BEAT = 0.5
#: What the page to sign in says it was opened for.
_ENDED = "ended"


@router.get("/account/sign-in")
def ask_sign_in(request: Request, lang: str) -> Response:
    """The page to sign in."""
    wanted = request.query_params.get("next", "")
    if people.signed_in(request) is not None:
        return onward(place_after(wanted, lang))
    return sheet(request, "sign_in.html", **_asked(request, next=wanted))


def _asked(request: Request, **typed: str) -> dict[str, Any]:
    settings, flow = request.app.state.settings, people.rooms(request).flow
    left = request.query_params.get("with", "")
    return {
        "left": flow.provider(left).name(spoken(request)) if left in flow.providers else "",
        "farewell": flow.farewell(left, f"{settings.site}/") if left in flow.providers else "",
        "typed": {"next": "", "email": "", **typed},
        "ended": bool(request.query_params.get(_ENDED)),
        "registering": settings.registration == "open" and sends(request),
        "letters": sends(request),
        "providers": [
            {"name": one.name(spoken(request)), "address": _away(request, one.id, str(typed.get("next", "")))}
            for one in flow.providers.values()
        ],
    }


def _away(request: Request, provider: str, wanted: str) -> str:
    asked = f"?next={people.quoted(wanted)}" if wanted else ""
    return f"/{spoken(request)}/account/with/{provider}{asked}"


@router.post("/account/sign-in")
async def sign_in(request: Request, lang: str, form: Form) -> Response:
    """Sign in with a password; where the second step is on, a code is asked on the next page."""
    began = time.monotonic()
    email, wanted = text(form, "email"), text(form, "next")
    sessions = people.rooms(request).sessions
    try:
        token, _actor = await hashing(
            request, sessions.sign_in, email, password(form), browser=browser_of(request)
        )
    except CodeNeeded as needed:
        where = f"/{lang}/account/code" + (f"?next={people.quoted(wanted)}" if wanted else "")
        answer = onward(where)
        cookies.give(request, answer, needed.ticket, None, cookies.STEP)
        return answer
    except AccessError as error:
        await _until_the_beat(began)
        problems = [problem_of(request, error, "email")]
        return await sheet_later(
            request,
            "sign_in.html",
            problems=problems,
            **_asked(request, email=email, next=wanted),
        )
    return people.let_in(request, onward(place_after(wanted, lang)), token)


async def _until_the_beat(began: float) -> None:
    """Wait for the next beat: a wrong password, an unknown address and a locked account take equally long."""
    passed = time.monotonic() - began
    await asyncio.sleep(BEAT - passed % BEAT)


@router.get("/account/code")
def ask_code(request: Request, lang: str) -> Response:
    """The page that asks for the code of the second step."""
    if not cookies.token(request, cookies.STEP):
        return onward(f"/{lang}/account/sign-in")
    return sheet(request, "code.html", next=request.query_params.get("next", ""))


@router.post("/account/code")
async def code(request: Request, lang: str, form: Form) -> Response:
    """Go on with the code."""
    began, wanted = time.monotonic(), text(form, "next")
    ticket = cookies.token(request, cookies.STEP)
    sessions = people.rooms(request).sessions
    try:
        token, _actor = await request.app.state.work.quick(
            sessions.second_step, ticket, text(form, "code", 2**6), browser_of(request)
        )
    except AccessError as error:
        await _until_the_beat(began)
        if error.code == "ticket_gone":
            answer = onward(f"/{lang}/account/sign-in?done=late")
            cookies.take_back(request, answer, cookies.STEP)
            return answer
        return await sheet_later(request, "code.html", problems=[problem_of(request, error)], next=wanted)
    answer = onward(place_after(wanted, lang))
    cookies.take_back(request, answer, cookies.STEP)
    return people.let_in(request, answer, token)


@router.post("/account/sign-out")
def sign_out(request: Request, lang: str) -> Response:
    """End the session, and let go of the shares that this browser holds."""
    token = cookies.token(request, cookies.SESSION)
    sessions = people.rooms(request).sessions
    provider = ""
    if token:
        if people.signed_in(request) is not None:
            found = [one for one in sessions.list(people.actor(request)) if one.current]
            provider = found[0].provider if found else ""
        sessions.sign_out(token)
    asked = f"&with={provider}" if provider else ""
    answer = onward(f"/{lang}/account/sign-in?done=out{asked}")
    cookies.take_back(request, answer, cookies.SHARES)
    return people.let_out(request, answer)
