"""The event log: one event for each change, and a chain that shows what was tampered with."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from thuishaven.access import UnloggedChange
from thuishaven.access.events import GENESIS, audit_rows, event_hash
from thuishaven.access.tables import ORGANISATION
from thuishaven.databank import Database
from visitors import House

SILENT = {"sqlite": "DROP TRIGGER event_no_{verb}", "postgresql": "ALTER TABLE event DISABLE TRIGGER USER"}


def filled(house: House) -> list[dict[str, Any]]:
    for name in ("Een", "Twee", "Drie"):
        house.organisation(name)
    return house.store.events()


def tamper(databank: Database, statement: str) -> None:
    """Change the log behind the back of its triggers, as who owns the database can."""
    owner = databank.as_owner()
    with owner.confidential.bookkeep() as connection:
        for verb in ("update", "delete"):
            connection.exec_driver_sql(SILENT[databank.dialect].format(verb=verb))
        connection.exec_driver_sql(statement)
    owner.close()


def test_an_untouched_chain_is_sound(house: House) -> None:
    events = filled(house)
    audit = house.store.audit()
    assert (True, len(events), events[-1]["hash"]) == (audit.sound, audit.events, audit.head)


@pytest.mark.parametrize("column", ["at", "actor", "role", "kind", "object", "action", "reason", "details"])
def test_a_changed_event_is_found_and_named(house: House, column: str) -> None:
    filled(house)
    tamper(house.databank, f"UPDATE event SET {column} = 'x' WHERE seq = 3")
    assert ("changed", 3) == (house.store.audit().problem, house.store.audit().seq)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("DELETE FROM event WHERE seq = 2", ("missing", 3)),
        ("DELETE FROM event WHERE seq = 1", ("missing", 2)),
        ("UPDATE event SET prev_hash = hash WHERE seq = 3", ("relinked", 3)),
        ("UPDATE event SET hash = prev_hash WHERE seq = 4", ("changed", 4)),
        ("UPDATE event SET seq = 9 WHERE seq = 4", ("missing", 9)),
    ],
)
def test_a_broken_link_is_found_and_named(house: House, statement: str, expected: tuple[str, int]) -> None:
    filled(house)
    tamper(house.databank, statement)
    assert expected == (house.store.audit().problem, house.store.audit().seq)


def test_a_cut_end_shows_beside_a_head_that_was_kept(house: House) -> None:
    last = filled(house)[-1]
    tamper(house.databank, f"DELETE FROM event WHERE seq = {last['seq']}")
    assert house.store.audit().sound
    audit = house.store.audit((last["seq"], last["hash"]))
    assert ("cut", last["seq"]) == (audit.problem, audit.seq)


def test_a_chain_that_was_written_anew_shows_beside_a_head_that_was_kept(house: House) -> None:
    events = filled(house)
    forged, previous = [], GENESIS
    for event in events:
        new = {**event, "actor": "local:other", "prev_hash": previous}
        new["hash"] = previous = event_hash("confidential", previous, new)
        forged.append(new)
    assert audit_rows("confidential", forged).sound
    audit = audit_rows("confidential", forged, (len(events), events[-1]["hash"]))
    assert "relinked" == audit.problem


@pytest.mark.parametrize("statement", ["UPDATE event SET reason = 'x'", "DELETE FROM event"])
def test_the_database_itself_refuses_to_change_the_log(databank: Database, statement: str) -> None:
    """As the program, and on PostgreSQL as the owner of the table too."""
    for found in (databank, databank.as_owner()):
        with pytest.raises(sa.exc.DBAPIError), found.confidential.bookkeep() as connection:
            connection.exec_driver_sql(statement)
        found.close()


def test_a_trigger_that_is_gone_is_told(databank: Database) -> None:
    tamper(databank, "SELECT 1")
    assert ["", "unguarded"] == [audit.problem for audit in databank.audit()]


@pytest.mark.parametrize("count", [0, 2])
def test_a_change_without_exactly_one_event_is_undone(house: House, count: int) -> None:
    row = {"id": "x", "name": "X", "country": "NLD", "number": "", "created": "2026"}

    def act() -> None:
        with house.store.change(house.store.local("jan")) as change:
            change.run(sa.insert(ORGANISATION).values(**row))
            for _ in range(count):
                change.log("create", "organisation", "x")

    with pytest.raises(UnloggedChange):
        act()
    with house.store.read() as connection:
        assert not connection.execute(sa.select(ORGANISATION)).all()
    assert 1 == len(house.store.events())


def test_the_two_chains_cannot_be_exchanged(databank: Database) -> None:
    events = databank.public.events()
    assert audit_rows("public", events).sound
    assert "changed" == audit_rows("confidential", events).problem


@given(st.lists(st.text(), min_size=1, max_size=6), st.data())
def test_any_changed_byte_is_found(words: list[str], data: st.DataObject) -> None:
    rows, previous = [], GENESIS
    blank = dict.fromkeys(("at", "actor", "role", "organisation", "kind", "object", "action", "details"), "")
    for seq, word in enumerate(words, start=1):
        row = {**blank, "payload_hash": "", "seq": seq, "reason": word, "prev_hash": previous}
        previous = row["hash"] = event_hash("c", previous, row)
        rows.append(row)
    assert audit_rows("c", rows).sound
    place = data.draw(st.integers(0, len(rows) - 1))
    field = data.draw(st.sampled_from([*blank, "reason", "payload_hash"]))
    rows[place][field] += data.draw(st.text(min_size=1))
    assert ("changed", place + 1) == (audit_rows("c", rows).problem, audit_rows("c", rows).seq)
