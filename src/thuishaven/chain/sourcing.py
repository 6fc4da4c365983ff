"""Which measure against an unreliable source, and how much from a second one?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import factorial, ndtr, zeta

from thuishaven.chain.buffers import Order, newsvendor_with_disruptions

#: Powers of a small drift that count, and standard deviations past which nothing is left to add.
_POWERS, _FAR = 32, 16
_ROOT_TAU = math.sqrt(2 * math.pi)
#: Correction of a random walk that is watched once a period: -zeta(1/2)/sqrt(2 pi) (Chernoff 1965, Siegmund).
_OVERSHOOT = -float(zeta(0.5)) / _ROOT_TAU


@dataclass(frozen=True, slots=True)
class Choice:
    """The cheapest of three ways to live with an unreliable source.

    ``measure``: ``accept`` (order what is needed and be short when it is down), ``stock`` (hold ``stock``
    units) or ``second_source`` (buy all from the reliable one). ``costs``: each way's cost per period.
    """

    measure: str
    stock: float
    costs: dict[str, float]


def choose_measure(
    demand: float, holding: float, shortage: float, fails: float, recovers: float, premium: float
) -> Choice:
    """Accept, hold stock, or buy elsewhere: Tomlin's choice for who does not mind risk.

    One unreliable source without limit on its capacity and one reliable source that is ``premium`` dearer:
    exactly one of the three is best, and mixing them never is. A second source that is only called in when
    the first is down needs spare volume agreed before the event.

    Parameters
    ----------
    demand
        Units per period.
    holding, shortage
        EUR per unit and period.
    fails, recovers
        Chances per period that the source goes down, and comes up again.
    premium
        EUR per unit that the reliable source is dearer.

    Notes
    -----
    Method: Tomlin 2006, Management Science 52(5), 639-657.

    Examples
    --------
    >>> choose_measure(2000, 0.25, 3, 0.04, 0.25, premium=2).measure
    'stock'
    >>> choose_measure(2000, 0.25, 3, 0.04, 0.25, premium=1).measure
    'second_source'
    """
    best = newsvendor_with_disruptions(demand, holding, shortage, fails, recovers)
    accepted = newsvendor_with_disruptions(demand, holding, shortage, fails, recovers, demand)
    costs = {"accept": accepted.cost, "stock": best.cost, "second_source": premium * demand}
    measure = "accept" if best.quantity == demand else "stock"
    if costs["second_source"] < best.cost:
        measure = "second_source"
    return Choice(measure, best.quantity, costs)


def surge_stock(surge: float, sd: float) -> float:
    """Mean stock under tailored base-surge, where the near source adds ``mu`` per period on average.

    ``E[O] = sum_k (1/k) [-mu k Phi(-z_k) + sigma sqrt(k) phi(z_k)]``, ``z_k = mu sqrt(k) / sigma``: the mean
    of the largest value of a random walk, by Spitzer's identity.

    Parameters
    ----------
    surge
        Mean surge ``mu``, units per period, above 0.
    sd
        Standard deviation of demand, units per period; demand is independent and normal.

    Raises
    ------
    ValueError
        For a surge that is not above 0.

    Examples
    --------
    >>> round(surge_stock(20 / 3, 20), 6)
    19.922679
    """
    if surge <= 0:
        raise ValueError(f"surge must be above 0, not {surge:g}")
    return sd * _series(surge / sd)[0] if sd > 0 else 0.0


def _series(drift: float) -> tuple[float, float]:
    """Mean highest point of the walk in standard deviations, and how fast it falls with the drift."""
    return _small(drift) if drift < 1 else _summed(drift)


def _small(drift: float) -> tuple[float, float]:
    """The same where many terms would be needed, exact below a drift of 2 sqrt(pi).

    ``1/(2b) + zeta(1/2)/sqrt(2 pi) + b/4 + b^2/sqrt(2 pi) sum_r zeta(-1/2-r) (-b^2/2)^r / (r! (2r+1)
    (2r+2))``: Janssen and Van Leeuwaarden 2007, Stochastic Processes and their Applications 117.
    """
    r = np.arange(_POWERS)
    terms = zeta(-0.5 - r) * (-(drift**2) / 2) ** r / (factorial(r) * (2 * r + 1) * (2 * r + 2)) / _ROOT_TAU
    value = 1 / (2 * drift) - _OVERSHOOT + drift / 4 + drift**2 * float(terms.sum())
    slope = -1 / (2 * drift**2) + 1 / 4 + drift * float(((2 * r + 2) * terms).sum())
    return value, -slope


def _summed(drift: float) -> tuple[float, float]:
    """The same, term by term."""
    k = np.arange(1, (_FAR / drift) ** 2 + 2)
    root = np.sqrt(k)
    beyond = ndtr(-drift * root)
    value = np.exp(-((drift * root) ** 2) / 2) / (_ROOT_TAU * root) - drift * beyond
    return float(value.sum()), float(beyond.sum())


@dataclass(frozen=True, slots=True)
class BaseSurge:
    """How much comes from near when the base load comes from afar.

    ``surge``: mean units per period from near; ``stock``: mean stock; ``cost``: of stock and premium, EUR per
    period; ``share`` of demand that the surge is.
    """

    surge: float
    stock: float
    cost: float
    share: float


def surge_cost(surge: float, sd: float, holding: float, premium: float) -> float:
    """Cost per period of a surge: ``h E[O] + dc mu``, EUR."""
    return holding * surge_stock(surge, sd) + premium * surge


def base_surge(demand: float, sd: float, holding: float, premium: float, *, how: str = "exact") -> BaseSurge:
    """The split between a far, cheap base load and a near, dearer surge.

    The far source delivers ``d - mu`` every period; the near one fills up to the level. Diffusion:
    ``mu = sigma sqrt(h / (2 dc))``, stock ``sigma^2 / (2 mu)``; corrected for a walk in steps:
    ``mu = sigma sqrt(h / (2 dc + h/2))``, stock ``sigma^2/(2 mu) - .5826 sigma + mu/4``; exact: the series of
    :func:`surge_stock`, minimised.

    Parameters
    ----------
    demand, sd
        Units per period: mean, and standard deviation of independent normal demand.
    holding
        EUR per unit and period.
    premium
        EUR per unit that the near source is dearer, above 0.
    how
        ``exact``, ``diffusion`` or ``corrected``.

    Notes
    -----
    Method: Allon and Van Mieghem 2010, doi 10.1287/mnsc.1090.1099; correction: Chernoff, Siegmund. The split
    is good, the stock of the diffusion far too high. The policy is some 21 % above the best possible one at a
    difference in lead time of two periods and 3.5 % at seven (Janakiraman and others).

    Raises
    ------
    ValueError
        Where a figure is not above 0, or for another word.

    Examples
    --------
    >>> found = base_surge(100, 20, 2, 9)
    >>> round(found.surge, 4), round(found.cost, 6)
    (6.5073, 99.809488)
    >>> rough = base_surge(100, 20, 2, 9, how="diffusion")
    >>> round(rough.surge, 6), round(rough.stock, 6)
    (6.666667, 30.0)
    """
    for name, value in (("demand", demand), ("sd", sd), ("holding", holding), ("premium", premium)):
        if not (value > 0 and math.isfinite(value)):
            raise ValueError(f"{name} must be above 0, not {value:g}")
    if how == "diffusion":
        surge = sd * math.sqrt(holding / (2 * premium))
        stock = sd**2 / (2 * surge)
    elif how == "corrected":
        surge = sd * math.sqrt(holding / (2 * premium + holding / 2))
        stock = corrected_stock(surge, sd)
    elif how == "exact":
        from scipy.optimize import brentq

        # The stock falls by the sum of Phi(-z) with the surge: at the best one that saves what a unit costs.
        first = math.sqrt(holding / (2 * premium))
        low = high = math.log(first)
        while holding * _series(math.exp(low))[1] < premium:
            low -= 1
        while holding * _series(math.exp(high))[1] > premium:
            high += 1
        root = brentq(lambda log: holding * _series(math.exp(log))[1] - premium, low, high, xtol=1e-13)
        surge = sd * math.exp(float(root))
        stock = surge_stock(surge, sd)
    else:
        raise ValueError(f"{how}: expected exact, diffusion or corrected")
    return BaseSurge(surge, stock, holding * stock + premium * surge, min(surge / demand, 1.0))


def corrected_stock(surge: float, sd: float) -> float:
    """Mean stock by the diffusion corrected for steps, good for ``mu < sigma / 2``, units.

    Examples
    --------
    >>> round(corrected_stock(20 / 3, 20), 6)
    20.014724
    """
    return sd**2 / (2 * surge) - _OVERSHOOT * sd + surge / 4


__all__ = ["BaseSurge", "Choice", "Order", "base_surge", "choose_measure", "surge_cost", "surge_stock"]
