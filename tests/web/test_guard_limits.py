"""Too much, too often, too slow, too many at once: refused with a word, and never the end of the server."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from calling import JSON, Caller, awaited, calling, example

from thuishaven.web.guards_client import client_of, household, scheme_of
from thuishaven.web.guards_files import download, kind_of
from thuishaven.web.guards_rate import Buckets
from thuishaven.web.ops_work import Memory, Work


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills_again() -> None:
    clock = Clock()
    buckets = Buckets(per_minute=60, burst=3, clock=clock)
    assert [0, 0, 0, 1, 1] == [buckets.wait("a") for _ in range(5)]
    assert 0 == buckets.wait("b")
    clock.now += 1
    assert [0, 1] == [buckets.wait("a"), buckets.wait("a")]
    clock.now += 3600
    assert [0, 0, 0, 1] == [buckets.wait("a") for _ in range(4)]


def test_buckets_of_many_visitors_take_no_more_room() -> None:
    buckets = Buckets(per_minute=60, burst=1, most=100)
    for number in range(1000):
        buckets.wait(str(number))
    assert 100 == len(buckets._buckets)


def test_one_address_cannot_ask_endlessly(tmp_path: Path) -> None:
    with calling(tmp_path, rate_per_minute=1, rate_burst=3) as api:
        answers = [api.get("/api/v1/families") for _ in range(4)]
        assert [200, 200, 200, 429] == [answer.status_code for answer in answers]
        assert "too_often" == answers[-1].json()["code"]
        assert 0 < int(answers[-1].headers["retry-after"]) <= 60
        page = api.get("/nl/")
        assert (429, "text/html; charset=utf-8") == (page.status_code, page.headers["content-type"])
        assert 200 == api.get("/health/live").status_code


@pytest.mark.parametrize(
    "headers", [{"Authorization": "Bearer thuishaven_key"}, {"Cookie": "thuishaven-session=mine"}], ids=str
)
def test_one_session_or_key_cannot_ask_endlessly_from_wherever_it_comes(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    with calling(tmp_path, token_per_minute=1, token_burst=2, trusted_proxies=("127.0.0.1",)) as api:
        answers = [
            api.get("/nl/knowledge", headers={**headers, "X-Forwarded-For": f"192.0.2.{number}"})
            for number in range(3)
        ]
        assert [200, 200, 429] == [answer.status_code for answer in answers]
        assert 0 < int(answers[-1].headers["retry-after"]) <= 60
        assert "Te veel vragen tegelijk" in answers[-1].text
        other = {name: f"{value}2" for name, value in headers.items()}
        assert [200, 200] == [api.get("/nl/knowledge", headers=found).status_code for found in (other, {})]


@pytest.mark.parametrize("path", ["sign-in", "code", "register", "reset", "reset/x", "invite/x", "confirm/x"])
def test_one_address_cannot_try_passwords_codes_or_letters_endlessly(tmp_path: Path, path: str) -> None:
    with calling(tmp_path, sign_in_per_minute=1, sign_in_burst=2) as api:
        answers = [api.post(f"/nl/account/{path}") for _ in range(3)]
        assert [False, False, True] == [429 == answer.status_code for answer in answers]
        assert 0 < int(answers[-1].headers["retry-after"]) <= 60
        assert [200, 200] == [api.get(f"/nl/{page}").status_code for page in ("account/sign-in", "knowledge")]
        assert 429 != api.post("/nl/account/sign-out").status_code


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_the_address_is_the_nearest_that_is_no_proxy_of_ours(
    peer: str, forwarded: str, expected: str
) -> None:
    scope = {"client": (peer, 1), "headers": [(b"x-forwarded-for", forwarded.encode())]}
    assert expected == client_of(scope, ["10.0.0.0/8"])


def test_without_an_address_nobody_is_trusted() -> None:
    scope = {"client": None, "headers": [(b"x-forwarded-proto", b"https")], "scheme": "http"}
    assert ("unknown", "http") == (client_of(scope, ["0.0.0.0/0"]), scheme_of(scope, ["0.0.0.0/0"]))
    assert household("2001:db8::1") == household("2001:db8::2") != household("2001:db8:0:1::1")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    with calling(tmp_path_factory.mktemp("limits"), body_bytes=10_000, body_seconds=0.3) as client:
        yield client


def test_a_body_over_the_limit_is_refused_declared_or_not(api: Caller) -> None:
    declared = api.post("/api/v1/check", content=b"x" * 10_001, headers=JSON)
    assert (413, "body_too_large") == (declared.status_code, declared.json()["code"])

    def parts() -> Iterator[bytes]:
        for _part in range(20):
            yield b" " * 1000

    chunked = api.post("/api/v1/check", content=parts(), headers=JSON)
    assert (413, "body_too_large") == (chunked.status_code, chunked.json()["code"])
    assert 200 == api.post("/api/v1/check", content=b"x" * 10_000, headers=JSON).status_code


def test_a_file_may_be_larger_than_a_text(api: Caller) -> None:
    files = {"dossier": b"thuishaven: 1", "parts": b"id\n" + b"x" * 20_000}
    assert 422 == api.post("/api/v1/batch", files=files).status_code


def test_a_body_that_never_comes_is_given_up(api: Caller) -> None:
    url = api.base_url
    with socket.create_connection((url.host, url.port or 80), timeout=20) as line:
        line.sendall(b"POST /api/v1/check HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n")
        line.sendall(b"Content-Type: application/json\r\n\r\n{")
        answer = b""
        while part := line.recv(4096):
            answer += part
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"too_slow_body" in answer


def test_a_form_that_is_too_large_gets_a_page(api: Caller) -> None:
    answer = api.post("/nl/scan", data={"x": "y" * 20_000})
    assert (413, "text/html; charset=utf-8") == (answer.status_code, answer.headers["content-type"])


# ---- work


def test_work_beyond_the_queue_is_sent_away() -> None:
    from thuishaven.web.guards import Refusal

    async def story() -> list[Any]:
        work, go = Work(at_once=1, waiting=1), threading.Event()
        running = [asyncio.create_task(work.run(go.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        refused = await asyncio.gather(work.run(go.wait), return_exceptions=True)
        go.set()
        return [*refused, *await asyncio.gather(*running), work.inside]

    refused, first, second, inside = awaited(story())
    assert isinstance(refused, Refusal)
    assert (503, "4") == (refused.status_code, (refused.headers or {})["Retry-After"])
    assert (True, True, 0) == (first, second, inside)


def test_work_is_done_in_the_language_of_the_one_who_asks() -> None:
    from thuishaven.locale import language, use

    async def asked(lang: str) -> str:
        with use(lang):
            return await work.run(language)

    work = Work(2, 9)

    async def story() -> list[str]:
        return await asyncio.gather(*(asked(lang) for lang in ("nl", "fr", "en", "fr")))

    assert ["nl", "fr", "en", "fr"] == awaited(story())


def test_a_busy_server_says_when_to_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from thuishaven.web.api import rooms

    inside, go = threading.Semaphore(0), threading.Event()

    def slow(*_given: Any) -> bytes:
        inside.release()
        go.wait(30)
        return b"{}"

    monkeypatch.setattr(rooms, "cost", slow)
    with calling(tmp_path, work_at_once=1, work_waiting=0) as api:
        found: list[int] = []
        thread = threading.Thread(
            target=lambda: found.append(api.post("/api/v1/cost?seed=41", json=example()).status_code)
        )
        thread.start()
        inside.acquire()
        busy = api.post("/api/v1/cost?seed=42", json=example())
        assert (503, "too_busy", "4") == (busy.status_code, busy.json()["code"], busy.headers["retry-after"])
        assert 200 == api.get("/api/v1/families").status_code
        go.set()
        thread.join()
        assert [200] == found


def test_what_was_worked_out_is_worked_out_once() -> None:
    memory, made = Memory(2), []

    def make() -> int:
        made.append(1)
        return len(made)

    threads = [threading.Thread(target=memory.get, args=("a", make)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (1, [1]) == (memory.get("a", make), made)
    assert [2, 3, 4] == [memory.get(key, make) for key in ("b", "c", "a")]
    assert (None, 3) == (memory.held("b"), memory.held("c"))


def test_a_failure_is_not_kept() -> None:
    memory = Memory(2)
    with pytest.raises(ZeroDivisionError):
        memory.get("a", lambda: 1 // 0)
    assert 1 == memory.get("a", lambda: 1)


def test_no_more_bytes_are_kept_than_may_be() -> None:
    memory = Memory(100, most_bytes=1000)
    for number in range(10):
        memory.get(number, lambda: b"x" * 300)
    assert [None] * 7 + [b"x" * 300] * 3 == [memory.held(number) for number in range(10)]
    memory.get("large", lambda: b"x" * 5000)
    assert None is memory.held("large")


# ---- files


@pytest.mark.parametrize(
    ("title", "plain", "full"),
    [
        ("Pot", "Pot.pdf", "Pot.pdf"),
        ("../../etc/passwd", "etc-passwd.pdf", "etc%20passwd.pdf"),
        ('a"; filename="b.exe', "a-filename-b.exe.pdf", "a%20%3B%20filename%3D%20b.exe.pdf"),
        ("a\r\nSet-Cookie: x=1", "aSet-Cookie-x-1.pdf", "aSet-Cookie%20x%3D1.pdf"),
        ("\u202egnp.exe", "gnp.exe.pdf", "gnp.exe.pdf"),
        ("花盆", "thuishaven.pdf", "%E8%8A%B1%E7%9B%86.pdf"),
        ("...", "thuishaven.pdf", "thuishaven.pdf"),
        ("", "thuishaven.pdf", "thuishaven.pdf"),
        ("CON\x00", "CON.pdf", "CON.pdf"),
    ],
)
def test_a_download_has_a_harmless_name(title: str, plain: str, full: str) -> None:
    told = download(title, "pdf")["Content-Disposition"]
    assert f"attachment; filename=\"{plain}\"; filename*=UTF-8''{full}" == told


def test_a_long_title_gives_a_short_name() -> None:
    assert len(download("é" * 5000, "xlsx")["Content-Disposition"]) < 700


def test_a_file_is_what_its_first_bytes_say() -> None:
    found = [kind_of(start) for start in (b"PK\x03\x04", b"\xef\xbb\xbf {", b"[1", b"a: 1")]
    assert ["xlsx", "json", "json", "yaml", "csv"] == [*found, kind_of(b"a;b", table=True)]


def test_quick_work_waits_for_no_calculation() -> None:
    async def story() -> list[Any]:
        work, go = Work(at_once=1, waiting=1), threading.Event()
        running = [asyncio.create_task(work.run(go.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        quick = await work.quick(lambda: "quick")
        go.set()
        return [quick, *await asyncio.gather(*running)]

    assert ["quick", True, True] == awaited(story())
