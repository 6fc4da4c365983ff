"""Why this advice, what would change it, and what to find out first."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from thuishaven.scan.answers import Answers
from thuishaven.scan.scoring import (
    FloatArray,
    Scores,
    added,
    effects_of,
    first_shares,
    possible,
    worlds,
)
from thuishaven.scan.tables import (
    STAY,
    Question,
    criteria,
    gates,
    method,
    questions,
    ranked,
    shifts,
    strategies,
)

#: The gate that decides whether the scan has an answer at all; its answers are not tried.
SOLD_THERE = "G2"
SETTLED = ("G1", SOLD_THERE)


@dataclass(frozen=True, slots=True)
class Reason:
    """What one answer adds to one strategy against another, on average: a reason for or, below 0, against."""

    question: str
    answer: str
    size: float


@dataclass(frozen=True, slots=True)
class Flip:
    """Answers that would put another strategy first.

    Parameters
    ----------
    changes
        Gate or question, answer now, answer then.
    distance
        Steps between the answers; a question that is not known is as far off as its middle answer.
    first
        The strategy that would lead: the best of the direction that comes first.
    share
        The share of first places of that direction.
    group_changes
        Whether it is another direction, rather than another form of the same.
    """

    changes: tuple[tuple[str, str, str], ...]
    distance: float
    first: str
    share: float
    group_changes: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """What is not known, and how much surer the advice gets by knowing it.

    ``gain`` is the mean growth of the first strategy's share over all answers; ``turns`` the answers at which
    another strategy comes first.
    """

    id: str
    gain: float
    turns: tuple[str, ...]


def groups(shares: FloatArray) -> dict[str, float]:
    """First-rank share by group: the forms of reshoring are near-twins and split theirs."""
    found: dict[str, float] = {}
    for name, share in zip(ranked(), shares.tolist(), strict=True):
        group = strategies()[name].group
        found[group] = found.get(group, 0.0) + share
    return found


def leader(shares: FloatArray) -> str:
    """The best strategy of the direction that comes first most often."""
    by_group = groups(shares)
    direction = max(by_group, key=lambda group: by_group[group])
    return best_of(shares, [name for name in ranked() if strategies()[name].group == direction])


def challenger(shares: FloatArray) -> str:
    """The best strategy of any other direction than the leading one."""
    direction = strategies()[leader(shares)].group
    return best_of(shares, [name for name in ranked() if strategies()[name].group != direction])


def best_of(shares: FloatArray, names: list[str]) -> str:
    """The strategy with the largest share; of equals the first in the table."""
    return max(names, key=lambda name: shares[ranked().index(name)])


def contributions(scored: Scores) -> FloatArray:
    """What each question adds to each strategy on average, weights included: (questions, strategies)."""
    return np.stack([part.mean(axis=1) for part in scored.parts.values()])


def reasons(answers: Answers, means: FloatArray, first: str, against: str) -> list[Reason]:
    """What speaks for one strategy against another, strongest first; below 0 what speaks against it.

    Only answers that were given, beside a neutral one: what is not known is no reason.
    """
    difference = means[:, ranked().index(first)] - means[:, ranked().index(against)]
    found = []
    for size, question in zip(difference.tolist(), questions().values(), strict=True):
        given = answers.point(question)
        if not given:
            continue
        if _differs(question, answers, given, first, against):
            found.append(Reason(question.id, answers.code(question.id), size))
    return sorted(found, key=lambda reason: -abs(reason.size))


def _differs(question: Question, answers: Answers, given: float, first: str, against: str) -> bool:
    """Whether the answer does something else to one strategy than to the other, the draws apart."""
    for effects in effects_of(question, answers)[0]:
        sizes = [
            effect.size if effect and (given > 0 or not effect.only_above) else 0.0
            for effect in map(effects.get, (first, against))
        ]
        if sizes[0] != sizes[1]:
            return True
    return False


def strongest(found: list[Reason], sign: int) -> tuple[Reason, ...]:
    """The strongest reasons for (+1) or against (-1)."""
    return tuple(reason for reason in found if reason.size * sign > 0)[: int(method()["strongest"])]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Answers changed one at a time in the same draws: only what changes is calculated again."""

    answers: Answers
    seed: int
    draws: int
    scored: Scores

    def changed(self, identity: str, code: str) -> FloatArray:
        """First-rank shares with one answer changed, shape (strategies,)."""
        return self.together({identity: code})

    def together(self, codes: dict[str, str]) -> FloatArray:
        """First-rank shares with some answers changed, shape (strategies,)."""
        other = self.answers
        for name, code in codes.items():
            other = other.with_answer(name, code)
        touched = [name for name in questions() if name in codes]
        touched += [shift.question for shift in shifts() if shift.gate in codes]
        total = self.scored.total + sum(self.step(name, other) for name in dict.fromkeys(touched))
        can = self.scored.possible
        if any(name in gates() for name in codes):
            can = possible(other, worlds(self.seed, self.draws), self.draws)
        return first_shares(total, can)

    def step(self, name: str, other: Answers) -> FloatArray:
        """What other answers change in a question's part of every score, shape (strategies, draws)."""
        question = questions()[name]
        place = list(criteria()).index(question.criterion)
        part = added(question, other.code(name), other, worlds(self.seed, self.draws))
        return np.asarray(self.scored.weights[:, place] * part - self.scored.parts[name])


def flips(what_if: WhatIf, first: str, means: FloatArray) -> list[Flip]:
    """The answers that would put another strategy first, nearest first; pairs when no question does alone."""
    found = list(_singles(what_if, first))
    if not any(flip.changes[0][0] in questions() for flip in found):
        found += _pairs(what_if, first, means)
    return sorted(found, key=_nearest)


def _others(answers: Answers, identity: str) -> list[tuple[str, float]]:
    """The other answers to a gate or question, with how far they are from the one that was given."""
    asked = gates().get(identity) or questions()[identity]
    known = answers.known(identity)
    if identity in gates():
        return [(code, 1.0) for code in asked.codes if code != answers.code(identity)]
    middle = (len(asked.codes) - 1) / 2
    here = asked.codes.index(answers.code(identity)) if known else middle
    return [(code, abs(place - here)) for place, code in enumerate(asked.codes) if place != here or not known]


def _singles(what_if: WhatIf, first: str) -> list[Flip]:
    answers, found = what_if.answers, []
    # Who makes it now and where it is sold is so; what may turn out otherwise is tried.
    tried = [name for name in (*questions(), *gates()) if name not in SETTLED]
    for identity in tried:
        for code, distance in _others(answers, identity):
            shares = what_if.changed(identity, code)
            change = ((identity, answers.code(identity), code),)
            found.append(_flip(change, distance, shares, first))
    return list(filter(None, found))


def _nearest(flip: Flip) -> tuple[bool, float, bool, float]:
    return flip.changes[0][0] in gates(), flip.distance, not flip.group_changes, -flip.share


def _pairs(what_if: WhatIf, first: str, means: FloatArray) -> list[Flip]:
    answers = what_if.answers
    lead = np.abs(means[:, ranked().index(first)]) + np.abs(means).max(axis=1)
    names = list(questions())
    among = [names[place] for place in np.argsort(-lead, kind="stable")[: int(method()["pairs_among"])]]
    found = []
    steps = {
        (name, code): (what_if.step(name, answers.with_answer(name, code)), distance)
        for name in among
        for code, distance in _others(answers, name)
    }
    for (a, one), (b, two) in itertools.combinations(steps, 2):
        if a == b:
            continue
        step_a, far_a = steps[a, one]
        step_b, far_b = steps[b, two]
        shares = first_shares(what_if.scored.total + step_a + step_b, what_if.scored.possible)
        change = ((a, answers.code(a), one), (b, answers.code(b), two))
        found.append(_flip(change, far_a + far_b, shares, first))
    return list(filter(None, found))


def _flip(
    changes: tuple[tuple[str, str, str], ...], distance: float, shares: FloatArray, first: str
) -> Flip | None:
    best = leader(shares)
    if best == first:
        return None
    group = strategies()[best].group
    return Flip(changes, distance, best, groups(shares)[group], group != strategies()[first].group)


def find_out(what_if: WhatIf) -> list[Unknown]:
    """The gates and questions without an answer, those first that would make the advice surest.

    Gain: mean over the answers of max_s b_s, less max_s of the mean over the answers; never below 0.
    """
    answers, found = what_if.answers, []
    first = leader(what_if.scored.first_shares())
    for identity in (*gates(), *questions()):
        if answers.known(identity) or identity == SOLD_THERE:
            continue
        asked = gates().get(identity) or questions()[identity]
        shares = np.stack([what_if.changed(identity, code) for code in asked.codes])
        now = shares.mean(axis=0)
        turns = [code for code, row in zip(asked.codes, shares, strict=True) if leader(row) != first]
        gain = max(float(shares.max(axis=1).mean() - now.max()), 0.0)
        found.append(Unknown(identity, gain, tuple(turns)))
    return sorted(found, key=lambda unknown: -unknown.gain)


def rival(name: str, shares: FloatArray) -> str:
    """What a strategy is held against: staying; and for staying, the best of the others."""
    if name != STAY:
        return STAY
    return best_of(shares, [other for other in ranked() if other != STAY])
