"""Where a command writes: text for people, JSON for programs, complaints on the error stream."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

#: Lines longer than this are hard to read, however wide the screen is.
WIDEST = 128
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class ReaderGone(Exception):
    """Whoever read the output has stopped reading (``| head``); there is nothing more to do."""


def safe(text: str) -> str:
    """A text from a file, made safe to print: no control characters that could move a terminal's cursor.

    >>> safe("bad\\x1b[2Jname")
    'bad [2Jname'
    """
    return _CONTROL.sub(" ", text)


def write(text: str, stream: TextIO | None = None) -> None:
    """Write text as it is, by default to the standard output.

    Raises
    ------
    ReaderGone
        When nobody reads it any more.
    """
    stream = stream or sys.stdout
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "replace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        raise ReaderGone from None


def write_json(data: Any) -> None:
    """Write JSON: the same bytes for the same data, whatever the terminal."""
    readable = (sys.stdout.encoding or "utf-8").lower().replace("-", "") == "utf8"
    write(json.dumps(data, ensure_ascii=not readable, indent=2) + "\n")


def complain(*lines: str) -> None:
    """Write lines to the error stream."""
    write("".join(f"{safe(line)}\n" for line in lines), sys.stderr)


def console() -> Console:
    """The terminal: its width, its colours (none where ``NO_COLOR`` says so or in a pipe)."""
    from rich.console import Console

    found = Console(highlight=False, markup=False, emoji=False)
    if found.width > WIDEST:
        found.width = WIDEST
    return found


def show(parts: Callable[[int], Iterable[RenderableType]]) -> None:
    """Write a page for people.

    Parameters
    ----------
    parts
        Makes what is to be shown, one below the other, for a width in columns.
    """
    screen = console()
    write(rendered(parts(screen.width), screen))


def rendered(parts: Iterable[RenderableType], screen: Console) -> str:
    """A page as text, as this screen shows it; a text that may not be folded is left whole."""
    with screen.capture() as caught:
        for part in parts:
            screen.print(part, soft_wrap=bool(getattr(part, "no_wrap", False)))
    return "".join(f"{line.rstrip()}\n" for line in caught.get().splitlines())


@contextmanager
def progress(words: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the error stream for work that takes a while; nothing where no terminal looks.

    Parameters
    ----------
    words
        What is being done.

    Yields
    ------
    callable
        To be told how much is done, and of how much.
    """
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
