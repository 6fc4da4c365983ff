"""The taxonomy of cost lines: the words in which rooms tell each other what an amount is.

The table ``dossier/factors.csv`` says of each of the 94 factors which group and class it belongs to, whether
it is a line that adds up, a parameter, a modifier or a process, and which account and budget owner it lands
on.
Ranges that stand in for a figure nobody gave are in the facts tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from thuishaven.packaged import read_table

#: Kinds of factor that are lines: only these add up to the unit TCO.
LINE_KINDS = frozenset({"unit", "period", "oneoff", "wc", "event", "revenue", "option"})


@dataclass(frozen=True, slots=True)
class Factor:
    """One row of the taxonomy."""

    id: str
    group: str
    name_en: str
    name_nl: str
    unit: str
    kind: str
    layer: str
    account: str
    budget_owner: str
    formula: str
    guards: tuple[str, ...]
    source: str
    source_url: str
    year: str
    status: str

    @property
    def is_line(self) -> bool:
        """Whether the factor adds up; the others are parameters, modifiers, processes or scenarios."""
        return bool(LINE_KINDS & set(self.kind.replace("+", " ").split()))


@cache
def factors() -> dict[str, Factor]:
    """All factors by id, in the order of the taxonomy."""
    return {
        row["id"]: Factor(
            row["id"],
            row["group"].split(" ", 1)[1],
            row["name_en"],
            row["name_nl"],
            row["unit"],
            row["kind"],
            row["class"],
            row["account"],
            row["budget_owner"],
            row["formula"],
            tuple(row["guards"].split()),
            row["source"],
            row["source_url"],
            row["year"],
            row["status"],
        )
        for row in read_table("thuishaven.dossier", "factors.csv")
    }


@cache
def line_ids() -> frozenset[str]:
    """Ids of the factors that are lines."""
    return frozenset(factor.id for factor in factors().values() if factor.is_line)
