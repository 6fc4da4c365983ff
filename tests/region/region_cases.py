"""Dossiers that the tests of the room share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from thuishaven.dossier import Dossier, Settings, build, yaml

ROOT = Path(__file__).resolve().parent.parent.parent
RICH = Path(__file__).with_name("rich.yaml")
QUICK = Settings(draws=512)
LEAST = """
thuishaven: 1
as_of: 2026-11-21
company: {country: BEL, region: BE21}
product: {name: Pot, cn: "39269097"}
demand: {units_per_year: 120000}
process: {labour_hours: 0.25}
labour: {contract_hours: 38, presence: 0.7084, part_time: 0.9, indirect_share: 0}
plans:
  - id: today
    sources: [{id: far, maker: supplier, country: CHN, share: 1, unit_price: 7.9}]
  - id: home
    sources: [{id: near, maker: own, country: BEL, share: 1}]
    one_off: {ramp_up_months: 0}
    process: {learning_ratio: 1}
"""


def told(text: str, **changes: Any) -> Dossier:
    """The dossier in a YAML text, with some paths changed: ``told(LEAST, labour={"presence": 0.8})``."""
    tree = yaml.plain(yaml.parse(text))
    for key, value in changes.items():
        section = tree.setdefault(key, {})
        if isinstance(value, dict):
            section.update(value)
        else:
            tree[key] = value
    return build(tree)


def home(text: str = LEAST, **changes: Any) -> Dossier:
    """As :func:`told`, with the fields of the plan ``home`` changed instead."""
    tree = yaml.plain(yaml.parse(text))
    plan = next(plan for plan in tree["plans"] if plan["id"] == "home")
    for key, value in changes.items():
        plan[key] = {**plan.get(key, {}), **value} if isinstance(value, dict) else value
    return build(tree)
