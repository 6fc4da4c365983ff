"""Statistics as rows: the file that can be saved beside each page, in codes and plain numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from thuishaven.databank.figures import Figure
from thuishaven.databank.statistics.result import Statistics
from thuishaven.databank.survival import Curve

#: The columns, in their order; a row leaves empty what it has not.
COLUMNS = (
    *("measure", "group", "value", "low", "high", "unit", "spread", "numerator", "denominator"),
    *("n", "of", "coverage", "months", "at_risk", "ended", "done", "open", "cancelled", "reversed"),
    *("unknown", "reason", "caveats", "kind", "release", "as_of"),
)


def rows(found: Statistics, subject: str) -> Iterator[Mapping[str, Any]]:
    """The rows of a subject: one for each value, figure, or step of a curve."""
    for row in _rows(found, subject):
        yield row | {
            "kind": found.kind,
            "release": found.moment.release,
            "as_of": found.moment.as_of.isoformat(),
        }


def as_csv(found: Statistics, subject: str) -> str:
    """The rows as CSV (RFC 4180): UTF-8, empty for nothing."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n", extrasaction="raise")
    writer.writeheader()
    writer.writerows(rows(found, subject))
    return text.getvalue()


def _rows(found: Statistics, subject: str) -> Iterator[dict[str, Any]]:
    if subject in found.counts:
        for of in found.counts[subject]:
            counts = {"value": of.cases, "unit": "cases", "n": found.n, **of.outcomes}
            yield {"measure": f"cases_by_{subject}", "group": of.value, **counts}
        return
    match subject:
        case "jobs":
            yield _figure(found.jobs)
            for pair in found.realised:
                yield from (_figure(one) | {"months": one.params["age_months"]} for one in pair)
        case "lasting":
            yield from _curve("started", found.started)
            yield from _curve("standing", found.standing)
            yield _figure(found.delay)
            yield _figure(found.reversal) | _age(found.reversal)
            for group, many in found.reversal_by.items():
                for value, one in many:
                    yield _figure(one) | _age(one) | {"group": f"{group}={value}"}
        case "reasons":
            for change in found.motives:
                yield {
                    "measure": "motive_reached",
                    "group": change.code,
                    "value": change.reached,
                    "unit": "share",
                    "numerator": change.both,
                    "denominator": change.both + change.only_before,
                    "n": change.n,
                    "of": change.of,
                    "reason": change.reason,
                }
                counts = {"value": change.p_value, "unit": "p", "n": change.n, "of": change.of}
                split = {"numerator": change.only_before, "denominator": change.only_after}
                yield {"measure": "motive_mcnemar", "group": change.code, **counts, **split}
        case "coverage":
            yield _figure(found.coverage)
        case "reliability":
            for row in found.reliability:
                yield {
                    "measure": "alpha" if row["jaccard"] is None else "jaccard",
                    "group": row["field"] if row["code"] == "-" else f"{row['field']}={row['code']}",
                    "value": row["alpha"] if row["jaccard"] is None else row["jaccard"],
                    "low": row["low"],
                    "high": row["high"],
                    "n": row["units"],
                    "reason": row["reason"],
                }


def _figure(one: Figure) -> dict[str, Any]:
    names = ("value", "low", "high", "unit", "spread", "numerator", "denominator", "n", "of", "coverage")
    plain = {name: getattr(one, name) for name in names}
    return {"measure": one.name, **plain, "reason": one.reason, "caveats": " ".join(one.caveats)}


def _age(one: Figure) -> dict[str, Any]:
    """A rate of reversal says nothing without the age of what it is about."""
    return {"months": one.params["mean_age_months"]}


def _curve(name: str, curve: Curve) -> Iterator[dict[str, Any]]:
    many = len(curve.events) > 1
    for step in curve.steps:
        told: dict[str, Any] = {"months": step.months, "at_risk": step.at_risk, "n": curve.n}
        told |= {"unit": "share", "caveats": " ".join(curve.caveats)}
        if not many:
            ends = {"low": step.low, "high": step.high, "spread": "interval"}
            yield {"measure": name, "value": step.survival, **ends, "ended": sum(step.ended), **told}
            continue
        for event, share, ended in zip(curve.events, step.incidence, step.ended, strict=True):
            yield {"measure": name, "group": event, "value": share, "ended": ended, **told}
