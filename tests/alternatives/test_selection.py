"""The best set of parts: against every set there is, against HiGHS, and by its properties."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thuishaven.alternatives.selection import Asset, Candidate, Programme, Selection, machines_needed

Problem = tuple[tuple[Candidate, ...], tuple[Asset, ...]]


def worth(chosen: tuple[Candidate, ...], assets: tuple[Asset, ...]) -> float:
    """Gain of a set less its machines, written down once more from the definition."""
    total = sum(candidate.gain for candidate in chosen)
    for asset in assets:
        hours = [candidate.hours for candidate in chosen if candidate.asset == asset.id]
        if hours:
            total -= asset.cost * max(math.ceil(sum(hours) / asset.capacity), 1)
    return total


def sets(candidates: tuple[Candidate, ...]) -> list[tuple[Candidate, ...]]:
    sizes = range(len(candidates) + 1)
    return [chosen for size in sizes for chosen in itertools.combinations(candidates, size)]


def chosen_of(selection: Selection, problem: Problem) -> tuple[Candidate, ...]:
    return tuple(candidate for candidate in problem[0] if candidate.id in selection.parts)


@st.composite
def problems(draw: st.DrawFn, most: int = 7) -> Problem:
    """Small problems in whole euros and quarters of an hour, so that no rounding decides."""
    names = draw(st.sampled_from([(), ("a",), ("a", "b")]))
    money, quarters = st.integers(-40, 120), st.integers(0, 24).map(lambda n: n / 4)
    assets = tuple(
        Asset(name, draw(st.integers(0, 150)), draw(st.sampled_from([1.0, 2.5, 4.0, 8.0]))) for name in names
    )
    count = draw(st.integers(0, most))
    candidates = tuple(
        Candidate(f"p{n}", draw(money), draw(quarters), draw(st.sampled_from([None, *names])))
        for n in range(count)
    )
    return candidates, assets


@given(problems())
@settings(deadline=None, max_examples=200)
def test_no_set_is_better(problem: Problem) -> None:
    best = max(worth(chosen, problem[1]) for chosen in sets(problem[0]))
    programme = Programme(*problem)
    found = programme.best()
    assert best == pytest.approx(found.value, abs=1e-9)
    assert best == pytest.approx(worth(chosen_of(found, problem), problem[1]), abs=1e-9)
    assert best == pytest.approx(programme.optimum()[0], abs=1e-9)
    assert (True, found.value) == (found.proved, found.bound)


@given(problems())
@settings(deadline=None, max_examples=100)
def test_the_machines_give_the_hours_that_the_set_needs(problem: Problem) -> None:
    found = Programme(*problem).best()
    for asset in problem[1]:
        hours = [c.hours for c in chosen_of(found, problem) if c.asset == asset.id]
        number = found.counts[asset.id]
        assert sum(hours) <= number * asset.capacity
        assert bool(hours) is (number > 0)
        assert number == 0 or sum(hours) > (number - 1) * asset.capacity or number == 1


@given(problems(6))
@settings(deadline=None, max_examples=60)
def test_what_each_part_adds_or_lacks(problem: Problem) -> None:
    candidates, assets = problem
    programme = Programme(*problem)
    found = programme.best()
    adds, proved = programme.adds(programme.mask(found.parts))
    assert proved
    for candidate, value in zip(programme.candidates, adds, strict=True):
        if candidate.id in found.parts:
            rest = tuple(other for other in candidates if other.id != candidate.id)
            without = max(worth(chosen, assets) for chosen in sets(rest))
            assert found.value - without == pytest.approx(value, abs=1e-9)
            assert value >= 0
        else:
            forced = max(worth(chosen, assets) for chosen in sets(candidates) if candidate in chosen)
            assert forced - found.value == pytest.approx(value, abs=1e-9)
            assert value <= 0


@given(problems(10))
@settings(deadline=None, max_examples=100)
def test_properties(problem: Problem) -> None:
    candidates, assets = problem
    programme = Programme(*problem)
    found, ruled = programme.best(), programme.greedy()
    # Never worse than nothing, the rule of thumb, or everything that pays by itself.
    assert 0 <= found.value
    assert ruled.value <= found.value + 1e-9
    alone = programme.alone()
    assert {programme.ids[n] for n in np.flatnonzero(alone > 0)} <= set(found.parts)
    assert alone[alone > 0].sum() <= found.value + 1e-9
    # The order of the parts does not matter, and one part fewer never gives more.
    assert found == Programme(candidates[::-1], assets[::-1]).best()
    for name in found.parts:
        rest = [candidate for candidate in candidates if candidate.id != name]
        assert Programme(rest, assets).best().value <= found.value + 1e-9


def highs(programme: Programme) -> float:
    """The same programme, whole, by a general solver of mixed-integer programmes."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    m, k = len(programme.candidates), len(programme.assets)
    rows = []
    for place, asset in enumerate(programme.assets):
        members = np.flatnonzero(programme.group == place)
        row = np.zeros(m + k)
        row[members], row[m + place] = programme.hours[members] / asset.capacity, -1
        rows.append(row)
        for member in members:
            row = np.zeros(m + k)
            row[member], row[m + place] = 1, -1
            rows.append(row)
    found = milp(
        np.concatenate([-programme.gains, programme.costs]),
        integrality=np.ones(m + k),
        bounds=Bounds(0, np.concatenate([np.ones(m), np.full(k, m * 10)])),
        constraints=LinearConstraint(np.array(rows), -np.inf, 0),
        options={"mip_rel_gap": 0},
    )
    assert found.status == 0
    return -float(found.fun)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("alike", [0.02, 0.3, 2.0])
def test_highs_finds_nothing_better(seed: int, alike: float) -> None:
    """Gains that follow the hours closely make it hard, gains that do not make it easy."""
    random = np.random.default_rng(seed)
    assets = [Asset(f"a{n}", float(random.uniform(0.5, 1.5)), 1.0) for n in range(3)]
    hours = random.uniform(0.02, 0.7, 36)
    gains = hours * (1 + random.uniform(-0.2, 0.4)) * (1 + alike * random.normal(size=36))
    candidates = [
        Candidate(f"p{n}", float(gains[n]), float(hours[n]), f"a{n % 3}") for n in range(hours.size)
    ]
    programme = Programme(candidates, assets)
    found = programme.best()
    assert found.proved
    assert highs(programme) == pytest.approx(found.value, abs=2e-5)


def test_a_set_that_only_pays_together_is_found() -> None:
    parts = [Candidate(name, 40.0, 1000.0, "press") for name in ("a", "b", "c")]
    programme = Programme(parts, [Asset("press", 100.0, 3600.0)])
    assert (programme.alone() < 0).all()
    found = programme.best()
    assert (("a", "b", "c"), {"press": 1}, 20.0) == (found.parts, found.counts, found.value)
    assert [20.0, 20.0, 20.0] == programme.adds(programme.mask(found.parts))[0].tolist()


def test_a_second_machine_comes_when_it_pays() -> None:
    parts = [Candidate(f"p{n}", 60.0, 1800.0, "press") for n in range(5)]
    found = Programme(parts, [Asset("press", 100.0, 3600.0)]).best()
    # Two on each machine gain 20 per machine; a fifth alone would cost 40.
    assert (4, {"press": 2}, 40.0) == (len(found.parts), found.counts, found.value)


def test_a_part_larger_than_a_machine_takes_several() -> None:
    found = Programme([Candidate("big", 350.0, 9000.0, "press")], [Asset("press", 100.0, 3600.0)]).best()
    assert ({"press": 3}, 50.0) == (found.counts, found.value)


def test_nothing_is_a_good_answer_when_nothing_pays() -> None:
    found = Programme([Candidate("a", 90.0, 10.0, "press")], [Asset("press", 100.0, 3600.0)]).best()
    assert ((), {"press": 0}, 0.0, 0.0, True) == (
        found.parts,
        found.counts,
        found.value,
        found.gap,
        found.proved,
    )


def test_what_cannot_be_proved_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gains that follow the hours exactly leave more sets than little effort can look at: the gap says so."""
    from thuishaven.alternatives import selection

    random = np.random.default_rng(1)
    hours = random.uniform(0.05, 0.6, 60)
    parts = [Candidate(f"p{n:02}", float(0.26 * h), float(h), "press") for n, h in enumerate(hours)]
    programme = Programme(parts, [Asset("press", 1.0, 4.0)])
    proved = programme.best()
    monkeypatch.setattr(selection, "EFFORT", 60)
    hasty = programme.best()
    assert hasty.value <= proved.bound + 1e-9
    assert hasty.value <= hasty.bound
    assert not hasty.proved
    assert hasty.gap == (hasty.bound - hasty.value) / hasty.bound
    assert proved.value <= hasty.bound + 1e-9


def test_machines_are_whole() -> None:
    hours = np.array([0.0, 1.0, 3600.0, 3601.0, 7200.0])
    assert [1, 1, 1, 2, 2] == machines_needed(hours, 3600.0).tolist()


@pytest.mark.parametrize(
    ("candidates", "assets", "complaint"),
    [
        ([Candidate("a", 1), Candidate("a", 2)], [], "same name"),
        ([], [Asset("x", 1, 1), Asset("x", 1, 1)], "same name"),
        ([Candidate("a", 1, 1, "y")], [Asset("x", 1, 1)], "no such asset: y"),
        ([], [Asset("x", 1, 0)], "capacity above 0"),
        ([], [Asset("x", -1, 1)], "cost of at least 0"),
    ],
)
def test_a_programme_that_makes_no_sense_is_refused(
    candidates: list[Candidate], assets: list[Asset], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        Programme(candidates, assets)
