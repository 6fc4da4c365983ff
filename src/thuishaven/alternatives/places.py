"""Where else: which countries are near, which are like-minded, and by what rule.

There is no official list of like-minded countries. Ours follows from a rule on published figures and
stands in a dated file, ``like_minded.csv``; a dossier may bring its own (``preferences: {like_minded: [JPN,
KOR]}``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from thuishaven.alternatives.model import choices
from thuishaven.dossier import Dossier, Reason, Source
from thuishaven.facts import FactMissing, FactSet, countries
from thuishaven.packaged import read_table

#: What the rule looks at: the name of the choice, the parameter.
_SCORES = {
    "friend_rule_of_law": "wgi_rule_of_law",
    "friend_voice": "wgi_voice_accountability",
    "friend_stability": "wgi_political_stability",
}


@dataclass(frozen=True, slots=True)
class Friend:
    """A row of the list of like-minded countries: the figures behind it, and who drew it up when."""

    iso3: str
    rule_of_law: float
    voice: float
    stability: float
    duty_left: float
    author: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Place:
    """A country as a place to make it.

    ``kind``: ``home``, ``near``, ``friend`` or ``far``. ``reasons``: the rule by which it is that.
    """

    country: str
    kind: str
    reasons: tuple[Reason, ...] = ()


@cache
def like_minded() -> dict[str, Friend]:
    """The list of like-minded countries, from ``alternatives/like_minded.csv``."""
    return {
        row["iso3"]: Friend(
            row["iso3"],
            float(row["rule_of_law"]),
            float(row["voice"]),
            float(row["stability"]),
            float(row["duty_left"]),
            row["author"],
            row["as_of"],
        )
        for row in read_table("thuishaven.alternatives", "like_minded.csv")
    }


def by_rule(facts: FactSet, on: dt.date) -> Iterator[tuple[str, tuple[float, ...]]]:
    """The countries that the rule makes like-minded, with the figures it rests on.

    Rule of law, voice and accountability, and political stability (Worldwide Governance Indicators) each
    reach the threshold of ``choices.csv``, and the country is in the European Union or has an agreement with
    it under which at most ``friend_duty_left`` of the ordinary duty is still paid. A figure that only a
    wider area or a range could give does not count.
    """
    for iso3, country in countries().items():
        found = [_own_figure(facts, parameter, on, iso3=iso3) for parameter in _SCORES.values()]
        left = 0.0 if country.eu else _own_figure(facts, "duty_preference", on, importer="EU27", origin=iso3)
        scores = [score for score in found if score is not None]
        if left is None or len(scores) < len(found) or left > choices()["friend_duty_left"]:
            continue
        if all(score >= choices()[name] for name, score in zip(_SCORES, scores, strict=True)):
            yield iso3, (*scores, left)


def _own_figure(facts: FactSet, parameter: str, on: dt.date, **keys: str) -> float | None:
    """What is known about the country itself."""
    try:
        answer = facts.lookup(parameter, keys, on)
    except FactMissing:
        return None
    return answer.value if dict(answer.fact.keys).items() >= keys.items() else None


def friends(dossier: Dossier) -> dict[str, str]:
    """The like-minded countries for a dossier, each with the date of the list; its own list wins."""
    own: Any = dossier.preferences.get("like_minded")
    if isinstance(own, list):
        return {str(iso3): dossier.as_of.isoformat() for iso3 in own}
    return {iso3: friend.as_of for iso3, friend in like_minded().items()}


def place(dossier: Dossier, facts: FactSet, main: Source, country: str) -> Place:
    """What kind of place a country is for this dossier, and why.

    Near: another country that trucks reach within ``near_road_distance`` of home, and nearer than today's
    source. Like-minded: on the list. A country that is both counts as near, and says that it is on the list.

    Parameters
    ----------
    main
        Today's largest source.
    country
        ISO 3166-1 alpha-3.
    """
    home = dossier.company.country
    if country == home:
        return Place(country, "home")
    if country == main.country:
        return Place(country, "far")
    listed = friends(dossier).get(country)
    reasons = [Reason(code="like_minded", params={"date": listed})] if listed else []
    distance = road(facts, country, home)
    now = road(facts, main.country, home) if main.country != home else 0.0
    limit = choices()["near_road_distance"]
    if distance is not None and distance <= limit and (now is None or distance < now):
        rule = Reason(code="near", params={"km": round(distance), "limit": round(limit)})
        return Place(country, "near", (rule, *reasons))
    return Place(country, "friend" if listed else "far", tuple(reasons))


def road(facts: FactSet, origin: str, destination: str) -> float | None:
    """Kilometres by road where a truck can go, else ``None``."""
    if not countries()[origin].road:
        return None
    try:
        return facts.get("road_distance", origin=origin, destination=destination).value
    except FactMissing:
        return None
