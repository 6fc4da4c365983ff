"""What stands in deploy/ fits the program: commands, settings, limits and files; SQL and backup run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import sqlalchemy as sa

from databases import Clock, admin, server
from thuishaven.access import AccessError
from thuishaven.cli.program import app
from thuishaven.databank import Content, Database, back_up
from thuishaven.web.ops_settings import PREFIX, ServerSettings
from thuishaven.web.store import DraftStore
from visitors import House

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
#: Where the guide puts files of this folder, and what it has made there.
PLACES = {
    "/opt/thuishaven/libexec/backup": "backup",
    "/etc/thuishaven/thuishaven.toml": "thuishaven.toml",
    "/etc/thuishaven/web.env": "web.env",
    "/etc/thuishaven/owner.env": "owner.env",
}


def read(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def commands(words: list[str]) -> list[str]:
    """The names of commands that some words begin with; fails where there is no such command."""
    import typer

    found, here = [], typer.main.get_command(app)
    for word in words:
        if word.startswith("-"):
            break
        here = getattr(here, "commands", {})[word]
        found.append(word)
        if not hasattr(here, "commands"):
            break
    return found


def test_the_settings_and_the_environment_are_known() -> None:
    given = tomllib.loads(read("thuishaven.toml"))
    settings = ServerSettings.read({}, **given)
    assert settings.secure
    for name in ("web.env", "owner.env"):
        lines = [line for line in read(name).splitlines() if line and not line.startswith("#")]
        known = {f"{PREFIX}{setting.upper()}" for setting in ServerSettings.model_fields}
        names = {line.partition("=")[0] for line in lines}
        assert set() == names - known - {"THUISHAVEN_SETTINGS", "THUISHAVEN_DATA"}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_runs_what_there_is_and_is_hardened(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    lines = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and line[0] != "#")
    program, *words = lines["ExecStart"].split()
    if program == "/opt/thuishaven/bin/thuishaven":
        assert commands(words)
    else:
        assert os.access(DEPLOY / PLACES[program], os.X_OK)
    assert (DEPLOY / PLACES[lines["EnvironmentFile"]]).is_file()
    assert "yes" == lines["NoNewPrivileges"] == lines["ProtectHome"] == lines["PrivateTmp"]
    assert ("strict", "", "thuishaven") == (
        lines["ProtectSystem"],
        lines["CapabilityBoundingSet"],
        lines["User"],
    )
    if unit.stem == "thuishaven":
        assert int(lines["TimeoutStopSec"]) > ServerSettings().stop_seconds
    else:
        assert "OnCalendar" in unit.with_suffix(".timer").read_text(encoding="utf-8")


def test_proxies_let_through_what_the_program_takes_and_add_no_header_of_their_own() -> None:
    settings = ServerSettings.read({}, **tomllib.loads(read("thuishaven.toml")))
    nginx, caddy = read("nginx.conf"), read("Caddyfile")
    assert settings.upload_bytes <= int(re.findall(r"client_max_body_size (\d+)m;", nginx)[0]) * 2**20
    assert settings.upload_bytes <= int(re.findall(r"max_size (\d+)MB", caddy)[0]) * 10**6
    assert settings.body_seconds == int(re.findall(r"client_body_timeout (\d+)s;", nginx)[0])
    assert "add_header" not in nginx
    assert "header_down" not in caddy
    for text in (nginx, caddy):
        assert f"127.0.0.1:{settings.port}" in text
        assert settings.base_url.removeprefix("https://") in text
        assert "/metrics" in text
    assert nginx.count("proxy_set_header X-Forwarded-For $remote_addr;") == nginx.count("proxy_pass ")
    assert "$proxy_add_x_forwarded_for" not in nginx


def test_the_container_file_names_what_there_is() -> None:
    text = read("Containerfile")
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.M):
        assert [] == [name for name in line.split()[:-1] if not (ROOT / name).exists()]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(re.findall(r'"\.\[(\w+)\]"', text)) <= set(project["optional-dependencies"])
    oldest = tuple(map(int, project["requires-python"].removeprefix(">=").split(".")))
    images = re.findall(r"^FROM docker\.io/library/python:(\d+)\.(\d+)-", text, re.M)
    assert [oldest] == sorted({tuple(map(int, image)) for image in images})
    assert re.search(r"^USER (?!0\b|root\b)", text, re.M)
    assert commands(re.findall(r'^CMD \["thuishaven", "(\w+)"\]', text, re.M))
    assert "/health/ready" in text
    assert {"THUISHAVEN_HOST"} == {
        name for name in re.findall(r"(THUISHAVEN_\w+)=", text) if name != "THUISHAVEN_DATA"
    }


def test_the_guide_names_files_and_commands_that_are_there() -> None:
    guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\bdeploy/([\w.-]+)", guide))
    assert {path.name for path in DEPLOY.iterdir()} == named
    for line in re.findall(r"bin/thuishaven ((?:[a-z][\w-]* ?)+)", guide):
        assert commands(line.split())


def test_two_logins_are_enough_and_the_web_server_owns_nothing(tmp_path: Path) -> None:
    names = {name: f"{name}_{os.getpid()}" for name in ("thuishaven_owner", "thuishaven_web")}
    database = f"thuishaven_deploy_{os.getpid()}"
    script = re.sub(r"--.*", "", read("postgresql.sql"))
    with admin().connect() as connection:
        there = "SELECT 1 FROM pg_roles WHERE rolname = 'thuishaven_app'"
        known = connection.exec_driver_sql(there).first() is not None
        for line in filter(str.strip, script.split(";")):
            for name, other in names.items():
                line = line.replace(name, other)
            line = re.sub(r"DATABASE thuishaven\b", f"DATABASE {database}", line)
            if not (known and "CREATE ROLE thuishaven_app" in line):
                connection.exec_driver_sql(line)
    try:
        url = sa.make_url(server().get_uri()).set(database=database)
        owner, web = (url.set(username=name).render_as_string(hide_password=False) for name in names.values())
        with pytest.raises(AccessError, match="owner_needed"):
            Database.create(web, Clock())
        Database.create(owner, Clock()).close()
        with Database(web, Clock()) as databank:
            house = House(databank)
            _token, an = house.member("an", house.organisation("Werf"), "company_user")
            dossier = house.dossiers.create(an, "Pots", Content("a: 1"))
            assert "Pots" == house.dossiers.get(an, dossier).title
            house.comments.add(an, dossier, "dossier.a", "Hm")
            for attempt in (databank.audit, lambda: back_up(databank, house.store.local(), tmp_path / "b")):
                with pytest.raises(AccessError, match="owner_needed"):
                    attempt()
            for statement in (
                "ALTER TABLE event DISABLE TRIGGER ALL",
                "DELETE FROM event",
                "DROP POLICY dossier_wall ON dossier",
            ):
                with (
                    pytest.raises(sa.exc.ProgrammingError),
                    databank.confidential.engine.begin() as connection,
                ):
                    connection.exec_driver_sql(statement)
        store = DraftStore(web)
        token, _draft = store.create("a: 1")
        assert "a: 1" == store.load(token).text
        store.close()
        with Database(owner, Clock()) as databank:
            assert [True, True] == [one.sound for one in databank.audit()]
            assert back_up(databank, databank.confidential.local(), tmp_path / "b").rows
    finally:
        with admin().connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {database} WITH (FORCE)")
            for name in names.values():
                connection.exec_driver_sql(f"DROP ROLE {name}")


def test_the_backup_script_backs_up_audits_and_lets_old_ones_go(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m thuishaven "$@"\n')
    program.chmod(0o755)
    place = tmp_path / "databank"
    Database.create(place).close()
    backups = tmp_path / "backups"
    backups.mkdir()
    old = backups / "thuishaven-20200101T000000Z"
    given = {
        **os.environ,
        "BACKUPS": str(backups),
        "PROGRAM": str(program),
        "THUISHAVEN_DATABANK": str(place),
    }

    def ran() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", str(DEPLOY / "backup")], env=given, capture_output=True, text=True, check=False
        )

    first = ran()
    assert 0 == first.returncode, first.stderr
    (made,) = backups.iterdir()
    made.rename(old)
    os.utime(old, (0, 0))
    second = ran()
    assert 0 == second.returncode, second.stderr
    assert 2 == second.stdout.count("nothing was tampered with")
    assert old not in set(backups.iterdir())
    assert 1 == len(list(backups.iterdir()))
