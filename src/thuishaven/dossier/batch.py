"""Many parts at once: each with its own volume and price, some sharing a machine, a line or a mould set."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from thuishaven.dossier import fields as f
from thuishaven.dossier.codes import Identifier
from thuishaven.dossier.model import Demand, Dossier, Process, Product, Section


class Part(Section):
    """One part of a batch: a product with its own volume and prices, sharing the rest of the dossier."""

    id: Identifier = Field(description="Part number", examples=["P-1001"])
    product: Product = Field(description="The part")
    demand: Demand = Field(description="Volume of the part")
    process: Process = Field(default_factory=Process, description="Process of the part")
    unit_price: f.MoneyPerUnit | None = Field(default=None, description="Today's price")
    shares_investment: Identifier | None = Field(default=None, description="Investment it shares with other parts")


class Investment(Section):
    """A machine, line or mould set that several parts share."""

    id: Identifier = Field(description="Name of the investment", examples=["press-400t"])
    cost: f.Money = Field(description="Cost, installed", examples=[450000])
    capacity_hours: f.HoursPerYear = Field(description="Machine hours a year it can give", examples=[4000])


class Batch(Section):
    """A dossier that serves as the pattern, and the parts and shared investments that vary on it."""

    pattern: Dossier = Field(description="The dossier that every part starts from")
    plan: Identifier = Field(description="The plan that brings a part home", examples=["home"])
    parts: tuple[Part, ...] = Field(min_length=1, description="The parts")
    investments: tuple[Investment, ...] = Field(default=(), description="Shared machines, lines and mould sets")
