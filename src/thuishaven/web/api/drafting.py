"""Drafts over HTTP: those that the pages keep, for whoever holds the token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Depends, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described
from starlette.responses import Response
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from thuishaven.dossier import DossierError, Problem, plain
from thuishaven.web.api import asked as a
from thuishaven.web.api import described as d
from thuishaven.web.api.answers import answer, written
from thuishaven.web.api.bodies import Sent, sent, tree_of
from thuishaven.web.api.problems import Refused
from thuishaven.web.api.stored import calculations
from thuishaven.web.guards_files import YAML
from thuishaven.web.store import WORKING, Draft, DraftConflict, DraftGone, DraftStore, StoreFull

router = APIRouter(prefix="/draft", tags=["draft"], default_response_class=Response)
_bearer = HTTPBearer(auto_error=False, description="The token that POST /draft gave.")


def token_of(found: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> str:
    """The token of a draft. Raises :class:`Refused` without one."""
    if found is None or not found.credentials:
        raise Refused("no_token", {"WWW-Authenticate": "Bearer"})
    if found.credentials.startswith(WORKING):
        # A working copy belongs to a dossier: it is asked for there, where it is decided who may see it.
        raise Refused("no_draft")
    return found.credentials


Token = Annotated[str, Depends(token_of)]


class DraftContent(BaseModel):
    """What a draft holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str | None = Described(
        default=None,
        description="The dossier in YAML, as typed; right or wrong.",
        examples=["thuishaven: 1\n"],
    )
    answers: dict[str, Any] | None = Described(
        default=None,
        description="The answers to the scan.",
        examples=[{"answers": {"G1": "supplier", "C1": 4}}],
    )


async def content_of(request: Request) -> DraftContent:
    """The content in a body; raises what says what is wrong with it."""
    body = await sent(request)
    tree = tree_of(body, request.app.state.settings.json_depth)
    if not isinstance(tree, dict):
        raise DossierError([Problem("not_a_mapping", "", {"example": "text: …"})])
    wrong = [
        Problem("unknown_field", str(name)[:40], {"value": str(name)[:40], "example": "text, answers"})
        for name in tree
        if name not in DraftContent.model_fields
    ]
    if not isinstance(tree.get("text", ""), str | None):
        wrong.append(Problem("not_plain_text", "text", {"key": "text", "example": '"thuishaven: 1"'}))
    if not isinstance(tree.get("answers", {}), dict | None):
        wrong.append(Problem("not_a_mapping", "answers", {"example": "answers: {C1: 4}"}))
    if wrong:
        raise DossierError(wrong)
    return DraftContent(**plain(tree))


def told(draft: Draft, token: str | None = None) -> bytes:
    """A draft in plain form; with its token only when it is given out."""
    found = {
        "schema": "thuishaven.draft/1",
        "version": draft.version,
        "text": draft.text,
        "answers": draft.answers,
        "created": draft.created.isoformat(timespec="seconds"),
        "changed": draft.changed.isoformat(timespec="seconds"),
        "expires": draft.expires.isoformat(timespec="seconds"),
        "undoable": draft.undoable,
        "redoable": draft.redoable,
    }
    return written(found if token is None else {**found, "token": token})


def entity(draft: Draft) -> str:
    """The tag of a draft: its version."""
    return f'"{draft.version}"'


def version_in(request: Request) -> int | None:
    """The version that a change starts from; ``None`` for whatever it is now (``*``).

    Raises
    ------
    Refused
        When none is named, or it is no version at all.
    """
    header = request.headers.get("if-match", "").strip()
    if not header:
        raise Refused("version_missing", example='"3"')
    if header == "*":
        return None
    digits = header.removeprefix("W/").strip('"')
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 9):
        raise Refused("draft_conflict", value="-")
    return int(digits)


async def _stored(task: Callable[..., Any], *args: Any) -> Any:
    """Ask the store, in a thread; what it refuses becomes a problem."""
    try:
        return await anyio.to_thread.run_sync(task, *args)
    except DraftGone:
        raise Refused("no_draft") from None
    except DraftConflict as conflict:
        raise Refused(
            "draft_conflict", {"ETag": entity(conflict.draft)}, value=conflict.draft.version
        ) from None
    except StoreFull:
        raise Refused("store_full", {"Retry-After": "600"}) from None


def store_of(request: Request) -> DraftStore:
    """Where drafts are kept."""
    found: DraftStore = request.app.state.store
    return found


@router.post(
    "",
    summary="Start a draft",
    status_code=HTTP_201_CREATED,
    openapi_extra=d.takes(d.CONTENT),
    responses=d.gives("draft-1", HTTP_201_CREATED),
)
async def create(request: Request, question: Annotated[a.Nothing, Query()]) -> Response:
    """Keep a dossier and answers for a day after the last change. The token is given this once."""
    content = await content_of(request) if request.headers.get("content-type") else DraftContent()
    token, draft = await _stored(store_of(request).create, content.text or "", content.answers or {})
    headers = {"ETag": entity(draft), "Location": "/api/v1/draft"}
    return Response(told(draft, token), HTTP_201_CREATED, headers, "application/json")


@router.get("", summary="Read a draft", responses=d.gives("draft-1"))
async def read(request: Request, token: Token, question: Annotated[a.Nothing, Query()]) -> Response:
    """Give the draft as it stands; the ETag is its version."""
    draft = await _stored(store_of(request).load, token)
    return answer(request, told(draft), entity=entity(draft))


@router.put("", summary="Change a draft", openapi_extra=d.takes(d.CONTENT), responses=d.gives("draft-1"))
async def change(request: Request, token: Token, question: Annotated[a.Nothing, Query()]) -> Response:
    """Keep a change. If-Match names the version it started from; what is absent stays as it is."""
    version, content = version_in(request), await content_of(request)
    save = store_of(request).save
    draft = await _stored(save, token, await _current(request, token, version), content.text, content.answers)
    return answer(request, told(draft), entity=entity(draft))


@router.delete("", summary="Delete a draft", status_code=HTTP_204_NO_CONTENT, responses=d.gives_nothing())
async def delete(request: Request, token: Token, question: Annotated[a.Nothing, Query()]) -> Response:
    """Delete a draft and all its steps."""
    await _stored(store_of(request).delete, token)
    return Response(status_code=HTTP_204_NO_CONTENT)


@router.post("/undo", summary="One step back", responses=d.gives("draft-1"))
async def undo(request: Request, token: Token, question: Annotated[a.Nothing, Query()]) -> Response:
    """Undo the last change that was kept, when there is one."""
    version = await _current(request, token, version_in(request))
    draft = await _stored(store_of(request).undo, token, version)
    return answer(request, told(draft), entity=entity(draft))


@router.post("/redo", summary="One step forward", responses=d.gives("draft-1"))
async def redo(request: Request, token: Token, question: Annotated[a.Nothing, Query()]) -> Response:
    """Do again what was undone, when there is something."""
    version = await _current(request, token, version_in(request))
    draft = await _stored(store_of(request).redo, token, version)
    return answer(request, told(draft), entity=entity(draft))


async def _current(request: Request, token: str, version: int | None) -> int:
    if version is not None:
        return version
    found: Draft = await _stored(store_of(request).load, token)
    return found.version


async def _dossier(request: Request, token: Token) -> Sent:
    draft: Draft = await _stored(store_of(request).load, token)
    if not draft.text.strip():
        raise Refused("empty_draft")
    return Sent(draft.text.encode(errors="replace"), YAML)


async def _answers(request: Request, token: Token) -> dict[str, Any]:
    draft: Draft = await _stored(store_of(request).load, token)
    return dict(draft.answers)


calculations(router, _dossier, _answers)
