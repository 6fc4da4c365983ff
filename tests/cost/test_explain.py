"""Every figure can be followed to its inputs, and worked out again from what is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
import recompute
from golden_cases import amounts, known, rich

from thuishaven import cost
from thuishaven.cost.explain import Term
from thuishaven.dossier import Flow, Settings


@pytest.fixture(scope="module")
def result() -> cost.CostResult:
    return known(rich(), draws=512)


#: A line per unit, per year, invested, balanced, in stock, and one of risk.
FIVE = ["home.P03", "today.C02", "home.R02", "today.L10", "home.I02", "today.K01"]


@pytest.mark.parametrize("reference", FIVE)
def test_a_program_recomputes_a_figure_from_its_explanation_alone(
    result: cost.CostResult, reference: str
) -> None:
    plan, _, line = reference.partition(".")
    explanation = result.explain(reference)
    assert recompute.per_unit(explanation) == pytest.approx(explanation.per_unit, rel=1e-9)
    assert amounts(result, plan)[line] == pytest.approx(explanation.per_unit, rel=1e-9)


@pytest.mark.parametrize("plan", ["today", "home", "second"])
def test_so_it_does_every_line_of_a_plan(result: cost.CostResult, plan: str) -> None:
    shown = amounts(result, plan)
    for line, value in shown.items():
        explanation = result.explain(f"{plan}.{line}")
        assert recompute.per_unit(explanation) == pytest.approx(value, rel=1e-9, abs=1e-12), line


def test_a_figure_of_many_draws_is_explained_over_all_of_them() -> None:
    many = known(rich(), draws=8192)
    for reference in ("home.P03", "today.K01"):
        explanation = many.explain(reference)
        assert 8192 == max(term.values.shape[0] for term in explanation.parts[0].inputs)
        assert recompute.per_unit(explanation) == pytest.approx(explanation.per_unit, rel=1e-9)


def test_an_amount_that_was_handed_over_is_explained_too() -> None:
    flows = [Flow("today", "K01", 2028, 1000, 0.25), Flow("today", "K01", 2031, 500)]
    handed = cost.assess(rich(), None, Settings(draws=64, sensitivity=False), flows)
    explanation = handed.explain("today.K01")
    assert [] == list(explanation.parts)
    assert recompute.per_unit(explanation) == pytest.approx(amounts(handed, "today")["K01"], rel=1e-9)


def terms(term: Term) -> Iterator[Term]:
    yield term
    for inner in term.inputs:
        yield from terms(inner)


def test_formulas_within_a_formula_give_what_is_shown(result: cost.CostResult) -> None:
    worked = 0
    for plan in ("today", "home"):
        for line in amounts(result, plan):
            for part in result.explain(f"{plan}.{line}").parts:
                for term in (inner for outer in part.inputs for inner in terms(outer)):
                    if term.formula and term.formula.startswith("def ") and "ndtri" not in term.formula:
                        found = recompute.ran(term.formula, term.inputs, constants())
                        both = np.broadcast_arrays(found, term.values)
                        assert np.allclose(*both, rtol=1e-9, atol=1e-12), term.name
                        worked += 1
    assert worked > 50


def constants() -> dict[str, object]:
    from thuishaven.cost.lines import inventory, quantities, risk

    return {
        "DAYS": quantities.DAYS,
        "MONTHS": quantities.MONTHS,
        "TONNE": quantities.TONNE,
        "excess_weeks": risk.excess_weeks,
        "safety_stock": inventory.safety_stock,
    }


def test_the_plain_form_says_all_of_it_in_json(result: cost.CostResult) -> None:
    for reference in [*FIVE, "home.T03"]:
        plain = json.loads(json.dumps(result.explain(reference).to_dict()))
        assert reference == plain["id"]
        assert plain["method"]["source"]
        parts = plain["parts"]
        assert sum(part["per_unit"] for part in parts) == pytest.approx(plain["per_unit"], rel=1e-9)


def test_an_unknown_figure_is_said_with_an_example(result: cost.CostResult) -> None:
    for wrong in ("nobody.P01", "home.X99", "home.P01"):
        with pytest.raises(LookupError, match=wrong):
            result.explain(wrong)
