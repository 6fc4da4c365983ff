"""The joint draws of a dossier that is kept, over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from thuishaven.web import people
from thuishaven.web.api import asked as a
from thuishaven.web.api import described as d
from thuishaven.web.api.answers import answer
from thuishaven.web.api.bodies import Sent
from thuishaven.web.api.calculating import opened
from thuishaven.web.api.owned import Id, one, stored
from thuishaven.web.api.problems import Refused
from thuishaven.web.draws_files import PARQUET, draws_file, may_take
from thuishaven.web.guards_files import KINDS, YAML, download

router = APIRouter(
    prefix="/dossiers/{dossier}",
    tags=["dossiers"],
    default_response_class=Response,
    dependencies=one.dependencies,
)


@router.get("/draws", summary="The joint draws of every plan", responses=d.gives_files(PARQUET))
async def draws(request: Request, dossier: Id, question: Annotated[a.Nothing, Query()]) -> Response:
    """Give the cost per unit of every plan in every world as Parquet, for who may see commercial secrets.

    Row n is the same world for every plan. Seed, units, day and the dossier's fingerprint stand in the
    metadata of the schema.
    """
    actor, state = people.actor(request), request.app.state
    found = await stored(request, people.rooms(request).dossiers.get, actor, dossier)
    await stored(request, may_take, actor, found.id, found.organisation)
    if not found.content.text.strip():
        raise Refused("empty_draft")
    body = Sent(found.content.text.encode(errors="replace"), YAML)

    def made() -> bytes:
        return draws_file(opened(body, (), state.settings.json_depth).dossier)

    content = await state.work.run(made)
    return answer(request, content, KINDS[PARQUET], headers=download(found.title, PARQUET))
