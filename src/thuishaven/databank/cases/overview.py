"""What everybody may know of the cases as a whole: how many wait for review, and what happened when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from thuishaven.access import Actor, Object, Store, require
from thuishaven.databank.cases.published import HAPPENED
from thuishaven.databank.cases.tables import CASE

#: States in which a case waits for people to look at it.
_WAITING = ("signal", "candidate", "coded_once", "coded_twice", "approved")


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
    counts = tally(store, actor, text, facets or {}, (HAPPENED,))[HAPPENED]
    found: dict[str, dict[str, int]] = {}
    for value, count in sorted(counts.items()):
        state, _colon, year = value.partition(":")
        found.setdefault(state, {})[year] = count
    return found
