"""The plans of a draft: how one begins, and what it is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thuishaven.locale import N_, _
from thuishaven.web.home import told
from thuishaven.web.tree import at

#: Ways to supply that a plan can be begun with: what each is called.
BEGINNINGS = {
    "own_home": N_("own plant at home"),
    "supplier_home": N_("a supplier at home"),
    "optimise_home": N_("own plant at home, automated"),
    "supplier_abroad": N_("a supplier in another country"),
    "own_abroad": N_("own plant in another country"),
    "improve_abroad": N_("today's source, improved"),
    "bigger_stock": N_("today's source, with more stock"),
}
#: Those for which a country is chosen.
ABROAD = ("supplier_abroad", "own_abroad")


def plans_of(tree: Any) -> list[Mapping[str, Any]]:
    """The plans of a draft beside today."""
    found = at(tree, ("plans",))
    return [plan for plan in found[1:] if isinstance(plan, Mapping)] if isinstance(found, list) else []


def numbered(tree: Any, plan: str) -> int:
    """The place of a plan beside today in the list of plans.

    Raises
    ------
    LookupError
        When there is none of that name.
    """
    found = at(tree, ("plans",))
    for place, item in enumerate(found if isinstance(found, list) else ()):
        if place and isinstance(item, Mapping) and str(item.get("id")) == plan:
            return place
    raise LookupError(plan)


def begun(tree: Any, family: str, country: str) -> dict[str, Any]:
    """A plan to begin with, of a kind."""
    taken = {str(plan.get("id")) for plan in at(tree, ("plans",)) or ()}
    wish = f"{family}_{country}" if family in ABROAD else family
    name = next(n for n in [wish, *(f"{wish}_{k}" for k in range(2, len(taken) + 3))] if n not in taken)
    home = at(tree, ("company", "country"))
    plan: dict[str, Any] = {"id": name, "family": family}
    if family in ("own_home", "supplier_home", "optimise_home", *ABROAD):
        maker = "supplier" if family.startswith("supplier") else "own"
        where = country if family in ABROAD else str(home or "")
        plan["sources"] = [{"id": f"{maker}_{where or 'home'}", "maker": maker, "country": where, "share": 1}]
    if family == "optimise_home":
        plan["process"] = {"shifts": 3, "automation": "high"}
    return plan


def told_text(value: Any) -> str:
    """A text of the dossier in the language in use, whether it is in one or in several."""
    return told(value) if isinstance(value, dict) else str(value or "")


def plan_called(plan: Mapping[str, Any]) -> str:
    """What a plan is called on its page: its name, else how it began."""
    from thuishaven.report.telling import capital
    from thuishaven.report.words import country_name

    family = str(plan.get("family") or "")
    if plan.get("name") or family not in BEGINNINGS:
        return told_text(plan.get("name")) or str(plan.get("id", ""))
    country = at(plan, ("sources", 0, "country")) if family in ABROAD else ""
    return capital(_(BEGINNINGS[family]) + (f" ({country_name(str(country))})" if country else ""))
