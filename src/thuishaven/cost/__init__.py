"""What does each plan really cost? Cash flows per line, year and draw; see ``docs/cost.md``."""

from thuishaven.cost import frontier
from thuishaven.cost.assess import assess, with_own_facts
from thuishaven.cost.result import CostResult
from thuishaven.cost.siblings import Gain, Siblings
from thuishaven.cost.slider import Handle, Slider, UnitCost
from thuishaven.cost.stream import Summary, stream

__all__ = [
    "CostResult",
    "Gain",
    "Handle",
    "Siblings",
    "Slider",
    "Summary",
    "UnitCost",
    "assess",
    "frontier",
    "stream",
    "with_own_facts",
]
