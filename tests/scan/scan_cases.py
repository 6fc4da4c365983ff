"""Answers that several tests of the scan begin with."""

from __future__ import annotations

from typing import Any

from thuishaven.scan import questions

GATES = {"G1": "supplier", "G2": "under_25", "G3": "no", "G4": "both", "G5": "no"}
ABOUT = {
    "name": "Plantenpot",
    "home": "NLD",
    "source_country": "CHN",
    "cn": "39269097",
    "units_per_year": 100000,
    "unit_price": 7.9,
    "currency": "USD",
}
#: A bulky product with little labour.
BULKY = {"C1": 5, "C2": 5, "C3": 4, "T2": 4, "P1": 4, "P2": 4, "P3": 5, "L3": 2}


def answered(**changes: Any) -> dict[str, Any]:
    """Every gate answered, every question in the middle, with changes; ``None`` takes an answer away."""
    found = {**GATES, **dict.fromkeys(questions(), 3), **changes}
    return {name: value for name, value in found.items() if value is not None}
