"""Numbers of companies, codes of sectors and regions: the published examples, and what is refused."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thuishaven.databank.identifiers import KINDS, REASONS, identifier, nace, nace_in, nuts, same

UNTIMED = settings(deadline=None)


@pytest.mark.parametrize("number", ["0417497106", "0566988259", "1000000021"])
def test_published_kbo_numbers_that_are_right(number: str) -> None:
    found = identifier("kbo", number)
    assert (number, True, "") == (found.number, found.sound, found.reason)
    assert 97 - int(number[:8]) % 97 == int(number[8:])


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("kbo", "0403019262", "wrong_check"),
        ("kbo", "2403019261", "wrong_start"),
        ("kbo", "04030192", "wrong_length"),
        ("kbo", "", "empty"),
        ("kbo", "BE04174971O6", "wrong_form"),
        ("kbo", "٠٤١٧٤٩٧١٠٦", "wrong_form"),
        ("kbo_establishment", "1000000021", "wrong_start"),
        ("kvk", "1234567", "wrong_length"),
        ("kvk", "1234567X", "wrong_form"),
        ("vat_nl", "NL004495446B01", "wrong_check"),
        ("lei", "213800KUD8LAJWSQ9D16", "wrong_check"),
        ("btw", "1", "unknown_kind"),
    ],
)
def test_what_is_refused_and_why(kind: str, text: str, reason: str) -> None:
    found = identifier(kind, text)
    assert ("", "", False, reason) == (found.number, found.shown, found.sound, found.reason)


@pytest.mark.parametrize(
    ("kind", "text", "number", "sound"),
    [
        ("kbo", "BE 0417.497.106", "0417497106", True),
        ("kbo", "417497106", "0417497106", True),
        ("kbo_establishment", "2.000.000.339", "2000000339", None),
        ("kvk", "1234 5678", "12345678", None),
        ("kvk_establishment", "000012345678", "000012345678", None),
        ("rsin", "004495445", "004495445", True),
        ("vat_be", "0417.497.106", "BE0417497106", True),
        ("vat_nl", "004495445B01", "NL004495445B01", True),
        ("vat", "BE0417497106", "BE0417497106", True),
        ("lei", "2138 00KU D8LA JWSQ 9D15", "213800KUD8LAJWSQ9D15", True),
    ],
)
def test_how_a_number_is_stored(kind: str, text: str, number: str, sound: bool | None) -> None:
    found = identifier(kind, text)
    assert (number, sound) == (found.number, found.sound)


def test_the_examples_that_people_see_are_right() -> None:
    assert [] == [kind for kind, example in KINDS.items() if identifier(kind, example).sound is False]


def test_a_company_has_one_entity_under_its_numbers() -> None:
    kbo, vat = identifier("kbo", "0417497106"), identifier("vat_be", "BE 0417.497.106")
    assert same(kbo, vat)
    assert same(identifier("rsin", "004495445"), identifier("vat_nl", "NL004495445B02"))
    assert same(identifier("vat", "NL004495445B01"), identifier("vat_nl", "NL004495445B02"))
    assert not same(kbo, identifier("kbo", "0566988259"))
    wrong = identifier("kbo", "0403019262")
    assert not same(wrong, wrong)


@UNTIMED
@given(st.sampled_from([*KINDS, "other"]), st.text(max_size=25))
def test_any_text_gets_an_answer(kind: str, text: str) -> None:
    found = identifier(kind, text)
    assert (found.sound is False) == (found.reason in REASONS) == (not found.number)
    if found.number:
        again = identifier(kind, found.shown)
        assert found.number == again.number


@UNTIMED
@given(st.integers(0, 19_999_999), st.integers(0, 96))
def test_the_last_digits_of_a_kbo_number_check_the_others(first: int, check: int) -> None:
    right = 97 - first % 97
    text = f"{first:08d}{right:02d}"
    assert identifier("kbo", text).sound is True
    if check not in (right, right - 97):
        assert identifier("kbo", f"{first:08d}{check:02d}").sound is False


def test_a_sector_keeps_its_revision_and_its_original() -> None:
    found = nace_in("C22.29", "2", "2.1")
    assert ("22.29", "2", ("15.20", "22.25", "22.26"), "split") == (
        found.original,
        found.original_revision,
        found.candidates,
        found.status,
    )
    assert (("25.53",), "renumbered") == (
        nace_in("25.62", "2", "2.1").candidates,
        nace_in("25.62", "2", "2.1").status,
    )
    assert (("28.41",), "kept") == (
        nace_in("28.41", "2", "2.1").candidates,
        nace_in("28.41", "2", "2.1").status,
    )
    assert ((), "gone") == (nace_in("62.01", "2", "2.1").candidates, nace_in("62.01", "2", "2.1").status)
    assert ((), "unknown") == (nace_in("01.13", "2", "2.1").candidates, nace_in("01.13", "2", "2.1").status)
    assert "same_revision" == nace_in("28.41", "2", "2").status


def test_every_class_of_manufacturing_has_its_successors() -> None:
    """Section C of NACE Rev. 2 has 230 classes; some of what they hold went to sections A and S."""
    with (files("thuishaven.databank") / "nace_changes.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["new_codes"]]
    assert 230 == len({row["code"] for row in rows}) == len(rows)
    assert {f"{division}" for division in range(10, 34)} == {row["code"][:2] for row in rows}
    after = {code for row in rows for code in row["new_codes"].split()}
    assert {"03.30", "91.30"} == {code for code in after if not 10 <= int(code[:2]) <= 33}
    assert all(nace(code) == code for code in after)
    assert all(row["source"] and row["licence"] and row["source_url"] for row in rows)


@pytest.mark.parametrize("code", ["", "C", "2", "22.", "22.290", "abc"])
def test_what_is_no_sector(code: str) -> None:
    with pytest.raises(ValueError, match="no NACE code"):
        nace(code)


def test_an_unknown_revision_is_refused() -> None:
    with pytest.raises(ValueError, match="revision"):
        nace_in("22.29", "2", "3")


def test_a_region_has_its_version_and_its_parents() -> None:
    region = nuts("be211", "2016")
    assert (3, "2016", "BE21", "BE") == (region.level, region.version, region.up(2).code, region.up(0).code)
    with pytest.raises(ValueError, match="level"):
        region.up(4)
    with pytest.raises(ValueError, match="version"):
        nuts("NL41", "2022")
    with pytest.raises(ValueError, match="NL41"):
        nuts("N", "2021")
