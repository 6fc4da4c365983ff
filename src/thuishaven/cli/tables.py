"""Tables that stay readable: on a narrow screen the least important columns go first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

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
        Of the columns that do not fit together, the one with the lowest weight goes first; 0 never goes.
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
    wide = widths([columns[i] for i in kept], [[row[i] for row in rows] for i in kept], width)
    found = Table(box=None, padding=(0, 0, 0, GAP), pad_edge=True, show_edge=False, header_style="dim")
    for place, size in zip(kept, wide, strict=True):
        column = columns[place]
        justify: Literal["left", "right"] = "right" if column.right else "left"
        found.add_column(column.title, justify=justify, width=size, overflow="fold")
    for index, row in enumerate(rows):
        style = "bold" if index in bold else ""
        found.add_row(*(Text(row[place], style) for place in kept))
    return found


def fitting(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Places of the columns that fit; a column of which every cell is empty is left out."""
    kept = [i for i, column in enumerate(columns) if not column.weight or any(row[i].strip() for row in rows)]

    def needed() -> int:
        return sum(GAP + _narrowest(columns[i], [row[i] for row in rows]) for i in kept)

    while needed() > width:
        spare = [i for i in kept if columns[i].weight]
        if not spare:
            break
        kept.remove(min(spare, key=lambda i: columns[i].weight))
    return kept


def widths(columns: Sequence[Column], texts: Sequence[Sequence[str]], width: int) -> list[int]:
    """Width of each column: what it needs, and for those that may be folded a fair part of what is left."""
    found = [_natural(column, cells) for column, cells in zip(columns, texts, strict=True)]
    too_much = sum(found) + GAP * len(found) - width
    while too_much > 0:
        least = [_narrowest(column, cells) for column, cells in zip(columns, texts, strict=True)]
        room = [size - low for size, low in zip(found, least, strict=True)]
        widest = max(range(len(found)), key=lambda i: room[i])
        if room[widest] <= 0:
            break
        found[widest] -= 1
        too_much -= 1
    return found


def _natural(column: Column, texts: Sequence[str]) -> int:
    """Width of the widest cell, and of the heading on two lines."""
    return max([_on_two_lines(column.title), *map(cell_len, texts)])


def _on_two_lines(title: str) -> int:
    """The least width at which a heading takes no more than two lines."""
    words = title.split()
    splits = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words) + 1)]
    return min((max(cell_len(first), cell_len(second)) for first, second in splits), default=0)


def _narrowest(column: Column, texts: Sequence[str]) -> int:
    natural = _natural(column, texts)
    if not column.least:
        return natural
    return min(natural, max(column.least, _longest_word([column.title, *texts])))


def _longest_word(texts: Sequence[str]) -> int:
    return max((cell_len(word) for text in texts for word in text.split()), default=0)


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
