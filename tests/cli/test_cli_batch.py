"""``batch``: the set of parts that is worth making at home together, told as a page and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import ROOT, Run

from thuishaven.locale import LANGUAGES

FOLDER = ROOT / "examples" / "batch"
QUICK = ("--draws", "64")


def test_the_page_names_the_parts_of_the_best_set(run: Run) -> None:
    words = ("batch", str(FOLDER / "pattern.yaml"), str(FOLDER / "parts.csv"), *QUICK)
    told = json.loads(run(*words, "--json").out)
    page = run(*words, "--lang", "en", width=120).out
    starred = {line.split()[1] for line in page.splitlines() if line.strip().startswith("*")}
    assert "thuishaven.batch/1" == told["schema"]
    assert set(told["chosen"]["parts"]) == starred


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_says_how_many_parts_there_are(run: Run, lang: str) -> None:
    page = run(
        "batch", str(FOLDER / "pattern.yaml"), str(FOLDER / "parts.csv"), *QUICK, "--lang", lang, width=100
    )
    assert 0 == page.status
    assert page.out.startswith("12 ")


def test_a_wrong_cell_is_told_with_its_place(run: Run, tmp_path: Path) -> None:
    rows = (FOLDER / "parts.csv").read_text().splitlines()
    parts = tmp_path / "parts.csv"
    parts.write_text("\n".join([rows[0], rows[1].replace("HS-101", "a b", 1)]))
    ran = run("batch", str(FOLDER / "pattern.yaml"), str(parts), "--lang", "en")
    assert 1 == ran.status
    assert "a b" in ran.err
