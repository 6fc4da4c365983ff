"""A command as a process: pipes, Ctrl-C, colours, progress, and what it takes to start."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-m", "thuishaven"]


def process(
    words: Sequence[str], environment: dict[str, str], **how: object
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *words], env=environment, capture_output=True, check=False, **how)  # type: ignore[call-overload,no-any-return]


def on_a_terminal(words: Sequence[str], environment: dict[str, str]) -> tuple[int, str]:
    """Run a command whose output and errors go to a terminal; its status and what the terminal got."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*PROGRAM, *words], env=environment, stdout=theirs, stderr=theirs, stdin=theirs
    ) as child:
        os.close(theirs)
        caught = b""
        while True:
            ready, _, _ = select.select([ours], [], [], 60)
            try:
                part = os.read(ours, 65536) if ready else b""
            except OSError:
                part = b""
            if not part:
                break
            caught += part
        status = child.wait()
    os.close(ours)
    return status, caught.decode()


def test_the_module_and_the_command_are_the_same_program(environment: dict[str, str]) -> None:
    ran = process(["--version"], environment)
    assert (0, b"") == (ran.returncode, ran.stderr)
    assert ran.stdout.startswith(b"thuishaven ")


def test_help_imports_nothing_heavy(environment: dict[str, str]) -> None:
    heavy = ("numpy", "scipy", "pydantic", "pint", "rich", "httpx", "babel", "openpyxl", "ruamel")
    code = (
        "import sys; from thuishaven.cli import main;"
        "[main([*words, '--help']) for words in ([], ['cost'], ['facts', 'show'])];"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert b"[]" == ran.stderr.strip()


def test_importing_the_package_imports_no_room(environment: dict[str, str]) -> None:
    code = (
        "import sys, thuishaven as th; rooms = [n for n in sys.modules if n.startswith('thuishaven.')];"
        "print(rooms, th.cost.assess.__name__, th.load.__name__, th.__version__ == th.dossier.VERSION)"
    )
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert b"[] assess load True" == ran.stdout.strip()


def test_a_reader_who_stops_reading_is_no_error(environment: dict[str, str]) -> None:
    """As in ``thuishaven facts show | head -1``: a long page into a pipe that is closed."""
    with subprocess.Popen(
        [*PROGRAM, "facts", "show", "--json"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.read(1)
        child.stdout.close()
        said = child.stderr.read()
        assert (0, b"") == (child.wait(), said)


def test_a_short_page_into_a_closed_pipe_is_no_error(environment: dict[str, str]) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with subprocess.Popen(
        [*PROGRAM, "--help"], env=environment, stdout=theirs, stderr=subprocess.PIPE
    ) as child:
        os.close(theirs)
        assert child.stderr is not None
        said = child.stderr.read()
        assert (0, b"") == (child.wait(), said)


def heeding_ctrl_c() -> None:
    """A program that was started in the background of a script would not heed Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_quietly(environment: dict[str, str], small: Path) -> None:
    """Stopped while the bar of a long exploration shows that it is at work."""
    ours, theirs = pty.openpty()
    words = ["explore", str(small), "--draws", "65536"]
    with subprocess.Popen(
        [*PROGRAM, *words],
        env=environment | {"TERM": "xterm-256color"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=heeding_ctrl_c,
    ) as child:
        os.close(theirs)
        caught = b""
        while b"Calculating plans" not in caught:
            caught += os.read(ours, 65536)
        child.send_signal(signal.SIGINT)
        # A bar that nobody reads fills the terminal, and then the child waits for ever.
        with contextlib.suppress(OSError):
            while more := os.read(ours, 65536):
                caught += more
        assert child.stdout is not None
        out = child.stdout.read()
        status = child.wait()
    os.close(ours)
    assert (130, b"") == (status, out)
    assert b"Traceback" not in caught


@pytest.mark.slow
def test_no_progress_and_no_colour_in_a_pipe(environment: dict[str, str], small: Path) -> None:
    ran = process(["explore", str(small), "--draws", "64"], environment)
    assert (0, b"") == (ran.returncode, ran.stderr)
    assert b"\x1b" not in ran.stdout


@pytest.mark.slow
def test_progress_on_a_terminal(environment: dict[str, str], small: Path) -> None:
    terminal = environment | {"TERM": "xterm-256color"}
    status, caught = on_a_terminal(["explore", str(small), "--draws", "64", "--lang", "nl"], terminal)
    assert 0 == status
    assert "Plannen berekenen" in caught


@pytest.mark.slow
def test_no_color_is_respected(environment: dict[str, str], small: Path) -> None:
    terminal = environment | {"TERM": "xterm-256color", "NO_COLOR": "1"}
    status, caught = on_a_terminal(["cost", str(small), "--draws", "64"], terminal)
    assert 0 == status
    assert "\x1b[3" not in caught
    assert "\x1b[9" not in caught


@pytest.mark.slow
def test_a_terminal_that_cannot_show_a_letter_gets_another(environment: dict[str, str], small: Path) -> None:
    ran = process(["cost", str(small), "--draws", "64"], environment | {"PYTHONIOENCODING": "ascii"})
    assert (0, b"") == (ran.returncode, ran.stderr)
    assert ran.stdout.isascii()
    told = process(
        ["cost", str(small), "--draws", "64", "--json"], environment | {"PYTHONIOENCODING": "ascii"}
    )
    assert (0, True) == (told.returncode, told.stdout.isascii())


def test_bad_input_never_shows_a_traceback(environment: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"thuishaven: 1\n\x00")
    ran = process(["cost", str(path)], environment)
    assert (1, b"") == (ran.returncode, ran.stdout)
    assert b"Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "place",
    [
        "program.run = lambda words: exec('raise KeyboardInterrupt')",
        # Within a command Typer catches it, and says so by a status.
        "program.app.command('stopped')(lambda: exec('raise KeyboardInterrupt'))",
    ],
    ids=["before", "command"],
)
def test_an_interrupt_while_a_class_is_being_made_ends_with_the_same_status(
    environment: dict[str, str], tmp_path: Path, place: str
) -> None:
    """Python would end itself by the signal when it came in the middle of ``exec``."""
    (tmp_path / "interrupted.py").write_text(
        "import sys\n"
        "from thuishaven.cli import main, program\n"
        f"{place}\n"
        "sys.argv = ['thuishaven', 'stopped']\n"
        "sys.exit(main())\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "interrupted"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        check=False,
        preexec_fn=heeding_ctrl_c,
    )
    assert (130, b"", b"") == (ran.returncode, ran.stdout, ran.stderr)
