"""Which sheets a dossier becomes, made from the model: long sheets with a field per row, tables with a thing
per row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel

from thuishaven.dossier.model import BomLine, Dossier, ExtraFlow, OneOff, Plan, Source, UserFact
from thuishaven.dossier.structure import Member, Path, members
from thuishaven.locale import N_

LANGUAGES = ("nl", "en", "fr")
#: Columns of a long sheet after its keys, and their headings.
VALUES = {
    "field": N_("Field"),
    "value": N_("Value"),
    "low": N_("Low"),
    "mode": N_("Most likely"),
    "high": N_("High"),
    "sd": N_("Spread (sd)"),
    "range": N_("Kind of range"),
    "unit": N_("Unit"),
    "source": N_("Where it comes from"),
    "note": N_("Note"),
    "help": N_("What is meant"),
}
KEYS = {"plan": N_("Plan"), "place": N_("Source")}
#: What the column "Kind of range" may say; empty means that low and high are the 5 % and 95 % ends.
RANGES = ("bounds", "triangular")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet.

    Parameters
    ----------
    key
        Stands in the first, hidden row, so that a sheet may be renamed.
    title, help
        Name of the sheet and what to do in it, in English.
    section
        Model of what stands in a row, or of the thing whose fields are the rows.
    keys
        Columns that say which plan and which source a row belongs to.
    table
        One thing per row, instead of one field per row.
    """

    key: str
    title: str
    help: str
    section: type[BaseModel]
    keys: tuple[str, ...] = ()
    table: bool = False


SHEETS = (
    Sheet("dossier", N_("Dossier"), N_("The company, the product, the demand and how it is made."), Dossier),
    Sheet(
        "markets",
        N_("Markets"),
        N_("Share of the sales by country; together 1 at most."),
        Dossier,
        table=True,
    ),
    Sheet(
        "bom",
        N_("Parts"),
        N_("One part or material per row; leave the plan empty."),
        BomLine,
        ("plan",),
        True,
    ),
    Sheet("plans", N_("Plans"), N_("One plan per row; the first one is today."), Plan, table=True),
    Sheet(
        "sources",
        N_("Sources"),
        N_("Who makes it in which plan; repeat plan and source on each row."),
        Source,
        tuple(KEYS),
    ),
    Sheet(
        "changes",
        N_("Changes"),
        N_("What a plan changes at a source of today, field by field."),
        Source,
        tuple(KEYS),
    ),
    Sheet(
        "plan",
        N_("How it is made"),
        N_("What a plan does differently: process, stock, market."),
        Plan,
        ("plan",),
    ),
    Sheet("one_off", N_("One-off"), N_("What a plan spends once."), OneOff, ("plan",)),
    Sheet(
        "flows",
        N_("Amounts"),
        N_("Amounts on a line of the cost factors, for instance support."),
        ExtraFlow,
        ("plan",),
        True,
    ),
    Sheet(
        "facts", N_("Own figures"), N_("Your own figures; they win over every other."), UserFact, table=True
    ),
    Sheet("more", N_("Answers"), N_("Answers to the scan, the supply network and weights."), Dossier),
)
BY_KEY = {sheet.key: sheet for sheet in SHEETS}
#: Fields that have a sheet of their own, by the sheet that leaves them out.
_ELSEWHERE: dict[str, frozenset[str]] = {
    "dossier": frozenset({"bom", "plans", "scan", "chain", "preferences", "facts"}),
    "sources": frozenset({"id"}),
    "changes": frozenset(),
    "plan": frozenset({"id", "name", "family", "sources", "changes", "bom", "one_off", "flows"}),
}
FREE = ("scan", "chain", "preferences")
#: How many empty rows a list in a long sheet offers.
_OFFERED = 2


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: the field at ``path`` of the thing in a row, or its unit."""

    key: str
    path: Path
    member: Member | None
    unit: bool = False


@cache
def fields_of(key: str) -> tuple[tuple[Path, Member], ...]:
    """The fields that a long sheet offers, in the order of the model; lists with their first items."""
    return tuple(_leaves(BY_KEY[key].section, (), _ELSEWHERE.get(key, frozenset())))


def _leaves(
    model: type[BaseModel], path: Path, without: frozenset[str] = frozenset()
) -> Iterator[tuple[Path, Member]]:
    for name, member in members(model).items():
        here = (*path, name)
        if name in without or member.kind in {"shares", "changes", "free"}:
            continue
        if member.kind == "section" and member.section is not None:
            yield from _leaves(member.section, here)
        elif member.kind == "list" and member.section is not None:
            for index in range(_OFFERED):
                yield from _leaves(member.section, (*here, index))
        elif member.kind == "translated":
            yield from (((*here, language), member) for language in LANGUAGES)
        elif member.kind == "texts":
            yield from (((*here, index), member) for index in range(_OFFERED))
        else:
            yield here, member


@cache
def columns_of(key: str) -> tuple[Column, ...]:
    """The columns of a table; an amount of money has its unit in a column of its own."""
    if key == "markets":
        return Column("country", ("country",), members(Source)["country"]), Column(
            "share", ("share",), members(Source)["share"]
        )
    found = [Column("plan", (), None)] if "plan" in BY_KEY[key].keys else []
    for path, member in _leaves(BY_KEY[key].section, ()):
        if key == "plans" and path[0] not in {"id", "name", "family"}:
            continue
        name = ".".join(str(step) for step in path)
        found.append(Column(name, path, member))
        if member.spec is not None and member.spec.money:
            found.append(Column(f"{name}.unit", path, member, unit=True))
    return tuple(found)
