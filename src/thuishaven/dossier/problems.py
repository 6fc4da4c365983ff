"""What is wrong with a dossier: one shape for every kind of bad input, told gently at the doors.

A problem is a code with parameters and a place; :func:`message` turns it into a sentence in the reader's language: what is wrong,
what was expected, an example.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from thuishaven.locale import N_, _

_WRONG = {
    "wrong_unit": N_("The unit {value} does not fit here. Expected: {expected}, for example {example}."),
    "ambiguous_number": N_(
        "{value} can mean two things. Write {whole} for a whole number, or {decimal} for a number with decimals."
    ),
    "not_a_number": N_("{value} is not a number. Expected: {expected}, for example {example}."),
    "not_finite": N_("{value} is not a usable number. Expected: {expected}, for example {example}."),
    "too_low": N_("{value} is too low: the lowest possible value is {lower}. For example {example}."),
    "too_high": N_("{value} is too high: the highest possible value is {upper}. For example {example}."),
    "not_ordered": N_("The low end must not lie above the high end. For example {example}."),
    "mode_outside": N_("The most likely value must lie between the low and the high end. For example {example}."),
    "unknown_form": N_(
        "This is not a number or a range. Write 12.5, or a range such as {{low: 10, mode: 12, high: 15}}."
    ),
    "unquoted_code": N_("{value} is a code and must stand between quotes, for example {example}."),
    "unknown_country": N_("There is no country {value} here. Use the three-letter code, for example {example}."),
    "wrong_customs_code": N_("{value} is not a customs code of 6, 8 or 10 digits, for example {example}."),
    "wrong_nace_code": N_("{value} is not a NACE code, for example {example}."),
    "wrong_identifier": N_("{value} cannot be a name: use letters, digits, - and _, for example {example}."),
    "wrong_year": N_("{value} is not a year, for example {example}."),
    "unknown_incoterm": N_("{value} is not an Incoterm. Expected one of {expected}."),
    "missing": N_("This field is required. For example {example}."),
    "unknown_field": N_("There is no field {value} here. Did you mean {example}?"),
    "unknown_choice": N_("{value} is not one of the choices. Expected: {expected}."),
    "wrong_type": N_("{value} does not fit here. Expected: {expected}, for example {example}."),
    "shares": N_("The shares of the sources in {year} add up to {value}. They must add up to 1."),
    "payment_shares": N_("The instalments add up to {value}. They must add up to 1."),
    "market_shares": N_("The shares of the markets add up to {value}. They must not exceed 1."),
    "duplicate": N_("The name {value} is used twice. Give each its own name."),
    "unknown_parent": N_("The part {value} goes into {parent}, which is not in the list."),
    "circular_bom": N_("The bill of materials goes in a circle: {value}. A part cannot contain itself."),
    "unknown_source": N_("There is no source {value} today. Known: {expected}."),
    "no_sources": N_("The first plan is today: say who makes the product now, in which country, at what price."),
    "no_price": N_("Today's price is needed: give unit_price for a supplier. For example {example}."),
    "too_large": N_("This file is too large ({value}). The most that is read is {expected}."),
    "not_yaml": N_("This is not readable as YAML: {value}."),
    "not_text": N_("This is not a text file in UTF-8."),
    "too_deep": N_("This file is nested too deeply to be a dossier."),
    "not_a_dossier": N_("This is not a dossier. It should start with {example}."),
    "no_file": N_("There is no file {value}."),
    "unknown_format": N_("Files of this kind are not read. Expected: {expected}."),
    "duplicate_key": N_("{value} stands here twice. Keep one."),
    "alias_bomb": N_("This file refers to itself too often to be a dossier."),
    "not_xlsx": N_("This is not a readable XLSX file."),
    "unknown_parameter": N_("There is no parameter {value}. See: thuishaven facts show."),
    "unknown_line": N_("There is no line {value} in the cost factors."),
    "until_before_from": N_("The last year lies before the first. Expected: {expected} or later."),
    "unknown_path": N_("There is no field {value} to set. For example {example}."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where.

    Parameters
    ----------
    code
        Kind of problem, a key of the messages.
    where
        Path of the field, as in ``plans[home].sources[0].share``.
    params
        What the message mentions: value, expected, example.
    line
        Line in a YAML file, from 1; ``None`` where there is none.
    cell
        Cell in a spreadsheet, as in ``Plans!C7``.
    """

    code: str
    where: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    line: int | None = None
    cell: str | None = None

    def place(self) -> str:
        """Where it is, in the reader's words."""
        parts = [_("line {line}", line=self.line)] if self.line is not None else []
        if self.cell:
            parts.append(_("cell {cell}", cell=self.cell))
        if self.where:
            parts.append(self.where)
        return ", ".join(parts)

    def message(self) -> str:
        """What is wrong and what to do, in the language in use."""
        text = {"value": "", "expected": "", "example": "", "lower": "", "upper": "", "parent": "", "year": "", "whole": "", "decimal": ""}
        return _(_WRONG[self.code], **{**text, **self.params})


class DossierError(ValueError):
    """A dossier that cannot be used; ``problems`` says why, each with place, expectation and example."""

    def __init__(self, problems: list[Problem], path: str = "") -> None:
        self.problems = problems
        self.path = path
        super().__init__("; ".join(f"{problem.code} {problem.where}".strip() for problem in problems))
