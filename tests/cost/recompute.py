"""A figure worked out again by somebody who has the explanation and nothing else of ours.

It runs the formula's own text on the inputs shown with it, and turns the value into money as the explanation
says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from thuishaven.cost.explain import Explanation, Part, Term


def ran(formula: str, inputs: tuple[Term, ...], constants: Any) -> np.ndarray:
    """What the text of a formula gives for its inputs."""
    names: dict[str, Any] = {"np": np, "Array": np.ndarray, **constants}
    exec(formula, names)
    function = names[formula.removeprefix("def ").partition("(")[0]]
    return np.asarray(function(*(term.values for term in inputs)))


def present_value(part: Part, value: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Present value of a part before tax, per draw."""
    years = np.broadcast_to(value, (value.shape[0], d.size))
    y, last = part.spending_year, d.size - 1
    if part.kind in {"unit", "period"}:
        return (years * part.times) @ d
    if part.kind == "oneoff":
        return years[:, y] * d[y] if y <= last else 0 * years[:, 0]
    if part.kind == "capital":
        assert part.life is not None
        left = np.maximum(0, 1 - (last - y) / part.life[:, 0])
        return years[:, y] * (d[y] - left * d[last])
    financed = sum(years[:, t + 1] * (d[t] - d[t + 1]) for t in range(last))
    if part.kind == "stock":
        assert part.rate is not None
        financed = financed + (years * part.rate * part.times) @ d
    return np.asarray(financed)


def taxed(part: Part, value: np.ndarray, d: np.ndarray) -> np.ndarray:
    """What tax sees of a part otherwise than its cash, discounted, per draw."""
    years = np.broadcast_to(value, (value.shape[0], d.size))
    y, last = part.spending_year, d.size - 1
    if part.kind != "capital":
        return np.asarray(sum(years[:, t + 1] * (d[t] - d[t + 1]) for t in range(last)))
    assert part.tax_life is not None
    share = [
        min(max(part.tax_life - (t - y - 1), 0), 1) / part.tax_life if t > y else 0 for t in range(d.size)
    ]
    return years[:, y] * (d[y] - np.array(share) @ d - (1 - sum(share)) * d[last])


def value_of(part: Part) -> np.ndarray:
    """The value of a part from its formula."""
    value = ran(part.formula, part.inputs, part.constants)
    return -value if part.income else value


def per_unit(explanation: Explanation) -> float:
    """The figure, EUR per unit."""
    d = explanation.discount
    volume = float((explanation.volume @ d).mean())
    values = [(part, value_of(part)) for part in explanation.parts]
    if explanation.id.endswith(".T03"):
        u = explanation.tax_rate
        return sum(float(taxed(part, value, d).mean()) for part, value in values) * u / (1 - u) / volume
    total = sum(float(present_value(part, value, d).mean()) for part, value in values)
    for given in explanation.given:
        total += float(given.amount.mean()) * given.probability * d[given.year - explanation.first_year]
    return total / volume
