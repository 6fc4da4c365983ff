"""So what should we do, and what should we find out first? Plans by criteria; see ``docs/advice.md``."""

from thuishaven.advice.assess import asides, assess
from thuishaven.advice.change import Change, compare
from thuishaven.advice.following import Followed
from thuishaven.advice.preferences import Preferences, profile
from thuishaven.advice.preferences import read as read_preferences
from thuishaven.advice.result import Advice
from thuishaven.advice.sentences import Sentence
from thuishaven.advice.tables import Criterion, Weights, criteria, method, roles
from thuishaven.advice.weighing import Comparison, Turn

__all__ = [
    "Advice",
    "Change",
    "Comparison",
    "Criterion",
    "Followed",
    "Preferences",
    "Sentence",
    "Turn",
    "Weights",
    "asides",
    "assess",
    "compare",
    "criteria",
    "method",
    "profile",
    "read_preferences",
    "roles",
]
