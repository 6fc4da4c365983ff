"""The databank in a terminal: made, audited, backed up and restored, and what is said when that fails."""

from __future__ import annotations

import io
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from running import Ran

Run = Callable[..., Ran]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("THUISHAVEN_DATABANK", raising=False)
    return tmp_path / "data" / "databank"


def test_a_databank_is_made_in_the_data_folder_and_audited(run: Run, place: Path) -> None:
    assert 1 == run("databank", "audit").status
    assert (0, f"The databank is ready: {place}\n") == (
        run("databank", "init").status,
        run("databank", "init").out,
    )
    found = json.loads(run("databank", "audit", "--json").out)
    assert [("public", True, 1), ("confidential", True, 1)] == [
        (row["database"], row["sound"], row["events"]) for row in found["databases"]
    ]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("nl", "vertrouwelijk: voorval 1 is gewijzigd."),
        ("en", "confidential: event 1 was changed."),
        ("fr", "confidentiel\u00a0: l'événement 1 a été modifié."),
    ],
)
def test_a_tampered_event_is_named_in_the_readers_language(
    run: Run, place: Path, lang: str, expected: str
) -> None:
    run("databank", "init")
    with closing(sqlite3.connect(place / "confidential.sqlite3")) as connection:
        connection.execute("DROP TRIGGER event_no_update")
        connection.execute("UPDATE event SET actor = 'local:nobody'")
        connection.commit()
    ran = run("databank", "audit", lang=lang)
    assert (1, expected) == (ran.status, ran.lines[-1])


def test_an_organisation_is_given_room(run: Run, place: Path) -> None:
    run("databank", "init")
    assert (0, "There is no organisation yet.") == ((ran := run("databank", "room")).status, ran.lines[-1])
    run("databank", "operator", "an@example.org", "--organisation", "The agency")
    assert 2 == run("databank", "room", "--gib", "3").status
    assert 2 == run("databank", "room", "The agency", "--gib", "3", "--usual").status
    assert 1 == run("databank", "room", "Another", "--gib", "3").status
    shown = run("databank", "room", "The agency", "--dossiers", "50", "--gib", "3", lang="nl")
    assert ["The", "agency", "0", "50", "0,0", "3", "ja"] == shown.lines[-1].split()
    (found,) = json.loads(run("databank", "room", "The agency", "--usual", "--json").out)["organisations"]
    assert (20000, 10 * 2**30, False) == (found["dossiers_at_most"], found["bytes_at_most"], found["chosen"])


def test_a_backup_is_restored_and_compared(run: Run, place: Path, tmp_path: Path) -> None:
    run("databank", "init")
    assert 0 == run("databank", "backup", tmp_path / "backup").status
    ran = run("databank", "restore", tmp_path / "backup", "--database", tmp_path / "again")
    assert (0, f"Restored in {tmp_path / 'again'}: 4 rows, the same as in the backup.") == (
        ran.status,
        ran.lines[0],
    )
    ran = run("databank", "audit", "--against", tmp_path / "backup", "--database", tmp_path / "again")
    assert 0 == ran.status


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("audit", "--database", "postgresql://nobody@127.0.0.1:1/x"), "The database refuses it"),
        (("restore", "nowhere"), "nowhere: there is no backup in this folder."),
        (("audit", "--against", "nowhere"), "nowhere: there is no backup in this folder."),
        (("backup", "."), ".: this exists already. A backup goes into a new folder."),
        (("restore", "{backup}"), "{place}: there is a databank here already. Restore into an empty place."),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    run: Run, place: Path, tmp_path: Path, words: tuple[str, ...], expected: str
) -> None:
    run("databank", "init")
    run("databank", "backup", tmp_path / "backup")
    names: dict[str, Any] = {"backup": tmp_path / "backup", "place": place}
    ran = run("databank", *(word.format(**names) for word in words))
    assert (1, 1) == (ran.status, len(ran.err.splitlines()))
    assert ran.err.startswith(expected.format(**names))


def test_an_older_databank_asks_to_be_brought_up_to_date(run: Run, place: Path) -> None:
    run("databank", "init")
    with closing(sqlite3.connect(place / "confidential.sqlite3")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'c0001'")
        connection.commit()
    assert run("databank", "audit").err.endswith("thuishaven databank init\n")


def test_the_environment_names_the_databank(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THUISHAVEN_DATABANK", str(tmp_path / "elsewhere"))
    run("databank", "init")
    assert (tmp_path / "elsewhere" / "public.sqlite3").is_file()


def made(place: Path) -> tuple[Any, str]:
    """A databank with somebody who has a dossier at work: its house, and the dossier."""
    from databases import Clock
    from thuishaven.databank import Content, Database
    from visitors import House

    house = House(Database.create(place, Clock()))
    _token, an = house.member("an", house.organisation("Werf"), "adviser")
    return house, house.dossiers.create(an, "Pots", Content("a: 1"))


def test_the_first_operator_comes_in_by_an_invitation_or_a_password(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from thuishaven.access import Accounts, Organisations, Sessions
    from thuishaven.databank import Database

    run("databank", "init")
    invited = run("databank", "operator", "an@example.org", "--organisation", "Agency")
    assert 0 == invited.status
    token = invited.out.strip().rpartition("/nl/account/invite/")[2]
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    weak = run("databank", "operator", "ben@example.org", "--name", "Ben", "--organisation", "Agency")
    assert (1, "12") == (weak.status, re.findall(r"\d+", weak.err)[0])
    monkeypatch.setattr("sys.stdin", io.StringIO("paars fietspad onder de brug\n"))
    assert 0 == run("databank", "operator", "ben@example.org", "--name", "Ben").status
    with Database(place) as databank:
        accounts = Accounts(databank.confidential)
        Organisations(accounts).accept(token, None, "An", "groene tram langs de molen")
        for email, password in (
            ("an@example.org", "groene tram langs de molen"),
            ("ben@example.org", "paars fietspad onder de brug"),
        ):
            _token, actor = Sessions(accounts).sign_in(email, password)
            assert {"operator", "administrator"} <= actor.roles
        done = [(event["actor"][:6], event["action"]) for event in databank.confidential.events()]
    assert ("local:", "invite") in done
    monkeypatch.setattr("sys.stdin", io.StringIO("paars fietspad onder de brug\n"))
    again = run("databank", "operator", "ben@example.org", "--name", "Ben")
    assert (1, True) == (again.status, "--name" in again.err)


def test_what_is_kept_of_somebody_is_given_and_forgotten(run: Run, place: Path, tmp_path: Path) -> None:
    house, dossier = made(place)
    found = json.loads(run("databank", "person-record", "an@example.org").out)
    assert ("an", [dossier]) == (found["person"]["name"], [row["dossier"] for row in found["versions"]])
    out = tmp_path / "record.json"
    assert 0 == run("databank", "person-record", found["person"]["id"], "-o", out).status
    assert (found, 0o600) == (json.loads(out.read_text()), out.stat().st_mode & 0o777)
    assert 1 == run("databank", "person-record", "an@example.org", "-o", out).status
    assert 2 == run("databank", "erase-person", "an@example.org", "--reason", " ").status
    gone = run("databank", "erase-person", "an@example.org", "--reason", "asked in writing")
    assert (0, True) == (gone.status, f"person:{found['person']['id']}" in gone.out)
    assert 1 == run("databank", "person-record", "an@example.org").status
    assert 0 == run("databank", "erase-dossier", dossier, "--reason", "asked in writing").status
    assert 1 == run("databank", "erase-dossier", dossier, "--reason", "again").status
    erased = [event for event in house.store.events() if event["action"] == "erase"]
    assert [("person", "data_protection_officer"), ("dossier", "operator")] == [
        (event["kind"], event["role"]) for event in erased
    ]
    assert all(event["actor"].startswith("local:") for event in erased)
    assert 0 == run("databank", "audit").status
    house.databank.close()


def test_retention_says_first_what_would_go(run: Run, place: Path) -> None:
    house, dossier = made(place)
    with house.store.bookkeep() as connection:
        connection.exec_driver_sql("UPDATE dossier SET retain_until = '2020-01-01T00:00:00.000000Z'")
    counts = json.loads(run("databank", "retention", "--dry-run", "--json").out)
    assert (False, 1, 0) == (counts["erased"], counts["dossiers"], counts["projects"])
    assert "1" in run("databank", "retention", lang="nl").out
    assert 0 == json.loads(run("databank", "retention", "--dry-run", "--json").out)["dossiers"]
    assert ["retention"] == [event["action"] for event in house.store.events(object=dossier)][1:]
    house.databank.close()
