"""The commands about cases in a terminal: taking in lists, looking at what is there, taking it back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from casework import PRESS, pots, published
from databases import place
from thuishaven.cli import main
from thuishaven.databank import Database
from thuishaven.databank.cases import Statement


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    with place("sqlite", tmp_path) as where:
        monkeypatch.setenv("THUISHAVEN_DATABANK", where)
        monkeypatch.setenv("THUISHAVEN_LANG", "en")
        yield where


def run(*words: str) -> int:
    return main(["databank", *words])


def test_the_seeds_come_in_and_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run("import", "--seeds", "--dry-run")
    assert "would be taken in: 98" in capsys.readouterr().out
    assert 0 == run("cases", "list")
    assert "Cases: 0" in capsys.readouterr().out
    assert 0 == run("import", "--seeds")
    assert "98 of 98 taken in" in capsys.readouterr().out
    assert 0 == run("cases", "list", "--name", "rossignol", "--json")
    (line,) = json.loads(capsys.readouterr().out)["cases"]
    assert 0 == run("cases", "show", str(line["number"]))
    shown = capsys.readouterr().out
    for words in (
        "2024: reversed (as of 2025)",
        "jobs lost here: 57 (2025)",
        "20 Minutes 2020-09-22 https://",
    ):
        assert words in shown
    assert 0 == run("cases", "show", str(line["number"]), "--about", "2013", "--json")
    assert "implemented" == json.loads(capsys.readouterr().out)["status"][-1]["state"]
    assert 1 == run("cases", "show", "999")
    assert "no such case" in capsys.readouterr().err


def test_what_is_wrong_is_told_by_row_and_the_rest_comes_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "case_ref,company,home_country,source,nace\n"
        "A1,Pots,NLD,The Paper,C22\nA2,Toys,NL,The Paper,C32\n"
        ",Skis,FRA,The Paper,C32\nA1,Pots,NLD,The Paper,C22\n"
    )
    assert 1 == run("import", str(path), "--source", "ours")
    out, err = capsys.readouterr()
    assert "ours: 1 of 4 taken in" in out
    assert [
        "row 3, organisation.country: NL cannot stand here. Expected: NLD",
        "row 4, case_ref: This row has no key to know it by.",
        "row 5: The key A1 is there twice.",
    ] == err.splitlines()
    path.write_text("a,b\n1,2\n")
    assert 1 == run("import", str(path))
    assert "The heading of this list is not known" in capsys.readouterr().err
    path.write_bytes(b"case_ref\n\xff\n")
    assert 1 == run("import", str(path))
    assert "no text in UTF-8" in capsys.readouterr().err
    assert 2 == run("import")
    assert 2 == run("import", str(path), "--seeds")


def test_an_import_is_listed_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run("cases", "imports")
    assert "Nothing was taken in yet." in capsys.readouterr().out
    assert 0 == run("import", "--seeds", "--json")
    lists = json.loads(capsys.readouterr().out)["lists"]
    assert [98, 5] == [one["made"] for one in lists]
    assert 0 == run("cases", "undo", lists[0]["id"], "--reason", "a try")
    assert "Cases taken back: 97. Kept" in capsys.readouterr().out
    assert 0 == run("cases", "imports")
    assert "thuishaven-seeds: 98 cases, undone" in capsys.readouterr().out
    assert 1 == run("cases", "undo", lists[0]["id"], "--reason", "again")


def test_published_cases_are_searched(somewhere: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Database(somewhere) as databank:
        published(databank.public, [*pots(), Statement("motive", "QUALITY", PRESS)])
    assert 0 == run("cases", "index")
    assert "The search knows 1 published cases." in capsys.readouterr().out
    assert 0 == run("cases", "search", "pots", "--facet", "to=NLD")
    out = capsys.readouterr().out
    for words in ("Cases found: 1", "Pots bv: done, 2013-06", "Motive: quality, rework, warranty 1"):
        assert words in out
    assert 0 == run("cases", "search", "--facet", "to=BEL", "--json")
    assert 0 == json.loads(capsys.readouterr().out)["total"]
    assert 1 == run("cases", "search", "--facet", "colour=green")
    assert "There is no facet colour" in capsys.readouterr().err
    assert 2 == run("cases", "search", "--facet", "green")
