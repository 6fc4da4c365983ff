"""Releases in a terminal: made, listed, checked and restored, in three languages."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from running import Ran

from casework import pots, published
from thuishaven.databank import Database

Run = Callable[..., Ran]


def publish(place: Path, name: str = "Pots bv") -> None:
    with Database(place) as databank:
        published(databank.public, pots(organisation__name=name))


def test_a_release_is_made_listed_checked_and_restored(run: Run, place: Path) -> None:
    assert "There is no release yet" in run("databank", "releases").out
    publish(place)
    made = run("databank", "release", "the first", "--without-parquet")
    version = made.out.split()[1].rstrip(":")
    assert (0, f"The files are in {place / 'releases' / version}") == (made.status, made.lines[-1])
    assert made.lines[0].startswith(f"Release {version}: 1 case, hash ")
    again = run("databank", "release", "once more", "--without-parquet")
    assert f"The data are the same as in release {version}." == again.lines[1]

    folder = place / "releases" / version
    (folder / "csv" / "cases.csv").unlink()
    told = run("databank", "releases", "--check")
    assert (1, True) == (told.status, "csv/cases.csv is gone or is not what it was" in told.out)
    assert 0 == run("databank", "releases", "--restore", version, "--check").status
    (found,) = [
        one
        for one in json.loads(run("databank", "releases", "--check", "--json").out)["releases"]
        if one["version"] == version
    ]
    assert ([], 1, "the first") == (found["damaged"], found["cases"], found["reason"])


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("nl", "Er is nog geen praktijkgeval gepubliceerd; er valt dus niets vast te leggen."),
        ("en", "No case is published yet, so there is nothing to hand out."),
        ("fr", "Aucun cas n'est encore publié\u202f; il n'y a donc rien à publier."),
    ],
)
def test_without_published_cases_there_is_nothing_to_hand_out(
    run: Run, place: Path, lang: str, expected: str
) -> None:
    ran = run("databank", "release", "halfjaarlijks", lang=lang)
    assert (1, True) == (ran.status, expected in ran.err.replace("’", "'"))


def test_what_is_missing_is_said(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(place)
    assert "Say why this release is made" in run("databank", "release", " ").err
    assert "There is no such release." in run("databank", "releases", "--restore", "2020.1").err
    monkeypatch.setitem(sys.modules, "duckdb", None)
    ran = run("databank", "release", "the first")
    assert (1, True) == (ran.status, "pip install 'thuishaven[parquet]'" in ran.err)
