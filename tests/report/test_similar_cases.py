"""Similar cases beside an advice: how many, what became of them, and never more than is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from report_cases import example

from casework import pots, published
from statistics_told import filled
from thuishaven import load
from thuishaven.databank import Database
from thuishaven.locale import use
from thuishaven.report.asked_cases import asked_of, asked_of_scan
from thuishaven.report.blocks import Table
from thuishaven.report.similar_cases import Alike, Similar, blocks, question_of, sentences, similar
from thuishaven.report.write import blocks_for

POT = Path(__file__).parents[2] / "examples" / "plantenpot.yaml"


def test_what_a_dossier_and_a_scan_are_compared_by() -> None:
    dossier = load(POT)
    assert {"sector": "22", "from": "CHN", "form": "supplier_to_own"} == asked_of(dossier, "supplier_to_own")
    assert {"sector": "22", "from": "CHN"} == asked_of(dossier, "mixed")
    about = {"source_country": "CHN", "home": "BEL"}
    assert {"from": "CHN", "form": "own_to_supplier"} == asked_of_scan(about, "reshore_os")
    assert {"from": "CHN"} == asked_of_scan(about, "nearshore")
    assert {} == asked_of_scan({"source_country": "BEL", "home": "BEL"}, "stay")


def test_those_that_share_most_come_first_with_their_state_and_its_day(databank: Database) -> None:
    store = databank.public
    filled(store)
    found = similar(store, store.visitor(), {"sector": "22", "from": "POL", "form": "own_to_own"})
    assert found is not None
    # No case has that form: it is let go, and said so by not being named.
    assert ((("sector",), 4), (("sector", "from"), 2)) == found.counts
    assert (6, 2, {"reversed": 1, "implemented": 1}) == (found.published, found.total, dict(found.states))
    assert 4 == len(found.cases)
    assert {("sector", "from")} == {one.shared for one in found.cases[:2]}
    assert {"2018", "2019"} == {one.as_of for one in found.cases[:2]}
    with use("en"):
        said = sentences(found)
        table = list(blocks(found))[-1]
    assert "4 of them share the sector (rubber and plastics)." in said
    assert "2 of them share the sector (rubber and plastics) and the origin (Poland)." in said
    assert "Of these last 2: done (1) and reversed (1)." in said
    assert said[-1].startswith("What is announced is not yet done.")
    assert isinstance(table, Table)
    assert ("Reversed (as of 2018)", "Done (as of 2019)") == tuple(sorted(row[4] for row in table.rows[:2]))[
        ::-1
    ]
    assert "?sector=22&from=POL" == question_of(found)


def test_nothing_alike_is_said_and_nothing_is_shown(databank: Database) -> None:
    store = databank.public
    asked = {"sector": "33", "from": "USA"}
    none = similar(store, store.visitor(), asked)
    assert none is not None
    assert (0, ()) == (none.published, tuple(blocks(none)))
    published(store, pots())
    other = similar(store, store.visitor(), asked)
    assert other is not None
    with use("en"):
        assert "None of them is of the same sector, origin or form." == sentences(other)[-1]
    assert ((), "") == (other.cases, question_of(other))
    assert similar(store, store.visitor(), {}) is None


@pytest.mark.slow
def test_a_report_holds_them_where_a_databank_was_asked() -> None:
    one = Alike(
        "0" * 24, 1, "Pots bv", "pots", ("22",), ("CHN",), ("NLD",), (), "announced", "2012-06", ("from",)
    )
    found = Similar({"from": "CHN"}, ((("from",), 1),), {"announced": 1}, 1, 1, (one,))
    with use("nl"):
        told = [list(blocks_for(replace(example().anew(), similar=beside))) for beside in (found, None)]
    tables = [[block.id for block in many if isinstance(block, Table)] for many in told]
    assert tables[1] == [name for name in tables[0] if name != "similar-cases"]
    assert 1 == tables[0].count("similar-cases")


@pytest.mark.parametrize("lang", ["nl", "fr"])
def test_the_words_are_those_of_the_reader(databank: Database, lang: str) -> None:
    published(databank.public, pots())
    found = similar(databank.public, databank.public.visitor(), {"from": "CHN"})
    assert found is not None
    with use(lang):
        said = " ".join(sentences(found))
    assert ("China" if lang == "nl" else "Chine") in said
