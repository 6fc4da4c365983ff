"""How a figure came about: the formula that ran, what went into it, and where each input comes from."""

from __future__ import annotations

import inspect
import math
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from thuishaven.cost.case import Case
from thuishaven.cost.engine import (
    TAX_LINE,
    LineCost,
    PlanCost,
    flow_draws,
    holding_of,
    line_value,
    lives_of,
    times_of,
)
from thuishaven.cost.registry import CHOICES, DERIVED, Line, input_fields
from thuishaven.cost.scope import Array, Leaf, Missing
from thuishaven.cost.source import SourceScope, provider
from thuishaven.dossier import factors, plain
from thuishaven.uncertainty import quantiles

#: Kinds of line of which tax sees something else than the cash.
TAXED = frozenset({"capital", "balance", "stock"})


@dataclass(frozen=True)
class Term:
    """One input of a formula: its values in every draw and year, and its own origin."""

    name: str
    values: Array
    formula: str | None
    leaf: Leaf | None
    inputs: tuple[Term, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain form: mean by year, range, and where it comes from."""
        flat = self.values
        low, high = quantiles(flat.mean(axis=1), (0.05, 0.95))
        result: dict[str, Any] = {
            "name": self.name,
            "mean": float(flat.mean()),
            "p5": low,
            "p95": high,
            "by_year": flat.mean(axis=0).tolist() if flat.shape[1] > 1 else None,
        }
        if self.leaf is not None:
            result.update(leaf_dict(self.leaf))
        if self.formula is not None:
            result["formula"] = self.formula
            result["inputs"] = [term.to_dict() for term in self.inputs]
        return result


@dataclass(frozen=True)
class Part:
    """A line of one source, with everything that turns it into money.

    ``value`` is what ``formula`` gives for ``inputs`` (its negative where ``income``), in EUR per unit, per
    year, once, or tied up. With d the discount factors, y the year of spending and H the last year, its
    present value is, per draw:

    ``unit``, ``period``
        ``sum_t value_t times_t d_t``; ``times`` are units, or 1 in the years of supply.
    ``oneoff``
        ``value_y d_y``
    ``capital``
        ``value_y d_y - value_y max(0, 1 - (H - y) / life) d_H``
    ``balance``
        ``sum_t value_t+1 (d_t - d_t+1)``: each year's need is set aside a year ahead and freed at the end
    ``stock``
        as a balance, and ``sum_t value_t rate times_t d_t``

    What tax sees otherwise than cash is, for ``capital``, the amount less straight-line depreciation over
    ``tax_life`` years and the book value left in year H, discounted; for a balance what is financed; else 0.

    Parameters
    ----------
    constants
        Numbers that the formula names, such as the days in a year.
    per_unit
        Mean present value over mean present value of the volume, EUR per unit; on line T03 what tax adds.
    """

    line: str
    source: str
    kind: str
    formula: str
    function: str
    inputs: tuple[Term, ...]
    value: Array
    times: Array
    per_unit: float
    spending_year: int
    income: bool = False
    rate: Array | None = None
    life: Array | None = None
    tax_life: float | None = None
    constants: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        return {
            "line": self.line,
            "source": self.source,
            "kind": self.kind,
            "function": self.function,
            "formula": self.formula,
            "constants": dict(self.constants),
            "income": self.income,
            "per_unit": self.per_unit,
            "value_by_year": self.value.mean(axis=0).tolist(),
            "times_by_year": self.times.mean(axis=0).tolist(),
            "spending_year": self.spending_year if self.kind in {"oneoff", "capital"} else None,
            "holding_rate": None if self.rate is None else float(self.rate.mean()),
            "economic_life": None if self.life is None else float(self.life.mean()),
            "tax_life": self.tax_life,
            "inputs": [term.to_dict() for term in self.inputs],
        }


@dataclass(frozen=True)
class Given:
    """An amount that another room or the user put on the line: EUR of the year, times its chance."""

    year: int
    amount: Array
    probability: float

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        return {"year": self.year, "amount": float(self.amount.mean()), "probability": self.probability}


@dataclass(frozen=True)
class Explanation:
    """A figure with everything needed to work it out again: see :class:`Part` for how a part becomes money.

    ``per_unit`` is the sum of the parts' present values and of ``given`` amounts, averaged over the draws,
    over the mean of ``sum_t volume_t discount_t``. Line T03 is ``u / (1 - u)`` times the sum of what tax sees
    of its parts otherwise than cash, u the tax rate.
    """

    id: str
    title: str
    words: str
    parts: tuple[Part, ...]
    given: tuple[Given, ...]
    discount: Array
    volume: Array
    tax_rate: float
    first_year: int
    per_unit: float

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        factor = factors().get(self.id.rpartition(".")[2])
        result = {
            "id": self.id,
            "title": self.title,
            "formula_in_words": self.words,
            "method": {"source": factor.source, "url": factor.source_url, "status": factor.status}
            if factor
            else None,
            "per_unit": self.per_unit,
            "first_year": self.first_year,
            "discount": self.discount.tolist(),
            "volume_by_year": self.volume.mean(axis=0).tolist(),
            "tax_rate": self.tax_rate,
            "parts": [part.to_dict() for part in self.parts],
            "given": [given.to_dict() for given in self.given],
        }
        return dict(plain(result))


def leaf_dict(leaf: Leaf) -> dict[str, Any]:
    """Where a leaf comes from, in plain form."""
    result: dict[str, Any] = {
        "id": leaf.id,
        "unit": leaf.unit,
        "status": leaf.status,
        "value": leaf.quantity.to_plain(),
    }
    if leaf.answer is not None:
        fact = leaf.answer.fact
        result.update(
            period=fact.period,
            source=fact.source_id,
            fallbacks=[fallback.to_dict() for fallback in leaf.answer.fallbacks],
        )
    else:
        result.update(source=leaf.quantity.source or None, note=leaf.quantity.note or None)
    return result


def explain(case: Case, reference: str) -> Explanation:
    """Explain ``plan.line``, as in ``home.P03``.

    Raises
    ------
    LookupError
        If there is no such plan, or the line has no amount in it.
    """
    plan, _, line = reference.rpartition(".")
    if plan not in case.costs or line not in factors():
        known = ", ".join(case.costs)
        raise LookupError(
            f"{reference}: expected a plan ({known}) and a line, for example {case.plans[-1].id}.P03"
        )
    cost = case.costs[plan]
    taxes = line == TAX_LINE
    if not taxes and line not in cost.by_line() | cost.by_line(public=True):
        raise LookupError(f"{reference}: this line has no amount in this plan")
    parts = [
        _part(case, plan, part, taxes)
        for part in cost.parts
        if (part.line.kind in TAXED and not part.line.public if taxes else part.line.id == line)
    ]
    volume = float(case.pv_volume.mean())
    total = (
        cost.tax(case.frame.tax_rate)
        if taxes
        else sum(found[line] for found in _accounts(cost) if line in found)
    )
    factor = factors()[line]
    return Explanation(
        reference,
        factor.name_en,
        factor.formula,
        tuple(parts),
        _given(case, plan, line),
        case.frame.discount,
        _joined(case, [block.world.value("volume") for block in case.blocks]),
        case.frame.tax_rate,
        case.frame.on.year,
        float(np.mean(total)) / volume if volume else math.nan,
    )


def _accounts(cost: PlanCost) -> tuple[dict[str, Array], dict[str, Array]]:
    return cost.by_line(), cost.by_line(public=True)


def _given(case: Case, plan: str, line: str) -> tuple[Given, ...]:
    """Flows that were put on the line, in years of the calculation."""
    found = []
    first, last = case.frame.on.year, case.frame.on.year + case.frame.years
    for flow in case.flows.get(plan, ()):
        if flow.line == line and first <= flow.year <= last:
            drawn = [flow_draws(block.scopes[plan], flow)[:, np.newaxis] for block in case.blocks]
            found.append(Given(flow.year, _joined(case, drawn), flow.probability))
    return tuple(found)


def _part(case: Case, plan: str, cost: LineCost, taxes: bool) -> Part:
    """A line of one source over all draws; on line T03 its share of that."""
    line, volume = cost.line, float(case.pv_volume.mean())
    sources = [
        next(source for source in block.scopes[plan].sources() if source.link.source.id == cost.source)
        for block in case.blocks
    ]
    u = case.frame.tax_rate
    amount = u / (1 - u) * float(np.mean(cost.taxed)) if taxes else float(np.mean(cost.pv))
    rate = [holding_of(source)[0] for source in sources] if line.kind == "stock" else None
    lives = [lives_of(line, source) for source in sources] if line.kind == "capital" else None
    return Part(
        line.id,
        cost.source,
        line.kind,
        code_of(line.function),
        line.name,
        tuple(_over_blocks(case, [term(source, name) for source in sources]) for name in line.inputs),
        _joined(case, [line_value(line, source) for source in sources]),
        _joined(case, [_times(line, source) for source in sources]),
        amount / volume if volume else math.nan,
        sources[0].link.spending_year,
        line.income,
        None if rate is None else _joined(case, rate),
        None if lives is None else _joined(case, [life for _, life, _ in lives]),
        None if lives is None else lives[0][2],
        constants_of(line.function),
    )


def _times(line: Line, source: SourceScope) -> Array:
    if line.kind == "stock":
        return holding_of(source)[1]
    if line.kind in {"unit", "period"}:
        return times_of(line, source)
    return np.ones((1, 1))


def _joined(case: Case, arrays: list[Array]) -> Array:
    """The draws of all blocks end to end; (1, ...) where they are the same in every draw."""
    if all(array.shape[0] == 1 for array in arrays):
        return arrays[0]
    sizes = [block.size for block in case.blocks]
    return np.concatenate(
        [np.broadcast_to(a, (size, *a.shape[1:])) for a, size in zip(arrays, sizes, strict=True)]
    )


def _over_blocks(case: Case, terms: list[Term]) -> Term:
    """One term from that of each block."""
    first = terms[0]
    inputs = zip(*(term.inputs for term in terms), strict=True)
    return replace(
        first,
        values=_joined(case, [term.values for term in terms]),
        inputs=tuple(_over_blocks(case, list(same)) for same in inputs),
    )


def term(scope: SourceScope, name: str) -> Term:
    """An input by name, with its own inputs down to the leaves."""
    values = scope.value(name)
    if name in CHOICES:
        chosen = scope.source_of(name)
        inner = term(scope, chosen)
        return Term(name, values, inner.formula, inner.leaf, inner.inputs)
    derived = DERIVED.get(name)
    if derived is not None and provider(name) is None:
        return Term(name, values, code_of(derived.function), None, tuple(_terms(scope, derived.inputs)))
    leaves = [
        scope.world.ledger.leaves[i] for i in sorted(_rests_on(scope, name)) if i in scope.world.ledger.leaves
    ]
    bound = provider(name)
    if bound is not None:
        inputs = tuple(Term(leaf.name, _leaf_values(scope, leaf), None, leaf, ()) for leaf in leaves)
        return Term(name, values, (inspect.getdoc(bound) or "").split("\n")[0], None, inputs)
    field = input_fields().get(name)
    leaf = next(
        (leaf for leaf in leaves if field is not None and leaf.name in (name, field.default)),
        leaves[0] if leaves else None,
    )
    return Term(name, values, None, leaf, ())


def _terms(scope: SourceScope, names: tuple[str, ...]) -> list[Term]:
    return [term(scope, name) for name in names]


def _rests_on(scope: SourceScope, name: str) -> frozenset[str]:
    try:
        return scope.rests_on(name)
    except (KeyError, Missing):
        return scope.world.rests_on(name)


def _leaf_values(scope: SourceScope, leaf: Leaf) -> Array:
    return scope.world.leaf(leaf)


def code_of(function: Any) -> str:
    """The function's own source, without decorators and documentation: what ran is what is shown."""
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    start = next(i for i, text in enumerate(lines) if text.startswith("def "))
    text = "\n".join(lines[start:])
    doc = inspect.getdoc(function)
    if doc:
        import ast

        tree = ast.parse(text)
        tree.body[0].body = tree.body[0].body[1:]  # type: ignore[attr-defined]
        text = ast.unparse(tree)
    return text


def constants_of(function: Any) -> dict[str, float]:
    """The numbers that a formula names, such as the days in a year."""
    known = inspect.unwrap(function).__globals__
    names = inspect.unwrap(function).__code__.co_names
    return {name: float(known[name]) for name in names if isinstance(known.get(name), int | float)}
