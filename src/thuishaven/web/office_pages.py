"""The front office: what is to be done, the inbox of signals, and one signal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from thuishaven.access import AccessError, Actor, NotFound, Object, require
from thuishaven.databank.office import (
    CLOSE_REASONS,
    Signals,
    Tasks,
    Told,
    calendar,
    receive_all,
    told_by,
    told_in,
)
from thuishaven.locale import use
from thuishaven.web import office_words as words
from thuishaven.web import people
from thuishaven.web.people_forms import text
from thuishaven.web.rendering import Form, onward, page, pages, spoken

router = pages()
#: Lines of a list on one page.
A_PAGE = 32
Problems = Sequence[tuple[str, str]]


def store(request: Request) -> Any:
    """The confidential database."""
    return people.rooms(request).database.confidential


def sheet(request: Request, template: str, *, problems: Problems = (), **context: Any) -> Response:
    """A page of the front office, with what was just done and what is wrong."""
    done = words.DONE.get(request.query_params.get("done", ""), "")
    return page(
        request,
        f"office/{template}",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
        problems=problems,
        done=done,
        words=words,
        today=store(request).clock().date(),
        **context,
    )


def adviser(request: Request, kind: str) -> Actor:
    """Who is signed in and may begin something of this kind for the organisation acted for.

    Raises
    ------
    Denied
        When their roles do not reach it.
    """
    actor = people.required(request)
    own = Object(kind, "", actor.organisation, confidentiality=2)
    # A visitor may report too, elsewhere; the inbox of an organisation is for who may read it.
    require(actor, "list", own)
    return actor


def problem(request: Request, error: AccessError) -> tuple[str, str]:
    """The field of a form with what is wrong with it; raises what is no matter of the form."""
    if isinstance(error, NotFound) or error.code == "denied":
        raise error
    with use(spoken(request)):
        return str(error.params.get("field", "")), words.wrong(error)


def colleagues(request: Request, actor: Actor) -> dict[str, str]:
    """Names of the people of the organisation acted for, by id."""
    found = people.rooms(request).organisations.members(actor, actor.organisation)
    return {member.person: member.name for member in found}


def place_in(asked: str, between: str) -> tuple[str, str]:
    """Where a list goes on: a day or moment, and an id; the beginning for what is neither.

    >>> place_in("2026-11-22.0c21", "."), place_in("0c21", ".")
    (('2026-11-22', '0c21'), ('', ''))
    """
    at, _sep, last = asked.partition(between)
    try:
        dt.datetime.fromisoformat(at)
    except ValueError:
        return "", ""
    return at, last


# ---- the work list


@router.get("/office")
def work_list(request: Request) -> Response:
    """What is to be done, the most urgent first."""
    actor = people.required(request)
    tasks = Tasks(store(request))
    asked = request.query_params
    shelf = asked.get("shelf", "all")
    after = place_in(asked.get("after", ""), ".")
    person = actor.person if shelf == "mine" else ""
    found = tasks.work_list(actor, person=person, late=shelf == "late", after=after, most=A_PAGE + 1)
    shown = found[:A_PAGE]
    more = f"{shown[-1].due.isoformat()}.{shown[-1].id}" if len(found) > A_PAGE else ""
    return sheet(
        request,
        "work.html",
        tasks=shown,
        shelf=shelf,
        more=more,
        paged=bool(after[0]),
        counts=tasks.counts(actor),
        names=colleagues(request, actor),
        signals=Signals(store(request)).waiting(actor),
    )


@router.post("/office/tasks/{task}/done")
def done(request: Request, lang: str, task: str, form: Form) -> Response:
    """A task is done."""
    actor = people.required(request)
    Tasks(store(request)).done(actor, task)
    return onward(_back(form, lang, "task"))


@router.get("/office/calendar.ics")
def as_calendar(request: Request, lang: str) -> Response:
    """The open tasks as a calendar, without names of companies."""
    from thuishaven.locale import _

    actor = people.required(request)
    found = Tasks(store(request)).work_list(actor, most=512)
    with use(lang):
        body = calendar(
            found,
            store(request).clock(),
            words.task_kind,
            _("Tasks of the front office"),
            request.url.hostname or "",
        )
    name = 'attachment; filename="thuishaven-tasks.ics"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(body.encode(), media_type="text/calendar; charset=utf-8", headers=headers)


def _back(form: FormData, lang: str, what: str) -> str:
    """Where a button leads back to: a project or a signal, else the work list."""
    kind, subject = text(form, "kind", 16), text(form, "subject", 32)
    where = f"/{kind}s/{subject}" if kind in {"project", "signal"} and subject.isalnum() else ""
    return f"/{lang}/office{where}?done={what}"


# ---- the inbox


@router.get("/office/signals")
def inbox(request: Request) -> Response:
    """The signals of the organisation acted for, offered to it, or nobody's."""
    actor = people.required(request)
    asked = request.query_params
    state = asked.get("state", "new")
    chosen = state if state in {"new", "accepted", "closed"} else "new"
    found = Signals(store(request)).list(actor, state=chosen, after=asked.get("after", ""), most=A_PAGE + 1)
    return sheet(
        request,
        "inbox.html",
        signals=found[:A_PAGE],
        state=chosen,
        more=found[A_PAGE - 1].id if len(found) > A_PAGE else "",
        names=colleagues(request, actor),
        acting=actor.organisation,
    )


@router.get("/office/signals/new")
def new_signal(request: Request) -> Response:
    """Write a signal down, paste notices, or hand over a feed."""
    adviser(request, "signal")
    return sheet(request, "signal_new.html", typed={}, found=None)


@router.post("/office/signals/new")
async def received(request: Request, lang: str, form: Form) -> Response:
    """Take in what was written, pasted or handed over."""
    file = form.get("feed")
    feed = await file.read() if isinstance(file, UploadFile) else b""

    def keep() -> Response:
        actor = adviser(request, "signal")
        signals = Signals(store(request))
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
        try:
            if feed:
                made = receive_all(signals, actor, told_by(feed, text(form, "language", 2)))
            elif text(form, "notices", 2**15):
                made = receive_all(signals, actor, told_in(str(form["notices"]), text(form, "language", 2)))
            else:
                signal = signals.receive(actor, told_of(form, lang, "desk"))
                return onward(f"/{lang}/office/signals/{signal}?done=received")
        except AccessError as error:
            return sheet(
                request, "signal_new.html", problems=[problem(request, error)], typed=typed, found=None
            )
        if not made:
            return sheet(request, "signal_new.html", typed=typed, found=0)
        return onward(f"/{lang}/office/signals?done=fed")

    answer: Response = await request.app.state.work.run(keep)
    return answer


def told_of(form: FormData, lang: str, channel: str) -> Told:
    """What a form reports."""
    return Told(
        channel=channel,
        company=text(form, "company"),
        title=text(form, "title"),
        text=str(form.get("text", "")),
        country=text(form, "country", 3),
        number=text(form, "number"),
        url=text(form, "url", 2**12),
        language=lang,
        reply_to=text(form, "reply_to"),
        may_contact=form.get("may_contact") == "yes",
    )


@router.get("/office/signals/{signal}")
def one_signal(request: Request, signal: str) -> Response:
    """One signal: what was said, what looks like it, and what can be done with it."""
    return _signal_page(request, people.required(request), signal)


def _signal_page(request: Request, actor: Actor, signal: str, problems: Problems = ()) -> Response:
    signals = Signals(store(request))
    found = signals.get(actor, signal)
    return sheet(
        request,
        "signal.html",
        problems=problems,
        signal=found,
        published=dt.date.fromisoformat(found.published_on) if found.published_on else None,
        alike=signals.alike(actor, signal)[:8],
        names=colleagues(request, actor),
        acting=actor.organisation,
        reasons=CLOSE_REASONS,
        tasks=Tasks(store(request)).of(actor, signal),
    )


@router.post("/office/signals/{signal}/{action}")
def act_on_signal(request: Request, lang: str, signal: str, action: str, form: Form) -> Response:
    """Take, assign, offer or close a signal."""
    actor = people.required(request)
    signals = Signals(store(request))
    told = {"take": "taken", "assign": "assigned", "offer": "offered", "close": "closed"}.get(action)
    if told is None:
        raise NotFound("not_found", kind="signal")
    try:
        match action:
            case "take":
                signals.take(actor, signal)
            case "assign":
                signals.assign(actor, signal, text(form, "person", 64))
            case "offer":
                signals.offer(actor, signal, text(form, "organisation", 32), text(form, "reason"))
            case _:
                signals.close(actor, signal, text(form, "reason", 32), text(form, "duplicate_of", 32))
    except AccessError as error:
        return _signal_page(request, actor, signal, [problem(request, error)])
    return onward(f"/{lang}/office/signals/{signal}?done={told}")


# ---- a signal of the public


@router.get("/signal")
def report(request: Request) -> Response:
    """A form by which a company reports itself."""
    return sheet(request, "report.html", typed={}, kept=request.query_params.get("kept") == "1")


@router.post("/signal")
def reported(request: Request, lang: str, form: Form) -> Response:
    """Take in what a company reports."""
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    visitor = store(request).visitor()
    try:
        Signals(store(request)).receive(visitor, told_of(form, lang, "self_service"))
    except AccessError as error:
        return sheet(request, "report.html", problems=[problem(request, error)], typed=typed, kept=False)
    return onward(f"/{lang}/signal?kept=1")


def day_of(form: FormData, name: str) -> dt.date | None:
    """A day of a form, as browsers send it or as people of here type it; ``None`` for none."""
    from thuishaven.web.people_forms import text as line

    typed = line(form, name, 16).replace("/", "-").replace(".", "-")
    parts = typed.split("-")
    try:
        if len(parts) == 3 and len(parts[0]) <= 2:
            parts.reverse()
        return dt.date(*(int(part) for part in parts)) if len(parts) == 3 else None
    except ValueError:
        return None
