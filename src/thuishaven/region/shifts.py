"""What do shifts cover, cost and need? Premiums, the cost of a machine hour, running around the clock."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from thuishaven.packaged import read_table

Array = NDArray[np.float64]
#: A number, or one in every draw and year.
Value = float | NDArray[np.float64]

#: Hours in a week and in a year of 365 days.
WEEK = 7 * 24
YEAR = 365 * 24


@dataclass(frozen=True, slots=True)
class ShiftSystem:
    """A way to divide the week.

    Parameters
    ----------
    id
        Number of shifts as the dossier writes it, 1 to 5.
    hours_per_week
        Hours that it covers.
    crews
        Crews that it takes.
    evening, night, weekend
        Parts of all paid hours that earn a premium of that kind.
    """

    id: int
    name_en: str
    hours_per_week: float
    crews: int
    evening: float
    night: float
    weekend: float

    @property
    def works_nights(self) -> bool:
        """Whether people work at night."""
        return self.night > 0


@cache
def shift_systems() -> dict[int, ShiftSystem]:
    """The shift systems by number of shifts, from ``region/shift_systems.csv``."""
    return {
        int(row["shifts"]): ShiftSystem(
            int(row["shifts"]),
            row["name_en"],
            float(row["hours_per_week"]),
            int(row["crews"]),
            *(_fraction(row[kind]) for kind in ("evening", "night", "weekend")),
        )
        for row in read_table("thuishaven.region", "shift_systems.csv")
    }


def _fraction(text: str) -> float:
    above, _, below = text.partition("/")
    return float(above) / float(below or 1)


def mean_premium(
    evening_part: Value,
    night_part: Value,
    weekend_part: Value,
    evening: Value,
    night: Value,
    weekend: Value,
) -> Array:
    """Mean premium over all hours: the premium of each kind of hour times its part of the hours.

    Examples
    --------
    >>> float(mean_premium(1 / 3, 1 / 3, 0, 0.12, 0.30, 0.60).round(4))
    0.14
    """
    parts = (np.multiply(evening_part, evening), np.multiply(night_part, night))
    return np.asarray(sum(parts) + np.multiply(weekend_part, weekend))


def posts_around_the_clock(absence: float = 0.0, crews: int = 5) -> float:
    """People that one post around the clock takes: ``crews / (1 - absence)``.

    Examples
    --------
    >>> posts_around_the_clock(), round(posts_around_the_clock(0.10), 2)
    (5.0, 5.56)
    """
    return crews / (1 - absence)


def people_for_post(hours_a_year: Value, hours_per_job: Value) -> Array:
    """People that one post takes: its hours a year over the hours really worked in a full-time job.

    Examples
    --------
    >>> float(people_for_post(8_760, 1_399.8).round(2))
    6.26
    """
    return np.asarray(hours_a_year) / hours_per_job


def machine_hour_cost(
    wage: Value,
    premium: Value,
    crew: Value,
    capital_per_year: Value,
    hours_sold: Value,
    variable: Value = 0.0,
) -> Array:
    """Cost of a machine hour: ``w (1 + pi) k + K / T + variable``.

    Parameters
    ----------
    wage
        Labour cost per hour, EUR.
    premium
        Shift premium, a share of the wage.
    crew
        People per machine.
    capital_per_year
        Capital cost of the machine, EUR a year.
    hours_sold
        Machine hours a year that are sold: hours nobody buys carry no capital.

    Examples
    --------
    >>> [float(machine_hour_cost(38, p, 0.5, 400_000, t).round(2)) for p, t in
    ...  ((0, 2000), (0.10, 4000), (0.20, 6000), (0.30, 8400))]
    [219.0, 120.9, 89.47, 72.32]
    """
    labour = np.multiply(wage, 1 + np.asarray(premium)) * crew
    return np.asarray(labour + np.divide(capital_per_year, hours_sold) + variable)


def more_shifts_pay(
    capital_per_year: float,
    hours: tuple[float, float],
    wage: float,
    crew: float,
    premiums: tuple[float, float],
) -> bool:
    """Whether more shifts are worth their premium: ``K (1/T1 - 1/T2) > w k (pi2 - pi1)``.

    Examples
    --------
    >>> more_shifts_pay(400_000, (6000, 8400), 38, 2, (0.2, 0.3))
    True
    """
    gain = capital_per_year * (1 / hours[0] - 1 / hours[1])
    return gain > wage * crew * (premiums[1] - premiums[0])


def annuity(amount: Value, years: Value, rate: float) -> Array:
    """Yearly capital cost of an investment: ``K = I r / (1 - (1 + r)^-n)``, ``I / n`` without interest.

    Examples
    --------
    >>> float(annuity(1_000_000, 10, 0.08).round(0)), float(annuity(1_000_000, 10, 0.0))
    (149029.0, 100000.0)
    >>> float(annuity(1_000_000, 10, 1e-45).round(0))
    100000.0
    """
    years = np.asarray(years, dtype=float)
    if rate == 0:
        return np.asarray(amount / years)
    # 1 + r would be 1 for a tiny r.
    return np.asarray(np.multiply(amount, rate) / -np.expm1(-years * np.log1p(rate)))


def oee_of(availability: float, performance: float, quality: float) -> float:
    """Overall equipment effectiveness.

    Examples
    --------
    >>> round(oee_of(0.90, 0.95, 0.99), 3)
    0.846
    """
    return availability * performance * quality


def teep(oee: Value, planned_hours: Value) -> Array:
    """Effective share of all hours of the year: ``OEE x planned hours / 8,760``.

    Examples
    --------
    >>> float(teep(0.6, 4_380))
    0.3
    """
    return np.multiply(oee, planned_hours) / YEAR


def line_availability(stations: Sequence[float], *, fails_only_running: bool = True) -> float:
    """Availability of a line without buffers.

    ``1 / (1 + sum (1 - a) / a)`` where machines fail only while they run; the product where they fail at any
    time.

    Examples
    --------
    >>> round(line_availability([0.98] * 10), 3), round(line_availability([0.98] * 10,
    ...  fails_only_running=False), 3)
    (0.831, 0.817)
    >>> round(line_availability([0.999] * 20), 3)
    0.98
    """
    if fails_only_running:
        return 1 / (1 + sum((1 - a) / a for a in stations))
    return math.prod(stations)


def line_of_equal_stations(availability: Value, stations: Value, *, fails_only_running: bool = True) -> Array:
    """As :func:`line_availability` for n equal stations, on arrays."""
    a = np.asarray(availability, dtype=float)
    if fails_only_running:
        return np.asarray(1 / (1 + stations * (1 - a) / a))
    return np.asarray(a**stations)


def chance_of_no_stop(hours: Value, stop_hours: Value) -> Array:
    """Chance that nothing stops in so many hours, with a mean time between stops: ``exp(-T / MTBF)``.

    Examples
    --------
    >>> [float(chance_of_no_stop(16, m).round(3)) for m in (8, 40, 160, 800)]
    [0.135, 0.67, 0.905, 0.98]
    """
    return np.asarray(np.exp(-np.divide(hours, stop_hours)))


def share_run(hours: Value, stop_hours: Value) -> Array:
    """Mean share of unattended hours that the line runs: ``MTBF / T (1 - exp(-T / MTBF))``.

    Examples
    --------
    >>> [float(share_run(60, m).round(2)) for m in (8, 40, 160, 800)]
    [0.13, 0.52, 0.83, 0.96]
    """
    ratio = np.divide(stop_hours, hours)
    return np.asarray(ratio * (1 - np.exp(-1 / ratio)))


def stop_hours_needed(hours: Value, chance: Value) -> Array:
    """Mean hours between stops that give a chance of an undisturbed run: ``T / -ln p``.

    Examples
    --------
    >>> float(stop_hours_needed(16, 0.95).round(0)), float(stop_hours_needed(60, 0.95).round(0))
    (312.0, 1170.0)
    """
    return np.asarray(np.divide(hours, -np.log(chance)))


def stop_hours_of_line(stations: Sequence[float]) -> float:
    """Mean hours between stops of a line: ``1 / MTBF = sum 1 / MTBF_i``.

    Examples
    --------
    >>> stop_hours_of_line([100, 100, 50])
    25.0
    """
    return 1 / sum(1 / hours for hours in stations)


def slack_hours(demand_hours: Value, oee: Value) -> Array:
    """Hours a week that are left to catch up: ``168 - demand hours / OEE``; negative cannot be done.

    Examples
    --------
    >>> float(slack_hours(72, 0.6)), float(slack_hours(126, 0.6))
    (48.0, -42.0)
    """
    return np.asarray(WEEK - np.divide(demand_hours, oee))


def waiting_factor(load: Value, variation_in: Value = 1.0, variation_made: Value = 1.0) -> Array:
    """Waiting time as a multiple of the process time: ``rho / (1 - rho) x (ca^2 + cs^2) / 2``.

    Infinite from a load of 1 on.

    Examples
    --------
    >>> [float(waiting_factor(load).round(0)) for load in (0.8, 0.9, 0.95, 0.98)]
    [4.0, 9.0, 19.0, 49.0]
    """
    load = np.asarray(load, dtype=float)
    varied = (np.square(variation_in) + np.square(variation_made)) / 2
    idle = np.maximum(1 - load, 0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.where(idle > 0, load / np.where(idle > 0, idle, 1) * varied, np.inf))
