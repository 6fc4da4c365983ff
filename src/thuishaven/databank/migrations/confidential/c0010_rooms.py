"""How much an organisation may store, where that differs from what the policy says."""

import sqlalchemy as sa
from alembic import op

revision = "c0010"
down_revision = "c0009"


def upgrade() -> None:
    """Add it to the organisation; nothing stands there for who has the usual room."""
    op.add_column("organisation", sa.Column("room_dossiers", sa.Integer))
    op.add_column("organisation", sa.Column("room_bytes", sa.BigInteger))
