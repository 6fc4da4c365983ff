"""The small dossier worked out twice: by the engine, and by a script that knows only the method."""

from __future__ import annotations

import ast
from pathlib import Path

import by_hand
import numpy as np
import pytest
import small

BENCH = Path(by_hand.__file__).parent


@pytest.fixture(scope="module")
def both() -> tuple[small.Case, dict[str, by_hand.Plan]]:
    case = small.case(256)
    return case, by_hand.evaluate(small.drawn(case))


def test_the_script_knows_nothing_of_us() -> None:
    tree = ast.parse((BENCH / "by_hand.py").read_text(encoding="utf-8"))
    imported = {
        name.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([ast.alias(node.module or "")] if isinstance(node, ast.ImportFrom) else node.names)
    }
    assert {"__future__", "dataclasses", "numpy", "scipy"} == imported


@pytest.mark.parametrize("plan", small.PLANS)
def test_unit_cost_and_cash_are_the_same_in_every_draw(
    both: tuple[small.Case, dict[str, by_hand.Plan]], plan: str
) -> None:
    case, theirs = both
    costs = case.costs[plan]
    ours = costs.everything(case.frame.tax_rate) / case.pv_volume
    assert ours == pytest.approx(theirs[plan].unit_tco, rel=1e-9)
    assert (ours * case.pv_volume).mean() / case.pv_volume.mean() == pytest.approx(
        theirs[plan].mean, rel=1e-9
    )
    assert costs.cash is not None
    assert np.abs(theirs[plan].cash).max() * 1e-9 > np.abs(costs.cash - theirs[plan].cash).max()


@pytest.mark.parametrize("plan", small.PLANS)
def test_every_line_is_in_both_and_the_same(
    both: tuple[small.Case, dict[str, by_hand.Plan]], plan: str
) -> None:
    case, theirs = both
    costs, volume = case.costs[plan], float(case.pv_volume.mean())
    lines = {line: float(np.mean(pv)) / volume for line, pv in costs.by_line().items()}
    lines["T03"] = float(np.mean(costs.tax(case.frame.tax_rate))) / volume
    public = {line: float(np.mean(pv)) / volume for line, pv in costs.by_line(public=True).items()}
    assert lines == pytest.approx(theirs[plan].lines, rel=1e-9)
    assert public == pytest.approx(theirs[plan].public, rel=1e-9)
    assert all(amount != 0 for amount in lines.values())
    years: dict[str, np.ndarray] = {}
    for part in costs.parts:
        if not part.line.public:
            years[part.line.id] = years.get(part.line.id, 0.0) + part.by_year
    for line, by_year in years.items():
        assert by_year == pytest.approx(theirs[plan].by_year[line], rel=1e-9, abs=1e-9)


def test_every_input_of_the_script_has_a_distribution_and_draws() -> None:
    case = small.case(64)
    x, marginals = small.drawn(case), small.marginals(case)
    assert {"triangular", "pert", "lognormal", "constant", "normal", "uniform"} == {
        marginal.kind for marginal in marginals.values()
    }
    columns = {name: np.zeros((2, 1)) for name in marginals}
    assert x.keys() == small.as_script(columns).keys()
    assert (64, small.YEARS) == x["z.USD"].shape == x["u.today"].shape
