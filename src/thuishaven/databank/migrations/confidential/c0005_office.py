"""The front office: signals, projects, tasks, consent, decisions and follow-up."""

import sqlalchemy as sa
from alembic import op

from thuishaven.databank.guards import append_only, permit, setting, wall

revision = "c0005"
down_revision = "c0004"

_ID, _CODE, _DAY, _MOMENT, _HASH = (
    sa.String(32),
    sa.String(32),
    sa.String(10),
    sa.String(27),
    sa.String(64),
)


def upgrade() -> None:
    """Make the tables of the front office."""
    _signal()
    _project()
    _papers()
    _work()
    _ends()
    bind = op.get_bind()
    append_only(bind, "project_step")
    everything = "SELECT, INSERT, UPDATE, DELETE"
    kept = "SELECT, INSERT, UPDATE"
    permit(
        bind,
        ("signal", kept),
        ("project", kept),
        ("project_step", "SELECT, INSERT"),
        ("project_dossier", everything),
        ("contact", kept),
        ("document", everything),
        ("task", everything),
        ("consent", kept),
        ("project_decision", "SELECT, INSERT"),
        ("follow_up", kept),
    )
    mine = setting("organisation")
    shared = f"id = ANY (string_to_array({setting('shared')}, ','))"
    # Nobody's signal is everybody's, so that none falls between two organisations.
    wall(bind, "signal", f"organisation IN ('', {mine}) OR offered_to = {mine}")
    wall(bind, "project", f"organisation IN ({mine}, {setting('receiver')}) OR {shared}")
    for table in ("project_step", "project_dossier", "contact", "document", "project_decision"):
        # The project is looked for behind its own wall.
        behind = f"EXISTS (SELECT 1 FROM project p WHERE p.id = {table}.project)"  # noqa: S608
        wall(bind, table, behind)
    # Who takes a signal over takes its task along.
    taken = "EXISTS (SELECT 1 FROM signal s WHERE s.id = task.subject)"
    wall(bind, "task", f"organisation IN ('', {mine}, {setting('receiver')}) OR {taken}")
    wall(bind, "consent", f"organisation = {mine} OR receiver = {mine}")
    wall(bind, "follow_up", f"organisation IN ({mine}, {setting('receiver')}) OR {shared}")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _code(name: str) -> sa.Column[str]:
    return sa.Column(name, _CODE, nullable=False)


def _project_key(primary_key: bool = False, index: bool = False) -> sa.Column[str]:
    project = sa.ForeignKey("project.id")
    return sa.Column("project", _ID, project, nullable=False, primary_key=primary_key, index=index)


def _signal() -> None:
    op.create_table(
        "signal",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("organisation", _ID, nullable=False, index=True),
        sa.Column("offered_to", _ID, nullable=False, index=True),
        _code("channel"),
        _code("state"),
        _text("company"),
        sa.Column("name_key", sa.Text, nullable=False, index=True),
        sa.Column("country", sa.String(3), nullable=False),
        _code("number"),
        _text("title"),
        _text("text"),
        _text("url"),
        sa.Column("language", sa.String(2), nullable=False),
        _text("matched"),
        sa.Column("published_on", _DAY, nullable=False),
        sa.Column("received", _MOMENT, nullable=False),
        sa.Column("assigned", sa.String(64), nullable=False),
        _code("reason"),
        _text("reply_to"),
        sa.Column("may_contact", sa.Boolean, nullable=False),
        _code("duplicate_of"),
        _code("project"),
        sa.Column("origin_key", _HASH, nullable=False, unique=True),
    )


def _project() -> None:
    op.create_table(
        "project",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("organisation", _ID, sa.ForeignKey("organisation.id"), nullable=False),
        _text("title"),
        _text("company"),
        sa.Column("country", sa.String(3), nullable=False),
        _code("number"),
        sa.Column("nace", sa.String(8), nullable=False),
        sa.Column("nace_revision", sa.String(4), nullable=False),
        sa.Column("region", sa.String(8), nullable=False),
        _code("state"),
        sa.Column("entered", _MOMENT, nullable=False),
        sa.Column("adviser", sa.String(64), nullable=False),
        sa.Column("confidentiality", sa.Integer, nullable=False),
        _text("purpose"),
        _code("outcome"),
        sa.Column("first_output", _DAY, nullable=False),
        _text("case_uri"),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("changed", _MOMENT, nullable=False),
        sa.Column("retain_until", _MOMENT, nullable=False, index=True),
    )
    op.create_index("project_list", "project", ["organisation", "state", "changed"])
    op.create_table(
        "project_step",
        _project_key(primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        _code("kind"),
        _code("from_state"),
        _code("to_state"),
        _text("details"),
    )


def _papers() -> None:
    op.create_table(
        "project_dossier",
        _project_key(primary_key=True),
        sa.Column("dossier", _ID, sa.ForeignKey("dossier.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", _CODE, primary_key=True),
        sa.Column("digest", _HASH, nullable=False),
        _text("summary"),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_table(
        "contact",
        sa.Column("id", _ID, primary_key=True),
        _project_key(index=True),
        _text("name"),
        _text("email"),
        _text("phone"),
        _text("function"),
        sa.Column("erased", _MOMENT),
    )
    op.create_table(
        "document",
        sa.Column("id", _ID, primary_key=True),
        _project_key(index=True),
        _text("name"),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("sha256", _HASH, nullable=False),
        sa.Column("confidentiality", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _work() -> None:
    op.create_table(
        "task",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("organisation", _ID, nullable=False),
        _code("subject_kind"),
        sa.Column("subject", _ID, nullable=False),
        _code("rule"),
        sa.Column("anchor", _DAY, nullable=False),
        sa.Column("due", _DAY, nullable=False),
        _code("state"),
        sa.Column("assigned", sa.String(64), nullable=False),
        _text("words"),
        sa.Column("done", _MOMENT),
        sa.UniqueConstraint("subject", "rule", "anchor", name="task_once"),
    )
    op.create_index("task_list", "task", ["organisation", "state", "due"])
    op.create_index("task_subject", "task", ["subject"])
    op.create_table(
        "consent",
        sa.Column("id", _ID, primary_key=True),
        _project_key(index=True),
        sa.Column("organisation", _ID, nullable=False),
        sa.Column("receiver", _ID, nullable=False, index=True),
        _code("purpose"),
        sa.Column("highest_class", sa.Integer, nullable=False),
        _text("given_by"),
        sa.Column("given_on", _DAY, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("revoked", _MOMENT),
    )


def _ends() -> None:
    op.create_table(
        "project_decision",
        _project_key(primary_key=True),
        sa.Column("decided_on", _DAY, primary_key=True),
        _code("outcome"),
        _code("family"),
        _text("considered"),
        _text("codes"),
        _text("reason"),
        sa.Column("recorded", _MOMENT, nullable=False),
        sa.Column("recorded_by", sa.String(128), nullable=False),
    )
    op.create_table(
        "follow_up",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("organisation", _ID, nullable=False, index=True),
        _project_key(index=True),
        sa.Column("month", sa.Integer, nullable=False),
        sa.Column("asked", _MOMENT, nullable=False),
        sa.Column("answered", _MOMENT),
        _code("outcome"),
        _text("answers"),
        sa.Column("accepted", _MOMENT),
        sa.UniqueConstraint("project", "month", name="follow_up_once"),
    )
