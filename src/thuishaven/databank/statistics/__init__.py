"""What the published cases come to: counts, rates and curves, each with what it rests on."""

from thuishaven.databank.cases.told import OUTCOMES, Told, told
from thuishaven.databank.figures import Figure
from thuishaven.databank.indicators import MotiveChange
from thuishaven.databank.statistics.gather import Moment, gathered, moment_of, newest
from thuishaven.databank.statistics.result import (
    GROUPS,
    KIND,
    SUBJECTS,
    Counted,
    Left,
    Statistics,
    ages,
    alpha_limits,
    confidence,
    least_cases,
    statistics,
    worked_out,
)
from thuishaven.databank.statistics.rows import COLUMNS, as_csv, rows
from thuishaven.databank.statistics.surveys import SurveyShare, survey_shares
from thuishaven.databank.survival import Curve, Step

__all__ = [
    "COLUMNS",
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
    "SurveyShare",
    "Told",
    "ages",
    "alpha_limits",
    "as_csv",
    "confidence",
    "gathered",
    "least_cases",
    "moment_of",
    "newest",
    "rows",
    "statistics",
    "survey_shares",
    "told",
    "worked_out",
]
