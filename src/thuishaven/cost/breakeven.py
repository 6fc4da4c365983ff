"""At what price, duty, freight rate, wage gap, exchange rate or volume does a plan cost the same as today?

The root of the mean difference over the same draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from thuishaven.cost.case import Case
from thuishaven.cost.roots import crossing, through
from thuishaven.cost.scope import Change, Missing
from thuishaven.cost.world import currency_of
from thuishaven.packaged import read_table


@dataclass(frozen=True, slots=True)
class Driver:
    """A driver of the difference and the range in which its break-even is sought."""

    id: str
    how: str
    low: float
    high: float
    step: float
    unit: str
    label_en: str


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The value of a driver at which a plan costs the same as today; ``value`` is ``None`` where there is
    none in range.
    """

    plan: str
    driver: str
    value: float | None
    now: float
    unit: str
    monotone: bool


@cache
def drivers() -> dict[str, Driver]:
    """The drivers, from ``cost/drivers.csv``."""
    return {
        row["driver"]: Driver(
            row["driver"],
            row["how"],
            float(row["low"]),
            float(row["high"]),
            float(row["step"]),
            row["unit"],
            row["label_en"],
        )
        for row in read_table("thuishaven.cost", "drivers.csv")
    }


def break_evens(case: Case) -> list[BreakEven]:
    """Break-evens of every plan against today, for every driver that touches today's source."""
    found = []
    for driver in drivers().values():
        target = target_of(case, driver)
        if target is not None:
            found += _roots(case, driver, *target)
    return found


def target_of(case: Case, driver: Driver) -> tuple[str, str, float, str] | None:
    """Leaf or path that the driver moves, its name, its value now, and its unit; ``None`` where today has no
    such thing.
    """
    block = case.blocks[0]
    main = block.scopes[case.plans[0].id].baseline_main()
    baseline, country = case.plans[0].id, main.link.country
    price = main.link.source.unit_price
    shocks = block.world.ledger.shocks
    currency = currency_of(price.unit or "") if price is not None else ""
    if driver.id == "unit_price":
        leaf = block.world.ledger.leaves.get(main.path_of("unit_price_quoted"))
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
        return (
            name,
            f"world.exchange_rate.{currency}",
            float(block.world.exchange(currency)[0, 0]),
            f"EUR/{currency}",
        )
    return (
        "demand.units_per_year",
        "demand.units_per_year",
        case.dossier.demand.units_per_year.mean,
        driver.unit,
    )


def _roots(case: Case, driver: Driver, target: str, name: str, now: float, unit: str) -> list[BreakEven]:
    neutral = 0.0 if driver.how == "add" else 1.0

    def changes(x: float) -> dict[str, Change]:
        return {} if x == neutral else {target: Change(driver.how, x)}

    here, there = _gaps(case, changes(neutral)), _gaps(case, changes(driver.step))
    nodes = _nodes(driver, neutral)
    ahead = case.pilot.means(target, driver.how, nodes, [plan.id for plan in case.plans])
    found = []
    for plan in case.plans[1:]:
        pilot = through(nodes, (ahead[plan.id] - ahead[case.plans[0].id]).tolist())

        def full(x: float, name: str = plan.id) -> float:
            return _gaps(case, changes(x), name)[name]

        low, middle, high = (pilot(x) for x in (driver.low, neutral, driver.high))
        monotone = (middle - low) * (high - middle) >= 0
        start, step = (neutral, here[plan.id]), (driver.step, there[plan.id])
        moved = not low == middle == high
        x = crossing(full, pilot, start, step, nodes) if moved else None
        value = None if x is None else now + x if driver.how == "add" else now * x
        # A duty below nought is nothing that could come about.
        value = None if value is not None and value < 0 else value
        found.append(BreakEven(plan.id, name, value, now, unit, monotone))
    return found


#: Where the pilot looks, as parts of the way from no change to the ends of the range.
_BELOW = (1.0, 0.75, 0.5, 0.3, 0.15)
_ABOVE = (0.012, 0.03, 0.06, 0.1, 0.17, 0.27, 0.4, 0.55, 0.75, 1.0)


def _nodes(driver: Driver, neutral: float) -> list[float]:
    """Values of the driver at which the pilot looks: closer together where nothing is changed."""
    below = [neutral - part * (neutral - driver.low) for part in _BELOW]
    return [*below, neutral, *[neutral + part * (driver.high - neutral) for part in _ABOVE]]


def _gaps(case: Case, changes: Mapping[str, Change], plan: str | None = None) -> dict[str, float]:
    """Mean cost of each plan (or of one) less that of today, EUR present value."""
    baseline = case.plans[0].id
    means = case.means(changes, None if plan is None else {baseline, plan})
    return {name: value - means[baseline] for name, value in means.items()}
