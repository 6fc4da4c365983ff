"""Sharing a dossier, or a part of it: by a link that ends or with a person, and opening such a link."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from thuishaven.access import SECRET, AccessError, Letter, Share, new_id, policy, require
from thuishaven.databank import tree_of
from thuishaven.locale import N_, _, use
from thuishaven.web import people
from thuishaven.web.dossier_desk_pages import asking, said
from thuishaven.web.org_pages import USUAL_CLASS, rights, thing
from thuishaven.web.org_pages_words import parts_of, step_of_part
from thuishaven.web.rendering import Form, onward, page, pages, spoken
from thuishaven.web.wizard import STEPS

router = pages()
#: What a share lets its holder do, in words.
SCOPES = {
    "read": N_("read all of it"),
    "comment": N_("read all of it and comment"),
    "fill": N_("fill in one part, and see no other"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """A share in the list."""

    share: Share
    to: str
    step: str
    live: bool


def terms() -> tuple[int, ...]:
    """Days that a share lasts, as offered: a week, the usual term, three of them, the longest."""
    usual, longest = policy().term("share_life").days, policy().term("share_longest").days
    return tuple(sorted({days for days in (7, usual, 3 * usual, longest) if days <= longest}))


@router.get("/dossiers/{dossier}/shares")
def listed(request: Request, lang: str, dossier: str) -> Response:
    """Who has what of a dossier, until when, and a form to share it."""
    return _page(request, dossier, {}, [])


def _page(
    request: Request,
    dossier: str,
    typed: dict[str, str],
    problems: list[tuple[str, str]],
    link: str = "",
    sent: str = "",
) -> Response:
    actor = asking(request)
    rooms = people.rooms(request)
    found = rooms.dossiers.get(actor, dossier)
    require(actor, "share", thing(found))
    now = rooms.database.confidential.clock()
    given = [
        Given(
            share,
            share.address,
            step_of_part(share.grant.part),
            share.revoked is None and share.grant.expires > now,
        )
        for share in rooms.shares.of_object(actor, thing(found))
    ]
    tree = tree_of(found.content)["dossier"]
    return page(
        request,
        "dossiers/shares.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
        dossier=found,
        may=rights(actor, found),
        given=given,
        scopes=SCOPES,
        steps={step: STEPS[step] for step in STEPS if parts_of(step, tree)},
        all_steps=STEPS,
        terms=terms(),
        usual=policy().term("share_life").days,
        secret=SECRET,
        typed=typed,
        problems=problems,
        link=link,
        sent=sent,
        done=request.query_params.get("done", ""),
        key=new_id(),
    )


@router.post("/dossiers/{dossier}/shares")
def shared(request: Request, lang: str, dossier: str, form: Form) -> Response:
    """Share it: the link is shown this once, or sent to the address."""
    actor = asking(request)
    rooms = people.rooms(request)
    found = rooms.dossiers.get(actor, dossier)
    typed = {name: str(value).strip() for name, value in form.items() if isinstance(value, str)}
    scope, how = typed.get("scope", ""), typed.get("how", "")
    part = parts_of(typed.get("step", ""), tree_of(found.content)["dossier"]) if scope == "fill" else ""
    problems: list[tuple[str, str]] = []
    with use(lang):
        if how not in ("link", "address"):
            problems.append(("how", _("Choose with whom you share.")))
        elif how == "address" and not typed.get("address"):
            problems.append(("address", said(request, AccessError("email_form"))))
        if scope not in SCOPES:
            problems.append(("scope", _("Choose what may be done with it.")))
        elif scope == "fill" and not part:
            problems.append(("step", _("Choose the part that may be filled in.")))
        if not typed.get("reason"):
            problems.append(("reason", _("Write why: it stands in the log.")))
        days, wrong = _days(typed, actor.at)
        if wrong:
            problems.append(("until", wrong))
    if problems:
        return _page(request, dossier, typed, problems)
    address = typed.get("address", "") if how == "address" else ""
    try:
        token, _share = rooms.shares.share(
            actor,
            thing(found),
            scope,
            reason=typed["reason"],
            part=part,
            life=dt.timedelta(days=days),
            highest_class=SECRET if typed.get("secrets") == "yes" else USUAL_CLASS,
            address=address,
            key=typed.get("key", ""),
        )
    except AccessError as error:
        if error.code == "repeated":
            return onward(f"/{lang}/dossiers/{dossier}/shares?done=again")
        if error.code != "email_form":
            raise
        return _page(request, dossier, typed, [("address", said(request, error))])
    if not address:
        base = request.app.state.settings.base_url or f"{request.url.scheme}://{request.url.netloc}"
        return _page(request, dossier, {}, [], link=f"{base}/{lang}/shared/{token}")
    sender = people.signed_in(request)
    name = sender.name if sender is not None else ""
    # Without a token the letter leads to the reader's own dossiers.
    rooms.sender.send(Letter(address, lang, "share", name, token))
    return onward(f"/{lang}/dossiers/{dossier}/shares?done=sent")


def _days(typed: dict[str, str], now: dt.datetime) -> tuple[int, str]:
    """For how many days a share is given, and what is wrong with it."""
    chosen = typed.get("until", "")
    if chosen.isascii() and chosen.isdecimal() and int(chosen) in terms():
        return int(chosen), ""
    if chosen == "day":
        try:
            days = (dt.date.fromisoformat(typed.get("day", "")) - now.date()).days + 1
        except ValueError:
            days = 0
        if 0 < days <= terms()[-1]:
            return days, ""
    return 0, _("Choose until when, at most a year from now.")


@router.post("/dossiers/{dossier}/shares/{share}/revoke")
def revoked(request: Request, lang: str, dossier: str, share: str) -> Response:
    """End a share at once."""
    people.rooms(request).shares.revoke(asking(request), share)
    return onward(f"/{lang}/dossiers/{dossier}/shares?done=revoked")


# ---- opening one


@router.get("/shared/{token}")
def entry(request: Request, lang: str, token: str) -> Response:
    """What a link gives, before it is opened; nothing changes by looking."""
    found, shown = _opened(request, token)
    if found is None:
        with use(spoken(request)):
            return page(request, "dossiers/link_gone.html", status=HTTPStatus.GONE)
    return page(
        request,
        "dossiers/entry.html",
        dossier=shown,
        grant=found,
        scopes=SCOPES,
        step=step_of_part(found.part),
        steps=STEPS,
        token=token,
    )


def _opened(request: Request, token: str) -> tuple[Any, Any]:
    """The share behind a link, and the dossier as its holder sees it; nothing when it has ended."""
    rooms = people.rooms(request)
    try:
        holder = rooms.shares.actor(token)
        grant = holder.grants[-1]
        return grant, rooms.dossiers.get(holder, grant.object)
    except AccessError:
        return None, None


@router.post("/shared/{token}")
def enter(request: Request, lang: str, token: str) -> Response:
    """Open a link: this browser holds the share until it is closed, or the share ends."""
    found, _shown = _opened(request, token)
    if found is None:
        return page(request, "dossiers/link_gone.html", status=HTTPStatus.GONE)
    return people.hold_share(request, onward(f"/{lang}/dossiers/{found.object}"), token)
