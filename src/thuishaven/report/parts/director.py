"""The first page, for whoever decides: the answer, how sure it is, why, and what to find out first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from thuishaven.locale import _, decimals_for, money, ngettext, number, out_of_ten, term, unit
from thuishaven.report import advice_words, words
from thuishaven.report.answer import answer
from thuishaven.report.blocks import (
    Block,
    Callout,
    Column,
    Figure,
    Heading,
    Listing,
    Number,
    Range,
    Table,
    Text,
    amount,
    told,
)
from thuishaven.report.charts import uncertainty
from thuishaven.report.material import Material
from thuishaven.report.telling import capital, cents, paid_back

#: Figures to find out and steps to take that fit on the first page.
FIRST, STEPS = 3, 5


def director(material: Material) -> Iterator[Block]:
    """The blocks of the first page."""
    result, about = material.result, material.about
    yield Heading(1, _("The answer on one page"), "answer")
    yield Text(about.today)
    told_so = advised(material)
    verdict, *rest = told_so.get("answer") or answer(result, about)
    yield Callout("advice", verdict, " ".join(rest))
    yield plans_table(material, material.shown)
    yield Figure(uncertainty(result, about, only=material.shown))
    first = find_out_first(material)
    if first is not None:
        yield first
    if "next" in told_so:
        yield Heading(2, advice_words.title("next"), "next")
        yield Listing(tuple(told_so["next"][:STEPS]), ordered=True)
    sourced = result["sourced"]
    if told_so:
        return
    yield Text(
        _(
            "{n} of {m} figures sourced. The others are your own estimates or our assumptions; "
            "the last part of this report lists them all.",
            n=number(sourced["with_source"]),
            m=number(sourced["figures"]),
        )
    )


def advised(material: Material) -> dict[str, list[str]]:
    """The sentences of the advice by part of its page; nothing where there is no advice."""
    found: dict[str, list[str]] = {}
    for row in material.advice["sentences"] if material.advice is not None else ():
        text = advice_words.sentence(row, material.about)
        if text:
            found.setdefault(row["section"], []).append(text)
    return found


def plans_table(material: Material, plans: Sequence[str], identity: str = "plans") -> Table:
    """The plans side by side, those that are named."""
    result, about = material.result, material.about
    heading = unit("EUR/unit")
    best = material.choice.best["id"]
    rows, bold = [], []
    for place, plan in enumerate(plan for plan in result["plans"] if plan["id"] in plans):
        other = plan["id"] != result["baseline"]
        keep = cents(plan["unit_tco"])
        once = plan["one_off"]["mean"]
        if plan["id"] == best:
            bold.append(place)
        rows.append(
            (
                about.plans[plan["id"]],
                amount(plan["unit_tco"]["mean"], keep),
                Range(*(amount(plan["unit_tco"][end], keep) for end in ("p5", "p95"))),
                amount(plan["delta_unit_tco"]["mean"], cents(plan["delta_unit_tco"]), sign=True)
                if other
                else None,
                Number(plan["p_cheaper"]["value"], out_of_ten(plan["p_cheaper"]["value"], short=True), "0%")
                if other
                else None,
                told(plan["payback_years"]["p50"], paid_back(plan), 1) if other else None,
                told(once, money(once), 0) if once > 0 else None,
            )
        )
    columns = (
        Column(capital(term("plan")), width=2),
        Column(capital(_("cost per unit")), heading),
        Column(capital(_("between")), heading),
        Column(capital(_("difference")), heading),
        Column(capital(_("cheaper in"))),
        Column(capital(_("paid back")), said=unit("year")),
        Column(capital(term("one_off")), said="EUR"),
    )
    note = _("Between: in nine of ten calculated worlds the cost lies in this range. Cheaper in: than today.")
    left = len(result["plans"]) - len(rows)
    if left:
        more = ngettext(
            "{n} more plan stands in the next part.", "{n} more plans stand in the next part.", left
        )
        note = f"{note} {more}"
    return Table(identity, _("The plans side by side"), columns, tuple(rows), note, tuple(bold))


def find_out_first(material: Material) -> Table | None:
    """The figures worth finding out before deciding, or nothing."""
    result, about = material.result, material.about
    if not result["find_out_first"]:
        return None
    rows = tuple(
        (
            words.named(item["name"], item["input"], about.plans),
            told(item["evppi"]["value"], money(item["evppi"]["value"]), 0),
            words.spread(item["range"]["p5"], item["range"]["p95"], item["unit"]),
            _turns_at(item, about.plans),
        )
        for item in result["find_out_first"][:FIRST]
    )
    columns = (
        Column(capital(_("figure")), width=2),
        Column(capital(_("is worth up to")), said="EUR"),
        Column(capital(_("now between"))),
        Column(capital(_("the choice turns at")), width=2),
    )
    note = _(
        "What it would be worth to know the figure before choosing, because the choice might turn out "
        "otherwise."
    )
    return Table("first", capital(term("find_out_first")), columns, rows, note)


def _turns_at(item: Mapping[str, Any], plans: Mapping[str, str]) -> str | None:
    turning = item["turning"]
    if not turning:
        return None
    span = item["range"]
    value = words.amount(turning["value"], item["unit"], decimals_for(span["p5"], span["p95"]))
    return _("{value}: {plan}", value=value, plan=plans[turning["to"]])
