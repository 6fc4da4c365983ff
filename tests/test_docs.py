"""The documentation says what is so: reference pages as written from the code, links that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from programs import program

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def written() -> dict[str, str]:
    return dict(program("tools/write_docs.py").pages())


def test_the_readme_shows_what_the_program_answers() -> None:
    """Where this fails: run `make docs` and commit the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert program("tools/write_readme.py").page(text) == text


@pytest.mark.parametrize(("name", "expected"), written().items(), ids=lambda value: value[:20])
def test_a_reference_page_is_what_make_docs_writes(name: str, expected: str) -> None:
    """Where this fails: run `make docs` and commit the pages."""
    assert expected == (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]


def test_every_make_command_in_the_pages_is_on_the_menu() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, flags=re.MULTILINE))
    named = {
        word for page in PAGES for word in re.findall(r"`make ([a-z]+)`", page.read_text(encoding="utf-8"))
    }
    assert not named - targets


@pytest.mark.parametrize(
    "decision", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda path: path.stem
)
def test_every_decision_is_in_the_list(decision: Path) -> None:
    index = (ROOT / "docs" / "decisions" / "index.md").read_text(encoding="utf-8")
    assert decision.name == "index.md" or f"({decision.name})" in index
