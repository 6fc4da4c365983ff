"""How much stock? Newsvendor and economic order with disruptions and random yield; the recovery rule.

Symbols: demand ``d`` per period, holding cost ``h`` and shortage cost ``p`` per unit (and period where it
says so), order cost ``K``. One period unit throughout.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy.special import ndtri

#: A share of demand that is covered cannot pass this: one more period then saves nothing that is seen.
_MOST_PERIODS = 1_000_000
_ROOT_TAU = math.sqrt(2 * math.pi)


@dataclass(frozen=True, slots=True)
class Order:
    """A quantity and what it costs per period (per year where demand is per year)."""

    quantity: float
    cost: float


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not (value > 0 and math.isfinite(value)):
            raise ValueError(f"{name} must be above 0, not {value:g}")


def _density(z: float) -> float:
    return math.exp(-z * z / 2) / _ROOT_TAU


def newsvendor(mean: float, sd: float, holding: float, shortage: float) -> Order:
    """The stock for one period of normal demand, ``S* = mu + z sigma`` with ``Phi(z) = p / (p + h)``.

    Parameters
    ----------
    mean, sd
        Demand of the period, units.
    holding, shortage
        EUR per unit left over, and per unit short.

    Returns
    -------
    Order
        ``S*`` and its cost ``(h + p) sigma phi(z)``.

    Raises
    ------
    ValueError
        Where a cost is not above 0 or the spread is negative.

    Examples
    --------
    >>> found = newsvendor(1000, 200, 1, 4)
    >>> round(found.quantity, 6), round(found.cost, 6)
    (1168.324247, 279.96192)
    """
    _positive(holding=holding, shortage=shortage)
    if sd < 0:
        raise ValueError(f"sd must not be negative, not {sd:g}")
    z = float(ndtri(shortage / (shortage + holding)))
    return Order(mean + z * sd, (holding + shortage) * sd * _density(z))


def spread_over_lead_time(sd: float, lead: float, mean: float, lead_sd: float) -> float:
    """Standard deviation of demand over a lead time: ``sqrt(L sigma^2 + d^2 var(L))``.

    Examples
    --------
    >>> spread_over_lead_time(3, 4, 10, 0.8)
    10.0
    """
    return math.sqrt(lead * sd**2 + (mean * lead_sd) ** 2)


def newsvendor_additive_yield(
    demand: float, holding: float, shortage: float, quantile: Callable[[float], float]
) -> float:
    """The quantity to order when what comes in is the order plus a random ``Y``.

    ``S* = d - F_Y^-1(h / (h + p))``.

    Parameters
    ----------
    demand
        Known demand, units.
    quantile
        Inverse distribution function of ``Y``.

    Examples
    --------
    >>> newsvendor_additive_yield(100, 1, 4, lambda share: -10 + 10 * share)  # Y uniform from -10 to 0
    108.0
    """
    _positive(holding=holding, shortage=shortage)
    return demand - quantile(holding / (holding + shortage))


def up_down(fails: float, recovers: float) -> float:
    """Share of the periods in which a source is down: ``alpha / (alpha + beta)``.

    Parameters
    ----------
    fails, recovers
        Chance per period of going down, and of coming up again, both above 0 and at most 1.

    Raises
    ------
    ValueError
        For a chance that is not above 0, or above 1.
    """
    if not (0 < fails <= 1 and 0 < recovers <= 1):
        raise ValueError(f"chances must be above 0 and at most 1, not {fails:g} and {recovers:g}")
    return fails / (fails + recovers)


def newsvendor_with_disruptions(
    demand: float,
    holding: float,
    shortage: float,
    fails: float,
    recovers: float,
    stock: float | None = None,
) -> Order:
    """The level up to which to order each period from a source that is up or down.

    Known demand, no lead time, shortages delivered later. ``F(n) = 1 - a/(a+b) (1-b)^n`` is the chance that
    no more than ``n`` periods without supply lie behind; ``S* = d (1 + n*)`` with ``n*`` the least ``n`` for
    which ``F(n) >= p / (p + h)``.

    Parameters
    ----------
    demand
        Units per period.
    holding, shortage
        EUR per unit and period in stock, and per unit and period late.
    fails, recovers
        Chances ``a`` and ``b`` per period.
    stock
        A level whose cost is wanted; the best one by default.

    Returns
    -------
    Order
        The level and its mean cost per period, ``sum_n pi_n [h (S - (n+1) d)+ + p ((n+1) d - S)+]``.

    Notes
    -----
    Method: newsvendor with a supplier that is up or down (Tomlin 2006; Snyder and Shen). The sum
    is exact: past the stock it is a geometric series.

    Examples
    --------
    >>> best = newsvendor_with_disruptions(2000, 0.25, 3, 0.04, 0.25)
    >>> best.quantity, round(best.cost, 7)
    (8000.0, 2737.0689655)
    """
    _positive(demand=demand, holding=holding, shortage=shortage)
    down = up_down(fails, recovers)
    if stock is None:
        stock = demand * (1 + _periods(down, recovers, shortage / (shortage + holding)))
    stay = 1 - recovers
    cost, n, chance = 0.0, 0, 1 - down
    while (n + 1) * demand <= stock and chance > 0:
        cost += chance * holding * (stock - (n + 1) * demand)
        n += 1
        chance = down * recovers * stay ** (n - 1)
    # From here on every period is short: the rest is a geometric series from n on.
    left = down * stay ** (n - 1) if n else 1.0
    tail = (n + 1) * demand - stock
    if n:
        cost += left * shortage * (tail + demand * stay / recovers)
    else:
        cost += shortage * (tail + down * demand / recovers)
    return Order(float(stock), cost)


def _periods(down: float, recovers: float, wanted: float) -> int:
    """The least ``n`` for which ``1 - down (1 - b)^n`` reaches what is wanted."""
    if 1 - down >= wanted:
        return 0
    if recovers == 1:
        return 1
    n = max(math.ceil(math.log((1 - wanted) / down) / math.log1p(-recovers)) - 1, 0)
    while 1 - down * (1 - recovers) ** n < wanted and n < _MOST_PERIODS:
        n += 1
    return n


def eoq_with_disruptions(
    order_cost: float, holding: float, shortage: float, demand: float, fail_rate: float, repair_rate: float
) -> Order:
    """The economic order when the supplier fails and recovers at random and sales are lost meanwhile.

    ``psi = l/(l+m) (1 - exp(-(l+m) Q/d))``, cost ``(K + h Q^2/(2d) + p d psi/m) / (Q/d + psi/m)``, minimised
    over ``Q``. A fail rate of 0 gives Harris' ``sqrt(2 K d / h)``.

    Parameters
    ----------
    order_cost, holding, shortage
        EUR per order, per unit and period, per unit lost.
    demand
        Units per period.
    fail_rate, repair_rate
        Per period, exponential.

    Returns
    -------
    Order
        ``Q*`` and its cost per period.

    Notes
    -----
    Method: Parlar and Berkin 1991, corrected by Berk and Arreola-Risa 1994.

    Examples
    --------
    >>> found = eoq_with_disruptions(8, 0.225, 5, 1300, 1.5, 14)
    >>> round(found.quantity, 4), round(found.cost, 6)
    (772.8111, 173.950003)
    """
    _positive(order_cost=order_cost, holding=holding, shortage=shortage, demand=demand)
    plain = math.sqrt(2 * order_cost * demand / holding)
    if fail_rate <= 0:
        return Order(plain, holding * plain)
    _positive(repair_rate=repair_rate)
    both = fail_rate + repair_rate

    def parts(quantity: float) -> tuple[float, float, float, float]:
        """Cost and length of a cycle, and how fast each grows with the quantity."""
        gone = math.exp(-both * quantity / demand)
        idle = fail_rate / both * (1 - gone) / repair_rate
        more_idle = fail_rate / demand * gone / repair_rate
        spent = order_cost + holding * quantity**2 / (2 * demand) + shortage * demand * idle
        more_spent = holding * quantity / demand + shortage * demand * more_idle
        return spent, quantity / demand + idle, more_spent, 1 / demand + more_idle

    def slope(quantity: float) -> float:
        spent, length, more_spent, longer = parts(quantity)
        return more_spent * length - spent * longer

    # Lost sales only make the order larger than Harris', and no larger than when every cycle ends in a stop.
    most = plain + math.sqrt(2 * demand * shortage * demand / (holding * repair_rate)) + plain
    low = plain / 2
    while slope(low) > 0:
        low /= 2
    while slope(most) < 0:
        most *= 2
    from scipy.optimize import brentq

    best = float(brentq(slope, low, most, xtol=1e-12, rtol=1e-14))
    spent, length, _, _ = parts(best)
    return Order(best, spent / length)


def eoq_with_disruptions_approximate(
    order_cost: float, holding: float, shortage: float, demand: float, fail_rate: float, repair_rate: float
) -> Order:
    """The same without the exponential: ``A = d psi/m``, ``Q = -A + sqrt(A^2 + 2d (K + p d psi/m)/h)``.

    Its cost is ``h Q``; good where failures are rare within an order.

    Examples
    --------
    >>> found = eoq_with_disruptions_approximate(8, 0.225, 5, 1300, 1.5, 14)
    >>> round(found.quantity, 6), round(found.cost, 6)
    (773.143242, 173.957229)
    """
    _positive(order_cost=order_cost, holding=holding, shortage=shortage, demand=demand)
    if fail_rate <= 0:
        plain = math.sqrt(2 * order_cost * demand / holding)
        return Order(plain, holding * plain)
    _positive(repair_rate=repair_rate)
    idle = fail_rate / (fail_rate + repair_rate) / repair_rate
    lost = demand * idle
    quantity = -lost + math.sqrt(lost**2 + 2 * demand * (order_cost + shortage * lost) / holding)
    return Order(quantity, holding * quantity)


def eoq_additive_yield(
    order_cost: float, holding: float, demand: float, yield_mean: float, yield_sd: float
) -> Order:
    """The economic order when what comes in is the order plus a random ``Y``.

    ``x = Q + E Y``; ``Q* = -E Y + sqrt(2Kd/h + var Y)``, cost ``[K d + h (x^2 + var Y)/2] / x``.

    Examples
    --------
    >>> eoq_additive_yield(50, 0.1, 10, 0, 0).quantity
    100.0
    >>> eoq_additive_yield(50, 0.1, 10, -5, 0).quantity
    105.0
    """
    _positive(order_cost=order_cost, holding=holding, demand=demand)
    arrives = math.sqrt(2 * order_cost * demand / holding + yield_sd**2)
    cost = (order_cost * demand + holding * (arrives**2 + yield_sd**2) / 2) / arrives
    return Order(arrives - yield_mean, cost)


def eoq_multiplicative_yield(
    order_cost: float, holding: float, demand: float, yield_mean: float, yield_sd: float
) -> Order:
    """The economic order when a random share ``Z`` of the order is good.

    ``Q* = sqrt(2Kd / (h (E^2 + var)))``, cost ``[K d + h Q^2 (E^2 + var)/2] / (Q E)``.

    Examples
    --------
    >>> found = eoq_multiplicative_yield(50, 0.1, 10, 0.8, 0.6)
    >>> found.quantity, found.cost
    (100.0, 12.5)
    """
    _positive(order_cost=order_cost, holding=holding, demand=demand, yield_mean=yield_mean)
    square = yield_mean**2 + yield_sd**2
    quantity = math.sqrt(2 * order_cost * demand / (holding * square))
    cost = (order_cost * demand + holding * quantity**2 * square / 2) / (quantity * yield_mean)
    return Order(quantity, cost)


def recovery_buffer(rate: float, recovery: float, survival: float) -> float:
    """Units that carry us from the end of the stock to the recovery: ``rate x max(0, TTR - TTS)``.

    Parameters
    ----------
    rate
        Use, units per period.
    recovery
        Time to recover, at the quantile one wants to be safe for; periods.
    survival
        Time one holds out now; periods.

    Examples
    --------
    >>> recovery_buffer(180, 4, 1.5), recovery_buffer(180, 1, 1.5)
    (450.0, 0.0)
    """
    return rate * max(0.0, recovery - survival)


def buffer_for_lost_sales(rate: float, mean_length: float, loss: float, holding: float) -> float:
    """Periods of stock at which one more costs what it saves: ``B = m ln(l M / (h v))``, never below 0.

    Disruptions come ``l`` a year and last exponentially long, ``m`` periods on average. A buffer of ``B``
    periods saves ``l exp(-B/m) M`` a year more when it grows by one period, with ``M`` what a period without
    goods costs; holding that period costs ``h v`` a year. Lost sales count once, which is how the cost line
    on disruption counts them; where customers wait and are paid for it by the period, use
    :func:`newsvendor_with_disruptions`.

    Parameters
    ----------
    rate
        Disruptions a year.
    mean_length
        Mean length, periods.
    loss
        EUR lost in a period without goods (or per unit of its demand).
    holding
        EUR a year to hold one period of demand (or one unit).

    Examples
    --------
    >>> round(buffer_for_lost_sales(0.27, 8, 10, 1), 6), buffer_for_lost_sales(0.27, 8, 1, 1)
    (7.946014, 0.0)
    """
    _positive(rate=rate, mean_length=mean_length, holding=holding)
    if rate * loss <= holding:
        return 0.0
    return mean_length * math.log(rate * loss / holding)
