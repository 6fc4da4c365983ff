"""A small result with figures that can be checked by eye, in the form that ``CostResult.to_dict()`` gives."""

from __future__ import annotations

from typing import Any

from thuishaven.report.subject import Subject


def spread(mean: float, p5: float, p95: float) -> dict[str, float]:
    return {"mean": mean, "p5": p5, "p50": mean, "p95": p95}


def factor(identity: str, group: str, mean: float, account: str = "firm") -> dict[str, Any]:
    return {
        "id": identity,
        "group": group,
        "account": account,
        "per_unit": spread(mean, mean, mean),
        "inputs": [],
    }


def plan(
    identity: str,
    mean: float,
    low: float,
    high: float,
    gap: tuple[float, float, float] = (0.0, 0.0, 0.0),
    chance: float = 0.5,
    once: float = 0.0,
    paid: tuple[float | None, float | None] = (None, None),
    factors: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    """A plan as the result holds it; ``gap`` is the mean, P5 and P95 of the difference with today."""
    return {
        "id": identity,
        "unit_tco": spread(mean, low, high),
        "delta_unit_tco": spread(*gap),
        "p_cheaper": {"value": chance, "se": 0.01},
        "one_off": spread(once, once, once),
        "payback_years": {"p50": paid[0], "share_within_horizon": paid[1]},
        "factors": list(factors),
    }


def even(driver: str, value: float | None, now: float, unit: str) -> dict[str, Any]:
    return {"plan": "home", "driver": driver, "value": value, "now": now, "unit": unit, "monotone": True}


def missing(plan: str, line: str, source: str, name: str, turning: float | None) -> dict[str, Any]:
    amount = None if turning is None else {"value": turning, "unit": "EUR/year"}
    return {"plan": plan, "line": line, "source": source, "missing": name, "turning_amount": amount}


def warning(code: str, **params: str) -> dict[str, Any]:
    return {"code": code, "params": params}


def result(home: dict[str, Any] | None = None) -> dict[str, Any]:
    """Today 12.40, improved abroad 11.90, at home 11.20: the lines of each plan add up to its cost."""
    today = plan(
        "today", 12.40, 11.10, 14.90,
        factors=(
            factor("P01", "production", 9.0),
            factor("L02", "logistics and border", 2.0),
            factor("L06", "logistics and border", 0.8),
            factor("K01", "risk", 0.6),
            factor("E01", "environment and circularity", 3.0, "public"),
        ),
    )  # fmt: skip
    improve = plan(
        "improve", 11.90, 10.70, 14.20, (-0.50, -0.90, -0.10), 0.98, paid=(0.0, 0.98),
        factors=(factor("P01", "production", 8.5), factor("L02", "logistics and border", 2.0),
                 factor("L06", "logistics and border", 0.8), factor("K01", "risk", 0.6)),
    )  # fmt: skip
    home = home or plan(
        "home", 11.20, 9.40, 13.60, (-1.20, -3.40, 0.90), 0.8, 1_250_000.0, (4.6, 0.75),
        factors=(factor("P02", "production", 4.0), factor("P03", "production", 3.6),
                 factor("P07", "production", 2.2), factor("R02", "one-off relocation", 1.4)),
    )  # fmt: skip
    regrets = {"today": (0.0, 1_200_000.0), "improve": (0.5, 900_000.0), "home": (1.0, 0.0)}
    return {
        "schema": "thuishaven.cost/1",
        "settings": {"horizon_years": 10},
        "baseline": "today",
        "plans": [today, improve, home],
        "break_even": [
            even("today.unit_price", 6.9, 7.9, "USD"),
            even("today.duty_rate", -0.02, 0.065, "fraction"),
            even("world.freight", 0.41, 1.0, "multiple"),
            even("world.wage_gap", 14.2, 7.98, "ratio"),
            even("world.exchange_rate.USD", None, 0.895, "EUR/USD"),
            even("demand.units_per_year", 38478.4, 103961.9, "unit/year"),
        ],
        "narrows_most": [],
        "find_out_first": [
            {
                "input": "home.labour_hours",
                "name": "labour_hours_given",
                "unit": "h",
                "evppi": {"value": 84_321.0, "se": 2000.0, "unit": "EUR"},
                "range": {"p5": 0.08, "p95": 0.31},
                "turning": {"value": 0.2712, "from": "home", "to": "improve", "unit": "h"},
            },
            {
                "input": "labour_cost_hourly_manufacturing[iso3=NLD]@2024",
                "name": "labour_cost_hourly_manufacturing",
                "unit": "EUR/h",
                "evppi": {"value": 31_000.0, "se": 2000.0, "unit": "EUR"},
                "range": {"p5": 38.1, "p95": 52.4},
                "turning": None,
            },
        ],
        "regret": [
            {
                "plan": name,
                "near_best": near,
                "max_regret": largest,
                "scenarios": [
                    {"scenario": "expected", "unit_tco": cost, "regret": 0.0},
                    {"scenario": "freight_crisis", "unit_tco": crisis, "regret": 0.0},
                ],
            }
            for (name, (near, largest)), cost, crisis in zip(
                regrets.items(), (12.40, 11.90, 11.20), (16.8, 16.3, 11.3), strict=True
            )
        ],
        "not_counted": [
            missing("today", "L01", "supplier", "packaging", None),
            missing("home", "C08", "tilburg", "management", 123_456.0),
        ],
        "facts_used": [],
        "inputs_used": [{"id": "home.labour_hours"}],
        "sourced": {"figures": 63, "with_source": 41},
        "warnings": [
            warning("quote_expired", plan="today", source="supplier", until="2026-09-30"),
            warning("wider_area", name="fx_drift", id="fx_drift[currency=WLD]@2026", asked="USD", used="WLD"),
            warning("very_stale", name="carbon_price", id="carbon_price@2019", period="2019"),
            warning("no_mode_uniform", name="labour_hours_given", id="home.labour_hours"),
            warning("median_moved", name="carbon_price", id="carbon_price@2019"),
        ],
    }


ABOUT = Subject(
    title="Plantenpot 30 cm, 100.000",
    today="supplier, CHN",
    plans={"today": "A", "improve": "B", "home": "C"},
    path="pot.yaml",
    home=frozenset({"home"}),
)
