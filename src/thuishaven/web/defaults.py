"""The figure that is used when a field of a dossier stays empty, and where it comes from."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from thuishaven.dossier import Dossier
from thuishaven.dossier.structure import Path, member_at
from thuishaven.locale import _
from thuishaven.web.forms import Default, of_member
from thuishaven.web.tree import at

_WORDS = ("country", "home", "mode", "maker", "cn")


@cache
def _known() -> dict[str, Any]:
    """Inputs of the cost engine with a default, by their path in the dossier or in its part."""
    from thuishaven.cost import input_fields

    return {field.path: field for field in input_fields().values() if field.path and field.default}


def default_of(path: Path, tree: Any) -> Default | None:
    """The figure that stands in for an empty field; ``None`` where there is none, or it depends on more.

    Parameters
    ----------
    path
        The field's place in the dossier.
    tree
        The dossier, for the country and the kind of transport that a figure may depend on.
    """
    taken_over = _taken_over(path, tree)
    if taken_over is not None:
        return taken_over
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
    return _figure(field.default, tuple(sorted(keys.items())), _day(tree))


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


def _day(tree: Any) -> dt.date:
    given = at(tree, ("as_of",))
    if isinstance(given, dt.date):
        return given
    try:
        return dt.date.fromisoformat(str(given))
    except ValueError:
        return dt.date.today()


def _figure(parameter: str, keys: tuple[tuple[str, str], ...], on: dt.date) -> Default | None:
    from thuishaven.facts import FactMissing
    from thuishaven.report import words
    from thuishaven.uncertainty import from_answer
    from thuishaven.web.ops_work import known_facts

    facts = known_facts()
    try:
        about: dict[str, Any] = dict(keys)
        answer = facts.get(parameter, on=on, **about)
    except FactMissing:
        return None
    if answer.value is None:
        return None
    quantity = from_answer(answer)
    text = (
        words.spread(quantity.p5, quantity.p95, answer.unit)
        if quantity.p95 > quantity.p5
        else words.amount(float(answer.value), answer.unit)
    )
    source = facts.sources.get(answer.fact.source_id)
    title = words.source_title(answer.fact.source_id, source.title) if source is not None else ""
    own = answer.fact.source_id in words.OWN_SOURCES
    return Default(text, title, source.url if source is not None and not own else "")
