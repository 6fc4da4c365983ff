"""The starter dossiers: they load as they stand, say that they are examples, and speak three languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dossiers import read

from thuishaven.dossier import Dossier, families, resolve, yaml
from thuishaven.dossier.structure import is_quantity
from thuishaven.locale import LANGUAGES

FOLDER = Path(families.__file__).with_name("families")
WANTED = ("plastic-part", "bicycle", "electronics", "furniture", "machine", "metal-part", "textile")


def test_there_is_a_starter_for_each_family() -> None:
    assert families.names() == WANTED


def test_an_unknown_family_is_said_with_those_we_have() -> None:
    with pytest.raises(ValueError, match="plastic-part, bicycle"):
        families.new("aeroplane")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("family", WANTED)
def test_a_new_dossier_is_a_dossier(family: str, lang: str) -> None:
    dossier = read(families.new(family, lang))
    assert [plan.id for plan in dossier.plans] == ["today", "improve", "home", "home_supplier"]
    assert len(resolve(dossier)) == 4


@pytest.mark.parametrize("family", WANTED)
def test_its_comments_are_in_the_language_and_its_values_the_same(family: str) -> None:
    texts = {lang: families.new(family, lang) for lang in LANGUAGES}
    comments = {lang: re.findall(r"#.*", text) for lang, text in texts.items()}
    assert comments["nl"] != comments["en"] != comments["fr"]
    shapes = [re.sub(r'(?m)^\s*#.*\n|"[^"]*"', "", text) for text in texts.values()]
    assert shapes[0] == shapes[1] == shapes[2]


@pytest.mark.parametrize("family", WANTED)
def test_it_says_that_it_is_a_template(family: str) -> None:
    title = read(families.new(family, "en")).title
    assert title is not None
    assert title["en"].startswith("Template")


@pytest.mark.parametrize("family", WANTED)
def test_every_figure_is_marked_as_an_assumption(family: str) -> None:
    tree = yaml.plain(yaml.parse(families.new(family, "en")))
    sources = [node.get("source", "") for node in walk(tree) if is_quantity(node)]
    assert len(sources) > 15
    assert [] == [source for source in sources if not source.startswith("assumption")]


def walk(node: object) -> list[dict[str, str]]:
    """Every mapping in a tree."""
    if isinstance(node, dict):
        return [node, *(inner for value in node.values() for inner in walk(value))]
    return [inner for value in node for inner in walk(value)] if isinstance(node, list) else []


def test_every_sentence_is_used_and_every_name_has_one() -> None:
    used = {
        name for file in FOLDER.glob("*.yaml") for name in re.findall(r"\$(\w+)", file.read_text("utf-8"))
    }
    assert set(families.SENTENCES) == used


def test_a_translation_with_quotes_cannot_break_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(families.SENTENCES, "assumed", 'a "quote" and a \\ sign')
    dossier: Dossier = read(families.new("plastic-part", "en"))
    assert dossier.process.labour_hours is not None
    assert dossier.process.labour_hours.source == 'a "quote" and a \\ sign'


def test_a_new_dossier_is_written_as_it_would_be_saved() -> None:
    for family in WANTED:
        text = families.new(family, "nl")
        assert text == yaml.dump(yaml.parse(text), text)
