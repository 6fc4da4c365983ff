"""What a dossier holds: its text as it was typed and the answers to the scan; and who may see which field."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from thuishaven.access import AccessError, canonical, fingerprint, within
from thuishaven.databank.changes import ABSENT, Difference, differences, key_in_path, merge, same
from thuishaven.packaged import read_table

#: The class of a field that no row of ``field_classes.csv`` names.
USUAL_CLASS = 3
_MOST_BYTES = 2**21


@dataclass(frozen=True, slots=True)
class Content:
    """What is kept of a dossier.

    Parameters
    ----------
    text
        The dossier in YAML, right or wrong, comments and all.
    answers
        The answers to the scan.
    """

    text: str
    answers: Mapping[str, Any] = field(default_factory=dict)

    def packed(self) -> bytes:
        """The content as bytes, one form for one content. Raises AccessError ``too_large``."""
        found = canonical({"answers": dict(self.answers), "text": self.text})
        if len(found) > _MOST_BYTES:
            raise AccessError("too_large", most=_MOST_BYTES)
        return found

    def digest(self) -> str:
        """Fingerprint of the content."""
        return fingerprint(self.packed())


def stored(packed: bytes) -> bytes:
    """Packed content as it is stored."""
    return zlib.compress(packed)


def unpacked(data: bytes) -> Content:
    """Stored content."""
    found = json.loads(zlib.decompress(data))
    return Content(found["text"], found["answers"])


def _parsed(text: str) -> Any:
    """The tree of a text, with comments; ``None`` where it is no YAML."""
    from thuishaven.dossier import DossierError, yaml

    try:
        return yaml.parse(text)
    except DossierError:
        return None


def tree_of(content: Content) -> dict[str, Any]:
    """The content as a plain tree, to read, compare and merge; a text that cannot be read is one value."""
    return {"dossier": _plain(content.text), "answers": json.loads(json.dumps(content.answers, default=str))}


@lru_cache(maxsize=64)
def _plain(text: str) -> Any:
    """What a text says, to read only; the last ones are kept, for versions are compared with each other."""
    from thuishaven.dossier import DossierError, yaml

    try:
        parsed = yaml.content(text)
    except DossierError:
        return text
    # Dates and the like become text, as in JSON.
    return json.loads(json.dumps(parsed, default=str)) if isinstance(parsed, Mapping) else text


def whole(value: Any) -> bool:
    """Whether a mapping is one value: a quantity with a range, its unit and its source."""
    from thuishaven.dossier.structure import is_quantity

    return is_quantity(value)


def compared(old: Content, new: Content) -> tuple[Difference, ...]:
    """What differs between two versions, field by field."""
    return differences(tree_of(old), tree_of(new), whole)


def written(tree: Mapping[str, Any], like: Content) -> Content:
    """Content that says what a tree says, in the text of ``like`` where that says the same already."""
    from thuishaven.dossier import merge as into_text
    from thuishaven.dossier import yaml

    dossier, answers = tree["dossier"], tree.get("answers", {})
    if isinstance(dossier, str):
        return Content(dossier, answers)
    old = _parsed(like.text)
    if not isinstance(old, Mapping):
        return Content(yaml.dump(dict(dossier)), answers)
    if same(tree_of(like)["dossier"], dossier):
        return Content(like.text, answers)
    kept = Content(yaml.text_of(into_text(old, dossier, None), like.text), answers)
    if same(tree_of(kept)["dossier"], dossier):
        return kept
    # The text's own way of writing cannot hold the new values: then written anew, comments lost.
    return Content(yaml.dump(dict(dossier)), answers)


@cache
def field_classes() -> tuple[tuple[re.Pattern[str], int], ...]:
    """Patterns of paths with their class, from ``field_classes.csv``; ``*`` is one step."""
    rows = read_table("thuishaven.databank", "field_classes.csv")
    return tuple((_pattern(row["path"]), int(row["class"])) for row in rows)


def _pattern(path: str) -> re.Pattern[str]:
    step = r"(?:[^.\\]|\\.)+"
    inner = r"\.".join(step if part == "*" else re.escape(part) for part in path.split("."))
    return re.compile(rf"{inner}(?:\..*)?", re.DOTALL)


def class_of(place: str) -> int:
    """The class of the field at a path.

    >>> class_of("dossier.plans.today.sources.supplier.unit_price.value"), class_of("dossier.demand")
    (4, 3)
    """
    return max((level for pattern, level in field_classes() if pattern.fullmatch(place)), default=USUAL_CLASS)


def redacted(content: Content, highest_class: int, parts: Sequence[str] = ()) -> Content:
    """The content without the fields above a class and outside some parts.

    Comments go too when something goes: they may repeat what is hidden. A text that cannot be read as a
    dossier is hidden altogether.

    Parameters
    ----------
    content
        What there is.
    highest_class
        Fields above this class are left out.
    parts
        The places that stay, as in ``dossier.demand``; all of them when there are none.
    """
    from thuishaven.dossier import yaml

    if not parts and highest_class >= max(level for _, level in field_classes()):
        return content
    tree = tree_of(content)
    if isinstance(tree["dossier"], str):
        return Content("", {} if parts else tree["answers"])
    kept = _cleared(tree, "", highest_class, parts)
    if same(kept, tree):
        return content
    return Content(yaml.dump(kept.get("dossier", {})), kept.get("answers", {}))


def _cleared(value: Any, place: str, highest: int, parts: Sequence[str]) -> Any:
    if place and (class_of(place) > highest or not _on_the_way(place, parts)):
        return ABSENT
    if isinstance(value, Mapping):
        steps = {key: f"{place}.{key_in_path(key)}" if place else key_in_path(key) for key in value}
        found = {key: _cleared(part, steps[key], highest, parts) for key, part in value.items()}
        if place and not _inside(place, parts) and "id" in value:
            # An item is known by its id, also where only a part below it is seen.
            found["id"] = value["id"]
        return {key: part for key, part in found.items() if part is not ABSENT}
    if isinstance(value, list):
        # In a list the class goes by the field, whatever the item is called.
        items = [_cleared(part, f"{place}.{_item(part)}", highest, parts) for part in value]
        return [part for part in items if part is not ABSENT]
    return value


def _inside(place: str, parts: Sequence[str]) -> bool:
    return not parts or any(within(place, part) for part in parts)


def _on_the_way(place: str, parts: Sequence[str]) -> bool:
    """Whether a place lies in one of the parts, or one of them in it."""
    return _inside(place, parts) or any(within(part, place) for part in parts)


def _item(part: Any) -> str:
    name = part.get("id") if isinstance(part, Mapping) else None
    return key_in_path(name) if isinstance(name, str) and name else "-"


def unredacted(seen: Content, saved: Content, full: Content) -> Content:
    """What somebody who saw less than everything saved, with the rest put back.

    Parameters
    ----------
    seen
        The redacted content that the change started from.
    saved
        What it was made into.
    full
        The whole content that ``seen`` was taken from.
    """
    merged = merge(tree_of(seen), tree_of(saved), tree_of(full), whole)
    return written(merged.tree, full)
