"""Languages: the right words for the reader, numbers and dates as each language writes them."""

from __future__ import annotations

import asyncio
import datetime
import math

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from pseudo import outside
from thuishaven.locale import (
    LANGUAGES,
    N_,
    _,
    between,
    date,
    decimals_for,
    glossary,
    language,
    listing,
    money,
    months,
    ngettext,
    number,
    out_of_ten,
    percent,
    pgettext,
    preferred,
    price,
    speak,
    term,
    unit,
    use,
    years,
)

THIN = "\u202f"


@pytest.mark.parametrize(
    ("asked", "environ", "expected"),
    [
        ("fr", {"THUISHAVEN_LANG": "en", "LANG": "nl_BE.UTF-8"}, "fr"),
        (None, {"THUISHAVEN_LANG": "en", "LANG": "nl_BE.UTF-8"}, "en"),
        (None, {"LANG": "fr_BE.UTF-8"}, "fr"),
        (None, {"LC_ALL": "en_IE.UTF-8", "LANG": "fr_BE.UTF-8"}, "en"),
        (None, {"LANG": "en-GB"}, "en"),
        (None, {"LANG": "C.UTF-8"}, "nl"),
        (None, {"LANG": "de_DE.UTF-8"}, "nl"),
        (None, {}, "nl"),
        ("EN", {}, "en"),
        ("xx", {}, "xx"),
    ],
)
def test_the_reader_decides_then_the_environment_then_dutch(
    asked: str | None, environ: dict[str, str], expected: str
) -> None:
    assert expected == preferred(asked, environ)


def test_a_language_is_spoken_inside_the_block_only() -> None:
    with use("nl"):
        with use("fr"):
            assert language() == "fr"
        assert language() == "nl"


def test_the_former_language_returns_after_an_error() -> None:
    with use("nl"):
        with pytest.raises(RuntimeError), use("fr"):
            raise RuntimeError
        assert language() == "nl"


def test_a_language_we_do_not_have_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'de' is not one of nl, en, fr"):
        speak("de")


def test_two_readers_at_once_each_hear_their_own_language() -> None:
    async def reader(lang: str) -> str:
        speak(lang)
        await asyncio.sleep(0)
        return out_of_ten(0.8)

    async def both() -> list[str]:
        return await asyncio.gather(*(reader(lang) for lang in LANGUAGES))

    assert asyncio.run(both()) == ["8 van de 10", "8 out of 10", "8 cas sur 10"]


def test_a_message_without_translation_is_said_in_english() -> None:
    with use("fr"):
        assert _(N_("zzz {n} zzz"), n=3) == "zzz 3 zzz"


def test_braces_of_a_users_text_are_left_alone() -> None:
    with use("nl"):
        assert between("{low}", "{0}") == "tussen {low} en {0}"


def test_a_forgotten_value_is_an_error_and_no_odd_sentence() -> None:
    with use("nl"), pytest.raises(KeyError, match="high"):
        _("between {low} and {high}", low="1")


def test_the_pseudo_locale_brackets_every_message_and_keeps_the_english() -> None:
    with use("xx"):
        assert _("between {low} and {high}", low="1", high="2") == "⟦between 1 and 2⟧"
        assert ngettext("{n} year", "{n} years", 4) == "⟦4 years⟧"
        assert pgettext("unit of measure", "unit") == "⟦unit⟧"
        assert term("baseline") == "⟦today⟧"


@pytest.mark.parametrize(
    ("lang", "value", "decimals", "expected"),
    [
        ("nl", 1234.56, 2, "1.234,56"),
        ("fr", 1234.56, 2, f"1{THIN}234,56"),
        ("en", 1234.56, 2, "1,234.56"),
        ("nl", -0.5, 2, "-0,50"),
        ("nl", -0.001, 2, "0,00"),
        ("nl", 84321, -3, "84.000"),
        ("nl", None, 0, "onbekend"),
        ("en", math.nan, 2, "unknown"),
        ("fr", -math.inf, 2, "-∞"),
        ("xx", 1234.56, 2, "1,234.56"),
    ],
)
def test_numbers(lang: str, value: float | None, decimals: int, expected: str) -> None:
    with use(lang):
        assert expected == number(value, decimals)


@given(st.floats(-1e8, 1e8), st.integers(1, 4), st.sampled_from(LANGUAGES))
def test_numbers_are_written_as_babel_writes_them(value: float, decimals: int, lang: str) -> None:
    rounded = round(value, decimals) + 0.0  # no minus before a zero
    with use(lang):
        assert format_decimal(rounded, f"#,##0.{'0' * decimals}", lang) == number(value, decimals)


def test_a_difference_shows_its_sign_unless_it_is_nothing() -> None:
    with use("nl"):
        expected = ["+0,50", "-0,50", "0,00"]
        assert expected == [number(x, 2, sign=True) for x in (0.5, -0.5, 0.001)]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(11.1, 14.9, 1), (9800, 15300, -2), (0.01, 0.012, 4), (5.0, 5.0, 2), (0.0, math.inf, 2)],
)
def test_an_interval_supports_two_digits_of_its_width(low: float, high: float, expected: int) -> None:
    assert expected == decimals_for(low, high)


def test_a_percentage() -> None:
    expected = {"nl": "8%", "en": "8%", "fr": f"8{THIN}%"}
    for lang, written in expected.items():
        with use(lang):
            assert written == percent(0.08)


@pytest.mark.parametrize(
    ("lang", "amount", "currency", "expected"),
    [
        ("nl", 84_321, "EUR", "84 duizend euro"),
        ("en", 84_321, "EUR", "84 thousand euros"),
        ("fr", 84_321, "EUR", "84\u202f000 euros"),
        ("fr", 451_234, "USD", "450\u202f000 USD"),
        ("nl", 1_234_567, "EUR", "1,2 miljoen euro"),
        ("fr", 1_234_567, "EUR", "1,2 million d'euros"),
        ("fr", 2_234_567, "EUR", "2,2 millions d'euros"),
        ("nl", 999_600, "EUR", "1 miljoen euro"),
        ("nl", 8_432, "EUR", "8.400 euro"),
        ("nl", 9_990, "EUR", "10 duizend euro"),
        ("nl", -31_000, "EUR", "-31 duizend euro"),
        ("nl", 1.1, "EUR", "1,10 euro"),
        ("en", 1.0, "EUR", "1.00 euro"),
        ("nl", 0.0, "EUR", "0,00 euro"),
        ("nl", 2.35e12, "EUR", "2.400 miljard euro"),
        ("nl", 84_321, "USD", "84 duizend USD"),
        ("fr", 3e9, "CNY", "3 milliards CNY"),
        ("fr", 1e6, "CNY", "1 million CNY"),
        ("nl", None, "EUR", "onbekend"),
    ],
)
def test_money_in_thousands_and_millions(
    lang: str, amount: float | None, currency: str, expected: str
) -> None:
    with use(lang):
        assert expected == money(amount, currency)


@given(st.floats(100, 1e12), st.sampled_from(["EUR", "USD"]))
def test_an_amount_of_money_is_said_within_its_two_digits(amount: float, currency: str) -> None:
    scales = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
    with use("en"):
        words = money(amount, currency).split()
    said = float(words[0].replace(",", "")) * scales.get(words[1], 1)
    assert said == pytest.approx(amount, rel=0.051)


def test_a_price_is_written_in_full() -> None:
    with use("nl"):
        assert price(1234.5) == "1.234,50 euro"
        assert price(0.0123, "USD", 4) == "0,0123 USD"
        assert price(None) == "onbekend"


@pytest.mark.parametrize(
    ("chance", "expected", "short"),
    [
        (0.0, "0 van de 10", "0 van 10"),
        (0.04, "minder dan 1 van de 10", "< 1 van 10"),
        (0.06, "1 van de 10", "1 van 10"),
        (0.78, "8 van de 10", "8 van 10"),
        (0.97, "meer dan 9 van de 10", "> 9 van 10"),
        (1.0, "10 van de 10", "10 van 10"),
        (None, "onbekend", "onbekend"),
    ],
)
def test_chances_as_natural_frequencies(chance: float | None, expected: str, short: str) -> None:
    with use("nl"):
        assert (expected, short) == (out_of_ten(chance), out_of_ten(chance, short=True))


def test_ranges_lists_years_and_months() -> None:
    with use("nl"):
        assert between("9,80", "15,30", "12,10") == "tussen 9,80 en 15,30, waarschijnlijk rond 12,10"
        assert listing(["a", "b", "c"]) == "a, b en c"
        assert [listing([]), listing(["a"])] == ["", "a"]
        assert [years(1), years(4), years(2.5, 1)] == ["1 jaar", "4 jaar", "2,5 jaar"]
        assert [months(1), months(3)] == ["1 maand", "3 maanden"]
    with use("fr"):
        assert [years(0), years(1), years(1.5, 1), years(2)] == ["0 an", "1 an", "1,5 an", "2 ans"]


def test_dates() -> None:
    expected = {"nl": "21 november 2026", "en": "21 November 2026", "fr": "21 novembre 2026"}
    for lang, written in expected.items():
        with use(lang):
            assert written == date(datetime.date(2026, 11, 21))
    with use("fr"):
        assert date(datetime.date(2026, 3, 1)) == "1er mars 2026"


def test_units_are_spelled_as_in_the_field() -> None:
    with use("nl", country="BEL"):
        written = [unit(name) for name in ("EUR/unit", "EUR/h", "h/unit", "kg", "fraction/yr", "FTE")]
        assert written == ["EUR/stuk", "EUR/u", "u/stuk", "kg", "fractie/jaar", "VTE"]
    with use("fr"):
        assert unit("EUR/unit") == "EUR/pièce"


def test_a_company_hears_the_words_of_its_country() -> None:
    heard = {}
    for home in ("BEL", "NLD", ""):
        with use("nl", country=home):
            heard[home] = [term("fte"), term("small_business"), term("security_of_supply")]
    assert heard == {
        "BEL": ["VTE", "kmo", "bevoorradingszekerheid"],
        "NLD": ["fte", "mkb", "leveringszekerheid"],
        "": [
            "VTE (BE) / fte (NL)",
            "kmo (BE) / mkb (NL)",
            "leveringszekerheid (NL) / bevoorradingszekerheid (BE)",
        ],
    }
    with use("en", country="BEL"):
        assert term("fte") == "FTE"
    with pytest.raises(KeyError):
        term("no such concept")


def test_every_term_has_its_word_in_every_language() -> None:
    assert not [row for row in glossary().values() if not (row.nl and row.en and row.fr)]


def test_what_stands_outside_the_brackets_is_found_also_around_nested_ones() -> None:
    assert outside("a ⟦b ⟦c⟧ d⟧ e\n⟦f⟧") == "a  e\n"
    with use("xx"):
        assert outside(between(date(datetime.date(2026, 11, 21)), money(84_321))).strip() == ""
