"""The tables of the front office, in the confidential database."""

from __future__ import annotations

import sqlalchemy as sa

from thuishaven.access import CONFIDENTIAL
from thuishaven.access.tables import HASH, ID, MOMENT

DAY = sa.String(10)
CODE = sa.String(32)

SIGNAL = sa.Table(
    "signal",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    # Empty while no organisation has taken it: then every front office sees it.
    sa.Column("organisation", sa.String(32), nullable=False, index=True),
    sa.Column("offered_to", sa.String(32), nullable=False, index=True),
    sa.Column("channel", CODE, nullable=False),
    sa.Column("state", CODE, nullable=False),
    sa.Column("company", sa.Text, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False, index=True),
    sa.Column("country", sa.String(3), nullable=False),
    sa.Column("number", sa.String(32), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("matched", sa.Text, nullable=False),
    sa.Column("published_on", DAY, nullable=False),
    sa.Column("received", MOMENT, nullable=False),
    sa.Column("assigned", sa.String(64), nullable=False),
    sa.Column("reason", CODE, nullable=False),
    sa.Column("reply_to", sa.Text, nullable=False),
    sa.Column("may_contact", sa.Boolean, nullable=False),
    sa.Column("duplicate_of", sa.String(32), nullable=False),
    sa.Column("project", sa.String(32), nullable=False),
    sa.Column("origin_key", HASH, nullable=False, unique=True),
    sa.Index("signal_newest", "organisation", "state", "received"),
    sa.Index("signal_offered", "offered_to", "state", "received"),
)

PROJECT = sa.Table(
    "project",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    sa.Column("organisation", sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("company", sa.Text, nullable=False),
    sa.Column("country", sa.String(3), nullable=False),
    sa.Column("number", sa.String(32), nullable=False),
    sa.Column("nace", sa.String(8), nullable=False),
    sa.Column("nace_revision", sa.String(4), nullable=False),
    sa.Column("region", sa.String(8), nullable=False),
    sa.Column("state", CODE, nullable=False),
    sa.Column("entered", MOMENT, nullable=False),
    sa.Column("adviser", sa.String(64), nullable=False),
    sa.Column("confidentiality", sa.Integer, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("outcome", CODE, nullable=False),
    sa.Column("first_output", DAY, nullable=False),
    sa.Column("case_uri", sa.Text, nullable=False),
    sa.Column("created", MOMENT, nullable=False),
    sa.Column("changed", MOMENT, nullable=False),
    sa.Column("retain_until", MOMENT, nullable=False, index=True),
    sa.Index("project_list", "organisation", "state", "changed"),
    sa.Index("project_newest", "organisation", "changed", "id"),
)

STEP = sa.Table(
    "project_step",
    CONFIDENTIAL,
    sa.Column("project", sa.ForeignKey("project.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("actor", sa.String(128), nullable=False),
    sa.Column("kind", CODE, nullable=False),
    sa.Column("from_state", CODE, nullable=False),
    sa.Column("to_state", CODE, nullable=False),
    sa.Column("details", sa.Text, nullable=False),
)

ATTACHED = sa.Table(
    "project_dossier",
    CONFIDENTIAL,
    sa.Column("project", sa.ForeignKey("project.id"), primary_key=True),
    sa.Column("dossier", sa.ForeignKey("dossier.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", CODE, primary_key=True),
    sa.Column("digest", HASH, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
)

CONTACT = sa.Table(
    "contact",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    sa.Column("project", sa.ForeignKey("project.id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False),
    sa.Column("function", sa.Text, nullable=False),
    sa.Column("erased", MOMENT),
)

DOCUMENT = sa.Table(
    "document",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    sa.Column("project", sa.ForeignKey("project.id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("bytes", sa.Integer, nullable=False),
    sa.Column("sha256", HASH, nullable=False),
    sa.Column("confidentiality", sa.Integer, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

TASK = sa.Table(
    "task",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    sa.Column("organisation", sa.String(32), nullable=False),
    sa.Column("subject_kind", CODE, nullable=False),
    sa.Column("subject", ID, nullable=False),
    sa.Column("rule", CODE, nullable=False),
    sa.Column("anchor", DAY, nullable=False),
    sa.Column("due", DAY, nullable=False),
    sa.Column("state", CODE, nullable=False),
    sa.Column("assigned", sa.String(64), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("done", MOMENT),
    sa.UniqueConstraint("subject", "rule", "anchor", name="task_once"),
    sa.Index("task_list", "organisation", "state", "due"),
    sa.Index("task_subject", "subject"),
)

CONSENT = sa.Table(
    "consent",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    sa.Column("project", sa.ForeignKey("project.id"), nullable=False, index=True),
    sa.Column("organisation", sa.String(32), nullable=False),
    # Empty for consent to tell the public.
    sa.Column("receiver", sa.String(32), nullable=False, index=True),
    sa.Column("purpose", CODE, nullable=False),
    sa.Column("highest_class", sa.Integer, nullable=False),
    sa.Column("given_by", sa.Text, nullable=False),
    sa.Column("given_on", DAY, nullable=False),
    sa.Column("until", MOMENT, nullable=False),
    sa.Column("created", MOMENT, nullable=False),
    sa.Column("revoked", MOMENT),
)

DECISION = sa.Table(
    "project_decision",
    CONFIDENTIAL,
    sa.Column("project", sa.ForeignKey("project.id"), primary_key=True),
    sa.Column("decided_on", DAY, primary_key=True),
    sa.Column("outcome", CODE, nullable=False),
    sa.Column("family", CODE, nullable=False),
    sa.Column("considered", sa.Text, nullable=False),
    sa.Column("codes", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("recorded", MOMENT, nullable=False),
    sa.Column("recorded_by", sa.String(128), nullable=False),
    # What the company expected of it: full-time equivalents, a share, and a day or a month.
    sa.Column("promised_jobs", sa.Float),
    sa.Column("promised_volume", sa.Float),
    sa.Column("promised_by", DAY),
)

FOLLOW_UP = sa.Table(
    "follow_up",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    sa.Column("organisation", sa.String(32), nullable=False, index=True),
    sa.Column("project", sa.ForeignKey("project.id"), nullable=False, index=True),
    sa.Column("month", sa.Integer, nullable=False),
    sa.Column("asked", MOMENT, nullable=False),
    sa.Column("answered", MOMENT),
    sa.Column("outcome", CODE, nullable=False),
    sa.Column("answers", sa.Text, nullable=False),
    sa.Column("accepted", MOMENT),
    sa.UniqueConstraint("project", "month", name="follow_up_once"),
)

FEED = sa.Table(
    "feed",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    sa.Column("organisation", sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("state", CODE, nullable=False),
    sa.Column("added", MOMENT, nullable=False),
    # What the publisher gave along, so that it sends nothing when nothing is new.
    sa.Column("etag", sa.Text, nullable=False),
    sa.Column("modified", sa.Text, nullable=False),
    sa.Column("fetched", MOMENT),
    sa.Column("succeeded", MOMENT),
    sa.Column("outcome", CODE, nullable=False),
    sa.Column("detail", sa.String(64), nullable=False),
    sa.Column("entries", sa.Integer, nullable=False),
    sa.UniqueConstraint("organisation", "address", name="feed_once"),
)

FEED_SIGNAL = sa.Table(
    "feed_signal",
    CONFIDENTIAL,
    sa.Column("feed", sa.ForeignKey("feed.id"), primary_key=True),
    sa.Column("signal", sa.ForeignKey("signal.id"), primary_key=True),
    sa.Column("at", MOMENT, nullable=False),
)

CALENDAR_LINK = sa.Table(
    "calendar_link",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    sa.Column("organisation", sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("person", sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("token_hash", HASH, nullable=False, unique=True),
    sa.Column("created", MOMENT, nullable=False),
    sa.Column("used", DAY, nullable=False),
)

DIGEST = sa.Table(
    "digest",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    sa.Column("organisation", sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("person", sa.ForeignKey("person.id"), nullable=False, index=True),
    # Signs the link that switches the letter off.
    sa.Column("secret", HASH, nullable=False),
    sa.Column("since", MOMENT, nullable=False),
    sa.Column("sent_on", DAY, nullable=False),
    sa.UniqueConstraint("organisation", "person", name="digest_once"),
)

#: What an organisation told of a year; never changed.
EDITION = sa.Table(
    "year_edition",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    sa.Column("organisation", sa.ForeignKey("organisation.id"), nullable=False),
    # The first of an organisation is 1; two that are made at once cannot both be the next.
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("until", DAY, nullable=False),
    sa.Column("made", MOMENT, nullable=False),
    sa.Column("told", sa.Text, nullable=False),
    sa.UniqueConstraint("organisation", "number", name="year_edition_once"),
)

#: What stood behind each table that was told: later editions are held against it.
EDITION_PART = sa.Table(
    "year_edition_part",
    CONFIDENTIAL,
    sa.Column("edition", sa.ForeignKey("year_edition.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(32), nullable=False, index=True),
    sa.Column("mark", sa.String(64), nullable=False),
    sa.Column("keys", sa.Text, nullable=False),
    sa.Column("value", sa.Float, nullable=False),
)
