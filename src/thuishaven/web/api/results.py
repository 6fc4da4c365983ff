"""What is answered, described: the models behind the schemas of ``/api/v1/schemas``. Never read back in.

A reader has to be ready for names that come to stand beside these; a change of what stands here gets a new
number. Descriptions are for programmers and in English: ``Described`` is not collected for translation.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel
from pydantic import Field as Described

from thuishaven.web.api.cases_results import CASES
from thuishaven.web.api.owned_results import OWNED

Figure = float | None
Words = dict[str, str]


class Told(BaseModel):
    """A code with what its words mention; the words stand in the terminal, the pages and the report."""

    code: str = Described(description="Which thing is said.")
    params: dict[str, Any] = Described(description="What the words mention.")


class SettingsUsed(BaseModel):
    """What fixes every figure, together with the dossier: enough to work it out again."""

    seed: int
    draws: int
    version: str = Described(description="Of Thuishaven.")
    as_of: str | None = None
    facts_digest: str | None = Described(default=None, description="Fingerprint of the facts.")
    currency: str | None = None
    replicates: int | None = None
    horizon_years: int | None = None
    discount_rate: Figure = Described(default=None, description="Nominal, after tax, per year.")
    tax_rate: Figure = None
    mid_year: bool | None = None
    scenario: str | None = None
    hidden_cost_uplift: bool | None = None
    tables: str | None = Described(default=None, description="Fingerprint of the tables of the scan.")


class Spread(BaseModel):
    """Mean and the 5 %, 50 % and 95 % points over the draws; nothing where it is not defined."""

    mean: Figure
    p5: Figure
    p50: Figure
    p95: Figure


class UnitCost(BaseModel):
    """What a unit costs, EUR, and how that compares with today."""

    unit_tco: Spread
    delta_unit_tco: Figure = Described(description="Less than today below zero, EUR per unit.")
    p_cheaper: Figure = Described(description="Share of draws in which it costs less than today.")


# ---- problems and the dossier


class WrongField(BaseModel):
    """One field that is wrong."""

    code: str
    field: str | None = Described(description="Path, as in plans[home].sources[tilburg].share.")
    line: int | None = Described(description="Line of a text, from 1.")
    cell: str | None = Described(description="Cell of a spreadsheet, as in Plans!C7.")
    message: str = Described(description="What is wrong and what to do, in the language asked for.")
    expected: str | None
    example: str | None
    params: dict[str, str]


class ProblemDetails(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Described(description="Address of the kind of problem.")
    title: str
    status: int
    detail: str
    code: str = Described(description="Short name of the kind.")
    errors: list[WrongField] = Described(default=[], description="What is wrong with which field.")
    more: int = Described(default=0, description="How many fields more are wrong than errors lists.")


class Checked(BaseModel):
    """Whether a dossier is good."""

    schema_: str = Described(alias="schema")
    valid: bool
    problems: list[WrongField]
    plans: list[str] = Described(description="Ids of its plans; empty when it is not good.")


# ---- the rooms


class ScanAnswer(BaseModel):
    """Which strategies look promising. Ranked, never priced."""

    schema_: str = Described(alias="schema")
    settings: SettingsUsed
    answers: dict[str, Any]
    unanswered: list[str]
    status: Literal["advice", "too_little_known", "local_for_local"]
    direction: dict[str, Any] | None = Described(description="Which direction comes first, and by how much.")
    form: dict[str, Any] | None = Described(description="Which form of it comes first, and by how much.")
    best: str | None
    challenger: str | None
    groups: list[dict[str, Any]]
    strategies: list[dict[str, Any]]
    weights: dict[str, float]
    reasons_for: list[dict[str, Any]]
    reasons_against: list[dict[str, Any]]
    changes_the_advice: list[dict[str, Any]]
    find_out_first: list[dict[str, Any]]
    pairwise_wins: dict[str, dict[str, float]]
    plans: list[str] = Described(description="Strategies that are worth a plan in the dossier.")
    next: list[dict[str, Any]]
    base_rates: list[dict[str, Any]]
    warnings: list[Told]


class CostPlan(BaseModel):
    """What one plan costs over the horizon."""

    id: str
    name: Words | None
    family: str | None
    form: str | None = Described(description="Which of the four forms of reshoring, derived from its moves.")
    unit_tco: Spread = Described(description="EUR per good unit, present values.")
    unit_tco_with_support: Figure
    npv: Spread
    delta_npv: Spread
    delta_unit_tco: Spread
    p_cheaper: dict[str, float] = Described(description="Share of draws cheaper than today, and its error.")
    cvar95: Figure = Described(description="Mean of the dearest 5 % of draws, EUR per unit.")
    one_off: Spread
    payback_years: dict[str, Figure]
    irr: dict[str, Figure]
    peak_financing: Spread | None
    layers: dict[str, Figure]
    accounts: dict[str, dict[str, Figure]]
    years: list[dict[str, Any]]
    factors: list[dict[str, Any]] = Described(description="The cost lines, EUR per unit each.")


class CostAnswer(BaseModel):
    """What each plan really costs, how sure that is, and what to find out first."""

    schema_: str = Described(alias="schema")
    settings: SettingsUsed
    baseline: str
    plans: list[CostPlan]
    break_even: list[dict[str, Any]]
    sensitivity: list[dict[str, Any]]
    find_out_first: list[dict[str, Any]]
    narrows_most: list[dict[str, Any]]
    regret: list[dict[str, Any]]
    not_counted: list[dict[str, Any]] = Described(
        description="Lines without data, and what would turn the choice."
    )
    facts_used: list[dict[str, Any]]
    inputs_used: list[dict[str, Any]]
    sourced: dict[str, int]
    warnings: list[Told]


class FigureAnswer(BaseModel):
    """How a figure came about: enough to work it out again."""

    id: str
    title: str
    formula_in_words: str
    method: dict[str, Any] | None
    per_unit: Figure
    first_year: int
    discount: list[float]
    volume_by_year: list[float]
    tax_rate: Figure
    parts: list[dict[str, Any]]
    given: list[dict[str, Any]]


class Handle(BaseModel):
    """An input that can be moved."""

    id: str
    name: str
    unit: str
    now: Figure = Described(description="Its median.")
    low: Figure
    high: Figure


class InputsAnswer(BaseModel):
    """The inputs on which a figure rests."""

    schema_: str = Described(alias="schema")
    settings: SettingsUsed
    inputs: list[Handle]


class MovedPlan(UnitCost):
    """A plan with the inputs moved, and as it stands."""

    id: str
    now: UnitCost


class SliderAnswer(BaseModel):
    """What a unit of each plan costs with some inputs moved."""

    schema_: str = Described(alias="schema")
    settings: SettingsUsed
    baseline: str
    moved: dict[str, float]
    plans: list[MovedPlan]


class ExploredPlan(UnitCost):
    """A generated plan."""

    id: str
    family: str
    family_name: str
    country: str
    country_name: str
    maker: str
    efficient: bool = Described(description="No other is better on both mean and 95th percentile.")
    assumptions: list[Any]
    one_off: Figure
    not_counted: int


class ExploreAnswer(BaseModel):
    """Every generated plan, cheapest first."""

    schema_: str = Described(alias="schema")
    settings: SettingsUsed
    baseline: str
    options: list[ExploredPlan]
    left_out: dict[str, list[str]] = Described(description="Countries that lack facts, and which.")


class BatchAnswer(BaseModel):
    """Many parts, and the set that is worth making at home together."""

    schema_: str = Described(alias="schema")
    settings: SettingsUsed
    baseline: str
    plan: str
    chosen: dict[str, Any]
    next: str | None
    parts: list[dict[str, Any]]
    investments: list[dict[str, Any]]
    not_counted: list[dict[str, Any]]
    facts_used: list[dict[str, Any]]
    warnings: list[Told]


class AdviceAnswer(BaseModel):
    """What to do, how sure that is, and what to find out first."""

    schema_: str = Described(alias="schema")
    settings: SettingsUsed
    baseline: str
    recommended: str | None = Described(description="The kind of plan that comes first.")
    recommended_plan: str | None
    leading_plan: str | None
    first_rank_share: Figure = Described(description="Share of draws in which it comes first.")
    no_clear_winner: list[Any]
    runner_up: dict[str, Any] | None
    methods: dict[str, list[str]]
    methods_disagree: bool
    coverage: Figure = Described(description="Share of the weight on criteria that are known.")
    weights: dict[str, Any]
    kinds: list[dict[str, Any]]
    plans: list[dict[str, Any]]
    weight_turns: list[dict[str, Any]]
    trade_offs: list[dict[str, Any]]
    roles: list[dict[str, Any]]
    roles_differ: bool
    with_support: dict[str, Any] | None
    without_support: dict[str, Any] | None
    regret: dict[str, Any] | None
    dominated: list[Any]
    find_out_first: list[dict[str, Any]]
    not_known: list[dict[str, Any]]
    price_turns: list[dict[str, Any]]
    if_nothing_is_done: dict[str, Any] | None
    remaining: list[Told]
    next_steps: list[Told]
    sentences: list[dict[str, Any]] = Described(description="Codes, params and the figures they rest on.")
    cost: CostAnswer
    region: dict[str, Any] | None
    facts_used: list[dict[str, Any]]
    not_counted: list[dict[str, Any]]
    warnings: list[Told]


class RegionAnswer(BaseModel):
    """Jobs, people to find, shifts and wage subsidies of every plan."""

    schema_: str = Described(alias="schema")
    settings: SettingsUsed
    baseline: str
    country: str
    region: str | None
    year: int
    vacancies: dict[str, Any] | None
    plans: list[dict[str, Any]]
    inputs_used: list[dict[str, Any]]
    facts_used: list[dict[str, Any]]
    not_counted: list[dict[str, Any]]
    warnings: list[Told]


class FollowedAnswer(BaseModel):
    """How a figure came about: its value, and what it rests on."""

    id: str


# ---- facts, drafts and the description itself


class ParameterRow(BaseModel):
    """A parameter that facts are known of."""

    parameter: str
    unit: str
    keys: list[str]
    label: str


class ParametersAnswer(BaseModel):
    """Every parameter."""

    schema_: str = Described(alias="schema")
    parameters: list[ParameterRow]


class SourceRow(BaseModel):
    """Who published something."""

    source_id: str
    publisher: str
    title: str
    url: str
    publisher_url: str
    licence: str
    records: int | None = None


class SourcesAnswer(BaseModel):
    """Sources, and how many records rest on each."""

    schema_: str = Described(alias="schema")
    sources: list[SourceRow]


class RecordAnswer(BaseModel):
    """One sourced value, exactly as published."""

    schema_: str = Described(alias="schema")
    id: str
    parameter: str
    keys: dict[str, str]
    value: Figure
    low: Figure
    high: Figure
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
    range_kind: str
    layer: str
    retrieved_at: str
    sha256: str
    supersedes: str
    source: SourceRow | None


class FactFound(BaseModel):
    """The answer to one question, in the unit of the parameter."""

    schema_: str = Described(alias="schema")
    parameter: str
    value: Figure
    low: Figure
    high: Figure
    unit: str
    age_months: float
    stale: bool
    gsd: float = Described(description="Geometric standard deviation to add for status, age and steps.")
    fallbacks: list[Told]
    newer_official: str | None
    record: RecordAnswer


class FactAnswer(BaseModel):
    """What is known about a parameter."""

    schema_: str = Described(alias="schema")
    parameter: ParameterRow
    answer: FactFound | None
    records: list[RecordAnswer]


class FamiliesAnswer(BaseModel):
    """Families of products that have a starter dossier."""

    schema_: str = Described(alias="schema")
    families: list[str]


class DraftAnswer(BaseModel):
    """A draft as it stands."""

    schema_: str = Described(alias="schema")
    version: int
    text: str
    answers: dict[str, Any]
    created: str
    changed: str
    expires: str = Described(description="When it will be deleted, in UTC.")
    undoable: int
    redoable: int
    token: str | None = Described(default=None, description="Given once, when the draft is started.")


class IndexAnswer(BaseModel):
    """What is here."""

    schema_: str = Described(alias="schema")
    version: str
    facts_digest: str
    links: dict[str, str]


class SchemasAnswer(BaseModel):
    """The schemas and their addresses."""

    schema_: str = Described(alias="schema")
    schemas: dict[str, str]


class ProblemKind(BaseModel):
    """A kind of problem."""

    code: str
    status: int
    title: str


class ProblemsAnswer(BaseModel):
    """Kinds of problem."""

    schema_: str = Described(alias="schema")
    problems: list[ProblemKind]


#: Name of the schema -> what it describes.
MODELS: dict[str, type[BaseModel]] = {
    "problem-1": ProblemDetails,
    "check-1": Checked,
    "scan-1": ScanAnswer,
    "cost-1": CostAnswer,
    "figure-1": FigureAnswer,
    "inputs-1": InputsAnswer,
    "slider-1": SliderAnswer,
    "explore-1": ExploreAnswer,
    "batch-1": BatchAnswer,
    "advice-1": AdviceAnswer,
    "region-1": RegionAnswer,
    "followed-1": FollowedAnswer,
    "parameters-1": ParametersAnswer,
    "sources-1": SourcesAnswer,
    "record-1": RecordAnswer,
    "fact-1": FactAnswer,
    "families-1": FamiliesAnswer,
    "draft-1": DraftAnswer,
    "index-1": IndexAnswer,
    "schemas-1": SchemasAnswer,
    "problems-1": ProblemsAnswer,
    **OWNED,
    **CASES,
}
