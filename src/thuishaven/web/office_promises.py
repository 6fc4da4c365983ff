"""What a company promised, beside what it said came of it: from a form, and in words and tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from starlette.datastructures import FormData

from thuishaven.access import AccessError
from thuishaven.databank.office import Held, Promise, Step
from thuishaven.dossier import Problem, numeral
from thuishaven.locale import N_, _, in_percent, listing, ngettext, number
from thuishaven.report.blocks import Cell, Column, Number, Table
from thuishaven.web.case_words import day
from thuishaven.web.figures import problem_of, typed
from thuishaven.web.office_pages import day_of
from thuishaven.web.people_forms import text

#: The fields of the form that tell a promise.
FIELDS = ("promised_jobs", "promised_volume", "promised_by")
#: A month, as it is written here or by a browser.
_MONTH = re.compile(r"(?:(?P<month>\d{1,2})[-/. ](?P<year>\d{4}))|(?:(?P<first>\d{4})-(?P<second>\d{2}))")
#: What may stand behind a number of jobs.
_UNITS = frozenset({"", "fte", "vte", "etp"})
#: A share is written and typed in per cent.
_PER_CENT = 100
#: What is promised, and what it is called in the table.
_ROWS = {
    "jobs_fte": N_("Jobs, in full-time equivalents"),
    "volume_share": N_("Share of the volume made at the chosen place"),
}
#: What stands where there is no figure.
_STATES = {
    "waiting": N_("no answer yet"),
    "not_yet": N_("not asked yet"),
    "never": N_("not asked"),
    "refused": N_("did not want to answer"),
    "no_answer": N_("no answer"),
    "answered": N_("left open"),
}
_WRONG = {
    "promise_what": N_("Say what is promised by that day: jobs, a share of the volume, or both."),
    "promise_when": N_(
        "Say by when it is expected: without a day nobody can hold a promise beside what came."
    ),
    "promise_past": N_("This day lies before the decision."),
}
_FORMS = {
    "promised_jobs": N_("Expected is a number of full-time equivalents, 0 or more. For example {example}."),
    "promised_volume": N_("Expected is a share from 0 to 100 per cent. For example {example}."),
    "promised_by": N_("Expected is a month or a day. For example {example}."),
}


def examples() -> dict[str, str]:
    """What may be typed in each field, in the language in use."""
    return {
        "promised_jobs": number(12.5, 1),
        "promised_volume": number(80),
        "promised_by": _("{month} or {day}", month="06/2028", day="30/06/2028"),
    }


def promise_in(form: FormData) -> Promise | None:
    """What a form says is promised, as it was typed in the language in use; ``None`` for nothing.

    Raises
    ------
    AccessError
        ``promise_form`` with the ``field``, and the ``text`` that is no figure or no day.
    """
    if not any(text(form, name) for name in FIELDS):
        return None
    jobs = _figure(form, "promised_jobs", _UNITS)
    return Promise(jobs, _figure(form, "promised_volume", frozenset({""}), _PER_CENT), _by(form))


def _figure(form: FormData, field: str, units: frozenset[str], scale: float = 1) -> float | None:
    told = text(form, field, 32)
    if not told:
        return None
    value, unit = typed(told, scale)
    # A share of jobs is no number of jobs.
    wrong = not isinstance(value, int | float) or unit.casefold() not in units
    if wrong or (scale == 1 and "%" in told):
        raise AccessError("promise_form", field=field, text=told)
    return float(value)


def _by(form: FormData) -> str:
    told = text(form, "promised_by", 16)
    if not told:
        return ""
    month = _MONTH.fullmatch(told)
    if month is not None:
        return f"{month['year'] or month['first']}-{int(month['month'] or month['second']):02d}"
    found = day_of(form, "promised_by")
    if found is None:
        raise AccessError("promise_form", field="promised_by", text=told)
    return found.isoformat()


def wrong(error: AccessError) -> str:
    """What is wrong with a promise, in the language in use; empty for what is about something else."""
    if error.code in _WRONG:
        return _(_WRONG[error.code])
    if error.code != "promise_form":
        return ""
    field, told = str(error.params["field"]), str(error.params.get("text", ""))
    value = numeral(told)
    if field != "promised_by" and isinstance(value, Problem) and value.code == "ambiguous_number":
        return problem_of(told)
    return _(_FORMS[field], example=examples()[field])


def promise_line(promise: Promise) -> str:
    """A promise in a sentence."""
    parts = [
        _figure_said(what, getattr(promise, what)) for what in _ROWS if getattr(promise, what) is not None
    ]
    return _("Promised by {day}: {listed}.", day=day(promise.by), listed=listing(parts))


def _figure_said(what: str, value: float) -> str:
    if what == "jobs_fte":
        return ngettext(
            "{n} job in full-time equivalents", "{n} jobs in full-time equivalents", value, n=exact(value)
        )
    return _("{share} of the volume made at the chosen place", share=share(value))


def line_told(step: Step, helds: Sequence[Held]) -> str:
    """What a line of the time line tells of a promise, or of what came of it; empty for nothing."""
    decided = step.details.get("decided_on")
    for held in helds:
        if step.kind.startswith("decide") and decided == held.decided.decided_on.isoformat():
            return promise_line(held.promise)
        for month in held.answers:
            if step.kind == f"follow_up_{month}":
                return _came(held, month)
    return ""


def _came(held: Held, month: int) -> str:
    parts = []
    for what in _ROWS:
        promised, said = getattr(held.promise, what), held.said(month, what)
        if promised is not None and said is not None:
            told, expected = _figure_said(what, said), _plain(what, promised)
            parts.append(_("{told} (promised: {expected})", told=told, expected=expected))
    return f"{listing(parts)}." if parts else ""


def promise_table(held: Mapping[str, Any], place: int = 0, *, note: bool = True) -> Table:
    """Promised beside realised, with one column for each time that the company is asked.

    Parameters
    ----------
    held
        A decision with its promise and the answers, as :meth:`Held.to_dict` gives it.
    place
        Which of several it is.
    note
        Whether to say whose figures they are.
    """
    promised, after = held["promised"], held["after"]
    columns = [Column(_("What"), width=2), Column(_("Promised"))]
    columns += [Column(ngettext("After {n} month", "After {n} months", one["month"])) for one in after]
    rows: list[tuple[Cell, ...]] = []
    for what, name in _ROWS.items():
        if promised[what] is not None:
            cells = [_cell(what, one["state"], one.get(what)) for one in after]
            rows.append((_(name), _cell(what, "", promised[what]), *cells))
    rows.append((_("By which day, and counted when"), day(promised["by"]), *(_counted(one) for one in after)))
    return Table(
        f"promised-{place}",
        _("Promised on {day}, and what the company said later", day=day(held["decided_on"])),
        tuple(columns),
        tuple(rows),
        _(
            "What was promised is what the company expected then. What came of it is what the company said "
            "itself, each time it was asked. Nobody counted again."
        )
        if note
        else "",
    )


def _cell(what: str, state: str, value: float | None) -> Cell:
    if value is None:
        return _(_STATES[state])
    return Number(value, _plain(what, value), "0.0%" if what == "volume_share" else "0.0#")


def _counted(one: Mapping[str, Any]) -> str:
    """The day on which an answer was counted; that of the answer itself where no jobs were."""
    return day(str(one.get("jobs_as_of") or one.get("answered_on") or "")) or "-"


def _plain(what: str, value: float) -> str:
    return exact(value) if what == "jobs_fte" else share(value)


def share(value: float) -> str:
    """A share in per cent, with the digits that it was given."""
    return in_percent(exact(float(Decimal(repr(float(value))) * _PER_CENT)))


def exact(value: float) -> str:
    """A figure with the digits that it was given: what was rounded cannot be held beside another."""
    exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
    return number(value, max(0, -exponent) if isinstance(exponent, int) else 0)
