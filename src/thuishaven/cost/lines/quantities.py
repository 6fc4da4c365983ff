"""Quantities that several lines share: volumes, wages, landed value, loads, estimates where the dossier is
silent.

Every function takes and returns arrays that broadcast to (draws, years); money is nominal EUR.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thuishaven.cost.registry import derived

Array = NDArray[np.float64]

#: Days in a year, the base on which balances and rates per year meet.
DAYS = 365.0
#: Kilograms in a tonne.
TONNE = 1000.0
#: Months in a year.
MONTHS = 12.0


@derived("world")
def volume(units_per_year: Array, demand_growth: Array, year: Array) -> Array:
    """Demand in units: nothing in year 0, ``V (1 + g)^(t - 1)`` from year 1 (F04)."""
    return np.where(year >= 1, units_per_year * (1 + demand_growth) ** np.maximum(year - 1, 0), 0.0)


@derived()
def units(volume: Array, share: Array) -> Array:
    """Units this source supplies in each year."""
    return volume * share


@derived()
def labour_hours_estimated(
    reference_price: Array,
    labour_share: Array,
    reference_wage: Array,
    wage_ratio: Array,
    productivity_offset: Array,
    estimate_factor: Array,
) -> Array:
    """Hours per unit, where nobody gave them: the labour in today's price at today's wage, less what dearer
    labour saves.

    ``h = k P l / w0 (w / w0)^-e`` with P today's price, l its labour share, w0 and w the wages, e the
    productivity offset, k what reality makes of an estimate.
    """
    hours = reference_price * labour_share / reference_wage * wage_ratio ** (-productivity_offset)
    return hours * estimate_factor


@derived()
def labour_hours_automated(
    labour_hours_base: Array, automation_saving: Array, automation_share: Array
) -> Array:
    """Hours per unit after automation; only where a plan says it automates."""
    return labour_hours_base * (1 - automation_saving * automation_share)


@derived()
def shift_premium_of_system(evening_part: Array, night_part: Array, weekend_part: Array) -> Array:
    """Mean premium over the hours of the shift system (P09): premium of each kind of hour times its part of
    all hours.
    """
    return evening_part + night_part + weekend_part


@derived()
def learning_factor(learning_ratio: Array, ramp_up_months: Array, entry: Array) -> Array:
    """Mean hours against the mature level in each year (P05).

    ``c(n) = c1 n^k`` with ``k = log2 b``. While the first N units are made, mean hours are ``1 / (1 + k)``
    times those of the
    N-th; that lasts for the ramp-up, in the year of entry.
    """
    k = np.log2(learning_ratio)
    lasting = np.clip(ramp_up_months / MONTHS, 0, 1)
    return 1 + entry * lasting * (1 / (1 + k) - 1)


@derived()
def unit_price_estimated(
    reference_price: Array,
    labour_share: Array,
    wage_ratio: Array,
    productivity_offset: Array,
    input_index: Array,
    wage_index: Array,
    estimate_factor: Array,
) -> Array:
    """Price of a supplier elsewhere, from today's price and the wage gap.

    ``k P [(1 - l) I + l (w / w0)^(1 - e) W]``, with k what a real quote makes of an estimate.
    """
    return (
        estimate_factor
        * reference_price
        * (
            (1 - labour_share) * input_index
            + labour_share * wage_ratio ** (1 - productivity_offset) * wage_index
        )
    )


@derived()
def material_estimated(
    reference_price: Array, material_share: Array, input_index: Array, estimate_factor: Array
) -> Array:
    """Material per unit, where there is no priced bill of materials: its share of today's price."""
    return reference_price * material_share * input_index * estimate_factor


@derived()
def overhead_estimated(
    reference_price: Array,
    labour_share: Array,
    material_share: Array,
    capital_share: Array,
    supplier_margin: Array,
    input_index: Array,
    units: Array,
    estimate_factor: Array,
) -> Array:
    """Overhead per year of an own plant: what is left of today's price after labour, material, capital and
    margin.
    """
    rest = 1 - labour_share - material_share - capital_share - supplier_margin
    return reference_price * np.maximum(rest, 0) * input_index * units * estimate_factor


@derived()
def making_cost_own(
    material: Array,
    material_yield: Array,
    labour_hours: Array,
    labour_cost: Array,
    shift_premium: Array,
    efficiency: Array,
) -> Array:
    """Material and labour of a unit from the own plant, without its ramp-up."""
    return material / material_yield + labour_hours * labour_cost * (1 + shift_premium) / efficiency


@derived()
def border_value(making_cost: Array, border_freight: Array, border_insurance: Array) -> Array:
    """Customs value in the EU: price paid, transport and insurance to the border (UCC art. 70-72)."""
    return making_cost + border_freight + border_insurance


@derived()
def landed(making_cost: Array, border_freight: Array, border_insurance: Array, border_duty: Array) -> Array:
    """Value of a unit at our door: price, freight, insurance and duties."""
    return making_cost + border_freight + border_insurance + border_duty


@derived()
def unit_margin(selling_price: Array, landed: Array) -> Array:
    """Margin on a unit sold, before overhead; never below 0."""
    return np.maximum(selling_price - landed, 0)


@derived()
def weekly_margin(unit_margin: Array, units: Array, weeks_per_year: Array) -> Array:
    """Margin that this source carries in a week."""
    return unit_margin * units / weeks_per_year


@derived()
def units_per_load(
    load_volume: Array, load_payload: Array, fill: Array, volume_m3: Array, mass_kg: Array
) -> Array:
    """Units in a full container or truck (L03): limited by room or by weight, whichever binds."""
    return np.maximum(np.minimum(load_volume * fill / volume_m3, load_payload / mass_kg), 1)


@derived()
def lead_days_estimated(production_days: Array, transit_or_none: Array) -> Array:
    """Days from order to receipt: making it, and the way here."""
    return production_days + transit_or_none


@derived()
def hires_estimated(labour_hours: Array, volume: Array, share: Array, full_time_hours: Array) -> Array:
    """People to recruit: the hours of the first years' largest volume, in full-time jobs."""
    needed = labour_hours * volume * share
    return np.max(needed, axis=1, keepdims=True) / full_time_hours


@derived()
def machines_counted(
    machine_price: Array, machine_hours: Array, oee: Array, units: Array, shift_hours: Array
) -> Array:
    """Machines to buy: ``ceil(V h / (hours x OEE))`` of them, for the largest year."""
    load = np.max(units * machine_hours, axis=1, keepdims=True)
    return machine_price * np.ceil(load / (shift_hours * oee))


@derived()
def machines_estimated(
    capital_intensity: Array, reference_price: Array, units: Array, automation_capex: Array
) -> Array:
    """Machines to buy where nobody knows: so many euros per euro of yearly production value."""
    return capital_intensity * automation_capex * reference_price * np.max(units, axis=1, keepdims=True)


@derived()
def set_up_estimated(setup_share: Array, making_cost: Array, units: Array, entry: Array) -> Array:
    """Finding and starting a new supplier: a share of the first year's purchase value."""
    return setup_share * np.sum(making_cost * units * entry, axis=1, keepdims=True)
