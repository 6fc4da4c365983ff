"""Group 1, production: what a unit costs at the maker's door."""

from __future__ import annotations

from typing import Any

import numpy as np

from thuishaven.cost.lines.quantities import Array
from thuishaven.cost.registry import line


def bought(link: Any) -> bool:
    """The unit has a price: of a supplier, or the transfer price of an own plant (D01)."""
    return bool(link.priced)


def built_up(link: Any) -> bool:
    """The unit's cost is built up from material, labour and the rest (D01)."""
    return not link.priced


@line("P01", "unit", when=bought)
def purchase_price(unit_price: Array) -> Array:
    """Price paid per unit, in EUR of the year."""
    return unit_price


@line("P02", "unit", when=built_up)
def direct_material(material: Array, material_yield: Array) -> Array:
    """Material per good unit: bill of materials over yield."""
    return material / material_yield


@line("P03", "unit", when=built_up)
def direct_labour(
    labour_hours: Array, labour_cost: Array, shift_premium: Array, learning_factor: Array, efficiency: Array
) -> Array:
    """Paid hours per good unit x labour cost x (1 + premium) x learning / efficiency (P04, P05 and P09 enter
    here).
    """
    return labour_hours * labour_cost * (1 + shift_premium) * learning_factor / efficiency


@line("P06", "unit", when=built_up)
def energy(energy_kwh: Array, energy_price: Array) -> Array:
    """Electricity per unit; the price holds network charges and the cost of emission rights (D10)."""
    return energy_kwh * energy_price


@line("P10", "unit", when=built_up)
def changeover(setup_hours: Array, setup_crew: Array, labour_cost: Array, batch_units: Array) -> Array:
    """Cost of a change-over spread over its batch."""
    return setup_hours * setup_crew * labour_cost / batch_units


@line("P11", "period", when=built_up)
def site_overhead(overhead: Array) -> Array:
    """Site cost and indirect staff that change with the plan (D08)."""
    return overhead


@line("P12", "unit", when=lambda link: link.redesigned)
def redesign_effect(making_cost: Array, redesign_saving: Array, after_entry: Array) -> Array:
    """What a redesign takes off the making cost; the redesign itself is a one-off on the same line."""
    return -making_cost * redesign_saving * after_entry


@line("P12", "oneoff", level="plan", expected=lambda link: link.redesigned)
def redesign_cost(redesign: Array, contingency_factor: Array) -> Array:
    """The redesign itself."""
    return redesign * contingency_factor


@line("P13", "unit", when=lambda link: link.royalties)
def royalties(making_cost: Array, royalty_rate: Array) -> Array:
    """Licences and royalties as a share of the price or making cost."""
    return making_cost * royalty_rate


@line("P08", "capital", level="plan", life="machine_life", expected=lambda link: False)
def automation_capex(automation: Array, contingency_factor: Array) -> Array:
    """Robots and cells, integration included (D16: bought, so not charged per unit)."""
    return automation * contingency_factor


def shift_mix(shifts: int) -> np.ndarray:
    """Evening, night and weekend hours as parts of all paid hours, for 1 to 5 shifts.

    Equal shifts of 8 hours on 5 days; with 4 shifts nights and days run through the weekend half of the time,
    with 5 always.

    Examples
    --------
    >>> shift_mix(2).tolist()
    [0.5, 0.0, 0.0]
    """
    weekday = {1: (0.0, 0.0), 2: (1 / 2, 0.0)}.get(shifts, (1 / 3, 1 / 3))
    weekend = {4: 1 / 6, 5: 2 / 7}.get(shifts, 0.0)
    evening, night = (part * (1 - weekend) for part in weekday)
    return np.array([evening, night, weekend])
