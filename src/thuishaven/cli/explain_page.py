"""What ``--explain home.P03`` prints: the formula that ran, its inputs down to the facts, the sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.text import Text

from thuishaven.cli.cost_page import bullet, heading, paragraph
from thuishaven.cli.tables import GAP, Column, table
from thuishaven.locale import _, decimals_for, language, number, unit
from thuishaven.report import words
from thuishaven.report.subject import Subject

if TYPE_CHECKING:
    from rich.console import RenderableType

    from thuishaven.facts import FactSet


#: Most decimals of an input.
DIGITS = 2 * 3


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
    sources: dict[str, Mapping[str, Any]] = {}
    for part in explanation["parts"]:
        yield ""
        text = _(
            "From {source}: {cost} EUR per unit", source=part["source"], cost=number(part["per_unit"], 3)
        )
        yield heading(text)
        yield Padding(Text(part["formula"], "dim"), (0, 0, 0, GAP))
        rows = list(_rows(part["inputs"], about, sources))
        columns = [
            Column(_("name"), right=False),
            Column(_("figure"), weight=2, right=False, least=20),
            Column(_("on average")),
            Column(_("between"), weight=1),
            Column(_("unit"), weight=4, right=False),
            Column(_("status"), weight=3, right=False),
        ]
        yield table(columns, rows, width)
    if sources:
        yield ""
        yield heading(_("Where the figures come from"))
        for identity, item in sources.items():
            yield from _source(identity, item, facts, width)
    method = explanation["method"]
    if method and method["source"]:
        yield ""
        where = method["url"] or "-"
        yield paragraph(
            _(
                "Idea of this cost line: {source}, {url}",
                source=words.method_source(method["source"]),
                url=where,
            ),
            width,
        )


def _rows(
    inputs: list[Mapping[str, Any]], about: Subject, sources: dict[str, Mapping[str, Any]], depth: int = 0
) -> Iterator[list[str]]:
    for item in inputs:
        known = "id" in item
        if known:
            sources.setdefault(item["id"], item)
        keep = min(max(words.significant(item["mean"]), 0), DIGITS)
        low, high = item["p5"], item["p95"]
        span = ""
        if low != high:
            near = min(max(decimals_for(low, high), 0), DIGITS)
            span = f"{number(low, near)} - {number(high, near)}"
        yield [
            "  " * depth + item["name"],
            words.named(item["name"], item["id"], about.plans) if known else _("worked out"),
            number(item["mean"], keep),
            span,
            unit(item["unit"]) if known else "",
            words.status(item["status"]) if known else "",
        ]
        yield from _rows(item.get("inputs", []), about, sources, depth + 1)


def _source(identity: str, item: Mapping[str, Any], facts: FactSet, width: int) -> Iterator[RenderableType]:
    if "period" not in item:
        said = item.get("source") or _("your dossier, without a source")
        yield bullet(f"{identity}: {said}", width)
        return
    source = facts.sources.get(item["source"])
    yield bullet(f"{identity}", width)
    if source is not None:
        yield Padding(Text(words.source_title(item["source"], source.title), "dim"), (0, 0, 0, 2 * GAP))
        yield Text(f"{' ' * 2 * GAP}{source.url}", "dim", no_wrap=True, overflow="ignore")
    for fallback in item["fallbacks"]:
        yield Padding(Text(words.notice(fallback["code"], fallback["params"])), (0, 0, 0, 2 * GAP))
    yield Padding(Text(f"thuishaven facts show '{identity}'", "dim"), (0, 0, 0, 2 * GAP))
