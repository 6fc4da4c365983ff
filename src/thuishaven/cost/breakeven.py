"""At what price, duty, freight rate, wage gap, exchange rate or volume does a plan cost the same as today?

The root of the mean difference over the same draws; most drivers act linearly, so two evaluations shared by all plans usually do.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from thuishaven.cost.case import Case
from thuishaven.cost.scope import Change, Missing
from thuishaven.cost.world import currency_of

_TOLERANCE = 1e-9
_STEPS = 60


@dataclass(frozen=True, slots=True)
class Driver:
    """A driver of the difference and the range in which its break-even is sought."""

    id: str
    how: str
    low: float
    high: float
    unit: str
    label_en: str


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The value of a driver at which a plan costs the same as today; ``value`` is ``None`` where there is none in range."""

    plan: str
    driver: str
    value: float | None
    now: float
    unit: str
    monotone: bool


@cache
def drivers() -> dict[str, Driver]:
    """The drivers, from ``cost/drivers.csv``."""
    text = resources.files("thuishaven.cost").joinpath("drivers.csv").read_text("utf-8")
    return {
        row["driver"]: Driver(
            row["driver"], row["how"], float(row["low"]), float(row["high"]), row["unit"], row["label_en"]
        )
        for row in csv.DictReader(text.splitlines())
    }


def break_evens(case: Case) -> list[BreakEven]:
    """Break-evens of every plan against today, for every driver that touches today's source."""
    found = []
    for driver in drivers().values():
        target = _target(case, driver)
        if target is not None:
            found += _roots(case, driver, *target)
    return found


def _target(case: Case, driver: Driver) -> tuple[str, str, float, str] | None:
    """Leaf or path that the driver moves, its name, its value now, and its unit; ``None`` where today has no such thing."""
    block = case.blocks[0]
    main = block.scopes[case.plans[0].id].baseline_main()
    baseline, country = case.plans[0].id, main.link.country
    price = main.link.source.unit_price
    shocks = block.world.ledger.shocks
    currency = currency_of(price.unit or "") if price is not None else ""
    if driver.id == "unit_price":
        leaf = next((x for x in block.world.ledger.leaves.values() if x.name == "unit_price_quoted"), None)
        if leaf is None or price is None:
            return None
        return leaf.id, f"{baseline}.unit_price", price.mean, currency
    if driver.id == "duty":
        name = f"shock.duty.{country}"
        try:
            now = float(main.value("duty_rate").mean()) if name in shocks else 0.0
        except Missing:
            return None
        return (name, f"{baseline}.duty_rate", now, driver.unit) if name in shocks else None
    if driver.id == "freight":
        return ("shock.freight", "world.freight", 1.0, driver.unit) if "shock.freight" in shocks else None
    if driver.id == "wage_gap":
        name = f"shock.wage.{block.world.home}"
        if name not in shocks or country == block.world.home:
            return None
        now = float((block.world.wage(block.world.home) / block.world.wage(country)).mean())
        return name, "world.wage_gap", now, driver.unit
    if driver.id == "exchange_rate":
        name = f"shock.exchange.{currency}"
        if name not in shocks:
            return None
        return name, f"world.exchange_rate.{currency}", float(block.world.exchange(currency)[0, 0]), f"EUR/{currency}"
    return "demand.units_per_year", "demand.units_per_year", case.dossier.demand.units_per_year.mean, driver.unit


def _roots(case: Case, driver: Driver, target: str, name: str, now: float, unit: str) -> list[BreakEven]:
    neutral = 0.0 if driver.how == "add" else 1.0
    known = {neutral: _gaps(case, {})}

    def gaps(x: float) -> Mapping[str, float]:
        if x not in known:
            known[x] = _gaps(case, {target: Change(driver.how, x)})
        return known[x]

    found = []
    for plan in case.plans[1:]:
        x, monotone = _root(lambda at, p=plan.id: gaps(at)[p], driver, neutral, known)
        found.append(BreakEven(plan.id, name, None if x is None else _shown(driver, now, x), now, unit, monotone))
    return found


def _shown(driver: Driver, now: float, x: float) -> float:
    """The driver's value at a change."""
    return now + x if driver.how == "add" else now * x


def _gaps(case: Case, changes: Mapping[str, Change]) -> dict[str, float]:
    """Mean cost of each plan less that of today, EUR present value."""
    totals = case.totals(changes)
    base = totals[case.plans[0].id]
    return {plan.id: float(np.mean(totals[plan.id] - base)) for plan in case.plans}


def _root(
    gap: Callable[[float], float], driver: Driver, neutral: float, known: Mapping[float, object]
) -> tuple[float | None, bool]:
    """Root nearest to the present value, and whether the difference rises or falls throughout the range."""
    here, low, high = gap(neutral), gap(driver.low), gap(driver.high)
    monotone = (here - low) * (high - here) >= 0
    scale = max(abs(low), abs(high), abs(here))
    if scale == 0 or (abs(high - low) < _TOLERANCE * scale and abs(here - low) < _TOLERANCE * scale):
        return None, True
    if abs(here) <= _TOLERANCE * scale:
        return neutral, monotone
    ends = [(driver.low, low), (driver.high, high)]
    across = [end for end in ends if end[1] * here < 0]
    if not across:
        return None, monotone
    end = min(across, key=lambda pair: abs(pair[0] - neutral))
    return _regula_falsi(gap, (neutral, here), end, scale), monotone


def _regula_falsi(
    gap: Callable[[float], float], a: tuple[float, float], b: tuple[float, float], scale: float
) -> float:
    """Root between two points of opposite sign by the Illinois variant of regula falsi; exact in one step when linear."""
    (xa, fa), (xb, fb) = a, b
    for _ in range(_STEPS):
        x = xb - fb * (xb - xa) / (fb - fa)
        fx = gap(x)
        if abs(fx) <= _TOLERANCE * scale or abs(xb - xa) <= _TOLERANCE * max(abs(xa), abs(xb)):
            return x
        if fx * fb < 0:
            xa, fa = xb, fb
        else:
            fa /= 2
        xb, fb = x, fx
    return x
