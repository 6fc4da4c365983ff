"""The fields of the codebook on a form: what a coder chose, and what is to be written down of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from starlette.datastructures import FormData

from thuishaven.access import AccessError
from thuishaven.databank.cases import UNKNOWN, WORDED, Claim, Field, Source, Statement, fields
from thuishaven.web.desk_pages import day_of
from thuishaven.web.people_forms import chosen, text

#: Moves that the form of a coder shows at most.
MOST_MOVES = 8
#: Days of one thing that the form shows at most beside those that are there.
MOST_ROWS = 16
STAGES = ("ex_ante", "ex_post")
_THOUSANDS = re.compile(r"\d{1,3}([.,]\d{3})+")
_NUMBERS = ("number", "share")
#: How people write that the sources do not say.
_UNKNOWN = (UNKNOWN, "onbekend", "inconnu", "inconnue")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a field on the form: its value, the day it is about, when it began, its currency."""

    value: str = ""
    as_of: str = ""
    since: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Widget:
    """A field on the form.

    Parameters
    ----------
    name
        What its inputs are called: ``c.``, the move and the field.
    field, move
        Which field of which move.
    kind
        ``choice``, ``ticks``, ``line``, ``lines``, ``days``, ``states`` or ``motives``.
    rows
        What was chosen: one row, or one for each day.
    ticked
        What was ticked; motives as ``ex_ante QUALITY``.
    by_code
        Rows by code, for states and stages.
    """

    name: str
    field: Field
    move: int
    kind: str
    rows: tuple[Row, ...]
    ticked: frozenset[str]
    by_code: Mapping[str, Row]


def plain(field: Field, typed: str) -> str:
    """A value as it is kept: a decimal comma becomes a point, blanks between thousands go.

    >>> from thuishaven.databank.cases import fields
    >>> plain(fields()["move.share_realised"], "0,7"), plain(fields()["move.nace"], "onbekend")
    ('0.7', 'unknown')

    Raises
    ------
    AccessError
        ``number_unclear`` for ``1.450``, which can be read in two ways.
    """
    value = typed.strip()
    if value.casefold() in _UNKNOWN:
        return UNKNOWN
    if field.kind == "day":
        return _day(value)
    if field.kind not in _NUMBERS or value in {"", UNKNOWN}:
        return value
    value = re.sub(r"[\s\u00a0\u202f]", "", value).replace("\u2013", "-")
    parts = value.split("-")
    for part in parts:
        if _THOUSANDS.fullmatch(part) and field.kind == "number":
            raise AccessError("number_unclear", field=field.field, value=typed.strip())
    return "-".join(part.replace(",", ".") for part in parts)


def _day(typed: str) -> str:
    return day_of(FormData([("day", typed)]), "day")


def kind_of(field: Field) -> str:
    """How a field is asked for."""
    match field.field:
        case "status" | "stage":
            return "states"
        case "motive":
            return "motives"
    if field.many:
        return "ticks" if field.codes else "lines"
    if field.dated and not field.codes:
        return "days"
    return "choice" if field.codes or field.kind == "country" else "line"


def widget(field: Field, move: int, codes: Sequence[Claim]) -> Widget:
    """A field with what a coder chose of it so far."""
    mine = [one for one in codes if (one.field, one.move) == (field.field, move)]
    rows = tuple(_row(one) for one in mine)
    kind = kind_of(field)
    ticked = {one.value for one in mine}
    if kind == "motives":
        ticked = {f"{one.qualifiers.get('stage', STAGES[0])} {one.value}" for one in mine}
    if kind == "days":
        rows = (*rows, Row())
    by_code = {one.value: row for one, row in zip(mine, rows, strict=False)} if kind == "states" else {}
    return Widget(f"c.{move}.{field.field}", field, move, kind, rows or (Row(),), frozenset(ticked), by_code)


def _row(claim: Claim) -> Row:
    return Row(claim.value, claim.as_of, claim.valid_from, claim.qualifiers.get("currency", ""))


def sent(form: FormData, found: Widget) -> Widget:
    """A field with what was typed, to be shown again."""
    name = found.name
    rows: tuple[Row, ...] = tuple(
        Row(
            text(form, f"{name}{end}", 2**13),
            text(form, f"{name}{end}.as_of", 32),
            currency=text(form, f"{name}{end}.currency", 3),
        )
        for end in _ends(form, name)
    )
    by_code = {
        code: Row(code, text(form, f"{name}.{code}.as_of", 32), text(form, f"{name}.{code}.since", 32))
        for code in found.field.codes
        if text(form, f"{name}.{code}.as_of", 32) or text(form, f"{name}.{code}.since", 32)
    }
    ticked = frozenset(chosen(form, name))
    if found.kind == "motives":
        ticked = frozenset(f"{stage} {code}" for stage in STAGES for code in chosen(form, f"{name}.{stage}"))
        ticked |= frozenset(f"{STAGES[0]} {code}" for code in chosen(form, name))
    if found.kind == "lines":
        rows = tuple(Row(line) for line in str(form.get(name, "")).splitlines() if line.strip())
    return replace(found, rows=rows or (Row(),), ticked=ticked, by_code=by_code)


def _ends(form: FormData, name: str) -> list[str]:
    """The lines of a field that were sent: the field itself, or one for each day."""
    if name in form:
        return [""]
    return [f".{place}" for place in range(MOST_ROWS) if f"{name}.{place}" in form]


def wishes(form: FormData, shown: Iterable[Widget], source: Source, locator: str) -> Iterator[Statement]:
    """What a form says, one statement for each choice.

    Raises
    ------
    AccessError
        ``number_unclear``; its ``field`` is the name of the input.
    """
    for found in shown:
        field, name = found.field, found.name
        base = Statement(field.field, "", source, found.move, locator=locator)
        match found.kind:
            case "states":
                yield from _states(form, found, base)
            case "motives":
                for stage in STAGES:
                    for code in chosen(form, f"{name}.{stage}"):
                        yield replace(base, value=code, qualifiers={"stage": stage})
            case "ticks":
                yield from (replace(base, value=code) for code in chosen(form, name))
            case "lines":
                lines = str(form.get(name, "")).splitlines()
                yield from (replace(base, value=line.strip()) for line in lines if line.strip())
            case _:
                yield from _rows(form, found, base)


def in_language(one: Statement, language: str) -> Statement:
    """A statement with the language it is written in, where its value is words and the language is known."""
    if not language or one.field not in WORDED or one.value == UNKNOWN:
        return one
    return replace(one, qualifiers={**one.qualifiers, "lang": language})


def _states(form: FormData, found: Widget, base: Statement) -> Iterator[Statement]:
    for code in found.field.codes:
        as_of = day_of(form, f"{found.name}.{code}.as_of")
        since = day_of(form, f"{found.name}.{code}.since")
        if as_of or since:
            yield replace(base, value=code, as_of=as_of or since, valid_from=since)
    if UNKNOWN in chosen(form, found.name):
        yield replace(base, value=UNKNOWN)


def _rows(form: FormData, found: Widget, base: Statement) -> Iterator[Statement]:
    for end in _ends(form, found.name):
        typed = text(form, f"{found.name}{end}", 2**13)
        if not typed:
            continue
        currency = text(form, f"{found.name}{end}.currency", 3).upper()
        yield replace(
            base,
            value=plain(found.field, typed),
            as_of=day_of(form, f"{found.name}{end}.as_of"),
            qualifiers={"currency": currency} if currency else {},
        )


def differing(
    wished: Sequence[Statement], codes: Sequence[Claim], shown: Iterable[Widget]
) -> list[Statement]:
    """What has to be written down so that the codes say what the form says; nothing where they do already.

    What is no longer chosen is taken back; what stays keeps the source that it was taken from.
    """
    asked = {(found.field.field, found.move) for found in shown}
    there = {_same(one): one for one in codes if (one.field, one.move) in asked}
    wanted = {_same(one): one for one in wished}
    slots = {_slot(one) for one in wished}
    new = [one for same, one in wanted.items() if same not in there]
    gone = [
        Statement(one.field, "", Source("aggregator", "-"), one.move, supersedes=one.id)
        for same, one in there.items()
        if same not in wanted and _slot(one) not in slots
    ]
    return [*gone, *new]


def _slot(one: Statement | Claim) -> tuple[object, ...]:
    """What a choice is about, as the desk tells it apart: a new one replaces the one before it."""
    field = fields()[one.field]
    move = max(one.move, 1) if field.of_move else 0
    named = [one.qualifiers.get(name, "") for name in ("currency", "stage")]
    day = one.as_of if field.dated and not field.many else ""
    return (one.field, move, one.value if field.many else "", day, *named)


def _same(one: Statement | Claim) -> tuple[object, ...]:
    return (*_slot(one), one.value.strip(), one.as_of, one.valid_from)
