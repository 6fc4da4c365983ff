"""One question over HTTP: patience with a busy publisher, suspicion about what it sends."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thuishaven.facts.connectors import ConnectorError, Fetcher, Limits, RawCache
from thuishaven.facts.connectors.errors import MESSAGES, TooBig, TryAgain, quoted
from thuishaven.locale import use

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def text(body, content_type):
    return body.decode()


def failure(call):
    with pytest.raises(ConnectorError) as caught:
        call()
    return caught.value


def test_an_answer_comes_with_its_provenance_and_stays_on_disk(publisher, fetcher, reply, tmp_path):
    headers = {"Content-Type": "text/plain", "Last-Modified": "Tue, 31 Mar 2026 09:00:00 GMT"}
    publisher.on("/a", reply(b"hello", headers=headers))
    answer, raw = fetcher.get(publisher.url + "/a", text)
    sha256 = hashlib.sha256(b"hello").hexdigest()
    expected = ("hello", publisher.url + "/a", "2026-11-21T12:00:00Z", sha256, 5)
    assert expected == (answer, raw.url, raw.retrieved_at, raw.sha256, raw.size)
    assert (raw.content_type, raw.last_modified) == ("text/plain", "Tue, 31 Mar 2026 09:00:00 GMT")
    assert (tmp_path / "cache" / "raw" / sha256[:2] / sha256).read_bytes() == b"hello"


def test_a_server_error_is_tried_again(publisher, fetcher, reply, waits):
    publisher.on("/a", reply(status=500), reply(status=503), reply(b"ok"))
    assert fetcher.get(publisher.url + "/a", text)[0] == "ok"
    assert waits == [3.0, 5.0]


def test_five_tries_and_no_more(publisher, fetcher, reply, waits):
    publisher.on("/a", reply(status=502))
    error = failure(lambda: fetcher.get(publisher.url + "/a", text))
    assert (error.code, error.params["tries"], error.params["reason"]) == ("connection", "5", "HTTP 502")
    assert len(publisher.asked) == 5
    assert waits == [3.0, 5.0, 9.0, 17.0]


def test_waits_stay_between_2_and_60_seconds(publisher, make_fetcher, reply, waits):
    publisher.on("/a", reply(status=500))
    for jitter in (0.0, 0.999999):
        fetcher = make_fetcher(jitter=lambda jitter=jitter: jitter, limits={"tries": 9})
        failure(lambda fetcher=fetcher: fetcher.get(publisher.url + "/a", text))
    assert (min(waits), round(max(waits))) == (2.0, 60)


def test_retry_after_in_seconds_is_honoured(publisher, fetcher, reply, waits):
    publisher.on("/a", reply(status=429, headers={"Retry-After": "37"}), reply(b"ok"))
    assert fetcher.get(publisher.url + "/a", text)[0] == "ok"
    assert waits == [37.0]


def test_retry_after_as_a_date_is_honoured(publisher, fetcher, reply, waits):
    later = format_datetime(NOW + timedelta(seconds=90), usegmt=True)
    publisher.on("/a", reply(status=503, headers={"Retry-After": later}), reply(b"ok"))
    fetcher.get(publisher.url + "/a", text)
    assert waits == [90.0]


@pytest.mark.parametrize("nonsense", ["soon", "-5", "Wed, 99 Foo 2026", ""])
def test_a_retry_after_that_cannot_be_read_leaves_our_own_wait(publisher, fetcher, reply, waits, nonsense):
    publisher.on("/a", reply(status=429, headers={"Retry-After": nonsense}), reply(b"ok"))
    fetcher.get(publisher.url + "/a", text)
    assert waits == [3.0]


def test_nobody_is_kept_waiting_for_a_day(publisher, fetcher, reply, waits):
    publisher.on("/a", reply(status=429, headers={"Retry-After": "86400"}))
    error = failure(lambda: fetcher.get(publisher.url + "/a", text))
    assert (error.code, error.params["seconds"], waits) == ("asked_to_wait", "86400", [])


@pytest.mark.parametrize(("status", "code"), [(400, "refused"), (401, "refused"), (404, "not_found")])
def test_other_refusals_fail_at_once(publisher, fetcher, reply, waits, status, code):
    publisher.on("/a", reply(b"no \x1b[31mway", status=status))
    error = failure(lambda: fetcher.get(publisher.url + "/a", text))
    assert (code, 1, []) == (error.code, len(publisher.asked), waits)
    assert "\x1b" not in str(error)


def test_a_dropped_line_is_tried_again(publisher, fetcher, reply, waits):
    publisher.on("/a", reply(b"hal", trouble="drop"), reply(b"whole"))
    assert fetcher.get(publisher.url + "/a", text)[0] == "whole"
    assert len(waits) == 1


def test_nobody_there(publisher, fetcher):
    publisher.close()
    error = failure(lambda: fetcher.get(publisher.url + "/a", text))
    assert (error.code, error.params["reason"]) == ("connection", "ConnectError")


def test_an_answer_that_does_not_come_times_out(publisher, tmp_path, reply, waits):
    publisher.on("/a", reply(trouble="hang"))
    with httpx.Client(trust_env=False, timeout=httpx.Timeout(5, read=0.05)) as hasty:
        limits = Limits(tries=2)
        fetcher = Fetcher(tmp_path, client=hasty, sleep=waits.append, limits=limits)
        error = failure(lambda: fetcher.get(publisher.url + "/a", text))
    assert (error.code, error.params["reason"], len(waits)) == ("connection", "ReadTimeout", 1)


def test_a_drip_of_bytes_ends_at_the_deadline(publisher, make_fetcher, reply):
    publisher.on("/a", reply(b"x" * 1000, trouble="endless"))
    moments = iter(range(0, 10_000, 400))
    fetcher = make_fetcher(clock=lambda: next(moments), limits={"tries": 1})
    error = failure(lambda: fetcher.get(publisher.url + "/a", text))
    assert (error.code, error.params["reason"]) == ("connection", "Deadline")


def test_an_endless_body_is_cut_off(publisher, make_fetcher, reply):
    publisher.on("/a", reply(b"x" * 4096, trouble="endless"))
    error = failure(lambda: make_fetcher(limits={"body": 50_000}).get(publisher.url + "/a", text))
    assert (error.code, error.params["limit"]) == ("body_too_big", "50000")


def test_a_body_that_announces_itself_too_big_is_not_read(publisher, make_fetcher, reply):
    publisher.on("/a", reply(b"x", headers={"Content-Length": "999999999"}))
    assert failure(lambda: make_fetcher().get(publisher.url + "/a", text)).code == "body_too_big"


def test_a_packed_answer_is_unpacked(publisher, fetcher, reply, gzipped):
    publisher.on("/a", reply(gzipped(b"hello " * 1000), headers={"Content-Encoding": "gzip"}))
    assert fetcher.get(publisher.url + "/a", text)[0] == "hello " * 1000
    assert publisher.headers[0]["Accept-Encoding"] == "gzip"


def test_a_packed_bomb_is_refused(publisher, fetcher, reply, gzipped):
    publisher.on("/a", reply(gzipped(bytes(30_000_000)), headers={"Content-Encoding": "gzip"}))
    assert failure(lambda: fetcher.get(publisher.url + "/a", text)).code == "compressed_bomb"


def test_a_packed_answer_that_is_cut_short_is_tried_again(publisher, fetcher, reply, gzipped):
    packed = {"Content-Encoding": "gzip"}
    whole = gzipped(b"hello")
    publisher.on("/a", reply(whole[:-6], headers=packed), reply(b"junk", headers=packed), reply(b"plain"))
    assert fetcher.get(publisher.url + "/a", text)[0] == "plain"


def test_another_packing_is_refused(publisher, fetcher, reply):
    publisher.on("/a", reply(b"x", headers={"Content-Encoding": "br"}))
    assert failure(lambda: fetcher.get(publisher.url + "/a", text)).code == "encoding_refused"


def test_a_redirect_is_followed_on_the_same_scheme(publisher, fetcher, reply):
    publisher.on("/a", reply(status=302, headers={"Location": "/b"}))
    publisher.on("/b", reply(b"moved"))
    assert fetcher.get(publisher.url + "/a", text)[0] == "moved"


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/x", "https://127.0.0.1:1/x"])
def test_a_redirect_to_another_scheme_is_refused(publisher, fetcher, reply, target):
    publisher.on("/a", reply(status=301, headers={"Location": target}))
    error = failure(lambda: fetcher.get(publisher.url + "/a", text))
    assert ("redirect_refused", target) == (error.code, error.params["target"])


def test_a_circle_of_redirects_ends(publisher, fetcher, reply):
    publisher.on("/a", reply(status=302, headers={"Location": "/a"}))
    assert failure(lambda: fetcher.get(publisher.url + "/a", text)).code == "too_many_redirects"
    assert len(publisher.asked) == 6


def test_what_the_reader_refuses_is_not_kept(publisher, fetcher, reply, tmp_path):
    publisher.on("/a", reply(b"bad"))

    def refuse(body, content_type):
        raise ConnectorError("empty_answer", dataset="d", url="u")

    assert failure(lambda: fetcher.get(publisher.url + "/a", refuse)).code == "empty_answer"
    assert not (tmp_path / "cache").exists()


def test_a_young_answer_stands_in_for_a_new_question(publisher, make_fetcher, reply):
    publisher.on("/a", reply(b"once"), reply(b"twice"))
    fetcher = make_fetcher(max_age=timedelta(hours=1))
    answers = [fetcher.get(publisher.url + "/a", text)[0] for _ in range(2)]
    assert (answers, len(publisher.asked)) == (["once", "once"], 1)
    later = make_fetcher(max_age=timedelta(hours=1), now=lambda: NOW + timedelta(hours=2))
    assert later.get(publisher.url + "/a", text)[0] == "twice"


def test_kept_bytes_that_were_changed_are_not_used(publisher, make_fetcher, reply, tmp_path):
    publisher.on("/a", reply(b"true"), reply(b"true again"))
    fetcher = make_fetcher(max_age=timedelta(hours=1))
    _, raw = fetcher.get(publisher.url + "/a", text)
    (tmp_path / "cache" / "raw" / raw.sha256[:2] / raw.sha256).write_bytes(b"false")
    assert fetcher.cache.read(raw.sha256) is None
    assert fetcher.get(publisher.url + "/a", text)[0] == "true again"


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"url": 1}', "\x00"])
def test_a_spoilt_record_of_the_cache_is_as_none(publisher, make_fetcher, reply, tmp_path, record):
    publisher.on("/a", reply(b"one"), reply(b"two"))
    fetcher = make_fetcher(max_age=timedelta(hours=1))
    fetcher.get(publisher.url + "/a", text)
    for path in (tmp_path / "cache" / "answers").iterdir():
        path.write_text(record)
    assert fetcher.get(publisher.url + "/a", text)[0] == "two"


@pytest.mark.parametrize("name", ["../../etc", "A" * 64, "", "0" * 63])
def test_the_cache_reads_nothing_but_hashes(tmp_path, name):
    assert RawCache(tmp_path).read(name) is None


def test_a_record_of_the_cache_is_plain_json(publisher, fetcher, reply, tmp_path):
    publisher.on("/a", reply(b"x"))
    fetcher.get(publisher.url + "/a", text)
    (path,) = (tmp_path / "cache" / "answers").iterdir()
    expected = {"url", "retrieved_at", "sha256", "size", "content_type", "last_modified"}
    assert expected == set(json.loads(path.read_text()))


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    from thuishaven.facts.connectors import cache

    path = tmp_path / "file"
    cache.write_atomically(path, b"old")

    def break_down(*_):
        raise OSError("disk full")

    monkeypatch.setattr(cache.os, "replace", break_down)
    with pytest.raises(OSError, match="disk full"):
        cache.write_atomically(path, b"new")
    assert ([path], b"old") == (list(tmp_path.iterdir()), path.read_bytes())


def test_a_fetcher_closes_only_its_own_client(tmp_path, publisher, reply):
    publisher.on("/a", reply(b"x"))
    with httpx.Client(trust_env=False) as given_client:
        with Fetcher(tmp_path, client=given_client) as fetcher:
            fetcher.get(publisher.url + "/a", text)
        assert not given_client.is_closed
    with Fetcher(tmp_path) as own:
        own.get(publisher.url + "/a", text)
        made = own._client
    assert made.is_closed


def test_every_message_can_be_said():
    import string

    for code, message in MESSAGES.items():
        names = {name for _, name, _, _ in string.Formatter().parse(message) if name}
        error = ConnectorError(code, **dict.fromkeys(names, "X"))
        with use("en"):
            assert message.format(**dict.fromkeys(names, "X")) == str(error)
        assert {"code": code, "params": dict.fromkeys(names, "X")} == error.to_dict()


def test_kinds_of_trouble():
    assert issubclass(TryAgain, ConnectorError)
    assert issubclass(TooBig, ConnectorError)


@settings(deadline=None)
@given(st.text())
def test_a_publishers_words_are_safe_to_print(words):
    safe = quoted(words, 50)
    assert len(safe) <= 50
    assert safe.isprintable() or all(ord(sign) > 0x9F for sign in safe if not sign.isprintable())


def test_paths_are_never_taken_from_the_network(tmp_path: Path, publisher, fetcher, reply):
    publisher.on("/..%2f..%2fevil", reply(b"x"))
    fetcher.get(publisher.url + "/..%2f..%2fevil", text)
    written = {path.parent.name for path in (tmp_path / "cache").rglob("*") if path.is_file()}
    assert written == {hashlib.sha256(b"x").hexdigest()[:2], "answers"}
