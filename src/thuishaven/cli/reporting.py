"""The command ``report``: the answer in a file, to read, to print, or to go on calculating."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from thuishaven.cli.asked import Asked, calculation
from thuishaven.cli.failures import WRONG_DATA, WrongDataError
from thuishaven.cli.options import known_facts
from thuishaven.cli.output import complain, progress, write
from thuishaven.cli.usage import Command, WrongUsage
from thuishaven.locale import N_, PSEUDO, _, language


@calculation("dossier", "as_json", "everything")
def report(
    asked: Asked,
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
) -> None:
    """Write the report of a dossier."""
    from thuishaven.cli.similar import similar_to
    from thuishaven.report import FORMATS, gather, save
    from thuishaven.report.asked_cases import asked_of

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
        if dossier is not None:
            raise WrongUsage(
                _("--replay takes the dossier from the report; leave {value} out.", value=dossier)
            )
        if not asked.plain:
            raise WrongUsage(_("--replay takes its settings from the report; leave the other options out."))
        _replay(replay, paths)
        return
    if dossier is None:
        raise WrongUsage(
            _("Name a dossier, for example: {example}", example="thuishaven report pot.yaml -o pot.html")
        )
    if not paths:
        raise WrongUsage(_("Say where to, for example: {example}", example="-o report.html"))
    told = replace(asked, path=dossier).dossier(per_unit=True)
    with progress(_("Calculating plans")) as bar:
        material = gather(told, known_facts(), asked.settings, progress=bar)
    alike = similar_to(asked_of(told, material.leading_form))
    material = replace(material, similar=alike)
    for path in paths:
        save(material, path, spoken())
        write(_("Written: {path}", path=path) + "\n")


def spoken() -> str:
    """The language of the file: that in use, English for the pseudo-language."""
    return "en" if language() == PSEUDO else language()


#: Why a file cannot be calculated again.
UNREADABLE = {
    "too_large": N_("{path}: too large for a stored report."),
    "no_json": N_("{path}: this is no JSON. Expected is a report that was written as .json."),
    "no_report": N_(
        "{path}: this is no stored report. Write one with: thuishaven report pot.yaml -o report.json"
    ),
}
DIFFERS = {
    "dossier": N_("The dossier in the file is not the one it was made from."),
    "facts": N_(
        "The facts of this program are not those of then: it is another version, or they were refreshed."
    ),
    "figures": N_("The figures are not the same."),
}


def _replay(path: str, paths: list[str]) -> None:
    """Calculate a stored report again, say whether it is the same, and write it where asked."""
    from thuishaven.report import compared, gather, read, save
    from thuishaven.report.stored import StoredError

    try:
        before = read(path)
    except StoredError as error:
        raise WrongDataError(_(UNREADABLE[error.code], path=path)) from None
    with progress(_("Calculating plans")) as bar:
        again = gather(
            before.dossier, known_facts(), before.settings, before.made, explore=before.explored, progress=bar
        )
    for target in paths:
        save(again, target, spoken())
        write(_("Written: {path}", path=target) + "\n")
    found = compared(before, again)
    if before.intact and not found:
        write(_("Calculated again: every figure is the same.") + "\n")
        return
    if not before.intact:
        complain(
            _(
                "{path} was changed after it was written: its figures are not those of its fingerprint.",
                path=path,
            )
        )
    for what in found:
        complain(_(DIFFERS[what]))
    raise typer.Exit(WRONG_DATA)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "report",
        cls=Command,
        help="The answer as a report to read, to print or to go on calculating: HTML, PDF, XLSX or JSON.",
    )(report)
