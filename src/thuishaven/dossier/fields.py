"""Field types of the dossier: a quantity or an amount of money, with its unit, bounds and example.

Each type below is used in an ``Annotated`` field of :mod:`thuishaven.dossier.model`, which is the one definition of a dossier:
validation, JSON Schema, XLSX template and documentation all read the same :class:`Spec`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from thuishaven.uncertainty import Quantity, QuantityError

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue

CURRENCY = re.compile(r"^[A-Z]{3}$")
#: Spellings of the per-unit part of a price that mean "per piece of the product".
PIECE = frozenset({"unit", "piece", "stuk", "pièce", "pc", "pcs"})
#: The plain forms in which a quantity may be written, for JSON Schema and messages.
FORMS = (("value",), ("low", "mode", "high"), ("min", "mode", "max"), ("low", "high"), ("mean", "sd"))


@dataclass(frozen=True, slots=True)
class Spec:
    """What a quantity field accepts.

    Parameters
    ----------
    unit
        Canonical unit, in words a person uses (``"h"``, ``"kg"``, ``"fraction"``); for money the part after the currency,
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
            With the code and parameters of the problem; the door that shows it adds place, expectation and example.
        """
        if isinstance(raw, Quantity):
            quantity = raw
        else:
            try:
                quantity = Quantity.parse(raw, positive=not self.signed, lower=self.lower, upper=self.upper)
            except QuantityError as error:
                raise PydanticCustomError("quantity", "{code}", {"code": error.code, **error.params}) from error
        return self._convert(quantity)

    def _convert(self, quantity: Quantity) -> Quantity:
        unit = quantity.unit
        if self.money:
            return self._convert_money(quantity, unit or f"EUR{self.unit}")
        if not unit or unit == self.unit:
            return replace(quantity, unit=self.unit)
        from thuishaven.facts import convert

        try:
            factor = convert(1.0, unit, self.unit)
        except ValueError as error:
            raise PydanticCustomError("unit", "{code}", self._unit_params(unit)) from error
        return replace(quantity.scaled(factor), unit=self.unit)

    def _convert_money(self, quantity: Quantity, unit: str) -> Quantity:
        currency, _, per = unit.partition("/")
        wanted = self.unit.removeprefix("/")
        if not CURRENCY.match(currency):
            raise PydanticCustomError("unit", "{code}", self._unit_params(unit))
        if not per or per == wanted or (wanted == "unit" and per in PIECE):
            return replace(quantity, unit=currency + self.unit)
        if f"/{per}" in self.also:
            return quantity
        from thuishaven.facts import convert

        try:
            factor = 1.0 / convert(1.0, per, wanted)
        except ValueError as error:
            raise PydanticCustomError("unit", "{code}", self._unit_params(unit)) from error
        return replace(quantity.scaled(factor), unit=currency + self.unit)

    def _unit_params(self, unit: str) -> dict[str, Any]:
        return {"code": "wrong_unit", "value": unit, "expected": self.unit_text}

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(lambda quantity: quantity.to_plain()),
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        number: dict[str, Any] = {"type": "number"}
        if self.lower is not None:
            number["minimum"] = self.lower
        if self.upper is not None:
            number["maximum"] = self.upper
        text = {name: {"type": "string"} for name in ("unit", "source", "note")}
        mappings = [
            {
                "type": "object",
                "properties": {**dict.fromkeys(form, number), **text},
                "required": [name for name in form if name != "mode" or form[0] == "low"],
                "additionalProperties": False,
            }
            for form in FORMS
        ]
        return {"anyOf": [number, *mappings], "unit": self.unit_text}


def _type(unit: str, **bounds: Any) -> Any:
    return Annotated[Quantity, Spec(unit, **bounds)]


Share = _type("fraction", upper=1.0)
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
HoursPerYear = _type("h/year")
PerYear = _type("1/year")
Kilogram = _type("kg")
CubicMetre = _type("m3")
KilowattHour = _type("kWh")
TonnePerTonne = _type("t/t")
Kilometre = _type("km")
Money = _type("", money=True)
SignedMoney = _type("", money=True, lower=None, signed=True)
MoneyPerUnit = _type("/unit", money=True)
SignedMoneyPerUnit = _type("/unit", money=True, lower=None, signed=True)
MoneyPerUnitOrKg = _type("/unit", money=True, also=("/kg",))
MoneyPerHour = _type("/h", money=True)
MoneyPerYear = _type("/year", money=True)
SignedMoneyPerYear = _type("/year", money=True, lower=None, signed=True)
MoneyPerTonne = _type("/t", money=True)
MoneyPerKilowattHour = _type("/kWh", money=True)
