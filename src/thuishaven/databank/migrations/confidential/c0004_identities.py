"""People who sign in elsewhere, and where a session began."""

import sqlalchemy as sa
from alembic import op

from thuishaven.databank.guards import permit

revision = "c0004"
down_revision = "c0003"


def upgrade() -> None:
    """Make the table of identities; give sessions an address and a provider."""
    op.create_table(
        "identity",
        sa.Column("issuer", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("number", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(32), sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("organisation", sa.String(32), nullable=False),
        sa.Column("created", sa.String(27), nullable=False),
    )
    op.create_index("identity_number", "identity", ["issuer", "number"])
    # Looked up before it is known who acts, as persons and sessions are: no wall by organisation.
    permit(op.get_bind(), ("identity", "SELECT, INSERT, UPDATE, DELETE"))
    op.add_column("session", sa.Column("address", sa.String(64), nullable=False, server_default=""))
    op.add_column("session", sa.Column("provider", sa.String(32), nullable=False, server_default=""))
