"""The finest cut of the data that is still safe: a coarser table rather than one full of holes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from thuishaven.databank.disclosure.protection import Protected, protect
from thuishaven.databank.disclosure.rules import Rules, cell_reasons, usual_rules
from thuishaven.databank.disclosure.tables import COUNT, TOTAL, Record, Table, tabulate
from thuishaven.databank.measure_policy import measure_policy

#: The coarsest level of every dimension: everything in one.
ALL = "all"


@dataclass(frozen=True, slots=True)
class Level:
    """One way to cut a dimension: its name, and the category of a record."""

    name: str
    of: Callable[[Record], str]


@dataclass(frozen=True, slots=True)
class Ladder:
    """A dimension with its levels, finest first; the coarsest, everything in one, is added."""

    name: str
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One cut of the data: a level for each ladder.

    Parameters
    ----------
    levels
        Name of the level of each ladder, ``all`` where it is left out.
    cells, unsafe
        Cells that hold something, and those of them that may not be shown by themselves.
    lost
        Records in the unsafe cells.
    records
        Records in all.
    """

    levels: tuple[str, ...]
    cells: int
    unsafe: int
    lost: int
    records: int

    @property
    def published(self) -> int:
        """Cells that can be shown at most."""
        return self.cells - self.unsafe


@dataclass(frozen=True, slots=True)
class Finest:
    """The cut that was chosen, its table made safe, and all cuts that were weighed, best first."""

    node: Node
    table: Protected
    nodes: tuple[Node, ...]


def node_of(table: Table, levels: Sequence[str], rules: Rules | None = None, sensitive: str = "") -> Node:
    """How many cells of a table may be shown by themselves, and what the others hold."""
    found = cell_reasons(table, rules or usual_rules(), sensitive)
    unsafe = np.array([bool(one) for one in found]) & table.inner
    return Node(
        levels=tuple(levels),
        cells=int((table.inner & (table.counts > 0)).sum()),
        unsafe=int(unsafe.sum()),
        lost=int(table.counts[unsafe].sum()),
        records=int(table.counts[-1]),
    )


def cut(
    records: Iterable[Record], ladders: Sequence[Ladder], levels: Sequence[str], measure: str = COUNT
) -> Table:
    """The table of one cut; ladders at level ``all`` are left out.

    Raises
    ------
    KeyError
        For an unknown level.
    """
    chosen = [
        (ladder.name, {level.name: level.of for level in ladder.levels}[name])
        for ladder, name in zip(ladders, levels, strict=True)
        if name != ALL
    ]
    if not chosen:
        chosen = [(ALL, lambda _record: ALL)]
    cut_up = [
        Record(record.group, {name: of(record) for name, of in chosen}, record.value, record.id)
        for record in records
    ]
    return tabulate(cut_up, [name for name, _ in chosen], measure)


def finest(
    records: Sequence[Record],
    ladders: Sequence[Ladder],
    rules: Rules | None = None,
    measure: str = COUNT,
    most_lost: float | None = None,
    most_dimensions: int | None = None,
    sensitive: str = "",
) -> Finest | None:
    """The cut with the most published cells among those that lose few records.

    What is hidden to protect other cells counts as lost too. Fix the cut for a release: two cuts that overlap
    give away the difference.

    Parameters
    ----------
    records
        What is counted.
    ladders
        The dimensions with their levels.
    most_lost
        Largest share of records in hidden cells.
    most_dimensions
        How many dimensions a table may have.

    Returns
    -------
    Finest or None
        ``None`` when even the grand total is unsafe.
    """
    policy, used = measure_policy(), rules or usual_rules()
    share = policy.most_lost if most_lost is None else most_lost
    widest = int(policy.most_dimensions) if most_dimensions is None else most_dimensions
    weighed = []
    for levels in product(*((*(level.name for level in ladder.levels), ALL) for ladder in ladders)):
        if sum(name != ALL for name in levels) <= widest:
            table = cut(records, ladders, levels, measure)
            within = sensitive if sensitive in {one.name for one in table.dimensions} else ""
            weighed.append((node_of(table, levels, used, within), table, within))
    weighed.sort(key=lambda item: (-item[0].published, item[0].lost, item[0].levels))
    best: tuple[Node, Protected] | None = None
    for node, table, within in weighed:
        # Protecting the others only takes cells away.
        if best is not None and node.published <= best[1].published:
            break
        if node.lost <= share * node.records:
            made = protect(table, used, within)
            hidden = sum(
                table.counts[i]
                for i, key in enumerate(table.keys)
                if TOTAL not in key and made.values[key] is None
            )
            if hidden <= share * node.records and (best is None or made.published > best[1].published):
                best = (node, made)
    nodes = tuple(node for node, _, _ in weighed)
    return None if best is None else Finest(*best, nodes)
