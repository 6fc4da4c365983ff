"""Group 7, one-off relocation costs, and what stays behind."""

from __future__ import annotations

from typing import Any

import numpy as np

from thuishaven.cost.lines.quantities import MONTHS, Array
from thuishaven.cost.registry import derived, line


def never(link: Any) -> bool:
    """Not missed where nobody gave it."""
    return False


def enters_own(link: Any) -> bool:
    """The plan starts at an own plant."""
    return bool(link.enters and link.maker == "own")


def enters_supplier(link: Any) -> bool:
    """The plan starts with a supplier."""
    return bool(link.enters and link.maker == "supplier")


def enters_any(link: Any) -> bool:
    """The plan starts a new source."""
    return bool(link.enters)


@derived()
def contingency_factor(contingency: Array) -> Array:
    """Uplift on one-off costs (R11)."""
    return 1 + contingency


@line("R01", "capital", level="plan", life="building_life", expected=enters_own)
def building_and_site(building: Array, contingency_factor: Array) -> Array:
    """Building and site; what is left at the horizon comes back."""
    return building * contingency_factor


@line("R02", "capital", level="plan", life="machine_life", expected=enters_own)
def machinery(machines: Array, contingency_factor: Array) -> Array:
    """Machines, bought or moved (D16: bought, so not charged per unit)."""
    return machines * contingency_factor


@line("R03", "capital", level="plan", life="tooling_life", expected=enters_any)
def tooling(moulds: Array, contingency_factor: Array) -> Array:
    """Tooling and moulds, transferred or made again."""
    return moulds * contingency_factor


@line("R04", "oneoff", level="plan", expected=lambda link: link.leaves_own)
def closure_abroad(closure: Array, contingency_factor: Array) -> Array:
    """Severance and closure, less what the assets bring (D07)."""
    return closure * contingency_factor


@line("R05", "oneoff", level="plan", expected=lambda link: link.leaves_supplier)
def leaving_contract(contract_exit: Array, contingency_factor: Array) -> Array:
    """Notice, penalties, and stock taken over."""
    return contract_exit * contingency_factor


@line("R06", "oneoff", level="plan", expected=enters_any)
def qualifying(qualification: Array, contingency_factor: Array) -> Array:
    """Tests, samples and customer approval."""
    return qualification * contingency_factor


@line("R07", "oneoff", level="plan", expected=enters_own)
def recruiting(hires: Array, cost_per_hire: Array, contingency_factor: Array) -> Array:
    """Hiring and training people."""
    return hires * cost_per_hire * contingency_factor


@line("R08", "oneoff", level="plan", expected=enters_any)
def double_running(parallel_months: Array, parallel_cost: Array, contingency_factor: Array) -> Array:
    """Fixed cost of the leaving source while both run; bridge stock is in I03."""
    return parallel_months / MONTHS * parallel_cost * contingency_factor


@line("R09", "period", when=enters_any)
def ramp_up(
    ramp_up_months: Array,
    units: Array,
    bridged_share: Array,
    baseline_landed: Array,
    making_cost: Array,
    unit_margin_or_zero: Array,
    entry: Array,
) -> Array:
    """Output short during an S-shaped ramp-up (half of its months, by symmetry): bridged at the old cost, or
    lost (D15).
    """
    months, bridged, *yearly = (ramp_up_months, bridged_share, units, baseline_landed, making_cost)
    yearly.append(unit_margin_or_zero)
    shape = np.broadcast_shapes(months.shape, bridged.shape, *[value.shape for value in yearly], entry.shape)
    found = np.zeros(shape, order="F")
    # Nothing is short but in the years in which the source enters.
    for year in np.flatnonzero(entry.any(axis=0)):
        now, old, new, margin = (value[:, year] if value.shape[1] > 1 else value[:, 0] for value in yearly)
        short = np.minimum(months[:, 0] / MONTHS, 1) / 2 * now * entry[:, year]
        found[:, year] = short * (bridged[:, 0] * (old - new) + (1 - bridged[:, 0]) * margin)
    return found


@line("R10", "oneoff", level="plan", expected=enters_supplier)
def developing_supplier(set_up: Array, contingency_factor: Array) -> Array:
    """Finding and developing a new supplier."""
    return set_up * contingency_factor


@line("R12", "oneoff", level="plan", expected=never)
def building_network(network: Array, contingency_factor: Array) -> Array:
    """Building a network at the new site."""
    return network * contingency_factor


@line("T05", "oneoff", level="plan", expected=lambda link: link.leaves_own)
def incentives_repaid(incentives_lost: Array) -> Array:
    """Foreign incentives lost or clawed back."""
    return incentives_lost


@line("F05", "period", level="plan", expected=never)
def overhead_left_behind(overhead_left: Array, after_entry: Array) -> Array:
    """Overhead that stays when the volume leaves (D08)."""
    return overhead_left * after_entry
