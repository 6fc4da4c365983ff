"""The words of the databank: its fields, codes, kinds of source and state machines, all from tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from thuishaven.packaged import read_table

#: What a source is, the most trusted kind first; a register counts as much as an authority.
SOURCE_KINDS = ("authority", "register", "company", "academic", "quality_press", "aggregator")
#: A code of its own: the coder looked and the source does not say. A missing code is something else.
UNKNOWN = "unknown"
#: Two coders blind to each other, the round that settles, and what was said outside a coding round.
ROUNDS = ("1", "2", "final", "intake")
#: From a publisher's own file to what has to be checked.
CONFIDENCES = ("A", "B", "C", "D")
VERDICTS = ("same", "different", "unsure")


@dataclass(frozen=True, slots=True)
class Field:
    """One row of ``fields.csv``: something that can be said of a case.

    Parameters
    ----------
    field
        ``move.to_country`` and the like.
    kind
        ``text``, ``code``, ``country``, ``number`` (or a range ``35-40``), ``share`` (0 to 1), ``day``,
        ``status``, a code of a classification (``nace``, ``nuts``, ``cn``, ``prodcom``, ``year``), or a
        registered number: ``kbo``, ``kvk``, ``lei``, ``vat``.
    codes
        The codes; empty where any value goes.
    many
        Whether several values stand beside each other, such as motives; else they contradict each other.
    mandatory
        Whether a coder has to say something of it, if only ``unknown``.
    dated
        Whether values of different dates are a series.
    measure
        Level of measurement for Krippendorff's alpha; empty where it has none.
    labels
        Name of the field by language.
    definitions
        What it means, by language.
    """

    field: str
    kind: str
    codes: tuple[str, ...]
    many: bool
    mandatory: bool
    dated: bool
    measure: str
    labels: Mapping[str, str]
    definitions: Mapping[str, str]

    @property
    def of_move(self) -> bool:
        """Whether it is said of one move rather than of the case."""
        return self.field.startswith("move.")


@dataclass(frozen=True, slots=True)
class Motive:
    """One row of ``motive_codes.csv``: ``role`` is driver, enabler or barrier."""

    code: str
    labels: Mapping[str, str]
    group: str
    role: str
    direction: str


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of ``transitions.csv``."""

    machine: str
    before: str
    event: str
    after: str
    actor: str
    guard: str


def table(name: str) -> list[dict[str, str]]:
    """Rows of a table of the databank in the facts folder, as ``survey_shares``."""
    return read_table("thuishaven.facts", f"tables/databank/{name}.csv")


def own_table(name: str) -> list[dict[str, str]]:
    """Rows of a table beside this module."""
    return read_table("thuishaven.databank.cases", f"{name}.csv")


@cache
def fields() -> Mapping[str, Field]:
    """All fields by name, in the order of the codebook."""
    found = {}
    for row in own_table("fields"):
        codes = tuple(motives()) if row["codes"] == "@motives" else tuple(row["codes"].split())
        found[row["field"]] = Field(
            row["field"],
            row["kind"],
            codes,
            many=row["many"] == "yes",
            mandatory=row["mandatory"] == "yes",
            dated=row["dated"] == "yes",
            measure=row["measure"],
            labels={language: row[f"label_{language}"] for language in ("en", "nl", "fr")},
            definitions={language: row[f"definition_{language}"] for language in ("en", "nl", "fr")},
        )
    return found


@cache
def motives() -> Mapping[str, Motive]:
    """Motives by code: drivers, enablers and barriers."""
    french = {row["code"]: row["label_fr"] for row in own_table("motives_fr")}
    return {
        row["code"]: Motive(
            row["code"],
            {"en": row["label_en"], "nl": row["label_nl"], "fr": french[row["code"]]},
            row["group"],
            row["role"],
            row["default_direction"],
        )
        for row in table("motive_codes")
    }


@cache
def transitions(machine: str) -> tuple[Transition, ...]:
    """The steps of a state machine: ``publication`` or ``implementation``."""
    rows = [*table("transitions"), *own_table("transitions_added")]
    return tuple(
        Transition(
            row["machine"], row["from_state"], row["event"], row["to_state"], row["actor"], row["guard"]
        )
        for row in rows
        if row["machine"] == machine
    )
