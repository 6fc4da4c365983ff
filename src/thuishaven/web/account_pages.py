"""Signing in and out."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ParamSpec, TypeVar

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from thuishaven.access import AccessError, Browser
from thuishaven.locale import use
from thuishaven.web import guards_cookies as cookies
from thuishaven.web import people
from thuishaven.web.guards_client import household
from thuishaven.web.people_words import told
from thuishaven.web.rendering import Form, onward, page, pages, spoken

P = ParamSpec("P")
T = TypeVar("T")
router = pages()

#: A refused sign-in is answered after a whole number of these seconds, so that its time tells nothing.
BEAT = 0.5
#: Somewhere on this site: what a link may lead back to after signing in.
_HERE = re.compile(r"/[a-z]{2}(/[^\\\x00-\x1f]*)?")


def text(form: FormData, name: str, most: int = 2**10) -> str:
    """A field of a form as one line of text; nothing for a file, and never more than this."""
    value = form.get(name, "")
    return value.strip()[:most] if isinstance(value, str) else ""


def password(form: FormData, name: str = "password") -> str:
    """A password as it was typed, blanks at its ends too."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def place_after(wanted: str, lang: str) -> str:
    """Where to go after signing in: the page that was asked for, when it is one of ours.

    >>> place_after("/nl/dossiers?label=a", "nl"), place_after("//elsewhere.example/nl", "nl")
    ('/nl/dossiers?label=a', '/nl/account')
    """
    return wanted if _HERE.fullmatch(wanted) else f"/{lang}/account"


async def hashing(request: Request, task: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Do what makes or checks a password in threads of their own: a crowd at the door delays nobody else.

    Raises
    ------
    Refusal
        503 with ``Retry-After``, when too many wait already.
    """
    done: T = await request.app.state.hashing.run(task, *args, **kwargs)
    return done


def problem_of(request: Request, error: AccessError, field: str = "") -> tuple[str, str]:
    """A field with what is wrong with it, in the language of the page."""
    with use(spoken(request)):
        return field, told(error)


def browser_of(request: Request, provider: str = "") -> Browser:
    """Where somebody signs in from, and the session that ends with it."""
    address = household(request.client.host) if request.client else ""
    replaces = cookies.token(request, cookies.SESSION)
    return Browser(request.headers.get("user-agent", ""), address, replaces, provider)


@router.get("/account/sign-in")
def ask_sign_in(request: Request, lang: str) -> Response:
    """The page to sign in."""
    if people.signed_in(request) is not None:
        return onward(place_after(request.query_params.get("next", ""), lang))
    return _sign_in_page(request)


def _sign_in_page(
    request: Request, status: int = HTTPStatus.OK, problems: tuple[tuple[str, str], ...] = (), **typed: str
) -> Response:
    asked = {"next": request.query_params.get("next", ""), "email": "", **typed}
    return page(
        request,
        "account/sign_in.html",
        status=status,
        problems=problems,
        typed=asked,
        ended=request.query_params.get("ended", ""),
        done=request.query_params.get("done", ""),
    )


@router.post("/account/sign-in")
async def sign_in(request: Request, lang: str, form: Form) -> Response:
    """Sign in: with the password, and where the second step is on with a code on the next page."""
    began = time.monotonic()
    email, wanted = text(form, "email"), text(form, "next")
    sessions = people.rooms(request).sessions
    try:
        token, _actor = await hashing(
            request, sessions.sign_in, email, password(form), browser=browser_of(request)
        )
    except AccessError as error:
        await _until_the_beat(began)
        found = (problem_of(request, error, "email"),)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return await request.app.state.work.quick(
            _sign_in_page, request, status, found, email=email, next=wanted
        )
    return people.let_in(request, onward(place_after(wanted, lang)), token)


async def _until_the_beat(began: float) -> None:
    """Wait for the next beat: a wrong password, an unknown address and a locked account take equally long."""
    passed = time.monotonic() - began
    await asyncio.sleep(BEAT - passed % BEAT)


@router.post("/account/sign-out")
def sign_out(request: Request, lang: str) -> Response:
    """End the session."""
    token = cookies.token(request, cookies.SESSION)
    if token:
        people.rooms(request).sessions.sign_out(token)
    return people.let_out(request, onward(f"/{lang}/account/sign-in?done=out"))


def install(app: Any, at_once: int, waiting: int) -> None:
    """Give an application its threads for passwords.

    Parameters
    ----------
    app
        The application.
    at_once, waiting
        How many passwords are checked at the same time, and how many may wait.
    """
    from thuishaven.web.ops_work import Work

    app.state.hashing = Work(at_once, waiting)
