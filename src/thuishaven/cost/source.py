"""The scope of one source in one plan: every name its lines may ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from thuishaven.cost import frontier
from thuishaven.cost.lines.production import shift_mix
from thuishaven.cost.lines.risk import excess_weeks
from thuishaven.cost.link import Link
from thuishaven.cost.registry import CHOICES, DERIVED, InputField, input_fields
from thuishaven.cost.scope import Array, Change, Leaf, Memo, Missing
from thuishaven.cost.world import World, currency_of, read_path
from thuishaven.facts import countries
from thuishaven.uncertainty import Quantity

if TYPE_CHECKING:
    from thuishaven.cost.plan import PlanScope

_BOUND: dict[str, Callable[[SourceScope], Any]] = {}
#: Fields that a plan shares with today keep today's column of draws.
_BASELINE = "baseline"


def bound(function: Callable[[SourceScope], Any]) -> Callable[[SourceScope], Any]:
    """Register a quantity that needs the scope itself: where the source lies, which sources stand beside it."""
    _BOUND[function.__name__] = function
    return function


class SourceScope(Memo):
    """Values of one source in one plan, shape (draws, years) or broadcasting to it."""

    def __init__(
        self,
        world: World,
        plan: PlanScope,
        link: Link,
        changes: Mapping[str, Change] | None = None,
        base: SourceScope | None = None,
    ) -> None:
        super().__init__(world.ledger, changes or {}, base)
        self.world = world
        self.plan = plan
        self.link = link

    def value(self, name: str) -> Array:
        """The quantity of that name, worked out once.

        Raises
        ------
        Missing
            If it, or something it needs, is neither in the dossier nor in the facts.
        """
        return self.remember(name, lambda: self._value(name))

    def value_or(self, name: str, instead: float) -> Array:
        """The quantity of that name, or a number where it is missing."""
        try:
            return self.value(name)
        except Missing:
            return np.full((1, 1), instead)

    def _value(self, name: str) -> Array:
        if name in CHOICES:
            return self._first_of(name)
        if name in _BOUND:
            return np.asarray(_BOUND[name](self))
        derived = DERIVED.get(name)
        if derived is not None and derived.level == "source":
            return np.asarray(derived.function(*(self.value(n) for n in derived.inputs)))
        field = input_fields().get(name)
        if derived is not None or (field is not None and field.level == "world") or name in {"year"}:
            return self.world.value(name)
        if field is None:
            raise Missing(name)
        return self._field(field)

    def _first_of(self, name: str) -> Array:
        for candidate in CHOICES[name]:
            try:
                return self.value(candidate)
            except Missing:
                continue
        raise Missing(name)

    def source_of(self, name: str) -> str:
        """Which of several ways a quantity became known."""
        if name not in CHOICES:
            return name
        for candidate in CHOICES[name]:
            try:
                self.value(candidate)
            except Missing:
                continue
            return candidate
        raise Missing(name)

    def counted_leaves(self) -> frozenset[str]:
        """The leaves on which the lines worked out here rest."""
        found: set[str] = set()
        for name, (_, rests_on) in self._values.items():
            if name.startswith("line "):
                found |= rests_on
        return frozenset(found)

    # -- leaves ---------------------------------------------------------------------------------------------------

    def _field(self, field: InputField) -> Array:
        given, path, column = self._given(field)
        if given is not None:
            drawn = self.world.field(field, given, path, column)
            unit = getattr(given, "unit", None) or ""
        else:
            drawn, unit = self._default(field)
        if not field.growth:
            return drawn
        return drawn * self._growth(field.growth, unit)

    def _given(self, field: InputField) -> tuple[Any, str, str]:
        """The dossier's figure, its path for people, and its column of draws."""
        plan, link = self.link.plan, self.link
        if field.level == "plan":
            value, base = self._plan_field(plan, field.path), self._plan_field(link.baseline, field.path)
            shared = value == base
            owner = link.baseline.id if shared else plan.id
            column = f"{_BASELINE}.{field.name}" if shared else f"{owner}.{field.path}"
            return value, f"{owner}.{field.path}", column
        if field.path.startswith("process."):
            return self._process_field(field)
        value = read_path(link.source, field.path)
        twin = next((s for s in link.baseline.sources if s.id == link.source.id), None)
        same = twin is not None and read_path(twin, field.path) == value
        owner = link.baseline if same else plan
        prefix = owner.id if len(owner.sources) == 1 else f"{owner.id}.{link.source.id}"
        leading = twin is not None and twin.id == link.baseline.sources[0].id
        column = f"{_BASELINE}.{field.name}" if leading else f"{link.source.id}.{field.path}"
        return value, f"{prefix}.{field.path}", column

    def _process_field(self, field: InputField) -> tuple[Any, str, str]:
        """A figure of the process: of this source, else of the plan, else of the dossier."""
        link, name = self.link, field.path.removeprefix("process.")
        value = getattr(link.process, name)
        if link.source.process is not None and getattr(link.source.process, name) is not None:
            prefix = f"{link.plan.id}.{link.source.id}"
            return value, f"{prefix}.{name}", f"{link.source.id}.{name}"
        if getattr(link.plan.plan.process, name) is not None:
            return value, f"{link.plan.id}.{name}", f"{link.plan.id}.{name}"
        return value, f"process.{name}", f"{_BASELINE}.{name}"

    @staticmethod
    def _plan_field(plan: Any, path: str) -> Any:
        head, _, rest = path.partition(".")
        if head == "stock":
            return getattr(plan.stock, rest)
        return read_path(plan.plan, path)

    def _default(self, field: InputField) -> tuple[Array, str]:
        if field.default and (not field.when or getattr(self.link, field.when)):
            keys = {k: self._key(v) for k, v in field.keys}
            answer = self.world.answer(field.default, **keys)
            if answer is not None and answer.value is not None:
                return self.world.fact(field.default, field.name, **keys), answer.unit
        if field.neutral is not None:
            return np.full((1, 1), field.neutral), ""
        raise Missing(field.name)

    def _key(self, word: str) -> str:
        link = self.link
        words = {
            "country": link.country,
            "home": link.home,
            "mode": link.mode,
            "maker": link.maker,
            "cn": link.dossier.product.cn,
            "importer": "EU27",
        }
        return words.get(word, word)

    def _growth(self, growth: str, unit: str) -> Array:
        world, link = self.world, self.link
        currency = currency_of(unit)
        if growth == "home_prices":
            return world.money_path(unit, link.home)
        if growth == "prices":
            return world.money_path(unit, link.country)
        if growth == "home_wages":
            return world.exchange(currency)[:, :1] * world.wage_index(link.home)
        if growth == "wages":
            return world.exchange(currency)[:, :1] * world.wage_index(link.country)
        return self._price_growth(currency)

    def _price_growth(self, currency: str) -> Array:
        """Path of a supplier's price: exchange rate x (labour share at its wages, the rest at its currency's prices)."""
        world = self.world
        path = world.exchange(currency)
        hedged, cost = self.value("hedged"), self.value("hedge_cost")
        exchange = (1 - hedged) * path + hedged * path[:, :1] * (1 + cost)
        relative = path / path[:, :1]
        labour = self.world.value("labour_share")
        wages = world.wage_index(self.link.country) / relative
        prices = world.price_index(world.currency_area(currency))
        return exchange * ((1 - labour) * prices + labour * wages)


# -- quantities that need to know where the source lies ------------------------------------------------------------


@bound
def share(scope: SourceScope) -> Array:
    """Share of the volume, by year."""
    return scope.link.active * scope.link.source.share


@bound
def active(scope: SourceScope) -> Array:
    """1 in the years in which the source supplies."""
    return scope.link.active


@bound
def entry(scope: SourceScope) -> Array:
    """1 in the first year of a source the plan starts."""
    return scope.link.entry


@bound
def after_entry(scope: SourceScope) -> Array:
    """1 from the first year of the plan's own source on."""
    return scope.link.active if scope.link.enters or scope.link.redesigned else scope.plan.any_active()


@bound
def wage_index(scope: SourceScope) -> Array:
    """Wages at the source, in EUR, 1 in year 0."""
    return scope.world.wage_index(scope.link.country)


@bound
def input_index(scope: SourceScope) -> Array:
    """Prices of materials and other inputs in EUR, 1 in year 0."""
    return scope.world.price_index(scope.world.home)


@bound
def labour_cost_level(scope: SourceScope) -> Array:
    """Labour cost per hour at the source, EUR of the year."""
    return scope.world.wage(scope.link.country) * scope.world.wage_index(scope.link.country)


@bound
def reference_price(scope: SourceScope) -> Array:
    """What a unit costs today at the maker's door, EUR of ``as_of``: the anchor of every estimate."""
    return scope.plan.reference_price()


@bound
def reference_wage(scope: SourceScope) -> Array:
    """Labour cost per hour where the product is made today, EUR of ``as_of``."""
    return scope.world.wage(scope.plan.reference_country())


@bound
def wage_ratio(scope: SourceScope) -> Array:
    """Labour cost at the source against that where the product is made today."""
    return scope.world.wage(scope.link.country) / scope.value("reference_wage")


@bound
def making_cost(scope: SourceScope) -> Array:
    """Cost of a unit at the maker's door: its price, or material and labour of the own plant."""
    return scope.value("unit_price" if scope.link.priced else "making_cost_own")


@bound
def labour_hours_base(scope: SourceScope) -> Array:
    """Labour hours before automation."""
    try:
        return scope.value("labour_hours_given")
    except Missing:
        return scope.value("labour_hours_estimated")


@bound
def automation_share(scope: SourceScope) -> Array:
    """How much of the automation saving the plan takes; only for a plan that automates without saying its hours."""
    level = scope.link.process.automation
    stated = scope.link.plan.plan.process.labour_hours is not None
    if level in (None, "none") or stated or not scope.link.own:
        raise Missing("automation")
    return np.full((1, 1), {"medium": 0.5, "high": 1.0}[level])


@bound
def automation_capex(scope: SourceScope) -> Array:
    """How much more the machines cost when the plan automates."""
    if scope.link.process.automation in (None, "none"):
        return np.ones((1, 1))
    extra = scope.world.fact("optimise_home_capex_multiplier") - 1
    return 1 + extra * scope.value("automation_share")


@bound
def evening_share(scope: SourceScope) -> Array:
    """Evening hours of the shift system as a part of all hours."""
    return np.full((1, 1), shift_mix(scope.link.process.shifts or 1)[0])


@bound
def night_share(scope: SourceScope) -> Array:
    """Night hours of the shift system as a part of all hours."""
    return np.full((1, 1), shift_mix(scope.link.process.shifts or 1)[1])


@bound
def weekend_share(scope: SourceScope) -> Array:
    """Weekend hours of the shift system as a part of all hours."""
    return np.full((1, 1), shift_mix(scope.link.process.shifts or 1)[2])


@bound
def shift_hours(scope: SourceScope) -> Array:
    """Hours a year that machines are manned: the shifts times a full-time year."""
    return (scope.link.process.shifts or 1) * scope.value("full_time_hours")


@bound
def unit_price_with_breaks(scope: SourceScope) -> Array:
    """Price at the volume bought, where the quote has price breaks."""
    breaks = sorted(scope.link.source.terms.price_breaks, key=lambda b: b.from_units)
    if not breaks:
        raise Missing("price_breaks")
    units, price = scope.value("units"), scope.value("unit_price_quoted")
    quoted = scope.link.source.unit_price
    if quoted is None:
        raise Missing("unit_price")
    factor = np.ones((1, 1))
    for step in breaks:
        factor = np.where(units >= step.from_units, step.unit_price.mean / quoted.mean, factor)
    return price * factor


@bound
def material_listed(scope: SourceScope) -> Array:
    """Material per unit from the priced bill of materials; every line that is not a sub-assembly needs a price."""
    lines = scope.link.plan.bom
    parents = {line.parent for line in lines if line.parent is not None}
    leaves = [line for line in lines if line.id not in parents]
    if not leaves:
        raise Missing("bom")
    by_id = {line.id: line for line in lines}
    total: Array = np.zeros((1, 1))
    for line in leaves:
        if line.price is None:
            raise Missing(f"bom.{line.id}.price")
        count = _bom_leaf(scope, line, "quantity")
        parent = line.parent
        while parent is not None:
            count = count * _bom_leaf(scope, by_id[parent], "quantity")
            parent = by_id[parent].parent
        price = _bom_leaf(scope, line, "price") * scope.world.money_path(line.price.unit, scope.link.country)
        if line.price.unit.endswith("/kg"):
            price = price * _bom_leaf(scope, line, "mass_kg")
        total = total + count * price
    return total


def _bom_leaf(scope: SourceScope, line: Any, name: str) -> Array:
    value = getattr(line, name)
    if value is None:
        raise Missing(f"bom.{line.id}.{name}")
    own = scope.link.plan.plan.bom is not None
    owner = f"{scope.link.plan.id}." if own else ""
    path = f"{owner}bom.{line.id}.{name}"
    return scope.world.leaf(Leaf(path, path, name, value, value.unit or ""))


@bound
def payment_days_agreed(scope: SourceScope) -> Array:
    """Mean days between receipt and payment, over the agreed instalments."""
    payments = scope.link.source.terms.payments
    if not payments:
        raise Missing("payments")
    total: Array = np.zeros((1, 1))
    for index, payment in enumerate(payments):
        path = f"{scope.link.plan.id}.{scope.link.source.id}.payments.{index}"
        leaf = Leaf(path, f"{scope.link.source.id}.payments.{index}", "days", payment.days, "day")
        total = total + payment.share * scope.world.leaf(leaf)
    return total


# -- the way here --------------------------------------------------------------------------------------------------


@bound
def load_volume(scope: SourceScope) -> Array:
    """Room in a container or truck, m3."""
    return scope.value("truck_volume" if scope.link.mode == "road" else "container_volume")


@bound
def load_payload(scope: SourceScope) -> Array:
    """Payload of a container or truck, kg."""
    return scope.value("truck_payload" if scope.link.mode == "road" else "container_payload")


@bound
def lane_rate(scope: SourceScope) -> Array:
    """EUR per full load from the source to home, by mode."""
    world, link = scope.world, scope.link
    dollar = world.exchange("USD")
    region = countries()[link.country].region
    if link.mode == "sea":
        return scope.world.shocked("shock.freight", world.sea_rate(region) * dollar)
    if link.mode == "rail":
        return scope.world.shocked("shock.freight", world.fact("freight_rate_rail")) * dollar
    if link.mode == "air":
        per_load = scope.value("chargeable_weight") * scope.value("units_per_load")
        return scope.world.shocked("shock.freight", world.fact("freight_rate_air") * dollar * per_load)
    if link.mode == "shortsea":
        answer = world.answer("freight_shortsea")
        unit = answer.unit if answer is not None else ""
        shortsea = world.fact("freight_shortsea") * world.money_path(unit, world.home)
        return scope.world.shocked("shock.freight", shortsea)
    distance = scope.value("road_distance")
    road = world.fact("freight_rate_road") * distance * world.price_index(world.home)
    return scope.world.shocked("shock.freight", road)


@bound
def freight_within_price(scope: SourceScope) -> Array:
    """No freight on top: the source is at home, or its price includes it and nobody knows how much."""
    return np.zeros((1, 1))


@bound
def lane_km(scope: SourceScope) -> Array:
    """Distance of the main carriage, km."""
    return scope.value("road_distance" if scope.link.mode == "road" else "sea_distance")


@bound
def border_freight(scope: SourceScope) -> Array:
    """Freight that we pay, per unit."""
    link = scope.link
    return scope.value("freight") if link.abroad and link.term.buyer_pays_freight else np.zeros((1, 1))


@bound
def border_insurance(scope: SourceScope) -> Array:
    """Cargo insurance that we pay, per unit."""
    if not (scope.link.abroad and scope.link.term.buyer_pays_insurance):
        return np.zeros((1, 1))
    rate = scope.value("insurance_rate") * scope.value("insured_value_factor")
    return rate * (scope.value("making_cost") + scope.value("normal_freight"))


@bound
def border_duty(scope: SourceScope) -> Array:
    """Duties that we pay, per unit: the tariff and trade defence on one customs value."""
    if not (scope.link.imported and scope.link.term.buyer_pays_duty):
        return np.zeros((1, 1))
    rate = scope.value("duty_rate") + scope.value("anti_dumping_rate")
    royalty = scope.value("duty_rate") * scope.value("royalty_rate") * scope.value("making_cost")
    return rate * scope.value("border_value") + royalty


@bound
def freight_quoted(scope: SourceScope) -> Array:
    """The freight per unit that the user states."""
    return scope.world.shocked("shock.freight", scope._field(input_fields()["freight_quoted"]))


@bound
def energy_price(scope: SourceScope) -> Array:
    """Electricity price at the source, EUR of the year."""
    return scope.world.shocked("shock.energy", scope._field(input_fields()["energy_price"]))


@bound
def duty_given(scope: SourceScope) -> Array:
    """The duty rate the user states."""
    field = input_fields()["duty_given"]
    return scope.world.shocked(_duty_shock(scope), scope._field(field))


def _duty_shock(scope: SourceScope) -> str:
    return f"shock.duty.{scope.link.country}"


@bound
def duty_of_tariff(scope: SourceScope) -> Array:
    """Tariff rate x the share of it that a trade agreement leaves, if the goods originate."""
    link = scope.link
    if link.source.logistics.originating is False:
        preference: Array = np.ones((1, 1))
    else:
        preference = scope.value("duty_preference")
    rate = DERIVED["duty_of_tariff"].function(scope.value("duty_mfn"), preference)
    return scope.world.shocked(_duty_shock(scope), np.asarray(rate))


@bound
def transit_or_none(scope: SourceScope) -> Array:
    """Days under way; none for a source at home."""
    return scope.value("transit_days") if scope.link.abroad else np.zeros((1, 1))


@bound
def storage_cost(scope: SourceScope) -> Array:
    """Floor rent per unit; nothing where the days in store are not given (they are then in the holding rate, D03)."""
    return scope.value_or("storage_cost_of_days", 0.0)


@bound
def pipeline_value(scope: SourceScope) -> Array:
    """Value of a unit under way; without its price where agreed terms, counted from receipt, finance that (I05)."""
    landed = scope.value("landed")
    if scope.link.supplier and scope.link.source.terms.payments:
        return landed - scope.value("making_cost")
    return landed


# -- stock ---------------------------------------------------------------------------------------------------------


@bound
def moq_or_none(scope: SourceScope) -> Array:
    """Minimum order, 0 where there is none."""
    return scope.value_or("moq", 0.0)


@bound
def economic_lot(scope: SourceScope) -> Array:
    """Economic order quantity, 0 where the cost of an order is not known."""
    from thuishaven.cost.lines.inventory import economic_order

    try:
        cost = scope.value("order_cost")
    except Missing:
        return np.zeros((1, 1))
    holding = scope.value("holding_rate") + scope.plan.discount_rate
    return economic_order(cost, scope.value("units"), holding, scope.value("landed"))


@bound
def salvage_or_zero(scope: SourceScope) -> Array:
    """Salvage value per unit, 0 where it is not given."""
    return scope.value_or("salvage", 0.0)


@bound
def service_penalty(scope: SourceScope) -> Array:
    """Penalty per lost unit that makes the service target optimal (I11); 0 without a target."""
    try:
        target = scope.value("service_level")
    except Missing:
        return np.zeros((1, 1))
    price, value, salvage = scope.value("selling_price"), scope.value("landed"), scope.value("salvage")
    return frontier.penalty(price, value, salvage, target)


# -- risk ----------------------------------------------------------------------------------------------------------


@bound
def unit_margin_or_zero(scope: SourceScope) -> Array:
    """Margin per unit, 0 where the selling price is not known."""
    return scope.value_or("unit_margin", 0.0)


@bound
def vacancy_rate_or_zero(scope: SourceScope) -> Array:
    """Share of the output lost to vacancies, 0 where it is not given."""
    return scope.value_or("vacancy_rate", 0.0)


@bound
def disruption_count(scope: SourceScope) -> Array:
    """Disruptions of this source in each year: Poisson counts, drawn once per source."""
    return _poisson(scope, scope.value("disruption_rate"), f"{scope.link.source.id}.disruptions")


def _poisson(scope: SourceScope, rate: Array, column: str) -> Array:
    """Counts per year by inverse transform, shape (draws, years), 0 in years without supply."""
    from thuishaven.uncertainty import poisson_ppf

    world = scope.world
    u = np.concatenate([world.uniform(f"{column}.{year}") for year in range(1, scope.link.active.size)], axis=1)
    counts = np.zeros((u.shape[0], scope.link.active.size))
    counts[:, 1:] = poisson_ppf(u, np.broadcast_to(rate, (u.shape[0], 1)))
    return counts * scope.link.active


@bound
def buffer_factor(scope: SourceScope) -> Array:
    """The whole buffer stands by for each source."""
    return np.ones((1, 1))


@bound
def replaced_share(scope: SourceScope) -> Array:
    """Share of this source's volume that the plan's other sources can make instead (K02)."""
    spare: Array = np.zeros((1, 1))
    for other in scope.plan.sources():
        if other is not scope and other.link.source.id != scope.link.source.id:
            field = other.link.source.risk.spare_capacity
            if field is not None:
                path = f"{other.link.plan.id}.{other.link.source.id}.risk.spare_capacity"
                column = f"{other.link.source.id}.risk.spare_capacity"
                drawn = scope.world.leaf(Leaf(path, column, "spare_capacity", field, "fraction"))
                spare = spare + other.value("share") * drawn
    own = scope.value("share")
    return np.minimum(np.divide(spare, own, out=np.zeros(np.broadcast(spare, own).shape), where=own > 0), 1)


@bound
def input_disruption_count(scope: SourceScope) -> Array:
    """Disruptions of imported critical inputs in each year: as many independent streams as there are inputs (K11)."""
    rate = scope.world.fact("disruption_rate")
    return _poisson(scope, rate * len(scope.link.imported_inputs), f"{scope.link.source.id}.inputs")


@bound
def input_stoppage_weeks(scope: SourceScope) -> Array:
    """Mean weeks an input is out beyond its buffer."""
    return excess_weeks(scope.value("disruption_weeks"), scope.value("buffer_weeks"))


@bound
def baseline_landed(scope: SourceScope) -> Array:
    """What a unit from today's main source costs at our door."""
    return scope.plan.baseline_main().value("landed")


@bound
def hidden_uplift(scope: SourceScope) -> Array:
    """Optional uplift on estimated coordination lines, never on measured ones (D18)."""
    return scope.world.fact("hidden_cost_uplift") if scope.world.hidden_uplift else np.ones((1, 1))


@bound
def cbam_share(scope: SourceScope) -> Array:
    """Share of embedded emissions that is charged, by year."""
    first = scope.world.on.year
    shares = []
    for year in scope.world.year[0]:
        answer = scope.world.answer("cbam_share_of_emissions_charged", year=str(first + int(year)))
        if answer is None or answer.value is None:
            raise Missing("cbam_share_of_emissions_charged")
        quantity = Quantity.constant(answer.value)
        leaf = Leaf(answer.fact.id, answer.fact.id, "cbam_share", quantity, answer.unit, answer)
        shares.append(float(scope.world.leaf(leaf)[0, 0]))
    return np.array(shares)[np.newaxis, :]


# -- switching between sources ---------------------------------------------------------------------------------------


@bound
def switchable_units(scope: SourceScope) -> Array:
    """Units that this source could take over from the others in a year, by its spare capacity."""
    spare = scope.link.source.risk.spare_capacity
    if spare is None:
        raise Missing("spare_capacity")
    path = f"{scope.link.plan.id}.{scope.link.source.id}.risk.spare_capacity"
    drawn = scope.world.leaf(Leaf(path, f"{scope.link.source.id}.risk.spare_capacity", "spare_capacity", spare, "fraction"))
    return drawn * scope.value("units")


@bound
def switching_gain(scope: SourceScope) -> Array:
    """What a unit costs more at the dearest other source of the plan, in that draw and year."""
    own = scope.value("landed")
    others = [o for o in scope.plan.sources() if o.link.source.id != scope.link.source.id]
    dearest = np.maximum.reduce([np.broadcast_arrays(o.value("landed"), own)[0] for o in others])
    together = scope.link.active * np.maximum.reduce([o.link.active for o in others])
    return np.maximum(dearest - own, 0) * together




def provider(name: str) -> Callable[[SourceScope], Any] | None:
    """The function of a quantity that needs the scope itself, or ``None``."""
    return _BOUND.get(name)
