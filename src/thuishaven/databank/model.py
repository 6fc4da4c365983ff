"""A dossier as an actor sees it, its line in a list, its versions, and a save that met another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thuishaven.access import AccessError
from thuishaven.databank.changes import Merged
from thuishaven.databank.content import Content, written


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier as an actor sees it.

    Parameters
    ----------
    id, organisation, title
        Which, whose, and how it is called.
    version
        Of this content; a save names the one it started from.
    state
        ``active``, ``archived`` or ``erased``.
    created, changed, retain_until
        When it began, last changed, and will be erased.
    labels
        Words to find it by.
    content
        Without the fields that the actor may not see.
    complete
        Whether nothing was left out.
    parts
        The only places that the actor sees, for who fills in a part; empty where all of it is seen.
    """

    id: str
    organisation: str
    title: str
    version: int
    state: str
    created: dt.datetime
    changed: dt.datetime
    retain_until: dt.datetime
    labels: tuple[str, ...]
    content: Content
    complete: bool
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A dossier in a list, without its content."""

    id: str
    title: str
    version: int
    state: str
    changed: dt.datetime
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One version: who made it, when and why, which older one it restores (0 for none), what came of it.

    ``outcomes`` holds what was noted of it, as in ``{"advice": {"recommended": "home"}}``.
    """

    version: int
    at: dt.datetime
    author: str
    digest: str
    restores: int
    outcomes: Mapping[str, Any]
    why: str = ""


class SaveConflict(AccessError):
    """Somebody saved since: nothing was overwritten.

    Parameters
    ----------
    dossier
        How it is now.
    base, mine
        What the save started from, and what it would have saved.
    merged
        Both people's changes together, with the places where they clash.
    """

    def __init__(self, dossier: Dossier, base: Content, mine: Content, merged: Merged) -> None:
        super().__init__("changed_since", version=dossier.version)
        self.dossier = dossier
        self.base = base
        self.mine = mine
        self.merged = merged

    def solved(self, tree: Mapping[str, Any]) -> Content:
        """The content to save when a merged tree is accepted, in the text as it is now."""
        return written(tree, self.dossier.content)
