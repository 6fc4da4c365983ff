"""The command ``advice``: so what should we do, and what should we find out first?"""

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
from thuishaven.cli.output import show, write, write_json
from thuishaven.cli.usage import Command, WrongUsage
from thuishaven.locale import N_, _

#: Which plans are compared.
PLANS = ("own", "all")


def advice(
    dossier: DossierFile,
    as_json: AsJson = False,
    role: Annotated[
        str | None,
        typer.Option(
            "--role",
            metavar=N_("ROLE"),
            help="Weigh as firm, adviser or region; by default as the dossier's preferences say.",
        ),
    ] = None,
    plans: Annotated[
        str | None,
        typer.Option(
            "--plans",
            metavar=N_("WHICH"),
            help="own: the plans of the dossier; all: with the plans nobody typed in.",
        ),
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain",
            metavar=N_("FIGURE"),
            help="Follow one figure of the advice, as in worth.home or measure.home.cost; prints JSON.",
        ),
    ] = None,
    change: Set = None,
    compared: Annotated[
        bool, typer.Option("--compare", help="With --set: show what the change does to the advice, and why.")
    ] = False,
    seed: Seed = None,
    draws: DrawCount = None,
    horizon: Horizon = None,
    everything: Everything = False,
    lang: Language = None,
) -> None:
    """Weigh the plans of a dossier and say what to do."""
    chosen = settings(seed, draws, horizon)
    _checked(role, plans, compared, change)
    told = opened(dossier, change)
    from thuishaven.advice import assess
    from thuishaven.advice import compare as compare_advice
    from thuishaven.cli.costs import require_volume
    from thuishaven.locale import language, speak

    speak(language(), told.company.country)
    require_volume(told.demand.units_per_year.p95 or None, dossier)
    facts = known_facts()
    result = assess(told, facts, chosen, role=role, plans=plans)
    if explain is not None:
        try:
            write_json(result.explain(explain).to_dict())
        except LookupError:
            raise WrongUsage(_cannot_explain(explain, result.leading)) from None
        return
    plain = result.to_dict()
    difference = None
    if compared:
        before = assess(opened(dossier), facts, chosen, role=role, plans=plans)
        difference = compare_advice(before, result).to_dict()
    from thuishaven.cli import similar
    from thuishaven.report.asked_cases import asked_of

    forms = {plan["id"]: plan["form"] or "" for plan in result.cost.to_dict()["plans"]}
    alike = similar.similar_to(asked_of(told, forms.get(result.leading, "")))
    if as_json:
        beside = {"similar_cases": alike.to_dict()} if alike is not None else {}
        write_json(plain | ({"change": difference} if difference is not None else {}) | beside)
        return
    from thuishaven.cli.advice_page import advice_page, change_page
    from thuishaven.report.subject import subject

    about = subject(result.dossier, dossier)
    if difference is not None:
        show(lambda width: change_page(difference, about, width))
    show(lambda width: advice_page(plain, about, width, everything))
    if alike is not None:
        write("\n" + similar.told(alike))


def _checked(role: str | None, plans: str | None, compared: bool, change: list[str] | None) -> None:
    """Stop at options that cannot be meant."""
    from thuishaven.advice import roles

    if role is not None and role not in roles():
        raise WrongUsage(
            _("--role {value}: there is no such role. Known: {known}", value=role, known=", ".join(roles()))
        )
    if plans is not None and plans not in PLANS:
        raise WrongUsage(_("--plans {value}: expected is own or all.", value=plans))
    if compared and not change:
        raise WrongUsage(
            _(
                "--compare needs --set: say what changes, for example {example}.",
                example="--set preferences.weights.cost=0.6",
            )
        )


def _cannot_explain(reference: str, plan: str) -> str:
    return _(
        "--explain {value}: there is no such figure. Write for example {example}",
        value=reference,
        example=f"worth.{plan}, measure.{plan}.cost, weight.cost, {plan}.K01",
    )


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "advice",
        cls=Command,
        help="So what should we do, how sure is that, and what should we find out first?",
    )(advice)
