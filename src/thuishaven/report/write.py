"""From a dossier to a report in a file."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from thuishaven.locale import LANGUAGES, _, date, number, use
from thuishaven.report import stored
from thuishaven.report.blocks import Block, Document
from thuishaven.report.material import Material

if TYPE_CHECKING:
    from thuishaven.dossier import Dossier, Settings
    from thuishaven.facts import FactSet

#: What a report can be written as.
FORMATS = (".html", ".pdf", ".xlsx", ".json")
#: Draws behind the plans that nobody typed in: enough to rank them.
EXPLORING = 1024


def gather(
    dossier: Dossier,
    facts: FactSet | None = None,
    settings: Settings | None = None,
    made: dt.date | None = None,
    *,
    explore: bool = True,
    progress: Callable[[int, int], None] | None = None,
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
    explore
        Also calculate the plans nobody typed in, in every country.
    progress
        Called with plans done and plans in all, while those are calculated.
    """
    from thuishaven import advice, alternatives
    from thuishaven.dossier import Settings
    from thuishaven.facts import bundled

    known = facts if facts is not None else bundled()
    chosen = settings or Settings()
    advised = advice.assess(dossier, known, chosen)
    explored = None
    if explore:
        fewer = replace(chosen, draws=min(chosen.draws, EXPLORING))
        explored = alternatives.explore(dossier, known, fewer, progress=progress).to_dict()
    cost = advised.cost
    return Material(
        advised.dossier, cost, cost.case.facts, made or dt.date.today(), explored, advised.to_dict(), dossier
    )


def blocks_for(material: Material) -> Iterator[Block]:
    """The blocks of a report, in the language in use."""
    from thuishaven.report.parts.argument import argument
    from thuishaven.report.parts.bank import bank
    from thuishaven.report.parts.director import director
    from thuishaven.report.parts.figures import figures
    from thuishaven.report.parts.method import method

    yield from director(material)
    yield from argument(material)
    if material.dossier.chain.get("suppliers"):
        from thuishaven.chain import read_network
        from thuishaven.report.network import blocks as network

        reading = read_network(material.dossier)
        yield from network(reading) if reading is not None else ()
    if material.similar is not None:
        # Only where a databank was asked: reading of cases takes time to begin.
        from thuishaven.report.similar_cases import blocks

        yield from blocks(material.similar)
    yield from bank(material)
    yield from figures(material)
    yield from method(material)


def document(material: Material, lang: str) -> Document:
    """The report in a language.

    Parameters
    ----------
    material
        What it tells.
    lang
        nl, en or fr.
    """
    if lang in material.documents:
        return material.documents[lang]
    with use(lang, material.dossier.company.country):
        fresh = material.anew()
        settings = fresh.result["settings"]
        made = date(material.made)
        foot = _(
            "Made on {date}. Seed {seed}, {draws} worlds. Fingerprint {mark}.",
            date=made,
            seed=settings["seed"],
            draws=number(settings["draws"]),
            mark=stored.fingerprints(fresh)["figures"],
        )
        title = _("Making it at home?")
        found = Document(lang, title, fresh.about.title, tuple(blocks_for(fresh)), foot, material.made)
    material.documents[lang] = found
    return found


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
    checked(path, lang)
    return save(gather(dossier, facts, settings, made), path, lang)


def checked(path: str | Path, lang: str) -> Path:
    """The path, when it and the language can be used; errors as for :func:`write`."""
    file = Path(path)
    if file.suffix.lower() not in FORMATS:
        raise ValueError(f"{file.name}: expected a name that ends in {', '.join(FORMATS)}")
    if lang not in LANGUAGES:
        raise ValueError(f"{lang}: expected one of {', '.join(LANGUAGES)}")
    return file


def save(material: Material, path: str | Path, lang: str = "nl") -> Path:
    """Write what is already gathered; parameters and errors as for :func:`write`."""
    file = checked(path, lang)
    return whole(file, content(material, file.suffix.lower(), lang))


def content(material: Material, kind: str, lang: str) -> bytes:
    """The report as the bytes of a file.

    Parameters
    ----------
    material
        What it tells.
    kind
        One of :data:`FORMATS`.
    lang
        nl, en or fr.
    """
    if kind == ".json":
        return stored.text(material, lang).encode()
    told = document(material, lang)
    if kind == ".html":
        from thuishaven.report.html import html

        return html(told).encode()
    if kind == ".pdf":
        from thuishaven.report.pdf import pdf

        return pdf(told)
    from thuishaven.report.xlsx import xlsx

    return xlsx(told)


def whole(file: Path, data: bytes) -> Path:
    """Write a file that appears whole or not at all."""
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        beside.write_bytes(data)
        os.replace(beside, file)
    finally:
        beside.unlink(missing_ok=True)
    return file
