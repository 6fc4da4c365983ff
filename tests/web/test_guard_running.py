"""The real program: what it writes down, what it counts, how it is watched, and how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from calling import EXAMPLES, YAML, Caller, awaited, calling, example

from thuishaven.web.ops_log import JsonLines


@contextmanager
def program(folder: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """``thuishaven serve`` on a free port; the address that it prints."""
    environment = {
        **os.environ,
        "THUISHAVEN_LANG": "en",
        "THUISHAVEN_DATA": str(folder),
        **{f"THUISHAVEN_{name.upper()}": value for name, value in settings.items()},
    }
    command = [sys.executable, "-m", "thuishaven", "serve", "--port", "0"]
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        try:
            lines = []
            while not (found := re.search(r"http://127\.0\.0\.1:\d+", line := process.stderr.readline())):
                lines.append(line)
                assert line, "".join(lines)
            yield process, found[0]
        finally:
            if process.poll() is None:
                process.kill()


@pytest.mark.slow
def test_a_running_calculation_is_finished_before_the_end(tmp_path: Path) -> None:
    """SIGTERM while a request runs: its answer comes, whole; then the program ends, with a clean database."""
    with program(tmp_path) as (process, address):
        text = (EXAMPLES / "plantenpot.yaml").read_bytes()
        token = httpx.post(f"{address}/api/v1/draft", json={"text": "a: 1"}).json()["token"]
        found: list[httpx.Response] = []
        url = f"{address}/api/v1/cost?draws=4096"
        asking = threading.Thread(
            target=lambda: found.append(httpx.post(url, content=text, headers=YAML, timeout=120))
        )
        asking.start()
        while "requests_running 2" not in httpx.get(f"{address}/metrics").text:
            assert asking.is_alive() or found
            if found:
                break
        process.send_signal(signal.SIGTERM)
        asking.join()
        rest = process.communicate(timeout=60)[1]
        assert (200, 6) == (found[0].status_code, len(found[0].json()["plans"]))
        assert process.returncode in (0, -signal.SIGTERM)
        assert "stopped" in rest
    with program(tmp_path, work_at_once="1") as (_process, address):
        headers = {"Authorization": f"Bearer {token}"}
        assert "a: 1" == httpx.get(f"{address}/api/v1/draft", headers=headers).json()["text"]


@pytest.mark.slow
def test_the_log_holds_nothing_that_was_typed(tmp_path: Path) -> None:
    """A full run with a name in every place where one can stand; none of them comes back in the log."""
    told = example()
    secret = "Geheimzinnig"
    told["title"] = f"{secret}-titel"
    told["company"]["name"] = f"{secret} bv"
    told["plans"][1]["id"] = f"{secret}_plan"
    headers = {"User-Agent": f"{secret}/1", "X-Forwarded-For": "203.0.113.77", "Referer": f"http://{secret}"}
    with (
        program(tmp_path, log_level="debug", work_at_once="1") as (process, address),
        httpx.Client(base_url=address, headers=headers, timeout=60) as client,
    ):
        started = client.post("/api/v1/draft", json={"text": json.dumps(told), "answers": {"x": secret}})
        token = started.json()["token"]
        mine = {"Authorization": f"Bearer {token}", "Cookie": f"thuishaven-draft={token}; a={secret}"}
        for method, path, body in (
            ("GET", "/api/v1/draft/cost?draws=64", None),
            ("POST", f"/api/v1/cost/figure?draws=64&figure={secret}_plan.P03", told),
            ("POST", f"/api/v1/cost?draws=64&set={secret}=1", told),
            ("POST", f"/api/v1/cost?draws=64&{secret}=1", told),
            ("POST", "/api/v1/check", {**told, secret: 1}),
            ("GET", f"/api/v1/facts/{secret}", None),
            ("GET", f"/{secret}/{secret}?{secret}={secret}", None),
            ("GET", f"/nl/{secret}", None),
            ("GET", "/nl/", None),
            ("GET", "/nl/scan", None),
            ("DELETE", "/api/v1/draft", None),
        ):
            client.request(method, path, json=body, headers=mine)
        client.post("/api/v1/scan", content=b"{", headers={"Content-Type": "application/json"})
        process.send_signal(signal.SIGTERM)
        log = process.communicate(timeout=60)[1]
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    requests = [line for line in lines if line.get("event") == "request"]
    assert len(requests) >= 12
    assert {
        "time",
        "level",
        "logger",
        "event",
        "method",
        "route",
        "status",
        "milliseconds",
        "request",
        "bytes",
    } == (set(requests[0]))
    assert "/api/v1/draft/cost" in {line["route"] for line in requests}
    for word in (
        secret,
        secret.lower(),
        token,
        "203.0.113.77",
        "127.0.0.1",
        "39269097",
        "Plantenpot",
        "900000",
    ):
        assert word not in log


def test_an_exception_is_told_by_its_place_alone() -> None:
    import logging

    def fails(value: str) -> None:
        raise ValueError(f"cannot read {value}")

    try:
        fails("the price of Voorbeeld bv")
    except ValueError as error:
        record = logging.LogRecord("thuishaven.web", logging.ERROR, "", 1, "broken %s", ("Voorbeeld",), None)
        record.exc_info = (type(error), error, error.__traceback__)
        record.dossier = "Voorbeeld"
        line = JsonLines().format(record)
    told = json.loads(line)
    assert "Voorbeeld" not in line
    assert ("broken %s", "ValueError") == (told["event"], told["error"])
    assert told["at"][-1].startswith("web/test_guard_running.py:")
    assert told["at"][-1].endswith(" fails")


def test_words_of_other_libraries_are_left_out() -> None:
    import logging

    record = logging.LogRecord("somelib.http", logging.WARNING, "", 1, "GET /secret", (), None)
    assert "secret" not in JsonLines().format(record)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    with calling(tmp_path_factory.mktemp("running")) as client:
        yield client


def test_health_says_alive_and_ready(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "alive" == api.get("/health/live").json()["status"]
    ready = api.get("/health/ready")
    assert (200, {"drafts": "ready", "facts": "ready"}) == (ready.status_code, ready.json()["checks"])

    def gone() -> int:
        raise OSError("disk of the company")

    monkeypatch.setattr(api.app.state.store, "count", gone)
    failing = api.get("/health/ready")
    assert (503, {"drafts": "failing", "facts": "ready"}) == (failing.status_code, failing.json()["checks"])
    assert "disk" not in failing.text


def sample(text: str, start: str) -> float:
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(start))


def test_metrics_count_by_pattern_and_not_by_path(api: Caller) -> None:
    before = api.get("/metrics").text
    for name in ("inflation_cpi", "nothing", "cost"):
        api.get(f"/api/v1/facts/{name}")
    api.get("/made/up/path")
    after = api.get("/metrics")
    assert "text/plain; version=0.0.4; charset=utf-8" == after.headers["content-type"]
    for labels, count in (
        ('{method="GET",route="/api/v1/facts/{parameter}",status="404"}', 2),
        ('{method="GET",route="/api/v1/facts/{parameter}",status="200"}', 1),
    ):
        name = f"thuishaven_requests_total{labels}"
        assert count == sample(after.text, name) - sample(before, name)
    assert "made/up" not in after.text
    assert "nothing" not in after.text
    buckets = 'thuishaven_request_seconds_bucket{route="/api/v1/facts/{parameter}",le="+Inf"}'
    assert 3 == sample(after.text, buckets) - sample(before, buckets)
    for line in after.text.splitlines():
        assert re.fullmatch(r'# (HELP|TYPE) .+|[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [0-9.e+-]+', line), line


def test_metrics_are_not_for_everyone(tmp_path: Path) -> None:
    with calling(tmp_path, metrics_for=("10.0.0.0/8",), trusted_proxies=("127.0.0.1",)) as api:
        assert 404 == api.get("/metrics").status_code
        assert 404 == api.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code
        assert 200 == api.get("/metrics", headers={"X-Forwarded-For": "10.1.1.1"}).status_code


def test_expired_drafts_are_deleted_in_a_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    from thuishaven.web import ops
    from thuishaven.web.store import DraftStore

    now = [0.0]
    store = DraftStore(f"sqlite:///{tmp_path / 'd.db'}", clock=lambda: now[0])
    store.create("a: 1")
    now[0] = 90_000.0

    async def story() -> None:
        async with ops.lifespan(store)(None):
            while store.count():
                await asyncio.sleep(0)

    awaited(story())


SETTINGS: list[tuple[dict[str, str], str]] = [
    ({"THUISHAVEN_PORT": "high"}, "port"),
    ({"THUISHAVEN_PROT": "8000"}, "THUISHAVEN_PORT"),
    ({"THUISHAVEN_BASE_URL": "reshore.example"}, "base_url"),
    ({"THUISHAVEN_TRUSTED_PROXIES": "somewhere"}, "trusted_proxies"),
    ({"THUISHAVEN_DATABASE_URL": "nothing://u:hush@h"}, "database_url"),
    ({"THUISHAVEN_DRAFT_HOURS": "0"}, "draft_hours"),
    ({"THUISHAVEN_SETTINGS": "nowhere.toml"}, "nowhere.toml"),
]


@pytest.mark.parametrize(("environ", "word"), SETTINGS)
def test_a_setting_that_cannot_be_used_is_named(environ: dict[str, str], word: str) -> None:
    from thuishaven.web.ops_settings import ServerSettings, SettingsError

    with pytest.raises(SettingsError, match=word) as caught:
        ServerSettings.read(environ)
    assert "hush" not in str(caught.value)


def test_settings_come_from_the_file_the_environment_and_the_options(tmp_path: Path) -> None:
    from thuishaven.web.ops_settings import ServerSettings

    file = tmp_path / "server.toml"
    file.write_text('port = 1\nhost = "::1"\nbody_bytes = 5000\ntrusted_proxies = ["10.0.0.0/8"]\n')
    environ = {"THUISHAVEN_SETTINGS": str(file), "THUISHAVEN_PORT": "2", "THUISHAVEN_LANG": "nl", "HOME": "x"}
    found = ServerSettings.read(environ, host="0.0.0.0", port=None)
    expected: tuple[Any, ...] = (2, "0.0.0.0", 5000, ("10.0.0.0/8",), 24)
    assert expected == (found.port, found.host, found.body_bytes, found.trusted_proxies, found.draft_hours)
    file.write_text("prot = 1\n")
    with pytest.raises(ValueError, match="port"):
        ServerSettings.read(environ)
    file.write_text("port: 1\n")
    with pytest.raises(ValueError, match="TOML"):
        ServerSettings.read(environ)


def test_a_password_is_never_shown() -> None:
    from thuishaven.web.ops_settings import ServerSettings

    shown = ServerSettings(database_url="sqlite://user:hush@/x.db").shown()
    assert "sqlite://user:***@/x.db" == shown["database_url"]


def test_every_setting_stands_in_the_documentation() -> None:
    from thuishaven.web.ops_settings import ServerSettings

    text = (Path(__file__).parents[2] / "docs" / "serve.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| `?([^|`]*)`? \|", text, re.M))
    expected = {}
    for name, field in ServerSettings.model_fields.items():
        default = field.default
        expected[name] = ", ".join(default) if isinstance(default, tuple) else f"{default}"
    assert expected == {name: value.strip() for name, value in rows.items()}
