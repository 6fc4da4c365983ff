"""What does a table give away beside what was told before? Who subtracts sees what changed in between.

An older edition of a table, or another table about nearly the same companies, may be subtracted from it. So
what a reader can work out from both may differ by nobody, or by as many groups of companies as the rules ask
of a cell. Where nothing is counted in both, subtracting tells nothing that each does not tell by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from thuishaven.databank.disclosure.levels import ALL, Ladder
from thuishaven.databank.disclosure.rules import Rules, reasons
from thuishaven.databank.disclosure.tables import COUNT, TOTAL, Record


@dataclass(frozen=True, slots=True)
class Told:
    """A table of one dimension as an edition tells it with its total, and what stands behind it.

    Parameters
    ----------
    level
        The level of its ladder at which it is cut, or ``all``.
    shown
        The categories whose number is told.
    records
        What was counted; each ``id`` is that of the same thing in every edition.
    """

    level: str
    shown: frozenset[str]
    records: tuple[Record, ...]


def given_away(
    ladder: Ladder, told: Told, earlier: Iterable[Told], rules: Rules, measure: str = COUNT
) -> frozenset[str]:
    """What of a table tells too much beside earlier editions of it; empty when all of it may be told.

    Two editions are cut alike before they are held against each other, at the coarser of their levels. What
    can be subtracted then are the categories that both show or let add up, the total, and the remainder.

    Parameters
    ----------
    ladder
        The levels, finest first.
    told
        The table that is to be told.
    earlier
        The same table in every edition told before.
    rules
        Those that a cell of the measure has to keep.
    measure
        ``count`` or ``sum``.

    Returns
    -------
    frozenset of str
        Categories of the table's own level; :data:`TOTAL` where the total or the remainder tells too much.
    """
    return frozenset(one for old in earlier for one in _beside(ladder, told, old, rules, measure))


def nearly_the_same(
    records: Sequence[Record], others: Iterable[Sequence[Record]], rules: Rules, measure: str = COUNT
) -> bool:
    """Whether a total is that of another table but for a few groups of companies.

    Parameters
    ----------
    records
        What the total counts.
    others
        What other totals count, of this edition and of earlier ones.
    rules
        The threshold; for sums also that no company holds most of what remains.
    measure
        ``count``, or ``sum`` where the others hold amounts of the same things.
    """
    mine = _by_id(records)
    return any(_few(mine, _by_id(other), rules, measure, alone=measure == COUNT) for other in others)


def _beside(ladder: Ladder, told: Told, old: Told, rules: Rules, measure: str) -> set[str]:
    order = [*(level.name for level in ladder.levels), ALL]
    coarser = max(told.level, old.level, key=order.index)
    of = _category(ladder, coarser)
    both = _known(ladder, told, of) & _known(ladder, old, of)
    parts: dict[str, tuple[dict[str, Record], dict[str, Record]]] = {TOTAL: ({}, {})}
    for side, table in enumerate((told, old)):
        for record in table.records:
            category = of(record)
            part = parts.setdefault(category if category in both else TOTAL, ({}, {}))
            part[side][record.id] = record
    few = {name for name, (new, before) in parts.items() if _few(new, before, rules, measure)}
    if _few(_by_id(told.records), _by_id(old.records), rules, measure):
        few.add(TOTAL)
    mine = _category(ladder, told.level)
    return {mine(record) for record in told.records if of(record) in few} | (few & {TOTAL})


def _category(ladder: Ladder, level: str) -> Callable[[Record], str]:
    if level == ALL:
        return lambda _record: ALL
    return next(one.of for one in ladder.levels if one.name == level)


def _known(ladder: Ladder, told: Told, of: Callable[[Record], str]) -> set[str]:
    """The categories of a coarser cut that a table shows, or lets add up."""
    mine = _category(ladder, told.level)
    hidden = {of(record) for record in told.records if mine(record) not in told.shown}
    return {of(record) for record in told.records} - hidden


def _by_id(records: Sequence[Record]) -> dict[str, Record]:
    return {record.id: record for record in records}


def _few(
    new: Mapping[str, Record], old: Mapping[str, Record], rules: Rules, measure: str, alone: bool = False
) -> bool:
    """Whether what remains after subtracting is of too few groups; ``alone`` when only who is counted."""
    if not new.keys() & old.keys():
        return False
    changes: dict[str, float] = {}
    for name in new.keys() | old.keys():
        before, after = old.get(name), new.get(name)
        amount = (after.value if after else 0.0) - (before.value if before else 0.0)
        if before is None or after is None or (amount and not alone):
            group = (after or before or _NOBODY).group
            changes[group] = changes.get(group, 0.0) + abs(amount)
    return bool(reasons(list(changes.values()), rules, measure))


_NOBODY = Record("", {})
