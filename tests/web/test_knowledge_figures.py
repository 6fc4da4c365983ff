"""A figure on a page is the figure of its publication, and no figure stands in a text without one."""

from __future__ import annotations

import csv
import datetime
import math
import re
from pathlib import Path

import pytest

import thuishaven
import thuishaven.web.knowledge as knowledge
from thuishaven import facts
from thuishaven.locale import LANGUAGES, use
from thuishaven.web.knowledge import Figure, Page, figures, pages

TEXTS = Path(knowledge.__file__).parent
PACKAGE = Path(thuishaven.__file__).parent
FIGURES = list(figures().values())
ALL = [one for lang in LANGUAGES for one in pages(lang)]
FILES = sorted(TEXTS.glob("*/*.md"))
STATUSES = {"published", "derived", "unverified", "assumption"}
#: Digits that say nothing about the world: years, names of norms and steps, the working week, sizes of ours.
NAMES = re.compile(
    r"(?:19|20)\d\d|24/7|CO2|WCAG 2\.2|EN 301 549|\bB1\b|e\^\(-16/40\)|4[.,\u202f]096"
    r"|\b168 (?:uur|hours|heures)|33[.,]6 (?:uur|hours|heures)|\b31 (?:december|December|décembre)"
    r"|\b1(?:21|90) (?:gevallen|vergelijkingen|cases|comparisons|cas|comparaisons)"
    r"|12, 36 |\b36 (?:en|and|et) 60|(?:stap|step|étape) \d"
)
LIST_NUMBER = re.compile(r"^\d+\. ", re.MULTILINE)


def label(one: Figure | Page) -> str:
    return f"{one.lang}/{one.slug}" if isinstance(one, Page) else one.id


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_figure_stands_in_a_text(path: Path) -> None:
    text = re.sub(r"\{\{[^}]*\}\}|\]\([^)]*\)", "", path.read_text(encoding="utf-8"))
    assert not re.findall(r"\S*\d\S*", NAMES.sub("", LIST_NUMBER.sub("", text)))


@pytest.mark.parametrize("one", FIGURES, ids=label)
def test_a_figure_is_whole(one: Figure) -> None:
    assert one.status in STATUSES
    assert one.about
    assert bool(one.value) or bool(one.low and one.high)
    if one.low:
        assert float(one.low) <= float(one.value or one.low) <= float(one.high)


def test_every_figure_is_used_and_every_language_uses_the_same() -> None:
    used = {
        lang: {
            found
            for path in (TEXTS / lang).glob("*.md")
            for found in re.findall(
                r"\{\{([a-z0-9_]+)(?:\.low|\.high)?\}\}", path.read_text(encoding="utf-8")
            )
        }
        for lang in LANGUAGES
    }
    assert set(figures()) == used["nl"] == used["en"] == used["fr"]


def held(fact: str) -> tuple[float | None, float | None, float | None]:
    """The value and range that the package holds elsewhere, as ``scan/method.csv:clear_share``."""
    place, _colon, name = fact.partition(":")
    if place == "facts":
        record = facts.bundled().fact(name)
        return record.value, record.low, record.high
    with (PACKAGE / place).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row.get("id", row.get("name")) == name:
                text = row.get("value") or row.get("prior") or ""
                bounds = [float(row[end]) if row.get(end) else None for end in ("low", "high")]
                return float(text) if text else None, bounds[0], bounds[1]
    raise KeyError(fact)


@pytest.mark.parametrize("one", [one for one in FIGURES if one.fact], ids=label)
def test_a_figure_equals_the_fact_that_it_names(one: Figure) -> None:
    value, low, high = held(one.fact)
    if one.id == "stop_interval":  # the fact is a rate, the page tells the interval
        assert value == pytest.approx(1 / float(one.value), abs=0.005)
    elif one.value:
        scale = 100 if one.unit == "%" and one.fact.startswith("scan/method") else 1
        assert float(one.value) == pytest.approx(scale * (value or 0))
    else:
        assert (float(one.low), float(one.high)) == (low, high)


def test_the_figures_worked_out_here_follow_from_their_parts() -> None:
    """168 hours over crews of 33.6; a year over what an employee works; no stop in 16 of 40 hours."""
    crew, share = figures()["crew_per_post"], float(figures()["time_worked"].value) / 100
    assert float(crew.low) == 168 / 33.6
    assert float(crew.high) == round(8760 / (38 * 52 * share), 1)
    assert figures()["night_survives"].value == f"{100 * math.exp(-16 / 40):.0f}"


@pytest.mark.parametrize("one", ALL, ids=label)
def test_sources_are_there_and_well_formed(one: Page) -> None:
    assert one.sources
    for place, source in enumerate(one.sources, 1):
        assert source.anchor == f"source-{place}"
        assert source.title
        assert source.publisher
        if source.id == "own":
            assert source.url == "method"
        else:
            assert re.fullmatch(r"https?://[^\s<>\"]+", source.url)
        assert re.fullmatch(r"((19|20)\d\d)?", source.year)


def test_every_publication_is_cited_somewhere() -> None:
    with (TEXTS / "sources.csv").open(encoding="utf-8", newline="") as lines:
        known = [row["id"] for row in csv.DictReader(lines)]
    assert sorted(known) == sorted({source.id for one in ALL for source in one.sources})


@pytest.mark.parametrize("one", ALL, ids=label)
def test_a_page_says_when_it_was_checked(one: Page) -> None:
    assert datetime.date(2026, 1, 1) <= one.updated


@pytest.mark.parametrize(
    ("lang", "said"),
    [("nl", "2,5% (nog na te gaan)"), ("en", "2.5% (unverified)"), ("fr", "2,5\u202f% (à vérifier)")],
)
def test_an_unverified_figure_says_so_beside_itself(lang: str, said: str) -> None:
    with use(lang):
        one = figures()["cbam_2026"]
        assert said == f"{one.part()} ({one.caution})"
    html = next(found.html for found in pages(lang) if found.slug == "costs")
    assert said.replace("%", "%</span>") in html


def test_a_figure_is_written_as_the_language_writes_it() -> None:
    with use("nl"):
        assert "300.000 euro" == figures()["de_minimis"].part()
        assert "48,3%" == figures()["motive_quality"].part()
    with use("en"):
        assert "3.05 euros" == figures()["lkv_hour"].part()
    with pytest.raises(KeyError):
        figures()["de_minimis"].part("low")
