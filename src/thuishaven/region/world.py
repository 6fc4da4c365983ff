"""The world the plans live in, on the columns that all rooms share: demand, wages, facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np

from thuishaven.dossier import Dossier
from thuishaven.facts import Answer, FactMissing, FactSet
from thuishaven.region.demand import MONTHS
from thuishaven.region.figure import Array, Figure, Leaf
from thuishaven.uncertainty import Draws, Quantity, from_answer

EURO = "EUR"
#: Facts and fields whose column has a fixed place; the cost engine draws them on the same ones.
REGISTERED = {
    "demand.units_per_year": "demand.level",
    "demand.growth": "demand.growth",
    "labour_share_of_price": "baseline.labour_share",
    "labour_productivity_offset": "baseline.productivity_offset",
}


class Missing(LookupError):
    """An input that neither the dossier nor the facts give."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class World:
    """Draws of inputs, each drawn once, and the formulas that ran on them.

    Parameters
    ----------
    dossier, facts
        What is assessed, with what knowledge.
    draws
        The shared draws.
    years
        Years after year 0.
    on
        Date of the figures.
    """

    def __init__(self, dossier: Dossier, facts: FactSet, draws: Draws, years: int, on: dt.date) -> None:
        self.dossier = dossier
        self.facts = facts
        self.draws = draws
        self.years = years
        self.on = on
        self.home = dossier.company.country
        self._drawn: dict[Leaf, Figure] = {}
        self._known: dict[str, Figure] = {}
        self._answers: dict[tuple[Any, ...], Answer | None] = {}
        self._facts: dict[tuple[Any, ...], Leaf] = {}
        given = dossier.company.discount_rate
        #: Discount rate for the capital cost of machines.
        self.rate: float = given.mean if given is not None else self.mean_fact("discount_rate")
        #: Every figure that was worked out, by id.
        self.figures: dict[str, Figure] = {}

    # -- inputs

    def leaf(self, leaf: Leaf) -> Figure:
        """An input in every draw, shape (draws,) or (1,) where it is certain."""
        known = self._drawn.get(leaf)
        if known is None:
            quantity = leaf.quantity
            if quantity.is_constant:
                values = np.array([quantity.mean])
            elif leaf.answer is not None:
                values = self.draws.values(leaf.column, quantity)
            else:
                values = quantity.ppf(self.draws.u(leaf.column))
            known = self._drawn[leaf] = Figure(leaf.id, leaf.unit, values, leaf=leaf)
        return known

    def given(self, value: Any, path: str, column: str, unit: str = "") -> Figure:
        """A figure of the dossier; ``path`` says where it stands and ``column`` on which draws it lives."""
        quantity = value if isinstance(value, Quantity) else Quantity.constant(float(value))
        name = path.rpartition(".")[2]
        own = REGISTERED.get(path, column)
        return self.leaf(Leaf(path, own, name, quantity, quantity.unit or unit))

    def answer(self, parameter: str, **keys: str) -> Answer | None:
        """What the facts say, or ``None``."""
        key = (parameter, *sorted(keys.items()))
        if key not in self._answers:
            try:
                answer = self.facts.lookup(parameter, keys, on=self.on)
            except FactMissing:
                self._answers[key] = None
            else:
                self._answers[key] = answer if answer.value is not None else None
        return self._answers[key]

    def fact(self, parameter: str, *, column: str = "", **keys: str) -> Figure:
        """A fact in every draw.

        Raises
        ------
        Missing
            If the facts have nothing, not even a default.
        """
        key = (parameter, column, *sorted(keys.items()))
        leaf = self._facts.get(key)
        if leaf is None:
            answer = self.answer(parameter, **keys)
            if answer is None:
                raise Missing(parameter)
            suffix = ",".join(f"{name}={value}" for name, value in sorted(keys.items()))
            own = column or REGISTERED.get(parameter) or f"{parameter}[{suffix}]"
            leaf = Leaf(answer.fact.id, own, parameter, from_answer(answer), answer.unit, answer)
            self._facts[key] = leaf
        return self.leaf(leaf)

    def constant(self, name: str, value: float, unit: str = "") -> Figure:
        """A number that is part of the question, such as a number of shifts."""
        return Figure(name, unit, np.array([float(value)]))

    def work(self, identity: str, unit: str, function: Callable[..., Any], **inputs: Figure) -> Figure:
        """A figure worked out from others; arrays over draws and over draws and years broadcast."""
        wide = any(figure.values.ndim > 1 for figure in inputs.values())
        arrays = {
            name: figure.values[:, np.newaxis] if wide and figure.values.ndim == 1 else figure.values
            for name, figure in inputs.items()
        }
        values = np.asarray(function(**arrays), dtype=float)
        figure = Figure(identity, unit, values, function, tuple(inputs.items()))
        self.figures[identity] = figure
        return figure

    def full(self, figure: Figure) -> Array:
        """The values with a row for each draw."""
        values = figure.values
        shape = (self.draws.n,) if values.ndim == 1 else (self.draws.n, values.shape[1])
        return np.broadcast_to(values, shape)

    def once(self, name: str, make: Callable[[], Figure]) -> Figure:
        """A figure that several plans share, worked out once."""
        if name not in self._known:
            self._known[name] = make()
        return self._known[name]

    # -- demand and wages

    def volume(self) -> Figure:
        """Demand in units by year: nothing in year 0, then growing."""
        demand = self.dossier.demand
        level = self.given(demand.units_per_year, "demand.units_per_year", "", "unit")
        growth = (
            self.constant("demand.growth", 0.0)
            if demand.growth is None
            else self.given(demand.growth, "demand.growth", "", "fraction")
        )
        year = Figure("year", "year", np.arange(self.years + 1.0)[np.newaxis, :])
        return self.once(
            "volume",
            lambda: self.work("volume", "unit", demand_by_year, level=level, growth=growth, year=year),
        )

    def wage(self, country: str) -> Figure:
        """Labour cost of an hour in manufacturing, EUR of ``as_of``, as the cost engine has it."""
        level = self.fact("labour_cost_hourly_manufacturing", iso3=country)
        answer = self.answer("labour_cost_hourly_manufacturing", iso3=country)
        age = answer.age_months / MONTHS if answer is not None else 0.0
        growth = self.fact("labour_cost_growth", iso3=country)
        return self.once(
            f"wage {country}",
            lambda: self.work(
                f"wage.{country}",
                "EUR/h",
                carried_forward,
                level=level,
                growth=growth,
                years=self.constant("age", age, "year"),
            ),
        )

    def wage_index(self, country: str) -> Figure:
        """Wages of a country in its own money by year, 1 in year 0, on the same paths as in ``cost``."""

        def path() -> Figure:
            steps = self.draws.brownian(f"wage.{country}", self.years)
            noise = np.concatenate([np.zeros((steps.shape[0], 1)), steps], axis=1)
            year = Figure("year", "year", np.arange(self.years + 1.0)[np.newaxis, :])
            return self.work(
                f"wage_index.{country}",
                "fraction",
                wage_path,
                own=self.fact("labour_cost_growth", iso3=country),
                common=self.fact("labour_cost_growth_long_run"),
                fade=self.fact("labour_cost_growth_fade_years"),
                sd=self.fact("labour_cost_growth_shock_sd"),
                year=year,
                noise=Figure(f"brownian.wage.{country}", "fraction", noise),
            )

        return self.once(f"wage index {country}", path)

    def exchange(self, currency: str) -> Figure:
        """EUR per unit of a currency at ``as_of``."""
        if currency == EURO:
            return self.constant("EUR", 1.0)
        return self.fact("fx_rate", currency=currency)

    def in_euro(self, value: Quantity, path: str, column: str, unit: str) -> Figure:
        """Money of the dossier in EUR of ``as_of``."""
        drawn = self.given(value, path, column, unit)
        currency = currency_of(drawn.unit)
        if currency == EURO:
            return drawn
        return self.work(f"{path}.eur", unit, converted, amount=drawn, rate=self.exchange(currency))

    def mean_fact(self, parameter: str, **keys: str) -> float:
        """A fact as one number: law, and settings such as the discount rate.

        Raises
        ------
        Missing
            If the facts have nothing.
        """
        answer = self.answer(parameter, **keys)
        if answer is None or answer.value is None:
            raise Missing(parameter)
        return answer.value


def currency_of(unit: str) -> str:
    """Currency of a unit such as ``USD/unit``; EUR where there is none."""
    head = unit.partition("/")[0]
    return head if len(head) == 3 and head.isupper() else EURO


def demand_by_year(level: Array, growth: Array, year: Array) -> Array:
    """Demand in units: nothing in year 0, ``V (1 + g)^(t - 1)`` from year 1."""
    return np.where(year >= 1, level * (1 + growth) ** np.maximum(year - 1, 0), 0.0)


def carried_forward(level: Array, growth: Array, years: Array) -> Array:
    """A level of some years ago with its own growth since."""
    return np.asarray(level * (1 + growth) ** years)


def wage_path(own: Array, common: Array, fade: Array, sd: Array, year: Array, noise: Array) -> Array:
    """Wage level by year, 1 in year 0: own growth fades to the common one, yearly shocks add up."""
    weight = np.clip(1 - (year - 1) / fade, 0, 1)
    growth = np.where(year >= 1, np.log1p(common + (own - common) * weight), 0.0)
    return np.asarray(np.exp(np.cumsum(growth, axis=1) + sd * noise - sd**2 / 2 * year))


def converted(amount: Array, rate: Array) -> Array:
    """Money in EUR: amount x EUR per unit of its currency."""
    return amount * rate
