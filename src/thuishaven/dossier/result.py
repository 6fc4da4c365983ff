"""What every room hands out: settings, warnings, flows between rooms, and the plain form of a result."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

VERSION = "0.1.0"


@dataclass(frozen=True, slots=True)
class Settings:
    """How an assessment is made; together with dossier and facts it fixes every figure.

    Parameters
    ----------
    seed
        Root of all draws.
    draws
        Total number of draws, a power of two: 512 for a slider, 4,096 by default, 65,536 for a report.
    horizon_years
        Years after year 0, the same for all plans; ``None`` takes the default from the facts.
    discount_rate
        Nominal after-tax rate per year; ``None`` takes the company's, else the default from the facts.
    as_of
        Date of the figures; ``None`` takes the dossier's.
    mid_year
        Flows fall in the middle of the year instead of at its end.
    scenario
        Name of a scenario of the table ``scenarios.csv`` to assess in, ``None`` for none.
    sensitivity
        Whether to add sensitivities, value of information, break-evens and regret.
    hidden_cost_uplift
        Apply the optional uplift for unmeasured hidden costs to estimated coordination lines.
    """

    seed: int = 1
    draws: int = 4096
    horizon_years: int | None = None
    discount_rate: float | None = None
    as_of: dt.date | None = None
    mid_year: bool = False
    scenario: str | None = None
    sensitivity: bool = True
    total_order: bool = False
    hidden_cost_uplift: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """An amount that one room hands to the cost engine.

    Parameters
    ----------
    plan
        Plan it belongs to.
    line
        Line of the taxonomy, as in ``"T01"``.
    year
        Calendar year.
    quantity
        Cost in EUR of that year (negative: income); a number or a :class:`~thuishaven.uncertainty.Quantity`.
    probability
        Chance that it happens.
    """

    plan: str
    line: str
    year: int
    quantity: Any
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader should know: a code with parameters, translated at the doors."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        return {"code": self.code, "params": self.params}


def plain(value: Any) -> Any:
    """A value as plain JSON: floats rounded to 12 significant digits, so that the same answer gives the same
    bytes.
    """
    # Most of an answer is text and numbers of exactly these kinds, hundreds of thousands of them.
    kind = type(value)
    if kind is str or value is None:
        return value
    if kind is float:
        return float(f"{value:.12g}") + 0.0 if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return [plain(item) for item in value.tolist()]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        number = float(value)
        if not math.isfinite(number):
            return None
        return float(f"{number:.12g}") + 0.0
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def digest(value: Any) -> str:
    """Short fingerprint of a plain value."""
    text = json.dumps(plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
