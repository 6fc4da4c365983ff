"""Organisations: those one can act for, their details, their people, and invitations."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from thuishaven.access import AccessError, Actor, NotFound, Object, allowed, given_roles, policy, wide_roles
from thuishaven.web import guards_cookies as cookies
from thuishaven.web import people
from thuishaven.web.figures import countries_offered
from thuishaven.web.people_forms import Problems, chosen, problem_of, sheet, text
from thuishaven.web.people_letters import sends
from thuishaven.web.people_roles import ROLES, role_name
from thuishaven.web.rendering import Form, onward, pages, spoken

router = pages()


@router.get("/account/organisations")
def mine(request: Request) -> Response:
    """The organisations that one can act for."""
    return _mine_page(request, people.required(request))


def _mine_page(
    request: Request, actor: Actor, problems: Problems = (), form: FormData | None = None
) -> Response:
    rooms = people.rooms(request)
    rows = [
        {
            "organisation": one,
            "roles": [role_name(role) for role in ROLES if role in roles],
            "acting": one.id == actor.organisation,
            "alone": rooms.organisations.alone(actor, one.id),
        }
        for one, roles in rooms.organisations.mine(actor)
    ]
    typed = {name: text(form, name) if form else "" for name in ("name", "country", "number")}
    return sheet(request, "organisations.html", problems=problems, rows=rows, typed=typed)


def _country(form: FormData) -> str:
    """The country of a form. Raises AccessError ``country_unknown``."""
    country = text(form, "country", 3)
    if country not in dict(countries_offered()):
        raise AccessError("country_unknown")
    return country


@router.post("/account/organisations")
def create(request: Request, lang: str, form: Form) -> Response:
    """Make an organisation, and act for it."""
    actor = people.required(request)
    rooms = people.rooms(request)
    try:
        made = rooms.organisations.create(actor, text(form, "name"), _country(form), text(form, "number"))
    except AccessError as error:
        return _mine_page(request, actor, [problem_of(request, error)], form)
    token, _actor = rooms.sessions.switch(cookies.token(request, cookies.SESSION), made.id)
    return people.let_in(request, onward(f"/{lang}/account/organisations?done=made"), token)


@router.post("/account/organisations/switch")
def switch(request: Request, lang: str, form: Form) -> Response:
    """Act for another organisation; the session gets a new token."""
    people.required(request)
    token = cookies.token(request, cookies.SESSION)
    new, _actor = people.rooms(request).sessions.switch(token, text(form, "organisation"))
    return people.let_in(request, onward(f"/{lang}/account/organisations?done=switched"), new)


@router.post("/account/organisations/leave")
def leave(request: Request, lang: str, form: Form) -> Response:
    """Leave an organisation."""
    actor = people.required(request)
    try:
        people.rooms(request).organisations.leave(actor, text(form, "organisation"))
    except NotFound:
        raise
    except AccessError as error:
        return _mine_page(request, actor, [problem_of(request, error)])
    return onward(f"/{lang}/account/organisations?done=left")


@router.get("/account/organisation")
def details(request: Request, lang: str) -> Response:
    """The details of the organisation acted for."""
    actor = people.required(request)
    if not actor.organisation:
        return onward(f"/{lang}/account/organisations")
    return _details_page(request, actor)


def _details_page(
    request: Request, actor: Actor, problems: Problems = (), form: FormData | None = None
) -> Response:
    found = people.rooms(request).organisations.get(actor, actor.organisation)
    typed = {"name": found.name, "country": found.country, "number": found.number}
    if form is not None:
        typed = {name: text(form, name) for name in typed}
    return sheet(
        request,
        "organisation.html",
        problems=problems,
        found=found,
        typed=typed,
        may=allowed(actor, "update", Object("organisation", found.id, found.id, confidentiality=2)),
        kept_years=policy().term("retention_dossier").days // 365,
    )


@router.post("/account/organisation")
def change(request: Request, lang: str, form: Form) -> Response:
    """Change the details of the organisation acted for."""
    actor = people.required(request)
    organisations = people.rooms(request).organisations
    try:
        organisations.rename(
            actor, actor.organisation, text(form, "name"), _country(form), text(form, "number")
        )
    except AccessError as error:
        if error.code not in {"name_form", "number_form", "country_unknown"}:
            raise
        return _details_page(request, actor, [problem_of(request, error)], form)
    return onward(f"/{lang}/account/organisation?done=kept")


@router.get("/account/members")
def members(request: Request, lang: str) -> Response:
    """The people of the organisation acted for, and who is invited."""
    actor = people.required(request)
    if not actor.organisation:
        return onward(f"/{lang}/account/organisations")
    return _members_page(request, actor)


def _members_page(
    request: Request,
    actor: Actor,
    problems: Problems = (),
    form: FormData | None = None,
    link: str = "",
) -> Response:
    organisations = people.rooms(request).organisations
    here = actor.organisation
    membership = Object("membership", "", here, confidentiality=2)
    manages, takes, reads = (allowed(actor, action, membership) for action in ("create", "delete", "read"))
    roles = [role for role in ROLES if role in given_roles() - wide_roles()]
    rows = [
        {
            "member": one,
            "mine": one.person == actor.person,
            "held": [role for role in ROLES if role in one.roles],
            "offered": [role for role in roles if role not in one.roles],
        }
        for one in organisations.members(actor, here)
    ]
    return sheet(
        request,
        "members.html",
        problems=problems,
        rows=rows,
        manages=manages,
        takes=takes,
        roles=roles,
        told=ROLES,
        wide=wide_roles(),
        role_name=role_name,
        invitations=organisations.invitations(actor, here) if reads else (),
        letters=sends(request),
        link=link,
        typed={
            "email": text(form, "email") if form else "",
            "role": chosen(form, "role") if form else ["company_user"],
        },
    )


@router.post("/account/members/invite")
def invite(request: Request, lang: str, form: Form) -> Response:
    """Invite somebody; without letters the link is shown, to be handed over."""
    actor = people.required(request)
    organisations = people.rooms(request).organisations
    try:
        roles = [role for role in chosen(form, "role") if role in ROLES]
        language = text(form, "language", 2) or spoken(request)
        token = organisations.invite(actor, actor.organisation, text(form, "email"), roles, language)
    except AccessError as error:
        if error.code not in {"email_form", "role_unknown"}:
            raise
        return _members_page(request, actor, [problem_of(request, error)], form)
    if sends(request):
        return onward(f"/{lang}/account/members?done=invited")
    link = f"{request.app.state.settings.site}/{lang}/account/invite/{token}"
    return _members_page(request, actor, link=link)


@router.post("/account/members/withdraw")
def withdraw(request: Request, lang: str, form: Form) -> Response:
    """Take an invitation back."""
    actor = people.required(request)
    people.rooms(request).organisations.withdraw(actor, actor.organisation, text(form, "invitation"))
    return onward(f"/{lang}/account/members?done=withdrawn")


@router.post("/account/members/give")
def give(request: Request, lang: str, form: Form) -> Response:
    """Give a colleague a role."""
    actor = people.required(request)
    people.rooms(request).organisations.give(
        actor, text(form, "person"), actor.organisation, text(form, "role")
    )
    return onward(f"/{lang}/account/members?done=given")


@router.post("/account/members/take")
def take(request: Request, lang: str, form: Form) -> Response:
    """Take a role away; the last administrator stays one."""
    actor = people.required(request)
    try:
        people.rooms(request).organisations.take(
            actor, text(form, "person"), actor.organisation, text(form, "role")
        )
    except AccessError as error:
        if error.code != "last_administrator":
            raise
        return _members_page(request, actor, [problem_of(request, error)])
    return onward(f"/{lang}/account/members?done=taken")
