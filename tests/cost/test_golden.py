"""Every line function against amounts worked by hand, and the proof that these would notice a wrong one."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from golden_cases import Golden, all_golden, assessed, found, neutral

from thuishaven.cost import CostResult
from thuishaven.cost.engine import TAX_LINE
from thuishaven.cost.explain import Term
from thuishaven.cost.registry import LINES, Line

CASES = {case.name: case for case in all_golden()}


@functools.cache
def result_of(name: str) -> CostResult:
    """The result of a case, worked out once."""
    return CASES[name].result()


def expected(case: Golden) -> dict[str, Any]:
    """The amounts worked by hand, with the room that the case leaves."""
    return {key: pytest.approx(value, rel=case.within, abs=1e-9) for key, value in case.expect.items()}


def actual(case: Golden, result: CostResult) -> dict[str, Any]:
    """The engine's amounts under the names that the case works out."""
    amounts = found(case, result)
    return {key: amounts[key] for key in case.expect}


def of_line(line: Line) -> list[Golden]:
    """The cases in which a line function is not zero."""
    cases = [case for case in CASES.values() if case.line == line.id and case.function in ("", line.name)]
    return [case for case in cases if case.expect["per_unit"] != 0]


@pytest.mark.parametrize("name", CASES)
def test_a_line_gives_the_amounts_worked_by_hand(name: str) -> None:
    case = CASES[name]
    assert expected(case) == actual(case, result_of(name))
    assert case.shows
    assert case.worked


@pytest.mark.parametrize("name", CASES)
def test_what_the_result_shows_of_a_line_is_what_was_worked_out(name: str) -> None:
    amounts = found(CASES[name], result_of(name))
    if "shown_per_unit" in amounts:
        assert amounts["shown_per_unit"] == pytest.approx(amounts["per_unit"], rel=1e-11)


def leaves(term: Term) -> Iterator[Any]:
    """Every leaf below a term of an explanation."""
    if term.leaf is not None:
        yield term.leaf
    for inner in term.inputs:
        yield from leaves(inner)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.line != TAX_LINE])
def test_a_golden_amount_rests_on_the_dossier_alone(name: str) -> None:
    case = CASES[name]
    explanation = result_of(name).explain(f"{case.plan}.{case.line}")
    rests_on = [leaf for part in explanation.parts for term in part.inputs for leaf in leaves(term)]
    assert not [leaf.id for leaf in rests_on if leaf.answer is not None and leaf.answer.fact.status != "user"]
    assert explanation.to_dict()["per_unit"] is not None


def test_every_line_function_has_a_case_in_which_it_is_not_zero() -> None:
    assert not [line.name for line in LINES if not of_line(line)]
    assert any(case.line == TAX_LINE and case.expect["per_unit"] != 0 for case in CASES.values())


@contextmanager
def one_percent_more(position: int) -> Iterator[None]:
    """The line function at a place in the register returns 1.01 times its value."""
    line = LINES[position]
    right = line.function

    @functools.wraps(right)
    def wrong(*inputs: Any) -> Any:
        return 1.01 * right(*inputs)

    LINES[position] = replace(line, function=wrong)
    try:
        yield
    finally:
        LINES[position] = line


@pytest.mark.parametrize("position", range(len(LINES)), ids=[line.name for line in LINES])
def test_one_percent_too_much_in_a_line_makes_its_golden_case_fail(position: int) -> None:
    case = of_line(LINES[position])[0]
    with one_percent_more(position):
        assert expected(case) != actual(case, case.result())


def test_one_percent_too_much_tax_makes_its_golden_case_fail() -> None:
    case = CASES["T03"]
    dearer = neutral(case.dossier | {"company": {"tax_rate": 0.202}})
    assert expected(case) != actual(case, assessed(dearer, **case.settings))


def test_the_neutral_dossier_costs_its_price_and_nothing_hidden() -> None:
    plan = assessed(neutral()).to_dict()["plans"][0]
    hard = {row["id"]: row["per_unit"]["mean"] for row in plan["factors"] if row["class"] == "hard"}
    nothing = {"L02": 0.0, "L04": 0.0, "L06": 0.0, "L07": 0.0, "L10": 0.0, "P01": 10.0, "T03": 0.0}
    assert nothing == {line: value for line, value in hard.items() if line in nothing}
