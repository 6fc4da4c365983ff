"""The calculations on a dossier that is kept here: a draft's, or an organisation's."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from thuishaven.web.api import asked as a
from thuishaven.web.api import described as d
from thuishaven.web.api import rooms
from thuishaven.web.api.answers import answer
from thuishaven.web.api.bodies import Sent
from thuishaven.web.api.calculating import reported, worked_out

# Annotations here are values, not texts: the dependencies are known only where a router is filled.


def calculations(
    router: APIRouter,
    text: Callable[..., Awaitable[Sent]],
    answers: Callable[..., Awaitable[dict[str, Any]]],
) -> None:
    """Give a router what can be asked of one dossier that is kept.

    Parameters
    ----------
    router
        The routes, below the address of a dossier.
    text
        Dependency that gives the dossier as it was typed.
    answers
        Dependency that gives the answers to the scan.
    """
    held, told = Depends(text), Depends(answers)

    @router.get("/scan", summary="Which strategies look promising?", responses=d.gives("scan-1"))
    async def scan(
        request: Request, question: Annotated[a.Asked, Query()], told: dict[str, Any] = told
    ) -> Response:
        """Rank the directions from the answers that are kept."""
        state = request.app.state
        return answer(request, await state.work.run(rooms.scan, told, question, state.settings))

    @router.get("/cost", summary="What does each plan really cost?", responses=d.gives("cost-1"))
    async def cost(
        request: Request, question: Annotated[a.CostAsked, Query()], held: Sent = held
    ) -> Response:
        """Work out every plan."""
        return await worked_out(request, held, question, rooms.cost)

    @router.get("/explore", summary="Which plan is worth a closer look?", responses=d.gives("explore-1"))
    async def explore(
        request: Request, question: Annotated[a.ExploreAsked, Query()], held: Sent = held
    ) -> Response:
        """Generate and rank plans."""
        return await worked_out(request, held, question, rooms.explore)

    @router.get("/advice", summary="So what should we do?", responses=d.gives("advice-1"))
    async def advice(
        request: Request, question: Annotated[a.AdviceAsked, Query()], held: Sent = held
    ) -> Response:
        """Weigh the plans."""
        return await worked_out(request, held, question, rooms.advice)

    @router.get("/region", summary="What does each plan do for work here?", responses=d.gives("region-1"))
    async def region(
        request: Request, question: Annotated[a.DossierAsked, Query()], held: Sent = held
    ) -> Response:
        """Work out what the plans do for work here."""
        return await worked_out(request, held, question, rooms.region)

    @router.get(
        "/report",
        summary="The whole answer as a file",
        responses=d.gives_files("html", "pdf", "xlsx", "json", schema=None),
    )
    async def report(
        request: Request, question: Annotated[a.ReportAsked, Query()], held: Sent = held
    ) -> Response:
        """Write the report."""
        return await reported(request, held, question)
