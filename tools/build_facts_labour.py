"""Hourly labour cost from pay, levels carried forward with an index, and labour cost growth.

The recipes are tables: ``labour_recipes.csv`` (which pay, which employer rate, which hours) and
``carry_recipes.csv`` (which level, which index). Hourly cost = 12 P (1 + r + b/12) / H.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from thuishaven.facts import countries
from thuishaven.facts.model import Fact, sorted_keys
from thuishaven.facts.periods import bounds
from thuishaven.facts.recipes import carried, recipe_rows, worked_out
from thuishaven.facts.store import FactSet


def _fact(
    parameter: str, keys: dict[str, str], value: float, unit: str, period: str, note: str, **extra: object
) -> Fact:
    given: dict[str, object] = {
        "low": None,
        "high": None,
        "text": "",
        "vintage": "",
        "source_id": "thuishaven-derived",
        "locator": "",
        "method": "derived",
        "licence": "single figures of the parents, cited",
        "ship": "cite-only",
        "confidence": "C",
        "status": "derived",
        "range_kind": "",
    }
    given.update(extra)
    return Fact(
        parameter=parameter,
        keys=sorted_keys(keys),
        value=value,
        unit=unit,
        period=period,
        note=note,
        **given,  # type: ignore[arg-type]
    )


def from_pay(store: FactSet) -> Iterator[Fact]:
    """One record per pay statistic, and per country the level that follows from them.

    With two statistics the level is their geometric mean and they are its range; with one the range comes
    from the recipe.
    """
    rows = sorted(recipe_rows("labour_recipes.csv"), key=lambda row: (row["iso3"], row["target"]))
    for (iso3, target), group in groupby(rows, key=lambda row: (row["iso3"], row["target"])):
        variants = [worked_out(row, store) for row in group]
        for one in variants:
            yield _fact(
                "labour_cost_hourly_from_pay",
                {"iso3": iso3, "variant": one.name},
                round(one.cost, 4),
                f"{one.currency}/hour",
                one.period,
                f"12 P (1 + r + b/12) / H, H = {one.hours:.0f}, r = {one.rate:.4f}, from"
                f" {' and '.join(one.parents)};"
                f" {one.note}",
                status="unverified" if one.unverified else "derived",
            )
        unverified = any(one.unverified for one in variants)
        status = "unverified" if unverified else "derived"
        latest = max(variants, key=lambda one: bounds(one.period) or ())
        names = ", ".join(f"{one.name} {one.euro:.2f} EUR" for one in variants)
        if len(variants) > 1:
            low, high = min(one.euro for one in variants), max(one.euro for one in variants)
            value, unit = math.sqrt(low * high), "EUR/hour"
            note = f"geometric mean of labour_cost_hourly_from_pay ({names}), which are the range"
        else:
            value, low, high = latest.cost, latest.cost * latest.low_factor, latest.cost * latest.high_factor
            unit = f"{latest.currency}/hour"
            note = (
                f"labour_cost_hourly_from_pay ({names}); range {latest.low_factor:g} to"
                f" {latest.high_factor:g} times, our choice: base pay leaves out overtime and allowances"
            )
        yield _fact(
            target,
            {"iso3": iso3},
            round(value, 4),
            unit,
            latest.period,
            note,
            low=round(low, 4),
            high=round(high, 4),
            vintage="from pay",
            status=status,
            range_kind="p5p95",
        )


def carried_forward(store: FactSet) -> Iterator[Fact]:
    """Levels carried forward: v(t) = v(t0) I(t) / I(t0), with the names of all parents."""
    for row in recipe_rows("carry_recipes.csv"):
        base, start, end = (store.fact(row[name]) for name in ("base", "index_from", "index_to"))
        assert base.value is not None
        assert start.value is not None
        assert end.value is not None
        yield _fact(
            row["parameter"],
            {"iso3": row["iso3"]},
            round(carried(base.value, start.value, end.value), 3),
            base.unit,
            end.period,
            f"{base.id} x {end.id} / {start.id}; {row['note']}",
            vintage=f"carried from {base.period}",
        )


def _latest(store: FactSet, parameter: str, iso3: str, period: str) -> Fact | None:
    found = [
        fact for fact in store.find(parameter, iso3=iso3) if fact.period == period and fact.value is not None
    ]
    return found[-1] if found else None


def growth(store: FactSet) -> Iterator[Fact]:
    """Mean labour cost growth per country.

    With an index: half the latest year-on-year change and half the compound rate 2017-2024; the two are the
    range. Without one: long-run inflation plus a range of real growth.
    """
    real = store.get("labour_cost_real_growth")
    assert real.value is not None
    assert real.low is not None
    assert real.high is not None
    for iso3 in countries():
        latest = store.find("labour_cost_growth_yoy", iso3=iso3)
        first = _latest(store, "labour_cost_hourly_total_economy", iso3, "2017")
        last = _latest(store, "labour_cost_hourly_total_economy", iso3, "2024")
        prices = store.find("inflation_long_run", iso3=iso3)
        if latest and first and last and latest[-1].value is not None and first.value and last.value:
            year_on_year = latest[-1].value / 100
            compound = (last.value / first.value) ** (1 / 7) - 1
            unsure = "unverified" in (first.status, last.status)
            yield _fact(
                "labour_cost_growth",
                {"iso3": iso3},
                round((year_on_year + compound) / 2, 5),
                "fraction/yr",
                latest[-1].period,
                f"half {latest[-1].id}, half the compound rate {first.id} to {last.id}; they are the range",
                low=round(min(year_on_year, compound), 5),
                high=round(max(year_on_year, compound), 5),
                ship="yes",
                licence="Eurostat reuse policy (attribution)",
                status="unverified" if unsure else "derived",
                range_kind="p5p95",
            )
        elif prices and prices[-1].value is not None:
            inflation = prices[-1].value / 100
            yield _fact(
                "labour_cost_growth",
                {"iso3": iso3},
                round(inflation + real.value, 5),
                "fraction/yr",
                prices[-1].period,
                f"no wage index here: {prices[-1].id} plus {real.fact.id}",
                low=round(inflation + real.low, 5),
                high=round(inflation + real.high, 5),
                ship="yes",
                licence="CC BY 4.0 (parent)",
                method="assumption",
                status="assumption",
                confidence="D",
                range_kind="p5p95",
            )


def facts(store: FactSet) -> Iterator[Fact]:
    """All derived labour records, from a store without them."""
    yield from from_pay(store)
    yield from carried_forward(store)
    for fact in growth(store):
        yield replace(fact, vintage="from index and inflation")
