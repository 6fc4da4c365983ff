"""Nobody reads what is not theirs: by no page, file, list, search, error message or guessed name.

The addresses are those of the route table, the visitors those of the role table, and every organisation has
words of its own in every field that somebody may not see (``canaries.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import unified_diff
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import sqlalchemy as sa
from canaries import AT_WORK, CANDIDATE, KINDS, SIDES, WORDS, leaks, plant, texts, unknown
from matrix import Row, rows
from town import OWNED, ROLES, Files, Side, Town, files, filled, town

from thuishaven.access import CONFIDENTIAL, EVENT, PUBLIC, Decision
from thuishaven.cli import main
from thuishaven.databank import dossiers
from thuishaven.locale import speak

ROWS = rows()
READING = [row for row in ROWS if row.method == "GET"]
#: A project with a decision, beside the one that the table asks for.
READING += [Row("GET", "/{lang}/office/projects/{decided}", side, "", frozenset(), {}) for side in SIDES]
#: Pages of the databank that name nothing in their address.
BEHIND = ("/account", "/admin", "/office", "/dossiers", "/cases")
_GAPS = re.compile(r"{(\w+)}")
#: Gaps with the name of something that may be guessed; tokens open things by themselves.
GUESSED = (set(OWNED) | {"elsewhere"}) - {"token", "version"}
#: Who looks after everybody's accounts.
WIDE = ("operator", "data_protection_officer")
#: What differs between two answers to the same question.
_PASSING = {"date", "content-length", "set-cookie", "etag"}
_ID = re.compile(r"[0-9a-f]{16,64}")


@pytest.fixture(scope="module")
def place(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("leaks")


@pytest.fixture(scope="module")
def here(engine: str, place: Path) -> Iterator[Town]:
    with town(place, engine) as found:
        plant(found)
        guessing(found)
        yield found


@pytest.fixture(scope="module")
def kept(engine: str, here: Town, place: Path) -> Iterator[Files | None]:
    """Puts the files of SQLite back."""
    if engine != "sqlite":
        yield None
        return
    with files(place) as found:
        yield found


def _behind(row: Row) -> bool:
    return any(part in row.path for part in BEHIND)


def crawled(here: Town, asked: list[Row]) -> tuple[list[str], set[str]]:
    """The leaks that every visitor finds at some addresses, and the kinds of words that anybody met."""
    found, met = [], set()
    for row in asked:
        for role in ROLES:
            answer = here.ask(role, row.method, row.path, row.whose, row.sends)
            found += [f"{role} {row}: {word}" for word in leaks(role, row.path, answer)]
            said = "\n".join(texts(answer.content)).casefold()
            met |= {kind for word, (kind, _side) in WORDS.items() if word in said}
    return found, met


@pytest.mark.slow
def test_nobody_reads_what_is_not_theirs(here: Town, engine: str) -> None:
    # What a visitor works on without an account is in no databank: tried on one engine. The longest of the
    # calculations reads a dossier as the others do.
    asked = [row for row in READING if engine == "sqlite" or row.whose or _behind(row)]
    asked = [row for row in asked if not row.path.endswith("{dossier}/explore")]
    found, met = crawled(here, asked)
    assert [] == found
    # The words do stand where somebody may read them.
    assert set(KINDS) - {"draft"} == met


@dataclass(frozen=True)
class Told:
    """What somebody is told, without what is different each time, and what the databank was asked for it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    said: str
    asked: tuple[str, ...]


@contextmanager
def statements(here: Town) -> Iterator[list[str]]:
    """The statements that the databank gets."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        found.append(statement)

    engines = [store.engine for store in here.house.databank.stores.values()]
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for engine in engines:
            sa.event.remove(engine, "before_cursor_execute", note)


def told(here: Town, row: Row, role: str, whose: str) -> Told:
    """What a visitor is told who asks for the things of a side."""
    with statements(here) as asked:
        answer = here.ask(role, row.method, row.path, whose, row.sends)
    headers = tuple(
        (name, _ID.sub("*", value)) for name, value in answer.headers.items() if name not in _PASSING
    )
    return Told(answer.status_code, headers, _ID.sub("*", answer.text), tuple(asked))


def guesses(row: Row) -> list[tuple[str, str]]:
    """With which things a route is tried: those of another, and such as nobody has.

    Where the address names more than one, the first is also the visitor's own.
    """
    named = [gap for gap in _GAPS.findall(row.path + row.sends) if gap in GUESSED]
    if not named:
        return []
    return [("theirs", "nobody"), *([("mixed", "beside")] if len(set(named)) > 1 else [])]


def guessing(here: Town) -> None:
    """Sides with things that nobody has, and with somebody's own beside those of another."""
    own, other = (here.sides[side].things for side in SIDES)
    other = {**other, "elsewhere": other["organisation"]}
    nobody = {gap: unknown(thing) if gap in GUESSED else thing for gap, thing in other.items()}
    first = {gap: own[gap] for gap in ("dossier", "project", "elsewhere")}
    here.sides |= {
        "theirs": Side(other),
        "nobody": Side(nobody),
        "mixed": Side({**other, **first}),
        "beside": Side({**nobody, **first}),
    }


@pytest.mark.slow
def test_the_name_of_anothers_thing_tells_as_little_as_one_that_nobody_has(
    here: Town, kept: Files | None
) -> None:
    """Neither the answer nor what the databank was asked for it says that there is something."""
    seen, asked = [], {(row.method, row.path, row.sends): row for row in ROWS}
    for row in asked.values():
        for role in ROLES:
            for theirs, nobodys in guesses(row):
                if row.sends.startswith("tied") or (not kept and row.method != "GET"):
                    continue
                found = told(here, row, role, theirs)
                if kept:
                    kept.put_back()
                absent = told(here, row, role, nobodys)
                if found != absent and not (role in WIDE and row.path.startswith("/{lang}/admin/")):
                    seen.append(f"{role} {row} {theirs}: {_difference(found, absent)}")
    assert [] == seen


def _difference(found: Told, absent: Told) -> str:
    lines = []
    for name in ("headers", "said", "asked"):
        one, two = (
            told.said.splitlines() if name == "said" else list(map(str, getattr(told, name)))
            for told in (found, absent)
        )
        lines += [
            f"{name}: {line[:200]}" for line in unified_diff(one, two, n=0, lineterm="") if line[:2] != "@@"
        ]
    return "\n    ".join([f"{found.status} {absent.status}", *lines])


#: What lists are asked for: a word of another organisation, and the name of what it has.
SEARCHED = {
    "title": "zztitleother",
    "label": "zzlabelother",
    "q": "zzprojectother",
    "words": "zzsignalother",
    "company": "zzprojectother",
    "place": "zzpartother",
}
NAMED = ("signal", "project", "dossier", "person", "organisation")


def questions(other: dict[str, str], row: Row) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """What a list is asked: for what another has, and the same for what nobody has."""
    declared = row.path.startswith("/api/")
    words = {name: word for name, word in SEARCHED.items() if not declared or name == "label"}
    yield words, {name: f"yy{word[2:]}" for name, word in words.items()}
    after = other["signal" if "/signals" in row.path else "dossier"]
    # What is no place in a list is its beginning, whatever it sorts before or behind.
    things = {"after": after, **({} if declared else {name: other[name] for name in NAMED})}
    yield things, {name: unknown(thing) for name, thing in things.items()}


@pytest.mark.slow
def test_a_search_for_what_another_has_finds_what_a_search_for_nothing_finds(here: Town) -> None:
    lists = [row for row in READING if not row.whose and _behind(row) and "." not in row.path]
    seen = []
    for row in lists:
        for role in ("adviser", "key"):
            here.ask(role, "GET", row.path, "own")
            for theirs, nothing in questions(here.sides["other"].things, row):
                found, absent = (_searched(here, row, role, query) for query in (theirs, nothing))
                if found != absent:
                    seen.append(f"{role} {row} {theirs}: {_difference(found, absent)}")
    assert [] == seen


def _searched(here: Town, row: Row, role: str, query: dict[str, str]) -> Told:
    found = told(here, replace(row, sends=f"?{urlencode(query)} "), role, "own")
    said = found.said
    for value in query.values():
        said = said.replace(value, "*")
    return replace(found, said=said, headers=())


def test_nothing_of_an_organisation_stands_in_what_is_public(here: Town) -> None:
    """Neither a word nor the name of anything confidential; nor a word in a log."""
    with here.house.databank.as_owner() as owner, owner.confidential.engine.connect() as connection:
        ids = {
            thing
            for table in CONFIDENTIAL.sorted_tables
            if "id" in table.c
            for thing in connection.execute(sa.select(table.c.id)).scalars()
        }
        details = " ".join(connection.execute(sa.select(EVENT["confidential"].c.details)).scalars())
    assert {here.sides[side].things["dossier"] for side in SIDES} < ids
    # Who works on cases, and for whom, is known there by a bare id: a claim says whose it is.
    ids -= {here.sides["own"].things["organisation"], *(here.people[role] for role in AT_WORK)}
    with here.house.databank.public.engine.connect() as connection:
        said = " ".join(
            str(value)
            for table in PUBLIC.sorted_tables
            for row in connection.execute(sa.select(table))
            for value in row
        )
    assert CANDIDATE in said
    assert [] == [word for word in (*WORDS, *ids) if word in said]
    assert [] == [word for word in WORDS if word in details]


#: What somebody reads in a terminal who looks after the machine.
IN_TERMINAL = (
    *("databank audit --json", "databank retention --dry-run --json", "databank releases"),
    *("databank cases list", "databank cases list --json", "databank cases search zzdossierown"),
    *("databank cases imports", "databank person-record zzmailown@example.org"),
    *("databank person-record zzdossierown", "databank erase-dossier {dossier} --reason "),
)


@pytest.mark.parametrize("words", IN_TERMINAL)
def test_who_works_on_the_machine_reads_no_dossier(
    here: Town, words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THUISHAVEN_DATABANK", str(here.house.databank.where))
    main(filled(words, here.sides["own"].things).split(" "))
    speak("nl")
    answer = httpx.Response(HTTPStatus.OK, text="".join(capsys.readouterr()).replace(words, ""))
    found = [set(leaks(role, "", answer)) for role in WIDE]
    typed = {word for word in WORDS if word in words}
    assert set() == set.intersection(*found) - typed


def test_a_hole_in_the_wall_is_found(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search itself is tried: it finds a price that a link shows, and another's dossier."""
    read = next(row for row in READING if row.path == "/api/v1/dossiers/{dossier}" and row.whose == "own")
    theirs = replace(read, whose="other")
    before = [told(here, theirs, "adviser", whose) for whose in ("theirs", "nobody")]
    assert before[0] == before[1]
    monkeypatch.setattr(dossiers, "redacted", lambda content, *_walls: content)
    found, _met = crawled(here, [read])
    assert {"zzsecretown", "price of own"} <= {line.rpartition(": ")[2] for line in found}
    monkeypatch.setattr(dossiers, "reading", lambda _actor, _row: Decision(True, "nobody", 4))
    told_now = [told(here, theirs, "adviser", whose) for whose in ("theirs", "nobody")]
    if here.house.databank.dialect == "sqlite":
        assert told_now[0] != told_now[1]
        assert "zzdossierother" in told_now[0].said
    else:
        # The wall of the database still stands.
        assert told_now[0] == told_now[1]
