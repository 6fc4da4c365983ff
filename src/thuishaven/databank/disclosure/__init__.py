"""What can be told of confidential dossiers without telling of one organisation?

Count with :func:`tabulate`, then :func:`protect`: a :class:`Protected` is what may leave. Let :func:`finest`
choose how fine to cut, :func:`microdata` which single records may go to a researcher.
"""

from thuishaven.databank.disclosure.audit import OUTSIDER, Demand, Finding, audit, demands, too_narrow
from thuishaven.databank.disclosure.editions import Told, given_away, nearly_the_same
from thuishaven.databank.disclosure.levels import ALL, Finest, Ladder, Level, Node, cut, finest, node_of
from thuishaven.databank.disclosure.microdata import LookAlikes, Microdata, look_alikes, microdata
from thuishaven.databank.disclosure.protection import Check, Protected, protect, protect_together
from thuishaven.databank.disclosure.rules import (
    REASONS,
    Rules,
    cell_reasons,
    changed_by_few,
    dominated,
    equivalent_p,
    estimable,
    reasons,
    usual_rules,
)
from thuishaven.databank.disclosure.suppression import SMALL, Pattern, suppress
from thuishaven.databank.disclosure.tables import (
    COUNT,
    SUM,
    TOTAL,
    Dimension,
    Record,
    Table,
    table_of,
    tabulate,
)

__all__ = [
    "ALL",
    "COUNT",
    "OUTSIDER",
    "REASONS",
    "SMALL",
    "SUM",
    "TOTAL",
    "Check",
    "Demand",
    "Dimension",
    "Finding",
    "Finest",
    "Ladder",
    "Level",
    "LookAlikes",
    "Microdata",
    "Node",
    "Pattern",
    "Protected",
    "Record",
    "Rules",
    "Table",
    "Told",
    "audit",
    "cell_reasons",
    "changed_by_few",
    "cut",
    "demands",
    "dominated",
    "equivalent_p",
    "estimable",
    "finest",
    "given_away",
    "look_alikes",
    "microdata",
    "nearly_the_same",
    "node_of",
    "protect",
    "protect_together",
    "reasons",
    "suppress",
    "table_of",
    "tabulate",
    "too_narrow",
    "usual_rules",
]
