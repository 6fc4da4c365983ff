"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from thuishaven.cli.usage import WrongUsage
from thuishaven.locale import LANGUAGES, N_, PSEUDO, _

if TYPE_CHECKING:
    from thuishaven.dossier import Dossier, Settings
    from thuishaven.facts import FactSet

#: Largest number of draws that is worth waiting for, and the smallest that has a spread.
MOST_DRAWS = 2**20
FEWEST_DRAWS = 64
#: Years that a plan may be looked ahead.
LONGEST_HORIZON = 64


def _language(value: str | None) -> str | None:
    if value is not None and value not in (*LANGUAGES, PSEUDO):
        raise WrongUsage(
            _("There is no language {value}. Expected: {known}", value=value, known=", ".join(LANGUAGES))
        )
    return value


DossierFile = Annotated[
    str,
    typer.Argument(metavar=N_("DOSSIER"), help="The dossier: a YAML, JSON or XLSX file.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON with every figure, for programs.")]
Language = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar=N_("LANGUAGE"),
        callback=_language,
        help="nl, en or fr. Without it, the environment decides: THUISHAVEN_LANG, then LANG.",
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar=N_("PATH=VALUE"),
        help="Change a field before calculating, as in demand.units_per_year=50000. May be given again.",
    ),
]
Seed = Annotated[
    str | None,
    typer.Option("--seed", metavar=N_("NUMBER"), help="The root of all random draws; 1 by default."),
]
DrawCount = Annotated[
    str | None,
    typer.Option(
        "--draws",
        metavar=N_("NUMBER"),
        help="How many worlds are calculated, a power of two: 4096 by default, 65536 for a report.",
    ),
]
Horizon = Annotated[
    str | None, typer.Option("--horizon", metavar=N_("YEARS"), help="How many years are looked ahead.")
]
ScenarioName = Annotated[
    str | None,
    typer.Option(
        "--scenario", metavar=N_("NAME"), help="Calculate in one scenario, for example freight_crisis."
    ),
]
Everything = Annotated[bool, typer.Option("--all", help="Show every line, warning and missing figure.")]


def whole(option: str, value: str | None, low: int, high: int | None = None) -> int | None:
    """Read a whole number from an option.

    Raises
    ------
    WrongUsage
        For anything else, or a number out of range.
    """
    if value is None:
        return None
    try:
        number = int(value)
    except ValueError:
        number = None
    if number is None or number < low or (high is not None and number > high):
        if high is None:
            raise WrongUsage(
                _(
                    "{option} {value}: expected is a whole number from {low}.",
                    option=option,
                    value=value,
                    low=low,
                )
            )
        raise WrongUsage(
            _(
                "{option} {value}: expected is a whole number from {low} to {high}.",
                option=option,
                value=value,
                low=low,
                high=high,
            )
        )
    return number


def settings(
    seed: str | None = None,
    draws: str | None = None,
    horizon: str | None = None,
    scenario: str | None = None,
    default_draws: int | None = None,
) -> Settings:
    """The settings that the options ask for.

    Raises
    ------
    WrongUsage
        For a value that cannot be used, with what was expected.
    """
    from thuishaven.dossier import Settings

    given: dict[str, Any] = {
        "seed": whole("--seed", seed, 0),
        "draws": whole("--draws", draws, FEWEST_DRAWS, MOST_DRAWS) or default_draws,
        "horizon_years": whole("--horizon", horizon, 1, LONGEST_HORIZON),
        "scenario": _scenario(scenario),
    }
    count = given["draws"]
    if count is not None and count & (count - 1):
        near = 2 ** (count.bit_length() - 1)
        raise WrongUsage(
            _(
                "--draws {value}: expected is a power of two, for example {example}.",
                value=count,
                example=near,
            )
        )
    return Settings(**{name: value for name, value in given.items() if value is not None})


def _scenario(name: str | None) -> str | None:
    if name is None:
        return None
    from thuishaven.cost import scenarios

    if name not in scenarios():
        raise WrongUsage(
            _("There is no scenario {value}. Known: {known}", value=name, known=", ".join(scenarios()))
        )
    return name


def opened(path: str, changes: list[str] | None = None) -> Dossier:
    """The dossier in a file, with the fields changed that ``--set`` names.

    Raises
    ------
    DossierError
        With every problem of the file or the changes.
    """
    from thuishaven.dossier import DossierError, Problem, build, load
    from thuishaven.uncertainty import keep_freed_memory

    keep_freed_memory()
    if not changes:
        return load(path)
    from thuishaven.dossier import apply_settings, open_document

    tree = open_document(path).tree
    try:
        return build(apply_settings(tree, changes))
    except DossierError as error:
        wrong = [problem for problem in error.problems if problem.code in ("setting_form", "unknown_path")]
        if wrong:
            raise WrongUsage(f"--set: {wrong[0].message()}") from None
        problems = [Problem(problem.code, problem.where, problem.params) for problem in error.problems]
        raise DossierError(problems, "--set") from None


def known_facts() -> FactSet:
    """The facts of the package, with the refreshed ones above them where this user accepted some."""
    from thuishaven.facts import bundled
    from thuishaven.facts.connectors import data_folder, with_refreshed

    return with_refreshed(bundled(), data_folder())
