"""Charts of what others did: how many cases there are of what, and how long moves last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from thuishaven.databank.statistics import OUTCOMES, Counted, Curve
from thuishaven.locale import _, listing, number, percent, years
from thuishaven.report.blocks import Chart, Column, Range, Table, amount, share
from thuishaven.report.charts import rows, vega
from thuishaven.report.charts.style import ACCENT, BASE, DEARER, GROUND, HAIR, INK, OTHER, QUIET, STACK, built

#: Bars that one picture shows; the table has them all.
MOST = 16
_YEAR = 12
_HEIGHT = 300
#: Whichever of them stand beside each other, they differ in lightness.
_COLOURS = {"done": ACCENT, "reversed": STACK[3], "open": OTHER, "cancelled": BASE, "unknown": HAIR}


def counted(
    identity: str, title: str, first: str, many: Sequence[tuple[str, Counted]], source: str, note: str
) -> Chart:
    """Bars of how many cases there are of each value, cut by what became of them.

    Parameters
    ----------
    identity
        Unique on its page.
    title
        What it shows, as a finding.
    first
        What the values are: heading of the first column.
    many
        Name and counts of each value, in the order of the bars.
    source, note
        Where the counts come from, and what is to be known to read them.
    """
    states = (*OUTCOMES, "unknown")
    names = {code: outcome(code) for code in states}
    shown = [(name, one) for name, one in many[:MOST] if one.cases]
    labels = rows.two_lines([name for name, _one in shown])
    most = max((one.cases for _name, one in shown), default=1)
    parts = []
    for label, (_name, one) in zip(labels, shown, strict=True):
        start = 0
        for code in states:
            count = one.outcomes.get(code, 0)
            if count:
                parts.append({"name": label, "kind": names[code], "low": start, "high": start + count})
            start += count
    used = [names[code] for code in states if any(part["kind"] == names[code] for part in parts)]
    ranges = [_COLOURS[code] for code in states if names[code] in used]
    totals = [
        {"name": label, "at": one.cases, "text": number(one.cases)}
        for label, (_name, one) in zip(labels, shown, strict=True)
    ]

    def draw(width: int) -> Any:
        # The colours are told above the bars, which begin where the longest name ends.
        beside = max((len(line) for label in labels for line in label.split(rows.BREAK)), default=0)
        needed = sum(len(name) * rows.LETTER + 26 for name in used) + beside * rows.LETTER
        ends = rows.domain(0, most, width, 0, 6)
        y = rows.across(labels, width)
        bars = (
            vega.Chart(rows.data(parts))
            .marked("bar", height=rows.BAR, yOffset=rows.hang(width), stroke=GROUND, strokeWidth=1)
            .encode(
                y=y,
                x=rows.along("low:Q", _("cases"), ends, width, form=",.0f", whole=True),
                x2="high",
                color=vega.Color(
                    "kind:N",
                    sort=used,
                    scale=vega.Scale(domain=used, range=ranges),
                    legend=vega.Legend(
                        title=None,
                        orient="top",
                        direction="horizontal",
                        symbolType="square",
                        columns=2 if rows.is_narrow(width) or needed > width else len(used),
                    ),
                ),
            )
        )
        ends_ = vega.Chart(rows.data(totals)).encode(y=y, x="at:Q")
        texts = rows.written(ends_, rows.label(width, align="left", dx=5), text="text:N")
        return rows.sized(
            vega.layer([bars, *texts, *rows.names_above(labels, width)]),
            len(labels),
            width,
            extra=80,
            tall=any(rows.BREAK in label for label in labels),
        )

    table = Table(
        f"{identity}-table",
        first,
        (Column(first, width=2), Column(_("Cases")), *(Column(names[code]) for code in states)),
        tuple(
            (
                name,
                amount(one.cases, 0),
                *(amount(one.outcomes.get(code, 0), 0) for code in states),
            )
            for name, one in many
        ),
        note=note,
    )
    alt = _(
        "Bars of cases: {rows}.",
        rows="; ".join(
            f"{name} {number(one.cases)} ("
            + listing([f"{names[code]} {number(n)}" for code, n in one.outcomes.items() if n])
            + ")"
            for name, one in shown
        ),
    )
    return built(identity, title, _("cases"), alt, source, table, draw)


def outcome(code: str) -> str:
    """What a group of states is called."""
    return {
        "done": _("done, in part or whole"),
        "open": _("announced or under way"),
        "cancelled": _("cancelled"),
        "reversed": _("reversed"),
    }.get(code, _("unknown"))


def standing(identity: str, title: str, curve: Curve, source: str, note: str) -> Chart:
    """A curve of the share that still stands, in steps, with its interval; dashed where few are in view.

    Parameters
    ----------
    identity, title, source, note
        As for :func:`counted`.
    curve
        A curve of Kaplan and Meier.
    """
    line = _points(curve, [step.survival for step in curve.steps])
    band = [
        {"x": step.months / _YEAR, "low": step.low, "high": step.high}
        for step in curve.steps
        if step.low is not None and step.high is not None
    ]
    if band:
        band.append({**band[-1], "x": curve.last / _YEAR})
    label = {"x": line[-1]["x"], "y": line[-1]["y"], "text": percent(line[-1]["y"])}

    def draw(width: int) -> Any:
        x, y = _axes(curve, width)
        area = (
            vega.Chart(rows.data(band))
            .marked("area", interpolate="step-after", color=HAIR, opacity=1)
            .encode(x=x, y=vega.Y("low:Q", scale=vega.Scale(domain=[0, 1]), axis=y["axis"]), y2="high")
        )
        return _framed(
            [*([area] if band else []), *_line(curve, line, x, y, ACCENT), *_ends([label], x)], width
        )

    alt = _(
        "A falling line in steps: the share of moves that still stood. {rows}. Grey: the interval.",
        rows="; ".join(
            _("after {age} {share}", age=aged(step.months), share=percent(step.survival))
            for step in _told(curve)
        ),
    )
    return built(identity, title, "%", alt, source, _table(identity, curve, note), draw)


def started(identity: str, title: str, curve: Curve, names: Sequence[str], source: str, note: str) -> Chart:
    """Rising lines of what became of announcements, by age: one for each way in which they end.

    Parameters
    ----------
    identity, title, source, note
        As for :func:`counted`.
    curve
        A curve of competing ends.
    names
        What each end is called, in the order of the curve.
    """
    colours = (ACCENT, DEARER)
    lines = [_points(curve, [step.incidence[place] for step in curve.steps]) for place in range(len(names))]
    labels = [
        {"x": line[-1]["x"], "y": line[-1]["y"], "text": f"{name} {percent(line[-1]['y'])}"}
        for name, line in zip(names, lines, strict=True)
    ]

    def draw(width: int) -> Any:
        x, y = _axes(curve, width)
        drawn = [
            layer
            for place, line in enumerate(lines)
            for layer in _line(curve, line, x, y, colours[place % len(colours)], thin=place > 0)
        ]
        return _framed([*drawn, *_ends(labels, x)], width)

    alt = _(
        "Rising lines in steps, by years since the announcement: {rows}.",
        rows="; ".join(
            f"{name}: "
            + listing(
                [
                    _("after {age} {share}", age=aged(step.months), share=percent(step.incidence[place]))
                    for step in _told(curve)
                ]
            )
            for place, name in enumerate(names)
        ),
    )
    return built(identity, title, "%", alt, source, _table(identity, curve, note, names), draw)


def aged(months: float) -> str:
    """An age in years, with a decimal where it is no whole number of them."""
    found = months / _YEAR
    return years(found, 0 if abs(found - round(found)) < 0.05 else 1)


def _points(curve: Curve, heights: Sequence[float]) -> list[dict[str, float]]:
    """The corners of a step line, up to the oldest evidence."""
    found = [
        {"x": step.months / _YEAR, "y": height} for step, height in zip(curve.steps, heights, strict=True)
    ]
    return [*found, {"x": curve.last / _YEAR, "y": heights[-1]}]


def _axes(curve: Curve, width: int) -> tuple[vega.Spec, vega.Spec]:
    # Room on the right for what stands at the end of a line.
    last = max(curve.last / _YEAR, 1.0)
    room = last * (1.6 if rows.is_narrow(width) else 1.3)
    x = vega.X(
        "x:Q",
        scale=vega.Scale(domain=[0, room], nice=False),
        axis=vega.Axis(
            title=_("years"),
            format=",.0f" if room >= 4 else ",.1f",
            tickCount=5,
            domain=False,
            titleAlign="left",
            titleAnchor="start",
            titleColor=QUIET,
        ),
    )
    y = vega.Y(
        "y:Q",
        scale=vega.Scale(domain=[0, 1]),
        axis=vega.Axis(title=None, format=".0%", tickCount=5, domain=False, gridColor=HAIR),
    )
    return x, y


def _line(
    curve: Curve,
    line: Sequence[dict[str, float]],
    x: vega.Spec,
    y: vega.Spec,
    colour: str,
    *,
    thin: bool = False,
) -> list[vega.Chart]:
    """The line; dashed from the age on at which hardly any moves are in view."""
    sure = curve.sound_until() / _YEAR
    before = [point for point in line if point["x"] <= sure]
    after = [point for point in line if point["x"] > sure]
    if before and after:
        before = [*before, {"x": sure, "y": before[-1]["y"]}]
        after = [{"x": sure, "y": before[-1]["y"]}, *after]
    weight = 1.5 if thin else 2.5
    mark = {"interpolate": "step-after", "color": colour, "strokeWidth": weight}
    parts = [(before, {}), (after, {"strokeDash": [5, 4]})]
    return [
        vega.Chart(rows.data(part)).marked("line", **mark, **dashes).encode(x=x, y=y)
        for part, dashes in parts
        if part
    ]


def _ends(labels: Sequence[dict[str, Any]], x: vega.Spec) -> list[vega.Chart]:
    """What stands at the end of each line, moved apart where two would meet."""
    found: list[dict[str, Any]] = []
    for one in sorted(labels, key=lambda label: float(label["y"])):
        least = found[-1]["y"] + 0.08 if found else one["y"]
        found.append({**one, "y": max(one["y"], least)})
    mark = {"align": "left", "baseline": "middle", "dx": 6, "fontSize": rows.SMALL, "color": INK}
    return rows.written(vega.Chart(rows.data(found)), mark, x=x, y="y:Q", text="text:N")


def _framed(layers: Sequence[vega.Chart], width: int) -> vega.Spec:
    return {
        **vega.layer(layers),
        "width": width,
        "height": _HEIGHT,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": 2,
    }


def _told(curve: Curve) -> list[Any]:
    """The steps worth telling: at the end of each year, as far as there is evidence."""
    whole = range(1, int(curve.last // _YEAR) + 1)
    ages = [float(year * _YEAR) for year in whole] or [curve.last]
    every = max(1, len(ages) // 8)
    return [step for age in ages[::every] if (step := curve.at(age)) is not None]


def _table(identity: str, curve: Curve, note: str, names: Sequence[str] = ()) -> Table:
    """The steps of a curve: at each age at which something ended, and at the last."""
    steps = [one for one in curve.steps if one.months == 0 or any(one.ended) or one is curve.steps[-1]]
    ways = [Column(name) for name in names] or [Column(_("Still there"))]
    return Table(
        f"{identity}-table",
        _("Age by age"),
        (
            Column(_("After"), _("years")),
            *ways,
            *((Column(_("Between")),) if not names else ()),
            Column(_("In view just before")),
            Column(_("Ended then")),
        ),
        tuple(
            (
                amount(step.months / _YEAR, 1),
                *(
                    [share(part) for part in step.incidence]
                    if names
                    else [
                        share(step.survival),
                        Range(share(step.low), share(step.high)) if step.low is not None else "-",
                    ]
                ),
                amount(step.at_risk, 0),
                amount(sum(step.ended), 0),
            )
            for step in steps
        ),
        note=note,
    )
