"""The databank in a terminal: made, audited, backed up and restored, and what is said when that fails."""

from __future__ import annotations

import json
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
        ("fr", "confidentiel : l'événement 1 a été modifié."),
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
