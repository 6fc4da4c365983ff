"""When does a cell tell of one organisation? Threshold, dominance and the p % rule.

Source: ESSnet, *Handbook on Statistical Disclosure Control*, https://sdctools.github.io/HandbookSDC/.
Contributions are those of groups of companies, not of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from thuishaven.databank.disclosure.tables import COUNT, TOTAL, Table
from thuishaven.databank.measure_policy import measure_policy

#: Why a cell is not published by itself.
REASONS = (
    "threshold",
    "dominance",
    "p_percent",
    "all_zero",
    "uniform",
    "differencing",
    "asked",
    "complementary",
)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of disclosure control; an organisation keeps ``n``, ``k`` and ``p`` to itself.

    Parameters
    ----------
    threshold
        Fewest contributors to a cell.
    n, k
        The ``n`` largest may not hold more than ``k`` percent.
    p
        The second largest may not be able to estimate the largest within ``p`` percent.
    width
        How wide the range must be in which a reader can place a hidden amount, as a share of it.
    """

    threshold: int
    n: int
    k: float
    p: float
    width: float


def usual_rules() -> Rules:
    """The rules of the policy."""
    policy = measure_policy()
    return Rules(
        threshold=int(policy.threshold),
        n=int(policy.dominance_n),
        k=policy.dominance_k,
        p=policy.p_percent,
        width=policy.hidden_width,
    )


def dominated(contributions: Sequence[float], n: int, k: float) -> bool:
    """Whether the n largest hold more than k percent: ``x1 + ... + xn > k/100 X``.

    >>> dominated([52_000, 50_000, 8_000], 2, 90.9), dominated([50_000, 49_000, 1_000], 1, 90)
    (True, False)
    """
    ordered = sorted(contributions, reverse=True)
    return sum(ordered[:n]) > k / 100 * sum(ordered)


def estimable(contributions: Sequence[float], p: float) -> bool:
    """Whether the second largest can estimate the largest within p percent: ``X - x1 - x2 < p/100 x1``.

    >>> estimable([50_000, 49_000, 1_000], 10), estimable([52_000, 50_000, 8_000], 10)
    (True, False)
    """
    ordered = sorted(contributions, reverse=True)
    first = ordered[0] if ordered else 0.0
    return sum(ordered[2:]) < p / 100 * first


def equivalent_p(k: float) -> float:
    """The p that goes with dominance of the two largest at k percent: ``100 (100 - k) / k``.

    What the p % rule then refuses, dominance refuses too, and sometimes more than is needed.

    >>> equivalent_p(80), round(equivalent_p(95), 2)
    (25.0, 5.26)
    """
    return 100 * (100 - k) / k


def reasons(
    contributions: Sequence[float], rules: Rules, measure: str, signed: bool = False
) -> tuple[str, ...]:
    """Why a cell may not be published; empty when it may. An empty cell may.

    Counts are judged by the threshold only, and so are amounts that can be negative.
    """
    if not contributions:
        return ()
    found = ["threshold"] if len(contributions) < rules.threshold else []
    if measure != COUNT and not signed:
        if not any(contributions):
            found.append("all_zero")
        if dominated(contributions, rules.n, rules.k):
            found.append("dominance")
        if estimable(contributions, rules.p):
            found.append("p_percent")
    return tuple(found)


def cell_reasons(table: Table, rules: Rules, sensitive: str = "") -> tuple[tuple[str, ...], ...]:
    """For each cell of a table, totals included, why it may not be published.

    Parameters
    ----------
    sensitive
        A dimension whose category nobody may learn of a group, such as the outcome: where all that is known
        of a row falls in one category, that cell is ``uniform``.
    """
    which = 0 if table.measure == COUNT else 1
    found = [
        list(reasons([part[which] for part in parts.values()], rules, table.measure, table.signed))
        for parts in table.parts
    ]
    if sensitive:
        axis = [one.name for one in table.dimensions].index(sensitive)
        for i, key in enumerate(table.keys):
            above = (*key[:axis], TOTAL, *key[axis + 1 :])
            if key != above and table.counts[i] and table.counts[i] == table.counts[table.place[above]]:
                found[i].append("uniform")
    return tuple(tuple(one) for one in found)


def changed_by_few(table: Table, before: Table, rules: Rules) -> tuple[bool, ...]:
    """For each cell, whether it differs from the same cell published earlier by too few groups.

    Who subtracts the older from the newer sees what those few did.
    """
    found = []
    for key, parts in zip(table.keys, table.parts, strict=True):
        place = before.place.get(key)
        old = {} if place is None else before.parts[place]
        changed = {group for group in {*parts, *old} if parts.get(group) != old.get(group)}
        found.append(place is not None and bool(parts) and 0 < len(changed) < rules.threshold)
    return tuple(found)


def needed(contributions: Sequence[float], rules: Rules, measure: str, signed: bool) -> tuple[float, float]:
    """How far above its value a reader must deem a hidden cell possible, and how wide the range must be.

    For counts the range holds ``threshold`` steps; for amounts it is a share of the amount, and reaches so
    high that the rules would hold at its top.
    """
    if measure == COUNT:
        return 0.0, float(rules.threshold)
    total = sum(contributions)
    width = rules.width * sum(abs(one) for one in contributions)
    if signed or not any(contributions):
        return 0.0, max(width, 1.0)
    ordered = sorted(contributions, reverse=True)
    up = 0.0
    if dominated(ordered, rules.n, rules.k):
        up = max(up, 100 / rules.k * sum(ordered[: rules.n]) - total)
    if estimable(ordered, rules.p):
        up = max(up, rules.p / 100 * ordered[0] - sum(ordered[2:]))
    return up, max(width, up)
