"""What can a reader, or a contributor, work out of hidden cells? Two linear programmes for each of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint
from scipy.sparse import block_diag, csr_array

from thuishaven.databank.disclosure.rules import Rules, needed
from thuishaven.databank.disclosure.solving import milp
from thuishaven.databank.disclosure.tables import COUNT, Key, Table

#: The reader who contributes nothing.
OUTSIDER = ""
_FAR = 100.0
_ROUNDING = 1e-6
_MOST_AT_ONCE = 2**16
_WITNESSES = 3


@dataclass(frozen=True, slots=True)
class Demand:
    """What must stay open about one cell to one attacker.

    Parameters
    ----------
    cell
        Its place.
    attacker
        A group that is the only contributor to some hidden cell, or :data:`OUTSIDER`.
    up, width
        How far above its value, and how wide the range.
    """

    cell: int
    attacker: str
    up: float
    width: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What an attacker can say of a hidden cell: it lies from ``low`` to ``high``.

    ``narrow`` when that is too little room; ``solved`` when it is known exactly.
    """

    key: Key
    attacker: str
    value: float
    low: float
    high: float
    narrow: bool
    solved: bool


def demands(
    table: Table, hidden: NDArray[np.bool_], primary: NDArray[np.bool_], rules: Rules
) -> list[Demand]:
    """What must stay open when these cells are hidden.

    Of every unsafe cell a range to outsiders; of every hidden cell something to outsiders; and of every
    unsafe cell something to whoever is the only contributor to another hidden cell.
    """
    which = 0 if table.measure == COUNT else 1
    found = []
    something = {}
    for i in map(int, np.flatnonzero(hidden)):
        parts = [part[which] for part in table.parts[i].values()]
        value = abs(float(table.values[i]))
        if primary[i]:
            up, width = needed(parts, rules, table.measure, table.signed)
            # An amount near 0 needs room beyond what rounding hides.
            room = 2 * _ROUNDING * max(1.0, value)
            something[i] = 1.0 if table.measure == COUNT else max(room, rules.width * value)
            found.append(Demand(i, OUTSIDER, up, max(room, width)))
        else:
            # It may be known within bounds, but not exactly: then it would protect nothing.
            found.append(Demand(i, OUTSIDER, 0.0, 2 * _ROUNDING * max(1.0, value)))
    alone = {next(iter(table.parts[i])) for i in np.flatnonzero(hidden) if len(table.parts[i]) == 1}
    for group in sorted(alone):
        for i in map(int, np.flatnonzero(hidden & primary)):
            if set(table.parts[i]) != {group}:
                found.append(Demand(i, group, 0.0, something[i]))
    return found


def known_to(
    table: Table, hidden: NDArray[np.bool_], attacker: str
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which hidden cells an attacker knows, and the least that it knows of each cell.

    Everybody knows that amounts are not negative; a contributor knows its own.
    """
    size = len(table.keys)
    least = np.full(size, -math.inf) if table.signed else np.zeros(size)
    known = np.zeros(size, dtype=bool)
    if attacker != OUTSIDER:
        which = 0 if table.measure == COUNT else 1
        for i in np.flatnonzero(hidden):
            own = table.parts[i].get(attacker)
            if own is not None:
                known[i] = len(table.parts[i]) == 1
                if not table.signed:
                    least[i] = own[which]
    return known, least


def audit(table: Table, hidden: NDArray[np.bool_], asked: Sequence[Demand]) -> tuple[Finding, ...]:
    """What each attacker can say of the cells in question, in the order asked.

    The published cells and the equations between cells are known; a linear programme finds the least and the
    most that a hidden cell can be.
    """
    ranges: dict[tuple[int, str], tuple[float, float]] = {}
    for attacker in dict.fromkeys(one.attacker for one in asked):
        cells = [one.cell for one in asked if one.attacker == attacker]
        ranges |= {(cell, attacker): span for cell, span in _ranges(table, hidden, attacker, cells).items()}
    found = []
    for one in asked:
        low, high = ranges[one.cell, one.attacker]
        value = float(table.values[one.cell])
        slack = _ROUNDING * max(1.0, abs(value))
        narrow = high - value < one.up - slack or high - low < one.width - slack
        solved = high - low < slack
        found.append(Finding(table.keys[one.cell], one.attacker, value, low, high, narrow, solved))
    return tuple(found)


def too_narrow(table: Table, hidden: NDArray[np.bool_], asked: Sequence[Demand]) -> tuple[bool, ...]:
    """For each demand whether the attack succeeds: :func:`audit` without the ranges, which is quicker.

    Any point that an attacker must deem possible is a witness for all cells at once; only cells that no
    witness clears get programmes of their own.
    """
    failed: dict[tuple[int, str], bool] = {}
    for attacker in dict.fromkeys(one.attacker for one in asked):
        mine = [one for one in asked if one.attacker == attacker]
        failed |= {(one.cell, attacker): bad for one, bad in _checked(table, hidden, attacker, mine)}
    return tuple(failed[one.cell, one.attacker] for one in asked)


def _checked(
    table: Table, hidden: NDArray[np.bool_], attacker: str, mine: Sequence[Demand]
) -> list[tuple[Demand, bool]]:
    view = _View(table, hidden, attacker)
    open_ = [one for one in mine if one.cell in view.where]
    found = [(one, max(one.up, one.width) > 0) for one in mine if one.cell not in view.where]
    top, bottom = np.zeros(len(view.lower)), np.zeros(len(view.lower))

    def cleared(one: Demand) -> bool:
        place = view.where[one.cell]
        slack = _ROUNDING * max(1.0, abs(float(table.values[one.cell])))
        return bool(top[place] >= one.up - slack and top[place] - bottom[place] >= one.width - slack)

    random = np.random.default_rng(0)
    for _ in range(_WITNESSES):
        left = [one for one in open_ if not cleared(one)]
        if not left:
            break
        places = [view.where[one.cell] for one in left]
        aim = np.zeros(len(view.lower))
        aim[places] = random.normal(size=len(places)) / [max(one.width, 1.0) for one in left]
        for sign in (1.0, -1.0):
            (point,) = view.solved(sign * aim[None])
            top, bottom = np.maximum(top, point), np.minimum(bottom, point)
    left = [one for one in open_ if not cleared(one)]
    for one, (low, high) in zip(left, view.extremes([view.where[one.cell] for one in left]), strict=True):
        place = view.where[one.cell]
        top[place], bottom[place] = high, low
    return found + [(one, not cleared(one)) for one in open_]


def _ranges(
    table: Table, hidden: NDArray[np.bool_], attacker: str, cells: Sequence[int]
) -> dict[int, tuple[float, float]]:
    """Least and most of each cell, to an attacker."""
    view = _View(table, hidden, attacker)
    found = {cell: (float(table.values[cell]),) * 2 for cell in cells if cell not in view.where}
    wanted = [cell for cell in cells if cell in view.where]
    for cell, (down, up) in zip(wanted, view.extremes([view.where[cell] for cell in wanted]), strict=True):
        value = float(table.values[cell])
        low = -math.inf if down <= -view.far * (1 - _ROUNDING) else value + down
        found[cell] = (low, math.inf if up >= view.far * (1 - _ROUNDING) else value + up)
    return found


class _View:
    """What an attacker sees: the cells open to it, and the equations between their deviations."""

    def __init__(self, table: Table, hidden: NDArray[np.bool_], attacker: str) -> None:
        known, least = known_to(table, hidden, attacker)
        cells = np.flatnonzero(hidden & ~known)
        self.where = {int(cell): i for i, cell in enumerate(cells)}
        # Deviations from the true values: the equations between them have 0 on the right.
        left = csr_array(table.equations[:, cells])
        self.left = csr_array(left[np.flatnonzero(np.diff(left.indptr))])
        self.far = _FAR * (1.0 + float(np.abs(table.values).max()))
        self.lower = np.maximum(least[cells] - table.values[cells], -self.far)

    def extremes(self, places: Sequence[int]) -> list[tuple[float, float]]:
        """Least and most deviation of some cells."""
        size = len(self.lower)
        at_once = max(1, _MOST_AT_ONCE // max(1, 2 * size))
        found: list[tuple[float, float]] = []
        for start in range(0, len(places), at_once):
            some = places[start : start + at_once]
            aims = np.zeros((2 * len(some), size))
            for i, place in enumerate(some):
                aims[2 * i, place], aims[2 * i + 1, place] = 1.0, -1.0
            points = self.solved(aims)
            found += [(float(points[2 * i, p]), float(points[2 * i + 1, p])) for i, p in enumerate(some)]
        return found

    def solved(self, aims: NDArray[np.float64]) -> NDArray[np.float64]:
        """The possible deviations that make each aim least, each in a copy of its own of the equations."""
        copies, size = aims.shape
        equal = csr_array(block_diag([self.left] * copies)) if self.left.shape[0] else None
        rules = None if equal is None else LinearConstraint(equal, 0.0, 0.0)
        span = Bounds(np.tile(self.lower, copies), np.full(copies * size, self.far))
        # Without whole numbers it is a linear programme.
        answer = milp(aims.ravel(), bounds=span, constraints=rules)
        if answer.x is None:
            raise ArithmeticError(answer.message)
        return np.asarray(answer.x.reshape(copies, size))
