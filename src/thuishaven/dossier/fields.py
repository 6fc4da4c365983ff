"""Field types of the dossier: a quantity or an amount of money, with its unit, bounds and example.

Each type below is used in an ``Annotated`` field of :mod:`thuishaven.dossier.model`, which is the one
definition of a dossier:
validation, JSON Schema, XLSX template and documentation all read the same :class:`Spec`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from thuishaven.uncertainty import FORMS, Quantity, QuantityError, read_number

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue

#: Longest unit, source or note beside a number.
LONGEST = 2000
CURRENCY = re.compile(r"^[A-Z]{3}$")
#: Spellings of the per-unit part of a price that mean "per piece of the product".
PIECE = frozenset({"unit", "piece", "stuk", "pièce", "pc", "pcs"})


@dataclass(frozen=True, slots=True)
class Spec:
    """What a quantity field accepts.

    Parameters
    ----------
    unit
        Canonical unit, in words a person uses (``"h"``, ``"kg"``, ``"fraction"``); for money the part after
        the currency,
        as in ``"/unit"`` or ``"/kg"``, or ``""`` for an amount.
    lower, upper
        Hard bounds of the field in its canonical unit; ``None`` where there is none.
    money
        The value carries a currency, which it keeps until the cost engine multiplies by that currency's path.
    signed
        Negative values make sense.
    also
        Other per-units of money that are kept as they are, as in ``("/kg",)``.
    """

    unit: str
    lower: float | None = 0.0
    upper: float | None = None
    money: bool = False
    signed: bool = False
    also: tuple[str, ...] = ()

    @property
    def unit_text(self) -> str:
        """The unit as it is shown: ``EUR/unit``, ``h``, ``fraction``."""
        return f"EUR{self.unit}" if self.money else self.unit

    def parse(self, raw: object) -> Quantity:
        """Read a number, a mapping or a :class:`Quantity` and convert it to the field's unit.

        Raises
        ------
        PydanticCustomError
            With the code and parameters of the problem; the door that shows it adds place, expectation and
            example.
        """
        if isinstance(raw, Mapping) and any(
            isinstance(part, str) and len(part) > LONGEST for part in raw.values()
        ):
            raise PydanticCustomError("too_long", "{code}", {"code": "too_long", "expected": LONGEST})
        written = (
            raw.unit if isinstance(raw, Quantity) else raw.get("unit") if isinstance(raw, Mapping) else ""
        )
        factor, unit = self._kept(written.strip()) if isinstance(written, str) else (1.0, self.unit_text)
        if isinstance(raw, Quantity):
            return replace(raw if factor == 1 else raw.scaled(factor), unit=unit)
        try:
            quantity = Quantity.parse(
                raw,
                positive=not self.signed,
                lower=None if self.lower is None else self.lower / factor,
                upper=None if self.upper is None else self.upper / factor,
            )
            return replace(quantity if factor == 1 else quantity.scaled(factor), unit=unit)
        except QuantityError as error:
            raise PydanticCustomError("quantity", "{code}", {"code": error.code, **error.params}) from error

    def _kept(self, unit: str) -> tuple[float, str]:
        """By what a value in ``unit`` is multiplied, and the unit it then has."""
        if not self.money:
            return (self._factor(unit, self.unit) if unit and unit != self.unit else 1.0), self.unit
        currency, _, per = (unit or "EUR").partition("/")
        wanted = self.unit.removeprefix("/")
        if not CURRENCY.match(currency):
            raise PydanticCustomError("unit", "{code}", self._unit_params(unit))
        if currency not in _quoted():
            params = {"code": "unknown_currency", "value": currency, "expected": ", ".join(sorted(_quoted()))}
            raise PydanticCustomError("unit", "{code}", params)
        if not per or per == wanted or (wanted == "unit" and per in PIECE):
            return 1.0, currency + self.unit
        if f"/{per}" in self.also:
            return 1.0, unit
        if not wanted:
            raise PydanticCustomError("unit", "{code}", self._unit_params(unit))
        return 1.0 / self._factor(per, wanted, unit), currency + self.unit

    def _factor(self, unit: str, wanted: str, shown: str = "") -> float:
        from thuishaven.facts import convert

        try:
            return convert(1.0, unit, wanted)
        except ValueError as error:
            raise PydanticCustomError("unit", "{code}", self._unit_params(shown or unit)) from error

    def _unit_params(self, unit: str) -> dict[str, Any]:
        return {"code": "wrong_unit", "value": unit, "expected": self.unit_text}

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda quantity: quantity.to_plain()
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        bounds = {"minimum": self.lower, "maximum": self.upper}
        number = {"type": "number", **{key: end for key, end in bounds.items() if end is not None}}
        text = {name: {"type": "string"} for name in ("unit", "source", "note")}
        mappings = []
        for form in FORMS:
            shape = {"shape": {"enum": ["pert", "triangular"]}} if form == ("min", "mode", "max") else {}
            mappings.append(
                {
                    "type": "object",
                    "properties": {**{key: {"type": "number"} for key in form}, **shape, **text},
                    "required": list(form),
                    "additionalProperties": False,
                }
            )
        return {"anyOf": [number, *mappings], "unit": self.unit_text}


@cache
def _quoted() -> frozenset[str]:
    """The currencies with an exchange rate in the facts, and the euro."""
    from thuishaven.facts import bundled

    return frozenset({"EUR", *(dict(fact.keys)["currency"] for fact in bundled().find("fx_rate"))})


def _no_text(raw: object) -> object:
    """A plain number is a number already; text is asked about, as it is in a quantity.

    Raises
    ------
    PydanticCustomError
        With the code of a text that can mean two numbers, or none.
    """
    if not isinstance(raw, str) or not raw.strip():
        return raw
    try:
        return read_number(raw, "value")
    except QuantityError as error:
        params = {**error.params, "expected": "12.5"}
        raise PydanticCustomError("number", "{code}", {"code": error.code, **params}) from error


#: A number without a unit or a range, and a number of things. "1.450" is one of them after it was asked.
Plain = Annotated[float, BeforeValidator(_no_text)]
Whole = Annotated[int, BeforeValidator(_no_text)]


def _type(unit: str, **bounds: Any) -> Any:
    return Annotated[Quantity, Spec(unit, **bounds)]


Share = _type("fraction", upper=1.0)
#: A tax of everything would leave nothing to divide by.
TaxRate = _type("fraction", upper=0.99)
Rate = _type("fraction", lower=-1.0, signed=True)
PositiveRate = _type("fraction")
Count = _type("count")
Units = _type("unit")
Days = _type("day")
SignedDays = _type("day", lower=None, signed=True)
Weeks = _type("week")
Months = _type("month")
Years = _type("year")
Hours = _type("h")
HoursPerWeek = _type("h/week", upper=168.0)
HoursPerYear = _type("h/year")
PerYear = _type("1/year")
Kilogram = _type("kg")
CubicMetre = _type("m3")
KilowattHour = _type("kWh")
TonnePerTonne = _type("t/t")
Money = _type("", money=True)
MoneyPerUnit = _type("/unit", money=True)
SignedMoneyPerUnit = _type("/unit", money=True, lower=None, signed=True)
MoneyPerUnitOrKg = _type("/unit", money=True, also=("/kg",))
MoneyPerHour = _type("/h", money=True)
MoneyPerYear = _type("/year", money=True)
SignedMoneyPerYear = _type("/year", money=True, lower=None, signed=True)
MoneyPerTonne = _type("/t", money=True)
MoneyPerKilowattHour = _type("/kWh", money=True)
