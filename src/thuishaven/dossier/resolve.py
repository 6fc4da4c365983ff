"""From the plans as written (each a diff on today) to plans that stand on their own, and the moves between
them.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from thuishaven.dossier.model import BomLine, Dossier, Labour, Plan, Process, Section, Source, Stock
from thuishaven.dossier.structure import is_quantity

S = TypeVar("S", bound=Section)

#: The four forms of (re)location, by maker before and after.
FORMS = {
    ("own", "own"): "own_to_own",
    ("own", "supplier"): "own_to_supplier",
    ("supplier", "own"): "supplier_to_own",
    ("supplier", "supplier"): "supplier_to_supplier",
}


class ChangeError(ValueError):
    """A change to a source of today that does not fit its fields; ``errors`` are those of pydantic."""

    def __init__(self, source: str, errors: Sequence[Any]) -> None:
        super().__init__(f"changes to {source} do not fit")
        self.source = source
        self.errors = errors


@dataclass(frozen=True)
class Move:
    """A share of the volume that goes from one source to another, and when."""

    leaves: Source
    arrives: Source
    share: float
    year: int

    @property
    def form(self) -> str:
        """One of the four forms."""
        return FORMS[self.leaves.maker, self.arrives.maker]


@dataclass(frozen=True)
class ResolvedPlan:
    """A plan with everything filled in that it takes over from today and from the dossier."""

    plan: Plan
    sources: tuple[Source, ...]
    process: Process
    labour: Labour
    stock: Stock
    bom: tuple[BomLine, ...]
    moves: tuple[Move, ...]

    @property
    def id(self) -> str:
        """Name of the plan."""
        return self.plan.id

    @property
    def form(self) -> str | None:
        """Form of the largest move, ``"mixed"`` where two are equally large, ``None`` without a move."""
        sizes: dict[str, float] = {}
        for move in self.moves:
            sizes[move.form] = sizes.get(move.form, 0.0) + move.share
        if not sizes:
            return None
        largest = max(sizes.values())
        top = [form for form, size in sizes.items() if abs(size - largest) < 1e-9]
        return top[0] if len(top) == 1 else "mixed"


def merged(base: S, change: S | None) -> S:
    """``base`` with every field that ``change`` fills in."""
    if change is None or change == type(change)():
        return base
    given = {
        name: getattr(change, name) for name in change.model_fields_set if getattr(change, name) is not None
    }
    return base.model_copy(update=given)


def apply_changes(plan: Plan, baseline: Plan) -> tuple[Source, ...]:
    """The sources of a plan: its own, or those of today with its changes.

    Raises
    ------
    ChangeError
        If a change does not fit the source's fields.
    """
    sources = plan.sources if plan.sources is not None else baseline.sources or ()
    if not plan.changes:
        return sources
    changed = []
    for source in sources:
        change = plan.changes.get(source.id)
        if change is None:
            changed.append(source)
            continue
        plain = source.model_dump(by_alias=True, exclude_unset=True)
        try:
            changed.append(Source.model_validate(_deep_merge(plain, change)))
        except ValidationError as error:
            raise ChangeError(source.id, error.errors(include_url=False)) from None
    return tuple(changed)


def _deep_merge(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    result = copy.deepcopy(dict(base))
    for key, value in change.items():
        inner = result.get(key)
        nested = isinstance(value, Mapping) and isinstance(inner, dict) and not is_quantity(inner)
        result[key] = _deep_merge(inner, value) if nested and inner is not None else value
    return result


def resolve(dossier: Dossier) -> tuple[ResolvedPlan, ...]:
    """All plans of a dossier, each standing on its own, today first."""
    return tuple(resolve_plan(dossier, plan) for plan in dossier.plans)


def resolve_plan(dossier: Dossier, plan: Plan) -> ResolvedPlan:
    """One plan standing on its own, compared with the dossier's first plan."""
    baseline = dossier.baseline
    before = baseline.sources or ()
    sources = apply_changes(plan, baseline)
    base_process = merged(dossier.process, baseline.process)
    base_labour = merged(dossier.labour, baseline.labour)
    base_stock = merged(dossier.stock, baseline.stock)
    return ResolvedPlan(
        plan=plan,
        sources=sources,
        process=base_process if plan is baseline else merged(base_process, plan.process),
        labour=base_labour if plan is baseline else merged(base_labour, plan.labour),
        stock=base_stock if plan is baseline else merged(base_stock, plan.stock),
        bom=plan.bom if plan.bom is not None else baseline.bom if baseline.bom is not None else dossier.bom,
        moves=() if plan is baseline else moves(before, sources, dossier.as_of.year),
    )


def moves(before: tuple[Source, ...], after: tuple[Source, ...], first_year: int) -> tuple[Move, ...]:
    """The moves of share that turn ``before`` into ``after``: what sources lose goes to those that gain,
    largest first.

    A source keeps its share when it appears with the same name in both. Shares of sources that start or stop
    later are those
    of their own years.
    """
    old = {source.id: source for source in before}
    new: dict[str, Source] = {}
    for source in after:
        if source.until is None or source.id not in new:
            new[source.id] = source
    lasting = {source.id: source.share for source in after if source.until is None}
    gains = {i: share - (old[i].share if i in old else 0.0) for i, share in lasting.items()}
    losses = {i: source.share - lasting.get(i, 0.0) for i, source in old.items()}
    arriving = sorted(((g, i) for i, g in gains.items() if g > 1e-9), key=lambda pair: -pair[0])
    leaving = {i: loss for i, loss in losses.items() if loss > 1e-9}
    found = []
    for gain, name in arriving:
        left = gain
        for origin in sorted(leaving, key=lambda i: -leaving[i]):
            size = min(left, leaving[origin])
            if size > 1e-9:
                year = new[name].start or first_year + 1
                found.append(Move(old[origin], new[name], size, year))
                leaving[origin] -= size
                left -= size
    return tuple(found)
