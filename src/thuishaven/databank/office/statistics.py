"""What an organisation may tell of its projects without telling of one company.

A face of its own: it needs SciPy, which the other doors of the front office do without.
"""

from __future__ import annotations

import sqlalchemy as sa

from thuishaven.access import Actor, Object, Store, require
from thuishaven.databank.disclosure import Finest, Ladder, Level, Record, Rules, finest
from thuishaven.databank.office.names import name_key
from thuishaven.databank.office.tables import PROJECT

#: Letters of a NUTS code: of the second level, the first, and the country.
_NUTS = (("nuts2", 4), ("nuts1", 3), ("country", 2))
_DIVISION, _YEAR = 2, 4
_PERIOD = 3
#: Stages in which something is still to be decided, and those after it.
_BEFORE = frozenset({"intake", "dossier", "decision_pending"})


def ladders() -> dict[str, Ladder]:
    """How projects can be cut, finest level first: by stage, sector, region, year and outcome.

    >>> [level.name for level in ladders()["region"].levels]
    ['nuts2', 'nuts1', 'country']
    """
    return {
        "stage": Ladder("stage", (_level("stage"), Level("side", _side))),
        "sector": Ladder("sector", (_level("sector"),)),
        "region": Ladder("region", tuple(_cut(name, "region", length) for name, length in _NUTS)),
        "year": Ladder("year", (_level("year"), Level("period", _period))),
        "outcome": Ladder("outcome", (_level("outcome"),)),
    }


def pipeline(
    store: Store, actor: Actor, by: tuple[str, ...] = ("stage", "region"), rules: Rules | None = None
) -> Finest | None:
    """How many projects an organisation guides, in the finest table that gives no company away.

    A company with several projects is one contributor, by its number or its name.

    Parameters
    ----------
    store
        The confidential database.
    actor
        Who asks, for the organisation acted for.
    by
        Names of :func:`ladders`; two at most are shown together.
    rules
        Those of the policy when absent.

    Returns
    -------
    Finest or None
        ``None`` when even the number of projects tells too much.
    """
    require(actor, "create", Object("aggregate", "", actor.organisation, confidentiality=2))
    mine = sa.select(PROJECT).where(PROJECT.c.organisation == actor.organisation, PROJECT.c.state != "erased")
    with store.read(actor) as connection:
        records = [
            Record(
                row.number or name_key(row.company),
                {
                    "stage": row.state,
                    "sector": row.nace[:_DIVISION],
                    "region": row.region,
                    "year": row.created[:_YEAR],
                    "outcome": row.outcome,
                },
            )
            for row in connection.execute(mine)
        ]
    known = ladders()
    return finest(records, [known[name] for name in by], rules)


def _level(name: str) -> Level:
    return Level(name, lambda record: record.keys[name] or "unknown")


def _cut(level: str, name: str, length: int) -> Level:
    return Level(level, lambda record: record.keys[name][:length] or "unknown")


def _side(record: Record) -> str:
    return "before_decision" if record.keys["stage"] in _BEFORE else "after_decision"


def _period(record: Record) -> str:
    first = int(record.keys["year"]) // _PERIOD * _PERIOD
    return f"{first}-{first + _PERIOD - 1}"
