"""What is answered of cases, described: the models behind their schemas. Never read back in."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic import Field as Described


class CaseLine(BaseModel):
    """What a list shows of a case."""

    id: str
    number: int = Described(description="Short number; it never changes.")
    version: int
    name: str
    title: str
    product: str
    lang: dict[str, str] = Described(
        default={}, description="Language of the title and of the product, in two letters, where it is known."
    )
    state: str = Described(description="State of the move at the newest evidence.")
    as_of: str = Described(description="Day of that evidence, as exact as it is known.")
    announced: str
    jobs: dict[str, Any]
    moves: int
    facets: dict[str, list[str]]


class ValueCount(BaseModel):
    """How many of the cases found have a value; its own facet's choice left aside."""

    value: str
    cases: int


class CasesAnswer(BaseModel):
    """Published cases that match, with exact counts."""

    schema_: str = Described(alias="schema")
    release: str | None = Described(description="The release that was asked for.")
    total: int
    page: int
    size: int
    cases: list[CaseLine]
    facets: dict[str, list[ValueCount]]


class CaseVersion(BaseModel):
    """A published version; it stays citable."""

    version: int
    at: str
    digest: str
    reason: str


class CaseStatus(BaseModel):
    """A state that the move was in."""

    state: str
    occurred_on: str
    precision: str = Described(description="day, month, year, or article: a latest date.")
    as_of: str
    claim: int
    source: str
    recorded_at: str
    differ: list[int] = Described(description="Claims with another date.")


class CaseValue(BaseModel):
    """A value of the record with the claim that it is taken from."""

    field: str
    move: int = Described(description="Which move, from 1; 0 for the case as a whole.")
    value: str
    as_of: str
    qualifiers: dict[str, str]
    claim: int
    source: str
    agree: int = Described(description="How many sources say the same.")
    differ: list[int] = Described(description="Claims about the same thing and day that say something else.")
    series: list[dict[str, Any]] = Described(description="Values at earlier days.")


class CaseClaim(BaseModel):
    """What a source says."""

    id: int
    move: int
    field: str
    value: str
    qualifiers: dict[str, str]
    as_of: str
    valid_from: str
    valid_to: str
    source: str
    locator: str
    round: str
    confidence: str
    recorded_at: str
    supersedes: int


class CaseSource(BaseModel):
    """A publication."""

    id: str
    kind: str
    publisher: str
    title: str
    url: str
    archive_url: str
    sha256: str
    published_on: str
    accessed_on: str
    language: str


class CaseAnswer(BaseModel):
    """A case with its claims and sources; of one that was withdrawn only what is left."""

    schema_: str = Described(alias="schema")
    id: str
    number: int
    name: str
    release: str | None
    version: int | None = Described(description="Nothing for a case that was withdrawn.")
    publication: str = Described(description="published or withdrawn.")
    withdrawn: str | None = Described(description="Why it was withdrawn.")
    versions: list[CaseVersion]
    status: list[CaseStatus]
    values: list[CaseValue]
    lists: list[CaseValue] = Described(description="Values that stand beside each other, as motives.")
    claims: list[CaseClaim]
    sources: list[CaseSource]


class CaseFigure(BaseModel):
    """A figure with what it rests on; no value where one would mislead."""

    name: str
    value: float | None
    unit: str
    numerator: float | None
    denominator: float | None
    n: int = Described(description="Cases counted.")
    of: int = Described(description="Cases in question.")
    coverage: float | None
    as_of: str
    low: float | None
    high: float | None
    se: float | None
    spread: str = Described(description="interval or quartiles.")
    reason: str = Described(description="Why there is no value.")
    caveats: list[str]
    params: dict[str, Any]


class CaseRealisation(BaseModel):
    """Jobs realised of jobs announced at one age."""

    sums: CaseFigure
    cases: CaseFigure = Described(description="The median of the ratios of the cases.")


class CaseStatisticsAnswer(BaseModel):
    """What the published cases of one kind come to."""

    schema_: str = Described(alias="schema")
    release: str | None
    reliability_of: str | None = Described(description="The release that reliability is of.")
    as_of: str
    kind: str
    kinds: dict[str, int]
    n: int
    picked_by_hand: int
    outcomes: dict[str, int]
    counts: dict[str, list[dict[str, Any]]] = Described(description="By sector, origin, motive and year.")
    jobs_announced: CaseFigure
    realisation: list[CaseRealisation]
    started: dict[str, Any] = Described(description="From announcement to production: a curve of steps.")
    standing: dict[str, Any] = Described(description="Not taken back: a curve of steps.")
    reversal: CaseFigure
    reversal_by: dict[str, list[dict[str, Any]]]
    slippage: CaseFigure
    motives_before_and_after: list[dict[str, Any]]
    coverage: CaseFigure
    reliability: list[dict[str, Any]]


class ReleaseLine(BaseModel):
    """A release, as it was handed out."""

    version: str
    at: str
    hash: str = Described(description="SHA-256 of its manifest: equal for equal data.")
    cases: int
    previous: str | None
    reason: str
    publisher: str
    doi: str | None
    licence: str


class ReleasesAnswer(BaseModel):
    """The releases, newest first."""

    schema_: str = Described(alias="schema")
    releases: list[ReleaseLine]


class ReleaseFile(BaseModel):
    """A file of a release."""

    path: str
    bytes: int


class ReleaseChange(BaseModel):
    """What happened to a case since the release before."""

    kind: str = Described(description="added, changed, withdrawn or left_out.")
    case: str
    number: int
    version: int | None
    reason: str


class ReleaseAnswer(ReleaseLine):
    """A release with its files and what changed; no files where they must be made again."""

    schema_: str = Described(alias="schema")
    manifest: dict[str, str] = Described(description="SHA-256 of each file of the data.")
    files: list[ReleaseFile]
    changes: list[ReleaseChange]


class PublicationLine(BaseModel):
    """A publication; it is known by its DOI, else by its address."""

    id: str
    kind: str
    title: str
    authors: str
    year: str
    doi: str
    url: str
    abstract: str
    keywords: str
    language: str


class LiteratureAnswer(BaseModel):
    """Publications that match, the newest first."""

    schema_: str = Described(alias="schema")
    total: int
    page: int
    size: int
    literature: list[PublicationLine]


CASES: dict[str, type[BaseModel]] = {
    "cases-1": CasesAnswer,
    "case-1": CaseAnswer,
    "cases-statistics-1": CaseStatisticsAnswer,
    "literature-1": LiteratureAnswer,
    "releases-1": ReleasesAnswer,
    "release-1": ReleaseAnswer,
}
