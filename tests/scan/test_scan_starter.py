"""The starter dossier: every answer once, no bound of ours, a stub for each plan."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scan_cases import ABOUT, BULKY, answered

from thuishaven.cost import assess as cost
from thuishaven.dossier import DossierError, Settings, build
from thuishaven.dossier.yaml import parse
from thuishaven.facts import bundled
from thuishaven.locale import use
from thuishaven.scan import assess, questions, starter

ON = dt.date(2026, 11, 21)
FEW = Settings(draws=512)


def written(answers: dict[str, Any], about: dict[str, Any] | None = None, lang: str = "en") -> str:
    with use(lang):
        return starter(assess({"answers": answers, "about": ABOUT if about is None else about}, FEW), ON)


def made(answers: dict[str, Any], about: dict[str, Any] | None = None) -> Any:
    return build(parse(written(answers, about)))


def test_a_told_product_gives_a_dossier_that_costs_something() -> None:
    dossier = made(answered(**BULKY))
    ids = [plan.id for plan in dossier.plans]
    assert ids[0] == "today"
    assert {"own_home", "supplier_home", "improve_abroad", "optimise_home"} <= set(ids)
    found = cost(dossier, settings=Settings(draws=64, sensitivity=False)).to_dict()
    assert ids == [plan["id"] for plan in found["plans"]]


def test_the_answers_stand_in_the_dossier_and_give_the_same_scan() -> None:
    dossier = made(answered(**BULKY, Q1=None))
    expected = assess({"answers": answered(**BULKY, Q1=None), "about": ABOUT}, FEW).to_dict()
    assert expected == assess(dossier, FEW).to_dict()


def test_an_answer_becomes_the_range_that_it_says() -> None:
    dossier = made(answered(**BULKY, T1=3, Q3=2, M1=3, I1=2))
    source = dossier.baseline.sources[0]
    home, supplier = (
        next(p for p in dossier.plans if p.id == name) for name in ("own_home", "supplier_home")
    )
    ends = {
        "T1": dossier.demand.variation,
        "T2": source.lead_days,
        "I1": source.coordination.management,
        "Q3": home.one_off.parallel_months,
        "M1": home.market.made_in_share,
    }
    expected = {
        "T1": (0.2, 0.4),
        "T2": (56, 112),
        "I1": (0.1, 0.2),
        "Q3": (1, 3),
        "M1": (0.1, 0.25),
    }
    assert expected == {name: (dict(q.given)["low"], dict(q.given)["high"]) for name, q in ends.items()}
    said = supplier.sources[0].unit_price
    rate = bundled().get("fx_rate", currency="USD").value
    assert rate is not None
    # 5 to 15 % above 7.9 dollars, in euros.
    assert pytest.approx((8.295 * rate, 9.085 * rate), rel=0.01) == tuple(dict(said.given).values())
    assert all("assumption" in quantity.source for quantity in ends.values())
    assert ("high", 100000) == (home.process.automation, dossier.demand.units_per_year.mean)
    # Less than three months of purchases, at 7.9 dollar for a hundred thousand a year.
    assert {"min": 0, "max": 198000} == dict(home.one_off.contract_exit.given)


@pytest.mark.parametrize(
    ("question", "place"), [("T1", 5), ("T2", 5), ("Q3", 5), ("L3", 5), ("C3", 1), ("I1", 5)]
)
def test_an_open_end_gets_no_bound(question: str, place: int) -> None:
    """A range is asked for in a comment, and the field stays empty."""
    text = written(answered(**BULKY | {question: place}))
    build(parse(text))
    field = questions()[question].field.rpartition(".")[2]
    lines = [line.strip() for line in text.splitlines() if f"{field}:" in line]
    told = [line for line in lines if "from the scan" in line]
    assert lines
    assert not told


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries({name: st.sampled_from([1, 2, 3, 4, 5, "unknown"]) for name in questions()}),
    st.sampled_from(["own", "supplier", "both", "home", "unknown"]),
    st.sampled_from(["no", "must_stay", "must_be_home"]),
    st.sampled_from(["own", "supplier", "both", "no", "unknown"]),
    st.sampled_from([{}, {"nearshore_country": "POL", "friendshore_country": "JPN"}]),
)
def test_any_answers_give_a_dossier_that_can_be_read(
    answers: dict[str, Any], maker: str, rule: str, here: str, more: dict[str, str]
) -> None:
    raw = {**answers, "G1": maker, "G2": "under_25", "G3": rule, "G4": here, "G5": "no"}
    dossier = made(raw, {**ABOUT, **more})
    assert dossier.plans[0].id == "today"
    assert "own" == dossier.baseline.sources[0].maker or maker not in ("own", "home")


def test_a_country_that_was_not_named_is_asked_for() -> None:
    raw = answered(C1=1, T1=5, T2=5, T3=5, P1=1, P2=2, P3=1, I3=5)
    text = written(raw)
    assert "#   - id: nearshore" in text.replace("# -", "#   -")
    assert "nearshore" not in {plan.id for plan in build(parse(text)).plans}
    named = made(raw, {**ABOUT, "nearshore_country": "POL"})
    plan = next(plan for plan in named.plans if plan.id == "nearshore")
    assert ("POL", "supplier") == (plan.sources[0].country, plan.sources[0].maker)


def test_nothing_told_leaves_blanks_that_check_names() -> None:
    with pytest.raises(DossierError) as caught:
        made(answered(), {})
    missing = {problem.where for problem in caught.value.problems if problem.code == "missing"}
    assert {"company.country", "product.name", "product.cn", "demand.units_per_year"} <= missing
    assert {"missing"} == {problem.code for problem in caught.value.problems}
    assert all(problem.line for problem in caught.value.problems)


def test_what_was_told_as_a_range_stays_one() -> None:
    price = {"low": 7.0, "mode": 7.5, "high": 9.0}
    dossier = made(
        answered(**BULKY), {**ABOUT, "unit_price": price, "units_per_year": {"low": 1e5, "high": 2e5}}
    )
    supplier = next(plan for plan in dossier.plans if plan.id == "supplier_home")
    # 5 to 15 % above the quote, in the money of home: its price does not move with the dollar.
    rate = bundled().get("fx_rate", currency="USD").value
    assert rate is not None
    expected = {"low": 7.0 * 1.05 * rate, "high": 9.0 * 1.15 * rate}
    assert pytest.approx(expected, rel=0.01) == dict(supplier.sources[0].unit_price.given)
    assert "EUR/unit" == supplier.sources[0].unit_price.unit
    better = next(plan for plan in dossier.plans if plan.id == "improve_abroad")
    assert set(better.changes["present"]["unit_price"]) >= {"low", "mode", "high"}


def test_a_second_source_at_home_asks_what_a_supplier_at_home_asks() -> None:
    raw = answered(S1=5, S2=5, S3=4, C3=4)
    dossier = made(raw)
    second = next(plan for plan in dossier.plans if plan.id == "second_source").sources[1]
    assert ("NLD", "EUR/unit") == (second.country, second.unit_price.unit)
    assert "C3" in str(second.unit_price.source)


def test_a_quote_in_the_money_of_home_stays_as_it_is() -> None:
    dossier = made(answered(**BULKY), {**ABOUT, "unit_price": 10.0, "currency": "EUR"})
    supplier = next(plan for plan in dossier.plans if plan.id == "supplier_home").sources[0]
    assert {"low": 10.5, "high": 11.5} == dict(supplier.unit_price.given)


def test_local_for_local_leaves_today_alone() -> None:
    dossier = made({"G1": "supplier", "G2": "over_75"})
    assert ["today"] == [plan.id for plan in dossier.plans]


@pytest.mark.parametrize("lang", ["nl", "en", "fr"])
def test_the_file_speaks_the_language_of_the_reader(lang: str) -> None:
    text = written(answered(**BULKY), lang=lang)
    first = {"nl": "# Begindossier", "en": "# Starter dossier", "fr": "# Dossier de départ"}
    assert text.startswith(first[lang])
    build(parse(text))


def test_the_same_answers_give_the_same_file() -> None:
    assert written(answered(**BULKY)) == written(answered(**BULKY))
