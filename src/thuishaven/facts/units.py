"""Units at the door: what publishers write, turned into the canonical unit of a parameter.

Spellings (``percent``, ``EUR cents/kWh``, ``gCO2e/tonne-km``) are a table, ``tables/units.csv``; money in
another currency converts at the mean rate of the figure's own period; anything else goes through pint,
which is only imported when a spelling is not in the table.
"""

import csv
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thuishaven.facts.series import mean_rate

if TYPE_CHECKING:
    from pint import UnitRegistry

TABLES = Path(__file__).with_name("tables")
_MONEY = re.compile(r"^([A-Z]{3})(?=$|[/ ])")
_POWER = re.compile(r"\b(m|km|cm)([23])\b")
#: What is handed to pint at all: names, each with one small power, and signs between them. pint works out
#: whatever stands there, and ``9**9**9**9`` keeps it busy for good.
_PLAIN = re.compile(
    r"(?:\s|/|\*(?!\*)|[()·]|1\b|[A-Za-zµ°€%][A-Za-z_0-9µ]*(?:(?:\*\*|\^)-?[1-9](?!\w)|[²³])?)+"
)
_LONGEST = 100
_NOT_MONEY = frozenset({"FEU", "TEU", "WGI", "LDM"})


class UnitError(ValueError):
    """A unit that is unknown, or that measures something else than was asked for."""

    def __init__(self, from_unit: str, to_unit: str) -> None:
        super().__init__(f"cannot express {from_unit!r} in {to_unit!r}")
        self.from_unit = from_unit
        self.to_unit = to_unit


@lru_cache(maxsize=1)
def spellings() -> dict[str, tuple[str, float]]:
    """The table of spellings: unit as written -> (canonical unit, factor)."""
    with (TABLES / "units.csv").open(encoding="utf-8", newline="") as handle:
        return {row["unit"]: (row["canonical"], float(row["factor"])) for row in csv.DictReader(handle)}


def currency_of(unit: str) -> str:
    """The currency a unit starts with, or an empty text.

    >>> currency_of("USD/FEU"), currency_of("fraction")
    ('USD', '')
    """
    found = _MONEY.match(unit)
    return found[1] if found and found[1] not in _NOT_MONEY else ""


@lru_cache(maxsize=1)
def _registry() -> "UnitRegistry[Any]":
    import pint

    registry: UnitRegistry[Any] = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    for definition in (
        "fraction = []",
        "TEU = [container]",
        "FEU = 2 * TEU",
        "unit_of_goods = [goods] = unit",
        "kgCO2e = [greenhouse_gas]",
        "gCO2e = 0.001 * kgCO2e",
        "tCO2 = 1000 * kgCO2e",
        "manday = [labour]",
        "trip = [trip]",
    ):
        registry.define(definition)
    return registry


@lru_cache(maxsize=1024)
def factor(from_unit: str, to_unit: str) -> float:
    """By what a value in ``from_unit`` is multiplied to be in ``to_unit``; money must be the same currency.

    Raises UnitError when one of the two is unknown or they measure different things.

    >>> factor("EUR cents/kWh", "EUR/kWh")
    0.01
    """
    if from_unit == to_unit:
        return 1.0
    known, times = spellings().get(from_unit, (from_unit, 1.0))
    wanted, divide = spellings().get(to_unit, (to_unit, 1.0))
    if known == wanted:
        return times / divide
    return times / divide * _by_pint(known, wanted)


def _by_pint(from_unit: str, to_unit: str) -> float:
    import pint

    for unit in (from_unit, to_unit):
        if len(unit) > _LONGEST or not _PLAIN.fullmatch(_POWER.sub(r"\1**\2", unit)):
            raise UnitError(from_unit, to_unit)
    registry = _registry()
    for currency in {currency_of(from_unit), currency_of(to_unit)} - {""}:
        if currency not in registry:
            registry.define(f"{currency} = [money_{currency}]")
    try:
        start = registry.parse_units(_POWER.sub(r"\1**\2", from_unit))
        return float(registry.Quantity(1.0, start).to(_POWER.sub(r"\1**\2", to_unit)).magnitude)
    except (pint.PintError, AttributeError, ValueError, TypeError, KeyError, ArithmeticError) as error:
        raise UnitError(from_unit, to_unit) from error
    except Exception as error:  # pint lets the tokenizer's own errors through
        if type(error).__module__.startswith(("pint", "tokenize")):
            raise UnitError(from_unit, to_unit) from error
        raise


def convert(value: float, from_unit: str, to_unit: str) -> float:
    """A value in another unit of the same kind; currencies are never changed here.

    Raises UnitError when the units are unknown or measure different things.

    >>> convert(12.5, "percent", "fraction")
    0.125
    >>> convert(2500, "USD/FEU", "USD/TEU")
    1250.0
    """
    return value * factor(from_unit, to_unit)


@lru_cache(maxsize=4096)
def factor_in_period(from_unit: str, to_unit: str, period: str) -> float:
    """As :func:`factor`, and foreign money becomes EUR at the mean rate of ``period`` when EUR is wanted.

    Raises UnitError as above, and NoRate when the European Central Bank has no rate for the currency then.
    """
    if from_unit == to_unit:
        return 1.0
    known, times = spellings().get(from_unit, (from_unit, 1.0))
    foreign = currency_of(known)
    if foreign and foreign != "EUR" and currency_of(to_unit) == "EUR":
        return times * factor("EUR" + known[3:], to_unit) * mean_rate(foreign, period)
    return factor(from_unit, to_unit)
