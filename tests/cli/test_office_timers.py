"""The timers of the front office in a terminal: feeds are visited, letters leave, and who runs it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from running import Ran

from thuishaven.databank import Database
from thuishaven.databank.office import Digests, Feeds, Signals, Told, networks
from visitors import House

Run = Callable[..., Ran]


@pytest.fixture
def house(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.delenv("THUISHAVEN_DATABANK", raising=False)
    assert 0 == run("databank", "init").status
    return House(Database(tmp_path / "data" / "databank"))


def test_feeds_are_visited_and_a_failure_is_told(
    run: Run, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = run("databank", "feeds", "fetch", lang="en")
    assert (0, "No feed is watched.\n") == (ran.status, ran.out)
    _token, boss = house.member("boss", house.organisation("Agency"), "administrator")
    # Nobody listens at the port of discarded things.
    Feeds(house.store, networks(["127.0.0.0/8"])).add(boss, "http://127.0.0.1:9/news", "News")
    ran = run("databank", "feeds", "fetch", lang="en")
    assert (0, "News: It leads to a page without https, 0 new signals\n") == (ran.status, ran.out)
    monkeypatch.setenv("THUISHAVEN_FEED_NETWORKS", "127.0.0.0/8")
    (feed,) = json.loads(run("databank", "feeds", "fetch", "--json").out)["feeds"]
    assert ("connection", 0) == (feed["outcome"], feed["signals"])
    house.databank.close()


def test_letters_leave_once_and_only_where_letters_are_sent(
    run: Run, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _token, rik = house.member("rik", house.organisation("Agency"), "adviser")
    Digests(house.store).switch_on(rik)
    Signals(house.store).receive(rik, Told("desk", "Jansen nv", "Te laat"))
    house.databank.close()
    ran = run("databank", "digest", lang="en")
    assert 1 == ran.status
    assert "smtp or folder" in ran.err
    monkeypatch.setenv("THUISHAVEN_LETTERS", "folder")
    ran = run("databank", "digest", lang="en")
    assert (0, "1 letter sent, 0 not needed.\n") == (ran.status, ran.out)
    assert "0 letters sent, 0 not needed.\n" == run("databank", "digest", lang="en").out
    (file,) = (tmp_path / "data" / "letters").iterdir()
    assert "Jansen" not in file.read_text(encoding="utf-8")
