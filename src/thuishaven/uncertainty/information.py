"""What knowing more is worth, in the unit of the net benefit.

EVPI = E[max_j NB_j] - max_j E[NB_j]: what deciding with full knowledge gains over deciding now. It equals the
expected regret of the plan that is best on average. EVPPI of an input is the same with E[NB_j | x] for NB_j.
An input that cannot change the choice is worth nothing, however much of the variance it carries.
Method: notes on uncertainty, section 6.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thuishaven.uncertainty.conditional import (
    ConditionalMean,
    block_error,
    check_same_draws,
    conditional_means,
    smooth_surface,
)
from thuishaven.uncertainty.distributions import FloatArray
from thuishaven.uncertainty.sensitivity import sampled, variance_share


def evpi(net_benefit: ArrayLike) -> float:
    """Expected value of perfect information.

    net_benefit : shape (n, plans), the same draws for every plan. In the unit of the net benefit, 0 or more.

    >>> evpi([[10.0, 0.0], [0.0, 6.0]])
    3.0
    """
    return float(expected_regret(net_benefit).min())


def expected_regret(net_benefit: ArrayLike) -> FloatArray:
    """Expected regret of every plan: what it falls short of the best plan per draw, on average.

    net_benefit : shape (n, plans). Returns shape (plans,); the least of them is the EVPI.

    >>> expected_regret([[10.0, 0.0], [0.0, 6.0]]).tolist()
    [3.0, 5.0]
    """
    benefit = _checked(net_benefit)
    return np.asarray((benefit.max(axis=1, keepdims=True) - benefit).mean(axis=0))


def evppi(
    x: ArrayLike,
    net_benefit: ArrayLike,
    sampling: str = "quasi",
    replicates: int = 1,
    resolved: float = 1.0,
) -> float:
    """Expected value of knowing x before choosing a plan.

    Parameters
    ----------
    x : n draws of one input, shape (n,), or of g inputs that would be found out together, shape (g, n).
    net_benefit : shape (n, plans).
    sampling, replicates : as for `first_order`.
    resolved : share of the input's variance that a study takes away; below 1 this is the value of sample
        information (EVSI), exact where E[NB | x] is normal.

    Returns
    -------
    Between 0 and the EVPI, in the unit of the net benefit.

    A group is regressed on a smooth surface: the functions of each input and products of every two of them.

    Raises
    ------
    ValueError
        For a resolved share below 0 or above 1.
    """
    inputs, benefit, replicates = sampled(x, net_benefit, sampling, replicates)
    benefit = _checked(benefit)
    check_same_draws(inputs.shape[1], len(benefit), replicates)
    if not 0 <= resolved <= 1:
        raise ValueError(f"a study resolves a share between 0 and 1 of the variance, not {resolved}")
    rows = _differences(benefit, 0)
    given = (
        next(conditional_means(inputs, rows, replicates)[1])
        if len(inputs) == 1
        else smooth_surface(inputs, rows, replicates)
    )
    value, _ = _gain(given, rows, resolved)
    return min(max(value, 0.0), evpi(benefit))


def evsi(x: ArrayLike, net_benefit: ArrayLike, resolved: float, replicates: int = 1) -> float:
    """Expected value of a study that takes away share `resolved` of the variance of x; see `evppi`."""
    return evppi(x, net_benefit, replicates=replicates, resolved=resolved)


@dataclass(frozen=True, slots=True)
class Information:
    """Values of information of k inputs.

    Attributes
    ----------
    evppi, se : of every input, shape (k,), in the unit of the net benefit; se is nan with one replicate.
    nothing_to_gain : where the EVPPI is below two standard errors, shape (k,).
    evpi, evpi_se : of knowing everything.
    first_order, first_order_se : variance share of every input in the difference of every plan with the
        baseline, shape (k, plans); 0 for the baseline itself.
    """

    evppi: FloatArray
    se: FloatArray
    nothing_to_gain: NDArray[np.bool_]
    evpi: float
    evpi_se: float
    first_order: FloatArray
    first_order_se: FloatArray


def evppi_all(
    x: ArrayLike,
    net_benefit: ArrayLike,
    replicates: int = 1,
    independent: bool = True,
    baseline: int = 0,
    considered: ArrayLike | None = None,
) -> Information:
    """Value of knowing each of k inputs, and its variance shares, in one pass over the draws.

    Parameters
    ----------
    x : inputs, shape (k, n). net_benefit : shape (n, plans).
    replicates : independent blocks in the draws, as in `Draws`; from 2 on, results come with standard errors.
    independent : whether the inputs are.
    baseline : the plan that differences are taken from, for the variance shares.
    considered : which inputs the difference of each other plan with the baseline rests on, shape
        (k, plans - 1); all by default. Others do not enter the estimate for that plan, so that a plan added
        leaves the shares of the others as they were.
    """
    benefit = _checked(net_benefit)
    rows = _differences(benefit, baseline)
    spread, means = conditional_means(x, rows, replicates, independent, considered)
    most = evpi(benefit)
    values, errors, shares, share_errors = [], [], [], []
    for given in means:
        value, error = _gain(given, rows)
        values.append(min(max(value, 0.0), most))
        errors.append(error)
        share, share_error = variance_share(given, spread)
        shares.append(np.insert(share, baseline, 0.0))
        share_errors.append(np.insert(share_error, baseline, 0.0))
    found, se = np.array(values), np.array(errors)
    nothing = found <= np.where(np.isnan(se), 0.0, 2.0 * se)
    regret = benefit.max(axis=1) - benefit[:, int(np.argmax(benefit.mean(axis=0)))]
    evpi_se = float(block_error(regret.reshape(replicates, -1).mean(axis=1)))
    return Information(found, se, nothing, most, evpi_se, np.array(shares), np.array(share_errors))


def _checked(net_benefit: ArrayLike) -> FloatArray:
    benefit = np.asarray(net_benefit, dtype=np.float64)
    if benefit.ndim != 2 or 0 in benefit.shape:
        raise ValueError(f"net benefit has shape (draws, plans), not {benefit.shape}")
    if not np.isfinite(benefit).all():
        raise ValueError("the net benefit holds a value that is not finite")
    return benefit


def _differences(benefit: FloatArray, baseline: int) -> FloatArray:
    """Net benefit of all other plans minus the baseline's, shape (plans - 1, n); what they share is gone."""
    others = np.delete(benefit, baseline, axis=1)
    return np.ascontiguousarray((others - benefit[:, baseline, None]).T)


def _gain(given: ConditionalMean, rows: FloatArray, resolved: float = 1.0) -> tuple[float, float]:
    """What choosing by E[NB | x] gains over choosing now, with its standard error over replicates.

    `rows` are differences with one plan, so that plan is a row of zeros.
    """
    replicates, _ = given.share.shape
    mean = rows.mean(axis=1)
    by_replicate = rows.reshape(len(rows), replicates, rows.shape[1] // replicates).mean(axis=2)
    left = math.sqrt(resolved)
    centre = mean[:, None, None]
    fitted = _with_reference(centre + left * (given.fitted - centre))
    if replicates == 1:
        informed = float((given.share[0] * fitted[:, 0].max(axis=0)).sum())
        return informed - max(float(mean.max(initial=0.0)), 0.0), math.nan
    part = centre * given.share + left * (given.part - centre * given.share)
    # What the other replicates would choose, in each cell and without knowing x.
    elsewhere = _with_reference((mean[:, None] * replicates - by_replicate) / (replicates - 1))
    # In steps too small to matter, so that rounding never decides between plans that tie.
    step = 1e-9 * float(np.abs(fitted).max()) or 1.0
    default = np.round(elsewhere / step).argmax(axis=0)
    choice = np.round(fitted / step)
    choice[default, np.arange(replicates)] += 1.0
    choice = choice.argmax(axis=0)
    value = np.take_along_axis(_with_reference(part), choice[None], axis=0)[0].sum(axis=1)
    # The control variates' own means differ by replicate; put them back where they were taken out.
    taken = _with_reference(by_replicate - part.sum(axis=2))
    value += (given.share.mean(axis=0) * np.take_along_axis(taken, choice.T, axis=0).T).sum(axis=1)
    value -= np.take_along_axis(_with_reference(by_replicate), default[None], axis=0)[0]
    return float(value.mean()), float(block_error(value))


def _with_reference(rows: FloatArray) -> FloatArray:
    return np.concatenate([np.zeros((1, *rows.shape[1:])), rows])


def linear_normal_evpi(mean: float, sd: float) -> float:
    """EVPI of two plans whose difference is normal; with the sd of one input's (or group's) part: its EVPPI.

    s phi(m / s) - |m| Phi(-|m| / s).

    >>> round(linear_normal_evpi(100, math.hypot(80, 150, 60)), 9), round(linear_normal_evpi(100, 150), 9)
    (32.709796341, 22.667947074)
    """
    from scipy.special import ndtr

    if sd <= 0:
        return 0.0
    distance = abs(mean) / sd
    density = math.exp(-0.5 * distance * distance) / math.sqrt(2 * math.pi)
    return sd * density - abs(mean) * float(ndtr(-distance))


def linear_normal_evsi(mean: float, sd: float, resolved: float) -> float:
    """Value of a study that takes away share `resolved` of the variance of an input with this sd.

    >>> round(linear_normal_evsi(100, 150, .5), 6)
    9.842118
    """
    return linear_normal_evpi(mean, sd * math.sqrt(resolved))


def linear_normal_p_wrong(mean: float, sd: float) -> float:
    """Chance that the plan that is best on average is not the better of the two: Phi(-|m| / s).

    >>> round(linear_normal_p_wrong(100, math.hypot(80, 150, 60)), 12)
    0.289549870977
    """
    from scipy.special import ndtr

    return float(ndtr(-abs(mean) / sd)) if sd > 0 else 0.0
