"""How projects can be cut when an organisation tells of them.

A face of its own: it needs SciPy, which the other doors of the front office do without.
"""

from __future__ import annotations

from thuishaven.databank.disclosure import Ladder, Level, Record

#: Letters of a NUTS code: of the second level, the first, and the country.
_NUTS = (("nuts2", 4), ("nuts1", 3), ("country", 2))
#: Stages in which something is still to be decided, and those after it.
_BEFORE = frozenset({"intake", "dossier", "decision_pending"})


def ladders() -> dict[str, Ladder]:
    """How projects can be cut, finest level first: by stage, sector, region and outcome.

    >>> [level.name for level in ladders()["region"].levels]
    ['nuts2', 'nuts1', 'country']
    """
    return {
        "stage": Ladder("stage", (plain("stage"), Level("side", _side))),
        "sector": Ladder("sector", (plain("sector"),)),
        "region": Ladder("region", tuple(_cut(name, "region", length) for name, length in _NUTS)),
        "outcome": Ladder("outcome", (plain("outcome"),)),
    }


def plain(name: str) -> Level:
    """A level at which a record stands where it says."""
    return Level(name, lambda record: record.keys.get(name, "") or "unknown")


def _cut(level: str, name: str, length: int) -> Level:
    return Level(level, lambda record: record.keys.get(name, "")[:length] or "unknown")


def _side(record: Record) -> str:
    return "before_decision" if record.keys.get("stage", "") in _BEFORE else "after_decision"
