"""Which record answers: layers, dates, editions, fallbacks, and the width that goes with them."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuishaven.facts import (
    Answer,
    Fact,
    FactMissing,
    FactSet,
    UnknownParameter,
    bundled,
    countries,
    fact_id,
    sorted_keys,
)
from thuishaven.facts.registry import parameters, sources, widths

ON = date(2026, 11, 21)
LABOUR = "labour_cost_hourly_manufacturing"


def made(value: float | None, period: str, **fields: object) -> Fact:
    """A record on Dutch labour cost, with what a test wants different."""
    given_fields: dict[str, object] = {
        "parameter": LABOUR,
        "keys": sorted_keys({"iso3": "NLD"}),
        "low": None,
        "high": None,
        "text": "",
        "unit": "EUR/h",
        "vintage": "",
        "source_id": "thuishaven-assumption",
        "locator": "",
        "method": "measured",
        "licence": "own",
        "ship": "yes",
        "confidence": "A",
        "status": "published",
        "note": "",
    }
    given_fields.update(fields)
    return Fact(value=value, period=period, **given_fields)  # type: ignore[arg-type]


def a_store(*facts: Fact) -> FactSet:
    return FactSet(facts, parameters=parameters(), sources=sources(), widths=widths())


def spread(answer: Answer) -> float:
    """How wide an answer is: the distance of its 5 % and 95 % points, in ln for a positive quantity."""
    factor = answer.gsd**1.645
    if answer.low is None or answer.high is None:
        low, high = answer.value, answer.value
    else:
        low, high = answer.low, answer.high
    if answer.parameter.positive and low > 0:
        return math.log(high / low) + 2 * math.log(factor)
    middle = (low + high) / 2
    return (high - low) * factor + abs(middle) * (factor - 1 / factor)


def test_the_latest_period_that_has_ended_answers() -> None:
    store = a_store(made(40, "2023"), made(45, "2025"), made(50, "2026"))
    assert store.get(LABOUR, on=ON, iso3="NLD").value == 45
    assert store.get(LABOUR, on=date(2025, 6, 30), iso3="NLD").value == 40


def test_of_one_period_the_latest_edition_answers() -> None:
    store = a_store(
        made(45.2, "2024", vintage="2025-03 release"), made(46.0, "2024", vintage="2026-03 release")
    )
    assert store.get(LABOUR, on=ON, iso3="NLD").value == 46.0


def test_an_edition_that_was_not_out_yet_is_not_known() -> None:
    store = a_store(
        made(45.2, "2024", vintage="2025-03 release"), made(46.0, "2024", vintage="2026-03 release")
    )
    assert store.get(LABOUR, on=ON, known_on=date(2025, 12, 31), iso3="NLD").value == 45.2
    with pytest.raises(FactMissing):
        a_store(
            made(45.2, "2024", vintage="2025-03 release", parameter="labour_cost_hourly_private_industry")
        ).get("labour_cost_hourly_private_industry", on=ON, known_on=date(2025, 3, 1), iso3="NLD")


def test_a_refreshed_record_beats_a_bundled_one_of_the_same_edition() -> None:
    store = a_store(made(45.2, "2024")).with_facts([made(45.3, "2024")], layer="refreshed")
    assert store.get(LABOUR, on=ON, iso3="NLD").value == 45.3


def test_the_users_own_record_wins_even_when_older_and_the_newer_official_one_is_named() -> None:
    store = a_store(made(45.2, "2024")).with_facts([made(39.0, "2022")])
    answer = store.get(LABOUR, on=ON, iso3="NLD")
    assert (answer.value, answer.fact.layer) == (39.0, "user")
    assert f"{LABOUR}[iso3=NLD]@2024" == answer.newer_official


def test_no_newer_official_record_is_named_when_the_users_own_is_the_newest() -> None:
    store = a_store(made(45.2, "2024")).with_facts([made(47.0, "2025")])
    assert store.get(LABOUR, on=ON, iso3="NLD").newer_official is None


def test_a_users_record_holds_from_the_start_of_its_period() -> None:
    store = a_store(made(45.2, "2024")).with_facts([made(47.0, "2026")])
    assert store.get(LABOUR, on=ON, iso3="NLD").value == 47.0
    assert store.get(LABOUR, on=date(2025, 12, 31), iso3="NLD").value == 45.2


def test_law_holds_from_its_period_until_the_next_record() -> None:
    rate = {"parameter": "vat_rate", "unit": "percent"}
    store = a_store(made(20, "2024-01-01", **rate), made(24, "2025-07-01", **rate))
    assert store.get("vat_rate", on=date(2025, 6, 30), iso3="NLD").value == 0.20
    assert store.get("vat_rate", on=date(2025, 7, 1), iso3="NLD").value == 0.24


def test_a_corrected_record_no_longer_answers() -> None:
    wrong = made(54.2, "2024")
    right = made(45.2, "2024", vintage="corrected", supersedes=wrong.id)
    store = a_store(right, wrong)
    assert store.get(LABOUR, on=ON, iso3="NLD").value == 45.2


def test_editions_are_never_blended_in_a_series() -> None:
    store = a_store(
        made(40, "2022", vintage="2025 edition"),
        made(41, "2022", vintage="2026 edition"),
        made(43, "2023", vintage="2026 edition"),
        made(45, "2024", vintage="2025 edition"),
    )
    assert [fact.value for fact in store.series(LABOUR, iso3="NLD")] == [41, 43]


def test_a_step_of_the_chain_is_said_and_widens() -> None:
    other = made(45.2, "2025", parameter="labour_cost_hourly_total_economy")
    answer = a_store(other).get(LABOUR, on=ON, iso3="NLD")
    direct = a_store(made(45.2, "2025")).get(LABOUR, on=ON, iso3="NLD")
    said = {"parameter": LABOUR, "asked": "iso3 NLD", "used": "labour_cost_hourly_total_economy"}
    assert [{"code": "other_parameter", "params": said}] == [step.to_dict() for step in answer.fallbacks]
    assert direct.gsd < answer.gsd


def test_a_country_of_the_union_takes_its_figure_before_a_world_price() -> None:
    answer = bundled().get("electricity_price_non_household", on=ON, iso3="NLD")
    assert (answer.value, dict(answer.fact.keys)["iso3"]) == (0.1902, "EU27")
    assert [step.code for step in answer.fallbacks] == ["wider_area"]
    turkish = bundled().get("electricity_price_non_household", on=ON, iso3="TUR")
    assert [step.code for step in turkish.fallbacks] == ["other_parameter", "wider_area"]


def test_the_chain_ends_in_the_plausible_range_or_in_missing() -> None:
    answer = a_store().get(LABOUR, on=ON, iso3="NLD")
    assert (answer.low, answer.high, answer.fact.status) == (0.4, 120.0, "assumption")
    assert [step.code for step in answer.fallbacks] == ["plausible_range"]
    with pytest.raises(FactMissing) as missing:
        a_store().get("anti_dumping_rate", on=ON, importer="EU27", cn="871200", origin="CHN")
    assert missing.value.parameter == "anti_dumping_rate"


def test_a_shorter_customs_code_answers_for_a_longer_one() -> None:
    answer = bundled().get("duty_rate", on=ON, importer="EU27", cn="87120030")
    assert (answer.value, [step.code for step in answer.fallbacks]) == (0.14, ["coarser_code"])
    group = bundled().get("duty_rate", on=ON, importer="EU27", cn="87089997")
    assert [step.code for step in group.fallbacks] == ["product_group"]


def test_a_wrong_name_or_wrong_keys_are_said() -> None:
    with pytest.raises(UnknownParameter, match="no parameter named"):
        bundled().get("labour_costs", iso3="NLD")
    with pytest.raises(UnknownParameter, match="takes the keys"):
        bundled().get(LABOUR, country="NLD")


def test_published_percent_and_foreign_money_arrive_in_the_canonical_unit() -> None:
    assert pytest.approx(bundled().get("corporate_income_tax_statutory", on=ON, iso3="NLD").value) == 0.258
    dollars = made(10, "2025", unit="USD/hour")
    euro = a_store(dollars).get(LABOUR, on=ON, iso3="NLD")
    assert euro.value == pytest.approx(10 * 0.885, rel=0.01)
    assert euro.unit == "EUR/h"


def test_width_follows_status_and_age() -> None:
    fresh = a_store(made(45, "2025")).get(LABOUR, on=ON, iso3="NLD")
    assert pytest.approx(fresh.gsd) == 1.05
    unsure = a_store(made(45, "2025", status="unverified")).get(LABOUR, on=ON, iso3="NLD")
    assert pytest.approx(unsure.gsd) == 1.30
    old = a_store(made(45, "2019")).get(LABOUR, on=ON, iso3="NLD")
    beyond = (old.age_months - 18) / 12
    squares = math.log(1.05) ** 2 + math.log(1.15) ** 2 + (beyond * math.log(1.03)) ** 2
    assert math.exp(math.sqrt(squares)) == pytest.approx(old.gsd, rel=1e-4)


def test_law_and_a_record_with_its_own_range_get_no_extra_width() -> None:
    assert bundled().get("vat_rate", on=ON, iso3="NLD").gsd == 1.0
    assert a_store(made(45, "2025", low=40, high=50)).get(LABOUR, on=ON, iso3="NLD").gsd == 1.0


def test_age_counts_from_the_end_of_the_period_and_is_flagged() -> None:
    answer = a_store(made(45, "2024")).get(LABOUR, on=ON, iso3="NLD")
    assert (answer.age_months, answer.stale, answer.very_stale) == (22.7, True, False)
    assert a_store(made(45, "2022")).get(LABOUR, on=ON, iso3="NLD").very_stale
    assert a_store(made(45, "2022")).get(LABOUR, iso3="NLD").age_months == 0.0


def test_an_id_names_parameter_keys_period_and_edition() -> None:
    answer = bundled().get("labour_cost_hourly_manufacturing", on=ON, iso3="CHN")
    assert answer.fact.id == "labour_cost_hourly_manufacturing[iso3=CHN]@2023#from pay"
    assert answer.fact is bundled().fact(answer.fact.id)
    assert fact_id("discount_rate", (), "", "") == "discount_rate@undated"


def test_a_set_never_changes() -> None:
    store = a_store(made(45, "2024"))
    before = store.digest
    name = made(45, "2024").id
    assert store.replace_value(name, 2).get(LABOUR, on=ON, iso3="NLD").value == 90
    assert len(store.without(name)) == 0
    assert len(store.with_facts([made(46, "2025")])) == 2
    assert (before, 1) == (store.digest, len(store))
    with pytest.raises(KeyError):
        store.without("nothing@2024")


def test_the_digest_tells_sets_apart_and_not_their_order() -> None:
    one, two = made(45, "2024"), made(46, "2025")
    assert a_store(one, two).digest == a_store(two, one).digest
    assert a_store(one, two).digest != a_store(one).digest
    assert a_store(one).digest != a_store(one).replace_value(one.id, 1.01).digest
    assert len(bundled().digest) == 32


def test_replacing_a_value_scales_the_range_too() -> None:
    store = a_store(made(45, "2025", low=40, high=50)).replace_value(made(45, "2025").id, 1.1)
    answer = store.get(LABOUR, on=ON, iso3="NLD")
    assert pytest.approx((answer.value, answer.low, answer.high)) == (49.5, 44.0, 55.0)


def used_by_a_calculation() -> list[tuple[str, dict[str, str]]]:
    """Every parameter that may fall back on its plausible range, with keys a calculation would ask."""
    values = {
        "iso3": ("NLD", "CHN", "POL", "VNM"),
        "currency": ("USD", "CNY"),
        "region": ("East Asia",),
        "origin": ("CHN", "POL"),
        "destination": ("NLD",),
        "mode": ("sea", "road"),
        "importer": ("EU27",),
        "cn": ("871200", "39269097"),
        "maker": ("own",),
        "year": ("2027",),
        "scarcity": ("normal", "shortage"),
    }
    asked = []
    for name, parameter in bundled().parameters.items():
        if not parameter.last_resort:
            continue
        combinations: list[dict[str, str]] = [{}]
        for key in parameter.keys:
            combinations = [{**old, key: value} for old in combinations for value in values[key]]
        asked += [(name, keys) for keys in combinations]
    return asked


@pytest.mark.parametrize(("name", "keys"), used_by_a_calculation(), ids=lambda value: str(value)[:60])
def test_deleting_the_record_that_answers_widens_the_answer_and_says_why(
    name: str, keys: dict[str, str]
) -> None:
    answer = bundled().lookup(name, keys, ON)
    if answer.fact.vintage == "plausible range":
        assert answer.fallbacks
        return
    after = bundled().without(answer.fact.id).lookup(name, keys, ON)
    said = after.fallbacks != answer.fallbacks or (after.stale and after.age_months >= answer.age_months)
    assert said
    if not answer.parameter.law or after.fact.status == "assumption":
        assert spread(answer) < spread(after)


PERIODS = st.sampled_from(["2019", "2021", "2023", "2024", "2025", "2026", "2027"])
RECORDS = st.lists(
    st.tuples(
        PERIODS,
        st.floats(1, 100),
        st.sampled_from(["bundled", "refreshed", "user"]),
        st.sampled_from(["", "2024-03 release", "2026-03 release"]),
    ),
    max_size=8,
    unique_by=lambda one: (one[0], one[2], one[3]),
)


@given(records=RECORDS, on=st.dates(date(2018, 1, 1), date(2028, 12, 31)))
def test_no_answer_comes_from_the_future_and_the_order_of_records_is_irrelevant(
    records: list[tuple[str, float, str, str]], on: date
) -> None:
    facts = [made(value, period, layer=layer, vintage=vintage) for period, value, layer, vintage in records]
    answer = a_store(*facts).get(LABOUR, on=on, iso3="NLD")
    again = a_store(*reversed(facts)).get(LABOUR, on=on, iso3="NLD")
    assert (answer.value, answer.fact.layer) == (again.value, again.fact.layer)
    if answer.fact.vintage == "plausible range":
        usable = [
            fact
            for fact in facts
            if int(fact.period) < on.year or (fact.layer == "user" and int(fact.period) <= on.year)
        ]
        assert [fact for fact in usable if date(int(fact.period), 12, 31) <= on] == []
        return
    starts = date(int(answer.fact.period), 1, 1)
    ends = date(int(answer.fact.period), 12, 31)
    assert (starts if answer.fact.layer == "user" else ends) <= on
    if any(fact.layer == "user" and date(int(fact.period), 1, 1) <= on for fact in facts):
        assert answer.fact.layer == "user"


@given(
    value=st.floats(0.5, 100),
    factor=st.floats(0.5, 1.1),
    country=st.sampled_from(sorted(countries())),
)
def test_an_answer_scales_with_its_record(value: float, factor: float, country: str) -> None:
    fact = made(value, "2025", keys=sorted_keys({"iso3": country}), low=value * 0.9, high=value * 1.1)
    store = a_store(fact)
    scaled = store.replace_value(fact.id, factor).get(LABOUR, on=ON, iso3=country)
    assert value * factor == pytest.approx(scaled.value)
    assert scaled.low <= scaled.value <= scaled.high
