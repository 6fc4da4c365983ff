"""From answers to scores: SMAA-2 over uncertain weights, answers, effects and gates, in shared draws.

For every draw: weights w over the criteria; answers x = clip(a + U(-1/4, 1/4), -1, 1), one of the five at
random when not known; effects e (1 + U(-1/2, 1/2)). A strategy scores U_s = sum over criteria of w_g v_gs -
b_s, with v_gs = (1/6) sum over the three questions of e x and b its burden of proof; staying scores 0.
The draws depend on the seed and on ids only, so that a what-if meets the same worlds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from thuishaven.ranking import draw_weights, rank_order_centroid
from thuishaven.scan.answers import Answers
from thuishaven.scan.tables import (
    UNKNOWN,
    Effect,
    Question,
    closings,
    criteria,
    method,
    questions,
    ranked,
    shifts,
    strategies,
)

FloatArray = NDArray[np.float64]
#: Score of what is not possible in a draw: behind everything that is.
IMPOSSIBLE = -(2.0**10)


@dataclass(frozen=True, slots=True)
class Worlds:
    """What is random, drawn once: per question its noise, its guess and its effects; coins for the gates."""

    noise: Mapping[str, FloatArray]
    guess: Mapping[str, NDArray[np.int64]]
    effects: Mapping[str, FloatArray]
    coins: Mapping[str, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores in every draw.

    Parameters
    ----------
    weights
        Shape (draws, criteria).
    values
        v_gs less the burden of proof, shape (criteria, strategies, draws), what is impossible far below.
    parts
        Per question what it adds to each strategy, weights included, shape (strategies, draws).
    total
        U of all, shape (strategies, draws).
    possible
        Whether a strategy is possible in a draw, shape (strategies, draws).
    """

    weights: FloatArray
    values: FloatArray
    parts: Mapping[str, FloatArray]
    total: FloatArray
    possible: NDArray[np.bool_]

    def first_shares(self) -> FloatArray:
        """Share of the draws in which each strategy comes first, shape (strategies,)."""
        return first_shares(self.total, self.possible)


def first_shares(total: FloatArray, can: NDArray[np.bool_]) -> FloatArray:
    """Share of the draws in which each strategy scores best of those that are possible."""
    best = np.where(can, total, IMPOSSIBLE).argmax(axis=0)
    return np.bincount(best, minlength=len(total)) / total.shape[1]


def _rng(seed: int, name: str) -> np.random.Generator:
    # Never Python's hash: it differs per process.
    key = int.from_bytes(blake2b(f"scan\0{seed}\0{name}".encode(), digest_size=16).digest(), "big")
    return np.random.Generator(np.random.PCG64DXSM(key))


@lru_cache(maxsize=4)
def worlds(seed: int, draws: int) -> Worlds:
    """The random numbers of a scan; each question has its own, whatever the others are."""
    step, spread = method()["answer_half_width"], method()["effect_half_width"]
    noise, guess, effects = {}, {}, {}
    for name, question in questions().items():
        rng = _rng(seed, name)
        noise[name] = rng.uniform(-step, step, draws)
        guess[name] = rng.integers(len(question.answers), size=draws)
        effects[name] = 1 + rng.uniform(-spread, spread, (len(ranked()), draws))
    coins = {name: _rng(seed, name).random(draws) < 1 / 2 for name in ("G1", "G4.own", "G4.supplier", "G5")}
    return Worlds(noise, guess, effects, coins)


@lru_cache(maxsize=8)
def _weights(
    seed: int, draws: int, order: tuple[tuple[int, ...], ...], stated: tuple[float, ...]
) -> FloatArray:
    rng, count = _rng(seed, "weights"), len(criteria())
    if stated:
        return draw_weights(stated, count, draws, rng, concentration=method()["stated_concentration"])
    if order:
        return draw_weights("order", count, draws, rng, order=order)
    prior = [criterion.prior for criterion in criteria().values()]
    return draw_weights(prior, count, draws, rng, concentration=method()["prior_concentration"])


def weights(answers: Answers, seed: int, draws: int) -> FloatArray:
    """The weights of the criteria in every draw, shape (draws, criteria).

    Around the motives of firms that came back, unless the reader gave an order or numbers.
    """
    names = list(criteria())
    order = tuple(tuple(names.index(name) for name in group) for group in answers.order)
    return _weights(seed, draws, order, tuple(answers.weights.values()))


def mean_weights(answers: Answers) -> FloatArray:
    """The means of the weights, shape (criteria,)."""
    if answers.weights:
        raw = np.array(list(answers.weights.values()))
    elif answers.order:
        names = list(criteria())
        by_rank, raw, start = rank_order_centroid(len(names)), np.zeros(len(names)), 0
        for group in answers.order:
            places = [names.index(name) for name in group]
            raw[places] = by_rank[start : start + len(group)].mean()
            start += len(group)
    else:
        raw = np.array([criterion.prior for criterion in criteria().values()])
    return np.asarray(raw / raw.sum())


def effects_of(question: Question, answers: Answers) -> tuple[list[Mapping[str, Effect]], str]:
    """The effects of a question on each strategy.

    Returns
    -------
    list, str
        One table of effects and no gate. Or, when a gate that would change them has no answer, the table for
        either answer, the changed one first, and that gate: half of the draws take each.
    """
    plain, changed = question.effects, dict(question.effects)
    most = method()["largest_effect"]
    gate = answer = ""
    for shift in shifts():
        if shift.question != question.id:
            continue
        gate, answer = shift.gate, shift.answer
        like = plain[shift.like].only_above if shift.like else False
        before = plain.get(shift.strategy, Effect(0.0, like))
        size = min(max(before.size * shift.times + shift.plus, -most), most)
        changed[shift.strategy] = Effect(size, before.only_above)
    if gate and not answers.known(gate):
        return [changed, plain], gate
    return [changed if gate and answers.code(gate) == answer else plain], ""


def point(question: Question, code: str, drawn: Worlds) -> FloatArray:
    """The answer in every draw, -1 to 1: around the answer that was given, one of all when none was."""
    points = np.array(question.points)
    centre = points[drawn.guess[question.id]] if code == UNKNOWN else points[question.codes.index(code)]
    return np.clip(centre + drawn.noise[question.id], -1.0, 1.0)


def added(question: Question, code: str, answers: Answers, drawn: Worlds) -> FloatArray:
    """What a question adds to v of its criterion for each strategy, shape (strategies, draws)."""
    x = point(question, code, drawn)
    tables, coin = effects_of(question, answers)
    parts = [_part(question, table, x, drawn) for table in tables]
    return parts[0] if not coin else np.where(drawn.coins[coin], *parts)


def _part(question: Question, effects: Mapping[str, Effect], x: FloatArray, drawn: Worlds) -> FloatArray:
    above, share = np.maximum(x, 0.0), _share(question)
    found = np.zeros((len(ranked()), len(x)))
    for name, effect in effects.items():
        place = ranked().index(name)
        used = above if effect.only_above else x
        np.multiply(drawn.effects[question.id][place], share * effect.size * used, out=found[place])
    return found


def _share(question: Question) -> float:
    """One part of the most that the questions of a criterion can add together."""
    count = sum(other.criterion == question.criterion for other in questions().values())
    return 1 / (count * method()["largest_effect"])


def possible(answers: Answers, drawn: Worlds, draws: int) -> NDArray[np.bool_]:
    """Whether each strategy is possible in each draw, shape (strategies, draws).

    A gate that is not answered closes nothing for sure: who makes it now, and whether own plant or supplier
    can do it here, are possible in half of the draws. What the place must be is read as free.
    """
    found = np.ones((len(ranked()), draws), dtype=bool)
    for name in closed_by(answers):
        found[ranked().index(name)] = False
    if not answers.known("G1"):
        own = drawn.coins["G1"]
        for letter, mask in (("o", own), ("s", ~own)):
            for name in ranked():
                if name.startswith(f"reshore_{letter}"):
                    found[ranked().index(name)] &= mask
    if not answers.known("G4"):
        for letter, coin in (("o", "G4.own"), ("s", "G4.supplier")):
            for name in ranked():
                if name.startswith("reshore_") and name.endswith(letter):
                    found[ranked().index(name)] &= drawn.coins[coin]
    return found


def closed_by(answers: Answers) -> dict[str, list[str]]:
    """The strategies that are not possible, each with the gates that closed it."""
    found: dict[str, list[str]] = {}
    for closing in closings():
        if answers.code(closing.gate) == closing.answer and _applies(closing.when, answers):
            gates = found.setdefault(closing.strategy, [])
            if closing.gate not in gates:
                gates.append(closing.gate)
    return found


def _applies(when: str, answers: Answers) -> bool:
    if not when:
        return True
    from thuishaven.facts import countries

    source, home = str(answers.about.get("source_country", "")), answers.about.get("home")
    return source in countries() and source != home and not countries()[source].eu


def unsure(answers: Answers) -> dict[str, list[str]]:
    """The strategies that a gate without an answer may still close, each with those gates."""
    found: dict[str, list[str]] = {}
    for closing in closings():
        if not answers.known(closing.gate) and not closing.when:
            gates = found.setdefault(closing.strategy, [])
            if closing.gate not in gates:
                gates.append(closing.gate)
    return found


def scores(answers: Answers, seed: int, draws: int) -> Scores:
    """Score every strategy in every draw."""
    drawn = worlds(seed, draws)
    w = weights(answers, seed, draws)
    names = list(criteria())
    values = np.zeros((len(names), len(ranked()), draws))
    parts = {}
    for name, question in questions().items():
        place = names.index(question.criterion)
        part = added(question, answers.code(name), answers, drawn)
        values[place] += part
        parts[name] = w[:, place] * part
    burden = np.array([strategies()[name].burden for name in ranked()])[:, None]
    can = possible(answers, drawn, draws)
    total = sum(parts.values(), np.zeros(can.shape)) - burden
    return Scores(w, np.where(can, values - burden, IMPOSSIBLE), parts, total, can)


def advantage(answers: Answers, strategy: str) -> tuple[float, float]:
    """Between which ends the score against staying lies, whatever is not known turns out to be.

    At the mean weights; over every value of the answers, of the effects and of a gate that changes them.
    An answer that is filled in never widens it.
    """
    means = dict(zip(criteria(), mean_weights(answers).tolist(), strict=True))
    step, spread = method()["answer_half_width"], method()["effect_half_width"]
    low = high = -strategies()[strategy].burden
    for question in questions().values():
        given = answers.point(question)
        ends = (-1.0, 1.0) if given is None else (max(given - step, -1.0), min(given + step, 1.0))
        found = []
        for effects in effects_of(question, answers)[0]:
            effect = effects.get(strategy, Effect(0.0, only_above=False))
            for x in ends:
                used = max(x, 0.0) if effect.only_above else x
                found += [effect.size * used * (1 + sign * spread) for sign in (-1, 1)]
        share = means[question.criterion] * _share(question)
        low += share * min(found)
        high += share * max(found)
    return low, high
