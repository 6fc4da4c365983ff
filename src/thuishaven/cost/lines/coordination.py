"""Group 5, coordination: the work of working together."""

from __future__ import annotations

from typing import Any

from thuishaven.cost.lines.logistics import abroad
from thuishaven.cost.lines.quantities import Array
from thuishaven.cost.registry import line


def own_abroad(link: Any) -> bool:
    """An own plant in another country."""
    return bool(link.maker == "own" and link.abroad)


@line("C01", "oneoff", expected=lambda link: link.enters and link.abroad, when=lambda link: link.enters)
def start_up_travel(start_up_trips: Array, trip_cost: Array) -> Array:
    """Trips to find and start up the source."""
    return start_up_trips * trip_cost


@line("C02", "period", when=abroad)
def recurring_travel(trips: Array, trip_cost: Array, active: Array) -> Array:
    """Trips and audits per year."""
    return trips * trip_cost * active


@line("C03", "period", when=own_abroad)
def expatriates(expats: Array, expat_cost: Array, active: Array) -> Array:
    """Expatriates and their packages."""
    return expats * expat_cost * active


@line("C04", "period", when=abroad)
def engineering_support(
    engineering_hours: Array, hourly_rate: Array, engineering_uplift: Array, active: Array
) -> Array:
    """Engineering support at a distance."""
    return engineering_hours * hourly_rate * engineering_uplift * active


@line("C05", "period", when=abroad)
def communication(lost_hours: Array, hourly_rate: Array, communication_uplift: Array, active: Array) -> Array:
    """Hours lost to language, culture and time zones."""
    return lost_hours * hourly_rate * communication_uplift * active


@line("C06", "period", expected=lambda link: False)
def engineering_changes(changes: Array, change_cost: Array, active: Array) -> Array:
    """Prototypes, samples and engineering changes."""
    return changes * change_cost * active


@line("C07", "period", when=own_abroad)
def staff_turnover(staff: Array, turnover_rate: Array, leaver_cost: Array, active: Array) -> Array:
    """Replacing staff who leave the foreign plant."""
    return staff * turnover_rate * leaver_cost * active


@line("C08", "period")
def management_attention(
    management: Array, management_cost: Array, management_uplift: Array, active: Array
) -> Array:
    """Management time that the source takes."""
    return management * management_cost * management_uplift * active
