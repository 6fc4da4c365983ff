"""From what was typed in a form back to the dossier.

What cannot be read is kept as it was typed: the dossier then says itself what is wrong with it, and nothing
is lost.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from thuishaven.dossier.structure import is_quantity
from thuishaven.locale import LANGUAGES, language
from thuishaven.web.figures import parts_of, typed
from thuishaven.web.forms import HIGH, LOW, SOURCE, VALUE, Field
from thuishaven.web.tree import at, put

_DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")


def sent(fields: Sequence[Field], form: Mapping[str, Any], tree: Any) -> Any:
    """The dossier with what was sent; a field that was not sent or did not change stays as it is.

    Parameters
    ----------
    fields
        The fields of the page.
    form
        What was sent, by name.
    tree
        The dossier, which is changed.
    """
    for item in fields:
        if not any(name in form for name in names_of(item)):
            continue
        if same(item, form):
            continue
        put(tree, item.path, value_of(item, form, at(tree, item.path)))
    return tree


def names_of(item: Field) -> tuple[str, ...]:
    """The names under which a field is sent."""
    if item.kind == "quantity":
        return tuple(f"{item.name}~{part}" for part in (VALUE, LOW, HIGH, SOURCE))
    if item.kind == "shares":
        return (f"{item.name}~key", f"{item.name}~share")
    return (item.name,)


def same(item: Field, form: Mapping[str, Any]) -> bool:
    """Whether what was sent is what stood there."""
    if item.kind == "shares":
        return _rows(item, form) == list(item.rows)
    if item.kind == "quantity":
        return all(
            _text(form, f"{item.name}~{part}") == _plain(getattr(item, part))
            for part in (VALUE, LOW, HIGH, SOURCE)
        )
    return _text(form, item.name) == _plain(item.value)


def _text(form: Mapping[str, Any], name: str) -> str:
    return _plain(str(form.get(name, "")))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ")).strip()


def _rows(item: Field, form: Mapping[str, Any]) -> list[tuple[str, str]]:
    pick = getattr(form, "getlist", None)
    keys = pick(f"{item.name}~key") if pick else [form.get(f"{item.name}~key", "")]
    shares = pick(f"{item.name}~share") if pick else [form.get(f"{item.name}~share", "")]
    return [
        (str(key), _plain(str(share)))
        for key, share in zip(keys, shares, strict=False)
        if str(key) or _plain(str(share))
    ]


def value_of(item: Field, form: Mapping[str, Any], old: Any) -> Any:
    """What was sent for a field, as the dossier holds it; ``None`` for nothing."""
    text = _text(form, item.name)
    match item.kind:
        case "quantity":
            return _quantity(item, form, old)
        case "shares":
            # A share without its country stays where it was typed, and is asked about.
            found = {key: typed(share, 100)[0] for key, share in _rows(item, form)}
            return found or None
        case "number":
            return typed(text, item.scale)[0] if text else None
        case "whole":
            return typed(text)[0] if text else None
        case "flag":
            return {"yes": True, "no": False}.get(text)
        case "date":
            return _day(text) or None
        case "translated":
            if isinstance(old, Mapping) and text:
                return {**old, language() if language() in LANGUAGES else "en": text}
            return text or None
    return text or None


def _day(text: str) -> str:
    """A date as it is written here, day first, as a dossier holds it; any other text as it is.

    Where English is read, a day that may as well be a month is left to be asked.
    """
    match = _DAY.fullmatch(text)
    if match is None:
        return text
    day, month, year = map(int, match.groups())
    found = _iso(year, month, day)
    both = language() == "en" and day != month and _iso(year, day, month)
    return text if not found or both else found


def _iso(year: int, month: int, day: int) -> str:
    """A date as a dossier holds it; empty when there is no such day."""
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return ""


def _quantity(item: Field, form: Mapping[str, Any], old: Any) -> Any:
    texts = {part: _text(form, f"{item.name}~{part}") for part in (VALUE, LOW, HIGH)}
    source = _text(form, f"{item.name}~{SOURCE}")
    if texts[VALUE].startswith("{"):
        found = _mapping(texts[VALUE])
        return {**found, **({"source": source} if source else {})} if isinstance(found, dict) else found
    pieces = parts_of(texts[VALUE])
    if len(pieces) in (2, 3) and not texts[LOW] and not texts[HIGH]:
        texts[LOW], texts[HIGH] = pieces[0], pieces[-1]
        texts[VALUE] = pieces[1] if len(pieces) == 3 else ""
    of = ""
    values: dict[str, Any] = {}
    for part, name in ((LOW, "low"), (VALUE, "mode"), (HIGH, "high")):
        if texts[part]:
            values[name], found_unit = typed(texts[part], item.scale)
            of = found_unit or of
    if not values:
        return None
    if list(values) == ["mode"]:
        values = {"value": values["mode"]}
    remarks: dict[str, Any] = {}
    if of and of != item.member.unit:
        remarks["unit"] = of
    if source:
        remarks["source"] = source
    if isinstance(old, Mapping) and old.get("note"):
        remarks["note"] = old["note"]
    return values["value"] if list(values) == ["value"] and not remarks else {**values, **remarks}


def _mapping(text: str) -> Any:
    from thuishaven.dossier import DossierError
    from thuishaven.dossier.yaml import parse, plain

    try:
        found = plain(parse(text))
    except DossierError:
        return text
    return found if isinstance(found, dict) and is_quantity(found) else text
