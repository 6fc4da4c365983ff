"""What is kept of a release: which version of each case is in it, and the hash of what was handed out."""

from __future__ import annotations

import sqlalchemy as sa

from thuishaven.access import PUBLIC
from thuishaven.access.tables import HASH, ID, MOMENT

RELEASE = sa.Table(
    "release",
    PUBLIC,
    sa.Column("version", sa.String(16), primary_key=True),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("hash", HASH, nullable=False),
    sa.Column("manifest", sa.Text, nullable=False),
    sa.Column("previous", sa.String(16), nullable=False),
    sa.Column("cases", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    # What could change later and belongs to no version of a case: reliability, literature, measures.
    sa.Column("frozen", sa.LargeBinary, nullable=False),
)

RELEASE_CASE = sa.Table(
    "release_case",
    PUBLIC,
    sa.Column("release", sa.ForeignKey("release.version"), primary_key=True),
    sa.Column("case", ID, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.ForeignKeyConstraint(["case", "version"], ["case_version.case", "case_version.version"]),
)
