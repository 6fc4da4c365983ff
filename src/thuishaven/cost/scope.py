"""Where a name in a formula gets its value: from the dossier, from the facts, or from another formula.

Each scope remembers what it worked out and on which leaves that rests, so that a changed leaf (a scenario, a
slider, a break-even
search) recomputes only what depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thuishaven.facts import Answer
from thuishaven.uncertainty import Quantity

Array = NDArray[np.float64]
#: Which draws: a block, or the numbers of single ones.
Rows = slice | NDArray[np.intp]


class Missing(LookupError):
    """An input that neither the dossier nor the facts give; the line that needs it is not counted."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Leaf:
    """An input as it entered the calculation.

    Parameters
    ----------
    id
        Path in the dossier (``home.tilburg.labour_hours``) or id of the fact.
    column
        Column of the draws it owns; the same column means the same draw.
    name
        Name in the formulas.
    quantity
        Its distribution, in ``unit``.
    answer
        The fact it comes from; ``None`` for the user's own figures.
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


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one leaf for a what-if: set it, multiply it, add to it, or draw it anew."""

    how: str
    amount: float | Array
    draws: Array | None = None
    earlier: Change | None = None

    def apply(self, value: Array, rows: Rows = slice(None)) -> Array:
        """The changed value; other draws of the same input, where these were given.

        An ``amount`` of shape (draws, 1) tries several values side by side.
        """
        if self.draws is not None:
            return self.draws[rows, np.newaxis]
        if self.how == "set":
            return np.broadcast_to(self.amount, (np.size(self.amount), 1))
        if self.earlier is not None:
            value = self.earlier.apply(value, rows)
        return value * self.amount if self.how == "scale" else value + self.amount

    def after(self, earlier: Change | None) -> Change:
        """This change on top of an earlier one."""
        return self if earlier is None else replace(self, earlier=earlier)


class Ledger:
    """The leaves in use and, while a value is being worked out, which of them it rests on."""

    def __init__(self, base: Ledger | None = None) -> None:
        # A changed world keeps its own, so that several moves of a slider can be worked out at a time.
        self.leaves: dict[str, Leaf] = dict(base.leaves) if base is not None else {}
        self.shocks: set[str] = set(base.shocks) if base is not None else set()
        self._open: list[set[str]] = []

    def touch(self, identity: str) -> None:
        """Note that the value being worked out rests on this leaf."""
        if self._open:
            self._open[-1].add(identity)

    def touch_all(self, identities: Iterable[str]) -> None:
        """Note several leaves at once."""
        if self._open:
            self._open[-1].update(identities)

    def open(self) -> set[str]:
        """Start collecting the leaves of a value; close it again with :meth:`close`."""
        rests_on: set[str] = set()
        self._open.append(rests_on)
        return rests_on

    def close(self) -> None:
        """Stop collecting."""
        self._open.pop()


def draws_first(value: Any) -> Any:
    """The same array with the draws of a year side by side in memory.

    A factor per draw, (draws, 1), then multiplies along thousands of neighbours instead of a dozen years: on
    4,096 draws by 11 years
    that is some three times quicker, and NumPy keeps the order in everything computed from it.
    """
    if (
        isinstance(value, np.ndarray)
        and value.ndim == 2
        and min(value.shape) > 1
        and not value.flags.f_contiguous
    ):
        return np.asfortranarray(value)
    return value


class Pure:
    """What pure functions gave for the very same arrays.

    Plans share most of what they are made of: today's supplier stands in three plans of five. A formula
    depends on nothing but its inputs, so where these are the same arrays, so is what follows from them.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], tuple[Any, tuple[Any, ...]]] = {}
        self._steady: dict[tuple[Any, ...], Array] = {}

    def __call__(self, function: Callable[..., Any], *inputs: Any) -> Any:
        """``function(*inputs)``, worked out once for the very same inputs."""
        # By identity, which costs nothing: the inputs are kept, so none of them goes to another meanwhile.
        key = (function, *map(id, inputs))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = (draws_first(function(*inputs)), inputs)
        return known[0]

    def steady(self, value: Any) -> Any:
        """One array for all equal ones that are the same in every draw; anything else as it is."""
        if isinstance(value, np.ndarray) and value.ndim == 2 and value.shape[0] == 1:
            return self._steady.setdefault((value.shape, value.tobytes()), value)
        return value

    def __len__(self) -> int:
        return len(self._known)

    def forget_since(self, size: int) -> None:
        """Forget all but the first ``size`` answers."""
        while len(self._known) > size:
            self._known.popitem()


class Memo:
    """Values by name, each with the leaves it rests on; a changed copy reuses what nothing touched."""

    def __init__(self, ledger: Ledger, moved: Collection[str], base: Memo | None, pure: Pure) -> None:
        self.ledger = ledger
        self.pure = pure
        self.moved = moved
        self._base = base
        self._values: dict[str, tuple[Any, frozenset[str]]] = {}
        self._missing: dict[str, str] = {}
        self._first: Memo | None = None if base is None else base._first or base

    def recall(self, name: str) -> Any:
        """The value of ``name`` if it is known, noting what it rests on; else ``None``."""
        known = self._values.get(name)
        if known is None and self._base is not None:
            known = self._known_before(name)
        if known is None:
            return None
        self.ledger.touch_all(known[1])
        return known[0]

    def remember(self, name: str, compute: Callable[[], Any]) -> Any:
        """The value of ``name``, worked out once."""
        found = self.recall(name)
        return self.work_out(name, compute) if found is None else found

    def work_out(self, name: str, compute: Callable[..., Any], *given: Any) -> Any:
        """The value of ``name``, which is not known yet: ``compute(*given)``."""
        if self.moved and self._base is not None:
            return self._work_out_again(name, compute, *given)
        missing = self._missing
        if name in missing:
            raise Missing(missing[name])
        # Whoever needs it on the way to it finds it missing.
        missing[name] = name
        ledger = self.ledger
        rests_on = ledger.open()
        try:
            value = compute(*given)
        except BaseException as error:
            ledger.close()
            if isinstance(error, Missing):
                missing[name] = error.name
            else:
                del missing[name]
            raise
        ledger.close()
        # What it rests on counts for whatever needs it; what a missing value would rest on does not.
        ledger.touch_all(rests_on)
        del missing[name]
        value = self.pure.steady(draws_first(value))
        self._values[name] = (value, frozenset(rests_on))
        return value

    def _work_out_again(self, name: str, compute: Callable[..., Any], *given: Any) -> Any:
        """A value that a change touches; what it rests on and what is missing are as before the change."""
        first = self._first or self
        if name in first._missing:
            raise Missing(first._missing[name])
        value = self.pure.steady(draws_first(compute(*given)))
        before = first._values.get(name)
        self._values[name] = (value, before[1] if before is not None else frozenset())
        return value

    def _known_before(self, name: str) -> tuple[Any, frozenset[str]] | None:
        """What the memo that this one changes knows by that name, where it rests on nothing that moved."""
        if self._base is None:
            return None
        before = self._base._values.get(name) or self._base._known_before(name)
        if before is None or not before[1].isdisjoint(self.moved):
            return None
        known = self._values[name] = (self.seen(before[0]), before[1])
        return known

    def seen(self, value: Any) -> Any:
        """A value of the memo that this one changes, as it is here."""
        return value

    def forget(self) -> None:
        """Let go of all values."""
        self._values.clear()
        if self._base is not None and self.pure is not self._base.pure:
            self.pure.forget_since(0)

    def rests_on(self, name: str) -> frozenset[str]:
        """The leaves a worked-out value rests on."""
        memo = self
        while name not in memo._values and memo._base is not None:
            memo = memo._base
        return memo._values[name][1]
