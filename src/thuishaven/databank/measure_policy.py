"""The choices behind our measures: cut-offs, least numbers, the rules of disclosure control."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

from thuishaven.packaged import read_table


@dataclass(frozen=True, slots=True)
class MeasurePolicy:
    """The choices in force; ``measure_policy.csv`` says what each rests on."""

    alpha_good: float
    alpha_tentative: float
    bootstrap_draws: float
    bootstrap_undefined: float
    confidence: float
    least_cases: float
    least_at_risk: float
    largest_share: float
    measured_within: float
    threshold: float
    dominance_n: float
    dominance_k: float
    p_percent: float
    hidden_width: float
    most_lost: float
    most_dimensions: float
    diversity: float
    rounded_to: float
    age_short: float
    age_middle: float
    age_long: float


@cache
def measure_policy() -> MeasurePolicy:
    """The choices in force.

    >>> measure_policy().threshold
    5.0
    """
    rows = {
        row["name"]: float(row["value"]) for row in read_table("thuishaven.databank", "measure_policy.csv")
    }
    return MeasurePolicy(**{item.name: rows[item.name] for item in fields(MeasurePolicy)})
