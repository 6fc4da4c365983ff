"""What the charts read: a result in plain form, what its plans are called, where its figures come from."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar

from thuishaven.locale import _, country, date, number, use

P = ParamSpec("P")
R = TypeVar("R")


def spoken(chart: Callable[P, R]) -> Callable[P, R]:
    """Lets a chart be asked for in a language: ``lang="nl"``; without it, the language in use."""

    @functools.wraps(chart)
    def speaking(*args: P.args, **kwargs: P.kwargs) -> R:
        lang = kwargs.pop("lang", None)
        if lang is None:
            return chart(*args, **kwargs)
        with use(str(lang), country()):
            return chart(*args, **kwargs)

    return speaking


def plain(result: Any) -> Mapping[str, Any]:
    """A result in plain form, whichever form it comes in."""
    return result if isinstance(result, Mapping) else result.to_dict()


def plan_of(result: Mapping[str, Any], plan: str) -> Mapping[str, Any]:
    """One plan of a result.

    Raises
    ------
    LookupError
        If the result has no such plan.
    """
    for found in result["plans"]:
        if found["id"] == plan:
            return found
    raise LookupError(plan)


def source_line(result: Mapping[str, Any]) -> str:
    """Where the figures of a chart come from: who calculated, as of when, in how many worlds."""
    settings = result["settings"]
    return _(
        "Calculated by Thuishaven {version}, figures as of {date}, {draws} worlds.",
        version=settings["version"],
        date=date(dt.date.fromisoformat(settings["as_of"])),
        draws=number(settings["draws"]),
    )


def distinct(names: Sequence[str]) -> list[str]:
    """Names that differ: one that comes again is numbered."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found
