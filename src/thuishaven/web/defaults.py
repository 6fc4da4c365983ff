"""The figure that is used when a field of a dossier stays empty, and where it comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from thuishaven.dossier import Dossier, Source
from thuishaven.dossier.structure import Path, member_at
from thuishaven.locale import _, language
from thuishaven.web.drafts import Desk
from thuishaven.web.forms import Default, Field, Group, Origin, of_member
from thuishaven.web.ops_work import Memory, known_facts
from thuishaven.web.plans import plan_called
from thuishaven.web.tree import at

if TYPE_CHECKING:
    from thuishaven.cost import StandIn, StandIns
    from thuishaven.facts import Answer

_WORDS = ("country", "home", "mode", "maker", "cn")
_left = Memory(64)


def left_to_us(desk: Desk) -> StandIns | None:
    """What a dossier leaves to us, worked out once; ``None`` while it is not complete."""
    from thuishaven.cost import stand_ins
    from thuishaven.web.results import fingerprint

    dossier = desk.dossier
    if dossier is None:
        return None
    return _left.get(fingerprint(dossier), lambda: stand_ins(dossier, known_facts()))


def with_defaults(found: list[Group], desk: Desk) -> list[Group]:
    """The groups with the figure that is used for each field that stays empty."""
    left = left_to_us(desk)
    fields = left.fields if left is not None else {}

    def filled(item: Field) -> Field:
        if item.kind != "quantity" or item.value or item.low:
            return item
        return replace(item, default=default_of(item.path, desk.tree, fields))

    return [
        replace(group, main=tuple(map(filled, group.main)), more=tuple(map(filled, group.more)))
        for group in found
    ]


@cache
def _known() -> dict[str, Any]:
    """Inputs of the cost engine with a default, by their path in the dossier or in its part."""
    from thuishaven.cost import input_fields

    return {field.path: field for field in input_fields().values() if field.path and field.default}


def default_of(
    path: Path, tree: Any, left: Mapping[tuple[str, str, str], StandIn] | None = None
) -> Default | None:
    """The figure that stands in for an empty field; ``None`` where there is none, or it depends on more.

    Parameters
    ----------
    path
        The field's place in the dossier.
    tree
        The dossier, for the country and the kind of transport that a figure may depend on.
    left
        What is worked out for the fields that the dossier leaves empty, where it is complete.
    """
    taken_over = _taken_over(path, tree)
    if taken_over is not None:
        return taken_over
    worked_out = _stand_in(path, tree, left or {})
    if worked_out is not None:
        return _derived(worked_out, path, tree)
    field = _known().get(_inner(path))
    if field is None:
        return None
    about = _about(path, tree)
    keys: dict[str, str] = {}
    for key, word in field.keys:
        value = about.get(word) if word in _WORDS else "EU27" if word == "importer" else word
        if not value:
            return None
        keys[key] = str(value)
    return _figure(field.default, keys, path, day_of(tree))


def _stand_in(path: Path, tree: Any, left: Mapping[tuple[str, str, str], StandIn]) -> StandIn | None:
    """What is worked out for a field; for one of the dossier itself, what the first plan without it takes."""
    inner = _inner(path)
    if path[0] != "plans":
        return next((found for (_plan, _source, name), found in left.items() if name == inner), None)
    plan = str(at(tree, (*path[:2], "id")))
    source = ""
    if "sources" in path:
        source = str(at(tree, (*path[: path.index("sources") + 2], "id")))
    elif "changes" in path:
        source = str(path[path.index("changes") + 1])
    found = left.get((plan, source, inner)) or left.get((plan, "", inner))
    if found is None and not source:
        found = next(
            (made for (of, _source, name), made in left.items() if (of, name) == (plan, inner)), None
        )
    return found


def _derived(found: StandIn, path: Path, tree: Any) -> Default:
    """A figure that was worked out from others, with these."""
    from thuishaven.report import words

    of = _unit_of(path)
    text = words.spread(found.low, found.high, of) if found.high > found.low else words.amount(found.mean, of)
    plans = {
        str(plan.get("id")): plan_called(plan) for plan in at(tree, ("plans",)) or () if hasattr(plan, "get")
    }
    basis = []
    for item in found.basis:
        title, url = source_of(item.source)
        fact = item.id if item.source else ""
        basis.append(Origin(words.named(item.name, item.id, plans), title, url, fact))
    if len(basis) == 1 and basis[0].source:
        return Default(text, basis[0].source, basis[0].url)
    return Default(text, basis=tuple(basis))


def source_of(identity: str) -> tuple[str, str]:
    """Title and address of a source of facts; no address for our own."""
    from thuishaven.report.citing import OURS

    if identity in OURS:
        return _(OURS[identity]), ""
    source = known_facts().sources.get(identity)
    return (source.title, source.url) if source is not None else (identity, "")


def remarks_on(answer: Answer) -> tuple[str, ...]:
    """What is to be known about a fact that stands in: what it is about, and our reasoning behind it."""
    from thuishaven.report import words

    found = [words.notice(step.code, step.params) for step in answer.fallbacks]
    note = answer.fact.note if answer.fact.status not in ("published", "user") else ""
    if note and (language() == "en" or not words.foreign(note)):
        found.append(words.remark(note))
    return tuple(found)


def _unit_of(path: Path) -> str:
    member = member_at(Dossier, tuple(step for step in path if isinstance(step, str)))
    if member is None or not member.unit:
        member = member_at(Source, tuple(step for step in path[4:] if isinstance(step, str)))
    return member.unit if member is not None else ""


def _taken_over(path: Path, tree: Any) -> Default | None:
    """What a plan takes over where it says nothing: from its source of today, or from the dossier itself."""
    if path[0] != "plans" or "sources" in path:
        return None
    if "changes" in path:
        place = path.index("changes")
        below: Path = (*_source_today(path, tree), *path[place + 2 :])
    else:
        below = path[2:]
    value = at(tree, below)
    if value is None:
        return None
    member = member_at(Dossier, below)
    if member is None:
        return None
    item = of_member(member, below, value)
    ends = f"{item.low} - {item.high}" if item.low else ""
    text = " ".join(
        part for part in (item.value, f"({ends})" if item.value and ends else ends, item.unit) if part
    )
    return Default(text, _("as in today's situation"))


def _source_today(path: Path, tree: Any) -> Path:
    name = path[path.index("changes") + 1]
    sources = at(tree, ("plans", 0, "sources")) or []
    return ("plans", 0, "sources", next((n for n, s in enumerate(sources) if s.get("id") == name), 0))


def _inner(path: Path) -> str:
    """A field's path as the engine knows it: inside its source, its plan or the dossier."""
    names = [str(step) for step in path]
    if "sources" in names:
        names = names[names.index("sources") + 2 :]
    elif "changes" in names:
        names = names[names.index("changes") + 2 :]
    elif names[0] == "plans":
        names = names[2:]
    return ".".join(names)


def _about(path: Path, tree: Any) -> dict[str, Any]:
    """What a figure may depend on: where the source lies, how it travels, what the product is."""
    home = at(tree, ("company", "country"))
    found = {"home": home, "country": home, "maker": "own", "mode": "", "cn": at(tree, ("product", "cn"))}
    if "sources" in path:
        here = path[: path.index("sources") + 2]
    elif "changes" in path:
        here = _source_today(path, tree)
    else:
        return found
    country = at(tree, (*here, "country"))
    found |= {"country": country, "maker": at(tree, (*here, "maker"))}
    found["mode"] = at(tree, (*here, "logistics", "mode")) or _usual_mode(country, home)
    return found


def _usual_mode(country: Any, home: Any) -> str:
    from thuishaven.facts import countries

    if country == home or country not in countries():
        return "road"
    return countries()[str(country)].mode_default


def day_of(tree: Any) -> dt.date:
    """The date of the figures of a draft: today until it says another."""
    given = at(tree, ("as_of",))
    if isinstance(given, dt.date):
        return given
    try:
        return dt.date.fromisoformat(str(given))
    except ValueError:
        return dt.date.today()


def _figure(parameter: str, keys: Mapping[str, str], path: Path, on: dt.date) -> Default | None:
    """A fact as it stands in for a field, in the unit of the field, with its source."""
    from thuishaven.facts import FactMissing

    try:
        answer = known_facts().lookup(parameter, keys, on)
    except FactMissing:
        return None
    if answer.value is None:
        return None
    title, url = source_of(answer.fact.source_id)
    return Default(told(answer, _unit_of(path), on), title, url, remarks=remarks_on(answer))


def told(answer: Answer, of: str, on: dt.date) -> str:
    """What the facts answer, as a reader says it, in the currency of the field.

    Parameters
    ----------
    answer
        The answer.
    of
        The unit of the field; empty for that of the answer.
    on
        The day of the exchange rate.
    """
    from thuishaven.facts import FactMissing
    from thuishaven.report import words
    from thuishaven.uncertainty import from_answer

    quantity, shown_in = from_answer(answer), answer.unit
    currency = answer.unit.partition("/")[0]
    if of.startswith("EUR") and currency != "EUR":
        try:
            rate = known_facts().lookup("fx_rate", {"currency": currency}, on).value
        except FactMissing:
            rate = None
        if rate:
            quantity, shown_in = quantity.scaled(rate), of
    if of.partition("/")[0] == shown_in.partition("/")[0]:
        shown_in = of or shown_in
    if quantity.p95 > quantity.p5:
        return words.spread(quantity.p5, quantity.p95, shown_in)
    return words.amount(quantity.mean, shown_in)
