"""Golden cases: a small change to a neutral dossier, and the amounts of one line worked out by hand."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import Phase, settings
from ruamel.yaml import YAML

from thuishaven import cost
from thuishaven.dossier import Dossier, Settings, build
from thuishaven.facts import FactSet, bundled

#: For properties of a whole assessment: few examples, always the same ones, no clock.
few = settings(deadline=None, max_examples=10, derandomize=True, phases=[Phase.explicit, Phase.generate])
FOLDER = Path(__file__).parent / "golden"


def read(path: Path) -> dict[str, Any]:
    """A YAML file as plain data."""
    return dict(YAML(typ="safe", pure=True).load(path))


def laid_over(base: Any, patch: Any) -> Any:
    """``base`` with ``patch`` on top: mappings field by field, lists of named things one by one."""
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
    """A store that knows the parameters but not one figure: what the dossier does not say, nobody says."""
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
        amounts = {
            "per_unit": rows[0]["per_unit"]["mean"],
            "present_value": rows[0]["per_unit"]["mean"] * volume,
        }
    functions = {part.line.name for part in result.case.costs[case.plan].parts if part.line.id == case.line}
    if len(functions) <= 1:
        amounts["shown_per_unit"] = rows[0]["per_unit"]["mean"]
    amounts["unit_tco"] = plan["unit_tco"]["mean"]
    amounts["unit_tco_with_support"] = plan["unit_tco_with_support"]
    return amounts


def at_home(*plans: dict[str, Any], **patch: Any) -> Dossier:
    """A dossier without borders, stock or risk: today buys at home for 10 EUR, paid at receipt.

    Each plan buys from another supplier at home; what it says is laid over that.
    """
    today = {"id": "today", "sources": [supplier_at_home("maker", 10)]}
    tree = copy.deepcopy(base_tree())
    tree["plans"] = [today, *plans]
    tree["facts"] = laid_over(tree["facts"], [own_fact("supplier_payment_days", 0, "day")])
    return build(laid_over(tree, patch))


def supplier_at_home(name: str, price: Any, **more: Any) -> dict[str, Any]:
    return {"id": name, "maker": "supplier", "country": "NLD", "share": 1, "unit_price": price, **more}


#: One-offs of a plan that costs nothing to start.
FREE = {"supplier_development": 0, "ramp_up_months": 0, "contingency": 0}


def other_supplier(name: str, price: Any, **more: Any) -> dict[str, Any]:
    """A plan that buys at home from another supplier and starts without cost, unless it says so."""
    one_off = FREE | more.pop("one_off", {})
    return {"id": name, "sources": [supplier_at_home(f"{name}_maker", price)], "one_off": one_off, **more}


def own_fact(parameter: str, value: float, unit: str, period: str = "2025", **keys: str) -> dict[str, Any]:
    """A figure of the dossier's own."""
    return {
        "parameter": parameter,
        "keys": keys,
        "value": value,
        "unit": unit,
        "period": period,
        "source": "golden",
    }


@cache
def rich_tree() -> dict[str, Any]:
    return read(Path(__file__).parent / "rich.yaml")


def rich(patch: dict[str, Any] | None = None) -> Dossier:
    """The dossier that gives nearly every field, with a change."""
    return build(laid_over(rich_tree(), patch or {}))


def known(dossier: Dossier, **settings: Any) -> cost.CostResult:
    """The result on the bundled facts, with few draws."""
    return cost.assess(dossier, None, Settings(**{"draws": 64, "sensitivity": False, **settings}))


def amounts(result: cost.CostResult, plan: str) -> dict[str, float]:
    """EUR per unit of every line on the firm's account."""
    shown = next(item for item in result.to_dict()["plans"] if item["id"] == plan)
    return {row["id"]: row["per_unit"]["mean"] for row in shown["factors"] if row["account"] == "firm"}
