"""The tables of the scan: complete, sourced, in three languages, and in step with the dossier."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest

import thuishaven.scan as room
from thuishaven.alternatives import families
from thuishaven.dossier.model import Dossier
from thuishaven.dossier.structure import walk
from thuishaven.scan import base_rates, criteria, gates, method, questions, strategies
from thuishaven.scan.tables import closings, ranked, shifts

FOLDER = Path(room.__file__).parent
TABLES = sorted(FOLDER.glob("*.csv"))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def paths() -> set[str]:
    return {".".join(word for word in path if not word.isdigit()) for path, _member in walk(Dossier)}


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_row_names_its_source_and_how_sure_it_is(path: Path) -> None:
    for row in rows(path):
        if path.stem == "answers":
            continue
        assert row["source"]
        assert row["status"] in {"published", "derived", "assumption", "unverified"}
        assert row["status"] == "assumption" or row["source_url"].startswith("http")


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_text_stands_in_three_languages(path: Path) -> None:
    for row in rows(path):
        for name in [name for name in row if name.endswith("_en")]:
            stem = name.removesuffix("en")
            assert all(row[f"{stem}{lang}"] for lang in ("en", "nl", "fr")), row


def test_there_are_five_gates_and_three_questions_for_each_criterion() -> None:
    assert (5, 24, 8, 14) == (len(gates()), len(questions()), len(criteria()), len(strategies()))
    for name in criteria():
        assert 3 == sum(question.criterion == name for question in questions().values())


@pytest.mark.parametrize("name", questions())
def test_a_question_has_five_answers_and_effects_of_half_a_scale(name: str) -> None:
    question = questions()[name]
    assert (-1.0, -0.5, 0.0, 0.5, 1.0) == question.points
    assert question.effects
    most = method()["largest_effect"]
    assert all(0 < abs(effect.size) <= most for effect in question.effects.values())


@pytest.mark.parametrize("name", questions())
def test_classes_follow_on_each_other(name: str) -> None:
    """Where answers are classes of a quantity, none overlaps the next, in one direction."""
    known = [answer for answer in questions()[name].answers if (answer.low, answer.high) != (None, None)]
    if len(known) < len(questions()[name].answers):
        assert not known
        return
    ends = [
        (float("-inf") if a.low is None else a.low, float("inf") if a.high is None else a.high) for a in known
    ]
    rising = ends[0][0] <= ends[-1][0]
    for (low, high), (after_low, after_high) in pairwise(ends):
        assert low <= high
        assert high <= after_low if rising else low >= after_high
    assert {answer.unit for answer in known} == {known[0].unit} != {""}


def test_every_field_that_is_named_is_a_field_of_the_dossier() -> None:
    known = paths() | {"facts"}
    named = {path for question in questions().values() for path in (*question.enter, question.field) if path}
    assert not named - known


def test_what_gates_do_names_answers_questions_and_strategies_that_exist() -> None:
    for closing in closings():
        assert closing.answer in gates()[closing.gate].codes
        assert closing.strategy in ranked()
    for shift in shifts():
        assert shift.answer in gates()[shift.gate].codes
        assert shift.question in questions()
        assert {shift.strategy, shift.like or "stay"} <= set(ranked())


def test_the_burden_of_proof_is_that_of_the_note() -> None:
    expected = {"stay": 0, "improve_abroad": 0.03, "more_stock": 0.03, "dual_source": 0.05}
    expected |= {"automate_redesign": 0.05}
    assert {name: expected.get(name, 0.08) for name in ranked()} == {
        name: strategies()[name].burden for name in ranked()
    }


def test_plans_of_the_scan_are_of_the_kinds_that_every_room_knows() -> None:
    """Kinds that the other rooms have too carry the same name."""
    shared = {"today", "improve_abroad", "own_home", "supplier_home", "second_source", "bigger_stock"}
    assert shared <= {item.family for item in strategies().values()}
    assert shared <= set(families())


def test_base_rates_are_figures_with_a_sentence() -> None:
    for rate in base_rates():
        numbers = {"value": rate.value, "low": rate.low, "high": rate.high}
        named = {name for name, value in numbers.items() if value is not None}
        assert named
        assert all(f"{{{name}}}" in rate.text_en for name in named)


def test_the_page_names_every_gate_question_strategy_and_criterion_with_its_effects() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "scan.md").read_text(encoding="utf-8")
    for gate in gates().values():
        assert f"| {gate.id} | {gate.question_en} |" in page
        assert all(f"`{answer.code}` {answer.text_en}" in page for answer in gate.answers)
    for question in questions().values():
        line = next(line for line in page.splitlines() if line.startswith(f"| {question.id} |"))
        assert question.question_en in line
        for name, effect in question.effects.items():
            assert f"{name} {effect.size:+g}{'h' if effect.only_above else ''}" in line
    for strategy in strategies().values():
        assert f"| `{strategy.id}` | {strategy.group} | {strategy.name_en} |" in page
    for criterion in criteria().values():
        assert f"| {criterion.id} | {criterion.name_en} | {criterion.prior:g}% " in page
