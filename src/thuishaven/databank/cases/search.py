"""Finding published cases: words and facets, exact counts, the same answer on both engines.

Whoever publishes keeps one line for each case (``case_listing``). A process keeps a picture of these lines
in memory (:mod:`~thuishaven.databank.cases.columns`) and, at each question, takes in the lines that changed
since. So that a process need not read them all when it starts, the picture is kept in the database too, and
made anew when enough has changed.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import sqlalchemy as sa

from thuishaven.access import AccessError, Store
from thuishaven.databank.cases.columns import (
    BITMAPS,
    SPARE,
    Bits,
    Columns,
    Docs,
    Line,
    bitmap,
    columns,
    count,
    keys,
    loaded,
    packed,
    stored,
    unpacked,
)
from thuishaven.databank.cases.published import FACETS, HAPPENED, SORTS
from thuishaven.databank.cases.tables import LISTING, POSTING, SEARCH, SEGMENT
from thuishaven.databank.cases.tokens import asked, meanings, words

_CHUNK = 2**12
#: How many cases may have changed before the kept picture is made anew, and at least which part of all.
_FEW, _PART = 2**11, 8
#: Among more cases than this, making the picture takes minutes: that is a command, not a part of publishing.
_AT_ONCE = 2**16
#: Cases are few when they stand in fewer than one in so many words of a bitmap.
_FEW_WORDS = 4
_CACHED = 2**10
_CACHED_PLACES = 2**24
_BEGINNINGS = 2**9
MOST_PAGE = 100
#: The end of the list is reached by choosing, not by leafing.
DEEPEST = 10_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A case that was found; ``card`` is what a list shows of it, ``facets`` its values."""

    number: int
    case: str
    version: int
    card: Mapping[str, Any]
    facets: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with how many of the cases found have each value, the most frequent first.

    Its own choice is left out of the count, so that another value shows what it would give.
    """

    name: str
    values: tuple[tuple[str, int], ...]
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: ``total`` cases, of which ``hits`` are the page asked for."""

    total: int
    page: int
    size: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]

    @property
    def pages(self) -> int:
        """How many pages there are that can be asked for."""
        return max(1, min(-(-self.total // self.size), DEEPEST // self.size))


@dataclass
class _View:
    """The cases as of one event; ``seq`` is its number."""

    seq: int
    live: Bits
    cache: dict[tuple[Any, ...], tuple[int, dict[str, dict[str, int]]]] = field(default_factory=dict)


class _Index:
    """The picture of one segment, with the lines that were added since."""

    def __init__(self, segment: int, seq: int, base: Columns, *, kept: bool) -> None:
        self.segment = segment
        self.kept = kept
        self.base = base
        live = bitmap(np.arange(len(base.numbers)), base.size)
        self.view = _View(seq, live)
        self.new_numbers: list[int] = []
        self.new_keys: dict[str, list[Any]] = {name: [] for name in SORTS}
        self.new_words: dict[str, list[int]] = {}
        self.new_places: dict[int, int] = {}
        self.known: OrderedDict[str, Docs] = OrderedDict()
        self.known_places = 0
        self.lock = threading.Lock()

    def take_in(self, seq: int, lines: Iterable[tuple[int, Line | None]]) -> None:
        """Add lines that changed; nothing for a case that is no longer shown."""
        live = self.view.live.copy()
        for number, line in lines:
            before = self._place(number)
            if before is not None:
                live[before // 64] &= ~np.uint64(1 << (before % 64))
                self.new_places.pop(number, None)
            if line is None:
                continue
            place = len(self.base.numbers) + len(self.new_numbers)
            self.new_numbers.append(number)
            self.new_places[number] = place
            for name, key in keys(line.card).items():
                self.new_keys[name].append(key)
            one = np.uint64(1 << (place % 64))
            for name in BITMAPS:
                for value in line.facets.get(name, ()):
                    bits = self.base.facets[name].setdefault(value, np.zeros(self.base.size, np.uint64))
                    bits[place // 64] |= one
            for word in words(line.words):
                self.new_words.setdefault(word, []).append(place)
            live[place // 64] |= one
        self.view = _View(seq, live)

    def _place(self, number: int) -> int | None:
        if number in self.new_places:
            return self.new_places[number]
        place = int(np.searchsorted(self.base.numbers, number))
        there = place < len(self.base.numbers) and self.base.numbers[place] == number
        return place if there else None

    def number(self, place: int) -> int:
        base = len(self.base.numbers)
        return int(self.base.numbers[place]) if place < base else self.new_numbers[place - base]


_INDEXES: WeakKeyDictionary[sa.Engine, _Index] = WeakKeyDictionary()
_OPENING = threading.Lock()


def search(
    store: Store,
    text: str,
    facets: Mapping[str, Sequence[str]],
    *,
    sort: str = "newest",
    page: int = 1,
    size: int = 20,
) -> Found:
    """Published cases that match, with exact counts.

    Parameters
    ----------
    store
        The public database.
    text
        Words that all must be there: in the case, or as the name of one of its values in Dutch, English or
        French (``China``, ``speelgoed``). ``plast*`` is the beginning of a word.
    facets
        Values that are chosen, by facet; of one facet any, of all facets at least one each.
    sort
        One of ``SORTS``.
    page, size
        Which page, from 1, of how many cases: at most 100, up to the 10,000th.

    Raises
    ------
    AccessError
        ``unknown_facet``, ``unknown_sort``, ``page_beyond``.
    """
    chosen = _known(facets)
    if sort not in SORTS:
        raise AccessError("unknown_sort", value=sort, expected=", ".join(SORTS))
    if page < 1 or not 1 <= size <= MOST_PAGE or page * size > DEEPEST:
        raise AccessError("page_beyond", most=DEEPEST)
    asking = tuple(asked(text))
    while True:
        with store.read() as connection:
            opened = _current(store, connection)
            if opened is None:
                # Another thread has seen later lines than this moment of the database: look again.
                continue
            index, view = opened
            matching = _matching(index, view, connection, asking)
            total, counts = _counted(index, view, matching, asking, chosen)
            everything = matching & _chosen(index, chosen, "") if chosen else matching
            wanted = _ordered(index, everything, total, sort, page * size)[(page - 1) * size :]
            hits = _hits(connection, [index.number(place) for place in wanted])
        found = tuple(
            Facet(
                name,
                tuple(sorted(counts[name].items(), key=lambda one: (-one[1], one[0]))),
                chosen.get(name, ()),
            )
            for name in FACETS
        )
        return Found(total, page, size, hits, found)


def tally(
    store: Store, text: str, facets: Mapping[str, Sequence[str]], names: Sequence[str]
) -> dict[str, dict[str, int]]:
    """How many of exactly the cases that match have each value of some facets.

    Other than in :func:`search`, the choice of a facet holds for its own counts too.
    """
    index, found = _all(store, text, facets)
    return {name: _values(index.base, name, found, ()) for name in names}


def _all(store: Store, text: str, facets: Mapping[str, Sequence[str]]) -> tuple[_Index, Bits]:
    """All cases that match."""
    chosen, asking = _known(facets), tuple(asked(text))
    while True:
        with store.read() as connection:
            opened = _current(store, connection)
            if opened is not None:
                index, view = opened
                return index, _matching(index, view, connection, asking) & _chosen(index, chosen, "")


def _known(facets: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The facets of which something was chosen."""
    odd = [name for name in facets if name not in FACETS]
    if odd:
        raise AccessError("unknown_facet", value=odd[0], expected=", ".join(FACETS))
    return {name: tuple(dict.fromkeys(many)) for name, many in facets.items() if many}


def _matching(
    index: _Index, view: _View, connection: sa.Connection, asking: Iterable[tuple[str, bool]]
) -> Bits:
    """The cases that have all these words."""
    found = view.live
    for word, beginning in asking:
        found = found & _having(index, connection, word, beginning)
    return found


def similar(store: Store, like: Mapping[str, str], most: int) -> tuple[Hit, ...]:
    """Published cases that share values of facets, those that share most first.

    Parameters
    ----------
    store
        The public database.
    like
        A value for each facet, the one that matters most first; empty ones are left out.
    most
        How many.
    """
    wanted = [(name, (value,)) for name, value in like.items() if value]
    found: dict[int, Hit] = {}
    for much in range(len(wanted), 0, -1):
        for hit in search(store, "", dict(wanted[:much]), size=min(most, MOST_PAGE)).hits:
            found.setdefault(hit.number, hit)
        if len(found) >= most:
            break
    return tuple(found.values())[:most]


def _current(store: Store, connection: sa.Connection) -> tuple[_Index, _View] | None:
    """The picture as of this moment of the database."""
    newest = sa.select(sa.func.max(LISTING.c.seq)).scalar_subquery()
    kept = (sa.select(column).scalar_subquery() for column in (SEARCH.c.segment, SEARCH.c.seq))
    segment, base_seq, seq = (one or 0 for one in connection.execute(sa.select(*kept, newest)).one())
    with _OPENING:
        index = _INDEXES.get(store.engine)
        if index is None or index.segment < segment:
            index = _opened(connection, segment, base_seq if segment else seq, kept=segment > 0)
        since = sa.select(sa.func.count()).select_from(LISTING).where(LISTING.c.seq > index.view.seq)
        if index.view.seq < seq and len(index.new_numbers) + connection.execute(since).scalar_one() > SPARE:
            # More has changed than fits beside the kept picture.
            index = _opened(connection, segment, seq, kept=False)
        _INDEXES[store.engine] = index
    with index.lock:
        if index.segment > segment or index.view.seq > seq:
            return None
        if index.view.seq < seq:
            changed = sa.select(LISTING).where(LISTING.c.seq > index.view.seq).order_by(LISTING.c.seq)
            index.take_in(seq, _lines(connection, changed))
        return index, index.view


def _opened(connection: sa.Connection, segment: int, seq: int, *, kept: bool) -> _Index:
    return _Index(segment, seq, _base(connection, segment if kept else 0, seq), kept=kept)


def _base(connection: sa.Connection, segment: int, seq: int) -> Columns:
    """The kept picture; where none is kept, one of all lines."""
    if segment:
        rows = connection.execute(sa.select(SEGMENT).where(SEGMENT.c.segment == segment))
        return loaded({row.name: bytes(row.data) for row in rows})
    wanted = sa.select(LISTING).where(LISTING.c.shown, LISTING.c.seq <= seq).order_by(LISTING.c.number)
    return columns(line for _, line in _lines(connection, wanted) if line is not None)


def _lines(connection: sa.Connection, wanted: sa.Select[Any]) -> Iterator[tuple[int, Line | None]]:
    with connection.execute(wanted.execution_options(yield_per=_CHUNK)) as rows:
        for row in rows:
            values = json.loads(row.facets) | {HAPPENED: row.happened.split()}
            line = Line(row.number, values, row.words, json.loads(row.card))
            yield row.number, line if row.shown else None


def _having(index: _Index, connection: sa.Connection, word: str, beginning: bool) -> Bits:
    """The cases that have a word, in their text or as the name of a value."""
    size = index.base.size
    found = np.zeros(size, np.uint64)
    if beginning:
        named = [word_ for word_ in meanings() if word_.startswith(word)]
        fresh = [word_ for word_ in tuple(index.new_words) if word_.startswith(word)]
        lists = _beginning(index, connection, word)
    else:
        named = [word] if word in meanings() else []
        fresh = [word] if word in index.new_words else []
        lists = [_posting(index, connection, word)]
    for docs in (*lists, *(np.array(index.new_words[one], np.uint32) for one in fresh)):
        if len(docs):
            found |= bitmap(docs, size)
    for one in named:
        for name, value in meanings()[one]:
            bits = index.base.facets[name].get(value)
            if bits is not None:
                found |= bits
    return found


def _posting(index: _Index, connection: sa.Connection, word: str) -> Docs:
    """Places of a word in the kept picture."""
    if not index.kept:
        return index.base.postings.get(word, np.zeros(0, np.uint32))
    with index.lock:
        if word in index.known:
            index.known.move_to_end(word)
            return index.known[word]
    mine = (POSTING.c.segment == index.segment) & (POSTING.c.word == word)
    data = connection.execute(sa.select(POSTING.c.data).where(mine)).scalar_one_or_none()
    docs = unpacked(bytes(data)) if data is not None else np.zeros(0, np.uint32)
    with index.lock:
        if word not in index.known:
            index.known[word] = docs
            index.known_places += len(docs) + _WEIGHT
        while index.known_places > _CACHED_PLACES:
            _, gone = index.known.popitem(last=False)
            index.known_places -= len(gone) + _WEIGHT
    return docs


#: What a word costs in the cache beside its places.
_WEIGHT = 2**6


def _beginning(index: _Index, connection: sa.Connection, word: str) -> list[Docs]:
    """Places of the words that begin so, of at most 512 of them."""
    if not index.kept:
        return [docs for one, docs in index.base.postings.items() if one.startswith(word)]
    after = word[:-1] + chr(ord(word[-1]) + 1)
    wanted = (
        sa.select(POSTING.c.data)
        .where(POSTING.c.segment == index.segment, POSTING.c.word >= word, POSTING.c.word < after)
        .order_by(POSTING.c.word)
    )
    rows = connection.execute(wanted.limit(_BEGINNINGS)).scalars().all()
    return [unpacked(bytes(data)) for data in rows]


def _chosen(index: _Index, chosen: Mapping[str, Sequence[str]], but: str) -> Bits:
    """The cases that have the chosen values, those of one facet left aside."""
    found = np.full(index.base.size, np.iinfo(np.uint64).max, np.uint64)
    for name, many in chosen.items():
        if name == but:
            continue
        any_of = np.zeros(index.base.size, np.uint64)
        for value in many:
            bits = index.base.facets[name].get(value)
            if bits is not None:
                any_of |= bits
        found &= any_of
    return found


def _counted(
    index: _Index,
    view: _View,
    matching: Bits,
    asking: tuple[tuple[str, bool], ...],
    chosen: Mapping[str, Sequence[str]],
) -> tuple[int, dict[str, dict[str, int]]]:
    """How many cases there are, and how many for each value of each facet."""
    key = (asking, tuple(sorted(chosen.items())))
    if key in view.cache:
        return view.cache[key]
    everything = matching & _chosen(index, chosen, "")
    counts = {}
    for name in FACETS:
        among = matching & _chosen(index, chosen, name) if name in chosen else everything
        counts[name] = _values(index.base, name, among, chosen.get(name, ()))
    found = (count(everything), counts)
    if len(view.cache) < _CACHED:
        view.cache[key] = found
    return found


def _values(base: Columns, name: str, among: Bits, chosen: Sequence[str]) -> dict[str, int]:
    """For each value how many of these cases have it; those that none has only when they are chosen."""
    # Most searches find few cases: then only the words of the bitmaps with any of them are looked at.
    some = np.flatnonzero(among)
    few = len(some) * _FEW_WORDS < len(among)
    part, rest = among[some], among[base.whole :]
    flags = None if few else np.unpackbits(among[: base.whole].view(np.uint8), bitorder="little")
    rare = base.rare.get(name, {})
    found = {}
    for value, bits in tuple(base.facets[name].items()):
        if flags is None:
            number = count(bits[some] & part)
        elif value in rare:
            number = int(np.count_nonzero(flags[rare[value]])) + count(bits[base.whole :] & rest)
        else:
            number = count(bits & among)
        if number or value in chosen:
            found[value] = number
    return found | {value: 0 for value in chosen if value not in found}


def _ordered(index: _Index, matching: Bits, total: int, sort: str, end: int) -> list[int]:
    """The first places in an order."""
    base = len(index.base.numbers)
    order, sort_keys = index.base.orders[sort], index.base.sort_keys[sort]
    flags = np.unpackbits(matching.view(np.uint8), bitorder="little")
    if total * _CHUNK < base * end:
        # Few among many: sort those that are there.
        there = np.flatnonzero(flags[:base])
        ranked = there[np.lexsort((there, sort_keys[there]))][:end]
    else:
        parts, seen = [], 0
        for start in range(0, base, _CHUNK):
            part = order[start : start + _CHUNK]
            parts.append(part[flags[part] > 0])
            seen += len(parts[-1])
            if seen >= end:
                break
        ranked = np.concatenate(parts)[:end] if parts else np.zeros(0, np.int64)
    fresh = [int(place) for place in np.flatnonzero(flags[base:]) + base]
    if not fresh:
        return [int(place) for place in ranked]
    pairs = [(sort_keys[place], index.number(int(place)), int(place)) for place in ranked]
    pairs += [(index.new_keys[sort][place - base], index.number(place), place) for place in fresh]
    return [place for _, _, place in sorted(pairs)[:end]]


def _hits(connection: sa.Connection, numbers: Sequence[int]) -> tuple[Hit, ...]:
    wanted = sa.select(LISTING).where(LISTING.c.number.in_(numbers))
    rows = {row.number: row for row in connection.execute(wanted)} if numbers else {}
    return tuple(
        Hit(number, row.case, row.version, json.loads(row.card), json.loads(row.facets))
        for number in numbers
        if (row := rows[number]) is not None
    )


def tidy(store: Store) -> None:
    """Make the kept picture anew when enough has changed since; for whoever publishes.

    A databank of many cases is left alone: there :func:`keep` is run once in a while.
    """
    with store.read() as connection:
        state = connection.execute(sa.select(SEARCH.c.seq)).first()
        since = state.seq if state else 0
        changed = connection.execute(
            sa.select(sa.func.count()).select_from(LISTING).where(LISTING.c.seq > since)
        ).scalar_one()
        if changed <= _FEW:
            return
        total = connection.execute(sa.select(sa.func.count()).select_from(LISTING)).scalar_one()
    if total <= _AT_ONCE and changed >= total // _PART:
        keep(store)


def keep(store: Store) -> int:
    """Make the picture of all published cases and keep it; returns how many there are."""
    with store.read() as connection:
        seq = connection.execute(sa.select(sa.func.max(LISTING.c.seq))).scalar_one() or 0
        made = _base(connection, 0, seq)
        last = connection.execute(sa.select(sa.func.max(SEARCH.c.segment))).scalar_one() or 0
    with store.bookkeep() as connection:
        if (connection.execute(sa.select(sa.func.max(SEARCH.c.segment))).scalar_one() or 0) != last:
            return len(made.numbers)
        segment = last + 1
        rows = [{"segment": segment, "name": name, "data": data} for name, data in stored(made).items()]
        connection.execute(sa.insert(SEGMENT), rows)
        found = list(made.postings.items())
        for start in range(0, len(found), _CHUNK):
            part = found[start : start + _CHUNK]
            rows = [{"segment": segment, "word": word, "data": packed(docs)} for word, docs in part]
            connection.execute(sa.insert(POSTING), rows)
        for table in (SEGMENT, POSTING):
            connection.execute(sa.delete(table).where(table.c.segment < segment))
        connection.execute(sa.delete(SEARCH))
        connection.execute(sa.insert(SEARCH).values(id=1, segment=segment, seq=seq))
    return len(made.numbers)
