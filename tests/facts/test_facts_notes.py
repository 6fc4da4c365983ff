"""Our own reasoning is told in the reader's language; regions are found by the names people use."""

from __future__ import annotations

import csv
import re

import pytest

from thuishaven.facts import bundled, countries, find_region, note_message, regions, regions_of
from thuishaven.facts.registry import TABLES
from thuishaven.locale import use
from thuishaven.report import words
from thuishaven.report.citing import citation, parents

NOTES = list(csv.DictReader((TABLES / "notes.csv").read_text(encoding="utf-8").splitlines()))


def test_what_is_ours_can_be_said_in_the_language_of_the_reader() -> None:
    notes = {fact.note for fact in bundled() if fact.status != "published" and fact.note}
    assert notes
    assert [] == sorted(note for note in notes if note_message(note) is None)


def test_a_note_keeps_its_figures_in_every_language() -> None:
    for note in {fact.note for fact in bundled() if fact.status != "published" and fact.note}:
        found = note_message(note)
        if found is not None:
            assert note == found[0].format(**found[1]) if found[1] else note


@pytest.mark.parametrize("row", NOTES, ids=lambda row: row["note_en"][:40])
def test_a_note_has_the_same_names_in_every_language(row: dict[str, str]) -> None:
    names = [set(re.findall(r"{(\w+)}", row[f"note_{lang}"])) for lang in ("en", "nl", "fr")]
    assert names[0] == names[1] == names[2]
    assert row["note_nl"]
    assert row["note_fr"]


def after(value: str) -> str:
    return value.partition("; ")[2]


def test_a_note_is_used() -> None:
    notes = {fact.note for fact in bundled() if fact.note}
    told = [found for note in notes if (found := note_message(note)) is not None]
    # What fills a note may itself be said in our own words.
    filling = {part for found in told for value in found[1].values() for part in (value, after(value))}
    used = {found[0] for note in notes | filling if (found := note_message(note)) is not None}
    made = {"1 / the reference rate of the day"}
    made.add("no record; the registered plausible range read as 5 % and 95 % points")
    assert set() == {row["note_en"] for row in NOTES} - used - made


def test_a_note_is_said_in_dutch() -> None:
    with use("nl"):
        assert "hemelsbreed 100 km x “Wegkilometers per kilometer in vogelvlucht (2026)”" == words.remark(
            "great circle 100 km x road_detour_factor@2026"
        )
        assert (
            "meetkundig gemiddelde van “Arbeidskosten per uur, berekend uit het loon” (gemeten 8,82 EUR, "
            "basis 3,72 EUR), die het bereik zijn"
        ) == words.remark(
            "geometric mean of labour_cost_hourly_from_pay (measured 8.82 EUR, base 3.72 EUR), which are the "
            "range"
        )
        assert "gewone bedrijfshallen" == words.remark("plain halls")
        assert "een eigen keuze van model" == words.method_source("project modelling choice")
    with use("en"):
        assert words.remark(
            "mean, DEU, AUT (LUX 2.56 left out); figures of 2007; a credit rating or national register "
            "replaces it; not for CHN, VNM, TUR, MAR"
        ).startswith("mean, Germany, Austria (Luxembourg 2.56 left out)")
    assert not words.foreign("plain halls")
    assert words.foreign("A note of someone else.")


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("Noord-Brabant", "NLD", "NL41"),
        ("noord brabant", "NLD", "NL41"),
        ("Antwerpen", "BEL", "BE21"),
        ("anvers", "BEL", "BE21"),
        ("Vlaanderen", "BEL", "BE2"),
        ("liege", "BEL", "BE33"),
        ("Limburg", "BEL", "BE22"),
        ("Limburg", "NLD", "NL42"),
        ("Rhône-Alpes", "FRA", "FRK2"),
        ("nl33", "NLD", "NL33"),
        ("Zuid-Holland", "NLD", "NL36"),
    ],
)
def test_a_region_is_found_by_its_name(text: str, country: str, code: str) -> None:
    found = find_region(text, country)
    assert found is not None
    assert code == found.code


@pytest.mark.parametrize(
    ("text", "country"), [("Atlantis", "NLD"), ("NL41", "BEL"), ("", "NLD"), ("12", "FRA")]
)
def test_what_is_no_region_is_none(text: str, country: str) -> None:
    assert find_region(text, country) is None


def test_regions_belong_to_known_countries_and_have_their_parents() -> None:
    known = regions()
    assert {region.iso3 for region in known.values()} <= set(countries())
    for region in known.values():
        assert region.level == len(region.code) - 2
        # Northern Ireland is one region at level 2, UKN0, and its districts are UKN10 and on.
        assert region.level == 1 or region.code[:-1] in known or region.code.startswith("UKN1"), region
    assert 12 == sum(region.level == 2 for region in regions_of("NLD"))
    assert 11 == sum(region.level == 2 for region in regions_of("BEL"))
    assert () == regions_of("CHN")


@pytest.mark.parametrize("lang", ["nl", "en", "fr"])
def test_no_note_of_ours_shows_an_id_a_name_of_a_program_or_the_code_of_a_country(lang: str) -> None:
    known = "|".join(bundled().parameters)
    named = re.compile(rf"\b(?:{known}|{'|'.join(countries())})\b|\w\[\w+=|@\d")
    with use(lang):
        said = {words.remark(note) for note in {fact.note for fact in bundled() if fact.note}}
    assert [] == sorted(text for text in said if named.search(text))


def test_the_records_that_a_note_names_are_found_with_their_edition() -> None:
    fact = next(fact for fact in bundled().find("labour_cost_growth") if ("iso3", "NLD") in fact.keys)
    named = parents(fact.note)
    assert 3 == len(named)
    assert set(named) <= {found.id for found in bundled()}
    parent = next(found for found in bundled() if found.id == named[-1])
    cited = citation(parent, bundled())
    assert "Eurostat" in cited.title
    assert "2025" == cited.year
    assert cited.url.startswith("https://")
