"""The argument: where the difference comes from, what it hangs on, and how it fares in other worlds."""

from __future__ import annotations

from collections.abc import Iterator

from thuishaven.locale import _, listing, money, ngettext, parted, term, unit
from thuishaven.report import advice_words, charts, words
from thuishaven.report.blocks import Block, Cell, Column, Figure, Heading, Listing, Table, Text, amount, told
from thuishaven.report.material import Material
from thuishaven.report.parts.director import advised, plans_table
from thuishaven.report.subject import quoted
from thuishaven.report.telling import break_even, capital, cents, driver_name, possible, turning_amounts

#: Parts of the advice that the first page tells.
ON_FIRST_PAGE = ("answer", "find_out", "next")


def argument(material: Material) -> Iterator[Block]:
    """The blocks of the argument; nothing where there is no plan beside today."""
    if not material.compares:
        return
    result, about = material.result, material.about
    yield Heading(1, _("Why"), "why")
    everything = [plan["id"] for plan in result["plans"]]
    if len(material.shown) < len(everything):
        yield plans_table(material, everything, "plans-all")
    yield Heading(2, _("Where the difference comes from"), "difference")
    yield Figure(charts.stacked(result, about))
    for plan in material.told:
        yield Figure(charts.waterfall(result, plan, about))
    yield from _criteria(material)
    yield Heading(2, _("What it hangs on"), "hangs-on")
    for plan in material.told:
        chart = charts.tornado(material.cost, plan, about)
        if chart is not None:
            yield Figure(chart)
    information = charts.value_of_information(result, about)
    if information is not None:
        yield Figure(information)
    yield from _break_evens(material)
    yield from _other_worlds(material)
    yield from _elsewhere(material)
    yield from _missing(material)


def _criteria(material: Material) -> Iterator[Block]:
    if material.advice is None:
        return
    yield Heading(2, _("More than cost"), "criteria")
    yield Figure(charts.profile(material.advice, material.about))
    for section, sentences in advised(material).items():
        if section not in ON_FIRST_PAGE:
            yield Heading(3, advice_words.title(section), f"advice-{section}")
            yield Listing(tuple(sentences))


def _break_evens(material: Material) -> Iterator[Block]:
    result, about = material.result, material.about
    if not result["break_even"]:
        return
    yield Heading(2, capital(term("break_even")), "break-even")
    for plan in material.told:
        mine = [item for item in result["break_even"] if item["plan"] == plan]
        found = [break_even(item) for item in mine if possible(item)]
        never = [driver_name(item["driver"]) for item in mine if not possible(item)]
        if never:
            found.append(_("at no value that was searched: {drivers}", drivers=listing(never)))
        if found:
            yield Text(capital(_("{plan} costs the same as today:", plan=quoted(about.plans[plan]))))
            yield Listing(tuple(found))
    for course in material.courses:
        yield Figure(charts.break_even(material.cost, course, about))


def _other_worlds(material: Material) -> Iterator[Block]:
    result, about = material.result, material.about
    regret = {row["plan"]: row for row in result["regret"]}
    if not regret:
        return
    yield Heading(2, _("In other worlds"), "worlds")
    plans = list(regret)
    keep = max(cents(plan["unit_tco"]) for plan in result["plans"])
    rows: list[tuple[Cell, ...]] = []
    best: dict[int, str] = {}
    for place, outcome in enumerate(regret[plans[0]]["scenarios"]):
        costs = {plan: row["scenarios"][place]["unit_tco"] for plan, row in regret.items()}
        best[place] = min(costs, key=lambda plan: costs[plan])
        rows.append(
            (
                words.scenario_name(outcome["scenario"]),
                about.plans[best[place]],
                *(amount(costs[plan], keep) for plan in plans),
            )
        )
    columns = (
        Column(capital(term("scenario")), width=2),
        Column(capital(_("cheapest plan")), width=2),
        *(Column(about.plans[plan], unit("EUR/unit")) for plan in plans),
    )
    yield Table("worlds-table", _("Cost per unit in other worlds"), columns, tuple(rows))
    regrets: list[tuple[Cell, ...]] = [
        (
            about.plans[plan],
            told(row["max_regret"], money(row["max_regret"]) if row["max_regret"] >= 1 else "-", 0),
            _("{n} of {m}", n=round(row["near_best"] * len(row["scenarios"])), m=len(row["scenarios"])),
        )
        for plan, row in sorted(regret.items(), key=lambda item: item[1]["max_regret"])
    ]
    columns = (
        Column(capital(term("plan")), width=2),
        Column(capital(_("in the worst of these worlds")), said="EUR"),
        Column(capital(_("among the best in"))),
    )
    title = _("Chosen and regretted: how much dearer than the best plan")
    yield Table("regret-table", title, columns, tuple(regrets))


def _elsewhere(material: Material) -> Iterator[Block]:
    if material.explored is None or not material.explored["options"]:
        return
    yield Heading(2, _("What else could be done"), "elsewhere")
    yield Text(
        _(
            "These plans were made by the program from general figures of each country. "
            "Ask for offers before you count on them."
        )
    )
    source = material.dossier.baseline.sources
    today = source[0].country if source else material.dossier.company.country
    yield Figure(charts.world_map(material.explored, str(today), str(material.dossier.company.country)))
    yield Figure(charts.frontier(material.explored))


def _missing(material: Material) -> Iterator[Block]:
    found = material.result["not_counted"]
    if not found:
        return
    about = material.about
    lines = list(dict.fromkeys(item["line"] for item in found))
    yield Heading(2, capital(term("not_counted")), "not-counted")
    yield Text(
        ngettext(
            "{n} cost line without data: {lines}.",
            "{n} cost lines without data: {lines}.",
            len(lines),
            lines=parted(words.line_name(line) for line in lines),
        )
    )
    turning = sorted(turning_amounts(found).items(), key=lambda item: item[1][0])
    points = [
        _(
            "{plan}: from about {amount} a year they would together turn the choice ({lines})",
            plan=quoted(about.plans[plan]),
            amount=money(least),
            lines=parted(words.line_name(line) for line in missing),
        )
        for plan, (least, missing) in turning
    ]
    if points:
        yield Listing(tuple(points))
