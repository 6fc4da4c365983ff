"""The versions of a dossier: who changed what, what it did to the advice, and two of them side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path as File
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from thuishaven.access import Actor, new_id, require
from thuishaven.databank import Dossier, Version, compared, tree_of
from thuishaven.dossier import Document, save
from thuishaven.locale import LANGUAGES, use
from thuishaven.web import drafts, people, results, similar_cases
from thuishaven.web.dossier_desk_pages import asking
from thuishaven.web.guards_files import KINDS, download, on_disk
from thuishaven.web.ops_work import Memory
from thuishaven.web.org_pages import rights, thing
from thuishaven.web.org_pages_words import Told, told
from thuishaven.web.rendering import Form, onward, page, pages, spoken
from thuishaven.web.results import Worked

router = pages()
#: Versions on one page of the history, and changes of one that are shown before the others are asked for.
A_PAGE = 8
#: The room whose outcome is noted of a version.
ADVICE = "advice"
DOWNLOADS = ("yaml", "xlsx", "json")
_differences = Memory(64)


@dataclass(frozen=True, slots=True)
class Step:
    """A version in the history.

    Parameters
    ----------
    version
        The version.
    changes
        What it changed, in words; ``None`` for the first one.
    advice, before
        What the advice says of it and of the version before it; ``None`` where that is not worked out.
    """

    version: Version
    changes: tuple[Told, ...] | None
    advice: Mapping[str, Any] | None
    before: Mapping[str, Any] | None


# ---- what the advice says of a version


def summary_of(work: Worked) -> dict[str, Any]:
    """What the advice says, as it is kept with a version: the plan, how often it is first, its cost."""
    advice, plans = work.advice, {plan["id"]: plan for plan in work.result["plans"]}
    best = advice.get("recommended_plan") or advice.get("leading_plan") or work.result["baseline"]
    best = best if best in plans else work.result["baseline"]
    names = {}
    for lang in LANGUAGES:
        with use(lang):
            names[lang] = work.told().about.plans[best]
    return {
        "recommended": best,
        "names": names,
        "first_rank_share": advice.get("first_rank_share"),
        "unit_cost": plans[best]["unit_tco"]["mean"],
        "today": plans[work.result["baseline"]]["unit_tco"]["mean"],
        "plans": len(plans),
    }


def note(request: Request, actor: Actor, dossier: str, version: int, work: Worked) -> None:
    """Keep what the advice says of a version."""
    people.rooms(request).dossiers.note_outcome(actor, dossier, version, ADVICE, summary_of(work))


def _advice(version: Version | None) -> Mapping[str, Any] | None:
    return version.outcomes.get(ADVICE) if version is not None else None


@router.post("/dossiers/{dossier}/advice")
async def advise(request: Request, lang: str, dossier: str, form: Form) -> Response:
    """Work out what a version, and the one before it, did to the advice."""
    number = _number(form.get("version"))

    def work_out() -> Response:
        actor = asking(request)
        dossiers = people.rooms(request).dossiers
        require(actor, "update", thing(dossiers.get(actor, dossier)))
        known = {version.version: version for version in dossiers.versions(actor, dossier)}
        for wanted in (number - 1, number):
            if wanted in known and ADVICE not in known[wanted].outcomes:
                built = drafts.read(dossiers.get(actor, dossier, wanted).content.text)[1]
                if built is None:
                    continue
                try:
                    note(request, actor, dossier, wanted, results.worked_out(built))
                except ValueError:
                    # Its preferences cannot be used: there is no advice on it.
                    continue
        unfinished = "" if _advised(request, actor, dossier, number) else "?unfinished=1"
        return onward(f"/{lang}/dossiers/{dossier}/versions{unfinished}#v{number}")

    response: Response = await request.app.state.work.run(work_out)
    return response


def _advised(request: Request, actor: Actor, dossier: str, number: int) -> bool:
    versions = people.rooms(request).dossiers.versions(actor, dossier)
    return any(one.version == number and ADVICE in one.outcomes for one in versions)


# ---- the history


@router.get("/dossiers/{dossier}/versions")
async def history(request: Request, lang: str, dossier: str) -> Response:
    """The versions, newest first, with what each changed."""

    def made() -> Response:
        actor = asking(request)
        dossiers = people.rooms(request).dossiers
        found = dossiers.get(actor, dossier)
        versions = dossiers.versions(actor, dossier)
        before = _number(request.query_params.get("before")) or found.version + 1
        shown = [version for version in versions if version.version < before][: A_PAGE + 1]
        with use(spoken(request)):
            steps = [
                _step(request, actor, dossier, version, older)
                for version, older in zip(shown, [*shown[1:], None], strict=True)
            ][:A_PAGE]
        return page(
            request,
            "dossiers/versions.html",
            dossier=found,
            may=rights(actor, found),
            history=steps,
            more=shown[A_PAGE].version + 1 if len(shown) > A_PAGE else 0,
            paged=before <= found.version,
            authors=dossiers.authors(actor, dossier),
            kinds=DOWNLOADS,
            kept=_number(request.query_params.get("kept")),
            restored=_number(request.query_params.get("restored")),
            unfinished=request.query_params.get("unfinished", ""),
            key=new_id(),
        )

    response: Response = await request.app.state.work.quick(made)
    return response


def _step(request: Request, actor: Actor, dossier: str, version: Version, older: Version | None) -> Step:
    changes = None if older is None else differences(request, actor, dossier, older, version)
    return Step(version, changes, _advice(version), _advice(older))


def differences(request: Request, actor: Actor, dossier: str, old: Version, new: Version) -> tuple[Told, ...]:
    """What differs between two versions, in the words of the language in use."""
    dossiers = people.rooms(request).dossiers
    contents = [dossiers.get(actor, dossier, version.version).content for version in (old, new)]

    def found() -> Any:
        return compared(*contents), [tree_of(content) for content in contents]

    # By what they hold, as this reader sees it: nobody is shown what was worked out for somebody else.
    changes, trees = _differences.get(tuple(content.digest() for content in contents), found)
    return tuple(told(change, *reversed(trees)) for change in changes)


def _number(value: Any) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 2**3 else 0


def version_of(versions: tuple[Version, ...], wanted: Any, otherwise: int) -> Version:
    """The version of this number. Raises 404 when there is none."""
    number = _number(wanted) or otherwise
    found = next((version for version in versions if version.version == number), None)
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


@router.get("/dossiers/{dossier}/compare")
async def compare(request: Request, lang: str, dossier: str) -> Response:
    """Two versions side by side."""

    def made() -> Response:
        actor = asking(request)
        dossiers = people.rooms(request).dossiers
        found = dossiers.get(actor, dossier)
        versions = dossiers.versions(actor, dossier)
        new = version_of(versions, request.query_params.get("new"), found.version)
        old = version_of(versions, request.query_params.get("old"), max(new.version - 1, 1))
        with use(spoken(request)):
            changes = differences(request, actor, dossier, old, new)
        return page(
            request,
            "dossiers/compare.html",
            dossier=found,
            may=rights(actor, found),
            versions=versions,
            old=old,
            new=new,
            changes=changes,
            advice=(_advice(old), _advice(new)),
            authors=dossiers.authors(actor, dossier),
        )

    response: Response = await request.app.state.work.quick(made)
    return response


@router.post("/dossiers/{dossier}/versions/{version}/restore")
def restore(request: Request, lang: str, dossier: str, version: int, form: Form) -> Response:
    """Make an older version the newest; working copies notice it as anybody's change."""
    actor = asking(request)
    new = people.rooms(request).dossiers.restore(actor, dossier, version, key=str(form.get("key", "")))
    return onward(f"/{lang}/dossiers/{dossier}/versions?restored={new}")


# ---- to take away


@router.get("/dossiers/{dossier}/versions/{version}/download.{kind}")
async def downloaded(request: Request, lang: str, dossier: str, version: int, kind: str) -> Response:
    """A version as a file."""
    if kind not in DOWNLOADS:
        raise HTTPException(HTTPStatus.NOT_FOUND)

    def made() -> Response:
        found = _exported(request, dossier, version)
        name = f"{found.title} {found.version}"
        if kind == "yaml":
            return Response(found.content.text, media_type=KINDS[kind], headers=download(name, kind))
        tree, built, _problems = drafts.read(found.content.text)
        if built is None:
            return _unfinished(request, found)
        with on_disk(b"", kind) as path:
            document = Document(built, tree, None, found.content.text)
            save(document, File(path), lang if lang in LANGUAGES else "en")
            return Response(File(path).read_bytes(), media_type=KINDS[kind], headers=download(name, kind))

    response: Response = await request.app.state.work.run(made)
    return response


@router.get("/dossiers/{dossier}/versions/{version}/report.{kind}")
async def reported(request: Request, lang: str, dossier: str, version: int, kind: str) -> Response:
    """The report on a version."""
    from thuishaven.report import FORMATS

    if f".{kind}" not in FORMATS:
        raise HTTPException(HTTPStatus.NOT_FOUND)

    def made() -> Response:
        found = _exported(request, dossier, version)
        built = drafts.read(found.content.text)[1]
        if built is None:
            return _unfinished(request, found)
        work = results.worked_out(built)
        similar = similar_cases.beside(request, built, work)
        content = results.report_on(work, kind, lang if lang in LANGUAGES else "en", similar)
        return Response(
            content, media_type=KINDS[kind], headers=download(f"{found.title} {found.version}", kind)
        )

    response: Response = await request.app.state.work.run(made)
    return response


def _exported(request: Request, dossier: str, version: int) -> Dossier:
    """A version, for who may take it along."""
    actor = asking(request)
    found: Dossier = people.rooms(request).dossiers.get(actor, dossier, version)
    require(actor, "export", thing(found))
    return found


def _unfinished(request: Request, found: Dossier) -> Response:
    """What is said where a version is not complete enough for a spreadsheet or a report."""
    return page(request, "dossiers/unfinished.html", status=HTTPStatus.CONFLICT, dossier=found)
