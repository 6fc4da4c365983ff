"""What plans, criteria and roles are called in the sentences of an advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from thuishaven.locale import N_, _, listing
from thuishaven.report.promise import STEP
from thuishaven.report.subject import Subject, quoted

Params = Mapping[str, Any]

ROLES = {"firm": N_("the firm"), "adviser": N_("an adviser"), "region": N_("the region")}


def criterion_name(identity: str) -> str:
    """What a criterion is called."""
    from thuishaven.advice import criteria

    return _(criteria()[identity].name_en)


def role_name(identity: str) -> str:
    """What a role is called in a sentence."""
    return _(ROLES[identity]) if identity in ROLES else identity


def plan_name(identity: str, about: Subject) -> str:
    """A plan as it stands in a sentence."""
    return quoted(about.plans.get(identity, identity))


def criteria_names(identities: Sequence[str]) -> str:
    """Criteria as they stand in a sentence."""
    return listing([criterion_name(name) for name in identities])


def rounded(share: float) -> float:
    """A share to five per cent."""
    return round(share / STEP) * STEP
