"""The tables that travel in the package: CSV files with a heading, beside the modules that read them."""

from __future__ import annotations

import csv
import io
from importlib import resources


def read_table(package: str, name: str) -> list[dict[str, str]]:
    """The rows of a table, each a text by the heading of its column.

    Parameters
    ----------
    package
        Where it lies, as in ``thuishaven.scan``.
    name
        The file, with the folders below the package.

    Raises
    ------
    FileNotFoundError
        When there is none.

    >>> read_table("thuishaven.alternatives", "choices.csv")[0]["name"] != ""
    True
    """
    text = resources.files(package).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))
