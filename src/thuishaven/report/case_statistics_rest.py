"""Motives before and after, how much we see, how well coders agree: as blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from thuishaven.databank.statistics import Statistics, alpha_limits, survey_shares
from thuishaven.locale import _, labelled, number, percent
from thuishaven.report.blocks import (
    Block,
    Callout,
    Column,
    Heading,
    Listing,
    Number,
    Table,
    Text,
    amount,
    share,
)
from thuishaven.report.case_statistics_words import caveats, empty, indicator
from thuishaven.report.cases import code_name, field_name
from thuishaven.report.telling import capital

_HUNDRED = 100


def reasons(found: Statistics) -> tuple[Block, ...]:
    """What was hoped for, and what was reached."""
    if not found.n:
        return (empty(found),)
    if not found.motives or not found.motives[0].n:
        return (
            Callout(
                "note",
                _("No case tells its motives both before and after"),
                _(
                    "What a company hopes for stands in the announcement; what it reached must be asked "
                    "again later. As soon as a case has both, it is counted here."
                ),
            ),
        )
    n, of = found.motives[0].n, found.motives[0].of
    rows = tuple(
        (
            capital(code_name("motive", one.code)),
            amount(one.both + one.only_before, 0),
            amount(one.both, 0),
            amount(one.only_after, 0),
            share(one.reached) if one.reached is not None else _("too few"),
            Number(one.p_value, number(one.p_value, 2)) if one.p_value is not None else "-",
        )
        for one in sorted(found.motives, key=lambda one: -(one.both + one.only_before))
    )
    return (
        Text(
            _(
                "{n} of {of} cases with dated motives tell them both before the move and after it.",
                n=number(n),
                of=number(of),
            )
        ),
        Table(
            "before-after",
            _("Motives before the move and after it"),
            (
                Column(_("Motive"), width=2),
                Column(_("Hoped for")),
                Column(_("Of these reached")),
                Column(_("Only found later")),
                Column(_("Share reached")),
                Column(_("p (McNemar)")),
            ),
            rows,
            note=_(
                "p: how likely so one-sided a change is when nothing changes; with this many motives some "
                "are small by chance. A hope that nobody mentions later is counted as not reached."
            ),
        ),
        Listing(caveats(("list_not_sample",))),
    )


def coverage(found: Statistics) -> tuple[Block, ...]:
    """How many cases there may be in all, and what surveys say."""
    figure = found.coverage
    shares = [one.value / _HUNDRED for one in survey_shares()]
    first, second, both = (figure.params[name] for name in ("first", "second", "both"))
    parts: list[Block] = [
        *indicator(
            "in-all",
            _("How many cases there may be"),
            figure,
            lambda value: _(
                "There may be about {n} cases; we see {seen} of them.",
                n=number(value),
                seen=percent(figure.params["seen_share"]),
            ),
            lambda value: number(value),
            more=(
                (_("In newspapers"), number(first)),
                (_("At authorities and in registers"), number(second)),
                (_("In both"), number(both)),
            ),
            level=2,
        ),
        Heading(2, _("What surveys say"), "surveys"),
        Text(
            _(
                "Surveys ask many firms whether they brought production back. Definition and panel drive "
                "the outcome, from {low} to {high}: these shares cannot be compared with each other, nor "
                "with our list.",
                low=percent(min(shares)),
                high=percent(max(shares)),
            )
        ),
        _surveys(),
    ]
    return tuple(parts)


def _surveys() -> Table:
    return Table(
        "surveys",
        _("Shares of firms in surveys, as they were published"),
        (
            Column(_("Where and when"), width=2),
            Column(_("Who was asked"), width=2),
            Column(_("What they did"), width=2),
            Column(_("Share")),
            Column(_("Source"), width=2),
        ),
        tuple(
            (
                f"{one.geography}, {one.period}",
                one.population + (f" (n = {number(one.n)})" if one.n else ""),
                one.indicator,
                _qualified(one),
                f"{one.source}, {one.year}"
                + (f" ({_('unverified')})" if one.status == "unverified" else "")
                + f" {one.source_url}",
            )
            for one in survey_shares()
        ),
        note=_("In the words of the sources, most of them English. Some were read in a newspaper or a copy."),
    )


def _qualified(one: Any) -> Number:
    written = percent(one.value / _HUNDRED, 1 if one.value % 1 else 0)
    said = {
        "about": _("about {n}", n=written),
        "almost": _("almost {n}", n=written),
        "less than": _("less than {n}", n=written),
        "more than": _("more than {n}", n=written),
        "over": _("more than {n}", n=written),
    }
    return Number(one.value / _HUNDRED, said.get(one.qualifier, written), "0.0%")


def reliability(found: Statistics) -> tuple[Block, ...]:
    """How well two coders agreed on each field."""
    if not found.reliability:
        return (
            Callout(
                "note",
                _("No field was coded twice in a release yet"),
                _(
                    "Two people code each case without seeing the other's choice. How well they agree is "
                    "worked out with each release and stands here."
                ),
            ),
        )
    whole = [row for row in found.reliability if row["code"] == "-"]
    codes = [row for row in found.reliability if row["code"] != "-"]
    version, limits = found.moment.release or found.moment.latest, alpha_limits()
    parts: list[Block] = [
        Text(
            _(
                "Krippendorff's alpha: 1 when two coders always agree, 0 when they agree no more than by "
                "chance. From {good} on conclusions may rest on it, from {fair} on tentative ones. "
                "Of release {version}.",
                good=number(limits[0], 2),
                fair=number(limits[1], 3),
                version=version,
            )
        ),
        _agreement("alpha", _("Each field"), whole),
    ]
    if codes:
        parts.append(_agreement("alpha-codes", _("Each code of a field with several"), codes))
    return tuple(parts)


def _coded(row: Mapping[str, Any]) -> str:
    """A field, or a code of one."""
    name = capital(field_name(row["field"]))
    return name if row["code"] == "-" else labelled(name, code_name(row["field"], row["code"]))


def _agreement(identity: str, title: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    def ends(row: Mapping[str, Any]) -> str:
        if row["low"] is None or row["high"] is None:
            return "-"
        return f"{number(row['low'], 2)} \u2013 {number(row['high'], 2)}"

    def alpha(row: Mapping[str, Any]) -> Number | str:
        if row["alpha"] is not None:
            return amount(row["alpha"], 2)
        if row["jaccard"] is not None:
            return _("overlap {n}", n=number(row["jaccard"], 2))
        return {"no_variation": _("no variation"), "nothing_to_compare": _("too few")}.get(row["reason"], "-")

    return Table(
        identity,
        title,
        (
            Column(_("Field"), width=2),
            Column(_("Alpha")),
            Column(_("Between")),
            Column(_("Agreed")),
            Column(_("Coded twice")),
        ),
        tuple(
            (
                _coded(row),
                alpha(row),
                ends(row),
                share(row["agreement"]),
                amount(row["units"], 0),
            )
            for row in rows
        ),
        note=_(
            "No variation: all cases have one value, so that nothing can be said. A rare code may have a low "
            "alpha although coders mostly agree."
        ),
    )
