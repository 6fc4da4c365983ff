"""Calculations in processes of their own: where they run, what comes back, what happens when one is lost."""

from __future__ import annotations

import gc
import math
import os
import pickle
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from thuishaven.dossier import DossierError, Problem, build
from thuishaven.web import ops_apart, results
from thuishaven.web.api.problems import Refused
from thuishaven.web.drafts import read
from thuishaven.web.guards import Refusal
from thuishaven.web.ops_apart import Processes
from thuishaven.web.ops_work import Memory

POT = Path(__file__).parents[2] / "examples" / "plantenpot.yaml"


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    """Two for calculations, one for what takes a moment, and one for pictures."""
    made = Processes(2)
    yield made
    made.close()


@pytest.fixture
def serving() -> Iterator[None]:
    """As ``thuishaven serve`` has it."""
    ops_apart.start(2)
    yield
    ops_apart.close()


def test_the_same_question_goes_to_the_same_process(processes: Processes) -> None:
    first = processes.calculate("a", os.getpid)
    assert first == processes.calculate("a", os.getpid)
    assert len({os.getpid(), first, processes.swift(os.getpid)}) == 3


def test_what_a_task_raises_is_raised_here(processes: Processes) -> None:
    with pytest.raises(ValueError, match="math domain"):
        processes.swift(math.sqrt, -1.0)
    problem = Problem("wrong_unit", "demand", {"value": "kg"}, 3)
    again = pickle.loads(pickle.dumps(DossierError([problem], "a.yaml")))
    assert ([problem], "a.yaml") == (again.problems, again.path)
    with pytest.raises(DossierError) as raised:
        processes.swift(build, {"thuishaven": 2})
    assert raised.value.problems
    refused = pickle.loads(pickle.dumps(Refused("too_much_work", value="draws=8", expected="draws=4")))
    assert ("too_much_work", {"value": "draws=8", "expected": "draws=4"}) == (refused.code, refused.params)


def test_a_process_that_is_lost_is_replaced(processes: Processes) -> None:
    lost = processes.calculate("b", os.getpid)
    os.kill(lost, signal.SIGKILL)
    assert lost != processes.calculate("b", os.getpid)


def test_who_loses_it_twice_is_told(processes: Processes) -> None:
    with pytest.raises(Refusal) as raised:
        processes.calculate("c", os._exit, 1)
    assert (503, "work_lost", "4") == (
        raised.value.status_code,
        raised.value.code,
        (raised.value.headers or {})["Retry-After"],
    )
    assert processes.calculate("c", os.getpid)


def test_a_part_goes_to_a_process_with_nothing_to_do(processes: Processes) -> None:
    with processes.turn("d", 2) as turn:
        own, part = turn.calculate(os.getpid), turn.meanwhile(os.getpid)
        assert part is not None
        assert part() not in (own, processes.swift(os.getpid), processes.draw(os.getpid))
    with processes.turn("e", 1) as one, processes.turn("d", 2) as other:
        assert None is one.meanwhile(os.getpid)
        assert None is other.meanwhile(os.getpid)
        assert one.calculate(os.getpid) != other.calculate(os.getpid)


def test_who_comes_first_has_both_until_the_end(processes: Processes) -> None:
    """Another question waits until all parts of the first are answered; who waits is let in by turn."""
    told: list[str] = []

    def ask(name: str) -> None:
        with processes.turn(name, 2) as turn:
            told.append(f"{name} {'both' if turn.meanwhile(os.getpid) else 'one'}")

    with processes.turn("first", 2) as turn:
        later = []
        for name in ("second", "third"):
            later.append(threading.Thread(target=ask, args=(name,)))
            later[-1].start()
            while len(processes._waiting) < len(later):
                time.sleep(0.001)
        for part in range(3):
            turn.calculate(os.getpid)
            told.append(f"first {part}")
    for thread in later:
        thread.join()
    assert ["first 0", "first 1", "first 2", "second both"] == told[:4]
    assert told[4].startswith("third")


def test_nothing_is_begun_after_the_end() -> None:
    made = Processes(1)
    pid = made.swift(os.getpid)
    made.close()
    with pytest.raises(Refusal):
        made.calculate("a", os.getpid)
    for _attempt in range(100):
        if not Path(f"/proc/{pid}").exists():
            break
        time.sleep(0.1)
    assert not Path(f"/proc/{pid}").exists()


def test_what_a_process_has_read_is_looked_through_no_more(processes: Processes) -> None:
    assert processes.swift(gc.get_freeze_count) > 0


def test_what_nobody_asks_for_is_forgotten() -> None:
    memory = Memory(4)
    memory.get("a", lambda: b"x" * 10)
    Memory.forget()
    assert b"x" * 10 == memory.held("a")
    Memory.forget(0)
    assert None is memory.held("a")
    assert 5 == memory.get("a", lambda: 5)


@pytest.mark.slow
def test_figures_are_the_same_from_every_process(serving: None) -> None:
    """A result, a moved slider, an explanation and a picture; from elsewhere and from here."""
    dossier = read(POT.read_text("utf-8"))[1]
    assert dossier is not None

    def told() -> list[object]:
        work = results.worked_out(dossier)
        warm = results.warm(work)
        handle = warm.handles[0]
        picture = results.picture(work, "uncertainty")
        assert picture is not None
        found = [work.result, work.advice, warm.handles, warm.now, warm.moved({handle.id: handle.high})]
        return [*found, results.explained(work, "today.P01"), picture.svg, picture.alt]

    apart = told()
    ops_apart.close()
    Memory.forget(0)
    assert apart == told()


#: A server whose processes look at nothing by themselves, one of them at work without end.
KILLED = """\
import sys, time
from thuishaven.web import ops_apart
ops_apart.LOOK = 10**6

def work():
    while True:
        sum(range(10**6))

if __name__ == "__main__":
    made = ops_apart.Processes(1)
    made.ahead(work)
    numbers = [number for one in made._all for number in one._processes]
    made._all[2].submit(time.time).result()
    print(*numbers, flush=True)
    time.sleep(10**6)
"""


def test_no_calculation_outlives_its_server(tmp_path: Path) -> None:
    """Also of one that was killed, and without waiting for the next look: its end of a pipe closes."""
    (tmp_path / "killed.py").write_text(KILLED, encoding="utf-8")
    command = [sys.executable, "-W", "ignore", str(tmp_path / "killed.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        handles = [os.pidfd_open(int(number)) for number in server.stdout.readline().split()]
        assert len(handles) == 3
        server.kill()
    for handle in handles:
        assert select.select([handle], [], [], 30)[0]
        os.close(handle)
