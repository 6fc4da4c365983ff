"""Working copies of dossiers, and the address that a share was sent to."""

import sqlalchemy as sa
from alembic import op

from thuishaven.databank.guards import permit, setting, wall

revision = "c0003"
down_revision = "c0002"


def upgrade() -> None:
    """Make the table of working copies; give shares an address."""
    op.create_table(
        "working_copy",
        sa.Column("draft", sa.String(64), primary_key=True),
        sa.Column("dossier", sa.String(32), sa.ForeignKey("dossier.id"), nullable=False, index=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("person", sa.String(32), nullable=False, index=True),
        sa.Column("share", sa.String(32), nullable=False),
        sa.Column("opened", sa.String(27), nullable=False),
    )
    op.add_column("share", sa.Column("address", sa.Text, nullable=False, server_default=""))
    bind = op.get_bind()
    permit(bind, ("working_copy", "SELECT, INSERT, UPDATE, DELETE"))
    # Whoever holds the draft is told that it is tied to a dossier, also when they may see that no longer.
    behind = "EXISTS (SELECT 1 FROM dossier d WHERE d.id = working_copy.dossier)"
    wall(bind, "working_copy", f"draft = {setting('token')} OR {behind}")
