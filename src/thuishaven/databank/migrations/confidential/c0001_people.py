"""People, organisations, what they hold, and the event log."""

import sqlalchemy as sa
from alembic import op

from thuishaven.databank.guards import append_only, permit, setting, wall

revision = "c0001"
down_revision = None

_ALL = "SELECT, INSERT, UPDATE, DELETE"


def upgrade() -> None:
    """Make the tables of the room ``access``."""
    _event()
    _people()
    _holdings()
    bind = op.get_bind()
    append_only(bind, "event")
    permit(bind, ("event", "SELECT, INSERT"), ("alembic_version", "SELECT"))
    tables = (
        "person",
        "recovery_code",
        "organisation",
        "membership",
        "session",
        "ticket",
        "api_key",
        "share",
    )
    permit(bind, *((table, _ALL) for table in tables))
    mine = f"organisation = {setting('organisation')}"
    held = f"nullif(person, '') = {setting('person')} OR nullif(token_hash, '') = {setting('token')}"
    wall(bind, "share", f"{mine} OR {held}")


def _event() -> None:
    op.create_table(
        "event",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("role", sa.String(128), nullable=False),
        sa.Column("organisation", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("object", sa.String(64), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("payload_hash", sa.String(64), nullable=False),
        sa.Column("prev_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("event_object", "event", ["kind", "object"])
    op.create_index("event_actor", "event", ["actor"])
    op.create_index("event_organisation", "event", ["organisation"])


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("email", sa.Text),
        sa.Column("email_key", sa.Text, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created", sa.String(27), nullable=False),
        sa.Column("confirmed", sa.String(27)),
        sa.Column("password", sa.Text),
        sa.Column("refusals", sa.Integer, nullable=False, server_default="0"),
        sa.Column("locked_until", sa.String(27)),
        sa.Column("totp_secret", sa.Text),
        sa.Column("totp_on", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("person", sa.String(32), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("code_hash", sa.String(64), primary_key=True),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("country", sa.String(3), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("created", sa.String(27), nullable=False),
    )
    op.create_table(
        "membership",
        sa.Column("person", sa.String(32), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("organisation", sa.String(32), sa.ForeignKey("organisation.id"), primary_key=True),
        sa.Column("role", sa.String(32), primary_key=True),
        sa.Column("since", sa.String(27), nullable=False),
    )


def _holdings() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("person", sa.String(32), sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("organisation", sa.String(32), nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("created", sa.String(27), nullable=False),
        sa.Column("seen", sa.String(27), nullable=False),
        sa.Column("expires", sa.String(27), nullable=False),
    )
    op.create_table(
        "ticket",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("person", sa.String(32), nullable=False, index=True),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("created", sa.String(27), nullable=False),
        sa.Column("expires", sa.String(27), nullable=False),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("person", sa.String(32), sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column(
            "organisation", sa.String(32), sa.ForeignKey("organisation.id"), nullable=False, index=True
        ),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("created", sa.String(27), nullable=False),
        sa.Column("expires", sa.String(27), nullable=False),
        sa.Column("revoked", sa.String(27)),
    )
    op.create_table(
        "share",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("object", sa.String(64), nullable=False),
        sa.Column(
            "organisation", sa.String(32), sa.ForeignKey("organisation.id"), nullable=False, index=True
        ),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("highest_class", sa.Integer, nullable=False),
        sa.Column("person", sa.String(32), nullable=False, index=True),
        sa.Column("token_hash", sa.String(64), nullable=False, index=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created", sa.String(27), nullable=False),
        sa.Column("expires", sa.String(27), nullable=False),
        sa.Column("revoked", sa.String(27)),
    )
    op.create_index("share_object", "share", ["kind", "object"])
