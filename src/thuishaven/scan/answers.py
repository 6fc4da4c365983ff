"""What was answered: read from a mapping as a person or a program writes it, with clear complaints."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from thuishaven.dossier import Dossier, DossierError, Problem
from thuishaven.locale import LANGUAGES, _, use
from thuishaven.scan.tables import UNKNOWN, Gate, Question, criteria, gates, questions

#: What is told about the product for the dossier; none of it is ranked.
ABOUT = (
    "name",
    "home",
    "source_country",
    "cn",
    "units_per_year",
    "unit_price",
    "currency",
    "nearshore_country",
    "friendshore_country",
)
_PARTS = ("answers", "order", "weights", "about")
_EXAMPLE = "C1: 4"


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to a scan.

    Parameters
    ----------
    given
        Code of each answer by id of its gate or question; one that is absent or ``"unknown"`` is not known.
    order
        Criteria from the most to the least important, in groups that tie; empty when none was given.
    weights
        Weight of each criterion; empty when none was given.
    about
        What is told about the product, for the dossier.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    order: tuple[tuple[str, ...], ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)

    def code(self, identity: str) -> str:
        """The answer to a gate or question; ``"unknown"`` where there is none."""
        return self.given.get(identity, UNKNOWN)

    def known(self, identity: str) -> bool:
        """Whether a gate or question has an answer that says something."""
        return self.code(identity) != UNKNOWN

    def point(self, question: Question) -> float | None:
        """The answer to a question from -1 to +1; ``None`` when it is not known."""
        code = self.code(question.id)
        return None if code == UNKNOWN else question.points[question.codes.index(code)]

    def unknown(self) -> tuple[str, ...]:
        """The questions, not the gates, without an answer, in their own order."""
        return tuple(name for name in questions() if not self.known(name))

    def with_answer(self, identity: str, code: str) -> Answers:
        """The same with one answer changed."""
        return replace(self, given=MappingProxyType({**self.given, identity: code}))

    def to_dict(self) -> dict[str, Any]:
        """Plain form, which :func:`read` reads back."""
        found: dict[str, Any] = {
            "answers": {name: self.given[name] for name in (*gates(), *questions()) if name in self.given}
        }
        if self.order:
            found["order"] = [list(group) for group in self.order]
        if self.weights:
            found["weights"] = dict(self.weights)
        if self.about:
            found["about"] = {name: self.about[name] for name in ABOUT if name in self.about}
        return found


def read(raw: Any) -> Answers:
    """Read answers.

    Parameters
    ----------
    raw
        A mapping ``{"answers": {"G1": "supplier", "C1": 4, ...}, "order": [...], "weights": {...}, "about":
        {...}}`` of which every part may be absent; the answers alone, ``{"C1": 4, ...}``; a dossier, whose
        part ``scan`` is read; or :class:`Answers`. An answer is its place from 1, its code, or its text
        in one of the languages; ``"unknown"`` or nothing where it is not known.

    Raises
    ------
    DossierError
        With every problem: which question, what was expected, an example.
    """
    if isinstance(raw, Answers):
        return raw
    if isinstance(raw, Dossier):
        raw = raw.scan
    if raw is None:
        raw = {}
    if not isinstance(raw, Mapping):
        raise DossierError([_odd("answers", raw, "{G1: supplier, C1: 4}", _EXAMPLE)])
    parts = {name: raw[name] for name in _PARTS if name in raw}
    loose = {name: value for name, value in raw.items() if name not in _PARTS}
    inner = parts.get("answers")
    problems: list[Problem] = []
    if inner is not None and not isinstance(inner, Mapping):
        raise DossierError([_odd("answers", inner, "{G1: supplier, C1: 4}", _EXAMPLE)])
    given: dict[str, str] = {}
    for name, value in {**loose, **(inner or {})}.items():
        try:
            identity = _identity(name)
            code = _code(identity, value)
        except _Wrong as wrong:
            problems.append(wrong.problem)
            continue
        if code is not None:
            given[identity] = code
    order = _collect(problems, _order, parts.get("order")) or ()
    weights = _collect(problems, _weights, parts.get("weights")) or {}
    about = _collect(problems, _about, parts.get("about")) or {}
    if order and weights:
        problems.append(_odd("weights", "order + weights", "order", "order: [C, Q, T]"))
    if problems:
        raise DossierError(problems)
    proxy = MappingProxyType
    return Answers(proxy(given), order, proxy(dict(weights)), proxy(dict(about)))


class _Wrong(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def _collect(problems: list[Problem], reader: Any, value: Any) -> Any:
    if value is None:
        return None
    try:
        return reader(value)
    except _Wrong as wrong:
        problems.append(wrong.problem)
        return None


def _odd(where: str, value: Any, expected: str, example: str) -> Problem:
    return Problem("wrong_type", where, {"value": f"{value!s:.40}", "expected": expected, "example": example})


def _identity(name: Any) -> str:
    known = [*gates(), *questions()]
    word = str(name).strip().upper()
    if word in known:
        return word
    close = get_close_matches(word, known, n=1, cutoff=0.0)
    raise _Wrong(Problem("unknown_field", f"{name!s:.40}", {"value": f"{name!s:.40}", "example": close[0]}))


def _code(identity: str, value: Any) -> str | None:
    """The code of an answer; ``None`` when it was left empty."""
    asked: Gate | Question = gates().get(identity) or questions()[identity]
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        # YAML of old reads yes and no as truth values.
        value = "yes" if value else "no"
    if isinstance(value, int | float):
        place = int(value)
        if place == value and 1 <= place <= len(asked.answers):
            return asked.codes[place - 1]
        raise _Wrong(_choice(asked, value))
    word = _blanks(str(value))
    if not word:
        return None
    if word.casefold() in _not_known():
        return UNKNOWN
    if word.isdecimal():
        return _code(identity, int(word))
    if word.lower() in asked.codes:
        return word.lower()
    for language in LANGUAGES:
        with use(language):
            texts = [_blanks(_(answer.text_en)).casefold() for answer in asked.answers]
        if word.casefold() in texts:
            return asked.codes[texts.index(word.casefold())]
    raise _Wrong(_choice(asked, value))


def _not_known() -> set[str]:
    found = {UNKNOWN, "?"}
    for language in LANGUAGES:
        with use(language):
            found.add(_blanks(_("I don't know")).casefold())
    return found


def _blanks(text: str) -> str:
    """A text with plain single blanks: a narrow one, as French has before its signs, is nobody's to type."""
    return " ".join(text.split())


def _choice(asked: Gate | Question, value: Any) -> Problem:
    places = f"1 - {len(asked.answers)}"
    known = places if isinstance(asked, Question) else ", ".join(asked.codes)
    return Problem(
        "unknown_choice",
        asked.id,
        {
            "value": f"{value!s:.40}",
            "expected": f"{known}, {UNKNOWN}",
            "example": f"{asked.id}: {asked.codes[-1]}",
        },
    )


def _criterion(name: Any) -> str:
    word = str(name).strip()
    for identity, criterion in criteria().items():
        if word.upper() == identity or word.casefold() == criterion.name_en.casefold():
            return identity
    expected = ", ".join(criteria())
    raise _Wrong(
        Problem("unknown_choice", "order", {"value": word[:40], "expected": expected, "example": "C"})
    )


def _order(raw: Any) -> tuple[tuple[str, ...], ...]:
    if isinstance(raw, str):
        raw = raw.replace(",", " ").split()
    if not isinstance(raw, Sequence):
        raise _Wrong(_odd("order", raw, "[C, Q, T]", "order: [C, Q, T]"))
    groups = []
    for item in raw:
        many = isinstance(item, Sequence) and not isinstance(item, str)
        groups.append(tuple(_criterion(name) for name in (item if many else [item])))
    named = [name for group in groups for name in group]
    for name in named:
        if named.count(name) > 1:
            raise _Wrong(Problem("duplicate", "order", {"value": name, "example": "order: [C, Q, T]"}))
    rest = tuple(name for name in criteria() if name not in named)
    if not named:
        return ()
    return tuple(groups) + ((rest,) if rest else ())


def _weights(raw: Any) -> dict[str, float]:
    example = "weights: {" + ", ".join(f"{name}: 1" for name in criteria()) + "}"
    if not isinstance(raw, Mapping):
        raise _Wrong(_odd("weights", raw, "{C: 30, Q: 20, ...}", example))
    found: dict[str, float] = {}
    for name, value in raw.items():
        key = _criterion(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            problem = {"value": f"{value!s:.40}", "expected": "0 - 100", "example": "30"}
            raise _Wrong(Problem("not_a_number", f"weights.{key}", problem))
        if value < 0:
            raise _Wrong(Problem("negative", f"weights.{key}", {"value": value, "example": "30"}))
        found[key] = float(value)
    for name in criteria():
        if name not in found:
            raise _Wrong(Problem("missing", f"weights.{name}", {"example": example}))
    if not any(found.values()):
        raise _Wrong(_odd("weights", 0, "> 0", example))
    return {name: found[name] for name in criteria()}


def _about(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise _Wrong(_odd("about", raw, "{name: ..., home: BEL}", "about: {name: Plantenpot, home: NLD}"))
    for name in raw:
        if name not in ABOUT:
            close = get_close_matches(str(name), ABOUT, n=1, cutoff=0.0)
            problem = {"value": f"{name!s:.40}", "example": close[0]}
            raise _Wrong(Problem("unknown_field", f"about.{name!s:.40}", problem))
    for name in ("home", "source_country", "nearshore_country", "friendshore_country"):
        if name in raw:
            _country(f"about.{name}", raw[name])
    return {name: value for name, value in _plain(raw).items() if value is not None}


def _country(where: str, raw: Any) -> None:
    from thuishaven.facts import countries

    if raw is not None and str(raw) not in countries():
        close = get_close_matches(str(raw).upper(), list(countries()), n=1, cutoff=0.0)
        problem = {"value": f"{raw!s:.40}", "example": close[0]}
        raise _Wrong(Problem("unknown_country", where, problem))


def _plain(raw: Any) -> Any:
    """Mappings and numbers as Python has them, free of the types of a YAML reader."""
    if isinstance(raw, Mapping):
        return {str(key): _plain(value) for key, value in raw.items()}
    if isinstance(raw, bool) or raw is None:
        return raw
    if isinstance(raw, int):
        return int(raw)
    if isinstance(raw, float):
        return float(raw)
    return str(raw)


def differences(before: Answers, after: Answers) -> Iterator[tuple[str, str, str]]:
    """Id, answer before and answer after of each gate or question that was answered otherwise."""
    for name in (*gates(), *questions()):
        if before.code(name) != after.code(name):
            yield name, before.code(name), after.code(name)
