"""The tables of the scan: gates, questions, answers, strategies, criteria, base rates, choices of method.

Texts are English messages that the catalogues translate; sizes of effects are assumptions and say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from thuishaven.packaged import read_table

#: The answer of who does not know; a question that was not answered is read the same way.
UNKNOWN = "unknown"
STAY = "stay"
LOCAL = "local_for_local"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a row comes from, and how sure it is."""

    source: str
    source_url: str
    year: str
    status: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to choose from.

    Parameters
    ----------
    code
        What is stored.
    text_en
        What a reader chooses.
    low, high
        What the answer says about the field it goes to, in ``unit``; ``None`` for an open end.
    choice
        The word for a field that holds one.
    unit
        Of ``low`` and ``high``.
    """

    code: str
    text_en: str
    low: float | None
    high: float | None
    choice: str
    unit: str


@dataclass(frozen=True, slots=True)
class Gate:
    """A question that decides what is possible at all."""

    id: str
    name_en: str
    question_en: str
    why_en: str
    answers: tuple[Answer, ...]
    provenance: Provenance

    @property
    def codes(self) -> tuple[str, ...]:
        """What may be answered, beside not knowing."""
        return tuple(answer.code for answer in self.answers)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a question does to a strategy, against staying: -2 to 2.

    ``only_above``: it counts only when the answer leans to the high side. A barrier that is absent is no
    reason to move.
    """

    size: float
    only_above: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question with five answers, from -1 to +1.

    Parameters
    ----------
    criterion
        What it is about.
    effects
        Per strategy; those without effect are left out.
    field
        Path of the dossier that the answer fills as a range, or nothing.
    enter
        Paths of the dossier with which a measured figure replaces the answer.
    """

    id: str
    criterion: str
    name_en: str
    question_en: str
    why_en: str
    answers: tuple[Answer, ...]
    effects: Mapping[str, Effect]
    field: str
    enter: tuple[str, ...]
    provenance: Provenance

    @property
    def codes(self) -> tuple[str, ...]:
        """What may be answered, beside not knowing."""
        return tuple(answer.code for answer in self.answers)

    @property
    def points(self) -> tuple[float, ...]:
        """The answers from -1 to +1."""
        last = len(self.answers) - 1
        return tuple(2 * place / last - 1 for place in range(last + 1))


@dataclass(frozen=True, slots=True)
class Criterion:
    """A group of questions, and the share of firms that named it as a motive (the weights start there)."""

    id: str
    name_en: str
    why_en: str
    prior: float
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Strategy:
    """A direction: its group (the forms of reshoring are near-twins), its kind of plan, its burden of proof.

    ``burden`` is what a change must score to beat staying, which scores 0.
    """

    id: str
    group: str
    family: str
    name_en: str
    group_en: str
    about_en: str
    burden: float
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Closing:
    """An answer to a gate that makes a strategy impossible; ``when`` names a further condition."""

    gate: str
    answer: str
    strategy: str
    when: str


@dataclass(frozen=True, slots=True)
class Shift:
    """An answer to a gate that changes an effect: ``times`` it, ``plus`` more, read like that on ``like``."""

    gate: str
    answer: str
    question: str
    strategy: str
    times: float
    plus: float
    like: str


@dataclass(frozen=True, slots=True)
class BaseRate:
    """How often firms bring production back: a figure with its source, in a sentence."""

    id: str
    text_en: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    provenance: Provenance


def _rows(name: str) -> list[dict[str, str]]:
    return read_table("thuishaven.scan", f"{name}.csv")


def _provenance(row: Mapping[str, str]) -> Provenance:
    return Provenance(row["source"], row["source_url"], row["year"], row["status"])


def _number(text: str) -> float | None:
    return float(text) if text else None


@cache
def method() -> Mapping[str, float]:
    """The choices of the method by name: widths, thresholds, counts. All are assumptions."""
    return {row["name"]: float(row["value"]) for row in _rows("method")}


@cache
def _answers() -> Mapping[str, tuple[Answer, ...]]:
    found: dict[str, list[Answer]] = {}
    for row in _rows("answers"):
        answer = Answer(
            row["code"], row["text_en"], _number(row["low"]), _number(row["high"]), row["choice"], row["unit"]
        )
        found.setdefault(row["question"], []).append(answer)
    return {key: tuple(answers) for key, answers in found.items()}


@cache
def gates() -> Mapping[str, Gate]:
    """The gates by id, in the order in which they are asked."""
    return {
        row["id"]: Gate(
            row["id"],
            row["name_en"],
            row["question_en"],
            row["why_en"],
            _answers()[row["id"]],
            _provenance(row),
        )
        for row in _rows("gates")
    }


@cache
def questions() -> Mapping[str, Question]:
    """The questions by id, in the order in which they are asked."""
    return {
        row["id"]: Question(
            id=row["id"],
            criterion=row["criterion"],
            name_en=row["name_en"],
            question_en=row["question_en"],
            why_en=row["why_en"],
            answers=_answers()[row["id"]],
            effects={name: _effect(row[name]) for name in strategies() if row.get(name)},
            field=row["field"],
            enter=tuple(row["enter"].split()),
            provenance=_provenance(row),
        )
        for row in _rows("questions")
    }


def _effect(text: str) -> Effect:
    return Effect(float(text.removesuffix("h")), text.endswith("h"))


@cache
def criteria() -> Mapping[str, Criterion]:
    """The criteria by id."""
    return {
        row["id"]: Criterion(row["id"], row["name_en"], row["why_en"], float(row["prior"]), _provenance(row))
        for row in _rows("criteria")
    }


@cache
def strategies() -> Mapping[str, Strategy]:
    """The strategies by id; staying is the first, local for local (set by a gate, never ranked) the last."""
    return {
        row["id"]: Strategy(
            row["id"],
            row["group"],
            row["family"],
            row["name_en"],
            row["group_en"],
            row["about_en"],
            float(row["burden"] or 0),
            _provenance(row),
        )
        for row in _rows("strategies")
    }


@cache
def ranked() -> tuple[str, ...]:
    """Ids of the strategies that are ranked, staying first."""
    return tuple(name for name in strategies() if name != LOCAL)


@cache
def closings() -> tuple[Closing, ...]:
    """Which answers to the gates close which strategies."""
    return tuple(
        Closing(row["gate"], row["answer"], row["strategy"], row["when"]) for row in _rows("closings")
    )


@cache
def shifts() -> tuple[Shift, ...]:
    """Which answers to the gates change which effects."""
    return tuple(
        Shift(
            row["gate"],
            row["answer"],
            row["question"],
            row["strategy"],
            float(row["times"]),
            float(row["plus"]),
            row["as"],
        )
        for row in _rows("shifts")
    )


@cache
def base_rates() -> tuple[BaseRate, ...]:
    """How often firms bring production back; always shown beside the advice."""
    return tuple(
        BaseRate(
            row["id"],
            row["text_en"],
            _number(row["value"]),
            _number(row["low"]),
            _number(row["high"]),
            row["unit"],
            _provenance(row),
        )
        for row in _rows("base_rates")
    )
