"""What kinds of plan there are, the choices behind the generated ones, and what a proposal holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from thuishaven.dossier import Dossier, Notice, Plan, ResolvedPlan, Source
from thuishaven.packaged import read_table

#: Shares that differ by less than this are the same.
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of plan, the same list for every room.

    Parameters
    ----------
    kind
        What it changes: ``stay``, ``improve``, ``stock``, ``material``, ``contract``, ``split``, ``move``,
        ``staged`` or ``pair``.
    reshoring
        ``yes``, ``no``, or ``by_place`` where it depends on where the plan makes it (:func:`reshores`).
    cluster
        Plans of one cluster are variants of each other: a comparison holds the best of each.
    generated
        Whether :func:`generate` makes plans of this kind.
    """

    id: str
    name_en: str
    kind: str
    reshoring: str
    cluster: str
    generated: bool


@cache
def families() -> dict[str, Family]:
    """The kinds of plan by id, from ``alternatives/plan_families.csv``."""
    return {
        row["id"]: Family(
            row["id"],
            row["name_en"],
            row["kind"],
            row["reshoring"],
            row["cluster"],
            row["generated"] == "yes",
        )
        for row in _rows("plan_families")
    }


@cache
def choices() -> Mapping[str, float]:
    """The choices of the method by name: covers, distances, thresholds, counts.

    The table ``choices.csv`` names the author, the date and the reason of each.
    """
    return {row["name"]: float(row["value"]) for row in _rows("choices")}


def _rows(name: str) -> list[dict[str, str]]:
    return read_table("thuishaven.alternatives", f"{name}.csv")


def home_share(plan: ResolvedPlan, home: str) -> float:
    """Share of the volume that is made in a country once the plan is complete."""
    return sum(s.share for s in plan.sources if s.until is None and s.country == home)


def reshores(dossier: Dossier, plan: ResolvedPlan) -> bool:
    """Whether a plan makes more at home than today does, all of it or a part."""
    from thuishaven.dossier import resolve_plan

    home = dossier.company.country
    before = home_share(resolve_plan(dossier, dossier.baseline), home)
    return home_share(plan, home) > before + _SAME


def telling_source(dossier: Dossier, plan: Plan) -> Source:
    """The source that tells a plan from today: the largest it adds, else today's largest."""
    today = dossier.baseline.sources or ()
    added = [s for s in plan.sources or () if all(s.id != known.id for known in today)]
    return max(added or today, key=lambda source: source.share)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A plan that is not proposed, and why, as a code with parameters.

    ``gate_closed`` {gates}; ``variant`` {kept}: a better one of its cluster is proposed; ``in_dossier``
    {plan}: the dossier has a plan of that kind itself; ``dominated`` {by}: dearer in every draw and better at
    nothing else that was looked at; ``no_gain`` {first, second}: a pair that is no better than one of its
    halves; ``limit`` {limit}.
    """

    plan: str
    family: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        return {"plan": self.plan, "family": self.family, "code": self.code, "params": self.params}


@dataclass(frozen=True, slots=True)
class Proposal:
    """The plans worth comparing.

    Parameters
    ----------
    plans
        Today first, then the dossier's own, then the generated ones, cheapest first; as
        :func:`thuishaven.cost.assess` takes them.
    dropped
        The other plans of the dossier's kinds that were looked at, each with the reason.
    notices
        What the reader should know: gates without an answer, inputs that stay imported.
    """

    plans: tuple[ResolvedPlan, ...]
    dropped: tuple[Dropped, ...] = ()
    notices: tuple[Notice, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON; the plans by id and family."""
        return {
            "plans": [{"id": plan.id, "family": plan.plan.family} for plan in self.plans],
            "dropped": [item.to_dict() for item in self.dropped],
            "notices": [notice.to_dict() for notice in self.notices],
        }
