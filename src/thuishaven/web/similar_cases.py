"""Published cases beside the advice and the scan: joined at the door, since those rooms know no databank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from thuishaven.databank.statistics import newest
from thuishaven.dossier import Dossier
from thuishaven.report.asked_cases import asked_of, asked_of_scan
from thuishaven.report.similar_cases import Similar, similar
from thuishaven.web import people
from thuishaven.web.ops_work import Memory
from thuishaven.web.results import Worked

#: What was found for a question, until something else is published.
_found = Memory(256)


def beside(request: Request, dossier: Dossier, work: Worked) -> Similar | None:
    """The cases most like a dossier and the plan that comes first in its advice; ``None`` without any."""
    return found(request, asked_of(dossier, work.material.leading_form))


def beside_scan(request: Request, about: Mapping[str, Any], best: str) -> Similar | None:
    """The cases most like what a scan is about; ``None`` without any."""
    return found(request, asked_of_scan(about, best))


def found(request: Request, asked: Mapping[str, str]) -> Similar | None:
    """The cases most like what is asked; ``None`` where none is published or nothing can be compared."""
    store, actor = people.rooms(request).database.public, people.actor(request)
    seq = newest(store, actor)
    if not seq:
        return None
    key = (str(store.engine.url), seq, tuple(asked.items()))
    made = _found.get(key, lambda: similar(store, actor, asked))
    return made if made is not None and made.published else None
