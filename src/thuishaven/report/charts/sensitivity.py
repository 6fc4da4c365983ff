"""Charts of what the answer hangs on: the swing of a figure, what knowing it is worth, break-evens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from thuishaven.locale import _, decimals_for, money, number, parted, unit
from thuishaven.report import words
from thuishaven.report.answer import choose
from thuishaven.report.blocks import Chart, Column, Table, amount, share
from thuishaven.report.charts import rows, vega
from thuishaven.report.charts.reading import distinct, plain, plan_of, source_line, spoken
from thuishaven.report.charts.style import ACCENT, BASE, CHEAPER, INK, OTHER, QUIET, built
from thuishaven.report.subject import Subject, quoted
from thuishaven.report.telling import break_even as break_even_text
from thuishaven.report.telling import capital, cents, driver_name

if TYPE_CHECKING:
    from thuishaven.cost import CostResult, Course

#: Bars of a tornado, and lines along a driver that can still be told apart.
BARS, LINES = 8, 5


@spoken
def tornado(result: CostResult, plan: str, about: Subject, *, lang: str | None = None) -> Chart | None:
    """How far each figure moves a plan's difference with today.

    Parameters
    ----------
    result
        A cost result with sensitivities.
    plan
        Id of a plan other than today.
    about
        What the plans are called.
    lang
        Language; that in use by default.
    """

    from thuishaven.cost import swings

    told = plain(result)
    found = swings(result, plan, BARS)
    if not found:
        return None
    focus = plan_of(told, plan)
    centre = focus["delta_unit_tco"]["mean"]
    keep = cents(focus["delta_unit_tco"])
    full = distinct([words.named(item.name, item.input, about.plans) for item in found])
    names = rows.two_lines(full)
    bars: list[dict[str, Any]] = []
    ends: list[dict[str, Any]] = []
    for name, item in zip(names, found, strict=True):
        both = sorted(((item.at_low, item.low, "low"), (item.at_high, item.high, "high")))
        for (value, figure, side), direction in zip(both, ("left", "right"), strict=True):
            text = words.amount(figure, item.unit, decimals_for(item.low, item.high))
            bars.append({"name": name, "from": centre, "to": value, "side": side})
            ends.append({"name": name, "x": value, "text": text, "at": direction})
    low, high = min(0.0, *(b["to"] for b in bars)), max(0.0, *(b["to"] for b in bars))
    heading = unit("EUR/unit")
    sides = [_("where the figure is low"), _("where the figure is high")]

    def draw(width: int) -> Any:
        # On a narrow picture a long unit stands in the table only: "6.000 USD" a container.
        letters = Counter(dict.fromkeys(names, 0))
        for end in ends:
            letters[end["name"]] += len(end["text"]) if rows.is_narrow(width) else 0
        for end in ends:
            long = letters[end["name"]] > rows.BESIDE
            end["shown"] = end["text"].partition("/")[0] if long else end["text"]
        room = max(len(end["shown"]) for end in ends) + 1
        domain = rows.domain(low, high, width, room, room)
        for bar in bars:
            bar["shown"] = sides[bar["side"] == "high"]
        x = rows.along(
            "from:Q",
            _("difference with today, {unit}", unit=heading),
            domain,
            width,
            form=rows.form_for(low, high),
        )
        body = (
            vega.Chart(rows.data(bars))
            .marked("bar", size=rows.BAR, yOffset=rows.hang(width))
            .encode(
                y=rows.across(names, width),
                x=x,
                x2="to:Q",
                color=vega.Color(
                    "shown:N",
                    scale=vega.Scale(domain=sides, range=[CHEAPER, ACCENT]),
                    legend=vega.Legend(
                        title=None,
                        orient="top",
                        symbolType="square",
                        columns=1 if rows.is_narrow(width) else 2,
                    ),
                ),
            )
        )
        texts = []
        for side, turn in (("left", -5), ("right", 5)):
            texts += rows.written(
                vega.Chart(rows.data([e for e in ends if e["at"] == side])),
                rows.label(width, align="right" if side == "left" else "left", dx=turn),
                y=rows.across(names, width),
                x="x:Q",
                text="shown:N",
            )
        layers = [
            body,
            rows.rule_at(0.0),
            rows.rule_at(centre, dashed=True, colour=BASE),
            *texts,
            *rows.names_above(names, width),
        ]
        return rows.sized(
            vega.layer(layers), len(names), width, 84 if rows.is_narrow(width) else 64, tall=names != full
        )

    widest = found[0]
    title = _(
        "{input} moves the difference between {plan} and today most: from {low} to {high} {unit}",
        input=quoted(full[0]),
        plan=quoted(about.plans[plan]),
        low=number(min(widest.at_low, widest.at_high), keep, sign=True),
        high=number(max(widest.at_low, widest.at_high), keep, sign=True),
        unit=heading,
    )
    table = Table(
        f"tornado-{plan}-table",
        _("What the difference between {plan} and today hangs on", plan=about.plans[plan]),
        (
            Column(capital(_("figure")), width=2),
            Column(_("Low")),
            Column(_("High")),
            Column(_("Difference where it is low"), heading),
            Column(_("Difference where it is high"), heading),
            Column(capital(_("part of the uncertainty"))),
        ),
        tuple(
            (
                name,
                words.amount(item.low, item.unit, decimals_for(item.low, item.high)),
                words.amount(item.high, item.unit, decimals_for(item.low, item.high)),
                amount(item.at_low, keep, sign=True),
                amount(item.at_high, keep, sign=True),
                share(item.first_order),
            )
            for name, item in zip(full, found, strict=True)
        ),
        note=_(
            "Low and high: in one of twenty worlds the figure lies below, or above. The difference is the "
            "mean of the tenth of the worlds where the figure is lowest, or highest; all other figures vary "
            "along."
        ),
    )
    alt_text = _(
        "For each figure a bar between the differences at its low and its high end: {bars}.",
        bars=parted(
            f"{name} {number(item.at_low, keep, sign=True)} \u2013 {number(item.at_high, keep, sign=True)}"
            for name, item in zip(full, found, strict=True)
        ),
    )
    return built(f"tornado-{plan}", capital(title) + ".", heading, alt_text, source_line(told), table, draw)


@spoken
def value_of_information(result: Any, about: Subject, *, lang: str | None = None) -> Chart | None:
    """What it would be worth to know one figure before choosing.

    Parameters as for :func:`tornado`; any form of the result will do.
    """

    told = plain(result)
    found = told["find_out_first"]
    if not found:
        return None
    full = distinct([words.named(item["name"], item["input"], about.plans) for item in found])
    names = rows.two_lines(full)
    worth = [item["evppi"]["value"] for item in found]
    drawing = [
        {"name": name, "from": 0.0, "to": value, "text": money(value)}
        for name, value in zip(names, worth, strict=True)
    ]

    def draw(width: int) -> Any:
        domain = rows.domain(0.0, max(worth), width, 0, max(len(d["text"]) for d in drawing) + 1)
        base = vega.Chart(rows.data(drawing)).encode(y=rows.across(names, width))
        bars = base.marked("bar", size=rows.BAR, yOffset=rows.hang(width), color=ACCENT).encode(
            x=rows.along("from:Q", "EUR", domain, width, form=",.0f"), x2="to:Q"
        )
        texts = base.marked("text", **rows.label(width, align="left", dx=5)).encode(x="to:Q", text="text:N")
        layers = [bars, rows.rule_at(0.0), texts, *rows.names_above(names, width)]
        return rows.sized(vega.layer(layers), len(names), width, tall=names != full)

    title = _(
        "Knowing one figure is worth most for {input}: up to {amount}",
        input=quoted(full[0]),
        amount=money(worth[0]),
    )
    table = Table(
        "information-table",
        _("What it is worth to find a figure out"),
        (
            Column(capital(_("figure")), width=2),
            Column(capital(_("is worth up to")), "EUR"),
            Column(_("Standard error"), "EUR"),
            Column(capital(_("now between")), width=2),
        ),
        tuple(
            (
                name,
                amount(item["evppi"]["value"], -3),
                amount(item["evppi"]["se"], -3),
                words.spread(item["range"]["p5"], item["range"]["p95"], item["unit"]),
            )
            for name, item in zip(full, found, strict=True)
        ),
    )
    alt_text = _(
        "A bar for each figure: {bars}.",
        bars=parted(f"{name} {d['text']}" for name, d in zip(full, drawing, strict=True)),
    )
    return built("information", capital(title) + ".", "EUR", alt_text, source_line(told), table, draw)


def break_even_id(driver: str) -> str:
    """Id of the picture of a driver.

    >>> break_even_id("world.exchange_rate.USD")
    'break-even-exchange_rate-USD'
    """
    return f"break-even-{driver.partition('.')[2].replace('.', '-')}"


@spoken
def break_even(
    result: CostResult, course: Course, about: Subject, focus: str | None = None, *, lang: str | None = None
) -> Chart:
    """How each plan's difference with today runs along one driver, and where it crosses zero.

    Parameters
    ----------
    result
        A cost result with break-evens.
    course
        One of :func:`thuishaven.cost.courses`.
    about
        What the plans are called.
    focus
        Plan in the accent; by default the best but today.
    lang
        Language; that in use by default.
    """

    told = plain(result)
    chosen = focus or choose(told).focus["id"]
    kind = course.driver.partition(".")[2]
    fraction = course.unit == "fraction"
    factor = 100.0 if fraction else 1.0
    label = driver_name(course.driver)
    measure = "%" if fraction else _("times as now") if kind == "freight" else unit(course.unit)
    if course.unit == "ratio":
        measure = _("times")
    plans = _followed(told, course, chosen)
    names = {plan: about.plans[plan] for plan in plans}
    points: list[dict[str, Any]] = []
    tips: list[dict[str, Any]] = []
    for plan in plans:
        colour = "focus" if plan == chosen else "other"
        gaps = course.gaps[plan]
        points += [
            {"name": names[plan], "x": value * factor, "y": gap, "kind": colour}
            for value, gap in zip(course.values, gaps, strict=True)
        ]
        tips.append({"name": names[plan], "x": course.values[-1] * factor, "y": gaps[-1], "kind": colour})
    roots = [
        {
            "x": item["value"] * factor,
            "y": 0.0,
            "name": names[item["plan"]],
            "plan": item["plan"],
            "text": words.figure(item["value"] * factor),
        }
        for item in told["break_even"]
        if item["driver"] == course.driver
        and item["plan"] in names
        and item["value"] is not None
        and course.values[0] <= item["value"] <= course.values[-1]
    ]
    heading = unit("EUR/unit")
    low, high = min(0.0, *(p["y"] for p in points)), max(0.0, *(p["y"] for p in points))
    tips = apart(tips, (high - low) / 10)

    def draw(width: int) -> Any:
        narrow = rows.is_narrow(width)
        first, last = course.values[0] * factor, course.values[-1] * factor
        # The names stand at the ends of the lines: that part of the width is theirs.
        theirs = rows.LETTER * max(map(len, names.values())) / (width - rows.LETTER * 6)
        room = 0.0 if narrow else (last - first) * theirs / (1 - theirs)
        x = vega.X(
            "x:Q",
            scale=vega.Scale(domain=[first, last + room], nice=False, zero=False),
            axis=vega.Axis(
                title=f"{capital(label)}, {measure}",
                grid=False,
                titleAnchor="start",
                titleAlign="left",
                tickCount=4 if narrow else 6,
                ticks=False,
                format=rows.form_for(first, last),
                labelExpr=f"datum.value <= {last} ? datum.label : ''",
            ),
        )
        y = vega.Y(
            "y:Q",
            scale=vega.Scale(domain=[low - (high - low) * 0.06, high + (high - low) * 0.08], nice=False),
            axis=vega.Axis(
                title=_("difference with today, {unit}", unit=heading),
                domain=False,
                tickCount=5,
                titleAngle=0,
                titleAnchor="end",
                titleAlign="left",
                titleX=0,
                titleY=-12,
                format=rows.form_for(low, high),
            ),
        )
        colour = vega.Color(
            "kind:N", legend=None, scale=vega.Scale(domain=["focus", "other"], range=[ACCENT, OTHER])
        )
        lines = (
            vega.Chart(rows.data(points))
            .marked("line", strokeWidth=2)
            .encode(
                x=x,
                y=y,
                detail="name:N",
                color=colour,
                strokeDash=vega.StrokeDash(
                    "name:N",
                    legend=None
                    if not narrow
                    else vega.Legend(
                        title=None,
                        orient="bottom",
                        columns=1,
                        symbolType="stroke",
                        symbolStrokeColor=INK,
                        symbolSize=1200,
                        labelLimit=300,
                    ),
                    scale=vega.Scale(
                        domain=list(names.values()),
                        range=[DASHES[i % len(DASHES)] for i in range(len(names))],
                    ),
                ),
            )
        )
        level = rows.data([{"y": 0.0, "x": first, "until": last}])
        zero = vega.Chart(level).marked("rule", color=INK, strokeWidth=1).encode(y=y, x=x, x2="until:Q")
        now = rows.rule_at(course.now * factor, dashed=True, colour=BASE)
        said = {"x": course.now * factor, "text": _("now {value}", value=words.figure(course.now * factor))}
        marked = (
            vega.Chart(rows.data([said]))
            .marked("text", align="left", dx=4, baseline="top", color=QUIET, fontSize=rows.SMALL)
            .encode(x="x:Q", y=vega.value(0), text="text:N")
        )
        layers = [zero, now, lines, marked]
        if roots:
            bold = {"color": INK, "fontSize": rows.SMALL, "fontWeight": "bold"}
            for side, part in by_turns(roots, (last - first) / (8 if narrow else 14)):
                layers += rows.written(
                    vega.Chart(rows.data(part)), {**bold, "dy": side}, x="x:Q", y="y:Q", text="text:N"
                )
            layers.append(
                vega.Chart(rows.data(roots))
                .marked("point", filled=True, size=70, color=INK, opacity=1)
                .encode(x="x:Q", y="y:Q")
            )
        if not narrow:
            beside = {"align": "left", "dx": 6, "fontSize": rows.SMALL}
            ends = vega.Chart(rows.data(tips))
            layers += rows.written(ends, beside, x="x:Q", y="at:Q", text="name:N", color=colour)
        return vega.layer(
            layers,
            width=width,
            height=300 if not narrow else 300 + 20 * len(names),
            autosize={"type": "fit", "contains": "padding"},
            padding={"left": 2, "right": 2, "top": 4, "bottom": 2},
        )

    crossing_plan = chosen if any(root["plan"] == chosen for root in roots) else roots[0]["plan"]
    item = next(i for i in told["break_even"] if i["driver"] == course.driver and i["plan"] == crossing_plan)
    title = _(
        "{plan} costs the same as today {where}",
        plan=quoted(names[crossing_plan]),
        where=break_even_text(item),
    )
    keep = 2 if high - low < 5 else 1
    table = Table(
        f"{break_even_id(course.driver)}-table",
        _("Difference with today along: {driver}", driver=label),
        (
            Column(capital(label), measure),
            *(Column(names[plan], heading) for plan in plans),
        ),
        tuple(
            (
                words.figure(value * factor),
                *(amount(course.gaps[plan][place], keep, sign=True) for plan in plans),
            )
            for place, value in enumerate(course.values)
        ),
        note=_("Above zero the plan costs more than today. A dot marks where it costs the same."),
    )
    alt_text = _(
        "A line for each plan; zero is today. They cross zero at: {crossings}.",
        crossings=parted(f"{root['name']} {root['text']} {measure}" for root in roots),
    )
    return built(
        break_even_id(course.driver), capital(title) + ".", heading, alt_text, source_line(told), table, draw
    )


def _followed(told: Mapping[str, Any], course: Course, chosen: str) -> list[str]:
    """The plans whose lines are drawn, in the order of the dossier: the chosen one, then the cheapest."""
    plans = [plan["id"] for plan in told["plans"] if plan["id"] != told["baseline"]]
    costs = {plan["id"]: plan["unit_tco"]["mean"] for plan in told["plans"]}
    crossing = {
        item["plan"]
        for item in told["break_even"]
        if item["driver"] == course.driver
        and item["value"] is not None
        and course.values[0] <= item["value"] <= course.values[-1]
    }
    order = sorted(plans, key=lambda plan: (plan != chosen, plan not in crossing, costs[plan]))
    return [plan for plan in plans if plan in order[:LINES]]


#: Ways to draw a line, so that lines differ without colour.
DASHES = ([1, 0], [7, 3], [2, 2], [9, 3, 2, 3], [5, 5], [12, 3])


#: How far the figure of a crossing stands from the line, one row after the other where they are near.
LANES = (-13, 14, -27, 28)


def by_turns(roots: list[dict[str, Any]], least: float) -> list[tuple[int, list[dict[str, Any]]]]:
    """The crossings in rows above and below the line, so that no figure covers another."""
    lanes: list[tuple[int, list[dict[str, Any]]]] = [(lane, []) for lane in LANES]
    for root in sorted(roots, key=lambda item: item["x"]):
        free = (row for _lane, row in lanes if not row or root["x"] - row[-1]["x"] >= least)
        row = next(free, None)
        if row is not None:
            row.append(root)
    return [(lane, row) for lane, row in lanes if row]


def apart(tips: list[dict[str, Any]], least: float) -> list[dict[str, Any]]:
    """The names at the ends of lines, moved apart where they would cover each other."""
    ordered = sorted(tips, key=lambda tip: tip["y"])
    found: list[dict[str, Any]] = []
    for tip in ordered:
        at = max(tip["y"], found[-1]["at"] + least) if found else tip["y"]
        found.append({**tip, "at": at})
    return found
