"""The supply network: who makes what for whom, tier by tier, as far as a company knows it.

It stands under ``chain.suppliers`` of a dossier. What a stress test asks of a link stands here; what it does
with it is the work of the room ``chain``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, ValidationError

from thuishaven.dossier import fields as f
from thuishaven.dossier.codes import CountryCode, Identifier
from thuishaven.dossier.problems import Problem
from thuishaven.dossier.sections import Section, Text
from thuishaven.dossier.translate import translated

#: Where the list stands.
SUPPLIERS = ("chain", "suppliers")


class Link(Section):
    """A maker in the supply network, and what it delivers to whom."""

    id: Identifier = Field(
        description="Short name of this maker, unique in the network", examples=["resin_plant"]
    )
    item: Text | None = Field(
        default=None,
        description="What it makes: a part of your bill of materials, or its input",
        examples=["polypropylene"],
    )
    tier: f.Whole = Field(
        ge=1,
        le=20,
        description="How far it is from us: 1 delivers to us, 2 delivers to one that delivers to us",
        examples=[1],
    )
    to: Identifier | None = Field(
        default=None,
        description="To which other maker of this list it delivers, from tier 2 on",
        examples=["moulder"],
    )
    country: CountryCode | None = Field(default=None, description="Country where it makes that")
    place: Text | None = Field(default=None, description="Town or region", examples=["Antwerpen"])
    visibility: Literal["known", "inferred", "unknown"] | None = Field(
        default=None, description="How you know about it", examples=["known"]
    )
    share: f.Share | None = Field(
        default=None, description="Share of what we need of that item that comes from here", examples=[0.6]
    )
    capacity: f.Units | None = Field(
        default=None, description="The most it can make of that item in a week", examples=[5000]
    )
    stock_weeks: f.Weeks | None = Field(
        default=None,
        description="Stock of that item, in store and under way, in weeks of our need",
        examples=[3],
    )
    recovery_weeks: f.Weeks | None = Field(
        default=None, description="Weeks until it delivers again after a serious stop", examples=[8]
    )
    stops: f.PerYear | None = Field(default=None, description="Serious stops per year", examples=[0.1])
    lead_days: f.Days | None = Field(default=None, description="Days from order to receipt", examples=[30])
    mode: Literal["sea", "road", "rail", "air", "shortsea"] | None = Field(
        default=None, description="Main mode of transport", examples=["sea"]
    )
    switch_weeks: f.Weeks | None = Field(
        default=None,
        description="Weeks until another maker can take over (0 when one is ready)",
        examples=[12],
    )
    switch_cost: f.Money | None = Field(
        default=None, description="What it costs to change to another maker", examples=[20000]
    )


def check(chain: Mapping[str, Any]) -> Iterator[tuple[tuple[Any, ...], Problem]]:
    """What is wrong with the suppliers of a network, with the path where it stands.

    Parameters
    ----------
    chain
        The part ``chain`` of a dossier. What stands in it beside ``suppliers`` is not looked at.
    """
    rows = chain.get(SUPPLIERS[-1])
    if rows is None:
        return
    if not isinstance(rows, list):
        params = {"value": "…", "expected": "- {id: …, tier: 1}", "example": "- {id: moulder, tier: 1}"}
        yield SUPPLIERS, Problem("wrong_type", params=params)
        return
    links = []
    for place, row in enumerate(rows):
        try:
            links.append((place, Link.model_validate(row)))
        except ValidationError as error:
            for item in error.errors(include_url=False):
                code, params = translated(item, Link)
                yield (*SUPPLIERS, place, *item["loc"]), Problem(code, params=params)
    names = [link.id for _place, link in links]
    for place, link in links:
        if names.index(link.id) != [number for number, _link in links].index(place):
            params = {"value": link.id, "example": f"{link.id}_2"}
            yield (*SUPPLIERS, place, "id"), Problem("duplicate", params=params)
        if link.to is not None and link.to not in names:
            params = {"value": link.to, "expected": ", ".join(names)}
            yield (*SUPPLIERS, place, "to"), Problem("unknown_maker", params=params)
