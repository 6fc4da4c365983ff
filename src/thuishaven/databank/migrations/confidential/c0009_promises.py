"""What a company promised with its decision: jobs, a share of the volume, and by when."""

import sqlalchemy as sa
from alembic import op

revision = "c0009"
down_revision = "c0008"


def upgrade() -> None:
    """Add it to the decision; rights and row-level security of the table hold for it too."""
    op.add_column("project_decision", sa.Column("promised_jobs", sa.Float))
    op.add_column("project_decision", sa.Column("promised_volume", sa.Float))
    op.add_column("project_decision", sa.Column("promised_by", sa.String(10)))
