"""A slider answers as a new assessment would, over the same draws."""

from __future__ import annotations

from typing import Any

import pytest
from golden_cases import build, laid_over, rich_tree

from thuishaven import cost
from thuishaven.cost import Slider, UnitCost
from thuishaven.dossier import Dossier, Settings
from thuishaven.facts import bundled

DRAWS = Settings(draws=256, sensitivity=False)


@pytest.fixture(scope="module")
def slider() -> Slider:
    return Slider(build(rich_tree()), bundled(), DRAWS)


def assessed(dossier: Dossier) -> dict[str, dict[str, Any]]:
    plans = cost.assess(dossier, bundled(), DRAWS).to_dict()["plans"]
    return {
        plan["id"]: {name: plan[name] for name in ("unit_tco", "delta_unit_tco", "p_cheaper")}
        for plan in plans
    }


def same(expected: dict[str, dict[str, Any]], found: dict[str, UnitCost]) -> None:
    for plan, figures in expected.items():
        moved = found[plan].to_dict()
        assert figures["unit_tco"] == pytest.approx(moved["unit_tco"], rel=1e-9)
        assert figures["delta_unit_tco"]["mean"] == pytest.approx(moved["delta_unit_tco"], rel=1e-9, abs=1e-9)
        assert figures["p_cheaper"]["value"] == moved["p_cheaper"]
    assert list(expected) == list(found)


def test_as_the_dossier_stands(slider: Slider) -> None:
    same(assessed(build(rich_tree())), slider.now())
    assert slider.now() == slider.move({})


@pytest.mark.parametrize(
    ("name", "patch"),
    [
        ("demand.units_per_year", {"demand": {"units_per_year": 14000.0}}),
        ("product.mass_kg", {"product": {"mass_kg": 14000.0}}),
        ("demand.variation", {"demand": {"variation": 14000.0}}),
    ],
)
def test_a_move_is_an_assessment_with_that_input_exact(
    slider: Slider, name: str, patch: dict[str, Any]
) -> None:
    same(assessed(build(laid_over(rich_tree(), patch))), slider.move({name: 14000.0}))


def test_several_inputs_at_once(slider: Slider) -> None:
    patch = {"demand": {"units_per_year": 8000.0, "variation": 0.9}}
    moved = slider.move({"demand.units_per_year": 8000.0, "demand.variation": 0.9})
    same(assessed(build(laid_over(rich_tree(), patch))), moved)


def test_a_move_leaves_nothing_behind(slider: Slider) -> None:
    before = slider.now()
    slider.move({"demand.units_per_year": 1.0})
    assert before == slider.now()


def test_today_at_a_higher_price_is_dearer_by_what_rests_on_it(slider: Slider) -> None:
    handle = next(handle for handle in slider.handles() if handle.id == "today.main.unit_price")
    assert handle.low <= handle.now <= handle.high
    dearer, cheaper = slider.move({handle.id: 1.2 * handle.now}), slider.move({handle.id: handle.now})
    assert dearer["today"].mean > cheaper["today"].mean
    assert dearer["home"].delta < cheaper["home"].delta


def test_an_unknown_input_is_refused_with_what_looks_like_it(slider: Slider) -> None:
    with pytest.raises(LookupError, match=r"demand\.units_per_year"):
        slider.move({"demand.units": 1.0})


def test_a_rate_that_is_fixed_before_any_draw_is_no_handle(slider: Slider) -> None:
    names = {handle.name for handle in slider.handles()}
    assert names.isdisjoint({"discount_rate", "horizon_years"})
