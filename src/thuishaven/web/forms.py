"""From the one definition of a dossier to the fields of a form.

A field of a form stands for one field of the model, at its path in the dossier. The way back is in
``answers.py``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from thuishaven.dossier.structure import Member, Path, members
from thuishaven.dossier.translate import shown
from thuishaven.locale import N_, _, language, unit
from thuishaven.web.field_help import HELP
from thuishaven.web.figures import typed, written
from thuishaven.web.tree import at

#: Kinds of field that a form shows; the others stay as they are in the dossier.
SHOWN = {"quantity", "number", "whole", "text", "code", "choice", "flag", "date", "translated", "shares"}
SHARE, COUNT, YEARLY = "fraction", "count", "1/year"
#: What the choices of the model are called.
CHOICES = {
    "own": N_("own plant"),
    "supplier": N_("a supplier"),
    "replenished": N_("replenished all year"),
    "season": N_("one order for a season"),
    "sea": N_("by sea"),
    "road": N_("by road"),
    "rail": N_("by rail"),
    "air": N_("by air"),
    "shortsea": N_("by short sea"),
    "none": N_("none"),
    "medium": N_("some"),
    "high": N_("a lot"),
    "ours": N_("ours"),
    "theirs": N_("theirs"),
    "known": N_("we know it"),
    "inferred": N_("we suspect it"),
    "unknown": N_("we do not know who it is"),
}
#: Ends of a quantity in a form: the low end, the most likely or exact value, the high end.
LOW, VALUE, HIGH, SOURCE = "low", "value", "high", "source"
_EDITABLE = {"value", "low", "mode", "high"}
_REMARKS = ("unit", "source", "note")
#: What a form asks where the definition speaks of codes, of shares of one or of statistics.
PLAIN = {
    "Home country (ISO 3166 alpha-3)": N_("Home country"),
    "Region (NUTS code)": N_("Region (type its name, or leave it empty)"),
    "Coefficient of variation of monthly demand": N_("How far a usual month lies from the average month"),
    "Standard deviation of the lead time": N_("How many days a delivery is usually early or late"),
    "Instalments; the shares add up to 1": N_("Instalments; the shares add up to 100 %"),
    "Productivity against those hours (1 = as entered)": N_("Productivity against those hours"),
    "Line of the taxonomy": N_("Cost line"),
}

#: Examples that are words.
EXAMPLES = {
    "supplier contract 2026": N_("supplier contract 2026"),
    "Voorbeeld bv": N_("Example Ltd"),
    "Plantenpot 30 cm": N_("Plant pot 30 cm"),
    "polypropylene": N_("polypropylene"),
    "shell": N_("shell"),
    "supplier": N_("supplier"),
    "home": N_("home"),
    "moulder": N_("moulder"),
    "resin_plant": N_("resin_plant"),
}


@dataclass(frozen=True, slots=True)
class Origin:
    """A figure from which another one was worked out.

    Parameters
    ----------
    label
        What it is, and what it is about.
    source, url
        Where it was published; empty for what the dossier tells.
    fact
        Its id, where it is a fact that may be replaced by a figure of one's own.
    """

    label: str
    source: str = ""
    url: str = ""
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Default:
    """The figure that is used when a field stays empty.

    Parameters
    ----------
    text
        The figure with its unit, or its range.
    source, url
        Where it comes from.
    basis
        What it was worked out from, where it is no figure that was published as such.
    remarks
        What is to be known about it: that it is about another country, for instance.
    """

    text: str
    source: str = ""
    url: str = ""
    basis: tuple[Origin, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form.

    Parameters
    ----------
    path
        Its place in the dossier.
    member
        Its definition.
    value, low, high, source
        What stands in it, as it may be typed.
    options
        What may be chosen: code and text.
    offered
        What is offered while typing; anything else may be typed too.
    sample
        An example that fits better than that of the definition.
    rows
        Of shares by country: country and share.
    default
        The figure that is used when it stays empty.
    problems
        What is wrong with it.
    wide
        Whether its range is shown even when it is empty.
    within
        Whether it is needed only where the others beside it are told.
    notes
        Comments on it that are not settled: what is said, and by whom.
    comment_on
        Address where it can be commented on; empty where it cannot.
    """

    path: Path
    member: Member
    value: str = ""
    low: str = ""
    high: str = ""
    source: str = ""
    options: tuple[tuple[str, str], ...] = ()
    offered: tuple[str, ...] = ()
    sample: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    default: Default | None = None
    problems: tuple[str, ...] = ()
    wide: bool = False
    within: bool = False
    notes: tuple[tuple[str, str], ...] = ()
    comment_on: str = ""

    @property
    def name(self) -> str:
        """Its name in the form."""
        return ".".join(str(step) for step in self.path)

    @property
    def id(self) -> str:
        """Its id on the page, without the prefix."""
        return self.name.replace(".", "-")

    @property
    def kind(self) -> str:
        """Of its definition."""
        return self.member.kind

    @property
    def label(self) -> str:
        """What is asked, in the language in use."""
        return _(PLAIN.get(self.member.help, self.member.help))

    @property
    def hint(self) -> str:
        """What helps to fill it in; empty where its label says enough."""
        text = HELP.get(self.member.help)
        return _(text) if text else ""

    @property
    def unit(self) -> str:
        """The unit that is meant when none is typed."""
        if self.kind == "number" and self.member.upper == 1:
            return "%"
        if self.member.unit in ("", COUNT):
            return ""
        if self.member.unit == YEARLY:
            return _("a year")
        return "%" if self.member.unit == SHARE else unit(self.member.unit)

    @property
    def scale(self) -> int:
        """100 where a share is typed in per cent."""
        return 100 if self.unit == "%" else 1

    @property
    def example(self) -> str:
        """An example, as it may be typed."""
        if self.sample:
            return self.sample
        example = self.member.example
        if example is None or self.options or self.kind in {"choice", "flag", "shares"} or self.member.codes:
            return ""
        if isinstance(example, Mapping):
            return f"{written(example.get('value'), self.scale)} {example.get('unit', '')}".strip()
        if isinstance(example, int | float) and self.kind in {"quantity", "number", "whole"}:
            return written(example, self.scale)
        return _(EXAMPLES.get(str(example), str(example))) if isinstance(example, str) else shown(example)

    @property
    def open(self) -> bool:
        """Whether the range or the source is filled in, and so shown."""
        return bool(self.wide or self.low or self.high or self.source)

    @property
    def beside(self) -> str:
        """What stands beside the field: its unit, without a currency where another one is typed in it."""
        if self.member.unit.startswith("EUR") and typed(self.value or self.low)[1]:
            return unit(self.member.unit).partition("/")[2] and _(
                "per {unit}", unit=unit(self.member.unit).partition("/")[2]
            )
        return self.unit


def of_section(
    section: type[BaseModel], path: Path, node: Any, names: Sequence[str] | None = None
) -> list[Field]:
    """The fields of a section of the dossier.

    Parameters
    ----------
    section
        Its model.
    path
        Its place in the dossier.
    node
        What the dossier holds there.
    names
        The fields that are wanted; by default every field that a form shows.
    """
    known = members(section)
    wanted = list(known) if names is None else names
    return [
        of_member(known[name], (*path, name), node.get(name) if isinstance(node, Mapping) else None)
        for name in wanted
        if known[name].kind in SHOWN
    ]


def of_member(member: Member, path: Path, value: Any) -> Field:
    """A field with what the dossier holds in it."""
    found = Field(path, member)
    match member.kind:
        case "quantity":
            return _of_quantity(found, value)
        case "number" | "whole":
            return replace(found, value=written(value, found.scale), options=_numbered(member))
        case "choice":
            options = tuple((code, _(CHOICES.get(code, code))) for code in member.choices)
            return replace(found, value="" if value is None else str(value), options=options)
        case "flag":
            code = "" if value is None else "yes" if value is True else "no" if value is False else str(value)
            return replace(found, value=code, options=(("yes", _("yes")), ("no", _("no"))))
        case "translated":
            return replace(found, value=_in_language(value))
        case "date":
            return replace(found, value=value.isoformat() if isinstance(value, dt.date) else str(value or ""))
        case "shares":
            rows = value.items() if isinstance(value, Mapping) else ()
            return replace(found, rows=tuple((str(key), written(part, 100)) for key, part in rows))
        case "code" if member.codes:
            return replace(found, value="" if value is None else str(value), options=_coded(member))
    return replace(found, value="" if value is None else str(value))


def _numbered(member: Member) -> tuple[tuple[str, str], ...]:
    return tuple((choice, choice) for choice in member.choices) if len(member.choices) > 1 else ()


def _coded(member: Member) -> tuple[tuple[str, str], ...]:
    if member.codes == "countries":
        from thuishaven.web.figures import countries_offered

        return tuple(countries_offered())
    from thuishaven.dossier import incoterms

    return tuple((code, code) for code in incoterms())


def _of_quantity(found: Field, value: Any) -> Field:
    """A quantity: its most likely or exact value, its ends, its unit where it is not the field's."""
    if not isinstance(value, Mapping):
        return replace(found, value=written(value, found.scale))
    source = str(value.get("source") or "")
    parts = {key: part for key, part in value.items() if key not in _REMARKS}
    if not parts.keys() <= _EDITABLE or (found.scale > 1 and value.get("unit") not in (None, SHARE)):
        return replace(
            found, value=shown({key: part for key, part in value.items() if key != "source"}), source=source
        )
    own = _unit_typed(str(value.get("unit") or ""), found.member.unit)

    def text(key: str) -> str:
        return written(parts[key], found.scale) if key in parts else ""

    middle = text("value") or text("mode")
    low, high = text("low"), text("high")
    if middle:
        middle += own
    elif low:
        low += own
    return replace(found, value=middle, low=low, high=high, source=source)


def _unit_typed(of: str, usual: str) -> str:
    """A unit as it is typed behind a number: nothing for the usual one, of money the currency alone."""
    if not of or of == usual:
        return ""
    currency, _slash, per = of.partition("/")
    return f" {currency if usual.startswith('EUR') and per == usual.partition('/')[2] else of}"


def _in_language(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get(language()) or next(iter(value.values()), ""))
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Row:
    """An item of a list in a form; the last one is empty, for one more."""

    fields: tuple[Field, ...]
    new: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A list in a form, as the instalments of a price."""

    path: Path
    member: Member
    rows: tuple[Row, ...]
    problems: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The field that a message about the list as a whole leads to: the first of its last item."""
        return self.rows[-1].fields[0].name

    @property
    def label(self) -> str:
        """What the list is, in the language in use."""
        return _(PLAIN.get(self.member.help, self.member.help))


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together: the ones that matter first, the others behind a line to open.

    Parameters
    ----------
    title
        What they are about.
    main, more
        The fields.
    lists
        Lists among them.
    folded
        Whether all of it stands behind a line to open.
    filled
        How many of its fields are filled in.
    about
        What is said before the fields.
    actions
        What may be done with it beside filling it in: the word of a button, and what stands on it.
    """

    title: str
    main: tuple[Field, ...]
    more: tuple[Field, ...] = ()
    lists: tuple[Rows, ...] = ()
    folded: bool = False
    filled: int = 0
    about: str = ""
    actions: tuple[tuple[str, str], ...] = ()

    @property
    def wrong(self) -> bool:
        """Whether something in it is wrong."""
        return any(item.problems for item in self.fields) or any(listed.problems for listed in self.lists)

    @property
    def fields(self) -> Iterator[Field]:
        """Every field, those of lists included."""
        yield from self.main
        yield from self.more
        for found in self.lists:
            for row in found.rows:
                yield from row.fields


def group_of(
    title: str,
    section: type[BaseModel],
    path: Path,
    tree: Any,
    main: Sequence[str] | None = None,
    leave: Sequence[str] = (),
    folded: bool = False,
    within: bool = False,
) -> Group:
    """The fields of a section as a group.

    Parameters
    ----------
    title
        What the group is about.
    section, path
        The section and its place in the dossier.
    tree
        The dossier.
    main
        The fields that matter first; by default all of them.
    leave
        Fields that are left out.
    folded
        Whether the group opens folded.
    within
        Whether the section as a whole may be left out.
    """
    node = at(tree, path)
    known = [name for name in members(section) if name not in leave]
    first = of_section(section, path, node, [name for name in (main or known) if name in known])
    rest = of_section(section, path, node, [name for name in known if main is not None and name not in main])
    lists = tuple(
        rows_of(member, (*path, name), tree)
        for name, member in members(section).items()
        if member.kind == "list" and name not in leave and member.section is not None
    )
    if within:
        first, rest = ([replace(item, within=True) for item in items] for items in (first, rest))
    filled = sum(_filled(item) for item in (*first, *rest)) + sum(len(found.rows) - 1 for found in lists)
    return Group(title, tuple(first), tuple(rest), lists, folded, filled)


def _filled(item: Field) -> bool:
    return bool(item.value or item.low or item.high or item.rows)


def rows_of(member: Member, path: Path, tree: Any, leave: Sequence[str] = ()) -> Rows:
    """A list in a form, with an empty item at its end; fields to ``leave`` are shown only when filled."""
    items = at(tree, path)
    count = len(items) if isinstance(items, list) else 0
    assert member.section is not None
    rows = [
        Row(
            tuple(
                item
                for item in _of_item(member.section, (*path, place), items[place] if place < count else None)
                if item.path[-1] not in leave or _filled(item)
            ),
            place == count,
        )
        for place in range(count + 1)
    ]
    return Rows(path, member, tuple(rows))


def _of_item(section: type[BaseModel], path: Path, node: Any) -> Iterator[Field]:
    """The fields of an item of a list, those of the sections in it included."""
    yield from of_section(section, path, node)
    for name, member in members(section).items():
        if member.kind == "section" and member.section is not None:
            inner = node.get(name) if isinstance(node, Mapping) else None
            for item in of_section(member.section, (*path, name), inner):
                yield replace(item, within=True)
