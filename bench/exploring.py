"""Explore a dossier in this process, and tell its time and its peak memory as JSON on one line.

python bench/exploring.py DOSSIER
"""

from __future__ import annotations

import json
import resource
import sys
import time
from statistics import median

import thuishaven as th
from thuishaven.alternatives import explore
from thuishaven.uncertainty import keep_freed_memory

RUNS = 3


def peak_mb() -> float:
    """Most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Explore once cold and some times warm."""
    keep_freed_memory()
    told, before = th.load(sys.argv[1]), peak_mb()
    walls, cpus, plans = [], [], 0
    for _ in range(RUNS + 1):
        wall, cpu = time.perf_counter(), time.process_time()
        plans = len(explore(told).options)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    found = {"plans": plans, "first": walls[0], "seconds": median(walls[1:]), "cpu": median(cpus[1:])}
    print(json.dumps({**found, "before_mb": before, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
