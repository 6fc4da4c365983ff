"""What each plan measures on each criterion: draws of the rooms, or the whole scale where not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from thuishaven.advice.preferences import Told
from thuishaven.advice.tables import Criterion, FloatArray, criteria, kinds, method
from thuishaven.dossier import Dossier, ResolvedPlan, digest, factors, plain
from thuishaven.locale import glossary
from thuishaven.uncertainty import Draws, quantiles

if TYPE_CHECKING:
    from thuishaven.cost import CostResult
    from thuishaven.region import RegionResult

T = TypeVar("T")
#: Criteria that take lines out of the cost, by group of the taxonomy: what is scored there counts once.
APART = {"quality": "quality", "risk": "risk"}
#: How a measure came about.
DRAWN, GIVEN, RANGE, MISSING = "drawn", "told", "range", "missing"
#: Levels of evidence: a claim, an own document, a third party, a register.
CLAIM, OWN_DOCUMENT, THIRD_PARTY = 0, 1, 2
_STATUSES = {"published": THIRD_PARTY, "derived": THIRD_PARTY, "unverified": OWN_DOCUMENT}
_FULL = 4


@dataclass(frozen=True, slots=True)
class Measure:
    """One plan on one criterion.

    Parameters
    ----------
    plan, criterion
        Which.
    how
        ``drawn`` by a room, ``told`` by the dossier, a ``range`` that is all that is known, or ``missing``.
    values
        The measure per draw, in the unit of the criterion, shape (draws,) or (1,).
    worth
        The same on the scale, 0 to 1.
    low, high
        Ends on the scale: of the middle nine tenths of the draws, or of what is possible.
    evidence
        0 claim, 1 own document, 2 third party, 3 register.
    rests_on
        Fingerprint of what the measure depends on: plans with the same one share what is not known.
    figures
        The figures behind it.
    """

    plan: str
    criterion: str
    how: str
    values: FloatArray
    worth: FloatArray
    low: float
    high: float
    evidence: int
    rests_on: str
    figures: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)

    @property
    def known(self) -> bool:
        """Whether anything is known about it."""
        return self.how != MISSING

    @property
    def drawn(self) -> bool:
        """Whether the draws carry what is known; else only the ends do."""
        return self.how == DRAWN


@dataclass(frozen=True, slots=True)
class Table:
    """All plans on all criteria.

    Parameters
    ----------
    plans
        Their ids, today first.
    rows
        By plan and criterion.
    cube
        Worth of every plan and criterion per draw, shape (draws, plans, criteria).
    clipped
        By plan and criterion, the share of draws beyond an end of the scale, where there are any.
    """

    plans: tuple[str, ...]
    rows: Mapping[tuple[str, str], Measure]
    cube: FloatArray
    clipped: Mapping[tuple[str, str], float]
    _known: dict[tuple[Any, ...], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def mean(self) -> FloatArray:
        """Mean worth, shape (plans, criteria)."""
        return np.asarray(self.cube.mean(axis=0))

    def row(self, plan: str, criterion: str) -> Measure:
        """One measure."""
        return self.rows[plan, criterion]

    def once(self, work: Callable[..., T], *given: Any) -> T:
        """What a function of the table gives, whatever the weights: worked out for the first of them."""
        key = (work, *given)
        if key not in self._known:
            self._known[key] = work(self, *given)
        found: T = self._known[key]
        return found

    def levels(self) -> FloatArray:
        """Evidence of every plan and criterion; -1 where it is missing, shape (plans, criteria)."""
        return np.array(
            [
                [self.rows[plan, name].evidence if self.rows[plan, name].known else -1 for name in criteria()]
                for plan in self.plans
            ],
            dtype=float,
        )


def measured(
    dossier: Dossier,
    plans: Sequence[ResolvedPlan],
    families: Mapping[str, str],
    cost: CostResult,
    work: RegionResult | None,
    told: Mapping[tuple[str, str], Told],
    *,
    with_support: bool = False,
) -> Table:
    """The table of all plans on all criteria.

    Parameters
    ----------
    dossier, plans, families
        What is compared, and the kind of each plan.
    cost
        The cost of these plans; its draws are the worlds of the advice.
    work
        What the plans mean for work here, where the room region worked it out.
    told
        Measures that the dossier gives itself; these win.
    with_support
        Count support as income under cost.

    Returns
    -------
    Table
        What is missing is drawn evenly over the whole scale, in one column for all plans that do not differ
        in what it rests on.
    """
    settings = cost.case.settings
    draws = Draws(settings.seed, settings.draws, cost.case.draws.replicates)
    rows: dict[tuple[str, str], Measure] = {}
    prints = {plan.id: _prints(plan) for plan in plans}
    for plan in plans:
        found: dict[str, _Found | None] = {**_from_cost(cost, plan, with_support), **_jobs(plan.id, work)}
        same = prints[plan.id] == prints[plans[0].id]
        found["feasibility"] = _readiness(dossier, same, families[plan.id])
        for name, criterion in criteria().items():
            mark = prints[plan.id][_RESTS.get(name, "everything")]
            if (plan.id, name) in told:
                own = told[plan.id, name]
                known: _Found | None = _Found(None, own.low, own.high, own.evidence, GIVEN, _source(own))
                mark = digest([own.low, own.high, plan.id if own.low < own.high else ""])
            else:
                known = found.get(name)
            rows[plan.id, name] = _measure(plan.id, criterion, known, mark, draws)
    ids = tuple(plan.id for plan in plans)
    cube = np.stack(
        [
            np.stack([np.broadcast_to(rows[plan, name].worth, settings.draws) for name in criteria()], axis=1)
            for plan in ids
        ],
        axis=1,
    )
    beyond = {key: criteria()[key[1]].beyond(row.values) for key, row in rows.items()}
    return Table(ids, rows, cube, {key: share for key, share in beyond.items() if share > 0})


@dataclass(frozen=True, slots=True)
class _Found:
    """What a room says: draws, or the ends of what is possible, in the unit of the criterion."""

    values: FloatArray | None
    low: float
    high: float
    evidence: int
    how: str
    figures: tuple[Mapping[str, Any], ...] = ()


def _measure(plan: str, criterion: Criterion, found: _Found | None, mark: str, draws: Draws) -> Measure:
    if found is not None and found.values is not None:
        worth = criterion.worth(found.values)
        low, high = quantiles(worth, [method()["low"], method()["high"]])
        return Measure(
            plan,
            criterion.id,
            DRAWN,
            found.values,
            worth,
            low,
            high,
            found.evidence,
            mark,
            found.figures,
        )
    if found is None:
        ends, evidence, how = (0.0, 1.0), CLAIM, MISSING
        figures: tuple[Mapping[str, Any], ...] = ()
    else:
        ends = (float(criterion.worth(found.low)), float(criterion.worth(found.high)))
        evidence, how, figures = found.evidence, found.how, found.figures
    low, high = min(ends), max(ends)
    # One column for all plans that do not differ in what is not known.
    chance = draws.u(f"advice.{criterion.id}.{mark}") if low < high else np.full(1, 1 / 2)
    worth = low + (high - low) * chance
    return Measure(
        plan, criterion.id, how, criterion.measure(worth), worth, low, high, evidence, mark, figures
    )


# ---- what a measure rests on

_RESTS = {"circularity": "materials", "jobs": "making", "climate": "making"}


def _prints(plan: ResolvedPlan) -> dict[str, str]:
    """Fingerprints of a plan: of its materials, of who makes it where and how, and of all of it."""
    materials = plain([line.model_dump(exclude_unset=True, mode="python") for line in plan.bom])
    making = plain(
        [
            [source.maker, source.country, source.share, str(source.logistics.mode), str(source.process)]
            for source in plan.sources
        ]
        + [str(plan.process)]
    )
    rest = [str(plan.sources), str(plan.stock), str(plan.plan.one_off), str(plan.plan.market)]
    rest += [str(plan.plan.home_risk), str(plan.plan.flows), str(plan.plan.overhead_left)]
    return {
        "materials": digest(str(materials)),
        "making": digest(str(making)),
        "everything": digest([str(materials), str(making), *rest]),
    }


# ---- from the room cost


def _from_cost(cost: CostResult, plan: ResolvedPlan, with_support: bool) -> dict[str, _Found]:
    from thuishaven.cost import (
        emission_draws,
        figures_behind,
        line_draws,
        quantity_draws,
        support_draws,
        volume_draws,
    )

    # Shares of the mean cost of today, so that the mean of the draws is the share of the means.
    today = float(np.mean(cost.draws(cost.baseline, "cost")))
    if today <= 0 or not volume_draws(cost).mean() > 0:
        return {}
    lines = line_draws(cost, plan.id)
    apart = {name: [line for line in lines if factors()[line].group == APART[name]] for name in APART}
    taken = {line for group in apart.values() for line in group}
    rest = [line for line in lines if line not in taken]
    zero = np.zeros(volume_draws(cost).size)
    spent = sum((lines[line] for line in rest), zero)
    if with_support:
        spent = spent + support_draws(cost, plan.id)
    first = line_draws(cost, cost.baseline)
    same = sum((pv for line, pv in first.items() if factors()[line].group not in APART.values()), zero)
    found = {"cost": _with_evidence((spent - same) / today, figures_behind(cost, plan.id, rest))}
    for name, group in apart.items():
        amount = sum((lines[line] for line in group), zero)
        found[name] = _with_evidence(amount / today, figures_behind(cost, plan.id, group))
    days = quantity_draws(cost, plan.id, "lead_days")
    if days is not None:
        found["market"] = _with_evidence(days, figures_behind(cost, plan.id, names=["lead_days"]))
    carbon = emission_draws(cost, plan.id)
    if carbon is not None:
        per_unit = today / float(volume_draws(cost).mean())
        names = ["energy_kwh", "grid_intensity", "lane_km", "emission_factor", "mass_kg"]
        found["climate"] = _with_evidence(carbon / per_unit, figures_behind(cost, plan.id, names=names))
        if any(source.maker == "supplier" for source in plan.sources):
            # Nobody asked the supplier: the energy is that of the dossier's own process.
            found["climate"] = _Found(
                found["climate"].values,
                found["climate"].low,
                found["climate"].high,
                CLAIM,
                DRAWN,
                found["climate"].figures,
            )
    return found


def _with_evidence(values: FloatArray, figures: list[dict[str, Any]]) -> _Found:
    return _Found(values, 0.0, 0.0, evidence(figures), DRAWN, tuple(figures))


def evidence(figures: Iterable[Mapping[str, Any]]) -> int:
    """The level of a measure: the highest on which at least half of its amount rests; none is a claim."""
    rows = [(level(row), float(row["carries"])) for row in figures]
    whole = sum(amount for _, amount in rows)
    if not whole:
        # Nothing was spent and nothing measured: what the dossier says about the plan itself.
        return OWN_DOCUMENT
    for rank in (THIRD_PARTY, OWN_DOCUMENT):
        if sum(amount for at, amount in rows if at >= rank) >= method()["evidence_half"] * whole:
            return rank
    return CLAIM


def level(figure: Mapping[str, Any]) -> int:
    """The evidence of one figure.

    A published or derived fact is a third party's, and so is a figure of the dossier whose source is an
    address on the web. What names another source, or an assumption with its reasons ("assumption (why)"), is
    an own document, and so is an assumed fact, whose reasons stand in its record. A bare number, an
    assumption without reasons and a range that is merely possible are claims.
    """
    source = str(figure.get("source") or "").strip()
    if figure["status"] != "user":
        if source == "thuishaven-plausible-range":
            return CLAIM
        return _STATUSES.get(figure["status"], OWN_DOCUMENT)
    if not source:
        return CLAIM
    word = glossary()["assumption"]
    for start in (word.nl, word.en, word.fr):
        if source.casefold().startswith(start.casefold()):
            return OWN_DOCUMENT if source[len(start) :].lstrip().startswith("(") else CLAIM
    return THIRD_PARTY if "://" in source else OWN_DOCUMENT


# ---- from the other rooms


def _jobs(plan: str, work: RegionResult | None) -> dict[str, _Found]:
    """Net jobs, on the draws of the room region."""
    if work is None:
        return {}
    figures = work.plans[plan]
    if figures.work.missing:
        # Some of the work could not be counted, and what is left out is not nothing.
        return {}
    leaves = {leaf.id: leaf.to_dict() | {"carries": 1.0} for leaf in figures.net.leaves()}
    return {"jobs": _with_evidence(work.draws(plan, "fte_net"), [leaves[name] for name in sorted(leaves)])}


def _readiness(dossier: Dossier, same: bool, family: str) -> _Found | None:
    """As ready as the least ready of what the scan asks, and wholly where a plan is the same as today; what
    the scan leaves open may be anything.
    """
    from thuishaven.scan import questions, read

    if same:
        return _Found(None, _FULL, _FULL, OWN_DOCUMENT, RANGE)
    if family not in kinds():
        return None
    kind = kinds()[family]
    low, high, names = kind.low, kind.high, kind.answers
    if names:
        answers = read(dossier)
        parts = []
        for name in names:
            question = name.removeprefix("-")
            if not answers.known(question):
                parts.append((low, high))
                continue
            codes = questions()[question].codes
            place = float(codes.index(str(answers.code(question))))
            place = len(codes) - 1 - place if name.startswith("-") else place
            parts.append((place, place))
        low, high = min(part[0] for part in parts), min(part[1] for part in parts)
        if all(not answers.known(name.removeprefix("-")) for name in names):
            return None
    return _Found(None, low, high, CLAIM, RANGE)


def _source(own: Told) -> tuple[Mapping[str, Any], ...]:
    if not own.source:
        return ()
    return ({"id": "preferences", "status": "user", "source": own.source, "carries": 1.0, "name": "told"},)
