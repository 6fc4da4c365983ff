"""What a report is written from: the dossier, the results of the rooms, and the day it is made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from thuishaven.report.answer import Choice, choose
from thuishaven.report.subject import Subject, subject

if TYPE_CHECKING:
    from thuishaven.cost import CostResult, Course
    from thuishaven.dossier import Dossier
    from thuishaven.facts import FactSet
    from thuishaven.report.similar_cases import Similar

#: Plans that fit on the first page.
MANY = 6


@dataclass(frozen=True)
class Material:
    """Everything that the parts of a report draw on.

    Parameters
    ----------
    dossier
        What the company told.
    cost
        What the plans cost.
    facts
        Where the sources of the facts are looked up.
    made
        The day the report is made.
    explored
        The plans nobody typed in, where they were calculated.
    advice
        The advice in plain form, where there is one.
    asked
        The dossier as it was given; ``dossier`` may hold plans beside it that the program made.
    similar
        What others did in a case like this, where a databank was asked.
    documents
        What was put together already, by language.
    """

    dossier: Dossier
    cost: CostResult
    facts: FactSet
    made: dt.date
    explored: Mapping[str, Any] | None = None
    advice: Mapping[str, Any] | None = None
    asked: Dossier | None = None
    similar: Similar | None = None
    documents: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def anew(self) -> Material:
        """The same, to be told in another language."""
        return replace(self, documents={})

    @cached_property
    def about(self) -> Subject:
        """What the plans are called, in the language in use when it is first asked for."""
        return subject(self.dossier)

    @cached_property
    def courses(self) -> tuple[Course, ...]:
        """How the differences with today run along each driver that has a break-even within reach."""
        from thuishaven.cost import courses

        return courses(self.cost)

    @property
    def result(self) -> Mapping[str, Any]:
        """The cost result in plain form."""
        return self.cost.to_dict()

    @property
    def choice(self) -> Choice:
        """Which plan comes first, and which is worth looking at beside today."""
        return choose(self.result)

    @property
    def compares(self) -> bool:
        """Whether there is a plan beside today."""
        return len(self.result["plans"]) > 1

    @property
    def leading_form(self) -> str:
        """The form of the plan that comes first in the advice, as ``supplier_to_own``; empty for none."""
        leading = (self.advice or {}).get("leading_plan", "")
        return next((plan["form"] or "" for plan in self.result["plans"] if plan["id"] == leading), "")

    @property
    def home(self) -> str | None:
        """The best plan at home, where there is one."""
        plans = [plan for plan in self.result["plans"] if plan["id"] in self.about.home]
        return min(plans, key=lambda plan: plan["unit_tco"]["mean"])["id"] if plans else None

    @property
    def shown(self) -> list[str]:
        """The plans of the first page: all of a few; of many, today, those that are told and the cheapest."""
        plans = self.result["plans"]
        first = {self.result["baseline"], *self.told}
        if self.advice is not None:
            first.add(self.advice["leading_plan"])
        order = sorted(plans, key=lambda plan: (plan["id"] not in first, plan["unit_tco"]["mean"]))
        kept = {plan["id"] for plan in order[:MANY]}
        return [plan["id"] for plan in plans if plan["id"] in kept]

    @property
    def told(self) -> list[str]:
        """The plans that the report follows closely: the best but today, and the best at home."""
        if not self.compares:
            return []
        found = [self.choice.focus["id"], self.home]
        return list(dict.fromkeys(plan for plan in found if plan is not None))
