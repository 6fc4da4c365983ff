"""Write the reference pages from what they describe: `make docs`. A test fails when they differ.

docs/reference/dossier.md     every field of a dossier, from the model
docs/reference/costs.md       every cost factor, from dossier/factors.csv
docs/reference/facts.md       every parameter and every source, from facts/tables
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from thuishaven.dossier import factors
from thuishaven.dossier.schema import FieldRow, fields
from thuishaven.locale import use

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "src" / "thuishaven" / "facts" / "tables"
NOTICE = "<!-- Written by make docs; edit what it describes instead. -->"


def cell(value: object) -> str:
    """A value as one cell of a Markdown table."""
    return str(value).replace("|", "\\|").replace("\n", " ")


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(map(cell, line)) + " |" for line in lines)


def link(words: str, place: str) -> str:
    """A Markdown link from a reference page; a place without http is a file of this repository."""
    if not place:
        return words
    return f"[{words}]({place if '://' in place else '../../' + place})"


def dossier() -> str:
    """The page of every field of a dossier."""
    rows = fields("en")
    tops = [row for row in rows if row.depth == 0]
    sections = [top for top in tops if any(row.path.startswith(f"{top.path}.") for row in rows)]
    parts = [
        NOTICE,
        "# The dossier",
        "A number may be exact (`12.5`) or a range: see [ranges](../ranges.md). A field that is absent takes"
        " a sourced figure or a wide range, and the answer says so. Required fields have a star.",
        field_table([top for top in tops if top not in sections]),
    ]
    for top in sections:
        inside = [row for row in rows if row.path.startswith(f"{top.path}.")]
        parts += [f"## {top.path}", f"{top.help} ({top.kind}).", field_table(inside, f"{top.path}.")]
    return "\n\n".join(parts) + "\n"


def field_table(rows: Iterable[FieldRow], prefix: str = "") -> str:
    """The fields of one section, named from the section on."""
    head = ("field", "what", "kind", "unit", "bounds", "example")
    lines = []
    for row in rows:
        name = f"`{row.path.removeprefix(prefix)}`" + (" \\*" if row.required else "")
        example = f"`{row.example}`" if row.example else ""
        lines.append((name, row.help, row.kind, row.unit, row.bounds, example))
    return table(head, lines)


def costs() -> str:
    """The page of every cost factor."""
    head = ("id", "factor", "unit", "kind", "account", "formula in words", "source", "status")
    rows = [
        (f.id, f.name_en, f.unit, f.kind, f.account, f.formula, f"{f.source} {f.year}".strip(), f.status)
        for f in factors().values()
    ]
    return "\n\n".join([NOTICE, "# The cost factors", table(head, rows)]) + "\n"


def facts() -> str:
    """The page of every parameter and every source."""

    def read(name: str) -> list[dict[str, str]]:
        with (TABLES / name).open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    parameters = [
        (
            f"`{row['name']}`",
            row["label_en"],
            row["unit"],
            row["keys"],
            f"{row['plausible_low']} to {row['plausible_high']}",
        )
        for row in read("parameters.csv")
    ]
    sources = [
        (f"`{row['source_id']}`", row["publisher"], link(row["title"], row["url"]), row["licence"])
        for row in read("sources.csv")
    ]
    parts = [
        NOTICE,
        "# The facts",
        "## Parameters",
        table(("parameter", "what", "unit", "keys", "plausible"), parameters),
        "## Sources",
        table(("source", "publisher", "title", "licence"), sources),
    ]
    return "\n\n".join(parts) + "\n"


def pages() -> dict[str, str]:
    """Every reference page by its name in docs/reference, as it should be."""
    with use("en"):
        return {"dossier.md": dossier(), "costs.md": costs(), "facts.md": facts()}


if __name__ == "__main__":
    for name, words in pages().items():
        (ROOT / "docs" / "reference" / name).write_text(words, encoding="utf-8")
        print(f"docs/reference/{name}")
