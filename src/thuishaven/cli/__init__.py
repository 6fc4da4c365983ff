"""In a terminal: the commands, what they print, and what they say when something is wrong.

Exit status: 0 done; 1 the dossier or the data is wrong; 2 wrong usage; 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from thuishaven.locale import LANGUAGES, PSEUDO, preferred, speak

__all__ = ["main"]

INTERRUPTED = 128 + 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        The words after the name of the program; those of the process when absent.

    Returns
    -------
    int
        The exit status.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        speak(preferred(asked_language(words)))
        from thuishaven.cli.failures import guarded
        from thuishaven.cli.program import run

        status = guarded(lambda: run(words))
        if status == INTERRUPTED:
            # Typer caught it in a command, and says so by this status.
            raise KeyboardInterrupt
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough (| head); Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        if arguments is None:
            _leave()
        return INTERRUPTED
    return status


def _leave() -> NoReturn:
    """End the process after Ctrl-C with its status.

    An interrupt in the middle of ``exec``, with which modules make their classes, has Python end itself by
    the signal at exit, whoever caught it.
    """
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    atexit._run_exitfuncs()
    os._exit(INTERRUPTED)


def asked_language(words: Sequence[str]) -> str | None:
    """The language asked for with ``--lang``: help and complaints are said in it too.

    >>> asked_language(["cost", "--lang", "fr", "pot.yaml"]), asked_language(["--lang=nl"])
    ('fr', 'nl')
    """
    for place, word in enumerate(words):
        name, _, value = word.partition("=")
        if name == "--lang":
            wish = value or next(iter(words[place + 1 : place + 2]), "")
            return wish if wish in (*LANGUAGES, PSEUDO) else None
    return None
