"""What other rooms ask of a plan beside its cost: single lines, quantities, the figures behind them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from thuishaven.cost.engine import TAX_LINE
from thuishaven.cost.lines.logistics import TONNE
from thuishaven.cost.result import CostResult
from thuishaven.cost.scope import Array, Leaf, Missing
from thuishaven.cost.source import SourceScope


def line_draws(result: CostResult, plan: str, account: str = "firm") -> dict[str, Array]:
    """What each line adds to the cost of a plan, EUR present value per draw; they add up to its cost.

    Parameters
    ----------
    result
        An assessment.
    plan
        Id of one of its plans.
    account
        ``"firm"``, or ``"public"`` for what only the public account counts.

    Returns
    -------
    dict
        By line of the taxonomy, each of shape (draws,). The sum over the firm's lines is
        ``result.draws(plan, "cost")``.

    Raises
    ------
    LookupError
        If there is no such plan.
    """
    if plan not in result.case.costs:
        raise LookupError(f"{plan}: expected one of {', '.join(result.plan_ids)}")
    cost, size = result.case.costs[plan], result.case.pv_volume.size
    lines = cost.by_line(public=account == "public")
    if account != "public":
        lines[TAX_LINE] = lines.get(TAX_LINE, np.zeros(1)) + cost.tax(result.case.frame.tax_rate)
    return {line: np.broadcast_to(pv, size) for line, pv in lines.items()}


def support_draws(result: CostResult, plan: str) -> Array:
    """What support adds to the cost of a plan before tax, EUR present value per draw; negative: received."""
    support = result.case.costs[plan].support_pv / (1 - result.case.frame.tax_rate)
    return np.broadcast_to(support, result.case.pv_volume.size)


def volume_draws(result: CostResult) -> Array:
    """Present value of the volume, units per draw, the same for all plans."""
    return result.case.pv_volume


def quantity_draws(result: CostResult, plan: str, name: str) -> Array | None:
    """A named quantity of a plan, averaged over the sources that last by their shares, and over the years.

    Parameters
    ----------
    result
        An assessment.
    plan
        Id of one of its plans.
    name
        As the formulas name it: ``lead_days``, ``energy_kwh``, ``scrap_rate``.

    Returns
    -------
    array or None
        Shape (draws,); ``None`` where neither the dossier nor the facts give it for every source.
    """
    parts = []
    for block in result.case.blocks:
        found = np.zeros(block.size)
        sources = lasting(block.scopes[plan].sources())
        whole = sum(source.link.source.share for source in sources)
        for source in sources:
            try:
                value = source.value(name)
            except Missing:
                return None
            later = value[:, 1:] if value.shape[1] > 1 else value
            found = found + source.link.source.share / whole * later.mean(axis=1)
        parts.append(found)
    return np.concatenate(parts)


def emission_draws(result: CostResult, plan: str) -> Array | None:
    """Emissions of a unit: the electricity of making it, and the main carriage from abroad; kg CO2e.

    The same quantities as on the lines E01 and E02, also for a supplier, as if it made the product with the
    energy of the dossier's process. Materials are not in it.

    Returns
    -------
    array or None
        Shape (draws,), averaged over the sources that last; ``None`` where something is not known.
    """
    parts = []
    for block in result.case.blocks:
        found = np.zeros(block.size)
        sources = lasting(block.scopes[plan].sources())
        whole = sum(source.link.source.share for source in sources)
        for source in sources:
            try:
                made = source.value("energy_kwh") * source.value("grid_intensity")
                if source.link.abroad:
                    tonnes = source.value("mass_kg") / TONNE
                    made = made + tonnes * source.value("lane_km") * source.value("emission_factor")
            except Missing:
                return None
            found = found + source.link.source.share / whole * made.mean(axis=1)
        parts.append(found)
    return np.concatenate(parts)


def lasting(sources: Iterable[SourceScope]) -> list[SourceScope]:
    """The sources that have no end; all of them where each has one."""
    every = list(sources)
    return [source for source in every if source.link.source.until is None] or every


def figures_behind(
    result: CostResult, plan: str, lines: Iterable[str] = (), names: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """The figures on which lines or quantities of a plan rest, with what each carries.

    Parameters
    ----------
    result
        An assessment.
    plan
        Id of one of its plans.
    lines
        Lines of the taxonomy.
    names
        Quantities, as in :func:`quantity_draws`.

    Returns
    -------
    list
        One row per figure, as in ``inputs_used``, with ``name`` and ``carries``: the amount of the lines that
        rest on it, EUR, each line divided evenly over its figures; a quantity counts as 1.
    """
    block = result.case.blocks[0]
    wanted, asked = set(lines), list(names)
    carried: dict[str, float] = {}
    leaves: dict[str, Leaf] = block.world.ledger.leaves
    scopes = {source.link.source.id: source for source in block.scopes[plan].sources()}
    for part in result.case.costs[plan].parts:
        if part.line.public or part.line.id not in wanted:
            continue
        rests = scopes[part.source].rests_on(f"line {part.line.name}")
        _share(carried, rests, abs(float(np.mean(part.pv))))
    for source in lasting(scopes.values()):
        for name in asked:
            try:
                source.value(name)
            except Missing:
                continue
            _share(carried, source.rests_on(name), 1.0)
    known = [(leaves[name], amount) for name, amount in sorted(carried.items()) if name in leaves]
    return [result.leaf_row(leaf) | {"carries": amount} for leaf, amount in known if amount > 0]


def _share(carried: dict[str, float], leaves: Iterable[str], amount: float) -> None:
    """Divide an amount evenly over the leaves on which it rests."""
    found = list(leaves)
    for name in found:
        carried[name] = carried.get(name, 0.0) + amount / len(found)
