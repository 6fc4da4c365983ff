"""The tables of dossiers, in the confidential database."""

from __future__ import annotations

import sqlalchemy as sa

from thuishaven.access import CONFIDENTIAL
from thuishaven.access.tables import HASH, ID, MOMENT

DOSSIER = sa.Table(
    "dossier",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    sa.Column("organisation", sa.ForeignKey("organisation.id"), nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("created", MOMENT, nullable=False),
    sa.Column("changed", MOMENT, nullable=False),
    sa.Column("retain_until", MOMENT, nullable=False, index=True),
)

VERSION = sa.Table(
    "dossier_version",
    CONFIDENTIAL,
    sa.Column("dossier", sa.ForeignKey("dossier.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("author", sa.String(128), nullable=False, index=True),
    sa.Column("digest", HASH, nullable=False),
    sa.Column("restores", sa.Integer, nullable=False),
)

CONTENT = sa.Table(
    "dossier_content",
    CONFIDENTIAL,
    sa.Column("dossier", sa.ForeignKey("dossier.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

LABEL = sa.Table(
    "dossier_label",
    CONFIDENTIAL,
    sa.Column("dossier", sa.ForeignKey("dossier.id"), primary_key=True),
    sa.Column("label", sa.String(64), primary_key=True),
)

COMMENT = sa.Table(
    "dossier_comment",
    CONFIDENTIAL,
    sa.Column("id", ID, primary_key=True),
    sa.Column("dossier", sa.ForeignKey("dossier.id"), nullable=False, index=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("author", sa.String(128), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("resolved", MOMENT),
)

OUTCOME = sa.Table(
    "dossier_outcome",
    CONFIDENTIAL,
    sa.Column("dossier", sa.ForeignKey("dossier.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("room", sa.String(16), primary_key=True),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
)

REPEAT = sa.Table(
    "repeat",
    CONFIDENTIAL,
    sa.Column("key_hash", HASH, primary_key=True),
    sa.Column("request_hash", HASH, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("at", MOMENT, nullable=False, index=True),
)

WORKING = sa.Table(
    "working_copy",
    CONFIDENTIAL,
    sa.Column("draft", HASH, primary_key=True),
    sa.Column("dossier", sa.ForeignKey("dossier.id"), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("digest", HASH, nullable=False),
    sa.Column("person", ID, nullable=False, index=True),
    sa.Column("share", ID, nullable=False),
    sa.Column("opened", MOMENT, nullable=False),
)
