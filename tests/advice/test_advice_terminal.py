"""``thuishaven advice`` as a reader runs it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from advice_cases import SMALL

from pseudo import outside
from thuishaven.cli import main
from thuishaven.locale import speak

QUICK = ["--draws", "256"]


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run the command on the small dossier, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THUISHAVEN_DATA", str(tmp_path / "data"))
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "pot.yaml").write_text(SMALL, encoding="utf-8")

    def ran(*words: Any, lang: str = "en", width: int = 100) -> Ran:
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("THUISHAVEN_LANG", lang)
        status = main(["advice", "pot.yaml", *QUICK, *(str(word) for word in words)])
        said = capsys.readouterr()
        speak("nl")
        return Ran(status, said.out, said.err)

    return ran


@pytest.mark.parametrize(
    ("lang", "headline"),
    [
        ("nl", "Blijf bij de maker van vandaag, en verbeter wat u daar hebt."),
        ("en", "Stay with today's maker, and improve what you have there."),
        ("fr", "Restez chez le fabricant actuel, et améliorez ce que vous y avez."),
    ],
)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_page_begins_with_the_answer_and_fits(run: Run, lang: str, headline: str, width: int) -> None:
    ran = run(lang=lang, width=width)
    assert (0, "") == (ran.status, ran.err)
    assert headline in re.sub(r"\s+", " ", ran.out)
    commands = "thuishaven advice pot.yaml"
    assert all(len(line) <= width for line in ran.out.splitlines() if not line.startswith(commands))


def test_every_word_of_the_page_can_be_translated(run: Run) -> None:
    change = ["--set", "preferences.weights.jobs=0.6", "--compare", "--all"]
    left = re.sub(
        r"thuishaven advice .*|[a-z_]+\.[A-Za-z_.0-9]+", "", outside(run(*change, lang="xx", width=900).out)
    )
    assert not [word for word in re.findall(r"[a-z]{4,}", left) if word not in TYPED]


#: Words of the dossier and of identities.
TYPED = {"maker", "today", "cheaper", "home", "tilburg", "coverage", "methods", "region", "kind"}


def test_another_role_weighs_otherwise(run: Run) -> None:
    assert run("--role", "region").out != run().out
    assert "Known: firm, adviser, region" in run("--role", "bank").err


def test_json_is_the_plain_form_and_holds_the_change(run: Run) -> None:
    found = json.loads(run("--json", "--set", "preferences.weights.jobs=0.9", "--compare").out)
    assert found["schema"] == "thuishaven.advice/1"
    assert found["change"]["turned"]
    assert found["change"]["inputs"] == [{"path": "preferences.weights.jobs", "before": None, "after": 0.9}]
    assert run("--json", lang="fr").out == run("--json", lang="en").out


def test_a_change_is_told_before_the_page(run: Run) -> None:
    ran = run("--set", "preferences.weights.jobs=0.9", "--compare")
    assert ran.out.startswith("What changed\n  - preferences.weights.jobs: not filled in became 0.9.")
    assert "The advice turns" in ran.out


def test_a_figure_can_be_followed(run: Run) -> None:
    found = json.loads(run("--explain", "worth.home").out)
    assert found["formula"].startswith("V = sum")
    line = json.loads(run("--explain", "home.P03").out)
    assert line["id"] == "home.P03"


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--compare"], 2, "--compare needs --set"),
        (["--plans", "some"], 2, "expected is own or all"),
        (["--explain", "worth.house"], 2, "there is no such figure"),
        (["--set", "preferences.weights.costs=1"], 1, "Did you mean cost?"),
        (["--set", "preferences.weights.cost=-1"], 1, "is below zero"),
        (["--set", "preferences.order=[cost, price]"], 1, "preferences.order"),
        (["--set", "demand.units_per_year=0"], 1, "No units are asked for"),
    ],
)
def test_what_is_wrong_is_said_with_an_example(run: Run, words: list[str], status: int, said: str) -> None:
    ran = run(*words)
    assert (status, "") == (ran.status, ran.out)
    assert said in ran.err


def test_plans_nobody_typed_in_come_along_when_asked(run: Run) -> None:
    own, every = (json.loads(run("--json", "--plans", which).out) for which in ("own", "all"))
    assert len(own["plans"]) < len(every["plans"]) <= 20
    assert every["settings"]["plans"] == "all"
    assert {plan["id"] for plan in own["plans"]} <= {plan["id"] for plan in every["plans"]}
