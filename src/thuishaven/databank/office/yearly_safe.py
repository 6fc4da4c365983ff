"""Tables of a year made safe: each by itself, beside the others, and beside every edition told before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from thuishaven.databank.disclosure import (
    ALL,
    COUNT,
    SUM,
    TOTAL,
    Ladder,
    Protected,
    Record,
    Rules,
    Told,
    cut,
    given_away,
    nearly_the_same,
    node_of,
    protect,
    protect_together,
    tabulate,
)
from thuishaven.databank.measure_policy import measure_policy
from thuishaven.databank.office.statistics import plain


@dataclass(frozen=True, slots=True)
class SafeTable:
    """A table that may be told.

    Parameters
    ----------
    name
        What is counted.
    level
        How fine it is cut: a level of its ladder.
    rows
        Category and number; ``None`` where the number is hidden. Every category has something in it.
    total
        Of all categories.
    """

    name: str
    level: str
    rows: tuple[tuple[str, float | None], ...]
    total: float

    @property
    def hidden(self) -> int:
        """How many numbers are hidden."""
        return sum(value is None for _name, value in self.rows)

    @property
    def shown(self) -> frozenset[str]:
        """The categories whose number is told; at level ``all`` that is all there is."""
        if self.level == ALL:
            return frozenset({ALL})
        return frozenset(name for name, value in self.rows if value is not None)


class Safe:
    """Makes tables safe, one after the other.

    Attributes
    ----------
    tables
        What may be told, by name.
    untold
        Tables that too few companies stand behind.
    withheld
        Tables that could be told by themselves, but not beside what was told before.
    behind
        The records behind each table that may be told.

    Parameters
    ----------
    rules
        Those of disclosure control.
    earlier
        The tables of every edition told before, by name.
    """

    def __init__(self, rules: Rules, earlier: Mapping[str, Sequence[Told]]) -> None:
        self.rules = rules
        self.earlier = earlier
        self.tables: dict[str, SafeTable] = {}
        self.untold: list[str] = []
        self.withheld: list[str] = []
        self.behind: dict[str, tuple[Record, ...]] = {}
        self._totals = [told.records for editions in earlier.values() for told in editions]

    def finest(self, name: str, records: Sequence[Record], ladder: Ladder) -> None:
        """The finest cut of some records that may be told; one category for all tells it of each."""
        if not records:
            return
        levels = (*(level.name for level in ladder.levels), ALL)
        made = {level: self._alone(records, ladder, level) for level in levels}
        if not any(made.values()):
            self.untold.append(name)
            return
        beside = self._not_beside(records)
        safe = {
            level: found
            for level in levels
            if beside and made[level] and (found := self._beside(name, records, ladder, level))
        }
        if not safe:
            self.withheld.append(name)
            return
        # Of two that tell as much the finer one says more.
        level = max(safe, key=lambda one: safe[one].published)
        self._keep(name, level, safe[level], records)

    def two(self, name: str, records: Sequence[Record]) -> None:
        """How many of some records are so and how many not: both are told, or neither."""
        if not records:
            return
        made = protect_together([tabulate(records, [name], COUNT)], self.rules)[0]
        # All of them or none would be told of each.
        lonely = len(made.dimensions[0].categories) == 1
        if lonely or any(value is None for value in made.values.values()):
            self.untold.append(name)
        elif self._may(name, records, frozenset(made.dimensions[0].categories)):
            self._keep(name, name, made, records)
        else:
            self.withheld.append(name)

    def sums(self, name: str, records: Sequence[Record], within: str = "") -> None:
        """The sum of an amount and the number of records, which are told together or not at all.

        ``within`` names a table that adds up some of the same amounts.
        """
        if records:
            self._amounts(name, name, {name: records}, within)

    def beside(
        self, name: str, promised: Sequence[Record], realised: Sequence[Record], within: str = ""
    ) -> None:
        """Two amounts of the same companies and how many they are, which are told together or not at all.

        Parameters
        ----------
        name
            What is amounted to: the tables are ``promised_``, ``realised_`` and, counted, ``promised_.._n``.
        promised, realised
            A record of each company.
        within
            A table whose amounts those realised are some of; what remains is held against the rules too.
        """
        if not promised:
            return
        dimension = f"promised_{name}"
        self._amounts(dimension, dimension, {dimension: promised, f"realised_{name}": realised}, within)

    def _amounts(
        self, name: str, dimension: str, amounts: Mapping[str, Sequence[Record]], within: str = ""
    ) -> None:
        """Sums of amounts and the number of records behind them, protected together."""
        first = next(iter(amounts.values()))
        tables = [tabulate(first, [dimension], COUNT)]
        tables += [tabulate(records, [dimension], SUM) for records in amounts.values()]
        counted, *summed = protect_together(tables, self.rules)
        shown = frozenset(counted.dimensions[0].categories)
        if counted.records is None or any(one.values[(TOTAL,)] is None for one in summed):
            self.untold.append(name)
        elif all(
            self._may(table, records, shown, measure, dimension) and self._not_within(records, within)
            for table, records in amounts.items()
            for measure in (COUNT, SUM)
        ):
            self._keep(f"{name}_n", dimension, counted, first)
            for (table, records), made in zip(amounts.items(), summed, strict=True):
                self._keep(table, dimension, made, records)
        else:
            self.withheld.append(name)

    def _not_within(self, records: Sequence[Record], within: str) -> bool:
        """Whether no amount of a company remains when these are subtracted from those of another table."""
        others = [told.records for told in self.earlier.get(within, ())]
        others.append(self.behind.get(within, ()))
        return not nearly_the_same(records, others, self.rules, SUM)

    def middle(self, name: str, records: Sequence[Record]) -> float | None:
        """The median of an amount; ``None`` when it may not be told."""
        if len({record.group for record in records}) < self.rules.threshold:
            return None
        if not self._may(name, records, frozenset({"yes"})):
            return None
        self.behind[name] = tuple(records)
        return float(median(record.value for record in records))

    def _alone(
        self,
        records: Sequence[Record],
        ladder: Ladder,
        level: str,
        hide: frozenset[str] = frozenset(),
    ) -> Protected | None:
        """A cut that is safe by itself and loses few records; ``None`` when there is none."""
        table = cut(records, [ladder], [level])
        within = "" if level == ALL else ladder.name
        most = measure_policy().most_lost * len(records)
        if node_of(table, [level], self.rules, within).lost > most:
            return None
        made = protect(table, self.rules, within, hide=[(category,) for category in sorted(hide)])
        lost = sum(
            int(table.counts[place])
            for key, place in table.place.items()
            if key != (TOTAL,) and made.values[key] is None
        )
        return made if made.records is not None and lost <= most else None

    def _beside(self, name: str, records: Sequence[Record], ladder: Ladder, level: str) -> Protected | None:
        """The same cut with what an earlier edition would give away hidden as well."""
        hide: frozenset[str] = frozenset()
        while True:
            made = self._alone(records, ladder, level, hide)
            if made is None:
                return None
            shown = frozenset(
                key[0] for key, value in made.values.items() if key != (TOTAL,) and value is not None
            )
            told = Told(level, shown, tuple(records))
            few = given_away(ladder, told, self.earlier.get(name, ()), self.rules)
            if not few:
                return made
            if TOTAL in few or few <= hide:
                return None
            hide |= few

    def _may(
        self,
        name: str,
        records: Sequence[Record],
        shown: frozenset[str],
        measure: str = COUNT,
        dimension: str = "",
    ) -> bool:
        level = dimension or name
        told = Told(level, shown, tuple(records))
        ladder = Ladder(level, (plain(level),))
        few = given_away(ladder, told, self.earlier.get(name, ()), self.rules, measure)
        return not few and self._not_beside(records)

    def _not_beside(self, records: Sequence[Record]) -> bool:
        """Whether the total is not that of another table but for a few companies."""
        here = [tuple(records) for records in self.behind.values()]
        return not nearly_the_same(records, [*self._totals, *here], self.rules)

    def _keep(self, name: str, level: str, made: Protected, records: Sequence[Record]) -> None:
        dimension = made.dimensions[0]
        rows = tuple((one, made.value(one)) for one in dimension.categories) if level != ALL else ()
        self.tables[name] = SafeTable(name, level, rows, made.value(TOTAL) or 0.0)
        self.behind[name] = tuple(records)
