"""Duplicates: likely pairs are proposed, a person judges, and the judgement is kept and can be changed.

A pair is two organisations. Whether two cases of one company are the same case is another question, with
judgements of its own. Nothing is merged: both ids stay, :meth:`Matches.same` says what belongs together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from thuishaven.access import (
    AccessError,
    Actor,
    NotFound,
    Object,
    Store,
    canonical,
    fingerprint,
    read_moment,
    require,
)
from thuishaven.databank.cases.days import first_day, last_day
from thuishaven.databank.cases.names import spellings
from thuishaven.databank.cases.progress import limit
from thuishaven.databank.cases.register import WORK, person_of
from thuishaven.databank.cases.tables import CASE, CLAIM, JUDGEMENT, ORGANISATION
from thuishaven.databank.cases.vocabulary import VERDICTS

#: The score of pairs with an equal registered number.
CERTAIN = 100.0
_NUMBERS = ("kbo", "kvk", "lei")
#: Up to this many names every pair is compared; beyond it, pairs that share a word which is not common.
_ALL_PAIRS = 2**11
_COMMON = 2**6
KINDS = ("company", "case")
#: A judgement that was taken back: the pair waits again.
_TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation that may be another one: its id, name, and registered numbers (kbo, kvk, lei)."""

    id: str
    name: str
    numbers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Match:
    """A likely pair: ``score`` of 100, ``basis`` is name or number; ``one`` is the lower id."""

    one: str
    other: str
    score: float
    basis: str
    names: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person made of a pair: same, different or unsure."""

    id: str
    kind: str
    one: str
    other: str
    verdict: str
    reason: str
    score: float
    judge: str
    at: dt.datetime


def likeness(one: str, other: str) -> float:
    """How much two company names are alike, 0 to 100, over all ways of writing them.

    The higher of rapidfuzz's ``token_set_ratio`` and ``WRatio``, on names without their legal form.

    >>> likeness("Märklin GmbH", "Maerklin"), likeness("Märklin", "Marklin")
    (100.0, 100.0)
    """
    from rapidfuzz import fuzz

    return max(
        max(fuzz.token_set_ratio(left, right), fuzz.WRatio(left, right))
        for left in spellings(one)
        for right in spellings(other)
    )


def alike(parties: Sequence[Party], least: float | None = None) -> tuple[Match, ...]:
    """Likely pairs, the likeliest first.

    Parameters
    ----------
    parties
        The organisations, by company name only: brands and groups add false pairs.
    least
        Lowest score; by default the limit of ``case_limits.csv``. An equal number scores 100.
    """
    bound = limit("match_score") if least is None else least
    found: dict[tuple[str, str], Match] = {}
    for left, right in (*_numbered(parties), *_pairs(parties)):
        one, other = sorted((left, right), key=lambda party: party.id)
        if (one.id, other.id) in found:
            continue
        number = any(
            one.numbers.get(name) and one.numbers[name] == other.numbers.get(name) for name in _NUMBERS
        )
        score = CERTAIN if number else likeness(one.name, other.name)
        if score >= bound:
            basis = "number" if number else "name"
            found[one.id, other.id] = Match(one.id, other.id, score, basis, (one.name, other.name))
    return tuple(sorted(found.values(), key=lambda match: (-match.score, match.one, match.other)))


def _numbered(parties: Sequence[Party]) -> list[tuple[Party, Party]]:
    groups: dict[tuple[str, str], list[Party]] = {}
    for party in parties:
        for name in _NUMBERS:
            if party.numbers.get(name):
                groups.setdefault((name, party.numbers[name]), []).append(party)
    return [(one, other) for group in groups.values() for one, other in _each(group)]


def _each(group: Sequence[Party]) -> Iterable[tuple[Party, Party]]:
    return ((one, other) for place, one in enumerate(group) for other in group[place + 1 :])


def _pairs(parties: Sequence[Party]) -> Iterable[tuple[Party, Party]]:
    if len(parties) <= _ALL_PAIRS:
        return _each(parties)
    groups: dict[str, list[Party]] = {}
    for party in parties:
        for word in {word for name in spellings(party.name) for word in name.split()}:
            groups.setdefault(word, []).append(party)
    return [pair for group in groups.values() if len(group) <= _COMMON for pair in _each(group)]


def near(one: Mapping[str, str], other: Mapping[str, str], months: float | None = None) -> bool:
    """Whether two cases may be one under two names: same destination and division, announced close together.

    Parameters
    ----------
    one, other
        ``to``, ``nace`` and ``announced`` of each; an empty one matches nothing.
    months
        How close; by default the limit of ``case_limits.csv``.

    >>> tuna = {"to": "ITA", "nace": "C10", "announced": "2019"}
    >>> near(tuna, tuna | {"announced": "2020-03"}), near(tuna, tuna | {"to": "FRA"})
    (True, False)
    """
    if not all(one.get(name) and other.get(name) for name in ("to", "nace", "announced")):
        return False
    if one["to"] != other["to"] or one["nace"].partition(".")[0] != other["nace"].partition(".")[0]:
        return False
    early, late = sorted((one["announced"], other["announced"]), key=last_day)
    gap = (first_day(late) - last_day(early)).days
    return gap <= (limit("match_months") if months is None else months) * 365.25 / 12


class Matches:
    """The judgements on duplicates of one installation.

    Parameters
    ----------
    store
        The public database.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def waiting(self, actor: Actor, organisation: str = "") -> tuple[Match, ...]:
        """Likely pairs of organisations that nobody has judged, or whose names or numbers changed since.

        Parameters
        ----------
        actor
            A coder or an editor.
        organisation
            Only pairs with this one.
        """
        require(actor, "list", Object("case_work", confidentiality=WORK))
        with self.store.read(actor) as connection:
            return unjudged(connection, organisation)

    def near(self, actor: Actor, case: str) -> tuple[str, ...]:
        """Other cases that may be this one under another name; see :func:`near`."""
        require(actor, "list", Object("case_work", confidentiality=WORK))
        with self.store.read(actor) as connection:
            mine = _place(connection, CLAIM.c.case == case).get(case, {})
            if not mine.get("nace"):
                return ()
            same = sa.select(CLAIM.c.case).where(
                CLAIM.c.field == "move.nace",
                CLAIM.c.value.startswith(mine["nace"].partition(".")[0], autoescape=True),
            )
            others = _place(connection, CLAIM.c.case.in_(same))
        return tuple(sorted(name for name, one in others.items() if name != case and near(mine, one)))

    def cases(self, actor: Actor, organisation: str) -> tuple[str, ...]:
        """The cases of an organisation, the oldest first."""
        require(actor, "list", Object("case_work", confidentiality=WORK))
        wanted = sa.select(CASE.c.id).where(CASE.c.organisation == organisation).order_by(CASE.c.number)
        with self.store.read(actor) as connection:
            return tuple(connection.execute(wanted).scalars())

    def judge(self, actor: Actor, kind: str, one: str, other: str, verdict: str, reason: str) -> None:
        """Say of a pair whether it is the same; judging again changes it, and both judgements are kept.

        Parameters
        ----------
        actor
            A coder or an editor.
        kind
            ``company`` for two organisations, ``case`` for two cases.
        one, other
            Their ids.
        verdict
            ``same``, ``different`` or ``unsure``.
        reason
            Why.
        """
        if kind not in KINDS or verdict not in VERDICTS or one == other:
            raise AccessError("wrong_value", field="verdict", value=verdict, expected=", ".join(VERDICTS))
        self._judged(actor, kind, one, other, verdict, reason)

    def take_back(self, actor: Actor, kind: str, one: str, other: str, reason: str) -> None:
        """Take a judgement back: the pair waits again, and what was judged is kept.

        Raises
        ------
        AccessError
            ``reason_needed``.
        NotFound
            When nobody judged this pair, or it was taken back already.
        """
        pair = tuple(sorted((one, other)))
        if pair not in {(found.one, found.other) for found in self.judgements(actor, kind)}:
            raise NotFound("not_found", kind="match")
        self._judged(actor, kind, one, other, _TAKEN_BACK, reason)

    def _judged(self, actor: Actor, kind: str, one: str, other: str, verdict: str, reason: str) -> None:
        if not reason.strip():
            raise AccessError("reason_needed")
        with self.store.change(actor) as change:
            decision = require(actor, "update", Object("case_work", confidentiality=WORK))
            first, second = sorted((one, other))
            parties = [_party(change.connection, kind, name) for name in (first, second)]
            made = change.run(sa.select(sa.func.count()).select_from(JUDGEMENT)).scalar_one()
            values: dict[str, Any] = {
                # In the order in which they were made, also within one moment.
                "id": f"{made + 1:012}",
                "kind": kind,
                "one": first,
                "other": second,
                "verdict": verdict,
            }
            values |= {"reason": reason.strip(), "judge": person_of(actor), "at": change.now}
            values |= {"score": likeness(*(party.name for party in parties)), "names": _names(*parties)}
            change.run(sa.insert(JUDGEMENT).values(**values))
            change.log(
                "judge",
                "match",
                values["id"],
                decision=decision,
                reason=reason.strip(),
                details={"kind": kind, "one": first, "other": second, "verdict": verdict},
            )

    def judgements(self, actor: Actor, kind: str = "company") -> tuple[Judgement, ...]:
        """The judgements in force, one for each pair, newest first."""
        require(actor, "list", Object("case_work", confidentiality=WORK))
        with self.store.read(actor) as connection:
            rows = _latest(connection, kind).values()
        found = [
            Judgement(
                **{name: getattr(row, name) for name in Judgement.__slots__ if name != "at"},
                at=read_moment(row.at),
            )
            for row in rows
        ]
        return tuple(sorted(found, key=lambda one: one.id, reverse=True))

    def same(self, actor: Actor, kind: str = "company") -> Mapping[str, str]:
        """Which id stands for each that was judged the same as another: the lowest of them."""
        return together(one for one in self.judgements(actor, kind) if one.verdict == "same")


def together(pairs: Iterable[Judgement]) -> dict[str, str]:
    """The lowest id of each group that pairs tie together."""
    leader: dict[str, str] = {}

    def first(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    for pair in pairs:
        low, high = sorted((first(pair.one), first(pair.other)))
        leader[high] = low
    return {name: first(name) for name in leader}


def unjudged(connection: sa.Connection, organisation: str = "") -> tuple[Match, ...]:
    """Likely pairs without a judgement that still holds, of one organisation or of all."""
    gone = sa.select(CASE.c.organisation).where(CASE.c.state != "rejected")
    wanted = sa.select(ORGANISATION).where(ORGANISATION.c.id.in_(gone))
    parties = {row.id: _as_party(row) for row in connection.execute(wanted)}
    judged = _latest(connection, "company")
    if organisation:
        mine = parties.get(organisation)
        pairs = _of_one(mine, parties.values()) if mine else ()
    else:
        pairs = alike(list(parties.values()))
    return tuple(
        match
        for match in pairs
        if (match.one, match.other) not in judged
        or judged[match.one, match.other].names != _names(parties[match.one], parties[match.other])
    )


def _of_one(mine: Party, parties: Iterable[Party]) -> tuple[Match, ...]:
    found = [match for one in parties if one.id != mine.id for match in alike((mine, one))]
    return tuple(sorted(found, key=lambda match: (-match.score, match.one, match.other)))


def _latest(connection: sa.Connection, kind: str) -> dict[tuple[str, str], Any]:
    wanted = sa.select(JUDGEMENT).where(JUDGEMENT.c.kind == kind).order_by(JUDGEMENT.c.id)
    latest = {(row.one, row.other): row for row in connection.execute(wanted)}
    return {pair: row for pair, row in latest.items() if row.verdict != _TAKEN_BACK}


def _as_party(row: Any) -> Party:
    return Party(row.id, row.name, {name: getattr(row, name) for name in _NUMBERS})


def _party(connection: sa.Connection, kind: str, name: str) -> Party:
    wanted = sa.select(ORGANISATION)
    if kind == "case":
        wanted = wanted.join(CASE, CASE.c.organisation == ORGANISATION.c.id).where(CASE.c.id == name)
    else:
        wanted = wanted.where(ORGANISATION.c.id == name)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise NotFound("not_found", kind=kind)
    return _as_party(row)


def _names(one: Party, other: Party) -> str:
    """Fingerprint of what a judgement looked at."""
    return fingerprint(canonical([[party.name, dict(party.numbers)] for party in (one, other)]))


def _place(connection: sa.Connection, some: sa.ColumnElement[bool]) -> dict[str, dict[str, str]]:
    """Destination, sector and announcement of cases, as first claimed."""
    fields = {"move.to_country": "to", "move.nace": "nace"}
    wanted = sa.select(CLAIM.c.case, CLAIM.c.field, CLAIM.c.value, CLAIM.c.valid_from).where(
        some, CLAIM.c.field.in_([*fields, "status"])
    )
    found: dict[str, dict[str, str]] = {}
    for row in connection.execute(wanted.order_by(CLAIM.c.id)):
        one = found.setdefault(row.case, {})
        if row.field == "status":
            if row.value == "announced" and row.valid_from:
                one.setdefault("announced", row.valid_from)
        else:
            one.setdefault(fields[row.field], row.value)
    return found
