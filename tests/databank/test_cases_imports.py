"""Lists of others on both engines: preview, errors by line, a kill in the middle, doing it twice, undoing."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from casework import AN, ED, person, pots
from databases import Clock
from thuishaven.access import AccessError, Denied
from thuishaven.databank import Database
from thuishaven.databank.cases import SEEDS, Cases, Imports, fields
from thuishaven.databank.cases.imports import seed_text

MONITOR = """\
Company name,Company country,Offshored to,Reshored to,Announcement date,Status,Sector NACE division,Job gains
Mersen,France,United Kingdom,France,20/05/2014,,C24 - Basic metals,30
Mersen,France,Germany,France,20/05/2014,,C24 - Basic metals,35
Mersen,France,Italy,France,20/05/2014,,C24 - Basic metals,35
OVS,Italy,,Italy,25/10/2015,Work in progress,C14 - Wearing apparel,
Jabil,United States,China,Poland,05/06/2017,,C26 - Electronics,600
Nowhere,Atlantis,China,Poland,05/06/2017,,C26,1
Undated,Italy,China,Italy,2017,,C26,1
"""
LIBRARY = """\
URL,Source,Date Published,Company/Division name,Reshoring category,Country(ies) from which reshored,\
City reshored to,State(s) reshored to,Product(s) reshored,Total number of jobs (added or to be added),\
Capital investment ($),list of negative factors abroad,list of positive factors at home,Industry(ies),\
Year reshoring implemented or to be implemented
https://paper.example/1,The Paper,2013-05-04,Acme Bikes,Reshoring,China; Taiwan,Detroit,MI,bicycles,"1,300",\
"2,500,000","exchange rate; rising tide",closeness to customers,Bicycles,2014
https://paper.example/2,The Paper,2014-01-02,Acme Watches,Kept from Offshoring,,Detroit,MI,watches,80,,,,,
https://paper.example/3,The Paper,2014-01-02,Acme Cars,Sold,China,Detroit,MI,cars,80,,,,,
"""


def records(databank: Database, **some: str) -> dict[str, object]:
    cases = Cases(databank.public)
    found, _ = cases.work(ED, some.get("state", ""), count=200)
    return {one.label: cases.record(ED, one.id) for one in found}


def test_the_seeds_come_in_as_candidates_with_their_sources(databank: Database) -> None:
    imports, cases = Imports(databank.public), Cases(databank.public)
    first, later = imports.seed(ED)
    assert [(98, 98, ()), (5, 5, ())] == [(one.rows, one.made, one.errors) for one in (first, later)]
    assert {"candidate": 98} == cases.counts(ED)
    lines, total = cases.work(ED, count=98)
    assert 98 == total
    by_label = Counter(one.label for one in lines)
    assert (3, 2) == (by_label["Mersen"], by_label["Marklin"])
    # What the table says is what the record shows.
    rows = list(csv.DictReader(io.StringIO(seed_text(SEEDS[0]))))
    for row, one in zip(rows, sorted(lines, key=lambda one: one.number), strict=True):
        record = cases.record(ED, one.id)
        assert (row["company"], row["home_country"], row["to_country"]) == (
            record.text("organisation.name"),
            record.text("organisation.country"),
            record.text("move.to_country"),
        )
        assert {word for word in row["motives"].split(";") if word} == {
            shown.value for shown in record.all("motive")
        }
        if row["state_as_of"] and row["case_ref"] != "S025":
            state = record.state
            assert state is not None
            assert (row["implementation_state"], row["state_as_of"]) == (state.state, state.as_of)
        elif row["case_ref"] != "S025":
            assert (
                not record.state
                or not row["implementation_state"]
                or "state:" in str(record.all("case.remark"))
            )
        assert all(claim.source in record.sources for claim in record.claims.values())


def test_what_became_of_rossignol_stands_beside_its_seed_row(databank: Database) -> None:
    imports, cases = Imports(databank.public), Cases(databank.public)
    imports.seed(ED)
    ((line,), _) = cases.work(ED, text="rossignol")
    record = cases.record(ED, line.id)
    assert ["announced", "implemented", "reversed"] == [one.state for one in record.status]
    assert ("2024", "2025") == (record.status[-1].occurred_on, record.status[-1].as_of)
    lost = record.get("jobs.lost_here")
    assert lost is not None
    assert ("57", ["61"]) == (lost.value, [one.value for one in lost.series])
    assert {"20 Minutes", "Le Journal des Entreprises", "Journal du Net; frnews24"} <= {
        one.publisher for one in record.sources.values()
    }
    form = record.get("move.form_from")
    assert form is not None
    assert "supplier" == form.value
    # In 2013, as the seed row has it, all was well.
    assert "implemented" == cases.record(ED, line.id, about=2013).status[-1].state


def test_doing_it_twice_changes_nothing(databank: Database) -> None:
    imports = Imports(databank.public)
    imports.seed(ED)
    before = databank.public.events()
    assert [98, 5] == [one.made for one in imports.seed(ED)]
    assert before == databank.public.events()
    again = imports.run(ED, seed_text(SEEDS[0]) + "\n", SEEDS[0])
    assert (98, 0) == (again.rows, again.made)
    assert {"candidate": 98} == Cases(databank.public).counts(ED)


def test_a_list_of_the_monitor(databank: Database) -> None:
    imports = Imports(databank.public)
    preview = imports.preview(ED, MONITOR, "monitor")
    assert ("monitor", 3, 0) == (preview.form, preview.new, preview.known)
    assert [(7, "Company country", "unknown_country"), (8, "Announcement date", "no_day")] == [
        (error.line, error.column, error.code) for error in preview.errors
    ]
    assert 1 == len(databank.public.events())
    done = imports.run(ED, MONITOR, "monitor")
    assert (5, 3, preview.errors) == (done.rows, done.made, done.errors)
    found = records(databank)
    mersen, ovs, jabil = found["Mersen"], found["OVS"], found["Jabil"]
    assert (1, 2, 3) == mersen.moves
    assert ["GBR", "DEU", "ITA"] == [mersen.text("move.from_country", move) for move in mersen.moves]
    assert ("100", "2014-05-20") == (mersen.text("jobs.announced"), mersen.get("jobs.announced").as_of)
    # A blank status is announced as of that day, not "not implemented".
    assert [("announced", "2014-05-20")] == [(one.state, one.as_of) for one in mersen.status]
    assert "in_progress" == ovs.state.state
    assert ["reshoring", "reshoring", "relocation_to_eu"] == [
        one.text("case.case_type") for one in (mersen, ovs, jabil)
    ]


def test_a_record_of_the_library_is_an_article(databank: Database) -> None:
    imports = Imports(databank.public)
    done = imports.run(ED, LIBRARY, "library")
    assert [(4, "Reshoring category", "wrong_value")] == [
        (one.line, one.column, one.code) for one in done.errors
    ]
    found = records(databank)
    bikes, watches = found["Acme Bikes"], found["Acme Watches"]
    assert (1, 2) == bikes.moves
    assert ("1300", "2500000", "USD") == (
        bikes.text("jobs.announced"),
        bikes.text("money.capex"),
        bikes.get("money.capex").qualifiers["currency"],
    )
    assert {("FX", "push"), ("MARKET_PROX", "pull")} == {
        (one.value, one.qualifiers["direction"]) for one in bikes.all("motive")
    }
    assert "push: rising tide" in [one.value for one in bikes.all("case.remark")]
    # It mixes done and planned: never implemented, and no earlier than the article.
    assert [("announced", "article")] == [(one.state, one.precision) for one in bikes.status]
    assert "retention" == watches.text("case.case_type")


def test_an_import_is_undone_as_far_as_nobody_worked_on_it(databank: Database, clock: Clock) -> None:
    imports, cases = Imports(databank.public), Cases(databank.public)
    first, later = imports.seed(ED)
    ((jaga,), _) = cases.work(ED, text="jaga")
    clock.pass_(seconds=1)
    cases.claim(AN, jaga.id, pots()[:1])
    assert (0, 0) == imports.undo(ED, later.id, "a mistake")
    ((line,), _) = cases.work(ED, text="rossignol")
    assert "implemented" == cases.record(ED, line.id).status[-1].state
    assert (97, 1) == imports.undo(ED, first.id, "the wrong list")
    assert {"candidate": 1, "rejected": 97} == cases.counts(ED)
    with pytest.raises(AccessError, match="undone_already"):
        imports.undo(ED, first.id, "again")
    # It can come in again: the same cases, not new ones.
    again = imports.run(ED, seed_text(SEEDS[0]), SEEDS[0])
    assert 97 == again.made
    assert {"candidate": 98} == cases.counts(ED)
    assert ["done", "undone", "undone"] == sorted(one.state for one in imports.batches(ED))


def test_a_line_that_says_something_else_now_is_left_alone_and_told(databank: Database) -> None:
    imports = Imports(databank.public)
    imports.run(ED, MONITOR, "monitor")
    changed = MONITOR.replace(
        "Poland,05/06/2017,,C26 - Electronics,600", "Poland,05/06/2017,,C26 - Electronics,700"
    )
    preview = imports.preview(ED, changed, "monitor")
    assert (0, 2, ("Jabil|05/06/2017",)) == (preview.new, preview.known, preview.changed)
    done = imports.run(ED, changed, "monitor")
    assert (0, ("Jabil|05/06/2017",)) == (done.made, done.changed)
    assert "600" == records(databank)["Jabil"].text("jobs.announced")


def test_who_may_not_import_does_not(databank: Database) -> None:
    imports = Imports(databank.public)
    for actor in (databank.public.visitor(), AN, person("co", "company_user")):
        for attempt in (
            lambda actor=actor: imports.preview(actor, MONITOR, "m"),
            lambda actor=actor: imports.run(actor, MONITOR, "m"),
            lambda actor=actor: imports.undo(actor, "x", "y"),
        ):
            with pytest.raises(Denied):
                attempt()
    # Who runs the installation may, in a terminal.
    assert 3 == imports.run(databank.public.local("jan"), MONITOR, "m").made


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "key,field\n", "\ufeff\n"])
def test_a_list_of_no_known_form_is_refused(databank: Database, text: str) -> None:
    with pytest.raises(AccessError, match=r"unknown_form|no_rows"):
        Imports(databank.public).run(ED, text, "odd")


def many(rows: int) -> str:
    """A list of made-up cases, in our own form."""
    head = (
        "case_ref,company,home_country,from_country,to_country,nace,nace_rev,case_type,announced_on,source\n"
    )
    return head + "".join(
        f"T{row},Firm {row},NLD,CHN,NLD,C{10 + row % 24},2,reshoring,{2000 + row % 25},Test list\n"
        for row in range(rows)
    )


#: Entries in one change, for the test: fewer than usual.
PART = 100
KILLED = """
import os, signal, sys
from pathlib import Path
from thuishaven.databank import Database
from thuishaven.databank.cases import Imports
where, text, parts = sys.argv[1], Path(sys.argv[2]).read_text(), int(sys.argv[3])
with Database(where) as databank:
    def stop(done, of, seen=[]):
        seen.append(done)
        if len(seen) == parts:
            os.kill(os.getpid(), signal.SIGKILL)
    Imports(databank.public, 100).run(databank.public.local("jan"), text, "many", progress=stop)
"""


def test_an_import_that_is_killed_goes_on_where_it_was(place: str, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text(many(3 * PART + 7))
    script = [sys.executable, "-c", KILLED, place, str(path), "2"]
    killed = subprocess.run(script, check=False, capture_output=True, env=dict(os.environ))
    assert -signal.SIGKILL == killed.returncode, killed.stderr
    with Database(place) as databank:
        imports = Imports(databank.public, PART)
        jan = databank.public.local("jan")
        (batch,) = imports.batches(jan)
        assert ("running", 2 * PART, 2 * PART) == (batch.state, batch.done, batch.made)
        told: list[tuple[int, int]] = []
        done = imports.run(jan, path.read_text(), "many", progress=lambda done, of: told.append((done, of)))
        assert [(3 * PART, 3 * PART + 7), (3 * PART + 7, 3 * PART + 7)] == told
        assert ("done", 3 * PART + 7, batch.id) == (done.state, done.made, done.id)
        assert {"candidate": 3 * PART + 7} == Cases(databank.public).counts(jan)
        assert [True, True] == [one.sound for one in databank.audit()]
        events = databank.public.events(action="import")
        assert 4 == len(events)


def test_every_field_says_what_it_means_in_every_language() -> None:
    for field in fields().values():
        assert all(field.labels.values()), field
        assert all(field.definitions.values()), field
