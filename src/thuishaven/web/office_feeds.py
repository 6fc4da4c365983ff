"""The feeds that an organisation has watched: which ones, how the last visit went, what came of them."""

from __future__ import annotations

import datetime as dt
import threading
from typing import cast

from fastapi import Request
from fastapi.responses import Response

from thuishaven.access import AccessError, Actor, Object, allowed
from thuishaven.databank.office import LANGUAGES, Feeds, networks
from thuishaven.locale import _, use
from thuishaven.web import people
from thuishaven.web.office_pages import Problems, problem, sheet, store
from thuishaven.web.people_forms import text
from thuishaven.web.rendering import Form, moment, onward, pages, spoken

router = pages()
#: Visits at once that people ask for: each may hold a thread until the other server is given up on.
_VISITS = threading.BoundedSemaphore(4)


def _feeds(request: Request) -> Feeds:
    return Feeds(store(request), networks(request.app.state.settings.feed_networks))


def _may(actor: Actor) -> bool:
    """Whether somebody chooses what is watched."""
    own = Object("feed", "", actor.organisation, confidentiality=2)
    return allowed(actor, "create", own)


def _fetches(actor: Actor) -> bool:
    """Whether somebody may have a feed fetched without waiting for the timer."""
    return allowed(actor, "run", Object("feed", "", actor.organisation, confidentiality=2))


@router.get("/office/feeds")
def overview(request: Request) -> Response:
    """All feeds of the organisation acted for."""
    return _overview(request, people.required(request))


def _overview(
    request: Request, actor: Actor, problems: Problems = (), typed: dict[str, str] | None = None
) -> Response:
    return sheet(
        request,
        "feeds.html",
        problems=problems,
        typed=typed or {},
        feeds=_feeds(request).list(actor),
        may=_may(actor),
        languages=LANGUAGES,
    )


@router.post("/office/feeds")
def add(request: Request, lang: str, form: Form) -> Response:
    """Have a feed watched."""
    actor = people.required(request)
    typed = {name: text(form, name, 2**12) for name in ("address", "name", "language")}
    try:
        feed = _feeds(request).add(actor, typed["address"], typed["name"], typed["language"])
    except AccessError as error:
        return _overview(request, actor, [problem(request, error)], typed)
    return onward(f"/{lang}/office/feeds/{feed}?done=feed_added")


@router.get("/office/feeds/{feed}")
def one(request: Request, feed: str) -> Response:
    """One feed."""
    return _page(request, people.required(request), feed)


def _page(
    request: Request,
    actor: Actor,
    feed: str,
    problems: Problems = (),
    typed: dict[str, str] | None = None,
) -> Response:
    found = _feeds(request).get(actor, feed)
    return sheet(
        request,
        "feed.html",
        problems=problems,
        typed=typed or {"address": found.address, "name": found.name, "language": found.language},
        feed=found,
        signals=_feeds(request).signals(actor, feed),
        may=_may(actor),
        fetches=found.watched and _fetches(actor),
        languages=LANGUAGES,
    )


@router.post("/office/feeds/{feed}")
def change(request: Request, lang: str, feed: str, form: Form) -> Response:
    """Change where a feed is, what it is called, or its language."""
    actor = people.required(request)
    typed = {name: text(form, name, 2**12) for name in ("address", "name", "language")}
    try:
        _feeds(request).describe(actor, feed, typed["address"], typed["name"], typed["language"])
    except AccessError as error:
        return _page(request, actor, feed, [problem(request, error)], typed)
    return onward(f"/{lang}/office/feeds/{feed}?done=feed_kept")


@router.post("/office/feeds/{feed}/watch")
def watch(request: Request, lang: str, feed: str, form: Form) -> Response:
    """Stop watching a feed, or begin again."""
    actor = people.required(request)
    watched = text(form, "watched", 3) == "yes"
    _feeds(request).watch(actor, feed, watched)
    told = "feed_added" if watched else "feed_stopped"
    return onward(f"/{lang}/office/feeds/{feed}?done={told}")


@router.post("/office/feeds/{feed}/fetch")
def fetch(request: Request, lang: str, feed: str) -> Response:
    """Visit a feed now."""
    actor = people.required(request)
    if not _VISITS.acquire(blocking=False):
        return _page(request, actor, feed, [_told(request, AccessError("feed_busy"))])
    try:
        visit = _feeds(request).fetch_one(actor, feed)
    except AccessError as error:
        return _page(request, actor, feed, [_told(request, error)])
    finally:
        _VISITS.release()
    told = "feed_new" if visit.signals else "feed_old" if visit.well else ""
    return onward(f"/{lang}/office/feeds/{feed}" + (f"?done={told}" if told else ""))


def _told(request: Request, error: AccessError) -> tuple[str, str]:
    """Why a feed is not fetched now."""
    if error.code != "feed_soon":
        return problem(request, error)
    with use(spoken(request)):
        again = moment(cast("dt.datetime", error.params["again"]))
        return "", _(
            "It was fetched a moment ago. You can have it fetched again from {moment}.", moment=again
        )
