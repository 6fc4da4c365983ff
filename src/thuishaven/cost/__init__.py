"""What does each plan really cost? Cash flows per line, year and draw; see ``docs/cost.md``."""

from thuishaven.cost import frontier
from thuishaven.cost.assess import asides, assess, with_own_facts
from thuishaven.cost.breakeven import Driver, drivers
from thuishaven.cost.course import Course, courses
from thuishaven.cost.measures import (
    emission_draws,
    figures_behind,
    line_draws,
    quantity_draws,
    support_draws,
    volume_draws,
)
from thuishaven.cost.registry import CHOICES, input_fields
from thuishaven.cost.result import Asides, CostResult
from thuishaven.cost.scenarios import scenarios
from thuishaven.cost.siblings import Gain, Siblings
from thuishaven.cost.slider import Handle, Slider, UnitCost
from thuishaven.cost.standins import StandIn, StandIns, stand_ins
from thuishaven.cost.stream import Summary, stream
from thuishaven.cost.swing import Swing, swings

__all__ = [
    "CHOICES",
    "Asides",
    "CostResult",
    "Course",
    "Driver",
    "Gain",
    "Handle",
    "Siblings",
    "Slider",
    "StandIn",
    "StandIns",
    "Summary",
    "Swing",
    "UnitCost",
    "asides",
    "assess",
    "courses",
    "drivers",
    "emission_draws",
    "figures_behind",
    "frontier",
    "input_fields",
    "line_draws",
    "quantity_draws",
    "scenarios",
    "stand_ins",
    "stream",
    "support_draws",
    "swings",
    "volume_draws",
    "with_own_facts",
]
