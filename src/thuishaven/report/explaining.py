"""Where the figures of an explanation come from: publication, reasoning, and the figures behind them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from thuishaven.locale import _, decimals_for, number, unit
from thuishaven.report.citing import Citation, citation, parents
from thuishaven.report.words import foreign, named, notice, remark, significant

if TYPE_CHECKING:
    from thuishaven.facts import Fact, FactSet

#: How many steps a figure that was worked out is followed to the ones behind it.
STEPS = 3
#: Most decimals of an input.
DIGITS = 6
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a figure comes from.

    Parameters
    ----------
    id
        A path in the dossier, or the id of a fact.
    label
        What it is, and what it is about.
    citation
        The publication; ``None`` for a figure of the dossier.
    said
        The source of a figure of the dossier, as the dossier has it.
    period
        What period a fact is about.
    remarks
        That it stands in for another, and the reasoning behind it.
    in_english
        Whether the last remark stands in English whatever the language in use.
    behind
        The published figures that it was worked out from.
    """

    id: str
    label: str
    citation: Citation | None = None
    said: str = ""
    period: str = ""
    remarks: tuple[str, ...] = ()
    in_english: bool = False
    behind: tuple[Origin, ...] = ()


def inputs_of(inputs: list[Mapping[str, Any]], depth: int = 0) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The inputs of a formula with what each of them was worked out from, and how deep it stands."""
    for item in inputs:
        yield depth, item
        yield from inputs_of(item.get("inputs", []), depth + 1)


def origins(explanation: Mapping[str, Any], facts: FactSet, plans: Mapping[str, str]) -> list[Origin]:
    """Where the figures of an explanation come from, each once.

    Parameters
    ----------
    explanation
        As ``Explanation.to_dict()`` of the cost room gives it.
    facts
        Where records and publications are looked up.
    plans
        What each plan is called.
    """
    found: dict[str, Origin] = {}
    for part in explanation["parts"]:
        for _depth, item in inputs_of(part["inputs"]):
            if "id" in item and item["id"] not in found:
                found[item["id"]] = _origin(item, facts, plans)
    return list(found.values())


def _origin(item: Mapping[str, Any], facts: FactSet, plans: Mapping[str, str]) -> Origin:
    identity = str(item["id"])
    label = named(str(item["name"]), identity, plans)
    if "period" not in item:
        own = str(item.get("note") or "")
        return Origin(identity, label, said=str(item.get("source") or ""), remarks=(own,) if own else ())
    stand_ins = tuple(notice(step["code"], step["params"]) for step in item.get("fallbacks") or ())
    fact = _fact(identity, facts)
    if fact is None:
        # A plausible range stands in no record; what is said about it is how it stands in.
        return Origin(identity, label, None, str(item["source"]), str(item["period"]), stand_ins)
    return _of_fact(fact, facts, label, stand_ins, STEPS)


def _of_fact(fact: Fact, facts: FactSet, label: str, stand_ins: tuple[str, ...], steps: int) -> Origin:
    note = fact.note if fact.status not in ("published", "user") else ""
    behind = []
    for identity in parents(note) if steps else ():
        parent = _fact(identity, facts)
        if parent is not None:
            behind.append(_of_fact(parent, facts, named(parent.parameter, identity, {}), (), steps - 1))
    return Origin(
        fact.id,
        label,
        citation(fact, facts),
        period="" if fact.status == "assumption" else fact.period,
        remarks=(*stand_ins, *([remark(note)] if note else [])),
        in_english=bool(note) and foreign(note),
        behind=tuple(behind),
    )


def _fact(identity: str, facts: FactSet) -> Fact | None:
    try:
        return facts.fact(identity)
    except KeyError:
        return None


def called(item: Mapping[str, Any], plans: Mapping[str, str]) -> str:
    """What an input of a formula is called; a figure that is worked out by the field it stands for, if any.

    Parameters
    ----------
    item
        As an explanation has it.
    plans
        What each plan is called.
    """
    name = str(item["name"])
    if "id" in item:
        return named(name, str(item["id"]), plans)
    label = _labels().get(name)
    return _("{name} (worked out)", name=_(label)) if label else _("worked out")


@cache
def _labels() -> dict[str, str]:
    """The names of fields of a dossier that mean one thing only, with what each is."""
    from thuishaven.dossier import Dossier
    from thuishaven.dossier.structure import walk

    found: dict[str, set[str]] = {}
    for path, member in walk(Dossier):
        found.setdefault(str(path[-1]), set()).add(member.help)
    return {name: next(iter(helps)) for name, helps in found.items() if len(helps) == 1}


def measured(item: Mapping[str, Any]) -> tuple[str, str, str]:
    """The mean of an input, the range it lies in, and its unit; shares in per cent.

    Parameters
    ----------
    item
        As an explanation has it.
    """
    of = str(item["unit"]) if "id" in item else ""
    head, _slash, per = of.partition("/")
    scale = HUNDRED if head == "fraction" else 1
    mean, low, high = (float(item[name]) * scale for name in ("mean", "p5", "p95"))
    near = min(max(decimals_for(low, high), 0), DIGITS)
    span = f"{number(low, near)} - {number(high, near)}" if low != high else ""
    shown_unit = unit(of)
    if head == "fraction":
        shown_unit = f"%{unit(f'1/{per}').removeprefix('1')}" if per else "%"
    return number(mean, min(max(significant(mean), 0), DIGITS)), span, shown_unit


def formula_of(code: str) -> str:
    r"""The work of a formula without its head: what is added, multiplied and divided, by name.

    >>> formula_of("def area(a: Array, b: Array) -> Array:\n    return a * b")
    'a * b'
    """
    try:
        body = getattr(ast.parse(code).body[0], "body", [])
    except (SyntaxError, IndexError):
        # What is no function is a sentence already.
        return code
    lines = [
        ast.unparse(part.value) if isinstance(part, ast.Return) and part.value else ast.unparse(part)
        for part in body
    ]
    return "\n".join(lines) or code


def source_called(makers: Mapping[str, str], plan: str, source: str) -> str:
    """What the part of an explanation is about: the maker and its country; the plan as a whole for none."""
    return makers.get(f"{plan}.{source}", source) if source else _("the plan as a whole")
