"""What a visitor is working on: the draft behind the cookie, read as a dossier and kept again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from thuishaven.dossier import Dossier, DossierError, Problem, build
from thuishaven.dossier import yaml as dossier_yaml
from thuishaven.web import guards_cookies as cookies
from thuishaven.web.dossier_desk import admitted
from thuishaven.web.ops_work import Memory
from thuishaven.web.rendering import onward
from thuishaven.web.store import WORKING, Draft, DraftConflict, DraftGone, DraftStore

#: How often a change is laid on top of what another tab just kept.
TRIES = 8
#: Texts whose dossiers are kept read.
_read = Memory(64)


@dataclass(frozen=True)
class Desk:
    """A draft that lies open.

    Parameters
    ----------
    token
        Its reference.
    draft
        As it is kept.
    """

    token: str
    draft: Draft

    @cached_property
    def tree(self) -> Any:
        """The dossier as a mapping, right or wrong, to read only; empty when there is none."""
        return read(self.draft.text)[0]

    @property
    def checked(self) -> tuple[Dossier | None, tuple[Problem, ...]]:
        """The dossier, or what is still wrong with it."""
        return read(self.draft.text)[1:]

    @property
    def dossier(self) -> Dossier | None:
        """The dossier; ``None`` while it is not complete."""
        return self.checked[0]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is still wrong with the dossier."""
        return self.checked[1]


def parsed(text: str) -> Any:
    """The mapping of a dossier's text, one's own to change; empty for none, or for what is no mapping.

    Raises
    ------
    DossierError
        When it is not readable.
    """
    tree = dossier_yaml.parse(text, machine=True) if text else {}
    return tree if isinstance(tree, Mapping) else {}


def read(text: str) -> tuple[Any, Dossier | None, tuple[Problem, ...]]:
    """What a text holds: its mapping, the dossier, and what is wrong with it. Worked out once per text."""
    return _read.get(text, lambda: _checked(text))


def _checked(text: str) -> tuple[Any, Dossier | None, tuple[Problem, ...]]:
    if not text:
        return {}, None, ()
    try:
        found = dossier_yaml.content(text, machine=True)
    except DossierError as error:
        return {}, None, tuple(error.problems)
    tree = found if isinstance(found, Mapping) else {}
    try:
        return tree, build(tree), ()
    except DossierError:
        return tree, None, _told(text)


def _told(text: str) -> tuple[Problem, ...]:
    """What is wrong with a text, each with its line, for which it is read again with care."""
    try:
        build(parsed(text))
    except DossierError as error:
        return tuple(error.problems)
    return ()


def store(request: Request) -> DraftStore:
    """Where drafts are kept."""
    found: DraftStore = request.app.state.store
    return found


def desk(request: Request) -> Desk | None:
    """The draft of this visitor; ``None`` without one, or when its time is over.

    Raises
    ------
    Closed, SignInFirst, Elsewhere
        When it belongs to a dossier that the visitor may not read, or not on this page.
    """
    token = cookies.token(request)
    if not token:
        return None
    try:
        found = Desk(token, store(request).load(token))
    except DraftGone:
        return None
    if token.startswith(WORKING):
        admitted(request, token, found.draft)
    return found


async def with_dossier(request: Request) -> tuple[Desk | None, Dossier | None]:
    """The draft of this visitor and its dossier, read in a thread: nobody else's answer waits for it."""

    def read() -> tuple[Desk | None, Dossier | None]:
        found = desk(request)
        return found, found.dossier if found is not None else None

    opened: tuple[Desk | None, Dossier | None] = await request.app.state.work.quick(read)
    return opened


def begin(request: Request, path: str, text: str = "", answers: Mapping[str, Any] | None = None) -> Response:
    """Start a draft and go to a page with it.

    Parameters
    ----------
    request
        Of the visitor.
    path
        Where to go.
    text, answers
        What the draft starts with.
    """
    token, _draft = store(request).create(text, answers)
    return with_cookie(request, onward(path), token)


def with_cookie(request: Request, response: Response, token: str) -> Response:
    """Let the browser keep the reference for as long as the draft lives from now on."""
    cookies.give(request, response, token, request.app.state.settings.draft_hours)
    return response


def keep(
    request: Request,
    open_desk: Desk,
    change: Callable[[Any], Any] | None = None,
    answers: Callable[[dict[str, Any]], Mapping[str, Any]] | None = None,
) -> Desk:
    """Change a draft and keep it.

    Parameters
    ----------
    request
        Of the visitor.
    open_desk
        The draft as it lies open.
    change
        Given the dossier's mapping, gives the new one; it may change the one it is given.
    answers
        Given the answers to the scan, gives the new ones.

    Raises
    ------
    DraftGone
        When its time was over meanwhile.
    """
    for _attempt in range(TRIES):
        text = told = None
        if change is not None:
            text = dossier_yaml.text_of(change(_own(open_desk)), open_desk.draft.text)
        if answers is not None:
            told = answers(dict(open_desk.draft.answers))
        try:
            draft = store(request).save(open_desk.token, open_desk.draft.version, text, told)
        except DraftConflict as conflict:
            open_desk = Desk(open_desk.token, conflict.draft)
            continue
        return Desk(open_desk.token, draft)
    raise DraftConflict(open_desk.draft)


def _own(open_desk: Desk) -> Any:
    """The dossier of a draft, to change; one that cannot be read is begun anew."""
    try:
        return parsed(open_desk.draft.text)
    except DossierError:
        return parsed(blank())


def replace(request: Request, open_desk: Desk, text: str) -> Desk:
    """Put another dossier in the place of the draft's; the old one comes back with undo."""
    for _attempt in range(TRIES):
        try:
            draft = store(request).save(open_desk.token, open_desk.draft.version, text)
        except DraftConflict as conflict:
            open_desk = Desk(open_desk.token, conflict.draft)
            continue
        return Desk(open_desk.token, draft)
    raise DraftConflict(open_desk.draft)


def blank() -> str:
    """The text of a dossier that was just begun."""
    return f"thuishaven: 1\nas_of: {dt.date.today().isoformat()}\n"
