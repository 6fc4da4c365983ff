"""A chart as a file of its own, with its letters: the same on a page and where it is saved."""

from __future__ import annotations

import base64
from functools import cache

from fastapi.responses import Response

from thuishaven.report.blocks import Chart
from thuishaven.web.guards_files import KINDS, download

#: The files with our letters, by the weight that a drawing names.
_LETTERS = {"normal": "OpenSans-Regular.woff", "bold": "OpenSans-SemiBold.woff"}


def picture_file(chart: Chart, *, narrow: bool, shown: bool) -> Response:
    """The answer to whoever asks for a chart: a page that shows it, or a visitor who saves it.

    Parameters
    ----------
    chart
        The chart; it is drawn now, if it was not yet.
    narrow
        The picture for a telephone.
    shown
        It stands on a page, and is dark where the page is; what is saved stands on white paper.
    """
    svg = with_letters(chart.narrow if narrow else chart.svg, dark=shown)
    return Response(svg, media_type=KINDS["svg"], headers=download(chart.title, "svg"))


def with_letters(svg: str, *, dark: bool = False) -> str:
    """A picture that brings its own letters, and if need be its colours on a dark page."""
    from thuishaven.report.charts import dark_sheet

    weights = ["normal", *(["bold"] if 'font-weight="bold"' in svg else [])]
    rules = "".join(_face(weight) for weight in weights)
    if dark:
        rules += f"@media (prefers-color-scheme: dark) {{{dark_sheet()}}}"
    head, end, body = svg.partition(">")
    return f"{head}{end}<style>{rules}</style>{body}"


@cache
def _face(weight: str) -> str:
    from thuishaven.report.charts import FONT, FONTS

    letters = base64.b64encode((FONTS / _LETTERS[weight]).read_bytes()).decode()
    source = f"url(data:font/woff;base64,{letters})"
    return f'@font-face{{font-family:"{FONT}";font-weight:{weight};src:{source} format("woff")}}'
