"""Which parts together? The set with the largest gain less the cost of the machines it needs, exactly.

``max sum g_i x_i - sum c_k n_k`` subject to ``sum h_i x_i <= C_k n_k`` over the parts i that share asset k, x
0 or 1, n whole, and ``n_k >= 1`` as soon as one of them is chosen; g is what a part gains, h the machine
hours it needs, c the cost of one machine and C the hours it gives. A part shares one asset at most, so the
programme falls apart by asset.

Each knapsack is first made smaller: with n machines the Dantzig bound ``U_n`` says which parts are in or out
in every solution better than one already found (flipping part i costs at least ``|g_i - l h_i|``, l the gain
per hour of the part on the edge; Martello and Toth 1990, section 2.2). What is left goes through the list of
undominated sets (Nemhauser and Ullmann 1969), an item at a time, pruned by the same bound. When no set is
left that could be better, that is the proof; where so many are left that some had to be dropped, the best of
these is the bound, and the gap is said. A batch asks several hundred such questions, most of them under a
millisecond each. The tests compare with HiGHS, as a general solver of mixed-integer programmes; it takes some
15 ms for each, and as SciPy ships it writes to standard output, where a program that reads our JSON would
stumble over it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: By how much of itself a machine may be overbooked, against rounding: minutes in a year.
SLACK = 1e-5
#: Relative gap below which the answer counts as proved.
PROVED = 1e-6
#: Undominated sets looked at, at most: for the answer, and for each of the small questions around it.
EFFORT, SMALL_EFFORT = 2**22, 2**17
#: Numbers of machines told apart in bounds; with more of them the bounds are coarser.
COUNTS = 256


@dataclass(frozen=True, slots=True)
class Candidate:
    """A part that may come home.

    Parameters
    ----------
    id
        Its name.
    gain
        What it gains, EUR, the shared asset left out.
    hours
        Hours it needs of the asset, per year.
    asset
        The asset it shares; ``None`` where it shares none.
    """

    id: str
    gain: float
    hours: float = 0.0
    asset: str | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """A machine, line or mould set: what one costs, EUR, and the hours per year it gives."""

    id: str
    cost: float
    capacity: float


@dataclass(frozen=True)
class Selection:
    """A set of parts with the machines it needs.

    Parameters
    ----------
    parts
        Names of the parts, in alphabetical order.
    counts
        Number of each asset.
    value
        Gain of the parts less the cost of the assets, EUR.
    bound
        What no set can exceed, EUR.
    looked
        Undominated sets that were looked at to prove it.
    """

    parts: tuple[str, ...]
    counts: dict[str, int]
    value: float
    bound: float
    looked: int = 0

    @property
    def gap(self) -> float:
        """How far the bound lies above the value, as a share of the larger of value and bound."""
        size = max(abs(self.value), abs(self.bound))
        return max(self.bound - self.value, 0.0) / size if size > 0 else 0.0

    @property
    def proved(self) -> bool:
        """No set can be better, up to rounding."""
        return self.gap <= PROVED


def machines_needed(hours: Any, capacity: float) -> Any:
    """Whole machines for so many hours; one at least.

    Examples
    --------
    >>> machines_needed(4001.0, 4000.0), machines_needed(4000.0, 4000.0), machines_needed(0.0, 4000.0)
    (2, 1, 1)
    """
    found = np.maximum(np.ceil(np.asarray(hours) / capacity - SLACK), 1)
    return int(found) if found.ndim == 0 else found


class Programme:
    """The choice among candidates, ready to be solved again and again with other gains and costs.

    Parameters
    ----------
    candidates
        Parts, each with its own name, in any order: the answer does not depend on it.
    assets
        What they share; positive capacity.

    Raises
    ------
    ValueError
        If two have one name, an asset is not known, or a capacity is not positive.
    """

    def __init__(self, candidates: Sequence[Candidate], assets: Sequence[Asset]) -> None:
        self.candidates = tuple(sorted(candidates, key=lambda candidate: candidate.id))
        self.assets = tuple(sorted(assets, key=lambda asset: asset.id))
        self.ids = tuple(candidate.id for candidate in self.candidates)
        places = {asset.id: place for place, asset in enumerate(self.assets)}
        if len(set(self.ids)) < len(self.ids) or len(places) < len(self.assets):
            raise ValueError("two candidates or two assets have the same name")
        if any(not asset.capacity > 0 or asset.cost < 0 for asset in self.assets):
            raise ValueError("an asset needs a capacity above 0 hours and a cost of at least 0")
        unknown = {c.asset for c in self.candidates} - {None, *places}
        if unknown:
            raise ValueError(f"no such asset: {', '.join(sorted(map(str, unknown)))}")
        self.gains: Array = np.array([candidate.gain for candidate in self.candidates], dtype=float)
        self.hours: Array = np.array([candidate.hours for candidate in self.candidates], dtype=float)
        self.costs: Array = np.array([asset.cost for asset in self.assets], dtype=float)
        group = [-1 if c.asset is None else places[c.asset] for c in self.candidates]
        self.group = np.array(group, dtype=int)
        self._members = [np.flatnonzero(self.group == place) for place in range(len(self.assets))]

    def best(self) -> Selection:
        """The best set, with a bound that proves it."""
        chosen: Mask = (self.group < 0) & (self.gains > 0)
        bound, looked = float(self.gains[chosen].sum()), 0
        for place, members in enumerate(self._members):
            answer = self._knapsack(place, self.gains, self.costs).solve(EFFORT)
            chosen[members] = answer.chosen
            bound += answer.bound
            looked += answer.looked
        value = self.value(chosen)
        # A bound summed in another order differs in the last digit; that is no gap.
        bound = value if math.isclose(bound, value, rel_tol=1e-12) else max(bound, value)
        return Selection(self.names(chosen), self.counts(chosen), value, bound, looked)

    def greedy(self) -> Selection:
        """A set found by rule of thumb: per asset the parts with most gain per hour, as far as that pays."""
        chosen: Mask = (self.group < 0) & (self.gains > 0)
        for place, members in enumerate(self._members):
            chosen[members] = self._knapsack(place, self.gains, self.costs).prefix()
        return Selection(self.names(chosen), self.counts(chosen), self.value(chosen), math.inf)

    def optimum(self, gains: Array | None = None, costs: Array | None = None) -> tuple[float, Mask]:
        """Value of the best set and who is in it, for other gains (candidates,) and costs (assets,)."""
        gains = self.gains if gains is None else gains
        costs = self.costs if costs is None else costs
        chosen: Mask = (self.group < 0) & (gains > 0)
        for place, members in enumerate(self._members):
            chosen[members] = self._knapsack(place, gains, costs).solve(SMALL_EFFORT).chosen
        return self.value(chosen, gains, costs), chosen

    def value(self, chosen: Mask, gains: Array | None = None, costs: Array | None = None) -> float:
        """Gain of a set less the cost of the machines it needs."""
        gains = self.gains if gains is None else gains
        costs = self.costs if costs is None else costs
        spent = sum(n * costs[place] for place, n in enumerate(self.counts(chosen).values()))
        return float(gains[chosen].sum() - spent)

    def counts(self, chosen: Mask) -> dict[str, int]:
        """The fewest machines of each asset that a set needs."""
        found = {}
        for asset, members in zip(self.assets, self._members, strict=True):
            taken = members[chosen[members]]
            found[asset.id] = machines_needed(self.hours[taken].sum(), asset.capacity) if taken.size else 0
        return found

    def names(self, chosen: Mask) -> tuple[str, ...]:
        """Names of a set, in alphabetical order."""
        return tuple(name for name, taken in zip(self.ids, chosen, strict=True) if taken)

    def mask(self, parts: Sequence[str]) -> Mask:
        """A set of names as a mask over the candidates."""
        wanted = set(parts)
        return np.array([name in wanted for name in self.ids], dtype=bool)

    def alone(self) -> Array:
        """What each candidate is worth with machines of its own, EUR."""
        value = self.gains.copy()
        for place, (asset, members) in enumerate(zip(self.assets, self._members, strict=True)):
            value[members] -= self.costs[place] * machines_needed(self.hours[members], asset.capacity)
        return value

    def full(self) -> Array:
        """What each candidate is worth if it pays for its hours only, on machines that are full, EUR."""
        value = self.gains.copy()
        for place, (asset, members) in enumerate(zip(self.assets, self._members, strict=True)):
            value[members] -= self.costs[place] * self.hours[members] / asset.capacity
        return value

    def adds(self, chosen: Mask) -> tuple[Array, bool]:
        """What each candidate of the best set adds, and by how much each other would lower it, EUR.

        For a chosen one the optimum with it less the optimum without it (at least 0); for another the optimum
        that must have it less the optimum (at most 0): what its gain lacks. Also says whether all is proved.
        """
        result, proved = self.gains.copy(), True
        for place, members in enumerate(self._members):
            gains, hours, cost = self.gains[members], self.hours[members], float(self.costs[place])
            capacity, taken = self.assets[place].capacity, chosen[members]
            best = _Knapsack(gains, hours, cost, capacity).value(taken)
            for position, candidate in enumerate(members):
                if taken[position]:
                    left = np.arange(members.size) != position
                    fewer = _Knapsack(gains[left], hours[left], cost, capacity)
                    answer = fewer.solve(SMALL_EFFORT, taken[left])
                    found = fewer.value(answer.chosen)
                    result[candidate] = max(best - found, 0.0)
                else:
                    forced = _Knapsack(gains, hours, cost, capacity, position)
                    answer = forced.solve(SMALL_EFFORT, taken)
                    found = forced.value(answer.chosen)
                    result[candidate] = min(found - best, 0.0)
                proved &= answer.bound - found <= PROVED * max(abs(best), abs(found))
        return result, proved

    def _knapsack(self, place: int, gains: Array, costs: Array) -> _Knapsack:
        members, asset = self._members[place], self.assets[place]
        return _Knapsack(gains[members], self.hours[members], float(costs[place]), asset.capacity)


@dataclass(frozen=True)
class _Core:
    """What is left open in a knapsack: items by gain per hour, what is fixed, and the incumbent to beat."""

    items: NDArray[np.int64]
    gain: float
    hours: float
    fixed: Mask
    counts: Array


@dataclass(frozen=True)
class _Answer:
    """A set, what no set can exceed, and how many undominated ones were looked at."""

    chosen: Mask
    bound: float
    looked: int


class _Knapsack:
    """The parts that share one asset; ``forced`` is the position of one that must be in, or ``None``."""

    def __init__(
        self, gains: Array, hours: Array, cost: float, capacity: float, forced: int | None = None
    ) -> None:
        self.gains, self.hours = gains, hours
        self.cost, self.capacity, self.forced = cost, capacity, forced
        self.tolerance = 1e-9 * max(float(np.abs(gains).max(initial=0.0)), cost)
        must = np.zeros(gains.size, dtype=bool)
        if forced is not None:
            must[forced] = True
        #: In as soon as there is a machine: what must be, and what gains without taking hours.
        self.base = must | ((gains > 0) & (hours <= 0))
        items = np.flatnonzero((gains > 0) & ~self.base)
        self.items = items[np.argsort(-gains[items] / hours[items], kind="stable")]

    def value(self, chosen: Mask) -> float:
        """Gain of a set less the machines it needs."""
        if not chosen.any():
            return 0.0
        needed = machines_needed(self.hours[chosen].sum(), self.capacity)
        return float(self.gains[chosen].sum() - self.cost * needed)

    def _better(self, first: Mask, second: Mask) -> Mask:
        return second if self.value(second) > self.value(first) + self.tolerance else first

    def prefix(self) -> Mask:
        """The best set that takes the items in order of gain per hour."""
        chosen = self.base.copy()
        best = chosen if self.forced is not None else np.zeros_like(chosen)
        best = self._better(best, chosen)
        hours = self.hours[self.base].sum() + np.cumsum(self.hours[self.items])
        gains = self.gains[self.base].sum() + np.cumsum(self.gains[self.items])
        if self.items.size:
            worth = gains - self.cost * machines_needed(hours, self.capacity)
            chosen[self.items[: int(np.argmax(worth)) + 1]] = True
            best = self._better(best, chosen)
        return best

    def _filled(self, chosen: Mask) -> Mask:
        """A set with every item added that still fits on its machines, in order of gain per hour."""
        if not chosen.any():
            return chosen
        chosen = chosen.copy()
        used = float(self.hours[chosen].sum())
        room = self.capacity * (machines_needed(used, self.capacity) + SLACK)
        for item in self.items:
            if not chosen[item] and used + self.hours[item] <= room:
                chosen[item] = True
                used += self.hours[item]
        return chosen

    def _start(self, known: Mask | None) -> Mask:
        """A good set to begin with: by rule of thumb, or from a known one."""
        best = self.prefix()
        best = self._better(best, self._filled(best if best.any() else self.base))
        return best if known is None else self._better(best, self._filled(known | self.base))

    def _core(self, incumbent: Mask) -> _Core | None:
        """What the bounds leave to decide; ``None`` where nothing can beat the incumbent."""
        worth = self.value(incumbent) + self.tolerance
        base_gain, base_hours = float(self.gains[self.base].sum()), float(self.hours[self.base].sum())
        g, h = self.gains[self.items], self.hours[self.items]
        most = machines_needed(base_hours + h.sum(), self.capacity)
        counts = np.arange(machines_needed(base_hours, self.capacity), most + 1, dtype=float)
        room = self.capacity * (counts + SLACK) - base_hours
        hours, gains = np.append(0.0, np.cumsum(h)), np.append(0.0, np.cumsum(g))
        bound = base_gain + np.interp(room, hours, gains) - self.cost * counts
        open_ = bound > worth
        if not open_.any():
            return None
        counts, bound, room = counts[open_], bound[open_], room[open_]
        fixed, left = self.base.copy(), self.items
        if counts.size <= COUNTS and g.size:
            edge = np.searchsorted(hours, room, side="right") - 1
            ratio = np.append(g / h, 0.0)[np.minimum(edge, g.size)]
            inside = np.arange(g.size) < edge[:, np.newaxis]
            flipped = bound[:, np.newaxis] - np.abs(g - ratio[:, np.newaxis] * h)
            hopeless = flipped <= worth
            fixed[self.items[(inside & hopeless).all(axis=0)]] = True
            left = self.items[~(hopeless & (inside == inside[0])).all(axis=0)]
        return _Core(left, float(self.gains[fixed].sum()), float(self.hours[fixed].sum()), fixed, counts)

    def solve(self, effort: int, known: Mask | None = None) -> _Answer:
        """The best set, and what no set can exceed.

        Parameters
        ----------
        effort
            Undominated sets to look at, at most.
        known
            A set that may be close to the best.
        """
        best = self._start(known)
        core = self._core(best)
        if core is None:
            return _Answer(best, self.value(best), 0)
        chosen, dropped, looked = self._undominated(core, self.value(best), effort)
        best = self._better(best, chosen)
        return _Answer(best, max(self.value(best), dropped), looked)

    def _undominated(self, core: _Core, incumbent: float, effort: int) -> tuple[Mask, float, int]:
        """The best undominated set, what a dropped one could have been worth, and how many there were."""
        hours, gains = np.array([core.hours]), np.array([core.gain])
        g, h = self.gains[core.items], self.hours[core.items]
        steps, dropped, looked, most = [], -math.inf, 0, max(effort // max(g.size, 1), 1)
        for item in range(g.size):
            hours = np.concatenate([hours, hours + h[item]])
            gains = np.concatenate([gains, gains + g[item]])
            order = np.lexsort((-gains, hours))
            above = np.append(-np.inf, np.maximum.accumulate(gains[order])[:-1])
            order = order[gains[order] > above]
            reach = self._reach(hours[order], gains[order], g[item + 1 :], h[item + 1 :], core.counts)
            hope = reach > incumbent + self.tolerance
            order, reach = order[hope], reach[hope]
            if order.size > most:
                kept = _spread(reach, most)
                dropped = max(dropped, float(reach[~kept].max()))
                order = order[kept]
            steps.append((order, hours.size // 2))
            looked += order.size
            hours, gains = hours[order], gains[order]
        chosen = core.fixed.copy()
        if gains.size:
            place = int(np.argmax(gains - self.cost * machines_needed(hours, self.capacity)))
            for item in range(g.size - 1, -1, -1):
                order, half = steps[item]
                before = order[place]
                chosen[core.items[item]] = before >= half
                place = before % half
        return chosen, dropped, looked

    def _reach(self, hours: Array, gains: Array, g: Array, h: Array, counts: Array) -> Array:
        """What a set can be worth at most, once the items that follow are added."""
        if counts.size > COUNTS:
            share = self.cost / self.capacity
            return np.asarray(
                gains - share * (hours - SLACK * self.capacity) + np.maximum(g - share * h, 0).sum()
            )
        room = self.capacity * (counts[:, np.newaxis] + SLACK) - hours
        added = np.interp(room, np.append(0.0, np.cumsum(h)), np.append(0.0, np.cumsum(g)))
        worth = gains + added - self.cost * counts[:, np.newaxis]
        return np.asarray(np.where(room >= 0, worth, -np.inf).max(axis=0))


def _spread(reach: Array, most: int) -> Mask:
    """At most so many sets: half of them those that reach highest, the others evenly over the hours."""
    kept = np.zeros(reach.size, dtype=bool)
    kept[np.argsort(-reach, kind="stable")[: most // 2]] = True
    rest = np.flatnonzero(~kept)
    kept[rest[np.linspace(0, rest.size - 1, most - most // 2).astype(int)]] = True
    return kept
