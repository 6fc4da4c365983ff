"""A few draws of a case, to look ahead: many values of one what-if in a single evaluation.

Searching for a root means trying many values, and on few draws most of the time goes to calling functions,
not to arithmetic. So the draws stand in memory as often as there are values to try, each copy with its own
value. Nothing is worked out again for it: what a change does not touch is read from the case itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thuishaven.cost.engine import Basis, LineCost, PlanCost, shift
from thuishaven.cost.finance import present_value
from thuishaven.cost.plan import PlanScope
from thuishaven.cost.scope import Array, Change, Leaf
from thuishaven.cost.world import World

#: Draws of a pilot: the first of every replicate in the block, so again a balanced sample.
DRAWS = 128


class Pilot:
    """Some draws of a case, several times side by side.

    Parameters
    ----------
    world, scopes, costs, basis
        The case over a block of draws.
    replicate
        Draws in a replicate.
    copies
        Number of values that are tried at once.
    """

    def __init__(
        self,
        world: World,
        scopes: dict[str, PlanScope],
        costs: dict[str, PlanCost],
        basis: Basis,
        replicate: int,
        copies: int,
    ) -> None:
        size = basis.pv_volume.size
        blocks = max(size // replicate, 1)
        each = min(DRAWS // blocks, size // blocks)
        rows = (np.arange(blocks)[:, np.newaxis] * (size // blocks) + np.arange(each)).ravel()
        self.size, self.copies = rows.size, copies
        self.basis = basis
        self.world = _Repeated(world, rows, copies)
        self.scopes: dict[str, PlanScope] = {}
        self._costs = costs
        self._thin: dict[str, PlanCost] = {}
        first: PlanScope | None = None
        for plan, scope in scopes.items():
            self.scopes[plan] = scope.changed(self.world, first)
            first = first or self.scopes[plan]

    def means(self, name: str, how: str, values: Sequence[float], plans: Collection[str]) -> dict[str, Array]:
        """Mean present value of each plan's cost at values of a what-if, EUR before tax, shape (values,)."""
        if len(values) != self.copies:
            raise ValueError(f"{self.copies} values at a time, not {len(values)}")
        amount = np.repeat(np.asarray(values, dtype=float), self.size)[:, np.newaxis]
        world = self.world.changed({name: Change(how, amount)})
        volume = world.value("volume")
        pv_volume = present_value(volume, self.basis.discount)
        basis = replace(self.basis, pv_volume=np.broadcast_to(pv_volume, amount.size))
        first: PlanScope | None = None
        found, scopes = {}, []
        for plan, scope in self.scopes.items():
            changed = scope.changed(world, first)
            scopes.append(changed)
            first = first or changed
            if plan in plans:
                before = self._before(plan)
                total = before.everything(basis.tax_rate) + shift(before, scope, changed, basis)
                found[plan] = np.broadcast_to(total, amount.size).reshape(self.copies, -1).mean(axis=1)
        for changed in scopes:
            changed.forget()
        world.forget()
        return found

    def _before(self, plan: str) -> PlanCost:
        """Costs of a plan without a change, in these draws."""
        if plan not in self._thin:
            cost = self._costs[plan]
            parts = [self.world.seen(part) for part in cost.parts]
            external = {line: self.world.seen(pv) for line, pv in cost.external.items()}
            thin = PlanCost(cost.plan, parts, cost.missing, None, cost.support_pv, external)
            self._thin[plan] = thin
        return self._thin[plan]


class _Repeated(World):
    """Some draws of another world, several times side by side; nothing in it is worked out anew."""

    def __init__(self, full: World, rows: NDArray[np.intp], copies: int) -> None:
        self._rows = rows
        self._taken: dict[int, tuple[Array, Array]] = {}
        drawn = np.arange(full.draws.n)[full.block][rows]
        super().__init__(
            full.dossier,
            full.facts,
            full.draws,
            np.tile(drawn, copies),
            full.year.size - 1,
            full.on,
            hidden_uplift=full.hidden_uplift,
            changes=full.changes,
            base=full,
        )
        self.copies = copies
        self._drawn = {}

    def _draw(self, leaf: Leaf) -> Array:
        return np.asarray(self.seen(super()._draw(leaf)))

    def seen(self, value: Any) -> Any:
        """The same value in these draws; what is the same in every draw stays the same array."""
        if isinstance(value, LineCost):
            return replace(value, pv=self.seen(value.pv), taxed=self.seen(value.taxed))
        if not isinstance(value, np.ndarray) or value.shape[0] == 1:
            return value
        known = self._taken.get(id(value))
        if known is None:
            few = np.take(value.T, self._rows, axis=-1)
            known = self._taken[id(value)] = (np.concatenate([few] * self.copies, axis=-1).T, value)
        return known[0]
