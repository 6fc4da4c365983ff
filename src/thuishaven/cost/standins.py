"""What stands in for a field that the dossier leaves empty, and what that was worked out from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from thuishaven.cost.case import Case
from thuishaven.cost.explain import Term, term
from thuishaven.cost.registry import CHOICES, input_fields
from thuishaven.cost.result import used_leaves
from thuishaven.cost.scope import Array, Leaf, Missing
from thuishaven.cost.source import SourceScope
from thuishaven.dossier import Dossier, Settings, with_own_facts
from thuishaven.facts import FactSet, bundled

#: Draws that are enough for the ends of a figure that only stands in.
FEW = 512
#: What is of interest even where no line of the costs needs it.
ANYHOW = ("lead_days",)
#: Facts on which only the later years rest: a figure of the day itself does not follow from them.
LATER = frozenset(
    {
        "fx_correlation_usd",
        "fx_drift",
        "fx_volatility",
        "inflation_fade_years",
        "inflation_long_run",
        "inflation_target",
        "labour_cost_growth",
        "labour_cost_growth_fade_years",
        "labour_cost_growth_long_run",
        "labour_cost_growth_shock_sd",
        "demand_growth",
    }
)


@dataclass(frozen=True, slots=True)
class Basis:
    """A figure from which another one was worked out.

    Parameters
    ----------
    id
        Path in the dossier, or id of a fact.
    name
        Its name in the formulas.
    source
        Where a fact was published; empty for what the dossier tells.
    """

    id: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class StandIn:
    """The figure that is used for an empty field.

    Parameters
    ----------
    name
        The way in which it became known, as ``labour_hours_estimated``.
    low, mean, high
        5 % point, mean and 95 % point over the draws, at the date of the figures: money in EUR, everything
        else in the unit of the field.
    basis
        What it was worked out from, the dossier's own figures first.
    """

    name: str
    low: float
    mean: float
    high: float
    basis: tuple[Basis, ...]


@dataclass(frozen=True, slots=True)
class StandIns:
    """What a dossier leaves to us.

    Parameters
    ----------
    fields
        By plan, source (empty for what belongs to the plan as a whole) and path inside it.
    facts
        The facts on which the calculation rests, the dossier's own among them.
    """

    fields: Mapping[tuple[str, str, str], StandIn]
    facts: tuple[Leaf, ...]


@cache
def _ways() -> dict[str, str]:
    """By the name of an input that a dossier may give: the quantity that is worked out without it."""
    return {way: name for name, ways in CHOICES.items() for way in ways if way in input_fields()}


def stand_ins(dossier: Dossier, facts: FactSet | None = None) -> StandIns:
    """What is used for each field that a dossier leaves empty, where that is worked out from other figures.

    Parameters
    ----------
    dossier
        The company's dossier.
    facts
        The facts to use; by default those of the package. The dossier's own figures are laid on top.

    Returns
    -------
    StandIns
        The figures, and the facts that the calculation rests on. A field whose figure is one fact by itself
        is not among them, nor one that nothing needs.
    """
    known = with_own_facts(facts if facts is not None else bundled(), dossier)
    case = Case(dossier, known, Settings(draws=FEW, sensitivity=False))
    _ = case.costs
    used = tuple(leaf for leaf in used_leaves(case) if leaf.answer is not None)
    found = {
        (plan, source.link.source.id if level == "source" else "", path): made
        for plan, scope in case.blocks[0].scopes.items()
        for source in scope.sources()
        for level, path, made in _of_source(source)
    }
    return StandIns(found, used)


def _of_source(scope: SourceScope) -> Iterator[tuple[str, str, StandIn]]:
    """What stands in for the empty fields of a source and its plan, where some line needed it."""
    for way, name in _ways().items():
        field = input_fields()[way]
        if not field.path or scope.given(way) is not None:
            continue
        try:
            if name not in ANYHOW:
                scope.rests_on(name)
            worked_out = term(scope, name)
        except (KeyError, Missing):
            # No line asked for it, or it cannot be known.
            continue
        basis = _basis(worked_out)
        if basis:
            yield field.level, field.path, _stand_in(scope.source_of(name), worked_out.values, basis)


def _basis(found: Term) -> tuple[Basis, ...]:
    """The leaves of a figure, each once: those of the dossier first, then the facts as they are met."""
    seen: dict[str, Basis] = {}
    rest = [found]
    for item in rest:
        rest.extend(item.inputs)
        if item.leaf is not None and item.leaf.id not in seen and item.leaf.name not in LATER:
            answer = item.leaf.answer
            source = answer.fact.source_id if answer is not None else ""
            seen[item.leaf.id] = Basis(item.leaf.id, item.leaf.name, source)
    return tuple(sorted(seen.values(), key=lambda basis: bool(basis.source)))


def _stand_in(name: str, values: Array, basis: tuple[Basis, ...]) -> StandIn:
    # Year 0 is the day of the figures, before growth; what is made per year begins in the year after.
    first = values[:, 0] if values[:, 0].any() or values.shape[1] == 1 else values[:, 1]
    low, high = np.quantile(first, [0.05, 0.95])
    return StandIn(name, float(low), float(first.mean()), float(high), basis)
