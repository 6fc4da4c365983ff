"""One's own account: details, password, address, second step, sessions, the record, and leaving."""

from __future__ import annotations

import json

from fastapi import Request
from fastapi.responses import Response

from thuishaven.access import AccessError, Actor
from thuishaven.databank import erase_person, person_record
from thuishaven.web import people
from thuishaven.web.account_pages_code import picture
from thuishaven.web.people_browsers import browser_called
from thuishaven.web.people_forms import (
    Problems,
    hashing,
    password,
    problem_of,
    sheet,
    sheet_later,
    text,
    twice,
)
from thuishaven.web.people_letters import sends
from thuishaven.web.rendering import Form, onward, pages

router = pages()


@router.get("/account")
def overview(request: Request) -> Response:
    """What an account has."""
    actor = people.required(request)
    rooms = people.rooms(request)
    return sheet(
        request,
        "overview.html",
        sessions=len(rooms.sessions.list(actor)),
        keys=sum(1 for key in rooms.keys.list(actor) if key.person == actor.person and key.revoked is None),
        runs=bool({"operator", "data_protection_officer"} & actor.roles),
    )


@router.get("/account/settings")
def settings(request: Request) -> Response:
    """Name, language, address, password, the record."""
    people.required(request)
    return _settings_page(request)


def _settings_page(request: Request, part: str = "", problems: Problems = (), **typed: str) -> Response:
    person = people.signed_in(request)
    assert person is not None
    return sheet(
        request,
        "settings.html",
        problems=[(f"{part}-{field}" if field else "", words) for field, words in problems],
        person=person,
        typed={"name": person.name, "language": person.language, "email": "", **typed},
        letters=sends(request),
        least=people.rooms(request).accounts.policy.password_min,
    )


@router.post("/account/settings")
def rename(request: Request, lang: str, form: Form) -> Response:
    """Change one's name and language."""
    actor = people.required(request)
    name, language = text(form, "name"), text(form, "language")
    try:
        people.rooms(request).accounts.rename(actor, name, language)
    except AccessError as error:
        return _settings_page(request, "name", [problem_of(request, error)], name=name, language=language)
    return onward(f"/{lang}/account/settings?done=kept")


@router.post("/account/settings/email")
async def change_email(request: Request, lang: str, form: Form) -> Response:
    """Ask to use another address."""
    actor = people.required(request)
    email = text(form, "email")
    try:
        await hashing(request, _ask_email, request, actor, email, password(form, "old"))
    except AccessError as error:
        return await _later(request, "email", error, email=email)
    return onward(f"/{lang}/account/settings?done=asked_email")


def _ask_email(request: Request, actor: Actor, email: str, old: str) -> None:
    accounts = people.rooms(request).accounts
    accounts.check_password(actor, old)
    accounts.ask_email(actor, email)


async def _later(request: Request, part: str, error: AccessError, **typed: str) -> Response:
    problems = [problem_of(request, error)]
    found: Response = await request.app.state.work.quick(_settings_page, request, part, problems, **typed)
    return found


@router.post("/account/settings/password")
async def change_password(request: Request, lang: str, form: Form) -> Response:
    """Choose a new password; it ends all sessions, and the keys where that is asked."""
    actor = people.required(request)
    accounts = people.rooms(request).accounts
    try:
        old, new = password(form, "old"), twice(form)
        await hashing(request, accounts.change_password, actor, old, new, end_keys=bool(text(form, "keys")))
    except AccessError as error:
        return await _later(request, "password", error)
    return people.let_out(request, onward(f"/{lang}/account/sign-in?done=reset"))


@router.get("/account/data.json")
def record(request: Request) -> Response:
    """Everything that is kept about the person, as a file."""
    actor = people.required(request)
    found = person_record(people.rooms(request).database, actor, actor.person)
    return Response(
        json.dumps(found, ensure_ascii=False, indent=2),
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="thuishaven-account.json"'},
    )


@router.get("/account/second-step")
def second_step(request: Request) -> Response:
    """The second step: off, half on, or on."""
    return _step_page(request, people.required(request))


def _step_page(request: Request, actor: Actor, problems: Problems = ()) -> Response:
    accounts = people.rooms(request).accounts
    begun = accounts.begun_second_step(actor)
    secret, address = begun if begun else ("", "")
    return sheet(
        request,
        "second_step.html",
        problems=problems,
        person=people.signed_in(request),
        secret=" ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        picture=picture(address) if address else "",
        left=accounts.codes_left(actor),
    )


@router.post("/account/second-step/start")
def start_step(request: Request, lang: str) -> Response:
    """Begin: make a secret for the app."""
    people.rooms(request).accounts.start_second_step(people.required(request))
    return onward(f"/{lang}/account/second-step")


@router.post("/account/second-step/confirm")
def confirm_step(request: Request, form: Form) -> Response:
    """Switch it on with a first code; the recovery codes are shown this once."""
    actor = people.required(request)
    try:
        codes = people.rooms(request).accounts.confirm_second_step(actor, text(form, "code", 2**6))
    except AccessError as error:
        return _step_page(request, actor, [problem_of(request, error)])
    return sheet(request, "recovery.html", codes=codes)


@router.post("/account/second-step/codes")
async def new_codes(request: Request, form: Form) -> Response:
    """New recovery codes in the place of the old ones."""
    actor = people.required(request)
    accounts = people.rooms(request).accounts
    try:
        codes = await hashing(request, accounts.new_recovery_codes, actor, password(form, "old"))
    except AccessError as error:
        problems = [problem_of(request, error)]
        found: Response = await request.app.state.work.quick(_step_page, request, actor, problems)
        return found
    return await sheet_later(request, "recovery.html", codes=codes)


@router.post("/account/second-step/stop")
async def stop_step(request: Request, lang: str, form: Form) -> Response:
    """Switch it off."""
    actor = people.required(request)
    accounts = people.rooms(request).accounts
    try:
        await hashing(request, accounts.stop_second_step, actor, password(form, "old"))
    except AccessError as error:
        problems = [problem_of(request, error)]
        found: Response = await request.app.state.work.quick(_step_page, request, actor, problems)
        return found
    return onward(f"/{lang}/account/second-step?done=step_off")


@router.get("/account/sessions")
def sessions(request: Request) -> Response:
    """Where the person is signed in."""
    actor = people.required(request)
    rooms = people.rooms(request)
    names = {one.id: one.name for one, _roles in rooms.organisations.mine(actor)}
    rows = [
        {
            "session": one,
            "browser": browser_called(one.label),
            "organisation": names.get(one.organisation, ""),
        }
        for one in rooms.sessions.list(actor)
    ]
    return sheet(request, "sessions.html", rows=rows)


@router.post("/account/sessions/end")
def end_session(request: Request, lang: str, form: Form) -> Response:
    """End one session."""
    actor = people.required(request)
    people.rooms(request).sessions.end(actor, text(form, "session"))
    return onward(f"/{lang}/account/sessions?done=ended")


@router.post("/account/sessions/end-all")
def end_sessions(request: Request, lang: str) -> Response:
    """End all sessions, this one too."""
    people.rooms(request).sessions.end_all(people.required(request))
    return people.let_out(request, onward(f"/{lang}/account/sign-in?done=out_all"))


@router.get("/account/erase")
def ask_erase(request: Request) -> Response:
    """What happens when an account is erased, and the button."""
    return _erase_page(request, people.required(request))


def _erase_page(request: Request, actor: Actor, problems: Problems = ()) -> Response:
    rooms = people.rooms(request)
    alone = [
        one.name
        for one, _roles in rooms.organisations.mine(actor)
        if rooms.organisations.alone(actor, one.id)
    ]
    return sheet(request, "erase.html", problems=problems, person=people.signed_in(request), alone=alone)


@router.post("/account/erase")
async def erase(request: Request, lang: str, form: Form) -> Response:
    """Erase the account."""
    actor = people.required(request)
    try:
        await hashing(request, _erased, request, actor, password(form, "old"))
    except AccessError as error:
        problems = [problem_of(request, error)]
        found: Response = await request.app.state.work.quick(_erase_page, request, actor, problems)
        return found
    return people.let_out(request, onward(f"/{lang}/account/sign-in?done=erased"))


def _erased(request: Request, actor: Actor, old: str) -> None:
    rooms = people.rooms(request)
    rooms.accounts.check_password(actor, old)
    erase_person(rooms.database, actor, actor.person, "asked for by the person")
