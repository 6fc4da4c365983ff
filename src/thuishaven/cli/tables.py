"""Tables that stay readable: on a narrow screen the least important columns go first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from thuishaven.locale import number

#: Between two columns, and before the first.
GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    title
        Its heading.
    weight
        How important it is: of two columns that do not both fit, the one with the lower weight goes. 0: never.
    right
        Numbers stand to the right.
    least
        Width to which its text may be folded; 0 keeps it on one line.
    """

    title: str
    weight: int = 0
    right: bool = True
    least: int = 0


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int, bold: Sequence[int] = ()
) -> Table:
    """A table with as many of its columns as fit.

    Parameters
    ----------
    columns
        In the order in which they are shown.
    rows
        One text for each column.
    width
        Of the screen, in characters.
    bold
        Rows to stress.
    """
    kept = fitting(columns, rows, width)
    found = Table(
        box=None,
        padding=(0, 0, 0, GAP),
        pad_edge=True,
        show_edge=False,
        header_style="dim",
        collapse_padding=True,
    )
    for place in kept:
        column = columns[place]
        natural = _natural(column, [row[place] for row in rows])
        fixed = natural if not column.least else None
        found.add_column(
            column.title,
            justify="right" if column.right else "left",
            no_wrap=not column.least,
            overflow="fold",
            min_width=fixed,
        )
    for index, row in enumerate(rows):
        style = "bold" if index in bold else ""
        found.add_row(*(Text(row[place], style) for place in kept))
    return found


def fitting(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Places of the columns that fit; a column of which every cell is empty is left out."""
    kept = [i for i, column in enumerate(columns) if not column.weight or any(row[i].strip() for row in rows)]

    def needed() -> int:
        texts = {i: [row[i] for row in rows] for i in kept}
        return sum(GAP + _narrowest(columns[i], texts[i]) for i in kept)

    while needed() > width:
        spare = [i for i in kept if columns[i].weight]
        if not spare:
            break
        kept.remove(min(spare, key=lambda i: columns[i].weight))
    return kept


def _natural(column: Column, texts: Sequence[str]) -> int:
    """Width of the widest cell, and of the widest word of the heading, which may be folded."""
    heading = max(map(cell_len, column.title.split()), default=0)
    return max([heading, *map(cell_len, texts)])


def _narrowest(column: Column, texts: Sequence[str]) -> int:
    natural = _natural(column, texts)
    return min(natural, column.least) if column.least else natural


def aligned(
    values: Sequence[float | None], decimals: Sequence[int], *, sign: bool = False, empty: str = "-"
) -> list[str]:
    """Numbers below each other, each with its own decimals, so that the decimal signs stand in one line.

    Parameters
    ----------
    values
        The numbers; ``None`` becomes ``empty``.
    decimals
        Of each number.
    sign
        Write a plus before positive numbers.
    """
    shown = [decimals[i] for i, value in enumerate(values) if value is not None]
    most = max([0, *shown])
    tail = most + 1 if most else 0
    found = []
    for value, keep in zip(values, decimals, strict=True):
        if value is None:
            found.append(empty + " " * tail)
            continue
        used = keep + 1 if keep > 0 else 0
        found.append(number(value, keep, sign=sign) + " " * (tail - used))
    return found
