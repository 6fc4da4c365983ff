"""Dossiers of an organisation: private unless shared, every version kept, nobody's work overwritten."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from thuishaven.access import (
    AccessError,
    Actor,
    Change,
    Decision,
    NotFound,
    Object,
    Policy,
    Store,
    canonical,
    decide,
    fingerprint,
    hashed,
    moment,
    new_id,
    policy,
    read_moment,
    require,
)
from thuishaven.databank.changes import Difference, merge
from thuishaven.databank.content import (
    USUAL_CLASS,
    Content,
    class_of,
    compared,
    redacted,
    stored,
    tree_of,
    unpacked,
    unredacted,
    whole,
)
from thuishaven.databank.model import Dossier, Line, SaveConflict, Version
from thuishaven.databank.quota import within_quota
from thuishaven.databank.sight import inside, parts_seen, reading, thing_of
from thuishaven.databank.tables import COMMENT, CONTENT, DOSSIER, LABEL, OUTCOME, REPEAT, VERSION, WORKING

_LONGEST_TITLE, _LONGEST_LABEL, _LONGEST_KEY, _LONGEST_WHY = 2**7, 2**6, 2**7, 2**9
#: How the word on why a version was made stands among what was noted of it.
_WHY = "why"


class Dossiers:
    """The dossiers of one installation.

    Parameters
    ----------
    store
        The confidential database.
    rules
        Terms.
    """

    def __init__(self, store: Store, rules: Policy | None = None) -> None:
        self.store = store
        self.policy = rules or policy()

    def create(
        self,
        actor: Actor,
        title: str,
        content: Content,
        *,
        key: str = "",
        retain: dt.timedelta | None = None,
    ) -> str:
        """A new dossier of the organisation that the actor acts for; private to it.

        Parameters
        ----------
        actor, title, content
            Who makes it, its name, and what it holds.
        key
            Idempotency key: the same call again gives the same dossier.
        retain
            How long it is kept; seven years when absent.

        Returns
        -------
        str
            Its id.
        """
        thing = Object("dossier", "", actor.organisation, confidentiality=USUAL_CLASS)
        decision = require(actor, "create", thing)
        packed, title = content.packed(), short(title, _LONGEST_TITLE)
        request = ["create", title, fingerprint(packed)]
        within_quota(self.store, actor, self.policy, actor.organisation, len(stored(packed)), dossiers=1)

        def act(change: Change) -> str:
            dossier = new_id()
            until = change.at + (self.policy.term("retention_dossier") if retain is None else retain)
            change.run(
                sa.insert(DOSSIER).values(
                    id=dossier,
                    organisation=actor.organisation,
                    title=title,
                    version=1,
                    state="active",
                    created=change.now,
                    changed=change.now,
                    retain_until=moment(until),
                )
            )
            self._keep(change, dossier, 1, packed)
            details = {"version": 1}
            change.log("create", "dossier", dossier, decision=decision, details=details, payload=packed)
            return dossier

        return str(self._once(actor, key, request, act))

    def get(self, actor: Actor, dossier: str, version: int | None = None) -> Dossier:
        """A dossier, or an older version of it. Raises NotFound when there is none for this actor."""
        with self.store.read(actor) as connection:
            row, decision = self._readable(connection, actor, dossier)
            if version not in {None, row.version}:
                require(actor, "list", thing_of(row))
            return self._seen(connection, actor, row, decision, version or row.version)

    def list(
        self,
        actor: Actor,
        *,
        state: str = "active",
        label: str = "",
        title: str = "",
        after: str = "",
        most: int = 128,
    ) -> tuple[Line, ...]:
        """Dossiers of the organisation acted for, last changed first.

        Parameters
        ----------
        actor
            Who asks.
        state, label
            Only those.
        title
            Only those with these words in their title; capitals and accents do not count.
        after
            Id of the last one seen, to go on from.
        most
            How many at most.
        """
        require(actor, "list", Object("dossier", "", actor.organisation, confidentiality=USUAL_CLASS))
        mine = (DOSSIER.c.organisation == actor.organisation) & (DOSSIER.c.state == state)
        wanted = sa.select(DOSSIER).where(mine)
        if label:
            wanted = wanted.where(DOSSIER.c.id.in_(sa.select(LABEL.c.dossier).where(LABEL.c.label == label)))
        if after:
            # Going on from a dossier of another organisation would tell when that one changed.
            last = sa.select(DOSSIER.c.changed, DOSSIER.c.id).where(mine, DOSSIER.c.id == after).subquery()
            older = (DOSSIER.c.changed < last.c.changed) | (
                (DOSSIER.c.changed == last.c.changed) & (DOSSIER.c.id < last.c.id)
            )
            wanted = wanted.join(last, older)
        ordered = wanted.order_by(DOSSIER.c.changed.desc(), DOSSIER.c.id.desc())
        with self.store.read(actor) as connection:
            # No engine folds accents as the other does.
            every = connection.execute(ordered if title else ordered.limit(most))
            rows = _titled(every, title, most) if title else list(every)
            labels = self._labels(connection, *(row.id for row in rows))
        return tuple(
            Line(row.id, row.title, row.version, row.state, read_moment(row.changed), labels.get(row.id, ()))
            for row in rows
        )

    def labels(self, actor: Actor) -> dict[str, int]:
        """The labels of the organisation's dossiers in use, with how many have each."""
        require(actor, "list", Object("dossier", "", actor.organisation, confidentiality=USUAL_CLASS))
        wanted = (
            sa.select(LABEL.c.label, sa.func.count())
            .join(DOSSIER)
            .where(DOSSIER.c.organisation == actor.organisation, DOSSIER.c.state == "active")
            .group_by(LABEL.c.label)
        )
        with self.store.read(actor) as connection:
            rows = connection.execute(wanted).all()
        return dict(sorted(((row[0], row[1]) for row in rows), key=lambda pair: _folded(pair[0])))

    def shared(self, actor: Actor) -> tuple[Line, ...]:
        """Dossiers of others that are shared with this actor."""
        held = [
            grant.object for grant in actor.grants if grant.kind == "dossier" and actor.at < grant.expires
        ]
        with self.store.read(actor) as connection:
            rows = connection.execute(sa.select(DOSSIER).where(DOSSIER.c.id.in_(held))).all()
            seen = [row for row in rows if decide(actor, "read", thing_of(row)).allowed]
        ordered = sorted(seen, key=lambda row: (row.changed, row.id), reverse=True)
        return tuple(
            Line(row.id, row.title, row.version, row.state, read_moment(row.changed), ()) for row in ordered
        )

    def save(
        self,
        actor: Actor,
        dossier: str,
        version: int,
        content: Content,
        *,
        key: str = "",
        why: str = "",
        draft: str = "",
    ) -> int:
        """Keep a change as a new version.

        Parameters
        ----------
        actor, dossier
            Who saves what. Who may fill a part saves changes in that part only.
        version
            The version that the change started from.
        content
            What it becomes, as the actor sees it: fields out of sight stay as they are.
        key
            Idempotency key: the same save again does nothing more and gives the same answer.
        why
            A word on why; it goes when the dossier is erased.
        draft
            Hash of the working copy that is kept: it then starts from the new version.

        Returns
        -------
        int
            The new version; the old one when nothing differs.

        Raises
        ------
        SaveConflict
            When somebody saved since; it holds both sides and what they give together.
        Denied, NotFound
            When the actor may not change it, or not in these places.
        AccessError
            ``archived``; ``key_reused`` when the key came with another request.
        """
        self._room(actor, dossier, len(stored(content.packed())))
        request = ["save", dossier, version, content.digest()]

        def act(change: Change) -> int:
            row, sight = self._readable(change.connection, actor, dossier)
            if row.state != "active":
                raise AccessError("archived")
            base = self._content(change.connection, dossier, version)
            parts = parts_seen(actor, row)
            seen = redacted(base, sight.highest_class, parts)
            full = content if seen is base else unredacted(seen, content, base)
            decision = self._may_change(actor, row, sight, lambda: compared(base, full))
            if row.version != version:
                raise self._conflict(change.connection, actor, row, sight, seen, content)
            packed = full.packed()
            if fingerprint(packed) == fingerprint(base.packed()):
                change.leave()
                return version
            self._advance(change, row, packed, 0)
            if why.strip():
                said = short(why, _LONGEST_WHY)
                note = {"dossier": row.id, "version": version + 1, "room": _WHY, "at": change.now}
                change.run(sa.insert(OUTCOME).values(**note, summary=json.dumps(said)))
            mine = (WORKING.c.draft == draft) & (WORKING.c.dossier == row.id)
            started = {"version": version + 1, "digest": content.digest()}
            change.run(sa.update(WORKING).where(mine).values(**started))
            self._log(change, "save", row, decision, {"version": version + 1}, packed)
            return version + 1

        return int(self._once(actor, key, request, act))

    def conflict(self, actor: Actor, dossier: str, version: int, content: Content) -> SaveConflict | None:
        """What a save from an older version would meet, without saving; ``None`` where nobody saved since."""
        with self.store.read(actor) as connection:
            row, sight = self._readable(connection, actor, dossier)
            if row.version == version:
                return None
            base = self._content(connection, dossier, version)
            seen = redacted(base, sight.highest_class, parts_seen(actor, row))
            return self._conflict(connection, actor, row, sight, seen, content)

    def _conflict(
        self,
        connection: sa.Connection,
        actor: Actor,
        row: Any,
        sight: Decision,
        seen: Content,
        mine: Content,
    ) -> SaveConflict:
        now = self._seen(connection, actor, row, sight, row.version)
        merged = merge(tree_of(seen), tree_of(mine), tree_of(now.content), whole)
        return SaveConflict(now, seen, mine, merged)

    def restore(self, actor: Actor, dossier: str, version: int, *, key: str = "") -> int:
        """Make an older version the newest one; returns the new version."""

        def act(change: Change) -> int:
            row, decision = self._changeable(change.connection, actor, dossier, "update")
            packed = self._content(change.connection, dossier, version).packed()
            self._advance(change, row, packed, version)
            details = {"version": row.version + 1, "restores": version}
            self._log(change, "restore", row, decision, details, packed)
            return int(row.version) + 1

        self._room(actor, dossier, 1)
        return int(self._once(actor, key, ["restore", dossier, version], act))

    def _room(self, actor: Actor, dossier: str, size: int) -> None:
        """Raises AccessError ``quota_bytes`` where whoever may change a dossier has no room for a version."""
        with self.store.read(actor) as connection:
            row, _ = self._readable(connection, actor, dossier)
        within_quota(self.store, actor, self.policy, row.organisation, size)

    def versions(self, actor: Actor, dossier: str) -> tuple[Version, ...]:
        """All versions, newest first; a share shows the newest content only."""
        with self.store.read(actor) as connection:
            row, _ = self._readable(connection, actor, dossier)
            require(actor, "list", thing_of(row))
            mine = sa.select(VERSION).where(VERSION.c.dossier == dossier).order_by(VERSION.c.version.desc())
            rows = connection.execute(mine).all()
            noted = connection.execute(sa.select(OUTCOME).where(OUTCOME.c.dossier == dossier)).all()
        outcomes: dict[int, dict[str, Any]] = {}
        for note in noted:
            outcomes.setdefault(note.version, {})[note.room] = json.loads(note.summary)
        whys = {version: str(noted.pop(_WHY, "")) for version, noted in outcomes.items()}
        return tuple(
            Version(
                row.version,
                read_moment(row.at),
                row.author,
                row.digest,
                row.restores,
                outcomes.get(row.version, {}),
                whys.get(row.version, ""),
            )
            for row in rows
        )

    def authors(self, actor: Actor, dossier: str) -> dict[str, str]:
        """What the people are called who made versions of a dossier or commented on it, by their name in it.

        Who came by a link, an API key or a terminal, and who was forgotten, has no name here.
        """
        from thuishaven.access.tables import PERSON

        with self.store.read(actor) as connection:
            self._readable(connection, actor, dossier)
            people = (sa.literal("person:") + PERSON.c.id).label("author")
            wrote = sa.union(
                sa.select(VERSION.c.author).where(VERSION.c.dossier == dossier),
                sa.select(COMMENT.c.author).where(COMMENT.c.dossier == dossier),
            )
            known = sa.select(people, PERSON.c.name).where(people.in_(wrote), PERSON.c.state != "erased")
            return {row.author: row.name for row in connection.execute(known)}

    def compare(self, actor: Actor, dossier: str, old: int, new: int) -> tuple[Difference, ...]:
        """What differs between two versions, field by field, as far as the actor may see."""
        return compared(self.get(actor, dossier, old).content, self.get(actor, dossier, new).content)

    def note_outcome(
        self, actor: Actor, dossier: str, version: int, room: str, summary: Mapping[str, Any]
    ) -> None:
        """Keep what a room said of a version: versions are compared by what they did to the advice too."""
        text = canonical(dict(summary))
        with self.store.change(actor) as change:
            row, decision = self._changeable(change.connection, actor, dossier, "update")
            self._content(change.connection, dossier, version)
            same_note = (OUTCOME.c.dossier == dossier) & (OUTCOME.c.version == version)
            change.run(sa.delete(OUTCOME).where(same_note & (OUTCOME.c.room == room)))
            note = {"dossier": dossier, "version": version, "room": room, "summary": text.decode()}
            change.run(sa.insert(OUTCOME).values(**note, at=change.now))
            self._log(change, "note_outcome", row, decision, {"of_version": version, "room": room}, text)

    def rename(self, actor: Actor, dossier: str, title: str) -> None:
        """Give a dossier another name."""
        self._set(actor, dossier, "update", "rename", title=short(title, _LONGEST_TITLE))

    def archive(self, actor: Actor, dossier: str) -> None:
        """Put a dossier away: it can be read, not changed."""
        self._set(actor, dossier, "archive", "archive", state="archived")

    def unarchive(self, actor: Actor, dossier: str) -> None:
        """Take a dossier out of the archive."""
        self._set(actor, dossier, "archive", "unarchive", state="active")

    def label(self, actor: Actor, dossier: str, *labels: str) -> None:
        """Give a dossier these labels, and no others."""
        wanted = sorted({short(label, _LONGEST_LABEL) for label in labels})
        with self.store.change(actor) as change:
            row, decision = self._changeable(change.connection, actor, dossier, "label")
            if tuple(wanted) == self._labels(change.connection, dossier).get(dossier, ()):
                change.leave()
                return
            change.run(sa.delete(LABEL).where(LABEL.c.dossier == dossier))
            if wanted:
                change.run(sa.insert(LABEL), [{"dossier": dossier, "label": label} for label in wanted])
            self._log(change, "label", row, decision, {}, canonical(wanted))

    def transfer(self, actor: Actor, dossier: str, organisation: str, reason: str) -> None:
        """Hand a dossier over to another organisation, with all its versions; shares of it end.

        Parameters
        ----------
        actor
            A user or an adviser of the organisation that has it.
        dossier, organisation
            Ids of the dossier and of who gets it.
        reason
            Why; it stands in the event log.

        Raises
        ------
        AccessError
            ``reason_needed``.
        Denied, NotFound
            Where the actor may not; when there is no such dossier or organisation.
        """
        from thuishaven.access.tables import ORGANISATION, SHARE

        with self.store.change(actor, receiver=organisation) as change:
            row, decision = self._changeable(change.connection, actor, dossier, "transfer")
            known = sa.select(ORGANISATION.c.id).where(ORGANISATION.c.id == organisation)
            if change.run(known).first() is None:
                raise NotFound("not_found", kind="organisation")
            if not reason.strip():
                raise AccessError("reason_needed")
            live = (SHARE.c.kind == "dossier") & (SHARE.c.object == dossier) & SHARE.c.revoked.is_(None)
            change.run(sa.update(SHARE).where(live).values(revoked=change.now))
            new = {"organisation": organisation, "changed": change.now}
            change.run(sa.update(DOSSIER).where(DOSSIER.c.id == dossier).values(**new))
            self._log(change, "transfer", row, decision, {"to": organisation}, None, reason.strip())

    def _set(self, actor: Actor, dossier: str, action: str, told: str, **values: str) -> None:
        with self.store.change(actor) as change:
            row, decision = self._changeable(change.connection, actor, dossier, action)
            if all(getattr(row, name) == value for name, value in values.items()):
                change.leave()
                return
            new = sa.update(DOSSIER).where(DOSSIER.c.id == dossier)
            change.run(new.values(**values, changed=change.now))
            self._log(change, told, row, decision, {})

    def _log(
        self,
        change: Change,
        action: str,
        row: Any,
        decision: Decision,
        details: Mapping[str, Any],
        payload: bytes | None = None,
        reason: str = "",
    ) -> None:
        change.log(
            action,
            "dossier",
            row.id,
            decision=decision,
            organisation=row.organisation,
            details=details,
            payload=payload,
            reason=reason,
        )

    def _readable(self, connection: sa.Connection, actor: Actor, dossier: str) -> tuple[Any, Decision]:
        row = connection.execute(sa.select(DOSSIER).where(DOSSIER.c.id == dossier)).one_or_none()
        if row is None or row.state == "erased":
            raise NotFound("not_found", kind="dossier")
        return row, reading(actor, row)

    def _changeable(
        self, connection: sa.Connection, actor: Actor, dossier: str, action: str
    ) -> tuple[Any, Decision]:
        row, _ = self._readable(connection, actor, dossier)
        decision = require(actor, action, thing_of(row))
        if row.state == "archived" and action == "update":
            raise AccessError("archived")
        return row, decision

    def _may_change(
        self, actor: Actor, row: Any, sight: Decision, found: Callable[[], tuple[Difference, ...]]
    ) -> Decision:
        """What allows these changes: to change the dossier, or to fill in each of these places."""
        whole_dossier = decide(actor, "update", thing_of(row))
        if whole_dossier.allowed:
            return whole_dossier
        places = [change.place for change in found()] or [""]
        decisions = [require(actor, "fill", thing_of(row, place)) for place in places]
        hidden = [place for place in places if class_of(place) > sight.highest_class]
        if hidden:
            raise NotFound("not_found", kind="field")
        return decisions[0]

    def _content(self, connection: sa.Connection, dossier: str, version: int) -> Content:
        mine = (CONTENT.c.dossier == dossier) & (CONTENT.c.version == version)
        data = connection.execute(sa.select(CONTENT.c.content).where(mine)).scalar_one_or_none()
        if data is None:
            raise NotFound("not_found", kind="version")
        return unpacked(data)

    def _seen(
        self, connection: sa.Connection, actor: Actor, row: Any, decision: Decision, version: int
    ) -> Dossier:
        full = self._content(connection, row.id, version)
        parts = parts_seen(actor, row)
        seen = redacted(full, decision.highest_class, parts)
        return Dossier(
            id=row.id,
            organisation=row.organisation,
            title=row.title,
            version=version,
            state=row.state,
            created=read_moment(row.created),
            changed=read_moment(row.changed),
            retain_until=read_moment(row.retain_until),
            labels=self._labels(connection, row.id).get(row.id, ()) if inside(actor, row) else (),
            content=seen,
            complete=seen is full,
            parts=parts,
        )

    def _labels(self, connection: sa.Connection, *dossiers: str) -> dict[str, tuple[str, ...]]:
        mine = sa.select(LABEL).where(LABEL.c.dossier.in_(dossiers))
        found: dict[str, tuple[str, ...]] = {}
        for row in sorted(connection.execute(mine).all()):
            found[row.dossier] = (*found.get(row.dossier, ()), row.label)
        return found

    def _keep(self, change: Change, dossier: str, version: int, packed: bytes, restores: int = 0) -> None:
        row = {"dossier": dossier, "version": version, "at": change.now, "author": change.actor.name}
        change.run(sa.insert(VERSION).values(**row, digest=fingerprint(packed), restores=restores))
        row = {"dossier": dossier, "version": version}
        change.run(sa.insert(CONTENT).values(**row, content=stored(packed)))

    def _advance(self, change: Change, row: Any, packed: bytes, restores: int) -> None:
        self._keep(change, row.id, row.version + 1, packed, restores)
        new = {"version": row.version + 1, "changed": change.now}
        change.run(sa.update(DOSSIER).where(DOSSIER.c.id == row.id).values(**new))

    def _once(self, actor: Actor, key: str, request: Any, act: Callable[[Change], Any]) -> Any:
        """Do something once, however often it is asked with the same key."""
        if len(key) > _LONGEST_KEY:
            raise AccessError("key_long", most=_LONGEST_KEY)
        name = hashed(canonical([actor.name, actor.organisation, key]).decode("utf-8", "replace"))
        asked = fingerprint(canonical(request))
        with self.store.change(actor) as change:
            oldest = moment(change.at - self.policy.term("repeat_life"))
            if key:
                known = sa.select(REPEAT).where(REPEAT.c.key_hash == name, REPEAT.c.at > oldest)
                before = change.run(known).one_or_none()
                if before is not None:
                    if before.request_hash != asked:
                        raise AccessError("key_reused")
                    change.leave()
                    return json.loads(before.answer)
            answer = act(change)
            if key and not change.idle:
                change.run(sa.delete(REPEAT).where(REPEAT.c.key_hash == name))
                row = {"key_hash": name, "request_hash": asked, "answer": json.dumps(answer)}
                change.run(sa.insert(REPEAT).values(**row, at=change.now))
            return answer


def _folded(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in flat if not unicodedata.combining(sign))


def _titled(rows: Iterable[Any], title: str, most: int) -> list[Any]:
    """The first rows whose title has each of these words in it."""
    words, found = _folded(title).split(), []
    for row in rows:
        here = _folded(row.title)
        if all(word in here for word in words):
            found.append(row)
            if len(found) == most:
                break
    return found


def short(text: str, most: int) -> str:
    """A name on one line. Raises AccessError ``name_form`` for none or one that is too long."""
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if not plain or len(plain) > most:
        raise AccessError("name_form", most=most)
    return plain
