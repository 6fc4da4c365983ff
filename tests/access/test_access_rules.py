"""Who may do what: the role table as a matrix, and what must hold for whatever is asked."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import thuishaven.access
from thuishaven.access import (
    Actor,
    Denied,
    Grant,
    NotFound,
    Object,
    allowed,
    decide,
    given_roles,
    local_actor,
    public_actor,
    require,
    role_table,
    wide_roles,
)

NOW = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
TABLE = Path(thuishaven.access.__file__).parent / "roles.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
ROLES = sorted({row["role"] for row in ROWS if not row["role"].startswith("link_")})
SCOPES = ["read", "comment", "fill"]
ACTIONS = sorted({row["action"] for row in ROWS})
KINDS = sorted({row["object"] for row in ROWS})
CLASSES = range(5)


def somebody(*roles: str) -> Actor:
    return Actor("person:p", NOW, "p", "ours", frozenset(roles))


def things(kind: str, confidentiality: int) -> dict[str, Object]:
    """One object of each standing towards the actor."""
    return {
        "own": Object(kind, "1", "ours", "q", confidentiality),
        "other": Object(kind, "2", "theirs", "q", confidentiality),
        "self": Object(kind, "3", "theirs", "p", confidentiality),
        "nobody": Object(kind, "4", "", "", confidentiality),
    }


@pytest.mark.parametrize("role", ROLES)
def test_the_table_alone_says_what_a_role_may(role: str) -> None:
    """Every role x action x kind x own, another's, about oneself, nobody's x class."""
    for action, kind, level in itertools.product(ACTIONS, KINDS, CLASSES):
        rows = [row for row in ROWS if (row["role"], row["action"], row["object"]) == (role, action, kind)]
        reach = {
            row["whose"]: int(row["highest_class"]) for row in rows if int(row["highest_class"]) >= level
        }
        expected = {
            "own": "any" in reach or "own" in reach,
            "other": "any" in reach,
            "self": "any" in reach or "self" in reach,
            "nobody": "any" in reach,
        }
        actual = {name: allowed(somebody(role), action, thing) for name, thing in things(kind, level).items()}
        assert expected == actual, (role, action, kind, level)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_share_reaches_one_object_and_ends(scope: str) -> None:
    grant = Grant("g", "dossier", "1", "theirs", scope, NOW + dt.timedelta(hours=1), "bom", 3)
    holder = public_actor(NOW).holding(grant)
    late = public_actor(grant.expires).holding(grant)
    meant = Object("dossier", "1", "theirs", confidentiality=3, part="bom.shell")
    others = [
        Object("dossier", "2", "theirs", confidentiality=3, part="bom"),
        Object("dossier", "1", "ours", confidentiality=3, part="bom"),
        Object("contact", "1", "theirs", confidentiality=3, part="bom"),
        Object("dossier", "1", "theirs", confidentiality=4, part="bom"),
    ]
    expected = {row["action"] for row in ROWS if row["role"] == f"link_{scope}"}
    assert expected == {action for action in ACTIONS if allowed(holder, action, meant)}
    assert not [action for action in ACTIONS if allowed(late, action, meant)]
    assert not [(action, thing) for action in ACTIONS for thing in others if allowed(holder, action, thing)]


@pytest.mark.parametrize(
    ("part", "expected"), [("bom.shell", True), ("bom", True), ("plans", False), ("", False)]
)
def test_who_may_fill_a_part_fills_no_other(part: str, expected: bool) -> None:
    grant = Grant("g", "dossier", "1", "theirs", "fill", NOW + dt.timedelta(hours=1), "bom", 3)
    thing = Object("dossier", "1", "theirs", confidentiality=3, part=part)
    assert expected == allowed(public_actor(NOW).holding(grant), "fill", thing)


WORDS = st.text(max_size=8) | st.sampled_from([*ACTIONS, *KINDS, *ROLES])


@given(WORDS, WORDS, st.frozensets(WORDS), st.integers(-1, 9))
def test_what_no_row_names_is_denied(action: str, kind: str, roles: frozenset[str], level: int) -> None:
    named = {(row["role"], row["action"], row["object"]) for row in ROWS}
    if any((role, action, kind) in named for role in roles):
        return
    for thing in things(kind, level).values():
        assert not allowed(somebody(*roles), action, thing)


@given(st.frozensets(st.sampled_from(ROLES)), st.sampled_from(ACTIONS), st.sampled_from(KINDS))
def test_a_key_never_does_more_than_its_person_or_its_scopes(
    roles: frozenset[str], action: str, kind: str
) -> None:
    person = somebody(*roles)
    key = Actor("key:k", NOW, "p", "ours", roles, scopes=frozenset({f"{action}:{kind}"}))
    for thing in things(kind, 1).values():
        assert allowed(person, action, thing) == allowed(key, action, thing)
        for other in ACTIONS:
            assert other == action or not allowed(key, other, thing)


@given(st.frozensets(st.sampled_from(ROLES)), st.sampled_from(ROLES), st.sampled_from(ACTIONS))
def test_another_role_takes_nothing_away(roles: frozenset[str], more: str, action: str) -> None:
    for kind in KINDS:
        for thing in things(kind, 2).values():
            assert allowed(somebody(*roles, more), action, thing) >= allowed(somebody(*roles), action, thing)


def test_dossiers_stay_inside_their_organisation() -> None:
    """Whatever role: no dossier of another organisation, unless it was shared."""
    for role, action, level in itertools.product(ROLES, ACTIONS, CLASSES):
        assert not allowed(somebody(role), action, Object("dossier", "1", "theirs", confidentiality=level))


@pytest.mark.parametrize(
    "role", ["administrator", "operator", "data_protection_officer", "researcher", "editor"]
)
def test_who_runs_or_studies_things_sees_no_dossier(role: str) -> None:
    dossier = Object("dossier", "1", "ours", confidentiality=3)
    assert not [action for action in ACTIONS if allowed(somebody(role), action, dossier)]


@pytest.mark.parametrize("kind", ["aggregate", "microdata"])
def test_nobody_checks_their_own_export(kind: str) -> None:
    checker = somebody("disclosure_checker", "researcher")
    assert allowed(checker, "approve", Object(kind, "1", confidentiality=1, author="q"))
    assert not allowed(checker, "approve", Object(kind, "1", confidentiality=1, author="p"))


def test_the_one_who_may_not_read_is_not_told_that_there_is_something() -> None:
    with pytest.raises(NotFound):
        require(somebody("adviser"), "update", Object("dossier", "1", "theirs", confidentiality=3))
    with pytest.raises(Denied):
        require(somebody("member"), "update", Object("organisation", "o", "ours", confidentiality=2))


def test_a_row_counts_from_its_day_on() -> None:
    early = local_actor("jan", dt.datetime(2026, 11, 21, 23, 59, tzinfo=dt.UTC))
    assert not decide(early, "backup", Object("databank")).allowed
    assert decide(local_actor("jan", NOW), "backup", Object("databank")).allowed


def test_every_role_of_the_method_stands_in_the_table() -> None:
    expected = {"researcher", "company_user", "adviser", "coder", "editor", "disclosure_checker"}
    expected |= {"data_protection_officer", "administrator", "operator"}
    assert expected == given_roles()
    assert not {"company_user", "adviser", "administrator"} & wide_roles()


def test_no_row_says_the_same_twice() -> None:
    keys = [(row.role, row.action, row.object, row.whose) for row in role_table()]
    assert len(keys) == len(set(keys))
