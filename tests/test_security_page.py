"""The page on security names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_every_line_of_the_page_on_security_has_tests_that_exist() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(encoding="utf-8"), re.M)
    }
    lines = [line for line in page.splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert len(lines) > 20
    for line in lines:
        named = set(re.findall(r"`(test_\w+)`", line))
        assert named, line
        assert set() == named - there
