"""The coding desk: what waits, the list of cases, a new case, and the signals from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from thuishaven.access import AccessError, Actor, Denied, NotFound, Object, decide, require
from thuishaven.databank.cases import (
    Case,
    Cases,
    Desk,
    Imports,
    Matches,
    Signal,
    Signals,
    Source,
    Statement,
    silence,
)
from thuishaven.locale import use
from thuishaven.web import desk_words as words
from thuishaven.web import people
from thuishaven.web.ops_work import Memory
from thuishaven.web.people_forms import text
from thuishaven.web.rendering import Form, onward, page, pages, spoken

router = pages()
#: Lines of a list on one page.
A_PAGE = 32
#: Up to this many cases the likely duplicates are looked for while the overview is made.
FEW = 2**9
#: Lines of a list on the overview.
_FEW_SHOWN = 8
#: Digits of a place in a list.
_LONGEST = 7
#: The class of work on cases.
WORK = 2
STATES = (
    *("signal", "candidate", "coded_once", "coded_twice", "approved", "published", "rejected", "withdrawn"),
)
Problems = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Back:
    """A form that comes back to whoever sent it.

    Parameters
    ----------
    problems
        What is wrong, by field.
    status
        Of the answer; 0 for the usual one.
    sent
        Which form of the page it was.
    typed
        What was typed, to be shown again.
    """

    problems: Problems = ()
    status: int = 0
    sent: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


#: A page that nobody sent a form to.
FRESH = Back()
_pairs = Memory(4)


def store(request: Request) -> Any:
    """The public database."""
    return people.rooms(request).database.public


def worker(request: Request) -> Actor:
    """Who is signed in and may see cases that are worked on.

    Raises
    ------
    Denied
        When their roles do not reach it.
    """
    actor = people.required(request)
    require(actor, "list", Object("case_work", confidentiality=WORK))
    return actor


def doer(request: Request, action: str = "update") -> Actor:
    """Who is signed in and may do something with cases that are worked on.

    Raises
    ------
    Denied
        When their roles do not reach it.
    """
    actor = worker(request)
    require(actor, action, Object("case_work", confidentiality=WORK))
    return actor


def may(actor: Actor) -> dict[str, bool]:
    """What somebody may do at the desk, for the buttons that are shown; the rooms decide."""
    work, case = Object("case_work", confidentiality=WORK), Object("case", confidentiality=WORK)
    wanted = {
        "create": ("create", work),
        "update": ("update", work),
        "approve": ("approve", work),
        "import": ("import", work),
        "publish": ("publish", case),
        "withdraw": ("withdraw", case),
    }
    return {name: decide(actor, action, thing).allowed for name, (action, thing) in wanted.items()}


def sheet(
    request: Request,
    template: str,
    actor: Actor,
    *,
    problems: Problems = (),
    status: int = 0,
    back: Back | None = None,
    **context: Any,
) -> Response:
    """A page of the desk, with what was just done and what is wrong; ``back`` is a form that comes back."""
    if back is not None:
        problems, status = back.problems, back.status
        context = {"sent": back.sent, "typed": back.typed, **context}
    done = words.DONE.get(request.query_params.get("done", ""), "")
    usual = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return page(
        request,
        f"desk/{template}",
        status=status or usual,
        problems=problems,
        done=done,
        words=words,
        may=may(actor),
        me=f"person:{actor.person}",
        **context,
    )


def problems_of(request: Request, error: AccessError) -> list[tuple[str, str]]:
    """What is wrong with a form; raises what is no matter of the form."""
    if isinstance(error, NotFound) or error.code == "denied":
        raise error
    with use(spoken(request)):
        return words.wrong(error)


def status_of(error: AccessError) -> int:
    """The status of a refusal: 403 where somebody may not, 422 where something is wrong."""
    return HTTPStatus.FORBIDDEN if isinstance(error, Denied) else HTTPStatus.UNPROCESSABLE_ENTITY


def names(request: Request, actor: Actor) -> dict[str, str]:
    """Names of the people of the organisation acted for, as claims name them."""
    try:
        found = people.rooms(request).organisations.members(actor, actor.organisation)
    except AccessError:
        return {}
    return {f"person:{member.person}": member.name for member in found}


def coders(request: Request, actor: Actor) -> dict[str, str]:
    """The coders of the organisation acted for, by id."""
    try:
        found = people.rooms(request).organisations.members(actor, actor.organisation)
    except AccessError:
        return {}
    return {member.person: member.name for member in found if "coder" in member.roles}


def came_back(
    request: Request, error: AccessError, form: FormData, sent: str = "", problems: Problems | None = None
) -> Back:
    """A form with what is wrong with it; ``problems`` where the page names its fields otherwise."""
    told = problems_of(request, error) if problems is None else problems
    return Back(told, status_of(error), sent, typed_in(form))


def typed_in(form: FormData) -> dict[str, str]:
    """What was typed, to be shown again."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


# ---- what waits


@router.get("/desk")
def overview(request: Request) -> Response:
    """What waits for whoever asks."""
    actor = worker(request)
    cases, desk = Cases(store(request)), Desk(store(request))
    counts = cases.counts(actor)
    differing, _total = cases.work(actor, "coded_twice", count=FEW)
    left = _left(desk, actor, differing)
    tasks = [(task, cases.get(actor, task.case)) for task in desk.tasks(actor)]
    small = sum(counts.values()) <= FEW
    return sheet(
        request,
        "overview.html",
        actor,
        counts=counts,
        states=STATES,
        tasks=tasks,
        differing=[(case, left.get(case.id, 0)) for case in differing],
        signals=len(Signals(store(request)).list(actor)),
        pairs=len(waiting_pairs(request, actor)) if small else None,
        running=[one for one in Imports(store(request)).batches(actor) if one.state == "running"],
        free=_free(actor, cases, desk),
        silent=_silent(request, actor, cases),
    )


def _silent(request: Request, actor: Actor, cases: Cases) -> list[tuple[Any, str]]:
    """The published cases of which nothing was heard for longest: the state stays, somebody should look."""
    pages_of = cases.search(actor, size=_FEW_SHOWN).pages
    oldest = cases.search(actor, page=pages_of, size=_FEW_SHOWN).hits[::-1]
    today = store(request).clock().date()
    days = [(hit, str(hit.card.get("as_of", ""))) for hit in oldest]
    return [(hit, as_of) for hit, as_of in days if as_of and silence(as_of, today)]


def _left(desk: Desk, actor: Actor, differing: Sequence[Case]) -> dict[str, int]:
    """How many differences of each case are not settled."""
    cycles = {case.id: case.cycle for case in differing}
    found: dict[str, int] = {}
    for one in desk.disagreements(actor, waiting=True) if cycles else ():
        if cycles.get(one.case) == one.cycle:
            found[one.case] = found.get(one.case, 0) + 1
    return found


def _free(actor: Actor, cases: Cases, desk: Desk) -> list[Case]:
    """The cases that have waited longest for a coder, and that somebody can take."""
    if "coder" not in actor.roles:
        return []
    me = f"person:{actor.person}"
    found = [
        *cases.work(actor, "coded_once", count=_FEW_SHOWN)[0],
        *cases.work(actor, "candidate", count=_FEW_SHOWN)[0],
    ]
    free = []
    for case in found:
        there = [task.coder for task in desk.of(actor, case.id)]
        if me not in there and sum(bool(coder) for coder in there) < len(("1", "2")):
            free.append(case)
    return free[:_FEW_SHOWN]


def waiting_pairs(request: Request, actor: Actor) -> Sequence[Any]:
    """The likely duplicates that nobody judged; looked for once as long as nothing changes."""
    import sqlalchemy as sa

    from thuishaven.access import EVENT

    place = store(request)
    with place.read(actor) as connection:
        last = connection.execute(sa.select(sa.func.max(EVENT["public"].c.seq))).scalar_one()
    found: Sequence[Any] = _pairs.get((str(place.engine.url), last), lambda: Matches(place).waiting(actor))
    return found


# ---- the list of cases


@router.get("/desk/cases")
def listed(request: Request) -> Response:
    """Cases in a state, the longest waiting first."""
    actor = worker(request)
    asked = request.query_params
    state = asked.get("state", "candidate")
    state = state if state in (*STATES, "all") else "candidate"
    query = asked.get("q", "").strip()[:128]
    start = (
        int(asked["from"]) if asked.get("from", "").isdigit() and len(asked["from"]) < len("1000000") else 0
    )
    cases = Cases(store(request))
    wanted = "" if state == "all" else state
    found, total = cases.work(actor, wanted, text=query, start=start, count=A_PAGE)
    return sheet(
        request,
        "cases.html",
        actor,
        cases=found,
        total=total,
        state=state,
        states=STATES,
        query=query,
        start=start,
        a_page=A_PAGE,
        counts=cases.counts(actor),
    )


@router.get("/desk/cases/new")
def new_case(request: Request) -> Response:
    """Write down a case, from a signal or from nothing."""
    actor = doer(request, "create")
    signal = request.query_params.get("signal", "")
    typed: dict[str, str] = {}
    found = None
    if signal:
        found = _signal(request, actor, signal)
        typed = {"signal": found.id, "url": found.url, "published_on": found.published_on}
    return sheet(request, "case_new.html", actor, typed=typed, signal=found)


@router.post("/desk/cases/new")
def made(request: Request, lang: str, form: Form) -> Response:
    """Write down a case."""
    actor = doer(request, "create")
    typed = typed_in(form)
    signals = Signals(store(request))
    signal = text(form, "signal", 32)
    found = _signal(request, actor, signal) if signal else None
    try:
        case = Cases(store(request)).propose(actor, proposed(form), reason=text(form, "reason"))
    except AccessError as error:
        return sheet(
            request,
            "case_new.html",
            actor,
            problems=problems_of(request, error),
            status=status_of(error),
            typed=typed,
            signal=found,
        )
    if found is not None and found.state == "open":
        with use(lang):
            from thuishaven.locale import _

            signals.settle(actor, signal, _("It became a case."), case)
    return onward(f"/{lang}/desk/cases/{case}?done=proposed")


def source_of(form: FormData, known: Mapping[str, Source] | None = None) -> Source:
    """The source that a form names: one that is there already, or a new one."""
    from dataclasses import replace

    chosen = text(form, "source", 32)
    if chosen and known and chosen in known:
        return replace(known[chosen], id="")
    return Source(
        text(form, "source_kind", 32) or "quality_press",
        text(form, "publisher"),
        title=text(form, "title"),
        url=text(form, "url", 2**12),
        published_on=day_of(form, "published_on"),
        accessed_on=day_of(form, "accessed_on"),
        language=text(form, "language", 2),
    )


def day_of(form: FormData, name: str) -> str:
    """A day as the databank writes it: ``15/6/2018`` and ``6/2018`` are understood too."""
    typed = text(form, name, 32).replace("/", "-").replace(".", "-")
    parts = typed.split("-")
    if len(parts[-1]) == len("2018") and len(parts) > 1:
        parts.reverse()
    if all(part.isdigit() for part in parts):
        return "-".join(part.zfill(2) for part in parts)
    return typed


def proposed(form: FormData) -> list[Statement]:
    """What a new case begins with."""
    source = source_of(form)
    names_ = {
        "organisation.name": "company",
        "organisation.country": "home",
        "case.case_type": "case_type",
        "case.summary": "summary",
        "move.from_country": "from",
        "move.to_country": "to",
        "move.product": "product",
    }
    found = [
        Statement(field, text(form, name, 2**12), source)
        for field, name in names_.items()
        if text(form, name, 2**12)
    ]
    if not text(form, "company"):
        raise AccessError("missing", field="organisation.name")
    announced = day_of(form, "announced")
    if announced:
        found.append(Statement("status", "announced", source, as_of=announced, valid_from=announced))
    return found


# ---- signals


@router.get("/desk/signals")
def signals(request: Request) -> Response:
    """What people outside told: of cases, and of errors."""
    actor = worker(request)
    state = "settled" if request.query_params.get("state") == "settled" else "open"
    found = Signals(store(request)).list(actor, state)
    shown = found if state == "open" else found[::-1][:A_PAGE]
    return sheet(
        request, "signals.html", actor, signals=shown, state=state, cases=_about(request, actor, shown)
    )


def _about(request: Request, actor: Actor, found: Sequence[Signal]) -> dict[str, Case]:
    cases = Cases(store(request))
    return {one.case: cases.get(actor, one.case) for one in found if one.case}


def _signal(request: Request, actor: Actor, signal: str) -> Signal:
    here = Signals(store(request))
    found = [one for state in ("open", "settled") for one in here.list(actor, state) if one.id == signal]
    if not found:
        raise NotFound("not_found", kind="signal")
    return found[0]


@router.get("/desk/signals/new")
def new_signal(request: Request) -> Response:
    """Write down a hint that reached the desk."""
    actor = doer(request, "create")
    return sheet(request, "signal_new.html", actor, typed={})


@router.post("/desk/signals/new")
def told(request: Request, lang: str, form: Form) -> Response:
    """Keep a hint."""
    actor = doer(request, "create")
    try:
        signal = Signals(store(request)).tell(
            actor,
            str(form.get("text", "")),
            text(form, "url", 2**12),
            published_on=day_of(form, "published_on"),
        )
    except AccessError as error:
        return sheet(
            request,
            "signal_new.html",
            actor,
            problems=problems_of(request, error),
            status=status_of(error),
            typed=typed_in(form),
        )
    return onward(f"/{lang}/desk/signals/{signal}?done=told")


@router.get("/desk/signals/{hint}")
def one_signal(request: Request, hint: str) -> Response:
    """One signal, and what can be done with it."""
    return _signal_page(request, worker(request), hint)


def _signal_page(
    request: Request, actor: Actor, signal: str, problems: Problems = (), status: int = 0
) -> Response:
    found = _signal(request, actor, signal)
    case = Cases(store(request)).get(actor, found.case) if found.case else None
    return sheet(request, "signal.html", actor, problems=problems, status=status, signal=found, case=case)


@router.post("/desk/signals/{hint}")
def settled(request: Request, lang: str, hint: str, form: Form) -> Response:
    """Settle a signal: nothing is done with it, or it was done already."""
    actor = doer(request)
    try:
        Signals(store(request)).settle(actor, hint, text(form, "reason", 2**12))
    except AccessError as error:
        with use(lang):
            wrong = [("reason" if field == "text" else field, told_) for field, told_ in words.wrong(error)]
        problems_of(request, error)
        return _signal_page(request, actor, hint, wrong, status_of(error))
    return onward(f"/{lang}/desk/signals/{hint}?done=settled")
