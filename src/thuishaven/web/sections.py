"""What the sections of a dossier are called in a form, and which of their fields come first."""

from __future__ import annotations

from pydantic import BaseModel

from thuishaven.dossier import Dossier
from thuishaven.dossier.structure import members
from thuishaven.locale import N_, _

#: Fields of a section that matter first; the others stand behind a line to open.
MAIN = {
    "company": ("name", "country", "region"),
    "product": ("name", "cn", "mass_kg", "volume_m3", "price"),
    "demand": ("units_per_year", "growth", "variation", "markets"),
    "process": ("labour_hours", "machine_hours", "energy_kwh", "shifts", "automation", "material_yield"),
    "source": ("maker", "country", "share", "incoterm", "unit_price", "lead_days", "lead_sd_days"),
    "change": ("unit_price", "lead_days", "lead_sd_days"),
    "one_off": ("building", "machines", "moulds", "automation", "ramp_up_months"),
    "plan": ("name", "overhead_left"),
}
#: What the sections are called.
TITLES = {
    "company": N_("Your company"),
    "product": N_("The product"),
    "demand": N_("How much"),
    "process": N_("How one unit is made"),
    "stock": N_("Stock"),
    "terms": N_("Buying terms"),
    "logistics": N_("Transport and border"),
    "quality": N_("Quality"),
    "coordination": N_("Working together"),
    "risk": N_("Risk"),
    "quote": N_("The quote"),
    "one_off": N_("What is spent once"),
    "market": N_("What it does to sales"),
    "home_risk": N_("What may go wrong at home"),
    "nace": N_("Main activity"),
    "cbam": N_("Embedded emissions"),
}


def titled(name: str, section: type[BaseModel] | None = None) -> str:
    """What a section is called in the language in use."""
    if name in TITLES:
        return _(TITLES[name])
    found = members(Dossier).get(name)
    return _(found.help) if found is not None else name
