"""The dossier: what a company tells, and the plans it compares. The one definition of every field.

A description below is shown as help in the web form, the XLSX template and the documentation; it is an
English message that the
catalogues translate. Every number may be a single value or a range (see
:class:`thuishaven.uncertainty.Quantity`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from thuishaven.dossier import fields as f
from thuishaven.dossier.codes import (
    CnCode,
    CountryCode,
    Day,
    FreeForm,
    Identifier,
    Incoterm,
    NaceCode,
    YearNumber,
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
    headcount: int | None = Field(
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
    markets: dict[CountryCode, Annotated[float, Field(ge=0, le=1)]] = Field(
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


class Payment(Section):
    """One instalment of the price."""

    share: Annotated[float, Field(gt=0, le=1)] = Field(description="Share of the price", examples=[0.3])
    days: f.SignedDays = Field(
        description="Days after receipt of the goods (negative: before)", examples=[30]
    )


class PriceBreak(Section):
    """A lower price from a yearly volume on."""

    from_units: Annotated[float, Field(gt=0)] = Field(
        description="From this many units a year", examples=[150000]
    )
    unit_price: f.MoneyPerUnit = Field(description="Price per unit from there", examples=[7.6])


class Quote(Section):
    """Where a price comes from and how long it holds."""

    date: Day | None = Field(default=None, description="Date of the quote", examples=["2026-09-14"])
    valid_until: Day | None = Field(
        default=None, description="The quote holds until", examples=["2027-03-31"]
    )
    tooling: Literal["ours", "theirs"] | None = Field(default=None, description="Who owns the tooling")


class Terms(Section):
    """Buying terms of a source."""

    payments: tuple[Payment, ...] = Field(default=(), description="Instalments; the shares add up to 1")
    price_breaks: tuple[PriceBreak, ...] = Field(default=(), description="Price breaks by yearly volume")
    moq: f.Units | None = Field(default=None, description="Minimum order quantity", examples=[5000])
    shelf_days: f.Days | None = Field(
        default=None, description="Days an order may lie before it is worthless"
    )
    order_cost: f.Money | None = Field(default=None, description="Cost of placing and receiving one order")
    shipment_units: f.Units | None = Field(default=None, description="Units per shipment", examples=[4000])
    hedged: f.Share | None = Field(default=None, description="Share of the currency exposure that is hedged")
    hedge_cost: f.Rate | None = Field(
        default=None, description="Cost of hedging as a share of the hedged amount"
    )
    royalty_rate: f.Share | None = Field(
        default=None, description="Licences and royalties as a share of the price"
    )


class Logistics(Section):
    """From the maker to our door."""

    mode: Literal["sea", "road", "rail", "air", "shortsea"] | None = Field(
        default=None, description="Main mode of transport", examples=["sea"]
    )
    packaging: f.MoneyPerUnit | None = Field(
        default=None, description="Export packing or returnable packaging"
    )
    freight: f.MoneyPerUnit | None = Field(default=None, description="Freight per unit, if you know it")
    fill: f.Share | None = Field(
        default=None, description="How full containers or trucks are", examples=[0.85]
    )
    insurance_rate: f.Share | None = Field(
        default=None, description="Cargo insurance as a share of the value"
    )
    shipment_fees: f.Money | None = Field(
        default=None, description="Terminal, documents, broker, inspections, per shipment"
    )
    duty_rate: f.PositiveRate | None = Field(
        default=None, description="Import duty actually paid, as a share of customs value", examples=[0.065]
    )
    anti_dumping_rate: f.PositiveRate | None = Field(
        default=None, description="Anti-dumping, anti-subsidy or safeguard duty", examples=[0.485]
    )
    originating: bool | None = Field(
        default=None, description="The goods qualify for the trade agreement's preference"
    )
    origin_cost: f.Money | None = Field(default=None, description="Cost of the proof of origin, per shipment")
    vat_days: f.Days | None = Field(
        default=None, description="Days that import VAT is financed (0 with postponed accounting)"
    )
    expedited_share: f.Share | None = Field(
        default=None, description="Share of the volume sent as a rush order"
    )
    expedite_multiple: f.PositiveRate | None = Field(
        default=None, description="Cost of a rush shipment as a multiple of normal freight"
    )
    handling: f.MoneyPerUnit | None = Field(
        default=None, description="Receiving, picking and cross-docking per unit"
    )
    storage_days: f.Days | None = Field(default=None, description="Days in store")
    compliance: f.MoneyPerYear | None = Field(
        default=None, description="Export control, due diligence and audits of the supply chain"
    )
    transit_days: f.Days | None = Field(default=None, description="Days under way while the goods are ours")


class Quality(Section):
    """What goes wrong with the goods."""

    inspection: f.Money | None = Field(default=None, description="Incoming inspection per shipment")
    scrap_rate: f.Share | None = Field(
        default=None, description="Share of units that turn out bad", examples=[0.02]
    )
    scrap_recovery: f.Share | None = Field(default=None, description="Share of that cost the maker pays back")
    failure_rate: f.Share | None = Field(default=None, description="Share of units that fail in the field")
    claim_rate: f.PerYear | None = Field(default=None, description="Liability claims per year")
    claim_cost: f.Money | None = Field(default=None, description="Cost of one claim")
    claim_recovery: f.Share | None = Field(default=None, description="Share of a claim that the maker bears")
    line_stop_rate: f.PerYear | None = Field(default=None, description="Line stops at the customer per year")
    line_stop_hours: f.Hours | None = Field(default=None, description="Hours per line stop")
    line_stop_penalty: f.MoneyPerHour | None = Field(
        default=None, description="Penalty per hour of line stop"
    )


class Coordination(Section):
    """The work of working together."""

    start_up_trips: f.Count | None = Field(default=None, description="Trips to find and start up the source")
    trips: f.PerYear | None = Field(default=None, description="Trips per year", examples=[2])
    trip_cost: f.Money | None = Field(default=None, description="Cost per trip, travel time included")
    expats: f.Count | None = Field(default=None, description="Expatriates, full-time")
    expat_cost: f.MoneyPerYear | None = Field(default=None, description="Package of one expatriate")
    engineering_hours: f.HoursPerYear | None = Field(default=None, description="Engineering support per year")
    lost_hours: f.HoursPerYear | None = Field(
        default=None, description="Hours lost to language, time zones and misunderstanding"
    )
    hourly_rate: f.MoneyPerHour | None = Field(default=None, description="Cost of one engineer's hour")
    changes: f.PerYear | None = Field(default=None, description="Engineering changes and samples per year")
    change_cost: f.Money | None = Field(default=None, description="Cost per change")
    staff: f.Count | None = Field(default=None, description="Own staff at the foreign plant")
    turnover_rate: f.PositiveRate | None = Field(
        default=None, description="Staff leaving per year, as a share"
    )
    leaver_cost: f.Money | None = Field(default=None, description="Cost of replacing one leaver")
    management: f.Count | None = Field(default=None, description="Management time, in full-time people")
    management_cost: f.MoneyPerYear | None = Field(default=None, description="Cost of one manager")


class Risk(Section):
    """What may go wrong with the source."""

    disruption_rate: f.PerYear | None = Field(
        default=None, description="Supply disruptions per year", examples=[0.27]
    )
    disruption_weeks: f.Weeks | None = Field(
        default=None, description="Mean length of a disruption", examples=[6]
    )
    spare_capacity: f.Share | None = Field(
        default=None, description="Extra volume this source can make, as a share of its own", examples=[0.2]
    )
    ip_leak_rate: f.Share | None = Field(default=None, description="Chance per year that know-how leaks")
    ip_loss: f.Money | None = Field(default=None, description="Margin lost by a leak, until renewed")
    default_rate: f.Share | None = Field(default=None, description="Chance per year that the supplier fails")
    switching_cost: f.Money | None = Field(default=None, description="Cost of replacing a failed supplier")
    incident_rate: f.Share | None = Field(
        default=None, description="Chance per year of a labour or environment incident"
    )
    incident_sales_loss: f.Share | None = Field(default=None, description="Share of a year's sales it costs")
    hazard_rate: f.Share | None = Field(
        default=None, description="Chance per year of a natural hazard at the site"
    )
    hazard_damage: f.Money | None = Field(default=None, description="Uninsured damage of such a hazard")


class Source(Section):
    """One place that supplies a share of the demand. The same id in two plans is the same place."""

    id: Identifier = Field(description="Name of the source", examples=["supplier"])
    maker: Literal["own", "supplier"] = Field(description="Own plant or a supplier", examples=["supplier"])
    country: CountryCode = Field(description="Country where it is made", examples=["CHN"])
    share: Annotated[float, Field(gt=0, le=1)] = Field(description="Share of the volume", examples=[1])
    start: YearNumber | None = Field(default=None, alias="from", description="First year", examples=[2027])
    until: YearNumber | None = Field(default=None, description="Last year", examples=[2030])
    incoterm: Incoterm | None = Field(
        default=None, description="Delivery term (Incoterms 2020)", examples=["FOB"]
    )
    unit_price: f.MoneyPerUnit | None = Field(
        default=None,
        description="Price per unit in the quote's currency",
        examples=[{"value": 7.9, "unit": "USD"}],
    )
    quote: Quote | None = Field(default=None, description="Date and validity of the quote")
    lead_days: f.Days | None = Field(default=None, description="Days from order to receipt", examples=[75])
    lead_sd_days: f.Days | None = Field(default=None, description="Standard deviation of the lead time")
    terms: Terms = Field(default_factory=Terms, description="Buying terms")
    logistics: Logistics = Field(default_factory=Logistics, description="Transport and border")
    quality: Quality = Field(default_factory=Quality, description="Quality")
    coordination: Coordination = Field(default_factory=Coordination, description="Coordination")
    risk: Risk = Field(default_factory=Risk, description="Risk")
    process: Process | None = Field(default=None, description="How this plant makes it, where it differs")


class Stock(Section):
    """The stock policy."""

    service_level: f.Share | None = Field(
        default=None, description="Share of order cycles without a stock-out", examples=[0.95]
    )
    review_days: f.Days | None = Field(default=None, description="Days between two orders", examples=[7])
    buffer_weeks: f.Weeks | None = Field(
        default=None, description="Extra stock, in weeks of demand", examples=[4]
    )
    holding_rate: f.Share | None = Field(
        default=None, description="Storage, insurance and shrinkage per year, as a share of the stock value"
    )


class OneOff(Section):
    """What is spent once."""

    building: f.Money | None = Field(default=None, description="Building and site")
    machines: f.Money | None = Field(default=None, description="Machines, installed", examples=[900000])
    machine_price: f.Money | None = Field(
        default=None, description="Price of one machine, if the number should follow from the volume"
    )
    automation: f.Money | None = Field(default=None, description="Robots and cells, integration included")
    moulds: f.Money | None = Field(
        default=None, description="Tooling and moulds, new or moved", examples=[120000]
    )
    redesign: f.Money | None = Field(default=None, description="Redesign of the product")
    qualification: f.Money | None = Field(default=None, description="Tests, samples and approvals")
    hires: f.Count | None = Field(default=None, description="People to recruit and train", examples=[6])
    cost_per_hire: f.Money | None = Field(
        default=None, description="Cost of recruiting and training one person"
    )
    closure: f.Money | None = Field(default=None, description="Severance and closure at the plant that stops")
    incentives_lost: f.Money | None = Field(
        default=None, description="Foreign incentives lost or clawed back"
    )
    contract_exit: f.Money | None = Field(default=None, description="Leaving the supplier's contract")
    supplier_development: f.Money | None = Field(
        default=None, description="Finding and developing a new supplier"
    )
    parallel_months: f.Months | None = Field(default=None, description="Months of double running")
    parallel_cost: f.MoneyPerYear | None = Field(
        default=None, description="Fixed cost of the leaving source, per year, during double running"
    )
    network: f.Money | None = Field(default=None, description="Building a network at the new site")
    ramp_up_months: f.Months | None = Field(
        default=None, description="Months until full output", examples=[6]
    )
    bridged_share: f.Share | None = Field(
        default=None, description="Share of the missing output that the old source still makes"
    )
    contingency: f.PositiveRate | None = Field(
        default=None, description="Uplift on all one-off costs", examples=[0.2]
    )
    machine_life: f.Years | None = Field(default=None, description="Economic life of machines and moulds")
    building_life: f.Years | None = Field(default=None, description="Economic life of the building")


class HomeRisk(Section):
    """What may go wrong at home."""

    delay_months: f.Months | None = Field(default=None, description="Delay by permits or grid connection")
    vacancy_rate: f.Share | None = Field(
        default=None, description="Share of the output lost to unfilled jobs"
    )


class Market(Section):
    """What the plan does to sales; only the part that differs from today."""

    made_in_premium: f.Share | None = Field(default=None, description="Extra price for local origin")
    made_in_share: f.Share | None = Field(
        default=None, description="Share of the volume sold as local that pays it"
    )
    green_margin: f.MoneyPerYear | None = Field(default=None, description="Margin won by green tenders")
    innovation: f.MoneyPerYear | None = Field(default=None, description="Value of faster development")
    customisation: f.MoneyPerYear | None = Field(default=None, description="Extra margin from custom work")
    lost_foreign_margin: f.MoneyPerYear | None = Field(
        default=None, description="Margin lost in the foreign market after closing there"
    )
    launches: f.PerYear | None = Field(default=None, description="Product launches per year")
    weeks_gained: f.Weeks | None = Field(default=None, description="Weeks a launch is earlier")
    weekly_launch_margin: f.Money | None = Field(default=None, description="Margin of one week in a launch")
    launch_matters: f.Share | None = Field(default=None, description="Chance that being earlier matters")


class ExtraFlow(Section):
    """An amount on a line of the taxonomy in given years, for instance support that was granted."""

    line: Annotated[str, Field(pattern=r"^[A-Z]\d{2}$")] = Field(
        description="Line of the taxonomy", examples=["T01"]
    )
    start: YearNumber = Field(alias="from", description="First year", examples=[2027])
    until: YearNumber | None = Field(default=None, description="Last year")
    amount: f.SignedMoneyPerYear = Field(description="Cost per year (negative: income)", examples=[-50000])
    probability: Annotated[float, Field(ge=0, le=1)] = Field(
        default=1.0, description="Chance that it happens"
    )


class Plan(Section):
    """One way to supply the demand. All but the first are a diff on ``today``."""

    id: Identifier = Field(description="Name of the plan", examples=["home"])
    name: Translated | None = Field(default=None, description="Name shown in tables")
    family: Text | None = Field(
        default=None, description="Kind of plan (table plan_families)", examples=["reshore"]
    )
    sources: tuple[Source, ...] | None = Field(
        default=None, description="Who makes it; absent means as today. The shares of a year add up to 1"
    )
    changes: dict[Identifier, dict[str, Any]] = Field(
        default_factory=dict, description="Changes to a source of today, by its name"
    )
    bom: tuple[BomLine, ...] | None = Field(default=None, description="Bill of materials, where it differs")
    process: Process = Field(default_factory=Process, description="Process, where it differs")
    stock: Stock = Field(default_factory=Stock, description="Stock policy, where it differs")
    one_off: OneOff = Field(default_factory=OneOff, description="What is spent once")
    market: Market = Field(default_factory=Market, description="What it does to sales")
    home_risk: HomeRisk = Field(default_factory=HomeRisk, description="Risks at home")
    overhead_left: f.MoneyPerYear | None = Field(
        default=None, description="Overhead that stays behind when the volume leaves"
    )
    flows: tuple[ExtraFlow, ...] = Field(default=(), description="Amounts on a line, for instance support")
    assumptions: tuple[Words, ...] = Field(default=(), description="Assumptions that made this plan")


class UserFact(Section):
    """The user's own figure for a registered parameter; it wins over every other."""

    parameter: Words = Field(
        description="Name of the parameter", examples=["electricity_price_non_household"]
    )
    keys: dict[str, str] = Field(
        default_factory=dict, description="What it is about", examples=[{"iso3": "BEL"}]
    )
    value: float = Field(description="Value")
    low: float | None = Field(default=None, description="Low end (5 %)")
    high: float | None = Field(default=None, description="High end (95 %)")
    unit: Words = Field(description="Unit", examples=["EUR/kWh"])
    period: Words = Field(description="What period it is about", examples=["2026"])
    source: Words = Field(description="Where it comes from", examples=["supplier contract 2026"])


class Dossier(Section):
    """What a company tells about one product and the plans to supply it."""

    thuishaven: Literal[1] = Field(description="Version of this format", examples=[1])
    as_of: Day = Field(description="Date of the figures", examples=["2026-11-21"])
    title: Translated | None = Field(default=None, description="Title of the dossier")
    about: Translated | None = Field(
        default=None, description="What is public about the case, and its source"
    )
    company: Company = Field(description="Who asks")
    product: Product = Field(description="What is made")
    demand: Demand = Field(description="How much")
    bom: tuple[BomLine, ...] = Field(default=(), description="Bill of materials")
    process: Process = Field(default_factory=Process, description="Process")
    stock: Stock = Field(default_factory=Stock, description="Stock policy")
    plans: tuple[Plan, ...] = Field(min_length=1, description="Plans; the first one is today")
    scan: FreeForm = Field(default_factory=dict, description="Answers to the scan")
    chain: FreeForm = Field(default_factory=dict, description="The supply network")
    preferences: FreeForm = Field(default_factory=dict, description="Weights")
    facts: tuple[UserFact, ...] = Field(default=(), description="Your own figures")

    @property
    def baseline(self) -> Plan:
        """Today: the plan that all others are compared with."""
        return self.plans[0]
