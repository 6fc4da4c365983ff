"""From lines to cash: every line of a plan as expense, investment or balance, discounted and taxed.

``CF_t = (1 - u)(R_t - K_t) + u Dep_t - I_t - (W_t - W_t-1) + Res_t`` and unit TCO ``= -NPV / [(1 - u) sum V_t
(1 + r)^-t]``. Per line
the contribution to the unit TCO is its discounted cash before tax; what tax adds because investments and
balances are not deductible
at once lands on T03, ``u / (1 - u) x PV(I - Dep - book value left + dW)``, so that the lines add up to the
unit TCO exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from thuishaven.cost import keeping, lines, making
from thuishaven.cost.plan import PlanScope
from thuishaven.cost.registry import LINES, Line
from thuishaven.cost.scope import Array, Missing
from thuishaven.cost.source import SourceScope
from thuishaven.dossier import Flow, factors
from thuishaven.uncertainty import Quantity

#: The modules whose functions the engine looks up by name; importing them registers these.
VOCABULARY = (lines, making, keeping)
#: Lines that room ``support`` fills: money after tax, shown beside the headline.
SUPPORT = frozenset({"T01", "T02", "T04"})
#: Lines of which another room's flows replace the engine's own estimate (D14: one model per cause).
REPLACEABLE = "K"
TAX_LINE = "T03"
LAYERS = ("hard", "risk", "strategic")


@dataclass(frozen=True, slots=True)
class Basis:
    """What turns years into one figure, the same for all plans."""

    discount: Array
    tax_rate: float
    pv_volume: Array


@dataclass(frozen=True, slots=True)
class LineCost:
    """One line of one source, discounted.

    Parameters
    ----------
    pv
        Present value of the line's cash before tax, EUR, (draws,) or (1,).
    taxed
        Present value of what tax makes of it, EUR: investment less depreciation and book value left, and
        working capital.
    by_year
        Mean cash per year, EUR; empty where only the total was asked for.
    """

    line: Line
    source: str
    pv: Array
    taxed: Array
    by_year: Array


@dataclass
class PlanCost:
    """All lines of one plan in one world."""

    plan: str
    parts: list[LineCost]
    missing: dict[tuple[str, str], str]
    cash: Array | None
    support_pv: Array
    external: dict[str, Array] = field(default_factory=dict)
    _everything: Array | None = None

    def by_line(self, *, public: bool = False) -> dict[str, Array]:
        """Present value per line of an account, summed over sources."""
        total: dict[str, Array] = {}
        for part in self.parts:
            if part.line.public is public:
                total[part.line.id] = total.get(part.line.id, 0.0) + part.pv
        if not public:
            for identity, pv in self.external.items():
                total[identity] = total.get(identity, 0.0) + pv
        return total

    def tax(self, tax_rate: float) -> Array:
        """Present value of line T03."""
        taxed = sum((part.taxed for part in self.parts if not part.line.public), np.zeros(1))
        return tax_rate / (1 - tax_rate) * np.asarray(taxed)

    def everything(self, tax_rate: float) -> Array:
        """Present value of all lines before tax, T03 included; remembered."""
        if self._everything is None:
            self._everything = self.total(tax_rate)
        return self._everything

    def total(self, tax_rate: float, layers: tuple[str, ...] = LAYERS) -> Array:
        """Present value of all lines of the given layers before tax, T03 included, EUR, (draws,)."""
        table = factors()
        lines = self.by_line()
        value = sum((pv for identity, pv in lines.items() if table[identity].layer in layers), np.zeros(1))
        return np.asarray(value) + self.tax(tax_rate)


def applicable(scope: PlanScope) -> Iterator[tuple[Line, SourceScope]]:
    """Every line with the sources it can apply to."""
    for line in LINES:
        targets = scope.sources() if line.level == "source" else [scope.lead]
        if line.id == "S05":
            targets = scope.sources()
        for target in targets:
            if line.when(target.link):
                yield line, target


def evaluate(
    scope: PlanScope, basis: Basis, flows: tuple[Flow, ...] = (), *, want_cash: bool = True
) -> PlanCost:
    """Work out all lines of a plan.

    Parameters
    ----------
    scope
        The plan in its world.
    basis
        Discount factors, tax rate and present value of the volume.
    flows
        Amounts that other rooms or the user put on lines of this plan.
    want_cash
        Whether the yearly cash per draw is needed (payback, IRR, financing).
    """
    size = basis.pv_volume.size
    cash = np.zeros((size, basis.discount.size), order="F") if want_cash else None
    parts: list[LineCost] = []
    missing: dict[tuple[str, str], str] = {}
    replaced = {flow.line for flow in flows if flow.line.startswith(REPLACEABLE)}
    for line, source in applicable(scope):
        if line.id in replaced:
            continue
        try:
            parts.append(_line_cost(line, source, basis, cash))
        except Missing as absent:
            if line.expected(source.link):
                missing[line.id, source.link.source.id] = absent.name
    external, support = _external(scope, flows, basis, cash)
    for identity in {key[0] for key in missing} & external.keys():
        missing = {key: name for key, name in missing.items() if key[0] != identity}
    return PlanCost(scope.resolved.id, parts, missing, cash, support, external)


def _line_cost(line: Line, source: SourceScope, basis: Basis, cash: Array | None) -> LineCost:
    """One line of one source; remembered, so that a changed world reuses it where nothing it rests on
    changed.
    """
    return source.remember(f"line {line.name}", lambda: _compute(line, source, basis, cash))


def shift(before: PlanCost, scope: PlanScope, changed: PlanScope, basis: Basis) -> Array:
    """What a change adds to the present value of a plan's cost, tax included, EUR before tax.

    Only lines that rest on a changed leaf are worked out again.
    """
    changes = changed.world.changes
    gross = basis.tax_rate / (1 - basis.tax_rate)
    old = {scope.link.source.id: scope for scope in scope.sources()}
    new = {scope.link.source.id: scope for scope in changed.sources()}
    total: Array = np.zeros(1)
    for part in before.parts:
        if part.line.public or old[part.source].rests_on(f"line {part.line.name}").isdisjoint(changes):
            continue
        after = _line_cost(part.line, new[part.source], basis, None)
        total = total + (after.pv - part.pv) + gross * (after.taxed - part.taxed)
    return total


def line_value(line: Line, source: SourceScope) -> Array:
    """What the line's function returns, positive for cost: per unit, per year, once, or a balance."""
    value = np.asarray(line.function(*(source.value(name) for name in line.inputs)))
    return -value if line.income else value


def _compute(line: Line, source: SourceScope, basis: Basis, cash: Array | None) -> LineCost:
    value = line_value(line, source)
    years, discount, u = basis.discount.size, basis.discount, basis.tax_rate
    nothing: Array = np.zeros(1)
    if line.kind == "capital":
        invest, depreciation, residual, book = _capital(line, value, source, years)
        yearly = invest - residual
        taxed = (invest - depreciation - book) @ discount
        after_tax = u * depreciation - invest + residual - u * (residual - book)
    elif line.kind in {"balance", "stock"}:
        return _balance_cost(line, value, source, basis, cash)
    else:
        yearly = _yearly(line, value, source, years)
        taxed, after_tax = nothing, (u - 1) * yearly
    if yearly.shape[1] != years:
        yearly = np.broadcast_to(yearly, (yearly.shape[0], years))
    if cash is not None and not line.public:
        cash += after_tax
    by_year = yearly.mean(axis=0) if cash is not None else nothing
    return LineCost(line, source.link.source.id, yearly @ discount, taxed, by_year)


def _yearly(line: Line, value: Array, source: SourceScope, years: int) -> Array:
    """Expense of each year of a line per unit, per year or once, EUR."""
    if line.kind == "unit":
        return value * source.value("units")
    if line.kind == "oneoff":
        return _at(value, source.link.spending_year, years)
    return value * (source.link.active if line.level == "source" else source.plan.any_active())


def _balance_cost(
    line: Line, value: Array, source: SourceScope, basis: Basis, cash: Array | None
) -> LineCost:
    """Working capital: at the end of a year what the next year needs, nothing after the last.

    Its present value needs no differences: ``sum (W_t - W_t-1) d_t = sum W_t (d_t - d_t+1)``, as W is 0
    before and after.
    """
    discount, u, years = basis.discount, basis.tax_rate, basis.discount.size
    if value.shape[1] != years:
        value = np.broadcast_to(value, (value.shape[0], years))
    financed = value[:, 1:] @ (discount[:-1] - discount[1:])
    pv, holding = financed, None
    if line.kind == "stock":
        holding = value * (source.value("holding_rate") * source.link.active)
        pv = financed + holding @ discount
    by_year: Array = np.zeros(1)
    if cash is not None:
        change = np.zeros((value.shape[0], years), order="F")
        change[:, :-1] = value[:, 1:]
        change[:, 1:] -= value[:, 1:]
        cash -= change
        if holding is not None:
            cash -= (1 - u) * holding
            change += holding
        by_year = change.mean(axis=0)
    return LineCost(line, source.link.source.id, pv, financed, by_year)


def _at(value: Array, year: int, years: int) -> Array:
    """An amount paid once, in the money of its year."""
    amount = value[:, year] if value.shape[1] > 1 else value[:, 0]
    result = np.zeros((value.shape[0], years), order="F")
    result[:, year] = amount
    return result


def _capital(line: Line, value: Array, source: SourceScope, years: int) -> tuple[Array, Array, Array, Array]:
    """Investment, tax depreciation (straight line), value left at the horizon, and its book value; each
    (draws, years).
    """
    year = source.link.spending_year
    invest = _at(value, year, years)
    amount = invest[:, year : year + 1]
    building = line.life == "building_life"
    tax_life = source.world.mean_fact(f"tax_depreciation_years_{'buildings' if building else 'machines'}")
    since = np.arange(years)[np.newaxis, :] - year
    depreciation = amount * np.clip(tax_life - (since - 1), 0, 1) / tax_life * (since >= 1)
    life = source.value(line.life or "machine_life")
    residual = np.zeros((max(amount.shape[0], life.shape[0]), years))
    residual[:, -1:] = amount * np.clip(1 - (years - 1 - year) / life, 0, 1)
    book = np.zeros((amount.shape[0], years))
    book[:, -1:] = amount - depreciation.sum(axis=1, keepdims=True)
    return invest, depreciation, residual, book


def _external(
    scope: PlanScope, flows: tuple[Flow, ...], basis: Basis, cash: Array | None
) -> tuple[dict[str, Array], Array]:
    """Present value of the flows that others put on this plan: by line, and support after tax (negative:
    received).
    """
    lines: dict[str, Array] = {}
    support: Array = np.zeros(1)
    first = scope.world.on.year
    for index, flow in enumerate(flows):
        position = flow.year - first
        if not 0 <= position < basis.discount.size:
            continue
        amount = _flow_draws(scope, flow, index) * flow.probability
        pv = amount * basis.discount[position]
        if flow.line in SUPPORT:
            support = support + pv
            continue
        lines[flow.line] = lines.get(flow.line, np.zeros(1)) + pv
        if cash is not None:
            cash[:, position] -= (1 - basis.tax_rate) * amount
    return lines, support


def _flow_draws(scope: PlanScope, flow: Flow, index: int) -> Array:
    from thuishaven.cost.scope import Leaf

    quantity = (
        flow.quantity if isinstance(flow.quantity, Quantity) else Quantity.constant(float(flow.quantity))
    )
    path = f"{flow.plan}.flows.{flow.line}.{flow.year}"
    return scope.world.leaf(Leaf(path, path, flow.line, quantity, "EUR"))[:, 0]
