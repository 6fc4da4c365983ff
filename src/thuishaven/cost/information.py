"""Which inputs drive the difference, which number to find out first, and at which value of it the answer
turns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thuishaven.cost.case import AHEAD, Case
from thuishaven.cost.result import used_leaves
from thuishaven.cost.roots import crossing, through
from thuishaven.cost.scope import Array, Change, Leaf
from thuishaven.uncertainty import Draws, Information, evppi_all, quantiles

#: How many numbers to name, and to seek a turning value for.
TOP = 5
TURNING = 3
#: Inputs of which the total order is worked out on request.
TOTAL = 8
#: Inputs of each plan that are looked at closely; a quick screen picks them.
MOST = 24


@dataclass(frozen=True, slots=True)
class Finding:
    """Influence of one input on the difference between a plan and today."""

    plan: str
    input: str
    name: str
    first_order: float
    total: float | None
    evppi: float
    se: float

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        return {
            "plan": self.plan,
            "input": self.input,
            "first_order": self.first_order,
            "total": self.total,
            "evppi": {"value": self.evppi, "se": self.se, "unit": "EUR"},
        }


@dataclass(frozen=True, slots=True)
class Input:
    """An uncertain input with its draws: a leaf, or the mean over the horizon of a path of the world."""

    id: str
    name: str
    unit: str
    values: Array
    leaf: Leaf | None = None

    @property
    def target(self) -> str:
        """What a what-if on this input changes; a fact that every source draws for itself is one fact."""
        return self.id if self.leaf is None else self.leaf.id


def uncertain_inputs(case: Case) -> list[Input]:
    """The inputs that vary and on which the answer rests.

    Inputs that share a column of draws are one; it goes by the name it has in the best plan, else today's.
    """
    means = case.means({})
    best = min(means, key=lambda plan: means[plan])
    telling = (f"{best}.", f"{case.plans[0].id}.")
    used = used_leaves(case)
    own = case.blocks[0].world.drawn_apart({leaf.id for leaf in used})
    columns: dict[str, Leaf] = {}
    for leaf in sorted([*used, *own], key=lambda leaf: [not leaf.id.startswith(start) for start in telling]):
        if not leaf.quantity.is_constant:
            columns.setdefault(leaf.column, leaf)
    apart = {leaf.id for leaf in own}
    found = [
        Input(
            leaf.column if leaf.id in apart else leaf.id,
            leaf.name,
            leaf.unit,
            case.leaf_draws(leaf),
            leaf,
        )
        for leaf in columns.values()
    ]
    for identity, unit in case.paths():
        found.append(Input(identity, identity.removeprefix("shock."), unit, case.path_means(identity)))
    return [item for item in found if np.ptp(item.values) > 0]


def net_benefits(case: Case) -> Array:
    """Net present value of every plan, EUR after tax, (draws, plans)."""
    totals = case.totals()
    return -(1 - case.frame.tax_rate) * np.stack([totals[plan.id] for plan in case.plans], axis=1)


def playing_a_part(case: Case, inputs: list[Input]) -> NDArray[np.bool_]:
    """Which inputs the difference of each plan with today rests on, (inputs, plans less today)."""
    block = case.blocks[0]
    ledger = block.world.ledger.leaves
    found = []
    for plan in case.plans[1:]:
        names = block.counted_for((case.plans[0].id, plan.id)) | case.frame_leaves.keys()
        columns = {ledger[name].column for name in names if name in ledger}
        found.append(
            [
                item.target in names or (item.leaf is not None and item.leaf.column in columns)
                for item in inputs
            ]
        )
    return np.array(found, dtype=bool).T


def leading(inputs: list[Input], benefit: Array, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which inputs move which plan's difference most, by linear and squared correlation; what the rest
    moves is nothing to speak of. Every plan has its own, whatever other plans there are.

    Parameters
    ----------
    among
        Inputs on which each difference rests, (inputs, plans less today); so is what comes back.
    """
    x = np.stack([item.values for item in inputs])
    n = x.shape[1]
    x -= x.mean(axis=1, keepdims=True)
    x /= np.sqrt(np.einsum("ij,ij->i", x, x) / n)[:, np.newaxis]
    y = benefit[:, 1:] - benefit[:, :1]
    spread = y.std(axis=0)
    y = (y - y.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    line = x @ y / n
    # What the square tells beyond the line: x^2 less its own regression on x, standardised.
    square = x * x
    skew, kurtosis = (np.einsum("ij,ij->i", square, z)[:, np.newaxis] / n for z in (x, square))
    bend = (square @ y / n - skew * line) / np.sqrt(np.maximum(kurtosis - 1 - skew**2, np.finfo(float).tiny))
    moved = np.where(among, line**2 + bend**2, -1.0)
    rank = np.argsort(np.argsort(-moved, axis=0, kind="stable"), axis=0)
    return np.asarray(among & (rank < MOST))


def findings(case: Case) -> tuple[list[Finding], list[dict[str, Any]]]:
    """Influence per plan and input, and the numbers to find out first; both of the choice among all plans."""
    inputs = uncertain_inputs(case)
    benefit = net_benefits(case)
    if not inputs or benefit.shape[1] < 2:
        return [], []
    leads = leading(inputs, benefit, playing_a_part(case, inputs))
    kept = np.flatnonzero(leads.any(axis=1))
    inputs, leads = [inputs[i] for i in kept], leads[kept]
    known = evppi_all(
        np.stack([item.values for item in inputs]),
        benefit,
        replicates=case.draws.replicates,
        considered=leads,
    )
    total = total_order(case, inputs, known, benefit) if case.settings.total_order else {}
    result = [
        Finding(
            plan.id,
            item.id,
            item.name,
            float(known.first_order[i, column]),
            total.get((plan.id, item.id)),
            float(known.evppi[i]),
            float(known.se[i]),
        )
        for column, plan in enumerate(case.plans[1:], start=1)
        for i, item in enumerate(inputs)
        if leads[i, column - 1]
    ]
    result.sort(key=lambda f: (f.plan, -f.first_order, f.input))
    return result, _find_out_first(case, inputs, known)


def total_order(
    case: Case, inputs: list[Input], known: Information, benefit: Array
) -> dict[tuple[str, str], float]:
    """Total-order shares of the inputs that matter most, interactions included.

    ``E (f(A) - f(A_B))^2 / 2 Var``: one evaluation of all plans per input, with that input alone drawn anew
    (Jansen 1999; Saltelli et al. 2010, doi 10.1016/j.cpc.2009.09.018).
    """
    again = Draws(case.settings.seed + 1, case.settings.draws, case.draws.replicates)
    gain = benefit - benefit[:, :1]
    spread = gain.var(axis=0)
    found = {}
    for i in np.argsort(-known.first_order.max(axis=1), kind="stable")[:TOTAL]:
        leaf = inputs[i].leaf
        if leaf is None:
            continue
        drawn = leaf.quantity.ppf(again.u(leaf.column))
        totals = case.totals({leaf.id: Change("draws", 0.0, drawn)})
        anew = -(1 - case.frame.tax_rate) * np.stack([totals[plan.id] for plan in case.plans], axis=1)
        moved = ((gain - (anew - anew[:, :1])) ** 2).mean(axis=0) / 2
        for column, plan in enumerate(case.plans):
            if column and spread[column] > 0:
                found[plan.id, leaf.id] = float(moved[column] / spread[column])
    return found


def narrows_most(found: list[Finding]) -> list[dict[str, Any]]:
    """The numbers that make the ranges wide: the largest share of the variance of any difference."""
    best: dict[str, Finding] = {}
    for finding in found:
        if finding.input not in best or finding.first_order > best[finding.input].first_order:
            best[finding.input] = finding
    order = sorted(best.values(), key=lambda f: (-f.first_order, f.input))[:TOP]
    return [
        {
            "input": f.input,
            "name": f.name,
            "plan": f.plan,
            "first_order": f.first_order,
        }
        for f in order
    ]


def _find_out_first(case: Case, inputs: list[Input], known: Information) -> list[dict[str, Any]]:
    order = sorted(range(len(inputs)), key=lambda i: (-known.evppi[i], inputs[i].id))
    rows: list[dict[str, Any]] = []
    for i in order[:TOP]:
        if known.nothing_to_gain[i]:
            continue
        item = inputs[i]
        low, high = quantiles(item.values, (0.05, 0.95))
        rows.append(
            {
                "input": item.id,
                "name": item.name,
                "unit": item.unit,
                "evppi": {"value": float(known.evppi[i]), "se": float(known.se[i]), "unit": "EUR"},
                "range": {"p5": low, "p95": high},
                "turning": turning_value(case, item) if len(rows) < TURNING else None,
            }
        )
    return rows


def turning_value(case: Case, item: Input) -> dict[str, Any] | None:
    """The value of an input at which another plan becomes the best on average, within what is thought
    possible.

    The best plan and its nearest rival tie there; just beyond it the choice turns.
    """
    centre, low, high = (float(f(item.values)) for f in (np.mean, np.min, np.max))
    nodes = np.linspace(low, high, AHEAD).tolist()
    ahead = case.pilot.means(item.target, "set", nodes, [plan.id for plan in case.plans])
    curves = {plan: through(nodes, values.tolist()) for plan, values in ahead.items()}
    best = min(curves, key=lambda plan: curves[plan](centre))
    found: list[dict[str, Any]] = []
    for end in (low, high):
        rival = min(curves, key=lambda plan: curves[plan](end))
        if rival == best:
            continue

        def lead(x: float, pair: tuple[str, str] = (rival, best)) -> float:
            means = _set(case, item, x, pair)
            return means[pair[0]] - means[pair[1]]

        def pilot(x: float, pair: tuple[str, str] = (rival, best)) -> float:
            return curves[pair[0]](x) - curves[pair[1]](x)

        at_centre, at_end = lead(centre), lead(end)
        if at_centre * at_end > 0:
            continue
        value = crossing(
            lead,
            pilot,
            (centre, at_centre),
            (end, at_end),
            sorted({centre, end, *[x for x in nodes if min(centre, end) < x < max(centre, end)]}),
        )
        if value is not None:
            found.append({"value": value, "from": best, "to": rival, "unit": item.unit})
    return min(found, key=lambda turn: abs(float(turn["value"]) - centre)) if found else None


def _set(case: Case, item: Input, value: float, only: tuple[str, ...] | None = None) -> dict[str, float]:
    """Mean cost per plan with the input known to be ``value``."""
    return case.means({item.target: Change("set", value)}, only)
