"""Releases on both engines: what is in them, that they never change, and that they tell of nobody."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from casework import AN, ED, PRESS, coded, pots, published
from databases import Clock
from thuishaven.access import AccessError, Denied, NotFound
from thuishaven.databank import Content, Database
from thuishaven.databank.cases import Cases, Desk, Source, Statement
from thuishaven.databank.releases import Releases, sheets, snapshot_hash
from visitors import House

NEWS = Source("quality_press", "De Tijd", url="https://press.example/later", published_on="2028-01-02")


@pytest.fixture
def releases(databank: Database, tmp_path: Path) -> Releases:
    return Releases(databank.public, tmp_path / "releases")


def rows(releases: Releases, version: str, name: str) -> list[dict[str, object]]:
    path = releases.file(ED, version, f"jsonl/{name}.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def said(**other: str) -> list[Statement]:
    """A case with motives, jobs of two dates and a company in trouble."""
    return [
        *pots(**other),
        Statement("motive", "LEADTIME", PRESS),
        Statement("jobs.announced", "30-40", PRESS, as_of="2012"),
        Statement("jobs.realised", "35", PRESS, as_of="2013-06"),
        Statement("distress", "wound up", PRESS, as_of="2020"),
    ]


def test_a_release_made_twice_of_one_state_has_one_hash(databank: Database, releases: Releases) -> None:
    published(databank.public, said())
    first, second = (releases.make(ED, "ready", formats=()) for _ in range(2))
    assert ("2026.1", "2026.2", first.hash) == (first.version, second.version, second.hash)
    assert first.hash == snapshot_hash(first.manifest)
    assert () == releases.changes(ED, "2026.2")
    assert "No case changed since 2026.1." in releases.file(ED, "2026.2", "CHANGELOG.md").read_text("utf-8")


def test_every_value_rests_on_a_claim_and_every_claim_on_a_source(
    databank: Database, releases: Releases
) -> None:
    for name in ("Pots bv", "Stoves bv"):
        published(databank.public, said(organisation__name=name))
    made = releases.make(ED, "ready", formats=())
    tables = {name: rows(releases, made.version, name) for name in sheets()}
    assert 2 == made.cases == len(tables["cases"]) == len(tables["organisations"])
    claims, sources = ({row[name] for row in tables[f"{name}s"]} for name in ("claim", "source"))
    for name, table in tables.items():
        assert {row["claim"] for row in table if "claim" in row} <= claims, name
    assert {row["source"] for row in tables["claims"]} <= sources
    assert [(30, 40), (35, 35)] * 2 == [(row["low"], row["high"]) for row in tables["jobs"]]
    assert {"LEADTIME"} == {row["code"] for row in tables["motives"]}
    # Both coders agreed on everything, so that nothing varies but the names.
    alphas = {(row["field"], row["code"]): row for row in tables["reliability"]}
    assert 1.0 == alphas["organisation.country", "-"]["agreement"]
    assert "no_variation" == alphas["organisation.country", "-"]["reason"]
    assert 1.0 == alphas["motive", "-"]["jaccard"]


def test_what_was_published_later_stands_in_the_next_release_with_its_reason(
    databank: Database, releases: Releases, clock: Clock
) -> None:
    store = databank.public
    case, other = published(store, said()), published(store, said(organisation__name="Stoves bv"))
    first = releases.make(ED, "the first")
    kept = {
        path: releases.file(ED, first.version, path).read_bytes() for path in releases.files(ED, "latest")
    }
    clock.pass_(days=400)
    cases, late = Cases(store), replace(ED, at=clock())
    cases.revise(
        late, case, [Statement("status", "reversed", NEWS, as_of="2028-01", valid_from="2028-01")], "back"
    )
    again = [*said(), Statement("status", "reversed", NEWS, as_of="2028-01", valid_from="2028-01")]
    coded(store, case, again, again)
    Desk(store).approve(late, case, "agreed")
    cases.publish(late, case, "the production went back to China")
    cases.withdraw(late, other, "the company was mistaken for another")
    published(store, said(organisation__name="Lamps bv"))

    second = releases.make(late, "a year later", formats=())
    assert ("2027.1", "2026.1", 2) == (second.version, second.previous, second.cases)
    assert first.hash != second.hash
    assert {"changed": 2, "withdrawn": 0, "added": 1} == {
        one.kind: one.version for one in releases.changes(ED, "2027.1")
    }
    text = releases.file(ED, "2027.1", "CHANGELOG.md").read_text("utf-8")
    assert "the production went back to China" in text
    assert "the company was mistaken for another" in text
    assert [other] == [row["case"] for row in rows(releases, "2027.1", "withdrawn")]
    assert other not in {row["case"] for row in rows(releases, "2027.1", "claims")}

    # A reader who is pinned to the first release still gets what it held, and its files are what they were.
    visitor = store.visitor()
    assert (1, 2) == (
        releases.version_of(visitor, "2026.1", case),
        releases.version_of(visitor, "latest", case),
    )
    assert 1 == releases.version_of(visitor, "2026.1", other)
    with pytest.raises(NotFound):
        releases.version_of(visitor, "2027.1", other)
    assert first == releases.rebuild(late, "2026.1")
    for path, content in kept.items():
        if path.startswith(("csv/", "jsonl/", "manifest")):
            assert content == releases.file(ED, "2026.1", path).read_bytes(), path


def test_a_damaged_file_is_found_and_made_again(databank: Database, releases: Releases) -> None:
    published(databank.public, said())
    made = releases.make(ED, "ready", formats=())
    assert () == releases.check(ED, made.version)
    path = releases.file(ED, made.version, "csv/jobs.csv")
    path.write_bytes(path.read_bytes().replace(b"35", b"53"))
    releases.file(ED, made.version, "jsonl/cases.jsonl").unlink()
    assert ("csv/jobs.csv", "jsonl/cases.jsonl") == releases.check(ED, made.version)
    releases.rebuild(ED, made.version, formats=())
    assert () == releases.check(ED, made.version)


def test_no_file_names_a_person_or_anything_confidential(house: House, tmp_path: Path) -> None:
    place = house.organisation("Zilvermeeuw Consult")
    people = {
        name: house.member(name, place, "coder", "editor", "adviser")
        for name in ("anneke", "boudewijn", "cas")
    }
    an, bo, cas = (actor for _, actor in people.values())
    house.dossiers.create(an, "Zilvermeeuw potten", Content("thuishaven: 1\n"))
    store = house.databank.public
    cases, desk = Cases(store), Desk(store)
    case = cases.propose(an, said())
    cases.step(cas, case, "triage_accept", "looks like one")
    tasks = [(coder, desk.take(coder, case).id) for coder in (an, bo)]
    for coder, task in tasks:
        desk.code(coder, task, [replace(one, note="seen by Anneke of Zilvermeeuw") for one in said()])
    for coder, task in tasks:
        desk.finish(coder, task)
    desk.approve(cas, case, "they agree")
    cases.publish(cas, case, "ready")
    releases = Releases(store, tmp_path / "releases")
    made = releases.make(cas, "ready")

    # Every id, name, address and title that the confidential database holds; words such as roles aside.
    form, secrets = re.compile(r"[A-Z0-9@].{5}|@"), set()
    tables = sa.MetaData()
    with house.databank.as_owner() as owner, owner.confidential.engine.begin() as connection:
        tables.reflect(connection)
        for table in tables.tables.values():
            for row in connection.execute(sa.select(table)):
                secrets |= {value for value in row if isinstance(value, str) and form.search(value)}
    moments = re.compile(r"\d{4}-\d{2}-\d{2}T.*")
    secrets = {one for one in secrets if not moments.fullmatch(one)} | {"Anneke", "anneke", "boudewijn"}
    assert {actor.person for actor in (an, bo, cas)} <= secrets
    assert {"Zilvermeeuw Consult", "Zilvermeeuw potten"} <= secrets
    for path in releases.files(cas, made.version):
        content = releases.file(cas, made.version, path).read_bytes()
        assert [] == [one for one in secrets if one.encode() in content], path


def test_who_may_make_one(databank: Database, releases: Releases) -> None:
    published(databank.public, said())
    for actor in (AN, databank.public.visitor()):
        with pytest.raises(Denied):
            releases.make(actor, "mine")
    made = releases.make(databank.public.local("root"), "from the terminal", formats=())
    assert [made] == list(releases.list(databank.public.visitor()))
    assert made == releases.get(databank.public.visitor(), "latest")
    (event,) = databank.public.events(kind="release")
    assert ("create", "2026.1", "from the terminal") == (event["action"], event["object"], event["reason"])


def test_what_it_refuses(databank: Database, releases: Releases, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AccessError, match="nothing_published"):
        releases.make(ED, "ready")
    published(databank.public, said())
    with pytest.raises(AccessError, match="reason_needed"):
        releases.make(ED, "  ")
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "duckdb", None)
        with pytest.raises(AccessError, match="parquet_missing"):
            releases.make(ED, "ready")
    # What failed leaves nothing behind.
    assert [] == list(releases.folder.iterdir())
    assert () == releases.list(ED)
    made = releases.make(ED, "ready", formats=())
    for path in ("../2026.1/dcat.ttl", "/etc/passwd", "nothing.csv", ""):
        with pytest.raises(NotFound):
            releases.file(ED, made.version, path)
    with pytest.raises(NotFound):
        releases.get(ED, "2026.9")


def test_the_database_refuses_to_change_a_release(databank: Database, releases: Releases) -> None:
    published(databank.public, said())
    releases.make(ED, "ready", formats=())
    for statement in ("UPDATE release SET hash = 'x'", "DELETE FROM release_case"):
        with (
            pytest.raises((sa.exc.DatabaseError, sqlite3.DatabaseError)),
            databank.public.engine.begin() as connection,
        ):
            connection.exec_driver_sql(statement)


def test_the_sqlite_file_keeps_its_keys(databank: Database, releases: Releases) -> None:
    case = published(databank.public, said())
    made = releases.make(ED, "ready", formats=("sqlite",))
    with closing(sqlite3.connect(releases.file(ED, made.version, "sqlite/thuishaven.db"))) as connection:
        assert [] == connection.execute("PRAGMA foreign_key_check").fetchall()
        assert "ok" == connection.execute("PRAGMA integrity_check").fetchone()[0]
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert set(sheets()) == names
        found = connection.execute('SELECT state, state_as_of FROM cases WHERE "case" = ?', (case,))
        assert ("implemented", "2013-06") == found.fetchone()
