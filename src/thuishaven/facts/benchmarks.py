"""Published sizes to compare a figure with: they comment on a value, they never fill one."""

from dataclasses import dataclass
from functools import lru_cache

from thuishaven.facts.registry import TABLES, rows


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One row of ``tables/cost/benchmarks.csv``, as published.

    ``kind`` is ``size_check`` (comment when a figure is far from it) or ``upper_bound`` (warn above it).
    """

    factor_id: str
    driver: str
    context: str
    low: float | None
    mode: float | None
    high: float | None
    unit: str
    kind: str
    method: str
    source_id: str
    licence: str
    ship: str
    confidence: str
    period: str
    status: str
    note: str


def _number(text: str) -> float | None:
    return float(text) if text else None


@lru_cache(maxsize=1)
def _all() -> tuple[Benchmark, ...]:
    return tuple(
        Benchmark(
            factor_id=row["factor_id"],
            driver=row["driver"],
            context=row["context"],
            low=_number(row["low"]),
            mode=_number(row["mode"]),
            high=_number(row["high"]),
            unit=row["unit"],
            kind=row["kind"],
            method=row["method"],
            source_id=row["source_id"],
            licence=row["licence"],
            ship=row["ship"],
            confidence=row["confidence"],
            period=row["period"],
            status=row["status"],
            note=row["note"],
        )
        for _, row in rows(TABLES / "cost" / "benchmarks.csv")
    )


def benchmarks(factor_id: str | None = None) -> tuple[Benchmark, ...]:
    """The benchmarks of one cost factor (for instance ``"P07"``), or all of them."""
    return tuple(one for one in _all() if factor_id is None or one.factor_id == factor_id)
