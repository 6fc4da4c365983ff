"""Charts of named rows: names beside the rows on a page, above them on a narrow screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from thuishaven.report.charts.style import GROUND, HAIR, INK, QUIET, SIZE, SMALL, WIDE, short

if TYPE_CHECKING:
    import altair as alt

#: Height of a row, its bar, and how far the bar hangs below the middle where a name stands above it.
STEP, STEP_NARROW, TALLER, BAR, HANG = 30, 46, 8, 15, 9
#: Letters of a name beside a row, and above it.
BESIDE, ABOVE = 34, 44
#: Width of a letter on average, in pixels.
LETTER = 6.6
#: What breaks a name over two lines.
BREAK = "\n"
LINES = r"split(datum.label, '\n')"

Rows = Sequence[Mapping[str, Any]]


def is_narrow(width: int) -> bool:
    """Whether the names stand above their rows."""
    return width < WIDE


def data(rows: Rows) -> alt.Data:
    """Rows as the data of a chart."""
    import altair as alt

    return alt.Data(values=[dict(row) for row in rows])


def domain(low: float, high: float, width: int, left: int = 0, right: int = 0) -> list[float]:
    """The ends of an axis, with room for so many letters beside the outermost marks."""
    inner = width * (1.0 if is_narrow(width) else 0.62)
    span = (high - low) or abs(high) or 1.0
    used = max(inner - LETTER * (left + right), inner / 3)
    unit = span / used
    return [low - unit * LETTER * left, high + unit * LETTER * right]


def sized(chart: Any, rows: float, width: int, extra: int = 34, *, tall: bool = False) -> Any:
    """The chart at its width, as high as its rows need and an axis below; ``tall`` for names on two lines."""
    step = STEP_NARROW if is_narrow(width) else STEP + (TALLER if tall else 0)
    return chart.properties(
        width=width, height=rows * step + extra, autosize={"type": "fit", "contains": "padding"}, padding=2
    )


def across(names: Sequence[str], width: int) -> alt.Y:
    """The rows, in the order in which they are given."""
    import altair as alt

    axis = (
        None
        if is_narrow(width)
        else alt.Axis(
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
    return alt.Y("name:N", sort=list(names), axis=axis, scale=alt.Scale(paddingInner=0, paddingOuter=0))


def along(
    field: str, title: str, ends: Sequence[float], width: int, *, form: str = "", show: bool = True
) -> alt.X:
    """The axis of figures, in the numbers of the language."""
    import altair as alt

    axis = (
        alt.Axis(
            title=title,
            format=form,
            tickCount=4 if is_narrow(width) else 6,
            domain=False,
            gridColor=HAIR,
            titleColor=QUIET,
            titleAlign="left",
            titleAnchor="start",
        )
        if show
        else None
    )
    return alt.X(field, axis=axis, scale=alt.Scale(domain=list(ends), nice=False, zero=False))


def two_lines(names: Sequence[str]) -> list[str]:
    """Names on at most two lines, so that they fit beside their rows."""
    found = []
    for name in names:
        if len(name) <= BESIDE:
            found.append(name)
            continue
        words, first = name.split(), ""
        while words and len(first) + len(words[0]) < BESIDE:
            first = f"{first} {words.pop(0)}".strip()
        found.append(
            BREAK.join([first, short(" ".join(words), BESIDE)]) if words and first else short(name, BESIDE)
        )
    return found


def written(base: Any, mark: Mapping[str, Any], **encoding: Any) -> list[Any]:
    """Letters on a chart with a clear edge around them, so that lines behind do not cross them out."""
    import altair as alt

    edge = {**mark, "stroke": GROUND, "strokeWidth": 3, "color": GROUND}
    plain = {name: channel for name, channel in encoding.items() if name != "color"}
    return [
        base.mark_text(**edge).encode(**plain, color=alt.value(GROUND)),
        base.mark_text(**mark).encode(**encoding),
    ]


def hang(width: int) -> int:
    """How far marks stand below the middle of their row."""
    return HANG if is_narrow(width) else 0


def names_above(names: Sequence[str], width: int) -> list[Any]:
    """The names above their rows, for a narrow screen; nothing elsewhere."""
    import altair as alt

    if not is_narrow(width):
        return []
    rows = [{"name": name, "shown": short(name.replace(BREAK, " "), ABOVE)} for name in names]
    chart = (
        alt.Chart(data(rows))
        .mark_text(align="left", baseline="bottom", yOffset=-3, color=INK, fontSize=SIZE)
        .encode(y=across(names, width), x=alt.value(0), text="shown:N")
    )
    return [chart]


def rule_at(value: float, field: str = "x", *, dashed: bool = False, colour: str = INK) -> Any:
    """An upright line at a value, such as zero."""
    import altair as alt

    mark: dict[str, Any] = {"color": colour, "strokeWidth": 1}
    if dashed:
        mark["strokeDash"] = [4, 3]
    return alt.Chart(data([{field: value}])).mark_rule(**mark).encode(x=f"{field}:Q")


def form_for(low: float, high: float) -> str:
    """Format of the axis: as many decimals as its steps need."""
    span = abs(high - low)
    return ",.0f" if span >= 5 else ",.1f" if span >= 0.5 else ",.2f"


def label(width: int, **mark: Any) -> dict[str, Any]:
    """How a figure beside a mark is written."""
    return {"yOffset": hang(width), "baseline": "middle", "fontSize": SMALL, "color": INK, **mark}
