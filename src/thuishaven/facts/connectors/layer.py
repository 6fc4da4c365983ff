"""Laying refreshed records above a set of facts, without ever blending editions.

Some parameters must come from one edition: over all records (``series``: the governance indicators, whose
past is recalculated every year) or within one period (``period``). There the newest edition replaces the
older ones; elsewhere old and new records stand beside each other and the store chooses.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from thuishaven.facts.model import Fact, Parameter, Source
from thuishaven.facts.periods import released

if TYPE_CHECKING:
    from thuishaven.facts.store import FactSet

Edition = tuple[date, str]
Group = tuple[str, str]


def edition(fact: Fact) -> Edition:
    """By which editions of a record are put in order: the day of release, then the text."""
    return released(fact.vintage) or date.min, fact.vintage


def group_of(fact: Fact, parameter: Parameter) -> Group | None:
    """The records that must come from one edition together with this one; None: it stands alone."""
    if parameter.vintages == "series":
        return fact.parameter, ""
    if parameter.vintages == "period":
        return fact.parameter, fact.period
    return None


def above(
    factset: "FactSet", refreshed: Iterable[Fact], sources: Mapping[str, Source] | None = None
) -> "FactSet":
    """A set of facts with refreshed records above the bundled ones.

    Parameters: ``factset``; ``refreshed`` the records, whose layer becomes ``refreshed``; ``sources`` are
    added to those of the set. A user's own records and assumptions are never replaced.
    """
    new = tuple(refreshed)
    touched = {_group(fact, factset) for fact in new} - {None}
    newest: dict[Group, Edition] = {}
    for fact in (*factset, *new):
        group = _group(fact, factset)
        if group is not None and group in touched:
            newest[group] = max(newest.get(group, (date.min, "")), edition(fact))

    def current(fact: Fact) -> bool:
        group = _group(fact, factset)
        return group is None or group not in newest or edition(fact) == newest[group]

    base = type(factset)(
        filter(current, factset),
        parameters=factset.parameters,
        sources={**(sources or {}), **factset.sources},
        widths=factset.widths,
    )
    return base.with_facts(filter(current, new), layer="refreshed")


def _group(fact: Fact, factset: "FactSet") -> Group | None:
    parameter = factset.parameters.get(fact.parameter)
    if parameter is None or fact.layer == "user" or fact.status == "assumption":
        return None
    return group_of(fact, parameter)
