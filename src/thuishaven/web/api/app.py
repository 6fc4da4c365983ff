"""The HTTP interface as an application of its own, mounted under ``/api/v1`` by the pages' application."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import State
from starlette.exceptions import HTTPException

from thuishaven.dossier import VERSION, DossierError
from thuishaven.web.api import calculating, cases, described, drafting, draws, knowing, owned, problems

PLACE = "/api/v1"


def create_api(state: State) -> FastAPI:
    """The HTTP interface.

    Parameters
    ----------
    state
        Of the application it becomes part of: ``settings``, ``store``, ``work``.
    """
    api = FastAPI(
        title="Thuishaven",
        version=VERSION,
        summary="Should this be made at home again, in which form, and if not, what is the better way out?",
        description=described.ABOUT,
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        openapi_tags=described.TAGS,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    api.state = state
    for kind, handler in _HANDLERS.items():
        api.add_exception_handler(kind, handler)
    every = (knowing, calculating, drafting, cases, owned, draws)
    for router in (*(module.router for module in every), owned.one):
        api.include_router(router)
    described.install(api, PLACE)
    return api


async def _refused(request: Any, error: Exception) -> Any:
    assert isinstance(error, HTTPException)
    return await problems.refuse(request, error)


_HANDLERS: dict[Any, Any] = {
    HTTPException: _refused,
    DossierError: problems.wrong_dossier,
    RequestValidationError: problems.wrong_request,
    Exception: problems.broken,
}
