"""The joint draws of a result as a file, for who may see the commercial secrets of the dossier."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from thuishaven.access import SECRET, Actor, Denied, Object, decide, require
from thuishaven.dossier import Dossier, digest, to_tree
from thuishaven.locale import use
from thuishaven.report.draws import draws_parquet
from thuishaven.web import dossier_desk, drafts, ops_apart, people, results
from thuishaven.web.dossier_desk_pages import asking
from thuishaven.web.guards_files import KINDS, download
from thuishaven.web.home import told
from thuishaven.web.rendering import page, pages

router = pages()
PARQUET = "parquet"


def draws_file(dossier: Dossier) -> bytes:
    """The draws of the figures that the pages show, worked out where the calculations are."""
    return ops_apart.calculate(results.fingerprint(dossier), _draws, dossier)


def _draws(dossier: Dossier) -> bytes:
    work = results.worked_out(dossier)
    return draws_parquet(work.material.cost, digest(to_tree(work.own)))


def may_take(actor: Actor, dossier: str, organisation: str) -> None:
    """Let pass who may take a dossier along and see its commercial secrets.

    Raises
    ------
    Denied
        For anybody else.
    """
    thing = Object("dossier", dossier, organisation, confidentiality=3)
    require(actor, "export", thing)
    if decide(actor, "read", thing).highest_class < SECRET:
        raise Denied("denied", action="export", kind="dossier")


@router.get("/results/draws.parquet")
async def of_draft(request: Request, lang: str) -> Response:
    """The draws of what is open: a draft is its visitor's own, a working copy belongs to a dossier."""
    desk, dossier = await drafts.with_dossier(request)
    if desk is None or dossier is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    tied: dossier_desk.Tied | None = getattr(request.state, "tied", None)

    def made() -> Response:
        if tied is not None:
            may_take(people.actor(request), tied.dossier, tied.standing.organisation)
        with use(lang):
            name = told(dossier.title) or told(dossier.product.name)
        return _file(draws_file(dossier), name)

    answer: Response = await request.app.state.work.run(made)
    return answer


@router.get("/dossiers/{dossier}/versions/{version}/draws.parquet")
async def of_version(request: Request, lang: str, dossier: str, version: int) -> Response:
    """The draws of a version of a dossier."""

    def made() -> Response:
        actor = asking(request)
        found = people.rooms(request).dossiers.get(actor, dossier, version)
        may_take(actor, found.id, found.organisation)
        built = drafts.read(found.content.text)[1]
        if built is None:
            return page(request, "dossiers/unfinished.html", status=HTTPStatus.CONFLICT, dossier=found)
        return _file(draws_file(built), f"{found.title} {found.version}")

    answer: Response = await request.app.state.work.run(made)
    return answer


def _file(content: bytes, name: str) -> Response:
    headers = {"Cache-Control": "no-store", **download(f"{name} draws", PARQUET)}
    return Response(content, media_type=KINDS[PARQUET], headers=headers)
