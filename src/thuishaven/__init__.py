"""Should this be made at home again, in which form, and if not, what is the better way out?

>>> import thuishaven as th
>>> th.__version__ == th.dossier.VERSION
True

``th.load(path)`` reads a dossier and ``th.cost.assess(dossier)`` says what each of its plans costs. A room is
imported when it is first asked for, so that ``import thuishaven`` itself takes no time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thuishaven import (
        access,
        advice,
        alternatives,
        chain,
        cost,
        databank,
        dossier,
        facts,
        ranking,
        region,
        report,
        scan,
        uncertainty,
    )
    from thuishaven.dossier import load

    __version__: str

__all__ = [
    "__version__",
    "access",
    "advice",
    "alternatives",
    "chain",
    "cost",
    "databank",
    "dossier",
    "facts",
    "load",
    "ranking",
    "region",
    "report",
    "scan",
    "uncertainty",
]

#: Words that come from a room rather than being one.
_FROM = {"load": ("thuishaven.dossier", "load"), "__version__": ("thuishaven.dossier", "VERSION")}


def __getattr__(name: str) -> Any:
    if name in _FROM:
        room, word = _FROM[name]
        return getattr(import_module(room), word)
    if name in __all__:
        return import_module(f"thuishaven.{name}")
    raise AttributeError(f"module 'thuishaven' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
