"""What the server writes down: one JSON object per line, without anything that a visitor typed or is.

A line has the time, the level, the event and, for a request, method, pattern of the path, status, duration
and a random number that the answer carries too. Never: the path itself, its query, a body, a cookie, an
address, a browser. An exception is told by its type and the places in the code: its message may quote a
dossier.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

#: Loggers whose words hold no data; what stands in for the gaps of a sentence is left out.
TRUSTED = ("thuishaven", "uvicorn.error")
#: Particulars that a line may have; another one given by mistake is left out.
FIELDS = (
    "method",
    "route",
    "status",
    "milliseconds",
    "bytes",
    "request",
    "drafts",
    "version",
    "host",
    "port",
)
#: The package stands in every path of ours.
_PACKAGE = "thuishaven"


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        moment = dt.datetime.fromtimestamp(record.created, dt.UTC)
        line: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.name.startswith(TRUSTED):
            # The words alone, without what stands in for their gaps.
            line["event"] = str(record.msg)
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["at"] = places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=True)


def places(trace: TracebackType | None) -> list[str]:
    """Where in the code an exception passed: module, line, function; ours in full, others by their end."""
    found = []
    for frame in traceback.extract_tb(trace):
        parts = frame.filename.replace("\\", "/").split("/")
        start = len(parts) - parts[::-1].index(_PACKAGE) - 1 if _PACKAGE in parts else -2
        found.append(f"{'/'.join(parts[start:])}:{frame.lineno} {frame.name}")
    return found


def start(level: str, stream: TextIO | None = None) -> None:
    """Write the log of this process as JSON lines.

    Parameters
    ----------
    level
        The least that is written: ``debug``, ``info``, ``warning`` or ``error``.
    stream
        Where to; the error stream when absent.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in TRUSTED:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(level.upper())
    # Its lines on starting and stopping say less than ours.
    if level == "info":
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True
