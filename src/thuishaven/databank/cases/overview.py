"""What everybody may know of the cases as a whole: how many wait for review, and what happened when."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from thuishaven.access import Actor, Object, Store, require
from thuishaven.databank.cases.tables import CASE, LISTING, STATUS

#: States in which a case waits for people to look at it.
_WAITING = ("signal", "candidate", "coded_once", "coded_twice", "approved")
_PART = 2**12
_YEAR = 4
#: Questions of which the years are kept until something is published.
_MOST = 2**8
_KNOWN: WeakKeyDictionary[sa.Engine, tuple[int, dict[Any, dict[str, dict[str, int]]]]] = WeakKeyDictionary()


def waiting(store: Store, actor: Actor) -> int:
    """How many cases were never published and wait for review: a number, without which they are.

    Parameters
    ----------
    store
        The public database.
    actor
        Who asks; anybody.
    """
    require(actor, "read", Object("aggregate"))
    wanted = sa.select(sa.func.count()).select_from(CASE)
    with store.read(actor) as connection:
        found: int = connection.execute(
            wanted.where(CASE.c.state.in_(_WAITING), CASE.c.version == 0)
        ).scalar_one()
    return found


def tally(
    store: Store, actor: Actor, text: str, facets: Mapping[str, Sequence[str]], names: Sequence[str]
) -> dict[str, dict[str, int]]:
    """How many of the published cases that match have each value of some facets, by facet and value.

    Parameters
    ----------
    store
        The public database.
    actor
        Who asks; anybody.
    text, facets
        As for :meth:`~thuishaven.databank.cases.Cases.search`, whose counts leave the choice of their own
        facet aside; these do not.
    names
        Which facets.
    """
    from thuishaven.databank.cases.search import tally as counted

    require(actor, "list", Object("case"))
    return counted(store, text, facets, names)


def years(
    store: Store, actor: Actor, text: str = "", facets: Mapping[str, Sequence[str]] | None = None
) -> dict[str, dict[str, int]]:
    """How many of the published cases that match came into each state in each year.

    A case counts once for a state and a year. What has no date, or only the date of an article, is not in it.

    Parameters
    ----------
    store
        The public database.
    actor
        Who asks; anybody.
    text, facets
        As for :meth:`~thuishaven.databank.cases.Cases.search`.

    Returns
    -------
    dict
        By state and year, as in ``{"implemented": {"2013": 2}}``.

    Raises
    ------
    AccessError
        ``unknown_facet``.
    """
    require(actor, "list", Object("case"))
    with store.read(actor) as connection:
        seq = connection.execute(sa.select(sa.func.max(LISTING.c.seq))).scalar_one() or 0
    then, known = _KNOWN.get(store.engine, (-1, {}))
    if then != seq:
        known = {}
        _KNOWN[store.engine] = (seq, known)
    question = (text, tuple(sorted((name, tuple(many)) for name, many in (facets or {}).items())))
    if question not in known:
        found = _counted(store, actor, text, facets or {})
        if len(known) < _MOST:
            known[question] = found
        return copy.deepcopy(found)
    return copy.deepcopy(known[question])


def _counted(
    store: Store, actor: Actor, text: str, facets: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, int]]:
    """The years, asked of the database."""
    from thuishaven.databank.cases.search import numbers

    year = sa.func.substr(STATUS.c.occurred_on, 1, _YEAR).label("year")
    current = (STATUS.c.case == LISTING.c.case) & (STATUS.c.version == LISTING.c.version)
    wanted = (
        sa.select(STATUS.c.state, year, sa.func.count(sa.distinct(STATUS.c.case)))
        .select_from(STATUS)
        .join(LISTING, current)
        .where(LISTING.c.shown, STATUS.c.occurred_on != "", STATUS.c.precision != "article")
        .group_by(STATUS.c.state, year)
    )
    asked = [wanted]
    if text or facets:
        chosen = numbers(store, text, facets)
        parts = [chosen[start : start + _PART] for start in range(0, len(chosen), _PART)]
        asked = [wanted.where(LISTING.c.number.in_(part)) for part in parts]
    found: dict[str, dict[str, int]] = {}
    with store.read(actor) as connection:
        for one in asked:
            for state, when, count in connection.execute(one):
                counted = found.setdefault(state, {})
                counted[when] = counted.get(when, 0) + count
    return found
