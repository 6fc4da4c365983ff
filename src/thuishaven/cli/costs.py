"""The command ``cost``: what does each plan really cost?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from thuishaven.cli.asked import Asked, calculation, require_volume
from thuishaven.cli.failures import WrongDataError
from thuishaven.cli.options import known_facts
from thuishaven.cli.output import show, write_json
from thuishaven.cli.usage import WrongUsage
from thuishaven.locale import N_


@calculation()
def cost(
    asked: Asked,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain",
            metavar=N_("PLAN.LINE"),
            help="Show how one figure came about, as in home.P03, with its sources.",
        ),
    ] = None,
    draws_file: Annotated[
        Path | None,
        typer.Option(
            "--draws-file",
            metavar=N_("FILE.parquet"),
            help="Also write the cost per unit of every plan in every world, as Parquet.",
        ),
    ] = None,
) -> None:
    """Compare the plans of a dossier."""
    told = asked.dossier()
    from thuishaven.cost import assess

    chosen = asked.settings if explain is None else replace(asked.settings, sensitivity=False)
    result = assess(told, known_facts(), chosen)
    if explain is not None:
        try:
            explanation = result.explain(explain).to_dict()
        except LookupError:
            raise WrongUsage(_cannot_explain(explain, result.to_dict())) from None
        if asked.as_json:
            write_json(explanation)
            return
        from thuishaven.cli.explain_page import explain_page
        from thuishaven.report.subject import subject

        about = subject(told, asked.path)
        known = result.case.facts
        show(lambda width: explain_page(explanation, about, known, width))
        return
    if draws_file is not None:
        _write_draws(draws_file, result, told)
    plain = result.to_dict()
    if asked.as_json:
        write_json(plain)
        return
    require_volume(plain["plans"][0]["unit_tco"]["mean"], asked.path)
    from thuishaven.cli.cost_page import page
    from thuishaven.report.subject import subject

    about = subject(told, asked.path)
    show(lambda width: page(plain, about, width, asked.everything))


def _write_draws(path: Path, result: Any, told: Any) -> None:
    """The joint draws as a Parquet file."""
    from thuishaven.dossier import digest, to_tree
    from thuishaven.locale import _
    from thuishaven.report.draws import ParquetMissing, draws_parquet
    from thuishaven.report.write import whole

    if path.suffix != ".parquet":
        raise WrongUsage(
            _("Say where to, for example: {example}", example="--draws-file out.parquet"),
        )
    try:
        whole(path, draws_parquet(result, digest(to_tree(told))))
    except ParquetMissing:
        command = "pip install 'thuishaven[parquet]'"
        said = _(
            "The package for Parquet files is not installed. Install it with: {command}", command=command
        )
        raise WrongDataError(said) from None


def _cannot_explain(reference: str, result: dict[str, object]) -> str:
    from typing import cast

    from thuishaven.locale import _

    plans = cast("list[dict[str, Any]]", result["plans"])
    name = reference.rpartition(".")[0]
    plan = next((plan for plan in plans if plan["id"] == name), None)
    if plan is None:
        return _(
            "--explain {value}: there is no such plan. Known: {known}; write for example {example}",
            value=reference,
            known=", ".join(str(p["id"]) for p in plans),
            example=f"{plans[-1]['id']}.P03",
        )
    lines = ", ".join(dict.fromkeys(str(line["id"]) for line in plan["factors"]))
    return _(
        "--explain {value}: this plan has no amount on that line. It has: {known}",
        value=reference,
        known=lines,
    )
