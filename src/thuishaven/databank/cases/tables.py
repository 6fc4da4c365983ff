"""The tables of cases, in the public database.

What sources say (``claim``) is only ever added to. The typed tables (``move``, ``status_event``, ``jobs``...)
hold the *published* record, one set of rows for each version: they are worked out of the claims when a case
is published and never changed afterwards, so that a version stays citable. Nothing is deleted anywhere.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from thuishaven.access import PUBLIC
from thuishaven.access.tables import HASH, ID, MOMENT

#: ``2012``, ``2012-03`` or ``2012-03-22``: as exact as it is known.
DAY = sa.String(10)
CODE = sa.String(32)
ACTOR = sa.String(128)
COUNTRY = sa.String(3)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _code(name: str, kind: sa.String = CODE) -> sa.Column[str]:
    return sa.Column(name, kind, nullable=False, server_default="")


ORGANISATION = sa.Table(
    "organisation",
    PUBLIC,
    sa.Column("id", ID, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False, index=True),
    _text("alt_names"),
    _code("country", COUNTRY),
    _code("kbo"),
    _code("kvk"),
    _code("lei"),
    _code("vat"),
    _code("nace"),
    _code("nace_rev"),
    _code("size_class"),
    _code("parent_id"),
    sa.Column("created", MOMENT, nullable=False),
)

CASE = sa.Table(
    "cases",
    PUBLIC,
    sa.Column("id", ID, primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False, unique=True),
    sa.Column("organisation", sa.ForeignKey("organisation.id"), nullable=False, index=True),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("state", CODE, nullable=False, index=True),
    sa.Column("state_since", MOMENT, nullable=False),
    sa.Column("cycle", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("batch", ID, nullable=False, index=True),
    sa.Column("author", ACTOR, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("created", MOMENT, nullable=False),
    sa.Column("changed", MOMENT, nullable=False),
)

VERSION = sa.Table(
    "case_version",
    PUBLIC,
    sa.Column("case", sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("last_claim", sa.BigInteger, nullable=False),
    sa.Column("digest", HASH, nullable=False),
    sa.Column("record", sa.LargeBinary, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

SOURCE = sa.Table(
    "source",
    PUBLIC,
    sa.Column("id", ID, primary_key=True),
    sa.Column("kind", CODE, nullable=False),
    sa.Column("publisher", sa.Text, nullable=False),
    _text("title"),
    _text("url"),
    _text("archive_url"),
    _code("sha256", HASH),
    _code("published_on", DAY),
    _code("accessed_on", DAY),
    _code("language", sa.String(2)),
    sa.Column("key", HASH, nullable=False, unique=True),
    sa.Column("recorded_at", MOMENT, nullable=False),
)

CLAIM = sa.Table(
    "claim",
    PUBLIC,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("case", sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("cycle", sa.Integer, nullable=False),
    sa.Column("move", sa.Integer, nullable=False),
    sa.Column("field", CODE, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("qualifiers", sa.Text, nullable=False),
    sa.Column("as_of", DAY, nullable=False),
    sa.Column("valid_from", DAY, nullable=False),
    sa.Column("valid_to", DAY, nullable=False),
    sa.Column("source", sa.ForeignKey("source.id"), nullable=False, index=True),
    sa.Column("locator", sa.Text, nullable=False),
    sa.Column("coder", ACTOR, nullable=False),
    sa.Column("round", CODE, nullable=False),
    sa.Column("confidence", sa.String(1), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("recorded_at", MOMENT, nullable=False),
    sa.Column("supersedes", sa.BigInteger, nullable=False),
)


def _part(name: str, *columns: sa.Column[Any]) -> sa.Table:
    """A table of the published record: lines of one version of a case, each resting on a claim."""
    return sa.Table(
        name,
        PUBLIC,
        sa.Column("case", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
        *columns,
        sa.Column("claim", sa.ForeignKey("claim.id"), nullable=False),
        sa.ForeignKeyConstraint(["case", "version"], ["case_version.case", "case_version.version"]),
    )


PROFILE = _part("case_profile", _code("case_type"), _text("title"), _text("summary"))
SITE = _part(
    "site",
    sa.Column("move", sa.Integer, nullable=False),
    _code("side"),
    _code("country", COUNTRY),
    _text("place"),
    _code("nuts"),
    _code("nuts_version"),
    _code("establishment_no"),
)
MOVE = _part(
    "move",
    sa.Column("move", sa.Integer, nullable=False),
    _code("from_country", COUNTRY),
    _text("from_text"),
    _code("to_country", COUNTRY),
    _code("form_from"),
    _code("form_to"),
    _code("activity"),
    _text("product"),
    _code("cn"),
    _code("prodcom"),
    _code("nace"),
    _code("nace_rev"),
    sa.Column("share_announced", sa.Float),
    sa.Column("share_realised", sa.Float),
)
STATUS = _part(
    "status_event",
    _code("state"),
    _code("occurred_on", DAY),
    _code("precision"),
    _code("as_of", DAY),
    sa.Column("recorded_at", MOMENT, nullable=False),
)
JOBS = _part(
    "jobs",
    _code("kind"),
    _code("unit"),
    sa.Column("low", sa.Float),
    sa.Column("high", sa.Float),
    _code("as_of", DAY),
    _code("scope"),
)
MONEY = _part(
    "money",
    _code("kind"),
    sa.Column("low", sa.Float),
    sa.Column("high", sa.Float),
    _code("currency", COUNTRY),
    _code("as_of", DAY),
)
SUPPORT = _part(
    "support",
    _text("instrument"),
    _text("authority"),
    _text("legal_basis"),
    sa.Column("amount", sa.Float),
    _code("currency", COUNTRY),
    _code("decided_on", DAY),
)
MOTIVE = _part("motive", _code("code"), _code("role"), _code("direction"), _code("stage"))
STAGE = _part("process_stage", _code("stage"), _code("occurred_on", DAY), _code("precision"))
DISTRESS = _part(
    "distress_event", _text("text"), _code("kind"), _code("occurred_on", DAY), _code("as_of", DAY)
)
#: The tables of the published record, each with (case, version, line).
PARTS = (PROFILE, SITE, MOVE, STATUS, JOBS, MONEY, SUPPORT, MOTIVE, STAGE, DISTRESS)

TASK = sa.Table(
    "coding_task",
    PUBLIC,
    sa.Column("id", ID, primary_key=True),
    sa.Column("case", sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("cycle", sa.Integer, nullable=False),
    sa.Column("round", CODE, nullable=False),
    sa.Column("coder", ACTOR, nullable=False, index=True),
    sa.Column("state", CODE, nullable=False),
    sa.Column("opened", MOMENT, nullable=False),
    sa.Column("done", MOMENT),
    sa.UniqueConstraint("case", "cycle", "round"),
)

DISAGREEMENT = sa.Table(
    "disagreement",
    PUBLIC,
    sa.Column("id", ID, primary_key=True),
    sa.Column("case", sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("cycle", sa.Integer, nullable=False),
    sa.Column("move", sa.Integer, nullable=False),
    sa.Column("field", CODE, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("first", sa.Text, nullable=False),
    sa.Column("second", sa.Text, nullable=False),
    sa.Column("found", MOMENT, nullable=False),
    sa.Column("value", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("resolver", ACTOR, nullable=False),
    sa.Column("resolved", MOMENT),
)

JUDGEMENT = sa.Table(
    "match_judgement",
    PUBLIC,
    sa.Column("id", ID, primary_key=True),
    sa.Column("kind", CODE, nullable=False),
    sa.Column("one", ID, nullable=False, index=True),
    sa.Column("other", ID, nullable=False, index=True),
    sa.Column("verdict", CODE, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("names", HASH, nullable=False),
    sa.Column("judge", ACTOR, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Index("match_pair", "kind", "one", "other"),
)

SIGNAL = sa.Table(
    "signal",
    PUBLIC,
    sa.Column("id", ID, primary_key=True),
    sa.Column("kind", CODE, nullable=False),
    sa.Column("case", ID, nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("published_on", DAY, nullable=False),
    sa.Column("state", CODE, nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("settled", MOMENT),
)

BATCH = sa.Table(
    "import_batch",
    PUBLIC,
    sa.Column("id", ID, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("format", CODE, nullable=False),
    sa.Column("digest", HASH, nullable=False, index=True),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("made", sa.Integer, nullable=False),
    sa.Column("state", CODE, nullable=False),
    sa.Column("actor", ACTOR, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("started", MOMENT, nullable=False),
    sa.Column("ended", MOMENT),
)

ROW = sa.Table(
    "import_row",
    PUBLIC,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("row_key", sa.Text, primary_key=True),
    sa.Column("batch", sa.ForeignKey("import_batch.id"), nullable=False, index=True),
    sa.Column("case", sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("digest", HASH, nullable=False),
)

REFERENCE = sa.Table(
    "reference",
    PUBLIC,
    sa.Column("id", ID, primary_key=True),
    sa.Column("kind", CODE, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    _text("authors"),
    _code("year", DAY),
    _text("doi"),
    _text("url"),
    _text("abstract"),
    _text("keywords"),
    _code("language", sa.String(2)),
    sa.Column("recorded_at", MOMENT, nullable=False),
)

MEASURE = sa.Table(
    "policy_measure",
    PUBLIC,
    sa.Column("id", ID, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("country", COUNTRY, nullable=False),
    _text("authority"),
    _text("legal_basis"),
    _text("url"),
    _code("since", DAY),
    _code("until", DAY),
    _text("summary"),
    sa.Column("recorded_at", MOMENT, nullable=False),
)

#: What the public search looks in: one line for each published case, kept by whoever publishes.
LISTING = sa.Table(
    "case_listing",
    PUBLIC,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("case", sa.ForeignKey("cases.id"), nullable=False, unique=True),
    sa.Column("shown", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False, index=True),
    sa.Column("facets", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("card", sa.Text, nullable=False),
    # States with the year they began in: ``announced:2012 implemented:2013``.
    _text("happened"),
)

#: What each published version tells statistics, so that they need not read its record, and in which form.
TOLD = sa.Table(
    "case_told",
    PUBLIC,
    sa.Column("case", sa.String(32), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("form", sa.Integer, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(["case", "version"], ["case_version.case", "case_version.version"]),
)

#: What was worked out of the lines up to ``seq``, so that a search need not read them all.
SEGMENT = sa.Table(
    "search_segment",
    PUBLIC,
    sa.Column("segment", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

POSTING = sa.Table(
    "search_posting",
    PUBLIC,
    sa.Column("segment", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("word", sa.String(64), primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

SEARCH = sa.Table(
    "search_state",
    PUBLIC,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("segment", sa.BigInteger, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
)
