"""Every route there is: its answer tells the browser to be careful, and reading never changes anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest
from calling import EXAMPLES, Caller, awaited, calling
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from thuishaven.web import ServerSettings, create_app
from thuishaven.web.guards_headers import ALWAYS, POLICY

#: What stands in the gaps of a path: something that is there, where there is one.
GAPS = {
    "lang": "nl",
    "name": "cost-1",
    "code": "not_found",
    "parameter": "inflation_cpi",
    "source_id": "eurostat",
}


def routes(app: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of every route, of the mounted applications too."""
    for found in iter_route_contexts(app.routes):
        if isinstance(found.original_route, Mount):
            yield from routes(found.original_route.app, before + found.original_route.path)
        elif found.path is not None:
            for method in sorted(found.methods or ()):
                yield method, before + found.path


def table() -> list[tuple[str, str]]:
    app = create_app(ServerSettings(database_url="sqlite://"))
    app.state.store.close()
    return sorted(set(routes(app)))


ROUTES = table()


def filled(path: str) -> str:
    """A path with something in its gaps."""
    return re.sub(r"{(\w+)(?::\w+)?}", lambda gap: GAPS.get(gap[1], "x"), path)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    with calling(tmp_path_factory.mktemp("headers")) as client:
        yield client


@pytest.fixture(scope="module")
def draft(api: Caller) -> dict[str, str]:
    """The headers of a visitor with a draft, on the pages and over the interface."""
    text = (EXAMPLES / "plantenpot.yaml").read_text()
    token = api.post("/api/v1/draft", json={"text": text}).json()["token"]
    return {"Authorization": f"Bearer {token}", "Cookie": f"thuishaven-draft={token}"}


def test_the_table_of_routes_is_not_empty() -> None:
    assert {("GET", "/health/live"), ("POST", "/api/v1/cost"), ("GET", "/api/v1/openapi.json")} <= set(ROUTES)
    assert any(path.startswith("/{lang}") for _method, path in ROUTES)


def careful(answer: httpx.Response) -> None:
    """The headers are there, whatever the answer is."""
    assert answer.status_code < 500 or answer.status_code == 503
    assert dict(ALWAYS.items()) == {name: answer.headers[name] for name in ALWAYS}
    assert answer.headers["cache-control"]
    assert "server" not in answer.headers
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path"), [(method, path) for method, path in ROUTES if method not in ("GET", "HEAD")]
)
def test_every_answer_to_a_change_has_the_headers(
    api: Caller, draft: dict[str, str], method: str, path: str
) -> None:
    for headers in ({}, draft):
        careful(api.request(method, filled(path), headers={} if method == "DELETE" else headers))


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/nowhere", "/nl/nowhere", "/%00", "/api/v1/facts/%ff"])
def test_so_has_an_answer_that_says_no(api: Caller, path: str) -> None:
    answer = api.get(path, follow_redirects=False)
    assert 400 > answer.status_code >= 300 or 404 == answer.status_code
    assert POLICY == answer.headers["content-security-policy"]


def test_so_has_an_answer_when_we_fail(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(api.app.state.store, "load", broken)
    for path, headers in (
        ("/api/v1/draft", {"Authorization": "Bearer x"}),
        ("/nl/scan", {"Cookie": "thuishaven-draft=x"}),
    ):
        answer = api.get(path, headers=headers, follow_redirects=True)
        if answer.status_code == 500:
            assert POLICY == answer.headers["content-security-policy"]
            assert "Traceback" not in answer.text
    assert 500 == api.get("/api/v1/draft", headers={"Authorization": "Bearer x"}).status_code


def test_the_policy_lets_no_script_or_style_stand_in_a_page() -> None:
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert {"'none'"} == {
        rules[name] for name in ("default-src", "base-uri", "object-src", "frame-ancestors")
    }
    assert {"'self'"} == {rules[name] for name in ("script-src", "style-src", "form-action", "connect-src")}
    assert "unsafe" not in POLICY


@pytest.mark.parametrize("path", sorted({path for method, path in ROUTES if method == "GET"}))
def test_reading_changes_nothing_and_every_answer_has_the_headers(
    api: Caller, draft: dict[str, str], path: str
) -> None:
    store = api.app.state.store
    before = store.digest()
    for headers in ({}, draft):
        careful(api.get(filled(path), headers=headers))
    head = api.head(filled(path))
    careful(head)
    assert b"" == head.content
    assert before == store.digest()


UNSAFE = [(method, path) for method, path in ROUTES if method in ("POST", "PUT", "PATCH", "DELETE")]


@pytest.mark.parametrize(("method", "path"), UNSAFE)
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_another_site_changes_nothing(
    api: Caller, draft: dict[str, str], method: str, path: str, headers: dict[str, str]
) -> None:
    before = api.app.state.store.digest()
    answer = api.request(method, filled(path), headers={**draft, **headers, "If-Match": "*"})
    assert 403 == answer.status_code
    assert before == api.app.state.store.digest()


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "own"}], ids=str
)
def test_our_own_pages_and_programs_may(api: Caller, headers: dict[str, str]) -> None:
    if "Origin" in headers:
        headers = {"Origin": str(api.base_url).rstrip("/")}
    assert 201 == api.post("/api/v1/draft", headers=headers).status_code


async def behind_tls(settings: ServerSettings, path: str, **options: Any) -> httpx.Response:
    app = create_app(settings)
    transport = httpx.ASGITransport(app, client=options.pop("client", ("192.0.2.9", 5)))
    async with httpx.AsyncClient(
        transport=transport, base_url=options.pop("base", "http://reshore.example")
    ) as client:
        found = await client.request(options.pop("method", "GET"), path, **options)
    app.state.store.close()
    return found


def settings(tmp_path: Any, **given: Any) -> ServerSettings:
    return ServerSettings(database_url=f"sqlite:///{tmp_path / 'd.db'}", **given)


def test_over_tls_the_browser_is_told_to_stay_there(tmp_path: Any) -> None:
    named = settings(tmp_path, base_url="https://reshore.example")
    answer = awaited(behind_tls(named, "/health/live"))
    assert "max-age=63072000; includeSubDomains" == answer.headers["strict-transport-security"]


@pytest.mark.parametrize(
    ("client", "told", "expected"),
    [("10.0.0.1", "https", True), ("10.0.0.1", "http", False), ("192.0.2.9", "https", False)],
)
def test_a_proxy_is_believed_only_when_it_is_ours(
    tmp_path: Any, client: str, told: str, expected: bool
) -> None:
    trusting = settings(tmp_path, trusted_proxies=("10.0.0.0/8",))
    answer = awaited(
        behind_tls(trusting, "/health/live", client=(client, 1), headers={"X-Forwarded-Proto": told})
    )
    assert expected == ("strict-transport-security" in answer.headers)


def test_another_host_is_turned_away_but_health_is_watched(tmp_path: Any) -> None:
    named = settings(tmp_path, base_url="https://reshore.example")
    other = awaited(behind_tls(named, "/api/v1/", base="http://evil.example"))
    assert (421, "other_host") == (other.status_code, other.json()["code"])
    assert 200 == awaited(behind_tls(named, "/health/live", base="http://127.0.0.1:8000")).status_code


@pytest.mark.parametrize(
    ("base_url", "name", "secure"),
    [("https://reshore.example", "__Host-draft", True), ("", "thuishaven-draft", False)],
)
def test_every_cookie_is_out_of_reach(tmp_path: Any, base_url: str, name: str, secure: bool) -> None:
    app = create_app(settings(tmp_path, base_url=base_url))
    pages = [path for method, path in ROUTES if method == "POST" and path.startswith("/{lang}")]

    async def given() -> list[str]:
        found = []
        transport = httpx.ASGITransport(app, client=("192.0.2.9", 5))
        for path in pages:
            async with httpx.AsyncClient(transport=transport, base_url="http://reshore.example") as client:
                answer = await client.post(filled(path))
                found += answer.headers.get_list("set-cookie")
        return found

    cookies: SimpleCookie = SimpleCookie()
    for header in awaited(given()):
        one: SimpleCookie = SimpleCookie(header)
        ((called, cookie),) = one.items()
        assert called.startswith("__Host-" if secure else "thuishaven-")
        assert (secure, True, "/", "") == (
            bool(cookie["secure"]),
            cookie["httponly"],
            cookie["path"],
            cookie["domain"],
        )
        assert cookie["samesite"].lower() in ("lax", "strict")
        if cookie["max-age"] != "0":
            cookies.load(header)
    app.state.store.close()
    app.state.rooms.close()
    assert [name] == list(cookies)
    assert (32, 86400) == (len(cookies[name].value), int(cookies[name]["max-age"]))


@pytest.mark.parametrize("path", ["/nl/dossiers/a%00b", "/nl/cases/%00", "/api/v1/cases/%00"])
def test_an_address_with_a_nul_is_not_there(client: Any, path: str) -> None:
    assert 404 == client.get(path).status_code
