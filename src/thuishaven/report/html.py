"""A report as one HTML file that needs nothing else: its style, its letters and its pictures are inside."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Any

from thuishaven.locale import _, use
from thuishaven.report.blocks import (
    Block,
    Callout,
    Cell,
    Document,
    Facts,
    Figure,
    Heading,
    Listing,
    Table,
    Text,
)
from thuishaven.report.charts.style import FONT, FONTS, dark_sheet, escaped

#: Nothing from outside, no script: what a browser that follows the page's own rules may do.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri 'none'"
WEIGHTS = {"Regular": "400", "SemiBold": "600"}


def html(report: Document) -> str:
    """The report as HTML.

    Parameters
    ----------
    report
        What it tells.

    Returns
    -------
    str
        A whole page; it asks nothing of any other host.
    """
    with use(report.lang):
        contents = "".join(
            f'<li class="level{block.level}"><a href="#{block.id}">{escaped(block.text)}</a></li>'
            for block in report.headings()
        )
        words = {"skip": _("To the report"), "contents": _("Contents")}
        body = "\n".join(render(report.blocks))
    return f"""<!doctype html>
<html lang="{report.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="generator" content="Thuishaven">
<title>{escaped(report.title)} {escaped(report.subtitle)}</title>
<style>
{sheet()}
</style>
</head>
<body>
<a class="skip" href="#report">{escaped(words["skip"])}</a>
<header><p class="brand">Thuishaven</p><h1>{escaped(report.title)}</h1>
<p class="subtitle">{escaped(report.subtitle)}</p></header>
<nav aria-label="{escaped(words["contents"])}"><h2>{escaped(words["contents"])}</h2><ol>{contents}</ol></nav>
<main id="report" tabindex="-1">
{body}
</main>
<footer><p>{escaped(report.foot)}</p></footer>
</body>
</html>
"""


@cache
def sheet() -> str:
    """The style of the page, with its letters."""
    faces = "\n".join(
        f'@font-face{{font-family:"{FONT}";font-weight:{weight};font-display:swap;'
        f"src:url(data:font/woff;base64,{_encoded(name)}) format('woff')}}"
        for name, weight in WEIGHTS.items()
    )
    style = resources.files("thuishaven.report").joinpath("report.css").read_text("utf-8")
    return f"{faces}\n{style}\n@media screen and (prefers-color-scheme: dark) {{ {dark_sheet()} }}"


def _encoded(weight: str) -> str:
    return base64.b64encode((FONTS / f"OpenSans-{weight}.woff").read_bytes()).decode()


def render(blocks: Iterable[Block]) -> Iterable[str]:
    """Each block as HTML."""
    return (RENDERERS[type(block)](block) for block in blocks)


def _heading(block: Heading) -> str:
    level = block.level + 1
    return f'<h{level} id="{block.id}">{escaped(block.text)}</h{level}>'


def _text(block: Text) -> str:
    kind = ' class="lead"' if block.lead else ""
    return f"<p{kind}>{linked(block.text)}</p>"


def _listing(block: Listing) -> str:
    tag = "ol" if block.ordered else "ul"
    return f"<{tag}>" + "".join(f"<li>{linked(item)}</li>" for item in block.items) + f"</{tag}>"


def _facts(block: Facts) -> str:
    pairs = "".join(
        f"<div><dt>{escaped(name)}</dt><dd>{linked(value)}</dd></div>" for name, value in block.items
    )
    return f"<dl>{pairs}</dl>"


def _callout(block: Callout) -> str:
    return (
        f'<section class="callout {block.kind}"><p class="title">{escaped(block.title)}</p>'
        + (f"<p>{linked(block.text)}</p>" if block.text else "")
        + "</section>"
    )


def _figure(block: Figure) -> str:
    chart = block.chart
    return (
        f'<figure id="{chart.id}"><figcaption>{escaped(chart.title)}</figcaption>'
        f'<div class="roomy">{chart.svg}</div><div class="tight">{chart.narrow}</div>'
        f'<p class="source">{escaped(chart.source)}</p>'
        f"<details><summary>{escaped(_('The figures as a table'))}</summary>"
        f"{_table(chart.table)}</details></figure>"
    )


def _table(block: Table) -> str:
    numeric = block.figures()
    head = "".join(
        f'<th scope="col"{_right(right)}>{escaped(column.title)}'
        + (
            f' <span class="unit">{escaped(column.unit)}</span>'
            if column.unit and column.unit != block.unit
            else ""
        )
        + "</th>"
        for column, right in zip(block.columns, numeric, strict=True)
    )
    rows = [_row(row, numeric, place in block.bold) for place, row in enumerate(block.rows)]
    foot = f"<tfoot>{_row(block.sums(), numeric, True)}</tfoot>" if block.total else ""
    note = f'<p class="note">{linked(block.note)}</p>' if block.note else ""
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escaped(block.title)}">'
        f'<table id="{block.id}"><caption>{escaped(block.heading)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody>{foot}</table></div>{note}"
    )


def _row(row: tuple[Cell, ...], numeric: Sequence[bool], bold: bool) -> str:
    cells = [
        f'<th scope="row">{linked(shown(row[0]))}</th>',
        *(
            f"<td{_right(right)}>{linked(shown(cell))}</td>"
            for cell, right in zip(row[1:], numeric[1:], strict=True)
        ),
    ]
    return f"<tr{' class=bold' if bold else ''}>{''.join(cells)}</tr>"


def _right(right: bool) -> str:
    return ' class="n"' if right else ""


def shown(cell: Cell) -> str:
    """What a reader sees in a cell."""
    if cell is None or isinstance(cell, str):
        return "-" if cell is None else cell
    return re.sub(r"-(?=\d)", "\u2212", cell.text)


def linked(text: str) -> str:
    """A text in which a web address can be followed."""
    parts = []
    for word in text.split(" "):
        bare = word.rstrip(".,;:)")
        if bare.startswith(("https://", "http://")) and '"' not in bare:
            parts.append(
                f'<a href="{escaped(bare)}" rel="noreferrer">{escaped(bare)}</a>{escaped(word[len(bare) :])}'
            )
        else:
            parts.append(escaped(word))
    return " ".join(parts)


RENDERERS: dict[type, Callable[[Any], str]] = {
    Heading: _heading,
    Text: _text,
    Listing: _listing,
    Facts: _facts,
    Callout: _callout,
    Figure: _figure,
    Table: _table,
}
