"""The world every plan lives in: demand, prices, wages, exchange rates and freight, drawn once and shared by
all plans.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any

import numpy as np

from thuishaven.cost.finance import running_sum
from thuishaven.cost.registry import DERIVED, InputField, input_fields
from thuishaven.cost.scope import Array, Change, Leaf, Ledger, Memo, Missing, Pure, Rows
from thuishaven.dossier import Dossier
from thuishaven.facts import Answer, FactMissing, FactSet, countries
from thuishaven.uncertainty import Draws, Quantity, from_answer

EURO = "EUR"
#: Leaves whose column has a fixed place among the quasi-random ones.
REGISTERED = {
    "demand.units_per_year": "demand.level",
    "demand.growth": "demand.growth",
    "carbon_price": "carbon.price",
    "freight_calm_sea": "freight.level",
    "labour_share_of_price": "baseline.labour_share",
    "material_share_of_price": "baseline.material_share",
    "labour_productivity_offset": "baseline.productivity_offset",
}


class World(Memo):
    """Shared inputs and paths of one assessment.

    Arrays have shape (draws, years) or broadcast to it; year 0 is the calendar year of ``as_of``.
    """

    def __init__(
        self,
        dossier: Dossier,
        facts: FactSet,
        draws: Draws,
        block: Rows,
        years: int,
        on: dt.date,
        *,
        hidden_uplift: bool = False,
        changes: Mapping[str, Change] | None = None,
        moved: Collection[str] = (),
        base: World | None = None,
    ) -> None:
        super().__init__(Ledger(base.ledger if base is not None else None), moved, base, Pure())
        self.changes: Mapping[str, Change] = changes or {}
        self.dossier = dossier
        self.facts = facts
        self.draws = draws
        self.block = block
        self._all_draws = block == slice(0, draws.n) if isinstance(block, slice) else False
        self.on = on
        self.home = dossier.company.country
        self.year: Array = np.arange(years + 1.0)[np.newaxis, :]
        self.hidden_uplift = hidden_uplift
        #: Times that the draws stand side by side, each with its own value of a what-if.
        self.copies: int = 1 if base is None else base.copies
        self.worst_fallbacks: dict[str, Answer] = {}
        self._answers: dict[tuple[Any, ...], Answer | None] = {} if base is None else base._answers
        self._fact_leaves: dict[tuple[Any, ...], Leaf] = {} if base is None else base._fact_leaves
        self._drawn: dict[Leaf, Array] = {} if base is None else base._drawn
        self._changed: dict[str, Array] = {}

    # -- leaves
    # ---------------------------------------------------------------------------------------------------

    def uniform(self, column: str) -> Array:
        """Uniform draws of a column, shape (draws, 1)."""
        return self.draws.u(column)[self.block, np.newaxis]

    def mean_over_draws(self, value: Array) -> Array:
        """Mean of a value over the draws at hand, for each year; apart for each copy of the draws."""
        if self.copies == 1 or value.shape[0] == 1:
            return value.mean(axis=0, keepdims=True)
        means = value.reshape(self.copies, -1, value.shape[1]).mean(axis=1)
        return np.repeat(means, value.shape[0] // self.copies, axis=0)

    def yearly_uniforms(self, column: str) -> Array:
        """A column of uniform draws for each year from year 1 on, shape (draws, years)."""
        years = range(1, self.year.size)
        return self.remember(
            f"uniform {column}",
            lambda: np.concatenate([self.uniform(f"{column}.{year}") for year in years], axis=1),
        )

    def brownian(self, column: str) -> Array:
        """A Brownian path, 0 in year 0, shape (draws, years)."""
        return self.remember(f"brownian {column}", lambda: self._brownian(column))

    def _brownian(self, column: str) -> Array:
        steps = self.draws.brownian(column, self.year.size - 1)[self.block]
        path = np.zeros((steps.shape[0], self.year.size), order="F")
        path[:, 1:] = steps
        return path

    def leaf(self, leaf: Leaf) -> Array:
        """The draws of a leaf: (1, 1) where it is constant, else (draws, 1), with any what-if applied."""
        self.ledger.touch(leaf.id)
        if leaf.id not in self.ledger.leaves:
            self.ledger.leaves[leaf.id] = leaf
        value = self.drawn(leaf)
        change = self.changes.get(leaf.id)
        if change is None:
            return value
        if leaf.id not in self._changed:
            self._changed[leaf.id] = self.pure.steady(change.apply(value, self.block))
        return self._changed[leaf.id]

    def drawn(self, leaf: Leaf) -> Array:
        """The draws of a leaf as it is thought to be, whatever is changed: (1, 1) or (draws, 1)."""
        value = self._drawn.get(leaf)
        if value is None:
            self._drawn[leaf] = value = self.pure.steady(self._draw(leaf))
        return value

    def _draw(self, leaf: Leaf) -> Array:
        if isinstance(self._base, World):
            return self._base.drawn(leaf)
        quantity = leaf.quantity
        if quantity.is_constant:
            return np.full((1, 1), quantity.mean)
        if leaf.answer is not None and self._all_draws:
            return self.draws.values(leaf.column, quantity)[:, np.newaxis]
        return quantity.ppf(self.uniform(leaf.column))

    def drawn_apart(self, identities: Collection[str]) -> list[Leaf]:
        """The leaves of these facts that sources draw each for themselves, one per column."""
        found = [leaf for leaf in self._drawn if leaf.id in identities]
        times = Counter(leaf.id for leaf in found)
        return sorted((leaf for leaf in found if times[leaf.id] > 1), key=lambda leaf: leaf.column)

    def answer(self, parameter: str, **keys: str) -> Answer | None:
        """What the facts say, or ``None``."""
        key = (parameter, *sorted(keys.items()))
        if key not in self._answers:
            try:
                self._answers[key] = self.facts.lookup(parameter, keys, on=self.on)
            except FactMissing:
                self._answers[key] = None
        return self._answers[key]

    def fact(self, parameter: str, name: str = "", column: str = "", **keys: str) -> Array:
        """Draws of a fact, as a leaf.

        Parameters
        ----------
        parameter, keys
            What is asked of the facts.
        name
            Name of the input that is missing if they have nothing.
        column
            Column of draws, where every user of the fact draws for itself; by default all share one.

        Raises
        ------
        Missing
            If the facts have nothing, not even a default.
        """
        key = (parameter, column, *sorted(keys.items()))
        leaf = self._fact_leaves.get(key)
        if leaf is None:
            answer = self.answer(parameter, **keys)
            if answer is None or answer.value is None:
                raise Missing(name or parameter)
            suffix = ",".join(f"{k}={v}" for k, v in sorted(keys.items()))
            owned = column or REGISTERED.get(parameter) or f"{parameter}[{suffix}]"
            leaf = Leaf(answer.fact.id, owned, parameter, from_answer(answer), answer.unit, answer)
            self._fact_leaves[key] = leaf
        return self.leaf(leaf)

    def asked(self, facts: Collection[str]) -> list[Leaf]:
        """Every question that these facts answered: one fact may answer several, for want of better."""
        return [leaf for leaf in self._fact_leaves.values() if leaf.id in facts]

    def mean_fact(self, parameter: str, **keys: str) -> float:
        """A fact as one number: law, and settings such as the discount rate."""
        answer = self.answer(parameter, **keys)
        if answer is None or answer.value is None:
            raise Missing(parameter)
        quantity = Quantity.constant(answer.value)
        leaf = Leaf(answer.fact.id, parameter, parameter, quantity, answer.unit, answer)
        return float(self.leaf(leaf)[0, 0])

    def field(self, field: InputField, value: Any, path: str, column: str) -> Array:
        """A figure of the dossier as a leaf, converted to EUR of each year where it is money.

        Parameters
        ----------
        field
            The row of ``inputs.csv``.
        value
            What the dossier gives: a quantity or a number.
        path, column
            Its name for people, and its column of draws.
        """
        quantity = value if isinstance(value, Quantity) else Quantity.constant(float(value))
        unit = quantity.unit or ""
        return self.leaf(Leaf(path, REGISTERED.get(path, column), field.name, quantity, unit))

    def value(self, name: str) -> Array:
        """A quantity of the world by name: a field of the dossier, a default from the facts, or a formula."""
        known = self.recall(name)
        return known if known is not None else self.work_out(name, self._value, name)

    def _value(self, name: str) -> Array:
        if name == "year":
            return self.year
        if name == "volume_shape":
            return self.value("volume")
        derived = DERIVED.get(name)
        if derived is not None and derived.level == "world":
            return np.asarray(derived.function(*(self.value(n) for n in derived.inputs)))
        field = input_fields().get(name)
        if field is None or field.level != "world":
            raise Missing(name)
        value = read_path(self.dossier, field.path)
        if value is not None:
            drawn = self.field(field, value, field.path, field.path)
            unit = getattr(value, "unit", None) or ""
            return drawn * self.money_path(unit, self.home) if field.growth else drawn
        if field.default:
            keys = {k: self.home if v == "home" else v for k, v in field.keys}
            drawn = self.fact(field.default, name, **keys)
            return (
                drawn * self.money_path(self._unit_of(field.default, keys), self.home)
                if field.growth
                else drawn
            )
        if field.neutral is not None:
            return np.full((1, 1), field.neutral)
        raise Missing(name)

    def _unit_of(self, parameter: str, keys: Mapping[str, str]) -> str:
        answer = self.answer(parameter, **keys)
        return answer.unit if answer is not None else ""

    # -- paths
    # ----------------------------------------------------------------------------------------------------

    def shock_targets(self, target: str) -> list[str]:
        """The what-ifs in use whose name starts with ``target``, as in every ``shock.exchange.*``."""
        return sorted(name for name in self.ledger.shocks if name == target or name.startswith(f"{target}."))

    def money_path(self, unit: str, country: str) -> Array:
        """From money of ``as_of`` in the unit's currency to nominal EUR of each year, carried by that
        currency's prices.
        """
        currency = currency_of(unit)
        area = country if currency == EURO else self.currency_area(currency)
        return self.remember(
            f"money {currency} {area}", lambda: self.exchange(currency) * self.price_index(area)
        )

    def pay_path(self, unit: str, country: str) -> Array:
        """From pay of ``as_of`` in the unit's currency to EUR of each year, carried by a country's wages."""
        currency = currency_of(unit)
        return self.remember(
            f"pay {currency} {country}",
            lambda: self.spot(currency) * self.wage_index(country),
        )

    def currency_area(self, currency: str) -> str:
        """The country whose inflation moves prices in a currency; home for the euro."""
        if currency == EURO:
            return self.home
        largest = {"USD": "USA"}
        if currency in largest:
            return largest[currency]
        found = [iso3 for iso3, country in countries().items() if country.currency == currency]
        return found[0] if found else self.home

    def exchange(self, currency: str) -> Array:
        """EUR per unit of a currency, each year: ``X0 exp((m - s^2/2) t + s B_t)``, so that the mean grows
        at m.
        """
        if currency == EURO:
            return np.ones((1, 1))
        return self.remember(f"exchange {currency}", lambda: self._exchange(currency))

    def _exchange(self, currency: str) -> Array:
        path = self.fact("fx_rate", currency=currency) * self.moving(currency)
        return self.shocked(f"shock.exchange.{currency}", path)

    def spot(self, currency: str) -> Array:
        """EUR per unit of a currency in year 0."""
        if currency == EURO:
            return np.ones((1, 1))
        return self.shocked(f"shock.exchange.{currency}", self.fact("fx_rate", currency=currency))

    def moving(self, currency: str) -> Array:
        """Exchange rate against that of year 0."""
        return self.remember(f"moving {currency}", lambda: self._moving(currency))

    def _moving(self, currency: str) -> Array:
        if currency == EURO:
            return np.ones((1, 1))
        sigma = self.fact("fx_volatility", currency=currency)
        drift = self.fact("fx_drift", currency=currency)
        noise = self.brownian(f"fx.{currency}")
        if currency != "USD":
            rho = self.fact("fx_correlation_usd", currency=currency)
            rho = np.clip(rho, -1, 1)
            noise = rho * self.brownian("fx.USD") + np.sqrt(1 - rho**2) * noise
        drifted = running_sum(drift * self.fading() * (self.year >= 1))
        return np.asarray(np.exp(drifted - sigma**2 / 2 * self.year + sigma * noise))

    def shocked(self, identity: str, path: Array) -> Array:
        """A path with a what-if applied, and the dependence on that what-if noted."""
        self.ledger.shocks.add(identity)
        self.ledger.touch(identity)
        change = self.changes.get(identity)
        return path if change is None else self.pure(change.apply, path)

    def scaled(self, identity: str, value: Array) -> Array:
        """What follows a path in proportion: scaled with it, and left alone where the path itself is set."""
        change = self.changes.get(identity)
        if change is not None and change.how != "scale":
            return value
        return self.shocked(identity, value)

    def relative_exchange(self, country: str) -> Array:
        """Exchange rate of a country's own money against year 0.

        Where the European Central Bank quotes no rate, its trade currency moves at random and its own money
        drifts against that.
        """
        money = countries()[country]
        relative = self._against_now(money.trade_currency)
        if money.currency == money.trade_currency:
            return relative
        drift = self.fact("fx_drift", currency=money.currency) - self.fact(
            "fx_drift", currency=money.trade_currency
        )
        return relative * np.exp(running_sum(drift * self.fading() * (self.year >= 1)))

    def _against_now(self, currency: str) -> Array:
        """Exchange rate against that of year 0: what a path that is set says, else as it moves."""
        if currency == EURO:
            return np.ones((1, 1))
        identity = f"shock.exchange.{currency}"
        change = self.changes.get(identity)
        if change is not None and change.how == "set":
            return self.exchange(currency) / self.fact("fx_rate", currency=currency)
        self.ledger.shocks.add(identity)
        self.ledger.touch(identity)
        return self.moving(currency)

    def price_index(self, country: str) -> Array:
        """Price level of a country in its own money, 1 in year 0 (F03)."""
        return self.remember(f"prices {country}", lambda: self._price_index(country))

    def _price_index(self, country: str) -> Array:
        own, common = self.fact("inflation_long_run", iso3=country), self.fact("inflation_target")
        growth = np.log1p(common + (own - common) * self.fading()) * (self.year >= 1)
        return np.exp(running_sum(growth))

    def fading(self) -> Array:
        """Weight of a country's own inflation and drift against the long run: 1 at first, 0 once it has
        faded.
        """
        return self.remember(
            "fading", lambda: np.clip(1 - (self.year - 1) / self.fact("inflation_fade_years"), 0, 1)
        )

    def wage_index(self, country: str) -> Array:
        """Wage level of a country in EUR, 1 in year 0 (P04).

        Growth starts at the country's own rate and fades to the common long-run rate; yearly shocks add up.
        """
        return self.remember(f"wages {country}", lambda: self._wage_index(country))

    def _wage_index(self, country: str) -> Array:
        own = self.fact("labour_cost_growth", iso3=country)
        common = self.fact("labour_cost_growth_long_run")
        fade = self.fact("labour_cost_growth_fade_years")
        sd = self.fact("labour_cost_growth_shock_sd")
        weight = np.clip(1 - (self.year - 1) / fade, 0, 1)
        growth = common + (own - common) * weight
        growth = np.where(self.year >= 1, np.log1p(growth), 0.0)
        path = np.exp(running_sum(growth) + sd * self.brownian(f"wage.{country}") - sd**2 / 2 * self.year)
        return path * self.relative_exchange(country)

    def wage(self, country: str) -> Array:
        """Labour cost per hour in manufacturing, EUR of ``as_of``, carried forward from its period with its
        own growth.
        """
        return self.remember(f"wage {country}", lambda: self._wage(country))

    def _wage(self, country: str) -> Array:
        level = self.fact("labour_cost_hourly_manufacturing", iso3=country)
        answer = self.answer("labour_cost_hourly_manufacturing", iso3=country)
        age = answer.age_months / 12.0 if answer is not None else 0.0
        carried = level * (1 + self.fact("labour_cost_growth", iso3=country)) ** age
        currency = countries()[country].trade_currency
        if currency != EURO:
            carried = self.scaled(f"shock.exchange.{currency}", carried)
        return self.shocked(f"shock.wage.{country}", carried)

    def sea_rate(self, region: str) -> Array:
        """USD per 40-foot container from a region, each year, in calm or crisis (K09 enters here).

        A two-state Markov chain: a crisis starts and ends with given chances per year and multiplies the calm
        rate.
        """
        return self.remember(f"sea rate {region}", lambda: self._sea_rate(region))

    def _sea_rate(self, region: str) -> Array:
        calm = self.fact("freight_calm_sea", region=region)
        multiple = self.fact("freight_crisis_multiplier")
        path = calm * (1 + self.freight_crisis() * (multiple - 1))
        return self.shocked("shock.sea_rate", path)

    def sea_rates(self) -> Array:
        """Mean over the regions in use of the sea rate, (draws, years)."""
        used = [name for name in self._values if name.startswith("sea rate ")]
        return np.mean([np.broadcast_arrays(self._values[n][0], self.year)[0] for n in used], axis=0)

    def freight_crisis(self) -> Array:
        """1 in years of crisis, 0 in calm years, shape (draws, years); one world for all lanes."""
        return self.remember("freight crisis", self._freight_crisis)

    def _freight_crisis(self) -> Array:
        enter = self.fact("freight_crisis_entry_probability")
        leave = self.fact("freight_crisis_exit_probability")
        state = (self.uniform("freight.regime.0") < enter / (enter + leave)).astype(float)
        states = [state]
        for year in range(1, self.year.size):
            u = self.uniform(f"freight.regime.{year}")
            state = np.where(state > 0, (u >= leave), (u < enter)).astype(float)
            states.append(state)
        return np.concatenate(states, axis=1)

    def changed(self, changes: Mapping[str, Change]) -> World:
        """The same world with some leaves changed, on top of the changes it has; reuses what they do not
        touch.
        """
        years = self.year.size - 1
        on_top = {name: change.after(self.changes.get(name)) for name, change in changes.items()}
        return World(
            self.dossier,
            self.facts,
            self.draws,
            self.block,
            years,
            self.on,
            hidden_uplift=self.hidden_uplift,
            changes={**self.changes, **on_top},
            moved=changes.keys(),
            base=self,
        )


def currency_of(unit: str) -> str:
    """Currency of a unit such as ``USD/unit``; EUR where there is none."""
    head = unit.partition("/")[0]
    return head if len(head) == 3 and head.isupper() else EURO


@cache
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def read_path(root: Any, path: str) -> Any:
    """The value at a dotted path of attributes, ``None`` where a step is empty."""
    if not path:
        return None
    value = root
    for step in _steps(path):
        value = getattr(value, step, None)
        if value is None:
            return None
    return value


Provider = Callable[[Any], Array]
