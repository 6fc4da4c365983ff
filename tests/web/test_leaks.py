"""Nobody reads what is not theirs: by no page, file, list, search, error message or guessed name.

The addresses are those of the route table, the visitors those of the role table, and every organisation has
words of its own in every field that somebody may not see (``canaries.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from canaries import KINDS, SIDES, WORDS, leaks, plant, texts
from matrix import Row, rows
from town import ROLES, Town, town

ROWS = rows()
READING = [row for row in ROWS if row.method == "GET"]
#: A project with a decision, beside the one that the table asks for.
READING += [Row("GET", "/{lang}/office/projects/{decided}", side, "", frozenset(), {}) for side in SIDES]
#: Gaps that open things by themselves, and such as are counted: neither is the name of something to guess.
_OPENING = {"token", "version"}
_GAPS = re.compile(r"{(\w+)}")
_ID = re.compile(r"[0-9a-f]{24,64}")
#: What differs between two answers to the same question.
_PASSING = {"date", "content-length", "set-cookie", "etag"}


@pytest.fixture(scope="module")
def here(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("leaks"), engine) as found:
        plant(found)
        yield found


def crawled(here: Town, asked: list[Row]) -> tuple[list[str], set[str]]:
    """The leaks that every visitor finds at some addresses, and the kinds of words that anybody met."""
    found, met = [], set()
    for row in asked:
        for role in ROLES:
            answer = here.ask(role, row.method, row.path, row.whose, row.sends)
            found += [f"{role} {row}: {word}" for word in leaks(role, row.path, answer)]
            said = "\n".join(texts(answer.content)).casefold()
            met |= {kind for word, (kind, _side) in WORDS.items() if word in said}
    return found, met


@pytest.mark.slow
def test_nobody_reads_what_is_not_theirs(here: Town, engine: str) -> None:
    # What a visitor works on without an account is in no databank: tried on one engine.
    asked = [row for row in READING if engine == "sqlite" or row.whose or "/account" in row.path]
    found, met = crawled(here, asked)
    assert [] == found
    # The words do stand where somebody may read them.
    assert set(KINDS) - {"draft"} == met
