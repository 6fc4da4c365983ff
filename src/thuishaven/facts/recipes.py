"""Records that follow from others: hourly labour cost from pay, levels carried forward, the model by GDP.

The recipes themselves are tables (``labour_recipes.csv``, ``carry_recipes.csv``, ``labour_model.csv``), so
that a derived record can be worked out again from its parents: ``check`` does so.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

from thuishaven.facts.registry import TABLES, rows
from thuishaven.facts.series import mean_rate
from thuishaven.facts.store import FactSet
from thuishaven.facts.units import convert

HOURS_PER_DAY = 8
WEEKS_PER_YEAR = 52
MONTHS_PER_YEAR = 12


def hourly_cost(pay_per_year: float, rate: float, bonus_months: float, hours: float) -> float:
    """Cost of an hour of work, in the money of the pay: 12 P (1 + r + b/12) / H.

    Parameters: ``pay_per_year`` 12 P; ``rate`` r, employer contributions on top of pay (fraction);
    ``bonus_months`` b; ``hours`` H, hours worked per year.

    >>> round(hourly_cost(103932, 0.2634, 0, 1944), 1)
    67.5
    """
    return pay_per_year * (1 + rate + bonus_months / MONTHS_PER_YEAR) / hours


def yearly_hours(hours_week: float, leave_days: float, holidays: float) -> float:
    """Hours per year: weekly hours x 52 less eight hours for every day of leave and public holiday.

    >>> yearly_hours(48, 5, 18)
    2312
    """
    return hours_week * WEEKS_PER_YEAR - HOURS_PER_DAY * (leave_days + holidays)


def carried(base: float, index_from: float, index_to: float) -> float:
    """A level carried forward with an index: v(t) = v(t0) I(t) / I(t0).

    >>> carried(40.0, 100.0, 110.0)
    44.0
    """
    return base * index_to / index_from


@lru_cache(maxsize=1)
def _model() -> dict[str, float]:
    return {row["name"]: float(row["value"]) for _, row in rows(TABLES / "labour_model.csv")}


def modelled_labour_cost(gdp_per_head: float) -> tuple[float, float, float]:
    """Whole-economy labour cost modelled from GDP per head (current USD): value, 5 % and 95 % point, EUR/h.

    A gap filler, an extrapolation outside Europe and usually too high for operators there.

    >>> [round(x, 2) for x in modelled_labour_cost(13_303)]
    [8.32, 6.43, 10.78]
    """
    model = _model()
    x = math.log(gdp_per_head)
    middle = model["intercept"] + model["slope"] * x
    spread = 1 + 1 / model["countries"] + (x - model["mean_x"]) ** 2 / model["sum_squares_x"]
    half = model["t_quantile"] * model["residual_sd"] * math.sqrt(spread)
    return math.exp(middle), math.exp(middle - half), math.exp(middle + half)


@dataclass(frozen=True, slots=True)
class PayVariant:
    """One pay statistic worked out: ``cost`` per hour in ``currency`` and in EUR, and what it rests on."""

    iso3: str
    name: str
    target: str
    currency: str
    period: str
    cost: float
    euro: float
    low_factor: float
    high_factor: float
    hours: float
    rate: float
    unverified: bool
    parents: tuple[str, ...]
    note: str


def recipe_rows(name: str) -> list[dict[str, str]]:
    """The rows of a table of recipes."""
    return [row for _, row in rows(TABLES / name)]


def worked_out(recipe: dict[str, str], store: FactSet) -> PayVariant:
    """Apply one row of ``labour_recipes.csv`` to the records of a store.

    Raises KeyError when a parent is missing, NoRate when its currency has no rate in its period.
    """
    pay = store.fact(recipe["pay"])
    used = [pay]
    rate = float(recipe["rate_assumed"] or 0)
    if recipe["rate"]:
        contribution = store.fact(recipe["rate"])
        rate = convert(contribution.value or 0.0, contribution.unit, "fraction")
        used.append(contribution)
    if recipe["hours_fixed"]:
        hours = float(recipe["hours_fixed"])
    else:
        free = store.get("public_holidays_on_weekdays", iso3=recipe["iso3"])
        used.append(free.fact)
        hours = yearly_hours(float(recipe["hours_week"]), float(recipe["leave_days"]), free.value or 0.0)
    yearly = (pay.value or 0.0) * float(recipe["pays_per_year"])
    cost = hourly_cost(yearly, rate, float(recipe["bonus_months"]), hours)
    currency = pay.unit[:3]
    if recipe["foreign_per_usd"]:
        dollar = store.fact(recipe["foreign_per_usd"])
        used.append(dollar)
        cost, currency = cost / (dollar.value or math.nan), "USD"
    return PayVariant(
        iso3=recipe["iso3"],
        name=recipe["variant"],
        target=recipe["target"],
        currency=currency,
        period=pay.period,
        cost=cost,
        euro=cost * mean_rate(currency, pay.period),
        low_factor=float(recipe["low_factor"]),
        high_factor=float(recipe["high_factor"]),
        hours=hours,
        rate=rate,
        unverified=any(fact.status == "unverified" for fact in used),
        parents=tuple(fact.id for fact in used),
        note=recipe["note"],
    )
