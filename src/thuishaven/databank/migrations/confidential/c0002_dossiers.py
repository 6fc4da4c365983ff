"""Dossiers of organisations, with their versions."""

import sqlalchemy as sa
from alembic import op

from thuishaven.databank.guards import append_only, permit, setting, wall

revision = "c0002"
down_revision = "c0001"


def upgrade() -> None:
    """Make the tables of dossiers."""
    _dossier()
    _around()
    bind = op.get_bind()
    append_only(bind, "dossier_version")
    everything = "SELECT, INSERT, UPDATE, DELETE"
    permit(
        bind,
        ("dossier", "SELECT, INSERT, UPDATE"),
        ("dossier_version", "SELECT, INSERT"),
        ("dossier_content", "SELECT, INSERT, DELETE"),
        ("dossier_label", everything),
        ("dossier_comment", everything),
        ("dossier_outcome", everything),
        ("repeat", everything),
    )
    shared = f"id = ANY (string_to_array({setting('shared')}, ','))"
    # The receiver is set only while a dossier is handed over: PostgreSQL wants to see the new row too.
    mine = f"organisation IN ({setting('organisation')}, {setting('receiver')})"
    wall(bind, "dossier", f"{mine} OR {shared}")
    for table in (
        "dossier_version",
        "dossier_content",
        "dossier_label",
        "dossier_comment",
        "dossier_outcome",
    ):
        # The dossier is looked for behind its own wall.
        behind = f"EXISTS (SELECT 1 FROM dossier d WHERE d.id = {table}.dossier)"  # noqa: S608
        wall(bind, table, behind)


def _dossier() -> None:
    op.create_table(
        "dossier",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column(
            "organisation", sa.String(32), sa.ForeignKey("organisation.id"), nullable=False, index=True
        ),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created", sa.String(27), nullable=False),
        sa.Column("changed", sa.String(27), nullable=False),
        sa.Column("retain_until", sa.String(27), nullable=False, index=True),
    )
    op.create_table(
        "dossier_version",
        sa.Column("dossier", sa.String(32), sa.ForeignKey("dossier.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("author", sa.String(128), nullable=False, index=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("restores", sa.Integer, nullable=False),
    )
    op.create_table(
        "dossier_content",
        sa.Column("dossier", sa.String(32), sa.ForeignKey("dossier.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _around() -> None:
    op.create_table(
        "dossier_label",
        sa.Column("dossier", sa.String(32), sa.ForeignKey("dossier.id"), primary_key=True),
        sa.Column("label", sa.String(64), primary_key=True),
    )
    op.create_table(
        "dossier_comment",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("dossier", sa.String(32), sa.ForeignKey("dossier.id"), nullable=False, index=True),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("author", sa.String(128), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("resolved", sa.String(27)),
    )
    op.create_table(
        "dossier_outcome",
        sa.Column("dossier", sa.String(32), sa.ForeignKey("dossier.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("room", sa.String(16), primary_key=True),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
    )
    op.create_table(
        "repeat",
        sa.Column("key_hash", sa.String(64), primary_key=True),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("at", sa.String(27), nullable=False, index=True),
    )
