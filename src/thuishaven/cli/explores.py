"""The command ``explore``: which plan, in which country, is worth a closer look?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from thuishaven.cli.asked import Asked, calculation
from thuishaven.cli.options import known_facts, whole
from thuishaven.cli.output import progress, show, write, write_json
from thuishaven.cli.usage import WrongUsage
from thuishaven.locale import N_, _

if TYPE_CHECKING:
    from thuishaven.alternatives import ExploreResult
    from thuishaven.dossier import Dossier, Plan

#: Plans named when there is no plan of the name that was asked for.
FEW = 5
#: Plans in the table unless all are asked for.
TOP = 15
#: Draws that are enough to rank plans.
DRAWS = 1024


@calculation(draws=DRAWS)
def explore(
    asked: Asked,
    top: Annotated[
        str | None,
        typer.Option("--top", metavar=N_("NUMBER"), help="How many plans the table shows; 15 by default."),
    ] = None,
    plan: Annotated[
        str | None,
        typer.Option("--plan", metavar=N_("NAME"), help="Show what one plan rests on and what it lacks."),
    ] = None,
    save: Annotated[
        str | None,
        typer.Option(
            "--save",
            metavar=N_("NAME"),
            help="Write one plan into the dossier, to be edited there; the file as it was is kept beside it.",
        ),
    ] = None,
) -> None:
    """Evaluate the plans nobody typed in."""
    most = whole("--top", top, 1) or TOP
    if save is not None and asked.changes:
        raise WrongUsage(_("--save writes into the file as it stands, so it does not go with --set."))
    told = asked.dossier(per_unit=True)
    from thuishaven import alternatives

    with progress(_("Calculating plans")) as report:
        result = alternatives.explore(told, known_facts(), asked.settings, progress=report)
    if save is not None:
        _save(_wanted(result, save, "--save"), told, asked.path)
        return
    if plan is not None:
        _wanted(result, plan, "--plan")
    found = result.to_dict()
    if asked.as_json:
        write_json(found)
        return
    from thuishaven.cli.explore_page import explore_page, plan_page
    from thuishaven.report.subject import subject

    about = subject(told, asked.path)
    if plan is not None:
        show(lambda width: plan_page(found, about, width, plan))
        return
    show(lambda width: explore_page(found, about, width, None if asked.everything else most))


def _wanted(result: ExploreResult, name: str, option: str) -> Plan:
    """The plan of that name."""
    try:
        return result.plan(name)
    except LookupError:
        known = ", ".join(item.plan.id for item in result.options[:FEW])
        raise WrongUsage(
            _(
                "{option} {value}: there is no such plan. The best are: {known}",
                option=option,
                value=name,
                known=known,
            )
        ) from None


def _save(plan: Plan, told: Dossier, path: str) -> None:
    """Write a plan into the file, and say how to undo it."""
    from thuishaven.alternatives import write_plan
    from thuishaven.report.generated import generated_name, with_names

    kept, name = write_plan(path, with_names(plan, told)), generated_name(plan, told)
    said = [
        _(
            "{path}: plan {plan} is written ({name}).",
            path=path,
            plan=plan.id,
            name=name,
        ),
        _("Undo: put {backup} back in its place.", backup=str(kept)),
        _("Calculate: {command}", command=f"thuishaven cost {path}"),
    ]
    write("".join(f"{line}\n" for line in said))
