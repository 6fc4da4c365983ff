"""What is wrong with a dossier: one shape for every kind of bad input, told gently at the doors.

A problem is a code with parameters and a place; :func:`message` turns it into a sentence in the reader's
language: what is wrong,
what was expected, an example.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from thuishaven.locale import N_, _

_WRONG = {
    # a number or a range
    "wrong_unit": N_("The unit {value} does not fit here. Expected: {expected}, for example {example}."),
    "ambiguous_number": N_(
        "{value} can mean two things. Write {whole} for a whole number, or {decimal} for a number "
        "with decimals."
    ),
    "not_a_number": N_("{value} is not a number. Expected: {expected}, for example {example}."),
    "not_finite": N_("{value} is not a usable number. Expected: {expected}, for example {example}."),
    "number_too_large": N_("This number is too large to calculate with. For example {example}."),
    "negative": N_("{value} is below zero, and this cannot be negative. For example {example}."),
    "too_low": N_("{value} is too low: the lowest possible value is {lower}. For example {example}."),
    "too_high": N_("{value} is too high: the highest possible value is {upper}. For example {example}."),
    "wrong_order": N_(
        "{first} ({first_value}) is larger than {second} ({second_value}). For example {example}."
    ),
    "mode_outside": N_(
        "The most likely value must lie between the low and the high end. For example {example}."
    ),
    "negative_sd": N_(
        "A standard deviation is never below zero, and this one is {value}. For example {example}."
    ),
    "sd_too_large": N_(
        "The standard deviation {value} is too large for a mean of {mean}. Expected: {expected}, for "
        "example {example}."
    ),
    "mean_at_limit": N_(
        "The mean {value} lies on the limit {limit}, with no room for a spread. For example {example}."
    ),
    "bad_events": N_("{events} events in {trials} is not possible. For example {example}."),
    "unknown_form": N_(
        "This is not a number or a range. Write 12.5, or a range such as {{low: 10, mode: 12, high: 15}}."
    ),
    "unknown_keys": N_("A range has no {keys}. Expected: {expected}, for example {example}."),
    "unknown_shape": N_("{value} is not a shape of a range. Expected: {expected}, for example {example}."),
    "not_plain_text": N_("{key} must be text: put it between quotes. For example {example}."),
    # a code, a name, a date
    "unquoted_code": N_("{value} is a code and must stand between quotes, for example {example}."),
    "code_as_number": N_(
        "{value} is a code, but the cell holds a number. Give the cell the format Text and type it "
        "again, for example {example}."
    ),
    "unknown_country": N_(
        "There is no country {value} here. Use the three-letter code, for example {example}."
    ),
    "unknown_region": N_(
        "{value} is not a region of {country}. Write the NUTS code of one, for example {example}."
    ),
    "wrong_customs_code": N_("{value} is not a customs code of 6, 8 or 10 digits, for example {example}."),
    "wrong_nace_code": N_("{value} is not a NACE code, for example {example}."),
    "wrong_isco_code": N_("{value} is not an ISCO code of one to four digits, for example {example}."),
    "wrong_identifier": N_("{value} cannot be a name: use letters, digits, - and _, for example {example}."),
    "wrong_year": N_("{value} is not a year, for example {example}."),
    "wrong_date": N_("{value} is not a date. Write year-month-day, for example {example}."),
    "unknown_currency": N_("There is no exchange rate for {value}. Give the price in one of {expected}."),
    "unknown_incoterm": N_("{value} is not an Incoterm. Expected one of {expected}, for example {example}."),
    # fields
    "missing": N_("This field is required. For example {example}."),
    "fact_keys": N_("This figure needs other keys: what it is about. Expected: {example}."),
    "unknown_field": N_("There is no field {value} here. Did you mean {example}?"),
    "unknown_choice": N_("{value} is not one of the choices. Expected: {expected}, for example {example}."),
    "wrong_type": N_("{value} does not fit here. Expected: {expected}, for example {example}."),
    "too_long": N_("This text is too long: at most {expected} characters. For example {example}."),
    "unknown_path": N_("There is no field {value} to set. For example {example}."),
    "setting_form": N_("{value} is not a setting. Write path=value, for example {example}."),
    # fields together
    "shares": N_(
        "The shares of the sources in {year} add up to {value}. They must add up to 1, for example {example}."
    ),
    "payment_shares": N_("The instalments add up to {value}. They must add up to 1, for example {example}."),
    "market_shares": N_(
        "The shares of the markets add up to {value}. They must not exceed 1, for example {example}."
    ),
    "duplicate": N_("The name {value} is used twice. Give each its own name, for example {example}."),
    "unknown_parent": N_(
        "The part {value} goes into {parent}, which is not in the list. For example {example}."
    ),
    "circular_bom": N_(
        "The bill of materials goes in a circle: {value}. A part cannot contain itself. For example "
        "{example}."
    ),
    "unknown_maker": N_("There is no maker {value} in this list. Known: {expected}."),
    "unknown_source": N_("There is no source {value} today. Known: {expected}."),
    "no_sources": N_(
        "The first plan is today: say who makes the product now, in which country, at what price. "
        "For example {example}."
    ),
    "no_price": N_("Today's price is needed: give unit_price for a supplier. For example {example}."),
    "until_before_from": N_(
        "The last year lies before the first. Expected: {expected} or later, for example {example}."
    ),
    "unknown_parameter": N_(
        "There is no parameter {value}. See: thuishaven facts show. For example {example}."
    ),
    "unknown_line": N_("There is no line {value} in the cost factors. For example {example}."),
    # files
    "no_file": N_("There is no file {value}."),
    "unknown_format": N_("Files of this kind are not read. Expected: {expected}."),
    "too_large": N_("This file is too large ({value}). The most that is read is {expected}."),
    "not_text": N_("This is not a text file in UTF-8. Save it again with the encoding UTF-8."),
    "hidden_character": N_("An invisible character ({value}) stands here. Delete it or type the text again."),
    "not_yaml": N_("This is not readable as YAML: {value}. For example {example}."),
    "tab": N_("A tab stands here. Indent with spaces, for example {example}."),
    "duplicate_key": N_("{value} stands here twice. Keep one."),
    "too_deep": N_("This file is nested too deeply to be a dossier."),
    "alias_bomb": N_("This file refers to itself too often to be a dossier."),
    "not_a_dossier": N_("This is not a dossier. It should start with {example}."),
    # spreadsheets
    "not_xlsx": N_("This is not a readable XLSX file. Save it as XLSX, without a password."),
    "zip_bomb": N_(
        "Unpacked, this file is far larger ({value}) than a dossier. The most that is read is {expected}."
    ),
    "too_slow": N_("Reading this file takes longer than {expected}, far more than a dossier needs."),
    "not_a_template": N_("This spreadsheet does not follow the template. Make one with {example}."),
    "merged_cells": N_("These cells are merged. Split them: each value needs a cell of its own."),
    "formula_without_value": N_(
        "This formula holds no value. Put the value itself in the cell, for example {example}."
    ),
    "number_as_text": N_("{value} is text here. Type it as a number: {example}."),
    "unused_cell": N_("Nothing is read from this cell: {value}. Expected: {expected}."),
    "unknown_plan": N_("There is no plan {value} in the sheet with the plans. Known: {expected}."),
    # many parts at once
    "unknown_column": N_("There is no field for the column {value}. Did you mean {example}?"),
    "no_column": N_("A column {value} is needed. For example {example}."),
    "no_parts": N_("There are no parts in {value}. Expected: {expected}."),
    "unknown_investment": N_("There is no investment {value}. Known: {expected}."),
    "no_plan": N_("There is no plan {value} in the pattern. Known: {expected}."),
}

#: Codes of a quantity that mean the same as one above.
SAME = {
    "too_large": "number_too_large",
    "below_limit": "too_low",
    "above_limit": "too_high",
    "not_text": "not_plain_text",
}

_PARAMS = frozenset(
    name for text in _WRONG.values() for _text, name, _spec, _turn in Formatter().parse(text) if name
)
#: What is expected of a quantity, as the reader of quantities says it.
_EXPECTED = frozenset(
    (
        N_("a number, {low, mode, high}, {min, mode, max}, {min, max}, {low, high} or {mean, sd}"),
        N_("a number with a decimal point, without quotes or separators"),
        N_("a finite number"),
        N_("a number below 1e100"),
        N_("0 or more"),
        N_("at least the limit"),
        N_("at most the limit"),
        N_("the smaller one first"),
        N_("a smaller standard deviation, or quantiles"),
        N_("a mean inside the limits, or bounds"),
        N_("whole events, not more than trials"),
        N_("pert or triangular, with {min, mode, max}"),
    )
)
#: Every code a problem may have.
CODES = frozenset(_WRONG)


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
        params = {**dict.fromkeys(_PARAMS, ""), **self.params}
        if params["expected"] in _EXPECTED:
            params["expected"] = _(params["expected"])
        return _(_WRONG[self.code], **params)


class DossierError(ValueError):
    """A dossier that cannot be used; ``problems`` says why, each with place, expectation and example."""

    def __init__(self, problems: list[Problem], path: str = "") -> None:
        self.problems = problems
        self.path = path
        super().__init__("; ".join(f"{problem.code} {problem.where}".strip() for problem in problems))

    def __reduce__(self) -> tuple[Any, ...]:
        """From one process to another it goes with its problems, not only with its message."""
        return type(self), (self.problems, self.path)
