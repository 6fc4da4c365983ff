"""The projects of the front office: the list, one project with what can happen next, and its follow-up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from thuishaven.access import AccessError, Actor, NotFound
from thuishaven.databank.office import (
    ATTACHMENTS,
    PURPOSES,
    STAGES,
    Begun,
    Consents,
    Decided,
    FollowUps,
    Papers,
    Projects,
    Promises,
    Signals,
    Tasks,
    months,
)
from thuishaven.locale import use
from thuishaven.web import office_promises, people
from thuishaven.web.figures import countries_offered
from thuishaven.web.guards_files import download
from thuishaven.web.office_pages import (
    A_PAGE,
    Problems,
    adviser,
    colleagues,
    day_of,
    place_in,
    problem,
    sheet,
    store,
)
from thuishaven.web.people_forms import chosen, text
from thuishaven.web.rendering import Form, onward, pages

router = pages()
#: A number with more digits is no number of a case.
_DIGITS = 2**4
#: What documents are sent back as.
_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "zip": "application/octet-stream",
}


def _projects(request: Request) -> Projects:
    return Projects(store(request))


def _follow_ups(request: Request) -> FollowUps:
    return FollowUps(_projects(request), people.rooms(request).shares)


@router.get("/office/projects")
def overview(request: Request) -> Response:
    """The projects of the organisation acted for, and those it may see by consent."""
    actor = people.required(request)
    asked = request.query_params
    state, query = asked.get("state", ""), asked.get("q", "").strip()
    after = place_in(asked.get("after", ""), "~")
    found = _projects(request).list(
        actor,
        state=state if state in STAGES else "",
        words=query,
        after=after,
        most=A_PAGE + 1,
    )
    from thuishaven.access import moment

    shown = found[:A_PAGE]
    more = f"{moment(shown[-1].changed)}~{shown[-1].id}" if len(found) > A_PAGE else ""
    return sheet(
        request,
        "projects.html",
        projects=shown,
        shared=_projects(request).shared(actor),
        state=state,
        query=query,
        more=more,
        paged=bool(after[0]),
        stages=STAGES,
        names=colleagues(request, actor),
    )


@router.get("/office/projects/new")
def new(request: Request) -> Response:
    """Begin a project, from a signal or from nothing."""
    actor = adviser(request, "project")
    signal = request.query_params.get("signal", "")
    typed: dict[str, str] = {}
    if signal:
        found = Signals(store(request)).get(actor, signal)
        typed = {
            "signal": signal,
            "title": found.title,
            "company": found.company,
            "country": found.country,
            "number": found.number,
            "agreed": "yes" if found.may_contact else "",
        }
    return sheet(request, "project_new.html", typed=typed)


@router.post("/office/projects/new")
def made(request: Request, lang: str, form: Form) -> Response:
    """Begin a project."""
    actor = people.required(request)
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    begun = Begun(
        text(form, "title"),
        text(form, "company"),
        text(form, "country", 3),
        text(form, "number"),
        text(form, "nace"),
        "2.1" if text(form, "nace") else "",
        text(form, "region"),
    )
    try:
        project = _projects(request).open(
            actor, begun, signal=text(form, "signal", 32), contact_agreed=form.get("agreed") == "yes"
        )
    except AccessError as error:
        return sheet(request, "project_new.html", problems=[problem(request, error)], typed=typed)
    return onward(f"/{lang}/office/projects/{project}?done=opened")


@router.get("/office/projects/{project}")
def one(request: Request, project: str) -> Response:
    """One project."""
    return _page(request, people.required(request), project)


def _page(
    request: Request,
    actor: Actor,
    project: str,
    problems: Problems = (),
    link: str = "",
    typed: dict[str, str] | None = None,
) -> Response:
    from thuishaven.access import Denied

    projects, consents = _projects(request), Consents(_projects(request))
    found = projects.get(actor, project)
    try:
        line = projects.time_line(actor, project)
    except Denied:
        return sheet(
            request,
            "project_shared.html",
            project=found,
            documents=Papers(projects).documents(actor, project),
        )
    papers = Papers(projects)
    rooms = people.rooms(request)
    return sheet(
        request,
        "project.html",
        problems=problems,
        project=found,
        line=line,
        steps=projects.steps_open(actor, project),
        tasks=Tasks(store(request)).of(actor, project),
        attached=projects.attached(actor, project),
        dossiers=rooms.dossiers.list(actor),
        contacts=papers.contacts(actor, project),
        documents=papers.documents(actor, project),
        consents=consents.of(actor, project),
        receivers=consents.names(actor, project),
        decisions=projects.decisions(actor, project),
        held=Promises(projects).of(actor, project),
        promises=office_promises,
        follow_ups={one.month: one for one in _follow_ups(request).of(actor, project)},
        months=months(),
        names=colleagues(request, actor),
        purposes=PURPOSES,
        attachments=ATTACHMENTS,
        country_names=dict(countries_offered()),
        link=link,
        typed=typed or {},
    )


@router.post("/office/projects/{project}/{action}")
async def act(request: Request, lang: str, project: str, action: str, form: Form) -> Response:
    """Do something with a project: a step, a detail, a task, consent, a paper, a question to the company."""
    file = form.get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""

    def work() -> Response:
        actor = people.required(request)
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
        try:
            with use(lang):
                link = _act(request, actor, project, action, form, content)
        except AccessError as error:
            with use(lang):
                said = office_promises.wrong(error)
            found = (str(error.params.get("field", "")), said) if said else problem(request, error)
            return _page(request, actor, project, [found], typed=typed)
        if link:
            return _page(request, actor, project, link=link)
        told = {"step": "stepped", "revoke": "ended"}.get(action, "kept")
        return onward(f"/{lang}/office/projects/{project}?done={told}")

    answer: Response = await request.app.state.work.run(work)
    return answer


def _act(request: Request, actor: Actor, project: str, action: str, form: FormData, content: bytes) -> str:
    """Do it; gives the address of a link where one was made."""
    projects = _projects(request)
    match action:
        case "step":
            projects.advance(actor, project, text(form, "event", 32), _evidence(form))
        case "decide":
            projects.decide(actor, project, _decided(form))
        case "describe":
            projects.describe(actor, project, **_described(form))
        case "reassign":
            projects.reassign(actor, project, text(form, "person", 64))
        case "task":
            due, words = day_of(form, "due"), text(form, "task_words")
            if due is None or not words:
                raise AccessError("task_form", field="task_words" if due else "due")
            Tasks(store(request)).add(actor, project, words, due, actor.person)
        case "attach":
            dossier = people.rooms(request).dossiers.get(actor, text(form, "dossier", 32))
            versions = people.rooms(request).dossiers.versions(actor, dossier.id)
            summary = dict(versions[0].outcomes)
            what = text(form, "what", 16)
            # One dossier usually holds the scan, the calculation and what else was weighed.
            for kind in ATTACHMENTS if what == "all" else (what,):
                projects.attach(actor, project, dossier.id, dossier.version, kind, summary)
        case "contact":
            Papers(projects).add_contact(
                actor,
                project,
                text(form, "name"),
                text(form, "email"),
                text(form, "phone"),
                text(form, "function"),
            )
        case "forget":
            Papers(projects).erase_contact(actor, text(form, "contact", 32))
        case "document":
            file = form.get("file")
            name = file.filename if isinstance(file, UploadFile) and file.filename else ""
            Papers(projects).add_document(actor, project, name, content, int(text(form, "class", 1) or 3))
        case "consent":
            _consent(projects, actor, project, form)
        case "correct_first_output":
            corrected = day_of(form, "corrected")
            if corrected is None:
                raise AccessError("guard", missing=["first_output"], field="corrected")
            projects.correct_first_output(actor, project, corrected)
        case "link_case":
            projects.link_case(actor, project, _case(request, actor, text(form, "case")), text(form, "basis"))
        case "revoke":
            Consents(projects).revoke(actor, text(form, "consent", 32))
        case "ask":
            token = _follow_ups(request).ask(actor, project, int(text(form, "month", 2) or 0))
            lang = request.url.path.split("/")[1]
            base = request.app.state.settings.base_url or str(request.base_url).rstrip("/")
            return f"{base}/{lang}/follow-up/{token}"
        case "no_answer":
            month = int(text(form, "month", 2) or 0)
            _follow_ups(request).no_answer(actor, project, month, text(form, "outcome", 16))
        case _:
            raise NotFound("not_found", kind="project")
    return ""


def _case(request: Request, actor: Actor, typed: str) -> str:
    """The id of the published case that somebody means: by its address, its id or its number."""
    from thuishaven.databank.cases import Cases

    cases, last = Cases(people.rooms(request).database.public), typed.rstrip("/").rpartition("/")[2]
    which = last.partition("?")[0]
    try:
        if which.isascii() and which.isdecimal() and len(which) < _DIGITS:
            which = cases.by_number(actor, int(which)).id
        return str(cases.published(actor, which).case.id)
    except NotFound:
        raise AccessError("case_unknown", field="case") from None


def _evidence(form: FormData) -> dict[str, Any]:
    found: dict[str, Any] = {"reason": text(form, "reason", 32), "missing": chosen(form, "missing")}
    for name in ("first_output", "reversed_on"):
        found[name] = day_of(form, name)
    return {name: value for name, value in found.items() if value}


def _decided(form: FormData) -> Decided:
    day = day_of(form, "decided_on")
    if day is None:
        raise AccessError("guard", missing=["decided_on"], field="decided_on")
    return Decided(
        day,
        text(form, "outcome", 8),
        text(form, "family", 32),
        tuple(chosen(form, "considered")),
        tuple(chosen(form, "codes")),
        text(form, "words", 2**12),
        office_promises.promise_in(form),
    )


def _described(form: FormData) -> dict[str, str | int | dt.date]:
    names = ("title", "company", "country", "number", "nace", "region", "purpose")
    found: dict[str, str | int | dt.date] = {name: text(form, name, 2**12) for name in names if name in form}
    if found.get("nace"):
        found["nace_revision"] = "2.1"
    day = day_of(form, "retain_until")
    return found | ({"retain_until": day} if day else {})


def _consent(projects: Projects, actor: Actor, project: str, form: FormData) -> None:
    given = day_of(form, "given_on")
    if given is None:
        raise AccessError("consent_form", field="given_on")
    days = text(form, "days", 3)
    Consents(projects).give(
        actor,
        project,
        text(form, "purpose", 32),
        given_by=text(form, "given_by"),
        given_on=given,
        receiver=text(form, "receiver", 32),
        life=dt.timedelta(days=int(days)) if days.isdecimal() else None,
        highest_class=3 if form.get("whole") == "yes" else 2,
    )


@router.get("/office/documents/{document}")
def document(request: Request, document: str) -> Response:
    """A document of a project, as a file to save."""
    actor = people.required(request)
    found, content = Papers(_projects(request)).document(actor, document)
    headers = {"Cache-Control": "no-store", **download(found.name, found.kind)}
    return Response(content, media_type=_TYPES[found.kind], headers=headers)


# ---- the follow-up, by a link


@router.get("/follow-up/{token}")
def follow_up(request: Request, token: str) -> Response:
    """The questions to a company, without an account."""
    visitor = people.rooms(request).shares.actor(token)
    found, _title = _follow_ups(request).get(visitor, visitor.grants[-1].object)
    answers = {name: str(value) for name, value in found.answers.items()}
    return _asked(request, token, found, answers)


def _asked(
    request: Request, token: str, found: Any, typed: dict[str, Any], problems: Problems = ()
) -> Response:
    return sheet(
        request,
        "follow_up.html",
        problems=problems,
        asked_by=people.rooms(request).organisations.giver(people.rooms(request).shares.actor(token)),
        token=token,
        found=found,
        typed=typed,
        kept=request.query_params.get("kept") == "1",
    )


@router.post("/follow-up/{token}")
def answered(request: Request, lang: str, token: str, form: Form) -> Response:
    """Keep what a company answers."""
    from thuishaven.web.figures import typed as as_number

    visitor = people.rooms(request).shares.actor(token)
    follow_ups = _follow_ups(request)
    found, _title = follow_ups.get(visitor, visitor.grants[-1].object)
    typed: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
    typed |= {name: chosen(form, name) for name in ("motives_reached", "motives_missed")}
    answers: dict[str, Any] = {"words": str(form.get("words", "")).strip()}
    try:
        for name in ("jobs_fte", "volume_share"):
            if text(form, name):
                with use(lang):
                    # A share is typed as a percentage.
                    value, _wrong = as_number(text(form, name), 100 if name == "volume_share" else 1)
                if not isinstance(value, int | float):
                    raise AccessError("answer_form", field=name)
                answers[name] = value
        day = day_of(form, "jobs_as_of")
        answers["jobs_as_of"] = day.isoformat() if day else ""
        answers["distress"] = {"yes": True, "no": False}.get(text(form, "distress", 3))
        answers |= {name: typed[name] for name in ("motives_reached", "motives_missed")}
        follow_ups.answer(visitor, found.id, answers)
    except AccessError as error:
        return _asked(request, token, found, typed, [problem(request, error)])
    return onward(f"/{lang}/follow-up/{token}?kept=1")
