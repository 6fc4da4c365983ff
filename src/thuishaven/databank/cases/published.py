"""From a record to what everybody reads: the typed tables of a version, and the line that is searched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from thuishaven.access import canonical, moment
from thuishaven.databank.cases.days import precision
from thuishaven.databank.cases.model import Record, Shown
from thuishaven.databank.cases.statements import number
from thuishaven.databank.cases.tables import (
    DISTRESS,
    JOBS,
    MONEY,
    MOTIVE,
    MOVE,
    PROFILE,
    SITE,
    STAGE,
    STATUS,
    SUPPORT,
)
from thuishaven.databank.cases.vocabulary import UNKNOWN, motives

#: What the public can choose by, in the order of the page.
FACETS = ("state", "case_type", "sector", "from", "to", "region", "form", "motive", "year", "support")
#: Kept as a facet is, and none to choose by: states with the year they began in.
HAPPENED = "happened"
#: Facets of which a case may have several values.
MANY = frozenset({"from", "to", "sector", "region", "form", "motive"})
#: How results are sorted: by the newest evidence, the announcement, the jobs announced, or the name.
SORTS = ("newest", "announced", "jobs", "name")
#: Scopes of jobs of the move itself.
DIRECT = ("", "direct")
_YEAR = 4
_JOBS = ("announced", "realised", "lost_here", "lost_abroad")
_MONEY = ("capex", "support", "saving")


def parts(record: Record) -> dict[sa.Table, list[dict[str, Any]]]:
    """Rows of the typed tables, without case and version; every row names the claim that it rests on."""
    rows: dict[sa.Table, list[dict[str, Any]]] = {
        PROFILE: _profile(record),
        SITE: [row for move in record.moves for row in _sites(record, move)],
        MOVE: [_move(record, move) for move in record.moves],
        STATUS: [
            {
                "state": line.state,
                "occurred_on": line.occurred_on,
                "precision": line.precision,
                "as_of": line.as_of,
                "recorded_at": moment(line.recorded_at),
                "claim": line.claim,
            }
            for line in record.status
        ],
        JOBS: [row for kind in _JOBS for row in _amounts(record, "jobs", kind, ("unit", "scope"))],
        MONEY: [row for kind in _MONEY for row in _amounts(record, "money", kind, ("currency",))],
        SUPPORT: [_support(one) for one in _known(record.all("support"))],
        MOTIVE: [_motive(one) for one in _known(record.all("motive"))],
        STAGE: [
            {"stage": one.value, "claim": one.claim, **_dated(record, one)}
            for one in _known(record.all("stage"))
        ],
        DISTRESS: [_distress(record, one) for one in _known(record.all("distress"))],
    }
    return {
        table: [{**row, "line": line} for line, row in enumerate(found, 1)] for table, found in rows.items()
    }


def _known(many: Iterable[Shown]) -> list[Shown]:
    return [one for one in many if one.value != UNKNOWN]


def _text(record: Record, name: str, move: int | None = None) -> str:
    found = record.text(name, move)
    return "" if found == UNKNOWN else found


def _profile(record: Record) -> list[dict[str, Any]]:
    kind = record.get("case.case_type")
    if kind is None:
        return []
    title, summary = (_text(record, f"case.{name}") for name in ("title", "summary"))
    return [{"case_type": kind.value, "title": title, "summary": summary, "claim": kind.claim}]


def _sites(record: Record, move: int) -> list[dict[str, Any]]:
    found = []
    for side in ("from", "to"):
        country = record.get(f"move.{side}_country", move)
        place = record.get(f"move.{side}_place", move)
        resting = place or country
        if resting is None:
            continue
        region = side == "to"
        found.append(
            {
                "move": move,
                "side": side,
                "country": _text(record, f"move.{side}_country", move),
                "place": _text(record, f"move.{side}_place", move),
                "nuts": _text(record, "move.to_nuts", move) if region else "",
                "nuts_version": _text(record, "move.to_nuts_version", move) if region else "",
                "establishment_no": "",
                "claim": resting.claim,
            }
        )
    return found


def _move(record: Record, move: int) -> dict[str, Any]:
    columns = ("from_country", "from_text", "to_country", "form_from", "form_to", "product", "cn", "prodcom")
    row: dict[str, Any] = {
        name: _text(record, f"move.{name}", move) for name in (*columns, "nace", "nace_rev")
    }
    for name in ("share_announced", "share_realised"):
        value = _text(record, f"move.{name}", move)
        row[name] = number(value)[0] if value else None
    row["activity"] = ";".join(one.value for one in _known(record.all("move.activity", move)))
    resting = [one.claim for (at, _), one in record.values.items() if at == move]
    resting += [one.claim for (at, _), many in record.lists.items() if at == move for one in many]
    return {**row, "move": move, "claim": min(resting)}


def _amounts(record: Record, group: str, kind: str, qualifiers: tuple[str, ...]) -> list[dict[str, Any]]:
    shown = record.get(f"{group}.{kind}")
    found = []
    for one in (shown, *shown.series) if shown else ():
        if one.value == UNKNOWN:
            continue
        low, high = number(one.value)
        row = {"kind": kind, "low": low, "high": high, "as_of": one.as_of, "claim": one.claim}
        found.append({**row, **{name: one.qualifiers.get(name, "") for name in qualifiers}})
    return found


def _support(one: Shown) -> dict[str, Any]:
    said = one.qualifiers
    amount = said.get("amount", "")
    return {
        "instrument": said.get("instrument", one.value),
        "authority": said.get("authority", ""),
        "legal_basis": said.get("legal_basis", ""),
        "amount": number(amount)[0] if amount else None,
        "currency": said.get("currency", ""),
        "decided_on": one.as_of,
        "claim": one.claim,
    }


def _motive(one: Shown) -> dict[str, Any]:
    known = motives()[one.value]
    return {
        "code": one.value,
        "role": one.qualifiers.get("role", known.role),
        "direction": one.qualifiers.get("direction", known.direction),
        "stage": one.qualifiers.get("stage", ""),
        "claim": one.claim,
    }


def _dated(record: Record, one: Shown) -> dict[str, str]:
    day = record.claims[one.claim].valid_from
    return {"occurred_on": day, "precision": precision(day)}


def _distress(record: Record, one: Shown) -> dict[str, Any]:
    day = record.claims[one.claim].valid_from
    kind = one.qualifiers.get("kind", "")
    return {"text": one.value, "kind": kind, "occurred_on": day, "as_of": one.as_of, "claim": one.claim}


def facets(record: Record) -> dict[str, list[str]]:
    """Values of each facet; ``unknown`` where nothing is known."""
    moves = record.moves
    found = {
        "state": [record.state.state if record.state else ""],
        "case_type": [record.text("case.case_type")],
        "sector": [_sector(record.text("move.nace", move)) for move in moves],
        "from": [record.text("move.from_country", move) for move in moves],
        "to": [record.text("move.to_country", move) for move in moves],
        "region": [record.text("move.to_nuts", move) for move in moves],
        "form": [_form(record, move) for move in moves],
        "motive": [one.value for one in record.all("motive")],
        "year": [announced(record)[:_YEAR]],
        "support": ["yes" if _known(record.all("support")) else ""],
    }
    return {name: _distinct(values) for name, values in found.items()}


def _distinct(values: Iterable[str]) -> list[str]:
    """Each value once; ``unknown`` only where nothing else is there."""
    some = [value for value in dict.fromkeys(values) if value not in {"", UNKNOWN}]
    return some or [UNKNOWN]


def _sector(nace: str) -> str:
    """The division: ``22`` of ``C22.29``."""
    return nace.partition(".")[0].lstrip("ABCDEFGHIJKLMNOPQRSTU")


def _form(record: Record, move: int) -> str:
    sides = [record.text(f"move.form_{side}", move) or UNKNOWN for side in ("from", "to")]
    return "" if set(sides) == {UNKNOWN} else "_to_".join(sides)


def announced(record: Record) -> str:
    """When the move was first spoken of, as exact as it is known; the date of an article does not count."""
    days = [line.occurred_on for line in record.status if line.occurred_on and line.precision != "article"]
    return min(days, default="")


def contradicting(shown: Shown) -> tuple[str, ...]:
    """The other sources that say something else; two readings of one source are no contradiction."""
    return tuple(dict.fromkeys(one.source for one in shown.differ if one.source != shown.source))


def of_the_move(record: Record, name: str) -> Shown | None:
    """A number of jobs: of the move itself where there is one, not of suppliers or of the whole company."""
    shown = record.get(name)
    many = (shown, *shown.series) if shown else ()
    return next((one for one in many if one.qualifiers.get("scope", "") in DIRECT), shown)


def card(record: Record) -> dict[str, Any]:
    """What a list of cases shows of one."""
    state = record.state
    jobs = {}
    for kind in ("announced", "realised"):
        shown = of_the_move(record, f"jobs.{kind}")
        if shown and shown.value != UNKNOWN:
            said = {name: shown.qualifiers[name] for name in ("unit", "scope") if name in shown.qualifiers}
            jobs[kind] = {
                "value": shown.value,
                "as_of": shown.as_of,
                "differ": len(contradicting(shown)),
                **said,
            }
    written = {
        name: lang
        for name, field in (("title", "case.title"), ("product", "move.product"))
        if (shown := record.get(field)) and (lang := shown.qualifiers.get("lang"))
    }
    return {
        **({"lang": written} if written else {}),
        "name": record.text("organisation.name"),
        "unit": _text(record, "organisation.unit"),
        "title": _text(record, "case.title"),
        "product": _text(record, "move.product"),
        "state": state.state if state else UNKNOWN,
        "as_of": state.as_of if state else "",
        "announced": announced(record),
        "jobs": jobs,
        "moves": len(record.moves),
    }


def words(record: Record) -> str:
    """The text that is searched: names, titles, products and places, in the languages they are written in."""
    names = ("organisation.name", "organisation.unit", "case.title", "case.summary")
    found = [_text(record, name) for name in names]
    for move in record.moves:
        found += [
            _text(record, f"move.{name}", move) for name in ("product", "to_place", "from_place", "from_text")
        ]
    found += [one.value for one in _known((*record.all("case.remark"), *record.all("distress")))]
    return " ".join(text for text in found if text)


def line(record: Record) -> dict[str, str]:
    """The texts of the line that the search looks in."""
    return {
        "facets": canonical(facets(record)).decode(),
        "words": words(record),
        "card": canonical(card(record)).decode(),
        "happened": " ".join(happened(record)),
    }


def happened(record: Record) -> list[str]:
    """States with the year they began in (``implemented:2013``); the date of an article is none."""
    dated = [line for line in record.status if line.occurred_on and line.precision != "article"]
    return sorted({f"{line.state}:{line.occurred_on[:_YEAR]}" for line in dated})


def empty_line() -> Mapping[str, str]:
    """What is left of the line of a case that was withdrawn."""
    return {"facets": "{}", "words": "", "card": "{}", "happened": ""}
