"""From a fact about the world to a distribution."""

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from thuishaven.uncertainty.quantity import Quantity

if TYPE_CHECKING:
    from thuishaven.facts import Answer


def from_answer(answer: "Answer") -> Quantity:
    """The distribution that belongs to an answer of the fact store.

    A fact with its own range keeps it: P5, value and P95, or true bounds where the table says so ("minmax",
    or the interval of a "rounding"). A value alone gets the width `answer.gsd` that its status, age and
    fallbacks justify (1 for law): lognormal with the value as median, normal where it can be negative.
    Fallbacks widen an own range too.

    Parameters: an answer in the canonical unit of its parameter. Returns a Quantity with that unit and the id
    of the fact as its source. Raises QuantityError when the fact contradicts itself or the limits of its
    parameter. Method: notes on uncertainty, section 2.
    """
    parameter, fact = answer.parameter, answer.fact
    raw: dict[str, float | None] | float | None
    if answer.low is None or answer.high is None or parameter.distribution == "constant":
        raw = answer.value
    elif fact.range_kind == "rounding" or (fact.range_kind == "minmax" and answer.value is None):
        raw = {"min": answer.low, "max": answer.high}
    elif fact.range_kind == "minmax":
        raw = {"min": answer.low, "mode": answer.value, "max": answer.high}
    elif answer.value is None:
        raw = {"low": answer.low, "high": answer.high}
    else:
        raw = {"low": answer.low, "mode": answer.value, "high": answer.high}
    given = tuple(raw.items()) if isinstance(raw, dict) else raw
    limits = (parameter.positive, parameter.hard_low, parameter.hard_high)
    return _widened(given, limits, max(answer.gsd, 1.0), answer.unit, fact.id)


@lru_cache(maxsize=2048)
def _widened(
    given: "tuple[tuple[str, float | None], ...] | float | None",
    limits: tuple[bool, float | None, float | None],
    gsd: float,
    unit: str,
    source: str,
) -> Quantity:
    """The facts are the same for every dossier: each is solved for once, not once an assessment."""
    raw = dict(given) if isinstance(given, tuple) else given
    positive, lower, upper = limits
    quantity = Quantity.parse(raw, positive=positive, lower=lower, upper=upper)
    return replace(quantity.widened(gsd), unit=unit, source=source)
