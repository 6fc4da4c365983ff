"""What ``--explain home.P03`` prints: the formula that ran, its inputs down to the facts, the sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.text import Text

from thuishaven.cli.cost_page import bullet, heading, paragraph
from thuishaven.cli.tables import GAP, Column, table
from thuishaven.locale import _, language, number
from thuishaven.report import words
from thuishaven.report.citing import UNDATED
from thuishaven.report.explaining import (
    Origin,
    called,
    formula_of,
    inputs_of,
    measured,
    origins,
    source_called,
)
from thuishaven.report.subject import Subject
from thuishaven.report.telling import capital

if TYPE_CHECKING:
    from rich.console import RenderableType

    from thuishaven.facts import FactSet


def explain_page(
    explanation: Mapping[str, Any], about: Subject, facts: FactSet, width: int
) -> Iterator[RenderableType]:
    """The page.

    Parameters
    ----------
    explanation
        As ``Explanation.to_dict()`` gives it.
    about
        What the dossier is about.
    facts
        Where the sources of the facts are looked up.
    width
        Of the screen, in characters.
    """
    plan, _dot, line = explanation["id"].rpartition(".")
    cost = number(explanation["per_unit"], 3)
    title = _(
        "{line} {name}, {plan}: {cost} EUR per unit",
        line=line,
        name=words.line_name(line),
        plan=about.plans[plan],
        cost=cost,
    )
    yield Text(title, "bold")
    if language() == "en" and explanation["formula_in_words"]:
        yield paragraph(explanation["formula_in_words"], width)
    for part in explanation["parts"]:
        yield ""
        text = _(
            "{source}: {cost} EUR per unit",
            source=source_called(about.makers, plan, part["source"]),
            cost=number(part["per_unit"], 3),
        )
        yield heading(capital(text))
        yield Padding(Text(formula_of(part["formula"]), "dim"), (0, 0, 0, GAP))
        rows = [_row(item, depth, about) for depth, item in inputs_of(part["inputs"])]
        columns = [
            Column(_("name"), right=False),
            Column(_("figure"), weight=2, right=False, least=20),
            Column(_("on average")),
            Column(_("between"), weight=1),
            Column(_("unit"), weight=4, right=False),
            Column(_("status"), weight=3, right=False),
        ]
        yield table(columns, rows, width)
    found = origins(explanation, facts, about.plans)
    if found:
        yield ""
        yield heading(_("Where the figures come from"))
        for item in found:
            yield from _source(item, width)
    method = explanation["method"]
    if method and method["source"]:
        yield ""
        source = words.method_source(method["source"])
        if method["url"]:
            source = f"{source}, {method['url']}"
        yield paragraph(_("Idea of this cost line: {link}", link=source), width)


def _row(item: Mapping[str, Any], depth: int, about: Subject) -> list[str]:
    mean, span, of = measured(item)
    status = words.status(item["status"]) if "id" in item else ""
    return ["  " * depth + item["name"], called(item, about.plans), mean, span, of, status]


def _source(item: Origin, width: int, depth: int = 1) -> Iterator[RenderableType]:
    """Where a figure comes from, and below it the figures that it was worked out from."""
    indent = (0, 0, 0, 2 * GAP * depth)
    yield (
        bullet(item.label, width)
        if depth == 1
        else Padding(Text(f"- {item.label}"), (*indent[:3], GAP * depth))
    )
    if item.citation is None:
        yield Padding(Text(item.said or _("your dossier, without a source"), "dim"), indent)
    else:
        beside = [part for part in (item.citation.title, item.citation.beside) if part]
        if item.period and item.period != UNDATED:
            beside.append(_("about {period}", period=item.period))
        yield Padding(Text(", ".join(beside), "dim"), indent)
        if item.citation.url:
            yield Text(f"{' ' * indent[3]}{item.citation.url}", "dim", no_wrap=True, overflow="ignore")
    for text in item.remarks:
        yield Padding(Text(capital(text)), indent)
    for one in item.behind:
        yield from _source(one, width, depth + 1)
    if depth == 1 and "@" in item.id:
        yield Text(
            f"{' ' * indent[3]}thuishaven facts show '{item.id}'", "dim", no_wrap=True, overflow="ignore"
        )
