"""The words of cases: names of fields and codes, and what is wrong with a row, a claim or a step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thuishaven.databank.cases import fields, labels, motives
from thuishaven.locale import N_, _, language, number

#: Where the names of the codes of a facet or field stand, when not under its own name.
_LISTS = {
    "state": "status",
    "case.case_type": "case_type",
    "move.form_from": "form",
    "move.form_to": "form",
    "move.activity": "activity",
    "case.evidence": "evidence",
    "organisation.size_class": "size_class",
}
_FACETS = {
    "state": N_("State"),
    "case_type": N_("Kind of case"),
    "sector": N_("Sector"),
    "from": N_("Coming from"),
    "to": N_("Going to"),
    "region": N_("Region"),
    "form": N_("Form"),
    "motive": N_("Motive"),
    "year": N_("Announced in"),
    "support": N_("Public support"),
}
_PROBLEMS = {
    "unknown_field": N_("There is no field {field}."),
    "wrong_value": N_("{value} cannot stand here. Expected: {expected}"),
    "no_day": N_("{value} is no date. Write 2018, 2018-06 or 2018-06-15."),
    "date_needed": N_("This needs a date (as_of): the day it was so."),
    "unknown_qualifier": N_("There is no property {value}."),
    "source_needed": N_("The source is missing: who published this?"),
    "too_long": N_("This is too long: at most {most} characters."),
    "unknown_country": N_(
        "{value} is no country that we know. Write its name or its three letters, as in NLD."
    ),
    "cell_needed": N_("This cell is empty and must not be."),
    "key_needed": N_("This row has no key to know it by."),
    "key_twice": N_("The key {value} is there twice."),
    "unknown_form": N_("The heading of this list is not known. A list has one of these columns: {expected}"),
    "columns_needed": N_(
        "The heading of this list is not known: its first row must name these columns: {expected}."
    ),
    "too_many_rows": N_("This list is too long: at most {most} rows are taken in at once."),
    "no_rows": N_("This list has no rows."),
    "missing": N_("Nothing is said of {field}."),
    "case_closed": N_("This case is not open for new claims now."),
    "claim_frozen": N_("What a coder chose is not changed any more: another round puts it right."),
    "no_transition": N_("This step is not possible now. Possible: {possible}"),
    "reason_needed": N_("Give a reason."),
    "reason_code": N_("Begin the reason with one of: {expected}"),
    "text_form": N_("Write something, at most {most} characters."),
    "source_without_address": N_("No source has an address and a date."),
    "duplicates_unjudged": N_("First judge the likely duplicates: {n}."),
    "source_not_new": N_("Every source was known already: a case is taken up again on new evidence."),
    "share_needed": N_("State the realised share ({least} or more), or note: all moved."),
    "round_taken": N_("Two others are coding this case already."),
    "invited_often": N_("For this case {most} letters were sent already."),
    "own_codes": N_("Nobody settles or approves what they coded."),
    "other_coder": N_("This is another coder's work."),
    "task_done": N_("This round is over: what was chosen is not changed any more."),
    "codes_there": N_("Something was chosen already."),
    "fields_missing": N_("Something must still be said of: {fields}"),
    "settled": N_("This is settled already."),
    "signal_settled": N_("This is settled already."),
    "disagreements_left": N_("Disagreements that are not settled: {n}."),
    "undone_already": N_("This import was undone already."),
    "unknown_facet": N_("There is no facet {value}. Expected one of: {expected}"),
    "unknown_sort": N_("There is no order {value}. Expected one of: {expected}"),
    "page_beyond": N_("The list goes no further than {most} cases: choose more closely."),
    "reshoring_elsewhere": N_("It is called a return, and goes to {to} instead of the home country {home}."),
    "status_order": N_("The dates of the states contradict their order: {states}"),
    "never_there": N_("It was reversed, and never said to have been done, if only in part."),
    "shares_above_one": N_("The shares of {activity} add up to more than the whole."),
}


#: What a cell of a list of publications may look like.
_EXAMPLES = {
    "doi": "10.2806/610125",
    "url": "https://example.org/paper",
    "year": "2019",
    "language": "nl",
}


def facet_name(name: str) -> str:
    """Name of a facet in the reader's language."""
    return _(_FACETS[name]) if name in _FACETS else name


def field_name(name: str) -> str:
    """Name of a field in the reader's language."""
    found = fields().get(name)
    return found.labels[_language()] if found else name


def code_name(name: str, code: str) -> str:
    """Name of a code of a field, a facet or a list of ``codes.csv``, in the reader's language."""
    from thuishaven.report.words import country_name

    if code == "unknown":
        return _("unknown")
    if name == "motive":
        return motives()[code].labels[_language()] if code in motives() else code
    if name in {"from", "to"} or name.endswith("country"):
        return country_name(code)
    found = labels(_LISTS.get(name, name)).get(code)
    return found[_language()] if found else code


def problem(code: str, params: Mapping[str, Any]) -> str:
    """What is wrong, in words; the code itself where there are none."""
    if code == "flaws":
        return " ".join(problem(flaw.code, flaw.params) for flaw in params["flaws"])
    if code not in _PROBLEMS:
        return _("You may not do this ({code}).", code=code)
    given = {name: _told(name, value) for name, value in params.items()}
    return _(_PROBLEMS[code], **given)


def known(code: str) -> bool:
    """Whether there are words for a code."""
    return code in _PROBLEMS or code == "flaws"


def publication_flaw(column: str, code: str, value: str, most: int = 0) -> str:
    """What is wrong with a cell of a list of publications, with what was expected there."""
    from thuishaven.databank.literature import KINDS

    expected = {"kind": ", ".join(KINDS), **_EXAMPLES}.get(column, "")
    return problem(code, {"value": value, "expected": expected, "most": most})


def _told(name: str, value: Any) -> str:
    if name == "field":
        return field_name(str(value))
    if name == "fields":
        return ", ".join(dict.fromkeys(field_name(field) for _move, field in value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value)
    return str(value)


def _language() -> str:
    here = language()
    return here if here in {"nl", "en", "fr"} else "en"
