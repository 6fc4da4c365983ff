"""Published cases beside the advice and the scan, where this machine has a databank."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from thuishaven.cli.databanks import place_of

if TYPE_CHECKING:
    from thuishaven.report.similar_cases import Similar

#: How the URL of a database is told from a folder.
_URL = "://"


def similar_to(asked: Mapping[str, str]) -> Similar | None:
    """The published cases most like what is asked; ``None`` where there is no databank, or nothing in it.

    A databank that cannot be opened stands in nobody's way here: ``thuishaven databank audit`` tells why.
    """
    place = place_of(None)
    if not asked or (_URL not in place and not Path(place).is_dir()):
        return None
    from sqlalchemy.exc import SQLAlchemyError

    from thuishaven.access import AccessError
    from thuishaven.databank import Database
    from thuishaven.report.similar_cases import similar

    try:
        with Database(place) as databank:
            found = similar(databank.public, databank.public.visitor(), asked)
    except (AccessError, SQLAlchemyError, OSError):
        return None
    return found if found is not None and found.published else None


def told(found: Similar | None) -> str:
    """What others did, in sentences and a line for each case; empty where there is nothing to tell."""
    if found is None:
        return ""
    from thuishaven.cli.output import safe
    from thuishaven.locale import _
    from thuishaven.report.similar_cases import route_of, sentences, state_of

    said = sentences(found)
    lines = [
        f"  {safe(one.name)}, {safe(one.product)}: {route_of(one)}. {state_of(one)}" for one in found.cases
    ]
    caution = said[-1:] if found.total else []
    return "\n".join([_("What others did"), *said[: len(said) - len(caution)], *lines, *caution]) + "\n"
