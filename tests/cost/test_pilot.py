"""A pilot sees what the case itself would see in the same draws, at many values of a what-if at once."""

from __future__ import annotations

import numpy as np
import pytest
from golden_cases import build, rich_tree

from thuishaven.cost.case import AHEAD, Case
from thuishaven.cost.pilot import DRAWS
from thuishaven.cost.scope import Change
from thuishaven.dossier import Settings
from thuishaven.facts import bundled

VALUES = np.linspace(0.8, 1.4, AHEAD).tolist()


def case(draws: int) -> Case:
    found = Case(build(rich_tree()), bundled(), Settings(draws=draws))
    _ = found.costs
    return found


def prices(found: Case) -> list[str]:
    leaves = found.blocks[0].world.ledger.leaves
    return [*found.blocks[0].world.shock_targets("shock"), *(x for x in leaves if x.endswith(".unit_price"))]


def test_with_few_draws_a_pilot_is_the_case_itself() -> None:
    found = case(DRAWS)
    plans = [plan.id for plan in found.plans]
    for name in prices(found):
        ahead = found.pilot.means(name, "scale", VALUES, plans)
        for place in (0, AHEAD // 2, AHEAD - 1):
            means = found.means({name: Change("scale", VALUES[place])})
            assert means == pytest.approx({plan: ahead[plan][place] for plan in plans}, rel=1e-12)


def test_a_pilot_of_many_draws_takes_the_first_of_every_replicate() -> None:
    found = case(1024)
    rows = (np.arange(8)[:, np.newaxis] * 128 + np.arange(DRAWS // 8)).ravel()
    for name in prices(found):
        ahead = found.pilot.means(name, "scale", VALUES, ["home"])
        total = found.totals({name: Change("scale", VALUES[-1])})["home"]
        assert total[rows].mean() == pytest.approx(ahead["home"][-1], rel=1e-12)


def test_an_input_set_to_each_value_in_turn() -> None:
    found = case(DRAWS)
    name = "demand.units_per_year"
    ahead = found.pilot.means(name, "set", np.linspace(8000, 12000, AHEAD).tolist(), ["today"])
    assert found.means({name: Change("set", 12000.0)})["today"] == pytest.approx(
        ahead["today"][-1], rel=1e-12
    )


def test_as_many_values_as_there_are_copies() -> None:
    with pytest.raises(ValueError, match=f"{AHEAD} values"):
        case(DRAWS).pilot.means("demand.units_per_year", "set", [1.0, 2.0], ["today"])
