"""Clocks, fits and the table of a measurement."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Clocked:
    """Medians of some runs: seconds on the wall clock, and seconds of processor time in all threads."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Row:
    """What was measured, in ``unit``, beside the most it may be."""

    what: str
    value: float
    target: float
    unit: str
    also: dict[str, Any] = field(default_factory=dict)

    @property
    def of_target(self) -> float:
        """The value as a part of the target; met where it is 1 or less."""
        return self.value / self.target

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        return {**asdict(self), "of_target": self.of_target, "met": self.of_target <= 1}


def clocked(work: Callable[[], object], runs: int) -> Clocked:
    """Clock some runs, after one that warms up."""
    work()
    return _medians([_once(work) for _ in range(runs)])


def side_by_side(
    ours: Callable[[], object], theirs: Callable[[], object], runs: int
) -> tuple[Clocked, Clocked]:
    """Clock two pieces of work in turns, so that whatever else the machine does falls on both."""
    ours(), theirs()
    pairs = [(_once(ours), _once(theirs)) for _ in range(runs)]
    return _medians([a for a, _ in pairs]), _medians([b for _, b in pairs])


def _once(work: Callable[[], object]) -> Clocked:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Clocked(time.perf_counter() - wall, time.process_time() - cpu)


def _medians(runs: Sequence[Clocked]) -> Clocked:
    return Clocked(median(run.wall for run in runs), median(run.cpu for run in runs))


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Power of the size with which the time grows: slope of a straight line through the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def table(rows: Sequence[Row]) -> str:
    """The rows as text, one a line."""
    lines = [f"{'what':<52}{'measured':>12}{'target':>11}{'of target':>11}"]
    for row in rows:
        met = "" if row.of_target <= 1 else "  not met"
        value, target = (f"{number:.3g} {row.unit}".strip() for number in (row.value, row.target))
        lines.append(f"{row.what:<52}{value:>12}{target:>11}{row.of_target:>11.2f}{met}")
        told = ", ".join(f"{name} {_shown(value)}" for name, value in row.also.items())
        if told:
            lines.append(f"    {told}")
    return "\n".join(lines)


def _shown(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
