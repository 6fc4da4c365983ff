"""How the commands are used: help in three languages, and a clear word on every mistake."""

from __future__ import annotations

import pytest
from running import Run

from thuishaven.dossier import VERSION

COMMANDS = ("new", "check", "cost", "explore", "facts", "schema")
GROUP = ("show", "sources", "check", "refresh")


def test_without_words_the_menu_is_shown(run: Run) -> None:
    ran = run()
    assert (0, "") == (ran.status, ran.err)
    assert all(f"\n  {name} " in ran.out for name in COMMANDS)


def test_help_of_the_program_and_bare_words_are_the_same(run: Run) -> None:
    assert run().out.strip() == run("--help").out.strip()
    assert run("facts").out.strip() == run("facts", "--help").out.strip()


@pytest.mark.parametrize(
    ("lang", "usage"), [("nl", "Gebruik:"), ("en", "Usage:"), ("fr", "Utilisation\u00a0:")]
)
@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS), *(("facts", name) for name in GROUP)])
def test_every_command_has_help_in_every_language(
    run: Run, lang: str, usage: str, words: tuple[str, ...]
) -> None:
    ran = run(*words, "--help", lang=lang)
    assert ran.status == 0
    assert ran.out.startswith(f"{usage} thuishaven {' '.join(words)}".rstrip())
    assert "--help" in ran.out


@pytest.mark.parametrize("width", [60, 80, 120])
def test_help_keeps_within_the_screen(run: Run, width: int) -> None:
    assert max(len(line) for line in run("cost", "--help", width=width).lines) <= width


@pytest.mark.parametrize("where", [("--lang", "fr", "cost", "--help"), ("cost", "--lang=fr", "--help")])
def test_the_language_may_stand_before_or_after_the_command(run: Run, where: tuple[str, ...]) -> None:
    assert run(*where, lang="nl").out.startswith("Utilisation\u00a0: thuishaven cost")


def test_dutch_is_spoken_when_nothing_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("--help", lang="").out.startswith("Gebruik:")


def test_the_version(run: Run) -> None:
    ran = run("--version")
    assert (0, f"thuishaven {VERSION}\n") == (ran.status, ran.out)


WRONG = {
    "no command": (("nonsense",), "There is no command nonsense."),
    "a near command": (("coost",), "Did you mean: cost?"),
    "no command of the group": (("facts", "shw"), "Did you mean: show?"),
    "no file": (("cost",), "DOSSIER is missing."),
    "one word too many": (("cost", "a.yaml", "b.yaml"), "Nothing is expected after this: b.yaml"),
    "no option": (("cost", "a.yaml", "--foo"), "There is no option --foo."),
    "a near option": (("cost", "a.yaml", "--jsn"), "Did you mean: --json?"),
    "no value": (("cost", "a.yaml", "--seed"), "--seed needs a value."),
    "a value too many": (("cost", "a.yaml", "--json=3"), "--json stands alone"),
    "no language": (("cost", "a.yaml", "--lang", "de"), "Expected: nl, en, fr"),
    "no number": (("cost", "a.yaml", "--seed", "x"), "--seed x: expected is a whole number from 0."),
    "a number below": (("cost", "a.yaml", "--seed", "-1"), "expected is a whole number from 0."),
    "a fraction": (("cost", "a.yaml", "--horizon", "2.5"), "a whole number from 1 to 64."),
    "too far": (("cost", "a.yaml", "--horizon", "900"), "a whole number from 1 to 64."),
    "no power of two": (("cost", "a.yaml", "--draws", "1000"), "a power of two, for example 512."),
    "too many draws": (("cost", "a.yaml", "--draws", "9" * 30), "a whole number from 64 to 1048576."),
    "no scenario": (("cost", "a.yaml", "--scenario", "war"), "Known: freight_crisis"),
    "no family": (("new", "--family", "boat"), "Known: plastic-part"),
    "no key": (("facts", "show", "fx_rate", "country=NLD"), "Its keys: currency"),
    "no key at all": (("facts", "show", "fx_rate", "NLD"), "expected is key=value"),
    "no date": (("facts", "show", "fx_rate", "currency=USD", "--on", "soon"), "expected is a date"),
    "no connector": (("facts", "refresh", "nobody"), "There is no connector named 'nobody'."),
    "no plan count": (("explore", "a.yaml", "--top", "0"), "a whole number from 1."),
}


@pytest.mark.parametrize(("words", "expected"), WRONG.values(), ids=list(WRONG))
def test_wrong_usage_is_told_in_one_line_with_status_2(
    run: Run, words: tuple[str, ...], expected: str
) -> None:
    ran = run(*words, width=300)
    assert (2, "") == (ran.status, ran.out)
    said, hint = ran.err.splitlines()
    assert expected in said
    assert hint.startswith("Help: thuishaven")


@pytest.mark.parametrize(("lang", "expected"), [("nl", "ontbreekt"), ("fr", "manque"), ("en", "is missing")])
def test_mistakes_are_told_in_the_language_of_the_reader(run: Run, lang: str, expected: str) -> None:
    assert expected in run("cost", lang=lang).err
