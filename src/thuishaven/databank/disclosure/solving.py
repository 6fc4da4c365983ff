"""SciPy's solvers for whole numbers and linear programmes, with what they print out of the way.

HiGHS now and then prints a line whatever it is asked. What a command answers on its output is read by other
programs, so such a line goes where warnings go.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from scipy import optimize

#: The numbers that a system gives to what a process says and to its warnings.
_OUT, _WARNINGS = 1, 2
_LOCK = threading.Lock()


def milp(*given: Any, **named: Any) -> Any:
    """:func:`scipy.optimize.milp`."""
    with quietly():
        return optimize.milp(*given, **named)


def linprog(*given: Any, **named: Any) -> Any:
    """:func:`scipy.optimize.linprog`."""
    with quietly():
        return optimize.linprog(*given, **named)


@contextmanager
def quietly() -> Iterator[None]:
    """What compiled code prints meanwhile is a warning; one at a time, for a process has one output."""
    with _LOCK:
        sys.stdout.flush()
        try:
            kept = os.dup(_OUT)
        except OSError:
            # A process without an output has nothing to keep clean.
            yield
            return
        try:
            with suppress(OSError):
                os.dup2(_WARNINGS, _OUT)
            yield
        finally:
            _written_out()
            os.dup2(kept, _OUT)
            os.close(kept)


def _written_out() -> None:
    """What compiled code printed into a pipe waits in a buffer of its own."""
    try:
        ctypes.CDLL(None).fflush(None)
    except (OSError, AttributeError, TypeError):
        # Only where the C library goes by another name.
        return
