"""The tables of people, organisations and what they hold, and of the event log.

Moments are texts in UTC, all of one length, so that they sort and compare the same on every engine.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

#: ``2026-11-22T08:00:00.000000Z``
MOMENT = sa.String(27)
ID = sa.String(32)
HASH = sa.String(64)

#: Tables of the confidential database, those of the databank with them.
CONFIDENTIAL = sa.MetaData()
#: Tables of the public database.
PUBLIC = sa.MetaData()


def _event(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "event",
        metadata,
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("role", sa.String(128), nullable=False),
        sa.Column("organisation", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("object", sa.String(64), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("payload_hash", HASH, nullable=False),
        sa.Column("prev_hash", HASH, nullable=False),
        sa.Column("hash", HASH, nullable=False),
        sa.Index("event_object", "kind", "object"),
        sa.Index("event_actor", "actor"),
        sa.Index("event_organisation", "organisation"),
    )


EVENT = {"public": _event(PUBLIC), "confidential": _event(CONFIDENTIAL)}

PERSON = sa.Table(
    "person",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    sa.Column("email", sa.Text),
    sa.Column("email_key", sa.Text, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("created", MOMENT, nullable=False),
    sa.Column("confirmed", MOMENT),
    sa.Column("password", sa.Text),
    sa.Column("refusals", sa.Integer, nullable=False, server_default="0"),
    sa.Column("locked_until", MOMENT),
    sa.Column("totp_secret", sa.Text),
    sa.Column("totp_on", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0"),
)

RECOVERY = sa.Table(
    "recovery_code",
    CONFIDENTIAL,
    sa.Column("person", sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("code_hash", HASH, primary_key=True),
)

ORGANISATION = sa.Table(
    "organisation",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("country", sa.String(3), nullable=False),
    sa.Column("number", sa.String(32), nullable=False),
    sa.Column("created", MOMENT, nullable=False),
    # Empty for the room that the policy gives.
    sa.Column("room_dossiers", sa.Integer),
    sa.Column("room_bytes", sa.BigInteger),
)

MEMBERSHIP = sa.Table(
    "membership",
    CONFIDENTIAL,
    sa.Column("person", sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("organisation", sa.ForeignKey("organisation.id"), primary_key=True),
    sa.Column("role", sa.String(32), primary_key=True),
    sa.Column("since", MOMENT, nullable=False),
)

SESSION = sa.Table(
    "session",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    sa.Column("token_hash", HASH, nullable=False, unique=True),
    sa.Column("person", sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("organisation", sa.String(32), nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("address", sa.String(64), nullable=False, server_default=""),
    sa.Column("provider", sa.String(32), nullable=False, server_default=""),
    sa.Column("created", MOMENT, nullable=False),
    sa.Column("seen", MOMENT, nullable=False),
    sa.Column("expires", MOMENT, nullable=False),
)

#: Somebody as another site names them, acting for one organisation: each is an account of its own.
IDENTITY = sa.Table(
    "identity",
    CONFIDENTIAL,
    sa.Column("issuer", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("number", sa.String(32), primary_key=True),
    sa.Column("person", sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("organisation", sa.String(32), nullable=False),
    sa.Column("created", MOMENT, nullable=False),
    sa.Index("identity_number", "issuer", "number"),
)

TICKET = sa.Table(
    "ticket",
    CONFIDENTIAL,
    sa.Column("token_hash", HASH, primary_key=True),
    sa.Column("purpose", sa.String(16), nullable=False),
    sa.Column("person", sa.String(32), nullable=False, index=True),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("created", MOMENT, nullable=False),
    sa.Column("expires", MOMENT, nullable=False),
)

API_KEY = sa.Table(
    "api_key",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    sa.Column("token_hash", HASH, nullable=False, unique=True),
    sa.Column("person", sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("organisation", sa.ForeignKey("organisation.id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("created", MOMENT, nullable=False),
    sa.Column("expires", MOMENT, nullable=False),
    sa.Column("revoked", MOMENT),
)

SHARE = sa.Table(
    "share",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("object", sa.String(64), nullable=False),
    sa.Column("organisation", sa.ForeignKey("organisation.id"), nullable=False, index=True),
    sa.Column("scope", sa.String(16), nullable=False),
    sa.Column("part", sa.Text, nullable=False),
    sa.Column("highest_class", sa.Integer, nullable=False),
    sa.Column("person", sa.String(32), nullable=False, index=True),
    sa.Column("token_hash", HASH, nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("created_by", sa.String(64), nullable=False),
    sa.Column("created", MOMENT, nullable=False),
    sa.Column("expires", MOMENT, nullable=False),
    sa.Column("revoked", MOMENT),
    sa.Column("address", sa.Text, nullable=False, server_default=""),
    sa.Index("share_object", "kind", "object"),
)


def moment(at: dt.datetime) -> str:
    """A moment as it is stored.

    >>> moment(dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC))
    '2026-11-22T08:00:00.000000Z'
    """
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_moment(text: str) -> dt.datetime:
    """A stored moment.

    >>> read_moment("2026-11-22T08:00:00.000000Z")
    datetime.datetime(2026, 11, 22, 8, 0, tzinfo=datetime.timezone.utc)
    """
    return dt.datetime.fromisoformat(text)
