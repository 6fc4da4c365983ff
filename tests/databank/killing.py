"""Writers that are killed in the middle of their work, and what must be left of it.

A process of its own, with one thread, so that it can fork: ``killing.py WHERE ROUNDS WRITERS SEED``. Prints
what it found as JSON.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import select
import signal
import sys
import time
from functools import cache
from typing import Any

import sqlalchemy as sa

from thuishaven.access import AccessError, Actor, Object, Shares, Store, new_id
from thuishaven.access.tables import ORGANISATION
from thuishaven.databank import Content, Dossiers, SaveConflict
from thuishaven.databank.audits import altered_content
from thuishaven.databank.engines import engine
from thuishaven.databank.tables import CONTENT, VERSION


@cache
def opened(where: str, owner: bool = False) -> Store:
    """The store, whose statements are made up once; without a connection when a writer is split off."""
    return Store(engine(where, "confidential", owner=owner))


def adviser(organisation: str) -> Actor:
    roles = frozenset({"public", "person", "member", "adviser"})
    return Actor("person:writer", dt.datetime.now(dt.UTC), "writer", organisation, roles)


def prepared(where: str) -> tuple[str, str]:
    store, organisation = opened(where), new_id()
    with store.change(store.local("test")) as change:
        row = {"id": organisation, "name": "Werf", "country": "NLD", "number": ""}
        change.run(sa.insert(ORGANISATION).values(**row, created=change.now))
        change.log("create", "organisation", organisation)
    actor, dossiers = adviser(organisation), Dossiers(store)
    dossier = dossiers.create(actor, "Pots", Content("start"))
    # Once through everything, so that a writer finds it loaded and is killed at its work.
    spare = dossiers.create(actor, "Spare", Content("spare"))
    dossiers.save(actor, spare, dossiers.get(actor, spare).version, Content("other"), key="spare")
    thing = Object("dossier", spare, organisation, confidentiality=3)
    Shares(store).revoke(actor, Shares(store).share(actor, thing, "read", reason="test")[1].grant.id)
    store.engine.dispose()
    return organisation, dossier


def write(where: str, organisation: str, dossier: str, first: str, name: str, pipe: int) -> None:
    """Save, share and revoke until killed; a line for what is begun, and one for what was confirmed."""
    store, actor = opened(where), adviser(organisation)
    dossiers, shares = Dossiers(store), Shares(store)
    thing = Object("dossier", dossier, organisation, confidentiality=3)

    def say(*words: Any) -> None:
        os.write(pipe, (json.dumps(words) + "\n").encode())

    number = 0
    while True:
        key = first or f"{name}-{number}"
        first, number = "", number + 1
        say("begin", key)
        while True:
            version = dossiers.get(actor, dossier).version
            try:
                say("saved", key, dossiers.save(actor, dossier, version, Content(key), key=key))
                break
            except SaveConflict:
                continue
            except AccessError as error:
                # What was cut off had been confirmed by the database after all, from another version.
                if error.code != "key_reused":
                    raise
                say("known", key)
                break
        token, share = shares.share(actor, thing, "read", reason="test")
        say("shared", token)
        shares.revoke(actor, share.grant.id)
        say("revoked", token)


class Writer:
    """A writer that was started, and what it said."""

    def __init__(self, where: str, organisation: str, dossier: str, first: str, name: str) -> None:
        self.pipe, end = os.pipe()
        self.left, self.said = b"", []
        self.pid = os.fork()
        if not self.pid:
            os.close(self.pipe)
            try:
                write(where, organisation, dossier, first, name, end)
            finally:
                os._exit(1)
        os.close(end)

    def listen(self) -> None:
        """Take what was said, whole lines only, without waiting for more."""
        while select.select([self.pipe], [], [], 0)[0]:
            data = os.read(self.pipe, 2**16)
            if not data:
                raise RuntimeError("the writer stopped by itself")
            self.take(data)

    def take(self, data: bytes) -> None:
        *lines, self.left = (self.left + data).split(b"\n")
        self.said += [json.loads(line) for line in lines]

    def kill(self) -> list[Any]:
        """Kill it where it is; returns all that it said."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        while data := os.read(self.pipe, 2**16):
            self.take(data)
        os.close(self.pipe)
        return self.said


def main(where: str, rounds: int, writers: int, seed: int) -> dict[str, Any]:
    organisation, dossier = prepared(where)
    chance = random.Random(seed)
    saved: dict[str, int] = {}
    begun: set[str] = set()
    known: set[str] = set()
    stale: list[str] = []
    pending = [""] * writers
    kills = 0
    for turn in range(rounds):
        group = [
            Writer(where, organisation, dossier, pending[place], f"{turn}.{place}")
            for place in range(writers)
        ]
        # How far they get is drawn in words said, not in time: a slow machine kills at the same places.
        enough = chance.randint(writers, 8 * writers)
        while sum(len(writer.said) for writer in group) < enough:
            select.select([writer.pipe for writer in group], [], [])
            for writer in group:
                writer.listen()
        time.sleep(chance.uniform(0.0, 0.02))
        heard = [writer.kill() for writer in group]
        kills += writers
        store = opened(where)
        for place, said in enumerate(heard):
            begun |= {line[1] for line in said if line[0] == "begin"}
            saved |= {line[1]: line[2] for line in said if line[0] == "saved"}
            known |= {line[1] for line in said if line[0] == "known"}
            last = [line[1] for line in said if line[0] == "begin"][-1:]
            open_ = last and last[0] not in saved and last[0] not in known
            pending[place] = last[0] if open_ else ("" if last else pending[place])
            for line in said:
                if line[0] == "revoked":
                    try:
                        Shares(store).actor(line[1])
                        stale.append(line[1])
                    except AccessError:
                        pass
        store.engine.dispose()
    return {**found(where, dossier, saved, known, begun), "stale": stale, "kills": kills}


def found(
    where: str, dossier: str, saved: dict[str, int], known: set[str], begun: set[str]
) -> dict[str, Any]:
    """Compare what was confirmed with what is there."""
    from thuishaven.databank.content import unpacked

    store = opened(where, owner=True)
    with store.read() as connection:
        rows = connection.execute(sa.select(CONTENT).where(CONTENT.c.dossier == dossier)).all()
        count = sa.select(sa.func.count()).where(VERSION.c.dossier == dossier)
        versions = connection.execute(count).scalar_one()
        altered = altered_content(connection)
    texts = {row.version: unpacked(row.content).text for row in rows}
    audit = store.audit()
    store.engine.dispose()
    kept = [text for text in texts.values() if text != "start"]
    return {
        "confirmed": len(saved),
        "lost": [key for key, version in saved.items() if texts.get(version) != key]
        + [key for key in known if key not in kept],
        "doubled": len(kept) - len(set(kept)),
        "unasked": sorted(set(kept) - begun),
        "gaps": sorted(set(range(1, versions + 1)) - set(texts)),
        "chain": audit.problem,
        "altered": altered,
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], *map(int, sys.argv[2:]))))
