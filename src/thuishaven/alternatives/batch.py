"""Which of hundreds of parts are worth bringing home, and which set of them together?

Every part is a small dossier: the pattern with its own product, volume, process and price. What the plan
gains on today is worked out part by part in one world of draws; the parts that share a machine, a line or a
mould set then compete for its hours and share its cost. See ``docs/batch.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thuishaven import cost
from thuishaven.alternatives.selection import Asset, Candidate, Programme, Selection
from thuishaven.dossier import (
    VERSION,
    Batch,
    Dossier,
    DossierError,
    Investment,
    Notice,
    Part,
    Problem,
    Settings,
    part_dossier,
    plain,
)
from thuishaven.facts import FactSet, bundled
from thuishaven.uncertainty import Draws, Quantity, replicate_error

Array = NDArray[np.float64]

SCHEMA = "thuishaven.batch/1"
#: Draws of a batch: enough to choose, quick enough to wait for.
DRAWS = 1024
_NO_DRAWS: Array = np.zeros(0)
#: Single worlds in which the best set is sought again, with hindsight.
WORLDS = 64


@dataclass(frozen=True)
class PartResult:
    """What one part gains and what it means for the set.

    Parameters
    ----------
    gain
        What bringing it home gains on today, EUR of net present value after tax: mean, p5, p50, p95; a shared
        investment left out.
    p_cheaper, delta_unit_tco, one_off
        Share of draws in which home costs less; EUR per unit more than today; EUR spent once before tax.
    hours
        Machine hours a year, in the busiest year: mean and p95; ``None`` where the hours per unit are not
        known.
    alone
        Mean gain if it pays for shared machines of its own.
    chosen, only_in_company
        In the best set; and if so, whether it does not pay alone.
    adds, lacks, lacks_per_unit
        For a chosen part, the best set's value with it less that without it. For another, the EUR its gain
        lacks to join, and the same per unit before tax.
    rank
        Place among the parts by mean gain after paying for its hours on machines that are full.
    in_best_set
        Share of single worlds in which the best set of that world holds it.
    missing
        Lines that could not be counted.
    """

    id: str
    name: dict[str, str]
    investment: str | None
    gain: dict[str, float]
    p_cheaper: float
    delta_unit_tco: float
    one_off: float
    hours: dict[str, float] | None
    alone: float
    chosen: bool
    only_in_company: bool
    adds: float | None
    lacks: float | None
    lacks_per_unit: float | None
    rank: int
    in_best_set: float
    missing: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        return {
            "id": self.id,
            "name": self.name,
            "investment": self.investment,
            "gain": self.gain,
            "p_cheaper": self.p_cheaper,
            "delta_unit_tco": self.delta_unit_tco,
            "one_off": self.one_off,
            "hours": self.hours,
            "alone": self.alone,
            "chosen": self.chosen,
            "only_in_company": self.only_in_company,
            "adds": self.adds,
            "lacks": self.lacks,
            "lacks_per_unit": self.lacks_per_unit,
            "rank": self.rank,
            "in_best_set": self.in_best_set,
            "not_counted": list(self.missing),
        }


@dataclass(frozen=True)
class InvestmentResult:
    """A shared investment and how the best set uses it.

    Parameters
    ----------
    cost
        What one costs after tax, EUR of present value: mean, p5, p50, p95.
    capacity, hours
        Machine hours a year that one gives, and that the chosen parts need of all together, mean.
    number
        How many the best set needs.
    enough
        Share of draws in which these give the hours that the parts need; ``None`` where none is bought.
    shared, chosen
        How many parts share it, and how many of these are chosen.
    """

    id: str
    kind: str
    price: Any
    cost: dict[str, float]
    capacity: float
    number: int
    hours: float
    enough: float | None
    shared: int
    chosen: int

    @property
    def used(self) -> float | None:
        """Share of the hours that is used; ``None`` where none is bought."""
        return self.hours / (self.number * self.capacity) if self.number else None

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        return {
            "id": self.id,
            "kind": self.kind,
            "price": self.price,
            "cost": self.cost,
            "capacity_hours": self.capacity,
            "number": self.number,
            "hours": self.hours,
            "used": self.used,
            "enough": self.enough,
            "parts": self.shared,
            "chosen": self.chosen,
        }


@dataclass(frozen=True)
class ChosenSet:
    """The best set and how sure it is.

    Parameters
    ----------
    selection
        Parts, number of each investment, value, bound.
    gain
        Its gain after paying the investments, EUR: mean, p5, p50, p95; ``se`` of the mean.
    p_gain
        Share of draws in which it gains; ``None`` where nothing is chosen.
    regret
        What hindsight would add, EUR: mean and p95 over single worlds of the best set of that world less the
        chosen one.
    same_set
        Share of independent repetitions of the draws that choose exactly this set.
    rivals
        Value of other ways to choose: every part, those that pay alone, the rule of thumb.
    """

    selection: Selection
    gain: dict[str, float]
    p_gain: float | None
    regret: dict[str, float]
    same_set: float
    rivals: tuple[dict[str, Any], ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        chosen = self.selection
        return {
            "parts": list(chosen.parts),
            "investments": chosen.counts,
            "gain": self.gain,
            "p_gain": self.p_gain,
            "regret": self.regret,
            "same_set": self.same_set,
            "optimality": {
                "value": chosen.value,
                "bound": chosen.bound,
                "gap": chosen.gap,
                "proved": chosen.proved,
                "looked": chosen.looked,
            },
            "rivals": list(self.rivals),
        }


@dataclass(frozen=True)
class BatchResult:
    """Every part, every shared investment, and the best set.

    ``parts`` come in the order of the answer: the chosen ones by what they add, then the others by what they
    lack.
    """

    batch: Batch
    settings: Settings
    frame: dict[str, Any]
    chosen: ChosenSet
    parts: tuple[PartResult, ...]
    investments: tuple[InvestmentResult, ...]
    facts_used: tuple[dict[str, Any], ...]
    notices: tuple[Notice, ...]
    _gains: dict[str, Array] = field(repr=False, compare=False, default_factory=dict)
    _total: Array = field(repr=False, compare=False, default_factory=lambda: np.zeros(0))

    def draws(self, part: str | None = None) -> Array:
        """Joint draws of the gain, EUR of net present value after tax, (draws,).

        Parameters
        ----------
        part
            A part's number, its shared investment left out; ``None`` for the chosen set, investments paid.

        Raises
        ------
        LookupError
            If there is no such part.
        """
        if part is None:
            return self._total.copy()
        if part not in self._gains:
            raise LookupError(part)
        return self._gains[part].copy()

    @property
    def next_part(self) -> PartResult | None:
        """The part outside the set that lacks least; ``None`` where all are chosen."""
        return next((part for part in self.parts if not part.chosen), None)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON, the same bytes for the same question."""
        following = self.next_part
        return dict(
            plain(
                {
                    "schema": SCHEMA,
                    "settings": self.frame,
                    "baseline": self.batch.pattern.baseline.id,
                    "plan": self.batch.plan,
                    "chosen": self.chosen.to_dict(),
                    "next": following.id if following is not None else None,
                    "parts": [part.to_dict() for part in self.parts],
                    "investments": [investment.to_dict() for investment in self.investments],
                    "not_counted": self._not_counted(),
                    "facts_used": list(self.facts_used),
                    "warnings": [notice.to_dict() for notice in self.notices],
                }
            )
        )

    def _not_counted(self) -> list[dict[str, Any]]:
        """Lines without data, and for how many parts."""
        count: dict[str, int] = {}
        for part in self.parts:
            for line in part.missing:
                count[line] = count.get(line, 0) + 1
        return [{"line": line, "parts": count[line]} for line in sorted(count)]


def assess_batch(
    batch: Batch,
    facts: FactSet | None = None,
    settings: Settings | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> BatchResult:
    """Which parts gain by coming home, and which set of them gains most together?

    Parameters
    ----------
    batch
        Pattern, plan that brings a part home, parts and shared investments.
    facts, settings
        As for :func:`thuishaven.cost.assess`; by default 1,024 draws.
    progress
        Called with parts done and parts in all.

    Returns
    -------
    BatchResult
        Frozen; ``to_dict()``, ``draws(part)``. It keeps the joint draws of every part, 8 bytes each; the
        world of a part is forgotten when the next comes.

    Raises
    ------
    DossierError
        If a part or investment is named twice, a part shares an investment that is not there, an investment
        gives no hours, or the pattern has no such plan.

    Notes ----- Method: net present value per part as in ``docs/cost.md``; the set by
    :mod:`thuishaven.alternatives.selection`.
    """
    settings = settings or Settings(draws=DRAWS)
    _check(batch)
    known = cost.with_own_facts(facts if facts is not None else bundled(), batch.pattern)
    siblings = cost.Siblings(batch.pattern, batch.plan, known, settings)
    parts = sorted(batch.parts, key=lambda part: part.id)
    shared = {investment.id: investment for investment in batch.investments}
    gains = np.empty((len(parts), settings.draws))
    hours: dict[int, Array] = {}
    spreads: list[dict[str, float] | None] = []
    found = []
    for place, part in enumerate(parts):
        gain = siblings.gain(_dossier(batch, part, shared))
        gains[place] = gain.npv
        spreads.append(_mean_p95(gain.hours) if gain.hours is not None else None)
        if gain.hours is not None and part.shares_investment is not None:
            hours[place] = gain.hours
        found.append(replace(gain, npv=_NO_DRAWS, hours=None))
        if progress is not None:
            progress(place + 1, len(parts))
    return _Work(batch, settings, siblings, parts, gains, hours, found, spreads).result(known)


def _check(batch: Batch) -> None:
    """Refuse a batch that cannot be worked out, with a problem for each fault."""
    problems = []
    plans = [plan.id for plan in batch.pattern.plans[1:]]
    if batch.plan not in plans:
        problems.append(Problem("no_plan", params={"value": batch.plan, "expected": ", ".join(plans) or "-"}))
    shared = {investment.id for investment in batch.investments}
    for names in ([part.id for part in batch.parts], [one.id for one in batch.investments]):
        for name in sorted(name for name, times in Counter(names).items() if times > 1):
            problems.append(Problem("duplicate", name, {"value": name, "example": f"{name}_2"}))
    for part in batch.parts:
        if part.shares_investment not in {None, *shared}:
            params = {"value": str(part.shares_investment), "expected": ", ".join(sorted(shared)) or "-"}
            problems.append(Problem("unknown_investment", part.id, params))
    for investment in batch.investments:
        if not investment.capacity_hours.mean > 0:
            least = {"value": investment.capacity_hours.mean, "lower": 1, "example": "4000"}
            problems.append(Problem("too_low", f"{investment.id}.capacity_hours", least))
    if problems:
        raise DossierError(problems)


def _dossier(batch: Batch, part: Part, shared: dict[str, Investment]) -> Dossier:
    """The dossier of a part; what it shares with others it does not buy itself as well."""
    dossier = part_dossier(batch, part)
    if part.shares_investment is None:
        return dossier
    nothing = Quantity.constant(0.0)
    if shared[part.shares_investment].kind == "moulds":
        change: dict[str, Any] = {"moulds": nothing}
    else:
        change = {"machines": nothing, "machine_price": None}
    plans = tuple(
        plan.model_copy(update={"one_off": plan.one_off.model_copy(update=change)})
        if plan.id == batch.plan
        else plan
        for plan in dossier.plans
    )
    return dossier.model_copy(update={"plans": plans})


class _Work:
    """From the gains of the parts to the answer."""

    def __init__(
        self,
        batch: Batch,
        settings: Settings,
        siblings: cost.Siblings,
        parts: Sequence[Part],
        gains: Array,
        hours: dict[int, Array],
        found: Sequence[cost.Gain],
        spreads: Sequence[dict[str, float] | None],
    ) -> None:
        self.batch, self.settings, self.siblings = batch, settings, siblings
        self.parts, self.gains, self.hours, self.found, self.spreads = parts, gains, hours, found, spreads
        self.shared = sorted(batch.investments, key=lambda investment: investment.id)
        draws = [siblings.investment(one.id, one.cost, one.kind) for one in self.shared]
        self.costs = np.array(draws).reshape(len(self.shared), settings.draws)
        self.programme = Programme(
            [
                Candidate(
                    part.id, float(self.gains[place].mean()), self._hours(place), part.shares_investment
                )
                for place, part in enumerate(parts)
            ],
            [
                Asset(one.id, float(self.costs[place].mean()), one.capacity_hours.mean)
                for place, one in enumerate(self.shared)
            ],
        )
        self.selection = self.programme.best()
        self.mask = self.programme.mask(self.selection.parts)
        counts = np.array([self.selection.counts[one.id] for one in self.shared], dtype=float)
        self.total = self.gains[self.mask].sum(axis=0) - counts @ self.costs

    def _hours(self, place: int) -> float:
        """Hours for which a part is planned in: the mean of its busiest year."""
        spread = self.spreads[place]
        return (
            spread["mean"] if spread is not None and self.parts[place].shares_investment is not None else 0.0
        )

    def result(self, facts: FactSet) -> BatchResult:
        """The answer."""
        in_best, regret = self._hindsight()
        adds, exact = self.programme.adds(self.mask)
        parts = self._part_results(in_best, adds)
        for array in (self.gains, self.total):
            array.setflags(write=False)
        return BatchResult(
            self.batch,
            self.settings,
            self._frame(facts),
            self._chosen(regret),
            tuple(sorted(parts, key=lambda p: (not p.chosen, -(p.adds or 0.0), p.lacks or 0.0, p.id))),
            tuple(self._investment_result(place) for place in range(len(self.shared))),
            tuple(self.siblings.facts_used()),
            self._notices(exact),
            {part.id: self.gains[place] for place, part in enumerate(self.parts)},
            self.total,
        )

    def _frame(self, facts: FactSet) -> dict[str, Any]:
        frame, settings = self.siblings.frame, self.settings
        return {
            "as_of": frame.on,
            "seed": settings.seed,
            "draws": settings.draws,
            "replicates": self.siblings.replicates,
            "horizon_years": frame.years,
            "discount_rate": frame.discount_rate,
            "tax_rate": frame.tax_rate,
            "mid_year": frame.mid_year,
            "scenario": settings.scenario,
            "hidden_cost_uplift": settings.hidden_cost_uplift,
            "currency": "EUR",
            "version": VERSION,
            "facts_digest": facts.digest,
        }

    def _part_results(self, in_best: Array, adds: Array) -> list[PartResult]:
        alone, full = self.programme.alone(), self.programme.full()
        ranks = {int(place): rank for rank, place in enumerate(np.argsort(-full, kind="stable"), start=1)}
        u = self.siblings.frame.tax_rate
        results = []
        for place, (part, gain) in enumerate(zip(self.parts, self.found, strict=True)):
            chosen = bool(self.mask[place])
            lacks = None if chosen else max(-float(adds[place]), 0.0)
            results.append(
                PartResult(
                    id=part.id,
                    name={str(language): text for language, text in part.product.name.items()},
                    investment=part.shares_investment,
                    gain=_spread(self.gains[place]),
                    p_cheaper=gain.p_cheaper,
                    delta_unit_tco=gain.per_unit,
                    one_off=gain.one_off,
                    hours=self.spreads[place],
                    alone=float(alone[place]),
                    chosen=chosen,
                    only_in_company=chosen and not alone[place] > 0,
                    adds=float(adds[place]) if chosen else None,
                    lacks=lacks,
                    lacks_per_unit=lacks / ((1 - u) * gain.pv_units)
                    if lacks is not None and gain.pv_units
                    else None,
                    rank=ranks[place],
                    in_best_set=float(in_best[place]),
                    missing=gain.missing,
                )
            )
        return results

    def _investment_result(self, place: int) -> InvestmentResult:
        one = self.shared[place]
        members = [n for n, part in enumerate(self.parts) if part.shares_investment == one.id]
        taken = [n for n in members if self.mask[n]]
        number = self.selection.counts[one.id]
        enough = None
        if number:
            given = self._capacity(one)
            needed = sum((self.hours[n] for n in taken if n in self.hours), np.zeros(1))
            enough = float(np.mean(np.broadcast_to(needed <= number * given, self.settings.draws)))
        return InvestmentResult(
            one.id,
            one.kind,
            one.cost.to_plain(),
            _spread(self.costs[place]),
            one.capacity_hours.mean,
            number,
            float(sum(self._hours(n) for n in taken)),
            enough,
            len(members),
            len(taken),
        )

    def _capacity(self, one: Investment) -> Array:
        """Hours that one gives, (draws,) or (1,)."""
        if one.capacity_hours.is_constant:
            return np.array([one.capacity_hours.mean])
        draws = Draws(self.settings.seed, self.settings.draws, self.siblings.replicates)
        return one.capacity_hours.ppf(draws.u(f"{one.id}.capacity_hours"))

    def _hindsight(self) -> tuple[Array, Array]:
        """How often each part is in the best set of a single world, and what the chosen set misses there."""
        replicates = self.siblings.replicates
        size = self.settings.draws // replicates
        first = np.arange(min(max(WORLDS // replicates, 1), size))
        worlds = (np.arange(replicates)[:, np.newaxis] * size + first).ravel()
        times, regret = np.zeros(len(self.parts)), np.zeros(worlds.size)
        for n, world in enumerate(worlds):
            value, chosen = self.programme.optimum(self.gains[:, world], self.costs[:, world])
            times += chosen
            regret[n] = max(value - self.total[world], 0.0)
        return times / worlds.size, regret

    def _same_set(self) -> float:
        """Share of the repetitions of the draws in which the best set is this one."""
        replicates = self.siblings.replicates
        gains = self.gains.reshape(len(self.parts), replicates, -1).mean(axis=2)
        costs = self.costs.reshape(len(self.shared), replicates, -1).mean(axis=2)
        chosen = [self.programme.optimum(gains[:, r], costs[:, r])[1] for r in range(replicates)]
        return float(np.mean([np.array_equal(mask, self.mask) for mask in chosen]))

    def _chosen(self, regret: Array) -> ChosenSet:
        some = bool(self.mask.any())
        error = float(replicate_error(self.total, replicates=self.siblings.replicates)) if some else 0.0
        share = np.where(self.total > 0, 1.0, np.where(self.total == 0, 0.5, 0.0))
        return ChosenSet(
            self.selection,
            {**_spread(self.total), "se": error},
            float(share.mean()) if some else None,
            _mean_p95(regret),
            self._same_set(),
            self._rivals(),
        )

    def _rivals(self) -> tuple[dict[str, Any], ...]:
        """Other ways to choose, with what they are worth."""
        programme = self.programme
        masks = {
            "everything": np.ones(len(self.parts), dtype=bool),
            "alone": programme.alone() > 0,
            "greedy": programme.mask(programme.greedy().parts),
        }
        return tuple(
            {"rule": rule, "parts": int(mask.sum()), "value": programme.value(mask)}
            for rule, mask in masks.items()
        )

    def _notices(self, exact: bool) -> tuple[Notice, ...]:
        notices = [
            Notice("machine_hours_unknown", {"part": part.id, "investment": part.shares_investment})
            for place, part in enumerate(self.parts)
            if part.shares_investment is not None and self.spreads[place] is None
        ]
        if not self.selection.proved:
            notices.append(Notice("best_set_not_proved", {"gap": self.selection.gap}))
        if not exact:
            notices.append(Notice("adds_not_exact"))
        return tuple(notices)


def _spread(values: Array) -> dict[str, float]:
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return {"mean": float(values.mean()), "p5": float(low), "p50": float(middle), "p95": float(high)}


def _mean_p95(values: Array) -> dict[str, float]:
    return {"mean": float(values.mean()), "p95": float(np.quantile(values, 0.95))}
