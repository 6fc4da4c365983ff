"""Can the people be found and trained? Vacancies, the delay of a ramp, learning, supported work."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: A number, or one in every draw and year.
Value = float | NDArray[np.float64]

#: Months in a year.
MONTHS = 12


def chance_filled(chance_a_month: Value, months: Value) -> Array:
    """Chance that one vacancy is filled within so many months: ``1 - (1 - p)^m``.

    Examples
    --------
    >>> float(chance_filled(0.15, 6).round(3))
    0.623
    """
    return np.asarray(1 - (1 - np.asarray(chance_a_month)) ** months)


def chance_all_filled(chance_a_month: Value, months: Value, vacancies: Value) -> Array:
    """Chance that all vacancies are filled within so many months: ``(1 - (1 - p)^m)^n``.

    Examples
    --------
    >>> [float(chance_all_filled(0.15, m, 6).round(2)) for m in (6, 12)]
    [0.06, 0.4]
    """
    return np.asarray(chance_filled(chance_a_month, months) ** vacancies)


def monthly_chance(normal: Value, night: bool, night_factor: Value) -> Array:
    """Chance that a vacancy is filled within a month; lower where people work at night.

    Examples
    --------
    >>> float(monthly_chance(0.15, True, 0.7).round(3))
    0.105
    """
    return np.asarray(np.multiply(normal, night_factor) if night else normal)


def staffed_share(months: Array, chance_a_month: Array, lead_months: Array) -> Array:
    """Mean share of the posts that are filled in the middle of each month since the start.

    Parameters
    ----------
    months
        0, 1, 2, ... shape (months,).
    chance_a_month
        Shape (draws, 1).
    lead_months
        Months of recruiting before the start, shape (draws, 1).
    """
    return chance_filled(chance_a_month, months + 1 / 2 + lead_months)


def full_months_lost(wanted: Array, possible: Array) -> Array:
    """Months of full output that unfilled posts cost: the sum of what was wanted less what was possible.

    Examples
    --------
    >>> full_months_lost(np.array([[0.5, 1.0, 1.0]]), np.array([[0.5, 0.75, 1.0]])).tolist()
    [0.25]
    """
    return np.asarray(np.maximum(wanted - possible, 0).sum(axis=1))


def training_hours(people: Value, hours_each: Value) -> Array:
    """Hours of training: people (new, and present ones who change task) x hours each.

    Examples
    --------
    >>> float(training_hours(12, 80))
    960.0
    """
    return np.multiply(people, hours_each)


def training_cost(hours: Value, wage: Value, course_per_hour: Value) -> Array:
    """Cost of training: paid time, course and trainer.

    Examples
    --------
    >>> float(training_cost(960, 38, 30))
    65280.0
    """
    return np.multiply(hours, np.add(wage, course_per_hour))


def learning_loss(months: Value, hours_per_job: Value, starting_productivity: Value) -> Array:
    """Hours of output that one new person loses while learning: ``L / 24 x E x (1 - y0)``.

    Examples
    --------
    >>> float(learning_loss(6, 1_399.8, 0.5).round(0))
    175.0
    """
    slower = 1 - np.asarray(starting_productivity)
    return np.asarray(np.divide(months, 2 * MONTHS) * hours_per_job * slower)


def supported_wage(wage: Value, subsidy_share: Value, productivity: Value) -> Array:
    """Cost of supported work per standard output: ``w (1 - premium) / productivity``.

    Examples
    --------
    >>> float(supported_wage(1, 0.45, 0.6).round(3))
    0.917
    """
    return np.multiply(wage, 1 - np.asarray(subsidy_share)) / productivity
