"""Charts of named rows: names beside the rows on a page, above them on a narrow screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from thuishaven.report.charts import vega
from thuishaven.report.charts.reading import distinct
from thuishaven.report.charts.style import GROUND, HAIR, INK, QUIET, SIZE, SMALL, WIDE, short

#: Height of a row, its bar, and how far the bar hangs below the middle where a name stands above it.
STEP, STEP_NARROW, TALLER, BAR, HANG = 30, 46, 8, 15, 9
#: Letters of a name beside a row, and above it.
BESIDE, ABOVE = 34, 44
#: Width of a letter on average, in pixels.
LETTER = 6.6
#: Clear edge around letters: wide enough that no line shows between them.
EDGE = 6
#: What breaks a name over two lines.
BREAK = "\n"
LINES = r"split(datum.label, '\n')"

Rows = Sequence[Mapping[str, Any]]


def is_narrow(width: int) -> bool:
    """Whether the names stand above their rows."""
    return width < WIDE


def data(rows: Rows) -> vega.Spec:
    """Rows as the data of a chart."""

    return vega.values(rows)


def domain(low: float, high: float, width: int, left: int = 0, right: int = 0) -> list[float]:
    """The ends of an axis, with room for so many letters beside the outermost marks."""
    inner = width * (1.0 if is_narrow(width) else 0.62)
    span = (high - low) or abs(high) or 1.0
    used = max(inner - LETTER * (left + right), inner / 3)
    unit = span / used
    return [low - unit * LETTER * left, high + unit * LETTER * right]


def sized(chart: vega.Spec, rows: float, width: int, extra: int = 34, *, tall: bool = False) -> vega.Spec:
    """The chart at its width, as high as its rows need and an axis below; ``tall`` for names on two lines."""
    step = STEP_NARROW if is_narrow(width) else STEP + (TALLER if tall else 0)
    return {
        **chart,
        "width": width,
        "height": rows * step + extra,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": 2,
    }


def across(names: Sequence[str], width: int) -> vega.Spec:
    """The rows, in the order in which they are given."""

    axis = (
        None
        if is_narrow(width)
        else vega.Axis(
            title=None,
            ticks=False,
            domain=False,
            labelPadding=8,
            labelColor=INK,
            labelFontSize=SIZE,
            labelExpr=LINES,
            labelLineHeight=14,
        )
    )
    return vega.Y("name:N", sort=list(names), axis=axis, scale=vega.Scale(paddingInner=0, paddingOuter=0))


def along(
    field: str,
    title: str,
    ends: Sequence[float],
    width: int,
    *,
    form: str = "",
    show: bool = True,
    whole: bool = False,
) -> vega.Spec:
    """The axis of figures, in the numbers of the language; ``whole`` for counts, which have no halves."""

    axis = (
        vega.Axis(
            title=title,
            format=form,
            tickCount=4 if is_narrow(width) else 6,
            domain=False,
            gridColor=HAIR,
            titleColor=QUIET,
            titleAlign="left",
            titleAnchor="start",
            **({"tickMinStep": 1} if whole else {}),
        )
        if show
        else None
    )
    return vega.X(field, axis=axis, scale=vega.Scale(domain=list(ends), nice=False, zero=False))


def two_lines(names: Sequence[str]) -> list[str]:
    """Names on at most two lines, so that they fit beside their rows; what they are about is kept whole."""
    found = []
    for name in names:
        if len(name) <= BESIDE:
            found.append(name)
            continue
        head, bracket, about = name.rpartition(" (")
        words, first = name.split(), ""
        while words and len(first) + len(words[0]) < BESIDE:
            first = f"{first} {words.pop(0)}".strip()
        rest = " ".join(words)
        if len(rest) > BESIDE and bracket and len(about) < BESIDE - 1:
            first, rest = short(head, BESIDE), f"({about}"
        found.append(BREAK.join([first, short(rest, BESIDE)]) if rest and first else short(name, BESIDE))
    return distinct(found)


def written(base: Any, mark: Mapping[str, Any], **encoding: Any) -> list[Any]:
    """Letters on a chart with a clear edge around them, so that lines behind do not cross them out."""

    edge = {**mark, "stroke": GROUND, "strokeWidth": EDGE, "strokeJoin": "round", "color": GROUND}
    plain = {name: channel for name, channel in encoding.items() if name != "color"}
    return [
        base.marked("text", **edge).encode(**plain, color=vega.value(GROUND)),
        base.marked("text", **mark).encode(**encoding),
    ]


def hang(width: int) -> int:
    """How far marks stand below the middle of their row."""
    return HANG if is_narrow(width) else 0


def names_above(names: Sequence[str], width: int) -> list[Any]:
    """The names above their rows, for a narrow screen; nothing elsewhere."""

    if not is_narrow(width):
        return []
    rows = [{"name": name, "shown": short(name.replace(BREAK, " "), ABOVE)} for name in names]
    letters = {"align": "left", "baseline": "bottom", "yOffset": -3, "color": INK, "fontSize": SIZE}
    return written(vega.Chart(data(rows)), letters, y=across(names, width), x=vega.value(0), text="shown:N")


def rule_at(value: float, field: str = "x", *, dashed: bool = False, colour: str = INK) -> Any:
    """An upright line at a value, such as zero."""

    mark: dict[str, Any] = {"color": colour, "strokeWidth": 1}
    if dashed:
        mark["strokeDash"] = [4, 3]
    return vega.Chart(data([{field: value}])).marked("rule", **mark).encode(x=f"{field}:Q")


def form_for(low: float, high: float) -> str:
    """Format of the axis: as many decimals as its steps need."""
    span = abs(high - low)
    return ",.0f" if span >= 5 else ",.1f" if span >= 0.5 else ",.2f"


def label(width: int, **mark: Any) -> dict[str, Any]:
    """How a figure beside a mark is written."""
    return {"yOffset": hang(width), "baseline": "middle", "fontSize": SMALL, "color": INK, **mark}
