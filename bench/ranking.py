"""Ranking against pymcdm and scikit-criteria: the same matrices, equal results, and how many times as fast.

    python bench/ranking.py [--json FILE]

Both are general libraries that also name, document and plot what they rank; the ratio says what that costs
here, not that they are slow. Neither draws weights, so SMAA is their additive method once per drawn weight.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from thuishaven.ranking import methods, smaa
from thuishaven.ranking.weights import draw_weights

MATRICES = 40
PLANS, CRITERIA = 20, 8
DRAWS = 4096
REPEATS = 5
#: Largest difference that counts as the same result.
EQUAL = 1e-9


@dataclass(frozen=True)
class Row:
    """One comparison: seconds for all matrices, the ratio, and the largest difference between results."""

    what: str
    against: str
    ours_seconds: float
    theirs_seconds: float
    ratio: float
    largest_difference: float
    equal: bool


def matrices(seed: int = 1) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Matrices with weights and directions; no column is constant, as pymcdm refuses those."""
    rng = np.random.default_rng(seed)
    return [
        (
            rng.uniform(0.1, 1, (PLANS, CRITERIA)),
            rng.dirichlet(np.ones(CRITERIA)),
            rng.choice([-1, 1], CRITERIA),
        )
        for _ in range(MATRICES)
    ]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Median seconds of some repetitions, and the result; once before the clock runs."""
    result, seconds = work(), []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), result


def compared(what: str, against: str, ours: Callable[[], Any], theirs: Callable[[], Any]) -> Row:
    (mine, found), (others, expected) = timed(ours), timed(theirs)
    gap = float(np.max(np.abs(np.asarray(found, dtype=float) - np.asarray(expected, dtype=float))))
    return Row(what, against, mine, others, others / mine, gap, gap <= EQUAL)


def kernel_row(kernel: frozenset[int]) -> list[bool]:
    return [plan in kernel for plan in range(PLANS)]


def pymcdm_rows(cases: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> list[Row]:
    from pymcdm import methods as other
    from pymcdm.normalizations import vector_normalization

    def cost_kept(column: np.ndarray, cost: bool = False) -> np.ndarray:
        scaled = vector_normalization(column)
        return -scaled if cost else scaled

    theirs_vikor, theirs_topsis = other.VIKOR(_oriented), other.TOPSIS(cost_kept)
    low, high = np.full(CRITERIA, 0.05), np.full(CRITERIA, 0.25)
    usual = other.PROMETHEE_II("usual")
    bounds = np.tile([0.0, 1.0], (CRITERIA, 1))
    spotis = other.SPOTIS(bounds)
    values = cases[0][0]
    ways = np.ones(CRITERIA)
    drawn = draw_weights("uniform", CRITERIA, DRAWS, np.random.default_rng(1))

    def by_weight() -> np.ndarray:
        counts = np.zeros(PLANS)
        for row in drawn:
            counts[np.argmin(spotis(values, row, ways))] += 1
        return counts / DRAWS

    return [
        compared(
            "additive (1 - SPOTIS)",
            "pymcdm",
            lambda: [methods.additive(x, w) for x, w, _ in cases],
            lambda: [1 - spotis(x, w, ways) for x, w, _ in cases],
        ),
        compared(
            "VIKOR Q",
            "pymcdm",
            lambda: [methods.vikor(x, w, d).Q for x, w, d in cases],
            lambda: [theirs_vikor(x, w, d) for x, w, d in cases],
        ),
        compared(
            "TOPSIS vector",
            "pymcdm",
            lambda: [methods.topsis(x, w, d).closeness for x, w, d in cases],
            lambda: [theirs_topsis(x, w, d) for x, w, d in cases],
        ),
        compared(
            "TOPSIS min-max",
            "pymcdm",
            lambda: [methods.topsis(x, w, d, scaling="minmax").closeness for x, w, d in cases],
            lambda: [other.TOPSIS()(x, w, d) for x, w, d in cases],
        ),
        compared(
            "PROMETHEE II usual",
            "pymcdm",
            lambda: [methods.promethee_ii(x, w, d).net_flow for x, w, d in cases],
            lambda: [usual(x, w, d) for x, w, d in cases],
        ),
        compared(
            "PROMETHEE II linear",
            "pymcdm",
            lambda: [methods.promethee_ii(x, w, d, "linear", low, high).net_flow for x, w, d in cases],
            # One object for each matrix: it forgets its thresholds once it is used.
            lambda: [other.PROMETHEE_II("vshape_2", p=high, q=low)(x, w, d) for x, w, d in cases],
        ),
        compared(
            f"SMAA first ranks, {DRAWS:,} weights",
            "pymcdm, one by one",
            lambda: smaa(values, weights=drawn).first,
            by_weight,
        ),
    ]


def _oriented(column: np.ndarray, cost: bool = False) -> np.ndarray:
    return -column if cost else column


def skcriteria_rows(cases: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> list[Row]:
    import skcriteria
    from skcriteria.agg.electre import ELECTRE1
    from skcriteria.agg.topsis import TOPSIS
    from skcriteria.agg.vikor import VIKOR
    from skcriteria.pipelines import mkpipe
    from skcriteria.preprocessing.scalers import SumScaler, VectorScaler

    tables = [skcriteria.mkdm(x, d.tolist(), weights=w) for x, w, d in cases]
    maximised = [skcriteria.mkdm(x, np.ones(CRITERIA), weights=w) for x, w, _ in cases]
    vikor, topsis, electre = (
        VIKOR(),
        mkpipe(VectorScaler("matrix"), TOPSIS()),
        mkpipe(SumScaler("both"), ELECTRE1()),
    )
    ways = np.ones(CRITERIA)
    # scikit-criteria leaves plans that outrank each other in a circle out of the kernel; ours counts them as
    # one. Such matrices are compared on the outranking itself.
    return [
        compared(
            "VIKOR Q",
            "scikit-criteria",
            lambda: [methods.vikor(x, w, d).Q for x, w, d in cases],
            lambda: [vikor.evaluate(table).e_.q_k for table in tables],
        ),
        compared(
            "VIKOR compromise",
            "scikit-criteria",
            lambda: [kernel_row(methods.vikor(x, w, d).compromise) for x, w, d in cases],
            lambda: [kernel_row(frozenset(vikor.evaluate(t).e_.compromise_set.tolist())) for t in tables],
        ),
        compared(
            "TOPSIS vector, all maximised",
            "scikit-criteria",
            lambda: [methods.topsis(x, w, ways).closeness for x, w, _ in cases],
            lambda: [topsis.evaluate(table).e_.similarity for table in maximised],
        ),
        compared(
            "ELECTRE I outranking",
            "scikit-criteria",
            lambda: [methods.electre_i(x, w, d).outranks for x, w, d in cases],
            lambda: [electre.evaluate(table).e_.outrank for table in tables],
        ),
    ]


def measure() -> list[Row]:
    """Every comparison that the installed programs allow."""
    cases = matrices()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [*pymcdm_rows(cases), *skcriteria_rows(cases)]


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", metavar="FILE", help="write the rows as JSON too")
    asked = parser.parse_args(words)
    rows = measure()
    print(f"{MATRICES} matrices of {PLANS} plans by {CRITERIA} criteria, median of {REPEATS} runs")
    print(f"{'what':<36}{'against':<22}{'ours ms':>9}{'theirs ms':>11}{'ratio':>8}  difference")
    for row in rows:
        print(
            f"{row.what:<36}{row.against:<22}{row.ours_seconds * 1e3:>9.2f}{row.theirs_seconds * 1e3:>11.2f}"
            f"{row.ratio:>7.1f}x  {row.largest_difference:.0e}{'' if row.equal else '  DIFFERENT'}"
        )
    if asked.json:
        with open(asked.json, "w", encoding="utf-8") as file:
            json.dump({"ranking": [asdict(row) for row in rows]}, file, indent=2)
    if not all(row.equal for row in rows):
        raise SystemExit("some results differ")


if __name__ == "__main__":
    main()
