"""A place that makes the product, and the terms on which it is supplied."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from thuishaven.dossier import fields as f
from thuishaven.dossier.codes import (
    CountryCode,
    Day,
    Identifier,
    Incoterm,
    YearNumber,
)
from thuishaven.dossier.sections import Process, Section


class Payment(Section):
    """One instalment of the price."""

    share: Annotated[f.Plain, Field(gt=0, le=1)] = Field(description="Share of the price", examples=[0.3])
    days: f.SignedDays = Field(
        description="Days after receipt of the goods (negative: before)", examples=[30]
    )


class PriceBreak(Section):
    """A lower price from a yearly volume on."""

    from_units: Annotated[f.Plain, Field(gt=0)] = Field(
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
    share: Annotated[f.Plain, Field(gt=0, le=1)] = Field(description="Share of the volume", examples=[1])
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
