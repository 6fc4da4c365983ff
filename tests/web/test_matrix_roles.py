"""Who may ask what: every route, for every role, of one's own organisation and of another, as the table says.

The table is ``matrix.csv``. A route without its rows fails; ``python tests/web/matrix.py`` prints rows for it
as the server answers now, to be judged by somebody before they are added.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from matrix import Row, rows, wanted
from town import ROLES, Copies, Files, Town, files, table, town

from thuishaven.web.guards_headers import ALWAYS

ROWS = rows()
READING = [row for row in ROWS if row.method == "GET"]
WRITING = [row for row in ROWS if row.method != "GET"]
#: Where the walls of PostgreSQL could make a difference: these are tried on both engines.
WALLED = [row for row in READING if row.whose and len(set(row.statuses.values())) > 1]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("matrix")


@pytest.fixture(scope="module")
def here(place: Path) -> Iterator[Town]:
    with town(place) as found:
        yield found


@pytest.fixture(scope="module")
def kept(here: Town, place: Path) -> Iterator[Files | Copies]:
    with files(place, here) as found:
        yield found


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("matrix"), "postgresql") as found:
        yield found


def answers(found: Town, row: Row, role: str, headers: dict[str, str] | None = None) -> int:
    """The status for one role; the headers are there whatever it is."""
    answer = found.ask(role, row.method, row.path, row.whose, row.sends, headers)
    assert dict(ALWAYS) == {name: answer.headers.get(name) for name in ALWAYS}
    assert answer.headers["cache-control"]
    assert "server" not in answer.headers
    return answer.status_code


def test_every_route_has_its_rows_and_every_row_a_route(tmp_path: Path) -> None:
    assert wanted(table(tmp_path)) == sorted({(row.method, row.path, row.whose) for row in ROWS})
    assert len(ROWS) == len(set(map(str, ROWS)))


@pytest.mark.slow
@pytest.mark.parametrize("row", READING, ids=str)
def test_who_reads_what_and_that_nothing_changes(here: Town, kept: Files | Copies, row: Row) -> None:
    kept.written()
    assert row.statuses == {role: answers(here, row, role) for role in ROLES}
    assert not kept.written()


@pytest.mark.slow
@pytest.mark.parametrize("row", WRITING, ids=str)
def test_who_changes_what_and_leaves_one_event(here: Town, kept: Files | Copies, row: Row) -> None:
    found, left = {}, set()
    for role in ROLES:
        headers = here.ready(role, row.whose, row.sends)
        before = here.last_event()
        kept.written()
        found[role] = answers(here, row, role, headers)
        if kept.written():
            left.add(", ".join(here.events(before)))
        kept.put_back()
    assert row.statuses == found
    assert row.events == left


@pytest.mark.slow
@pytest.mark.parametrize("row", WALLED, ids=str)
def test_on_the_other_engine_the_same_is_read(there: Town, row: Row) -> None:
    before = there.drafts.digest(), there.last_event()
    assert row.statuses == {role: answers(there, row, role) for role in ROLES}
    assert before == (there.drafts.digest(), there.last_event())
