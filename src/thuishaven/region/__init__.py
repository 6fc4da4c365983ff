"""What does a plan do for work here, and can the people be found? See ``docs/region.md``."""

from thuishaven.region import demand, hiring, jobs, series, shifts, subsidy
from thuishaven.region.assess import assess, wage_subsidies
from thuishaven.region.demand import rounded_jobs
from thuishaven.region.result import RegionResult
from thuishaven.region.schemes import Scheme, schemes
from thuishaven.region.shifts import ShiftSystem, shift_systems

__all__ = [
    "RegionResult",
    "Scheme",
    "ShiftSystem",
    "assess",
    "demand",
    "hiring",
    "jobs",
    "rounded_jobs",
    "schemes",
    "series",
    "shift_systems",
    "shifts",
    "subsidy",
    "wage_subsidies",
]
