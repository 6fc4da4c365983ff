"""Where a mean difference crosses zero, with few evaluations over all draws.

A pilot over a few draws traces the curve at some points. What it is off by is sampling error, known at two
points over all draws and nearly a straight line around them; so the root of the corrected pilot is checked
over all draws where the curve bends, and if need be the check becomes one of the two points and the search
goes on from there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise

Gap = Callable[[float], float]

_FINE = 1e-9
#: A root of the pilot, and one over all draws, are found when the difference is this part of that at hand.
_ROUGH = 1e-5
_CLOSE = 1e-5
#: A difference this small where the search ends is a root after all.
_NEAR = 1e-2
#: By how much the slope of the corrected pilot, and one through two values over all draws, may be off.
_PILOT_SLOPE = 0.05
_SLOPE = 0.01
#: Curvature of the pilot, as a part of the difference, below which its sampling error (some 9 %, more
#: where rare draws decide) moves no third digit.
_STRAIGHT = 0.003
_NEARBY = 0.01
_TRIES = 6
_STEPS = 40


def through(nodes: Sequence[float], values: Sequence[float]) -> Gap:
    """The curve through points: between two of them the cubic through the four nearest.

    Parameters
    ----------
    nodes
        At least four, in ascending order.
    values
        As many.

    Examples
    --------
    >>> curve = through([0, 1, 2, 4, 8], [0, 1, 8, 64, 512])
    >>> curve(3)
    27.0
    """

    def curve(x: float) -> float:
        start = min(max(bisect_right(nodes, x) - 2, 0), len(nodes) - 4)
        near = range(start, start + 4)
        total = 0.0
        for i in near:
            weight = 1.0
            for j in near:
                if j != i:
                    weight *= (x - nodes[j]) / (nodes[i] - nodes[j])
            total += weight * values[i]
        return total

    return curve


def corrected(pilot: Gap, start: tuple[float, float], step: tuple[float, float]) -> Gap:
    """The pilot with its sampling error taken out, as known at two points over all draws.

    Parameters
    ----------
    pilot
        The difference over a few draws.
    start, step
        Two points with the difference over all draws.
    """
    (x0, f0), (x1, f1) = start, step
    off = f0 - pilot(x0)
    slope = (f1 - pilot(x1) - off) / (x1 - x0)
    return lambda x: pilot(x) + off + slope * (x - x0)


def crossing(
    full: Gap, pilot: Gap, start: tuple[float, float], step: tuple[float, float], looks: Sequence[float]
) -> float | None:
    """Root of ``full`` nearest to the start, or ``None`` where none is seen in the range.

    Parameters
    ----------
    full, pilot
        The difference over all draws, and over a few of them.
    start, step
        Two points with the difference over all draws.
    looks
        Points between which a change of sign is looked for, in ascending order; the first and the last are
        the ends of the range.

    Examples
    --------
    >>> crossing(lambda x: x**2 - 2, lambda x: 1.1 * x**2 - 2.1, (1, -1), (1.5, 0.25), [0, 1, 2, 3])
    1.4142...
    >>> crossing(lambda x: x**2 + 1, lambda x: x**2 + 1, (1, 2), (1.5, 3.25), [0, 1, 2, 3]) is None
    True
    """
    scale = abs(start[1]) + abs(step[1])
    if scale == 0:
        return None
    if abs(start[1]) <= _FINE * scale:
        return start[0]
    gap = corrected(pilot, start, step)
    points = [(x, gap(x)) for x in sorted({*looks, start[0], step[0]})]
    brackets = [(a, b) for a, b in pairwise(points) if a[1] * b[1] <= 0]
    if not brackets:
        return None
    a, b = min(brackets, key=lambda pair: min(abs(x - start[0]) for x, _ in pair))
    found = falsi(gap, a, b, _ROUGH)
    p0, p1 = pilot(start[0]), pilot(step[0])
    line = p0 + (p1 - p0) * (found - start[0]) / (step[0] - start[0])
    if abs(pilot(found) - line) <= _STRAIGHT * (abs(p0) + abs(p1)):
        return found
    nearby = found + (found - start[0]) * _NEARBY
    slope = (gap(nearby) - gap(found)) / (nearby - found)
    return _settled(full, found, slope, scale, (min(looks), max(looks)))


def _settled(full: Gap, x: float, slope: float, scale: float, ends: tuple[float, float]) -> float | None:
    """The root of ``full`` near ``x``, where it has about this slope."""
    value, off = full(x), _PILOT_SLOPE
    for _ in range(_TRIES):
        following = min(max(x - value / slope, ends[0]), ends[1]) if slope else x
        if following == x:
            break
        if abs(value) * off <= _CLOSE * scale:
            # One more evaluation would find the difference closer to zero than anyone asks.
            return following
        after = full(following)
        slope, off = (after - value) / (following - x), _SLOPE
        x, value = following, after
    return x if abs(value) <= _NEAR * scale else None


def falsi(gap: Gap, a: tuple[float, float], b: tuple[float, float], precision: float = _FINE) -> float:
    """Root between two points of opposite sign by the Illinois variant of regula falsi.

    Examples
    --------
    >>> round(falsi(lambda x: x**2 - 2, (1.0, -1.0), (2.0, 2.0)), 6)
    1.414214
    """
    (xa, fa), (xb, fb) = a, b
    if fa == 0 or fb == 0:
        return xa if fa == 0 else xb
    scale = abs(fa) + abs(fb)
    x = xb
    for _ in range(_STEPS):
        x = xb - fb * (xb - xa) / (fb - fa)
        fx = gap(x)
        if abs(fx) <= precision * scale:
            return x
        if fx * fb < 0:
            xa, fa = xb, fb
        else:
            fa /= 2
        xb, fb = x, fx
    return x
