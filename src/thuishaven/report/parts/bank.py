"""The page for a bank: what it takes, when it comes back, how deep it goes, and what that hangs on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from thuishaven.locale import _, percent, unit
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
from thuishaven.report.telling import capital, paid_back


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
    yield _investment(material)
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


def _investment(material: Material) -> Table:
    """Per plan: investment, present value, return, time and depth."""
    rows: list[tuple[Cell, ...]] = []
    for plan in material.result["plans"]:
        if plan["id"] == material.result["baseline"]:
            continue
        once, value, peak = plan["one_off"], plan["delta_npv"], plan["peak_financing"] or {}
        rows.append(
            (
                material.about.plans[plan["id"]],
                _thousands(once["mean"]),
                Range(_thousands(once["p5"]), _thousands(once["p95"])),
                _thousands(value["mean"]),
                Range(_thousands(value["p5"]), _thousands(value["p95"])),
                _return(plan["irr"]["p50"]),
                told(plan["payback_years"]["p50"], paid_back(plan), 1),
                share(plan["payback_years"]["share_within_horizon"]),
                _thousands(peak.get("mean")),
                _thousands(peak.get("p95")),
            )
        )
    thousand = _("thousands of EUR")
    columns = (
        Column(capital(_("plan")), width=2),
        Column(_("Investment"), thousand),
        Column(capital(_("between")), thousand),
        Column(_("Net present value"), thousand),
        Column(capital(_("between")), thousand),
        Column(_("Internal rate of return")),
        Column(capital(_("paid back"))),
        Column(_("Chance that it is paid back in time")),
        Column(_("Largest financing, mean"), thousand),
        Column(_("Largest financing, 1 in 20"), thousand),
    )
    note = _(
        "Between: in nine of ten calculated worlds. The rate of return and the payback time are those of the "
        "middle world; a dash where there is none. Largest financing: the deepest point of the cash added "
        "up; in one of twenty worlds it is deeper than the last column."
    )
    return Table("investment", _("What each plan takes and brings, beside today"), columns, tuple(rows), note)


#: A rate of return above this says only that hardly anything is invested.
_MEANINGLESS = 1.0


def _return(rate: float | None) -> Number | None:
    if rate is None:
        return None
    if rate > _MEANINGLESS:
        return told(rate, f"> {percent(_MEANINGLESS)}", 3)
    return share(rate)


def _thousands(value: float | None) -> Number:
    return amount(None if value is None else value / 1000, 0)


def _in_scenarios(material: Material) -> Table:
    """The difference in cost per unit with today in each scenario."""
    result, about = material.result, material.about
    regret = {row["plan"]: row for row in result["regret"]}
    baseline = result["baseline"]
    others = [plan for plan in regret if plan != baseline]
    rows: list[tuple[Cell, ...]] = []
    for place, outcome in enumerate(regret[baseline]["scenarios"] if regret else ()):
        today = outcome["unit_tco"]
        rows.append(
            (
                words.scenario_name(outcome["scenario"]),
                *(
                    amount(regret[plan]["scenarios"][place]["unit_tco"] - today, 2, sign=True)
                    for plan in others
                ),
            )
        )
    columns = (
        Column(_("World"), width=2),
        *(Column(about.plans[plan], unit("EUR/unit")) for plan in others),
    )
    return Table("sensitivities", _("Difference with today in other worlds"), columns, tuple(rows))
