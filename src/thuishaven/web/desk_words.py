"""The codes of the coding desk in words: states and steps, days, values, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from thuishaven.access import AccessError
from thuishaven.databank.cases import (
    FORMATS,
    SOURCE_KINDS,
    Claim,
    Disagreement,
    Entry,
    Field,
    Flaw,
    RowError,
    Shown,
    fields,
    first_day,
    motives,
    precision,
)
from thuishaven.locale import N_, _, date, language, number
from thuishaven.report.cases import code_name, field_name, known, problem
from thuishaven.report.telling import capital
from thuishaven.report.telling import said as said

if TYPE_CHECKING:
    from thuishaven.web.desk_pages_fields import Widget

#: What waits at each state of publication.
WAITS = {
    "signal": N_("A signal: is it a case?"),
    "candidate": N_("Waits for two coders"),
    "coded_once": N_("Waits for the second coder"),
    "coded_twice": N_("Two codings to lay side by side"),
    "approved": N_("Can be published"),
    "published": N_("Everybody can read it"),
    "rejected": N_("Not taken in"),
    "withdrawn": N_("Taken back after publication"),
}
#: Steps of the two machines, as an editor reads them.
EVENTS = {
    "triage_accept": N_("Accept as a candidate"),
    "triage_reject": N_("Reject"),
    "reopen": N_("Take up again"),
    "code_first": N_("First coding"),
    "code_second": N_("Second coding"),
    "reconcile": N_("Approve"),
    "recode": N_("Have it coded anew"),
    "send_back": N_("Send back to the coders"),
    "publish": N_("Publish"),
    "revise": N_("Take up again on new evidence"),
    "withdraw": N_("Withdraw"),
    "first_evidence": N_("First evidence of a state"),
    "decide": N_("It was decided"),
    "start": N_("Work has begun"),
    "suspend": N_("It was put on hold"),
    "resume_decided": N_("Off hold; work had not begun"),
    "resume_works": N_("Off hold; work goes on"),
    "complete_part": N_("A part has moved"),
    "complete": N_("All has moved"),
    "cancel": N_("It was called off"),
    "reverse": N_("It was reversed"),
}
REASONS = {
    "not_reshoring": N_("It is not about where to produce"),
    "services_only": N_("It is about services only"),
    "duplicate": N_("It is there already"),
    "unverifiable": N_("It cannot be checked"),
    "undone": N_("Its import was undone"),
}
VERDICTS = {
    "same": N_("The same company"),
    "different": N_("Two companies"),
    "unsure": N_("Not sure"),
}
CASE_VERDICTS = {"same": N_("The same case"), "different": N_("Two cases"), "unsure": N_("Not sure")}
ROUNDS = {
    "1": N_("first coder"),
    "2": N_("second coder"),
    "final": N_("settled"),
    "intake": N_("at intake"),
}
CONFIDENCES = {
    "A": N_("A: from the publisher's own file"),
    "B": N_("B: read in full"),
    "C": N_("C: read in part"),
    "D": N_("D: still to be checked"),
}
FORMS = {
    "cases": N_("Our own list: one row for each case"),
    "claims": N_("Our own list: one row for each claim"),
    "monitor": N_("The list of the European monitor"),
    "library": N_("The list of articles of the American library"),
}
BATCH_STATES = {"running": N_("not finished"), "done": N_("finished"), "undone": N_("undone")}
SIGNAL_KINDS = {"case": N_("A case that is not here yet"), "error": N_("An error in a published case")}
GRADES = {"good": N_("good"), "tentative": N_("tentative"), "low": N_("low")}
#: Where fields stand on the page of a case and on the form of a coder.
GROUPS = {
    "organisation": N_("The company"),
    "case": N_("The case"),
    "move": N_("The move"),
    "status": N_("What became of it"),
    "jobs": N_("Jobs and money"),
    "motive": N_("Why, and what stood in the way"),
    "other": N_("Course and support"),
}
_IN_GROUP = {
    "planned_start": "status",
    "money": "jobs",
    "support": "other",
    "stage": "other",
    "distress": "other",
}
#: What a field means where the codebook speaks of the columns of a file.
_HELP = {
    "status": N_("The state of the move on a day, and when that state began, if it is known."),
    "stage": N_("A step of the process, and when it was, if it is known."),
    "motive": N_("A reason, a help or a hindrance that the source names."),
    "support": N_("Help of an authority, in words: which, from whom, how much."),
    "money.capex": N_("What is invested, and in which currency."),
    "money.support": N_("Public money, and in which currency."),
    "move.to_nuts": N_("NUTS code of the place. Its version is asked apart."),
    "move.nace": N_("NACE division or class. Its revision is asked apart."),
}
QUALIFIERS = {
    "ex_ante": N_("expected beforehand"),
    "ex_post": N_("looking back"),
    "direct": N_("direct"),
    "indirect": N_("indirect"),
    "company_total": N_("of the whole company"),
    "fte": N_("full-time equivalents"),
    "heads": N_("people"),
}
DONE = {
    "proposed": N_("The case was written down."),
    "claimed": N_("It was added, with its source."),
    "superseded": N_("The claim was put right. The earlier one stays in the list."),
    "triage_accept": N_("The case is a candidate now: two coders can begin."),
    "triage_reject": N_("The case was rejected, with its reason."),
    "reopen": N_("The case is a candidate again."),
    "recode": N_("Two coders begin anew. What was chosen before is kept for the reliability."),
    "send_back": N_("The case went back to the coders."),
    "asked": N_("The coder finds the case under the own tasks."),
    "invited": N_(
        "A letter is on its way. Whoever reads it and is a coder can take the case, as long as a round "
        "is free."
    ),
    "invite_yourself": N_(
        "No letters leave this server: send the coder the address of this page. Who is a coder can take the "
        "case here, as long as a round is free."
    ),
    "taken": N_("The case is yours to code. You do not see what the other coder chooses."),
    "given_back": N_("Somebody else can code it now."),
    "coded": N_("Your choices are kept. Hand in when all is said."),
    "coded_once": N_("Handed in: your choices are frozen. The second coder has not finished yet."),
    "coded_twice": N_("Handed in: your choices are frozen. Both coders are done."),
    "resolved": N_("The difference is settled."),
    "approve": N_("The case is approved and can be published."),
    "publish": N_("The case is published. This version stays as it is."),
    "withdraw": N_("The case is withdrawn. Its number, dates and reason stay to be read."),
    "revise": N_("The case is a candidate again. The published version stays to be read meanwhile."),
    "observe": N_("The new state of the move was written down, with its evidence."),
    "judged": N_("The judgement is kept. You can change it or take it back."),
    "taken_back": N_("The judgement is taken back: the pair waits again."),
    "told": N_("The signal is in the list."),
    "settled": N_("The signal is settled, and what became of it is kept."),
    "undone": N_("The import was undone."),
    "literature": N_("The list of publications was taken in."),
    "seeded": N_("The cases that come with the program are in, as candidates."),
}
_WRONG = {
    "number_unclear": N_("{value} can be read in two ways. Write 1450, or 1.45 with two decimals."),
    "no_file": N_("Choose a file first."),
    "not_text": N_(
        "This is no text in UTF-8. In a spreadsheet program choose: save as, CSV UTF-8 (comma delimited)."
    ),
    "not_csv": N_("This is no table that can be read: in row {line} a cell is too long or never ends."),
    "list_gone": N_("This list is no longer kept here. Send it again: what is in already stays in."),
    "import_broken": N_(
        "The import stopped because of something on our side. What is in stays in; go on with it."
    ),
    "email_form": N_("This is no e-mail address. For example: an@example.org"),
    "no_person": N_("Choose a coder who works for your organisation."),
    "signal_settled": N_("This signal was settled before."),
}


def wrong(error: AccessError) -> list[tuple[str, str]]:
    """What is wrong, by the field of the form: one line for each flaw, each field that misses."""
    params: dict[str, Any] = dict(error.params)
    match error.code:
        case "flaws":
            return [("", problem(flaw.code, flaw.params)) for flaw in params["flaws"]]
        case "fields_missing":
            return [
                (f"c.{move}.{field}", _("Still to be said: {field}", field=field_name(field)))
                for move, field in params["fields"]
            ]
        case "no_transition" if params.get("possible"):
            codes = [code.strip() for code in str(params["possible"]).split(",")]
            return [("", _("This is not possible now. Possible: {steps}.", steps=steps_of(codes)))]
        case "no_transition":
            return [("", _("This is not possible in the state that the case is in now."))]
    field = {"source_needed": "publisher", "reason_needed": "reason", "text_form": "text"}.get(
        error.code, str(params.get("field", ""))
    )
    if error.code in _WRONG:
        given = {name: value for name, value in params.items() if isinstance(value, str | int)}
        return [(field, _(_WRONG[error.code], **given))]
    if known(error.code):
        return [(field, problem(error.code, params))]
    from thuishaven.web.people_words import told

    return [("", told(error))]


def source_kinds() -> list[tuple[str, str]]:
    """Kinds of source with their names, the usual one first."""
    usual = sorted(SOURCE_KINDS, key=lambda kind: kind != "quality_press")
    return [(kind, capital(code_name("source", kind))) for kind in usual]


def state_name(state: str) -> str:
    """A state of publication."""
    return code_name("publication", state)


def steps_of(codes: list[str]) -> str:
    """Steps in words, one after the other."""
    return ", ".join(said(EVENTS, code) for code in codes)


def group_of(name: str) -> str:
    """The group that a field stands in.

    >>> group_of("money.capex"), group_of("move.nace"), group_of("stage")
    ('jobs', 'move', 'other')
    """
    first = name.partition(".")[0]
    return _IN_GROUP.get(name, _IN_GROUP.get(first, first))


def grouped() -> list[tuple[str, list[Field]]]:
    """All fields by group, in the order of the codebook."""
    return [(group, [one for one in fields().values() if group_of(one.field) == group]) for group in GROUPS]


def label(name: str) -> str:
    """Name of a field at the beginning of a line."""
    return capital(field_name(name))


def help_of(name: str) -> str:
    """What the codebook says of a field, in the language in use, without the columns of a file."""
    if name in _HELP:
        return _(_HELP[name])
    found = fields()[name].definitions
    return found.get(language(), found["en"])


def day(text: str) -> str:
    """A day as exact as it is known, in the language in use.

    >>> from thuishaven.locale import use
    >>> with use("fr"):
    ...     day("2018"), day("2018-06"), day("2018-06-15"), day("")
    ('2018', 'juin 2018', '15 juin 2018', '')
    """
    match precision(text):
        case "day":
            return date(first_day(text))
        case "month":
            from babel.dates import format_date

            here = language()
            return format_date(first_day(text), "MMMM y", locale=here if here in {"nl", "fr"} else "en")
        case _:
            return text


def value_of(name: str, value: str) -> str:
    """The value of a field as a reader sees it."""
    field = fields().get(name)
    if field is None or not value:
        return value
    if value == "unknown":
        return _("not in the sources")
    match field.kind:
        case "day":
            return day(value)
        case "number" if value.replace("-", "").replace(".", "").isdigit():
            low, _sep, high = value.partition("-")
            return " - ".join(_plain(part) for part in (low, high) if part)
        case "share" if "-" not in value:
            from thuishaven.locale import percent

            return percent(float(value))
        case _:
            return code_name(name, value)


def _plain(text: str) -> str:
    value = float(text)
    return number(value, 0 if value == int(value) else 2)


def full(one: Shown | Claim) -> str:
    """A value with what belongs to it: its currency, what it counts, before or after."""
    hidden = {"nth", "role", "lang"}
    more = [said(QUALIFIERS, text) for name, text in one.qualifiers.items() if name not in hidden]
    text = value_of(one.field, one.value)
    return f"{text} ({', '.join(more)})" if more else text


def options(field: Field) -> list[tuple[str, str]]:
    """The codes of a field with their names, by name where they have no order of their own."""
    from thuishaven.web.figures import countries_offered

    if field.kind == "country":
        return list(countries_offered())
    named = [(code, capital(code_name(field.field, code))) for code in field.codes if code != "unknown"]
    return sorted(named, key=lambda row: row[1]) if field.field == "motive" else named


def few(*codes: str) -> list[tuple[str, str]]:
    """Properties of a value with their names."""
    return [(code, capital(said(QUALIFIERS, code))) for code in codes]


def sure() -> list[tuple[str, str]]:
    """How sure a claim can be; read in part first, since that is usual."""
    order = ("C", "A", "B", "D")
    return [(code, said(CONFIDENCES, code)) for code in order]


def moves(known: tuple[int, ...]) -> list[tuple[str, str]]:
    """The moves of a case, and one more."""
    numbers = [*known, max(known) + 1]
    return [(str(move), _("Move {n}", n=move)) for move in numbers]


def example_of(field: Field) -> str:
    """What a value of a field looks like."""
    examples = {
        "number": "275, 35-40",
        "share": "0.7",
        "day": "2018-06",
        "nace": "C22, 22.29",
        "nuts": "NL41",
        "year": "2021",
        "cn": "39269097",
        "prodcom": "22.29.23.20",
        "kbo": "0417497106",
        "lei": "213800KUD8LAJWSQ9D15",
    }
    found = examples.get(field.kind, "")
    return _("For example: {example}", example=found) if found else ""


def flaw(one: Flaw | RowError) -> str:
    """What keeps a record from being published, or a row from being taken in."""
    return problem(one.code, one.params)


def settled(one: Disagreement) -> str:
    """What a difference was settled on."""
    if one.value in {"no", "", None}:
        return _("not this one")
    if one.field == "status":
        return _("date unknown") if one.value in {"yes", "undated"} else day(str(one.value))
    return _("this one") if one.value == "yes" else value_of(one.field, str(one.value))


def choices(one: Disagreement, both: Sequence[Claim | None]) -> list[tuple[str, str]]:
    """What a difference can be settled on.

    Parameters
    ----------
    one
        The difference.
    both
        The claims of both coders, where they chose something.
    """
    messages = (_("{value} (first coder)"), _("{value} (second coder)"))
    found = []
    for code, text, claim, message in zip(
        ("first", "second"), (one.first, one.second), both, messages, strict=True
    ):
        if not text or text == "no" or claim is None:
            continue
        of_state = one.field == "status"
        value = (day(claim.valid_from) or _("date unknown")) if of_state else full(claim)
        found.append((code, capital(message.format(value=value))))
    found.append(("neither", _("It is not so: leave it out")))
    return [*found, ("other", _("Another value"))] if other_possible(one) else found


def other_possible(one: Disagreement) -> bool:
    """Whether a difference can be settled on something that neither chose."""
    return one.field == "status" or not fields()[one.field].many


def grade_of(alpha: float | None) -> str:
    """What an alpha is customarily called."""
    from thuishaven.databank.releases import grade

    return said(GRADES, grade(alpha))


def column_of(form: str) -> str:
    """The column that a form of list is known by."""
    return FORMATS[form]


def entry_name(entry: Entry) -> str:
    """The company of an entry of a list; its key where it names none."""
    found = [one.value for one in entry.statements if one.field == "organisation.name"]
    return found[0] if found else entry.key


def touched(found: Sequence[Widget], problems: Sequence[tuple[str, str]]) -> bool:
    """Whether something was filled in, or is wrong, in a part of the form that can be closed."""
    wrong = {name for name, _told in problems}
    return any(
        one.name in wrong or one.ticked or one.by_code or any(row.value for row in one.rows) for one in found
    )


def motive_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Motives by role: reasons, helps, barriers."""
    names = {"driver": _("Reasons"), "enabler": _("What helped"), "barrier": _("What stood in the way")}
    here = language()
    return [
        (
            name,
            sorted(
                (
                    (one.code, capital(one.labels.get(here, one.labels["en"])))
                    for one in motives().values()
                    if one.role == role
                ),
                key=lambda row: row[1],
            ),
        )
        for role, name in names.items()
    ]
