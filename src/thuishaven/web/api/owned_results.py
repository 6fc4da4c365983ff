"""What is answered about the dossiers of an organisation, described as all answers are."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic import Field as Described


class MeAnswer(BaseModel):
    """Who asks, as the databank knows them now."""

    schema_: str = Described(alias="schema")
    kind: str = Described(description="person, key, link or public.")
    person: str = Described(description="Id of the person, or of the one a key acts for; empty for none.")
    organisation: str = Described(description="Id of the organisation acted for; empty for none.")
    roles: list[str]
    scopes: list[str] | None = Described(description="What a key may do at most; null for no such limit.")
    shares: list[str] = Described(description="Ids of the dossiers that are shared with who asks.")


class DossierLine(BaseModel):
    """A dossier in a list."""

    id: str
    title: str
    version: int
    state: str = Described(description="active or archived.")
    changed: str
    labels: list[str]


class DossiersAnswer(BaseModel):
    """The dossiers of the organisation acted for, last changed first."""

    schema_: str = Described(alias="schema")
    dossiers: list[DossierLine]
    after: str | None = Described(description="To go on from, as the parameter after; null at the end.")


class OwnedAnswer(BaseModel):
    """A dossier, without the fields that who asks may not see."""

    schema_: str = Described(alias="schema")
    id: str
    organisation: str
    title: str
    version: int
    state: str
    created: str
    changed: str
    retain_until: str
    labels: list[str]
    complete: bool = Described(description="Whether nothing was left out.")
    text: str = Described(description="The dossier in YAML, as it was typed.")
    answers: dict[str, Any] = Described(description="The answers to the scan.")


class SavedAnswer(BaseModel):
    """A change that was kept, and the version that it made."""

    schema_: str = Described(alias="schema")
    id: str
    version: int


class VersionLine(BaseModel):
    """A version: who made it and when, what it restores, and what came of it."""

    version: int
    at: str
    author: str
    digest: str
    restores: int = Described(description="The older version that it brings back; 0 for none.")
    outcomes: dict[str, Any]


class VersionsAnswer(BaseModel):
    """The versions of a dossier, newest first."""

    schema_: str = Described(alias="schema")
    versions: list[VersionLine]


class DifferenceLine(BaseModel):
    """A place where two versions differ."""

    place: str
    old: Any = Described(description="Absent where there was nothing.", default=None)
    new: Any = Described(description="Absent where there is nothing.", default=None)


class DifferencesAnswer(BaseModel):
    """What differs between two versions."""

    schema_: str = Described(alias="schema")
    old: int
    new: int
    differences: list[DifferenceLine]


class CommentLine(BaseModel):
    """A comment on a field."""

    id: str
    place: str
    text: str
    author: str
    version: int
    at: str
    resolved: str | None


class CommentsAnswer(BaseModel):
    """The comments on the fields that who asks may see, oldest first."""

    schema_: str = Described(alias="schema")
    comments: list[CommentLine]


class ShareLine(BaseModel):
    """A share: what it gives, why, and until when."""

    id: str
    scope: str = Described(description="read, comment or fill.")
    part: str
    highest_class: int
    person: str = Described(description="Whom it was given to; empty for a link.")
    reason: str
    created: str
    expires: str
    revoked: str | None
    token: str | None = Described(default=None, description="Of the link; given once, when it is made.")


class SharesAnswer(BaseModel):
    """The shares of a dossier, ended ones too, newest first."""

    schema_: str = Described(alias="schema")
    shares: list[ShareLine]


OWNED: dict[str, type[BaseModel]] = {
    "me-1": MeAnswer,
    "dossiers-1": DossiersAnswer,
    "owned-1": OwnedAnswer,
    "saved-1": SavedAnswer,
    "versions-1": VersionsAnswer,
    "differences-1": DifferencesAnswer,
    "comments-1": CommentsAnswer,
    "comment-1": CommentLine,
    "shares-1": SharesAnswer,
    "share-1": ShareLine,
}
