"""The table of who may ask what; run as a program it prints the rows that it lacks.

A row is a route, whose things stand in its address, what is sent, the events that it may leave (a dash where
only a draft is stored), and a status for every role. A printed row says how the server answers now: read it,
and only add it when that is how it should answer.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

from town import ROLES, files, sides, table, town

PATH = Path(__file__).with_name("matrix.csv")
HEAD = ("method", "path", "whose", "sends", "events", *ROLES)


@dataclass(frozen=True)
class Row:
    """One row of the table.

    ``events`` holds what the routes may leave behind in the event logs when they change something, each as
    ``create dossier``; empty text where something is stored without an event.
    """

    method: str
    path: str
    whose: str
    sends: str
    events: frozenset[str]
    statuses: dict[str, int]

    def __str__(self) -> str:
        return " ".join(part for part in (self.method, self.path, self.whose, self.sends[:40]) if part)


def rows() -> list[Row]:
    """The table."""
    with PATH.open(encoding="utf-8", newline="") as stream:
        return [
            Row(
                line["method"],
                line["path"],
                line["whose"],
                line["sends"],
                frozenset(
                    part.strip().replace("-", "") for part in line["events"].split(";") if part.strip()
                ),
                {role: int(line[role]) for role in ROLES},
            )
            for line in csv.DictReader(stream)
        ]


def wanted(found: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """The rows that the routes need."""
    return sorted((method, path, whose) for method, path in found for whose in sides(path))


def observed(folder: Path, asked: list[tuple[str, str, str, str]]) -> list[list[str]]:
    """Rows as the server answers now."""
    lines = []
    with town(folder) as here, files(folder) as kept:
        for method, path, whose, sends in asked:
            statuses, left = [], set()
            for role in ROLES:
                headers = here.ready(role, whose, sends)
                before = here.last_event()
                kept.written()
                statuses.append(str(here.ask(role, method, path, whose, sends, headers).status_code))
                if kept.written():
                    left.add(", ".join(here.events(before)) or "-")
                kept.put_back()
            lines.append([method, path, whose, sends, "; ".join(sorted(left)), *statuses])
    return lines


def main(again: bool) -> None:
    """Print the rows that lack, or with ``again`` the whole table as the server answers now."""
    import tempfile

    known: dict[tuple[str, str, str], list[str]] = {}
    for row in rows() if PATH.exists() else ():
        known.setdefault((row.method, row.path, row.whose), []).append(row.sends)
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        asked = [
            (*key, sends)
            for key in wanted(table(Path(first)))
            for sends in known.get(key, [""])
            if again or key not in known
        ]
        out = csv.writer(sys.stdout, lineterminator="\n")
        if again or not known:
            out.writerow(HEAD)
        out.writerows(observed(Path(second), asked))


if __name__ == "__main__":
    sys.path.insert(0, str(PATH.parents[1]))
    main(sys.argv[1:] == ["again"])
