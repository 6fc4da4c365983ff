"""The one place that decides: the role table, and :func:`allowed`, which is a pure function over data.

Nothing is allowed unless a row of ``roles.csv`` allows it: an unknown role, action or object is denied.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache

from thuishaven.access.model import SCOPES, SECRET, Actor, Decision, Denied, Grant, NotFound, Object
from thuishaven.packaged import read_table

#: Roles that nobody is given: every visitor, every signed-in person and every member has them.
IMPLIED = frozenset({"public", "person", "member"})
_WHOSE = frozenset({"any", "own", "self", "granted"})
_NOTHING = Decision(False)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the role table.

    Parameters
    ----------
    role, action, object
        Who may do what with which kind of object.
    whose
        ``any``, ``own`` (of the organisation acted for), ``self`` (about the person) or ``granted``.
    highest_class
        The most confidential class that it reaches.
    unless
        ``author`` when whoever made the object may not.
    since, until
        First and last day on which it counts; no last day is ``None``.
    basis
        Where it comes from.
    """

    role: str
    action: str
    object: str
    whose: str
    highest_class: int
    unless: str
    since: dt.date
    until: dt.date | None
    basis: str


@cache
def role_table() -> tuple[Rule, ...]:
    """All rows of the role table, those of other times with them.

    Raises
    ------
    ValueError
        For a row that cannot be read.
    """
    rows = read_table("thuishaven.access", "roles.csv")
    return tuple(_rule(row) for row in rows)


def _rule(row: dict[str, str]) -> Rule:
    found = Rule(
        role=row["role"],
        action=row["action"],
        object=row["object"],
        whose=row["whose"],
        highest_class=int(row["highest_class"]),
        unless=row["unless"],
        since=dt.date.fromisoformat(row["since"]),
        until=dt.date.fromisoformat(row["until"]) if row["until"] else None,
        basis=row["basis"],
    )
    if found.whose not in _WHOSE or found.unless not in {"", "author"} or found.highest_class > SECRET:
        raise ValueError(f"roles.csv: {row}")
    return found


@cache
def _index() -> dict[tuple[str, str], tuple[Rule, ...]]:
    table: dict[tuple[str, str], tuple[Rule, ...]] = {}
    for rule in role_table():
        key = (rule.action, rule.object)
        table[key] = (*table.get(key, ()), rule)
    return table


@cache
def given_roles() -> frozenset[str]:
    """Roles that a person can be given in an organisation."""
    return frozenset(rule.role for rule in role_table() if rule.whose != "granted") - IMPLIED


@cache
def wide_roles() -> frozenset[str]:
    """Roles that reach beyond one organisation; only who runs the installation gives them.

    >>> sorted(wide_roles())
    ['coder', 'data_protection_officer', 'disclosure_checker', 'editor', 'operator', 'researcher']
    """
    return frozenset(rule.role for rule in role_table() if rule.whose == "any") & given_roles()


@cache
def known_scopes() -> frozenset[str]:
    """What an API key can be limited to: every ``action:object`` of the role table."""
    return frozenset(f"{rule.action}:{rule.object}" for rule in role_table())


def allowed(actor: Actor, action: str, thing: Object) -> bool:
    """Whether this actor may do this with this object: under pages, API, exports, search and terminal.

    >>> import datetime as dt
    >>> jan = Actor("person:1", dt.datetime(2027, 1, 1, tzinfo=dt.UTC), "1", "agency", frozenset({"adviser"}))
    >>> allowed(jan, "read", Object("dossier", "d", "agency", confidentiality=3))
    True
    >>> allowed(jan, "read", Object("dossier", "d", "other", confidentiality=3))
    False
    """
    return decide(actor, action, thing).allowed


def decide(actor: Actor, action: str, thing: Object) -> Decision:
    """Whether it is allowed, by which role and up to which class; the role that reaches farthest counts."""
    if actor.scopes is not None and f"{action}:{thing.kind}" not in actor.scopes:
        return _NOTHING
    best = _NOTHING
    for rule in _index().get((action, thing.kind), ()):
        if not _in_force(rule, actor.at) or (rule.unless == "author" and thing.author == actor.person != ""):
            continue
        reach = _reach(rule, actor, thing)
        if reach >= thing.confidentiality and reach > best.highest_class:
            best = Decision(True, rule.role, reach)
    return best


def require(actor: Actor, action: str, thing: Object) -> Decision:
    """The decision, when it is yes.

    Raises
    ------
    Denied
        When it is no, and the actor may know the object.
    NotFound
        When it is no, and reading the object is denied too: its existence is not given away.
    """
    found = decide(actor, action, thing)
    if found.allowed:
        return found
    if action not in {"read", "create", "list"} and thing.id and not decide(actor, "read", thing).allowed:
        raise NotFound("not_found", kind=thing.kind)
    if action == "read":
        raise NotFound("not_found", kind=thing.kind)
    raise Denied("denied", action=action, kind=thing.kind)


def _in_force(rule: Rule, at: dt.datetime) -> bool:
    return rule.since <= at.date() and (rule.until is None or at.date() <= rule.until)


def _reach(rule: Rule, actor: Actor, thing: Object) -> int:
    """The highest class that a row reaches for this actor and object; -1 when it says nothing of them."""
    if rule.whose == "granted":
        return max((_granted(rule, grant, actor, thing) for grant in actor.grants), default=-1)
    if rule.role not in actor.roles:
        return -1
    match rule.whose:
        case "any":
            meant = True
        case "own":
            meant = thing.organisation == actor.organisation != ""
        case _:
            meant = thing.person == actor.person != ""
    return rule.highest_class if meant else -1


def _granted(rule: Rule, grant: Grant, actor: Actor, thing: Object) -> int:
    """The highest class that a row reaches through one share."""
    meant = (grant.kind, grant.object, grant.organisation) == (thing.kind, thing.id, thing.organisation)
    in_time = actor.at < grant.expires
    if not meant or not in_time or grant.scope not in SCOPES or rule.role != f"link_{grant.scope}":
        return -1
    if rule.action == "fill" and not within(thing.part, grant.part):
        return -1
    return min(rule.highest_class, grant.highest_class)


#: A space between two places.
_BETWEEN = re.compile(r"(?<!\\) +")


def within(place: str, part: str) -> bool:
    """Whether a place in a dossier lies in a part of it: one or more places, with spaces between them.

    The empty part is all of it. A space of a key is escaped and stands between no places.

    >>> within("bom.shell.price", "bom"), within("bommen", "bom"), within("", "bom"), within("bom", "")
    (True, False, False, True)
    >>> within("demand.growth", "product demand")
    True
    """
    return not part or any(place == one or place.startswith(f"{one}.") for one in _BETWEEN.split(part) if one)
