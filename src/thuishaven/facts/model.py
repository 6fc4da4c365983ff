"""The words of the store: a fact, its source, its parameter, and the answer to a question."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Keys = tuple[tuple[str, str], ...]

STATUSES = ("published", "derived", "unverified", "assumption")
METHODS = ("measured", "derived", "modelled", "assumption")
SHIPS = ("yes", "cite-only", "no")
CONFIDENCES = ("A", "B", "C", "D")
RANGE_KINDS = ("", "p5p95", "minmax", "rounding")
LAYERS = ("bundled", "refreshed", "user")


def sorted_keys(keys: Mapping[str, str]) -> Keys:
    """The keys of a record as a sorted tuple of pairs.

    >>> sorted_keys({"origin": "CHN", "importer": "EU27"})
    (('importer', 'EU27'), ('origin', 'CHN'))
    """
    return tuple(sorted(keys.items()))


def fact_id(parameter: str, keys: Keys, period: str, vintage: str) -> str:
    """The name of a record, the same everywhere: ``parameter[key=value,...]@period#vintage``.

    >>> fact_id("inflation_cpi", (("iso3", "NLD"),), "2024", "WDI 2025")
    'inflation_cpi[iso3=NLD]@2024#WDI 2025'
    """
    inside = ",".join(f"{key}={value}" for key, value in keys)
    name = f"{parameter}[{inside}]" if inside else parameter
    return f"{name}@{period or 'undated'}" + (f"#{vintage}" if vintage else "")


@dataclass(frozen=True, slots=True)
class Fact:
    """One sourced value, exactly as published: value and range in ``unit``, about ``period``.

    ``low`` and ``high`` are 5 % and 95 % points unless ``range_kind`` says ``minmax`` or ``rounding``.
    ``value`` is None for a record that is only a text. Records are never changed: a correction is a new
    record that names the old one in ``supersedes``.
    """

    parameter: str
    keys: Keys
    value: float | None
    low: float | None
    high: float | None
    text: str
    unit: str
    period: str
    vintage: str
    source_id: str
    locator: str
    method: str
    licence: str
    ship: str
    confidence: str
    status: str
    note: str
    range_kind: str = ""
    layer: str = "bundled"
    retrieved_at: str = ""
    sha256: str = ""
    supersedes: str = ""

    @property
    def id(self) -> str:
        """The name of this record (see :func:`fact_id`)."""
        return fact_id(self.parameter, self.keys, self.period, self.vintage)


@dataclass(frozen=True, slots=True)
class Source:
    """Who published a figure, where it was read (``url``) and where the publisher serves it."""

    source_id: str
    publisher: str
    title: str
    url: str
    publisher_url: str
    licence: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A registered name: what its values are measured in, what is plausible, and what to do without one.

    ``chain`` lists the fallback steps in order (see :mod:`thuishaven.facts.fallback`). ``period_kind`` is
    ``observed`` (a statistic over its period), ``from`` (holds from its period until the next record: law)
    or ``timeless`` (holds at any date: distances, geometry, our own assumptions). ``vintages`` is
    ``series`` when all records must come from one edition, ``period`` when all of one period must.
    ``plausible_low`` and ``plausible_high`` are in the canonical ``unit``.
    """

    name: str
    dimension: str
    unit: str
    keys: tuple[str, ...]
    plausible_low: float
    plausible_high: float
    age_months: float | None
    chain: tuple[str, ...]
    positive: bool
    hard_low: float | None
    hard_high: float | None
    distribution: str
    period_kind: str
    vintages: str
    law: bool
    label_en: str
    description: str

    @property
    def last_resort(self) -> bool:
        """Whether the plausible range itself may answer when nothing else does."""
        return self.chain[-1:] == ("plausible",)


@dataclass(frozen=True, slots=True)
class Fallback:
    """One step away from what was asked, as a code and what fills its sentence; said, never silent."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """Plain form: ``{"code": ..., "params": {...}}``."""
        return {"code": self.code, "params": dict(self.params)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the store says to one question, in the canonical unit, with the record it rests on.

    ``gsd`` is the geometric standard deviation to add because of status, age and fallback steps: 1.0 for
    law and for a record with its own range, when no step was made. ``age_months`` runs from the end of the
    period to the day asked about. ``newer_official`` names a later official record when the user's own won.
    """

    fact: Fact
    parameter: Parameter
    value: float | None
    low: float | None
    high: float | None
    unit: str
    age_months: float
    stale: bool
    very_stale: bool
    gsd: float
    fallbacks: tuple[Fallback, ...]
    newer_official: str | None


class FactMissing(LookupError):
    """Nothing is known, and the fallback chain of the parameter ends without an answer. Never read as 0."""

    def __init__(self, parameter: str, keys: Keys) -> None:
        super().__init__(fact_id(parameter, keys, "", "").removesuffix("@undated"))
        self.parameter = parameter
        self.keys = keys


class UnknownParameter(LookupError):
    """The registry has no such parameter, or the question has other keys than the registered ones."""

    def __init__(self, parameter: str, expected: tuple[str, ...] | None, given: tuple[str, ...]) -> None:
        if expected is None:
            text = f"no parameter named {parameter!r} in the registry"
        else:
            text = f"{parameter} takes the keys {list(expected)}, got {list(given)}"
        super().__init__(text)
        self.parameter = parameter
        self.expected = expected
        self.given = given
