"""What every calculation on a dossier is asked: its options stand here once, and what they ask for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from thuishaven.cli.failures import WrongDataError
from thuishaven.cli.options import (
    AsJson,
    DossierFile,
    DrawCount,
    Everything,
    Horizon,
    Language,
    ScenarioName,
    Seed,
    Set,
    opened,
    settings,
)
from thuishaven.locale import _, language, speak

if TYPE_CHECKING:
    from thuishaven.dossier import Dossier, Settings

_KIND = inspect.Parameter.POSITIONAL_OR_KEYWORD
#: The options before those of the command itself, and those behind, by the name of what they fill in.
_BEFORE = (
    inspect.Parameter("dossier", _KIND, annotation=DossierFile),
    inspect.Parameter("as_json", _KIND, default=False, annotation=AsJson),
)
_BEHIND = (
    inspect.Parameter("changes", _KIND, default=None, annotation=Set),
    inspect.Parameter("seed", _KIND, default=None, annotation=Seed),
    inspect.Parameter("draws", _KIND, default=None, annotation=DrawCount),
    inspect.Parameter("horizon", _KIND, default=None, annotation=Horizon),
    inspect.Parameter("scenario", _KIND, default=None, annotation=ScenarioName),
    inspect.Parameter("everything", _KIND, default=False, annotation=Everything),
    inspect.Parameter("lang", _KIND, default=None, annotation=Language),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a calculation.

    Parameters
    ----------
    path
        The file of the dossier; empty where the command reads it from elsewhere.
    changes
        The fields that ``--set`` changes, as typed.
    settings
        Seed, draws, horizon and scenario.
    as_json, everything
        Whether ``--json`` and ``--all`` were given.
    plain
        Whether nothing was asked for beyond the file.
    """

    path: str
    changes: tuple[str, ...]
    settings: Settings
    as_json: bool
    everything: bool
    plain: bool

    def dossier(self, per_unit: bool = False) -> Dossier:
        """The dossier that is asked about; what is told of it from here on is in the words of its country.

        Parameters
        ----------
        per_unit
            Stop where no units are asked for in any year, since there is no cost per unit then.

        Raises
        ------
        DossierError
            With every problem of the file or the changes.
        WrongDataError
            When there are no units.
        """
        found = opened(self.path, list(self.changes))
        speak(language(), found.company.country)
        if per_unit:
            require_volume(found.demand.units_per_year.p95 or None, self.path)
        return found


def calculation(
    *left_out: str, draws: int | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options that calculations share; it gets what they ask for as its first argument.

    Parameters
    ----------
    left_out
        Names of shared options that this command does without, such as ``scenario``.
    draws
        How many draws when none are asked for; the default of all calculations when absent.
    """

    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
        before, behind = ([p for p in part if p.name not in left_out] for part in (_BEFORE, _BEHIND))

        def run(**words: Any) -> None:
            shared = {option.name: words.pop(option.name) for option in (*before, *behind)}
            command(_asked(shared, draws), **words)

        every = sorted([*before, *own, *behind], key=lambda option: option.default is not option.empty)
        run.__doc__, run.__name__ = command.__doc__, command.__name__
        run.__annotations__ = {option.name: option.annotation for option in every}
        run.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]
        return run

    return with_options


def _asked(shared: Mapping[str, Any], draws: int | None) -> Asked:
    """What the shared options ask for."""
    given = {name: shared.get(name) for name in ("seed", "draws", "horizon", "scenario")}
    changes = shared.get("changes")
    return Asked(
        shared.get("dossier", ""),
        tuple(changes or ()),
        settings(**given, default_draws=draws),
        shared.get("as_json", False),
        shared.get("everything", False),
        plain=changes is None and all(value is None for value in given.values()),
    )


def require_volume(unit_cost: float | None, path: str) -> None:
    """A page speaks of cost per unit; where there are no units it says so instead."""
    if unit_cost is None:
        said = _(
            "No units are asked for in any year, so there is no cost per unit. Look at {field}.",
            field="demand.units_per_year",
        )
        raise WrongDataError(f"{path}: {said}")
