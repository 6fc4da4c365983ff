"""Memory that is let go of and asked for again, thousands of times in an assessment."""

from __future__ import annotations

import ctypes
import os

#: Parameters of glibc's ``mallopt``, by the names of its manual.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
#: Free memory that is kept, and the size from which an array gets pages of its own, bytes.
_KEPT, _LARGE = 256 * 2**20, 32 * 2**20


def keep_freed_memory() -> bool:
    """Have the C library keep memory that arrays let go of, for the arrays that come next.

    By default it hands the memory back to the system after every what-if, which then clears the same pages
    again for the next one: a tenth of the time of an assessment. It holds for the whole process, so a program
    asks for it, and no import does.

    Returns
    -------
    bool
        Whether the C library knows this (glibc does); elsewhere nothing changes.
    """
    if os.name != "posix":
        return False
    setting = getattr(ctypes.CDLL(None), "mallopt", None)
    if setting is None:
        return False
    return bool(setting(_TRIM_THRESHOLD, _KEPT) and setting(_MMAP_THRESHOLD, _LARGE))
