"""What ``thuishaven region`` prints: a function from a result to a page, without side effects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from thuishaven.cli.cost_page import ROOMY, bullet, command, heading, paragraph
from thuishaven.cli.tables import Column, table
from thuishaven.locale import _, language, money, number, percent, term
from thuishaven.report import words, work, work_words
from thuishaven.report.subject import Subject, quoted
from thuishaven.report.telling import capital

if TYPE_CHECKING:
    from rich.console import RenderableType

Result = Mapping[str, Any]
#: Years that the table shows unless all are asked for.
FIRST_YEARS = 5


def page(result: Result, about: Subject, width: int, everything: bool = False) -> Iterator[RenderableType]:
    """The page, from top to bottom.

    Parameters
    ----------
    result
        As ``RegionResult.to_dict()`` gives it.
    about
        What the dossier is about.
    width
        Of the screen, in characters.
    everything
        Show every plan in full, every year and every warning.
    """
    yield Text(about.title, "bold")
    yield paragraph(about.today, width)
    yield ""
    verdict, *rest = work.answer(result, about)
    yield Text(verdict, "bold")
    if rest:
        yield paragraph(" ".join(rest), width)
    yield ""
    yield plans_table(result, about, width)
    yield paragraph(
        _(
            "Ranges hold nine times out of ten. Only work in {country} counts; jobs at a supplier here are "
            "included.",
            country=words.after_in(result["country"]),
        ),
        width,
    )
    focus = work.focus_of(result)
    shown = [plan for plan in result["plans"] if plan is focus or (everything and plan["groups"])]
    for plan in shown:
        yield from _plan(result, plan, about, width, everything)
    yield from _not_counted(result, about, width)
    yield from _warnings(result, about, width, everything)
    yield ""
    yield command(_("Everything: {command}", command=f"thuishaven region {about.path} --json"))
    if focus is not None:
        example = f"thuishaven region {about.path} --explain {focus['id']}.fte_net"
        yield command(_("One figure, with its formula and sources: {command}", command=example))


def plans_table(result: Result, about: Subject, width: int) -> RenderableType:
    """The plans side by side: jobs here, against today, in shortage occupations, people, net."""
    rows = []
    for plan in result["plans"]:
        other = plan["id"] != result["baseline"]
        rows.append(
            [
                about.plans[plan["id"]],
                work_words.jobs(plan["fte"]),
                work_words.jobs(plan["fte_direct"]) if other else "-",
                work_words.jobs(plan["fte_scarce"]),
                work_words.jobs(plan["heads"]),
                work_words.jobs(plan["fte_net"]) if other else "-",
            ]
        )
    columns = [
        Column(term("plan"), right=False, least=24),
        Column(_("{fte} here in {year}", fte=term("fte"), year=result["year"])),
        Column(_("more than today"), weight=5),
        Column(_("in shortage"), weight=2),
        Column(_("people"), weight=1),
        Column(_("net jobs"), weight=4),
    ]
    focus = work.focus_of(result)
    bold = [place for place, plan in enumerate(result["plans"]) if plan is focus]
    return table(columns, rows, width, bold)


def _plan(
    result: Result, plan: Mapping[str, Any], about: Subject, width: int, everything: bool
) -> Iterator[RenderableType]:
    names = {group["group"]: work_words.group_name(group, language()) for group in plan["groups"]}
    yield ""
    yield heading(_("Who works here: {plan}", plan=quoted(about.plans[plan["id"]])))
    yield _groups(plan, width)
    for group in plan["groups"]:
        if group["shortage"] not in (None, "none"):
            said = _(work_words.SHORTAGES[group["shortage"]])
            text = _("{name}: {text}", name=capital(names[group["group"]]), text=said)
            yield bullet(text, width)
    yield ""
    yield heading(_("Year by year"))
    yield _years(plan, width, everything)
    built = work.build_up(plan)
    if built:
        yield paragraph(built, width)
    yield from _bullets(_("Finding and training people"), list(work.hiring(plan, names)), width)
    for run in plan["running"]:
        sentences = [*work.shifts(run), *work.running(run)]
        series = work.small_series(run)
        yield from _bullets(_("Shifts and machines"), [*sentences, *([series] if series else [])], width)
        yield from _machine_hour(run, width)
    yield from _subsidies(plan, width)
    yield from _accounts(result, plan, width)


def _bullets(title: str, sentences: list[str], width: int) -> Iterator[RenderableType]:
    if not sentences:
        return
    yield ""
    yield heading(title)
    for sentence in sentences:
        yield bullet(sentence, width)


def _groups(plan: Mapping[str, Any], width: int) -> RenderableType:
    rows = [
        [
            work_words.group_name(group, language()),
            group["isco"] or "",
            _(work_words.PACES[group["pace"]]),
            words.spread(group["hours"]["p5"], group["hours"]["p95"], ""),
            work_words.rounded(group["fte"]["p5"], group["fte"]["p95"], _keep(group["fte"])),
            percent(group["fill_chance"]["p50"]) if group["fill_chance"] else "-",
        ]
        for group in plan["groups"]
    ]
    columns = [
        Column(_("group"), right=False, least=18),
        Column("ISCO", weight=1, right=False),
        Column("", weight=2, right=False, least=14),
        Column(_("hours a year"), weight=3),
        Column(term("fte")),
        Column(_("found within a month"), weight=4),
    ]
    return table(columns, rows, width)


def _keep(found: Mapping[str, float]) -> int:
    """Decimals of a group's jobs: one where they are few."""
    return 1 if found["p95"] < 10 else 0


def _years(plan: Mapping[str, Any], width: int, everything: bool) -> RenderableType:
    years = plan["years"][1:] if everything else plan["years"][1 : FIRST_YEARS + 1]
    rows = [
        [
            str(row["year"]),
            work_words.jobs(row["fte"]),
            work_words.jobs(row["fte_direct"]),
            work_words.jobs(row["fte_net"]),
        ]
        for row in years
    ]
    columns = [
        Column(_("year"), right=False),
        Column(_("{fte} here", fte=term("fte"))),
        Column(_("more than today"), weight=1),
        Column(_("net jobs"), weight=2),
    ]
    return table(columns, rows, width)


def _machine_hour(run: Mapping[str, Any], width: int) -> Iterator[RenderableType]:
    """What a machine hour costs in each shift system, for the same demand."""
    found = run["shift"]["machine_hour"]
    if not found:
        return
    rows = [
        [
            capital(work_words.system_name(row["system"])),
            work_words.rounded(row["machines"]["p5"], row["machines"]["p95"], 0),
            percent(row["premium"]["p50"]),
            work_words.rounded(row["cost"]["p5"], row["cost"]["p95"], 0),
        ]
        for row in found
    ]
    columns = [
        Column(term("shift_system"), right=False, least=20),
        Column(_("machines"), weight=2),
        Column(_("premium"), weight=1),
        Column(_("EUR per machine hour")),
    ]
    yield table(columns, rows, width, [place for place, row in enumerate(found) if row["chosen"]])
    if not found[0]["with_capital"]:
        yield paragraph(_("Labour only: the dossier gives no price of machines."), width)


def _subsidies(plan: Mapping[str, Any], width: int) -> Iterator[RenderableType]:
    sentences = list(work.subsidies(plan))
    if not sentences:
        return
    yield from _bullets(capital(term("wage_subsidy")), sentences, width)
    yield paragraph(
        _("The cost page counts none of them in its headline; with subsidies stands beside it."), width
    )
    supported = plan["supported"]
    if supported is not None:
        cost = supported["cost_per_standard_hour"]
        yield bullet(
            _(
                "Work with support ({n} {fte}): an hour of standard output costs {with_subsidy} with "
                "subsidy, {without} without; guidance {guidance} a year per worker.",
                n=number(supported["fte"]["p50"], 1),
                fte=term("fte"),
                with_subsidy=work_words.euros(cost["with_subsidy"]),
                without=work_words.euros(cost["without_subsidy"]),
                guidance=money(supported["guidance"]["p50"]),
            ),
            width,
        )


def _accounts(result: Result, plan: Mapping[str, Any], width: int) -> Iterator[RenderableType]:
    yield ""
    yield heading(_("Two accounts, never added up"))
    horizon = result["settings"]["horizon_years"]
    rows = [list(row) for row in work.accounts(plan, horizon)]
    columns = [
        Column(_("account"), right=False),
        Column("", right=False, least=24),
        Column(_("in money of {year}", year=result["settings"]["as_of"][:4])),
    ]
    yield table(columns, rows, width)
    yield paragraph(_("The public account is against today."), width)


def _not_counted(result: Result, about: Subject, width: int) -> Iterator[RenderableType]:
    found = result["not_counted"]
    if not found:
        return
    yield ""
    yield heading(capital(term("not_counted")))
    for item in found:
        yield bullet(
            _(
                "{plan}, {source}: {missing} is not known",
                plan=about.plans[item["plan"]],
                source=item["source"],
                missing=words.input_label(item["missing"]),
            ),
            width,
        )


def _warnings(result: Result, about: Subject, width: int, everything: bool) -> Iterator[RenderableType]:
    warnings = [item for item in result["warnings"] if item["code"] != "subsidy_unknown"]
    if not warnings:
        return
    pressing = [item for item in warnings if item["code"] in work_words.PRESSING]
    said = list(dict.fromkeys(work_words.notice(item["code"], item["params"]) for item in pressing))
    mine = {item["id"] for item in result["inputs_used"]}
    counted = words.summed_up([item for item in warnings if item not in pressing], mine)
    if not (said or counted or everything):
        return
    yield ""
    yield heading(_("Take care"))
    for text in said:
        yield bullet(capital(text), width)
    if not everything:
        if counted:
            yield bullet(_("{counts}. All of them: --all", counts=words.together(counted)), width)
        return
    for item in warnings:
        if item not in pressing:
            name = words.named(item["params"].get("name", ""), item["params"].get("id", ""), about.plans)
            yield bullet(f"{name}: {work_words.notice(item['code'], item['params'])}", width)


def explain_page(found: Mapping[str, Any], about: Subject, width: int) -> Iterator[RenderableType]:
    """How one figure came about: its formula and its inputs, each with its own origin below it."""
    yield Text(found["id"], "bold")
    yield from _explained(found, about, width, 0)


def _explained(found: Mapping[str, Any], about: Subject, width: int, depth: int) -> Iterator[RenderableType]:
    indent = "  " * depth
    name = found.get("name", "")
    label = f"{name}: " if name and depth else ""
    text = _amount(found)
    if found["p5"] != found["p95"]:
        text = words.spread(found["p5"], found["p95"], found["unit"])
    yield Text(f"{indent}{label}{text}", overflow="fold")
    if "origin" in found:
        origin = found["origin"]
        said = words.named(origin["name"], origin["id"], about.plans)
        status = words.status(origin["status"])
        yield Text(f"{indent}  {said} ({status})", "dim", overflow="fold")
    if "formula_in_words" in found and width >= ROOMY // 2:
        yield Text(f"{indent}  {found['function']}", "dim", overflow="fold")
    for item in found.get("inputs", ()):
        yield from _explained(item, about, width, depth + 1)


def _amount(found: Mapping[str, Any]) -> str:
    return words.amount(found["mean"], found["unit"])
