"""Editions of what an organisation tells of a year, so that a later one is held against them."""

import sqlalchemy as sa
from alembic import op

from thuishaven.databank.guards import append_only, permit, setting, wall

revision = "c0008"
down_revision = "c0007"

_ID, _DAY, _MOMENT = sa.String(32), sa.String(10), sa.String(27)


def upgrade() -> None:
    """Make the tables; what was told is never changed."""
    op.create_table(
        "year_edition",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("organisation", _ID, sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("until", _DAY, nullable=False),
        sa.Column("made", _MOMENT, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.UniqueConstraint("organisation", "number", name="year_edition_once"),
    )
    op.create_table(
        "year_edition_part",
        sa.Column("edition", _ID, sa.ForeignKey("year_edition.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("subject", _ID, nullable=False, index=True),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("keys", sa.Text, nullable=False),
        sa.Column("value", sa.Float, nullable=False),
    )
    bind = op.get_bind()
    append_only(bind, "year_edition")
    permit(bind, ("year_edition", "SELECT, INSERT"), ("year_edition_part", "SELECT, INSERT"))
    wall(bind, "year_edition", f"organisation = {setting('organisation')}")
    wall(
        bind,
        "year_edition_part",
        "EXISTS (SELECT 1 FROM year_edition e WHERE e.id = year_edition_part.edition)",
    )
