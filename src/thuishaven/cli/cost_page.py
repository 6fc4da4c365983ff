"""What ``thuishaven cost`` prints: a function from a result to a page, without side effects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from thuishaven.cli.tables import GAP, Column, aligned, table
from thuishaven.locale import _, labelled, listing, money, ngettext, number, out_of_ten, parted, percent, term
from thuishaven.report import words
from thuishaven.report.answer import Choice, answer, choose, group_differences
from thuishaven.report.subject import Subject, quoted
from thuishaven.report.telling import (
    break_even,
    by_line,
    capital,
    cents,
    driver_name,
    firm_lines,
    group_amount,
    paid_back,
    possible,
    shows,
    turning_amounts,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

#: From this width on there is room for what is only handy.
ROOMY = 100
#: Widest text that reads well.
MEASURE = 96
#: Rows of a table that is not asked for in full.
SHORT = 8
#: Names in a sentence that is about something else.
FEW = 3

Result = Mapping[str, Any]


def page(result: Result, about: Subject, width: int, everything: bool = False) -> Iterator[RenderableType]:
    """The page, from top to bottom.

    Parameters
    ----------
    result
        As ``CostResult.to_dict()`` gives it.
    about
        What the dossier is about.
    width
        Of the screen, in characters.
    everything
        Show every line, warning and missing figure.
    """
    choice = choose(result)
    yield Text(about.title, "bold")
    yield paragraph(about.today, width)
    yield ""
    verdict, *rest = answer(result, about)
    yield Text(verdict, "bold")
    if rest:
        yield paragraph(" ".join(rest), width)
    yield ""
    yield plans_table(result, about, width)
    yield from _find_out_first(result, about, width)
    if choice.focus is not choice.today:
        yield from _break_evens(result, about, choice, width)
        yield from _differences(about, choice, width, everything)
        yield from _scenarios(result, about, choice, width)
    yield from _not_counted(result, about, width, everything)
    yield from _warnings(result, about, width, everything)
    yield ""
    yield from _sourced_and_where(result, about, width)


def heading(text: str) -> Text:
    """The heading of a section."""
    return Text(text, "bold")


def paragraph(text: str, width: int, indent: int = 0) -> RenderableType:
    """A paragraph, not wider than reads well."""
    return Padding(Text(text), (0, max(width - MEASURE, 0), 0, indent))


def bullet(text: str, width: int) -> RenderableType:
    """An item of a list."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_row("-", Text(text))
    return Padding(grid, (0, max(width - MEASURE, 0), 0, GAP))


def plans_table(result: Result, about: Subject, width: int) -> RenderableType:
    """The plans, as the dossier orders them: what each costs, how sure that is, and against today."""
    plans = result["plans"]
    unit_tco = [plan["unit_tco"] for plan in plans]
    keep = [cents(spread) for spread in unit_tco]
    others = [plan["id"] != result["baseline"] for plan in plans]
    gaps = [plan["delta_unit_tco"] for plan in plans]
    low, high = (aligned([spread[end] for spread in unit_tco], keep) for end in ("p5", "p95"))
    rows = [
        list(row)
        for row in zip(
            [about.plans[plan["id"]] for plan in plans],
            aligned([spread["mean"] for spread in unit_tco], keep),
            [f"{a} - {b}" for a, b in zip(low, high, strict=True)],
            aligned(
                [gap["mean"] if other else None for gap, other in zip(gaps, others, strict=True)],
                [cents(gap) if other else 0 for gap, other in zip(gaps, others, strict=True)],
                sign=True,
            ),
            [
                out_of_ten(p["p_cheaper"]["value"], short=True) if other else "-"
                for p, other in zip(plans, others, strict=True)
            ],
            [paid_back(plan) for plan in plans],
            [money(p["one_off"]["mean"]) if p["one_off"]["mean"] > 0 else "-" for p in plans],
            [plan["id"] for plan in plans],
            strict=True,
        )
    ]
    columns = [
        Column(term("plan"), right=False, least=24),
        Column(_("cost per unit")),
        Column(_("between"), weight=4),
        Column(_("difference"), weight=6),
        Column(_("cheaper in"), weight=7),
        Column(_("paid back"), weight=3),
        Column(term("one_off"), weight=2),
        Column(_("name"), weight=1, right=False),
    ]
    if width < ROOMY or all(row[0] == row[-1] for row in rows):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    best = choose(result).best["id"]
    bold = [place for place, plan in enumerate(plans) if plan["id"] == best]
    return table(columns, rows, width, bold)


def _find_out_first(result: Result, about: Subject, width: int) -> Iterator[RenderableType]:
    found = result["find_out_first"]
    if not found:
        yield from _narrows_most(result, about, width)
        return
    rows = []
    for item in found:
        turning = item["turning"]
        turns = "-"
        if turning:
            turns = labelled(words.amount(turning["value"], item["unit"]), about.plans[turning["to"]])
        rows.append(
            [
                words.named(item["name"], item["input"], about.plans),
                money(item["evppi"]["value"]),
                words.spread(item["range"]["p5"], item["range"]["p95"], item["unit"]),
                turns,
            ]
        )
    yield ""
    yield heading(capital(term("find_out_first")))
    columns = [
        Column(_("figure"), right=False, least=22),
        Column(_("is worth up to")),
        Column(_("now between"), weight=1),
        Column(_("the choice turns at"), weight=2, right=False, least=20),
    ]
    yield table(columns, rows, width)


def _narrows_most(result: Result, about: Subject, width: int) -> Iterator[RenderableType]:
    """Which figures make the ranges wide, where none of them could turn the choice."""
    found = result["narrows_most"]
    if not found:
        return
    yield ""
    yield heading(_("What makes these ranges so wide"))
    rows = [
        [
            words.named(item["name"], item["input"], about.plans),
            percent(item["first_order"]),
            about.plans[item["plan"]],
        ]
        for item in found
    ]
    columns = [
        Column(_("figure"), right=False, least=22),
        Column(_("part of the uncertainty")),
        Column(term("plan"), weight=1, right=False),
    ]
    yield table(columns, rows, width)


def _break_evens(result: Result, about: Subject, choice: Choice, width: int) -> Iterator[RenderableType]:
    mine = [item for item in result["break_even"] if item["plan"] == choice.focus["id"]]
    if not mine:
        return
    yield ""
    yield heading(_("{plan} costs the same as today", plan=quoted(about.plans[choice.focus["id"]])))
    for item in mine:
        if possible(item):
            yield bullet(break_even(item), width)
    never = [driver_name(item["driver"]) for item in mine if not possible(item)]
    if never:
        yield bullet(_("at no value that was searched: {drivers}", drivers=listing(never)), width)


def _differences(about: Subject, choice: Choice, width: int, everything: bool) -> Iterator[RenderableType]:
    """From today to the plan in groups of cost lines: the steps add up to the difference."""
    today, focus = choice.today, choice.focus
    found = group_differences(focus, today)
    order = sorted(
        (group for group in found if shows(found[group], choice)), key=lambda group: -abs(found[group])
    )
    keep = cents(focus["delta_unit_tco"])
    name = about.plans[focus["id"]]
    rows, bold = [], []
    for group in order:
        rows.append(
            [
                words.group_name(group),
                number(group_amount(today, group), keep),
                number(group_amount(focus, group), keep),
                number(found[group], keep, sign=True),
                _largest_line(focus, today, group, keep),
            ]
        )
        if everything:
            rows += _lines(focus, today, group, keep)
    rest = [group for group in found if group not in order]
    if rest:
        sums = [sum(group_amount(plan, group) for group in rest) for plan in (today, focus)]
        rows.append(
            [
                _("other groups"),
                *(number(s, keep) for s in sums),
                number(sums[1] - sums[0], keep, sign=True),
                "",
            ]
        )
    totals = [plan["unit_tco"]["mean"] for plan in (today, focus)]
    bold.append(len(rows))
    rows.append(
        [
            _("together"),
            *(number(t, keep) for t in totals),
            number(focus["delta_unit_tco"]["mean"], keep, sign=True),
            "",
        ]
    )
    yield ""
    yield heading(_("Where the difference comes from, in EUR per unit"))
    columns = [
        Column(_("group"), right=False, least=16),
        Column(about.plans[today["id"]], weight=3, least=10),
        Column(name, weight=2, least=12),
        Column(_("difference")),
        Column(_("mainly"), weight=1, right=False),
    ]
    yield table(columns, rows, width, bold)


def _largest_line(focus: Mapping[str, Any], today: Mapping[str, Any], group: str, keep: int) -> str:
    line, before, after = by_line(focus, today, group)[0]
    return f"{words.line_name(line)} ({number(after - before, keep, sign=True)})"


def _lines(focus: Mapping[str, Any], today: Mapping[str, Any], group: str, keep: int) -> list[list[str]]:
    return [
        [
            f"  {line} {words.line_name(line)}",
            number(a, keep),
            number(b, keep),
            number(b - a, keep, sign=True),
            "",
        ]
        for line, a, b in by_line(focus, today, group)
    ]


def _scenarios(result: Result, about: Subject, choice: Choice, width: int) -> Iterator[RenderableType]:
    """The cheapest plan in each scenario beside today, and the largest regret of having chosen each plan."""
    regret = {row["plan"]: row for row in result["regret"]}
    if not regret:
        return
    today, focus = choice.today["id"], choice.focus["id"]
    keep = max(cents(choice.today["unit_tco"]), cents(choice.focus["unit_tco"]))
    rows = []
    for place, outcome in enumerate(regret[today]["scenarios"]):
        costs = {plan: row["scenarios"][place]["unit_tco"] for plan, row in regret.items()}
        best = min(costs, key=lambda plan: costs[plan])
        amounts = (number(costs[plan], keep) for plan in (best, today, focus))
        rows.append([words.scenario_name(outcome["scenario"]), about.plans[best], *amounts])
    columns = [
        Column(term("scenario"), right=False, least=16),
        Column(_("cheapest plan"), right=False, least=20),
        Column(_("costs"), weight=2),
        Column(about.plans[today], weight=3, least=10),
        Column(about.plans[focus], weight=1, least=12),
    ]
    yield ""
    yield heading(_("In other worlds, cost per unit in EUR"))
    yield table(columns, rows, width)
    yield ""
    yield heading(_("Chosen and regretted: how much dearer than the best plan"))
    rows = [
        [
            about.plans[plan],
            money(row["max_regret"]) if row["max_regret"] >= 1 else "-",
            _("{n} of {m}", n=round(row["near_best"] * len(row["scenarios"])), m=len(row["scenarios"])),
        ]
        for plan, row in sorted(regret.items(), key=lambda item: item[1]["max_regret"])
    ]
    columns = [
        Column(term("plan"), right=False, least=24),
        Column(_("in the worst of these worlds")),
        Column(_("among the best in"), weight=1),
    ]
    yield table(columns, rows, width)


def _not_counted(result: Result, about: Subject, width: int, everything: bool) -> Iterator[RenderableType]:
    found = result["not_counted"]
    if not found:
        return
    lines: dict[str, list[Mapping[str, Any]]] = {}
    for item in found:
        lines.setdefault(item["line"], []).append(item)
    names = [words.line_name(line) for line in lines]
    yield ""
    yield heading(capital(term("not_counted")))
    text = ngettext(
        "{n} cost line without data: {lines}.",
        "{n} cost lines without data: {lines}.",
        len(lines),
        lines="{lines}",
    )
    some = names if everything or len(names) <= SHORT else [*names[: SHORT - 1], _("and so on")]
    yield paragraph(text.replace("{lines}", parted(some)), width, GAP)
    for plan, (least, missing) in sorted(turning_amounts(found).items(), key=lambda item: item[1][0]):
        names = [words.line_name(line) for line in missing]
        some = names if everything or len(names) <= FEW else [*names[:FEW], _("and so on")]
        yield bullet(
            _(
                "{plan}: from about {amount} a year they would together turn the choice ({lines})",
                plan=quoted(about.plans[plan]),
                amount=money(least),
                lines=parted(some),
            ),
            width,
        )
    if everything:
        rows = [
            [
                about.plans[item["plan"]],
                item["source"],
                item["line"],
                words.input_label(item["missing"], item["missing"]),
            ]
            for item in found
        ]
        columns = [
            Column(term("plan"), right=False, least=14),
            Column(term("source_of_supply"), weight=1, right=False),
            Column(_("line"), right=False),
            Column(_("what is missing"), right=False, least=20),
        ]
        yield table(columns, rows, width)


def _warnings(result: Result, about: Subject, width: int, everything: bool) -> Iterator[RenderableType]:
    warnings = result["warnings"]
    if not warnings:
        return
    yield ""
    yield heading(_("Take care"))
    pressing = [words.notice(w["code"], w["params"]) for w in warnings if w["code"] in words.PRESSING]
    for text in dict.fromkeys(pressing):
        yield bullet(text, width)
    if not everything:
        mine = {item["id"] for item in result["inputs_used"]}
        counted = words.summed_up(warnings, mine)
        if counted:
            yield bullet(_("{counts}. All of them: --all", counts=words.together(counted)), width)
        return
    for item in warnings:
        if item["code"] not in words.PRESSING:
            name = words.named(item["params"].get("name", ""), item["params"].get("id", ""), about.plans)
            yield bullet(labelled(name, words.notice(item["code"], item["params"])), width)


def _sourced_and_where(result: Result, about: Subject, width: int) -> Iterator[RenderableType]:
    sourced = result["sourced"]
    counts = {"n": number(sourced["with_source"]), "m": number(sourced["figures"])}
    yield paragraph(_("{n} of {m} figures sourced.", **counts), width)
    yield command(_("Everything: {command}", command=f"thuishaven cost {about.path} --json"))
    focus = choose(result).focus
    lines = sorted(firm_lines(focus), key=lambda line: -abs(line["per_unit"]["mean"]))
    if lines:
        example = f"thuishaven cost {about.path} --explain {focus['id']}.{lines[0]['id']}"
        yield command(_("One figure, with its formula and sources: {command}", command=example))


def command(text: str) -> Text:
    """A line with a command, kept whole so that it can be copied."""
    return Text(text, no_wrap=True, overflow="ignore")
