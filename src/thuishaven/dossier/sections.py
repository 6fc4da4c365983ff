"""What is made, for whom and how: the sections of a dossier that say nothing about a place yet."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from thuishaven.dossier import fields as f
from thuishaven.dossier.codes import (
    CnCode,
    CountryCode,
    Identifier,
    NaceCode,
)

Text = Annotated[str, Field(max_length=2000)]
#: A text that says something.
Words = Annotated[str, Field(min_length=1, max_length=2000)]
LanguageCode = Literal["nl", "en", "fr"]


def _as_translations(raw: object) -> object:
    if raw == "":
        raise PydanticCustomError("missing", "{code}", {"code": "missing"})
    return {"nl": raw, "en": raw, "fr": raw} if isinstance(raw, str) else raw


#: A name in one or more languages; a plain text serves for all three.
Translated = Annotated[dict[LanguageCode, Words], Field(min_length=1), BeforeValidator(_as_translations)]


class Section(BaseModel):
    """A part of the dossier: immutable, and strict about names it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, allow_inf_nan=False)


class Nace(Section):
    """Activity code with its revision (25.62 is another trade in Rev. 2 than in Rev. 2.1)."""

    code: NaceCode = Field(description="NACE code", examples=["22.29"])
    revision: Literal["2.0", "2.1"] = Field(
        description="Revision of the NACE classification", examples=["2.0"]
    )


class Company(Section):
    """Who asks."""

    name: Text = Field(default="", description="Name of the company", examples=["Voorbeeld bv"])
    country: CountryCode = Field(description="Home country (ISO 3166 alpha-3)", examples=["BEL"])
    region: Text | None = Field(default=None, description="Region (NUTS code)", examples=["BE21"])
    nace: Nace | None = Field(default=None, description="Main activity")
    headcount: f.Whole | None = Field(
        default=None, ge=0, le=10_000_000, description="Number of employees", examples=[140]
    )
    discount_rate: f.Share | None = Field(
        default=None, description="Required return after tax, nominal per year", examples=[0.08]
    )
    tax_rate: f.TaxRate | None = Field(default=None, description="Corporate income tax rate", examples=[0.25])


class Cbam(Section):
    """Embedded emissions of a good under the carbon border adjustment."""

    emissions: f.TonnePerTonne = Field(description="Embedded emissions, t CO2e per t of good", examples=[2.1])
    benchmark: f.TonnePerTonne | None = Field(
        default=None, description="Free-allocation benchmark, t CO2e per t of good", examples=[1.4]
    )
    paid_at_origin: f.MoneyPerTonne | None = Field(
        default=None, description="Carbon price already paid at origin, per t CO2e", examples=[10]
    )


class Product(Section):
    """What is made."""

    name: Translated = Field(description="Name of the product", examples=["Plantenpot 30 cm"])
    cn: CnCode = Field(description="Customs code: CN8, or HS6 if unknown", examples=["39269097"])
    mass_kg: f.Kilogram | None = Field(default=None, description="Mass of one unit, packed", examples=[1.9])
    volume_m3: f.CubicMetre | None = Field(
        default=None, description="Volume of one unit, packed for transport", examples=[0.02]
    )
    price: f.MoneyPerUnit | None = Field(
        default=None, description="Selling price, before VAT", examples=[24.0]
    )
    salvage: f.MoneyPerUnit | None = Field(
        default=None,
        description="What a unit left over at the end of the season still brings in",
        examples=[6.0],
    )
    pattern: Literal["replenished", "season"] = Field(
        default="replenished",
        description="Replenished all year, or one order for a season",
        examples=["replenished"],
    )
    obsolescence_rate: f.Share | None = Field(
        default=None, description="Chance per year that stock becomes unsaleable (revision, end of life)"
    )
    failure_cost: f.MoneyPerUnit | None = Field(default=None, description="Cost of one failure in the field")
    cbam: Cbam | None = Field(default=None, description="Embedded emissions, if the code falls under CBAM")
    end_of_life: f.SignedMoneyPerUnit | None = Field(
        default=None, description="Take-back and producer-responsibility cost per unit, less recovered value"
    )


class Demand(Section):
    """How much, and how sure."""

    units_per_year: f.Units = Field(description="Units needed in the first full year", examples=[100000])
    growth: f.Rate | None = Field(default=None, description="Growth of the volume per year", examples=[0.02])
    variation: f.PositiveRate | None = Field(
        default=None, description="Coefficient of variation of monthly demand", examples=[0.3]
    )
    forecast_error: f.PositiveRate | None = Field(
        default=None, description="Coefficient of variation of the forecast error when the season is ordered"
    )
    forecast_days: f.Days | None = Field(
        default=None, description="Days ahead at which that forecast error was measured", examples=[90]
    )
    lost_sales: f.Share | None = Field(
        default=None,
        description="Share of the demand that is lost, not delivered later, when there are no goods",
    )
    markets: dict[CountryCode, Annotated[f.Plain, Field(ge=0, le=1)]] = Field(
        default_factory=dict, description="Share of the sales by country", examples=[{"NLD": 0.4, "DEU": 0.6}]
    )


class BomLine(Section):
    """One part or material of the product."""

    id: Identifier = Field(
        description="Name of the part, unique in the bill of materials", examples=["shell"]
    )
    parent: Identifier | None = Field(default=None, description="The part this one goes into")
    quantity: f.Count = Field(description="How many per parent", examples=[1])
    material: Text | None = Field(default=None, description="Material", examples=["polypropylene"])
    mass_kg: f.Kilogram | None = Field(default=None, description="Mass of one piece", examples=[1.8])
    price: f.MoneyPerUnitOrKg | None = Field(
        default=None, description="Price per kg or per piece, at the plant that makes the product"
    )
    origin: CountryCode | None = Field(
        default=None, description="Country where it comes from", examples=["NLD"]
    )
    critical: bool = Field(default=True, description="The plant stops when it is out")
    recycled_share: f.Share | None = Field(
        default=None, description="Share of its material that comes from recycling", examples=[0.3]
    )
    cbam: Cbam | None = Field(default=None, description="Embedded emissions, if imported under CBAM")


class Process(Section):
    """How one unit is made; a plan may change any of it."""

    labour_hours: f.Hours | None = Field(
        default=None, description="Paid labour hours per good unit", examples=[0.11]
    )
    labour_cost: f.MoneyPerHour | None = Field(
        default=None, description="Labour cost per paid hour", examples=[38]
    )
    efficiency: f.PositiveRate | None = Field(
        default=None, description="Productivity against those hours (1 = as entered)", examples=[1]
    )
    learning_ratio: f.Share | None = Field(
        default=None, description="Hours needed after each doubling of output, as a share", examples=[0.85]
    )
    machine_hours: f.Hours | None = Field(
        default=None, description="Machine hours per good unit", examples=[0.05]
    )
    oee: f.Share | None = Field(default=None, description="Overall equipment effectiveness", examples=[0.6])
    shifts: Literal[1, 2, 3, 4, 5] | None = Field(default=None, description="Number of shifts", examples=[3])
    shift_premium: f.PositiveRate | None = Field(
        default=None, description="Extra pay over all shifts together, as a share of the day wage"
    )
    automation: Literal["none", "medium", "high"] | None = Field(
        default=None, description="Level of automation", examples=["high"]
    )
    energy_kwh: f.KilowattHour | None = Field(
        default=None, description="Electricity per unit", examples=[2.4]
    )
    energy_price: f.MoneyPerKilowattHour | None = Field(default=None, description="Electricity price")
    material_yield: f.Share | None = Field(
        default=None, description="Share of the material that ends in good units"
    )
    setup_hours: f.Hours | None = Field(default=None, description="Hours per change-over", examples=[2])
    setup_crew: f.Count | None = Field(default=None, description="People at a change-over", examples=[1])
    batch_units: f.Units | None = Field(default=None, description="Units per batch", examples=[2000])
    overhead: f.MoneyPerYear | None = Field(
        default=None, description="Site cost and indirect staff that change with this plan"
    )
    redesign_saving: f.Share | None = Field(
        default=None, description="Share of the making cost saved by the redesign"
    )
    waste: f.MoneyPerUnit | None = Field(default=None, description="Waste, water and chemicals per unit")
