"""What every chart shares: colours, letters, number formats, and how a picture becomes clean SVG."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from thuishaven.locale import PSEUDO, language
from thuishaven.report.blocks import Chart, Table, safe
from thuishaven.report.charts import vega

FONTS = Path(__file__).parent.parent / "fonts"
FONT = "Open Sans"
#: Widths of a picture, in pixels: on a page, and on the screen of a telephone.
WIDE, NARROW = 700, 340
SIZE, SMALL = 13, 12

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"

INK, QUIET, HAIR, GROUND = "#1b2125", "#4d565c", "#d5d9d6", "#ffffff"
#: The plan in focus, the baseline, every other plan.
ACCENT, BASE, OTHER = "#084c63", "#8a9399", "#4a7a69"
#: Dearer and cheaper than today: orange and blue, apart for every eye and in grey.
DEARER, CHEAPER = "#a3480a", "#4f9bc4"
#: Lines of a stacked chart, neighbours far apart in lightness.
STACK = ("#0b4a61", "#8ec6da", "#a4490b", "#f0c377", "#4b3f72", "#b9b3d6", "#3f6b57", "#cdd5d8")
#: From cheap (dark) to dear (light) on the map, and where nothing is known.
SCALE = ("#083d52", "#2f7591", "#6ba6bd", "#abcfdb", "#e2eef2")
NO_DATA = "#f4f4f1"
HATCH = (
    '<defs><pattern id="{name}" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)">'
    '<rect width="5" height="5" fill="{ground}"/><rect width="1" height="5" fill="{line}"/></pattern></defs>'
)
#: Letters on a coloured field.
ON_LIGHT, ON_DARK = "#12181b", "#fdfdfd"
#: What each colour becomes on a dark page. The classes of a map and of a heat table stay: dark goes on
#: meaning cheap, or good, and the letters on their fields were chosen for them.
DARK = {
    INK: "#e9eceb",
    QUIET: "#b4bcc0",
    HAIR: "#39434a",
    GROUND: "#14191c",
    ACCENT: "#bfe4f3",
    BASE: "#8a949a",
    OTHER: "#7fc4a5",
    DEARER: "#f2a065",
    CHEAPER: "#4792bf",
    NO_DATA: "#262d31",
} | dict(
    zip(
        STACK,
        ("#3d8fb0", "#c3e6f2", "#c4682c", "#f5d59a", "#8674bd", "#d3cdea", "#5f9a7f", "#e4eaec"),
        strict=True,
    )
)


def dark_sheet(scope: str = "") -> str:
    """Rules for a dark page: every colour of a picture in its dark form.

    The pictures name their colours in attributes, which a style sheet may overrule: one picture serves both.

    >>> dark_sheet().splitlines()[0]
    'svg.chart [fill="#1b2125"]{fill:#e9eceb}'
    """
    within = f"{scope} svg.chart".strip()
    return "\n".join(
        f'{within} [{part}="{light}"]{{{part}:{dark}}}'
        for light, dark in DARK.items()
        for part in ("fill", "stroke")
    )


@cache
def _fonts_known() -> bool:
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    return True


def numerals() -> dict[str, Any]:
    """How the axes write numbers, in the language in use."""
    from thuishaven.locale.writing import SEPARATORS

    thousands, decimal = SEPARATORS["en" if language() == PSEUDO else language()]
    return {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""]}


def config(chart: vega.Spec, datasets: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The specification of a chart, with letters, lines and colours as all have them."""
    spec = {"$schema": SCHEMA, **chart}
    if datasets:
        spec["datasets"] = dict(datasets)
    spec["config"] = {
        "aria": False,
        "font": FONT,
        "background": "transparent",
        "view": {"stroke": None},
        "axis": {
            "labelFont": FONT,
            "titleFont": FONT,
            "labelFontSize": SMALL,
            "titleFontSize": SMALL,
            "titleFontWeight": "normal",
            "labelColor": QUIET,
            "titleColor": QUIET,
            "gridColor": HAIR,
            "domainColor": HAIR,
            "tickColor": HAIR,
            "labelLimit": 400,
        },
        "text": {"font": FONT, "fontSize": SIZE, "color": INK},
        "legend": {
            "labelFont": FONT,
            "titleFont": FONT,
            "labelFontSize": SMALL,
            "titleFontSize": SMALL,
            "labelColor": QUIET,
            "titleColor": QUIET,
            "titleFontWeight": "normal",
        },
        "title": {"font": FONT, "fontSize": SIZE, "color": INK, "fontWeight": "normal"},
        "header": {"labelFont": FONT, "labelFontSize": SMALL, "labelColor": QUIET},
    }
    return spec


@dataclass(frozen=True, eq=False)
class Drawing:
    """A picture that is drawn when it is first looked at.

    Parameters
    ----------
    spec
        Its specification.
    id, title, alt
        What it is called, and in words.
    numerals
        How its axes write numbers.
    """

    spec: Mapping[str, Any]
    id: str
    title: str
    alt: str
    numerals: Mapping[str, Any]

    @cached_property
    def svg(self) -> str:
        """The picture as SVG: attributes only, ids of its own, with its title and its words inside."""
        import vl_convert

        _fonts_known()
        svg = vl_convert.vegalite_to_svg(dict(self.spec), format_locale=dict(self.numerals))
        return clean(svg, self.id, self.title, self.alt)


#: Attributes that hold places, and numbers in them with more digits than a screen shows.
_PLACES = re.compile(r'(\s(?:d|transform|x|y|x1|x2|y1|y2|cx|cy)=")([^"]+)"')
_LONG = re.compile(r"\d+\.\d{2,}")
#: A group without anything in it, closed by itself or not.
_NOTHING = re.compile(r"<g(?:\s[^>]*)?/>|<g(?:\s[^>]*[^/>])?></g>")
#: A hyphen before a number in a text of the picture, where the axes write a true minus.
_HYPHEN = re.compile(r"(?<=[>( ])-(?=\d[^<>]*</text>)")


def _kept(found: re.Match[str]) -> str:
    return f"{float(found[0]):.1f}"


def clean(svg: str, identity: str, title: str, alt_text: str) -> str:
    """An SVG of Vega without what a page cannot use, named for whoever does not see it.

    Raises
    ------
    ValueError
        If it holds a script or a style, which a strict page refuses.
    """
    if "<script" in svg or " style=" in svg or "<style" in svg:
        raise ValueError(f"{identity}: script or style in the picture")
    svg = re.sub(r'\s(?:aria-[a-z]+|role|class|pointer-events)="[^"]*"', "", svg)
    svg = _PLACES.sub(lambda found: f'{found[1]}{_LONG.sub(_kept, found[2])}"', svg)
    svg = _HYPHEN.sub("\u2212", svg)
    svg = re.sub(r'<text(?=[^>]*\sopacity="0")[^>]*>.*?</text>', "", svg)
    svg = re.sub(r'<path(?=[^>]*\sd="")[^>]*/>', "", svg)
    svg = re.sub(r'<path d="M0,0h0v0h0Z"/>', "", svg)
    svg = re.sub(r'<rect[^>]*fill="transparent"[^>]*/>', "", svg)
    while _NOTHING.search(svg):
        svg = _NOTHING.sub("", svg)
    names = {
        name: f"{identity}-{place}" for place, name in enumerate(re.findall(r'\sid="([^"]+)"', svg), start=1)
    }
    for name, new in names.items():
        svg = svg.replace(f'id="{name}"', f'id="{new}"').replace(f"url(#{name})", f"url(#{new})")
        svg = svg.replace(f'"#{name}"', f'"#{new}"')
    head = re.match(r"<svg[^>]*>", svg)
    assert head is not None
    width, height = re.findall(r'\s(?:width|height)="([\d.]+)"', head[0])
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" aria-labelledby="{identity}-title {identity}-desc">'
        f'<title id="{identity}-title">{escaped(title)}</title>'
        f'<desc id="{identity}-desc">{escaped(alt_text)}</desc>'
    )
    body = svg[head.end() :]
    if NO_DATA in body:
        opening += HATCH.format(name=f"{identity}-hatch", ground=NO_DATA, line=BASE)
        body = body.replace(f'"{NO_DATA}"', f'"url(#{identity}-hatch)"')
    return opening + body


def escaped(text: str) -> str:
    """A text that may stand between tags or in quotes."""
    from xml.sax.saxutils import escape

    return escape(safe(text), {'"': "&quot;", "'": "&#39;"})


def built(
    identity: str,
    title: str,
    unit: str,
    alt_text: str,
    source: str,
    table: Table,
    draw: Callable[[int], Any],
    datasets: Mapping[str, Any] | None = None,
) -> Chart:
    """A chart, drawn wide and narrow.

    Parameters
    ----------
    draw
        Makes the specification for a width in pixels.
    datasets
        Large data that the chart names, so that they are not copied over and over.
    """
    title, alt_text = _minus(title), _minus(alt_text)
    wide, slim = (
        Drawing(config(draw(width), datasets), name, title, alt_text, numerals())
        for width, name in ((WIDE, identity), (NARROW, f"{identity}-narrow"))
    )
    return Chart(identity, title, unit, alt_text, source, table, wide, slim)


def _minus(text: str) -> str:
    """A text with a true minus before its numbers, as the picture has it."""
    return re.sub(r"(?<![\w\u2212-])-(?=\d)", "\u2212", text)


def png(chart: Chart, scale: float = 2) -> bytes:
    """The wide picture in pixels, on white, for what cannot show SVG."""
    import vl_convert

    _fonts_known()
    white = chart.svg.replace("</desc>", f'</desc><rect width="100%" height="100%" fill="{GROUND}"/>', 1)
    return bytes(vl_convert.svg_to_png(white, scale=scale))


def luminance(colour: str) -> float:
    """Relative luminance of a colour, 0 black to 1 white (WCAG 2.2).

    >>> round(luminance("#ffffff"), 3), round(luminance("#767676"), 3)
    (1.0, 0.181)
    """
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ink_on(colour: str) -> str:
    """Dark or white letters, whichever is better to read on a colour."""
    light = luminance(colour)
    return ON_LIGHT if (light + 0.05) / (luminance(ON_LIGHT) + 0.05) > 1.05 / (light + 0.05) else ON_DARK


def short(text: str, most: int) -> str:
    """A name that fits, cut at a word where it can be."""
    if len(text) <= most:
        return text
    cut = text[: most - 1].rstrip()
    at_word = cut.rpartition(" ")[0]
    return (at_word if len(at_word) > most // 2 else cut) + "\u2026"
