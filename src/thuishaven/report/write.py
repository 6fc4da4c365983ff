"""From a dossier to a report in a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from thuishaven.locale import LANGUAGES, _, date, number, use
from thuishaven.report.blocks import Block, Document
from thuishaven.report.material import Material

if TYPE_CHECKING:
    from thuishaven.dossier import Dossier, Settings
    from thuishaven.facts import FactSet

#: What a report can be written as.
FORMATS = (".html", ".pdf", ".xlsx", ".json")


def gather(
    dossier: Dossier,
    facts: FactSet | None = None,
    settings: Settings | None = None,
    made: dt.date | None = None,
) -> Material:
    """Ask the rooms what a report tells.

    Parameters
    ----------
    dossier
        The dossier; its first plan is today.
    facts, settings
        As for :func:`thuishaven.cost.assess`.
    made
        The day that the report carries; today by default.
    """
    from thuishaven import cost
    from thuishaven.facts import bundled

    known = facts if facts is not None else bundled()
    result = cost.assess(dossier, known, settings)
    return Material(dossier, result, result.case.facts, made or dt.date.today())


def blocks_for(material: Material) -> Iterator[Block]:
    """The blocks of a report, in the language in use."""
    from thuishaven.report.parts.director import director

    yield from director(material)


def document(material: Material, lang: str) -> Document:
    """The report in a language.

    Parameters
    ----------
    material
        What it tells.
    lang
        nl, en or fr.
    """
    with use(lang, material.dossier.company.country):
        fresh = Material(
            material.dossier, material.cost, material.facts, material.made, material.explored, material.advice
        )
        settings = fresh.result["settings"]
        made = date(material.made)
        foot = _(
            "Made on {date}. Seed {seed}, {draws} worlds.",
            date=made,
            seed=settings["seed"],
            draws=number(settings["draws"]),
        )
        return Document(
            lang, _("Making it at home?"), fresh.about.title, tuple(blocks_for(fresh)), foot, made
        )


def write(
    dossier: Dossier,
    path: str | Path,
    lang: str = "nl",
    *,
    facts: FactSet | None = None,
    settings: Settings | None = None,
    made: dt.date | None = None,
) -> Path:
    """Write the report of a dossier; the end of the name chooses HTML, PDF, XLSX or JSON.

    Parameters
    ----------
    dossier
        The dossier; its first plan is today.
    path
        Where to; an existing file is replaced.
    lang
        nl, en or fr.
    facts, settings, made
        As for :func:`gather`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ValueError
        For another kind of file or language; the message names those there are.
    """
    material = gather(dossier, facts, settings, made)
    return save(material, path, lang)


def save(material: Material, path: str | Path, lang: str = "nl") -> Path:
    """Write what is already gathered; parameters and errors as for :func:`write`."""
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix not in FORMATS:
        raise ValueError(f"{file.name}: expected a name that ends in {', '.join(FORMATS)}")
    if lang not in LANGUAGES:
        raise ValueError(f"{lang}: expected one of {', '.join(LANGUAGES)}")
    from thuishaven.report.html import html

    file.write_text(html(document(material, lang)), encoding="utf-8")
    return file
