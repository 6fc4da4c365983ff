"""Opening a dossier to work on it, keeping what was changed, throwing it away, and bringing two people's work
together.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from thuishaven.access import AccessError, Actor, Denied, NotFound, new_id
from thuishaven.databank import Content, Difference, Dossier, SaveConflict, compared, settled, tree_of
from thuishaven.locale import _, use
from thuishaven.web import dossier_desk, drafts, people
from thuishaven.web import guards_cookies as cookies
from thuishaven.web.dossier_desk import Tied
from thuishaven.web.org_pages_words import Told, step_of_part, told
from thuishaven.web.people_words import told as refusal
from thuishaven.web.rendering import Form, onward, page, pages, spoken
from thuishaven.web.store import WORKING, DraftConflict, DraftGone, hash_of, reference

router = pages()
MINE, THEIRS = "mine", "theirs"


def asking(request: Request) -> Actor:
    """Who asks: a person, or the holder of a share; anybody else signs in first.

    Raises
    ------
    AccessError
        ``link_gone`` for who came by a link that has ended.
    SignInFirst
        For a visitor.
    """
    actor = people.actor(request)
    if actor.person or actor.grants:
        return actor
    if cookies.token(request, cookies.SHARES):
        raise AccessError("link_gone")
    return people.required(request)


def tie(request: Request, response: Response, token: str) -> Response:
    """Let the browser keep the reference of a working copy."""
    return drafts.with_cookie(request, response, token)


# ---- opening


@router.post("/dossiers/{dossier}/open")
def open_copy(request: Request, lang: str, dossier: str, form: Form) -> Response:
    """Open a dossier to work on it: the working copy that is there already, or a new one."""
    actor = asking(request)
    found = people.rooms(request).dossiers.get(actor, dossier)
    other = dossier_desk.tied(request)
    first = dossier_desk.leaves_first(request) if other is not None and other.dossier != dossier else None
    if first is not None:
        return first
    here = cookies.token(request)
    if here and not here.startswith(WORKING) and form.get("instead") != "yes":
        loose = drafts.desk(request)
        if loose is not None and (loose.draft.text or loose.draft.answers):
            return page(
                request, "dossiers/instead.html", status=HTTPStatus.CONFLICT, dossier=found, desk=loose
            )
    token = _resumed(request, actor, found) or _fresh(request, actor, found)
    return tie(request, onward(_first_page(lang, found)), token)


def _first_page(lang: str, found: Dossier) -> str:
    step = step_of_part(found.parts) if found.parts else ""
    return f"/{lang}/dossier/{step}" if step else f"/{lang}/dossier"


def _resumed(request: Request, actor: Actor, found: Dossier) -> str:
    """The token of the working copy that this reader has of a dossier; empty where there is none."""
    store, copies = drafts.store(request), dossier_desk.copies(request)
    here = cookies.token(request)
    if here.startswith(WORKING):
        try:
            copy = copies.standing(actor, hash_of(here)).copy
            draft = store.load(here)
        except (AccessError, DraftGone):
            pass
        else:
            stale = copy.digest == Content(draft.text, draft.answers).digest() and (
                copy.version != found.version
            )
            if copy.dossier == found.id and not stale:
                return here
    for copy in copies.mine(actor):
        if copy.dossier != found.id:
            continue
        try:
            draft = store.peek(copy.draft)
        except DraftGone:
            copies.close(actor, copy.draft)
            continue
        if copy.version != found.version and Content(draft.text, draft.answers).digest() == copy.digest:
            # Nothing was changed in it, and there is a newer version.
            store.drop(copy.draft)
            copies.close(actor, copy.draft)
            continue
        # The databank knows the new reference before the draft has it: whatever stops half-way, it is found.
        token = reference(WORKING)
        copies.open(actor, found.id, copy.version, copy.digest, hash_of(token))
        store.move(copy.draft, token)
        copies.close(actor, copy.draft)
        return token
    return ""


def _fresh(request: Request, actor: Actor, found: Dossier) -> str:
    """A new working copy of the newest version."""
    content = found.content
    token, _draft = drafts.store(request).create(content.text, content.answers, WORKING)
    dossier_desk.copies(request).open(actor, found.id, found.version, content.digest(), hash_of(token))
    return token


@router.post("/dossiers/leave")
def leave(request: Request, lang: str) -> Response:
    """Put the working copy away: a person finds it again, a copy that is closed for good is deleted."""
    token = cookies.token(request)
    response = onward(f"/{lang}/dossiers" if people.signed_in(request) else f"/{lang}/")
    if token.startswith(WORKING):
        actor, copies, key = people.actor(request), dossier_desk.copies(request), hash_of(token)
        try:
            kept = bool(copies.standing(actor, key).copy.person)
        except Denied:
            kept = True
        except NotFound:
            copy = copies.get(key)
            kept = copy is not None and bool(copy.person) and copy.person != actor.person
        if not kept:
            drafts.store(request).drop(key)
            copies.close(actor, key)
        cookies.take_back(request, response)
    return response


# ---- keeping and throwing away


def _tied(request: Request, dossier: str) -> Tied:
    """The working copy of this dossier that lies open. Raises 410 when there is none."""
    found = dossier_desk.tied(request)
    if found is None or found.dossier != dossier:
        raise HTTPException(HTTPStatus.GONE)
    return found


@router.post("/dossiers/{dossier}/keep")
async def keep(request: Request, lang: str, dossier: str, form: Form) -> Response:
    """Keep what was changed as a version; when somebody else did meanwhile, both are merged first."""

    def kept() -> Response:
        tied = _tied(request, dossier)
        actor = people.actor(request)
        started = str(form.get("version", ""))
        version = int(started) if started.isascii() and started.isdecimal() else tied.version
        try:
            new = people.rooms(request).dossiers.save(
                actor,
                dossier,
                version,
                tied.content,
                key=str(form.get("key", "")),
                why=str(form.get("why", "")),
                draft=hash_of(tied.token),
            )
        except SaveConflict:
            return onward(f"/{lang}/dossiers/{dossier}/merge")
        if new == version:
            return onward(f"/{lang}/dossiers/{dossier}?same=1")
        _note_advice(request, actor, tied, new)
        return onward(_back(form, lang, f"/{lang}/dossiers/{dossier}") + f"?kept={new}")

    response: Response = await request.app.state.work.quick(kept)
    return response


def _back(form: Mapping[str, Any], lang: str, otherwise: str) -> str:
    """The page that a form came from, when it is one of ours."""
    back = str(form.get("back", ""))
    return back if is_ours(back, lang) else otherwise


def is_ours(path: str, lang: str) -> bool:
    """Whether a path is one of our pages, in this language, and nothing more than a path."""
    return path.startswith(f"/{lang}/") and not any(sign in path for sign in ("\\", "//", "?", "#"))


def _note_advice(request: Request, actor: Actor, tied: Tied, version: int) -> None:
    """Note what the advice says of a version that was just kept, when it is worked out already."""
    from thuishaven.web import org_pages_history, results

    dossier = drafts.read(tied.draft.text)[1]
    if "update" not in tied.standing.may or dossier is None:
        return
    work = results.ready(dossier)
    if work is not None:
        org_pages_history.note(request, actor, tied.dossier, version, work)


@router.post("/dossiers/{dossier}/throw-away")
def throw_away(request: Request, lang: str, dossier: str, form: Form) -> Response:
    """Take the newest version in the place of what was changed; undo brings the changes back."""
    tied, actor = _tied(request, dossier), people.actor(request)
    newest = people.rooms(request).dossiers.get(actor, dossier)
    _put(request, tied, newest.content)
    dossier_desk.copies(request).open(
        actor, dossier, newest.version, newest.content.digest(), hash_of(tied.token)
    )
    return tie(request, onward(_back(form, lang, f"/{lang}/dossiers/{dossier}")), tied.token)


def _put(request: Request, tied: Tied, content: Content) -> None:
    """Put a content in a working copy, as a step that can be undone."""
    store, version = drafts.store(request), tied.draft.version
    for _attempt in range(drafts.TRIES):
        try:
            store.save(tied.token, version, content.text, content.answers)
        except DraftConflict as conflict:
            version = conflict.draft.version
        else:
            return
    raise HTTPException(HTTPStatus.CONFLICT)


# ---- bringing together


@router.get("/dossiers/{dossier}/merge")
async def merging(request: Request, lang: str, dossier: str) -> Response:
    """What two people changed: what goes together, and where one has to choose."""

    def made() -> Response:
        tied = dossier_desk.tied(request)
        found = _conflict(request, tied) if tied is not None and tied.dossier == dossier else None
        if tied is None or found is None:
            return onward(f"/{lang}/dossiers/{dossier}")
        return _merge_page(request, tied, found, {}, [])

    response: Response = await request.app.state.work.quick(made)
    return response


def _conflict(request: Request, tied: Tied) -> SaveConflict | None:
    """What keeping the working copy would meet."""
    dossiers, actor = people.rooms(request).dossiers, people.actor(request)
    return dossiers.conflict(actor, tied.dossier, tied.version, tied.content)


def _merge_page(
    request: Request,
    tied: Tied,
    found: SaveConflict,
    chosen: Mapping[str, str],
    problems: list[tuple[str, str]],
    moved: bool = False,
) -> Response:
    lang = spoken(request)
    with use(lang):
        trees = [tree_of(content) for content in (found.dossier.content, found.mine, found.base)]
        clashes = [
            {
                "field": f"c-{number}",
                "told": told(Difference(clash.place, clash.base, clash.mine), *trees),
                "theirs": told(Difference(clash.place, clash.base, clash.theirs), *trees),
                "chosen": chosen.get(clash.place, ""),
            }
            for number, clash in enumerate(found.merged.clashes)
        ]
        places = {clash.place for clash in found.merged.clashes}
        return page(
            request,
            "dossiers/merge.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
            dossier=found.dossier,
            clashes=clashes,
            mine=_changes(found.base, found.mine, places, trees),
            theirs=_changes(found.base, found.dossier.content, places, trees),
            author=author_of(request, found.dossier),
            base=tied.version,
            problems=problems,
            moved=moved,
            key=new_id(),
        )


def _changes(old: Content, new: Content, clashing: set[str], trees: list[Any]) -> list[Told]:
    """What one of two people changed where the other did not."""
    return [told(change, *trees) for change in compared(old, new) if change.place not in clashing]


def author_of(request: Request, found: Dossier) -> str:
    """Who made the version of a dossier that is shown; empty where it may not be known."""
    dossiers, actor = people.rooms(request).dossiers, people.actor(request)
    try:
        newest = dossiers.versions(actor, found.id)[0]
    except AccessError:
        return ""
    return dossiers.authors(actor, found.id).get(newest.author, "")


@router.post("/dossiers/{dossier}/merge")
async def merged(request: Request, lang: str, dossier: str, form: Form) -> Response:
    """Keep both people's changes, each clash as it was chosen."""

    def done() -> Response:
        tied = _tied(request, dossier)
        found = _conflict(request, tied)
        if found is None:
            return onward(f"/{lang}/dossiers/{dossier}")
        chosen, problems = {}, []
        with use(lang):
            for number, clash in enumerate(found.merged.clashes):
                choice = str(form.get(f"c-{number}", ""))
                if form.get(f"p-{number}") == clash.place and choice in (MINE, THEIRS):
                    chosen[clash.place] = choice
                else:
                    words = told(Difference(clash.place, clash.base, clash.mine), tree_of(found.mine)).where
                    problems.append((f"c-{number}-mine", _("Choose for: {field}", field=words)))
        moved = str(form.get("against", "")) != str(found.dossier.version)
        if problems or moved:
            return _merge_page(request, tied, found, chosen, problems, moved)
        content = found.solved(settled(found.merged, chosen))
        # The copy first: whatever stops half-way, it still starts from the older version and is merged again.
        _put(request, tied, content)
        try:
            new = people.rooms(request).dossiers.save(
                people.actor(request),
                dossier,
                found.dossier.version,
                content,
                key=str(form.get("key", "")),
                why=str(form.get("why", "")),
                draft=hash_of(tied.token),
            )
        except SaveConflict:
            return onward(f"/{lang}/dossiers/{dossier}/merge")
        if new == found.dossier.version:
            # All that was chosen stands there already.
            dossier_desk.copies(request).open(
                people.actor(request), dossier, new, content.digest(), hash_of(tied.token)
            )
            return onward(f"/{lang}/dossiers/{dossier}?same=1")
        return onward(f"/{lang}/dossiers/{dossier}?kept={new}")

    response: Response = await request.app.state.work.quick(done)
    return response


def said(request: Request, error: AccessError) -> str:
    """What is wrong, in the language of the page."""
    with use(spoken(request)):
        return refusal(error)
