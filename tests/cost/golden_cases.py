"""Golden cases: a small change to a neutral dossier, and the amounts of one line worked out by hand."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from thuishaven import cost
from thuishaven.dossier import Dossier, Settings, build
from thuishaven.facts import FactSet, bundled

FOLDER = Path(__file__).parent / "golden"


def read(path: Path) -> dict[str, Any]:
    """A YAML file as plain data."""
    return dict(YAML(typ="safe", pure=True).load(path))


def laid_over(base: Any, patch: Any) -> Any:
    """``base`` with ``patch`` on top: mappings field by field, lists of things with an id (or facts) one by one."""
    if isinstance(base, dict) and isinstance(patch, dict):
        merged = dict(base)
        for key, value in patch.items():
            merged[key] = laid_over(base.get(key), value)
        return {key: value for key, value in merged.items() if value is not None}
    if isinstance(base, list) and isinstance(patch, list) and patch and all(map(name_of, [*base, *patch])):
        merged = {name_of(item): item for item in base}
        for item in patch:
            merged[name_of(item)] = laid_over(merged.get(name_of(item)), item)
        return list(merged.values())
    return copy.deepcopy(patch)


def name_of(item: Any) -> Any:
    if not isinstance(item, dict):
        return None
    if "parameter" in item:
        return item["parameter"], tuple(sorted(item.get("keys", {}).items()))
    return item.get("id")


@cache
def base_tree() -> dict[str, Any]:
    return read(FOLDER / "base.yaml")


@cache
def no_facts() -> FactSet:
    """A store that knows the parameters but not one figure: what a dossier does not say itself, nobody says."""
    known = bundled()
    return FactSet(parameters=known.parameters, sources=known.sources, widths=known.widths)


def neutral(patch: dict[str, Any] | None = None) -> Dossier:
    """The neutral dossier with a change."""
    return build(laid_over(base_tree(), patch or {}))


def assessed(dossier: Dossier, **settings: Any) -> cost.CostResult:
    """The result on the dossier's own facts alone."""
    chosen = {"draws": 8, "horizon_years": 2, "sensitivity": False, **settings}
    return cost.assess(dossier, no_facts(), Settings(**chosen))


@dataclass(frozen=True)
class Golden:
    """One case: ``expect`` are the amounts of ``line`` in ``plan`` worked by hand, EUR before tax."""

    name: str
    shows: str
    line: str
    function: str
    plan: str
    dossier: dict[str, Any]
    settings: dict[str, Any]
    expect: dict[str, Any]
    worked: tuple[str, ...]
    within: float

    def result(self) -> cost.CostResult:
        return assessed(neutral(self.dossier), **self.settings)


def golden(path: Path) -> Golden:
    case = read(path)
    return Golden(
        path.stem,
        case["shows"],
        case["line"],
        case.get("function", ""),
        case.get("plan", "today"),
        case.get("dossier", {}),
        case.get("settings", {}),
        case["expect"],
        tuple(case["worked"]),
        case.get("within", 1e-9),
    )


@cache
def all_golden() -> tuple[Golden, ...]:
    return tuple(golden(path) for path in sorted(FOLDER.glob("*.yaml")) if path.stem != "base")


def found(case: Golden, result: cost.CostResult) -> dict[str, Any]:
    """What the engine says of the case's line, under the names of ``expect``."""
    parts = [
        part
        for part in result.case.costs[case.plan].parts
        if part.line.id == case.line and case.function in ("", part.line.name)
    ]
    volume = float(result.case.pv_volume.mean())
    plan = next(plan for plan in result.to_dict()["plans"] if plan["id"] == case.plan)
    account = "public" if parts and parts[0].line.public else "firm"
    rows = [row for row in plan["factors"] if row["id"] == case.line and row["account"] == account]
    if parts:
        by_year = sum(part.by_year for part in parts)
        amounts: dict[str, Any] = {"yearly": by_year.tolist()}
        amounts["present_value"] = float(sum(part.pv.mean() for part in parts))
        amounts["per_unit"] = amounts["present_value"] / volume
    else:
        amounts = {"per_unit": rows[0]["per_unit"]["mean"], "present_value": rows[0]["per_unit"]["mean"] * volume}
    whole_line = len({part.line.name for part in result.case.costs[case.plan].parts if part.line.id == case.line}) <= 1
    if whole_line:
        amounts["shown_per_unit"] = rows[0]["per_unit"]["mean"]
    amounts["unit_tco"] = plan["unit_tco"]["mean"]
    amounts["unit_tco_with_support"] = plan["unit_tco_with_support"]
    return amounts
