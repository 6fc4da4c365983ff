"""The page for a bank: what it takes, when it comes back, how deep it goes, and what that hangs on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from thuishaven.locale import _, decimals_for, percent, unit
from thuishaven.report import charts, words
from thuishaven.report.blocks import (
    Block,
    Callout,
    Cell,
    Column,
    Figure,
    Heading,
    Number,
    Range,
    Table,
    Text,
    amount,
    share,
    told,
)
from thuishaven.report.material import Material
from thuishaven.report.telling import capital, cents, paid_back

#: Amounts are told in thousands of euros.
THOUSAND = 1000


def bank(material: Material) -> Iterator[Block]:
    """The blocks of the page; nothing where there is no plan beside today."""
    if not material.compares:
        return
    result, about = material.result, material.about
    settings = result["settings"]
    yield Heading(1, _("For the bank"), "bank")
    yield Text(
        _(
            "Every amount is after tax at {tax} and beside today, discounted at {rate} a year over {years} "
            "years. What the product sells for is the same in every plan and left out.",
            tax=percent(settings["tax_rate"], 1),
            rate=percent(settings["discount_rate"], 1),
            years=settings["horizon_years"],
        )
    )
    yield _takes(material)
    yield _brings(material)
    for plan in material.told:
        chart = charts.yearly_cash(result, plan, about)
        yield Figure(chart)
        yield replace(chart.table, id=f"{chart.table.id}-paper")
    yield _in_scenarios(material)
    yield Callout(
        "note",
        _("What this page is not"),
        _(
            "It compares plans with today; it is no forecast of the firm's profit, and it holds no loan or "
            "guarantee. Support is left out of these amounts."
        ),
    )


def _takes(material: Material) -> Table:
    """Per plan: what is invested, and how deep the cash goes."""
    rows: list[tuple[Cell, ...]] = []
    for plan in _others(material):
        once, peak = plan["one_off"], plan["peak_financing"] or {}
        rows.append(
            (
                material.about.plans[plan["id"]],
                _middle(once),
                _between(once),
                _thousands(peak.get("mean"), _own(peak.get("mean"))),
                _thousands(peak.get("p95"), _own(peak.get("p95"))),
            )
        )
    thousand = _("thousands of EUR")
    columns = (
        Column(capital(_("plan")), width=2),
        Column(_("Investment"), thousand),
        Column(capital(_("between")), thousand),
        Column(_("Largest financing, mean"), thousand),
        Column(_("Largest financing, 1 in 20"), thousand),
    )
    note = _(
        "Between: in nine of ten calculated worlds. Largest financing: the deepest point of the cash added "
        "up; in one of twenty worlds it is deeper than the last column."
    )
    return Table("investment", _("What each plan takes, beside today"), columns, tuple(rows), note)


def _brings(material: Material) -> Table:
    """Per plan: present value, rate of return, and when it is paid back."""
    rows: list[tuple[Cell, ...]] = [
        (
            material.about.plans[plan["id"]],
            _middle(plan["delta_npv"]),
            _between(plan["delta_npv"]),
            _return(plan["irr"]["p50"]),
            told(plan["payback_years"]["p50"], paid_back(plan), 1),
            share(plan["payback_years"]["share_within_horizon"]),
        )
        for plan in _others(material)
    ]
    thousand = _("thousands of EUR")
    columns = (
        Column(capital(_("plan")), width=2),
        Column(_("Net present value"), thousand),
        Column(capital(_("between")), thousand),
        Column(_("Internal rate of return")),
        Column(capital(_("paid back")), said=unit("year")),
        Column(_("Chance that it is paid back in time")),
    )
    note = _(
        "The rate of return and the payback time are those of the middle world; a dash where there is none."
    )
    return Table("return", _("What each plan brings, beside today"), columns, tuple(rows), note)


def _others(material: Material) -> list[Mapping[str, Any]]:
    """The plans beside today."""
    return [plan for plan in material.result["plans"] if plan["id"] != material.result["baseline"]]


#: A rate of return above this says only that hardly anything is invested.
_MEANINGLESS = 1.0


def _return(rate: float | None) -> Number | None:
    if rate is None:
        return None
    if rate > _MEANINGLESS:
        return told(rate, f"> {percent(_MEANINGLESS)}", 3)
    return share(rate)


def _middle(spread: Mapping[str, float]) -> Number:
    """The mean of an amount in thousands, rounded to what its range supports."""
    return _thousands(spread["mean"], decimals_for(spread["p5"], spread["p95"]))


def _between(spread: Mapping[str, float]) -> Range:
    """The range of an amount in thousands, rounded to what its width supports."""
    keep = decimals_for(spread["p5"], spread["p95"])
    return Range(_thousands(spread["p5"], keep), _thousands(spread["p95"], keep))


def _own(value: float | None) -> int:
    """Decimals that keep two digits of an amount whose range is not told."""
    return words.significant(value or 0.0, digits=2)


def _thousands(value: float | None, decimals: int) -> Number:
    """An amount of euros in thousands, with so many decimals of the euros themselves."""
    digits = decimals + round(math.log10(THOUSAND))
    return amount(None if value is None else value / THOUSAND, min(digits, 0))


def _in_scenarios(material: Material) -> Table:
    """The difference in cost per unit with today in each scenario."""
    result, about = material.result, material.about
    regret = {row["plan"]: row for row in result["regret"]}
    baseline = result["baseline"]
    others = [plan for plan in regret if plan != baseline]
    keep = {plan["id"]: cents(plan["delta_unit_tco"]) for plan in result["plans"]}
    rows: list[tuple[Cell, ...]] = []
    for place, outcome in enumerate(regret[baseline]["scenarios"] if regret else ()):
        today = outcome["unit_tco"]
        rows.append(
            (
                words.scenario_name(outcome["scenario"]),
                *(
                    amount(regret[plan]["scenarios"][place]["unit_tco"] - today, keep[plan], sign=True)
                    for plan in others
                ),
            )
        )
    columns = (
        Column(_("World"), width=2),
        *(Column(about.plans[plan], unit("EUR/unit")) for plan in others),
    )
    return Table("sensitivities", _("Difference with today in other worlds"), columns, tuple(rows))
