"""Measure speed and growth side by side, in one run: `make bench` prints the table and writes out/bench.json.

    python bench/run.py [--quick] [--cases N] [--rows N] [--tables N]

Every figure stands beside its target as a part of it: met at 1 or less. What each row includes, and the last
figures, stand in docs/bench.md. `--quick` takes fewer runs, for whoever changes the bench itself.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import by_hand
import numpy as np
import small
from databanks import databanks
from measure import Row, clocked, exponent, side_by_side, table

import ranking
import thuishaven as th
from thuishaven import cost
from thuishaven.alternatives import generate
from thuishaven.cost.case import Block, Case
from thuishaven.dossier import Dossier, Settings, resolve_plan
from thuishaven.facts import bundled, explore_coverage
from thuishaven.uncertainty import keep_freed_memory

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "out" / "bench.json"
EXAMPLE = ROOT / "examples" / "plantenpot.yaml"
PLANS, YEARS, DRAWS = 5, 10, 4096
#: Largest relative difference that counts as the same figure, and standard errors within which means agree.
EQUAL, ERRORS = 1e-9, 4.0
#: An exponent that passes for linear: clocks wobble.
LINEAR = 1.1
#: monaco works its cases out one by one, and so takes its time; once is enough.
ONCE = 1
#: Cases, rows and tables of the databank that are measured; their whole targets take minutes, and are asked
#: for by hand: --cases 1000000 --rows 100000 --tables 1000.
FULL, QUICK = (100_000, 10_000, 100), (20_000, 2_000, 20)


class Different(Exception):
    """Two programs that should give the same figures do not."""


def example(plans: int | None = None) -> Dossier:
    """The example dossier, with its first plans only."""
    told = th.load(EXAMPLE)
    return told.model_copy(update={"plans": told.plans[:plans]})


def assessment(runs: int) -> Row:
    """Five plans over ten years: every line, break-evens, first-order indices and EVPPI, as plain data."""
    told, settings = example(PLANS), Settings(draws=DRAWS, horizon_years=YEARS)
    took = clocked(lambda: cost.assess(told, settings=settings).to_dict(), runs)
    return Row(f"cost: {PLANS} plans, {YEARS} years, {DRAWS:,} draws", took.wall, 0.5, "s", {"cpu": took.cpu})


def slider(runs: int) -> Row:
    """One input moved to another value over draws that are there already."""
    kept = cost.Slider(example(PLANS))
    price = next(handle for handle in kept.handles() if handle.id == "today.unit_price")
    values = iter(np.linspace(price.low, price.high, runs + 1))
    took = clocked(lambda: kept.move({price.id: float(next(values))}), runs)
    return Row("one slider move, 1,024 draws kept", took.wall, 0.1, "s", {"cpu": took.cpu})


def exploration() -> list[Row]:
    """Every generated plan, in a process of its own, whose peak memory the system keeps."""
    words = [sys.executable, str(Path(__file__).with_name("exploring.py")), str(EXAMPLE)]
    told = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    what = f"explore: {told['plans']} plans, 1,024 draws"
    also = {"cpu": told["cpu"], "first time": told["first"]}
    return [
        Row(what, told["seconds"], 3.0, "s", also),
        Row(f"{what}, peak memory", told["peak_mb"], 500.0, "MB", {"before": told["before_mb"]}),
    ]


def starting() -> list[Row]:
    """What a user waits for before anything is asked: the program's help, and the first import."""
    found = []
    for what, words, target in (
        ("thuishaven --help", ["-m", "thuishaven", "--help"], 0.2),
        ("import thuishaven", ["-c", "import thuishaven"], 1.0),
    ):
        command = [sys.executable, *words]
        took = clocked(lambda command=command: subprocess.run(command, check=True, capture_output=True), 5)
        found.append(Row(what, took.wall, target, "s"))
    return found


def growth(runs: int) -> list[Row]:
    """How the time of an exploration grows with its plans and with its draws."""
    told, facts = example(), bundled()
    where, _ = explore_coverage(facts, told.as_of, told.company.country)
    plans = [resolve_plan(told, plan) for plan in generate(told, facts, where)]
    baseline = resolve_plan(told, told.baseline)

    def seconds(count: int, draws: int) -> float:
        settings = Settings(draws=draws)
        stream = lambda: list(cost.stream(told, baseline, plans[:count], facts, settings))  # noqa: E731
        return min(clocked(stream, 1).cpu for _ in range(runs))

    most = len(plans)
    counts, draws = [most // 8, most // 4, most // 2, most], [1024, 2048, 4096, 8192]
    by_count = [seconds(count, 1024) for count in counts]
    by_draws = [seconds(most // 8, number) for number in draws]
    return [
        Row("growth with plans, exponent", exponent(counts, by_count), LINEAR, "", {"plans": counts}),
        Row("growth with draws, exponent", exponent(draws, by_draws), LINEAR, "", {"draws": draws}),
    ]


def unit_costs(case: Case) -> dict[str, np.ndarray]:
    """Our unit TCO of every plan in every draw."""
    tax = case.frame.tax_rate
    return {plan: costs.everything(tax) / case.pv_volume for plan, costs in case.costs.items()}


def check_script(case: Case, theirs: dict[str, by_hand.Plan]) -> float:
    """Largest relative difference between engine and script: per draw, of means, lines and yearly cash."""
    gaps = []
    for plan, ours in unit_costs(case).items():
        other, costs, volume = theirs[plan], case.costs[plan], case.pv_volume.mean()
        gaps.append(np.abs(ours / other.unit_tco - 1).max())
        gaps.append(abs((ours * case.pv_volume).mean() / volume / other.mean - 1))
        gaps.append(np.abs(costs.cash - other.cash).max() / np.abs(other.cash).max())
        lines = {line: float(np.mean(pv)) / volume for line, pv in costs.by_line().items()}
        lines["T03"] = float(np.mean(costs.tax(case.frame.tax_rate))) / volume
        if lines.keys() != other.lines.keys():
            raise Different(
                f"{plan}: lines {sorted(lines.keys() ^ other.lines.keys())} are in one of the two"
            )
        gaps += [abs(lines[line] - amount) / other.mean for line, amount in other.lines.items()]
    return float(max(gaps))


def against_script(runs: int) -> Row:
    """Inputs drawn beforehand for both; from there to unit TCO, lines by year and cash of every draw."""
    case = small.case(DRAWS)
    x = small.drawn(case)
    gap = check_script(case, by_hand.evaluate(x))
    if gap > EQUAL:
        raise Different(f"engine and script differ by {gap:.1e}")

    known = case.blocks[0].world

    def ours() -> None:
        block = Block(case, slice(0, DRAWS))
        # The script is given its inputs as drawn and looked up, so we are too.
        block.world._drawn.update(known._drawn)
        block.world._answers, block.world._fact_leaves = known._answers, known._fact_leaves
        for costs in block.costs.values():
            costs.everything(case.frame.tax_rate)

    mine, other = side_by_side(ours, lambda: by_hand.evaluate(x), runs)
    also = {"ours s": mine.wall, "script s": other.wall, "cpu ratio": mine.cpu / other.cpu, "difference": gap}
    return Row("against a NumPy script, evaluation", mine.wall / other.wall, 1.0, "x", also)


Program = Callable[[dict[str, small.Marginal], int, int], dict[str, np.ndarray]]


def against(name: str, program: Program, target: float, runs: int) -> Row:
    """From distributions to unit TCO in every draw, drawing included, with new draws each time."""
    marginals = small.marginals(small.case(DRAWS))
    seeds = iter(range(1, 100))
    last: dict[str, dict[str, np.ndarray]] = {}

    def ours() -> None:
        last["ours"] = unit_costs(small.case(DRAWS, seed=1000 + next(seeds)))

    def theirs() -> None:
        last["theirs"] = program(marginals, DRAWS, next(seeds))

    if runs == ONCE:
        mine, other = clocked(ours, 5), side_by_side(lambda: None, theirs, ONCE)[1]
    else:
        mine, other = side_by_side(ours, theirs, runs)
    errors = []
    for plan, found in last["ours"].items():
        wanted = last["theirs"][plan]
        error = np.sqrt((found.var() + wanted.var()) / DRAWS)
        errors.append(abs(found.mean() - wanted.mean()) / error)
    if max(errors) > ERRORS:
        raise Different(f"our means and those of {name} lie {max(errors):.1f} standard errors apart")
    also = {"ours s": mine.wall, f"{name} s": other.wall, "errors apart": float(max(errors))}
    return Row(f"against {name}, draws and evaluation", mine.wall / other.wall, target, "x", also)


def office_lists() -> list[Row]:
    """The lists of a front office with ten thousand projects, over HTTP, on both engines."""
    import office

    return office.rows()


def tick() -> float:
    """Seconds of a fixed piece of work, half calls and half arrays: how fast the machine is just now."""
    values = np.linspace(0.5, 1.5, 2**16)

    def work() -> None:
        total = 0.0
        for step in range(200_000):
            total += step % 7
        for _ in range(400):
            np.multiply(values, values)

    return clocked(work, 5).wall


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer runs, and without monaco")
    parser.add_argument("--cases", type=int, help="made-up cases to search among; 0 for none")
    parser.add_argument("--rows", type=int, help="rows to import; 0 for none")
    parser.add_argument("--tables", type=int, help="tables whose hidden cells are attacked; 0 for none")
    told = parser.parse_args()
    quick = told.quick
    sizes = [
        size if given is None else given
        for given, size in zip((told.cases, told.rows, told.tables), QUICK if quick else FULL, strict=True)
    ]
    # As the program does when it opens a dossier.
    keep_freed_memory()
    runs = 3 if quick else 11
    # First what is measured in a process of its own: a child starts with the peak of its parent.
    explored = exploration()
    rows = [assessment(runs), slider(2 * runs), *explored, *growth(2 if quick else 3), *starting()]
    rows.append(against_script(3 * runs))
    from with_openturns import unit_costs as openturns

    rows.append(against("OpenTURNS", openturns, 1.0, runs))
    if not quick:
        from with_monaco import unit_costs as monaco

        rows.append(against("monaco", monaco, 0.1, ONCE))
        rows += office_lists()
    rows += databanks(*sizes)
    machine = {
        "clock": round(tick(), 4),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "numpy": np.__version__,
    }
    print(table(rows))
    print(", ".join(f"{name} {value}" for name, value in machine.items()))
    OUT.parent.mkdir(exist_ok=True)
    found = {"machine": machine, "rows": [row.to_dict() for row in rows]}
    OUT.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(f"written to {OUT.relative_to(ROOT)}")
    try:
        ranking.main(["--json", str(OUT.with_name("ranking.json"))])
    except ImportError as missing:
        print(f"ranking: {missing.name} is not installed (make bench installs the bench extra)")


if __name__ == "__main__":
    try:
        main()
    except Different as different:
        raise SystemExit(str(different)) from None
