"""A dossier kept warm: move one input and see at once what each plan then costs."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thuishaven.cost.assess import with_own_facts
from thuishaven.cost.case import Case
from thuishaven.cost.result import ratio, share_cheaper, used_leaves
from thuishaven.cost.scope import Array, Change, Leaf
from thuishaven.dossier import Dossier, Flow, ResolvedPlan, Settings
from thuishaven.facts import FactSet, bundled
from thuishaven.uncertainty import quantiles

#: Draws behind a slider: enough for a steady mean, few enough to answer while the hand still moves.
DRAWS = 1024


@dataclass(frozen=True, slots=True)
class Handle:
    """An input that can be moved.

    Parameters
    ----------
    id
        Its path in the dossier, as in ``today.unit_price``, or the id of the fact.
    name
        Its name in the formulas.
    unit
        Unit of its values.
    now
        Its median.
    low, high
        Its P5 and P95; equal to ``now`` where it is exact.
    """

    id: str
    name: str
    unit: str
    now: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What a unit of a plan costs, EUR, and how that compares with today."""

    mean: float
    p5: float
    p50: float
    p95: float
    delta: float
    p_cheaper: float

    def to_dict(self) -> dict[str, Any]:
        """Plain form, with the names of ``cost --json``."""
        return {
            "unit_tco": {"mean": self.mean, "p5": self.p5, "p50": self.p50, "p95": self.p95},
            "delta_unit_tco": self.delta,
            "p_cheaper": self.p_cheaper,
        }


class Slider:
    """A dossier worked out once, so that a moved input costs only what rests on it.

    Parameters
    ----------
    dossier
        The dossier; its first plan is today.
    facts, settings, inputs, plans
        As for :func:`thuishaven.cost.assess`; by default 1,024 draws.

    Notes
    -----
    A move gives the same figures as an assessment of the dossier with that input exact, over the same draws.
    """

    def __init__(
        self,
        dossier: Dossier,
        facts: FactSet | None = None,
        settings: Settings | None = None,
        inputs: Sequence[Flow] = (),
        *,
        plans: Sequence[ResolvedPlan] | None = None,
    ) -> None:
        settings = settings or Settings(draws=DRAWS)
        known = with_own_facts(facts if facts is not None else bundled(), dossier)
        settled = replace(settings, sensitivity=False)
        self._case = Case(dossier, known, settled, inputs, plans, by_year=False)
        fixed = self._case.frame_leaves
        self._leaves = {leaf.id: leaf for leaf in used_leaves(self._case) if leaf.id not in fixed}

    def handles(self) -> list[Handle]:
        """The inputs that can be moved: every one on which a counted figure rests, the user's own first."""
        return [_handle(leaf) for leaf in self._leaves.values()]

    def now(self) -> dict[str, UnitCost]:
        """What each plan costs as the dossier stands."""
        return _costs(self._case.totals(), self._case.pv_volume, self._case.plans[0].id)

    def move(self, values: Mapping[str, float]) -> dict[str, UnitCost]:
        """What each plan costs with some inputs known to have these values.

        Parameters
        ----------
        values
            New value by input id, in the unit of that input: ``{"today.unit_price": 8.2}``.

        Returns
        -------
        dict[str, UnitCost]
            By plan, today first.

        Raises
        ------
        LookupError
            If an input is not one of :meth:`handles`; the message names those that look like it.
        """
        for name in values:
            if name not in self._leaves:
                near = difflib.get_close_matches(name, self._leaves, n=3)
                raise LookupError(f"{name}: expected an input of the calculation, such as {', '.join(near)}")
        changes = {name: Change("set", float(value)) for name, value in values.items()}
        if not changes:
            return self.now()
        totals, volume = self._case.changed(changes)
        return _costs(totals, volume, self._case.plans[0].id)


def _handle(leaf: Leaf) -> Handle:
    quantity = leaf.quantity
    return Handle(leaf.id, leaf.name, leaf.unit, quantity.median, quantity.p5, quantity.p95)


def _costs(totals: Mapping[str, Array], volume: Array, baseline: str) -> dict[str, UnitCost]:
    per_volume = 1 / float(volume.mean()) if volume.any() else np.nan
    found = {}
    for plan, total in totals.items():
        low, middle, high = quantiles(ratio(total, volume))
        gap = total - totals[baseline]
        found[plan] = UnitCost(
            float(total.mean()) * per_volume,
            low,
            middle,
            high,
            float(gap.mean()) * per_volume,
            share_cheaper(gap),
        )
    return found
