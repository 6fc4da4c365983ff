"""Write the reference pages from what they describe: `make docs`. A test fails when they differ.

docs/reference/dossier.md     every field of a dossier, from the model
docs/reference/costs.md       every cost factor, from dossier/factors.csv
docs/reference/facts.md       every parameter and every source, from facts/tables
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from thuishaven.dossier import Dossier, factors
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


def target(schema: Mapping[str, Any]) -> str:
    """The name of the section that a field holds, in a list or perhaps absent; nothing for a plain value."""
    for part in (schema, schema.get("items", {}), *schema.get("anyOf", ()), *schema.get("allOf", ())):
        reference = part.get("$ref") or part.get("items", {}).get("$ref", "")
        if reference:
            return str(reference).rsplit("/", 1)[-1]
    return ""


def fields(schema: Mapping[str, Any]) -> str:
    """A table of the fields of one section."""
    required = set(schema.get("required", ()))
    rows = []
    for name, field in schema["properties"].items():
        section = target(field)
        what = field.get("description", "")
        link = f"[{section}](#{section.lower()})" if section else ""
        example = ", ".join(f"`{value}`" for value in field.get("examples", ())[:1])
        rows.append((f"`{name}`", what, "yes" if name in required else "", example or link))
    return table(("field", "what", "required", "example or section"), rows)


def dossier() -> str:
    """The page of every field of a dossier."""
    schema = Dossier.model_json_schema()
    parts = [
        NOTICE,
        "# The dossier",
        "A number may be exact (`12.5`) or a range: see [ranges](../ranges.md).",
        fields(schema),
    ]
    for name, section in sorted(schema.get("$defs", {}).items()):
        if "properties" in section:
            parts += [f"## {name}", section.get("description", "").split("\n\n")[0], fields(section)]
    return "\n\n".join(parts) + "\n"


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
