"""What a YAML text says, read fast: as reading it with care says it, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from dossiers import COMPLETE
from hypothesis import given, settings
from hypothesis import strategies as st

from thuishaven.dossier import DossierError, load, open_document, yaml
from thuishaven.dossier.yaml_plain import Rare, plain_tree

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))
#: Pieces from which texts are put together: words, signs, and what the versions of YAML may see differently.
PIECES = (
    *("a", "b1", "'q'", '"d"', '"e: f"', "1", "1.5", "-1", "- ", "-", ":", ": ", ",", ", ", "[", "]", "{"),
    *("}", "\n", "\n  ", "\n- ", "\n  - ", "?", "? ", "#", " #", "# c", "http://x?y=z", "& ", "&a ", "*a"),
    *("!", "|", "|\n", "|-\n", ">", "> ", "%", "@", "`", "~", "null", "true", "no", "on", "0x1f", "0o17"),
    *("017", "1_000", "1e5", ".5", "1.450", "2026-11-21", "12:30:45", "<<", "=", '""', "''", "it's", "x: y"),
    *("k: v\n", "k: {", "k: |\n  x\n", "j: >-\n  a b\n  c\n", "- >\n  a: b\n", "\\", "é", "“", "...", "---"),
    *("a:b", "a :b", ".inf", ".nan", "0b1", "1.", "00", "\t", "\u2028", "\ufeff", "\u202e"),
)


def fast(text: str, nodes: int = 10_000) -> object:
    """The tree as it is read fast, without numbers that can mean two."""
    return plain_tree(text, lambda word: yaml._number(word, False) is None, 40, nodes)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_fast_says_what_care_says(text: str) -> None:
    try:
        found = fast(text)
    except Rare:
        return
    assert repr(yaml.plain(yaml.parse(text))) == repr(found)


@pytest.mark.parametrize("path", [COMPLETE, *EXAMPLES], ids=lambda path: path.stem)
def test_examples_are_read_fast(path: Path) -> None:
    text = path.read_text("utf-8")
    assert yaml.plain(yaml.parse(text)) == fast(text)
    assert open_document(path).dossier == load(path)


@pytest.mark.parametrize(
    "text",
    ["a: &x 1\nb: *x", "a: !t 1", "--- a", "a: 1\na: 2", "? a\n: b", "[a]: b", "a: 1.450", "a: [", "a:\tb"],
)
def test_what_is_rare_is_left_to_care(text: str) -> None:
    with pytest.raises(Rare):
        fast(text)


def test_deep_and_endless_texts_are_left_to_care() -> None:
    for text in ("[" * 41 + "]" * 41, "- 1\n" * 1001):
        with pytest.raises(Rare):
            fast(text, 1000)


@pytest.mark.parametrize("text", ["a: [", "a: 1.450", "a: 1\na: 2", "k: # c\n\n  \nb:  # d\n"])
def test_errors_are_those_of_care(text: str) -> None:
    told: list[object] = []
    for read in (yaml.parse, yaml.content):
        try:
            told.append(yaml.plain(read(text)))
        except DossierError as error:
            told.append(error.problems)
    assert told[0] == told[1]
