"""What can be asked beside the dossier itself: the parameters in the address. An unknown one is refused.

Descriptions are for programmers and in English: ``Described`` is not collected for translation.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic import Field as Described
from pydantic_core import PydanticCustomError

from thuishaven.dossier import Settings

#: Fewest draws that have a spread, as in a terminal.
FEWEST = 64
#: Years that a plan may be looked ahead, as in a terminal.
LONGEST = 64


def _power(value: int) -> int:
    if value & (value - 1):
        raise PydanticCustomError("draws", "expected is a power of two")
    return value


Draws = Annotated[int, Described(ge=FEWEST, le=2**20), AfterValidator(_power)]
Text = Annotated[str, Described(max_length=256)]


class Asked(BaseModel):
    """Parameters that every calculation takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = Described(default=1, ge=0, lt=2**63, description="The root of all random draws.")
    draws: Draws | None = Described(
        default=None, description="How many worlds are calculated, a power of two."
    )

    def settings(self, draws: int) -> Settings:
        """How to calculate; ``draws`` where nothing else was asked for."""
        given = {
            name: value
            for name, value in self.model_dump().items()
            if name in Settings.__dataclass_fields__ and value is not None
        }
        return Settings(**{"draws": draws, **given})


class DossierAsked(Asked):
    """Parameters of a calculation on a dossier."""

    horizon_years: int | None = Described(
        default=None, ge=1, le=LONGEST, description="How many years are looked ahead."
    )
    discount_rate: float | None = Described(
        default=None, gt=-0.5, lt=1, description="Nominal after-tax rate per year, as in 0.08."
    )
    as_of: dt.date | None = Described(
        default=None, description="Date of the figures; by default the dossier's."
    )
    set: tuple[Text, ...] = Described(
        default=(),
        max_length=64,
        description="Change a field before calculating, as in demand.units_per_year=50000.",
    )


class CostAsked(DossierAsked):
    """Parameters of the cost of each plan."""

    mid_year: bool = Described(
        default=False, description="Flows fall in the middle of the year, not at its end."
    )
    scenario: Text | None = Described(
        default=None, description="Calculate in one scenario, as freight_crisis."
    )
    sensitivity: bool = Described(
        default=True, description="Add sensitivities, value of information, break-evens and regret."
    )
    total_order: bool = Described(default=False, description="Add total-order sensitivities.")
    hidden_cost_uplift: bool = Described(
        default=False, description="Add the uplift for unmeasured hidden costs."
    )


class FigureAsked(CostAsked):
    """Parameters of one figure explained."""

    figure: Text = Described(description="Plan and cost line.", examples=["home.P03"])


class MoveAsked(DossierAsked):
    """Parameters of a slider."""

    move: tuple[Text, ...] = Described(
        default=(), max_length=32, description="Input and its new value, as in today.unit_price=8.2."
    )


class ExploreAsked(DossierAsked):
    """Parameters of an exploration."""

    top: int | None = Described(default=None, ge=1, le=10_000, description="Only the cheapest plans.")


class AdviceAsked(DossierAsked):
    """Parameters of the advice."""

    role: Literal["firm", "adviser", "region"] | None = Described(
        default=None, description="Whose weights; by default as the dossier's preferences say."
    )
    plans: Literal["own", "all"] | None = Described(
        default=None, description="The plans of the dossier, or with those that nobody typed in."
    )


class AdviceFigureAsked(AdviceAsked):
    """Parameters of one figure of the advice explained."""

    figure: Text = Described(description="Figure of the advice.", examples=["worth.home"])


class RegionFigureAsked(DossierAsked):
    """Parameters of one figure of the region explained."""

    figure: Text = Described(description="Plan and figure.", examples=["home.fte_net"])


class File(StrEnum):
    """What a report can be written as."""

    html = "html"
    pdf = "pdf"
    xlsx = "xlsx"
    json = "json"


class ReportAsked(DossierAsked):
    """Parameters of a report."""

    to: File = Described(default=File.html, description="The kind of file.")
    lang: Literal["nl", "en", "fr"] = Described(default="nl", description="Language of the report.")
    scenario: Text | None = Described(default=None, description="Calculate in one scenario.")


class BatchAsked(Asked):
    """Parameters of many parts at once."""

    horizon_years: int | None = Described(
        default=None, ge=1, le=LONGEST, description="How many years are looked ahead."
    )
    plan: Text | None = Described(default=None, description="The plan that brings a part home.")


class Form(StrEnum):
    """How a dossier is written."""

    yaml = "yaml"
    json = "json"
    xlsx = "xlsx"


class ConvertAsked(BaseModel):
    """Parameters of a dossier in another form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: Form = Described(default=Form.yaml, description="The form to write.")
    lang: Literal["nl", "en", "fr"] = Described(
        default="nl", description="Language of headings and help (XLSX)."
    )
    set: tuple[Text, ...] = Described(default=(), max_length=64, description="Change a field first.")


class CheckAsked(BaseModel):
    """Parameters of a check."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    set: tuple[Text, ...] = Described(default=(), max_length=64, description="Change a field first.")


class Nothing(BaseModel):
    """No parameters: any is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def moves(given: tuple[str, ...]) -> dict[str, float]:
    """Inputs and their new values, from ``name=value``.

    Raises
    ------
    DossierError
        For another form, or a value that is no number.

    Examples
    --------
    >>> moves(("today.unit_price=8.2",))
    {'today.unit_price': 8.2}
    """
    import math

    from thuishaven.dossier import DossierError, Problem

    found: dict[str, Any] = {}
    problems = []
    for item in given:
        name, sign, text = item.rpartition("=")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not (sign and name):
            example = "today.unit_price=8.2"
            problems.append(Problem("setting_form", "move", {"value": item[:60], "example": example}))
        elif not math.isfinite(value):
            params = {"value": text[:40], "expected": "12.5", "example": f"{name[:60]}=8.2"}
            problems.append(Problem("not_a_number", name[:60], params))
        else:
            found[name] = value
    if problems:
        raise DossierError(problems)
    return found
