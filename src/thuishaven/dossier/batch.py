"""Many parts at once: each with its own volume and price, some sharing a machine, a line or a mould set."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from thuishaven.dossier import fields as f
from thuishaven.dossier.codes import Identifier
from thuishaven.dossier.model import Demand, Dossier, Process, Product, Section
from thuishaven.dossier.resolve import merged


class Part(Section):
    """One part of a batch: a product with its own volume and prices, sharing the rest of the dossier."""

    id: Identifier = Field(description="Part number", examples=["P-1001"])
    product: Product = Field(description="The part")
    demand: Demand = Field(description="Volume of the part")
    process: Process = Field(default_factory=Process, description="Process of the part")
    unit_price: f.MoneyPerUnit | None = Field(
        default=None, description="Today's price", examples=[{"value": 7.9, "unit": "USD"}]
    )
    shares_investment: Identifier | None = Field(
        default=None, description="Investment it shares with other parts", examples=["press-400t"]
    )


class Investment(Section):
    """A machine, line or mould set that several parts share."""

    id: Identifier = Field(description="Name of the investment", examples=["press-400t"])
    kind: Literal["machine", "moulds"] = Field(
        default="machine",
        description="A machine or line, or a set of moulds or tools",
        examples=["machine"],
    )
    cost: f.Money = Field(description="Cost, installed", examples=[450000])
    capacity_hours: f.HoursPerYear = Field(description="Machine hours a year it can give", examples=[4000])


class Batch(Section):
    """A dossier that serves as the pattern, and the parts and shared investments that vary on it."""

    pattern: Dossier = Field(description="The dossier that every part starts from")
    plan: Identifier = Field(description="The plan that brings a part home", examples=["home"])
    parts: tuple[Part, ...] = Field(min_length=1, description="The parts")
    investments: tuple[Investment, ...] = Field(
        default=(), description="Shared machines, lines and mould sets"
    )


def part_dossier(batch: Batch, part: Part) -> Dossier:
    """The dossier of one part: the pattern with the part's product, volume, process and today's price.

    Today's price goes to every supplier of today, wherever a plan names that same source. The part's process
    goes under
    those of the plans, which keep what they change.

    Parameters
    ----------
    batch
        The batch, for its pattern.
    part
        One of its parts.
    """
    pattern = batch.pattern
    change = {
        "product": part.product,
        "demand": part.demand,
        "process": merged(pattern.process, part.process),
        "title": part.product.name,
    }
    if part.unit_price is not None:
        bought = {source.id for source in pattern.baseline.sources or () if source.maker == "supplier"}
        change["plans"] = tuple(
            plan.model_copy(
                update={
                    "sources": plan.sources
                    and tuple(
                        source.model_copy(update={"unit_price": part.unit_price})
                        if source.id in bought
                        else source
                        for source in plan.sources
                    )
                }
            )
            for plan in pattern.plans
        )
    return pattern.model_copy(update=change)
