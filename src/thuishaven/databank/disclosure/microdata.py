"""Single records for researchers under contract: is everybody one of several look-alikes?

Sources: L. Sweeney (2002), *k-Anonymity: A Model for Protecting Privacy*; A. Machanavajjhala et al. (2007),
*l-Diversity: Privacy Beyond k-Anonymity*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thuishaven.databank.disclosure.rules import Rules, usual_rules
from thuishaven.databank.measure_policy import measure_policy


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Records that share what could tell them apart.

    Parameters
    ----------
    keys
        What they share.
    records, groups
        Records, and groups of companies behind them: several records of one group hide nobody.
    values
        For each sensitive column how many different values.
    """

    keys: tuple[str, ...]
    records: int
    groups: int
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Microdata:
    """Records that may be handed over, and what was left out.

    Parameters
    ----------
    rows
        Only the columns asked for; no group, no name, no free text.
    left_out
        Records in classes that are too small or too much alike.
    classes
        All classes that were found.
    """

    rows: tuple[Mapping[str, Any], ...]
    left_out: int
    classes: tuple[LookAlikes, ...]


def look_alikes(
    rows: Sequence[Mapping[str, Any]], quasi: Sequence[str], sensitive: Sequence[str], group: str
) -> tuple[LookAlikes, ...]:
    """The classes of records that share the quasi-identifiers, smallest first.

    Parameters
    ----------
    quasi
        Columns by which somebody may recognise a company: sector, region, size, period.
    sensitive
        Columns that nobody should learn of a company.
    group
        Column of the group of companies.
    """
    found = [
        LookAlikes(
            keys=keys,
            records=len(some),
            groups=len({str(row[group]) for row in some}),
            values=tuple(len({row[name] for row in some}) for name in sensitive),
        )
        for keys, some in _classes(rows, quasi).items()
    ]
    return tuple(sorted(found, key=lambda one: (one.groups, one.records, one.keys)))


def microdata(
    rows: Sequence[Mapping[str, Any]],
    quasi: Sequence[str],
    sensitive: Sequence[str],
    group: str,
    rounded: Sequence[str] = (),
    rules: Rules | None = None,
    diversity: int | None = None,
) -> Microdata:
    """Records of which each is one of enough look-alikes, with enough different secrets among them.

    Parameters
    ----------
    quasi, sensitive, group
        As in :func:`look_alikes`.
    rounded
        Columns with numbers, such as jobs, that are rounded.
    rules, diversity
        Fewest groups in a class, and fewest different values of each sensitive column; of the policy when
        absent. A class that fails is left out; merge categories to lose less.
    """
    fewest = (rules or usual_rules()).threshold
    policy = measure_policy()
    various = int(policy.diversity) if diversity is None else diversity
    classes = look_alikes(rows, quasi, sensitive, group)
    good = {
        one.keys for one in classes if one.groups >= fewest and all(count >= various for count in one.values)
    }
    kept = []
    for row in rows:
        if _key(row, quasi) in good:
            plain = {name: row[name] for name in (*quasi, *sensitive)}
            kept.append(plain | {name: _rounded(row[name], policy.rounded_to) for name in rounded})
    # In an order of their own: that of the rows could tell when they came in.
    kept.sort(key=lambda row: [str(row[name]) for name in (*quasi, *sensitive, *rounded)])
    return Microdata(tuple(kept), len(rows) - len(kept), classes)


def _classes(
    rows: Sequence[Mapping[str, Any]], quasi: Sequence[str]
) -> dict[tuple[str, ...], list[Mapping[str, Any]]]:
    found: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(_key(row, quasi), []).append(row)
    return found


def _key(row: Mapping[str, Any], quasi: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in quasi)


def _rounded(value: float | None, to: float) -> float | None:
    return None if value is None else to * round(value / to)
