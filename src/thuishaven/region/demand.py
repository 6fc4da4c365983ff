"""How much work is it? From units, machines and posts to hours, full-time jobs and heads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: A number, or one in every draw and year.
Value = float | NDArray[np.float64]

#: Months in a year, and steps per month in which a ramp is followed.
MONTHS = 12
#: Seconds in an hour.
SECONDS = 3600


def hours_labour_paced(
    units: Value, hours_per_unit: Value, process_yield: Value = 1.0, efficiency: Value = 1.0
) -> Array:
    """Hours of work where people set the pace: ``H = N h / (yield eta)``.

    Parameters
    ----------
    units
        Good units after the step, a year.
    hours_per_unit
        Standard hours per unit.
    process_yield
        Good share of the step; 1 where the hours are per good unit already.
    efficiency
        Time efficiency, 1 as entered.

    Returns
    -------
    Array
        Hours a year; arguments broadcast.

    Examples
    --------
    >>> float(hours_labour_paced(120_000, 0.25))
    30000.0
    """
    return np.asarray(units) * hours_per_unit / (np.asarray(process_yield) * efficiency)


def machine_hours_of_cycle(units: Value, cycle_seconds: Value, oee: Value) -> Array:
    """Operating hours of the machines: ``T = N ct / (3600 OEE)``.

    OEE holds the quality rate already: the units are good ones and are not divided by a yield again.

    Examples
    --------
    >>> float(machine_hours_of_cycle(120_000, 45, 0.60).round(6))
    2500.0
    """
    return np.asarray(units) * cycle_seconds / (SECONDS * np.asarray(oee))


def machine_hours_needed(units: Value, machine_hours: Value, oee: Value) -> Array:
    """Operating hours from ideal machine hours per good unit: ``T = N t / OEE``.

    Examples
    --------
    >>> float(machine_hours_needed(120_000, 45 / 3600, 0.85).round(1))
    1764.7
    """
    return np.asarray(units) * machine_hours / np.asarray(oee)


def hours_machine_paced(machine_hours: Value, crew: Value) -> Array:
    """Hours of work where the machine sets the pace: operating hours x crew per machine (may be below 1).

    Examples
    --------
    >>> float(hours_machine_paced(2_500, 0.5))
    1250.0
    """
    return np.asarray(machine_hours) * crew


def hours_fixed(posts: Value, covered_hours: Value) -> Array:
    """Hours of fixed posts: covered hours a year x people at once.

    Examples
    --------
    >>> float(hours_fixed(1, 8_760))
    8760.0
    """
    return np.asarray(posts) * covered_hours


def full_time_hours(contract_hours: Value, weeks: Value, presence: Value) -> Array:
    """Hours really worked in a full-time job a year: contract hours a week x weeks x presence.

    Examples
    --------
    Belgium: 38 hours, 52 weeks, presence 70.84 %.

    >>> float(full_time_hours(38, 52, 0.7084).round(1))
    1399.8
    """
    return np.asarray(contract_hours) * weeks * presence


def full_time_jobs(hours: Value, hours_per_job: Value) -> Array:
    """Full-time jobs: hours over the hours really worked in one, ``FTE = H / E``.

    Examples
    --------
    >>> float(full_time_jobs(30_000, 1_399.8).round(2)), float(full_time_jobs(1_250, 1_399.8).round(3))
    (21.43, 0.893)
    """
    return np.asarray(hours) / hours_per_job


def heads(jobs: Value, part_time: Value) -> Array:
    """People employed: full-time jobs over the mean job as a share of full-time.

    Examples
    --------
    >>> float(heads(18, 0.9))
    20.0
    """
    return np.asarray(jobs) / part_time


def crew_heads(crews: int, crew_size: float) -> int:
    """People in crews: crews are whole people, ``crews x ceil(crew size)``.

    Examples
    --------
    >>> crew_heads(5, 2.3)
    15
    """
    return int(crews * np.ceil(crew_size))


def automated_hours(hours: Value, saved_share: Value, support_hours: Value) -> Array:
    """Hours after automation: ``h (1 - a) + m``, m set-up, programming and maintenance.

    Examples
    --------
    >>> float(automated_hours(30_000, 0.4, 1_800))
    19800.0
    """
    return np.asarray(hours) * (1 - np.asarray(saved_share)) + support_hours


def automation_support(hours: Value, saved_share: Value, support_share: Value) -> Array:
    """Hours of set-up, programming and maintenance that automation brings: a share of what it saves.

    Examples
    --------
    >>> float(automation_support(30_000, 0.4, 0.15))
    1800.0
    """
    return np.asarray(hours) * saved_share * support_share


def ramp_output(months: Array, ramp_months: Array) -> Array:
    """Share of full output in the middle of each month since the start: a straight line up to 1.

    Parameters
    ----------
    months
        0, 1, 2, ... shape (months,).
    ramp_months
        Length of the ramp, shape (draws, 1); 0 starts at full output.

    Examples
    --------
    >>> ramp_output(np.arange(4), np.array([[4.0]])).tolist()
    [[0.125, 0.375, 0.625, 0.875]]
    """
    ramp = np.maximum(ramp_months, 1e-9)
    return np.clip((months + 1 / 2) / ramp, 0, 1)


def by_year(monthly: Array) -> Array:
    """Mean of each year of a monthly path, (draws, months) to (draws, years).

    Examples
    --------
    >>> by_year(np.array([[0.5] * 12 + [1.0] * 12])).tolist()
    [[0.5, 1.0]]
    """
    return np.asarray(monthly.reshape(monthly.shape[0], -1, MONTHS).mean(axis=2))


def rounded_jobs(jobs: float) -> int:
    """Jobs as they are told to a reader: whole ones, above 50 in fives.

    Examples
    --------
    >>> rounded_jobs(21.43), rounded_jobs(53.2), rounded_jobs(-87.6)
    (21, 55, -90)
    """
    whole = round(jobs)
    fives = 5
    return whole if abs(whole) <= MOST_WHOLE else int(fives * round(jobs / fives))


#: Jobs up to which every one is told.
MOST_WHOLE = 50
