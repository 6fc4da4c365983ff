"""``facts``: an answer with record and source, the lists, the lint, and a refresh in two steps."""

from __future__ import annotations

import io
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from running import Run

from pseudo import outside
from thuishaven import facts
from thuishaven.cli.facts_page import problem_text, problems_page
from thuishaven.cli.output import console, rendered
from thuishaven.facts.check import MESSAGES, Problem
from thuishaven.locale import LANGUAGES, use


@pytest.fixture(scope="module")
def record() -> facts.Fact:
    return next(
        fact
        for fact in facts.bundled().find("labour_cost_hourly_manufacturing", iso3="DEU")
        if fact.period == "2024"
    )


def test_an_answer_has_value_record_period_status_and_source(run: Run, record: facts.Fact) -> None:
    ran = run("facts", "show", record.parameter, "iso3=DEU", width=200)
    source = facts.bundled().source(record.source_id)
    assert (0, "") == (ran.status, ran.err)
    for expected in (
        record.id,
        f"{record.value:g} EUR/h",
        record.period,
        "published",
        source.title,
        source.url,
    ):
        assert expected in ran.out


def test_an_answer_for_programs(run: Run, record: facts.Fact) -> None:
    told = json.loads(run("facts", "show", record.parameter, "iso3=DEU", "--json").out)
    assert ("thuishaven.facts.answer/1", record.value, "EUR/h") == (
        told["schema"],
        told["value"],
        told["unit"],
    )
    assert record.id == told["record"]["id"]
    assert facts.bundled().source(record.source_id).url == told["record"]["source"]["url"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_fallback_is_said(run: Run, monkeypatch: pytest.MonkeyPatch, record: facts.Fact, lang: str) -> None:
    fewer = facts.bundled()
    for fact in fewer.find(record.parameter, iso3="DEU"):
        fewer = fewer.without(fact.id)
    monkeypatch.setattr("thuishaven.cli.knowledge.known_facts", lambda: fewer)
    told = json.loads(run("facts", "show", record.parameter, "iso3=DEU", "--json").out)
    ran = run("facts", "show", record.parameter, "iso3=DEU", lang=lang)
    assert "other_parameter" in [fallback["code"] for fallback in told["fallbacks"]]
    assert sum(line.startswith("  - ") for line in ran.lines) > len(told["fallbacks"])


def test_an_old_figure_is_said_to_be_old(run: Run, record: facts.Fact) -> None:
    ran = run("facts", "show", record.parameter, "iso3=DEU", "--on", "2029-01-01")
    assert "48 months old; the limit for this parameter is 18 months" in ran.out


def test_one_record_by_its_id(run: Run, record: facts.Fact) -> None:
    assert record.id in run("facts", "show", record.id, width=200).out
    told = json.loads(run("facts", "show", record.id, "--json").out)
    assert ("thuishaven.facts.record/1", record.value) == (told["schema"], told["value"])


def test_without_keys_all_records_of_a_parameter_are_listed(run: Run) -> None:
    ran = run("facts", "show", "corporate_income_tax_statutory", width=160)
    found = facts.bundled().find("corporate_income_tax_statutory")
    assert (0, len(found)) == (
        ran.status,
        sum(1 for line in ran.lines if "corporate_income_tax_statutory[" in line),
    )


def test_without_a_name_all_parameters_are_listed(run: Run) -> None:
    told = json.loads(run("facts", "show", "--json").out)
    assert list(facts.bundled().parameters) == [row["parameter"] for row in told["parameters"]]
    page = run("facts", "show").out
    assert all(name in page for name in facts.bundled().parameters)


UNKNOWN = {
    "a near parameter": (("labour_cost_hourly_manufacturin",), "labour_cost_hourly_manufacturing"),
    "no parameter": (("zzz",), "thuishaven facts show"),
    "a near record": (("fx_rate[currency=USD]@1999",), "fx_rate[currency=USD]@"),
    "no record": (("zzz@1999",), "thuishaven facts show zzz"),
    "nothing known": (
        ("labour_cost_index", "iso3=ZZZ"),
        "Nothing is known about labour_cost_index (iso3=ZZZ).",
    ),
}


@pytest.mark.parametrize(("words", "expected"), UNKNOWN.values(), ids=list(UNKNOWN))
def test_what_is_not_known_is_said_with_a_way_on(run: Run, words: tuple[str, ...], expected: str) -> None:
    ran = run("facts", "show", *words, width=400)
    assert (1, "", 1) == (ran.status, ran.out, len(ran.err.splitlines()))
    assert expected in ran.err


def test_sources_are_listed_and_searched(run: Run) -> None:
    every = json.loads(run("facts", "sources", "--json").out)["sources"]
    some = json.loads(run("facts", "sources", "eurostat", "lc_lci_lev", "--json").out)["sources"]
    assert len(facts.bundled().sources) == len(every)
    assert 0 < len(some) < len(every)
    page = run("facts", "sources", "eurostat", "lc_lci_lev", width=60)
    assert all(source["url"] in page.out for source in some)


def test_the_bundled_facts_pass_their_check(run: Run) -> None:
    ran = run("facts", "check")
    assert (0, "") == (ran.status, ran.err)
    assert f"{len(facts.bundled()):,} records checked, 0 errors" in ran.out


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_errors_in_the_facts_give_status_1(
    run: Run, monkeypatch: pytest.MonkeyPatch, record: facts.Fact, words: tuple[str, ...]
) -> None:
    wrong = replace(record, value=9000.0, source_id="nobody")
    changed = facts.bundled().without(record.id).with_facts([wrong], layer="bundled")
    monkeypatch.setattr("thuishaven.cli.knowledge.known_facts", lambda: changed)
    ran = run("facts", "check", *words, width=200)
    assert 1 == ran.status
    assert "nobody" in ran.out
    if words:
        codes = {
            problem["code"] for problem in json.loads(ran.out)["problems"] if problem["severity"] == "error"
        }
        assert {"implausible", "no_source"} <= codes


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_every_finding_of_the_check_has_its_sentence(code: str, lang: str) -> None:
    names = set(re.findall(r"{(\w+)", MESSAGES[code]))
    problem = Problem("error", code, "x@2024", dict.fromkeys(names, "7"))
    with use(lang):
        assert len(problem_text(problem).split()) > 2


def test_the_pseudo_locale_shows_no_english() -> None:
    screen = console()
    screen.width = 300
    with use("xx"):
        problem = Problem("error", "stale", "x@2024", {"age": "7", "limit": "3"})
        left = outside(rendered(problems_page([problem], 3, 300, True), screen))
        assert left.split() == ["x@2024", ",", ",", "."]
        assert outside(rendered(problems_page([], 3, 300, False), screen)).split() == [",", ",", "."]


# A refresh in two steps, from a publisher on this machine.


def zipped(rate: float, day: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("eurofxref-hist.csv", f"Date,USD,JPY,\n{day},{rate},175.0,\n")
    return content.getvalue()


@pytest.fixture
def publisher() -> Iterator[Any]:
    """A server on this machine that answers every question with ``body``."""

    class Handler(BaseHTTPRequestHandler):
        body = b""

        def do_GET(self) -> None:
            self.send_response(200 if self.body else 404)
            self.send_header("Content-Type", "application/zip")
            self.send_header("Content-Length", str(len(self.body)))
            self.end_headers()
            self.wfile.write(self.body)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Handler.url = f"http://127.0.0.1:{server.server_address[1]}"  # type: ignore[attr-defined]
    yield Handler
    server.shutdown()
    server.server_close()
    thread.join()


def asked(publisher: Any, path: Path) -> tuple[str, ...]:
    return (
        "facts",
        "refresh",
        "ecb_rate",
        "--base",
        f"ecb={publisher.url}",
        "--place",
        "USD",
        "-o",
        str(path),
    )


def test_a_refresh_proposes_and_is_accepted(run: Run, publisher: Any, tmp_path: Path) -> None:
    publisher.body = zipped(1.11, "2026-11-20")
    before = json.loads(run("facts", "show", "fx_rate", "currency=USD", "--json").out)
    proposal = tmp_path / "proposal.json"
    ran = run(*asked(publisher, proposal), width=160)
    assert (0, "") == (ran.status, ran.err)
    assert "1 change proposed" in ran.out
    assert f"thuishaven facts refresh --accept {proposal}" in ran.out
    assert before == json.loads(run("facts", "show", "fx_rate", "currency=USD", "--json").out)
    accepted = run("facts", "refresh", "--accept", proposal)
    assert (0, "") == (accepted.status, accepted.err)
    after = json.loads(run("facts", "show", "fx_rate", "currency=USD", "--json").out)
    assert ("refreshed", "2026-11-20") == (after["record"]["layer"], after["record"]["period"])
    assert after["value"] == pytest.approx(1 / 1.11)


def test_a_change_that_looks_wrong_is_left_out_until_a_person_approves(
    run: Run, publisher: Any, tmp_path: Path
) -> None:
    publisher.body = zipped(9.99, "2026-11-20")
    proposal = tmp_path / "proposal.json"
    told = run(*asked(publisher, proposal), width=160)
    assert "large jump" in told.out
    assert "1 needs a person's eye" in told.out
    left = run("facts", "refresh", "--accept", proposal, width=300)
    assert "Accepted: 0 records" in left.out
    identity = json.loads(proposal.read_text())["changes"][0]["id"]
    assert f"--approve '{identity}'" in left.out
    taken = run("facts", "refresh", "--accept", proposal, "--approve", identity, width=300)
    assert "Accepted: 1 records" in taken.out


def test_a_publisher_that_has_nothing_is_named(run: Run, publisher: Any, tmp_path: Path) -> None:
    ran = run(*asked(publisher, tmp_path / "p.json"), width=200)
    assert 1 == ran.status
    assert "Not answered" in ran.out
    assert "ecb_rate: " in ran.out
    assert "404" in ran.out


def test_a_proposal_that_cannot_be_read_is_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text("{}")
    ran = run("facts", "refresh", "--accept", path)
    assert (1, "", 1) == (ran.status, ran.out, len(ran.err.splitlines()))
    assert str(path) in ran.err


def test_a_store_that_cannot_be_read_is_named(run: Run, tmp_path: Path) -> None:
    store = tmp_path / "data"
    store.mkdir()
    (store / "refreshed.csv").write_text("nonsense\n")
    ran = run("facts", "show", "fx_rate", "currency=USD")
    assert (1, "", 1) == (ran.status, ran.out, len(ran.err.splitlines()))
    assert "refreshed.csv, line 1" in ran.err
