"""The installation: what whoever runs it, and the data protection officer, see and do in a browser."""

from __future__ import annotations

import json
import re

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from thuishaven.access import (
    AccessError,
    Actor,
    NotFound,
    Object,
    Outbox,
    allowed,
    given_roles,
    require,
    wide_roles,
)
from thuishaven.databank import Room, erase_person, give_room, person_record, run_retention
from thuishaven.databank import rooms as all_rooms
from thuishaven.web import people
from thuishaven.web.figures import countries_offered
from thuishaven.web.people_forms import Problems, problem_of, sheet, text
from thuishaven.web.people_letters import sends
from thuishaven.web.people_roles import ROLES, role_name
from thuishaven.web.rendering import Form, onward, pages, spoken

router = pages()

#: A whole number as people of here write it, in groups of three or not.
_WHOLE = re.compile(r"\d{1,3}(?:[ .,\u00a0\u202f']\d{3})+|\d{1,12}")
_GIB = 2**30

#: Fields of the forms of the page that come back when something is wrong.
_TYPED = ("name", "country", "email", "organisation", "dossiers", "gibibytes")
#: What lets somebody see the page of the installation, each a part of it.
_PARTS = {
    "settings": ("read", "setting"),
    "organisations": ("list", "organisation"),
    "people": ("list", "person"),
    "retention": ("run", "retention"),
    "audit": ("audit", "event"),
}


def _parts(actor: Actor) -> set[str]:
    return {
        name
        for name, (action, kind) in _PARTS.items()
        if allowed(actor, action, Object(kind, confidentiality=2))
    }


def _entered(request: Request) -> Actor:
    """Who may see the installation. Raises NotFound for who may not know that there is such a page."""
    actor = people.required(request)
    if not _parts(actor) & {"settings", "retention", "audit", "people"}:
        raise NotFound("not_found", kind="setting")
    return actor


@router.get("/admin")
def installation(request: Request) -> Response:
    """Settings, letters, organisations, and what can be run."""
    return _page(request, _entered(request))


def _page(
    request: Request,
    actor: Actor,
    problems: Problems = (),
    form: FormData | None = None,
    link: str = "",
    counts: dict[str, int] | None = None,
    chains: list[dict[str, object]] | None = None,
) -> Response:
    found, parts = people.rooms(request), _parts(actor)
    outbox = found.sender if isinstance(found.sender, Outbox) else None
    sizes = {one.organisation: one for one in _sizes(request, actor)} if "organisations" in parts else {}
    return sheet(
        request,
        "admin.html",
        problems=problems,
        parts=parts,
        settings=request.app.state.settings.shown() if "settings" in parts else {},
        outbox=outbox,
        failures=list(outbox.failures)[::-1] if outbox else [],
        organisations=found.organisations.all(actor) if "organisations" in parts else (),
        sizes=sizes,
        gib=_GIB,
        link=link,
        counts=counts,
        chains=chains,
        typed={name: text(form, name) if form else "" for name in _TYPED},
    )


def _sizes(request: Request, actor: Actor) -> tuple[Room, ...]:
    """How much every organisation may store, for who may change it."""
    if not allowed(actor, "update", Object("setting", confidentiality=2)):
        return ()
    accounts = people.rooms(request).accounts
    return all_rooms(accounts.store, actor, accounts.policy)


@router.post("/admin/organisations")
def new_organisation(request: Request, lang: str, form: Form) -> Response:
    """Make an organisation, and invite its first administrator."""
    actor = _entered(request)
    organisations = people.rooms(request).organisations
    try:
        country = text(form, "country", 3)
        if country not in dict(countries_offered()):
            raise AccessError("country_unknown")
        made = organisations.create_for(
            actor, text(form, "name"), country, text(form, "email"), spoken(request)
        )
    except AccessError as error:
        if error.code not in {"country_unknown", "name_form", "email_form"}:
            raise
        return _page(request, actor, [problem_of(request, error)], form)
    if sends(request):
        return onward(f"/{lang}/admin?done=invited")
    link = f"{request.app.state.settings.site}/{lang}/account/invite/{made}"
    return _page(request, actor, link=link)


@router.post("/admin/room")
def room(request: Request, lang: str, form: Form) -> Response:
    """Let an organisation store more, or less, than the others."""
    actor = _entered(request)
    try:
        dossiers, size = (_whole(text(form, name, 32), name) for name in ("dossiers", "gibibytes"))
        store = people.rooms(request).accounts.store
        give_room(store, actor, text(form, "organisation", 32), dossiers, size and size * _GIB)
    except AccessError as error:
        if error.code != "room_form":
            raise
        field = {"bytes": "gibibytes"}.get(str(error.params["field"]), str(error.params["field"]))
        return _page(request, actor, [problem_of(request, error, field)], form)
    return onward(f"/{lang}/admin?done=room#organisations")


def _whole(typed: str, field: str) -> int | None:
    """A whole number as typed; ``None`` for nothing. Raises AccessError ``room_form``."""
    if typed and not _WHOLE.fullmatch(typed):
        raise AccessError("room_form", field=field)
    return int(re.sub(r"\D", "", typed)) if typed else None


@router.post("/admin/retention")
def retention(request: Request) -> Response:
    """Erase what has been kept for long enough."""
    actor = _entered(request)
    counts = dict(run_retention(people.rooms(request).database, actor))
    return _page(request, actor, counts=counts)


@router.get("/admin/audit")
def audit(request: Request) -> Response:
    """Check the log of events."""
    actor = _entered(request)
    require(actor, "audit", Object("event", confidentiality=3))
    found = [
        {"chain": one.chain, "sound": one.sound, "events": one.events, "head": one.head, "seq": one.seq}
        for one in people.rooms(request).database.audit()
    ]
    return _page(request, actor, chains=found)


@router.get("/admin/people")
def search(request: Request) -> Response:
    """People by a part of their name or address."""
    actor = _entered(request)
    words = request.query_params.get("words", "")[: 2**7]
    found = people.rooms(request).accounts.people(actor, words) if words else ()
    return sheet(request, "admin_people.html", words=words, found=found)


@router.get("/admin/people/{person}")
def one(request: Request, person: str) -> Response:
    """One person."""
    return _person_page(request, _entered(request), person)


def _person_page(request: Request, actor: Actor, person: str, problems: Problems = ()) -> Response:
    rooms = people.rooms(request)
    found = next(iter(rooms.accounts.people(actor, person=person)), None)
    if found is None:
        raise NotFound("not_found", kind="person")
    thing = Object("person", person, person=person, confidentiality=2)
    wide = [role for role in ROLES if role in wide_roles()]
    gives = allowed(actor, "create", Object("wide_membership", "", confidentiality=2))
    rows = [
        {
            "organisation": organisation,
            "held": [role for role in ROLES if role in roles],
            "offered": [role for role in wide if role not in roles] if gives else [],
        }
        for organisation, roles in (
            rooms.organisations.of_person(actor, person) if "organisations" in _parts(actor) else ()
        )
    ]
    return sheet(
        request,
        "admin_person.html",
        problems=problems,
        person=found,
        rows=rows,
        wide=wide,
        gives=gives,
        told=ROLES,
        role_name=role_name,
        mine=person == actor.person,
        disables=allowed(actor, "disable", thing),
        exports=allowed(actor, "export", Object("person", person, person=person, confidentiality=3)),
        erases=allowed(actor, "erase", Object("person", person, person=person, confidentiality=3)),
    )


@router.post("/admin/people/{person}/state")
def set_state(request: Request, lang: str, person: str, form: Form) -> Response:
    """Lock somebody out, or let them in again."""
    state = text(form, "state")
    people.rooms(request).accounts.set_state(_entered(request), person, state)
    return onward(f"/{lang}/admin/people/{person}?done={'disabled' if state == 'disabled' else 'enabled'}")


@router.post("/admin/people/{person}/roles")
def set_role(request: Request, lang: str, person: str, form: Form) -> Response:
    """Give or take a role that reaches beyond one organisation."""
    actor = _entered(request)
    organisation, role, how = text(form, "organisation"), text(form, "role"), text(form, "how")
    if role not in wide_roles() & given_roles():
        raise NotFound("not_found", kind="wide_membership")
    organisations = people.rooms(request).organisations
    (organisations.take if how == "take" else organisations.give)(actor, person, organisation, role)
    return onward(f"/{lang}/admin/people/{person}?done={'taken' if how == 'take' else 'given'}")


@router.get("/admin/people/{person}/data.json")
def record(request: Request, person: str) -> Response:
    """Everything that is kept about somebody who asked for it, as a file."""
    found = person_record(people.rooms(request).database, _entered(request), person)
    return Response(
        json.dumps(found, ensure_ascii=False, indent=2),
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="thuishaven-account.json"'},
    )


@router.post("/admin/people/{person}/erase")
def erase(request: Request, lang: str, person: str, form: Form) -> Response:
    """Erase the account of somebody who asked for it."""
    actor = _entered(request)
    reason = text(form, "reason")
    try:
        if not reason:
            raise AccessError("reason_needed")
        erase_person(people.rooms(request).database, actor, person, reason)
    except AccessError as error:
        if error.code not in {"reason_needed", "last_administrator"}:
            raise
        field = "reason" if error.code == "reason_needed" else ""
        return _person_page(request, actor, person, [problem_of(request, error, field)])
    return onward(f"/{lang}/admin/people?done=erased_other")
