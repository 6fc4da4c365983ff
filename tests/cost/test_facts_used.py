"""Every fact that an answer lists moves it; without its row the answer is not surer, and says what it fell
back on.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from golden_cases import no_facts

from thuishaven import cost
from thuishaven.cost.scope import Leaf
from thuishaven.dossier import Dossier, ResolvedPlan, Settings, build, load, resolve
from thuishaven.facts import Answer, FactMissing, FactSet, bundled
from thuishaven.uncertainty import from_answer

EXAMPLES = Path(__file__).parents[2] / "examples"
MINIMAL = {
    "thuishaven": 1,
    "as_of": "2026-11-21",
    "company": {"country": "NLD"},
    "product": {"name": "Pot", "cn": "39269097"},
    "demand": {"units_per_year": 50_000},
    "plans": [
        {
            "id": "today",
            "sources": [{"id": "maker", "maker": "supplier", "country": "CHN", "share": 1, "unit_price": 8}],
        },
        {"id": "home", "sources": [{"id": "plant", "maker": "own", "country": "NLD", "share": 1}]},
    ],
}
NAMES = [*sorted(path.stem for path in EXAMPLES.glob("*.yaml")), "minimal"]
YEARS = 10


@cache
def dossier(name: str) -> Dossier:
    return build(MINIMAL) if name == "minimal" else load(EXAMPLES / f"{name}.yaml")


@cache
def plans(name: str) -> tuple[ResolvedPlan, ...]:
    return resolve(dossier(name))


def answer(name: str, facts: FactSet, plan: int, draws: int) -> cost.CostResult:
    """Today and one plan, over a fixed horizon."""
    chosen = Settings(draws=draws, sensitivity=False, horizon_years=YEARS)
    pair = [plans(name)[0], plans(name)[plan]]
    return cost.assess(dossier(name), facts, chosen, plans=pair)


@cache
def usual(name: str, plan: int, draws: int) -> cost.CostResult:
    return answer(name, bundled(), plan, draws)


def figures(result: cost.CostResult) -> bytes:
    """What the plans are worth in every draw, to the firm and to the public."""
    worth = [result.draws(plan, what) for plan in result.plan_ids for what in ("npv", "cost")]
    public = [
        np.asarray(pv) for costs in result.case.costs.values() for pv in costs.by_line(public=True).values()
    ]
    return b"".join(values.tobytes() for values in [*worth, *public])


@cache
def facts_used(name: str) -> dict[str, tuple[Leaf, int]]:
    """Every fact on which some plan of the dossier rests, with the first plan that does."""
    found: dict[str, tuple[Leaf, int]] = {}
    for plan in range(1, len(plans(name))):
        for leaf in usual(name, plan, 8).used_leaves():
            if leaf.answer is not None and leaf.answer.fact.source_id != "thuishaven-plausible-range":
                found.setdefault(leaf.id, (leaf, plan))
    return found


def moved(leaf: Leaf) -> list[float]:
    """One per cent up and down, as far as the limits of the parameter allow."""
    assert leaf.answer is not None
    found = leaf.answer
    high = math.inf if found.parameter.hard_high is None else found.parameter.hard_high
    most = max(end for end in (found.value, found.low, found.high) if end is not None)
    return [factor for factor in (1.01, 0.99) if most * factor <= high]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_moving_any_fact_by_one_percent_moves_the_answer(name: str) -> None:
    still = []
    for identity, (leaf, plan) in facts_used(name).items():
        assert leaf.answer is not None
        # Chances of rare events and whole machines need more draws to show.
        settings = [(factor, draws) for draws in (8, 512) for factor in moved(leaf)]
        if all(
            figures(answer(name, bundled().replace_value(identity, factor), plan, draws))
            == figures(usual(name, plan, draws))
            for factor, draws in settings
        ):
            still.append((identity, leaf.answer.fact.value))
    # A rate of nought is nought again, whatever it is multiplied with.
    assert not [identity for identity, value in still if value != 0]


def asked(leaf: Leaf) -> tuple[str, dict[str, str]]:
    """The question that a fact answered, from the name of its column of draws."""
    assert leaf.answer is not None
    keys = re.search(r"\[(.*)\]$", leaf.column)
    pairs = (pair.partition("=")[::2] for pair in keys[1].split(",") if pair) if keys else ()
    own = dict(pairs)
    known = leaf.answer.parameter.keys
    return leaf.answer.parameter.name, own if set(own) == set(known) else dict(leaf.answer.fact.keys)


def width(found: Answer) -> float:
    """How far apart the ends of an answer are, in proportion where it cannot be negative."""
    quantity = from_answer(found)
    low, high = (float(end) for end in quantity.ppf(np.array([0.05, 0.95])))
    return math.log(high / low) if found.parameter.positive and low > 0 else high - low


def said(result: cost.CostResult) -> set[str]:
    """Warnings, and lines without data."""
    missing = [(row["plan"], row["line"], row["missing"]) for row in result.not_counted()]
    return {json.dumps(row) for row in [*(notice.to_dict() for notice in result.notices), *missing]}


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_without_the_row_of_a_fact_the_answer_falls_back_says_so_and_is_not_surer(name: str) -> None:
    silent, narrower = [], []
    for identity, (leaf, plan) in facts_used(name).items():
        facts = bundled().without(identity)
        result = answer(name, facts, plan, 8)
        parameter, keys = asked(leaf)
        now = None
        with contextlib.suppress(FactMissing):
            now = facts.get(parameter, on=dossier(name).as_of, **keys)
        if not said(result) - said(usual(name, plan, 8)):
            silent.append((identity, now.fact.id if now is not None else None))
        if now is not None and now.value is not None and width(now) < width(leaf.answer) - 1e-9:
            narrower.append((identity, now.fact.id))
    assert not silent
    assert not narrower


@pytest.mark.parametrize("name", NAMES)
def test_without_any_fact_there_is_a_wider_answer_or_a_line_that_is_not_counted(name: str) -> None:
    for plan in range(1, len(plans(name))):
        before, after = usual(name, plan, 512), answer(name, no_facts(), plan, 512)
        missing = {row["line"] for row in after.not_counted()}
        for identity in before.plan_ids:
            ends = [
                np.quantile(result.draws(identity, "cost"), [0.05, 0.5, 0.95]) for result in (before, after)
            ]
            # In proportion: a world of which nothing is known may have lower wages too.
            spread = [float((high - low) / abs(middle)) for low, middle, high in ends]
            assert spread[1] > spread[0] or missing
        assert "plausible_range" in {notice.code for notice in after.notices}
