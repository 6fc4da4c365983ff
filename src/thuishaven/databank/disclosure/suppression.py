"""Which more cells to hide, so that totals don't give the unsafe ones back.

Small tables: the cheapest set, by a programme in whole numbers that learns from every attack that succeeds
(M. Fischetti and J. J. Salazar-Gonzalez (2001), *Solving the Cell Suppression Problem on Tabular Data with
Linear Constraints*, Management Science 47). Larger ones: cell after cell, each by a linear programme, then
whatever turns out not to be needed is shown again. Either way the audit has the last word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint
from scipy.sparse import block_array, csr_array

from thuishaven.databank.disclosure.audit import (
    OUTSIDER,
    Demand,
    Finding,
    audit,
    demands,
    known_to,
    too_narrow,
)
from thuishaven.databank.disclosure.rules import Rules
from thuishaven.databank.disclosure.solving import linprog, milp
from thuishaven.databank.disclosure.tables import Table

#: Up to so many cells times attacks the cheapest set is looked for.
SMALL = 2048
_NODES = 4096
_ROUNDING = 1e-6
_MOST_ROUNDS = 128

Cells = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which cells to hide.

    Parameters
    ----------
    hidden
        For each cell of the table.
    cheapest
        Whether it is known that no set hides fewer records.
    findings
        The audit: what outsiders can say of each hidden cell, and attacks of contributors that succeed:
        there should be none.
    """

    hidden: Cells
    cheapest: bool
    findings: tuple[Finding, ...]


def suppress(table: Table, primary: Cells, rules: Rules, small: int = SMALL) -> Pattern:
    """The cells to hide so that the unsafe ones stay unknown.

    Parameters
    ----------
    table
        What would be published.
    primary
        The unsafe cells.
    rules
        Say how wide the range of a hidden cell must be.
    small
        Up to how many cells times attacks the cheapest set is looked for.
    """
    if not primary.any():
        return Pattern(primary.copy(), True, ())
    first = demands(table, primary, primary, rules)
    eligible = primary | (table.counts > 0)
    cheapest = len(first) * int(eligible.sum()) <= small
    for way in (_exact, _step_by_step, _everything) if cheapest else (_step_by_step, _everything):
        hidden = way(table, primary, rules, eligible)
        if hidden is None:
            continue
        found = _findings(table, hidden, demands(table, hidden, primary, rules))
        if not any(one.narrow for one in found):
            return Pattern(hidden, way is _exact, found)
    # Even with all cells hidden something is known: the audit says so, and nothing is published.
    return Pattern(eligible, False, _findings(table, eligible, demands(table, eligible, primary, rules)))


def _everything(table: Table, primary: Cells, rules: Rules, eligible: Cells) -> Cells:
    return eligible.copy()


def _findings(table: Table, hidden: Cells, asked: Sequence[Demand]) -> tuple[Finding, ...]:
    """The ranges that outsiders see, and those of every insider's attack that succeeds."""
    bad = too_narrow(table, hidden, asked)
    told = [one for one, failed in zip(asked, bad, strict=True) if failed or one.attacker == OUTSIDER]
    return audit(table, hidden, told)


def costs(table: Table) -> NDArray[np.float64]:
    """What hiding a cell costs: the records in it; a total that everything rests on, twice as many."""
    return np.maximum(table.counts, 1) * np.where(table.inner, 1.0, 2.0)


def _exact(table: Table, primary: Cells, rules: Rules, eligible: Cells) -> Cells | None:
    """The cheapest set; ``None`` when it takes too long.

    A programme in whole numbers proposes the cheapest set that fits all that is known; each attack that
    succeeds on it adds a line that no set with the same gap fits.
    """
    cells = np.flatnonzero(eligible)
    free = ~primary[cells]
    cost = costs(table)[cells][free]
    lines: list[NDArray[np.float64]] = []
    hidden = primary.copy()
    for _ in range(_MOST_ROUNDS):
        wanted = [one for one in demands(table, hidden, primary, rules) if primary[one.cell]]
        failed = [one for one, bad in zip(wanted, too_narrow(table, hidden, wanted), strict=True) if bad]
        if not failed:
            return _without_solved(table, hidden, primary, rules)
        for one in failed:
            lines += _lines(table, cells, free, hidden, one)
        if not lines:
            return None
        answer = milp(
            cost,
            integrality=np.ones(len(cost), dtype=np.int64),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(np.array(lines), 1.0, np.inf),
            options={"node_limit": _NODES},
        )
        if answer.status != 0 or answer.x is None:
            return None
        proposed = primary.copy()
        proposed[cells[free][answer.x > 1 / 2]] = True
        if (proposed == hidden).all():
            return None
        hidden = proposed
    return None


def _lines(
    table: Table, cells: NDArray[np.intp], free: Cells, hidden: Cells, one: Demand
) -> list[NDArray[np.float64]]:
    """What a set of cells must fulfil to withstand an attack: coefficients whose sum over it is 1 or more.

    How far a cell can deviate is a linear programme whose limits are those of the hidden cells; its dual
    bounds the same for every set, as a sum over the cells in it.
    """
    down, up = _room(table, cells, one)
    place = int(np.flatnonzero(cells == one.cell)[0])
    left = table.equations[:, cells].toarray()
    shown = ~hidden[cells]
    sums = []
    for sign in (-1.0, 1.0):
        aim = np.zeros(len(cells))
        aim[place] = sign
        span = np.column_stack([np.where(shown, 0.0, down), np.where(shown, 0.0, up)])
        answer = linprog(aim, A_eq=left, b_eq=np.zeros(len(left)), bounds=[(a, b) for a, b in span])
        sums.append(-answer.upper.marginals * up - answer.lower.marginals * down)
    found = []
    for weight, ask in ((sums[0], one.up), (sums[0] + sums[1], one.width)):
        rest = ask - weight[~free].sum()
        if rest > _ROUNDING * ask and weight[free][shown[free]].any():
            line = np.minimum(weight[free] / rest, 1.0)
            if line[~shown[free]].sum() < 1 - _ROUNDING:
                found.append(line)
    return found


def _room(
    table: Table, cells: NDArray[np.intp], one: Demand
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far each cell may deviate in an attack; a known one not at all."""
    known, least = known_to(table, np.isin(np.arange(len(table.keys)), cells), one.attacker)
    # In a table of two dimensions no cell has to move further than the one in question.
    most = max(one.up, one.width) * (1 if len(table.dimensions) < 3 else 2**2)
    down = np.maximum(least[cells] - table.values[cells], -most)
    up = np.full(len(cells), most)
    down[known[cells]] = up[known[cells]] = 0.0
    return np.minimum(down, 0.0), up


def _step_by_step(table: Table, primary: Cells, rules: Rules, eligible: Cells) -> Cells:
    hidden = primary.copy()
    while True:
        hidden = _without_solved(table, hidden, primary, rules)
        wanted = demands(table, hidden, primary, rules)
        bad = too_narrow(table, hidden, wanted)
        broken = [one for one, failed in zip(wanted, bad, strict=True) if failed and primary[one.cell]]
        if not broken:
            break
        more = hidden.copy()
        for one in sorted(broken, key=lambda one: (-one.width, one.cell, one.attacker)):
            more = _protected(table, more, eligible, one)
        if (more == hidden).all():
            more = eligible.copy()
        hidden = more
    return _shown_again(table, hidden, primary, rules)


def _protected(table: Table, hidden: Cells, eligible: Cells, one: Demand) -> Cells:
    """The cells to hide too, so that one attack fails: least cost times deviation."""
    cells = np.flatnonzero(eligible)
    size = len(cells)
    left = csr_array(table.equations[:, cells])
    down, up = _room(table, cells, one)
    place = int(np.flatnonzero(cells == one.cell)[0])
    cost = np.where(hidden[cells], 0.0, costs(table)[cells])
    # Four parts: upwards and downwards, of the deviation to the top and of that to the bottom.
    equal = block_array([[left, -left, None, None], [None, None, left, -left]])
    ask = np.zeros((2, 4 * size))
    ask[0, [place, size + place]] = 1.0, -1.0
    ask[1, [place, size + place, 2 * size + place, 3 * size + place]] = 1.0, -1.0, -1.0, 1.0
    span = Bounds(np.zeros(4 * size), np.concatenate([up, -down, up, -down]))
    limits = [
        LinearConstraint(csr_array(equal), 0.0, 0.0),
        LinearConstraint(ask, [one.up, one.width], np.inf),
    ]
    answer = milp(np.tile(cost + _ROUNDING, 4), bounds=span, constraints=limits)
    if answer.x is None:
        return eligible.copy()
    moved = answer.x.reshape(4, size).max(axis=0) > _ROUNDING
    found = hidden.copy()
    found[cells[moved]] = True
    return found


def _without_solved(table: Table, hidden: Cells, primary: Cells, rules: Rules) -> Cells:
    """Without cells that were hidden for others and can be worked out: hiding them hides nothing."""
    while True:
        wanted = [one for one in demands(table, hidden, primary, rules) if not primary[one.cell]]
        bad = too_narrow(table, hidden, wanted)
        solved = [one.cell for one, failed in zip(wanted, bad, strict=True) if failed]
        if not solved:
            return hidden
        hidden = hidden.copy()
        hidden[solved] = False


def _shown_again(table: Table, hidden: Cells, primary: Cells, rules: Rules) -> Cells:
    """Show what need not be hidden, the dearest first."""
    extra = np.flatnonzero(hidden & ~primary)
    for cell in sorted(extra, key=lambda i: (-costs(table)[i], i)):
        fewer = hidden.copy()
        fewer[cell] = False
        wanted = demands(table, fewer, primary, rules)
        if not any(too_narrow(table, fewer, wanted)):
            hidden = fewer
    return hidden
