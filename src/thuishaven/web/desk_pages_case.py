"""One case at the desk: the record beside its claims, new claims, and the steps of the two machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from thuishaven.access import AccessError, Actor, Letter, NotFound, email_key
from thuishaven.databank.cases import (
    CONFIDENCES,
    REASONS,
    SOURCE_KINDS,
    WORDED,
    Case,
    Cases,
    Claim,
    Desk,
    Matches,
    Record,
    Shown,
    Signals,
    Source,
    Statement,
    StatusLine,
    Transition,
    events_from,
    fields,
    flaws,
    silence,
)
from thuishaven.locale import _, use
from thuishaven.web import desk_words as words
from thuishaven.web import people
from thuishaven.web.desk_pages import (
    FEW,
    FRESH,
    Back,
    came_back,
    coders,
    day_of,
    doer,
    names,
    problems_of,
    sheet,
    source_of,
    store,
    worker,
)
from thuishaven.web.desk_pages_fields import plain
from thuishaven.web.people_forms import text
from thuishaven.web.people_letters import sends
from thuishaven.web.rendering import Form, onward, pages

router = pages()
#: States in which somebody may add what a source says.
OPEN = ("signal", "candidate", "coded_once")
#: States in which two coders are at work, blind to each other.
BLIND = ("candidate", "coded_once")
_STEPS = ("triage_accept", "triage_reject", "reopen", "recode", "send_back")
_NO_STATE = "(none)"


@dataclass(frozen=True, slots=True)
class Said:
    """Everything that is said of one thing: what is shown of it, and all claims, the newest first."""

    field: str
    move: int
    shown: tuple[Shown, ...]
    states: tuple[StatusLine, ...]
    claims: tuple[Claim, ...]

    @property
    def differing(self) -> tuple[Claim, ...]:
        """Claims that contradict what is shown."""
        of_values = (claim for one in self.shown for claim in one.differ)
        return (*of_values, *(claim for line in self.states for claim in line.differ))


def said_of(record: Record, claims: Sequence[Claim]) -> dict[str, list[Said]]:
    """What is said of a case, by group of fields, in the order of the codebook."""
    there: dict[tuple[int, str], list[Claim]] = {}
    for claim in claims:
        there.setdefault((claim.move, claim.field), []).append(claim)
    order = list(fields())
    found: dict[str, list[Said]] = {}
    for move, name in sorted(there, key=lambda key: (key[0], order.index(key[1]))):
        one = record.get(name, move)
        shown = (one,) if one is not None else record.all(name, move)
        states = record.status if name == "status" else ()
        mine = tuple(reversed(there[move, name]))
        found.setdefault(words.group_of(name), []).append(Said(name, move, shown, states, mine))
    return {group: found[group] for group in words.GROUPS if group in found}


@router.get("/desk/cases/{case}")
def one_case(request: Request, case: str) -> Response:
    """One case."""
    return case_page(request, worker(request), case)


def case_page(
    request: Request,
    actor: Actor,
    case: str,
    back: Back = FRESH,
) -> Response:
    """The page of a case, with the form that comes back."""
    cases, desk = Cases(store(request)), Desk(store(request))
    line = cases.get(actor, case)
    record, claims = cases.record(actor, case), cases.claims(actor, case)
    tasks = desk.of(actor, case)
    state = record.state
    waiting = 0
    if line.state == "coded_twice":
        found = desk.disagreements(actor, case, waiting=True)
        waiting = sum(one.cycle == line.cycle for one in found)
    matches = Matches(store(request))
    pairs: Sequence[Any] = ()
    near: Sequence[str] = ()
    # Among very many companies looking for likely ones takes too long for a page; triage looks all the same.
    if line.state in OPEN and sum(cases.counts(actor).values()) <= FEW:
        pairs, near = matches.waiting(actor, line.organisation), matches.near(actor, case)
    return sheet(
        request,
        "case.html",
        actor,
        back=back,
        case=line,
        record=record,
        groups=said_of(record, claims),
        gone={claim.supersedes for claim in claims if claim.supersedes},
        sources=desk.sources(actor, case),
        names=names(request, actor),
        tasks=tasks,
        mine=next((task for task in tasks if task.coder == f"person:{actor.person}"), None),
        coders={id_: name for id_, name in coders(request, actor).items() if not _codes(tasks, id_)},
        waiting=waiting,
        pairs=pairs,
        near=[cases.get(actor, other) for other in near[:8]],
        flaws=flaws(record) if line.state in {"approved", "coded_twice"} else (),
        reasons=[code for code in REASONS if code != "undone"],
        editions=_editions(cases, actor, line),
        silent=silence(state.as_of, store(request).clock().date()) if state and state.as_of else "",
        open=line.state in OPEN,
    )


def _codes(tasks: Sequence[Any], person: str) -> bool:
    return any(task.coder == f"person:{person}" for task in tasks)


def _editions(cases: Cases, actor: Actor, line: Case) -> Sequence[Any]:
    return cases.published(actor, line.id).editions if line.version else ()


@router.post("/desk/cases/{case}/step/{event}")
def stepped(request: Request, lang: str, case: str, event: str, form: Form) -> Response:
    """Take a step of the machine of publication."""
    actor = doer(request, "update" if event == "take" else "approve")
    cases, desk = Cases(store(request)), Desk(store(request))
    reason = text(form, "reason", 2**12)
    told = event
    try:
        match event:
            case "triage_reject":
                code = text(form, "code", 32)
                if not reason:
                    raise AccessError("reason_needed")
                cases.step(actor, case, event, f"{code}: {reason}")
            case known if known in _STEPS:
                cases.step(actor, case, event, reason)
            case "approve":
                desk.approve(actor, case, reason)
            case "publish":
                cases.publish(actor, case, reason)
            case "withdraw":
                cases.withdraw(actor, case, reason)
            case "take":
                task = desk.take(actor, case)
                return onward(f"/{lang}/desk/tasks/{task.id}?done=taken")
            case "ask":
                person = text(form, "person", 32)
                if person not in coders(request, actor):
                    raise AccessError("no_person", field="person")
                desk.ask(actor, case, person)
                told = "asked"
            case "invite":
                _invite(request, actor, lang, case, text(form, "email"))
                told = "invited" if sends(request) else "invite_yourself"
            case _:
                raise NotFound("not_found", kind="case")
    except AccessError as error:
        return case_page(request, actor, case, came_back(request, error, form, event))
    return onward(f"/{lang}/desk/cases/{case}?done={told}")


def _invite(request: Request, actor: Actor, lang: str, case: str, email: str) -> None:
    """Write to a coder elsewhere; whether the address is known here is not told."""
    try:
        address = email_key(email)
    except AccessError:
        raise AccessError("email_form", field="email") from None
    Desk(store(request)).invite(actor, case)
    rooms = people.rooms(request)
    # Nobody fills somebody else's mailbox from here.
    if not request.app.state.letters.wait(address):
        rooms.sender.send(Letter(address, lang, "code", _organisation(request, actor), case))


def _organisation(request: Request, actor: Actor) -> str:
    """The name of the organisation acted for."""
    found = people.rooms(request).organisations.mine(actor)
    return next((one.name for one, _roles in found if one.id == actor.organisation), "Thuishaven")


# ---- claims


@router.get("/desk/cases/{case}/claim")
def ask_claim(request: Request, case: str) -> Response:
    """Say something of a case, from a source."""
    return _claim_page(request, doer(request), case, "claim")


@router.get("/desk/cases/{case}/evidence")
def ask_evidence(request: Request, case: str) -> Response:
    """Take a published case up again on a new source."""
    return _claim_page(request, doer(request, "approve"), case, "evidence")


def _claim_page(
    request: Request,
    actor: Actor,
    case: str,
    kind: str,
    back: Back = FRESH,
) -> Response:
    cases, desk = Cases(store(request)), Desk(store(request))
    line = cases.get(actor, case)
    asked = back.typed or dict(request.query_params)
    before = _before(cases.claims(actor, case), asked.get("supersedes", ""))
    name = before.field if before else asked.get("field", "status" if kind == "evidence" else "")
    record = cases.record(actor, case)
    given = dict(back.typed) or (_as_typed(before) if before else {})
    signal = asked.get("signal", "")
    if signal and not back.typed:
        given |= _as_signal(request, actor, signal)
    return sheet(
        request,
        "claim.html",
        actor,
        back=back,
        kind=kind,
        case=line,
        field=fields().get(name),
        worded=name in WORDED,
        move=asked.get("move", str(before.move if before else 1)),
        moves=record.moves or (1,),
        before=before,
        sources=desk.sources(actor, case),
        source_kinds=SOURCE_KINDS,
        confidences=CONFIDENCES,
        typed=given,
        signal=signal,
    )


def _before(claims: Sequence[Claim], number: str) -> Claim | None:
    return next((one for one in claims if str(one.id) == number), None)


def _as_typed(claim: Claim) -> dict[str, str]:
    """A claim as it stands on the form."""
    return {
        "value": claim.value,
        "as_of": claim.as_of,
        "valid_from": claim.valid_from,
        "source": claim.source,
        "locator": claim.locator,
        "confidence": claim.confidence,
        **claim.qualifiers,
    }


def _as_signal(request: Request, actor: Actor, signal: str) -> dict[str, str]:
    found = [one for one in Signals(store(request)).list(actor) if one.id == signal]
    return {"url": found[0].url, "published_on": found[0].published_on} if found else {}


@router.post("/desk/cases/{case}/claim")
def claimed(request: Request, lang: str, case: str, form: Form) -> Response:
    """Add what a source says, or put a claim right."""
    return _kept(request, lang, case, "claim", form)


@router.post("/desk/cases/{case}/evidence")
def revised(request: Request, lang: str, case: str, form: Form) -> Response:
    """Take a published case up again."""
    return _kept(request, lang, case, "evidence", form)


def _kept(request: Request, lang: str, case: str, kind: str, form: FormData) -> Response:
    actor = doer(request, "approve" if kind == "evidence" else "update")
    cases, desk = Cases(store(request)), Desk(store(request))
    told = "superseded" if text(form, "supersedes", 16) else "claimed"
    try:
        statement = statement_of(form, desk.sources(actor, case))
        if kind == "evidence":
            cases.revise(actor, case, [statement], text(form, "reason", 2**12))
            told = "revise"
        else:
            cases.claim(actor, case, [statement])
    except AccessError as error:
        wrong = [
            ("value" if field == text(form, "field", 32) else field.removeprefix("source."), told_)
            for field, told_ in problems_of(request, error)
        ]
        return _claim_page(request, actor, case, kind, came_back(request, error, form, problems=wrong))
    _settle(request, actor, lang, text(form, "signal", 32), case)
    return onward(f"/{lang}/desk/cases/{case}?done={told}")


def _settle(request: Request, actor: Actor, lang: str, signal: str, case: str) -> None:
    """Say of the signal that led here what became of it."""
    signals = Signals(store(request))
    if signal and any(one.id == signal for one in signals.list(actor)):
        with use(lang):
            signals.settle(actor, signal, _("It was written down with the case."), case)


def statement_of(form: FormData, known: Mapping[str, Source]) -> Statement:
    """What a form says of one field.

    Raises
    ------
    AccessError
        ``unknown_field``, ``number_unclear``.
    """
    name = text(form, "field", 32)
    field = fields().get(name)
    if field is None:
        raise AccessError("unknown_field", field=name)
    taken_back = form.get("take_back") == "yes"
    move, number = text(form, "move", 4), text(form, "supersedes", 16)
    qualifiers = {
        name: text(form, name, 32) for name in ("currency", "scope", "unit", "stage") if text(form, name, 32)
    }
    if name in WORDED and text(form, "lang", 2):
        qualifiers["lang"] = text(form, "lang", 2).lower()
    if "reason_code" in form and text(form, "reason_code", 32):
        qualifiers["reason_code"] = text(form, "reason_code", 32)
    return Statement(
        name,
        "" if taken_back else plain(field, text(form, "value", 2**13)),
        source_of(form, known),
        int(move) if move.isdigit() else 0,
        as_of=day_of(form, "as_of"),
        valid_from=day_of(form, "valid_from"),
        qualifiers=qualifiers,
        locator=text(form, "locator", 2**12),
        confidence=text(form, "confidence", 1) or "C",
        note=text(form, "note", 2**12),
        supersedes=int(number) if number.isdigit() else 0,
    )


# ---- the state of the move


def possible(record: Record) -> tuple[Transition, ...]:
    """The steps that the move can have taken since what is known of it."""
    return events_from("implementation", record.state.state if record.state else _NO_STATE)


@router.get("/desk/cases/{case}/observe")
def ask_observed(request: Request, case: str) -> Response:
    """Write down evidence that the move went a step further."""
    return _observe_page(request, doer(request), case)


def _observe_page(
    request: Request,
    actor: Actor,
    case: str,
    back: Back = FRESH,
) -> Response:
    cases = Cases(store(request))
    record = cases.record(actor, case)
    return sheet(
        request,
        "observe.html",
        actor,
        back=back,
        case=cases.get(actor, case),
        record=record,
        steps=possible(record),
        states=fields()["status"].codes,
        sources=Desk(store(request)).sources(actor, case),
        source_kinds=SOURCE_KINDS,
    )


@router.post("/desk/cases/{case}/observe")
def observed(request: Request, lang: str, case: str, form: Form) -> Response:
    """Keep the evidence for a step of the move."""
    actor = doer(request)
    cases = Cases(store(request))
    try:
        record = cases.record(actor, case)
        state = text(form, "state", 32) or (record.state.state if record.state else "")
        known = Desk(store(request)).sources(actor, case)
        given = FormData([*form.multi_items(), ("field", "status"), ("value", state)])
        statement = statement_of(given, known)
        if form.get("all_moved") == "yes":
            statement = replace(statement, note=f"all moved. {statement.note}".strip())
        share = plain(fields()["move.share_realised"], text(form, "share", 16))
        whole = _share(share)
        cases.observe(actor, case, text(form, "event", 32), statement, share=whole)
    except AccessError as error:
        return _observe_page(request, actor, case, came_back(request, error, form))
    return onward(f"/{lang}/desk/cases/{case}?done=observe")


def _share(typed: str) -> float | None:
    """A share from 0 to 1; a number above 1 is a percentage."""
    try:
        found = float(typed.removesuffix("%")) if typed else None
    except ValueError:
        raise AccessError("wrong_value", field="share", value=typed, expected="0.8") from None
    return found / 100 if found is not None and found > 1 else found
