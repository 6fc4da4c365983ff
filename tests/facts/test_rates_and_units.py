"""Exchange rates against the published checks; periods and units as publishers write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuishaven.facts import NoRate, UnitError, bundled, convert, fx_history, fx_rate
from thuishaven.facts.periods import bounds, months_between, released
from thuishaven.facts.series import currencies, log_returns, mean_rate, quotes, volatility
from thuishaven.facts.units import _by_pint, factor, factor_in_period, spellings

WINDOW = (date(2021, 1, 4), date(2025, 12, 31))


def test_the_last_fixing_of_2025() -> None:
    yuan, day = fx_rate("CNY", date(2025, 12, 31))
    dollar, _ = fx_rate("USD", date(2025, 12, 31))
    assert pytest.approx((1 / yuan, 1 / dollar), abs=1e-9) == (8.2262, 1.1750)
    assert date(2025, 12, 31) == day
    assert pytest.approx(dollar / yuan, abs=5e-5) == 7.0010


def test_a_day_without_fixing_takes_the_last_earlier_one() -> None:
    rate, day = fx_rate("USD", date(2025, 12, 28))
    assert date(2025, 12, 24) == day
    assert pytest.approx(1 / rate) == 1.1787


@pytest.mark.parametrize(
    ("currency", "percent"), [("USD", 7.59), ("CNY", 6.52), ("INR", 7.07), ("GBP", 5.43), ("TRY", 21.04)]
)
def test_volatility_of_five_years(currency: str, percent: float) -> None:
    assert percent == pytest.approx(100 * volatility(currency, *WINDOW), abs=0.005)
    stored = bundled().get("fx_volatility", currency=currency)
    assert percent == pytest.approx(100 * stored.value, abs=0.005)


def test_five_years_have_1281_fixings() -> None:
    assert log_returns("USD", *WINDOW).size + 1 == 1281


def test_a_peg_shows_no_volatility() -> None:
    assert pytest.approx(100 * volatility("DKK", *WINDOW), abs=0.005) == 0.20


def test_the_euro_is_one_and_an_unlisted_currency_is_said() -> None:
    assert (1.0, date(2025, 1, 1)) == fx_rate("EUR", date(2025, 1, 1))
    with pytest.raises(NoRate, match="VND"):
        fx_rate("VND", date(2025, 1, 1))
    with pytest.raises(NoRate):
        fx_rate("USD", date(1998, 12, 31))
    with pytest.raises(NoRate):
        mean_rate("RUB", "2023")


def test_history_ascends_and_is_the_inverse_of_the_quotes() -> None:
    days, rates = fx_history("CNY")
    assert list(days) == sorted(days)
    assert len(days) == rates.size
    assert pytest.approx((rates * quotes("CNY")[1])[:5].tolist()) == [1.0] * 5
    assert "USD" in currencies()
    assert "EUR" not in currencies()


def test_a_period_converts_at_the_mean_of_its_fixings() -> None:
    days, values = quotes("USD")
    inside = [value for day, value in zip(days, values, strict=True) if day.year == 2023]
    assert len(inside) / sum(inside) == pytest.approx(mean_rate("USD", "2023"))
    assert mean_rate("USD", "2023") == pytest.approx(factor_in_period("USD/hour", "EUR/h", "2023"))
    assert mean_rate("USD", "2023-12-31") == fx_rate("USD", date(2023, 12, 31))[0]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-Q2", date(2025, 4, 1), date(2025, 6, 30)),
        ("2024-S2", date(2024, 7, 1), date(2024, 12, 31)),
        ("2024-H1", date(2024, 1, 1), date(2024, 6, 30)),
        ("2025-11-13", date(2025, 11, 13), date(2025, 11, 13)),
        ("2021-2025", date(2021, 1, 1), date(2025, 12, 31)),
        ("2024-01/2024-11", date(2024, 1, 1), date(2024, 11, 30)),
        ("FY2016", date(2016, 4, 1), date(2017, 3, 31)),
    ],
)
def test_periods_are_read(text: str, first: date, last: date) -> None:
    assert (first, last) == bounds(text)


@pytest.mark.parametrize("text", ["soon", "2024-13", "2024-Q5", "24", "2025-2021", "2024-02-30", "2024-1"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^.*$"):
        bounds(text)


@given(st.text(max_size=12))
def test_any_text_is_a_period_or_refused(text: str) -> None:
    try:
        span = bounds(text)
    except ValueError:
        return
    assert span is None or span[0] <= span[1]


def test_the_day_of_release_is_read_from_the_edition() -> None:
    assert date(2025, 3, 31) == released("2025-03 release")
    assert date(2025, 2, 28) == released("public copy of 2025-02-28")
    assert released("from pay") is None
    assert pytest.approx(months_between(date(2024, 1, 1), date(2025, 1, 1)), abs=0.03) == 12.0


def test_every_spelling_the_unit_library_can_read_agrees_with_it() -> None:
    agreed = 0
    for unit, (canonical, times) in spellings().items():
        try:
            expected = _by_pint(unit, canonical)
        except UnitError:
            continue
        assert expected == pytest.approx(times), unit
        agreed += 1
    assert agreed > len(spellings()) / 2


@pytest.mark.parametrize(
    ("value", "old", "new", "expected"),
    [
        (12.5, "percent", "fraction", 0.125),
        (19.3, "EUR cents/kWh", "EUR/kWh", 0.193),
        (2500, "USD/FEU", "USD/TEU", 1250),
        (1, "t", "kg", 1000),
        (1, "m3", "cm**3", 1e6),
        (3, "weeks", "day", 21),
        (100, "EUR/MWh", "EUR/kWh", 0.1),
        (1, "EUR/t", "EUR/kg", 0.001),
    ],
)
def test_units_convert(value: float, old: str, new: str, expected: float) -> None:
    assert expected == pytest.approx(convert(value, old, new))


@pytest.mark.parametrize(
    ("old", "new"), [("EUR", "USD"), ("kg", "m3"), ("USD/h", "EUR/h"), ("nonsense", "kg"), ("EUR/(", "EUR")]
)
def test_units_of_another_kind_are_refused(old: str, new: str) -> None:
    with pytest.raises(UnitError):
        factor(old, new)


def test_a_day_without_a_record_takes_the_fixing_of_that_day() -> None:
    for day in (date(2010, 1, 15), date(2024, 3, 3)):
        answer = bundled().get("fx_rate", on=day, currency="USD")
        rate, fixed = fx_rate("USD", day)
        assert (rate, fixed.isoformat(), ()) == (answer.value, answer.fact.period, answer.fallbacks)
        assert "derived" == answer.fact.status


def test_what_was_known_on_a_day_holds_no_later_fixing() -> None:
    answer = bundled().get("fx_rate", on=date(2015, 6, 1), known_on=date(2010, 1, 15), currency="USD")
    assert fx_rate("USD", date(2010, 1, 15))[0] == answer.value


def test_a_currency_without_a_fixing_keeps_its_plausible_range() -> None:
    answer = bundled().get("fx_rate", on=date(2010, 1, 15), currency="TWD")
    assert ["plausible_range"] == [step.code for step in answer.fallbacks]
