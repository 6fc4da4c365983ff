"""The scope of one source in one plan: every name its lines may ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np

from thuishaven.cost.link import Link
from thuishaven.cost.registry import CHOICES, DERIVED, InputField, input_fields
from thuishaven.cost.scope import Array, Memo, Missing
from thuishaven.cost.world import World, currency_of, read_path
from thuishaven.dossier import Source

if TYPE_CHECKING:
    from thuishaven.cost.plan import PlanScope

_BOUND: dict[str, Callable[[SourceScope], Any]] = {}
#: Columns carry no name of a plan: what is uncertain about a field is the same in every plan that has it.
_BASELINE = "baseline"


def bound(function: Callable[[SourceScope], Any]) -> Callable[[SourceScope], Any]:
    """Register a quantity that needs the scope itself: where the source lies, which others there are."""
    _BOUND[function.__name__] = function
    return function


class SourceScope(Memo):
    """Values of one source in one plan, shape (draws, years) or broadcasting to it."""

    def __init__(
        self,
        world: World,
        plan: PlanScope,
        link: Link,
        base: SourceScope | None = None,
    ) -> None:
        super().__init__(world.ledger, world.moved, base, world.pure)
        self.world = world
        self._plan = ref(plan)
        self.link = link

    @property
    def plan(self) -> PlanScope:
        """The plan this source stands in; it holds us, so that both are let go of without a collector."""
        plan = self._plan()
        assert plan is not None
        return plan

    def seen(self, value: Any) -> Any:
        """A value of the scope that this one changes, as it is in this world."""
        return self.world.seen(value)

    def value(self, name: str) -> Array:
        """The quantity of that name, worked out once.

        Raises
        ------
        Missing
            If it, or something it needs, is neither in the dossier nor in the facts.
        """
        known = self._values.get(name) or self._known_before(name)
        if known is None:
            return self.work_out(name, self._value, name)
        self.ledger.touch_all(known[1])
        return known[0]

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
            return self.pure(derived.function, *[self.value(n) for n in derived.inputs])
        field = input_fields().get(name)
        if derived is not None or (field is not None and field.level == "world") or name in {"year"}:
            return self.world.value(name)
        if field is None:
            raise Missing(name)
        return self.field(field)

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
        """The leaves on which the lines worked out here rest.

        A line that is 0 in every draw rests only on what makes it 0: where the days of import VAT are 0, its
        rate plays no part.
        """
        found: set[str] = set()
        for name, (cost, rests_on) in self._values.items():
            if name.startswith("line "):
                nothing = not (cost.pv.any() or cost.taxed.any())
                found |= {leaf for leaf in rests_on if not nothing or self._is_zero(leaf)}
        return frozenset(found)

    def limits(self) -> tuple[frozenset[str], frozenset[str]]:
        """Leaves on the limits of a load, room and weight: those that bind in some draw, and those that never
        do.

        The payload of a container that is always full before it is heavy plays no part in a figure.
        """
        nothing: frozenset[str] = frozenset()
        if "units_per_load" not in self._values:
            return nothing, nothing
        room = self.value("load_volume") * self.value("fill") / self.value("volume_m3")
        weight = self.value("load_payload") / self.value("mass_kg")
        by_room = self.rests_on("load_volume") | self.rests_on("fill")
        by_weight = self.rests_on("load_payload")
        if (room < weight).all():
            return by_room, by_weight
        return (by_weight, by_room) if (weight < room).all() else (by_room | by_weight, nothing)

    def _is_zero(self, identity: str) -> bool:
        leaf = self.ledger.leaves.get(identity)
        return leaf is not None and leaf.quantity.is_constant and leaf.quantity.mean == 0

    # -- leaves
    # ---------------------------------------------------------------------------------------------------

    def field(self, field: InputField) -> Array:
        """A figure of the dossier, or its default, in EUR of the year where it is money."""
        given, path, column = self._given(field)
        if given is not None:
            drawn = self.world.field(field, given, path, column)
            unit = getattr(given, "unit", None) or ""
        else:
            drawn, unit = self._default(field)
        if not field.growth:
            return drawn
        growth = self._growth(field.growth, unit)
        if field.path.startswith("one_off."):
            # Spent in one year, so in the money of that year.
            growth = self.pure(_in_year, growth, self.link.spending_year)
        return self.pure(np.multiply, drawn, growth)

    def _given(self, field: InputField) -> tuple[Any, str, str]:
        """The dossier's figure, its path for people, and its column of draws."""
        plan, link = self.link.plan, self.link
        if not field.path:
            return None, "", ""
        column = f"{_BASELINE}.{field.path.rpartition('.')[2]}"
        if field.level == "plan":
            value = self._plan_field(plan, field.path)
            owner = link.baseline if value == self._plan_field(link.baseline, field.path) else plan
            return value, f"{owner.id}.{field.path}", column
        if field.path.startswith("process."):
            return self._process_field(field)
        value = read_path(link.source, field.path)
        if value is None:
            return None, "", ""
        prefix = self.owner(lambda source: read_path(source, field.path) == value)
        leading = link.source.id == link.baseline.sources[0].id
        return value, f"{prefix}.{field.path}", column if leading else f"{link.source.id}.{field.path}"

    def given(self, name: str) -> Any:
        """What the dossier itself gives for a field, ``None`` where it is silent."""
        return self._given(input_fields()[name])[0]

    def path_of(self, name: str) -> str:
        """Where the dossier's figure for a field stands, as in ``today.unit_price``."""
        return self._given(input_fields()[name])[1]

    def owner(self, same: Callable[[Source], bool]) -> str:
        """Whose figure of this source it is: today's, where its source of the same name has the same."""
        link = self.link
        twin = next((source for source in link.baseline.sources if source.id == link.source.id), None)
        owner = link.baseline if twin is not None and same(twin) else link.plan
        return owner.id if len(owner.sources) == 1 else f"{owner.id}.{link.source.id}"

    def _process_field(self, field: InputField) -> tuple[Any, str, str]:
        """A figure of the process: of this source, else of the plan, else of the dossier."""
        link, name = self.link, field.path.removeprefix("process.")
        value = getattr(link.process, name)
        if link.source.process is not None and getattr(link.source.process, name) is not None:
            prefix = self.owner(lambda source: getattr(source.process, name, None) == value)
            return value, f"{prefix}.{name}", f"{link.source.id}.{name}"
        owner = link.baseline if getattr(link.baseline.process, name) == value else link.plan
        typed = getattr(owner.plan.process, name) is not None
        return value, f"{owner.id}.{name}" if typed else f"process.{name}", f"{_BASELINE}.{name}"

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
            return world.pay_path(unit, link.home)
        if growth == "wages":
            return world.pay_path(unit, link.country)
        return self._price_growth(currency)

    def _price_growth(self, currency: str) -> Array:
        """Path of a supplier's price: exchange rate x (labour share at its wages, the rest at its currency's
        prices).
        """
        world = self.world
        path, spot, moving = world.exchange(currency), world.spot(currency), world.moving(currency)
        hedged, cost = self.value("hedged"), self.value("hedge_cost")
        labour = self.world.value("labour_share")
        wages = world.wage_index(self.link.country)
        prices = world.price_index(world.currency_area(currency))
        return np.asarray(self.pure(_price_path, path, spot, moving, hedged, cost, labour, wages, prices))


def _price_path(
    path: Array,
    spot: Array,
    moving: Array,
    hedged: Array,
    cost: Array,
    labour: Array,
    wages: Array,
    prices: Array,
) -> Array:
    exchange = (1 - hedged) * path + hedged * spot * (1 + cost)
    return exchange * ((1 - labour) * prices + labour * (wages / moving))


def _in_year(path: Array, year: int) -> Array:
    return path[:, year : year + 1] if path.shape[1] > 1 else path


def provider(name: str) -> Callable[[SourceScope], Any] | None:
    """The function of a quantity that needs the scope itself, or ``None``."""
    return _BOUND.get(name)
