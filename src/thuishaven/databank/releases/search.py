"""Finding cases in a release: the same questions as of what is published now, answered by what was then.

A release has its own versions of cases, of which no picture is kept; its lines are worked out of them once
and looked through one by one. That is quick for thousands of cases. Of a larger release one takes the files.
"""

from __future__ import annotations

import json
import threading
import zlib
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from thuishaven.access import AccessError, Actor, NotFound, Object, Store, require
from thuishaven.databank.cases.columns import keys
from thuishaven.databank.cases.model import read_record
from thuishaven.databank.cases.published import FACETS, SORTS, card, facets, words
from thuishaven.databank.cases.search import DEEPEST, MOST_PAGE, Facet, Found, Hit
from thuishaven.databank.cases.tables import CASE, VERSION
from thuishaven.databank.cases.tokens import asked, meanings
from thuishaven.databank.cases.tokens import words as words_of
from thuishaven.databank.releases.tables import RELEASE, RELEASE_CASE

#: Cases of a release that are looked through; of a larger one the files are taken.
MOST_CASES = 2**14
_KEPT, _BATCH = 2**1, 2**8


@dataclass(frozen=True, slots=True)
class _Line:
    hit: Hit
    words: frozenset[str]
    keys: Mapping[str, Any]


_LINES: WeakKeyDictionary[sa.Engine, OrderedDict[str, tuple[_Line, ...]]] = WeakKeyDictionary()
_LOCK = threading.Lock()


def search_release(
    store: Store,
    actor: Actor,
    release: str,
    text: str = "",
    chosen: Mapping[str, Sequence[str]] | None = None,
    *,
    sort: str = "newest",
    page: int = 1,
    size: int = 20,
) -> Found:
    """The cases of a release that match, with exact counts.

    Parameters
    ----------
    store
        The public database.
    actor
        Who asks; anybody.
    release
        Its version.
    text, chosen, sort, page, size
        As for :meth:`~thuishaven.databank.cases.Cases.search`.

    Raises
    ------
    NotFound
        When there is no such release.
    AccessError
        ``release_large`` for one of more than 16,384 cases; ``unknown_facet``, ``unknown_sort``,
        ``page_beyond``.
    """
    require(actor, "read", Object("release", release))
    picked = {name: tuple(dict.fromkeys(many)) for name, many in (chosen or {}).items() if many}
    odd = [name for name in picked if name not in FACETS]
    if odd:
        raise AccessError("unknown_facet", value=odd[0], expected=", ".join(FACETS))
    if sort not in SORTS:
        raise AccessError("unknown_sort", value=sort, expected=", ".join(SORTS))
    if page < 1 or not 1 <= size <= MOST_PAGE or page * size > DEEPEST:
        raise AccessError("page_beyond", most=DEEPEST)
    wanted = asked(text)
    matching = [line for line in _lines(store, actor, release) if all(_has(line, *word) for word in wanted)]
    everything = [line for line in matching if _fits(line, picked, "")]
    everything.sort(key=lambda line: (line.keys[sort], line.hit.number))
    counted = []
    for name in FACETS:
        among = [line for line in matching if _fits(line, picked, name)] if name in picked else everything
        counts = Counter(value for line in among for value in line.hit.facets.get(name, ()))
        for value in picked.get(name, ()):
            counts.setdefault(value, 0)
        order = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        counted.append(Facet(name, tuple(order), picked.get(name, ())))
    hits = tuple(line.hit for line in everything[(page - 1) * size : page * size])
    return Found(len(everything), page, size, hits, tuple(counted))


def _has(line: _Line, word: str, beginning: bool) -> bool:
    """Whether a case has a word in its text or as the name of one of its values."""
    if beginning:
        if any(one.startswith(word) for one in line.words):
            return True
        named = [values for one, values in meanings().items() if one.startswith(word)]
    else:
        if word in line.words:
            return True
        named = [meanings()[word]] if word in meanings() else []
    return any(value in line.hit.facets.get(name, ()) for values in named for name, value in values)


def _fits(line: _Line, picked: Mapping[str, Sequence[str]], but: str) -> bool:
    return all(
        any(value in line.hit.facets.get(name, ()) for value in many)
        for name, many in picked.items()
        if name != but
    )


def _lines(store: Store, actor: Actor, release: str) -> tuple[_Line, ...]:
    """What is looked through; a release never changes, so it is read once."""
    with _LOCK:
        kept = _LINES.setdefault(store.engine, OrderedDict())
        if release in kept:
            kept.move_to_end(release)
            return kept[release]
    with store.read(actor) as connection:
        count = connection.execute(
            sa.select(RELEASE.c.cases).where(RELEASE.c.version == release)
        ).scalar_one_or_none()
        if count is None:
            raise NotFound("not_found", kind="release")
        if count > MOST_CASES:
            raise AccessError("release_large", most=MOST_CASES)
        wanted = (
            sa.select(CASE.c.number, VERSION.c.case, VERSION.c.version, VERSION.c.record)
            .join(RELEASE_CASE, (RELEASE_CASE.c.case == VERSION.c.case))
            .join(CASE, CASE.c.id == VERSION.c.case)
            .where(RELEASE_CASE.c.release == release, RELEASE_CASE.c.version == VERSION.c.version)
        )
        with connection.execute(wanted.execution_options(yield_per=_BATCH)) as rows:
            found = tuple(_line(row) for row in rows)
    with _LOCK:
        kept[release] = found
        while len(kept) > _KEPT:
            kept.popitem(last=False)
    return found


def _line(row: Any) -> _Line:
    record = read_record(json.loads(zlib.decompress(row.record)))
    shown = card(record)
    hit = Hit(row.number, row.case, row.version, shown, facets(record))
    return _Line(hit, frozenset(words_of(words(record))), keys(shown))
