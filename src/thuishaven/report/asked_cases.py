"""What cases are compared with: the sector, the origin and the form of a dossier or of a scan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thuishaven.dossier import Dossier

#: The letters of the scan's forms of coming back, from there to here.
_SIDES = {"o": "own", "s": "supplier"}


def asked_of(dossier: Dossier, form: str = "") -> dict[str, str]:
    """What cases are compared with for a dossier: its sector, where most of it comes from today, a form.

    Parameters
    ----------
    dossier
        The dossier.
    form
        Form of the plan that is advised, as ``supplier_to_own``; of none when absent.
    """
    nace = dossier.company.nace
    sources = dossier.baseline.sources or ()
    main = max(sources, key=lambda source: source.share or 0, default=None)
    origin = main.country if main is not None and main.country != dossier.company.country else ""
    code = nace.code if nace is not None else ""
    wanted = {"sector": code.partition(".")[0], "from": origin, "form": form if "_to_" in form else ""}
    return {name: value for name, value in wanted.items() if value}


def asked_of_scan(about: Mapping[str, Any], best: str) -> dict[str, str]:
    """What cases are compared with for a scan, which knows no sector.

    Parameters
    ----------
    about
        What was told about the product: ``source_country`` and ``home``.
    best
        The strategy that comes first; its form counts where it is one of coming back.
    """
    origin = str(about.get("source_country", ""))
    sides = best.removeprefix("reshore_") if best.startswith("reshore_") else ""
    form = "_to_".join(_SIDES[side] for side in sides)
    wanted = {"from": origin if origin != about.get("home") else "", "form": form}
    return {name: value for name, value in wanted.items() if value}
