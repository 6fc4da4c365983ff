"""What the forms of an account share: reading a field, saying what is wrong, work that hashes passwords."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, ParamSpec, TypeVar

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from thuishaven.access import AccessError, Browser
from thuishaven.locale import use
from thuishaven.web import guards_cookies as cookies
from thuishaven.web.guards_client import household
from thuishaven.web.ops_work import Work
from thuishaven.web.people_words import DONE, told
from thuishaven.web.rendering import page, spoken

P = ParamSpec("P")
T = TypeVar("T")
#: A field and what is wrong with it.
Problems = Sequence[tuple[str, str]]

#: Somewhere on this site: what a link may lead back to after signing in.
_HERE = re.compile(r"/[a-z]{2}(/[^\\\x00-\x1f]*)?")
#: Which field an error of a room is shown at.
FIELDS = {
    "email_form": "email",
    "email_taken": "email",
    "name_form": "name",
    "language_unknown": "language",
    "number_form": "number",
    "country_unknown": "country",
    "password_short": "password",
    "password_long": "password",
    "password_common": "password",
    "password_own": "password",
    "password_unlike": "again",
    "password_wrong": "old",
    "code_wrong": "code",
    "code_refused": "code",
    "scope_unknown": "scope",
    "life_long": "days",
    "role_unknown": "role",
}


def text(form: FormData, name: str, most: int = 2**10) -> str:
    """A field of a form as one line of text; nothing for a file, and never more than this."""
    value = form.get(name, "")
    return value.strip()[:most] if isinstance(value, str) else ""


def password(form: FormData, name: str = "password") -> str:
    """A password as it was typed, blanks at its ends too."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def chosen(form: FormData, name: str) -> list[str]:
    """The boxes that were ticked under one name."""
    return [value for value in form.getlist(name) if isinstance(value, str)]


def twice(form: FormData) -> str:
    """A new password that was typed twice. Raises AccessError ``password_unlike``."""
    new = password(form)
    if new != password(form, "again"):
        raise AccessError("password_unlike")
    return new


def place_after(wanted: str, lang: str) -> str:
    """Where to go after signing in: the page that was asked for, when it is one of ours.

    >>> place_after("/nl/dossiers?label=a", "nl"), place_after("//elsewhere.example/nl", "nl")
    ('/nl/dossiers?label=a', '/nl/account')
    """
    return wanted if _HERE.fullmatch(wanted) else f"/{lang}/account"


def browser_of(request: Request, provider: str = "") -> Browser:
    """Where somebody signs in from, and the session that ends with it."""
    address = household(request.client.host) if request.client else ""
    replaces = cookies.token(request, cookies.SESSION)
    return Browser(request.headers.get("user-agent", ""), address, replaces, provider)


def problem_of(request: Request, error: AccessError, field: str | None = None) -> tuple[str, str]:
    """A field with what is wrong with it, in the language of the page."""
    with use(spoken(request)):
        return (FIELDS.get(error.code, "") if field is None else field), told(error)


def sheet(
    request: Request,
    template: str,
    *,
    problems: Problems = (),
    status: int | None = None,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> Response:
    """A page of the account, with what was just done and what is wrong.

    Parameters
    ----------
    request
        The request; ``done`` in its query names what was done.
    template
        In the folder ``account``.
    problems
        What is wrong with the form that was sent.
    status, headers, context
        As for :func:`~thuishaven.web.rendering.page`; 422 when something is wrong.
    """
    usual = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    done = DONE.get(request.query_params.get("done", ""), "")
    return page(
        request,
        f"account/{template}",
        status=status or usual,
        headers=headers,
        problems=problems,
        done=done,
        **context,
    )


async def sheet_later(request: Request, template: str, **given: Any) -> Response:
    """As :func:`sheet`, from a route that must not wait: it is made in a thread."""
    found: Response = await request.app.state.work.quick(sheet, request, template, **given)
    return found


async def hashing(request: Request, task: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Do what makes or checks a password in threads of their own: a crowd at the door delays nobody else.

    Raises
    ------
    Refusal
        503 with ``Retry-After``, when too many wait already.
    """
    done: T = await request.app.state.hashing.run(task, *args, **kwargs)
    return done


def install(app: Any, at_once: int, waiting: int) -> None:
    """Give an application its threads for passwords, and its measure of letters to one address.

    Parameters
    ----------
    app
        The application.
    at_once, waiting
        How many passwords are checked at the same time, and how many may wait.
    """
    from thuishaven.web.guards_rate import Buckets

    app.state.hashing = Work(at_once, waiting)
    # Nobody fills somebody else's mailbox from here: three letters at once, then one in ten minutes.
    app.state.letters = Buckets(1 / 10, 3)
