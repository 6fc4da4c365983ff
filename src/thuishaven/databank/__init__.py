"""What did others do, and what became of it? Two databases, their dossiers, backups and audits."""

from thuishaven.databank.backups import Backup, back_up, heads, restore
from thuishaven.databank.changes import (
    ABSENT,
    Clash,
    Difference,
    Merged,
    differences,
    key_in_path,
    keys_of,
    merge,
    settled,
)
from thuishaven.databank.comments import Comment, Comments
from thuishaven.databank.content import Content, compared, tree_of
from thuishaven.databank.database import Database, shown
from thuishaven.databank.dossiers import Dossiers
from thuishaven.databank.engines import drafts_engine, is_postgresql
from thuishaven.databank.model import Dossier, Line, SaveConflict, Version
from thuishaven.databank.privacy import (
    erase_dossier,
    erase_on_request,
    erase_person,
    in_terminal,
    person_called,
    person_record,
    run_retention,
)
from thuishaven.databank.quota import Room, Stored, give_room, room_of, rooms, stored_by
from thuishaven.databank.working import Standing, WorkingCopies, WorkingCopy

__all__ = [
    "ABSENT",
    "Backup",
    "Clash",
    "Comment",
    "Comments",
    "Content",
    "Database",
    "Difference",
    "Dossier",
    "Dossiers",
    "Line",
    "Merged",
    "Room",
    "SaveConflict",
    "Standing",
    "Stored",
    "Version",
    "WorkingCopies",
    "WorkingCopy",
    "back_up",
    "compared",
    "differences",
    "drafts_engine",
    "erase_dossier",
    "erase_on_request",
    "erase_person",
    "give_room",
    "heads",
    "in_terminal",
    "is_postgresql",
    "key_in_path",
    "keys_of",
    "merge",
    "person_called",
    "person_record",
    "restore",
    "room_of",
    "rooms",
    "run_retention",
    "settled",
    "shown",
    "stored_by",
    "tree_of",
]
