"""The lines of the taxonomy, by group; importing this package registers them all."""

from thuishaven.cost.lines import (
    coordination,
    inventory,
    logistics,
    market,
    oneoff,
    production,
    quality,
    quantities,
    risk,
)

__all__ = [
    "coordination",
    "inventory",
    "logistics",
    "market",
    "oneoff",
    "production",
    "quality",
    "quantities",
    "risk",
]
