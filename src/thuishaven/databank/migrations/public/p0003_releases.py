"""Releases: which versions of cases were handed out together, and their hash."""

import sqlalchemy as sa
from alembic import op

from thuishaven.databank.guards import append_only, permit

revision = "p0003"
down_revision = "p0002"


def upgrade() -> None:
    """Make the tables of releases."""
    op.create_table(
        "release",
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("manifest", sa.Text, nullable=False),
        sa.Column("previous", sa.String(16), nullable=False),
        sa.Column("cases", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("frozen", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "release_case",
        sa.Column("release", sa.String(16), nullable=False),
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["release"], ["release.version"]),
        sa.ForeignKeyConstraint(["case", "version"], ["case_version.case", "case_version.version"]),
        sa.PrimaryKeyConstraint("release", "case"),
    )
    for table in ("release", "release_case"):
        append_only(op.get_bind(), table)
        permit(op.get_bind(), (table, "SELECT, INSERT"))
