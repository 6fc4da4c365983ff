"""Published cases beside the advice and the scan: joined at the door, since those rooms know no databank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from thuishaven.dossier import Dossier
from thuishaven.report.similar_cases import Similar, asked_of, asked_of_scan, similar
from thuishaven.web import people
from thuishaven.web.results import Worked


def beside(request: Request, dossier: Dossier, work: Worked) -> Similar | None:
    """The cases most like a dossier and the plan that comes first in its advice; ``None`` without any."""
    leading = (work.advice or {}).get("leading_plan", "")
    forms = {plan["id"]: plan["form"] or "" for plan in work.result["plans"]}
    return found(request, asked_of(dossier, forms.get(leading, "")))


def beside_scan(request: Request, about: Mapping[str, Any], best: str) -> Similar | None:
    """The cases most like what a scan is about; ``None`` without any."""
    return found(request, asked_of_scan(about, best))


def found(request: Request, asked: Mapping[str, str]) -> Similar | None:
    """The cases most like what is asked; ``None`` where none is published or nothing can be compared."""
    made = similar(people.rooms(request).database.public, people.actor(request), asked)
    return made if made is not None and made.published else None
