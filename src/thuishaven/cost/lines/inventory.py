"""Group 3, inventory, time and cash. Balances cost their financing; stock also costs storage, insurance and
shrinkage.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtri

from thuishaven.cost import frontier
from thuishaven.cost.lines.quantities import DAYS, MONTHS, Array
from thuishaven.cost.registry import derived, line


def replenished(link: Any) -> bool:
    """Ordered again and again; a one-season item has the mismatch line instead (D02)."""
    return not link.season


def season(link: Any) -> bool:
    """Ordered once for a season."""
    return bool(link.season)


def economic_order(order_cost: Array, yearly_units: Array, holding: Array, value: Array) -> Array:
    """Economic order quantity ``sqrt(2 S V / (h c))``, in units (Harris 1913).

    Parameters
    ----------
    order_cost
        EUR per order.
    yearly_units
        Units per year.
    holding
        Full holding rate per year, capital included.
    value
        EUR per unit.

    Examples
    --------
    >>> float(economic_order(50, 1000, 0.25, 4.0))
    316.22776601683796
    """
    return np.sqrt(2 / holding * order_cost * yearly_units / value)


def safety_stock(
    factor: Array, lead: Array, review: Array, demand_sd: Array, demand: Array, lead_sd: Array
) -> Array:
    """Safety stock in units: ``z sqrt((L + R) s_d^2 + d^2 s_L^2)``.

    Parameters
    ----------
    factor
        Standard normal quantile of the cycle service level.
    lead, review, lead_sd
        Days.
    demand_sd, demand
        Standard deviation and mean of demand per day, units.

    Examples
    --------
    >>> round(float(safety_stock(1.645, 9, 7, 10, 100, 2)), 2)
    335.52
    """
    return factor * np.sqrt((lead + review) * demand_sd**2 + demand**2 * lead_sd**2)


@derived()
def lot_of_shipment(shipment_units: Array) -> Array:
    """The lot that comes in: a shipment."""
    return shipment_units


@derived()
def order_lot(lot: Array, moq_or_none: Array, economic_lot: Array) -> Array:
    """Units per order: the largest of the economic lot, the minimum order and the shipment."""
    return np.maximum(np.maximum(lot, moq_or_none), economic_lot)


@derived()
def cycle_units(order_lot: Array, units: Array) -> Array:
    """Mean cycle stock, half a lot; never more than half a year's need."""
    return np.minimum(order_lot, np.maximum(units, 0)) / 2


@derived()
def safety_years(
    service_level: Array, lead_days: Array, review_days: Array, lead_sd: Array, demand_variation: Array
) -> Array:
    """Safety stock of this source in years of demand, which it is in proportion to; months of demand are
    independent, and no lead time does not vary.
    """
    lead_sd = np.where(lead_days > 0, lead_sd, 0)
    daily_sd = demand_variation / MONTHS / np.sqrt(DAYS / MONTHS)
    daily = np.ones((1, 1)) / DAYS
    return np.maximum(safety_stock(ndtri(service_level), lead_days, review_days, daily_sd, daily, lead_sd), 0)


@derived()
def safety_units(safety_years: Array, units: Array) -> Array:
    """Safety stock of this source in units."""
    return safety_years * units


@derived()
def safety_weeks_known(safety_years: Array, weeks_per_year: Array) -> Array:
    """Weeks of demand that the safety stock covers."""
    return safety_years * weeks_per_year


@derived()
def buffer_units(buffer_weeks: Array, units: Array, weeks_per_year: Array) -> Array:
    """Extra stock held against disruption."""
    return buffer_weeks * units / weeks_per_year


@line("I01", "balance", when=lambda link: link.abroad and link.term.owned_in_transit)
def pipeline_stock(units: Array, transit_days: Array, pipeline_value: Array) -> Array:
    """Goods under way that are ours; where terms are agreed, those say when the price is paid (D04)."""
    return transit_days / DAYS * units * pipeline_value


@line("I01", "balance", when=lambda link: bool(not link.priced and link.inputs_under_way))
def inputs_under_way(units: Array, input_transit_value: Array) -> Array:
    """Parts that are on their way to our own plant from abroad."""
    return units / DAYS * input_transit_value


@line("I02", "stock", when=replenished)
def cycle_stock(cycle_units: Array, landed: Array) -> Array:
    """Half a lot, at its value here."""
    return cycle_units * landed


@line("I03", "stock", when=replenished)
def safety_stock_held(safety_units: Array, landed: Array) -> Array:
    """Safety stock against demand and lead time."""
    return safety_units * landed


@line("I03", "stock", when=lambda link: link.buffered)
def buffer_stock_held(buffer_units: Array, landed: Array) -> Array:
    """The buffer against disruption; kept in every pattern of demand."""
    return buffer_units * landed


@line("I05", "balance", when=lambda link: link.maker == "supplier")
def payment_terms(units: Array, making_cost: Array, payment_days: Array) -> Array:
    """Prepayment (positive) or supplier credit (negative), counted from the receipt of the goods (D04)."""
    return -payment_days / DAYS * units * making_cost


@line("I06", "period", when=replenished, expected=lambda link: False)
def obsolescence(
    obsolescence_rate: Array,
    cycle_units: Array,
    safety_units: Array,
    buffer_units: Array,
    landed: Array,
    salvage_or_zero: Array,
) -> Array:
    """Chance that the stock becomes unsaleable times what it then loses."""
    lost = np.maximum(landed - salvage_or_zero, 0)
    return obsolescence_rate * (cycle_units + safety_units + buffer_units) * lost


@derived()
def forecast_spread(forecast_error: Array, forecast_days: Array, lead_days: Array) -> Array:
    """``s sqrt(tau)`` at this source's lead time: variance of ln demand grows in proportion to the time
    ahead.
    """
    return np.sqrt(np.log1p(forecast_error**2) * lead_days / forecast_days)


@line("I07", "unit", when=season)
def lead_time_mismatch(
    selling_price: Array, landed: Array, salvage: Array, forecast_spread: Array, service_penalty: Array
) -> Array:
    """Overstock and lost sales of ordering before demand is known, service target included (I11)."""
    return frontier.mismatch(selling_price, landed, salvage, forecast_spread, service_penalty)


@line("I08", "period", when=lambda link: link.maker == "supplier", expected=lambda link: False)
def minimum_order(
    moq: Array, units: Array, shelf_days: Array, landed: Array, salvage_or_zero: Array
) -> Array:
    """Units of a minimum order that outlive their shelf, each year, at what they lose."""
    needed = units * shelf_days / DAYS
    orders = np.where(needed > 0, units / np.maximum(moq, 1), 0)
    return np.maximum(moq - needed, 0) * orders * np.maximum(landed - salvage_or_zero, 0)


@line("I09", "period", level="plan", expected=lambda link: False, income=True)
def time_to_market(
    launches: Array,
    weeks_gained: Array,
    weekly_launch_margin: Array,
    launch_matters: Array,
    after_entry: Array,
) -> Array:
    """Margin of the weeks by which launches are earlier."""
    return launches * weeks_gained * weekly_launch_margin * launch_matters * after_entry
