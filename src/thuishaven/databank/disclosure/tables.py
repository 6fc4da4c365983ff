"""Tables of what organisations contribute: cells, totals, and the equations between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

#: Stands for all categories of a dimension.
TOTAL = "*"
#: What a table adds up.
COUNT, SUM = "count", "sum"

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One thing counted, such as a dossier.

    Parameters
    ----------
    group
        The group of companies that it belongs to: a parent and its daughters are one.
    keys
        Its category in each dimension; a missing one is ``unknown``.
    value
        The amount, for a table of sums.
    id
        What it is known by, to know it again in another edition of a table.
    """

    group: str
    keys: Mapping[str, str]
    value: float = 1.0
    id: str = ""


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension of a table and its categories, in the order shown; totals are added."""

    name: str
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table of counts or sums with all its totals.

    Parameters
    ----------
    dimensions
        One or more.
    measure
        ``count`` (records) or ``sum`` (of their values).
    cells
        For each inner cell that is not empty, by group: number of records and their sum.
    """

    dimensions: tuple[Dimension, ...]
    measure: str
    cells: Mapping[Key, Mapping[str, tuple[int, float]]]

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """All cells, totals included: the order of every vector about this table."""
        return tuple(product(*((*one.categories, TOTAL) for one in self.dimensions)))

    @cached_property
    def place(self) -> Mapping[Key, int]:
        """Where each cell stands in a vector."""
        return {key: i for i, key in enumerate(self.keys)}

    @cached_property
    def parts(self) -> tuple[Mapping[str, tuple[int, float]], ...]:
        """For each cell, totals included, by group: number of records and their sum."""
        found: list[dict[str, tuple[int, float]]] = [{} for _ in self.keys]
        for key, groups in self.cells.items():
            for above in product(*((one, TOTAL) for one in key)):
                into = found[self.place[above]]
                for group, (n, amount) in groups.items():
                    before = into.get(group, (0, 0.0))
                    into[group] = (before[0] + n, before[1] + amount)
        return tuple(found)

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """What would be published for each cell."""
        which = 0 if self.measure == COUNT else 1
        return np.array([sum(part[which] for part in parts.values()) for parts in self.parts], dtype=float)

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Records in each cell."""
        return np.array([sum(n for n, _ in parts.values()) for parts in self.parts], dtype=np.int64)

    @cached_property
    def inner(self) -> NDArray[np.bool_]:
        """Which cells are no totals."""
        return np.array([TOTAL not in key for key in self.keys])

    @cached_property
    def signed(self) -> bool:
        """Whether a contribution is negative: then nothing is known of a cell beforehand."""
        return self.measure == SUM and any(
            amount < 0 for groups in self.cells.values() for _, amount in groups.values()
        )

    @cached_property
    def equations(self) -> csr_array:
        """Each row says that categories add up to their total: ``equations @ values == 0``."""
        rows, columns, signs, number = [], [], [], 0
        for axis, dimension in enumerate(self.dimensions):
            others = [(*one.categories, TOTAL) for place, one in enumerate(self.dimensions) if place != axis]
            for rest in product(*others):
                for category in (*dimension.categories, TOTAL):
                    rows.append(number)
                    columns.append(self.place[(*rest[:axis], category, *rest[axis:])])
                    signs.append(-1.0 if category == TOTAL else 1.0)
                number += 1
        return csr_array((signs, (rows, columns)), shape=(number, len(self.keys)))


def tabulate(
    records: Iterable[Record],
    dimensions: Sequence[str],
    measure: str = COUNT,
    categories: Mapping[str, Sequence[str]] | None = None,
) -> Table:
    """Count records, or add up their values, by one or more dimensions.

    Parameters
    ----------
    categories
        The categories of a dimension in the order to show; those that occur, sorted, when absent.

    Raises
    ------
    ValueError
        For no dimension, an unknown measure, or a record outside the given categories.
    """
    if not dimensions or measure not in {COUNT, SUM}:
        raise ValueError("a table needs a dimension, and counts or sums")
    cells: dict[Key, dict[str, tuple[int, float]]] = {}
    for record in records:
        key = tuple(record.keys.get(name, "") or "unknown" for name in dimensions)
        groups = cells.setdefault(key, {})
        n, amount = groups.get(record.group, (0, 0.0))
        groups[record.group] = (n + 1, amount + record.value)
    found = []
    for axis, name in enumerate(dimensions):
        seen = {key[axis] for key in cells}
        wanted = (categories or {}).get(name, sorted(seen))
        if not seen <= set(wanted) or TOTAL in wanted:
            raise ValueError(f"{name} has other categories than those given")
        found.append(Dimension(name, tuple(wanted)))
    return Table(tuple(found), measure, cells)


def table_of(matrix: Sequence[Sequence[float]]) -> Table:
    """A table of counts by rows and columns in which every record has a group of its own.

    >>> table_of([[2, 1], [0, 3]]).values.tolist()
    [2.0, 1.0, 3.0, 0.0, 3.0, 3.0, 2.0, 4.0, 6.0]
    """
    records = [
        Record(f"{r}.{c}.{i}", {"row": f"r{r}", "column": f"c{c}"})
        for r, row in enumerate(matrix)
        for c, count in enumerate(row)
        for i in range(int(count))
    ]
    names = {
        "row": [f"r{r}" for r in range(len(matrix))],
        "column": [f"c{c}" for c in range(len(matrix[0]))],
    }
    return tabulate(records, ("row", "column"), COUNT, names)
