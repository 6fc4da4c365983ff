"""A report as JSON: the dossier, the settings and every figure, so that it can be calculated again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thuishaven.report.material import Material

if TYPE_CHECKING:
    from thuishaven.dossier import Dossier, Settings

SCHEMA = "thuishaven.report/1"
#: A stored report larger than this is none of ours.
LARGEST = 64 * 2**20


class StoredError(ValueError):
    """A file that is no stored report; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Stored:
    """A report that was kept.

    Parameters
    ----------
    dossier, settings
        What was calculated, and how.
    made
        The day it was made.
    lang
        Its language.
    figures
        Fingerprints of the dossier, the facts and the figures.
    version
        Of the program that made it.
    explored
        Whether it holds the plans nobody typed in.
    intact
        Whether dossier and figures are still those of its fingerprints.
    """

    dossier: Dossier
    settings: Settings
    made: dt.date
    lang: str
    figures: Mapping[str, str]
    version: str
    explored: bool
    intact: bool


def fingerprints(material: Material) -> dict[str, str]:
    """Short marks of what went in and what came out: equal marks, equal content."""
    from thuishaven.dossier import digest, to_tree

    return {
        "dossier": digest(to_tree(material.asked or material.dossier)),
        "facts": str(material.result["settings"]["facts_digest"])[:16],
        "figures": _mark(material.result, _advice(material), material.explored),
    }


def _mark(cost: Any, advice: Any, explored: Any) -> str:
    from thuishaven.dossier import digest

    return digest({"cost": cost, "advice": advice, "explored": explored})


def _advice(material: Material) -> Mapping[str, Any] | None:
    """The advice without the cost result, which stands beside it."""
    if material.advice is None:
        return None
    return {name: value for name, value in material.advice.items() if name != "cost"}


def stored(material: Material, lang: str) -> dict[str, Any]:
    """The report in plain form."""
    from thuishaven.dossier import plain, to_tree

    return dict(
        plain(
            {
                "schema": SCHEMA,
                "lang": lang,
                "made": material.made,
                "fingerprints": fingerprints(material),
                "settings": {
                    "seed": material.cost.case.settings.seed,
                    "draws": material.cost.case.settings.draws,
                    "horizon_years": material.cost.case.settings.horizon_years,
                    "discount_rate": material.cost.case.settings.discount_rate,
                    "scenario": material.cost.case.settings.scenario,
                    "mid_year": material.cost.case.settings.mid_year,
                    "hidden_cost_uplift": material.cost.case.settings.hidden_cost_uplift,
                    "total_order": material.cost.case.settings.total_order,
                    "as_of": material.cost.case.settings.as_of,
                },
                "with": {"explore": material.explored is not None},
                "version": material.result["settings"]["version"],
                "dossier": to_tree(material.asked or material.dossier),
                "cost": material.result,
                "advice": _advice(material),
                "explored": material.explored,
            }
        )
    )


def text(material: Material, lang: str) -> str:
    """The report as JSON text: the same bytes for the same figures."""
    return json.dumps(stored(material, lang), ensure_ascii=False, indent=1) + "\n"


def read(path: str | Path) -> Stored:
    """Read a stored report.

    Raises
    ------
    StoredError
        If the file is too large, is no JSON or is no report.
    DossierError
        If the dossier in it is wrong.
    """
    from thuishaven.dossier import Settings, build, digest

    file = Path(path)
    if file.stat().st_size > LARGEST:
        raise StoredError("too_large")
    try:
        tree = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise StoredError("no_json") from None
    if not isinstance(tree, dict) or tree.get("schema") != SCHEMA:
        raise StoredError("no_report")
    try:
        given = dict(tree["settings"])
        given["as_of"] = dt.date.fromisoformat(given["as_of"]) if given["as_of"] else None
        marks = {name: str(value) for name, value in tree["fingerprints"].items()}
        dossier = tree["dossier"]
        return Stored(
            build(dossier),
            Settings(**given),
            dt.date.fromisoformat(tree["made"]),
            str(tree["lang"]),
            marks,
            str(tree["version"]),
            bool(tree["with"]["explore"]),
            marks["dossier"] == digest(dossier)
            and marks["figures"] == _mark(tree["cost"], tree["advice"], tree["explored"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if error.__class__.__name__ == "DossierError":
            raise
        raise StoredError("no_report") from None


def compared(before: Stored, again: Material) -> list[str]:
    """What differs between a stored report and the same one calculated again: dossier, facts, figures."""
    now = fingerprints(again)
    return [name for name in now if before.figures.get(name) != now[name]]
