"""The dossier's own figures on top of the facts: every room sees the world in the same way."""

from __future__ import annotations

from thuishaven.dossier.model import Dossier
from thuishaven.facts import Fact, FactSet, sorted_keys


def with_own_facts(facts: FactSet, dossier: Dossier) -> FactSet:
    """The facts with the dossier's own figures on top; these win, and are shown as the user's."""
    if not dossier.facts:
        return facts
    own = [
        Fact(
            parameter=fact.parameter,
            keys=sorted_keys(fact.keys),
            value=fact.value,
            low=fact.low,
            high=fact.high,
            text="",
            unit=fact.unit,
            period=fact.period,
            vintage="",
            source_id=fact.source,
            locator="",
            method="measured",
            licence="",
            ship="",
            confidence="",
            status="user",
            note="",
            range_kind="p5p95" if fact.low is not None or fact.high is not None else "",
            layer="user",
        )
        for fact in dossier.facts
    ]
    return facts.with_facts(own)
