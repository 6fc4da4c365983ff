"""The dossier: what a company tells, and the plans it compares. The one definition of every field.

A description below is shown as help in the web form, the XLSX template and the documentation; it is an
English message that the
catalogues translate. Every number may be a single value or a range (see
:class:`thuishaven.uncertainty.Quantity`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from thuishaven.dossier import fields as f
from thuishaven.dossier.codes import (
    Day,
    FreeForm,
    Identifier,
    YearNumber,
)
from thuishaven.dossier.labour import Labour, Occupation, Subsidy
from thuishaven.dossier.remarks import Reason, Remark
from thuishaven.dossier.sections import (
    BomLine,
    Company,
    Demand,
    Process,
    Product,
    Section,
    Text,
    Translated,
    Words,
)
from thuishaven.dossier.supply import Source

__all__ = [
    "BomLine",
    "Company",
    "Demand",
    "Dossier",
    "ExtraFlow",
    "HomeRisk",
    "Labour",
    "Market",
    "Occupation",
    "OneOff",
    "Plan",
    "Process",
    "Product",
    "Reason",
    "Remark",
    "Section",
    "Source",
    "Stock",
    "Subsidy",
    "UserFact",
]


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
    probability: Annotated[f.Plain, Field(ge=0, le=1)] = Field(
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
    labour: Labour = Field(default_factory=Labour, description="Work at home, where it differs")
    stock: Stock = Field(default_factory=Stock, description="Stock policy, where it differs")
    one_off: OneOff = Field(default_factory=OneOff, description="What is spent once")
    market: Market = Field(default_factory=Market, description="What it does to sales")
    home_risk: HomeRisk = Field(default_factory=HomeRisk, description="Risks at home")
    overhead_left: f.MoneyPerYear | None = Field(
        default=None, description="Overhead that stays behind when the volume leaves"
    )
    flows: tuple[ExtraFlow, ...] = Field(default=(), description="Amounts on a line, for instance support")
    assumptions: tuple[Remark, ...] = Field(
        default=(), description="Assumptions that made this plan: a text, or a code with its parameters"
    )
    lacks: tuple[Remark, ...] = Field(
        default=(), description="What is still to be found out about this plan: a text, or a code"
    )


class UserFact(Section):
    """The user's own figure for a registered parameter; it wins over every other."""

    parameter: Words = Field(
        description="Name of the parameter", examples=["electricity_price_non_household"]
    )
    keys: dict[str, str] = Field(
        default_factory=dict, description="What it is about", examples=[{"iso3": "BEL"}]
    )
    value: f.Plain = Field(description="Value")
    low: f.Plain | None = Field(default=None, description="Low end (5 %)")
    high: f.Plain | None = Field(default=None, description="High end (95 %)")
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
    labour: Labour = Field(default_factory=Labour, description="Work at home")
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
