"""The cost model as named functions: lines, and the quantities they are computed from.

A function's parameter names *are* its inputs: the engine looks each up in the scope of the source, the plan
or the world, so that a
formula stays a small pure function on arrays and :meth:`CostResult.explain` can show exactly what went into a
figure.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from thuishaven.dossier import Factor, factors
from thuishaven.packaged import read_table

Level = Literal["world", "plan", "source"]
#: How a line's value becomes money per year.
Kind = Literal["unit", "period", "oneoff", "capital", "balance", "stock"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the taxonomy with the function that computes it."""

    id: str
    function: Callable[..., Any]
    kind: Kind
    level: Level
    when: Callable[[Any], bool]
    expected: Callable[[Any], bool]
    life: str | None
    public: bool
    income: bool

    @property
    def factor(self) -> Factor:
        """The row of the taxonomy."""
        return factors()[self.id]

    @property
    def name(self) -> str:
        """Name of the function, unique among the lines."""
        return self.function.__name__

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs, from the function's signature."""
        return parameters(self.function)

    @property
    def account(self) -> str:
        """``firm`` or ``public``."""
        return "public" if self.public else "firm"


@dataclass(frozen=True, slots=True)
class Derived:
    """A named intermediate quantity with the function that computes it."""

    name: str
    function: Callable[..., Any]
    level: Level

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs, from the function's signature."""
        return parameters(self.function)


@dataclass(frozen=True, slots=True)
class InputField:
    """A row of ``inputs.csv``: where a leaf of the model comes from.

    ``path`` is its place in the dossier, ``default`` the parameter of the facts that fills it when the
    dossier is silent, ``keys``
    how that fact is found, ``growth`` the index that carries money through the years, ``when`` the case in
    which the default may
    be used, ``neutral`` the value that leaves the result unchanged (0 or 1) where silence means "does not
    apply".
    """

    name: str
    level: Level
    path: str
    default: str
    keys: tuple[tuple[str, str], ...]
    growth: str
    when: str
    neutral: float | None
    label_en: str


@cache
def parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    """Names of a function's parameters."""
    return tuple(inspect.signature(function).parameters)


LINES: list[Line] = []
DERIVED: dict[str, Derived] = {}


def always(link: Any) -> bool:
    """The line applies to every source or plan."""
    return True


def line(
    identity: str,
    kind: Kind,
    *,
    level: Level = "source",
    when: Callable[[Any], bool] = always,
    expected: Callable[[Any], bool] = always,
    life: str | None = None,
    public: bool = False,
    income: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the function of a line.

    Parameters
    ----------
    identity
        Id in the taxonomy.
    kind
        ``unit``: EUR per unit. ``period``: EUR per year. ``oneoff``: EUR once, deductible. ``capital``: EUR
        once, depreciated over
        its life. ``balance``: working capital in EUR. ``stock``: a balance that also costs the non-capital
        holding rate.
    level
        Where it is computed: per source or per plan.
    when
        Whether it can apply to a source at all (the buyer pays the freight, the goods are imported, ...).
    expected
        Whether a reader would expect an amount: where inputs are missing, the line is then listed as not
        counted.
    life
        Name of the input that holds the economic life, for ``capital``.
    public
        It lands on the public account, not on the firm's.
    income
        The function returns income; its cost is the negative.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        if identity not in factors():
            raise ValueError(f"line {identity} is not in the taxonomy")
        LINES.append(Line(identity, function, kind, level, when, expected, life, public, income))
        return function

    return register


def derived(level: Level = "source") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register an intermediate quantity under the function's name."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        name = function.__name__
        if name in DERIVED:
            raise ValueError(f"{name} is registered twice")
        DERIVED[name] = Derived(name, function, level)
        return function

    return register


#: Names that have several ways to be known: the first that has its inputs is taken.
CHOICES: dict[str, tuple[str, ...]] = {
    "unit_price": ("unit_price_with_breaks", "unit_price_quoted", "unit_price_estimated"),
    "labour_hours": ("labour_hours_automated", "labour_hours_given", "labour_hours_estimated"),
    "labour_cost": ("labour_cost_given", "labour_cost_level"),
    "material": ("material_listed", "material_estimated"),
    "overhead": ("overhead_given", "overhead_estimated"),
    "lead_days": ("lead_days_given", "lead_days_estimated"),
    "lead_sd": ("lead_sd_given", "transit_sd"),
    "freight": ("freight_quoted", "freight_of_lane", "freight_by_value"),
    "normal_freight": ("freight_quoted", "freight_of_lane", "freight_by_value", "freight_within_price"),
    "duty_rate": ("duty_given", "duty_of_tariff"),
    "border_fees": ("fees_by_shipment", "fees_by_container"),
    "shipment_units": ("shipment_units_given", "units_per_load", "batch_units"),
    "lot": ("lot_of_shipment", "moq", "batch_units"),
    "holding_rate": ("holding_rate_given", "holding_default"),
    "machines": ("machines_given", "machines_counted", "machines_estimated"),
    "hires": ("hires_given", "hires_estimated"),
    "set_up": ("supplier_development", "set_up_estimated"),
    "shift_premium": ("shift_premium_given", "shift_premium_of_system"),
    "payment_days": ("payment_days_agreed", "payment_days_default"),
    "trip_cost": ("trip_cost_given", "trip_cost_near", "trip_cost_far"),
    "failure_per_unit": ("failure_by_rate", "failure_by_sales"),
}


@cache
def input_fields() -> dict[str, InputField]:
    """The leaves of the model by name, from ``cost/inputs.csv``."""
    table = {}
    for row in read_table("thuishaven.cost", "inputs.csv"):
        keys = tuple((k, v) for k, _, v in (pair.partition("=") for pair in row["keys"].split()))
        neutral = float(row["neutral"]) if row["neutral"] else None
        table[row["name"]] = InputField(
            row["name"],
            row["level"],  # type: ignore[arg-type]
            row["path"],
            row["default"],
            keys,
            row["growth"],
            row["when"],
            neutral,
            row["label_en"],
        )
    return table
