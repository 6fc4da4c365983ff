"""The command ``explore``: which plan, in which country, is worth a closer look?"""

from __future__ import annotations

from typing import Annotated

import typer

from thuishaven.cli.options import (
    AsJson,
    DossierFile,
    DrawCount,
    Everything,
    Horizon,
    Language,
    Seed,
    Set,
    known_facts,
    opened,
    settings,
)
from thuishaven.cli.output import progress, show, write_json
from thuishaven.locale import N_, _, language, speak

#: Plans in the table unless all are asked for.
TOP = 15
#: Draws that are enough to rank plans.
DRAWS = 1024


def explore(
    dossier: DossierFile,
    as_json: AsJson = False,
    top: Annotated[
        str | None,
        typer.Option("--top", metavar=N_("NUMBER"), help="How many plans the table shows; 15 by default."),
    ] = None,
    change: Set = None,
    seed: Seed = None,
    draws: DrawCount = None,
    horizon: Horizon = None,
    everything: Everything = False,
    lang: Language = None,
) -> None:
    """Evaluate the plans nobody typed in."""
    from thuishaven.cli.options import whole

    most = whole("--top", top, 1) or TOP
    chosen = settings(seed, draws, horizon, None, DRAWS)
    told = opened(dossier, change)
    from thuishaven import alternatives
    from thuishaven.cli.costs import require_volume

    require_volume(told.demand.units_per_year.p95 or None, dossier)

    speak(language(), told.company.country)
    with progress(_("Calculating plans")) as report:
        found = alternatives.explore(told, known_facts(), chosen, progress=report).to_dict()
    if as_json:
        write_json(found)
        return
    from thuishaven.cli.explore_page import explore_page
    from thuishaven.report.subject import subject

    about = subject(told, dossier)
    show(lambda width: explore_page(found, about, width, None if everything else most))
