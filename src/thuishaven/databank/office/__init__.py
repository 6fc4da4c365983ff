"""The front office: signals become guided projects, and years later somebody asks what became of them."""

from thuishaven.databank.office.consents import Consents
from thuishaven.databank.office.feeds import Item, Match, items, keywords, matches, told_by, told_in
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
    Signal,
    Step,
    Task,
    Transition,
    transition,
    transitions,
)
from thuishaven.databank.office.papers import KINDS, Contact, Document, Papers
from thuishaven.databank.office.projects import Projects
from thuishaven.databank.office.signals import Signals, Told, receive_all
from thuishaven.databank.office.tasks import OWN, Tasks
from thuishaven.databank.office.terms import Term, term, terms, terms_of

__all__ = [
    "ANSWERS",
    "ATTACHMENTS",
    "CHANNELS",
    "CLOSE_REASONS",
    "KINDS",
    "OWN",
    "PURPOSES",
    "QUESTIONS",
    "STAGES",
    "Begun",
    "Consent",
    "Consents",
    "Contact",
    "Decided",
    "Document",
    "FollowUp",
    "FollowUps",
    "Handover",
    "HandoverField",
    "Handovers",
    "Item",
    "Match",
    "Papers",
    "Project",
    "Projects",
    "Receiver",
    "Signal",
    "Signals",
    "Step",
    "Task",
    "Tasks",
    "Term",
    "Told",
    "Transition",
    "calendar",
    "handover_fields",
    "items",
    "keywords",
    "matches",
    "months",
    "motive_codes",
    "receive_all",
    "term",
    "terms",
    "terms_of",
    "told_by",
    "told_in",
    "transition",
    "transitions",
]
