"""The front office: signals become guided projects, and years later somebody asks what became of them."""

from thuishaven.databank.office.comparing import COMPARED, Beside, beside
from thuishaven.databank.office.consents import Consents
from thuishaven.databank.office.digests import Digest, Digests, Sent
from thuishaven.databank.office.feeds import Item, Match, items, keywords, matches, told_by, told_in
from thuishaven.databank.office.fetching import Answer, FetchError, fetch, networks
from thuishaven.databank.office.followups import QUESTIONS, FollowUps, months, motive_codes
from thuishaven.databank.office.handover import Handover, HandoverField, Handovers, Receiver, handover_fields
from thuishaven.databank.office.icalendar import calendar
from thuishaven.databank.office.model import (
    ANSWERS,
    ATTACHMENTS,
    CHANNELS,
    CLOSE_REASONS,
    PURPOSES,
    STAGES,
    Begun,
    Consent,
    Decided,
    FollowUp,
    Project,
    Promise,
    Signal,
    Step,
    Task,
    Transition,
    transition,
    transitions,
)
from thuishaven.databank.office.papers import KINDS, Contact, Document, Papers
from thuishaven.databank.office.projects import Projects
from thuishaven.databank.office.realised import Held, Pair, Promises, promise_pairs
from thuishaven.databank.office.signals import Signals, Told, receive_all
from thuishaven.databank.office.subscriptions import CalendarLink, Subscriptions
from thuishaven.databank.office.tasks import OWN, Tasks
from thuishaven.databank.office.terms import Term, term, terms, terms_of
from thuishaven.databank.office.watched import LANGUAGES, Feed, Feeds, Visit

__all__ = [
    "ANSWERS",
    "ATTACHMENTS",
    "CHANNELS",
    "CLOSE_REASONS",
    "COMPARED",
    "KINDS",
    "LANGUAGES",
    "OWN",
    "PURPOSES",
    "QUESTIONS",
    "STAGES",
    "Answer",
    "Begun",
    "Beside",
    "CalendarLink",
    "Consent",
    "Consents",
    "Contact",
    "Decided",
    "Digest",
    "Digests",
    "Document",
    "Feed",
    "Feeds",
    "FetchError",
    "FollowUp",
    "FollowUps",
    "Handover",
    "HandoverField",
    "Handovers",
    "Held",
    "Item",
    "Match",
    "Pair",
    "Papers",
    "Project",
    "Projects",
    "Promise",
    "Promises",
    "Receiver",
    "Sent",
    "Signal",
    "Signals",
    "Step",
    "Subscriptions",
    "Task",
    "Tasks",
    "Term",
    "Told",
    "Transition",
    "Visit",
    "beside",
    "calendar",
    "fetch",
    "handover_fields",
    "items",
    "keywords",
    "matches",
    "months",
    "motive_codes",
    "networks",
    "promise_pairs",
    "receive_all",
    "term",
    "terms",
    "terms_of",
    "told_by",
    "told_in",
    "transition",
    "transitions",
]
