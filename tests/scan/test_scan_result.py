"""What the scan comes to: archetypes, shares, gates, reasons, what would change it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from scan_cases import ABOUT, BULKY, GATES, answered

from thuishaven.dossier import DossierError, Settings
from thuishaven.scan import assess, compare, criteria, gates, method, questions, read, strategies

CASES = YAML(typ="safe").load(Path(__file__).with_name("archetypes.yaml").read_text(encoding="utf-8"))
FEW = Settings(draws=512)
RESHORE = {"reshore_oo", "reshore_os", "reshore_so", "reshore_ss"}
codes = {
    name: st.sampled_from([*asked.codes, "unknown", None])
    for name, asked in {**gates(), **questions()}.items()
    if name != "G2"
}
scans = st.fixed_dictionaries(codes).map(
    lambda found: {name: code for name, code in found.items() if code is not None}
)


def shares(raw: Any, chosen: Settings | None = None) -> dict[str, float]:
    return {item.id: item.first for item in assess(raw, chosen).strategies}


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_an_archetype_comes_out_as_the_note_says(case: dict[str, Any]) -> None:
    places = {name: round(2 * x) + 3 for name, x in case["answers"].items()}
    result = assess(answered(**case.get("gates", {}), **places))
    found = {item.id: item.first for item in result.strategies}
    for name, expected in case["shares"].items():
        assert found[name] == pytest.approx(expected, abs=CASES["tolerance"])
    assert result.form is not None
    assert case.get("label", result.form.label) == result.form.label


# ---- shares


@settings(max_examples=40, deadline=None)
@given(scans)
def test_shares_add_up_and_what_is_closed_has_none(raw: dict[str, str]) -> None:
    result = assess(raw, FEW)
    live = [item for item in result.strategies if item.state != "closed"]
    table = np.array([item.rank_acceptability for item in live])
    np.testing.assert_allclose(table.sum(axis=0), 1)
    np.testing.assert_allclose(table.sum(axis=1), 1)
    assert all(not any(item.rank_acceptability) for item in result.strategies if item.state == "closed")
    assert sum(result.groups.values()) == pytest.approx(1)
    json.dumps(result.to_dict(), allow_nan=False)


@settings(max_examples=30, deadline=None)
@given(scans, st.randoms())
def test_the_order_of_the_answers_does_not_matter(raw: dict[str, str], chance: Any) -> None:
    names = list(raw)
    chance.shuffle(names)
    assert assess(raw, FEW).to_dict() == assess({name: raw[name] for name in names}, FEW).to_dict()


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(scans, st.data())
def test_filling_in_an_unknown_never_widens_an_interval(raw: dict[str, str], data: st.DataObject) -> None:
    open_ones = [name for name in (*questions(), "G5") if raw.get(name, "unknown") == "unknown"]
    before = {item.id: item for item in assess(raw, FEW).strategies}
    if not open_ones:
        return
    name = data.draw(st.sampled_from(open_ones))
    asked = gates().get(name) or questions()[name]
    after = {
        item.id: item
        for item in assess({**raw, name: data.draw(st.sampled_from(asked.codes))}, FEW).strategies
    }
    for key, item in after.items():
        assert before[key].low - 1e-12 <= item.low <= item.high <= before[key].high + 1e-12


@settings(max_examples=30, deadline=None)
@given(scans)
def test_every_score_lies_between_its_ends_at_the_mean_weights(raw: dict[str, str]) -> None:
    """The ends hold for any answers, effects and gates; only the weights are those in the middle."""
    from thuishaven.scan.scoring import mean_weights, scores, worlds
    from thuishaven.scan.tables import ranked

    told = read(raw)
    assert worlds(1, 512) is worlds(1, 512)
    values = scores(told, 1, 512).values
    middle = np.einsum("g,gsd->sd", mean_weights(told), values)
    for item in assess(told, FEW).strategies:
        place = ranked().index(item.id)
        drawn = middle[place][middle[place] > -100]
        assert drawn.size == 0 or item.low - 1e-9 <= drawn.min() <= drawn.max() <= item.high + 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("name", questions())
def test_a_question_without_an_answer_is_no_answer_of_its_own(name: str) -> None:
    """It is not read as the lowest, nor as the middle: it is any of them."""
    without = shares(answered(**{name: None}))
    assert without == shares(answered(**{name: "unknown"}))
    for place in range(1, 6):
        assert without != shares(answered(**{name: place}))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["G1", "G4", "G5"])
def test_a_gate_without_an_answer_is_no_answer_of_its_own(name: str) -> None:
    raw = answered(**BULKY, S1=5, S3=5)
    without = shares({**raw, name: "unknown"})
    for code in gates()[name].codes:
        assert without != shares({**raw, name: code})


def test_what_is_not_known_is_flagged() -> None:
    result = assess(answered(G3=None, G5="unknown"))
    expected = [("gate_open", {"id": "G3"}), ("gate_open", {"id": "G5"})]
    assert expected == [(warning.code, warning.params) for warning in result.warnings]
    assert {"G3", "G5"} <= {item["id"] for item in result.next() if item["kind"] == "gate"}


def test_a_gate_without_an_answer_leaves_what_it_may_close_unsure() -> None:
    result = assess(answered(G4=None, **BULKY))
    states = {item.id: (item.state, item.gates) for item in result.strategies}
    assert states["reshore_so"] == ("unsure", ("G4",))
    assert states["reshore_oo"] == ("closed", ("G1",))
    assert states["stay"] == ("open", ())
    known = shares(answered(**BULKY))
    assert 0 < result.strategy("reshore_so").first < known["reshore_so"]


# ---- gates


@pytest.mark.parametrize(
    ("gate", "code", "expected"),
    [
        ("G1", "own", {"reshore_so", "reshore_ss"}),
        ("G1", "supplier", {"reshore_oo", "reshore_os"}),
        ("G1", "both", set()),
        ("G1", "home", RESHORE),
        ("G3", "must_stay", {*RESHORE, "nearshore", "friendshore"}),
        ("G3", "must_be_home", {"friendshore"}),
        ("G4", "own", {"reshore_os", "reshore_ss"}),
        ("G4", "supplier", {"reshore_oo", "reshore_so"}),
        ("G4", "no", RESHORE),
    ],
)
def test_a_gate_closes_what_it_says(gate: str, code: str, expected: set[str]) -> None:
    result = assess(answered(**{"G1": "both", gate: code}), FEW)
    closed = {item.id: item.gates for item in result.strategies if item.state == "closed"}
    assert dict.fromkeys(expected, (gate,)) == closed


def test_a_rule_of_origin_closes_staying_when_the_source_lies_outside() -> None:
    told = {"answers": answered(G3="must_be_home"), "about": {"home": "BEL", "source_country": "CHN"}}
    closed = {item.id for item in assess(told, FEW).strategies if item.state == "closed"}
    assert {"stay", "improve_abroad", "more_stock"} <= closed
    inside = {**told, "about": {"home": "BEL", "source_country": "POL"}}
    assert assess(inside, FEW).strategy("stay").state == "open"
    unknown = assess({"answers": answered(G3="must_be_home")}, FEW)
    assert ["area_unchecked"] == [warning.code for warning in unknown.warnings]


def test_what_is_sold_where_it_is_made_stays_there() -> None:
    result = assess({"G2": "over_75"})
    assert ("local_for_local", (), None) == (result.status, result.strategies, result.direction)
    assert ["local_for_local"] == result.to_dict()["plans"]


def test_a_dependency_on_an_input_takes_from_moving_and_gives_to_replacing() -> None:
    raw = answered(S1=5, S2=5, S3=5)
    without, with_it = shares(raw), shares({**raw, "G5": "yes"})
    assert with_it["substitute"] > without["substitute"]
    assert with_it["nearshore"] <= without["nearshore"]
    before, after = assess(raw, FEW), assess({**raw, "G5": "yes"}, FEW)
    assert after.strategy("circular").high > before.strategy("circular").high
    assert after.strategy("nearshore").high < before.strategy("nearshore").high


def test_more_than_eight_open_questions_give_no_advice() -> None:
    names = list(questions())
    most = int(method()["most_unknown"])
    enough = assess(answered(**dict.fromkeys(names[:most])), FEW)
    too_little = assess(answered(**dict.fromkeys(names[: most + 1])), FEW)
    assert ("advice", "too_little_known") == (enough.status, too_little.status)
    assert (None, (), ()) == (too_little.direction, too_little.flips, too_little.reasons_for)
    assert most + 1 == len(too_little.find_out)


# ---- why, and what would change it


def test_reasons_are_the_answers_that_differ_between_the_two() -> None:
    result = assess(answered(**BULKY, S1=5))
    assert ("reshore_so", "reshore") == (result.best, strategies()[result.best].group)
    assert strategies()[result.challenger].group != "reshore"
    sizes = [reason.size for reason in result.reasons_for]
    assert sorted(sizes, reverse=True) == sizes
    assert min(sizes) > 0
    assert {"C1", "C2"} <= {reason.question for reason in result.reasons_for}
    assert "S1" in {reason.question for reason in result.reasons_against}
    assert all(reason.size < 0 for reason in result.reasons_against)


def test_a_middle_answer_and_an_unknown_one_are_no_reasons() -> None:
    result = assess(answered(C1=5, Q1=None))
    told = {reason.question for item in result.strategies for reason in item.reasons_for}
    assert {"C1"} == told


@pytest.mark.parametrize("changes", [BULKY, {"Q1": 4}, {"S1": 5, "S2": 5}])
def test_each_answer_that_would_change_the_advice_does(changes: dict[str, int]) -> None:
    result = assess(answered(**changes), FEW)
    assert result.flips
    for flip in result.flips[:6]:
        other = answered(**changes) | {name: then for name, _now, then in flip.changes}
        after = assess(other, FEW)
        assert (flip.first, True) == (after.best, after.best != result.best)
        assert flip.share == pytest.approx(after.groups[strategies()[flip.first].group])
    one = [flip.distance for flip in result.flips if flip.changes[0][0] in questions()]
    assert sorted(one) == one


def test_where_no_question_changes_it_alone_pairs_are_tried() -> None:
    high = ["T1", "C1", "C2", "C3", "P1", "P3"]
    raw = answered(**dict.fromkeys(high, 5), G1="own", G4="own")
    result = assess(raw, FEW)
    pairs = [flip for flip in result.flips if flip.changes[0][0] in questions()]
    assert pairs
    assert {2} == {len(flip.changes) for flip in pairs}
    for flip in pairs[:5]:
        after = assess(raw | {name: then for name, _now, then in flip.changes}, FEW)
        assert flip.first == after.best != result.best


def test_to_find_out_comes_first_what_makes_the_advice_surest() -> None:
    result = assess(answered(Q1=None, M3=None, C1=4))
    gains = [item.gain for item in result.find_out]
    assert (sorted(gains, reverse=True), "Q1") == (gains, result.find_out[0].id)
    assert min(gains) >= 0
    turned = {code: assess(answered(Q1=code, M3=None, C1=4)).best for code in "12345"}
    assert {code for code, best in turned.items() if best != result.best} == set(result.find_out[0].turns)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(scans)
def test_what_an_answer_is_worth_is_the_growth_of_the_largest_share(raw: dict[str, str]) -> None:
    result = assess(raw, FEW)
    for item in result.find_out[:2]:
        asked = gates().get(item.id) or questions()[item.id]
        found = [shares({**raw, item.id: code}, FEW) for code in asked.codes]
        mean = {name: np.mean([each[name] for each in found]) for name in found[0]}
        expected = np.mean([max(each.values()) for each in found]) - max(mean.values())
        assert item.gain == pytest.approx(max(expected, 0), abs=1e-9)


def test_changing_one_answer_shows_what_changed_and_why() -> None:
    before, after = assess(answered(**BULKY)), assess(answered(**BULKY) | {"C1": 1})
    change = compare(before, after)
    assert (("C1", "5", "1"),) == change.answers
    assert change.before == "reshore_so"
    name, old, new = change.shares[0]
    assert (shares(answered(**BULKY))[name], after.strategy(name).first) == (old, new)
    assert ["C1"] == [question for question, _size in change.because]
    same = compare(before, before)
    assert ((), (), ()) == (same.answers, same.shares, same.weights)


def test_changing_weights_shows_which() -> None:
    told = {"answers": answered(**BULKY)}
    change = compare(assess(told), assess({**told, "order": ["S", "M"]}))
    assert set(criteria()) == {name for name, _old, _new in change.weights}
    assert not change.answers
    assert change.shares


def test_scans_that_were_drawn_otherwise_are_not_compared() -> None:
    with pytest.raises(ValueError, match="chance would play a part"):
        compare(assess(answered()), assess(answered(), FEW))


# ---- weights


def test_an_order_and_weights_move_the_means() -> None:
    from thuishaven.scan.scoring import mean_weights, weights

    names = list(criteria())
    for raw in ({}, {"order": "S T"}, {"order": [["S", "T"], "C"]}, {"weights": dict.fromkeys(names, 2)}):
        told = read({**raw})
        drawn = weights(told, 1, 65536)
        np.testing.assert_allclose(drawn.mean(axis=0), mean_weights(told), atol=0.004)
        np.testing.assert_allclose(drawn.sum(axis=1), 1)
    ordered = weights(read({"order": "S T"}), 1, 512)
    rest = [place for place, name in enumerate(names) if name not in ("S", "T")]
    assert (ordered[:, names.index("S")] >= ordered[:, names.index("T")]).all()
    assert (ordered[:, [names.index("T")]] >= ordered[:, rest]).all()


def test_minding_security_more_turns_the_security_case() -> None:
    raw = {"answers": answered(S1=5, S2=5)}
    assert shares({**raw, "order": ["S"]})["stay"] < shares(raw)["stay"]


# ---- the same every time


def test_the_same_answers_give_the_same_bytes_in_another_process() -> None:
    raw = {"answers": answered(**BULKY, Q1=None), "about": ABOUT}
    code = (
        "import json, sys; from thuishaven.scan import assess;"
        "print(json.dumps(assess(json.load(sys.stdin)).to_dict()))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(raw), capture_output=True, text=True, check=True
    )
    assert json.dumps(assess(raw).to_dict()) == told.stdout.strip()


def test_a_result_can_be_made_again_from_itself() -> None:
    raw = {"answers": answered(**BULKY, Q1=None), "order": ["C", ["Q", "T"]], "about": ABOUT}
    first = assess(raw, Settings(draws=1024, seed=7)).to_dict()
    chosen = Settings(draws=first["settings"]["draws"], seed=first["settings"]["seed"])
    assert first == assess(first["answers"], chosen).to_dict()


def test_another_seed_gives_almost_the_same_shares() -> None:
    one, two = shares(answered(**BULKY)), shares(answered(**BULKY), Settings(seed=2))
    assert one != two
    assert max(abs(one[name] - two[name]) for name in one) < 0.05


def test_the_result_says_what_it_should() -> None:
    found = assess({"answers": answered(**BULKY, Q1=None), "about": ABOUT}).to_dict()
    assert "thuishaven.scan/1" == found["schema"]
    assert {"id", "state", "rank_acceptability", "reasons_for", "reasons_against", "advantage"} <= set(
        found["strategies"][0]
    )
    assert ["Q1"] == found["unanswered"]
    assert all(rate["provenance"]["source_url"].startswith("http") for rate in found["base_rates"])
    assert 2 <= len(found["plans"]) <= 6
    assert "improve_abroad" in found["plans"]
    assert {"question", "figure"} == {item["kind"] for item in found["next"]}


# ---- reading answers


def test_an_answer_is_a_place_a_code_or_a_text_in_any_language() -> None:
    forms = (
        {"C1": 5},
        {"c1": "5"},
        {"C1": "less than 10%"},
        {"C1": "minder dan 10%"},
        {"C1": "Moins de 10 %"},
    )
    assert [{"C1": "5"}] * len(forms) == [dict(read(form).given) for form in forms]
    gate = ({"G1": 2}, {"G1": "supplier"}, {"G1": "een toeleverancier in het buitenland"})
    assert [{"G1": "supplier"}] * len(gate) == [dict(read(form).given) for form in gate]
    assert {"G3": "no", "G5": "yes"} == dict(read({"G3": False, "G5": True}).given)
    assert {"C1": "unknown"} == dict(read({"C1": "weet ik niet", "C2": None, "C3": ""}).given)
    assert dict(read({"answers": GATES}).given) == GATES


def test_answers_come_back_as_they_were_told() -> None:
    raw = {"answers": answered(Q1="unknown"), "order": [["C"], ["Q", "T"]], "about": ABOUT}
    told = read(raw)
    assert told == read(told.to_dict())
    assert told is read(told)


@pytest.mark.parametrize(
    ("raw", "code", "where"),
    [
        (["C1"], "wrong_type", "answers"),
        ({"answers": 3}, "wrong_type", "answers"),
        ({"C9": 1}, "unknown_field", "C9"),
        ({"C1": 6}, "unknown_choice", "C1"),
        ({"C1": 2.5}, "unknown_choice", "C1"),
        ({"C1": "a lot"}, "unknown_choice", "C1"),
        ({"G1": "someone"}, "unknown_choice", "G1"),
        ({"C1": True}, "unknown_choice", "C1"),
        ({"order": ["X"]}, "unknown_choice", "order"),
        ({"order": ["C", "C"]}, "duplicate", "order"),
        ({"order": 3}, "wrong_type", "order"),
        ({"weights": {"C": 1}}, "missing", "weights.Q"),
        ({"weights": [1]}, "wrong_type", "weights"),
        ({"weights": dict.fromkeys("CQTPILSM", -1)}, "negative", "weights.C"),
        ({"weights": dict.fromkeys("CQTPILSM", "many")}, "not_a_number", "weights.C"),
        ({"weights": dict.fromkeys("CQTPILSM", 0)}, "wrong_type", "weights"),
        ({"weights": dict.fromkeys("CQTPILSM", 1), "order": ["C"]}, "wrong_type", "weights"),
        ({"about": {"price": 1}}, "unknown_field", "about.price"),
        ({"about": {"home": "Nowhere"}}, "unknown_country", "about.home"),
        ({"about": 3}, "wrong_type", "about"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(raw: Any, code: str, where: str) -> None:
    with pytest.raises(DossierError) as caught:
        assess(raw)
    assert [(code, where)] == [(problem.code, problem.where) for problem in caught.value.problems]
    assert caught.value.problems[0].message()


def test_every_problem_is_said_at_once() -> None:
    with pytest.raises(DossierError) as caught:
        read({"C1": 9, "C2": 9, "X": 1, "order": ["Z"]})
    assert 4 == len(caught.value.problems)
