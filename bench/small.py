"""The small dossier's inputs for other programs: their names in the script, their distributions, their
draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

import thuishaven as th
from thuishaven import cost
from thuishaven.cost.case import Case
from thuishaven.cost.scope import Leaf
from thuishaven.dossier import Dossier, Settings
from thuishaven.facts import bundled

#: Name in the script -> id of the input in the engine, without the period and vintage of a fact.
NAMES = {
    "units": "demand.units_per_year",
    "growth": "demand.growth",
    "variation": "demand.variation",
    "lost_sales": "demand.lost_sales",
    "mass_kg": "product.mass_kg",
    "volume_m3": "product.volume_m3",
    "selling_price": "product.price",
    "failure_cost": "product.failure_cost",
    "inflation.NLD": "inflation_long_run[iso3=NLD]",
    "inflation.USA": "inflation_long_run[iso3=USA]",
    "inflation_target": "inflation_target",
    "inflation_fade": "inflation_fade_years",
    "labour_share": "labour_share_of_price",
    "wage_growth.CHN": "labour_cost_growth[iso3=CHN]",
    "wage_growth.NLD": "labour_cost_growth[iso3=NLD]",
    "wage_long_run": "labour_cost_growth_long_run",
    "wage_fade": "labour_cost_growth_fade_years",
    "wage_shock": "labour_cost_growth_shock_sd",
    "fx.USD": "fx_rate[currency=USD]",
    "fx_volatility.USD": "fx_volatility[currency=USD]",
    "fx_volatility.CNY": "fx_volatility[currency=CNY]",
    "fx_drift.USD": "fx_drift[currency=USD]",
    "fx_drift.CNY": "fx_drift[currency=CNY]",
    "fx_correlation": "fx_correlation_usd[currency=CNY]",
    "insured_factor": "insured_value_factor",
    "container_volume": "container_volume_feu",
    "container_payload": "container_payload_feu",
    "container_fill": "container_fill",
    "contingency": "contingency_uplift",
    "machine_life": "asset_life_machines",
    "tooling_life": "asset_life_tooling",
    "vat_rate": "vat_rate[iso3=NLD]",
    "weeks": "weeks_per_year",
    "sea_km": "sea_distance[destination=NLD,origin=CHN]",
    "sea_emissions": "emission_factor[mode=sea]",
    "carbon_price": "carbon_price",
    "grid": "grid_carbon_intensity[iso3=NLD]",
    "holding_rate": "today.stock.holding_rate",
    "obsolescence": "product.obsolescence_rate",
    "end_of_life": "product.end_of_life",
    "building_life": "asset_life_buildings",
    "today.handling": "today.logistics.handling",
    "today.anti_dumping": "today.logistics.anti_dumping_rate",
    "today.expedited": "today.logistics.expedited_share",
    "today.expedite_multiple": "today.logistics.expedite_multiple",
    "today.compliance": "today.logistics.compliance",
    "today.inspection": "today.quality.inspection",
    "today.hourly_rate": "today.coordination.hourly_rate",
    "today.engineering_hours": "today.coordination.engineering_hours",
    "today.lost_hours": "today.coordination.lost_hours",
    "today.management": "today.coordination.management",
    "today.management_cost": "today.coordination.management_cost",
    "nearby.handling": "nearby.logistics.handling",
    "nearby.inspection": "nearby.quality.inspection",
    "nearby.management": "nearby.coordination.management",
    "nearby.management_cost": "nearby.coordination.management_cost",
    "nearby.disruption_rate": "nearby.risk.disruption_rate",
    "nearby.disruption_weeks": "nearby.risk.disruption_weeks",
    "nearby.default_rate": "nearby.risk.default_rate",
    "nearby.switching_cost": "nearby.risk.switching_cost",
    "nearby.parallel_months": "nearby.one_off.parallel_months",
    "nearby.parallel_cost": "nearby.one_off.parallel_cost",
    "nearby.ramp_up": "nearby.one_off.ramp_up_months",
    "nearby.bridged": "nearby.one_off.bridged_share",
    "own.handling": "own.logistics.handling",
    "own.management": "own.coordination.management",
    "own.management_cost": "own.coordination.management_cost",
    "own.setup_hours": "process.setup_hours",
    "own.batch": "process.batch_units",
    "own.learning": "process.learning_ratio",
    "own.building": "own.one_off.building",
    "own.moulds": "own.one_off.moulds",
    "own.qualification": "own.one_off.qualification",
    "own.contract_exit": "own.one_off.contract_exit",
    "own.parallel_months": "own.one_off.parallel_months",
    "own.parallel_cost": "own.one_off.parallel_cost",
    "own.ramp_up": "own.one_off.ramp_up_months",
    "own.bridged": "own.one_off.bridged_share",
    "today.price": "today.unit_price",
    "today.lead": "today.lead_days",
    "today.lead_sd": "today.lead_sd_days",
    "today.pay_days": "today.payments.1",
    "today.order_cost": "today.terms.order_cost",
    "today.insurance_rate": "today.logistics.insurance_rate",
    "today.freight": "today.logistics.freight",
    "today.shipment_fees": "today.logistics.shipment_fees",
    "today.vat_days": "today.logistics.vat_days",
    "today.transit": "today.logistics.transit_days",
    "today.duty_rate": "today.logistics.duty_rate",
    "today.scrap": "today.quality.scrap_rate",
    "today.failures": "today.quality.failure_rate",
    "today.trips": "today.coordination.trips",
    "today.trip_cost": "today.coordination.trip_cost",
    "today.disruption_rate": "today.risk.disruption_rate",
    "today.disruption_weeks": "today.risk.disruption_weeks",
    "today.default_rate": "today.risk.default_rate",
    "today.switching_cost": "today.risk.switching_cost",
    "nearby.price": "nearby.unit_price",
    "nearby.lead": "nearby.lead_days",
    "nearby.lead_sd": "nearby.lead_sd_days",
    "nearby.pay_days": "nearby.payments.0",
    "nearby.order_cost": "nearby.terms.order_cost",
    "nearby.scrap": "nearby.quality.scrap_rate",
    "nearby.failures": "nearby.quality.failure_rate",
    "nearby.moulds": "nearby.one_off.moulds",
    "nearby.qualification": "nearby.one_off.qualification",
    "nearby.contract_exit": "nearby.one_off.contract_exit",
    "nearby.development": "nearby.one_off.supplier_development",
    "own.lead": "own.lead_days",
    "own.lead_sd": "own.lead_sd_days",
    "own.order_cost": "own.terms.order_cost",
    "own.scrap": "own.quality.scrap_rate",
    "own.failures": "own.quality.failure_rate",
    "own.labour_hours": "process.labour_hours",
    "own.labour_cost": "process.labour_cost",
    "own.energy_kwh": "process.energy_kwh",
    "own.energy_price": "process.energy_price",
    "own.yield": "process.material_yield",
    "own.overhead": "process.overhead",
    "own.shell_kg": "bom.shell.mass_kg",
    "own.shell_price": "bom.shell.price",
    "own.machines": "own.one_off.machines",
    "own.hires": "own.one_off.hires",
    "own.cost_per_hire": "own.one_off.cost_per_hire",
}
#: Name of a path's normals in the script -> its columns of draws.
PATHS = {"z.USD": "fx.USD", "z.CNY": "fx.CNY", "z.CHN": "wage.CHN", "z.NLD": "wage.NLD"}
#: Name of the uniforms of a path -> its columns of draws.
EVENTS = {"u.today": "maker.disruptions", "u.nearby": "moulder.disruptions"}
YEARS = 10
PLANS = ("today", "nearby", "own")


@dataclass(frozen=True)
class Marginal:
    """Distribution of an input: its kind and the parameters of that kind."""

    kind: str
    parameters: tuple[float, ...]


@cache
def dossier() -> Dossier:
    """The dossier of ``small.yaml``."""
    return th.load(Path(__file__).with_name("small.yaml"))


def case(draws: int, seed: int = 1) -> Case:
    """The dossier ready to be worked out, with its own facts on top."""
    given = dossier()
    return Case(given, cost.with_own_facts(bundled(), given), Settings(draws=draws, seed=seed))


def leaves(of: Case) -> dict[str, Leaf]:
    """The engine's inputs by their name in the script."""
    _ = of.costs
    found = {leaf.id.partition("@")[0]: leaf for leaf in of.blocks[0].world.ledger.leaves.values()}
    return {name: found[identity] for name, identity in NAMES.items()}


def drawn(of: Case) -> dict[str, np.ndarray]:
    """The inputs as drawn by the engine, under the script's names."""
    x = {name: of.leaf_draws(leaf)[:, np.newaxis] for name, leaf in leaves(of).items()}
    for name, column in PATHS.items():
        x[name] = np.stack([of.draws.normal(f"{column}.{k}") for k in range(1, YEARS + 1)], axis=1)
    for name, column in EVENTS.items():
        x[name] = np.stack([of.draws.u(f"{column}.{t}") for t in range(1, YEARS + 1)], axis=1)
    return x


def marginals(of: Case) -> dict[str, Marginal]:
    """How each input of the script is distributed, paths and disruptions included, one number each."""
    found = {
        name: Marginal(leaf.quantity.kind, leaf.quantity.parameters) for name, leaf in leaves(of).items()
    }
    for name in PATHS:
        found |= {f"{name}.{k}": Marginal("normal", (0.0, 1.0)) for k in range(1, YEARS + 1)}
    for name in EVENTS:
        found |= {f"{name}.{t}": Marginal("uniform", (0.0, 1.0)) for t in range(1, YEARS + 1)}
    return found


def as_script(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Columns by name, shape (n, 1) each, as the script takes them: those of a path side by side."""
    x = dict(columns)
    for name in (*PATHS, *EVENTS):
        x[name] = np.concatenate([x.pop(f"{name}.{k}") for k in range(1, YEARS + 1)], axis=1)
    return x
