"""API keys: for programs that act for a person, with fewer rights and an end."""

from __future__ import annotations

import datetime as dt

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from thuishaven.access import AccessError, Actor, Object, allowed
from thuishaven.web import people
from thuishaven.web.people_forms import Problems, chosen, problem_of, sheet, text
from thuishaven.web.people_roles import BUNDLES, scopes_told
from thuishaven.web.rendering import Form, onward, pages

router = pages()


@router.get("/account/keys")
def keys(request: Request) -> Response:
    """One's own keys; for an administrator those of the organisation too."""
    return _page(request, people.required(request))


def _page(request: Request, actor: Actor, problems: Problems = (), form: FormData | None = None) -> Response:
    rooms = people.rooms(request)
    now = actor.at
    known = {one.id: one.name for one, _roles in rooms.organisations.mine(actor)}
    found = rooms.keys.list(actor)
    names = {actor.person: ""}
    if any(key.person != actor.person for key in found):
        names |= {one.person: one.name for one in rooms.organisations.members(actor, actor.organisation)}
    rows = [
        {
            "key": key,
            "owner": names.get(key.person, "-") if key.person != actor.person else "",
            "organisation": known.get(key.organisation, ""),
            "live": key.revoked is None and key.expires > now,
            "scopes": key.scopes,
        }
        for key in found
    ]
    policy = rooms.keys.policy
    return sheet(
        request,
        "keys.html",
        problems=problems,
        rows=[row for row in rows if row["live"]],
        ended=[row for row in rows if not row["live"]],
        may=allowed(actor, "create", Object("api_key", "", actor.organisation, confidentiality=4)),
        bundles=BUNDLES,
        scopes_told=scopes_told,
        usual=policy.term("key_life").days,
        longest=policy.term("key_longest").days,
        typed={
            "name": text(form, "name") if form else "",
            "days": text(form, "days") if form else policy.term("key_life").days,
            "scope": chosen(form, "scope") if form else ["read"],
        },
    )


@router.post("/account/keys")
def create(request: Request, form: Form) -> Response:
    """Make a key; its token is shown this once."""
    actor = people.required(request)
    rooms = people.rooms(request)
    scopes = {scope for name in chosen(form, "scope") if name in BUNDLES for scope in BUNDLES[name].scopes}
    days = text(form, "days", 2**3)
    longest = rooms.keys.policy.term("key_longest").days
    try:
        if not days.isdecimal() or not 1 <= int(days) <= longest:
            raise AccessError("life_long", days=longest)
        token, key = rooms.keys.create(actor, text(form, "name"), scopes, dt.timedelta(days=int(days)))
    except AccessError as error:
        return _page(request, actor, [problem_of(request, error)], form)
    return sheet(request, "key.html", token=token, key=key, scopes_told=scopes_told)


@router.post("/account/keys/revoke")
def revoke(request: Request, lang: str, form: Form) -> Response:
    """Stop a key."""
    people.rooms(request).keys.revoke(people.required(request), text(form, "key"))
    return onward(f"/{lang}/account/keys?done=revoked")
