"""Dossiers of several kinds, and a few countries to look at instead of all."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from thuishaven.dossier import Dossier, Settings, build, load
from thuishaven.facts import FactSet, bundled

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ("plantenpot", "bicycle", "machined-part")
SETTINGS = Settings(draws=64, horizon_years=8, sensitivity=False)
FEW = ("NLD", "BEL", "DEU", "CHN", "POL", "VNM", "JPN")
#: A product that is bought far away, sold in two countries, with one dear material.
TREE: dict[str, Any] = {
    "thuishaven": 1,
    "as_of": "2026-11-21",
    "company": {"country": "NLD"},
    "product": {"name": "Pot", "cn": "39269097", "mass_kg": 1.9, "volume_m3": 0.02, "price": 24.0},
    "demand": {
        "units_per_year": {"low": 80000, "mode": 100000, "high": 130000},
        "variation": 0.3,
        "markets": {"NLD": 0.6, "DEU": 0.4},
    },
    "bom": [
        {
            "id": "shell",
            "quantity": 1,
            "mass_kg": 1.8,
            "price": {"low": 1.2, "mode": 1.4, "high": 1.7, "unit": "EUR/kg"},
            "origin": "CHN",
        },
        {"id": "saucer", "quantity": 1, "price": {"value": 0.2, "unit": "EUR"}},
    ],
    "plans": [
        {
            "id": "today",
            "sources": [
                {
                    "id": "supplier",
                    "maker": "supplier",
                    "country": "CHN",
                    "share": 1,
                    "incoterm": "FOB",
                    "unit_price": {"low": 6.5, "mode": 7.9, "high": 9.5, "unit": "USD"},
                    "lead_days": {"low": 60, "mode": 75, "high": 110},
                }
            ],
        }
    ],
}


def told(**changes: Any) -> Dossier:
    """The dossier above, with some of its parts changed."""
    return build({**TREE, **changes})


@cache
def example(name: str) -> Dossier:
    """One of the dossiers in the folder ``examples``."""
    return load(ROOT / "examples" / f"{name}.yaml")


@cache
def known() -> FactSet:
    """The bundled facts without the distances of all but a few countries: the others then lack something."""
    store = bundled()
    kept = [
        fact for fact in store if not fact.parameter.endswith("_distance") or dict(fact.keys)["origin"] in FEW
    ]
    return FactSet(kept, parameters=store.parameters, sources=store.sources, widths=store.widths)
