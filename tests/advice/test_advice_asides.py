"""Break-evens and scenarios worked out apart give the advice that is given at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from thuishaven import advice, cost
from thuishaven.dossier import Settings, load

POT = Path(__file__).parents[2] / "examples" / "plantenpot.yaml"


def test_two_halves_are_the_whole() -> None:
    dossier, settings = load(POT), Settings(draws=256)
    half = advice.assess(dossier, settings=settings, beside=False)
    assert [] == half.cost.to_dict()["break_even"]
    asides, flows = advice.asides(dossier, settings=settings)
    assert half.work is not None
    assert half.work.flows() == flows
    whole = half.with_asides(asides)
    expected = advice.assess(dossier, settings=settings)
    assert expected.cost.to_dict() == whole.cost.to_dict()
    assert expected.to_dict() == whole.to_dict()


def test_halves_over_many_blocks_of_draws_are_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The half beside it keeps no yearly cash; nor does the world that a scenario starts from."""
    monkeypatch.setattr("thuishaven.cost.case.BLOCK", 128)
    dossier, settings = load(POT), Settings(draws=256, scenario="freight_crisis")
    half = cost.assess(dossier, settings=settings, beside=False)
    whole = half.with_asides(cost.asides(dossier, settings=settings))
    assert cost.assess(dossier, settings=settings).to_dict() == whole.to_dict()


def test_a_page_gets_the_advice_without_the_figures_of_the_region() -> None:
    found = advice.assess(load(POT), settings=Settings(draws=256))
    part, whole = found.to_dict(whole=False), found.to_dict()
    assert found.work is not None
    assert whole | {"region": None} == part
    assert found.work.to_dict() == whole["region"]
    assert list(whole) == list(part)
