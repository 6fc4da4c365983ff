"""Coding a case, blind to the other coder; settling where two coders differ; how well they agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from thuishaven.access import AccessError, Actor, Denied
from thuishaven.databank.cases import (
    SOURCE_KINDS,
    Cases,
    Claim,
    Desk,
    Disagreement,
    Task,
    fields,
)
from thuishaven.web import desk_words as words
from thuishaven.web.desk_pages import (
    FRESH,
    Back,
    Problems,
    came_back,
    doer,
    names,
    problems_of,
    sheet,
    source_of,
    status_of,
    store,
    typed_in,
    worker,
)
from thuishaven.web.desk_pages_fields import (
    MOST_MOVES,
    Widget,
    differing,
    in_language,
    plain,
    sent,
    widget,
    wishes,
)
from thuishaven.web.ops_work import Memory
from thuishaven.web.people_forms import text
from thuishaven.web.rendering import Form, onward, pages

router = pages()
#: Fields that a coder is not asked: they are numbers of a register, or the editor's own.
_NOT_CODED = (
    *("organisation.kbo", "organisation.kvk", "organisation.lei", "organisation.vat"),
    *("case.move_group", "case.named_in", "case.remark"),
)
#: Fields that are asked beside the mandatory ones without opening anything.
_FIRST = ("organisation.size_class", "move.activity", "move.product", "jobs.announced", "jobs.realised")
_agreed = Memory(4)


# ---- the form of a coder


@router.get("/desk/tasks/{coding}")
def one_task(request: Request, coding: str) -> Response:
    """The form of a coder, or what was handed in."""
    actor = worker(request)
    return _task_page(request, actor, Desk(store(request)).task(actor, coding))


def _task_page(
    request: Request,
    actor: Actor,
    task: Task,
    problems: Problems = (),
    status: int = 0,
    form: Any = None,
) -> Response:
    cases, desk = Cases(store(request)), Desk(store(request))
    codes = desk.codes(actor, task.id)
    moves = _moves(request, cases, actor, task, codes)
    shown = widgets(codes, moves)
    if form is not None:
        shown = [sent(form, one) for one in shown]
    return sheet(
        request,
        "task.html",
        actor,
        problems=problems,
        status=status,
        task=task,
        case=cases.get(actor, task.case),
        codes=codes,
        groups=_by_group(shown),
        moves=moves,
        most_moves=MOST_MOVES,
        claims=[one for one in cases.claims(actor, task.case) if one.round == "intake" and one.value],
        sources=desk.sources(actor, task.case),
        source_kinds=SOURCE_KINDS,
        names=names(request, actor),
        typed=typed_in(form) if form is not None else {},
        written_in=next((one.qualifiers["lang"] for one in codes if "lang" in one.qualifiers), ""),
        first=_FIRST,
        open=task.state == "open" and task.coder == f"person:{actor.person}",
    )


def _moves(request: Request, cases: Cases, actor: Actor, task: Task, codes: Sequence[Claim]) -> int:
    """How many moves the form asks for."""
    asked = request.query_params.get("moves", "")
    known = [one.move for one in (*codes, *cases.claims(actor, task.case))]
    wanted = int(asked) if asked.isdigit() and len(asked) == 1 else 1
    return min(max([1, wanted, *known]), MOST_MOVES)


def widgets(codes: Sequence[Claim], moves: int) -> list[Widget]:
    """Everything that a coder is asked, with what was chosen so far."""
    found = []
    for field in fields().values():
        if field.field in _NOT_CODED:
            continue
        places = range(1, moves + 1) if field.of_move else (0,)
        found += [widget(field, move, codes) for move in places]
    return found


def _by_group(shown: Sequence[Widget]) -> list[tuple[str, int, list[Widget]]]:
    """Fields by group and move, in the order of the codebook."""
    found: dict[tuple[str, int], list[Widget]] = {}
    for one in shown:
        found.setdefault((words.group_of(one.field.field), one.move), []).append(one)
    order = list(words.GROUPS)
    keys = sorted(found, key=lambda key: (order.index(key[0]), key[1]))
    return [(group, move, found[group, move]) for group, move in keys]


@router.post("/desk/tasks/{coding}")
def coded(request: Request, lang: str, coding: str, form: Form) -> Response:
    """Keep what a coder chose, and hand it in when that was asked."""
    actor = worker(request)
    cases, desk = Cases(store(request)), Desk(store(request))
    found = desk.task(actor, coding)
    if found.coder != f"person:{actor.person}":
        raise Denied("other_coder")
    codes = desk.codes(actor, coding)
    moves = _moves(request, cases, actor, found, codes)
    typed_moves = text(form, "moves", 1)
    moves = min(max(moves, int(typed_moves) if typed_moves.isdigit() else 1), MOST_MOVES)
    shown = widgets(codes, moves)
    try:
        source = source_of(form, desk.sources(actor, found.case))
        tongue = text(form, "lang", 2).lower()
        wished = [
            in_language(one, tongue) for one in wishes(form, shown, source, text(form, "locator", 2**12))
        ]
        new = differing(wished, codes, shown)
        if new:
            desk.code(actor, coding, _with_sources(new, codes, desk, actor, found))
        if form.get("go") == "finish":
            state = desk.finish(actor, coding)
            return onward(f"/{lang}/desk/tasks/{coding}?done={state}")
    except AccessError as error:
        wrong = [(_input(field, form), told) for field, told in problems_of(request, error)]
        return _task_page(request, actor, found, wrong, status_of(error), form)
    more = f"&moves={moves + 1}" if form.get("go") == "move" and moves < MOST_MOVES else ""
    return onward(f"/{lang}/desk/tasks/{coding}?done=coded{more}")


def _input(field: str, form: Any) -> str:
    """The input of a field that something is wrong with."""
    if field.startswith("c.") or field not in fields():
        return field.removeprefix("source.")
    move = 1 if fields()[field].of_move else 0
    return f"c.{move}.{field}"


def _with_sources(
    new: Sequence[Any], codes: Sequence[Claim], desk: Desk, actor: Actor, task: Task
) -> list[Any]:
    """What is taken back names the source that it was taken from."""
    from dataclasses import replace

    known = desk.sources(actor, task.case)
    by_id = {one.id: one for one in codes}
    return [
        replace(one, source=replace(known[by_id[one.supersedes].source], id="")) if one.supersedes else one
        for one in new
    ]


@router.post("/desk/tasks/{coding}/back")
def given_back(request: Request, lang: str, coding: str) -> Response:
    """Let somebody else code it."""
    actor = worker(request)
    desk = Desk(store(request))
    found = desk.task(actor, coding)
    try:
        desk.give_back(actor, coding)
    except AccessError as error:
        return _task_page(request, actor, found, problems_of(request, error), status_of(error))
    return onward(f"/{lang}/desk?done=given_back")


# ---- differences


@router.get("/desk/cases/{case}/differences")
def differences(request: Request, case: str) -> Response:
    """Where two coders differ, side by side."""
    return _differences_page(request, worker(request), case)


def _differences_page(
    request: Request,
    actor: Actor,
    case: str,
    back: Back = FRESH,
) -> Response:
    cases, desk = Cases(store(request)), Desk(store(request))
    line = cases.get(actor, case)
    tasks = {task.round: task for task in desk.of(actor, case)}
    found = [one for one in desk.disagreements(actor, case) if one.cycle == line.cycle]
    over = line.state == "coded_twice"
    return sheet(
        request,
        "differences.html",
        actor,
        back=back,
        case=line,
        found=found if over or line.state not in {"candidate", "coded_once"} else [],
        beside={one.id: _beside(desk, actor, tasks, one) for one in found} if over else {},
        sources=desk.sources(actor, case),
        source_kinds=SOURCE_KINDS,
        tasks=tasks,
        names=names(request, actor),
        own=any(task.coder == f"person:{actor.person}" for task in tasks.values()),
        over=over,
    )


def _beside(desk: Desk, actor: Actor, tasks: dict[str, Task], one: Disagreement) -> list[Claim | None]:
    """The claims of both coders that a difference is about."""
    both: list[Claim | None] = []
    for round_ in ("1", "2"):
        codes = desk.codes(actor, tasks[round_].id) if round_ in tasks else ()
        about = one.about
        both.append(
            next(
                (
                    code
                    for code in codes
                    if (code.field, code.move) == (one.field, one.move)
                    and about.get("value", code.value) == code.value
                    and about.get("as_of", code.as_of) == code.as_of
                    and all(
                        code.qualifiers.get(name, "") == value
                        for name, value in about.items()
                        if name not in {"value", "as_of"}
                    )
                ),
                None,
            )
        )
    return both


@router.post("/desk/cases/{case}/differences/{difference}")
def resolved(request: Request, lang: str, case: str, difference: str, form: Form) -> Response:
    """Settle a difference."""
    actor = doer(request)
    desk = Desk(store(request))
    try:
        one = next((one for one in desk.disagreements(actor, case) if one.id == difference), None)
        choice, source = text(form, "choice", 16), None
        value = "no"
        if one is not None and choice in {"first", "second"}:
            value = one.first if choice == "first" else one.second
            value = value or "no"
        elif one is not None and choice == "other":
            value = plain(fields()[one.field], text(form, "value", 2**12))
            if not value:
                raise AccessError("missing", field=one.field)
            source = source_of(form, desk.sources(actor, case))
        elif choice != "neither":
            raise AccessError("missing", field=one.field if one else "status")
        desk.resolve(actor, difference, value, text(form, "reason", 2**12), source)
    except AccessError as error:
        wrong = [
            ("choice" if field in fields() else field, told) for field, told in problems_of(request, error)
        ]
        return _differences_page(request, actor, case, came_back(request, error, form, difference, wrong))
    return onward(f"/{lang}/desk/cases/{case}/differences?done=resolved#rest")


# ---- reliability


@router.get("/desk/reliability")
async def reliability(request: Request) -> Response:
    """How well two coders agree on each field, with how sure that is."""

    def made() -> Response:
        from thuishaven.databank.releases import cut_offs

        actor = worker(request)
        rows = _agreement(request, actor)
        return sheet(request, "reliability.html", actor, rows=rows, limits=cut_offs())

    answer: Response = await request.app.state.work.run(made)
    return answer


def _agreement(request: Request, actor: Actor) -> list[dict[str, Any]]:
    """Rows of the reliability, worked out once as long as nobody hands anything in."""
    import sqlalchemy as sa

    from thuishaven.access import EVENT
    from thuishaven.databank.releases import agreement

    place = store(request)
    handed = EVENT["public"].c.action.in_(["code_second"])
    with place.read(actor) as connection:
        last = connection.execute(sa.select(sa.func.max(EVENT["public"].c.seq)).where(handed)).scalar_one()
    found: list[dict[str, Any]] = _agreed.get((str(place.engine.url), last), lambda: agreement(place, actor))
    return found
