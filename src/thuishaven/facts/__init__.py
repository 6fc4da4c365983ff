"""What do we know about the world, from whom, about when? The store of sourced values.

``bundled()`` gives the facts of the package; ``FactSet.get`` answers one question with its record, its age,
the steps it had to take and how wide it has to be read. ``docs/facts.md`` tells how it works.
"""

from thuishaven.facts.benchmarks import Benchmark, benchmarks
from thuishaven.facts.check import MESSAGES as CHECK_MESSAGES
from thuishaven.facts.check import Problem, check
from thuishaven.facts.countries import Country, countries
from thuishaven.facts.explore import Requirement, explore_coverage, explore_requirements
from thuishaven.facts.fallback import ANY, MESSAGES, WORLD
from thuishaven.facts.model import (
    Answer,
    Fact,
    FactMissing,
    Fallback,
    Parameter,
    Source,
    UnknownParameter,
    fact_id,
    sorted_keys,
)
from thuishaven.facts.notes import note_message
from thuishaven.facts.recipes import hourly_cost, modelled_labour_cost, yearly_hours
from thuishaven.facts.regions import Region, find_region, regions, regions_of
from thuishaven.facts.registry import TableError
from thuishaven.facts.series import NoRate, fx_history, fx_rate
from thuishaven.facts.store import FactSet, bundled
from thuishaven.facts.units import UnitError, convert, factor_in_period

__all__ = [
    "ANY",
    "CHECK_MESSAGES",
    "MESSAGES",
    "WORLD",
    "Answer",
    "Benchmark",
    "Country",
    "Fact",
    "FactMissing",
    "FactSet",
    "Fallback",
    "NoRate",
    "Parameter",
    "Problem",
    "Region",
    "Requirement",
    "Source",
    "TableError",
    "UnitError",
    "UnknownParameter",
    "benchmarks",
    "bundled",
    "check",
    "convert",
    "countries",
    "explore_coverage",
    "explore_requirements",
    "fact_id",
    "factor_in_period",
    "find_region",
    "fx_history",
    "fx_rate",
    "hourly_cost",
    "modelled_labour_cost",
    "note_message",
    "regions",
    "regions_of",
    "sorted_keys",
    "yearly_hours",
]
