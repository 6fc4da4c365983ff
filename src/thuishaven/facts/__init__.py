"""What do we know about the world, from whom, about when? The store of sourced values.

``bundled()`` gives the facts of the package; ``FactSet.get`` answers one question with its record, its age,
the steps it had to take and how wide it has to be read. ``docs/facts.md`` tells how it works.
"""

from thuishaven.facts.countries import Country, countries
from thuishaven.facts.fallback import MESSAGES
from thuishaven.facts.model import (
    Answer,
    Fact,
    Fallback,
    FactMissing,
    Parameter,
    Source,
    UnknownParameter,
    fact_id,
    sorted_keys,
)
from thuishaven.facts.series import NoRate, fx_history, fx_rate
from thuishaven.facts.store import FactSet, bundled
from thuishaven.facts.units import UnitError, convert

__all__ = [
    "MESSAGES",
    "Answer",
    "Country",
    "Fact",
    "FactMissing",
    "FactSet",
    "Fallback",
    "NoRate",
    "Parameter",
    "Source",
    "UnitError",
    "UnknownParameter",
    "bundled",
    "convert",
    "countries",
    "fact_id",
    "fx_history",
    "fx_rate",
    "sorted_keys",
]
