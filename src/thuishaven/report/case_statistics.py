"""What published cases come to, as blocks: one set for each subject, with words, charts and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from thuishaven.databank.statistics import Counted, Statistics
from thuishaven.locale import N_, _, number
from thuishaven.report.blocks import Block
from thuishaven.report.blocks import Figure as Picture
from thuishaven.report.case_statistics_outcomes import jobs, lasting
from thuishaven.report.case_statistics_rest import coverage, reasons, reliability
from thuishaven.report.case_statistics_words import empty, kind_name, listed, name_of, source_line
from thuishaven.report.cases import facet_name
from thuishaven.report.charts import cases as charts

__all__ = ["SUBJECTS", "at_a_glance", "blocks", "kind_name", "source_line"]

#: The subjects that each have a page, with what it answers.
SUBJECTS: Mapping[str, str] = {
    "sector": N_("Which sectors?"),
    "origin": N_("From which countries?"),
    "motive": N_("Why?"),
    "year": N_("When was it announced?"),
    "jobs": N_("What came of the jobs announced?"),
    "lasting": N_("Does it come about, and does it last?"),
    "reasons": N_("Hoped for and reached: motives before and after"),
    "coverage": N_("How much do we see?"),
    "reliability": N_("How well do coders agree?"),
}
_FACETS = {"sector": "sector", "origin": "from", "motive": "motive", "year": "year"}


def blocks(found: Statistics, subject: str) -> tuple[Block, ...]:
    """The blocks of a subject, one of :data:`SUBJECTS`, in the language in use."""
    if subject in _FACETS:
        return _counted(found, subject)
    return _MADE[subject](found)


def at_a_glance(found: Statistics) -> tuple[Block, ...]:
    """What became of the cases of this kind, as one bar and in words."""
    if not found.n:
        return (empty(found),)
    whole = Counted(found.kind, found.n, found.outcomes)
    finding = _(
        "Of {n} cases {done} run in part or whole; reversed: {reversed}, cancelled: {cancelled}.",
        n=number(found.n),
        done=number(found.outcomes["done"]),
        reversed=number(found.outcomes["reversed"]),
        cancelled=number(found.outcomes["cancelled"]),
    )
    chart = charts.counted(
        "outcomes",
        finding,
        _("Kind of case"),
        [(kind_name(found.kind), whole)],
        source_line(found),
        listed(),
    )
    return (Picture(chart),)


def _counted(found: Statistics, subject: str) -> tuple[Block, ...]:
    many = found.counts[subject]
    if not found.n:
        return (empty(found),)
    facet = _FACETS[subject]
    named = [(name_of(facet, one.value), one) for one in many]
    known = [(name, one) for name, one in named if one.value != "unknown"]
    if subject == "year":
        title = _("How many published cases were announced in which year")
        top = max(known, key=lambda pair: pair[1].cases, default=None)
        if top:
            title = _(
                "Most of these cases were announced in {year}: {n}", year=top[0], n=number(top[1].cases)
            )
    elif known:
        title = _(
            "Most often: {name}, in {n} of {of} cases",
            name=known[0][0].lower() if subject == "motive" else known[0][0],
            n=number(known[0][1].cases),
            of=number(found.n),
        )
    else:
        title = _("Of no case is this known")
    notes = [listed()]
    if subject == "year":
        notes.append(_("Cases of which only the date of an article is known stand under unknown."))
        notes.append(
            _("Fewer cases in late years need not mean fewer moves: it takes years until a case is known.")
        )
    else:
        notes.append(_("A case with two values counts for both."))
    chart = charts.counted(subject, title, facet_name(facet), named, source_line(found), " ".join(notes))
    return (Picture(chart),)


_MADE: Mapping[str, Callable[[Statistics], tuple[Block, ...]]] = {
    "jobs": jobs,
    "lasting": lasting,
    "reasons": reasons,
    "coverage": coverage,
    "reliability": reliability,
}
