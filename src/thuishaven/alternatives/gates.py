"""What is possible at all: the gates of the scan, and inputs that stay imported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from thuishaven import scan
from thuishaven.dossier import Dossier, DossierError, Notice, ResolvedPlan, Settings
from thuishaven.facts import countries

#: Draws of the scan; its gates close the same strategies in all of them.
_FEW = 64


def _result(dossier: Dossier) -> scan.ScanResult | None:
    """The scan of the dossier; ``None`` where it has none that can be read."""
    try:
        return scan.assess(dossier, Settings(draws=_FEW)) if dossier.scan else None
    except DossierError:
        return None


def closed_families(dossier: Dossier) -> dict[str, tuple[str, ...]]:
    """The kinds of plan that a gate of the scan closes, each with those gates.

    A kind is closed when all of its strategies are: an own plant at home may come from an own plant abroad or
    from a supplier. Unanswered gates close nothing.
    """
    found = _result(dossier)
    if found is None:
        return {}
    by_family: dict[str, list[scan.Ranked]] = {}
    for ranked in found.strategies:
        by_family.setdefault(scan.strategies()[ranked.id].family, []).append(ranked)
    closed = {}
    for family, items in by_family.items():
        if all(item.state == "closed" for item in items):
            gates = [gate for item in items for gate in item.gates]
            # A form that does not exist from here (G1) says nothing about the place; another gate does.
            closed[family] = tuple(dict.fromkeys(gate for gate in gates if gate != "G1")) or ("G1",)
    if "own_home" in closed:
        closed["optimise_home"] = closed["own_home"]
    return closed


def open_gates(dossier: Dossier) -> Iterator[Notice]:
    """One notice for each gate without an answer, and one where the scan speaks of local for local."""
    found = _result(dossier)
    told = found.answers if found is not None else None
    for name in scan.gates():
        if told is None or not told.known(name):
            yield Notice("gate_open", {"id": name})
    if found is not None and found.status == "local_for_local":
        yield Notice("sold_where_made", {})


def input_notices(dossier: Dossier, plans: Iterable[ResolvedPlan]) -> Iterator[Notice]:
    """Plans that make it at home or in the union from critical parts that still come from outside it."""
    table = countries()
    for plan in plans:
        parts = sorted(
            line.id
            for line in plan.bom
            if line.critical and line.origin is not None and not table[line.origin].eu
        )
        makes = any(
            source.maker == "own" and source.country == dossier.company.country for source in plan.sources
        )
        if makes and parts:
            yield Notice("inputs_imported", {"plan": plan.id, "parts": ", ".join(parts)})
