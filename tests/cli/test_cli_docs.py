"""The page about the commands says what they say, and what it shows can be run."""

from __future__ import annotations

import re

import pytest
from running import ROOT, Run

from programs import program

PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


def test_the_help_in_the_page_is_the_help_of_the_commands() -> None:
    """Where this fails: run `python tools/write_cli_docs.py` and commit the page."""
    assert PAGE == program("tools/write_cli_docs.py").written(PAGE)


def test_every_command_is_in_the_page() -> None:
    assert {words for words, _help in program("tools/write_cli_docs.py").helps()} == {
        words.strip() for words in re.findall(r"<!-- help: ([a-z -]*?) -->", PAGE)
    }


@pytest.mark.parametrize(
    "words", re.findall(r"^    thuishaven ((?:cost|facts show) .*)$", PAGE, re.MULTILINE)
)
def test_what_the_page_shows_can_be_run(run: Run, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.chdir(ROOT)
    quick = ["--draws", "64"] if words.startswith("cost") else []
    ran = run(*(word.strip('"') for word in words.split()), *quick)
    assert (0, "") == (ran.status, ran.err)
