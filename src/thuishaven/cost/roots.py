"""Where a mean difference crosses zero, with few evaluations over all draws.

A pilot over the first draws traces the curve cheaply. What it is off by is sampling error, known at two
points over all draws and
nearly a straight line around them; so the root of the corrected pilot is checked over all draws, and if need
be the check becomes
one of the two points and the search goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable

Gap = Callable[[float], float]

_FINE = 1e-9
#: A root of the pilot, and one over all draws, are found when the difference is this part of that at hand.
_ROUGH = 1e-5
_CLOSE = 1e-5
#: Curvature of the pilot, as a part of the difference, below which its sampling error (some 3 %) moves no
#: third digit.
_STRAIGHT = 0.01
_NEARBY = 0.01
_TRIES = 6
_STEPS = 40


def corrected(pilot: Gap, start: tuple[float, float], step: tuple[float, float]) -> Gap:
    """The pilot with its sampling error taken out, as known at two points over all draws.

    Parameters
    ----------
    pilot
        The difference over the first draws.
    start, step
        Two points with the difference over all draws.
    """
    (x0, f0), (x1, f1) = start, step
    off = f0 - pilot(x0)
    slope = (f1 - pilot(x1) - off) / (x1 - x0)
    return lambda x: pilot(x) + off + slope * (x - x0)


def crossing(
    full: Gap, pilot: Gap, start: tuple[float, float], step: tuple[float, float], ends: tuple[float, float]
) -> float | None:
    """Root of ``full`` nearest to the start, or ``None`` where there is none between the ends.

    Parameters
    ----------
    full, pilot
        The difference over all draws, and over the first of them.
    start, step
        Two points with the difference over all draws.
    ends
        Range in which a root is sought.
    """
    seen: dict[float, float] = {}

    def look(x: float) -> float:
        if x not in seen:
            seen[x] = pilot(x)
        return seen[x]

    gap = corrected(look, start, step)
    found = root(gap, start[0], step[0], ends, _ROUGH)
    if found is None or found == start[0]:
        return found
    p0, p1 = look(start[0]), look(step[0])
    line = p0 + (p1 - p0) * (found - start[0]) / (step[0] - start[0])
    if abs(look(found) - line) <= _STRAIGHT * (abs(p0) + abs(p1)):
        return found
    scale = abs(start[1]) + abs(step[1])
    nearby = found + (found - start[0]) * _NEARBY
    slope = (gap(nearby) - gap(found)) / (nearby - found)
    x, value = found, full(found)
    for _ in range(_TRIES):
        if abs(value) <= _CLOSE * scale or slope == 0:
            return x
        following = x - value / slope
        after = full(following)
        slope = (after - value) / (following - x) if following != x else 0.0
        x, value = following, after
    return x


def root(
    gap: Gap, start: float, step: float, ends: tuple[float, float], precision: float = 1e-9
) -> float | None:
    """Root of ``gap`` nearest to the start, or ``None`` where there is none between the ends.

    Tries the straight line through start and step first; looks at the ends only if that does not settle it.

    Examples
    --------
    >>> root(lambda x: 3 * x - 6, 1.0, 1.5, (0.0, 10.0))
    2.0
    >>> root(lambda x: x * x + 1, 1.0, 1.5, (-10.0, 10.0)) is None
    True
    """
    f0, f1 = gap(start), gap(step)
    scale = abs(f0) + abs(f1)
    if scale == 0:
        return None
    if abs(f0) <= _FINE * scale:
        return start
    low, high = min(ends), max(ends)
    a, b = (start, f0), (step, f1)
    for _ in range(4):
        if a[1] == b[1]:
            break
        x = b[0] - b[1] * (b[0] - a[0]) / (b[1] - a[1])
        if not low <= x <= high:
            break
        fx = gap(x)
        if abs(fx) <= precision * scale:
            return x
        a, b = b, (x, fx)
    across = [(end, value) for end in ends if (value := gap(end)) * f0 < 0]
    if not across:
        return None
    return falsi(gap, (start, f0), min(across, key=lambda point: abs(point[0] - start)), precision)


def falsi(gap: Gap, a: tuple[float, float], b: tuple[float, float], precision: float = _FINE) -> float:
    """Root between two points of opposite sign by the Illinois variant of regula falsi.

    Examples
    --------
    >>> round(falsi(lambda x: x**2 - 2, (1.0, -1.0), (2.0, 2.0)), 6)
    1.414214
    """
    (xa, fa), (xb, fb) = a, b
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
