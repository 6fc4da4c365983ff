"""Dossiers of an organisation over HTTP: for a person with a session, a program with a key, or a link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Path, Query, Request
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described
from starlette.responses import Response
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from thuishaven.access import AccessError, Actor, Object, Share
from thuishaven.databank import ABSENT as NOTHING
from thuishaven.databank import Comment, Content, Dossier, SaveConflict
from thuishaven.web import people
from thuishaven.web.api import asked as a
from thuishaven.web.api import described as d
from thuishaven.web.api.answers import answer, written
from thuishaven.web.api.bodies import Sent, sent
from thuishaven.web.api.drafting import content_of, version_in
from thuishaven.web.api.problems import Refused
from thuishaven.web.api.stored import calculations
from thuishaven.web.guards_files import KINDS, YAML, download

#: As confidential as a dossier is.
_CLASS = 3
_MOST = 128
_key = HTTPBearer(auto_error=False, scheme_name="key", description="An API key, made under your account.")

router = APIRouter(tags=["dossiers"], default_response_class=Response, dependencies=[Depends(_key)])
one = APIRouter(
    prefix="/dossiers/{dossier}",
    tags=["dossiers"],
    default_response_class=Response,
    dependencies=[Depends(_key)],
)
Id = Annotated[str, Path(max_length=32, pattern=r"^[0-9a-f]*$", description="Id of the dossier.")]
Thing = Annotated[str, Path(max_length=32, pattern=r"^[0-9a-f]*$")]
Repeated = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "The same call with the same key does nothing more and gives the same answer.",
            "schema": {"type": "string", "maxLength": 128},
        }
    ]
}


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ListAsked(_Sent):
    """Which dossiers."""

    state: Literal["active", "archived"] = Described(default="active", description="Only those.")
    label: str = Described(default="", max_length=64, description="Only those with this label.")
    after: str = Described(default="", max_length=32, description="Go on after this one.")


class CreateAsked(_Sent):
    """How a new dossier is called."""

    title: str = Described(min_length=1, max_length=128, description="Name of the dossier.")


class RestoreAsked(_Sent):
    """Which version comes back."""

    version: int = Described(ge=1, description="The older version.")


class CompareAsked(_Sent):
    """Which versions are compared."""

    old: int = Described(ge=1, description="The older version.")
    new: int = Described(ge=1, description="The newer version.")


class TitleSent(_Sent):
    """A name."""

    title: str = Described(min_length=1, max_length=128)


class LabelsSent(_Sent):
    """Labels: these and no others."""

    labels: list[Annotated[str, Described(max_length=64)]] = Described(max_length=32)


class CommentSent(_Sent):
    """A comment on a field."""

    place: str = Described(max_length=512, description="Path of the field, as in dossier.bom.shell.price.")
    text: str = Described(min_length=1, max_length=4096)


class ShareSent(_Sent):
    """What is shared, why, and for how long."""

    scope: Literal["read", "comment", "fill"]
    reason: str = Described(min_length=1, max_length=1024, description="It stands in the log.")
    part: str = Described(default="", max_length=256, description="With fill: the part, as dossier.demand.")
    days: int = Described(default=30, ge=1, le=366)
    highest_class: int = Described(default=3, ge=0, le=4, description="Fields above it stay hidden.")


async def stored(request: Request, task: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """Ask a room, in a thread; what it refuses becomes a problem."""
    try:
        return await request.app.state.work.quick(task, *args, **named)
    except SaveConflict as conflict:
        places = ", ".join(clash.place for clash in conflict.merged.clashes[:8]) or "-"
        tag = {"ETag": _entity(conflict.dossier.version)}
        raise Refused("dossier_conflict", tag, value=conflict.dossier.version, expected=places) from None
    except AccessError as error:
        raise refused(people.actor(request), error) from None


def refused(actor: Actor, error: AccessError) -> Refused:
    """What a program is told when a room says no."""
    unknown = not actor.person and not actor.grants
    if unknown and error.code in {"denied", "not_found"}:
        return Refused("key_needed", {"WWW-Authenticate": "Bearer"})
    match error.code:
        case "not_found":
            return Refused("no_such", value=str(error.params.get("kind", "-")))
        case "denied":
            action, kind = error.params.get("action", "-"), error.params.get("kind", "-")
            return Refused("not_yours", value=f"{action}:{kind}")
        case "archived" | "key_reused":
            return Refused(error.code)
    found = ", ".join(f"{name} {value}" for name, value in error.params.items())
    return Refused("cannot", value=error.code, expected=found or "-")


@router.get("/me", summary="Who am I here?", responses=d.gives("me-1"))
async def me(request: Request, question: Annotated[a.Nothing, Query()]) -> Response:
    """Say as whom a session, a key or a link is taken, and what it may do."""
    actor = people.actor(request)
    found = {
        "schema": "thuishaven.me/1",
        "kind": actor.name.partition(":")[0],
        "person": actor.person,
        "organisation": actor.organisation,
        "roles": sorted(actor.roles),
        "scopes": None if actor.scopes is None else sorted(actor.scopes),
        "shares": sorted(grant.object for grant in actor.grants if grant.kind == "dossier"),
    }
    return answer(request, written(found))


@router.get("/dossiers", summary="Which dossiers are there?", responses=d.gives("dossiers-1"))
async def every(request: Request, question: Annotated[ListAsked, Query()]) -> Response:
    """List the dossiers of the organisation acted for."""
    room, actor = people.rooms(request).dossiers, people.actor(request)
    lines = await stored(
        request,
        room.list,
        actor,
        state=question.state,
        label=question.label,
        after=question.after,
        most=_MOST,
    )
    found = {
        "schema": "thuishaven.dossiers/1",
        "dossiers": [
            {
                "id": line.id,
                "title": line.title,
                "version": line.version,
                "state": line.state,
                "changed": _when(line.changed),
                "labels": list(line.labels),
            }
            for line in lines
        ],
        "after": lines[-1].id if len(lines) == _MOST else None,
    }
    return answer(request, written(found))


@router.post(
    "/dossiers",
    summary="Keep a dossier",
    status_code=HTTP_201_CREATED,
    openapi_extra=d.takes(d.DOSSIER) | Repeated,
    responses=d.gives("saved-1", HTTP_201_CREATED),
)
async def create(request: Request, question: Annotated[CreateAsked, Query()]) -> Response:
    """Make a dossier of the organisation acted for, of the YAML, JSON or spreadsheet that is sent."""
    body = await sent(request)
    text = await request.app.state.work.run(_text_of, body)
    room, actor = people.rooms(request).dossiers, people.actor(request)
    key = request.headers.get("idempotency-key", "")
    made = await stored(request, room.create, actor, question.title, Content(text), key=key)
    headers = {"Location": f"/api/v1/dossiers/{made}", "ETag": _entity(1)}
    return Response(_saved(made, 1), HTTP_201_CREATED, headers, "application/json")


@one.get("", summary="Read a dossier", responses=d.gives("owned-1"))
async def read(request: Request, dossier: Id, question: Annotated[a.Nothing, Query()]) -> Response:
    """Give a dossier as it is now; the ETag is its version."""
    found = await _dossier(request, dossier)
    return answer(request, _told(found), entity=_entity(found.version))


@one.get("/file", summary="The dossier as a file", responses=d.gives_files("yaml", schema=None))
async def file(request: Request, dossier: Id, question: Annotated[a.Nothing, Query()]) -> Response:
    """Give the text of a dossier, as it was typed."""
    found = await _dossier(request, dossier)
    content = found.content.text.encode(errors="replace")
    return answer(request, content, KINDS[YAML], headers=download(found.title, YAML))


@one.put(
    "",
    summary="Keep a change",
    openapi_extra=d.takes(d.CONTENT) | Repeated,
    responses=d.gives("saved-1"),
)
async def save(request: Request, dossier: Id, question: Annotated[a.Nothing, Query()]) -> Response:
    """Keep a new version. If-Match names the version it started from; what is absent stays as it is."""
    version, sent_content = version_in(request), await content_of(request)
    room, actor = people.rooms(request).dossiers, people.actor(request)
    before = await _dossier(request, dossier, version)
    content = Content(
        before.content.text if sent_content.text is None else sent_content.text,
        before.content.answers if sent_content.answers is None else sent_content.answers,
    )
    key = request.headers.get("idempotency-key", "")
    made = await stored(request, room.save, actor, dossier, before.version, content, key=key)
    return answer(request, _saved(dossier, made), entity=_entity(made))


@one.get("/versions", summary="How did it come to this?", responses=d.gives("versions-1"))
async def versions(request: Request, dossier: Id, question: Annotated[a.Nothing, Query()]) -> Response:
    """List the versions of a dossier."""
    room = people.rooms(request).dossiers
    lines = await stored(request, room.versions, people.actor(request), dossier)
    found = [
        {
            "version": line.version,
            "at": _when(line.at),
            "author": line.author,
            "digest": line.digest,
            "restores": line.restores,
            "outcomes": dict(line.outcomes),
        }
        for line in lines
    ]
    return answer(request, written({"schema": "thuishaven.versions/1", "versions": found}))


@one.get("/versions/{version}", summary="An older version", responses=d.gives("owned-1"))
async def older(
    request: Request,
    dossier: Id,
    version: Annotated[int, Path(ge=1, lt=2**31)],
    question: Annotated[a.Nothing, Query()],
) -> Response:
    """Give a dossier as it was at a version."""
    found = await _dossier(request, dossier, version)
    return answer(request, _told(found))


@one.get("/differences", summary="What changed between two versions?", responses=d.gives("differences-1"))
async def differences(request: Request, dossier: Id, question: Annotated[CompareAsked, Query()]) -> Response:
    """List the places where two versions differ."""
    room, actor = people.rooms(request).dossiers, people.actor(request)
    found = await stored(request, room.compare, actor, dossier, question.old, question.new)
    lines = []
    for change in found:
        line = {"place": change.place}
        line |= {
            name: value for name, value in (("old", change.old), ("new", change.new)) if value is not NOTHING
        }
        lines.append(line)
    told = {"schema": "thuishaven.differences/1", "old": question.old, "new": question.new}
    return answer(request, written({**told, "differences": lines}))


@one.post(
    "/restore",
    summary="Bring an older version back",
    openapi_extra=Repeated,
    responses=d.gives("saved-1"),
)
async def restore(request: Request, dossier: Id, question: Annotated[RestoreAsked, Query()]) -> Response:
    """Make an older version the newest one."""
    room, actor = people.rooms(request).dossiers, people.actor(request)
    key = request.headers.get("idempotency-key", "")
    made = await stored(request, room.restore, actor, dossier, question.version, key=key)
    return answer(request, _saved(dossier, made), entity=_entity(made))


@one.put(
    "/title", summary="Give it another name", status_code=HTTP_204_NO_CONTENT, responses=d.gives_nothing()
)
async def rename(request: Request, dossier: Id, body: Annotated[TitleSent, Body()]) -> Response:
    """Give a dossier another name."""
    room = people.rooms(request).dossiers
    await stored(request, room.rename, people.actor(request), dossier, body.title)
    return Response(status_code=HTTP_204_NO_CONTENT)


@one.put("/labels", summary="Give it labels", status_code=HTTP_204_NO_CONTENT, responses=d.gives_nothing())
async def label(request: Request, dossier: Id, body: Annotated[LabelsSent, Body()]) -> Response:
    """Give a dossier these labels, and no others."""
    room = people.rooms(request).dossiers
    await stored(request, room.label, people.actor(request), dossier, *body.labels)
    return Response(status_code=HTTP_204_NO_CONTENT)


@one.post("/archive", summary="Put it away", status_code=HTTP_204_NO_CONTENT, responses=d.gives_nothing())
async def archive(request: Request, dossier: Id, question: Annotated[a.Nothing, Query()]) -> Response:
    """Put a dossier away: it can be read, not changed."""
    await stored(request, people.rooms(request).dossiers.archive, people.actor(request), dossier)
    return Response(status_code=HTTP_204_NO_CONTENT)


@one.post(
    "/unarchive", summary="Take it up again", status_code=HTTP_204_NO_CONTENT, responses=d.gives_nothing()
)
async def unarchive(request: Request, dossier: Id, question: Annotated[a.Nothing, Query()]) -> Response:
    """Take a dossier out of the archive."""
    await stored(request, people.rooms(request).dossiers.unarchive, people.actor(request), dossier)
    return Response(status_code=HTTP_204_NO_CONTENT)


@one.get("/comments", summary="What was said of it?", responses=d.gives("comments-1"))
async def comments(request: Request, dossier: Id, question: Annotated[a.Nothing, Query()]) -> Response:
    """List the comments on the fields that who asks may see."""
    room = people.rooms(request).comments
    found = await stored(request, room.list, people.actor(request), dossier)
    lines = [_comment(line) for line in found]
    return answer(request, written({"schema": "thuishaven.comments/1", "comments": lines}))


@one.post(
    "/comments",
    summary="Say something of a field",
    status_code=HTTP_201_CREATED,
    openapi_extra=Repeated,
    responses=d.gives("comment-1", HTTP_201_CREATED),
)
async def comment(request: Request, dossier: Id, body: Annotated[CommentSent, Body()]) -> Response:
    """Comment on a field of a dossier."""
    room, actor = people.rooms(request).comments, people.actor(request)
    key = request.headers.get("idempotency-key", "")
    made = await stored(request, room.add, actor, dossier, body.place, body.text, key=key)
    found = await stored(request, room.list, actor, dossier)
    line = next(line for line in found if line.id == made)
    return Response(written(_comment(line)), HTTP_201_CREATED, media_type="application/json")


@one.post(
    "/comments/{comment}/resolve",
    summary="A comment is settled",
    status_code=HTTP_204_NO_CONTENT,
    responses=d.gives_nothing(),
)
async def resolve(
    request: Request, dossier: Id, comment: Thing, question: Annotated[a.Nothing, Query()]
) -> Response:
    """Mark a comment as settled."""
    room = people.rooms(request).comments
    await stored(request, room.resolve, people.actor(request), dossier, comment)
    return Response(status_code=HTTP_204_NO_CONTENT)


@one.get("/shares", summary="Who else sees it?", responses=d.gives("shares-1"))
async def shares(request: Request, dossier: Id, question: Annotated[a.Nothing, Query()]) -> Response:
    """List the shares of a dossier, ended ones too."""
    found = await _dossier(request, dossier)
    room, actor = people.rooms(request).shares, people.actor(request)
    lines = await stored(request, room.of_object, actor, _thing(found))
    told = [_share(line) for line in lines]
    return answer(request, written({"schema": "thuishaven.shares/1", "shares": told}))


@one.post(
    "/shares",
    summary="Share it by a link",
    status_code=HTTP_201_CREATED,
    openapi_extra=Repeated,
    responses=d.gives("share-1", HTTP_201_CREATED),
)
async def share(request: Request, dossier: Id, body: Annotated[ShareSent, Body()]) -> Response:
    """Share a dossier, or a part to be filled in, by a link. The token is given this once."""
    found = await _dossier(request, dossier)
    room, actor = people.rooms(request).shares, people.actor(request)
    token, made = await stored(
        request,
        room.share,
        actor,
        _thing(found),
        body.scope,
        reason=body.reason,
        part=body.part,
        life=dt.timedelta(days=body.days),
        highest_class=body.highest_class,
        key=request.headers.get("idempotency-key", ""),
    )
    return Response(written(_share(made, token)), HTTP_201_CREATED, media_type="application/json")


@one.delete(
    "/shares/{share}", summary="End a share", status_code=HTTP_204_NO_CONTENT, responses=d.gives_nothing()
)
async def revoke(
    request: Request, dossier: Id, share: Thing, question: Annotated[a.Nothing, Query()]
) -> Response:
    """End a share at once."""
    await stored(request, people.rooms(request).shares.revoke, people.actor(request), share)
    return Response(status_code=HTTP_204_NO_CONTENT)


async def _dossier(request: Request, dossier: str, version: int | None = None) -> Dossier:
    room = people.rooms(request).dossiers
    found: Dossier = await stored(request, room.get, people.actor(request), dossier, version)
    return found


async def _held(request: Request, dossier: Id) -> Sent:
    found = await _dossier(request, dossier)
    if not found.content.text.strip():
        raise Refused("empty_draft")
    return Sent(found.content.text.encode(errors="replace"), YAML)


async def _answers(request: Request, dossier: Id) -> dict[str, Any]:
    return dict((await _dossier(request, dossier)).content.answers)


calculations(one, _held, _answers)


def _text_of(body: Sent) -> str:
    """What was sent, as the YAML that is kept; a text stays as it is, right or wrong."""
    from thuishaven.dossier import yaml
    from thuishaven.web.api.bodies import document

    if body.kind == YAML:
        return body.content.decode("utf-8-sig", errors="replace")
    found = document(body)
    return found.text or yaml.dump(found.tree)


def _thing(found: Dossier) -> Object:
    return Object("dossier", found.id, found.organisation, confidentiality=_CLASS)


def _told(found: Dossier) -> bytes:
    return written(
        {
            "schema": "thuishaven.owned/1",
            "id": found.id,
            "organisation": found.organisation,
            "title": found.title,
            "version": found.version,
            "state": found.state,
            "created": _when(found.created),
            "changed": _when(found.changed),
            "retain_until": _when(found.retain_until),
            "labels": list(found.labels),
            "complete": found.complete,
            "text": found.content.text,
            "answers": dict(found.content.answers),
        }
    )


def _saved(dossier: str, version: int) -> bytes:
    return written({"schema": "thuishaven.saved/1", "id": dossier, "version": version})


def _comment(line: Comment) -> dict[str, Any]:
    return {
        "id": line.id,
        "place": line.place,
        "text": line.text,
        "author": line.author,
        "version": line.version,
        "at": _when(line.at),
        "resolved": _when(line.resolved) if line.resolved else None,
    }


def _share(line: Share, token: str | None = None) -> dict[str, Any]:
    found = {
        "id": line.grant.id,
        "scope": line.grant.scope,
        "part": line.grant.part,
        "highest_class": line.grant.highest_class,
        "person": line.person,
        "reason": line.reason,
        "created": _when(line.created),
        "expires": _when(line.grant.expires),
        "revoked": _when(line.revoked) if line.revoked else None,
    }
    return found if token is None else {**found, "token": token}


def _entity(version: int) -> str:
    return f'"{version}"'


def _when(at: dt.datetime) -> str:
    return at.isoformat(timespec="seconds")
