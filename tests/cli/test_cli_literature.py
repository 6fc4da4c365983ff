"""Publications and similar cases in a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from running import SMALL, Ran

from casework import pots, published
from thuishaven.databank import Database

Run = Callable[..., Ran]


def test_a_list_is_taken_in_once_and_found(run: Run, place: Path, tmp_path: Path) -> None:
    assert (
        "New: 18. Changed: 0. Known already: 0."
        == run("databank", "literature", "--own", "--dry-run").lines[0]
    )
    assert 0 == run("databank", "literature", "--own").status
    assert "New: 0. Changed: 0. Known already: 18." == run("databank", "literature", "--own").lines[0]
    found = run("databank", "literature", "--find", "krippendorff", "--json")
    assert 1 == json.loads(found.out)["total"]
    wrong = tmp_path / "list.csv"
    wrong.write_text("kind,title,doi\npoem,T,11/3\n", encoding="utf-8")
    told = run("databank", "literature", str(wrong))
    assert (1, True) == (told.status, "row 2, kind: poem cannot stand here." in told.err)
    assert 2 == run("databank", "literature", "--own", "--find", "x").status
    wrong.write_text("name\nx\n", encoding="utf-8")
    assert 1 == run("databank", "literature", str(wrong)).status


def test_an_advice_and_a_scan_show_similar_cases_only_where_there_are_any(
    run: Run, place: Path, tmp_path: Path
) -> None:
    dossier = tmp_path / "pot.yaml"
    dossier.write_text(SMALL, encoding="utf-8")
    words = ("advice", str(dossier), "--draws", "64", "--json")
    before = json.loads(run(*words).out)
    assert "similar_cases" not in before
    with Database(place) as databank:
        published(databank.public, pots())
    after = json.loads(run(*words).out)
    assert (["from"], "implemented") == (
        after["similar_cases"]["counts"][0]["shared"],
        after["similar_cases"]["cases"][0]["state"],
    )
    assert before == {name: value for name, value in after.items() if name != "similar_cases"}
