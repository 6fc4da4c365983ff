"""Quantities of a source that depend on the sources beside it: stock, disruption, and switching between
sources.
"""

from __future__ import annotations

import numpy as np

from thuishaven.cost import frontier
from thuishaven.cost.lines.inventory import economic_order
from thuishaven.cost.scope import Array, Leaf, Missing
from thuishaven.cost.source import SourceScope, bound
from thuishaven.locale import glossary
from thuishaven.uncertainty import Quantity, poisson_ppf


@bound
def moq_or_none(scope: SourceScope) -> Array:
    """Minimum order, 0 where there is none."""
    return scope.value_or("moq", 0.0)


@bound
def economic_lot(scope: SourceScope) -> Array:
    """Economic order quantity, 0 where the cost of an order is not known."""
    try:
        cost = scope.value("order_cost")
    except Missing:
        return np.zeros((1, 1))
    holding = scope.pure(np.add, scope.value("holding_rate"), scope.plan.discount_rate)
    return np.asarray(scope.pure(economic_order, cost, scope.value("units"), holding, scope.value("landed")))


@bound
def salvage_or_zero(scope: SourceScope) -> Array:
    """Salvage value per unit, 0 where it is not given."""
    return scope.value_or("salvage", 0.0)


@bound
def service_penalty(scope: SourceScope) -> Array:
    """Penalty per lost unit that makes the service target optimal (I11); 0 without a target."""
    try:
        target = scope.value("service_level")
    except Missing:
        return np.zeros((1, 1))
    price, value, salvage = scope.value("selling_price"), scope.value("landed"), scope.value("salvage")
    return np.asarray(scope.pure(frontier.penalty, price, value, salvage, target))


# -- risk
# ----------------------------------------------------------------------------------------------------------


@bound
def unit_margin_or_zero(scope: SourceScope) -> Array:
    """Margin per unit, 0 where the selling price is not known."""
    return scope.value_or("unit_margin", 0.0)


@bound
def vacancy_rate_or_zero(scope: SourceScope) -> Array:
    """Share of the output lost to vacancies; 0 where not given, and for a season (its lost sales are in
    I07).
    """
    return np.zeros((1, 1)) if scope.link.season else scope.value_or("vacancy_rate", 0.0)


@bound
def disruption_count(scope: SourceScope) -> Array:
    """Disruptions of this source in each year: Poisson counts, drawn once per source."""
    return _poisson(scope, scope.value("disruption_rate"), f"{scope.link.source.id}.disruptions")


def _poisson(scope: SourceScope, rate: Array, column: str) -> Array:
    """Counts per year by inverse transform, shape (draws, years), 0 in years without supply."""
    counts = scope.pure(_counts, rate, scope.world.yearly_uniforms(column))
    return np.asarray(scope.pure(np.multiply, counts, scope.link.active))


def _counts(rate: Array, u: Array) -> Array:
    counts = np.zeros((u.shape[0], u.shape[1] + 1), order="F")
    counts[:, 1:] = poisson_ppf(u, np.broadcast_to(rate, (u.shape[0], 1)))
    return counts


@bound
def replaced_share(scope: SourceScope) -> Array:
    """Share of this source's volume that the plan's other sources can make instead (K02)."""
    spare: Array = np.zeros((1, 1))
    for other in scope.plan.sources():
        if other is not scope and other.link.source.id != scope.link.source.id:
            field = other.link.source.risk.spare_capacity
            if field is not None:
                spare = spare + other.value("share") * _spare(other, field)
    own = scope.value("share")
    return np.minimum(np.divide(spare, own, out=np.zeros(np.broadcast(spare, own).shape), where=own > 0), 1)


@bound
def input_disruption_count(scope: SourceScope) -> Array:
    """Disruptions of the plant's imported critical inputs in each year (K11): one rate for its chain."""
    return _poisson(scope, scope.value("input_disruption_rate"), f"{scope.link.source.id}.inputs")


@bound
def safety_weeks(scope: SourceScope) -> Array:
    """Weeks of demand that the safety stock covers; none where no service level is kept."""
    return scope.value_or("safety_weeks_known", 0.0)


@bound
def baseline_landed(scope: SourceScope) -> Array:
    """What a unit from today's main source costs at our door."""
    return scope.plan.baseline_main().value("landed")


@bound
def engineering_uplift(scope: SourceScope) -> Array:
    """Optional uplift on estimated hours of engineering support."""
    return _uplift(scope, "engineering_hours")


@bound
def communication_uplift(scope: SourceScope) -> Array:
    """Optional uplift on estimated hours lost."""
    return _uplift(scope, "lost_hours")


@bound
def management_uplift(scope: SourceScope) -> Array:
    """Optional uplift on estimated management time."""
    return _uplift(scope, "management")


def _uplift(scope: SourceScope, name: str) -> Array:
    """What hidden cost becomes when it is measured; never on a figure that names its source (D18)."""
    source, word = (getattr(scope.given(name), "source", "") or "").casefold(), glossary()["assumption"]
    measured = bool(source) and not source.startswith((word.nl, word.en, word.fr))
    if measured or not scope.world.hidden_uplift:
        return np.ones((1, 1))
    return scope.world.fact("hidden_cost_uplift")


@bound
def imported_units(scope: SourceScope) -> Array:
    """Units a year that the plan brings into the customs union, from all its sources."""
    imported = [source.value("units") for source in scope.plan.sources() if source.link.imported]
    return np.asarray(sum(imported, np.zeros((1, 1))))


@bound
def cbam_share(scope: SourceScope) -> Array:
    """Share of embedded emissions that is charged, by year."""
    first = scope.world.on.year
    shares = []
    for year in scope.world.year[0]:
        answer = scope.world.answer("cbam_share_of_emissions_charged", year=str(first + int(year)))
        if answer is None or answer.value is None:
            raise Missing("cbam_share_of_emissions_charged")
        quantity = Quantity.constant(answer.value)
        leaf = Leaf(answer.fact.id, answer.fact.id, "cbam_share", quantity, answer.unit, answer)
        shares.append(float(scope.world.leaf(leaf)[0, 0]))
    return np.array(shares)[np.newaxis, :]


# -- switching between sources
# ---------------------------------------------------------------------------------------


@bound
def switchable_units(scope: SourceScope) -> Array:
    """Units that this source could take over from the others in a year, by its spare capacity."""
    spare = scope.link.source.risk.spare_capacity
    if spare is None:
        raise Missing("spare_capacity")
    return _spare(scope, spare) * scope.value("units")


def _spare(scope: SourceScope, spare: Quantity) -> Array:
    """Extra volume that a source can make, as a share of its own."""
    owner = scope.owner(lambda source: source.risk.spare_capacity == spare)
    column = f"{scope.link.source.id}.risk.spare_capacity"
    leaf = Leaf(f"{owner}.risk.spare_capacity", column, "spare_capacity", spare, "fraction")
    return scope.world.leaf(leaf)


@bound
def switching_gain(scope: SourceScope) -> Array:
    """What a unit gains by moving from the dearest other source here in this draw and year, beyond what a
    fixed
    choice between the two would gain on the mean: only the freedom to choose later is an option.
    """
    own = scope.value("landed")
    others = [o for o in scope.plan.sources() if o.link.source.id != scope.link.source.id]
    dearest = np.maximum.reduce([np.broadcast_arrays(o.value("landed"), own)[0] for o in others])
    together = scope.link.active * np.maximum.reduce([o.link.active for o in others])
    gain = dearest - own
    certain = np.maximum(scope.world.mean_over_draws(gain), 0)
    return (np.maximum(gain, 0) - certain) * together
