"""Which strategies look promising? From answers to a ranking of directions, with reasons and limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from thuishaven.dossier import VERSION, Notice, Settings, digest, plain
from thuishaven.ranking import Acceptability, smaa
from thuishaven.scan import explain
from thuishaven.scan.answers import Answers, differences, read
from thuishaven.scan.scoring import advantage, closed_by, mean_weights, scores, unsure
from thuishaven.scan.tables import (
    LOCAL,
    base_rates,
    criteria,
    gates,
    method,
    questions,
    ranked,
    strategies,
)

#: What a scan can come to.
ADVICE, TOO_LITTLE, LOCAL_FOR_LOCAL = "advice", "too_little_known", "local_for_local"
SCHEMA = "thuishaven.scan/1"


@dataclass(frozen=True, slots=True)
class Ranked:
    """One strategy in the result.

    Parameters
    ----------
    state
        ``"open"``, ``"closed"`` by a gate, or ``"unsure"``: a gate without an answer may still close it.
    gates
        The gates that closed it, or may.
    rank_acceptability
        Share of the draws in which it takes each rank; all zero when it is closed.
    central_weights
        Mean weights of the draws in which it comes first; empty when it never does.
    confidence
        Share of the draws in which it comes first at those weights.
    low, high
        Ends of its score against staying, whatever is not known turns out to be.
    reasons_for, reasons_against
        The answers that speak most for and against it, held against staying (staying itself against the best
        of the others).
    """

    id: str
    state: str
    gates: tuple[str, ...]
    rank_acceptability: tuple[float, ...]
    central_weights: Mapping[str, float]
    confidence: float
    low: float
    high: float
    reasons_for: tuple[explain.Reason, ...]
    reasons_against: tuple[explain.Reason, ...]

    @property
    def first(self) -> float:
        """Share of the draws in which it comes first."""
        return self.rank_acceptability[0] if self.rank_acceptability else 0.0


@dataclass(frozen=True, slots=True)
class Lead:
    """Who comes first, by how much, and the word for it: ``"clear"``, ``"leaning"`` or ``"open"``."""

    first: str
    share: float
    runner_up: str
    runner_up_share: float
    label: str

    @property
    def lead(self) -> float:
        """By how much the first is ahead, in share of the draws."""
        return self.share - self.runner_up_share


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a scan comes to: strategies ranked, never priced. Frozen; the same answers give the same bytes.

    Parameters
    ----------
    status
        ``"advice"``; ``"too_little_known"``, when more than eight questions are open: then only what to find
        out; or ``"local_for_local"``, when most is sold where it is made.
    strategies
        The highest share of first places first.
    groups
        Share of first places per direction, the forms of reshoring together, highest first.
    direction, form
        The lead among the directions and among the strategies; ``None`` without advice.
    best, challenger
        The best strategy of the leading direction, and the best of the others.
    reasons_for, reasons_against
        What speaks most for the one, and against it, held against the other.
    flips
        What would change the advice.
    find_out
        What is not known, by how much surer it would make the advice.
    """

    answers: Answers
    settings: Settings
    status: str
    strategies: tuple[Ranked, ...]
    groups: Mapping[str, float]
    direction: Lead | None
    form: Lead | None
    best: str
    challenger: str
    reasons_for: tuple[explain.Reason, ...]
    reasons_against: tuple[explain.Reason, ...]
    flips: tuple[explain.Flip, ...]
    find_out: tuple[explain.Unknown, ...]
    wins: Mapping[str, Mapping[str, float]]
    warnings: tuple[Notice, ...]

    def strategy(self, name: str) -> Ranked:
        """One strategy by id.

        Raises
        ------
        KeyError
            When it was not ranked.
        """
        for found in self.strategies:
            if found.id == name:
                return found
        raise KeyError(name)

    def plans(self) -> tuple[str, ...]:
        """The strategies that are worth a plan in the dossier: two to five, with improving where it is."""
        if self.status == LOCAL_FOR_LOCAL:
            return (LOCAL,)
        live = [found for found in self.strategies if found.state != "closed"]
        most = int(method()["most_plans"])
        chosen = [found.id for found in live if found.first >= method()["plan_share"]][:most]
        for found in live:
            if len(chosen) >= 2:
                break
            if found.id not in chosen:
                chosen.append(found.id)
        if any(name.startswith("reshore_") for name in chosen) and "improve_abroad" not in chosen:
            # Never the best of one side against the other as it happens to be.
            chosen.append("improve_abroad")
        return tuple(chosen)

    def next(self) -> list[dict[str, Any]]:
        """What to enter next: open gates, open questions, then measured figures for the strongest answers."""
        steps: list[dict[str, Any]] = []
        unknown = [found.id for found in self.find_out]
        gains = {found.id: found.gain for found in self.find_out}
        flagged = [name for name in gates() if not self.answers.known(name)]
        for kind, names in (("gate", flagged), ("question", [n for n in unknown if n in questions()])):
            for name in names:
                fields = list(questions()[name].enter) if kind == "question" else []
                steps.append({"kind": kind, "id": name, "gain": gains.get(name, 0.0), "fields": fields})
        told = dict.fromkeys(reason.question for reason in (*self.reasons_for, *self.reasons_against))
        for name in told:
            steps.append(
                {"kind": "figure", "id": name, "gain": None, "fields": list(questions()[name].enter)}
            )
        return steps

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON: ids, codes and figures; the words stand in the tables."""
        settings = {"seed": self.settings.seed, "draws": self.settings.draws, "version": VERSION}
        found = {
            "schema": SCHEMA,
            "settings": {**settings, "tables": tables_digest()},
            "answers": self.answers.to_dict(),
            "unanswered": list(self.answers.unknown()),
            "status": self.status,
            "direction": _lead(self.direction),
            "form": _lead(self.form),
            "best": self.best or None,
            "challenger": self.challenger or None,
            "groups": [{"id": name, "first_rank_share": share} for name, share in self.groups.items()],
            "strategies": [_strategy(item) for item in self.strategies],
            "weights": dict(zip(criteria(), mean_weights(self.answers).tolist(), strict=True)),
            "reasons_for": [asdict(reason) for reason in self.reasons_for],
            "reasons_against": [asdict(reason) for reason in self.reasons_against],
            "changes_the_advice": [_flip(flip) for flip in self.flips],
            "find_out_first": [asdict(unknown) for unknown in self.find_out],
            "pairwise_wins": {name: dict(row) for name, row in self.wins.items()},
            "plans": list(self.plans()),
            "next": self.next(),
            "base_rates": [
                {key: value for key, value in asdict(rate).items() if key != "text_en"}
                for rate in base_rates()
            ],
            "warnings": [warning.to_dict() for warning in self.warnings],
        }
        return dict(plain(found))


def _lead(lead: Lead | None) -> dict[str, Any] | None:
    return {**asdict(lead), "lead": lead.lead} if lead is not None else None


def _strategy(found: Ranked) -> dict[str, Any]:
    plain_one = asdict(found) | {"group": strategies()[found.id].group, "first_rank_share": found.first}
    low, high = plain_one.pop("low"), plain_one.pop("high")
    word = "always" if low >= 0 else "possible" if high >= 0 else "never"
    plain_one["advantage"] = {"low": low, "high": high, "beats_staying": word}
    plain_one["central_weights"] = dict(found.central_weights) or None
    plain_one["status"] = strategies()[found.id].provenance.status
    return plain_one


def _flip(flip: explain.Flip) -> dict[str, Any]:
    changes = [{"id": name, "from": now, "to": then} for name, now, then in flip.changes]
    return {**asdict(flip), "changes": changes}


def tables_digest() -> str:
    """Fingerprint of the tables that an advice rests on: another one means another scan."""
    return digest(
        [
            [name, question.criterion, {n: [e.size, e.only_above] for n, e in question.effects.items()}]
            for name, question in questions().items()
        ]
        + [dict(method()), {name: item.prior for name, item in criteria().items()}]
        + [{name: item.burden for name, item in strategies().items()}]
    )


def assess(answers: Any, settings: Settings | None = None) -> ScanResult:
    """Which strategies look promising for this product, how sure is that, and what would change it?

    Parameters
    ----------
    answers
        ``{"G1": "supplier", "C1": 4, ...}``, or the forms of :func:`thuishaven.scan.read`, or a dossier. What
        is absent is not known: it widens, and never counts as "no".
    settings
        Seed and number of draws; the rest plays no part.

    Returns
    -------
    ScanResult
        It ranks directions and never prices them: that is for the room ``cost``.

    Raises
    ------
    DossierError
        For answers that cannot be read, with each problem.

    >>> found = assess({"G1": "supplier", "G2": 1, "G3": "no", "G4": "both", "G5": "no"})
    >>> found.status
    'too_little_known'
    """
    told, chosen = read(answers), settings or Settings()
    warnings = _warnings(told)
    if told.code(explain.SOLD_THERE) == "over_75":
        return ScanResult(
            answers=told,
            settings=chosen,
            status=LOCAL_FOR_LOCAL,
            strategies=(),
            groups={},
            direction=None,
            form=None,
            best=LOCAL,
            challenger="",
            reasons_for=(),
            reasons_against=(),
            flips=(),
            find_out=(),
            wins={},
            warnings=tuple(warnings),
        )
    scored = scores(told, chosen.seed, chosen.draws)
    shares = scored.first_shares()
    live = [place for place in range(len(ranked())) if scored.possible[place].any()]
    ranks = smaa(scored.values[:, live].transpose(2, 1, 0), weights=scored.weights, seed=chosen.seed)
    means = explain.contributions(scored)
    items = _items(told, ranks, live, means, shares)
    by_group = dict(sorted(explain.groups(shares).items(), key=lambda pair: -pair[1]))
    what_if = explain.WhatIf(told, chosen.seed, chosen.draws, scored)
    enough = len(told.unknown()) <= method()["most_unknown"]
    best, challenger = explain.leader(shares), explain.challenger(shares)
    against = explain.reasons(told, means, best, challenger) if enough else []
    return ScanResult(
        answers=told,
        settings=chosen,
        status=ADVICE if enough else TOO_LITTLE,
        strategies=tuple(items),
        groups=by_group,
        direction=_leading(by_group) if enough else None,
        form=_leading({item.id: item.first for item in items}) if enough else None,
        best=best if enough else "",
        challenger=challenger if enough else "",
        reasons_for=explain.strongest(against, 1),
        reasons_against=explain.strongest(against, -1),
        flips=tuple(explain.flips(what_if, best, means)) if enough else (),
        find_out=tuple(explain.find_out(what_if)),
        wins=_wins(ranks, live),
        warnings=tuple(warnings),
    )


def _items(
    told: Answers, ranks: Acceptability, live: list[int], means: np.ndarray, shares: np.ndarray
) -> list[Ranked]:
    closed, doubtful = closed_by(told), unsure(told)
    items = []
    for place, name in enumerate(ranked()):
        row = live.index(place) if place in live else None
        found = explain.reasons(told, means, name, explain.rival(name, shares))
        state = "closed" if row is None else "unsure" if name in doubtful else "open"
        low, high = advantage(told, name)
        central: dict[str, float] = {}
        if row is not None and ranks.first[row] > 0:
            central = dict(zip(criteria(), ranks.central_weights[row].tolist(), strict=True))
        items.append(
            Ranked(
                id=name,
                state=state,
                gates=tuple(closed.get(name, []) if row is None else doubtful.get(name, [])),
                rank_acceptability=tuple(ranks.rank_acceptability[row].tolist())
                if row is not None
                else (0.0,) * len(live),
                central_weights=central,
                confidence=float(ranks.confidence[row]) if row is not None else 0.0,
                low=low,
                high=high,
                reasons_for=explain.strongest(found, 1),
                reasons_against=explain.strongest(found, -1),
            )
        )
    return sorted(items, key=lambda item: (-item.first, item.state == "closed"))


def _wins(ranks: Acceptability, live: list[int]) -> dict[str, dict[str, float]]:
    names = [ranked()[place] for place in live]
    return {
        one: {other: float(ranks.wins[i, j]) for j, other in enumerate(names) if j != i}
        for i, one in enumerate(names)
    }


def _leading(shares: Mapping[str, float]) -> Lead:
    (first, share), (second, other) = sorted(shares.items(), key=lambda pair: -pair[1])[:2]
    if share >= method()["clear_share"] and share - other >= method()["clear_lead"]:
        label = "clear"
    else:
        label = "leaning" if share >= method()["leaning_share"] else "open"
    return Lead(first, share, second, other, label)


def _warnings(answers: Answers) -> list[Notice]:
    """What the reader should know: gates read as their first answer, a share for the home market only."""
    found = [Notice("gate_open", {"id": name}) for name in gates() if not answers.known(name)]
    if answers.code(explain.SOLD_THERE) == "from_25_to_75":
        found.append(Notice("home_share_only"))
    if answers.code("G1") == "home":
        found.append(Notice("keep_scan"))
    if answers.code("G5") == "yes":
        found.append(Notice("input_dependency"))
    if answers.code("G3") == "must_be_home" and "stay" not in closed_by(answers):
        found.append(Notice("area_unchecked"))
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """What other answers do to the advice.

    Parameters
    ----------
    answers
        Id, answer before, answer after.
    shares
        Strategy, share of first places before and after, largest change first.
    weights
        Criterion, mean weight before and after.
    before, after
        The strategy that leads.
    because
        What each changed answer adds to the new first against the old one.
    """

    answers: tuple[tuple[str, str, str], ...]
    shares: tuple[tuple[str, float, float], ...]
    weights: tuple[tuple[str, float, float], ...]
    before: str
    after: str
    because: tuple[tuple[str, float], ...]


def _leader(result: ScanResult) -> str:
    if not result.strategies:
        return LOCAL
    shares = {item.id: item.first for item in result.strategies}
    return explain.leader(np.array([shares[name] for name in ranked()]))


def compare(before: ScanResult, after: ScanResult) -> Change:
    """What changed in the advice when answers or weights changed, and which answer did it.

    Raises
    ------
    ValueError
        When the two were not drawn alike, so that chance would play a part.
    """
    one, two = before.settings, after.settings
    if (one.seed, one.draws) != (two.seed, two.draws):
        raise ValueError("the two scans have another seed or number of draws: chance would play a part")
    old, new = ({item.id: item.first for item in found.strategies} for found in (before, after))
    names = [name for name in ranked() if name in old or name in new]
    shares = [(name, old.get(name, 0.0), new.get(name, 0.0)) for name in names]
    first, then = (_leader(found) for found in (before, after))
    changed = tuple(differences(before.answers, after.answers))
    because = []
    if LOCAL not in (first, then):
        was, now = (
            explain.contributions(scores(found.answers, one.seed, one.draws)) for found in (before, after)
        )
        towards, away = ranked().index(then), ranked().index(first)
        if towards == away:
            away = ranked().index(next(item.id for item in after.strategies if item.id != then))
        for row, name in enumerate(questions()):
            moved = float((now - was)[row, towards] - (now - was)[row, away])
            if any(name == item[0] for item in changed):
                because.append((name, moved))
    weights = zip(criteria(), mean_weights(before.answers), mean_weights(after.answers), strict=True)
    return Change(
        answers=changed,
        shares=tuple(sorted((s for s in shares if s[1] != s[2]), key=lambda s: -abs(s[2] - s[1]))),
        weights=tuple((name, float(a), float(b)) for name, a, b in weights if a != b),
        before=first,
        after=then,
        because=tuple(sorted(because, key=lambda pair: -abs(pair[1]))),
    )
