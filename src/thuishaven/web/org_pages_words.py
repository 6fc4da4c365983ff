"""Places in a dossier and what stands there, in the words of the fields: versions, clashes, comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from thuishaven.databank import ABSENT, Content, Difference, compared, keys_of, tree_of
from thuishaven.dossier import Dossier, Source
from thuishaven.dossier.structure import Member, Path, members
from thuishaven.dossier.translate import shown
from thuishaven.locale import N_, _, date, labelled, language, ngettext
from thuishaven.web.forms import of_member
from thuishaven.web.wizard import STEPS, titled

#: Lines in which a whole section is told.
MOST_LINES = 16
#: Lists whose items are told by name, with the word before the name.
_ITEMS = {"plans": N_("plan {name}"), "bom": N_("part {name}")}


@dataclass(frozen=True, slots=True)
class Told:
    """A difference in words.

    Parameters
    ----------
    place
        Its path.
    where
        The same in words.
    old, new
        What stood and stands there, in lines.
    how
        ``added``, ``removed``, ``moved`` or ``changed``.
    """

    place: str
    where: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    how: str = "changed"


def told(found: Difference, *trees: Any) -> Told:
    """A difference in words, in the language in use.

    Parameters
    ----------
    found
        The difference.
    trees
        The contents it is between, for the names of plans and sources.
    """
    words, member = described(found.place, *trees)
    how = "added" if found.old is ABSENT else "removed" if found.new is ABSENT else "changed"
    if how == "changed" and _order(found.old) and _order(found.new) and member and member.kind == "list":
        return Told(found.place, words, tuple(found.old), tuple(found.new), "moved")
    return Told(found.place, words, lines(found.old, member), lines(found.new, member), how)


def changed(old: Content, new: Content) -> tuple[Told, ...]:
    """What differs between two contents, in the words of the language in use."""
    trees = tree_of(new), tree_of(old)
    return tuple(told(change, *trees) for change in compared(old, new))


def _order(value: Any) -> bool:
    """Whether a value is the order in which items stand: their names alone."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)


def where(place: str, *trees: Any) -> str:
    """A place in words: ``plan “at home”: what is spent once: machines``."""
    return described(place, *trees)[0]


def described(place: str, *trees: Any) -> tuple[str, Member | None]:
    """A place in words, with the definition of what stands there; ``None`` where it has none."""
    keys = keys_of(place)
    if not keys or keys == ["dossier"]:
        return _("the whole dossier"), None
    if keys[0] == "answers":
        return _answer(keys[1:]), None
    nodes = [tree.get("dossier") for tree in trees if isinstance(tree, Mapping)]
    words, member = _below(Dossier, keys[1:], nodes)
    return _joined(words), member


def _joined(words: Sequence[str]) -> str:
    """What is inside what, outermost first, with colons between."""
    *before, said = words
    for one in reversed(before):
        said = labelled(one, said)
    return said


def _answer(keys: Sequence[str]) -> str:
    from thuishaven import scan

    asked: dict[str, Any] = {**scan.gates(), **scan.questions()}
    found = next((asked[key] for key in keys if key in asked), None)
    return _joined([_("Scan"), *([_(found.question_en)] if found is not None else keys[-1:])])


def _below(
    section: type[BaseModel] | None, keys: Sequence[str], nodes: list[Any]
) -> tuple[list[str], Member | None]:
    words: list[str] = []
    member: Member | None = None
    rest = list(keys)
    while rest:
        key = rest.pop(0)
        member = members(section).get(key) if section is not None else None
        nodes = [_step(node, key) for node in nodes]
        if member is None:
            words += [key, *rest]
            break
        section = member.section
        if member.kind == "list" and rest:
            name = rest.pop(0)
            nodes = [_step(node, name) for node in nodes]
            item = next((node for node in nodes if isinstance(node, Mapping)), {"id": name})
            words.append(_called(member, item))
            continue
        words.append(titled(key, member.section) if member.section is not None else label_of(member))
        if member.kind == "changes" and rest:
            words.append(rest.pop(0))
            section = Source
    return words, member


def label_of(member: Member) -> str:
    """What a field asks, in words."""
    return of_member(member, (member.name,), None).label


def _step(node: Any, key: str) -> Any:
    if isinstance(node, Mapping):
        return node.get(key)
    if isinstance(node, list):
        return next((item for item in node if isinstance(item, Mapping) and item.get("id") == key), None)
    return None


def _called(member: Member, item: Mapping[str, Any]) -> str:
    """What an item of a list is called."""
    from thuishaven.report.subject import maker_in
    from thuishaven.web.plans import plan_called

    name = str(item.get("id", ""))
    if member.name == "sources" and item.get("maker") in ("own", "supplier") and item.get("country"):
        return maker_in(str(item["maker"]), str(item["country"]))
    if member.name == "plans":
        return _(_ITEMS["plans"], name=plan_called(item))
    return _(_ITEMS[member.name], name=name) if member.name in _ITEMS else f"{titled(member.name)} {name}"


def lines(value: Any, member: Member | None = None) -> tuple[str, ...]:
    """What stands at a place, as a person reads it, in one line or several."""
    if value is ABSENT or value is None:
        return (_("nothing"),)
    if member is not None and member.section is not None and isinstance(value, Mapping | list):
        found = list(_leaves(value, member.section))
        if len(found) > MOST_LINES:
            rest = len(found) - MOST_LINES
            more = ngettext("and {n} more line", "and {n} more lines", rest)
            return (*found[:MOST_LINES], more)
        return tuple(found) or (_("nothing"),)
    return (_leaf(value, member),)


def _leaves(value: Any, section: type[BaseModel], before: str = "") -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            name = str(item.get("id", "")) if isinstance(item, Mapping) else ""
            yield from _leaves(item, section, f"{before}{name}: " if name else before)
        return
    if not isinstance(value, Mapping):
        yield f"{before}{shown(value)}"
        return
    known = members(section)
    for key, part in value.items():
        member = known.get(str(key))
        if key == "id":
            continue
        if member is not None and member.section is not None and isinstance(part, list):
            yield from _leaves(part, member.section, before)
        elif member is not None and member.section is not None and isinstance(part, Mapping):
            yield from _leaves(
                part, member.section, before + labelled(titled(member.name, member.section), "")
            )
        else:
            label = label_of(member) if member is not None else str(key)
            yield before + labelled(label, _leaf(part, member))


def _leaf(value: Any, member: Member | None) -> str:
    """One value, with its unit."""
    if member is None or isinstance(value, list):
        return shown(value)
    item = of_member(member, (member.name,), value)
    if item.kind == "shares":
        return ", ".join(f"{key} {_with_unit(share, '%')}" for key, share in item.rows) or shown(value)
    if item.kind == "quantity":
        return _quantity(item.value, item.low, item.high, item.unit) or shown(value)
    text = dict(item.options).get(item.value, item.value)
    if item.kind == "date":
        return _date(text)
    return _with_unit(text, item.unit) if text else shown(value)


def _quantity(value: str, low: str, high: str, unit: str) -> str:
    of = "" if any(sign.isalpha() for sign in value + low) else unit
    if low and high:
        span = _("between {low} and {high}", low=low, high=high)
        return _with_unit(f"{value} ({span})" if value else span, of)
    return _with_unit(value, of)


def _with_unit(text: str, unit: str) -> str:
    """A figure with its unit; the sign of a percentage stands against it, but not in French."""
    return f"{text}{unit}" if unit == "%" and language() != "fr" else f"{text} {unit}".strip()


def _date(text: str) -> str:
    import datetime as dt

    try:
        return date(dt.date.fromisoformat(text))
    except ValueError:
        return text


# ---- the parts that can be handed to somebody


def parts_of(step: str, tree: Any) -> str:
    """The places that a step of the wizard fills in, as a share names them; empty where there are none yet.

    Parameters
    ----------
    step
        One of the steps.
    tree
        The dossier as a mapping.
    """
    from thuishaven.databank import key_in_path
    from thuishaven.web.wizard import LEFT

    plans = tree.get("plans") if isinstance(tree, Mapping) else None
    first = plans[0] if isinstance(plans, list) and plans and isinstance(plans[0], Mapping) else {}
    today = f"dossier.plans.{key_in_path(str(first['id']))}" if first.get("id") else ""
    places: list[str] = []
    match step:
        case "product":
            places = ["dossier.company", "dossier.product", "dossier.as_of"]
        case "today":
            places = [f"{today}.sources"] if today else []
        case "process":
            kept = {"company", "product", "demand", "stock", *LEFT}
            sections = members(Dossier).items()
            places = [f"dossier.{name}" for name, item in sections if item.section and name not in kept]
        case "chain":
            sources = first.get("sources") or ()
            names = [str(source.get("id", "")) for source in sources if isinstance(source, Mapping)]
            risks = [f"{today}.sources.{key_in_path(name)}.risk" for name in names if name and today]
            places = ["dossier.stock", "dossier.chain", *risks]
        case "demand" | "plans" | "preferences":
            places = [f"dossier.{step}"]
    # A name with a space in it would read as two places: a dossier that has one is not right yet.
    return "" if any(len(place.split()) != 1 for place in places) else " ".join(places)


def step_of_part(part: str | Sequence[str]) -> str:
    """The step of the wizard whose places a part holds; empty for none, or for all of it."""
    places = part.split() if isinstance(part, str) else list(part)
    if not places:
        return ""
    keys = keys_of(places[0])
    match keys[1:2]:
        case ["company"]:
            return "product"
        case ["stock"]:
            return "chain"
        case ["plans"]:
            return "today" if len(keys) > 2 else "plans"
        case [name] if name in STEPS:
            return name
    return "process"


def place_of_field(path: Path, tree: Any) -> str:
    """The place of a field of a form, as comments and versions name it: items by their id.

    >>> place_of_field(("plans", 0, "name"), {"plans": [{"id": "today"}]})
    'dossier.plans.today.name'
    """
    from thuishaven.databank import key_in_path

    names, node = ["dossier"], tree
    for step in path:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            node = None
        name = node.get("id") if isinstance(step, int) and isinstance(node, Mapping) else None
        names.append(key_in_path(str(name if name is not None else step)))
    return ".".join(names)
