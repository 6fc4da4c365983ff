"""Tasks as a calendar (RFC 5545) that other programs read; without the names of companies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from thuishaven.databank.office.model import Task

_WIDTH = 75
_STAMP = "%Y%m%dT%H%M%SZ"


def calendar(
    tasks: Iterable[Task],
    now: dt.datetime,
    said: Callable[[Task], str],
    name: str,
    host: str,
    where: Callable[[Task], str] | None = None,
) -> str:
    """The calendar of some tasks: a whole day for each.

    Parameters
    ----------
    tasks
        What is to be done.
    now
        When the calendar is made.
    said
        What a task is called in the reader's language. A title of a project does not belong in it: calendars
        travel by mail and stand on phones.
    name
        Name of the calendar.
    host
        Name of this installation, so that ids are unique in the world.
    where
        Address of the page of a task; it asks who is there.

    Returns
    -------
    str
        Lines of at most 75 octets that end in CR LF.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Thuishaven//front office//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
    ]
    for task in tasks:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{task.id}@{host}",
            f"DTSTAMP:{now.astimezone(dt.UTC).strftime(_STAMP)}",
            f"DTSTART;VALUE=DATE:{task.due:%Y%m%d}",
            f"DTEND;VALUE=DATE:{task.due + dt.timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(said(task))}",
            *([f"URL:{where(task)}"] if where else []),
            "TRANSP:TRANSPARENT",
            "CLASS:CONFIDENTIAL",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _escaped(text: str) -> str:
    """Text in which the signs that mean something are escaped.

    >>> _escaped("permit, order; hiring")
    'permit\\\\, order\\\\; hiring'
    """
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def _folded(line: str) -> list[str]:
    """A line in pieces of at most 75 octets; every piece after the first begins with a space.

    >>> [len(part.encode()) for part in _folded("SUMMARY:" + "é" * 60)]
    [74, 55]
    """
    parts, part = [], ""
    for sign in line:
        if len((part + sign).encode()) > _WIDTH:
            parts.append(part)
            part = " "
        part += sign
    return [*parts, part]
