"""What a command that was run has printed, and the dossier the tests run it on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

#: A small dossier in which every name is a number, so that no English is the reader's own.
SMALL = """
thuishaven: 1
as_of: 2026-11-21
company: {name: "1", country: NLD}
product: {name: "12", cn: "39269097", mass_kg: 1.9, volume_m3: 0.02, price: 24.0}
demand: {units_per_year: {low: 80000, mode: 100000, high: 130000}, variation: 0.30}
plans:
  - id: "01"
    sources:
      - {id: "1", maker: supplier, country: CHN, share: 1, incoterm: FOB,
         unit_price: {value: 7.9, unit: USD}, quote: {date: 2025-01-10, valid_until: 2025-06-30},
         lead_days: {low: 60, mode: 75, high: 110}}
  - id: "02"
    changes: {"1": {unit_price: {low: 7.2, mode: 7.5, high: 7.9, unit: USD}}}
  - id: "03"
    sources: [{id: "2", maker: own, country: NLD, share: 1}]
    process: {shifts: 2, labour_hours: {min: 0.05, max: 0.15}, energy_kwh: 2.4}
    one_off: {machines: 900000, moulds: {low: 90000, mode: 120000, high: 200000}}
"""


@dataclass(frozen=True)
class Ran:
    """What a command printed and its exit status."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Run = Callable[..., Ran]
