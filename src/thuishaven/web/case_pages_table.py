"""The cases that were found as a table to save."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from thuishaven.web.case_pages_query import Asked

#: Values as the databank has them; names of codes stand in the codebook.
_CARD = ("name", "unit", "title", "product", "state", "as_of", "announced")
_FACETS = ("case_type", "sector", "from", "to", "region", "form", "motive", "support")
_JOBS = ("announced", "realised")
COLUMNS = (
    *("number", "case", "version", *_CARD, *_FACETS),
    *(f"jobs_{kind}{end}" for kind in _JOBS for end in ("", "_as_of", "_sources_differ")),
    *("address", "query", "taken_on"),
)
#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(hits: Sequence[Any], base: str, question: Asked, day: str) -> str:
    """Rows as CSV (RFC 4180): one for each case, several values with a semicolon between them.

    Parameters
    ----------
    hits
        What was found.
    base
        Address of the pages of cases.
    question
        What was asked; stands in every row, so that a row can be cited when the file was cut up.
    day
        The day the table is made, as in 2026-11-22.
    """
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow(COLUMNS)
    for hit in hits:
        card = hit.card
        jobs = [
            cell
            for kind in _JOBS
            for one in [card["jobs"].get(kind, {})]
            for cell in (one.get("value", ""), one.get("as_of", ""), one.get("differ", ""))
        ]
        row = [
            *(hit.number, hit.case, hit.version, *(card[name] for name in _CARD)),
            *(";".join(hit.facets.get(name, ())) for name in _FACETS),
            *jobs,
            f"{base}/{hit.case}?version={hit.version}",
            f"{base}{question.on_page(1)}",
            day,
        ]
        out.writerow([plain(cell) for cell in row])
    return text.getvalue()


def plain(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before what looks like one.

    >>> plain("=HYPERLINK(1)"), plain("Pots bv"), plain(3)
    ("'=HYPERLINK(1)", 'Pots bv', 3)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
