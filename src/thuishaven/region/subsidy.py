"""What wage subsidies pay: amounts as the rules give them, and conditions that may be unknown."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: A number, or one in every draw and year.
Value = float | NDArray[np.float64]

#: Quarters in a year.
QUARTERS = 4


def share_of_pay(workers: Value, taxable_pay: Value, rate: Value, withheld_share: Value = 1.0) -> Array:
    """A share of the taxable pay of the workers that qualify, never more than the tax withheld, EUR a year.

    Examples
    --------
    >>> float(share_of_pay(20, 45_000, 0.228).round(0))
    205200.0
    >>> float(share_of_pay(20, 45_000, 0.228, 0.20))
    180000.0
    """
    return np.asarray(np.multiply(workers, taxable_pay) * np.minimum(rate, withheld_share))


def per_hour(workers: Value, paid_hours: Value, rate: Value, cap: Value) -> Array:
    """An amount per paid hour up to a cap per person, EUR a year: ``n min(rate x hours, cap)``.

    Examples
    --------
    >>> float(per_hour(1, 1_500, 3.05, 6_000)), float(per_hour(1, 1_968, 3.05, 6_000))
    (4575.0, 6000.0)
    """
    return np.asarray(np.multiply(workers, np.minimum(np.multiply(rate, paid_hours), cap)))


def share_of_reference(
    workers: Value, reference_wage: Value, rate: Value, guidance_per_quarter: Value = 0.0
) -> Array:
    """A share of a reference wage, and a guidance premium per quarter, EUR a year.

    Examples
    --------
    >>> float(share_of_reference(2, 30_000, 0.45, 730))
    32840.0
    """
    each = np.multiply(reference_wage, rate) + QUARTERS * np.asarray(guidance_per_quarter)
    return np.asarray(np.multiply(workers, each))


def all_of(conditions: Iterable[bool | None]) -> bool | None:
    """Whether all conditions are met: one that is not met settles it, one that is unknown leaves it unknown.

    Examples
    --------
    >>> all_of([True, True]), all_of([True, None]), all_of([None, False])
    (True, None, False)
    """
    found = list(conditions)
    if any(met is False for met in found):
        return False
    return None if any(met is None for met in found) else True
