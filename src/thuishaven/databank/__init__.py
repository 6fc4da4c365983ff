"""What did others do, and what became of it? Two databases, their dossiers, backups and audits."""

from thuishaven.databank.database import Database, shown

__all__ = ["Database", "shown"]
