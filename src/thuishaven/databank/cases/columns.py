"""The search's picture of all published cases: bitmaps for facets, sorted numbers for words and orders.

A bitmap has one bit for each case. Counting the cases of a facet's value among those found is an *and* and a
count of bits: for a million cases and six hundred values about ten milliseconds, exact, with no database
asked. (Counting in SQL took seconds: see docs/cases.md.)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from thuishaven.databank.cases.days import last_day
from thuishaven.databank.cases.published import FACETS, HAPPENED, SORTS
from thuishaven.databank.cases.tokens import words

Bits: TypeAlias = npt.NDArray[np.uint64]
Docs: TypeAlias = npt.NDArray[np.uint32]
_WORD = 64
#: Places kept free for cases that are published after the picture was made.
SPARE = 2**16
#: A value is rare when fewer than one in so many cases have it.
RARE = 2**6
_NAME = "S16"
#: What there are bitmaps for.
BITMAPS = (*FACETS, HAPPENED)
#: Kinds of gaps between the cases of a word, the smallest that holds them all is used.
_GAPS = (np.uint8, np.uint16, np.uint32)


def room(places: int) -> int:
    """Words of a bitmap for so many places.

    >>> room(64), room(65)
    (1, 2)
    """
    return -(-places // _WORD)


def bitmap(docs: npt.NDArray[Any], size: int) -> Bits:
    """A bitmap of ``size`` words with these places set."""
    plain = np.zeros(size * _WORD, dtype=np.bool_)
    plain[docs] = True
    return np.packbits(plain, bitorder="little").view(np.uint64)


def places(bits: Bits) -> npt.NDArray[np.int64]:
    """The places that are set, in order.

    >>> places(bitmap(np.array([3, 70]), 2)).tolist()
    [3, 70]
    """
    return np.flatnonzero(np.unpackbits(bits.view(np.uint8), bitorder="little"))


def count(bits: Bits) -> int:
    """How many places are set."""
    return int(np.bitwise_count(bits).sum(dtype=np.int64))


def packed(docs: npt.NDArray[Any]) -> bytes:
    """Places in order, as the gaps between them, in as few bytes as the largest gap takes.

    >>> unpacked(packed(np.array([5, 6, 300]))).tolist()
    [5, 6, 300]
    """
    gaps = np.diff(docs.astype(np.int64), prepend=0)
    kind = next(kind for kind in _GAPS if gaps.max(initial=0) <= np.iinfo(kind).max)
    return bytes([np.dtype(kind).itemsize]) + gaps.astype(kind).tobytes()


def unpacked(data: bytes) -> Docs:
    """Places from what :func:`packed` made of them."""
    kind = next(kind for kind in _GAPS if np.dtype(kind).itemsize == data[0])
    return np.cumsum(np.frombuffer(data, kind, offset=1), dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Line:
    """A published case for the search: ``facets`` by name, what happened when among them, ``words`` as text,
    ``card`` as it is shown."""

    number: int
    facets: Mapping[str, Sequence[str]]
    words: str
    card: Mapping[str, Any]


def keys(card: Mapping[str, Any]) -> dict[str, Any]:
    """What a case is sorted by, smallest first, for each order."""
    jobs = card.get("jobs", {}).get("announced", {}).get("value", "")
    return {
        "newest": -_ordinal(card.get("as_of", "")),
        "announced": -_ordinal(card.get("announced", "")),
        "jobs": -int(float(jobs.rpartition("-")[2] or 0)),
        "name": " ".join(words(card.get("name", ""))).encode()[: int(_NAME[1:])],
    }


def _ordinal(day: str) -> int:
    return last_day(day).toordinal() if day else 0


@dataclass
class Columns:
    """Cases with their bitmaps, orders and words; made by :func:`columns`, or read from the database.

    Parameters
    ----------
    numbers
        Number of the case at each place, smallest first.
    facets
        For each facet and value the bitmap of its cases.
    sort_keys, orders
        For each order the key of each place, and the places in that order.
    postings
        For each word its places; empty when they are read from the database one by one.
    rare
        The places of values that few cases have, up to the last whole word of the bitmaps: looking at these
        takes less than looking at all bits.
    """

    numbers: npt.NDArray[np.int64]
    facets: dict[str, dict[str, Bits]]
    sort_keys: dict[str, npt.NDArray[Any]]
    orders: dict[str, npt.NDArray[np.int64]]
    postings: dict[str, Docs] = field(default_factory=dict)
    rare: dict[str, dict[str, Docs]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Words in each bitmap, the spare places with them."""
        return room(len(self.numbers) + SPARE)

    @property
    def whole(self) -> int:
        """Words of a bitmap in which no case can be added any more."""
        return len(self.numbers) // _WORD


def columns(lines: Iterable[Line]) -> Columns:
    """The columns of cases that come in the order of their numbers."""
    from array import array

    numbers = array("q")
    values: dict[str, dict[str, array[int]]] = {name: {} for name in BITMAPS}
    found: dict[str, array[int]] = {}
    sorting: dict[str, list[Any]] = {name: [] for name in SORTS}
    for place, line in enumerate(lines):
        numbers.append(line.number)
        for name in BITMAPS:
            for value in line.facets.get(name, ()):
                values[name].setdefault(value, array("I")).append(place)
        for word in words(line.words):
            found.setdefault(word, array("I")).append(place)
        for name, key in keys(line.card).items():
            sorting[name].append(key)
    count_ = len(numbers)
    made = {
        name: np.array(many, dtype=_NAME if name == "name" else np.int64) for name, many in sorting.items()
    }
    lists = {
        name: {value: np.frombuffer(docs, np.uint32) for value, docs in many.items()}
        for name, many in values.items()
    }
    facets, rare = _facets(lists, count_)
    return Columns(
        np.frombuffer(numbers, np.int64).copy() if count_ else np.zeros(0, np.int64),
        facets,
        made,
        {name: np.argsort(many, kind="stable") for name, many in made.items()},
        {word: np.frombuffer(docs, np.uint32) for word, docs in found.items()},
        rare,
    )


def _facets(
    lists: Mapping[str, Mapping[str, Docs]], count_: int
) -> tuple[dict[str, dict[str, Bits]], dict[str, dict[str, Docs]]]:
    """Bitmaps of the values of facets, and the places of those that are rare."""
    size, end = room(count_ + SPARE), count_ // _WORD * _WORD
    bits = {name: {value: bitmap(docs, size) for value, docs in many.items()} for name, many in lists.items()}
    rare = {
        name: {
            value: docs[: int(np.searchsorted(docs, end))]
            for value, docs in many.items()
            if len(docs) * RARE < count_
        }
        for name, many in lists.items()
    }
    return bits, rare


def stored(made: Columns) -> dict[str, bytes]:
    """Columns as they are kept, without the words."""
    found = {"numbers": made.numbers.tobytes()}
    for name in SORTS:
        found[f"key.{name}"] = made.sort_keys[name].tobytes()
        found[f"order.{name}"] = made.orders[name].astype(np.uint32).tobytes()
    ends: dict[str, dict[str, int]] = {}
    for name, many in made.facets.items():
        lists = {value: places(bits).astype(np.uint32) for value, bits in many.items()}
        ends[name] = {value: len(docs) for value, docs in lists.items()}
        found[f"facet.{name}"] = b"".join(docs.tobytes() for docs in lists.values())
    found["facets"] = json.dumps(ends).encode()
    return found


def loaded(data: Mapping[str, bytes]) -> Columns:
    """Columns from what :func:`stored` made of them."""
    numbers = np.frombuffer(data["numbers"], np.int64)
    lists: dict[str, dict[str, Docs]] = {}
    for name, ends in json.loads(data["facets"]).items():
        docs, start = np.frombuffer(data[f"facet.{name}"], np.uint32), 0
        lists[name] = {}
        for value, length in ends.items():
            lists[name][value] = docs[start : start + length]
            start += length
    sort_keys = {
        name: np.frombuffer(data[f"key.{name}"], _NAME if name == "name" else np.int64) for name in SORTS
    }
    orders = {name: np.frombuffer(data[f"order.{name}"], np.uint32).astype(np.int64) for name in SORTS}
    facets, rare = _facets(lists, len(numbers))
    return Columns(numbers, facets, sort_keys, orders, rare=rare)
