"""The tables of the room: criteria with fixed scales, choices of method, kinds of plan, weights by role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thuishaven.packaged import read_table
from thuishaven.ranking import rank_order_centroid

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Criterion:
    """What plans are held against, and the fixed scale on which it counts.

    Parameters
    ----------
    id, name_en
        Its name, in files and for readers.
    measure_en
        What is measured.
    room
        The room that measures it; empty where none does yet.
    unit
        Of the measure.
    points, values
        The scale: worth 0 to 1 at these points of the measure, straight between them. Its ends are the worst
        and the best that is thought of; what lies beyond is clipped and reported.
    indifference, preference
        Differences on the scale up to which two plans are as good, and from which one is fully preferred.
    author, date, status
        Who set the scale, when, and how sure it is.
    """

    id: str
    name_en: str
    measure_en: str
    room: str
    unit: str
    points: tuple[float, ...]
    values: tuple[float, ...]
    indifference: float
    preference: float
    author: str
    date: str
    status: str
    note: str

    @property
    def lowest(self) -> float:
        """Least value of the measure on the scale."""
        return self.points[0]

    @property
    def highest(self) -> float:
        """Largest value of the measure on the scale."""
        return self.points[-1]

    @property
    def less_is_better(self) -> bool:
        """Whether a smaller measure is worth more."""
        return self.values[0] > self.values[-1]

    @property
    def worst(self) -> float:
        """Measure that is worth 0."""
        return self.highest if self.less_is_better else self.lowest

    @property
    def best(self) -> float:
        """Measure that is worth 1."""
        return self.lowest if self.less_is_better else self.highest

    def worth(self, measure: ArrayLike) -> FloatArray:
        """Value 0 to 1 of a measure, any shape; beyond the ends it stays at the end."""
        return np.asarray(np.interp(np.asarray(measure, dtype=float), self.points, self.values))

    def measure(self, worth: ArrayLike) -> FloatArray:
        """The measure that is worth so much: the inverse of :meth:`worth`."""
        values, points = np.array(self.values), np.array(self.points)
        ways = np.argsort(values)
        return np.asarray(np.interp(np.asarray(worth, dtype=float), values[ways], points[ways]))

    def beyond(self, measure: ArrayLike) -> float:
        """Share of the draws in which a measure lies beyond an end of the scale."""
        found = np.asarray(measure, dtype=float)
        return float(np.mean((found < self.lowest) | (found > self.highest)))


@dataclass(frozen=True, slots=True)
class Weights:
    """How the criteria weigh for someone: an order of their swings, or numbers.

    A weight is the worth of the step from the worst to the best end of a scale; it means nothing without the
    scale.

    Parameters
    ----------
    role
        ``firm``, ``adviser``, ``region``; ``own`` for the dossier's.
    order
        Groups of criteria from the most to the least important, a group being a tie; empty where numbers are
        stated.
    stated
        Weight by criterion, adding up to 1; empty where an order is given.
    author, date, reason
        Who, when, and why in the reader's language.
    """

    role: str
    order: tuple[tuple[str, ...], ...]
    stated: Mapping[str, float]
    author: str
    date: str
    status: str
    reason: Mapping[str, str]

    def mean(self) -> dict[str, float]:
        """Mean weight of each criterion: as stated, or the centroid of the order (ties share theirs)."""
        if self.stated:
            whole = sum(self.stated.values())
            return {name: self.stated.get(name, 0.0) / whole for name in criteria()}
        parts = rank_order_centroid(len(criteria())).tolist()
        found: dict[str, float] = {}
        for group in self.order:
            mine, parts = parts[: len(group)], parts[len(group) :]
            found |= {name: sum(mine) / len(group) for name in group}
        return {name: found[name] for name in criteria()}

    def places(self) -> list[list[int]]:
        """The order as places of the criteria, for the ranking."""
        names = list(criteria())
        return [[names.index(name) for name in group] for group in self.order]


@cache
def criteria() -> dict[str, Criterion]:
    """The criteria by id, from ``advice/criteria.csv``."""
    found = {}
    for row in _rows("criteria.csv"):
        pairs = [pair.split(":") for pair in row["curve"].split("|")]
        found[row["id"]] = Criterion(
            row["id"],
            row["name_en"],
            row["measure_en"],
            row["room"],
            row["unit"],
            tuple(float(point) for point, _ in pairs),
            tuple(float(value) for _, value in pairs),
            float(row["indifference"]),
            float(row["preference"]),
            row["author"],
            row["date"],
            row["status"],
            row["note"],
        )
    return found


@cache
def method() -> dict[str, float]:
    """The choices of method by id, from ``advice/method.csv``."""
    return {row["id"]: float(row["value"]) for row in _rows("method.csv")}


@dataclass(frozen=True, slots=True)
class Kind:
    """What the advice knows of a kind of plan.

    Parameters
    ----------
    group
        Kinds that are variants of one thing share their first places: an own plant, automated or not.
    low, high
        Least and most readiness, 0 to 4.
    answers
        Questions of the scan that narrow it; one with a minus counts the other way round.
    """

    group: str
    low: float
    high: float
    answers: tuple[str, ...]


@cache
def kinds() -> dict[str, Kind]:
    """The kinds of plan by id, from ``advice/families.csv``."""
    return {
        row["family"]: Kind(
            row["group"], float(row["low"]), float(row["high"]), tuple(row["answers"].split())
        )
        for row in _rows("families.csv")
    }


@cache
def roles() -> dict[str, Weights]:
    """The weights by role, from ``advice/weights/``; the firm first."""
    from ruamel.yaml import YAML

    found = {}
    folder = resources.files("thuishaven.advice").joinpath("weights")
    for file in sorted(folder.iterdir(), key=lambda file: (file.name != "firm.yaml", file.name)):
        role = file.name.removesuffix(".yaml")
        told = YAML(typ="safe", pure=True).load(file.read_text("utf-8"))
        found[role] = Weights(
            role=role,
            order=tuple((name,) for name in told["order"]),
            stated={},
            author=told["author"],
            date=str(told["date"]),
            status=told["status"],
            reason=told["reason"],
        )
    return found


def _rows(name: str) -> list[dict[str, str]]:
    return read_table("thuishaven.advice", name)
