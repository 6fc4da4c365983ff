"""Lists of cases as others keep them, read into what the databank keeps: one reader for each form.

What the columns of the monitor and the library mean stands in ``field_crosswalk.csv``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from thuishaven.access import AccessError, canonical, fingerprint
from thuishaven.databank.cases.model import Source, Statement
from thuishaven.databank.cases.statements import QUALIFIERS, WORDED, checked
from thuishaven.databank.cases.vocabulary import UNKNOWN, motives, own_table

#: The forms that are read, with the column that each is known by.
FORMATS = {
    "claims": "field",
    "cases": "case_ref",
    "monitor": "Announcement date",
    "library": "Reshoring category",
}
_MONITOR = "Eurofound European Reshoring Monitor"
_MONITOR_URL = "https://reshoring.eurofound.europa.eu/reshoring-cases"
_LIBRARY = "Reshoring Initiative Library"
_SLASHED = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_DIVISION = re.compile(r"[A-U]?\d{2}(\.\d{1,2})?")


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with a line of a list: ``column`` may be empty; ``code`` and ``params`` say what."""

    line: int
    column: str
    code: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """What one or more lines of a list say about one case.

    Parameters
    ----------
    key
        Tells it apart in its list, now and at the next import.
    line
        Number of its (first) line; the heading is line 1.
    statements
        What they say.
    errors
        Why it cannot be imported; nothing when it can.
    case
        For what is added to a case of another list: that list's name and key, as ``list:key``.
    """

    key: str
    line: int
    statements: tuple[Statement, ...]
    errors: tuple[RowError, ...] = ()
    case: str = ""

    @property
    def digest(self) -> str:
        """Fingerprint of what is said, to see whether a line changed since it was imported."""
        plain = [
            [one.field, one.move, one.value, one.as_of, one.valid_from, one.valid_to, _told(one.qualifiers)]
            for one in self.statements
        ]
        return fingerprint(canonical(plain))


def _told(qualifiers: Mapping[str, str]) -> dict[str, str]:
    """Qualifiers without the language: a list that names it later says nothing else of the case."""
    return {name: value for name, value in qualifiers.items() if name != "lang"}


class _Wrong(ValueError):
    """A cell that cannot be read."""

    def __init__(self, column: str, code: str, **params: Any) -> None:
        super().__init__(code)
        self.column, self.code, self.params = column, code, params


def read(text: str, form: str = "") -> tuple[str, tuple[Entry, ...]]:
    """The entries of a list; ``form`` is found by its heading when it is not given.

    Raises
    ------
    AccessError
        ``unknown_form`` when no form is known by this heading; ``no_rows``.
    """
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    heading = [name.strip() for name in lines.fieldnames or ()]
    lines.fieldnames = heading
    known = form or next((name for name, column in FORMATS.items() if column in heading), "")
    if known not in FORMATS or FORMATS[known] not in heading:
        expected = ", ".join(FORMATS[name] for name in FORMATS)
        raise AccessError("unknown_form", found=", ".join(heading), expected=expected)
    rows = [
        (lines.line_num, {name: (value or "").strip() for name, value in row.items() if name})
        for row in lines
    ]
    if not rows:
        raise AccessError("no_rows")
    return known, tuple(_once(_READERS[known](rows)))


def _once(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries, those with a key that was there already as errors."""
    seen: set[str] = set()
    for one in entries:
        if one.key in seen and not one.errors:
            yield Entry(one.key, one.line, (), (RowError(one.line, "", "key_twice", {"value": one.key}),))
        else:
            yield one
        seen.add(one.key)


_Rows = list[tuple[int, dict[str, str]]]


def _entry(key: str, line: int, work: Callable[[], Iterable[Statement]], case: str = "") -> Entry:
    """The entry of a line, or what is wrong with it."""
    try:
        return Entry(key, line, tuple(checked(one) for one in work()), case=case)
    except _Wrong as wrong:
        return Entry(key, line, (), (RowError(line, wrong.column, wrong.code, wrong.params),), case)
    except AccessError as error:
        column = str(error.params.get("field", ""))
        return Entry(key, line, (), (RowError(line, column, error.code, error.params),), case)


# Our own list, one line for each case


def _cases(rows: _Rows) -> Iterator[Entry]:
    for line, row in rows:
        key = row.get("case_ref", "")
        if not key:
            yield Entry("", line, (), (RowError(line, "case_ref", "key_needed", {}),))
            continue
        yield _entry(key, line, partial(_case, row))


_WIDE = {
    "company": "organisation.name",
    "unit": "organisation.unit",
    "home_country": "organisation.country",
    "case_type": "case.case_type",
    "facts": "case.summary",
    "conflicts": "case.remark",
    "evidence": "case.evidence",
    "move_group": "case.move_group",
    "from_country": "move.from_country",
    "from_text": "move.from_text",
    "to_country": "move.to_country",
    "to_place": "move.to_place",
    "nuts2": "move.to_nuts",
    "nuts_version": "move.to_nuts_version",
    "product": "move.product",
    "nace": "move.nace",
    "nace_rev": "move.nace_rev",
    "jobs_note": "jobs.note",
    "support": "support",
    "distress": "distress",
}


@cache
def publisher_kinds() -> Mapping[str, str]:
    """What kind of source a publisher is, where it is no newspaper or magazine."""
    return {row["publisher"]: row["kind"] for row in own_table("publishers")}


def _case(row: Mapping[str, str]) -> Iterator[Statement]:
    publisher = row.get("source", "")
    kind = publisher_kinds().get(publisher.partition(";")[0].strip(), "quality_press")
    url = row.get("source_url", "")
    source = Source(
        row.get("source_kind", "") or kind, publisher, url=url, published_on=row.get("published_on", "")
    )
    key = row["case_ref"]

    def say(field: str, value: str, **more: Any) -> Statement:
        move = 1 if field.startswith("move.") else 0
        if field in WORDED and row.get("lang") and value != UNKNOWN:
            more["qualifiers"] = {"lang": row["lang"]}
        return Statement(field, value, source, move, locator=f"row {key}", **more)

    for column, field in _WIDE.items():
        if row.get(column):
            yield say(field, row[column])
    for column, field in (("activity", "move.activity"), ("motives", "motive")):
        for value in filter(None, row.get(column, "").split(";")):
            yield say(field, value.strip())
    before, _, after = row.get("form", "").partition("_to_")
    for side, value in (("from", before), ("to", after or before)):
        if value:
            yield say(f"move.form_{side}", value)
    yield from _wide_states(row, say)
    day = row.get("state_as_of") or row.get("announced_on") or row.get("year", "")
    for kind in ("announced", "realised"):
        value = row.get(f"jobs_{kind}", "")
        if value:
            yield say(
                f"jobs.{kind}", value, as_of=row.get("announced_on") or day if kind == "announced" else day
            )
    for other in filter(None, (one.strip() for one in row.get("other_urls", "").split("; "))):
        host = other.split("/")[2].removeprefix("www.") if other.count("/") > 1 else other
        yield Statement("case.named_in", key, Source("quality_press", host, url=other), locator=f"row {key}")


def _wide_states(row: Mapping[str, str], say: Callable[..., Statement]) -> Iterator[Statement]:
    announced, done = row.get("announced_on", ""), row.get("implemented_on", "")
    state, day = row.get("implementation_state", ""), row.get("state_as_of", "")
    article = {"precision": "article"} if row.get("announced_precision") == "article_year" else {}
    if announced:
        yield say("status", "announced", as_of=announced, valid_from=announced, qualifiers=article)
    if state and not day:
        # A state without a date says nothing: a coder has to look.
        yield say("case.remark", f"state: {state}; the date of the evidence is not stated")
        if done and row.get("year"):
            yield say("planned_start", done, as_of=row["year"])
        return
    begun = "partially" if state == "partially" else "implemented"
    if done:
        yield say("status", begun, as_of=done, valid_from=done)
    if state and not (state == "announced" and announced):
        since = day if state in {"reversed", "cancelled", "suspended"} else ""
        yield say("status", state, as_of=day, valid_from=since)


# Claims, one line for each


_CLAIM_COLUMNS = ("locator", "confidence", "note", "as_of", "valid_from", "valid_to")


def _claims(rows: _Rows) -> Iterator[Entry]:
    groups: dict[str, _Rows] = {}
    for line, row in rows:
        if not row.get("key"):
            yield Entry("", line, (), (RowError(line, "key", "key_needed", {}),))
        else:
            groups.setdefault(row["key"], []).append((line, row))
    for key, group in groups.items():
        first, row = group[0]
        yield _entry(key, first, partial(map, _claim, group), case=row.get("case", ""))


def _claim(numbered: tuple[int, Mapping[str, str]]) -> Statement:
    _line, row = numbered
    names = ("publisher", "title", "url", "published_on", "accessed_on", "archive_url", "language")
    source = Source(row.get("source_kind", ""), **{name: row.get(name, "") for name in names})
    more = {name: row[name] for name in _CLAIM_COLUMNS if row.get(name)}
    qualifiers = {name: row[name] for name in QUALIFIERS if row.get(name)}
    if row["field"] not in WORDED:
        qualifiers.pop("lang", "")
    move = row.get("move", "") or "0"
    if not move.isdigit():
        raise _Wrong("move", "wrong_value", field="move", value=move, expected="1")
    return Statement(row["field"], row.get("value", ""), source, int(move), qualifiers=qualifiers, **more)  # type: ignore[arg-type]


# The list of the European monitor


def _monitor(rows: _Rows) -> Iterator[Entry]:
    """Lines of one company and one day are one announcement: a case with a move for each."""
    groups: dict[str, _Rows] = {}
    for line, row in rows:
        key = f"{row.get('Company name', '')}|{row.get('Announcement date', '')}"
        groups.setdefault(key, []).append((line, row))
    for key, group in groups.items():
        yield _entry(key, group[0][0], partial(_announcement, group))


def _announcement(group: _Rows) -> Iterator[Statement]:
    source = Source("aggregator", _MONITOR, url=_MONITOR_URL)
    first = group[0][1]
    day = _slashed(first, "Announcement date")
    home = _country(first, "Company country")

    def say(field: str, value: str, **more: Any) -> Statement:
        return Statement(field, value, source, **more)

    yield say("organisation.name", _needed(first, "Company name"))
    yield say("organisation.country", home)
    places = []
    for move, (line, row) in enumerate(group, 1):
        where = f"row {line}"
        before = _country(row, "Offshored to") if row.get("Offshored to") else ""
        after = _country(row, "Reshored to")
        places.append((before, after))
        if before:
            yield say("move.from_country", before, move=move, locator=where)
        yield say("move.to_country", after, move=move, locator=where)
        yield say("move.activity", "production", move=move, locator=where)
        division = row.get("Sector NACE division", "")
        found = _DIVISION.match(division)
        if found:
            yield say("move.nace", found.group(), move=move, locator=where)
            yield say("move.nace_rev", "2", move=move, locator=where)
    yield say("case.case_type", _kind(home, places))
    yield say("case.evidence", "list_row")
    state = "in_progress" if first.get("Status", "").casefold() == "work in progress" else ""
    yield say("status", "announced", as_of=day, valid_from=day)
    if state:
        yield say("status", state, as_of=day)
    jobs = [row.get("Job gains", "") for _, row in group]
    if any(jobs):
        total = sum(_whole(row, "Job gains") for _, row in group)
        yield say("jobs.announced", str(total), as_of=day)


def _kind(home: str, places: Iterable[tuple[str, str]]) -> str:
    """Kind of case that the scope of the monitor leaves open: home again, or to another country."""
    from thuishaven.facts import countries

    ends = {after for _, after in places}
    if ends == {home}:
        return "reshoring"
    if home in ends:
        return "unclear"
    known = countries()
    # The monitor ended while the United Kingdom was a member.
    inside = home == "GBR" or (home in known and known[home].eu)
    return "nearshoring" if inside else "relocation_to_eu"


# The library of the American initiative: a line is an article


_CATEGORIES = {
    "reshoring": "reshoring",
    "kept from offshoring": "retention",
    "fdi": "foreign_investment",
    "fdi (transplant)": "foreign_investment",
}
_MOTIVE_COLUMNS = {"list of negative factors abroad": "push", "list of positive factors at home": "pull"}


def _library(rows: _Rows) -> Iterator[Entry]:
    for line, row in rows:
        key = row.get("URL", "") or "|".join(
            row.get(name, "") for name in ("Source", "Date Published", "Company/Division name")
        )
        yield _entry(
            f"{key}|{row.get('Company/Division name', '')}",
            line,
            partial(_article, row, line),
        )


def _article(row: Mapping[str, str], line: int) -> Iterator[Statement]:
    day = _any_day(row, "Date Published")
    source = Source("aggregator", row.get("Source") or _LIBRARY, url=row.get("URL", ""), published_on=day)
    where = f"row {line}"

    def say(field: str, value: str, **more: Any) -> Statement:
        return Statement(field, value, source, locator=where, confidence="D", **more)

    yield say("organisation.name", _needed(row, "Company/Division name"))
    yield say("organisation.country", "USA")
    category = _needed(row, "Reshoring category")
    if category.casefold() not in _CATEGORIES:
        raise _Wrong("Reshoring category", "wrong_value", value=category, expected=", ".join(_CATEGORIES))
    yield say("case.case_type", _CATEGORIES[category.casefold()])
    yield say("case.evidence", "article")
    for move, name in enumerate(_several(row, "Country(ies) from which reshored") or [""], 1):
        if name:
            iso3 = country(name)
            yield (
                say("move.from_country", iso3, move=move) if iso3 else say("move.from_text", name, move=move)
            )
        yield say("move.to_country", "USA", move=move)
        place = ", ".join(filter(None, (row.get("City reshored to"), row.get("State(s) reshored to"))))
        if place:
            yield say("move.to_place", place, move=move)
        if row.get("Product(s) reshored"):
            yield say("move.product", row["Product(s) reshored"], move=move)
    for column in ("Industry(ies)", "Year reshoring implemented or to be implemented"):
        # The year mixes what is done and what is planned; the sector is no NACE code.
        if row.get(column):
            yield say("case.remark", f"{column}: {row[column]}")
    # An article says when it was known at the latest.
    yield say("status", "announced", as_of=day, valid_from=day, qualifiers={"precision": "article"})
    total = "Total number of jobs (added or to be added)"
    if row.get(total):
        yield say("jobs.announced", str(_whole(row, total)), as_of=day)
    capital = "Capital investment ($)"
    if row.get(capital):
        yield say("money.capex", str(_whole(row, capital)), as_of=day, qualifiers={"currency": "USD"})
    for column, direction in _MOTIVE_COLUMNS.items():
        for word in _several(row, column):
            code = _motive(word)
            yield (
                say("motive", code, qualifiers={"direction": direction})
                if code
                else say("case.remark", f"{direction}: {word}")
            )


@cache
def _motive_words() -> Mapping[str, str]:
    return {
        word.casefold(): motive.code
        for motive in motives().values()
        for word in (motive.code, motive.labels["en"])
    }


def _motive(text: str) -> str:
    """Code of a motive; empty when the text is none that we know."""
    return _motive_words().get(text.casefold(), "")


# Cells


@cache
def _countries() -> Mapping[str, str]:
    from babel import Locale

    from thuishaven.facts import countries

    found: dict[str, str] = {}
    for iso3, one in countries().items():
        words = {iso3, one.iso2, one.name_en}
        words |= {Locale(language).territories.get(one.iso2, iso3) for language in ("en", "nl", "fr")}
        found |= {word.casefold(): iso3 for word in words}
    short = {"united kingdom": "GBR", "uk": "GBR", "usa": "USA", "us": "USA", "united states": "USA"}
    return {**found, **short}


def country(name: str) -> str:
    """ISO 3166-1 alpha-3 code of a country by its name in English, Dutch or French; empty when unknown.

    >>> country("Netherlands"), country("Tsjechië"), country("Atlantis")
    ('NLD', 'CZE', '')
    """
    return _countries().get(name.strip().casefold(), "")


def _country(row: Mapping[str, str], column: str) -> str:
    name = _needed(row, column)
    found = country(name)
    if not found:
        raise _Wrong(column, "unknown_country", value=name)
    return found


def _needed(row: Mapping[str, str], column: str) -> str:
    if not row.get(column):
        raise _Wrong(column, "cell_needed")
    return row[column]


def _several(row: Mapping[str, str], column: str) -> list[str]:
    return [word.strip() for word in re.split(r"[;,]", row.get(column, "")) if word.strip()]


def _slashed(row: Mapping[str, str], column: str) -> str:
    """``22/12/2017`` as ``2017-12-22``."""
    text = _needed(row, column)
    found = _SLASHED.fullmatch(text)
    if found is None:
        raise _Wrong(column, "no_day", value=text, field=column)
    day, month, year = found.groups()
    return f"{year}-{month}-{day}"


def _any_day(row: Mapping[str, str], column: str) -> str:
    """A day of the library: ``12/22/2017``, or as the databank writes it."""
    text = _needed(row, column)
    found = _SLASHED.fullmatch(text)
    if found is None:
        return text
    month, day, year = found.groups()
    return f"{year}-{month}-{day}"


def _whole(row: Mapping[str, str], column: str) -> int:
    """A number of jobs or dollars; a comma stands between thousands."""
    text = row.get(column, "").replace(",", "").lstrip("$").strip()
    if not text:
        return 0
    if not text.isdigit():
        raise _Wrong(column, "wrong_value", value=row[column], expected="275")
    return int(text)


_READERS: dict[str, Callable[[_Rows], Iterator[Entry]]] = {
    "claims": _claims,
    "cases": _cases,
    "monitor": _monitor,
    "library": _library,
}
