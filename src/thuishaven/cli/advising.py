"""The command ``advice``: so what should we do, and what should we find out first?"""

from __future__ import annotations

from typing import Annotated

import typer

from thuishaven.cli.asked import Asked, calculation
from thuishaven.cli.options import known_facts, opened
from thuishaven.cli.output import show, write, write_json
from thuishaven.cli.usage import Command, WrongUsage
from thuishaven.locale import N_, _

#: Which plans are compared.
PLANS = ("own", "all")


@calculation("scenario")
def advice(
    asked: Asked,
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
    compared: Annotated[
        bool, typer.Option("--compare", help="With --set: show what the change does to the advice, and why.")
    ] = False,
) -> None:
    """Weigh the plans of a dossier and say what to do."""
    _checked(role, plans, compared, asked.changes)
    told = asked.dossier(per_unit=True)
    from thuishaven.advice import assess
    from thuishaven.advice import compare as compare_advice

    facts = known_facts()
    result = assess(told, facts, asked.settings, role=role, plans=plans)
    if explain is not None:
        try:
            write_json(result.explain(explain).to_dict())
        except LookupError:
            raise WrongUsage(_cannot_explain(explain, result.leading)) from None
        return
    plain = result.to_dict()
    difference = None
    if compared:
        before = assess(opened(asked.path), facts, asked.settings, role=role, plans=plans)
        difference = compare_advice(before, result).to_dict()
    from thuishaven.cli import similar
    from thuishaven.report.asked_cases import asked_of

    forms = {plan["id"]: plan["form"] or "" for plan in result.cost.to_dict()["plans"]}
    alike = similar.similar_to(asked_of(told, forms.get(result.leading, "")))
    if asked.as_json:
        beside = {"similar_cases": alike.to_dict()} if alike is not None else {}
        write_json(plain | ({"change": difference} if difference is not None else {}) | beside)
        return
    from thuishaven.cli.advice_page import advice_page, change_page
    from thuishaven.report.subject import subject

    about = subject(result.dossier, asked.path)
    if difference is not None:
        show(lambda width: change_page(difference, about, width))
    from thuishaven.chain import read_network

    reading = read_network(result.dossier)
    show(lambda width: advice_page(plain, about, width, asked.everything, reading))
    if alike is not None:
        write("\n" + similar.told(alike))


def _checked(role: str | None, plans: str | None, compared: bool, changes: tuple[str, ...]) -> None:
    """Stop at options that cannot be meant."""
    from thuishaven.advice import roles

    if role is not None and role not in roles():
        raise WrongUsage(
            _("--role {value}: there is no such role. Known: {known}", value=role, known=", ".join(roles()))
        )
    if plans is not None and plans not in PLANS:
        raise WrongUsage(_("--plans {value}: expected is own or all.", value=plans))
    if compared and not changes:
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
