"""Cases: what sources say of them, how they were coded, and what was published."""

import sqlalchemy as sa
from alembic import op

from thuishaven.databank.guards import append_only, keep, permit

revision = "p0002"
down_revision = "p0001"

_PARTS = (
    *("case_profile", "site", "move", "status_event", "jobs", "money", "support", "motive"),
    *("process_stage", "distress_event"),
)
_ADDED_TO = ("source", "claim", "case_version", *_PARTS, "match_judgement")
_KEPT = (
    *("organisation", "cases", "coding_task", "disagreement", "signal", "import_batch", "import_row"),
    *("reference", "policy_measure", "case_listing"),
)
_WORKED_OUT = ("search_segment", "search_posting", "search_state")


def upgrade() -> None:
    """Make the tables of cases."""
    for make in (_sources, _cases, _claims, _desk, _parts, _around, _search):
        make()
    bind = op.get_bind()
    for table in _ADDED_TO:
        append_only(bind, table)
        permit(bind, (table, "SELECT, INSERT"))
    for table in _KEPT:
        keep(bind, table)
        permit(bind, (table, "SELECT, INSERT, UPDATE"))
    for table in _WORKED_OUT:
        permit(bind, (table, "SELECT, INSERT, UPDATE, DELETE"))
    if bind.dialect.name == "postgresql":
        # Words are looked up by how they begin; numbers are packed already.
        op.execute('ALTER TABLE search_posting ALTER COLUMN word TYPE varchar(64) COLLATE "C"')
        for table in ("search_posting", "search_segment"):
            op.execute(f"ALTER TABLE {table} ALTER COLUMN data SET STORAGE EXTERNAL")


def _sources() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("alt_names", sa.Text, server_default="", nullable=False),
        sa.Column("country", sa.String(3), server_default="", nullable=False),
        sa.Column("kbo", sa.String(32), server_default="", nullable=False),
        sa.Column("kvk", sa.String(32), server_default="", nullable=False),
        sa.Column("lei", sa.String(32), server_default="", nullable=False),
        sa.Column("vat", sa.String(32), server_default="", nullable=False),
        sa.Column("nace", sa.String(32), server_default="", nullable=False),
        sa.Column("nace_rev", sa.String(32), server_default="", nullable=False),
        sa.Column("size_class", sa.String(32), server_default="", nullable=False),
        sa.Column("parent_id", sa.String(32), server_default="", nullable=False),
        sa.Column("created", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_organisation_name_key", "organisation", ["name_key"])
    op.create_table(
        "source",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.Column("title", sa.Text, server_default="", nullable=False),
        sa.Column("url", sa.Text, server_default="", nullable=False),
        sa.Column("archive_url", sa.Text, server_default="", nullable=False),
        sa.Column("sha256", sa.String(64), server_default="", nullable=False),
        sa.Column("published_on", sa.String(10), server_default="", nullable=False),
        sa.Column("accessed_on", sa.String(10), server_default="", nullable=False),
        sa.Column("language", sa.String(2), server_default="", nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("organisation", sa.String(32), nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("state_since", sa.String(27), nullable=False),
        sa.Column("cycle", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("batch", sa.String(32), nullable=False),
        sa.Column("author", sa.String(128), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created", sa.String(27), nullable=False),
        sa.Column("changed", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("ix_cases_batch", "cases", ["batch"])
    op.create_index("ix_cases_organisation", "cases", ["organisation"])
    op.create_index("ix_cases_state", "cases", ["state"])
    op.create_table(
        "case_version",
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("last_claim", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["case"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("case", "version"),
    )


def _claims() -> None:
    op.create_table(
        "claim",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("cycle", sa.Integer, nullable=False),
        sa.Column("move", sa.Integer, nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("qualifiers", sa.Text, nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("valid_from", sa.String(10), nullable=False),
        sa.Column("valid_to", sa.String(10), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("locator", sa.Text, nullable=False),
        sa.Column("coder", sa.String(128), nullable=False),
        sa.Column("round", sa.String(32), nullable=False),
        sa.Column("confidence", sa.String(1), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("supersedes", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["case"],
            ["cases.id"],
        ),
        sa.ForeignKeyConstraint(
            ["source"],
            ["source.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_claim_case", "claim", ["case"])
    op.create_index("ix_claim_source", "claim", ["source"])


def _desk() -> None:
    op.create_table(
        "match_judgement",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("one", sa.String(32), nullable=False),
        sa.Column("other", sa.String(32), nullable=False),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("names", sa.String(64), nullable=False),
        sa.Column("judge", sa.String(128), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_match_judgement_one", "match_judgement", ["one"])
    op.create_index("ix_match_judgement_other", "match_judgement", ["other"])
    op.create_index("match_pair", "match_judgement", ["kind", "one", "other"])
    op.create_table(
        "signal",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("published_on", sa.String(10), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("settled", sa.String(27)),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_signal_case", "signal", ["case"])
    op.create_index("ix_signal_state", "signal", ["state"])
    op.create_table(
        "coding_task",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("cycle", sa.Integer, nullable=False),
        sa.Column("round", sa.String(32), nullable=False),
        sa.Column("coder", sa.String(128), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("opened", sa.String(27), nullable=False),
        sa.Column("done", sa.String(27)),
        sa.ForeignKeyConstraint(
            ["case"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case", "cycle", "round"),
    )
    op.create_index("ix_coding_task_case", "coding_task", ["case"])
    op.create_index("ix_coding_task_coder", "coding_task", ["coder"])
    op.create_table(
        "disagreement",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("cycle", sa.Integer, nullable=False),
        sa.Column("move", sa.Integer, nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("first", sa.Text, nullable=False),
        sa.Column("second", sa.Text, nullable=False),
        sa.Column("found", sa.String(27), nullable=False),
        sa.Column("value", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("resolver", sa.String(128), nullable=False),
        sa.Column("resolved", sa.String(27)),
        sa.ForeignKeyConstraint(
            ["case"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_disagreement_case", "disagreement", ["case"])


def _parts() -> None:
    op.create_table(
        "case_profile",
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("case_type", sa.String(32), server_default="", nullable=False),
        sa.Column("title", sa.Text, server_default="", nullable=False),
        sa.Column("summary", sa.Text, server_default="", nullable=False),
        sa.Column("claim", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["case", "version"],
            ["case_version.case", "case_version.version"],
        ),
        sa.ForeignKeyConstraint(
            ["claim"],
            ["claim.id"],
        ),
        sa.PrimaryKeyConstraint("case", "version", "line"),
    )
    op.create_table(
        "distress_event",
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text, server_default="", nullable=False),
        sa.Column("kind", sa.String(32), server_default="", nullable=False),
        sa.Column("occurred_on", sa.String(10), server_default="", nullable=False),
        sa.Column("as_of", sa.String(10), server_default="", nullable=False),
        sa.Column("claim", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["case", "version"],
            ["case_version.case", "case_version.version"],
        ),
        sa.ForeignKeyConstraint(
            ["claim"],
            ["claim.id"],
        ),
        sa.PrimaryKeyConstraint("case", "version", "line"),
    )
    op.create_table(
        "jobs",
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(32), server_default="", nullable=False),
        sa.Column("unit", sa.String(32), server_default="", nullable=False),
        sa.Column("low", sa.Float),
        sa.Column("high", sa.Float),
        sa.Column("as_of", sa.String(10), server_default="", nullable=False),
        sa.Column("scope", sa.String(32), server_default="", nullable=False),
        sa.Column("claim", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["case", "version"],
            ["case_version.case", "case_version.version"],
        ),
        sa.ForeignKeyConstraint(
            ["claim"],
            ["claim.id"],
        ),
        sa.PrimaryKeyConstraint("case", "version", "line"),
    )
    op.create_table(
        "money",
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(32), server_default="", nullable=False),
        sa.Column("low", sa.Float),
        sa.Column("high", sa.Float),
        sa.Column("currency", sa.String(3), server_default="", nullable=False),
        sa.Column("as_of", sa.String(10), server_default="", nullable=False),
        sa.Column("claim", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["case", "version"],
            ["case_version.case", "case_version.version"],
        ),
        sa.ForeignKeyConstraint(
            ["claim"],
            ["claim.id"],
        ),
        sa.PrimaryKeyConstraint("case", "version", "line"),
    )
    op.create_table(
        "motive",
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(32), server_default="", nullable=False),
        sa.Column("role", sa.String(32), server_default="", nullable=False),
        sa.Column("direction", sa.String(32), server_default="", nullable=False),
        sa.Column("stage", sa.String(32), server_default="", nullable=False),
        sa.Column("claim", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["case", "version"],
            ["case_version.case", "case_version.version"],
        ),
        sa.ForeignKeyConstraint(
            ["claim"],
            ["claim.id"],
        ),
        sa.PrimaryKeyConstraint("case", "version", "line"),
    )
    op.create_table(
        "move",
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("move", sa.Integer, nullable=False),
        sa.Column("from_country", sa.String(3), server_default="", nullable=False),
        sa.Column("from_text", sa.Text, server_default="", nullable=False),
        sa.Column("to_country", sa.String(3), server_default="", nullable=False),
        sa.Column("form_from", sa.String(32), server_default="", nullable=False),
        sa.Column("form_to", sa.String(32), server_default="", nullable=False),
        sa.Column("activity", sa.String(32), server_default="", nullable=False),
        sa.Column("product", sa.Text, server_default="", nullable=False),
        sa.Column("cn", sa.String(32), server_default="", nullable=False),
        sa.Column("prodcom", sa.String(32), server_default="", nullable=False),
        sa.Column("nace", sa.String(32), server_default="", nullable=False),
        sa.Column("nace_rev", sa.String(32), server_default="", nullable=False),
        sa.Column("share_announced", sa.Float),
        sa.Column("share_realised", sa.Float),
        sa.Column("claim", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["case", "version"],
            ["case_version.case", "case_version.version"],
        ),
        sa.ForeignKeyConstraint(
            ["claim"],
            ["claim.id"],
        ),
        sa.PrimaryKeyConstraint("case", "version", "line"),
    )
    op.create_table(
        "process_stage",
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("stage", sa.String(32), server_default="", nullable=False),
        sa.Column("occurred_on", sa.String(10), server_default="", nullable=False),
        sa.Column("precision", sa.String(32), server_default="", nullable=False),
        sa.Column("claim", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["case", "version"],
            ["case_version.case", "case_version.version"],
        ),
        sa.ForeignKeyConstraint(
            ["claim"],
            ["claim.id"],
        ),
        sa.PrimaryKeyConstraint("case", "version", "line"),
    )
    op.create_table(
        "site",
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("move", sa.Integer, nullable=False),
        sa.Column("side", sa.String(32), server_default="", nullable=False),
        sa.Column("country", sa.String(3), server_default="", nullable=False),
        sa.Column("place", sa.Text, server_default="", nullable=False),
        sa.Column("nuts", sa.String(32), server_default="", nullable=False),
        sa.Column("nuts_version", sa.String(32), server_default="", nullable=False),
        sa.Column("establishment_no", sa.String(32), server_default="", nullable=False),
        sa.Column("claim", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["case", "version"],
            ["case_version.case", "case_version.version"],
        ),
        sa.ForeignKeyConstraint(
            ["claim"],
            ["claim.id"],
        ),
        sa.PrimaryKeyConstraint("case", "version", "line"),
    )
    op.create_table(
        "status_event",
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(32), server_default="", nullable=False),
        sa.Column("occurred_on", sa.String(10), server_default="", nullable=False),
        sa.Column("precision", sa.String(32), server_default="", nullable=False),
        sa.Column("as_of", sa.String(10), server_default="", nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("claim", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["case", "version"],
            ["case_version.case", "case_version.version"],
        ),
        sa.ForeignKeyConstraint(
            ["claim"],
            ["claim.id"],
        ),
        sa.PrimaryKeyConstraint("case", "version", "line"),
    )
    op.create_table(
        "support",
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("instrument", sa.Text, server_default="", nullable=False),
        sa.Column("authority", sa.Text, server_default="", nullable=False),
        sa.Column("legal_basis", sa.Text, server_default="", nullable=False),
        sa.Column("amount", sa.Float),
        sa.Column("currency", sa.String(3), server_default="", nullable=False),
        sa.Column("decided_on", sa.String(10), server_default="", nullable=False),
        sa.Column("claim", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["case", "version"],
            ["case_version.case", "case_version.version"],
        ),
        sa.ForeignKeyConstraint(
            ["claim"],
            ["claim.id"],
        ),
        sa.PrimaryKeyConstraint("case", "version", "line"),
    )


def _around() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("format", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("made", sa.Integer, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("started", sa.String(27), nullable=False),
        sa.Column("ended", sa.String(27)),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_import_batch_digest", "import_batch", ["digest"])
    op.create_table(
        "policy_measure",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("country", sa.String(3), nullable=False),
        sa.Column("authority", sa.Text, server_default="", nullable=False),
        sa.Column("legal_basis", sa.Text, server_default="", nullable=False),
        sa.Column("url", sa.Text, server_default="", nullable=False),
        sa.Column("since", sa.String(10), server_default="", nullable=False),
        sa.Column("until", sa.String(10), server_default="", nullable=False),
        sa.Column("summary", sa.Text, server_default="", nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "reference",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("authors", sa.Text, server_default="", nullable=False),
        sa.Column("year", sa.String(10), server_default="", nullable=False),
        sa.Column("doi", sa.Text, server_default="", nullable=False),
        sa.Column("url", sa.Text, server_default="", nullable=False),
        sa.Column("abstract", sa.Text, server_default="", nullable=False),
        sa.Column("keywords", sa.Text, server_default="", nullable=False),
        sa.Column("language", sa.String(2), server_default="", nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "import_row",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("row_key", sa.Text, nullable=False),
        sa.Column("batch", sa.String(32), nullable=False),
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch"],
            ["import_batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["case"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("source", "row_key"),
    )
    op.create_index("ix_import_row_batch", "import_row", ["batch"])


def _search() -> None:
    op.create_table(
        "search_posting",
        sa.Column("segment", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("word", sa.String(64), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("segment", "word"),
    )
    op.create_table(
        "search_segment",
        sa.Column("segment", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("segment", "name"),
    )
    op.create_table(
        "search_state",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("segment", sa.BigInteger, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "case_listing",
        sa.Column("number", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("shown", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("facets", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("card", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["case"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("case"),
    )
    op.create_index("ix_case_listing_seq", "case_listing", ["seq"])
