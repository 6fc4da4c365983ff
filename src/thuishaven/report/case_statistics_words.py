"""The words of statistics of cases: what each figure rests on, and why there sometimes is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from thuishaven.databank.statistics import Figure, Statistics, confidence
from thuishaven.locale import N_, _, date, ngettext, number, percent
from thuishaven.report.blocks import Block, Callout, Facts, Heading, Listing, Text
from thuishaven.report.cases import code_name
from thuishaven.report.telling import capital

REASONS = {
    "no_cases": N_("No published case says this yet."),
    "one_case_dominates": N_("One case would decide this figure alone. That is why it is not here."),
    "hand_picked": N_(
        "These cases were picked by hand, often because they are well known. A rate of them would mislead."
    ),
    "no_overlap": N_("No case is in both lists. Nothing can then be said of cases that are in neither."),
    "mixed_currencies": N_("The amounts are in different currencies."),
    "nothing_realised": N_("Nothing has come of it yet."),
}
CAVEATS = {
    "low_coverage": N_("Less than half of the cases say anything about this."),
    "list_not_sample": N_(
        "The cases are a list and no sample: what went wrong in silence is missing. Do not take this for the "
        "chance of a company."
    ),
    "lists_correlate": N_(
        "Newspapers write about cases that got support. The lists are then not independent, and the true "
        "number is higher."
    ),
    "year_precision": N_("Of some dates only the year is known: they may lie half a year earlier or later."),
    "announcements_only": N_(
        "These are announcements. Much of what is announced comes later, smaller or not."
    ),
    "pairs_only": N_("Only cases that tell both numbers are in it. Who has good news tells both more often."),
    "found_after_the_end": N_(
        "Some moves were heard of only when nothing later is known of them. They say nothing about how long "
        "a move lasts, and are left out."
    ),
    "empty_at_start": N_(
        "At some early age hardly any move was in view, so that the line may fall too soon."
    ),
    "thin": N_("Where the line is dashed, few moves are still in view: it may turn out quite otherwise."),
}


def reason(figure: Figure) -> str:
    """Why a figure has no value."""
    if figure.reason == "too_few_cases":
        return ngettext(
            "{n} case says this: too few for a figure.",
            "{n} cases say this: too few for a figure.",
            figure.n,
            n=number(figure.n),
        )
    return _(REASONS[figure.reason]) if figure.reason in REASONS else ""


def caveats(codes: tuple[str, ...]) -> tuple[str, ...]:
    """What to know of a figure or a curve."""
    return tuple(_(CAVEATS[code]) for code in dict.fromkeys(codes) if code in CAVEATS)


def rests_on(figure: Figure) -> str:
    """How many cases a figure rests on, of how many."""
    if not figure.of:
        return _("no case")
    return _(
        "{n} of {of} cases ({share})",
        n=number(figure.n),
        of=number(figure.of),
        share=percent(figure.coverage),
    )


def between(figure: Figure, text: Callable[[float | None], str]) -> str:
    """The ends of a figure, as the interval or as the middle half of the cases."""
    low, high = (text(end) for end in (figure.low, figure.high))
    if figure.spread == "quartiles":
        return _("{low} to {high} for the middle half of the cases", low=low, high=high)
    sure = number(confidence() * 100)
    return _("{low} to {high} (in {n} of 100 such lists)", low=low, high=high, n=sure)


def name_of(facet: str, value: str) -> str:
    """A value of a facet in words."""
    if value == "unknown":
        return capital(_("unknown"))
    return value if facet == "year" else capital(code_name(facet, value))


def kind_name(code: str) -> str:
    """A kind of case in words."""
    return capital(code_name("case_type", code))


def source_line(found: Statistics) -> str:
    """Where the figures come from."""
    if found.moment.release:
        return _(
            "Release {version} of the databank, {date}.",
            version=found.moment.release,
            date=date(found.moment.as_of),
        )
    return _("Published cases of the databank on {date}.", date=date(found.moment.as_of))


def empty(found: Statistics) -> Callout:
    """What stands here when there is no case of a kind."""
    return Callout(
        "note",
        _("No published case of this kind yet"),
        _(
            "Figures appear here by themselves as cases are published, each with the number of cases "
            "behind it."
        ),
    )


def listed() -> str:
    """What every count must say."""
    return _("A list of published cases and no sample: nothing here is a chance or a trend.")


def indicator(
    identity: str,
    title: str,
    figure: Figure,
    says: Callable[[float], str],
    written: Callable[[Any], str],
    *,
    parts_of: tuple[str, str] = ("", ""),
    more: Sequence[tuple[str, str]] = (),
    level: int = 2,
) -> list[Block]:
    """A figure: what it says, what it rests on, and what to know of it."""
    found: list[Block] = [Heading(level, title, identity)]
    if figure.value is None:
        found.append(Text(reason(figure)))
    else:
        found.append(Text(says(figure.value), lead=True))
    items = []
    if figure.low is not None and figure.high is not None:
        items.append((_("Between"), between(figure, written)))
    if any(parts_of) and figure.numerator is not None and figure.denominator is not None and figure.n:
        items += [(parts_of[0], number(figure.numerator)), (parts_of[1], number(figure.denominator))]
    items += list(more)
    if figure.of:
        items.append((_("Rests on"), rests_on(figure)))
    items.append((_("As of"), date(figure.as_of)))
    found.append(Facts(tuple(items)))
    told = caveats(figure.caveats)
    if told and figure.n:
        found.append(Listing(told))
    return found
