"""Quantities of a source that depend on where it lies and who makes it: shares, wages, estimates, and the
way here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from thuishaven.cost.lines.logistics import cargo_insurance, certificates
from thuishaven.cost.lines.production import shift_mix
from thuishaven.cost.lines.quantities import TONNE
from thuishaven.cost.registry import DERIVED, input_fields
from thuishaven.cost.scope import Array, Leaf, Missing
from thuishaven.cost.source import SourceScope, bound
from thuishaven.cost.world import read_path
from thuishaven.dossier import BomLine
from thuishaven.facts import countries


@bound
def share(scope: SourceScope) -> Array:
    """Share of the volume, by year."""
    return scope.link.active * scope.link.source.share


@bound
def active(scope: SourceScope) -> Array:
    """1 in the years in which the source supplies."""
    return scope.link.active


@bound
def entry(scope: SourceScope) -> Array:
    """1 in the first year of a source the plan starts."""
    return scope.link.entry


@bound
def after_entry(scope: SourceScope) -> Array:
    """1 from the first year of the plan's own source on."""
    return scope.link.active if scope.link.enters or scope.link.redesigned else scope.plan.any_active()


@bound
def wage_index(scope: SourceScope) -> Array:
    """Wages at the source, in EUR, 1 in year 0."""
    return scope.world.wage_index(scope.link.country)


@bound
def input_index(scope: SourceScope) -> Array:
    """Prices of materials and other inputs in EUR, 1 in year 0."""
    return scope.world.price_index(scope.world.home)


@bound
def labour_cost_level(scope: SourceScope) -> Array:
    """Labour cost per hour at the source, EUR of the year."""
    country = scope.link.country
    return np.asarray(scope.pure(np.multiply, scope.world.wage(country), scope.world.wage_index(country)))


@bound
def reference_price(scope: SourceScope) -> Array:
    """What a unit costs today at the maker's door, EUR of ``as_of``: the anchor of every estimate."""
    return scope.plan.reference_price()


@bound
def estimate_factor(scope: SourceScope) -> Array:
    """What a quote or a real line turns out to cost against an estimate; every source has its own luck."""
    return scope.world.fact("estimated_price_factor", column=f"{scope.link.source.id}.estimate_factor")


@bound
def reference_wage(scope: SourceScope) -> Array:
    """Labour cost per hour where the product is made today, EUR of ``as_of``."""
    return scope.world.wage(scope.plan.reference_country())


@bound
def wage_ratio(scope: SourceScope) -> Array:
    """Labour cost at the source against that where the product is made today."""
    return np.asarray(
        scope.pure(np.divide, scope.world.wage(scope.link.country), scope.value("reference_wage"))
    )


@bound
def making_cost(scope: SourceScope) -> Array:
    """Cost of a unit at the maker's door: its price, or material and labour of the own plant."""
    return scope.value("unit_price" if scope.link.priced else "making_cost_own")


@bound
def labour_hours_base(scope: SourceScope) -> Array:
    """Labour hours before automation."""
    try:
        return scope.value("labour_hours_given")
    except Missing:
        return scope.value("labour_hours_estimated")


@bound
def automation_share(scope: SourceScope) -> Array:
    """How much of the automation saving the plan takes; only for a plan that automates without saying its
    hours.
    """
    level = scope.link.process.automation
    stated = scope.link.plan.plan.process.labour_hours is not None
    if level in (None, "none") or stated or not scope.link.own:
        raise Missing("automation")
    return np.full((1, 1), {"medium": 0.5, "high": 1.0}[level])


@bound
def automation_capex(scope: SourceScope) -> Array:
    """How much more the machines cost when the plan automates."""
    if scope.link.process.automation in (None, "none"):
        return np.ones((1, 1))
    extra = scope.world.fact("optimise_home_capex_multiplier") - 1
    return 1 + extra * scope.value("automation_share")


@bound
def evening_part(scope: SourceScope) -> Array:
    """Evening premium times the evening hours' part of all hours."""
    return _premium_part(scope, 0, "evening_premium")


@bound
def night_part(scope: SourceScope) -> Array:
    """Night premium times the night hours' part of all hours."""
    return _premium_part(scope, 1, "night_premium")


@bound
def weekend_part(scope: SourceScope) -> Array:
    """Weekend premium times the weekend hours' part of all hours."""
    return _premium_part(scope, 2, "weekend_premium")


def _premium_part(scope: SourceScope, place: int, premium: str) -> Array:
    """A premium on its part of the hours; one that no hour earns plays no part in the answer."""
    share = shift_mix(scope.link.process.shifts or 1)[place]
    return share * scope.value(premium) if share > 0 else np.zeros((1, 1))


@bound
def shift_hours(scope: SourceScope) -> Array:
    """Hours a year that machines are manned: the shifts times a full-time year."""
    return np.asarray(scope.pure(np.multiply, scope.value("full_time_hours"), scope.link.process.shifts or 1))


@bound
def unit_price_with_breaks(scope: SourceScope) -> Array:
    """Price at the volume bought, where the quote has price breaks."""
    breaks = sorted(scope.link.source.terms.price_breaks, key=lambda b: b.from_units)
    if not breaks:
        raise Missing("price_breaks")
    units, price = scope.value("units"), scope.value("unit_price_quoted")
    quoted = scope.link.source.unit_price
    if quoted is None:
        raise Missing("unit_price")
    factor = np.ones((1, 1))
    for step in breaks:
        factor = np.where(units >= step.from_units, step.unit_price.mean / quoted.mean, factor)
    return price * factor


@bound
def material_listed(scope: SourceScope) -> Array:
    """Material per unit from the priced bill of materials; every line that is not a sub-assembly needs a
    price.
    """
    lines = scope.link.plan.bom
    parents = {line.parent for line in lines if line.parent is not None}
    leaves = [line for line in lines if line.id not in parents]
    if not leaves:
        raise Missing("bom")
    return _sum(scope, [_bom_cost(scope, line) for line in leaves])


def _product(scope: SourceScope, *factors: Array) -> Array:
    """Product of arrays; the same one for the same factors."""
    value = factors[0]
    for factor in factors[1:]:
        value = scope.pure(np.multiply, value, factor)
    return value


def _sum(scope: SourceScope, terms: list[Array]) -> Array:
    """Sum of arrays, 0 for none; the same one for the same terms."""
    total: Array = np.zeros((1, 1))
    for place, term in enumerate(terms):
        total = scope.pure(np.add, total, term) if place else term
    return total


def _bom_count(scope: SourceScope, line: BomLine) -> Array:
    """Pieces of a part in one unit of the product, through all levels."""
    by_id = {line.id: line for line in scope.link.plan.bom}
    count = _bom_leaf(scope, line, "quantity")
    parent = line.parent
    while parent is not None:
        count = _product(scope, count, _bom_leaf(scope, by_id[parent], "quantity"))
        parent = by_id[parent].parent
    return count


def _bom_cost(scope: SourceScope, line: BomLine) -> Array:
    """What a part costs per unit of the product, EUR of the year."""
    if line.price is None:
        raise Missing(f"bom.{line.id}.price")
    unit = line.price.unit or ""
    factors = [_bom_count(scope, line), _bom_leaf(scope, line, "price")]
    if unit.endswith("/kg"):
        factors.append(_bom_leaf(scope, line, "mass_kg"))
    return _product(scope, *factors, scope.world.money_path(unit, scope.link.country))


def _bom_leaf(scope: SourceScope, line: Any, name: str) -> Array:
    value = read_path(line, name)
    if value is None:
        raise Missing(f"bom.{line.id}.{name}")
    base = scope.link.baseline
    same = any(other.id == line.id and read_path(other, name) == value for other in base.bom)
    owner = base if same else scope.link.plan
    column = f"bom.{line.id}.{name}"
    path = f"{owner.id}.{column}" if owner.plan.bom is not None else column
    return scope.world.leaf(Leaf(path, column, name, value, value.unit or ""))


@bound
def payment_days_agreed(scope: SourceScope) -> Array:
    """Mean days between receipt and payment, over the agreed instalments."""
    payments = scope.link.source.terms.payments
    if not payments:
        raise Missing("payments")
    terms = []
    for index, payment in enumerate(payments):
        owner = scope.owner(lambda source: source.terms.payments == payments)
        path = f"{owner}.payments.{index}"
        leaf = Leaf(path, f"{scope.link.source.id}.payments.{index}", "days", payment.days, "day")
        terms.append(_product(scope, scope.world.leaf(leaf), np.full((1, 1), payment.share)))
    return _sum(scope, terms)


# -- the way here
# --------------------------------------------------------------------------------------------------


@bound
def load_volume(scope: SourceScope) -> Array:
    """Room in a container or truck, m3."""
    return scope.value("truck_volume" if scope.link.mode == "road" else "container_volume")


@bound
def load_payload(scope: SourceScope) -> Array:
    """Payload of a container or truck, kg."""
    return scope.value("truck_payload" if scope.link.mode == "road" else "container_payload")


@bound
def lane_rate(scope: SourceScope) -> Array:
    """EUR per full load from the source to home, by mode."""
    world, link = scope.world, scope.link
    dollar = world.exchange("USD")
    region = countries()[link.country].region
    if link.mode == "sea":
        return scope.world.shocked("shock.freight", _product(scope, world.sea_rate(region), dollar))
    if link.mode == "rail":
        return scope.world.shocked("shock.freight", world.fact("freight_rate_rail")) * dollar
    if link.mode == "air":
        per_load = scope.value("chargeable_weight") * scope.value("units_per_load")
        return scope.world.shocked("shock.freight", world.fact("freight_rate_air") * dollar * per_load)
    if link.mode == "shortsea":
        answer = world.answer("freight_shortsea")
        unit = answer.unit if answer is not None else ""
        shortsea = world.fact("freight_shortsea") * world.money_path(unit, world.home)
        return scope.world.shocked("shock.freight", shortsea)
    distance = scope.value("road_distance")
    road = world.fact("freight_rate_road") * distance * world.price_index(world.home)
    return scope.world.shocked("shock.freight", road)


@bound
def freight_within_price(scope: SourceScope) -> Array:
    """No freight on top: the source is at home, or its price includes it and nobody knows how much."""
    return np.zeros((1, 1))


@bound
def lane_km(scope: SourceScope) -> Array:
    """Distance of the main carriage, km."""
    return scope.value("road_distance" if scope.link.mode == "road" else "sea_distance")


@bound
def border_freight(scope: SourceScope) -> Array:
    """Freight that we pay, per unit."""
    link = scope.link
    return scope.value("freight") if link.abroad and link.term.buyer_pays_freight else np.zeros((1, 1))


@bound
def border_insurance(scope: SourceScope) -> Array:
    """Cargo insurance that we pay, per unit."""
    if not (scope.link.abroad and scope.link.term.buyer_pays_insurance):
        return np.zeros((1, 1))
    names = ("insurance_rate", "insured_value_factor", "making_cost", "normal_freight")
    return np.asarray(scope.pure(cargo_insurance, *[scope.value(name) for name in names]))


@bound
def border_duty(scope: SourceScope) -> Array:
    """Duties that we pay, per unit: the tariff and trade defence on one customs value."""
    if not (scope.link.imported and scope.link.term.buyer_pays_duty):
        return np.zeros((1, 1))
    defence = scope.value_or("anti_dumping_rate", 0.0)
    rate, value = scope.value("duty_rate"), scope.value("border_value")
    royalties, cost = scope.value("royalty_rate"), scope.value("making_cost")
    return np.asarray(scope.pure(_duties, rate, defence, value, royalties, cost))


def _duties(duty_rate: Array, defence_rate: Array, value: Array, royalty_rate: Array, cost: Array) -> Array:
    return (duty_rate + defence_rate) * value + duty_rate * royalty_rate * cost


@bound
def freight_quoted(scope: SourceScope) -> Array:
    """The freight per unit that the user states."""
    return scope.world.shocked("shock.freight", scope.field(input_fields()["freight_quoted"]))


@bound
def energy_price(scope: SourceScope) -> Array:
    """Electricity price at the source, EUR of the year."""
    return scope.world.shocked("shock.energy", scope.field(input_fields()["energy_price"]))


@bound
def duty_given(scope: SourceScope) -> Array:
    """The duty rate the user states."""
    field = input_fields()["duty_given"]
    return scope.world.shocked(_duty_shock(scope), scope.field(field))


def _duty_shock(scope: SourceScope) -> str:
    return f"shock.duty.{scope.link.country}"


@bound
def duty_of_tariff(scope: SourceScope) -> Array:
    """Tariff rate x the share of it that a trade agreement leaves, if the goods originate."""
    link = scope.link
    if link.source.logistics.originating is False:
        preference: Array = np.ones((1, 1))
    else:
        preference = scope.value("duty_preference")
    rate = scope.pure(DERIVED["duty_of_tariff"].function, scope.value("duty_mfn"), preference)
    return scope.world.shocked(_duty_shock(scope), rate)


@bound
def transit_or_none(scope: SourceScope) -> Array:
    """Days under way; none for a source at home."""
    return scope.value("transit_days") if scope.link.abroad else np.zeros((1, 1))


@bound
def storage_cost(scope: SourceScope) -> Array:
    """Floor rent per unit for the days in store; the default holding rate already holds it (D03)."""
    if scope.link.season or scope.source_of("holding_rate") == "holding_rate_given":
        return scope.value_or("storage_cost_of_days", 0.0)
    return np.zeros((1, 1))


@bound
def pipeline_value(scope: SourceScope) -> Array:
    """Value of a unit under way; without its price where agreed terms, counted from receipt, finance that
    (I05).
    """
    landed = scope.value("landed")
    if scope.link.supplier and scope.link.source.terms.payments:
        return np.asarray(scope.pure(np.subtract, landed, scope.value("making_cost")))
    return landed


@bound
def on_carriage_or_zero(scope: SourceScope) -> Array:
    """From the port to our door, per container; nothing by other modes."""
    return scope.value_or("on_carriage", 0.0)


@bound
def input_transit_value(scope: SourceScope) -> Array:
    """Value of the parts of a unit times the days they are under way to the own plant, EUR x day."""
    total: Array = np.zeros((1, 1))
    for line in scope.link.inputs_under_way:
        origin = str(line.origin)
        mode = "sea" if countries()[origin].mode_default == "sea" else "road"
        days = scope.world.fact("transit_days", origin=origin, mode=mode)
        total = total + _bom_cost(scope, line) * days
    return total


@bound
def input_cbam(scope: SourceScope) -> Array:
    """CBAM certificates for the imported parts of a unit, EUR; nothing while all of them together stay below
    the importer's yearly threshold.
    """
    price, share = scope.value("carbon_price"), scope.value("cbam_share")
    total, weight = np.zeros((1, 1)), np.zeros((1, 1))
    for line in scope.link.inputs_with_cbam:
        tonnes = _bom_leaf(scope, line, "mass_kg") * _bom_count(scope, line) / TONNE
        emissions, benchmark = _bom_cbam(scope, line, "emissions"), _bom_cbam(scope, line, "benchmark")
        due = certificates(emissions, benchmark, price, _bom_cbam(scope, line, "paid_at_origin"), share)
        total, weight = total + tonnes * due, weight + tonnes
    return np.where(weight * scope.value("units") > scope.value("cbam_threshold"), total, 0)


def _bom_cbam(scope: SourceScope, line: BomLine, name: str) -> Array:
    """A figure on the carbon border adjustment of a part, money in EUR of the year; 0 where not given."""
    value = getattr(line.cbam, name)
    if value is None:
        return np.zeros((1, 1))
    drawn = _bom_leaf(scope, line, f"cbam.{name}")
    if name != "paid_at_origin":
        return drawn
    return drawn * scope.world.money_path(value.unit or "", scope.link.home)
