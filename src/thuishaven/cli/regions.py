"""The command ``region``: what does each plan do for work here?"""

from __future__ import annotations

from typing import Annotated

import typer

from thuishaven.cli.asked import Asked, calculation
from thuishaven.cli.options import known_facts
from thuishaven.cli.output import show, write_json
from thuishaven.cli.usage import WrongUsage
from thuishaven.locale import N_


@calculation("scenario")
def region(
    asked: Asked,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain",
            metavar=N_("PLAN.FIGURE"),
            help="Show how one figure came about, as in home.fte_net, with its sources.",
        ),
    ] = None,
) -> None:
    """Tell what the plans of a dossier do for work here."""
    told = asked.dossier()
    from thuishaven.region import assess

    result = assess(told, known_facts(), asked.settings)
    if explain is not None:
        try:
            explanation = result.explain(explain)
        except KeyError:
            raise WrongUsage(_cannot_explain(explain, list(result.plans))) from None
        if asked.as_json:
            write_json(explanation)
            return
        from thuishaven.cli.region_page import explain_page
        from thuishaven.report.subject import subject

        about = subject(told, asked.path)
        show(lambda width: explain_page(explanation, about, width))
        return
    plain = result.to_dict()
    if asked.as_json:
        write_json(plain)
        return
    from thuishaven.cli.region_page import page
    from thuishaven.report.subject import subject

    about = subject(told, asked.path)
    show(lambda width: page(plain, about, width, asked.everything))


def _cannot_explain(reference: str, plans: list[str]) -> str:
    from thuishaven.locale import _

    names = ("fte", "fte_direct", "fte_net", "heads", "fte_scarce", "training_hours", "net_job_years")
    return _(
        "--explain {value}: there is no such figure. Write a plan ({plans}), a dot and one of {known}.",
        value=reference,
        plans=", ".join(plans),
        known=", ".join(names),
    )
