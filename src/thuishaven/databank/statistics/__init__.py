"""What the published cases come to: counts, rates and curves, each with what it rests on."""

from thuishaven.databank.figures import Figure
from thuishaven.databank.indicators import MotiveChange
from thuishaven.databank.statistics.gather import Moment, gathered, moment_of
from thuishaven.databank.statistics.result import (
    GROUPS,
    KIND,
    SUBJECTS,
    Counted,
    Left,
    Statistics,
    statistics,
    worked_out,
)
from thuishaven.databank.statistics.told import OUTCOMES, Told, told
from thuishaven.databank.survival import Curve, Step

__all__ = [
    "GROUPS",
    "KIND",
    "OUTCOMES",
    "SUBJECTS",
    "Counted",
    "Curve",
    "Figure",
    "Left",
    "Moment",
    "MotiveChange",
    "Statistics",
    "Step",
    "Told",
    "gathered",
    "moment_of",
    "statistics",
    "told",
    "worked_out",
]
