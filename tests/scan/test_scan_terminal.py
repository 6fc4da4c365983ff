"""``thuishaven scan`` as a reader runs it: answering, going back, skipping, stopping, going on."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from scan_cases import ABOUT, BULKY, answered

from pseudo import outside
from thuishaven.cli import main
from thuishaven.cli.interview import command, country, opened_answers, quantity
from thuishaven.dossier import DossierError, load
from thuishaven.locale import speak, use
from thuishaven.scan import assess, gates, questions

ALL = [*gates(), *questions()]
#: Enter for the order of the criteria, the product, and yes to the file.
PRODUCT = ["", "Pot", "nederland", "CHN", "80000 - 130000", "7,9 usd", "39269097", ""]


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Ran]:
    """Run the command with lines typed, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THUISHAVEN_DATA", str(tmp_path / "data"))
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def ran(*words: Any, typed: list[str] | None = None, lang: str = "en", width: int = 100) -> Ran:
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("THUISHAVEN_LANG", lang)
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in typed or [])))
        status = main(["scan", *(str(word) for word in words)])
        said = capsys.readouterr()
        speak("nl")
        return Ran(status, said.out, said.err)

    return ran


def places(raw: dict[str, Any]) -> list[str]:
    """What to type for each question in turn."""
    asked = {**gates(), **questions()}
    return [
        str(raw[name]) if isinstance(raw[name], int) else str(asked[name].codes.index(raw[name]) + 1)
        for name in ALL
    ]


def file(path: Path, raw: dict[str, Any]) -> Path:
    path.write_text(json.dumps(raw), encoding="utf-8")
    return path


def test_from_the_first_question_to_a_dossier_with_nothing_but_the_prompts(run: Any, tmp_path: Path) -> None:
    ran = run(typed=places(answered(**BULKY)) + PRODUCT)
    assert (0, "") == (ran.status, ran.err.replace("Written: pot.yaml\n", ""))
    assert "Question 29 of 29" in ran.out
    assert "“Bring it back (reshoring)” stands out clearly." in ran.out
    dossier = load(tmp_path / "pot.yaml")
    assert ("NLD", "39269097", "CHN") == (
        dossier.company.country,
        dossier.product.cn,
        dossier.baseline.sources[0].country,
    )
    assert "thuishaven cost pot.yaml" in ran.out
    assert assess(answered(**BULKY)).best == assess(dossier).best


def test_the_answers_are_kept_after_each_one_and_the_scan_goes_on_from_there(
    run: Any, tmp_path: Path
) -> None:
    typed = places(answered(**BULKY)) + PRODUCT
    stopped = run(typed=[*typed[:12], "q"])
    assert (0, True) == (stopped.status, "Go on with: thuishaven scan" in stopped.out)
    assert 12 == len(opened_answers(str(tmp_path / "scan.yaml")).given)
    ended = run(typed=typed[12:20])
    assert "Going on with scan.yaml: 12 questions of 29 were answered." in ended.out
    assert "Question 13 of 29" in ended.out
    assert "Question 12 of 29" not in ended.out
    rest = run(typed=typed[20:])
    assert "stands out clearly" in rest.out
    whole = opened_answers(str(tmp_path / "scan.yaml"))
    assert dict(whole.given) == dict(zip(ALL, [whole.given[name] for name in ALL], strict=True))
    assert (
        assess(whole).to_dict()["strategies"] == assess(load(tmp_path / "pot.yaml")).to_dict()["strategies"]
    )


def test_one_goes_back_skips_and_gets_help(run: Any, tmp_path: Path) -> None:
    ran = run(typed=["b", "2", "1", "b", "", "x", "?", "s", "back", "2", "q"])
    kept = opened_answers(str(tmp_path / "scan.yaml")).given
    assert {"G1": "supplier", "G2": "under_25", "G3": "must_stay"} == dict(kept)
    assert "This is the first question." in ran.out
    assert "“x” is not one of the answers. Type a number from 1 to 3, or ? for help." in ran.out
    assert "What the rule forbids is left out" in ran.out
    assert " *1  less than a quarter" in ran.out
    assert "Enter keeps: not known." in ran.out


def test_enter_is_not_known_and_never_a_no(run: Any, tmp_path: Path) -> None:
    run(typed=["", "s", "weet ik niet", "q"])
    kept = opened_answers(str(tmp_path / "scan.yaml")).given
    assert dict.fromkeys(["G1", "G2", "G3"], "unknown") == dict(kept)


@pytest.mark.parametrize(
    ("lang", "back", "expected"), [("nl", "terug", "Vraag 1"), ("fr", "retour", "Question 1 sur 29")]
)
def test_the_commands_have_words_in_every_language(run: Any, lang: str, back: str, expected: str) -> None:
    ran = run(typed=["2", back, "q"], lang=lang)
    assert 2 == ran.out.count(expected)


def test_what_is_sold_where_it_is_made_ends_the_scan(run: Any) -> None:
    ran = run(typed=["2", "3"])
    assert "Make it where it is sold: local for local." in ran.out
    assert "Question 3" not in ran.out


def test_a_wrong_order_or_product_is_asked_again(run: Any, tmp_path: Path) -> None:
    product = [
        "C X",
        "C Q",
        "Pot",
        "Narnia",
        "BE",
        "china",
        "1.450",
        "100000",
        "8 xyz",
        "8 - 7",
        "8",
        "12",
        "39269097",
    ]
    ran = run(typed=[*places(answered(**BULKY)), *product, "n"])
    for said in ("X is not one of the choices", "I don't know this country", "1.450 can mean two things"):
        assert said in ran.out
    assert "I don't know the currency XYZ" in ran.out
    assert "Expected is a number above zero" in ran.out
    assert "This is not a customs code" in ran.out
    kept = opened_answers(str(tmp_path / "scan.yaml"))
    assert (("C",), ("Q",)) == kept.order[:2]
    expected = {
        "home": "BEL",
        "source_country": "CHN",
        "units_per_year": 100000,
        "unit_price": 8,
        "currency": "EUR",
    }
    assert expected.items() <= kept.about.items()
    assert ["scan.yaml"] == sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".yaml")


def test_what_was_told_about_the_product_can_be_mended(run: Any, tmp_path: Path) -> None:
    typed = places(answered(**BULKY))
    run(typed=[*typed, "", "Pot", "NLD", "q"])
    ran = run(typed=["", "", "BEL", "CHN", "b", "b", "", "", "5", "7", "?", "39269097", ""])
    assert "What is the product called? [Pot] > " in ran.out
    kept = opened_answers(str(tmp_path / "scan.yaml"))
    assert ("Pot", "BEL", 5) == tuple(kept.about[name] for name in ("name", "home", "units_per_year"))
    assert "It stands on the customs declaration" in ran.out


def test_a_country_is_asked_for_a_plan_elsewhere(run: Any, tmp_path: Path) -> None:
    raw = answered(C1=1, T1=5, T2=5, T3=5, P1=1, P2=2, P3=1, I3=5)
    ran = run(typed=[*places(raw), *PRODUCT[:-1], "polen", ""], lang="nl")
    assert "Aan welk land denkt u, dichterbij?" in ran.out
    near = next(plan for plan in load(tmp_path / "pot.yaml").plans if plan.id == "nearshore")
    assert near.sources[0].country == "POL"


def test_an_existing_dossier_is_never_lost(run: Any, tmp_path: Path) -> None:
    (tmp_path / "pot.yaml").write_text("mine", encoding="utf-8")
    ran = run(typed=[*places(answered(**BULKY)), *PRODUCT, "other.yaml"])
    assert "pot.yaml exists and is kept. Type another name." in ran.out
    assert ("mine", True) == ((tmp_path / "pot.yaml").read_text(), (tmp_path / "other.yaml").exists())
    answers = file(tmp_path / "a.json", {"answers": answered()})
    refused = run("--answers", answers, "-o", "pot.yaml")
    assert (1, True) == (refused.status, "pot.yaml exists and is kept" in refused.err)
    assert 0 == run("--answers", answers, "-o", "pot.yaml", "--force").status


# ---- from a file


def test_a_file_of_answers_gives_the_page_and_asks_nothing(run: Any, tmp_path: Path) -> None:
    ran = run("--answers", file(tmp_path / "a.json", {"answers": answered(**BULKY), "about": ABOUT}))
    assert (0, "", False) == (ran.status, ran.err, " > " in ran.out)
    for said in ("Potential scan: Plantenpot", "What would change this advice", "How often firms bring"):
        assert said in ran.out
    assert not (tmp_path / "scan.yaml").exists()


def test_json_is_the_result_whatever_the_language(run: Any, tmp_path: Path) -> None:
    path = file(tmp_path / "a.json", {"answers": answered(**BULKY)})
    one, two = (run("--answers", path, "--json", lang=lang) for lang in ("nl", "fr"))
    assert one.out == two.out
    assert assess(answered(**BULKY)).to_dict() == json.loads(one.out)


def test_a_changed_answer_shows_what_it_does(run: Any, tmp_path: Path) -> None:
    path = file(tmp_path / "a.json", {"answers": answered(**BULKY)})
    ran = run("--answers", path, "--set", "C1=1", "--set", "C2=1")
    page = ran.out[ran.out.index("What changed") :]
    assert "Share of labour: less than 10% -> more than 30%" in page
    assert re.search(r"now comes first|still comes first", page)
    assert "Most of it comes from" in page


def test_too_little_known_says_what_to_find_out_and_nothing_else(run: Any, tmp_path: Path) -> None:
    ran = run("--answers", file(tmp_path / "a.json", {"C1": 5}))
    assert "Too little is known for an advice." in ran.out
    assert "23 questions have no answer" in ran.out
    assert "Find out first" in ran.out
    assert "comes first" not in ran.out


@pytest.mark.parametrize(
    ("words", "status", "expected"),
    [
        (["--json"], 2, "--json needs --answers"),
        (["--set", "C1=1"], 2, "--set needs --answers"),
        (["--answers", "none.yaml"], 1, "There is no file none.yaml"),
        (["--answers", "bad.yaml"], 1, "C1: 9 is not one of the choices. Expected: 1 - 5, unknown"),
        (["--answers", "good.yaml", "--set", "C1"], 2, "expected is ID=ANSWER"),
        (["--answers", "good.yaml", "--set", "C1=9"], 2, "9 is not one of the choices"),
        (["--answers", "good.yaml", "--draws", "100"], 2, "expected is a power of two"),
    ],
)
def test_a_mistake_gets_one_clear_line(
    run: Any, tmp_path: Path, words: list[str], status: int, expected: str
) -> None:
    file(tmp_path / "bad.yaml", {"C1": 9})
    file(tmp_path / "good.yaml", {"C1": 1})
    ran = run(*words)
    assert (status, True) == (ran.status, expected in ran.err)
    assert "Traceback" not in ran.err


def test_an_unfinished_file_that_is_none_of_ours_is_said(run: Any, tmp_path: Path) -> None:
    (tmp_path / "scan.yaml").write_text("hello: there", encoding="utf-8")
    ran = run(typed=["1"])
    assert (1, True) == (ran.status, "scan.yaml" in ran.err)
    assert "hello: there" == (tmp_path / "scan.yaml").read_text()


# ---- words


@pytest.mark.parametrize("width", [60, 100, 140])
@pytest.mark.parametrize("lang", ["nl", "en", "fr"])
def test_pages_fit_the_screen(run: Any, tmp_path: Path, lang: str, width: int) -> None:
    path = file(tmp_path / "a.json", {"answers": answered(**BULKY, Q1=None, G5="yes", G2="from_25_to_75")})
    ran = run("--answers", path, "--all", "--set", "C1=2", lang=lang, width=width)
    assert max(map(len, ran.out.splitlines())) <= width


def test_nothing_is_said_in_english_only(run: Any, tmp_path: Path) -> None:
    told = {"answers": answered(**BULKY, Q1=None, G5="yes", G2="from_25_to_75", G4=None, G1="home")}
    pages = [
        run("--answers", file(tmp_path / "a.json", told), "--all", "--set", "C1=2", lang="xx", width=5000).out
    ]
    pages.append(run("--answers", file(tmp_path / "b.json", {"C1": 1}), lang="xx", width=5000).out)
    pages.append(run("--answers", file(tmp_path / "c.json", {"G2": 3}), lang="xx", width=5000).out)
    pages.append(run(typed=["1", "b", "", "?", "q"], lang="xx", width=5000).out)
    for page in pages:
        # Sources of the base rates stand as they were published; a command and a file keep their names.
        left = re.sub(r"\([^)]*\)|thuishaven scan|scan\.yaml", "", outside(page))
        assert [] == re.findall(r"[A-Za-z]{3,}", left)


@pytest.mark.parametrize("lang", ["nl", "en", "fr"])
def test_each_country_is_found_by_its_name(lang: str) -> None:
    from thuishaven.facts import countries
    from thuishaven.locale import _

    with use(lang):
        assert list(countries()) == [country(_(found.name_en)) for found in countries().values()]


def test_a_range_is_read_as_people_type_it() -> None:
    with use("en"):
        assert (7.5, {"low": 80000, "high": 130000}) == (quantity("7,5"), quantity("80 000–130 000"))
        for wrong in ("0", "-3", "9 - 8", "1 - 2 - 3 - 4", "many", ""):
            assert isinstance(quantity(wrong), str)
        for said in ("20000 tot 30000", "between 20000 and 30000", "entre 20000 et 30000", "20000 à 30000"):
            assert {"low": 20000, "high": 30000} == quantity(said)
        for said in ("ongeveer 25000", "about 25000 units", "~25000", "ca. 25000"):
            assert 25000 == quantity(said)
    typed = (" Q ", "?", "12", "sla over", "weet ik niet", "I don't know", "je ne sais pas")
    assert ["quit", "help", "", *["skip"] * 4] == [command(word) for word in typed]


def test_the_example_of_a_range_can_be_typed_as_it_stands() -> None:
    for lang in ("nl", "en", "fr"):
        with use(lang):
            said = quantity("many")
            assert isinstance(said, str)
            example = re.search(r"\d[\d .,]* - \d[\d .,]*\d", said)
            assert example is not None
            assert {"low": 80000, "high": 130000} == quantity(example[0])


@pytest.mark.parametrize(
    ("line", "currency"),
    [
        ("4,20 dollar", "USD"),
        ("$4.20", "USD"),
        ("4,20 euro per stuk", "EUR"),
        ("4.2 euros", "EUR"),
        ("£4.2", "GBP"),
    ],
)
def test_a_price_is_read_with_the_name_of_its_money(
    run: Any, tmp_path: Path, line: str, currency: str
) -> None:
    run(typed=[*places(answered(**BULKY)), "", "Pot", "BE", "china", "100000", line, "", "n"])
    kept = opened_answers(str(tmp_path / "scan.yaml")).about
    assert (4.2, currency) == (kept["unit_price"], kept["currency"])


@pytest.mark.parametrize("lang", ["nl", "en", "fr"])
def test_what_is_said_between_questions_is_folded_between_words(run: Any, lang: str) -> None:
    typed = ["?", "", "?", "b", *places(answered(**BULKY))[1:], "", "?", "Pot", "BE", "china", "x", "q"]
    ran = run(typed=typed, lang=lang, width=60)
    for line in ran.out.splitlines():
        assert len(line) <= 60 or " > " in line


def test_what_is_still_open_is_named_before_the_next_step(run: Any, tmp_path: Path) -> None:
    ran = run(typed=[*places(answered(**BULKY)), *PRODUCT[:-2], "", ""])
    assert "Still to fill in, in pot.yaml: Customs code" in ran.out
    with pytest.raises(DossierError) as caught:
        load(tmp_path / "pot.yaml")
    with use("en"):
        assert 'For example cn: "39269097".' in caught.value.problems[0].message()


def test_the_help_names_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["--help", "--lang", "en"])
    assert "scan" in capsys.readouterr().out
