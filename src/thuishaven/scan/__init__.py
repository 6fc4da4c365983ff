"""Which strategies look promising? Fifteen minutes of questions, and what they say about where to make it.

The scan ranks directions and never prices them. See ``docs/scan.md`` for the method.
"""

from thuishaven.scan.answers import Answers, read
from thuishaven.scan.assess import Change, Lead, Ranked, ScanResult, assess, compare
from thuishaven.scan.explain import Flip, Reason, Unknown
from thuishaven.scan.starter import starter
from thuishaven.scan.tables import (
    UNKNOWN,
    BaseRate,
    Gate,
    Question,
    base_rates,
    criteria,
    gates,
    method,
    questions,
    strategies,
)

__all__ = [
    "UNKNOWN",
    "Answers",
    "BaseRate",
    "Change",
    "Flip",
    "Gate",
    "Lead",
    "Question",
    "Ranked",
    "Reason",
    "ScanResult",
    "Unknown",
    "assess",
    "base_rates",
    "compare",
    "criteria",
    "gates",
    "method",
    "questions",
    "read",
    "starter",
    "strategies",
]
