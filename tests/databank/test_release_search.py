"""A release is searched like what is published, and gives the same on the day it is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework import ED, pots, published
from statistics_told import filled
from thuishaven.access import AccessError, NotFound
from thuishaven.databank import Database
from thuishaven.databank.cases import Cases
from thuishaven.databank.releases import Releases, search, search_release

QUESTIONS = [
    ("", {}),
    ("pots", {}),
    ("clothing", {}),
    ("aard*", {}),
    ("china press", {}),
    ("", {"sector": ("22",)}),
    ("", {"sector": ("22", "14"), "from": ("POL",)}),
    ("levertijd", {"state": ("announced",), "year": ("2012",)}),
    ("", {"support": ("yes",)}),
]


def test_a_release_answers_as_the_databank_did_when_it_was_made(databank: Database, tmp_path: Path) -> None:
    store = databank.public
    filled(store)
    Releases(store, tmp_path).make(ED, "ready", formats=())
    cases, visitor = Cases(store), store.visitor()
    for text, chosen in QUESTIONS:
        for sort in ("newest", "announced", "jobs", "name"):
            how = {"sort": sort, "size": 4}
            assert cases.search(visitor, text, chosen, **how) == search_release(  # type: ignore[arg-type]
                store, visitor, "2026.1", text, chosen, **how
            )
    published(store, pots(organisation__name="Gieterij Noord"))
    assert (7, 6) == (cases.search(visitor).total, search_release(store, visitor, "2026.1").total)


def test_what_cannot_be_asked_of_a_release(
    databank: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = databank.public
    published(store)
    Releases(store, tmp_path).make(ED, "ready", formats=())
    for code, question in (
        ("unknown_facet", {"chosen": {"colour": ("red",)}}),
        ("unknown_sort", {"sort": "beauty"}),
        ("page_beyond", {"page": 0}),
    ):
        with pytest.raises(AccessError) as caught:
            search_release(store, ED, "2026.1", **question)  # type: ignore[arg-type]
        assert code == caught.value.code
    with pytest.raises(NotFound):
        search_release(store, ED, "2031.1")
    monkeypatch.setattr(search, "MOST_CASES", 0)
    with pytest.raises(AccessError) as caught:
        search_release(store, ED, "2026.1")
    assert "release_large" == caught.value.code
