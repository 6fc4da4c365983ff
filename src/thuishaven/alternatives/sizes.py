"""Sizes of the changes: figures of the facts for a dossier, ranges put together, the buffer that pays."""

from __future__ import annotations

import math

from thuishaven.chain import buffer_for_lost_sales, recovery_buffer
from thuishaven.dossier import Dossier, Source
from thuishaven.facts import FactMissing, FactSet
from thuishaven.uncertainty import Quantity, from_answer

#: Digits that a range put together deserves.
_DIGITS = 3


def known(facts: FactSet, parameter: str, dossier: Dossier) -> Quantity | None:
    """What the facts say about a parameter on the day of the dossier."""
    try:
        return from_answer(facts.get(parameter, on=dossier.as_of))
    except FactMissing:
        return None


def ends(facts: FactSet, parameter: str, dossier: Dossier) -> tuple[float, float, float] | None:
    """Low, value and high of a figure as the table gives them."""
    try:
        answer = facts.get(parameter, on=dossier.as_of)
    except FactMissing:
        return None
    if answer.value is None or answer.low is None or answer.high is None:
        return None
    return answer.low, answer.value, answer.high


def together(one: Quantity, other: Quantity, unit: str = "") -> Quantity:
    """The product of two positive quantities that know nothing of each other, as a lognormal range.

    Medians multiply, and the squares of the widths on the log scale add up.

    >>> together(Quantity.parse({"low": 8, "high": 12.5}), Quantity.constant(2)).given
    (('low', 16.0), ('high', 25.0))
    """
    middle = one.median * other.median
    below = math.hypot(*(math.log(q.median / q.p5) for q in (one, other)))
    above = math.hypot(*(math.log(q.p95 / q.median) for q in (one, other)))
    low, high = rounded(middle * math.exp(-below)), rounded(middle * math.exp(above))
    remark = {"unit": unit} if unit else {}
    return Quantity.parse({"low": low, "high": high, **remark} if low < high else {"value": low, **remark})


def rounded(value: float) -> float:
    """Three digits: more says nothing about a range."""
    return round(value, _DIGITS - 1 - math.floor(math.log10(abs(value)))) if value else 0.0


def in_euro(amount: Quantity, facts: FactSet, dossier: Dossier) -> float:
    """The mean of an amount of money, EUR of ``as_of``."""
    currency = (amount.unit or "EUR").partition("/")[0]
    if currency == "EUR":
        return amount.mean
    answer = facts.get("fx_rate", on=dossier.as_of, currency=currency)
    return amount.mean * float(answer.value or 0.0)


def advised_weeks(dossier: Dossier, facts: FactSet, main: Source) -> float | None:
    """Weeks of stock at which one more week costs what it saves; ``None`` where none pays or no price is
    known.
    """
    price, paid = dossier.product.price, main.unit_price
    rate, weeks, holding = (
        main.risk.disruption_rate or known(facts, "disruption_rate", dossier),
        main.risk.disruption_weeks or known(facts, "disruption_weeks", dossier),
        known(facts, "holding_rate", dossier),
    )
    lost = dossier.demand.lost_sales or known(facts, "stock_out_lost_sale_share", dossier)
    if price is None or paid is None or rate is None or weeks is None or holding is None or lost is None:
        return None
    value = in_euro(paid, facts, dossier)
    margin = in_euro(price, facts, dossier) - value
    if margin <= 0 or value <= 0:
        return None
    found = buffer_for_lost_sales(rate.mean, weeks.mean, margin * lost.mean, holding.mean * value)
    return round(found, 1) or None


def recovery_weeks(dossier: Dossier, facts: FactSet, main: Source, share: float) -> float | None:
    """Weeks of stock that outlast a share of the disruptions, on top of the buffer of today.

    Disruptions last exponentially long, as in the cost line on them; safety stock is not counted on.

    Parameters
    ----------
    share
        Of the disruptions that the stock should outlast.
    """
    weeks = main.risk.disruption_weeks or known(facts, "disruption_weeks", dossier)
    if weeks is None:
        return None
    buffers = [part.buffer_weeks for part in (dossier.baseline.stock, dossier.stock)]
    now = next((buffer.mean for buffer in buffers if buffer is not None), 0.0)
    missing = recovery_buffer(1.0, -weeks.mean * math.log(1 - share), now)
    return round(now + missing, 1) if missing > 0 else None
