"""Other material and recycled input: the dearest line of the bill of materials changed, with honest ranges.

What a substitute or a recyclate costs is not known before one is named, so these plans carry wide ranges.
They say nothing of where it comes from: the new material may hang on the same country.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from thuishaven.alternatives.sizes import ends, in_euro, known, together
from thuishaven.dossier import BomLine, Dossier, OneOff, Plan, Reason
from thuishaven.facts import FactSet
from thuishaven.uncertainty import Quantity


def plans(dossier: Dossier, facts: FactSet) -> Iterator[Plan]:
    """Both kinds, where the bill of materials has a line with a price.

    A product that is bought has one price: there the material's share of it moves with the material.
    """
    line = dearest(dossier, facts)
    if line is None or line.price is None:
        return
    yield from _substituted(dossier, facts, line)
    yield from _recycled(dossier, facts, line)


def lines(dossier: Dossier) -> tuple[BomLine, ...]:
    """The bill of materials of today."""
    own = dossier.baseline.bom
    return dossier.bom if own is None else own


def dearest(dossier: Dossier, facts: FactSet) -> BomLine | None:
    """The part that costs most per unit of the product, sub-assemblies left out."""
    found = lines(dossier)
    parents = {line.parent for line in found}
    priced = [line for line in found if line.id not in parents and line.price is not None]
    return max(priced, key=lambda line: _worth(line, dossier, facts), default=None)


def _worth(line: BomLine, dossier: Dossier, facts: FactSet) -> float:
    """EUR per unit of the product, at the means; 0 where it cannot be told."""
    assert line.price is not None
    by_id = {other.id: other for other in lines(dossier)}
    count, parent = line.quantity.mean, line.parent
    while parent is not None:
        count *= by_id[parent].quantity.mean
        parent = by_id[parent].parent
    if (line.price.unit or "").endswith("/kg"):
        count *= line.mass_kg.mean if line.mass_kg is not None else 0.0
    return in_euro(line.price, facts, dossier) * count


def _substituted(dossier: Dossier, facts: FactSet, line: BomLine) -> Iterator[Plan]:
    factor = known(facts, "substitute_price_factor", dossier)
    cost = known(facts, "requalification_cost", dossier)
    shown = ends(facts, "substitute_price_factor", dossier)
    if factor is None or cost is None or shown is None:
        return
    assert line.price is not None
    new = line.model_copy(
        update={
            "material": None,
            "price": together(line.price, factor, line.price.unit),
        }
    )
    changed = tuple(new if other.id == line.id else other for other in lines(dossier))
    yield Plan(
        id="other_material",
        family="other_material",
        bom=changed,
        changes=_prices(dossier, facts, line, factor),
        one_off=OneOff(qualification=_plain(cost)),
        assumptions=(_reason("substitute", part=line.id, low=shown[0], high=shown[2]),),
        lacks=(_reason("substitute_known", part=line.id), _reason("approval")),
    )


def _recycled(dossier: Dossier, facts: FactSet, line: BomLine) -> Iterator[Plan]:
    """A share ``r`` of the material from recycling: the primary need falls to ``1 - r``, the recycled part is
    ``r`` over its yield.
    """
    part = ends(facts, "recycled_share", dossier)
    usual = ends(facts, "recycled_yield", dossier)
    factor = known(facts, "recycled_price_factor", dossier)
    loss = known(facts, "recycled_yield", dossier)
    cost = known(facts, "requalification_cost", dossier)
    if part is None or usual is None or factor is None or loss is None or cost is None:
        return
    assert line.price is not None
    share = part[1]
    need = together(factor, Quantity.parse({"low": 1 / loss.p95, "high": 1 / loss.p5}))
    primary = line.model_copy(update={"quantity": _times(line.quantity, 1 - share)})
    recycled = line.model_copy(
        update={
            "id": f"{line.id}_recycled",
            "quantity": _times(line.quantity, share),
            "price": together(line.price, need, line.price.unit),
            "origin": None,
            "recycled_share": Quantity.constant(1.0),
        }
    )
    changed: list[BomLine] = []
    for other in lines(dossier):
        changed += [primary, recycled] if other.id == line.id else [other]
    mixed = Quantity.parse({"low": 1 + share * (need.p5 - 1), "high": 1 + share * (need.p95 - 1)})
    yield Plan(
        id="circular_input",
        family="circular_input",
        bom=tuple(changed),
        changes=_prices(dossier, facts, line, mixed),
        one_off=OneOff(qualification=_plain(cost)),
        assumptions=(_reason("recycled", part=line.id, share=share, material_yield=usual[1]),),
        lacks=(_reason("recycled_supply", part=line.id), _reason("approval")),
    )


def _prices(dossier: Dossier, facts: FactSet, line: BomLine, factor: Quantity) -> dict[str, dict[str, Any]]:
    """Today's prices of the product, with the material's share of each moving by the factor."""
    worth = _worth(line, dossier, facts)
    found: dict[str, dict[str, Any]] = {}
    for source in dossier.baseline.sources or ():
        if source.unit_price is None:
            continue
        price = in_euro(source.unit_price, facts, dossier)
        share = min(worth / price, 1.0) if price > 0 else 0.0
        moved = Quantity.parse({"low": 1 + share * (factor.p5 - 1), "high": 1 + share * (factor.p95 - 1)})
        changed = together(source.unit_price, moved, source.unit_price.unit)
        found[source.id] = {"unit_price": changed.to_plain()}
    return found


def _times(quantity: Quantity, factor: float) -> Quantity:
    return quantity.scaled(factor)


def _plain(quantity: Quantity) -> Quantity:
    """A figure of the facts as one of the dossier: the numbers, without the name of the record."""
    return Quantity.parse(dict(quantity.given))


def _reason(code: str, **params: object) -> Reason:
    return Reason(code=code, params=params) if params else Reason(code=code)
