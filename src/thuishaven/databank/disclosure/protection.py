"""A table made safe: what is published, and what the checker of disclosure sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thuishaven.access import AccessError
from thuishaven.databank.disclosure.audit import Finding
from thuishaven.databank.disclosure.rules import Rules, cell_reasons, changed_by_few, usual_rules
from thuishaven.databank.disclosure.suppression import SMALL, Cells, suppress
from thuishaven.databank.disclosure.tables import SUM, TOTAL, Dimension, Key, Table

#: The largest amount of a table in the units in which it is worked out: euros and millions alike.
_LARGEST = 10.0**4


@dataclass(frozen=True, slots=True)
class Check:
    """What only the checker of disclosure may see.

    Parameters
    ----------
    reasons
        For each hidden cell why: codes of ``REASONS``.
    findings
        For each hidden cell the range in which an outsider can place it.
    cheapest
        Whether it is known that no set of cells loses fewer records.
    """

    reasons: Mapping[Key, tuple[str, ...]]
    findings: tuple[Finding, ...]
    cheapest: bool

    @property
    def sound(self) -> bool:
        """Whether no attack succeeds."""
        return not any(one.narrow or one.solved for one in self.findings)


@dataclass(frozen=True, slots=True)
class Protected:
    """A table that may leave the confidential part.

    Parameters
    ----------
    dimensions, measure
        As in the table.
    values
        For each cell, totals (``*``) included: its value, or ``None`` when it is hidden. Whether a cell is
        unsafe itself or hidden for another is not told, nor are the rules.
    records, hidden_records
        Records in the table, and in hidden inner cells; ``None`` where the grand total is hidden.
    check
        Not for publication.
    """

    dimensions: tuple[Dimension, ...]
    measure: str
    values: Mapping[Key, float | None]
    records: int | None
    check: Check

    def value(self, *key: str) -> float | None:
        """A cell; ``*`` for all categories of a dimension. Raises KeyError for an unknown one."""
        return self.values[key]

    @property
    def hidden(self) -> int:
        """How many cells are hidden, totals included."""
        return sum(value is None for value in self.values.values())

    @property
    def published(self) -> int:
        """How many inner cells that hold something are shown."""
        return sum(bool(value) for key, value in self.values.items() if TOTAL not in key)

    def to_dict(self) -> dict[str, Any]:
        """Plain form, for publication: without the check."""
        return {
            "dimensions": [{"name": one.name, "categories": list(one.categories)} for one in self.dimensions],
            "measure": self.measure,
            "records": self.records,
            "hidden_cells": self.hidden,
            "cells": [{"key": list(key), "value": value} for key, value in self.values.items()],
        }


def protect(
    table: Table,
    rules: Rules | None = None,
    sensitive: str = "",
    before: Sequence[Table] = (),
    hide: Sequence[Key] = (),
    small: int = SMALL,
) -> Protected:
    """Hide what tells of one organisation, and what gives that back; the audit must find nothing.

    Parameters
    ----------
    table
        From :func:`~thuishaven.databank.disclosure.tabulate`.
    rules
        Those of the policy when absent.
    sensitive
        A dimension whose category nobody may learn of a group: where a row lies in one category, hidden too.
    before
        Tables published earlier: a cell that differs from its earlier self by too few groups is hidden.
    hide
        Cells to hide whatever the rules say.
    small
        Up to how many cells times attacks the cheapest set is looked for.

    Raises
    ------
    AccessError
        ``not_safe`` when the audit finds a cell that can be worked out.
    """
    used = rules or usual_rules()
    found = [list(one) for one in cell_reasons(table, used, sensitive)]
    for earlier in before:
        for reason, changed in zip(found, changed_by_few(table, earlier, used), strict=True):
            if changed and "differencing" not in reason:
                reason.append("differencing")
    for key in hide:
        found[table.place[key]].append("asked")
    return _made(table, np.array([bool(one) for one in found]), found, used, small)


def protect_together(
    tables: Sequence[Table], rules: Rules | None = None, sensitive: str = "", small: int = SMALL
) -> tuple[Protected, ...]:
    """Tables of the same cells, such as counts and sums of the same dossiers: one cell is hidden in all.

    A mean, a share or a chart of a table is a table too: show it only for cells that all of these show.

    Raises
    ------
    ValueError
        When the tables don't have the same dimensions.
    AccessError
        ``not_safe``.
    """
    if len({table.dimensions for table in tables}) > 1:
        raise ValueError("tables that are protected together have the same cells")
    hide: set[Key] = set()
    while True:
        found = tuple(protect(table, rules, sensitive, hide=sorted(hide), small=small) for table in tables)
        more = {key for one in found for key, value in one.values.items() if value is None}
        if more == hide or len(tables) == 1:
            return found
        hide = more


def _made(
    table: Table, primary: Cells, found: Sequence[Sequence[str]], rules: Rules, small: int
) -> Protected:
    largest = float(np.abs(table.values).max()) if table.measure == SUM else 0.0
    unit = largest / _LARGEST or 1.0
    pattern = suppress(_in_units(table, unit), primary, rules, small)
    reasons = {
        table.keys[i]: tuple(found[i]) or ("complementary",) for i in map(int, np.flatnonzero(pattern.hidden))
    }
    findings = tuple(
        replace(one, value=one.value * unit, low=one.low * unit, high=one.high * unit)
        for one in pattern.findings
    )
    check = Check(reasons, findings, pattern.cheapest)
    if not check.sound:
        raise AccessError("not_safe")
    values = {
        key: None if hidden else float(value)
        for key, value, hidden in zip(table.keys, table.values, pattern.hidden, strict=True)
    }
    total = None if pattern.hidden[-1] else int(table.counts[-1])
    return Protected(table.dimensions, table.measure, values, total, check)


def _in_units(table: Table, unit: float) -> Table:
    """The same table with its amounts in other units; the rules don't see the difference."""
    if table.measure != SUM:
        return table
    cells = {
        key: {group: (n, amount / unit) for group, (n, amount) in groups.items()}
        for key, groups in table.cells.items()
    }
    return Table(table.dimensions, table.measure, cells)
