"""A person's own record, and forgetting a person, without the rights of the owner of the tables."""

from alembic import op

from thuishaven.databank.guards import permit_about

revision = "c0006"
down_revision = "c0005"


def upgrade() -> None:
    """Let the program see what is by or for the one person that it says it asks about."""
    bind = op.get_bind()
    permit_about(bind, "dossier_version", "author")
    permit_about(bind, "dossier_comment", "author")
    permit_about(bind, "working_copy", "'person:' || person")
    permit_about(bind, "share", "'person:' || person", "created_by", "'address:' || lower(address)")
