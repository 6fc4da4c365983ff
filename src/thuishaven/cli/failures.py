"""What is said when something is wrong, one clear line for each problem, and the exit status with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from thuishaven.cli.output import ReaderGone, complain
from thuishaven.locale import _, ngettext

DONE, WRONG_DATA, WRONG_USAGE = 0, 1, 2
#: Problems of one file that are told before the rest is counted.
MOST = 20


class WrongDataError(Exception):
    """The dossier cannot be told about, although it can be read; the message says why. Exit status 1."""


def guarded(work: Callable[[], int | None]) -> int:
    """Do the work of a command and turn what goes wrong into words and a status.

    Parameters
    ----------
    work
        The command; returns its status, ``None`` for done.

    Returns
    -------
    int
        0 done, 1 the dossier or the data is wrong, 2 wrong usage. A defect of ours is raised as it is.
    """
    try:
        return work() or DONE
    except ReaderGone:
        return DONE
    except Exception as error:
        found = told(error)
        if found is None:
            raise
        lines, status = found
        complain(*lines)
        return status


def told(error: Exception) -> tuple[list[str], int] | None:
    """The lines and the status of an error that a reader can mend; ``None`` for a defect of ours."""
    from thuishaven.cli.usage import WrongUsage, complaint

    if isinstance(error, WrongUsage):
        return [str(error), _("Help: {command}", command="thuishaven --help")], WRONG_USAGE
    if hasattr(error, "format_message") and getattr(error, "exit_code", None) == WRONG_USAGE:
        context = getattr(error, "ctx", None)
        path = context.command_path if context is not None else "thuishaven"
        return [complaint(error), _("Help: {command}", command=f"{path} --help")], WRONG_USAGE
    if isinstance(error, WrongDataError):
        return [str(error)], WRONG_DATA
    if isinstance(error, OSError):
        return [_of_system(error)], WRONG_DATA
    return _of_rooms(error)


def _of_rooms(error: Exception) -> tuple[list[str], int] | None:
    from thuishaven.dossier import DossierError
    from thuishaven.facts import TableError
    from thuishaven.facts.connectors import ConnectorError

    if isinstance(error, DossierError):
        return list(problem_lines(error)), WRONG_DATA
    if isinstance(error, ConnectorError) and error.code == "connector_unknown":
        return [str(error), _("Help: {command}", command="thuishaven facts refresh --help")], WRONG_USAGE
    if isinstance(error, ConnectorError | TableError):
        return [str(error)], WRONG_DATA
    return None


def problem_lines(error: Any) -> Iterator[str]:
    """One line for each problem of a dossier: file, place, what is wrong, what was expected."""
    for problem in error.problems[:MOST]:
        place = ", ".join(part for part in (error.path, problem.place()) if part)
        yield f"{place}: {problem.message()}" if place else problem.message()
    left = len(error.problems) - MOST
    if left > 0:
        yield ngettext("And {n} more problem.", "And {n} more problems.", left)


def _of_system(error: OSError) -> str:
    name = str(error.filename or "")
    if isinstance(error, PermissionError):
        return _("{path}: no permission to read or write here.", path=name)
    if isinstance(error, FileNotFoundError):
        return _("{path}: there is no such file or folder.", path=name)
    if isinstance(error, IsADirectoryError):
        return _("{path}: this is a folder; a file is expected.", path=name)
    return _(
        "{path}: the system refuses it ({reason}).", path=name or "-", reason=error.strerror or str(error)
    )
