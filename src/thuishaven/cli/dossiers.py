"""The commands about the dossier itself: ``new``, ``check`` and ``schema``."""

from __future__ import annotations

from typing import Annotated

import typer

from thuishaven.cli.failures import WRONG_DATA, guarded
from thuishaven.cli.options import AsJson, Language
from thuishaven.cli.output import complain, write, write_json
from thuishaven.cli.usage import WrongUsage
from thuishaven.locale import N_, PSEUDO, _, language, ngettext


def new(
    family: Annotated[
        str | None,
        typer.Option("--family", metavar=N_("FAMILY"), help="Kind of product; --family ? lists them."),
    ] = None,
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="A spreadsheet with drop-downs, units and help instead of YAML.")
    ] = False,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar=N_("FILE"), help="Where to; an existing file is kept."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    lang: Language = None,
) -> None:
    """Write a starter dossier."""
    from pathlib import Path

    from thuishaven.dossier import families

    known = families.names()
    if family == "?":
        write("\n".join(known) + "\n")
        return
    if family is not None and family not in known:
        raise WrongUsage(
            _("There is no family {value}. Known: {known}", value=family, known=", ".join(known))
        )
    chosen = family or known[0]
    speaks = "en" if language() == PSEUDO else language()
    spreadsheet = xlsx or (output or "").lower().endswith(".xlsx")
    if spreadsheet and output is None:
        output = f"{chosen}.xlsx"
    if output is None:
        write(families.new(chosen, speaks))
        return
    path = Path(output)
    if path.exists() and not force:
        complain(
            _("{path} exists and is kept. Choose another name, or replace it with --force.", path=output)
        )
        raise typer.Exit(WRONG_DATA)
    if spreadsheet:
        from thuishaven.dossier import write_template

        write_template(path, speaks, chosen)
    else:
        path.write_text(families.new(chosen, speaks), encoding="utf-8")
    write(
        _("Written: {path}. Fill it in, then: {command}", path=output, command=f"thuishaven check {output}")
        + "\n"
    )


def check(
    dossiers: Annotated[
        list[str],
        typer.Argument(
            metavar=N_("DOSSIER"), help="One or more dossiers: YAML, JSON or XLSX files.", show_default=False
        ),
    ],
    as_json: AsJson = False,
    lang: Language = None,
) -> None:
    """Check dossiers."""
    from thuishaven.dossier import DossierError, load

    worst, found = 0, []
    for path in dossiers:
        if as_json:
            try:
                load(path)
                problems = []
            except DossierError as error:
                problems = [
                    {
                        "code": problem.code,
                        "where": problem.where,
                        "line": problem.line,
                        "cell": problem.cell,
                        "params": {key: str(value) for key, value in problem.params.items()},
                        "message": problem.message(),
                    }
                    for problem in error.problems
                ]
            found.append({"file": path, "problems": problems})
            worst = max(worst, WRONG_DATA if problems else 0)
        else:
            worst = max(worst, guarded(lambda path=path: _checked(path)))  # type: ignore[misc]
    if as_json:
        write_json({"schema": "thuishaven.check/1", "files": found})
    raise typer.Exit(worst)


def _checked(path: str) -> None:
    from thuishaven.dossier import load

    dossier = load(path)
    plans = len(dossier.plans)
    write(
        ngettext(
            "{path}: good. {n} plan: {names}.",
            "{path}: good. {n} plans: {names}.",
            plans,
            path=path,
            names=", ".join(plan.id for plan in dossier.plans),
        )
        + " "
        + _("Calculate: {command}", command=f"thuishaven cost {path}")
        + "\n"
    )


def schema(lang: Language = None) -> None:
    """Print the JSON Schema of a dossier."""
    from thuishaven.dossier import json_schema

    write_json(json_schema())
