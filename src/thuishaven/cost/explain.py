"""How a figure came about: the formula that ran, what went into it, and where each input comes from."""

from __future__ import annotations

import inspect
import textwrap
from dataclasses import dataclass
from typing import Any

import numpy as np

from thuishaven.cost.case import Block, Case
from thuishaven.cost.engine import TAX_LINE, LineCost, applicable
from thuishaven.cost.registry import CHOICES, DERIVED, Line, input_fields
from thuishaven.cost.scope import Array, Leaf, Missing
from thuishaven.cost.source import SourceScope, provider
from thuishaven.dossier import factors, plain


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
        result: dict[str, Any] = {
            "name": self.name,
            "mean": float(flat.mean()),
            "p5": float(np.quantile(flat.mean(axis=1), 0.05)),
            "p95": float(np.quantile(flat.mean(axis=1), 0.95)),
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
    """A line of one source: ``value`` is what ``formula`` gives for ``inputs``; ``per_unit`` its share of
    the unit TCO.
    """

    line: str
    source: str
    kind: str
    formula: str
    function: str
    inputs: tuple[Term, ...]
    value: Array
    units: Array
    per_unit: float
    spending_year: int


@dataclass(frozen=True)
class Explanation:
    """A figure with everything needed to work it out again.

    For a ``unit`` part: ``sum_t value x units x discount``, averaged over the draws, over the mean of ``sum_t
    volume x discount``.
    """

    id: str
    title: str
    words: str
    parts: tuple[Part, ...]
    discount: Array
    volume: Array
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
            "discount": self.discount.tolist(),
            "parts": [
                {
                    "line": part.line,
                    "source": part.source,
                    "kind": part.kind,
                    "function": part.function,
                    "formula": part.formula,
                    "per_unit": part.per_unit,
                    "value_by_year": part.value.mean(axis=0).tolist(),
                    "inputs": [term.to_dict() for term in part.inputs],
                }
                for part in self.parts
            ],
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
    block = case.blocks[0]
    scope = block.scopes[plan]
    volume = float(case.pv_volume.mean())
    parts = []
    for registered, source in applicable(scope):
        if registered.id == line:
            cost = _cost_of(case, plan, registered, source)
            if cost is not None:
                parts.append(_part(block, registered, source, cost, volume))
    factor = factors()[line]
    total = sum(part.per_unit for part in parts)
    if line == TAX_LINE:
        total = float(case.costs[plan].tax(case.frame.tax_rate).mean()) / volume
    elif not parts and line not in case.costs[plan].external:
        raise LookupError(f"{reference}: this line has no amount in this plan")
    return Explanation(
        reference,
        factor.name_en,
        factor.formula,
        tuple(parts),
        case.frame.discount,
        block.world.value("volume"),
        total,
    )


def _cost_of(case: Case, plan: str, line: Line, source: SourceScope) -> LineCost | None:
    name = source.link.source.id
    return next((p for p in case.costs[plan].parts if p.line is line and p.source == name), None)


def _part(block: Block, line: Line, source: SourceScope, cost: LineCost, volume: float) -> Part:
    from thuishaven.cost.engine import line_value

    return Part(
        line.id,
        source.link.source.id,
        line.kind,
        code_of(line.function),
        line.name,
        tuple(term(source, name) for name in line.inputs),
        line_value(line, source),
        source.value("units"),
        float(np.mean(cost.pv)) / volume,
        source.link.spending_year,
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
        (leaf for leaf in leaves if field is not None and leaf.name in (name, field.default)), leaves[0] if leaves else None
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
