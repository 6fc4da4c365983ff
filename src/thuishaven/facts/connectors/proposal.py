"""A proposal: what the publishers would change, laid before a person. Nothing changes until then."""

import csv
import io
import json
import math
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thuishaven.facts.connectors.asking import Batch, fetch
from thuishaven.facts.connectors.cache import Raw, write_atomically
from thuishaven.facts.connectors.errors import ConnectorError, quoted
from thuishaven.facts.connectors.fetching import Fetcher, Limits
from thuishaven.facts.connectors.layer import Group, above, edition, group_of
from thuishaven.facts.connectors.table import Connector, chosen, connectors
from thuishaven.facts.model import (
    CONFIDENCES,
    LAYERS,
    METHODS,
    RANGE_KINDS,
    SHIPS,
    STATUSES,
    Fact,
    Keys,
    Parameter,
    sorted_keys,
)
from thuishaven.facts.periods import bounds, months_between
from thuishaven.facts.units import UnitError, factor_in_period

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from thuishaven.facts.store import FactSet

SCHEMA = "thuishaven.facts.proposal/1"
NEEDS_A_PERSON = ("jump", "outside_plausible_range", "outside_hard_bounds", "future_period")
_REUSE = timedelta(hours=1)
_SAME = 1e-9
_AT_REST = ("unchanged", "older")
_LARGEST = sys.float_info.max
_TABLE_COLUMNS = (
    *("id", "parameter", "keys", "period", "kind", "old_value", "new_value", "unit", "change", "change_kind"),
    *("flags", "old_id", "old_source", "source_id", "vintage", "status", "retrieved_at", "sha256", "note"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One record that would be added.

    ``kind`` is ``new`` (nothing was known for this key), ``newer`` (a later period), ``revised`` (the same
    period in a later edition) or ``confirmed`` (an unverified record proves right); ``unchanged`` and
    ``older`` ones come along only where an edition is accepted together. ``new_value`` and
    ``old_value`` are in ``unit``, the canonical unit of the parameter; the record keeps its published unit.
    ``change`` is the difference in percent of the old value, or in ``unit`` when ``change_kind`` is
    ``difference``. ``together`` is None, or the period (empty: all periods) whose records must come from
    one edition and are accepted together. ``flags``: the ones of ``NEEDS_A_PERSON``, and ``overruled`` when
    another record would still be the answer today.
    """

    fact: Fact
    connector: str
    kind: str
    unit: str
    new_value: float
    old_value: float | None
    old_id: str
    old_source: str
    change: float | None
    change_kind: str
    together: str | None
    flags: tuple[str, ...]

    @property
    def id(self) -> str:
        """The id of the record that would be added."""
        return self.fact.id

    @property
    def needs_a_person(self) -> bool:
        """Whether it is only accepted when it is approved by name."""
        return any(flag in NEEDS_A_PERSON for flag in self.flags)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one connector brought: how much was new, and the provenance of each answer."""

    connector: str
    parameter: str
    updated: str
    proposed: int
    unchanged: int
    older: int
    missing: tuple[tuple[str, str], ...]
    skipped: tuple[str, ...]
    raws: tuple[Raw, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A connector that brought nothing, with the code and parameters of the reason."""

    connector: str
    code: str
    params: Mapping[str, str]

    def __str__(self) -> str:
        return str(ConnectorError(self.code, **self.params))


@dataclass(frozen=True, slots=True)
class Proposal:
    """All changes a refresh would make, beside what was asked and what failed."""

    created_at: str
    factset_digest: str
    changes: tuple[Change, ...]
    asked: tuple[Asked, ...]
    failures: tuple[Failure, ...]

    @property
    def for_a_person(self) -> tuple[Change, ...]:
        """The changes that are only accepted when they are approved by name."""
        return tuple(change for change in self.changes if change.needs_a_person)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON form; ``Proposal.from_dict`` reads it back."""
        plain = {"schema": SCHEMA, **asdict(self)}
        for change in plain["changes"]:
            change["id"] = Fact(**change["fact"]).id
            change["fact"]["keys"] = dict(change["fact"]["keys"])
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Proposal":
        """The proposal in its plain form. Raises ValueError, TypeError or KeyError for anything else."""
        if plain["schema"] != SCHEMA:
            raise ValueError(f"schema {plain['schema']!r}, expected {SCHEMA!r}")
        return cls(
            created_at=str(plain["created_at"]),
            factset_digest=str(plain["factset_digest"]),
            changes=tuple(_change(one) for one in plain["changes"]),
            asked=tuple(_asked(one) for one in plain["asked"]),
            failures=tuple(Failure(**one) for one in plain["failures"]),
        )

    def save(self, path: Path) -> None:
        """Write the proposal: ``.json`` whole, ``.csv`` as a table to look at (only JSON is read back)."""
        if path.suffix == ".csv":
            write_atomically(path, self._table().encode())
            return
        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
        write_atomically(path, text.encode() + b"\n")

    @classmethod
    def load(cls, path: Path) -> "Proposal":
        """Read a saved proposal. Raises ConnectorError ``proposal_unreadable``."""
        try:
            return cls.from_dict(json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            reason = quoted(f"{type(error).__name__}: {error}", 120)
            raise ConnectorError("proposal_unreadable", path=path, reason=reason) from error

    def _table(self) -> str:
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_TABLE_COLUMNS)
        for one in self.changes:
            row = {name: getattr(one.fact, name) for name in _TABLE_COLUMNS if hasattr(one.fact, name)}
            row |= {name: getattr(one, name) for name in _TABLE_COLUMNS if hasattr(one, name)}
            row["keys"] = ";".join(f"{name}={value}" for name, value in one.fact.keys)
            row["flags"] = " ".join(one.flags)
            writer.writerow(["" if row[name] is None else row[name] for name in _TABLE_COLUMNS])
        return text.getvalue()


def propose(
    factset: "FactSet",
    sources: Iterable[str] | None = None,
    cache_dir: Path | None = None,
    *,
    client: "httpx.Client | None" = None,
    fetcher: Fetcher | None = None,
    table: Iterable[Connector] | None = None,
    places: Iterable[str] | None = None,
    bases: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    progress: "Callable[[str], None] | None" = None,
) -> Proposal:
    """Ask the publishers and say what would change; nothing is changed.

    Parameters: ``factset`` the facts as they are; ``sources`` names, parameters or providers of connectors
    (None: all); ``cache_dir`` where raw answers are kept (needed unless ``fetcher`` is given); ``client`` an
    httpx.Client, ``fetcher`` a Fetcher of one's own; ``table`` other connectors than the package's;
    ``places`` the countries or currencies wanted (None: those the facts know for the key); ``bases`` another
    base address per provider; ``progress`` is called with the name of each connector before it is asked.
    A connector that fails is listed in ``failures`` and leaves the others alone.
    Raises ConnectorError ``connector_unknown`` for a name in ``sources`` that is nowhere.
    """
    picked = chosen(sources, connectors() if table is None else table)
    if fetcher is None:
        if cache_dir is None:
            raise ValueError("propose needs cache_dir or fetcher")
        with Fetcher(cache_dir, client=client, limits=limits, max_age=_REUSE) as made:
            return _propose(factset, picked, made, places, bases or {}, progress)
    return _propose(factset, picked, fetcher, places, bases or {}, progress)


def _propose(
    factset: "FactSet",
    picked: Iterable[Connector],
    fetcher: Fetcher,
    places: Iterable[str] | None,
    bases: Mapping[str, str],
    progress: "Callable[[str], None] | None",
) -> Proposal:
    known: dict[str, set[str]] = {}
    for fact in factset:
        for name, value in fact.keys:
            known.setdefault(name, set()).add(value)
    changes: list[Change] = []
    asked: list[Asked] = []
    failures: list[Failure] = []
    now = fetcher.now().astimezone(UTC)
    for connector in picked:
        if progress is not None:
            progress(connector.name)
        try:
            parameter = factset.parameters.get(connector.parameter)
            if parameter is None or parameter.keys != (connector.key,):
                raise ConnectorError("parameter_unknown", parameter=connector.parameter, name=connector.name)
            wanted = _wanted(parameter, known.get(connector.key), places)
            batch = fetch(connector, fetcher, places=wanted, base=bases.get(connector.provider, ""))
            found, told = _compare(factset, parameter, batch, now)
        except ConnectorError as error:
            failures.append(Failure(connector.name, error.code, error.params))
        else:
            changes += found
            asked.append(told)
    return Proposal(
        created_at=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        factset_digest=factset.digest,
        changes=tuple(changes),
        asked=tuple(asked),
        failures=tuple(failures),
    )


def _wanted(
    parameter: Parameter, known: set[str] | None, places: Iterable[str] | None
) -> frozenset[str] | None:
    """The places to ask for; where editions must not be blended always also those we know."""
    if places is None:
        return None if known is None else frozenset(known)
    return frozenset(places) | (known or set() if parameter.vintages else set())


def _compare(
    factset: "FactSet", parameter: Parameter, batch: Batch, now: datetime
) -> tuple[list[Change], Asked]:
    there: dict[Keys, list[Fact]] = {}
    for old in factset.find(parameter.name):
        if old.layer != "user" and old.value is not None:
            there.setdefault(old.keys, []).append(old)
    rows = [(fact, *_kind(there.get(fact.keys, []), parameter, fact)) for fact in batch.facts]
    moved = {group_of(fact, parameter) for fact, kind, _ in rows if kind not in _AT_REST}
    quiet = [kind for fact, kind, _ in rows if kind in _AT_REST and not _comes_along(fact, parameter, moved)]
    rows = [
        (fact, kind, old)
        for fact, kind, old in rows
        if kind not in _AT_REST or _comes_along(fact, parameter, moved)
    ]
    candidate = above(factset, (fact for fact, _, _ in rows))
    newest = {fact.keys: fact for fact, _, _ in sorted(rows, key=lambda row: _end(row[0]))}
    changes = [_judged(parameter, batch.connector, row, now.date()) for row in rows]
    for place, change in enumerate(changes):
        if newest[change.fact.keys] is change.fact and not _answers(candidate, change.fact, now.date()):
            changes[place] = replace(change, flags=(*change.flags, "overruled"))
    told = Asked(
        connector=batch.connector.name,
        parameter=parameter.name,
        updated=batch.updated,
        proposed=len(changes),
        unchanged=quiet.count("unchanged"),
        older=quiet.count("older"),
        missing=batch.missing,
        skipped=batch.skipped,
        raws=batch.raws,
    )
    return changes, told


def _comes_along(fact: Fact, parameter: Parameter, moved: set[Group | None]) -> bool:
    """Whether a record at rest must be accepted with the others of its edition."""
    group = group_of(fact, parameter)
    return group is not None and group in moved


def _answers(candidate: "FactSet", fact: Fact, today: date) -> bool:
    """Whether the record would be the answer today; when not, another one overrules it."""
    keys = dict(fact.keys)
    try:
        return candidate.get(fact.parameter, today, None, **keys).fact.id == fact.id
    except LookupError:
        return False


def _kind(there: list[Fact], parameter: Parameter, fact: Fact) -> tuple[str, Fact | None]:
    """What the record is beside the official records that are there for its key."""
    observed = [old for old in there if old.status != "assumption" and old.period]
    same = [old for old in observed if bounds(old.period) == bounds(fact.period)]
    if same:
        old = max(same, key=lambda one: (edition(one), LAYERS.index(one.layer)))
        if math.isclose(_value(fact, parameter), _value(old, parameter), rel_tol=_SAME, abs_tol=_SAME):
            return ("confirmed" if old.status == "unverified" else "unchanged"), old
        return ("older" if edition(fact)[0] < edition(old)[0] else "revised"), old
    if not observed:
        return "new", there[-1] if there else None
    old = max(observed, key=lambda one: (_end(one), edition(one)))
    return ("older" if _end(old) > _end(fact) else "newer"), old


def _judged(
    parameter: Parameter,
    connector: Connector,
    row: tuple[Fact, str, Fact | None],
    today: date,
) -> Change:
    fact, kind, old = row
    new_value = _value(fact, parameter)
    old_value = None if old is None else _value(old, parameter)
    relative = connector.jump_kind == "percent" and old_value != 0
    change = None
    if old_value is not None:
        change = new_value - old_value
        if relative:
            change = 100.0 * change / abs(old_value)
    group = group_of(fact, parameter)
    flags = []
    years = 1.0 if old is None else max(1.0, abs(months_between(_end(old), _end(fact))) / 12)
    if change is not None and kind != "new" and abs(change) > connector.jump * years:
        flags.append("jump")
    if not parameter.plausible_low <= new_value <= parameter.plausible_high:
        flags.append("outside_plausible_range")
    low, high = parameter.hard_low, parameter.hard_high
    if (low is not None and new_value < low) or (high is not None and new_value > high):
        flags.append("outside_hard_bounds")
    starts = bounds(fact.period)
    if starts is not None and starts[0] > today:
        flags.append("future_period")
    return Change(
        fact=fact,
        connector=connector.name,
        kind=kind,
        unit=parameter.unit,
        new_value=new_value,
        old_value=old_value,
        old_id=old.id if old else "",
        old_source=old.source_id if old else "",
        change=change,
        change_kind="percent" if relative else "difference",
        together=None if group is None else group[1],
        flags=tuple(flags),
    )


def _value(fact: Fact, parameter: Parameter) -> float:
    """The value in the canonical unit. Raises ConnectorError ``unit_unknown``."""
    assert fact.value is not None
    try:
        return fact.value * factor_in_period(fact.unit, parameter.unit, fact.period)
    except (UnitError, LookupError) as error:
        raise ConnectorError(
            "unit_unknown", parameter=parameter.name, unit=fact.unit, canonical=parameter.unit
        ) from error


def _end(fact: Fact) -> date:
    span = bounds(fact.period)
    return span[1] if span else date.min


def fact_from_plain(plain: Mapping[str, Any]) -> Fact:
    """A refreshed record from its plain form, each field checked. Raises ValueError or TypeError."""
    names = {field.name for field in fields(Fact)}
    if set(plain) != names:
        raise ValueError(f"fields {sorted(set(plain) ^ names)}")
    numbers = {name: plain[name] for name in ("value", "low", "high")}
    for name, value in numbers.items():
        fits = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= _LARGEST
        if value is not None and not fits:
            raise ValueError(f"{name} is {quoted(value, 40)}")
    keys = plain["keys"]
    texts = [value for name, value in plain.items() if name not in numbers and name != "keys"]
    if not isinstance(keys, dict) or not all(isinstance(one, str) for one in (*texts, *keys, *keys.values())):
        raise TypeError("a field that is no text")
    for name, allowed in (
        ("method", METHODS),
        ("status", STATUSES),
        ("ship", SHIPS),
        ("confidence", CONFIDENCES),
        ("range_kind", RANGE_KINDS),
        ("layer", ("refreshed",)),
    ):
        if plain[name] not in allowed:
            raise ValueError(f"{name} is {plain[name]!r}")
    bounds(plain["period"])
    return Fact(**{**plain, "keys": sorted_keys(keys)})


def _change(plain: Mapping[str, Any]) -> Change:
    given = {name: value for name, value in plain.items() if name != "id"}
    change = Change(**{**given, "fact": fact_from_plain(given["fact"]), "flags": tuple(given["flags"])})
    if change.id != plain["id"]:
        raise ValueError(f"id {plain['id']!r} is not that of the record")
    return change


def _asked(plain: Mapping[str, Any]) -> Asked:
    missing = tuple((str(key), str(period)) for key, period in plain["missing"])
    raws = tuple(Raw(**raw) for raw in plain["raws"])
    return Asked(**{**plain, "missing": missing, "skipped": tuple(plain["skipped"]), "raws": raws})
