"""A stored report is calculated again, and says whether it is the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from report_cases import EXAMPLES, MADE

from thuishaven.cli import main
from thuishaven.dossier import Settings, load
from thuishaven.locale import speak
from thuishaven.report import FORMATS, Material, compared, content, gather, read, save, write
from thuishaven.report.stored import SCHEMA, StoredError, fingerprints


@pytest.fixture(scope="module")
def kept(material: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(material, tmp_path_factory.mktemp("kept") / "report.json", "nl")


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report without the plans that nobody typed in, which take most of the time."""
    told = gather(load(EXAMPLES / "plantenpot.yaml"), settings=Settings(draws=256), made=MADE, explore=False)
    return save(told, tmp_path_factory.mktemp("kept") / "quick.json", "nl")


@pytest.mark.slow
def test_a_report_calculated_again_is_the_same(material: Material, kept: Path) -> None:
    before = read(kept)
    assert before.intact
    assert before.explored
    again = gather(before.dossier, settings=before.settings, made=before.made)
    assert [] == compared(before, again)
    assert content(material, ".json", "nl") == content(again, ".json", "nl")


def test_the_file_holds_everything(material: Material, kept: Path) -> None:
    tree = json.loads(kept.read_text(encoding="utf-8"))
    assert (SCHEMA, "nl", "2026-11-22") == (tree["schema"], tree["lang"], tree["made"])
    assert material.result == tree["cost"]
    assert fingerprints(material) == tree["fingerprints"]
    assert tree["dossier"]["product"]["cn"] == "39269097"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda tree: tree["cost"]["plans"][1]["unit_tco"].update(mean=1.0), []),
        (
            lambda tree: tree["dossier"]["demand"]["units_per_year"].update(mode=110000),
            ["dossier", "figures"],
        ),
        (lambda tree: tree["fingerprints"].update(facts="0123"), ["facts"]),
    ],
    ids=["a figure", "the dossier", "the facts"],
)
def test_a_change_shows(
    quick: Path, tmp_path: Path, change: Callable[[Any], None], expected: list[str]
) -> None:
    tree = json.loads(quick.read_text(encoding="utf-8"))
    change(tree)
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    before = read(path)
    assert (expected == ["facts"]) is before.intact
    again = gather(before.dossier, settings=before.settings, made=before.made, explore=before.explored)
    assert expected == compared(before, again)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_json"),
        ("[" * 100_000, "no_json"),
        ("[]", "no_report"),
        ('{"schema": "thuishaven.cost/1"}', "no_report"),
        (f'{{"schema": "{SCHEMA}"}}', "no_report"),
        (f'{{"schema": "{SCHEMA}", "settings": {{"as_of": 3}}}}', "no_report"),
        (f'{{"schema": "{SCHEMA}", "settings": {{"as_of": null, "draws": 64, "more": 1}}}}', "no_report"),
    ],
)
def test_another_file_is_named_as_such(text: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StoredError) as caught:
        read(path)
    assert code == caught.value.code


@pytest.mark.parametrize("wrong", ["report.doc", "report"])
def test_another_kind_of_file_is_refused_before_anything_is_calculated(
    wrong: str, material: Material
) -> None:
    with pytest.raises(ValueError, match="expected a name that ends in"):
        write(material.dossier, wrong)
    with pytest.raises(ValueError, match="expected one of nl"):
        write(material.dossier, "report.pdf", "de")


@pytest.mark.slow
def test_the_command_writes_replays_and_compares(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, quick: Path
) -> None:
    monkeypatch.setenv("THUISHAVEN_DATA", str(tmp_path / "data"))

    def said(*words: str) -> tuple[int, str, str]:
        status = main(["report", *words, "--lang", "en"])
        speak("nl")
        out = capsys.readouterr()
        return status, out.out, out.err

    page = tmp_path / "again.html"
    status, out, err = said("--replay", str(quick), "-o", str(page))
    assert (0, f"Written: {page}\nCalculated again: every figure is the same.\n", "") == (status, out, err)
    assert page.read_text(encoding="utf-8").startswith('<!doctype html>\n<html lang="en">')
    tree = json.loads(quick.read_text(encoding="utf-8"))
    tree["cost"]["baseline"] = "other"
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(tree), encoding="utf-8")
    status, _out, err = said("--replay", str(changed))
    assert 1 == status
    assert "was changed after it was written" in err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "Name a dossier"),
        (("pot.yaml",), "Say where to"),
        (("pot.yaml", "-o", "x.doc"), "-o x.doc: expected is a name that ends in .html, .pdf, .xlsx, .json."),
        (("pot.yaml", "--replay", "x.json"), "--replay takes the dossier from the report"),
        (("--replay", "x.json", "--seed", "2"), "--replay takes its settings from the report"),
    ],
)
def test_wrong_usage_is_explained(
    words: tuple[str, ...], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == main(["report", *words, "--lang", "en"])
    speak("nl")
    assert expected in capsys.readouterr().err


def test_the_kinds_of_file_are_those_that_are_promised() -> None:
    assert (".html", ".pdf", ".xlsx", ".json") == FORMATS
