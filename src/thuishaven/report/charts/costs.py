"""Charts of what plans cost: from today to a plan, line group by line group, and against uncertainty."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from thuishaven.locale import _, listing, number, out_of_ten, parted, price, term, unit
from thuishaven.report import words
from thuishaven.report.answer import choose, group_differences
from thuishaven.report.blocks import Chart, Column, Range, Table, amount
from thuishaven.report.charts import rows, vega
from thuishaven.report.charts.reading import plain, plan_of, source_line, spoken
from thuishaven.report.charts.style import (
    ACCENT,
    BASE,
    CHEAPER,
    DEARER,
    INK,
    OTHER,
    QUIET,
    STACK,
    built,
)
from thuishaven.report.subject import Subject, quoted
from thuishaven.report.telling import capital, cents, group_amount

#: Groups that a stacked chart shows apart; the others are one.
APART = len(STACK) - 1
#: Differences from here on are added up without decimals.
WHOLE = 100
#: Names of plans shorter than these leave room for three columns of groups, and for two.
LONG = (22, 28)


@spoken
def waterfall(result: Any, plan: str, about: Subject, *, lang: str | None = None) -> Chart:
    """From today to a plan: what each group of cost lines adds or saves, and where that ends.

    Parameters
    ----------
    result
        A cost result, or its plain form.
    plan
        Id of a plan other than today.
    about
        What the plans are called.
    lang
        Language; that in use by default.
    """

    told = plain(result)
    today, focus = choose(told).today, plan_of(told, plan)
    # Steps that are to be added up need a decimal where they are small, however wide the range of their sum.
    whole = abs(focus["delta_unit_tco"]["mean"]) >= WHOLE
    keep = max(cents(focus["delta_unit_tco"]), 0 if whole else 1)
    differences = group_differences(focus, today)
    order = sorted(differences, key=lambda group: -abs(differences[group]))
    least = 0.5 * 10**-keep
    shown = [group for group in order if abs(differences[group]) >= least][:7]
    rest = [group for group in order if group not in shown]
    left = sum(differences[group] for group in rest)
    steps = [(words.group_name(group), differences[group]) for group in shown]
    if rest and abs(left) >= least:
        steps.append((_("other groups"), left))
    total = focus["delta_unit_tco"]["mean"]
    name = about.plans[plan]
    drawing: list[dict[str, Any]] = []
    at = 0.0
    for label, value in steps:
        drawing.append(
            {
                "name": capital(label),
                "from": at,
                "to": at + value,
                "kind": "up" if value > 0 else "down",
                "text": number(value, keep, sign=True),
            }
        )
        at += value
    drawing.append(
        {
            "name": capital(_("together")),
            "from": 0.0,
            "to": total,
            "kind": "total",
            "text": number(total, keep, sign=True),
        }
    )
    for place, row in enumerate(drawing, start=1):
        row["end"] = max(row["from"], row["to"])
        row["next"] = drawing[place]["name"] if place < len(drawing) else row["name"]
    names = [row["name"] for row in drawing]
    low = min(0.0, *(min(row["from"], row["to"]) for row in drawing))
    high = max(0.0, *(row["end"] for row in drawing))
    heading = unit("EUR/unit")

    def draw(width: int) -> Any:
        ends = rows.domain(low, high, width, 1, 7)
        base = vega.Chart(rows.data(drawing)).encode(y=rows.across(names, width))
        bars = base.marked("bar", size=rows.BAR, yOffset=rows.hang(width)).encode(
            x=rows.along(
                "from:Q",
                _("difference with today, {unit}", unit=heading),
                ends,
                width,
                form=rows.form_for(low, high),
            ),
            x2="to:Q",
            color=vega.Color(
                "kind:N",
                legend=None,
                scale=vega.Scale(domain=["up", "down", "total"], range=[DEARER, CHEAPER, ACCENT]),
            ),
        )
        texts = rows.written(base, rows.label(width, align="left", dx=5), x="end:Q", text="text:N")
        layers = [bars, rows.rule_at(0.0), *texts, *rows.names_above(names, width)]
        return rows.sized(vega.layer(layers), len(names), width)

    ahead = [(label, value) for label, value in steps if value * total > 0][:2] or steps[:1]
    parts = listing([f"{label} ({number(value, keep, sign=True)})" for label, value in ahead])
    title = (
        _(
            "{plan} costs {gap} per unit less than today, mainly by {groups}",
            plan=quoted(name),
            gap=price(abs(total), decimals=keep),
            groups=parts,
        )
        if total < 0
        else _(
            "{plan} costs {gap} per unit more than today, mainly by {groups}",
            plan=quoted(name),
            gap=price(abs(total), decimals=keep),
            groups=parts,
        )
    )
    table = Table(
        f"waterfall-{plan}-table",
        _("From {today} to {plan}", today=about.plans[today["id"]], plan=name),
        (
            Column(capital(_("group"))),
            Column(about.plans[today["id"]], heading, total=True),
            Column(name, heading, total=True),
            Column(capital(_("difference")), heading, total=True, formula="{2}-{1}"),
        ),
        tuple(
            (
                capital(words.group_name(group)),
                amount(group_amount(today, group), max(keep, 2)),
                amount(group_amount(focus, group), max(keep, 2)),
                amount(differences[group], max(keep, 2), sign=True),
            )
            for group in order
        ),
        total=capital(_("together")),
    )
    alt_text = _(
        "Bars from today, at zero, to {plan}, at {total}: {steps}.",
        plan=name,
        total=number(total, keep, sign=True),
        steps=parted(f"{label} {number(value, keep, sign=True)}" for label, value in steps),
    )
    return built(f"waterfall-{plan}", capital(title) + ".", heading, alt_text, source_line(told), table, draw)


@spoken
def stacked(result: Any, about: Subject, *, lang: str | None = None) -> Chart:
    """What the cost per unit of each plan is made of, by group of cost lines.

    Parameters as for :func:`waterfall`.
    """

    told = plain(result)
    plans = told["plans"]
    groups = list(
        dict.fromkeys(
            line["group"] for plan in plans for line in plan["factors"] if line["account"] == "firm"
        )
    )
    weight = {group: max(abs(group_amount(plan, group)) for plan in plans) for group in groups}
    apart = sorted(groups, key=lambda group: -weight[group])[:APART]
    rest = [group for group in groups if group not in apart]
    labels = [capital(words.group_name(group)) for group in apart] + (
        [capital(_("other groups"))] if rest else []
    )
    colours = STACK[: len(labels)]
    names = [about.plans[plan["id"]] for plan in plans]
    pieces: list[dict[str, Any]] = []
    totals: list[dict[str, Any]] = []
    for plan, name in zip(plans, names, strict=True):
        up = down = 0.0
        parts = [group_amount(plan, group) for group in apart]
        if rest:
            parts.append(sum(group_amount(plan, group) for group in rest))
        for place, (label, value) in enumerate(zip(labels, parts, strict=True)):
            start = up if value >= 0 else down
            pieces.append({"name": name, "group": label, "order": place, "from": start, "to": start + value})
            up, down = (up + value, down) if value >= 0 else (up, down + value)
        totals.append(
            {
                "name": name,
                "x": max(up, 0.0),
                "text": number(plan["unit_tco"]["mean"], cents(plan["unit_tco"])),
            }
        )
    low, high = min(0.0, *(p["to"] for p in pieces)), max(p["to"] for p in pieces)
    heading = unit("EUR/unit")
    beside = 1 + sum(max(map(len, names)) < limit for limit in LONG)

    def draw(width: int) -> Any:
        ends = rows.domain(low, high, width, 0, 6)
        bars = (
            vega.Chart(rows.data(pieces))
            .marked("bar", size=rows.BAR + 3, yOffset=rows.hang(width), stroke="#ffffff", strokeWidth=1)
            .encode(
                y=rows.across(names, width),
                x=rows.along(
                    "from:Q",
                    _("cost per unit, {unit}", unit=heading),
                    ends,
                    width,
                    form=rows.form_for(low, high),
                ),
                x2="to:Q",
                color=vega.Color(
                    "group:N",
                    sort=labels,
                    scale=vega.Scale(domain=labels, range=list(colours)),
                    legend=vega.Legend(
                        title=None,
                        orient="top",
                        columns=1 if rows.is_narrow(width) else beside,
                        symbolType="square",
                        labelLimit=300,
                        rowPadding=3,
                    ),
                ),
            )
        )
        texts = (
            vega.Chart(rows.data(totals))
            .marked("text", **rows.label(width, align="left", dx=6, fontWeight="bold"))
            .encode(y=rows.across(names, width), x="x:Q", text="text:N")
        )
        legend = len(labels) * 19 if rows.is_narrow(width) else -(-len(labels) // beside) * 20
        layers = [bars, rows.rule_at(0.0), texts, *rows.names_above(names, width)]
        return rows.sized(vega.layer(layers), len(names), width, 44 + legend)

    cheapest = min(plans, key=lambda plan: plan["unit_tco"]["mean"])
    main = max(groups, key=lambda group: group_amount(cheapest, group))
    keep = cents(cheapest["unit_tco"])
    title = _(
        "In {plan}, the cheapest plan, {group} is the largest part: {amount} of {total} per unit",
        plan=quoted(about.plans[cheapest["id"]]),
        group=words.group_name(main),
        amount=number(group_amount(cheapest, main), keep),
        total=price(cheapest["unit_tco"]["mean"], decimals=keep),
    )
    table = Table(
        "stacked-table",
        _("Cost per unit by group"),
        (Column(capital(_("group"))), *(Column(name, heading, total=True) for name in names)),
        tuple(
            (capital(words.group_name(group)), *(amount(group_amount(plan, group), 2) for plan in plans))
            for group in sorted(groups, key=lambda group: -weight[group])
        ),
        total=capital(_("together")),
    )
    alt_text = _(
        "One bar for each plan, made of groups of cost lines. Together: {plans}.",
        plans=parted(f"{t['name']} {t['text']}" for t in totals),
    )
    return built("stacked", capital(title) + ".", heading, alt_text, source_line(told), table, draw)


@spoken
def uncertainty(
    result: Any,
    about: Subject,
    focus: str | None = None,
    only: Collection[str] | None = None,
    *,
    lang: str | None = None,
) -> Chart:
    """What each plan costs per unit: the mean, and between what that lies in nine worlds out of ten.

    Parameters as for :func:`waterfall`; ``focus`` is the plan in the accent, by default the best but today;
    ``only`` names the plans to show, by default all.
    """

    told = plain(result)
    choice = choose(told)
    chosen = focus or choice.focus["id"]
    plans = sorted(told["plans"], key=lambda plan: plan["unit_tco"]["mean"])
    plans = [plan for plan in plans if only is None or plan["id"] in only]
    names = [about.plans[plan["id"]] for plan in plans]
    kinds = [
        "today" if p["id"] == told["baseline"] else "focus" if p["id"] == chosen else "other" for p in plans
    ]
    drawing: list[dict[str, Any]] = []
    for plan, name, kind in zip(plans, names, kinds, strict=True):
        spread = plan["unit_tco"]
        keep = cents(spread)
        drawing.append(
            {
                "name": name,
                "kind": kind,
                "mean": spread["mean"],
                "p5": spread["p5"],
                "p95": spread["p95"],
                "text": number(spread["mean"], keep),
                "low": number(spread["p5"], keep),
                "high": number(spread["p95"], keep),
            }
        )
    low, high = min(d["p5"] for d in drawing), max(d["p95"] for d in drawing)
    heading = unit("EUR/unit")

    def draw(width: int) -> Any:
        ends = rows.domain(low, high, width, 5, 6)
        below = rows.hang(width)
        base = vega.Chart(rows.data(drawing)).encode(
            y=rows.across(names, width),
            color=vega.Color(
                "kind:N",
                legend=None,
                scale=vega.Scale(domain=["today", "focus", "other"], range=[BASE, ACCENT, OTHER]),
            ),
        )
        x = rows.along(
            "p5:Q", _("cost per unit, {unit}", unit=heading), ends, width, form=rows.form_for(low, high)
        )
        line = base.marked("rule", strokeWidth=5, strokeCap="round", yOffset=below).encode(x=x, x2="p95:Q")
        dot = base.marked(
            "point", filled=True, size=120, opacity=1, yOffset=below, stroke="#ffffff", strokeWidth=1.5
        ).encode(x="mean:Q")
        letters = rows.label(width)
        quiet, ink = vega.value(QUIET), vega.value(INK)
        above = {**letters, "yOffset": below + (14 if below else -12), "fontWeight": "bold"}
        mean = rows.written(base, above, x="mean:Q", text="text:N", color=ink)
        ahead = {**letters, "align": "right", "dx": -7}
        left = rows.written(base, ahead, x="p5:Q", text="low:N", color=quiet)
        after = {**letters, "align": "left", "dx": 7}
        right = rows.written(base, after, x="p95:Q", text="high:N", color=quiet)
        now = choice.today["unit_tco"]["mean"]
        guide = rows.rule_at(now, dashed=True, colour=BASE)
        layers = [guide, *left, *right, *mean, line, dot, *rows.names_above(names, width)]
        tall = 1.15 if rows.is_narrow(width) else 0.9
        return rows.sized(vega.layer(layers), len(names) * tall, width)

    focused = plan_of(told, chosen)
    if choice.focus is choice.today:
        title = _("A unit costs {amount} today", amount=price(choice.today["unit_tco"]["mean"]))
    else:
        title = _(
            "{plan} is cheaper than today in {chance} calculated worlds",
            plan=quoted(about.plans[chosen]),
            chance=out_of_ten(focused["p_cheaper"]["value"]),
        )
    others = [plan["id"] != told["baseline"] for plan in plans]
    table = Table(
        "uncertainty-table",
        _("Cost per unit of each plan"),
        (
            Column(capital(term("plan"))),
            Column(capital(_("cost per unit")), heading),
            Column(capital(_("between")), heading),
            Column(capital(_("difference")), heading),
            Column(capital(_("cheaper in"))),
        ),
        tuple(
            (
                about.plans[plan["id"]],
                amount(plan["unit_tco"]["mean"], cents(plan["unit_tco"])),
                Range(*(amount(plan["unit_tco"][end], cents(plan["unit_tco"])) for end in ("p5", "p95"))),
                amount(plan["delta_unit_tco"]["mean"], cents(plan["delta_unit_tco"]), sign=True)
                if other
                else None,
                out_of_ten(plan["p_cheaper"]["value"], short=True) if other else None,
            )
            for plan, other in zip(plans, others, strict=True)
        ),
        note=_("Between: in nine of ten calculated worlds the cost lies in this range."),
    )
    alt_text = _(
        "A line for each plan from its low to its high cost, with a dot at the mean: {plans}.",
        plans=parted(f"{d['name']} {d['text']} ({d['low']} \u2013 {d['high']})" for d in drawing),
    )
    return built("uncertainty", capital(title) + ".", heading, alt_text, source_line(told), table, draw)
