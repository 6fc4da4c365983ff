"""What became of jobs and moves, as blocks: realisation, survival, delay and reversal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from thuishaven.databank.statistics import Curve, Left, Statistics, ages, confidence, least_cases
from thuishaven.locale import _, labelled, months, ngettext, number, percent
from thuishaven.report.blocks import Block, Column, Heading, Listing, Range, Table, Text, amount, share
from thuishaven.report.blocks import Figure as Picture
from thuishaven.report.case_statistics_words import (
    between,
    caveats,
    empty,
    indicator,
    name_of,
    source_line,
)
from thuishaven.report.cases import facet_name
from thuishaven.report.charts import cases as charts

#: What a rate of reversal is shown by: its group and the facet that names its values.
_GROUPS = {"form": "form", "sector": "sector", "support": "support"}


def jobs(found: Statistics) -> tuple[Block, ...]:
    """How many jobs are announced, and how many of them were there later."""
    if not found.n:
        return (empty(found),)
    parts: list[Block] = [
        *indicator(
            "usual",
            _("The usual size of an announcement"),
            found.jobs,
            lambda value: _("Half of the cases announced more than {n} jobs, half fewer.", n=number(value)),
            lambda value: number(value),
        )
    ]
    for total, middle in found.realised:
        age = charts.aged(total.params["age_months"])
        title = _("Jobs that were there after {age}", age=age)
        parts += indicator(
            f"realised-{number(total.params['age_months'])}",
            title,
            total,
            lambda value: _("Of each 100 jobs announced, {n} were there.", n=number(value * 100)),
            lambda value: percent(value),
            parts_of=(_("Jobs there"), _("Jobs announced")),
            more=(
                (
                    (
                        _("In the middle case"),
                        f"{percent(middle.value)}; " + between(middle, lambda end: percent(end)),
                    ),
                )
                if middle.value is not None
                else ()
            ),
        )
    return tuple(parts)


def lasting(found: Statistics) -> tuple[Block, ...]:
    """From the announcement to production, and how long it stays: curves, delay, reversals."""
    if not found.n:
        return (empty(found),)
    parts: list[Block] = [Heading(2, _("From announcement to production"), "started")]
    parts += _curve(
        found,
        found.started,
        found.left["started"],
        lambda title, note: charts.started(
            "started",
            title,
            found.started,
            (_("in production"), _("cancelled")),
            source_line(found),
            note,
        ),
        _("After {age} {share} of the announced moves ran, in part or whole"),
        lambda step: step.incidence[0],
    )
    parts.append(Heading(2, _("Still there"), "standing"))
    parts += _curve(
        found,
        found.standing,
        found.left["standing"],
        lambda title, note: charts.standing("standing", title, found.standing, source_line(found), note),
        _("After {age} {share} of the moves were not reversed"),
        lambda step: step.survival,
    )
    parts += indicator(
        "delay",
        _("Delay"),
        found.delay,
        lambda value: (
            _("Half of the moves began {months} or more after the day first promised.", months=months(value))
            if value > 0
            else _("Half of the moves began on the day first promised, or earlier.")
        ),
        lambda value: months(value),
        more=(
            (
                _("Surely later"),
                _(
                    "{n} of {of}, by more than their dates leave open",
                    n=number(found.delay.params["surely_later"]),
                    of=number(found.delay.n),
                ),
            ),
        )
        if found.delay.n
        else (),
        level=2,
    )
    parts += _reversals(found)
    return tuple(parts)


def _curve(
    found: Statistics,
    curve: Curve,
    left: Left,
    draw: Callable[[str, str], Any],
    title: str,
    height: Callable[[Any], float],
) -> list[Block]:
    told: list[str] = []
    if left.undated:
        told.append(
            ngettext(
                "{n} case is left out: the day on which it began is not known.",
                "{n} cases are left out: the day on which they began is not known.",
                left.undated,
                n=number(left.undated),
            )
        )
    if curve.left_out:
        told.append(
            ngettext(
                "{n} case is left out: it was heard of only when nothing later is known of it.",
                "{n} cases are left out: they were heard of only when nothing later is known of them.",
                curve.left_out,
                n=number(curve.left_out),
            )
        )
    if curve.n < least_cases():
        text = ngettext(
            "{n} case can be followed: too few for a line.",
            "{n} cases can be followed: too few for a line.",
            curve.n,
            n=number(curve.n),
        )
        return [Text(text), *([Listing(tuple(told))] if told else [])]
    looked = [age for age in ages() if age <= curve.last]
    age = looked[-1] if looked else curve.last
    step = curve.at(age)
    finding = title.format(age=charts.aged(age), share=percent(height(step) if step else None))
    note = _(
        "Followed: {n} cases. Ages count from the first day to the newest evidence, not to today.",
        n=number(curve.n),
    )
    codes = tuple(code for code in curve.caveats if code != "found_after_the_end")
    chart = draw(finding, note)
    return [
        Picture(chart),
        Listing((note, *told, *caveats((*codes, "list_not_sample")))),
    ]


def _reversals(found: Statistics) -> list[Block]:
    figure = found.reversal
    parts = indicator(
        "reversed",
        _("Cases reversed"),
        figure,
        lambda value: _(
            "{n} of {of} moves that once ran were reversed. On average they are {age} old.",
            n=number(figure.numerator),
            of=number(figure.denominator),
            age=months(figure.params["mean_age_months"] or 0),
        ),
        lambda value: percent(value),
        parts_of=(_("Cases reversed"), _("Ever in production")),
        more=(
            (
                (
                    _("Mean age"),
                    _(
                        "{months}, known of {n} cases",
                        months=months(figure.params["mean_age_months"]),
                        n=number(figure.params["ages_known"]),
                    ),
                ),
            )
            if figure.params["mean_age_months"] is not None
            else ()
        ),
        level=2,
    )
    rows = []
    for group, facet in _GROUPS.items():
        for value, one in found.reversal_by[group]:
            if one.value is None:
                continue
            without = group == "support" and value == "unknown"
            named = _("none known") if without else name_of(facet, value)
            rows.append(
                (
                    labelled(facet_name(facet), named),
                    amount(one.numerator, 0),
                    amount(one.denominator, 0),
                    share(one.value),
                    Range(share(one.low), share(one.high)),
                    amount(one.params["mean_age_months"], 0),
                )
            )
    if rows:
        parts.append(
            Table(
                "reversed-by",
                _("Reversed, by form, sector and support"),
                (
                    Column(_("Group"), width=2),
                    Column(_("Cases reversed")),
                    Column(_("Ever in production")),
                    Column(_("Share")),
                    Column(_("Between")),
                    Column(_("Mean age"), _("months")),
                ),
                tuple(rows),
                note=_(
                    "Groups with too few cases are left out. An old group had more time to be reversed. "
                    "Between: in {n} of 100 such lists the share lies there.",
                    n=number(confidence() * 100),
                ),
            )
        )
    return parts
