"""Coming in: asking for an account, confirming it, a forgotten password, and accepting an invitation."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request
from fastapi.responses import Response
from starlette.background import BackgroundTask
from starlette.datastructures import FormData

from thuishaven.access import AccessError, Actor, email_key, tidy
from thuishaven.web import guards_cookies as cookies
from thuishaven.web import people
from thuishaven.web.people_forms import (
    Problems,
    browser_of,
    hashing,
    problem_of,
    sheet,
    text,
    twice,
)
from thuishaven.web.people_letters import sends
from thuishaven.web.rendering import Form, onward, pages

router = pages()


def registering(request: Request) -> bool:
    """Whether somebody may ask for an account here."""
    return request.app.state.settings.registration == "open" and sends(request)


@router.get("/account/register")
def ask_register(request: Request) -> Response:
    """The page to ask for an account."""
    return _register_page(request)


def _register_page(request: Request, problems: Problems = (), **typed: str) -> Response:
    return sheet(
        request,
        "register.html",
        problems=problems,
        typed={"name": "", "email": "", **typed},
        open=registering(request),
        letters=sends(request),
        operator=request.app.state.settings.operator,
        contact=request.app.state.settings.operator_contact,
    )


@router.post("/account/register")
def register(request: Request, lang: str, form: Form) -> Response:
    """Ask for an account. What is done with it is done after the answer, so that its time tells nothing."""
    name, email = text(form, "name"), text(form, "email")
    if not registering(request):
        return onward(f"/{lang}/account/register")
    problems = []
    for field, check, value in (("name", tidy, name), ("email", email_key, email)):
        try:
            check(value)
        except AccessError as error:
            problems.append(problem_of(request, error, field))
    if problems:
        return _register_page(request, problems, name=name, email=email)
    accounts = people.rooms(request).accounts
    return _after_the_answer(
        request, f"/{lang}/account/register?done=asked", email, accounts.register, email, name, lang
    )


def _after_the_answer(
    request: Request, where: str, email: str, task: Callable[..., str], *given: str
) -> Response:
    """Answer first and do it then; not at all when this address was sent several letters just before."""
    answer = onward(where)
    if not request.app.state.letters.wait(email_key(email)):
        answer.background = BackgroundTask(task, *given)
    return answer


@router.get("/account/confirm/{token}")
def ask_confirm(request: Request, token: str) -> Response:
    """The page that a letter leads to: choose a password."""
    return _choose_page(request, token, "confirm")


@router.post("/account/confirm/{token}")
async def confirm(request: Request, lang: str, token: str, form: Form) -> Response:
    """Confirm the address with a password."""
    accounts = people.rooms(request).accounts
    try:
        await hashing(request, accounts.confirm, token, twice(form))
    except AccessError as error:
        return await _chosen_wrong(request, token, "confirm", error)
    return onward(f"/{lang}/account/sign-in?done=confirmed")


def _choose_page(request: Request, token: str, purpose: str, problems: Problems = ()) -> Response:
    rooms = people.rooms(request)
    gone = not rooms.accounts.pending(token, purpose)
    return sheet(
        request,
        "choose.html",
        problems=problems,
        token=token,
        purpose=purpose,
        gone=gone,
        least=rooms.accounts.policy.password_min,
    )


async def _chosen_wrong(request: Request, token: str, purpose: str, error: AccessError) -> Response:
    problems = [] if error.code == "ticket_gone" else [problem_of(request, error)]
    found: Response = await request.app.state.work.quick(_choose_page, request, token, purpose, problems)
    return found


@router.get("/account/reset")
def ask_reset_letter(request: Request) -> Response:
    """The page for who forgot the password."""
    return _reset_page(request)


def _reset_page(request: Request, problems: Problems = (), email: str = "") -> Response:
    settings = request.app.state.settings
    return sheet(
        request,
        "reset.html",
        problems=problems,
        email=email,
        letters=sends(request),
        operator=settings.operator,
        contact=settings.operator_contact,
    )


@router.post("/account/reset")
def reset_letter(request: Request, lang: str, form: Form) -> Response:
    """Ask for a letter with which a new password is chosen."""
    email = text(form, "email")
    if not sends(request):
        return onward(f"/{lang}/account/reset")
    try:
        email_key(email)
    except AccessError as error:
        return _reset_page(request, [problem_of(request, error)], email)
    accounts = people.rooms(request).accounts
    return _after_the_answer(request, f"/{lang}/account/reset?done=asked", email, accounts.ask_reset, email)


@router.get("/account/reset/{token}")
def ask_reset(request: Request, token: str) -> Response:
    """The page that a letter leads to: choose a new password."""
    return _choose_page(request, token, "reset")


@router.post("/account/reset/{token}")
async def reset(request: Request, lang: str, token: str, form: Form) -> Response:
    """Choose a new password; it ends all sessions, and the keys where that is asked."""
    accounts = people.rooms(request).accounts
    try:
        await hashing(request, accounts.reset, token, twice(form), end_keys=bool(text(form, "keys")))
    except AccessError as error:
        return await _chosen_wrong(request, token, "reset", error)
    return people.let_out(request, onward(f"/{lang}/account/sign-in?done=reset"))


@router.get("/account/email/{token}")
def ask_email(request: Request, token: str) -> Response:
    """The page that a letter leads to: confirm another address."""
    gone = not people.rooms(request).accounts.pending(token, "email")
    return sheet(request, "email.html", token=token, gone=gone)


@router.post("/account/email/{token}")
def email(request: Request, lang: str, token: str) -> Response:
    """Confirm another address."""
    try:
        people.rooms(request).accounts.confirm_email(token)
    except AccessError as error:
        problems = [problem_of(request, error, "")]
        return sheet(request, "email.html", problems=problems, token=token, gone=error.code == "ticket_gone")
    here = people.signed_in(request) is not None
    return onward(f"/{lang}/account/settings?done=moved" if here else f"/{lang}/account/sign-in?done=moved")


@router.get("/account/invite/{token}")
def ask_accept(request: Request, token: str) -> Response:
    """The page that an invitation leads to."""
    return _accept_page(request, token)


def _accept_page(request: Request, token: str, problems: Problems = (), name: str = "") -> Response:
    rooms = people.rooms(request)
    try:
        organisation, address, known = rooms.organisations.invited(token)
    except AccessError:
        return sheet(request, "accept.html", problems=problems, gone=True)
    person = people.signed_in(request)
    return sheet(
        request,
        "accept.html",
        problems=problems,
        gone=False,
        token=token,
        organisation=organisation,
        address=address,
        known=known,
        mine=person is not None and person.email.casefold() == address,
        name=name,
        least=rooms.accounts.policy.password_min,
    )


@router.post("/account/invite/{token}")
async def accept(request: Request, lang: str, token: str, form: Form) -> Response:
    """Accept an invitation: as the person who is signed in, or as a new one."""
    actor = people.actor(request) if people.signed_in(request) is not None else None
    name = text(form, "name")
    try:
        session = await hashing(request, _accepted, request, token, actor, name, form, lang)
    except AccessError as error:
        problems = [] if error.code == "ticket_gone" else [problem_of(request, error)]
        found: Response = await request.app.state.work.quick(_accept_page, request, token, problems, name)
        return found
    return people.let_in(request, onward(f"/{lang}/account/organisations?done=joined"), session)


def _accepted(request: Request, token: str, actor: Actor | None, name: str, form: FormData, lang: str) -> str:
    """Take the invitation, and give the session that acts for its organisation."""
    rooms = people.rooms(request)
    organisation = rooms.organisations.invited_to(token)
    if actor is not None:
        rooms.organisations.accept(token, actor)
        return rooms.sessions.switch(cookies.token(request, cookies.SESSION), organisation)[0]
    new = twice(form)
    _name, address, _known = rooms.organisations.invited(token)
    rooms.organisations.accept(token, None, name, new, lang)
    return rooms.sessions.sign_in(address, new, browser=browser_of(request))[0]
