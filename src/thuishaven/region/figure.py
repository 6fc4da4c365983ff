"""A figure with everything it rests on: what ran, on what, and where each input comes from."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thuishaven.dossier import plain
from thuishaven.facts import Answer
from thuishaven.uncertainty import Quantity, quantiles

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where an input comes from: a path in the dossier, or a fact.

    Parameters
    ----------
    id
        Path in the dossier (``home.labour.presence``) or id of the fact.
    column
        Column of the draws it owns, the same as in the other rooms: the same draw is the same world.
    name
        Name of the field or the parameter.
    """

    id: str
    column: str
    name: str
    quantity: Quantity
    unit: str
    answer: Answer | None = None

    def __hash__(self) -> int:
        """By name: two leaves of one name and column are compared in full only then."""
        return hash((self.id, self.column))

    @property
    def status(self) -> str:
        """``user``, or the status of the fact."""
        return self.answer.fact.status if self.answer is not None else "user"

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        found: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "unit": self.unit,
            "status": self.status,
            "value": self.quantity.to_plain(),
        }
        if self.answer is None:
            found.update(source=self.quantity.source or None, note=self.quantity.note or None)
            return found
        fact = self.answer.fact
        found.update(period=fact.period, source=fact.source_id, note=fact.note or None)
        found["fallbacks"] = [fallback.to_dict() for fallback in self.answer.fallbacks]
        return found


@dataclass(frozen=True)
class Figure:
    """A value in every draw (and year), and how it came about.

    ``values`` is ``function(**inputs)`` in every draw, or what ``leaf`` drew; shape (draws,), (draws, years)
    or broadcasting to one of them. Anybody can work it out again from the inputs.
    """

    id: str
    unit: str
    values: Array
    function: Callable[..., Any] | None = None
    inputs: tuple[tuple[str, Figure], ...] = ()
    leaf: Leaf | None = None

    @property
    def mean(self) -> float:
        """Mean over all draws and years."""
        return float(np.mean(self.values))

    def leaves(self) -> Iterator[Leaf]:
        """Every input from the dossier or the facts that it rests on, each once."""
        yield from leaves_of([self])

    def to_dict(self) -> dict[str, Any]:
        """Plain form: mean, range, by year, the formula that ran and its inputs in turn."""
        found: dict[str, Any] = {
            "id": self.id,
            "unit": self.unit,
            **spread(_per_draw(self.values)),
            "mean": self.mean,
            "by_year": self.values.mean(axis=0).tolist() if self.values.ndim > 1 else None,
        }
        if self.leaf is not None:
            found["origin"] = self.leaf.to_dict()
        if self.function is not None:
            found["function"] = self.function.__name__
            found["formula"] = _source(self.function)
            found["formula_in_words"] = (inspect.getdoc(self.function) or "").splitlines()[0]
        if self.inputs:
            found["inputs"] = [{"name": name, **figure.to_dict()} for name, figure in self.inputs]
        return dict(plain(found))


def leaves_of(figures: Iterable[Figure]) -> Iterator[Leaf]:
    """Every input from the dossier or the facts that some figures rest on, each once."""
    seen: set[int] = set()
    waiting = list(figures)[::-1]
    while waiting:
        figure = waiting.pop()
        if id(figure) in seen:
            continue
        seen.add(id(figure))
        if figure.leaf is not None:
            yield figure.leaf
        waiting += [under for _name, under in reversed(figure.inputs)]


def _per_draw(values: Array) -> Array:
    return values.mean(axis=1) if values.ndim > 1 else np.atleast_1d(values)


def _source(function: Callable[..., Any]) -> str:
    """The lines of a formula, without its docstring."""
    text = textwrap.dedent(inspect.getsource(function))
    words = inspect.getdoc(function)
    if not words:
        return text.strip()
    quotes = '"' * 3
    head, _opened, rest = text.partition(quotes)
    body = rest.partition(quotes)[2]
    return f"{head.rstrip()}\n{body.strip(chr(10))}".strip()


def spread(values: Array) -> dict[str, float]:
    """Mean and range of draws."""
    known = np.isfinite(values)
    finite = values if known.all() else values[known]
    if not finite.size:
        return dict.fromkeys(("mean", "p5", "p50", "p95"), float("nan"))
    low, middle, high = quantiles(finite)
    return {"mean": float(finite.mean()), "p5": low, "p50": middle, "p95": high}
