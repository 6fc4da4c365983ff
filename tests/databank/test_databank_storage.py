"""The databases themselves: migrations, backups, restoring, and what each engine promises."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

import thuishaven.databank.releases  # noqa: F401  its tables belong to the public ones
from databases import Clock, admin, place, postgresql_database, template
from thuishaven.access import (
    CONFIDENTIAL,
    PUBLIC,
    AccessError,
    Accounts,
    Organisations,
    Store,
    UnloggedChange,
)
from thuishaven.databank import Content, Database, back_up, heads, restore, shown
from thuishaven.databank.backups import MANIFEST
from thuishaven.databank.database import _prepare
from thuishaven.databank.engines import CHAINS, SCHEMA, engine
from thuishaven.databank.migrate import known, newest, revision, upgrade
from visitors import House

ENGINES = ("sqlite", "postgresql")


@contextmanager
def empty(kind: str, folder: Path) -> Iterator[str]:
    """A place without a databank."""
    if kind == "sqlite":
        yield str(folder / "empty")
    else:
        with postgresql_database() as url:
            yield url


@pytest.mark.parametrize("chain", CHAINS)
def test_migrations_make_the_tables_that_the_program_knows(databank: Database, chain: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    metadata = {"public": PUBLIC, "confidential": CONFIDENTIAL}[chain]
    with databank.as_owner() as owner, owner.stores[chain].engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, metadata)
    assert [] == [change for change in found if "alembic_version" not in str(change)]


@pytest.mark.parametrize("kind", ENGINES)
def test_an_older_databank_is_brought_up_to_date_with_what_is_in_it(kind: str, tmp_path: Path) -> None:
    clock = Clock()
    with empty(kind, tmp_path) as where:
        if kind == "sqlite":
            Path(where).mkdir()
        else:
            _prepare(where)
        for chain in CHAINS:
            upgrade(where, chain, known(chain)[0])
        store = Store(engine(where, "confidential"), "confidential", clock)
        accounts = Accounts(store)
        accounts.confirm(accounts.register("an@example.org", "An"), "paars fietspad onder de brug")
        place = Organisations(accounts).create(store.local("beheer"), "Werf")
        before = store.events()
        store.engine.dispose()
        with pytest.raises(AccessError, match="databank_old"):
            Database(where)
        with Database.create(where, clock) as databank, databank.as_owner() as owner:
            assert [newest(chain) for chain in CHAINS] == [revision(where, chain) for chain in CHAINS]
            house = House(databank)
            assert before == house.store.events()[: len(before)]
            assert [True, True] == [audit.sound for audit in owner.audit()]
            _, an = house.sessions.sign_in("an@example.org", "paars fietspad onder de brug")
            house.organisations.give(house.store.local("beheer"), an.person, place.id, "adviser")
            _, an = house.sessions.sign_in("an@example.org", "paars fietspad onder de brug")
            house.dossiers.create(an, "Pots", Content("a: 1"))


def test_there_is_no_databank_until_it_is_made(tmp_path: Path) -> None:
    with pytest.raises(AccessError, match="databank_missing"):
        Database(tmp_path)
    assert [] == list(tmp_path.iterdir())


def test_making_it_again_changes_nothing(place: str, databank: Database) -> None:
    before = databank.confidential.events()
    with Database.create(place) as again:
        assert before == again.confidential.events()


def test_a_databank_of_a_newer_version_is_left_alone(place: str, databank: Database) -> None:
    with databank.as_owner() as owner, owner.public.bookkeep() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'p9999'")
    with pytest.raises(AccessError, match="databank_new"):
        Database(place)


def test_sqlite_waits_for_the_disk_before_it_confirms(tmp_path: Path) -> None:
    with place("sqlite", tmp_path) as where, engine(where, "confidential").connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        ]
        connection.engine.dispose()
    assert ["wal", 2] == found


def test_public_and_confidential_data_stand_apart(databank: Database) -> None:
    for chain, store in databank.stores.items():
        tables = set(sa.inspect(store.engine).get_table_names())
        assert ("person" in tables) == (chain == "confidential")
    if databank.dialect == "postgresql":
        with databank.public.engine.connect() as connection:
            here = connection.exec_driver_sql("SELECT current_user, current_schema()").one()
        assert ("thuishaven_app", SCHEMA["public"]) == tuple(here)


@pytest.mark.slow
def test_the_program_owns_nothing_on_postgresql(tmp_path: Path) -> None:
    """So it can switch off neither the row security nor the triggers of the log."""
    with place("postgresql", tmp_path) as where, Database(where) as databank:
        for statement in (
            "ALTER TABLE dossier DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE event DISABLE TRIGGER USER",
            "TRUNCATE event",
            "DROP TABLE event",
            "UPDATE dossier_version SET digest = ''",
        ):
            with pytest.raises(sa.exc.ProgrammingError), databank.confidential.bookkeep() as connection:
                connection.exec_driver_sql(statement)


@pytest.mark.slow
def test_postgresql_is_run_by_an_owner_and_used_by_another_login(tmp_path: Path) -> None:
    """As a deployment does it: neither is a superuser, and the login of the program owns nothing."""
    template("postgresql")  # makes the role, which is the whole server's
    with postgresql_database() as url:
        name = sa.make_url(url).database
        logins = {role: f"{role}_{name}" for role in ("owner", "app")}
        try:
            with admin().connect() as connection:
                connection.exec_driver_sql(f"CREATE ROLE {logins['owner']} LOGIN CREATEROLE")
                connection.exec_driver_sql(f"ALTER DATABASE {name} OWNER TO {logins['owner']}")
                connection.exec_driver_sql(f"CREATE ROLE {logins['app']} LOGIN")
                connection.exec_driver_sql(f"GRANT thuishaven_app TO {logins['app']}")
                connection.exec_driver_sql(f"GRANT thuishaven_app TO {logins['owner']} WITH ADMIN OPTION")
            owner, app = (
                sa.make_url(url).set(username=login).render_as_string() for login in logins.values()
            )
            Database.create(owner).close()
            with Database(app) as databank:
                house = filled(databank)
                for attempt in (
                    databank.audit,
                    lambda: back_up(databank, house.store.local(), tmp_path / "b"),
                ):
                    with pytest.raises(AccessError, match="owner_needed"):
                        attempt()
            with Database(owner) as databank:
                assert [True, True] == [audit.sound for audit in databank.audit()]
                made = back_up(databank, databank.confidential.local(), tmp_path / "b")
            assert 2 == made.rows["confidential.dossier_content"]
        finally:
            with admin().connect() as connection:
                connection.exec_driver_sql(f"ALTER DATABASE {name} OWNER TO postgres")
            plain = sa.create_engine(
                sa.make_url(url).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool
            )
            with plain.begin() as connection:
                for login in logins.values():
                    connection.exec_driver_sql(f"DROP OWNED BY {login} CASCADE")
            with admin().connect() as connection:
                for login in logins.values():
                    connection.exec_driver_sql(f"DROP ROLE {login}")


def test_writers_take_turns(databank: Database) -> None:
    """Each numbers its event after the last one; none is lost and none doubled."""
    store = databank.confidential

    def write() -> None:
        for _ in range(8):
            with store.change(store.local("jan")) as change:
                change.log("try", "databank", "x")

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 + 4 * 8 == len(store.events())
    assert store.audit().sound


def filled(databank: Database) -> House:
    house = House(databank)
    place = house.organisation("Werf")
    _, an = house.member("an", place, "adviser")
    dossier = house.dossiers.create(an, "Pots é", Content("a: 1\n", {"q": [1, None, True]}))
    house.dossiers.save(an, dossier, 1, Content("a: 2\n"))
    house.dossiers.label(an, dossier, "plastic")
    house.comments.add(an, dossier, "dossier.a", "Sure?")
    house.accounts.start_second_step(an)
    return house


@pytest.mark.parametrize("target", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def test_a_backup_is_restored_on_either_engine_with_every_row(
    databank: Database, target: str, tmp_path: Path
) -> None:
    house = filled(databank)
    made = back_up(databank, house.store.local("beheer"), tmp_path / "backup")
    assert 2 == made.rows["confidential.dossier_version"]
    with empty(target, tmp_path) as where:
        found = restore(tmp_path / "backup", where, "beheer")
        assert (made.rows, made.heads) == (found.rows, found.heads)
        assert [True, True] == [audit.sound for audit in found.audits]
        with Database(where, databank.clock) as again:
            other = House(again)
            _, an = other.sessions.sign_in("an@example.org", "paars fietspad onder de brug")
            (line,) = other.dossiers.list(an)
            assert ("Pots é", 2, ("plastic",)) == (line.title, line.version, line.labels)
            assert Content("a: 1\n", {"q": [1, None, True]}) == other.dossiers.get(an, line.id, 1).content
            assert 3 == other.dossiers.save(an, line.id, 2, Content("a: 3\n"))
            with again.as_owner() as owner:
                assert [True, True] == [audit.sound for audit in owner.audit(heads(tmp_path / "backup"))]
        with pytest.raises(AccessError, match="databank_there"):
            restore(tmp_path / "backup", where)


def test_a_backup_is_made_while_people_write(databank: Database, tmp_path: Path) -> None:
    house = filled(databank)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            house.organisation("Another")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        back_up(databank, house.store.local("beheer"), tmp_path / "backup")
    finally:
        stop.set()
        thread.join()
    found = restore(tmp_path / "backup", tmp_path / "again")
    assert [True, True] == [audit.sound for audit in found.audits]


def test_a_backup_is_for_its_owner_only_and_never_overwrites(tmp_path: Path) -> None:
    with place("sqlite", tmp_path) as where, Database(where) as databank:
        folder = tmp_path / "backup"
        back_up(databank, databank.confidential.local(), folder)
        assert 0o700 == folder.stat().st_mode & 0o777
        assert {0o600} == {file.stat().st_mode & 0o777 for file in folder.iterdir()}
        with pytest.raises(AccessError, match="folder_taken"):
            back_up(databank, databank.confidential.local(), folder)
        assert [folder.name, "databank"] == sorted(file.name for file in tmp_path.iterdir())


@pytest.mark.parametrize("damage", ["byte", "manifest", "missing", "newer"])
def test_a_damaged_backup_is_not_restored(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "backup"
    with place("sqlite", tmp_path) as where, Database(where) as databank:
        back_up(databank, databank.confidential.local(), folder)
    file, manifest = folder / "confidential.sqlite3", folder / MANIFEST
    if damage == "byte":
        data = bytearray(file.read_bytes())
        data[-1] ^= 1
        file.write_bytes(data)
    elif damage == "missing":
        file.unlink()
    elif damage == "manifest":
        manifest.write_text("{")
    else:
        found = json.loads(manifest.read_text())
        found["databases"]["public"]["revision"] = "p9999"
        manifest.write_text(json.dumps(found))
    expected = {"manifest": "no_backup", "newer": "databank_new"}.get(damage, "backup_damaged")
    with pytest.raises(AccessError, match=expected):
        restore(folder, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_backup_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """Made as the first version would have made it: its tables, its revision."""
    clock, where, folder = Clock(), tmp_path / "old", tmp_path / "backup"
    where.mkdir()
    for chain in CHAINS:
        upgrade(where, chain, known(chain)[0])
    for chain in CHAINS:
        store = Store(engine(where, chain), chain, clock)
        with store.change(store.local("jan")) as change:
            change.log("create", "databank", chain)
        store.engine.dispose()
    from thuishaven.databank.backups import FORM, _copied

    folder.mkdir()
    fake = object.__new__(Database)
    fake._open(where, clock, owner=True)
    parts = {chain: _copied(fake, store, folder) for chain, store in fake.stores.items()}
    fake.close()
    manifest = {"form": FORM, "id": "x", "made": "2026", "databases": parts}
    (folder / MANIFEST).write_text(json.dumps(manifest))
    found = restore(folder, tmp_path / "again")
    assert [True, True] == [audit.sound for audit in found.audits]
    assert [newest(chain) for chain in CHAINS] == [revision(tmp_path / "again", chain) for chain in CHAINS]


def test_a_cut_log_shows_beside_a_backup(tmp_path: Path) -> None:
    with place("sqlite", tmp_path) as where, Database(where) as databank:
        older = tmp_path / "older"
        shutil.copytree(where, older)
        back_up(databank, databank.confidential.local(), tmp_path / "backup")
    with Database(older) as databank:
        assert [True, True] == [audit.sound for audit in databank.audit()]
        found = databank.audit(heads(tmp_path / "backup"))
        assert ["cut", "cut"] == [audit.problem for audit in found]


def test_the_password_of_a_url_is_never_shown() -> None:
    assert "postgresql://jan:***@db/x" == shown("postgresql://jan:secret@db/x")


def test_a_change_that_fails_leaves_nothing_behind(databank: Database) -> None:
    store = databank.confidential
    with pytest.raises(UnloggedChange), store.change(store.local("jan")):
        pass
    before = store.events()
    with pytest.raises(ZeroDivisionError), store.change(store.local("jan")) as change:
        change.log("try", "databank", "x", details={"n": 1 / 0})
    assert before == store.events()
