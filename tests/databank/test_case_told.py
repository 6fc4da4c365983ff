"""What is kept of published cases for statistics and for the years: the same as their records tell."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from casework import ED, pots, published
from databases import place as place_of
from databases import usual
from statistics_told import NAMES, filled, told
from thuishaven.access import Store
from thuishaven.databank import Database, statistics
from thuishaven.databank.cases import Cases, Source, Statement, tally, years
from thuishaven.databank.cases.published import happened
from thuishaven.databank.cases.tables import TOLD, VERSION
from thuishaven.databank.cases.told import FORM, Told, keep_told, kept, read_kept
from thuishaven.databank.indicators import Dated
from thuishaven.databank.releases import Releases
from thuishaven.databank.statistics import result

_DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2040, 12, 31))
_DATED = st.none() | st.builds(Dated, _DAYS, st.sampled_from(["day", "month", "year"]))
_CODES = st.none() | st.frozensets(st.sampled_from(["LEADTIME", "QUALITY"]))

#: The first case of :func:`filled`, as it is kept in form 1.
KEPT = (
    '["reshoring","reversed",{"case_type":["reshoring"],"form":["supplier_to_own"],"from":["POL"],'
    '"motive":["LEADTIME","QUALITY"],"region":["unknown"],"sector":["22"],"state":["reversed"],'
    '"support":["unknown"],"to":["NLD"],"year":["2012"]},["2012-07-01","year"],["2013-06-16","month"],'
    'true,"reversed","2018-07-01","2019-07-01","2012-02-16",10.0,[["2016-06-16",8.0]],'
    '["2012-06-16","month"],["2013-06-16","month"],["LEADTIME"],["QUALITY"],true,true]'
)


@pytest.fixture
def one_databank(tmp_path: Path) -> Iterator[Database]:
    """An empty databank on one engine, for what does not depend on it."""
    with place_of(usual(), tmp_path) as where, Database(where) as found:
        yield found


@settings(max_examples=25)
@given(
    st.fixed_dictionaries(
        {
            "announced": _DATED,
            "first_output": _DATED,
            "ended_on": st.none() | _DAYS,
            "last_evidence": st.none() | _DAYS,
            "found": st.none() | _DAYS,
            "jobs_announced": st.none() | st.floats(0, 1e6),
            "jobs_realised": st.lists(st.tuples(_DAYS, st.floats(0, 1e6)), max_size=3).map(tuple),
            "before": _CODES,
            "after": _CODES,
            "done": st.booleans(),
            "picked": st.booleans(),
        }
    )
)
def test_what_is_kept_reads_back(values: dict[str, object]) -> None:
    one = told(7, **values)
    assert one == read_kept(kept(one), one.case, 7, 1, picked=one.picked)


def test_the_form_of_what_is_kept_is_raised_when_it_changes(one_databank: Database) -> None:
    """When this row changes, databanks hold rows of the old kind: raise ``FORM`` with it."""
    store = one_databank.public
    filled(store)
    first, *_others = statistics.gathered(store, ED)
    assert (1, KEPT) == (FORM, kept(first))


def _forgotten(store: Store, values: dict[str, object] | None = None) -> None:
    """As if an older program had published: nothing is kept, or in another form."""
    with store.bookkeep() as connection:
        if values is None:
            connection.execute(sa.delete(TOLD))
        else:
            connection.execute(sa.update(TOLD).values(**values))


def test_statistics_are_the_same_whether_it_was_kept_or_not(databank: Database) -> None:
    store = databank.public
    first, *_ = filled(store)
    Cases(store).withdraw(ED, first, "asked for")
    before = _cases(databank)
    assert 5 == len(before)
    for values in (None, {"form": 0, "data": "[]"}):
        _forgotten(store, values)
        assert before == _cases(databank)
        assert (6, 0) == (keep_told(store), keep_told(store))
    assert before == _cases(databank)
    with store.read() as connection:
        assert {(1, FORM)} == {(row.version, row.form) for row in connection.execute(sa.select(TOLD))}


def _cases(databank: Database) -> tuple[Told, ...]:
    """What a new process reads."""
    with Database(databank.where) as again:
        return statistics.gathered(again.public, ED)


def test_a_release_has_what_its_own_versions_tell(one_databank: Database, tmp_path: Path) -> None:
    store, cases = one_databank.public, Cases(one_databank.public)
    case = published(store)
    Releases(store, tmp_path).make(ED, "ready", formats=())
    later = Source("authority", "Provincie", url="https://province.example/1", published_on="2023")
    cases.revise(
        ED, case, [Statement("status", "reversed", later, as_of="2022", valid_from="2022")], "closed"
    )
    with store.read() as connection:
        assert 1 == connection.execute(sa.select(sa.func.count()).select_from(VERSION)).scalar_one()
    assert ["implemented"] == [one.state for one in statistics.gathered(store, ED)]
    assert statistics.gathered(store, ED) == statistics.gathered(store, ED, "2026.1")


def test_years_count_each_case_once_for_a_state_and_a_year(databank: Database) -> None:
    store, cases = databank.public, Cases(databank.public)
    first, *_ = filled(store)
    twice = Source("company", "Pots bv", url="https://pots.example/2", published_on="2020")
    said = [
        *pots(organisation__name="Zonnebloem nv"),
        Statement("status", "announced", twice, as_of="2012-05"),
    ]
    # Another month of the same year, and the date of an article: neither counts again.
    article = {"precision": "article"}
    said.append(Statement("status", "reversed", twice, as_of="2020", valid_from="2020", qualifiers=article))
    published(store, said)
    everything = {
        "announced": {"2012": 7},
        "implemented": {"2013": 4},
        "reversed": {"2018": 1},
    }
    assert everything == years(store, ED)
    assert {"announced": {"2012": 1}, "implemented": {"2013": 1}} == years(store, ED, "zonnebloem")
    assert {"announced": {"2012": 3}, "implemented": {"2013": 2}, "reversed": {"2018": 1}} == years(
        store, ED, "", {"from": ["POL"]}
    )
    cases.withdraw(ED, first, "asked for")
    assert "reversed" not in years(store, ED)
    # What is published after the picture was made counts too.
    published(store, pots(organisation__name="Kers bv"))
    assert {"announced": {"2012": 7}, "implemented": {"2013": 4}} == years(store, ED)
    # What happened when is no facet: nobody chooses by it, and no search shows it.
    assert {"22", "14"} == set(tally(store, ED, "", {}, ("sector",))["sector"])
    assert all("happened" not in hit.facets for hit in cases.search(ED).hits)


def test_a_databank_of_before_is_brought_to_the_same_years_and_statistics(
    place: str, databank: Database
) -> None:
    store = databank.public
    filled(store)
    before = (years(store, ED), statistics.statistics(store, ED).to_dict())
    with databank.as_owner() as owner, owner.public.bookkeep() as connection:
        connection.exec_driver_sql("DROP TABLE case_told")
        connection.exec_driver_sql("ALTER TABLE case_listing DROP COLUMN happened")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'p0003'")
    with Database.create(place) as again:
        found = again.public
        assert before == (years(found, ED), statistics.statistics(found, ED).to_dict())
        assert len(NAMES) == keep_told(found)


def test_what_happened_when_has_each_state_and_year_once(one_databank: Database) -> None:
    case = published(one_databank.public)
    record = Cases(one_databank.public).published(ED, case).record
    assert record is not None
    assert ["announced:2012", "implemented:2013"] == happened(record)


def test_two_who_ask_at_once_have_it_worked_out_once(
    one_databank: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = one_databank.public
    published(store)
    asked = threading.Barrier(2)
    worked: list[int] = []

    def counted(*given: Any, **more: Any) -> statistics.Statistics:
        worked.append(1)
        return statistics.worked_out(*given, **more)

    def ask() -> statistics.Statistics:
        asked.wait()
        return statistics.statistics(store, ED)

    monkeypatch.setattr(result, "worked_out", counted)
    with ThreadPoolExecutor(2) as pool:
        one, other = (future.result() for future in [pool.submit(ask), pool.submit(ask)])
    assert (1, True) == (len(worked), one is other)
