"""The cases of the databank: what did others do, and what became of it?

``Cases`` is the life of a case from signal to withdrawal and the search, ``Desk`` the coding desk,
``Matches`` the duplicates, ``Imports`` the lists of others. What sources say are claims; the record is worked
out of them.
"""

from thuishaven.databank.cases.coding import Coding, Disagreement, Task
from thuishaven.databank.cases.days import first_day, last_day, precision
from thuishaven.databank.cases.desk import NO, YES, Desk
from thuishaven.databank.cases.fold import fold
from thuishaven.databank.cases.formats import FORMATS, Entry, RowError
from thuishaven.databank.cases.imports import SEEDS, Batch, Imports, Preview
from thuishaven.databank.cases.machines import events_from, in_order, reachable
from thuishaven.databank.cases.matches import Judgement, Match, Matches, Party, alike, likeness, near
from thuishaven.databank.cases.model import (
    Case,
    Claim,
    Edition,
    Published,
    Record,
    Shown,
    Source,
    Statement,
    StatusLine,
)
from thuishaven.databank.cases.overview import tally, waiting, years
from thuishaven.databank.cases.progress import limit, silence
from thuishaven.databank.cases.published import FACETS, SORTS
from thuishaven.databank.cases.register import REASONS, Cases
from thuishaven.databank.cases.rules import Flaw, flaws
from thuishaven.databank.cases.signals import Signal, Signals
from thuishaven.databank.cases.statements import WORDED
from thuishaven.databank.cases.tokens import labels
from thuishaven.databank.cases.vocabulary import (
    CONFIDENCES,
    SOURCE_KINDS,
    UNKNOWN,
    VERDICTS,
    Field,
    Motive,
    Transition,
    fields,
    motives,
    table,
)

__all__ = [
    "CONFIDENCES",
    "FACETS",
    "FORMATS",
    "NO",
    "REASONS",
    "SEEDS",
    "SORTS",
    "SOURCE_KINDS",
    "UNKNOWN",
    "VERDICTS",
    "WORDED",
    "YES",
    "Batch",
    "Case",
    "Cases",
    "Claim",
    "Coding",
    "Desk",
    "Disagreement",
    "Edition",
    "Entry",
    "Field",
    "Flaw",
    "Imports",
    "Judgement",
    "Match",
    "Matches",
    "Motive",
    "Party",
    "Preview",
    "Published",
    "Record",
    "RowError",
    "Shown",
    "Signal",
    "Signals",
    "Source",
    "Statement",
    "StatusLine",
    "Task",
    "Transition",
    "alike",
    "events_from",
    "fields",
    "first_day",
    "flaws",
    "fold",
    "in_order",
    "labels",
    "last_day",
    "likeness",
    "limit",
    "motives",
    "near",
    "precision",
    "reachable",
    "silence",
    "table",
    "tally",
    "waiting",
    "years",
]
