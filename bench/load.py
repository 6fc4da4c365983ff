"""Fifty people at once (Locust) against `thuishaven serve`: how long do they wait, and does anything fail?

    python bench/load.py [--users 50] [--seconds 180] [--pause 20] [--address http://127.0.0.1:8000]

Each has a dossier of their own and does something every twenty seconds on average: 60 % read a page, 30 %
move a slider, 10 % change the dossier and read the results anew. A page of results is followed by its
pictures, as a browser asks for them; they have a row of their own. Without `--address` a server is started
for it, on a free port. When everybody has gone, one person does each kind a few times more: what that takes
of the processor stands beside it. Prints each kind beside its target and writes out/load.json. Who asks
runs on the same machine: what it takes itself stands below the table.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import platform
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gevent
from gevent.pool import Group
from locust import HttpUser, task
from locust.env import Environment

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "out" / "load.json"
EXAMPLE = ROOT / "examples" / "plantenpot.yaml"
#: What may be waited for at most by 19 of 20, in seconds, and how many may fail.
TARGET, FAILURES = 0.5, 0
#: How often one person does each kind when everybody has gone.
ALONE = 10
#: Seconds between two looks at the memory of the server.
LOOK = 5
LANGUAGES = ("nl", "nl", "fr", "en")
#: Pages that are read, as often as they stand here.
READ = (
    "",
    "knowledge",
    "scan",
    "scan/start",
    "dossier",
    "dossier/product",
    "dossier/demand",
    "dossier/plans",
    "results",
    "results",
    "results",
)
PICTURE = re.compile(r'<img class="chart" src="([^"]+)"')
KINDS = ("page", "slider", "recalculation")
#: Names of what else is asked for: pictures have a row of their own, the rest is a part of something.
PICTURE_KIND, ARRIVING, CHANGING, RESULT = "picture", "arriving", "changing", "result"


@dataclass
class Story:
    """What was waited for, by kind of action, in seconds; and what failed."""

    waits: dict[str, list[float]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    #: Processor seconds that one of a kind took, its pictures included.
    each: dict[str, float] = field(default_factory=dict)
    #: When people began, for how long, and the processor seconds of the server before and after.
    began: float = 0.0
    took: float = 0.0
    before: float = 0.0
    after: float = 0.0
    #: Most megabytes of the server, and the load of the machine when people went.
    megabytes: float = 0.0
    load: float = 0.0

    #: Whether waits count already: nobody counts how long arriving takes.
    counts: bool = False
    arrived: int = 0

    def note(self, name: str, response_time: float, exception: Any, **_rest: Any) -> None:
        """Keep one wait; Locust tells it in milliseconds."""
        if not self.counts or name not in (*KINDS, PICTURE_KIND):
            return
        self.waits.setdefault(name, []).append(response_time / 1000)
        if exception is not None:
            self.failures.append(f"{name}: {exception}")


class Person(HttpUser):
    """Someone with a dossier of their own, who thinks for a while between two actions."""

    story: Story
    pause = 20.0
    chance: random.Random

    def wait_time(self) -> float:
        """Seconds of thinking; as long as it takes."""
        return self.chance.expovariate(1 / self.pause)

    def on_start(self) -> None:
        """Begin with an example, then make it one's own."""
        self.chance = random.Random(self.story.arrived)
        self.lang = self.chance.choice(LANGUAGES)
        self.client.trust_env = False
        self.client.post(f"/{self.lang}/examples/plantenpot", name=ARRIVING)
        self.bearer = {"Authorization": f"Bearer {self.client.cookies['thuishaven-draft']}"}
        self.text = self.client.get("/api/v1/draft", headers=self.bearer, name=ARRIVING).json()["text"]
        self.change()
        self.client.get(f"/{self.lang}/results", name=ARRIVING)
        self.story.arrived += 1

    def change(self) -> None:
        """Another demand: every result is worked out anew."""
        units = self.chance.randrange(90_000, 110_000)
        text = re.sub(r"(units_per_year: {low: 80000, mode: )\d+", rf"\g<1>{units}", self.text)
        assert text != self.text
        headers = {**self.bearer, "If-Match": "*"}
        self.client.put("/api/v1/draft", json={"text": text}, headers=headers, name=CHANGING)

    @task(6)
    def page(self) -> None:
        """Read a page."""
        self.see(self.client.get(f"/{self.lang}/{self.chance.choice(READ)}", name="page"))

    @task(3)
    def slider(self) -> None:
        """Move a number."""
        self.client.get(f"/{self.lang}/results/moved?s0={self.chance.uniform(7, 9):.2f}", name="slider")

    @task(1)
    def recalculation(self) -> None:
        """Change the dossier and read the results: one wait, from the change to the whole page."""
        began = time.perf_counter()
        self.change()
        answer = self.client.get(f"/{self.lang}/results", name=RESULT)
        self.environment.events.request.fire(
            request_type="ACTION",
            name="recalculation",
            response_time=(time.perf_counter() - began) * 1000,
            response_length=len(answer.content),
            exception=None if answer.ok else f"{answer.status_code} {answer.url}",
            context={},
        )
        self.see(answer)

    def see(self, answer: Any) -> None:
        """Ask for the pictures of a page together, as a browser does."""
        pictures = Group()
        for path in PICTURE.findall(answer.text or ""):
            pictures.spawn(self.client.get, html.unescape(path), name=PICTURE_KIND)
        pictures.join()


def crowd(address: str, users: int, seconds: float, pause: float, pid: int | None) -> Story:
    """Everybody together; then one, alone."""
    story = Story()
    person = type("Visitor", (Person,), {"story": story, "pause": pause, "host": address})
    everybody = Environment(user_classes=[person], host=address, catch_exceptions=False)
    everybody.events.request.add_listener(story.note)
    runner = everybody.create_local_runner()
    watching = gevent.spawn(watched, story, pid)
    runner.start(users, spawn_rate=1)
    while story.arrived < users:
        print(f"\r{story.arrived} of {users} have arrived", end="", file=sys.stderr, flush=True)
        gevent.sleep(1)
    print(f"\r{users} of {users} have arrived; {seconds:g} s", file=sys.stderr)
    story.began, story.before, story.counts = time.perf_counter(), processor(pid), True
    gevent.sleep(seconds)
    story.took, story.after = time.perf_counter() - story.began, processor(pid)
    story.counts = False
    story.load = os.getloadavg()[0]
    runner.quit()
    watching.kill()
    alone(person(everybody), story, pid)
    return story


def watched(story: Story, pid: int | None) -> None:
    """Note the most memory that the server has at once."""
    while pid is not None:
        story.megabytes = max(story.megabytes, memory(pid))
        gevent.sleep(LOOK)


def alone(person: Person, story: Story, pid: int | None) -> None:
    """One person, each kind some times in a row: what it takes of the processor of the server."""
    if pid is None:
        return
    person.on_start()
    actions: dict[str, Callable[[], None]] = {kind: getattr(person, kind) for kind in KINDS}
    for kind, act in actions.items():
        before = processor(pid)
        for _time in range(ALONE):
            act()
        story.each[kind] = (processor(pid) - before) / ALONE


@contextmanager
def server(address: str | None) -> Iterator[tuple[str, int | None]]:
    """The server that is there, or one of our own; its address, and its process."""
    if address is not None:
        yield address, None
        return
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "THUISHAVEN_DATA": folder, "THUISHAVEN_LOG_LEVEL": "warning"}
        command = [sys.executable, "-m", "thuishaven", "serve", "--port", "0"]
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            while not (found := re.search(r"http://\S+:\d+", line := process.stderr.readline())):
                assert line, "it did not start"
            try:
                yield found[0], process.pid
            finally:
                process.terminate()


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            with suppress(OSError):
                found += [int(child) for child in children.read_text().split()]
    return found


def processor(pid: int | None) -> float:
    """Processor seconds of a server so far; nothing where it cannot be seen."""
    total = 0
    for one in family(pid) if pid is not None else ():
        with suppress(OSError):
            total += sum(map(int, Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[11:13]))
    return total / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """Megabytes of a server now; what its processes share counts once."""
    total = 0
    for one in family(pid):
        with suppress(OSError):
            found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{one}/smaps_rollup").read_text(), re.MULTILINE)
            total += int(found[1]) if found else 0
    return total / 1024


def share(waits: list[float], part: float) -> float:
    """The wait that a share of all did not pass."""
    ordered = sorted(waits)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)]


def summed(story: Story) -> dict[str, Any]:
    """Number, middle and 95 % of the waits, by kind and together; pictures apart, their page was there."""
    actions = {kind: story.waits[kind] for kind in KINDS if kind in story.waits}
    pictures = {kind: waits for kind, waits in story.waits.items() if kind not in actions}
    every = {**actions, "all": [wait for waits in actions.values() for wait in waits], **pictures}
    return {
        kind: {
            "n": len(waits),
            "p50": share(waits, 0.5),
            "p95": share(waits, 0.95),
            "max": max(waits),
            "cpu": story.each.get(kind),
        }
        for kind, waits in every.items()
    }


def main() -> None:
    """Run it, print it, write it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--users", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=180)
    asked.add_argument("--pause", type=float, default=20)
    asked.add_argument("--address")
    given = asked.parse_args()
    with server(given.address) as (address, pid):
        story = crowd(address, given.users, given.seconds, given.pause, pid)
    waits = summed(story)
    print(f"{'action':15} {'n':>6} {'p50 ms':>8} {'p95 ms':>8} {'max ms':>8} {'cpu ms':>8}   target")
    for kind, row in waits.items():
        target = f"p95 < {TARGET * 1000:.0f} ms" if kind == "all" else ""
        cpu = "" if row["cpu"] is None else f"{row['cpu'] * 1000:.0f}"
        print(
            f"{kind:15} {row['n']:6} {row['p50'] * 1000:8.0f} {row['p95'] * 1000:8.0f} "
            f"{row['max'] * 1000:8.0f} {cpu:>8}   {target}"
        )
    print(f"failures: {len(story.failures)}   target: {FAILURES}")
    for told in sorted(set(story.failures))[:10]:
        print(f"  {told}")
    mine = resource.getrusage(resource.RUSAGE_SELF)
    asking = mine.ru_utime + mine.ru_stime
    server_cpu = story.after - story.before
    found = {
        "users": given.users,
        "seconds": given.seconds,
        "pause": given.pause,
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "load": story.load},
        "waits": waits,
        "failures": len(story.failures),
        "targets": {"p95": TARGET, "failures": FAILURES},
        "met": waits["all"]["p95"] < TARGET and len(story.failures) <= FAILURES,
        "server": {"cpu": server_cpu, "megabytes": story.megabytes} if pid is not None else {},
        "asking": {"cpu": asking, "wall": story.took},
    }
    if pid is not None:
        print(
            f"server: {server_cpu:.0f} s of processor in {story.took:.0f} s, "
            f"{story.megabytes:.0f} MB; asking took {asking:.0f} s; load of the machine {story.load:.1f}"
        )
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(found, indent=2) + "\n")
    sys.exit(0 if found["met"] else 1)


if __name__ == "__main__":
    main()
