"""Watched feeds, calendars by subscription, the daily letter; lists stay quick with many projects."""

import sqlalchemy as sa
from alembic import op

from thuishaven.databank.guards import permit, permit_about, setting, wall

revision = "c0007"
down_revision = "c0006"

_ID, _CODE, _DAY, _MOMENT, _HASH = (
    sa.String(32),
    sa.String(32),
    sa.String(10),
    sa.String(27),
    sa.String(64),
)


def upgrade() -> None:
    """Make the tables and the indexes."""
    _feeds()
    _subscriptions()
    op.create_index("project_newest", "project", ["organisation", "changed", "id"])
    op.create_index("signal_newest", "signal", ["organisation", "state", "received"])
    op.create_index("signal_offered", "signal", ["offered_to", "state", "received"])
    bind = op.get_bind()
    everything = "SELECT, INSERT, UPDATE, DELETE"
    permit(
        bind,
        ("feed", "SELECT, INSERT, UPDATE"),
        ("feed_signal", "SELECT, INSERT"),
        ("calendar_link", everything),
        ("digest", everything),
    )
    mine, person, token = setting("organisation"), setting("person"), setting("token")
    wall(bind, "feed", f"organisation = {mine}")
    wall(bind, "feed_signal", "EXISTS (SELECT 1 FROM feed f WHERE f.id = feed_signal.feed)")
    # Whoever comes with a link has no organisation yet.
    wall(bind, "calendar_link", f"person = {person} OR token_hash = {token}")
    wall(bind, "digest", f"organisation = {mine} OR person = {person} OR id = {token}")
    permit_about(bind, "calendar_link", "'person:' || person")
    permit_about(bind, "digest", "'person:' || person")


def _feeds() -> None:
    op.create_table(
        "feed",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("organisation", _ID, sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("state", _CODE, nullable=False),
        sa.Column("added", _MOMENT, nullable=False),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("modified", sa.Text, nullable=False),
        sa.Column("fetched", _MOMENT),
        sa.Column("succeeded", _MOMENT),
        sa.Column("outcome", _CODE, nullable=False),
        sa.Column("detail", sa.String(64), nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.UniqueConstraint("organisation", "address", name="feed_once"),
    )
    op.create_table(
        "feed_signal",
        sa.Column("feed", _ID, sa.ForeignKey("feed.id"), primary_key=True),
        sa.Column("signal", _ID, sa.ForeignKey("signal.id"), primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
    )


def _subscriptions() -> None:
    op.create_table(
        "calendar_link",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("organisation", _ID, sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("person", _ID, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("token_hash", _HASH, nullable=False, unique=True),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("used", _DAY, nullable=False),
    )
    op.create_table(
        "digest",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("organisation", _ID, sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("person", _ID, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("sent_on", _DAY, nullable=False),
        sa.UniqueConstraint("organisation", "person", name="digest_once"),
    )
