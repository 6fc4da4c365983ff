"""What happens if a link breaks? What the told network says of it, and the formulas that size buffers and
second sources.

Method: see ``docs/alternatives.md``.
"""

from thuishaven.chain.buffers import (
    Order,
    buffer_for_lost_sales,
    eoq_additive_yield,
    eoq_multiplicative_yield,
    eoq_with_disruptions,
    eoq_with_disruptions_approximate,
    newsvendor,
    newsvendor_additive_yield,
    newsvendor_with_disruptions,
    recovery_buffer,
    spread_over_lead_time,
    up_down,
)
from thuishaven.chain.network import Reading, Standing, Tier, Weeks, read_network
from thuishaven.chain.sourcing import (
    BaseSurge,
    Choice,
    base_surge,
    choose_measure,
    surge_cost,
    surge_stock,
)

__all__ = [
    "BaseSurge",
    "Choice",
    "Order",
    "Reading",
    "Standing",
    "Tier",
    "Weeks",
    "base_surge",
    "buffer_for_lost_sales",
    "choose_measure",
    "eoq_additive_yield",
    "eoq_multiplicative_yield",
    "eoq_with_disruptions",
    "eoq_with_disruptions_approximate",
    "newsvendor",
    "newsvendor_additive_yield",
    "newsvendor_with_disruptions",
    "read_network",
    "recovery_buffer",
    "spread_over_lead_time",
    "surge_cost",
    "surge_stock",
    "up_down",
]
