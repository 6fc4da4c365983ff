"""What tests of several rooms stand on: a databank on each engine, and a clock that they move."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from databases import Clock
    from thuishaven.databank import Database
    from visitors import House

HERE = Path(__file__).parent
ENGINES = ("sqlite", "postgresql")
#: Where Linux keeps files in memory, and how many bytes must be free there.
MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30
#: How the folder of a run is called there, before the number of its process.
KEPT = "thuishaven-tests-"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=("both", *ENGINES),
        default=os.environ.get("TEST_ENGINE", "both"),
        help="The databases that tests of what is stored run on; both when absent, and then what needs one "
        "only has SQLite.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Tests that need one databank only make it where ``usual`` of ``databases`` says."""
    os.environ["TEST_ENGINE"] = config.getoption("--engine")
    if not hasattr(config, "workerinput"):
        _in_memory()


def _in_memory() -> None:
    """Let files that pass stand in memory where that can hold them: no test cuts the power.

    Every change of a databank waits for the disk, and there are tens of thousands of them.
    """
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        for left in MEMORY.glob(f"{KEPT}*-*"):
            # Of a run that was killed.
            if not Path("/proc", left.name.split("-")[2]).exists():
                shutil.rmtree(left, ignore_errors=True)
        folder = tempfile.mkdtemp(prefix=f"{KEPT}{os.getpid()}-", dir=MEMORY)
        # What is registered first comes last: PostgreSQL has stopped by then.
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        # The processes that tests start look there too.
        os.environ["TMPDIR"] = tempfile.tempdir = folder


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever stands on ``engine`` runs once for each that was asked for."""
    if "engine" in metafunc.fixturenames:
        wanted = metafunc.config.getoption("--engine")
        metafunc.parametrize("engine", [one for one in ENGINES if wanted in (one, "both")], scope="module")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first, then those with many: no worker is left with a long file at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    many = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path not in slow, -many[item.path]))
    # The everyday part leaves out what takes long as well: its order is that of the whole suite.
    listed = set((HERE / "slow.txt").read_text(encoding="utf-8").splitlines())
    for item in items:
        if item.nodeid.partition("[")[0] in listed:
            item.add_marker("slow")


@pytest.fixture
def clock() -> Clock:
    from databases import Clock

    return Clock()


@pytest.fixture
def place(engine: str, tmp_path: Path) -> Iterator[str]:
    """Where an empty databank stands, on each engine in turn."""
    from databases import place

    with place(engine, tmp_path) as where:
        yield where


@pytest.fixture
def databank(place: str, clock: Clock) -> Iterator[Database]:
    """An empty databank, on each engine in turn."""
    from thuishaven.databank import Database

    found = Database(place, clock)
    yield found
    found.close()


@pytest.fixture
def house(databank: Database) -> House:
    """All doors of an installation, and the letters that it sends."""
    from visitors import House

    return House(databank)
