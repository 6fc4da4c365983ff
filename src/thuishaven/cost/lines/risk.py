"""Group 6, risk: expected losses, with the chance and the size of each event in the draws."""

from __future__ import annotations

from typing import Any

import numpy as np

from thuishaven.cost.lines.quantities import MONTHS, Array
from thuishaven.cost.registry import derived, line


def excess_weeks(mean_weeks: Array, buffer_weeks: Array) -> Array:
    """Mean weeks by which an exponential disruption outlasts the buffer: ``m exp(-B / m)``.

    Examples
    --------
    >>> round(float(excess_weeks(np.array(6.0), np.array(4.0))), 4)
    3.0805
    """
    return mean_weeks * np.exp(-buffer_weeks / mean_weeks)


@derived()
def stoppage_weeks(disruption_weeks: Array, buffer_weeks: Array, safety_weeks: Array) -> Array:
    """Mean weeks without goods per disruption, after the buffer and the safety stock."""
    return excess_weeks(disruption_weeks, buffer_weeks + safety_weeks)


def interrupted(link: Any) -> bool:
    """Anything but our own plant at home, replenished: a season counts its lost sales in I07 (D02)."""
    return not link.home_own and not link.season


@line("K01", "period", when=interrupted)
def disruption(
    disruption_count: Array,
    stoppage_weeks: Array,
    weekly_margin: Array,
    lost_sale_share: Array,
    replaced_share: Array,
) -> Array:
    """Disruptions of the year x weeks beyond the buffer x weekly margin x the share of sales that is lost
    rather than late x what no other source replaces (K02).
    """
    return stoppage_weeks * lost_sale_share * (1 - replaced_share) * disruption_count * weekly_margin


@line("K04", "period", expected=lambda link: False)
def knowledge_leak(ip_leak_rate: Array, ip_loss: Array, active: Array) -> Array:
    """Chance per year that know-how leaks times the margin it costs."""
    return ip_leak_rate * ip_loss * active


@line("K06", "period", when=lambda link: link.maker == "supplier")
def supplier_default(default_rate: Array, switching_cost: Array, active: Array) -> Array:
    """Chance that the supplier fails times the cost of replacing it."""
    return default_rate * switching_cost * active


@line("K07", "period", expected=lambda link: False)
def reputation(incident_rate: Array, incident_sales_loss: Array, unit_margin: Array, units: Array) -> Array:
    """Chance of an incident times the margin on the sales it costs."""
    return incident_rate * incident_sales_loss * unit_margin * units


@line("K08", "period", expected=lambda link: False)
def natural_hazard(hazard_rate: Array, hazard_damage: Array, active: Array) -> Array:
    """Chance of a natural hazard times the uninsured damage (the stoppage itself is in K01)."""
    return hazard_rate * hazard_damage * active


@line(
    "K10",
    "period",
    when=lambda link: link.enters and not link.abroad,
    expected=lambda link: False,
)
def home_risks(
    delay_months: Array,
    vacancy_rate_or_zero: Array,
    baseline_landed: Array,
    making_cost: Array,
    units: Array,
    unit_margin_or_zero: Array,
    entry: Array,
) -> Array:
    """Months of delay times the monthly benefit that waits, and the margin lost to unfilled jobs."""
    monthly = np.maximum(baseline_landed - making_cost, 0) * units / MONTHS
    return delay_months * monthly * entry + vacancy_rate_or_zero * units * unit_margin_or_zero


def imports_inputs(link: Any) -> bool:
    """A replenished product of an own plant at home with critical parts from outside the union (D02)."""
    return bool(link.home_own and link.imported_inputs and not link.season)


@line("K11", "period", when=imports_inputs)
def input_dependency(
    input_disruption_count: Array, stoppage_weeks: Array, weekly_margin: Array, lost_sale_share: Array
) -> Array:
    """The plant stops when a critical imported input is out beyond its buffer; K01 for the plant's inputs."""
    return input_disruption_count * stoppage_weeks * weekly_margin * lost_sale_share
