"""Plans on the criteria without a dossier behind them, and a small dossier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from thuishaven.advice.measures import DRAWN, MISSING, RANGE, Measure, Table
from thuishaven.advice.tables import Weights, criteria
from thuishaven.dossier import Dossier, Settings, build
from thuishaven.dossier.yaml import parse, plain

NAMES = list(criteria())
DRAWS = 256
QUICK = Settings(draws=512, sensitivity=False)

SMALL = """
thuishaven: 1
as_of: 2026-11-21
company: {name: Voorbeeld bv, country: NLD, region: NL41}
product: {name: {nl: Pot, en: Pot, fr: Pot}, cn: "39269097", mass_kg: 1.9, volume_m3: 0.02, price: 24.0}
demand: {units_per_year: {low: 80000, mode: 100000, high: 130000}, variation: 0.30}
process: {labour_hours: {low: 0.05, mode: 0.11, high: 0.2}, energy_kwh: 2.4}
plans:
  - id: today
    sources:
      - {id: maker, maker: supplier, country: CHN, share: 1, incoterm: FOB,
         unit_price: {low: 6.9, mode: 7.9, high: 8.6, unit: USD, source: quote of September},
         lead_days: {low: 60, mode: 75, high: 110}}
  - id: cheaper
    family: improve_abroad
    changes: {maker: {unit_price: {low: 6.2, mode: 7.1, high: 7.9, unit: USD, source: talks of October}}}
  - id: home
    family: own_home
    sources: [{id: tilburg, maker: own, country: NLD, share: 1}]
    one_off: {machines: 900000, moulds: {low: 90000, mode: 120000, high: 200000}}
"""


def small(**parts: Any) -> Dossier:
    """The small dossier, with parts of it replaced."""
    return build(plain(parse(SMALL)) | parts)


def with_copy(dossier_text: str = SMALL) -> Dossier:
    """The small dossier with a plan that changes nothing."""
    tree = plain(parse(dossier_text))
    tree["plans"].append({"id": "copy", "family": "stay"})
    return build(tree)


def stated(**weights: float) -> Weights:
    """Stated weights; the criteria that are not named have none."""
    whole = sum(weights.values())
    given = {name: weights.get(name, 0.0) / whole for name in criteria()}
    return Weights("own", (), given, "test", "2026-11-21", "user", {})


def ordered(*names: str) -> Weights:
    """An order of all criteria; those that are not named come last, as they stand in the table."""
    order = [*names, *(name for name in criteria() if name not in names)]
    return Weights("own", tuple((name,) for name in order), {}, "test", "2026-11-21", "user", {})


def row(plan: str, criterion: str, worth: Any, *, mark: str = "", evidence: int = 1) -> Measure:
    """A measure: a number or draws; a pair for a range; ``None`` where it is missing."""
    scale = criteria()[criterion]
    mark = mark or f"{plan}.{criterion}"
    if worth is None or isinstance(worth, tuple):
        low, high = worth if worth is not None else (0.0, 1.0)
        seed = sum(mark.encode())
        values = low + (high - low) * np.random.default_rng(seed).random(DRAWS)
        how = MISSING if worth is None else RANGE
        return Measure(plan, criterion, how, scale.measure(values), values, low, high, evidence, mark)
    values = np.broadcast_to(np.asarray(worth, dtype=float), DRAWS)
    low, high = np.quantile(values, [0.05, 0.95]).tolist()
    return Measure(plan, criterion, DRAWN, scale.measure(values), values, low, high, evidence, mark)


def table(worths: Mapping[str, Sequence[Any]], marks: Mapping[tuple[str, str], str] | None = None) -> Table:
    """Plans with what they are worth on the criteria, in the order of these; later criteria are worth 0."""
    rows = {}
    for plan, given in worths.items():
        for name, worth in zip(NAMES, [*given, *[0.0] * (len(NAMES) - len(given))], strict=True):
            rows[plan, name] = row(plan, name, worth, mark=(marks or {}).get((plan, name), ""))
    cube = np.stack([np.stack([rows[p, n].worth for n in NAMES], axis=1) for p in worths], axis=1)
    return Table(tuple(worths), rows, cube, {})


def kinds_of(plans: Mapping[str, Any] | Sequence[str]) -> dict[str, str]:
    """Every plan a kind of its own."""
    return {plan: plan for plan in plans}
