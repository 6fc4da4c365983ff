"""Break-evens and scenarios worked out apart give the advice that is given at once."""

from __future__ import annotations

from pathlib import Path

from thuishaven import advice
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
