"""What the dossier says about weights and measures: read, checked, and laid over the profile of a role."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from thuishaven.advice.tables import Weights, criteria, roles
from thuishaven.dossier import Dossier, DossierError, Problem, numeral

#: What may stand under ``preferences``.
PARTS = ("role", "weights", "order", "measures", "reason")
#: The role of weights that the dossier itself gives.
OWN = "own"
_WHERE = "preferences"
_EXAMPLE = "preferences: {order: [cost, quality, market]}"
_MOST = 3


@dataclass(frozen=True, slots=True)
class Told:
    """A measure of a plan that the dossier gives: its ends in the unit of the criterion, and the evidence."""

    low: float
    high: float
    evidence: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the dossier prefers.

    Parameters
    ----------
    weights
        The weights in use.
    measures
        By plan and criterion, what the dossier tells itself.
    """

    weights: Weights
    measures: Mapping[tuple[str, str], Told] = field(default_factory=dict)


def read(dossier: Dossier, role: str | None = None) -> Preferences:
    """The weights in use, and the measures that the dossier tells.

    Parameters
    ----------
    dossier
        Its part ``preferences`` may name a ``role``, an ``order`` of criteria (a list in the list is a tie),
        ``weights`` by criterion, and ``measures`` by plan and criterion: a number, or ``{low, high, evidence,
        source}``. Criteria that an order leaves out come last, as a tie. Weights of all criteria may have any
        sum; weights of some are shares of 1, and the others keep the proportions of the role.
    role
        Use the profile of this role and leave the dossier's weights aside.

    Raises
    ------
    DossierError
        With every problem: an unknown criterion or role, a weight below zero, a plan that is not there.
    """
    raw = dossier.preferences
    problems: list[Problem] = []
    for name in raw:
        if name not in PARTS:
            problems.append(_unknown(f"{_WHERE}.{name}", str(name), PARTS))
    named = _role(role if role is not None else raw.get("role", next(iter(roles()))), problems)
    order = _order(raw.get("order"), problems)
    stated = _weights(raw.get("weights"), named, problems)
    if raw.get("order") is not None and raw.get("weights") is not None:
        problems.append(_odd("weights", "order + weights", "order", _EXAMPLE))
    measures = _measures(raw.get("measures"), [plan.id for plan in dossier.plans], problems)
    if problems:
        raise DossierError(problems)
    weights = named
    if role is None and (order or stated):
        reason = str(raw.get("reason", ""))
        weights = Weights(
            role=OWN,
            order=order if not stated else (),
            stated=stated,
            author=dossier.company.name,
            date=dossier.as_of.isoformat(),
            status="user",
            reason={"nl": reason, "en": reason, "fr": reason} if reason else {},
        )
    return Preferences(weights, measures)


def profile(role: str) -> Weights:
    """The weights of a role.

    Raises
    ------
    DossierError
        For a role that is not there.
    """
    problems: list[Problem] = []
    found = _role(role, problems)
    if problems:
        raise DossierError(problems)
    return found


def _role(name: Any, problems: list[Problem]) -> Weights:
    known = roles()
    if name in known:
        return known[name]
    params = {"value": f"{name!s:.40}", "expected": ", ".join(known), "example": f"role: {next(iter(known))}"}
    problems.append(Problem("unknown_choice", f"{_WHERE}.role", params))
    return next(iter(known.values()))


def _order(raw: Any, problems: list[Problem]) -> tuple[tuple[str, ...], ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list | tuple) or not raw:
        problems.append(_odd("order", raw, "[cost, quality]", _EXAMPLE))
        return ()
    groups: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for item in raw:
        group = item if isinstance(item, list | tuple) else [item]
        names = []
        for name in group:
            if name not in criteria():
                problems.append(_unknown(f"{_WHERE}.order", str(name), criteria()))
            elif name in seen:
                problems.append(
                    Problem("duplicate", f"{_WHERE}.order", {"value": name, "example": "order: [cost, risk]"})
                )
            else:
                seen.add(name)
                names.append(name)
        if names:
            groups.append(tuple(names))
    rest = tuple(name for name in criteria() if name not in seen)
    return (*groups, rest) if rest else tuple(groups)


def _weights(raw: Any, base: Weights, problems: list[Problem]) -> dict[str, float]:
    if raw is None:
        return {}
    if not isinstance(raw, Mapping) or not raw:
        problems.append(_odd("weights", raw, "{cost: 0.5, risk: 0.2}", "weights: {cost: 0.5}"))
        return {}
    given: dict[str, float] = {}
    for name, value in raw.items():
        where = f"{_WHERE}.weights.{name}"
        if name not in criteria():
            problems.append(_unknown(where, str(name), criteria()))
            continue
        number = _number(value, where, problems, "0.4")
        if number is None:
            continue
        if number < 0:
            problems.append(Problem("negative", where, {"value": value, "example": f"{name}: 0.4"}))
            continue
        given[str(name)] = number
    if problems:
        return {}
    whole = sum(given.values())
    if len(given) == len(criteria()):
        if whole <= 0:
            problems.append(_odd("weights", 0, "> 0", "weights: {cost: 0.5}"))
            return {}
        return {name: given[name] / whole for name in criteria()}
    others = {name: weight for name, weight in base.mean().items() if name not in given}
    if whole > 1 + math.ulp(1):
        params = {"value": whole, "upper": 1, "example": "weights: {cost: 0.5, risk: 0.2}"}
        problems.append(Problem("too_high", f"{_WHERE}.weights", params))
        return {}
    share = (1 - whole) / sum(others.values())
    found = given | {name: weight * share for name, weight in others.items()}
    return {name: found[name] for name in criteria()}


def _measures(raw: Any, plans: list[str], problems: list[Problem]) -> dict[tuple[str, str], Told]:
    if raw is None:
        return {}
    example = f"measures: {{{plans[-1]}: {{feasibility: 3}}}}"
    if not isinstance(raw, Mapping):
        problems.append(_odd("measures", raw, example, example))
        return {}
    found = {}
    for plan, told in raw.items():
        where = f"{_WHERE}.measures.{plan}"
        if plan not in plans:
            problems.append(_unknown(where, str(plan), plans))
            continue
        if not isinstance(told, Mapping):
            problems.append(_odd(f"measures.{plan}", told, "{feasibility: 3}", example))
            continue
        for name, value in told.items():
            if name not in criteria():
                problems.append(_unknown(f"{where}.{name}", str(name), criteria()))
                continue
            one = _told(value, f"{where}.{name}", str(name), problems)
            if one is not None:
                found[str(plan), str(name)] = one
    return found


def _told(raw: Any, where: str, criterion: str, problems: list[Problem]) -> Told | None:
    row: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {"low": raw, "high": raw}
    scale = criteria()[criterion]
    if "value" in row:
        row = {"low": row["value"], "high": row["value"], **row}
    example = f"{{low: {scale.lowest:g}, high: {scale.highest:g}}}"
    allowed = ("low", "high", "value", "evidence", "source")
    for key in row:
        if key not in allowed:
            problems.append(_unknown(f"{where}.{key}", str(key), allowed))
            return None
    ends = [_number(row.get(end), f"{where}.{end}", problems, example) for end in ("low", "high")]
    low, high = ends
    if low is None or high is None:
        return None
    if low > high:
        params = {"first": "low", "first_value": low, "second": "high", "second_value": high}
        problems.append(Problem("wrong_order", where, params | {"example": example}))
        return None
    for end, code, limit in ((low, "too_low", "lower"), (high, "too_high", "upper")):
        least, most = scale.lowest, scale.highest
        if (code == "too_low" and end < least) or (code == "too_high" and end > most):
            params = {"value": end, limit: least if code == "too_low" else most, "example": example}
            problems.append(Problem(code, where, params))
            return None
    level = row.get("evidence", 1 if row.get("source") else 0)
    if level not in range(_MOST + 1):
        params = {"value": f"{level!s:.40}", "expected": "0, 1, 2, 3", "example": "evidence: 1"}
        problems.append(Problem("unknown_choice", f"{where}.evidence", params))
        return None
    return Told(low, high, int(level), str(row.get("source", "")))


def _number(value: Any, where: str, problems: list[Problem], example: str) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        asked = numeral(value[:40]) if isinstance(value, str) else value
        if isinstance(asked, Problem) and asked.code == "ambiguous_number":
            problems.append(Problem(asked.code, where, asked.params))
            return None
        params = {"value": f"{value!s:.40}", "expected": "0.4", "example": example}
        problems.append(Problem("not_a_number", where, params))
        return None
    return float(value)


def _unknown(where: str, value: str, known: Iterable[str]) -> Problem:
    names = list(known)
    close = get_close_matches(value, names, n=1, cutoff=0.0)
    return Problem("unknown_field", where, {"value": value[:40], "example": (close or names)[0]})


def _odd(where: str, value: Any, expected: str, example: str) -> Problem:
    params = {"value": f"{value!s:.40}", "expected": expected, "example": example}
    return Problem("wrong_type", f"{_WHERE}.{where}", params)
