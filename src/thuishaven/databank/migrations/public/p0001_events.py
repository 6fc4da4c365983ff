"""The public database begins with its event log."""

import sqlalchemy as sa
from alembic import op

from thuishaven.databank.guards import append_only, permit

revision = "p0001"
down_revision = None


def upgrade() -> None:
    """Make the event log."""
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
    append_only(op.get_bind(), "event")
    permit(op.get_bind(), ("event", "SELECT, INSERT"), ("alembic_version", "SELECT"))
