"""Fifty people at once against `thuishaven serve`: how long do they wait, and does anything fail?

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
import asyncio
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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "out" / "load.json"
EXAMPLE = ROOT / "examples" / "plantenpot.yaml"
#: What may be waited for at most by 19 of 20, in seconds, and how many may fail.
TARGET, FAILURES = 0.5, 0
#: How often one person does each kind when everybody has gone.
ALONE = 10
#: Seconds between two looks at the memory of the server.
LOOK = 5
#: Shares of what people do.
PAGES, SLIDERS, ANEW = 0.6, 0.3, 0.1
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

    def note(self, kind: str, seconds: float, answer: httpx.Response | None) -> None:
        """Keep one wait."""
        self.waits.setdefault(kind, []).append(seconds)
        if answer is None or answer.status_code >= 400:
            told = "no answer" if answer is None else f"{answer.status_code} {answer.request.url.path}"
            self.failures.append(f"{kind}: {told}")


class Person:
    """Someone with a dossier of their own."""

    def __init__(self, address: str, story: Story, seed: int) -> None:
        self.http = httpx.AsyncClient(base_url=address, timeout=60, follow_redirects=True, trust_env=False)
        self.story, self.chance, self.text = story, random.Random(seed), ""
        self.lang = self.chance.choice(LANGUAGES)
        self.bearer: dict[str, str] = {}

    async def arrive(self) -> None:
        """Begin with an example, then make it one's own; nobody counts how long that takes."""
        await self.http.post(f"/{self.lang}/examples/plantenpot")
        self.bearer = {"Authorization": f"Bearer {self.http.cookies['thuishaven-draft']}"}
        self.text = (await self.http.get("/api/v1/draft", headers=self.bearer)).json()["text"]
        await self.change()
        await self.http.get(f"/{self.lang}/results")

    async def change(self) -> None:
        """Another demand: every result is worked out anew."""
        units = self.chance.randrange(90_000, 110_000)
        text = re.sub(r"(units_per_year: {low: 80000, mode: )\d+", rf"\g<1>{units}", self.text)
        assert text != self.text
        await self.http.put("/api/v1/draft", json={"text": text}, headers={**self.bearer, "If-Match": "*"})

    async def act(self, kind: str = "") -> None:
        """One action, of some kind or by chance."""
        draw = self.chance.random()
        kind = kind or ("page" if draw < PAGES else "slider" if draw < PAGES + SLIDERS else "recalculation")
        began = time.perf_counter()
        match kind:
            case "page":
                path = f"/{self.lang}/{self.chance.choice(READ)}"
            case "slider":
                path = f"/{self.lang}/results/moved?s0={self.chance.uniform(7, 9):.2f}"
            case _:
                await self.change()
                path = f"/{self.lang}/results"
        answer = await self.wait(kind, path, began)
        if answer is not None:
            pictures = [html.unescape(found) for found in PICTURE.findall(answer.text)]
            await asyncio.gather(*(self.wait("picture", path, time.perf_counter()) for path in pictures))

    async def wait(self, kind: str, path: str, began: float) -> httpx.Response | None:
        """Read an address and note how long it took."""
        try:
            answer: httpx.Response | None = await self.http.get(path)
        except httpx.HTTPError:
            answer = None
        self.story.note(kind, time.perf_counter() - began, answer)
        return answer

    async def live(self, pause: float, until: float) -> None:
        """Act, think, act, until it is over; thinking takes as long as it takes."""
        while True:
            await asyncio.sleep(self.chance.expovariate(1 / pause))
            if time.perf_counter() > until:
                break
            await self.act()
        await self.http.aclose()


async def crowd(address: str, users: int, seconds: float, pause: float, pid: int | None) -> Story:
    """Everybody together; then one, alone."""
    story = Story()
    watching = asyncio.create_task(watched(story, pid))
    people = [Person(address, story, seed) for seed in range(users)]
    for number, person in enumerate(people, start=1):
        await person.arrive()
        print(f"\r{number} of {users} have arrived", end="", file=sys.stderr, flush=True)
    print(f"; {seconds:g} s", file=sys.stderr)
    until = time.perf_counter() + seconds
    story.began, story.before = time.perf_counter(), processor(pid)
    await asyncio.gather(*(person.live(pause, until) for person in people))
    story.took, story.after = time.perf_counter() - story.began, processor(pid)
    story.load = os.getloadavg()[0]
    watching.cancel()
    await alone(address, story, pid)
    return story


async def watched(story: Story, pid: int | None) -> None:
    """Note the most memory that the server has at once."""
    while pid is not None:
        story.megabytes = max(story.megabytes, memory(pid))
        await asyncio.sleep(LOOK)


async def alone(address: str, story: Story, pid: int | None) -> None:
    """One person, each kind some times in a row: what it takes of the processor of the server."""
    if pid is None:
        return
    person = Person(address, Story(), -1)
    await person.arrive()
    for kind in KINDS:
        before = processor(pid)
        for _time in range(ALONE):
            await person.act(kind)
        story.each[kind] = (processor(pid) - before) / ALONE
    await person.http.aclose()
    story.failures += person.story.failures


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
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            with suppress(OSError):
                found += [int(child) for child in task.read_text().split()]
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
        story = asyncio.run(crowd(address, given.users, given.seconds, given.pause, pid))
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
