"""What statistics and the count of years need of each published case, kept beside it."""

import sqlalchemy as sa
from alembic import op

from thuishaven.databank.guards import permit

revision = "p0004"
down_revision = "p0003"

_JOINED = {"sqlite": "group_concat(DISTINCT {})", "postgresql": "string_agg(DISTINCT {}, ',')"}


def upgrade() -> None:
    """Make the table, and say of the cases that are published when their states began."""
    op.create_table(
        "case_told",
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("form", sa.Integer, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["case", "version"], ["case_version.case", "case_version.version"]),
        sa.PrimaryKeyConstraint("case", "version"),
    )
    bind = op.get_bind()
    permit(bind, ("case_told", "SELECT, INSERT, UPDATE, DELETE"))
    op.add_column("case_listing", sa.Column("happened", sa.Text, server_default="", nullable=False))
    years = _JOINED[bind.dialect.name].format("state || ':' || substr(occurred_on, 1, 4)")
    bind.exec_driver_sql(
        "UPDATE case_listing SET happened = coalesce(replace(("  # noqa: S608 - our own words
        f"SELECT {years} FROM status_event s "
        'WHERE s."case" = case_listing."case" AND s.version = case_listing.version '
        "AND s.occurred_on <> '' AND s.\"precision\" <> 'article'), ',', ' '), '') WHERE shown"
    )
    # Pictures of the search that were kept do not know it: they are made anew.
    for table in ("search_state", "search_segment", "search_posting"):
        bind.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names of our own
