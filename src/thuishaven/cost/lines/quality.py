"""Group 4, quality."""

from __future__ import annotations

from thuishaven.cost.lines.quantities import Array
from thuishaven.cost.registry import derived, line


@line("Q01", "unit", when=lambda link: link.maker == "supplier")
def incoming_inspection(inspection: Array, shipment_units: Array) -> Array:
    """Inspection of a shipment spread over its units."""
    return inspection / shipment_units


@line("Q02", "unit")
def scrap_and_rework(scrap_rate: Array, landed: Array, scrap_recovery: Array) -> Array:
    """Bad units at their value here, less what the maker pays back."""
    return scrap_rate * (1 - scrap_recovery) * landed


@derived()
def failure_by_rate(failure_rate: Array, failure_cost: Array) -> Array:
    """Failures in the field times the cost of one."""
    return failure_rate * failure_cost


@derived()
def failure_by_sales(warranty_share: Array, selling_price: Array) -> Array:
    """Warranty as a share of sales, where no failure rate is known; the same for every source."""
    return warranty_share * selling_price


@line("Q03", "unit")
def warranty(failure_per_unit: Array) -> Array:
    """Warranty per unit."""
    return failure_per_unit


@line("Q04", "period", when=lambda link: link.imported, expected=lambda link: False)
def liability(claim_rate: Array, claim_cost: Array, claim_recovery: Array, active: Array) -> Array:
    """Liability claims that cannot be recovered from the maker."""
    return claim_rate * claim_cost * (1 - claim_recovery) * active


@line("Q05", "period", expected=lambda link: False)
def customer_line_stop(
    line_stop_rate: Array, line_stop_hours: Array, line_stop_penalty: Array, active: Array
) -> Array:
    """Penalties for stopping the customer's line."""
    return line_stop_rate * line_stop_hours * line_stop_penalty * active
