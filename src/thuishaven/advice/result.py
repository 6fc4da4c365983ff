"""The advice: frozen, in plain form, each of its figures to be followed, and replayable from its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from thuishaven.advice import finding
from thuishaven.advice.measures import Measure, Table
from thuishaven.advice.preferences import Preferences
from thuishaven.advice.tables import Weights, criteria, method
from thuishaven.advice.weighing import Comparison
from thuishaven.dossier import VERSION, Dossier, Notice, ResolvedPlan, digest, plain
from thuishaven.uncertainty import quantiles

if TYPE_CHECKING:
    from thuishaven.advice.following import Followed
    from thuishaven.advice.sentences import Sentence
    from thuishaven.cost import Asides, CostResult
    from thuishaven.region import RegionResult

SCHEMA = "thuishaven.advice/1"
#: Parts of the plain form that come from other rooms and are plain already.
_PLAIN = ("cost", "region", "facts_used", "not_counted")


@dataclass(frozen=True)
class Advice:
    """What to do, how sure that is, and what to find out first.

    Parameters
    ----------
    dossier
        What the company told.
    plans
        The plans that were compared, today first.
    which
        ``own`` for the dossier's plans, ``all`` with the generated ones.
    families, groups
        Kind of each plan, and the kinds that count as variants of one thing.
    preferences
        Weights in use, and what the dossier tells about measures itself.
    cost
        What the plans cost, with the draws on which everything here rests.
    table
        The plans on all criteria.
    comparison
        The plans under the weights in use.
    supported
        The same with support counted as income; ``None`` where there is no support.
    by_role
        The same under the weights of each role.
    work
        What the plans mean for work here, where it could be worked out.
    notices
        What the reader should know.
    """

    dossier: Dossier
    plans: tuple[ResolvedPlan, ...]
    which: str
    families: Mapping[str, str]
    groups: Mapping[str, str]
    preferences: Preferences
    cost: CostResult
    table: Table
    comparison: Comparison
    supported: Comparison | None
    by_role: Mapping[str, Comparison]
    by_order: Comparison | None = None
    work: RegionResult | None = None
    notices: tuple[Notice, ...] = ()
    _cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def with_asides(self, found: Asides) -> Advice:
        """The same with break-evens and scenarios that were worked out elsewhere."""
        return replace(self, cost=self.cost.with_asides(found), _cache={})

    @property
    def baseline(self) -> str:
        """Id of the plan that is today."""
        return self.plans[0].id

    @property
    def leading(self) -> str:
        """The plan worth most of the kind with the most first places, recommended or not."""
        return self.comparison.best[self.comparison.first[0]]

    @property
    def recommended(self) -> str | None:
        """The kind of plan that is recommended; ``None`` without a clear winner."""
        return self.families[self.leading] if self.comparison.recommended is not None else None

    @property
    def runner_up(self) -> str | None:
        """The plan worth most of the kind that comes second; ``None`` where there is none."""
        second = self.comparison.runner_up
        return self.comparison.best[second[0]] if second is not None else None

    def share(self, plan: str) -> float:
        """Share of first places of a plan's kind, its variants together."""
        return self.comparison.families[self.groups[plan]]

    def plan(self, identity: str) -> ResolvedPlan:
        """One plan by id."""
        return next(plan for plan in self.plans if plan.id == identity)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The advice as a page of sentences: codes with parameters, told at the doors."""
        if "sentences" not in self._cache:
            from thuishaven.advice.sentences import sentences

            self._cache["sentences"] = tuple(sentences(self))
        return tuple(self._cache["sentences"])

    def explain(self, identity: str) -> Followed:
        """How a figure of the advice came about.

        Parameters
        ----------
        identity
            As a sentence names it: ``share.own_home``, ``worth.home``, ``measure.home.cost``,
            ``weight.cost``; or a line of the cost engine, ``home.P03``.

        Raises
        ------
        LookupError
            If there is no such figure, with those there are.
        """
        from thuishaven.advice.following import follow

        return follow(self, identity)

    def to_dict(self, *, whole: bool = True) -> dict[str, Any]:
        """Plain JSON, the same bytes for the same question.

        Parameters
        ----------
        whole
            Whether ``region`` holds all that the plans mean for work here, which no page shows; else it is
            ``None``.
        """
        if "dict" not in self._cache:
            self._cache["dict"] = {
                name: value if name in _PLAIN else plain(value) for name, value in self._to_dict().items()
            }
        found = dict(self._cache["dict"])
        if whole and self.work is not None:
            if "region" not in self._cache:
                self._cache["region"] = self.work.to_dict()
            found["region"] = self._cache["region"]
        return found

    def _to_dict(self) -> dict[str, Any]:
        found, cost = self.comparison, self.cost.to_dict()
        second = self.runner_up
        return {
            "schema": SCHEMA,
            "settings": cost["settings"]
            | {
                "version": VERSION,
                "plans": self.which,
                "role": self.preferences.weights.role,
                "tables": tables_digest(),
            },
            "baseline": self.baseline,
            "recommended": self.recommended,
            "recommended_plan": self.leading if self.recommended is not None else None,
            "leading_plan": self.leading,
            "first_rank_share": found.first[1],
            "no_clear_winner": list(found.because),
            "runner_up": None
            if second is None
            else {"family": self.families[second], "plan": second, "first_rank_share": self.share(second)},
            "methods": {name: list(tops) for name, tops in found.opinions.items()},
            "methods_disagree": found.disagree,
            "coverage": found.coverage,
            "weights": _weights(self.preferences.weights),
            "kinds": [
                {"group": group, "family": self.families[found.best[group]], "plan": found.best[group]}
                | {"first_rank_share": share, "plans": [p for p in self.groups if self.groups[p] == group]}
                for group, share in found.families.items()
            ],
            "plans": [self._plan(place, plan) for place, plan in enumerate(self.plans)],
            "weight_turns": [
                {"criterion": t.criterion, "weight": t.value, "now": t.now, "to": t.to} for t in found.turns
            ],
            "trade_offs": finding.trade_offs(self),
            "roles": [self._role(role, item) for role, item in self.by_role.items()],
            "roles_differ": len({c.best[c.first[0]] for c in self.by_role.values()}) > 1,
            "with_support": None if self.supported is None else self._outcome(self.supported),
            "without_support": self._outcome(found),
            "regret": finding.regret(self),
            "dominated": [{"plan": plan, "by": by} for plan, by in found.dominated.items()],
            "find_out_first": finding.find_out_first(self),
            "not_known": [
                {"criterion": o.criterion, "plans": list(o.plans), "gain": o.gain}
                for o in found.open_questions
            ],
            "price_turns": finding.price_turns(self),
            "if_nothing_is_done": finding.nothing_done(self),
            "remaining": finding.remaining(self),
            "next_steps": [step.to_dict() for step in finding.next_steps(self)],
            "sentences": [sentence.to_dict() for sentence in self.sentences],
            "cost": cost,
            "region": None,
            "facts_used": cost["facts_used"],
            "not_counted": cost["not_counted"],
            "warnings": cost["warnings"] + [notice.to_dict() for notice in self.notices],
        }

    def _plan(self, place: int, plan: ResolvedPlan) -> dict[str, Any]:
        found = self.comparison
        ranks, low_mean_high = found.ranks, found.worth[place].tolist()
        central = ranks.central_weights[place].tolist()
        never = not ranks.first[place] > 0
        today, leading = 0, [p.id for p in self.plans].index(self.leading)
        return {
            "id": plan.id,
            "name": plan.plan.name,
            "family": self.families[plan.id],
            "group": self.groups[plan.id],
            "form": plan.form,
            "first_rank_share": float(ranks.first[place]),
            "rank_acceptability": ranks.rank_acceptability[place].tolist(),
            "central_weights": None if never else dict(zip(criteria(), central, strict=True)),
            "confidence": float(ranks.confidence[place]),
            "value": dict(zip(("low", "mean", "high"), low_mean_high, strict=True)),
            "coverage": float(found.covered[place]),
            "against_today": self._against(place, today),
            "against_leading": self._against(place, leading),
            "dominated_by": found.dominated.get(plan.id),
            "criteria": {name: _measure(self.table.row(plan.id, name)) for name in criteria()},
        }

    def _against(self, one: int, other: int) -> dict[str, Any]:
        """Wins in the draws, and the word that holds whatever is not known turns out to be."""
        found = self.comparison
        sure, reverse = bool(found.necessarily[one, other]), bool(found.necessarily[other, one])
        word = "equal" if sure and reverse else "better" if sure else "worse" if reverse else "open"
        return {"wins": float(found.ranks.wins[one, other]), "necessarily": word}

    def _role(self, role: str, found: Comparison) -> dict[str, Any]:
        from thuishaven.advice.tables import roles

        return {"role": role, "weights": _weights(roles()[role]), **self._outcome(found)}

    def _outcome(self, found: Comparison) -> dict[str, Any]:
        group, share = found.first
        best = found.best[group]
        return {
            "recommended": self.families[best] if found.recommended is not None else None,
            "plan": best,
            "first_rank_share": share,
            "no_clear_winner": list(found.because),
            "coverage": found.coverage,
            "methods_disagree": found.disagree,
        }


def _weights(weights: Weights) -> dict[str, Any]:
    return {
        "role": weights.role,
        "order": [list(group) for group in weights.order] or None,
        "stated": dict(weights.stated) or None,
        "mean": weights.mean(),
        "author": weights.author,
        "date": weights.date,
        "status": weights.status,
        "reason": dict(weights.reason),
    }


def _measure(row: Measure) -> dict[str, Any]:
    low, high = quantiles(row.values, [method()["low"], method()["high"]])
    return {
        "how": row.how,
        "unit": criteria()[row.criterion].unit,
        "measure": {"mean": float(row.values.mean()), "p5": low, "p95": high} if row.known else None,
        "worth": {"low": row.low, "mean": float(row.worth.mean()), "high": row.high},
        "evidence": row.evidence if row.known else None,
    }


def tables_digest() -> str:
    """Fingerprint of the tables that an advice rests on: another one means another advice."""
    from thuishaven.advice.tables import kinds, roles

    return digest(
        [
            [[c.id, c.points, c.values, c.indifference, c.preference] for c in criteria().values()],
            dict(method()),
            [[name, kind.group, kind.low, kind.high, kind.answers] for name, kind in kinds().items()],
            [[role, weights.order] for role, weights in roles().items()],
        ]
    )
