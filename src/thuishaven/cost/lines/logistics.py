"""Group 2, logistics and border: what it costs to bring a unit to our door."""

from __future__ import annotations

from typing import Any

import numpy as np

from thuishaven.cost.lines.quantities import DAYS, TONNE, Array
from thuishaven.cost.registry import derived, line


def abroad(link: Any) -> bool:
    """Made in another country."""
    return bool(link.abroad)


def imported(link: Any) -> bool:
    """Comes from outside the customs union."""
    return bool(link.imported)


def we_ship(link: Any) -> bool:
    """Comes from abroad and the delivery term leaves the freight to us."""
    return bool(link.abroad and link.term.buyer_pays_freight)


def we_clear(link: Any) -> bool:
    """Is imported and the delivery term leaves the duty to us."""
    return bool(link.imported and link.term.buyer_pays_duty)


@derived()
def freight_of_lane(lane_rate: Array, units_per_load: Array) -> Array:
    """Freight per unit from the rate of a full load: ``rate / (units per load)``."""
    return lane_rate / units_per_load


@derived()
def freight_by_value(freight_share: Array, making_cost: Array) -> Array:
    """Freight per unit as a share of its value, where neither its weight nor its volume is known."""
    return freight_share * making_cost


@derived()
def chargeable_weight(mass_kg: Array, volume_m3: Array, air_density: Array) -> Array:
    """Weight an air carrier charges: the mass, or the volume at the carrier's density if that is more."""
    return np.maximum(mass_kg, volume_m3 * air_density)


@derived()
def fees_by_shipment(shipment_fees: Array, shipment_units: Array) -> Array:
    """Fees of a shipment spread over its units."""
    return shipment_fees / shipment_units


@derived()
def fees_by_container(container_fees: Array, on_carriage_or_zero: Array, units_per_load: Array) -> Array:
    """Import charges of a container, and the way from the port to our door, spread over its units."""
    return (container_fees + on_carriage_or_zero) / units_per_load


@derived()
def duty_of_tariff(duty_mfn: Array, duty_preference: Array) -> Array:
    """Tariff rate times the share of it that a trade agreement leaves."""
    return duty_mfn * duty_preference


@line("L01", "unit")
def packing(packaging: Array) -> Array:
    """Export packing, or the pool fee and loss of returnable packaging."""
    return packaging


@line("L02", "unit", when=we_ship)
def freight_cost(freight: Array) -> Array:
    """Freight per unit; without a quote the lane's rate over the units in a load (L03)."""
    return freight


@line("L04", "unit", when=lambda link: link.abroad and link.term.buyer_pays_insurance)
def cargo_insurance(
    insurance_rate: Array, insured_value_factor: Array, making_cost: Array, normal_freight: Array
) -> Array:
    """Premium on the insured value of goods and freight."""
    return insurance_rate * insured_value_factor * (making_cost + normal_freight)


@line("L05", "unit", when=we_clear)
def terminal_and_broker(border_fees: Array) -> Array:
    """Terminal handling, documents, broker and inspections per unit."""
    return border_fees


@line("L06", "unit", when=we_clear)
def customs_duty(duty_rate: Array, border_value: Array, royalty_rate: Array, making_cost: Array) -> Array:
    """Duty on the EU customs value; royalties that are a condition of sale belong to it (UCC art. 71)."""
    return duty_rate * (border_value + royalty_rate * making_cost)


@line("L07", "unit", when=we_clear)
def trade_defence(anti_dumping_rate: Array, border_value: Array) -> Array:
    """Anti-dumping and safeguard duties on the same customs value; not counted where none is known."""
    return anti_dumping_rate * border_value


@line("L08", "unit", when=we_clear, expected=lambda link: False)
def proof_of_origin(origin_cost: Array, shipment_units: Array) -> Array:
    """Cost of proving preferential origin; the duty it saves is in L06."""
    return origin_cost / shipment_units


def certificates(
    emissions: Array, benchmark: Array, price: Array, paid: Array, charged_share: Array
) -> Array:
    """CBAM due per tonne of good, EUR: ``max(0, e - (1 - phi) b) x price - paid at origin``, never below 0.

    Parameters
    ----------
    emissions, benchmark
        t CO2e per t of good.
    price, paid
        EUR per t CO2e, here and at origin.
    charged_share
        Share of embedded emissions that is charged in the year, phi.
    """
    charged = np.maximum(emissions - (1 - charged_share) * benchmark, 0)
    return np.maximum(charged * price - paid * emissions, 0)


@line("L09", "unit", when=lambda link: link.imported and link.cbam)
def cbam(
    mass_kg: Array,
    product_emissions: Array,
    product_benchmark: Array,
    carbon_price: Array,
    carbon_paid_at_origin: Array,
    cbam_share: Array,
    cbam_threshold: Array,
    imported_units: Array,
) -> Array:
    """Certificates per unit: ``t x (max(0, e - (1 - phi) b) x price - paid at origin)``, nothing below the
    yearly threshold, which is the importer's and not the source's.
    """
    tonnes = mass_kg / TONNE
    due = certificates(product_emissions, product_benchmark, carbon_price, carbon_paid_at_origin, cbam_share)
    return np.where(tonnes * imported_units > cbam_threshold, tonnes * due, 0)


@line("L09", "unit", when=lambda link: bool(not link.priced and link.inputs_with_cbam))
def cbam_of_inputs(input_cbam: Array) -> Array:
    """Certificates for parts that our own plant imports: making it at home can raise them."""
    return input_cbam


@line("L10", "balance", when=we_clear)
def import_vat(
    vat_rate: Array, border_value: Array, border_duty: Array, vat_days: Array, units: Array
) -> Array:
    """VAT financed until it is recovered; a balance, never a cost (D05)."""
    return vat_rate * vat_days / DAYS * (border_value + border_duty) * units


@line("L11", "unit", when=lambda link: link.abroad and not link.season)
def expedite(expedited_share: Array, normal_freight: Array, expedite_multiple: Array) -> Array:
    """Rush orders: their share times what a rush shipment costs beyond normal freight."""
    return expedited_share * normal_freight * np.maximum(expedite_multiple - 1, 0)


@line("L12", "unit", expected=lambda link: False)
def warehouse(handling: Array, storage_cost: Array) -> Array:
    """Receiving and picking, and the floor a unit takes while it waits (D03: not in the holding rate)."""
    return handling + storage_cost


@derived()
def storage_cost_of_days(
    volume_m3: Array, storage_days: Array, warehouse_rent: Array, warehouse_stacking: Array
) -> Array:
    """Rent of the floor under a unit for the days it is stored."""
    return volume_m3 / warehouse_stacking * warehouse_rent * storage_days / DAYS


@line("L13", "period", when=abroad)
def compliance_cost(compliance: Array) -> Array:
    """Export control, sanctions and due diligence per year."""
    return compliance


@line("E01", "unit", when=lambda link: link.maker == "own", expected=lambda link: False, public=True)
def production_carbon(energy_kwh: Array, grid_intensity: Array, carbon_price: Array) -> Array:
    """Emissions of the electricity at the carbon price, on the public account (D10: the firm pays inside the
    energy price).
    """
    return energy_kwh * grid_intensity / TONNE * carbon_price


@line("E02", "unit", when=abroad, expected=lambda link: False, public=True)
def transport_carbon(mass_kg: Array, lane_km: Array, emission_factor: Array, carbon_price: Array) -> Array:
    """Emissions of the main carriage at the carbon price, on the public account."""
    return mass_kg / TONNE * lane_km * emission_factor / TONNE * carbon_price


@line("E03", "unit", expected=lambda link: False)
def end_of_life_cost(end_of_life: Array) -> Array:
    """Take-back and producer responsibility, less recovered value."""
    return end_of_life


@line("E04", "unit", when=lambda link: link.maker == "own", expected=lambda link: False)
def waste_and_water(waste_cost: Array) -> Array:
    """Waste, water and chemicals at the own plant."""
    return waste_cost
