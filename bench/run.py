"""Measure speed and growth side by side, in one run: `make bench` prints the table and writes out/bench.json.

Every row gives the median of some runs in a warm process, on this machine, beside its target; the
comparison with the script of `by_hand.py` first checks that both give the same figures.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import by_hand
import numpy as np
import small

import ranking
import thuishaven as th
from thuishaven import cost
from thuishaven.cost.slider import Slider
from thuishaven.dossier import Settings

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "out" / "bench.json"
RUNS = 5
FIVE = ("today", "improve_abroad", "bigger_stock", "home_supplier", "home_automated")
EXPLORE = """
import json, resource, sys, time
import thuishaven as th
from thuishaven.alternatives import explore
from thuishaven.dossier import Settings
told = th.load(sys.argv[1])
explore(told, settings=Settings(draws=64))
start = time.perf_counter()
found = explore(told, settings=Settings(draws=int(sys.argv[2])))
took = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": took, "plans": len(found.options), "peak_mb": peak}))
"""


def timed(work: Callable[[], object], runs: int = RUNS) -> tuple[float, float]:
    """Median wall and processor seconds of some runs, after one that warms up."""
    work()
    walls, cpus = [], []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return median(walls), median(cpus)


def assessment() -> dict[str, object]:
    """Five plans, ten years, all lines, 4,096 draws, break-evens, first-order indices, EVPPI."""
    told = th.load(ROOT / "examples" / "plantenpot.yaml")
    told = told.model_copy(update={"plans": tuple(plan for plan in told.plans if plan.id in FIVE)})
    wall, cpu = timed(lambda: cost.assess(told).to_dict())
    return {"what": "cost, 5 plans", "seconds": wall, "cpu": cpu, "target": 0.5}


def slider() -> dict[str, object]:
    """One input moved over 1,024 draws that are there already."""
    handle = Slider(th.load(ROOT / "examples" / "plantenpot.yaml"))
    prices = iter(np.linspace(5.0, 6.0, 100))
    wall, cpu = timed(lambda: handle.move({"today.unit_price": float(next(prices))}), 9)
    return {"what": "slider move", "seconds": wall, "cpu": cpu, "target": 0.1}


def exploration(draws: int) -> dict[str, object]:
    """All generated plans in a process of its own, with its peak memory."""
    words = [sys.executable, "-c", EXPLORE, str(ROOT / "examples" / "plantenpot.yaml"), str(draws)]
    told = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return {"what": f"explore, {told['plans']} plans, {draws} draws", "target": 3.0, **told}


def growth() -> dict[str, float]:
    """Exponents of the time of an exploration in its draws and of an evaluation in its plans; 1 is linear."""
    many = (1024, 2048, 4096, 8192)
    took = [exploration(draws)["seconds"] for draws in many]
    told = th.load(ROOT / "examples" / "plantenpot.yaml")
    copies = (8, 16, 32, 64)
    spent = []
    for n in copies:
        plans = [told.plans[-1].model_copy(update={"id": f"copy_{k}"}) for k in range(n)]
        wide = told.model_copy(update={"plans": (*told.plans, *plans)})
        settings = Settings(draws=1024, sensitivity=False)
        spent.append(timed(lambda wide=wide, s=settings: cost.assess(wide, settings=s), 3)[0])
    return {
        "draws": float(np.polyfit(np.log(many), np.log(np.array(took, dtype=float)), 1)[0]),
        "plans": float(np.polyfit(np.log(copies), np.log(spent), 1)[0]),
    }


def against_script() -> dict[str, object]:
    """The same dossier, draws and lines: our evaluation against the vectorised script."""
    draws = 4096
    x = small.drawn(small.case(draws))
    theirs = by_hand.evaluate(x)
    ours = small.case(draws)
    differences = []
    for plan, costs in ours.costs.items():
        per_unit = costs.total(ours.frame.tax_rate) / ours.pv_volume
        differences.append(float(np.max(np.abs(per_unit / theirs[plan].unit_tco - 1))))
    script, _ = timed(lambda: by_hand.evaluate(x), 9)

    def evaluated() -> None:
        _ = small.case(draws).costs

    mine, _ = timed(evaluated, 9)
    return {
        "what": "the same dossier as a script",
        "seconds": mine,
        "script_seconds": script,
        "ratio": mine / script,
        "target": 1.0,
        "largest_difference": max(differences),
    }


def main() -> None:
    """Measure, print, write."""
    rows = [assessment(), slider(), exploration(1024), against_script()]
    exponents = growth()
    for row in rows:
        extra = {k: v for k, v in row.items() if k not in {"what", "seconds", "target"}}
        told = ", ".join(f"{k} {v:.3g}" for k, v in extra.items())
        print(f"{row['what']:<34}{row['seconds']:>9.3f} s   target {row['target']:<5} {told}")
    print(f"growth exponents: draws {exponents['draws']:.2f}, plans {exponents['plans']:.2f} (1 is linear)")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({"rows": rows, "growth": exponents, "peak_mb": peak}, indent=2) + "\n")
    print(f"written to {OUT.relative_to(ROOT)}")
    try:
        ranking.main()
    except ImportError as missing:
        print(f"ranking: {missing.name} is not installed (make bench installs the bench extra)")


if __name__ == "__main__":
    main()
