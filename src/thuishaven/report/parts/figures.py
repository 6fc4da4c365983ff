"""Every number with its source: cost lines, the figures behind them, what is assumed, what to mind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from thuishaven.locale import _, decimals_for, glossary, labelled, number, parted, unit
from thuishaven.report import words
from thuishaven.report.blocks import (
    Block,
    Cell,
    Column,
    Heading,
    Listing,
    Number,
    Range,
    Table,
    Text,
    amount,
    share,
)
from thuishaven.report.citing import source_called
from thuishaven.report.material import Material
from thuishaven.report.telling import capital, firm_lines

if TYPE_CHECKING:
    from thuishaven.facts import FactSet

#: Statuses of a figure that nobody has confirmed.
UNVERIFIED = ("assumption", "unverified")
#: Most decimals of a figure.
DIGITS = 6


def figures(material: Material) -> Iterator[Block]:
    """The blocks with every number."""
    result = material.result
    yield Heading(1, _("Every number and its source"), "numbers")
    yield Heading(2, _("Cost lines"), "lines")
    yield _lines(material)
    yield Heading(2, _("Your figures"), "yours")
    yield _inputs(material)
    yield Heading(2, _("Figures about the world"), "facts")
    yield _facts(material)
    yield Heading(2, _("Assumptions and unverified figures"), "assumptions")
    yield from _unverified(material)
    yield from _sources(material)
    if result["warnings"]:
        yield Heading(2, _("Take care"), "care")
        yield Listing(tuple(_warnings(material)))


def _lines(material: Material) -> Table:
    """Every cost line of every plan; the columns add up to the cost per unit."""
    result, about = material.result, material.about
    by_plan = {
        plan["id"]: {line["id"]: line["per_unit"]["mean"] for line in firm_lines(plan)}
        for plan in result["plans"]
    }
    lines = dict.fromkeys(line["id"] for plan in result["plans"] for line in firm_lines(plan))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"{line} {words.line_name(line)}",
            *(amount(costs.get(line, 0.0) if line in costs else None, 2) for costs in by_plan.values()),
        )
        for line in sorted(lines)
    )
    columns = (
        Column(capital(_("line")), width=3),
        *(Column(about.plans[plan], unit("EUR/unit"), total=True) for plan in by_plan),
    )
    return Table("lines-table", _("Cost per unit, line by line"), columns, rows, total=capital(_("together")))


def _value(item: Mapping[str, Any]) -> tuple[Cell, Cell, Cell]:
    """The middle and the range of a figure as it was given, and its unit; fractions as percentages."""
    value = item["value"] if isinstance(item["value"], Mapping) else {"value": item["value"]}
    of = str(item["unit"])
    fraction = of.partition("/")[0] == "fraction"
    pair = next(
        (
            names
            for names in (("low", "high"), ("min", "max"), ("p5", "p95"))
            if None not in map(value.get, names)
        ),
        (),
    )
    ends = [float(value[name]) for name in pair]
    known = (value[name] for name in ("value", "mode", "p50", "mean") if value.get(name) is not None)
    middle = next(known, None)
    span: Cell = None
    if len(set(ends)) > 1:
        span = Range(*(_figure(end, decimals_for(ends[0], ends[1]), fraction) for end in ends))
    shown = None if middle is None else _figure(middle, _digits(middle, ends), fraction)
    return shown, span, _unit(of, str(item["id"]))


def _digits(middle: float, ends: list[float]) -> int:
    """Decimals of the middle of a figure: those it has, or one more than its range supports."""
    keep = words.significant(middle, 4)
    return min(keep, decimals_for(ends[0], ends[1]) + 1) if len(set(ends)) > 1 else keep


def _figure(value: float, decimals: int, fraction: bool) -> Number:
    if fraction:
        return share(value, min(max(decimals - 2, 0), DIGITS))
    return amount(value, min(max(decimals, 0), DIGITS))


def _unit(of: str, identity: str = "") -> str:
    """A unit as a reader knows it; a number of things has none, and a percentage says it already."""
    if identity.startswith("fx_rate["):
        return of.partition("/")[0] + "/" + identity.partition("currency=")[2].partition("]")[0]
    if of == "count":
        return ""
    head, _slash, per = of.partition("/")
    if head == "fraction":
        return unit(f"1/{per}").removeprefix("1") if per else ""
    return unit(of)


def _inputs(material: Material) -> Table:
    about = material.about
    rows = tuple(
        (
            words.named(item["name"], item["id"], about.plans),
            *_value(item),
            item.get("source") or _("no source given"),
            item["id"],
        )
        for item in material.result["inputs_used"]
    )
    columns = (
        Column(capital(_("figure")), width=2),
        Column(_("Value")),
        Column(capital(_("between"))),
        Column(capital(_("unit"))),
        Column(_("Source of the figure"), width=3),
        Column(capital(_("name")), width=2),
    )
    note = _("Your figures always win over those of the program.")
    return Table("inputs-table", _("What the dossier tells"), columns, rows, note)


def _facts(material: Material) -> Table:
    about = material.about
    rows = tuple(
        (
            words.named(item["name"], item["id"], about.plans),
            *_value(item),
            item["period"],
            words.status(item["status"]),
            source_called(item["source"], material.facts),
            item["id"],
        )
        for item in material.result["facts_used"]
    )
    columns = (
        Column(capital(_("figure")), width=2),
        Column(_("Value")),
        Column(capital(_("between"))),
        Column(capital(_("unit"))),
        Column(_("Period")),
        Column(capital(_("status"))),
        Column(_("Source of the figure"), width=2),
        Column(capital(_("name")), width=2),
    )
    return Table("facts-table", _("What was taken from the facts of the program"), columns, rows)


def _unverified(material: Material) -> Iterator[Block]:
    """Which figures nobody has confirmed: they are the first to look at."""
    about, result = material.about, material.result
    open_facts = [item for item in result["facts_used"] if item["status"] in UNVERIFIED]
    assumed = [item for item in result["inputs_used"] if not _sourced(item)]
    yield Text(
        _(
            "{n} figures about the world are an assumption of ours or not verified; {m} of your own figures "
            "have no source or say that they are assumed. The wider their range, the more they deserve a "
            "call.",
            n=number(len(open_facts)),
            m=number(len(assumed)),
        )
    )
    rows = tuple(
        (
            words.named(item["name"], item["id"], about.plans),
            *_value(item),
            words.status(item["status"]),
            _reasoning(item, material.facts),
        )
        for item in [*open_facts, *assumed]
    )
    columns = (
        Column(capital(_("figure")), width=3),
        Column(_("Value")),
        Column(capital(_("between"))),
        Column(capital(_("unit"))),
        Column(capital(_("status"))),
        Column(_("Why this much"), width=4),
    )
    yield Table("unverified-table", _("Not confirmed by anyone"), columns, rows)


def _reasoning(item: Mapping[str, Any], facts: FactSet) -> Cell:
    """Why a figure that nobody confirmed is what it is: as its record has it, or the dossier."""
    if "period" not in item:
        return str(item.get("source") or "") or None
    try:
        note = facts.fact(str(item["id"])).note
    except KeyError:
        # A plausible range stands in no record.
        return None
    return capital(words.remark(note)) if note else None


def _sourced(item: Mapping[str, Any]) -> bool:
    """Whether a figure of the dossier names a source and does not call itself an assumption."""
    source = str(item.get("source") or "").casefold()
    word = glossary()["assumption"]
    return bool(source) and not source.startswith((word.nl, word.en, word.fr))


def _sources(material: Material) -> Iterator[Block]:
    used = dict.fromkeys(item["source"] for item in material.result["facts_used"])
    rows = []
    for identity in used:
        source = material.facts.sources.get(identity)
        if source is not None:
            rows.append(
                (
                    words.source_title(identity, source.title),
                    words.publisher(source.publisher),
                    source.url or source.publisher_url or None,
                )
            )
    if not rows:
        return
    yield Heading(2, _("Sources of the figures"), "sources")
    columns = (
        Column(_("Title"), width=4),
        Column(_("Publisher"), width=2),
        Column(_("Found at"), width=3),
    )
    yield Table("sources-table", _("Where the figures come from"), columns, tuple(rows))


def _warnings(material: Material) -> Iterator[str]:
    about = material.about
    seen: dict[str, dict[str, None]] = {}
    for item in material.result["warnings"]:
        params = item["params"]
        said = words.notice(item["code"], params)
        name = words.named(str(params.get("name", "")), str(params.get("id", "")), about.plans)
        seen.setdefault(said, {})[name] = None
    for said, about_what in seen.items():
        names = [name for name in about_what if name]
        if len(names) > 1:
            yield labelled(capital(said), parted(names))
        else:
            yield labelled(names[0], said) if names else said
