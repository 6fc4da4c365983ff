"""The command ``report``: the answer in a file, to read, to print, or to go on calculating."""

from __future__ import annotations

from typing import Annotated

import typer

from thuishaven.cli.options import DrawCount, Horizon, Language, ScenarioName, Seed, Set, known_facts, opened, settings
from thuishaven.cli.output import progress, write
from thuishaven.cli.usage import WrongUsage
from thuishaven.locale import N_, PSEUDO, _, language


def report(
    dossier: Annotated[
        str | None,
        typer.Argument(
            metavar=N_("DOSSIER"), help="The dossier: a YAML, JSON or XLSX file.", show_default=False
        ),
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "-o",
            "--output",
            metavar=N_("FILE"),
            help="Where to: a name that ends in .html, .pdf, .xlsx or .json. May be given again.",
        ),
    ] = None,
    replay: Annotated[
        str | None,
        typer.Option(
            "--replay",
            metavar=N_("FILE"),
            help="Calculate a report again from its .json and say whether the figures are the same.",
        ),
    ] = None,
    change: Set = None,
    seed: Seed = None,
    draws: DrawCount = None,
    horizon: Horizon = None,
    scenario: ScenarioName = None,
    lang: Language = None,
) -> None:
    """Write the report of a dossier."""
    from thuishaven.report import FORMATS, gather, save

    paths = output or []
    for path in paths:
        if not path.lower().endswith(FORMATS):
            raise WrongUsage(
                _(
                    "{option} {value}: expected is a name that ends in {known}.",
                    option="-o",
                    value=path,
                    known=", ".join(FORMATS),
                )
            )
    if replay is not None:
        _replay(replay, dossier, paths)
        return
    if dossier is None:
        raise WrongUsage(_("Name a dossier, for example: {example}", example="thuishaven report pot.yaml -o pot.html"))
    if not paths:
        raise WrongUsage(_("Say where to, for example: {example}", example="-o report.html"))
    chosen = settings(seed, draws, horizon, scenario)
    told = opened(dossier, change)
    from thuishaven.cli.costs import require_volume

    require_volume(told.demand.units_per_year.p95 or None, dossier)
    with progress(_("Calculating plans")) as bar:
        material = gather(told, known_facts(), chosen, progress=bar)
    for path in paths:
        save(material, path, spoken())
        write(_("Written: {path}", path=path) + "\n")


def spoken() -> str:
    """The language of the file: that in use, English for the pseudo-language."""
    return "en" if language() == PSEUDO else language()
