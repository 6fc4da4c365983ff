"""What an adviser takes along: a calendar by subscription, and the daily letter, each ended with a click."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from thuishaven.databank.office import Digests, Subscriptions, Task, calendar
from thuishaven.locale import _, use
from thuishaven.web import office_words as words
from thuishaven.web import people
from thuishaven.web.office_pages import sheet, store
from thuishaven.web.people_forms import text
from thuishaven.web.people_letters import sends
from thuishaven.web.rendering import Form, onward, pages

router = pages()


@router.get("/office/own")
def overview(request: Request) -> Response:
    """The calendar and the letter of the person who is signed in."""
    return _overview(request)


def _overview(request: Request, link: str = "") -> Response:
    actor = people.required(request)
    return sheet(
        request,
        "own.html",
        calendar=Subscriptions(store(request)).of(actor),
        letter=Digests(store(request)).since(actor),
        sends=sends(request),
        link=link,
    )


@router.post("/office/own/calendar")
def make(request: Request, lang: str) -> Response:
    """A new secret address of the calendar, shown this once; the one before it stops working."""
    token = Subscriptions(store(request)).make(people.required(request))
    return _overview(request, f"{_site(request)}/{lang}/office/calendar/{token}.ics")


@router.post("/office/own/calendar/end")
def end(request: Request, lang: str, form: Form) -> Response:
    """Take the address of the calendar back."""
    Subscriptions(store(request)).revoke(people.required(request), text(form, "calendar", 32))
    return onward(f"/{lang}/office/own?done=calendar_ended")


@router.post("/office/own/letter")
def letter(request: Request, lang: str, form: Form) -> Response:
    """Ask for the daily letter, or stop it."""
    actor = people.required(request)
    wanted = text(form, "wanted", 3) == "yes"
    digests = Digests(store(request))
    if wanted:
        digests.switch_on(actor)
    else:
        digests.switch_off(actor)
    return onward(f"/{lang}/office/own?done=letter_{'on' if wanted else 'off'}")


@router.get("/office/calendar/{token}.ics")
def subscribed(request: Request, lang: str, token: str) -> Response:
    """The calendar, for a program that comes with its secret address."""
    found = Subscriptions(store(request)).tasks(token)
    site = _site(request)

    def where(task: Task) -> str:
        return f"{site}/{lang}/office/{task.subject_kind}s/{task.subject}"

    with use(lang):
        name = _("Tasks of the front office")
        body = calendar(
            found, store(request).clock(), words.task_kind, name, request.url.hostname or "", where
        )
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return Response(body.encode(), media_type="text/calendar; charset=utf-8", headers=headers)


@router.get("/office/letter/{token}")
def leaving(request: Request, token: str) -> Response:
    """What the link in a letter leads to: a button that stops the letters."""
    on = Digests(store(request)).known(token)
    return sheet(request, "letter_off.html", token=token, on=on)


@router.post("/office/letter/{token}")
def left(request: Request, lang: str, token: str) -> Response:
    """Stop the letters; without signing in, also from a mail program's own button."""
    Digests(store(request)).switch_off_by(token)
    return onward(f"/{lang}/office/letter/{token}")


def _site(request: Request) -> str:
    return str(request.app.state.settings.base_url or str(request.base_url).rstrip("/"))
