"""The refreshed layer: what was accepted, in a CSV of the organisation's own data folder."""

import csv
import io
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from thuishaven.facts.connectors.cache import write_atomically
from thuishaven.facts.connectors.errors import ConnectorError, quoted
from thuishaven.facts.connectors.layer import above
from thuishaven.facts.connectors.proposal import Change, Proposal, fact_from_plain
from thuishaven.facts.connectors.table import connectors
from thuishaven.facts.model import Fact

if TYPE_CHECKING:
    from thuishaven.facts.store import FactSet

FILE = "refreshed.csv"
_COLUMNS = tuple(field.name for field in fields(Fact))
_NUMBERS = ("value", "low", "high")


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted: the file, how many records were added, which changes were left out."""

    path: Path
    added: int
    left: tuple[Change, ...]


def data_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Where the data of this user lives: ``THUISHAVEN_DATA``, else ``~/.local/share/thuishaven``."""
    given = (os.environ if environ is None else environ).get("THUISHAVEN_DATA", "")
    return Path(given) if given else Path.home() / ".local" / "share" / "thuishaven"


def accept(proposal: Proposal, store_dir: Path, approved: Iterable[str] = ()) -> Accepted:
    """Add the proposed records to the refreshed layer in ``store_dir`` and keep the proposal beside it.

    Parameters: ``approved`` ids of changes that a person has looked at. A change that needs a person is
    left out unless its id is there; where records must come from one edition, all of them are left out
    with it. A record beyond the hard bounds of its parameter is never accepted.
    Earlier accepted records stay; one with the same id is replaced.
    Raises ConnectorError ``store_unreadable`` when the layer that is there cannot be read.
    """
    said_yes = frozenset(approved)
    barred = {_bundle(change) for change in proposal.changes if not _may(change, said_yes)}
    taken: list[Change] = []
    left: list[Change] = []
    for change in proposal.changes:
        (left if _bundle(change) in barred else taken).append(change)
    path = store_dir / FILE
    if taken:
        records = {fact.id: fact for fact in load_refreshed(store_dir)}
        records.update((change.id, change.fact) for change in taken)
        stamp = "".join(sign for sign in proposal.created_at if sign.isalnum())
        proposal.save(store_dir / "accepted" / f"{stamp}.json")
        write_atomically(path, _text(records[name] for name in sorted(records)).encode())
    return Accepted(path, len(taken), tuple(left))


def load_refreshed(store_dir: Path) -> list[Fact]:
    """The accepted records, in the order of their ids; none when nothing was accepted yet.

    Raises ConnectorError ``store_unreadable`` naming the line and the field.
    """
    path = store_dir / FILE
    if not path.exists():
        return []
    facts = []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != _COLUMNS:
            raise _unreadable(path, 1, "columns", ", ".join(reader.fieldnames or ()))
        for row in reader:
            facts.append(_read(path, reader.line_num, row))
    return facts


def with_refreshed(factset: "FactSet", store_dir: Path) -> "FactSet":
    """A set of facts with the accepted records above it, and with the sources they name.

    Where a parameter must come from one edition, the newest one replaces the others.
    Raises ConnectorError ``store_unreadable`` as :func:`load_refreshed` does.
    """
    refreshed = load_refreshed(store_dir)
    if not refreshed:
        return factset
    return above(factset, refreshed, {connector.source_id: connector.source for connector in connectors()})


def _may(change: Change, said_yes: frozenset[str]) -> bool:
    if "outside_hard_bounds" in change.flags:
        return False
    return not change.needs_a_person or change.id in said_yes


def _bundle(change: Change) -> tuple[str, str]:
    """What is accepted or left out with this change: its edition, or itself."""
    return (change.fact.parameter, change.together) if change.together is not None else ("", change.id)


def _text(facts: Iterable[Fact]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for fact in facts:
        row = {name: getattr(fact, name) for name in _COLUMNS}
        row["keys"] = ";".join(f"{name}={value}" for name, value in fact.keys)
        row |= {name: "" if row[name] is None else repr(float(row[name])) for name in _NUMBERS}
        writer.writerow([row[name] for name in _COLUMNS])
    return text.getvalue()


def _read(path: Path, line: int, row: Mapping[str, str]) -> Fact:
    plain: dict[str, object] = dict(row)
    for name in _NUMBERS:
        try:
            plain[name] = float(row[name]) if row[name] else None
        except (ValueError, TypeError):
            raise _unreadable(path, line, name, row[name]) from None
    plain["keys"] = dict(part.partition("=")[::2] for part in (row["keys"] or "").split(";") if part)
    try:
        return fact_from_plain(plain)
    except (ValueError, TypeError, KeyError) as error:
        raise _unreadable(path, line, "row", str(error)) from error


def _unreadable(path: Path, line: int, field: str, value: str) -> ConnectorError:
    return ConnectorError("store_unreadable", path=path, line=line, field=field, value=quoted(value, 80))
