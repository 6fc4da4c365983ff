"""What the front office speaks of: signals, projects, tasks, consent, decisions and follow-up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from thuishaven.packaged import read_table

#: How a signal came in.
CHANNELS = ("desk", "self_service", "media", "restructuring", "support", "register", "case_error")
#: Why a signal is closed without a project.
CLOSE_REASONS = ("no_consent", "not_reshoring", "services_only", "duplicate", "unreachable", "other_help")
#: What consent may be for.
PURPOSES = ("guidance", "second_agency", "public_case", "research")
#: What a dossier can stand for in a project.
ATTACHMENTS = ("scan", "calculation", "alternative")
#: What a follow-up can end in.
ANSWERS = ("answered", "refused", "no_answer")
#: What can be done with a signal that nobody closed.
OPEN_SIGNAL = ("new", "accepted")
#: Stages in which a project is under way.
STAGES = ("intake", "dossier", "decision_pending", "implementation", "follow_up", "closed")


@dataclass(frozen=True, slots=True)
class Transition:
    """A step of the state machine of projects, from the table ``transitions`` of the databank.

    Parameters
    ----------
    from_state, event, to_state
        What happens, from where to where.
    actors
        Who may bring it about, in words.
    guard
        What must be there first, in words.
    """

    from_state: str
    event: str
    to_state: str
    actors: str
    guard: str


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that may become a project.

    Parameters
    ----------
    id
        Its id.
    organisation
        Who handles it; empty while nobody has taken it, and then every front office sees it.
    offered_to
        The organisation it is offered to; until that one takes it, it stays with the first.
    channel, state
        How it came in (``CHANNELS``), and ``new``, ``accepted`` or ``closed``.
    company, country, number
        Whom it is about, where (ISO 3166-1 alpha-3), and the number in its register.
    title, text, url, published_on
        What was said, and where it can be read.
    language, matched
        Language of the text, and the words of the glossary that were found in it.
    received
        When it came in.
    assigned
        The person who handles it.
    reason
        Why it was closed.
    reply_to, may_contact
        Address of who reported it, and whether the company may be contacted.
    duplicate_of, project
        The signal that says the same, and the project that came of it.
    """

    id: str
    organisation: str
    offered_to: str
    channel: str
    state: str
    company: str
    country: str
    number: str
    title: str
    text: str
    url: str
    published_on: str
    language: str
    matched: tuple[str, ...]
    received: dt.datetime
    assigned: str
    reason: str
    reply_to: str
    may_contact: bool
    duplicate_of: str
    project: str


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known of a company when its project begins.

    Parameters
    ----------
    title
        How the project is called.
    company, country, number
        The company, its country (ISO 3166-1 alpha-3), and its number in the register where known.
    nace, nace_revision, region
        Its trade and NUTS region, where known.
    """

    title: str
    company: str
    country: str = ""
    number: str = ""
    nace: str = ""
    nace_revision: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """A company that is guided from a signal to what became of the decision.

    Parameters
    ----------
    id, organisation, title
        Which, whose, and how it is called.
    company, country, number
        The company, its country, and its number in the register.
    nace, nace_revision, region
        Its trade and its NUTS region.
    state, entered
        The stage, and when it was entered.
    adviser
        The person who guides it.
    confidentiality
        The highest class of what it holds: 0 public to 4 commercial secret.
    purpose
        What the data are kept for.
    outcome
        How it ended, or what was decided; empty before that.
    first_output
        Day of the first output: month 0 of the follow-up; ``None`` before that.
    case_uri
        The public case that came of it, where there is one.
    created, changed, retain_until
        When it began, last changed, and will be erased.
    """

    id: str
    organisation: str
    title: str
    company: str
    country: str
    number: str
    nace: str
    nace_revision: str
    region: str
    state: str
    entered: dt.datetime
    adviser: str
    confidentiality: int
    purpose: str
    outcome: str
    first_output: dt.date | None
    case_uri: str
    created: dt.datetime
    changed: dt.datetime
    retain_until: dt.datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a project's time line: ``kind`` is the event of a transition, or what else was done."""

    seq: int
    at: dt.datetime
    actor: str
    kind: str
    from_state: str
    to_state: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do: ``rule`` says what (``own`` for one in the adviser's ``words``), ``due`` when."""

    id: str
    subject_kind: str
    subject: str
    rule: str
    due: dt.date
    state: str
    assigned: str
    words: str
    title: str = ""

    def late(self, today: dt.date) -> int:
        """Days past the due date; 0 when in time."""
        return max(0, (today - self.due).days)


@dataclass(frozen=True, slots=True)
class Consent:
    """What a company agreed to: who (``receiver``, empty for the public) may see what, and until when."""

    id: str
    project: str
    receiver: str
    purpose: str
    highest_class: int
    given_by: str
    given_on: dt.date
    until: dt.datetime
    revoked: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Promise:
    """What a company expected of its decision when it decided, whatever it chose: moving, staying or stock.

    Parameters
    ----------
    jobs_fte
        Jobs that it gives, in full-time equivalents; 0 is a promise too, ``None`` is none.
    volume_share
        Share of the volume that is made at the chosen place, 0 to 1; ``None`` where nothing was said of it.
    by
        The ISO day, or the month (``2028-06``), by which that is expected.
    """

    jobs_fte: float | None
    volume_share: float | None
    by: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What the company decided: the plan family chosen, those considered, barriers or motives, and why.

    ``promise`` is what it expected of that, where it said so.
    """

    decided_on: dt.date
    outcome: str
    family: str
    considered: tuple[str, ...]
    codes: tuple[str, ...]
    reason: str
    promise: Promise | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What became of it after ``month`` months; ``answers`` as the company gave them."""

    id: str
    project: str
    month: int
    asked: dt.datetime
    answered: dt.datetime | None
    outcome: str
    answers: Mapping[str, Any]
    accepted: dt.datetime | None


@cache
def transitions() -> tuple[Transition, ...]:
    """The state machine of projects.

    >>> {row.to_state for row in transitions() if row.from_state == "decision_pending"} == {
    ...     "dossier", "implementation", "closed"}
    True
    """
    rows = read_table("thuishaven.facts", "tables/databank/transitions.csv")
    return tuple(
        Transition(row["from_state"], row["event"], row["to_state"], row["actor"], row["guard"])
        for row in rows
        if row["machine"] == "dossier" and row["from_state"] != "any"
    )


def transition(state: str, event: str) -> Transition | None:
    """The step that an event makes from a state; ``None`` when it makes none."""
    return next((row for row in transitions() if (row.from_state, row.event) == (state, event)), None)
