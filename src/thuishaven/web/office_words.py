"""The codes of the front office in words."""

from __future__ import annotations

from collections.abc import Iterable

from thuishaven.access import AccessError
from thuishaven.databank.office import OWN, Task
from thuishaven.locale import N_, _, language
from thuishaven.report.telling import said as said
from thuishaven.web.figures import unaccented

CHANNELS = {
    "desk": N_("Told to an adviser"),
    "self_service": N_("Told by the company"),
    "media": N_("Seen in the press"),
    "restructuring": N_("Restructuring notice"),
    "support": N_("Support decision"),
    "register": N_("Change in a register"),
    "case_error": N_("Correction of a case"),
}
SIGNAL_STATES = {"new": N_("New"), "accepted": N_("Became a project"), "closed": N_("Closed")}
STAGES = {
    "intake": N_("Intake"),
    "dossier": N_("Dossier in the making"),
    "decision_pending": N_("Waiting for the decision"),
    "implementation": N_("Being carried out"),
    "follow_up": N_("Follow-up"),
    "closed": N_("Closed"),
}
CLOSE_REASONS = {
    "no_consent": N_("The company does not want to be contacted"),
    "not_reshoring": N_("It is not about where to produce"),
    "services_only": N_("It is about services only"),
    "duplicate": N_("It was reported before"),
    "unreachable": N_("The company could not be reached"),
    "other_help": N_("Somebody else helps already"),
}
RULES = {
    "triage": N_("Look at the signal and decide what happens with it"),
    "complete_intake": N_("Complete the intake: number, purpose, how long data are kept"),
    "review_dossier": N_("Go through scan, calculation and alternatives with the company"),
    "ask_decision": N_("Ask the company what it decided"),
    "check_milestones": N_("Ask about permit, order, hiring, exit abroad and first output"),
    "follow_up_12": N_("Ask what became of it after a year"),
    "follow_up_36": N_("Ask what became of it after three years"),
    "follow_up_60": N_("Ask what became of it after five years"),
}
#: What each step of the machine is called on a button.
EVENTS = {
    "accept": N_("Accept the intake"),
    "submit_for_decision": N_("Lay it before the company"),
    "return": N_("Back to the dossier"),
    "decide_go": N_("Record: the company goes on"),
    "decide_no_go": N_("Record: the company does not"),
    "first_output": N_("First output"),
    "follow_up_12": N_("Accept the answer after 12 months"),
    "follow_up_36": N_("Accept the answer after 36 months"),
    "follow_up_60": N_("Accept the answer after 60 months"),
    "close": N_("Close the project"),
    "stop": N_("Stop the project"),
    "reopen": N_("Take the project up again"),
}
#: What happened, in the time line.
PAST = {
    "open_intake": N_("The project began"),
    "accept": N_("The intake was complete"),
    "submit_for_decision": N_("The choice was laid before the company"),
    "return": N_("It went back to the dossier: something was missing"),
    "decide_go": N_("The company decided to carry a plan out"),
    "decide_no_go": N_("The company decided not to move production"),
    "first_output": N_("The first pieces came off the line"),
    "follow_up_12": N_("The answer after 12 months was accepted"),
    "follow_up_36": N_("The answer after 36 months was accepted"),
    "follow_up_60": N_("The answer after 60 months was accepted"),
    "close": N_("The project was closed"),
    "stop": N_("The project was stopped"),
    "reopen": N_("The project was taken up again"),
    "describe": N_("Details were changed"),
    "reassign": N_("The project was given to a colleague"),
    "attach": N_("A dossier was laid beside it"),
    "consent": N_("Consent of the company was recorded"),
    "consent_ended": N_("A consent was ended"),
    "document": N_("A document was added"),
    "ask_follow_up": N_("The company was asked what became of it"),
    "handover": N_("It was handed over on paper"),
    "correct_first_output": N_("The day of the first output was corrected"),
    "link_case": N_("A public case was noted"),
}
MISSING = {
    "number": N_("the number of the company"),
    "number_valid": N_("a number that is right"),
    "purpose": N_("what the data are kept for"),
    "retain_until": N_("until when the data are kept"),
    "scan": N_("a scan"),
    "calculation": N_("a calculation"),
    "alternative": N_("an alternative to moving production"),
    "missing": N_("what is missing"),
    "decided_on": N_("the day of the decision, which has passed"),
    "family": N_("what was chosen"),
    "words": N_("why, in a few words"),
    "codes": N_("what stood in the way"),
    "first_output": N_("the day of the first output, which has passed"),
    "answer": N_("an answer of the company, or that there was none"),
    "last_answer": N_("the answer after 60 months"),
    "reason": N_("a reason"),
    "public_consent": N_("consent of the company to tell the public"),
    "basis": N_("on which basis"),
}
PURPOSES = {
    "second_agency": N_("Another organisation may see the project"),
    "guidance": N_("Another organisation guides along"),
    "public_case": N_("The project may become a public case"),
    "research": N_("Researchers may use the figures"),
}
END_REASONS = {
    "done": N_("All has been done"),
    "company_stopped": N_("The company stopped"),
    "no_answer": N_("No answer any more"),
    "bankrupt": N_("The company went bankrupt"),
    "took_over": N_("Another organisation took over"),
    "new_question": N_("There is a new question"),
}
ATTACHMENTS = {
    "scan": N_("Scan"),
    "calculation": N_("Calculation"),
    "alternative": N_("Alternative"),
}
ANSWERS = {
    "answered": N_("Answered"),
    "refused": N_("Did not want to answer"),
    "no_answer": N_("No answer"),
}
DONE = {
    "feed_added": N_("The feed is watched from now on."),
    "feed_kept": N_("The feed was kept."),
    "feed_new": N_("The feed was fetched: what is new stands in the inbox, and below."),
    "feed_old": N_("The feed was fetched; there was nothing new in it for the inbox."),
    "feed_stopped": N_("The feed is not watched any more. The signals that came of it stay."),
    "calendar_ended": N_("The address of the calendar has stopped working."),
    "letter_on": N_("From now on you get a letter on days when there is something to do."),
    "letter_off": N_("You get no letter any more."),
    "received": N_("The signal is in the inbox."),
    "fed": N_("The signals that were found are in the inbox; those that were there already came only once."),
    "taken": N_("Your organisation handles this signal now."),
    "assigned": N_("It was given to your colleague."),
    "offered": N_("The signal was offered. It stays with you until the other organisation takes it."),
    "closed": N_("The signal is closed."),
    "opened": N_("The project has begun."),
    "stepped": N_("The project is one step further."),
    "kept": N_("It was kept."),
    "ended": N_("The consent has ended. The other organisation sees nothing any more."),
    "task": N_("The task is done."),
}
#: How a visit to a watched feed went.
VISITS = {
    "": N_("Not fetched yet"),
    "fetched": N_("Fetched"),
    "unchanged": N_("Nothing new since the last time"),
    "address_form": N_("The address is none that can be fetched"),
    "address_http": N_("It leads to a page without https"),
    "address_private": N_("It leads to a network that is not public"),
    "name": N_("The name of the server is not found"),
    "connection": N_("The server does not answer"),
    "certificate": N_("The certificate of the server is not right"),
    "slow": N_("The server takes too long"),
    "large": N_("The feed is too large"),
    "redirects": N_("It leads on and on"),
    "encoding": N_("The server sends it packed"),
    "feed_form": N_("This is no RSS or Atom feed that can be read"),
}
#: What is wrong with the address of a feed that somebody types.
_FEED_ADDRESSES = {
    "address_form": N_("This is no address that can be fetched. Expected is, for example, {example}."),
    "address_http": N_("The address must begin with https. Expected is, for example, {example}."),
    "address_private": N_(
        "This address is not on the public internet, so it is not fetched. Expected is, for example, "
        "{example}."
    ),
}
FEED_EXAMPLE = "https://www.example.org/news.xml"
_WRONG = {
    "case_unknown": N_("There is no published case with this address."),
    "feed_many": N_("So many feeds are watched already. Stop one first."),
    "feed_idle": N_("This feed is not watched. Watch it again first."),
    "feed_busy": N_("Many feeds are being fetched at this moment. Try again in a minute."),
    "feed_there": N_("This feed is watched already."),
    "signal_form": N_("Look at this field: something is missing, too long or of another form."),
    "project_form": N_("Look at this field: something is missing, too long or of another form."),
    "consent_form": N_("Look at this field: something is missing, too long or of another form."),
    "contact_form": N_("Look at this field: something is missing, too long or of another form."),
    "answer_form": N_("Look at this field: something is missing, too long or of another form."),
    "task_form": N_("Say in a few words what is to be done."),
    "consent_needed": N_("A project begins when the company agreed to be contacted."),
    "reason_needed": N_("Say why: whoever reads it later wants to know."),
    "take_first": N_("Take the signal first: it is nobody's yet."),
    "taken": N_("Another organisation handles this signal already."),
    "closed": N_("This signal was closed before."),
    "project_opened": N_("This signal led to a project already."),
    "decided_before": N_("A decision of this day was recorded before."),
    "accepted": N_("This answer was accepted and cannot be changed any more."),
    "answered": N_("The company answered already."),
    "feed_form": N_("This is no RSS or Atom feed that can be read."),
    "document_kind": N_("Keep a PDF, a picture (PNG, JPEG) or an Office file."),
    "document_large": N_("This file is too large."),
    "document_form": N_("Give the document a name."),
    "month_unknown": N_("A company is asked after 12, 36 and 60 months."),
}


def wrong(error: AccessError) -> str:
    """What is wrong, in the language in use."""
    if error.code == "guard":
        codes = error.params.get("missing", ())
        listed = [said(MISSING, str(code)) for code in codes] if isinstance(codes, list | tuple) else []
        return _("Still missing: {listed}.", listed=", ".join(listed))
    if error.code == "feed_address":
        return _(_FEED_ADDRESSES[str(error.params["why"])], example=FEED_EXAMPLE)
    if error.code in _WRONG:
        return _(_WRONG[error.code])
    from thuishaven.web.people_words import told

    return told(error)


def task_kind(task: Task) -> str:
    """What a task is called where others may read along: without words that somebody typed."""
    return _("A task of your own making") if task.rule == OWN else said(RULES, task.rule)


def task_name(task: Task) -> str:
    """What a task is called."""
    return task.words if task.rule == OWN else said(RULES, task.rule)


def visited(outcome: str, detail: str = "") -> str:
    """How a visit to a feed went, in the language in use."""
    if outcome == "status":
        return _("The server refuses it (status {status})", status=detail)
    return said(VISITS, outcome)


def motives(role: str) -> list[tuple[str, str]]:
    """Motives or barriers with their names, in the language in use."""
    from thuishaven.databank.cases.vocabulary import motives as known

    lang = language()
    rows = [one for one in known().values() if one.role == role]
    return sorted(
        ((one.code, one.labels.get(lang, one.code)) for one in rows), key=lambda row: unaccented(row[1])
    )


def motive_names(codes: Iterable[str]) -> list[str]:
    """Motives, help and barriers by their names, in the language in use."""
    from thuishaven.databank.cases.vocabulary import motives as known

    found = known()
    return [found[code].labels.get(language(), code) if code in found else code for code in codes]


def families() -> list[tuple[str, str]]:
    """The kinds of plan that can be chosen, with their names in the language in use."""
    from thuishaven.alternatives import families as known

    return [(name, _(one.name_en)) for name, one in known().items() if name != "today"]
