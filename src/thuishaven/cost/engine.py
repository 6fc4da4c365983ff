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
from typing import cast

import numpy as np

from thuishaven.cost import keeping, lines, making
from thuishaven.cost.finance import present_value
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
NOTHING: Array = np.zeros(1)


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
    #: What :meth:`by_line` found, by account.
    _lines: dict[bool, dict[str, Array]] = field(default_factory=dict)
    #: The firm's lines with the leaves on which each rests; of this plan in its own world.
    _rests: list[tuple[LineCost, frozenset[str]]] | None = None

    def resting(self, scope: PlanScope) -> list[tuple[LineCost, frozenset[str]]]:
        """The firm's lines with the leaves on which each rests, as ``scope`` worked them out; remembered."""
        if self._rests is None:
            known = {source.link.source.id: source for source in scope.sources()}
            self._rests = [
                (part, known[part.source].rests_on(f"line {part.line.name}"))
                for part in self.parts
                if not part.line.public
            ]
        return self._rests

    def by_line(self, *, public: bool = False) -> dict[str, Array]:
        """Present value per line of an account, summed over sources; remembered."""
        if public not in self._lines:
            self._lines[public] = self._added(public=public)
        return dict(self._lines[public])

    def _added(self, *, public: bool) -> dict[str, Array]:
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
            # What is spent after the last year of the calculation is no part of it.
            late = line.kind in {"oneoff", "capital"} and target.link.spending_year > target.link.horizon
            if not late and line.when(target.link):
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
    tally = Tally(size, basis) if want_cash else None
    parts: list[LineCost] = []
    missing: dict[tuple[str, str], str] = {}
    replaced = {flow.line for flow in flows if flow.line.startswith(REPLACEABLE)}
    for line, source in applicable(scope):
        if line.id in replaced:
            continue
        try:
            parts.append(_line_cost(line, source, basis, by_year=want_cash))
        except Missing as absent:
            if line.expected(source.link):
                missing[line.id, source.link.source.id] = absent.name
        else:
            if tally is not None and not line.public:
                tally.add(line, source)
    cash = tally.cash() if tally is not None else None
    external, support = _external(scope, flows, basis, cash)
    for identity in {key[0] for key in missing} & external.keys():
        missing = {key: name for key, name in missing.items() if key[0] != identity}
    return PlanCost(scope.resolved.id, parts, missing, cash, support, external)


def _line_cost(line: Line, source: SourceScope, basis: Basis, *, by_year: bool) -> LineCost:
    """One line of one source; remembered, so that a changed world reuses it where nothing it rests on
    changed.
    """
    name = f"line {line.name}"
    known = source.recall(name)
    if known is None:
        known = source.work_out(name, _compute, line, source, basis, by_year)
    return cast(LineCost, known)


def shift(before: PlanCost, scope: PlanScope, changed: PlanScope, basis: Basis) -> Array:
    """What a change adds to the present value of a plan's cost, tax included, EUR before tax.

    Only lines that rest on a changed leaf are worked out again.
    """
    moved = changed.world.moved
    gross = basis.tax_rate / (1 - basis.tax_rate)
    new = {scope.link.source.id: scope for scope in changed.sources()}
    total: Array = np.zeros(1)
    for part, rests_on in before.resting(scope):
        if rests_on.isdisjoint(moved):
            continue
        after = _line_cost(part.line, new[part.source], basis, by_year=False)
        total = total + (after.pv - part.pv)
        if after.taxed is not part.taxed:
            total = total + gross * (after.taxed - part.taxed)
    return total


def line_value(line: Line, source: SourceScope) -> Array:
    """What the line's function returns, positive for cost: per unit, per year, once, or a balance."""
    value = source.pure(line.function, *[source.value(name) for name in line.inputs])
    return np.asarray(source.pure(np.negative, value) if line.income else value)


def _compute(line: Line, source: SourceScope, basis: Basis, by_year: bool) -> LineCost:
    value, pure = line_value(line, source), source.pure
    if line.kind in {"balance", "stock"}:
        holding = holding_of(source) if line.kind == "stock" else ()
        amounts = pure(_balance, value, basis.discount, by_year, *holding)
    elif line.kind == "capital":
        amounts = pure(_capital, value, *lives_of(line, source), basis.discount, by_year)
    elif line.kind == "oneoff":
        amounts = pure(_once, value, source.link.spending_year, basis.discount, by_year)
    else:
        amounts = pure(_flowing, value, times_of(line, source), basis.discount, by_year)
    return LineCost(line, source.link.source.id, *amounts)


#: Present value before tax, present value of what is taxed otherwise than cash, and mean cash by year.
Amounts = tuple[Array, Array, Array]


def times_of(line: Line, source: SourceScope) -> Array:
    """By what the value of a line is multiplied in each year: units, or 1 in the years of supply."""
    if line.kind == "unit":
        return source.value("units")
    return source.link.active if line.level == "source" else source.plan.any_active()


def _flowing(value: Array, times: Array, discount: Array, by_year: bool) -> Amounts:
    """A line per unit or per year, ``times`` units or 1: deductible when paid."""
    if value.shape[1] == 1:
        pv = value[:, 0] * present_value(times, discount)
        return pv, NOTHING, _mean_product(value, times) if by_year else NOTHING
    yearly = value * times
    mean = np.add.reduce(yearly, axis=0) / yearly.shape[0] if by_year else NOTHING
    return present_value(yearly, discount), NOTHING, mean


def _mean_product(value: Array, times: Array) -> Array:
    """Mean over the draws of ``value x times``, value (draws, 1) or (1, 1)."""
    if 1 in (value.shape[0], times.shape[0]):
        return np.asarray(value.mean() * times.mean(axis=0))
    return np.einsum("i,ij->j", value[:, 0], times) / times.shape[0]


def _once(value: Array, year: int, discount: Array, by_year: bool) -> Amounts:
    """An amount paid once, in the money of its year: deductible when paid."""
    amount = _amount(value, year)
    mean = NOTHING
    if by_year:
        mean = np.zeros(discount.size)
        mean[year] = amount.mean()
    return amount * discount[year], NOTHING, mean


def _amount(value: Array, year: int) -> Array:
    return value[:, year] if value.shape[1] > 1 else value[:, 0]


def lives_of(line: Line, source: SourceScope) -> tuple[int, Array, float]:
    """Year of an investment, its economic life, and the years over which tax depreciates it."""
    kind = "buildings" if line.life == "building_life" else "machines"
    tax_life = source.world.mean_fact(f"tax_depreciation_years_{kind}")
    return source.link.spending_year, source.value(line.life or "machine_life"), tax_life


def _depreciation(year: int, tax_life: float, years: int) -> Array:
    """Share of an investment that tax takes off in each year, straight line from the year after, (years,)."""
    since = np.arange(years) - year
    return np.asarray(np.clip(tax_life - (since - 1), 0, 1) / tax_life * (since >= 1))


def _capital(
    value: Array, year: int, life: Array, tax_life: float, discount: Array, by_year: bool
) -> Amounts:
    """An investment, with its value left at the horizon; tax sees depreciation and the book value left."""
    amount, last = _amount(value, year), discount.size - 1
    off = _depreciation(year, tax_life, discount.size)
    residual = _residual(amount, year, life, last)
    taxed = amount * (discount[year] - off @ discount - (1 - off.sum()) * discount[last])
    mean = NOTHING
    if by_year:
        mean = np.zeros(discount.size)
        mean[year] = amount.mean()
        mean[last] -= residual.mean()
    return amount * discount[year] - residual * discount[last], taxed, mean


def _residual(amount: Array, year: int, life: Array, last: int) -> Array:
    """What an investment is worth at the horizon, straight line over its economic life."""
    return np.asarray(amount * np.clip(1 - (last - year) / life[:, 0], 0, 1))


def holding_of(source: SourceScope) -> tuple[Array, Array]:
    """Non-capital holding rate of stock, and the years in which there is any."""
    return source.value("holding_rate"), source.link.active


def _balance(
    value: Array, discount: Array, by_year: bool, rate: Array | None = None, active: Array | None = None
) -> Amounts:
    """Working capital: at the end of a year what the next year needs, nothing after the last.

    Its present value needs no differences: ``sum (W_t - W_t-1) d_t = sum W_t (d_t - d_t+1)``, as W is 0
    before and after. Stock also costs its holding rate.
    """
    years = discount.size
    if value.shape[1] != years:
        value = np.broadcast_to(value, (value.shape[0], years))
    financed = present_value(value, np.append(0.0, discount[:-1] - discount[1:]))
    pv, mean = financed, NOTHING
    if by_year:
        need = value.mean(axis=0)
        mean = np.append(need[1:], 0.0)
        mean[1:] -= need[1:]
    if rate is not None and active is not None:
        pv = financed + rate[:, 0] * present_value(value, active[0] * discount)
        if by_year:
            mean += _mean_product(rate, value) * active[0]
    return pv, financed, mean


class Tally:
    """Yearly cash of a plan after tax, (draws, years), added up line by line.

    What is multiplied by the same units or years is added first and multiplied once.
    """

    def __init__(self, size: int, basis: Basis) -> None:
        self.basis = basis
        self.shape = (size, basis.discount.size)
        self._per: dict[int, tuple[Array, Array, Array]] = {}
        self._balance = np.zeros(self.shape, order="F")
        self._cash = np.zeros(self.shape, order="F")
        self._depreciated: dict[tuple[int, float], Array] = {}

    def add(self, line: Line, source: SourceScope) -> None:
        """Count in a line of the firm's own account."""
        value, u, last = line_value(line, source), self.basis.tax_rate, self.basis.discount.size - 1
        if line.kind in {"unit", "period"}:
            self._expense(value, times_of(line, source))
        elif line.kind == "oneoff":
            year = source.link.spending_year
            self._cash[:, year] -= (1 - u) * _amount(value, year)
        elif line.kind == "capital":
            year, life, tax_life = lives_of(line, source)
            amount = _amount(value, year)
            left = amount * (1 - _depreciation(year, tax_life, last + 1).sum())
            self._cash[:, year] -= amount
            self._cash[:, last] += (1 - u) * _residual(amount, year, life, last) + u * left
            self._depreciated[year, tax_life] = self._depreciated.get((year, tax_life), NOTHING) + amount
        else:
            self._balance += value
            if line.kind == "stock":
                self._expense(value, source.pure(np.multiply, *holding_of(source)))

    def _expense(self, value: Array, times: Array) -> None:
        """Note an expense of ``value x times``, apart for what is the same in every year."""
        if id(times) not in self._per:
            self._per[id(times)] = (times, np.zeros((self.shape[0], 1)), np.zeros(self.shape, order="F"))
        _, level, path = self._per[id(times)]
        if value.shape[1] == 1:
            level += value
        else:
            path += value

    def cash(self) -> Array:
        """The sum."""
        u, cash = self.basis.tax_rate, self._cash
        for times, level, path in self._per.values():
            path += level
            path *= times
            path *= 1 - u
            cash -= path
        for (year, tax_life), amount in self._depreciated.items():
            off = _depreciation(year, tax_life, self.shape[1])
            cash[:, off > 0] += u * np.outer(amount, off[off > 0])
        cash[:, :-1] -= self._balance[:, 1:]
        cash[:, 1:] += self._balance[:, 1:]
        return cash


def _external(
    scope: PlanScope, flows: tuple[Flow, ...], basis: Basis, cash: Array | None
) -> tuple[dict[str, Array], Array]:
    """Present value of the flows that others put on this plan: by line, and support after tax (negative:
    received).
    """
    lines: dict[str, Array] = {}
    support: Array = np.zeros(1)
    first = scope.world.on.year
    for flow in flows:
        position = flow.year - first
        if not 0 <= position < basis.discount.size:
            continue
        amount = flow_draws(scope, flow) * flow.probability
        pv = amount * basis.discount[position]
        if flow.line in SUPPORT:
            support = support + pv
            continue
        lines[flow.line] = lines.get(flow.line, np.zeros(1)) + pv
        if cash is not None:
            cash[:, position] -= (1 - basis.tax_rate) * amount
    return lines, support


def flow_draws(scope: PlanScope, flow: Flow) -> Array:
    """Draws of a flow's amount, EUR, (draws,) or (1,)."""
    from thuishaven.cost.scope import Leaf

    quantity = (
        flow.quantity if isinstance(flow.quantity, Quantity) else Quantity.constant(float(flow.quantity))
    )
    path = f"{flow.plan}.flows.{flow.line}.{flow.year}"
    return scope.world.leaf(Leaf(path, f"flows.{flow.line}", flow.line, quantity, "EUR"))[:, 0]
