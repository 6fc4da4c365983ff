"""A company's own figures about the world: which ones the dossier uses, and a form for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic.fields import FieldInfo

from thuishaven.dossier import UserFact
from thuishaven.dossier.structure import Member, Path, members
from thuishaven.locale import N_, _, unit
from thuishaven.web.complaints import in_words, problems_of, with_problems
from thuishaven.web.defaults import day_of, left_to_us, remarks_on, source_of, told
from thuishaven.web.drafts import Desk
from thuishaven.web.figures import countries_offered
from thuishaven.web.forms import Default, Field, Group, of_member
from thuishaven.web.ops_work import known_facts
from thuishaven.web.tree import at

if TYPE_CHECKING:
    from thuishaven.facts import Answer

#: What the keys of a parameter are called in a form.
KEYS = {
    "iso3": N_("Country"),
    "origin": N_("From which country"),
    "destination": N_("To which country"),
    "importer": N_("Imported into"),
    "currency": N_("Currency"),
    "cn": N_("Customs code"),
    "mode": N_("By which transport"),
    "maker": N_("By whom it is made"),
    "region": N_("Part of the world"),
    "distance": N_("How far"),
    "good": N_("Goods"),
    "product": N_("Goods"),
}
_COUNTRIES = ("iso3", "origin", "destination")
#: What is filled in for a figure, after what it is about.
_ASKED = ("value", "low", "high", "unit", "period", "source")
#: A share is typed in per cent.
SHARE, PER_CENT = "fraction", "percent"


@dataclass(frozen=True, slots=True)
class Used:
    """A figure about the world on which the dossier rests.

    Parameters
    ----------
    id
        Of the figure that was asked for, before anything stood in for it: parameter and keys.
    label
        What it is, and what it is about.
    default
        What we calculate with, and where it comes from.
    own
        Whether it is the company's own.
    """

    id: str
    label: str
    default: Default
    own: bool


def used(desk: Desk) -> list[Used]:
    """The figures about the world on which the dossier rests, by name; none while it is not complete."""
    left = left_to_us(desk)
    if left is None:
        return []
    found = {}
    for leaf in left.facts:
        if leaf.answer is not None:
            parameter, keys = asked_for(leaf.answer)
            identity = written_id(parameter, keys)
            own = leaf.answer.fact.status == "user"
            found[identity] = Used(identity, label_of(parameter, keys), _default(leaf.answer, desk), own)
    return sorted(found.values(), key=lambda item: item.label.casefold())


def asked_for(answer: Answer) -> tuple[str, dict[str, str]]:
    """The parameter and the keys that a question was about, before other figures stood in for the answer."""
    parameter, keys = answer.fact.parameter, dict(answer.fact.keys)
    for step in reversed(answer.fallbacks):
        if step.code == "other_parameter":
            parameter = step.params["parameter"]
            continue
        keys = {
            key: step.params["asked"] if value == step.params.get("used") else value
            for key, value in keys.items()
        }
    return parameter, keys


def written_id(parameter: str, keys: Mapping[str, str]) -> str:
    """A parameter with its keys, as it stands in an address: ``labour_cost[iso3=NLD]``."""
    inside = ",".join(f"{key}={value}" for key, value in sorted(keys.items()))
    return f"{parameter}[{inside}]" if inside else parameter


def read_id(identity: str) -> tuple[str, dict[str, str]]:
    """Parameter and keys of an id, with or without its period."""
    name = identity.partition("@")[0]
    parameter, _bracket, inside = name.partition("[")
    pairs = (pair.partition("=") for pair in inside.removesuffix("]").split(",") if pair)
    return parameter, {key: value for key, _sign, value in pairs}


def label_of(parameter: str, keys: Mapping[str, str]) -> str:
    """What a figure is called, with what it is about: "Labour cost per hour (Netherlands)"."""
    from thuishaven.report import words

    name = words.parameter_label(parameter) or parameter
    about = ", ".join(words.key_value(key, value) for key, value in sorted(keys.items()) if value)
    return f"{name} ({about})" if about else name


def _default(answer: Answer, desk: Desk) -> Default:
    title, url = source_of(answer.fact.source_id)
    if answer.fact.status == "user":
        title, url = answer.fact.source_id, ""
    return Default(told(answer, "", day_of(desk.tree)), title, url, remarks=remarks_on(answer))


# ---- a form for each


def fact_groups(desk: Desk, new: str = "") -> list[Group]:
    """A group of fields for each own figure, and one for a figure that is to be replaced.

    Parameters
    ----------
    desk
        The draft.
    new
        Id of the figure to replace; empty for none.
    """
    rows = at(desk.tree, ("facts",))
    facts = rows if isinstance(rows, list) else []
    found = [_group(desk, place, fact) for place, fact in enumerate(facts)]
    found = _complained(with_problems(found, desk), desk)
    parameter, keys = read_id(new)
    if parameter in known_facts().parameters:
        found.append(_group(desk, len(facts), {"parameter": parameter, "keys": keys}, new=True))
    return found


def _group(desk: Desk, place: int, fact: Any, *, new: bool = False) -> Group:
    path: Path = ("facts", place)
    row = fact if isinstance(fact, Mapping) else {}
    parameter = str(row.get("parameter") or "")
    about = row.get("keys")
    keys = {str(key): str(value) for key, value in about.items()} if isinstance(about, Mapping) else {}
    registered = known_facts().parameters.get(parameter)
    fields = []
    if registered is None:
        fields.append(of_member(members(UserFact)["parameter"], (*path, "parameter"), parameter))
    names = registered.keys if registered is not None else tuple(keys)
    fields += [_key(name, (*path, "keys", name), keys.get(name, "")) for name in names]
    for name in _ASKED:
        item = of_member(members(UserFact)[name], (*path, name), row.get(name))
        if name == "unit" and registered is not None:
            usual = PER_CENT if registered.unit == SHARE else registered.unit
            item = _of_unit(item, registered.unit, usual if new else item.value)
        if name == "period" and new:
            item = replace(item, value=str(day_of(desk.tree).year))
        fields.append(item)
    title = label_of(parameter, keys) if parameter else _("A figure of your own")
    return Group(title, tuple(fields), filled=0 if new else 1, about=_instead(parameter, keys, desk))


def _key(name: str, path: Path, value: str) -> Field:
    """What a figure is about: a country from the list, anything else as text."""
    label = KEYS.get(name, name)
    offered = dict(countries_offered())
    countries = name in _COUNTRIES and (not value or value in offered)
    member = Member(name, "text", FieldInfo(description=label, annotation=str))
    if countries:
        return Field(
            path, replace(member, kind="code", codes="countries"), value, options=tuple(offered.items())
        )
    return Field(path, member, value)


def _of_unit(item: Field, registered: str, value: str) -> Field:
    """The unit of a figure, to choose: that of the register, per cent for a share, dollars for euros."""
    codes = [registered]
    if registered == SHARE:
        codes = [PER_CENT, SHARE]
    elif registered.startswith("EUR"):
        codes += [registered.replace("EUR", "USD", 1)]
    options = tuple((code, "%" if code == PER_CENT else unit(code)) for code in codes)
    return replace(item, value=value, options=options)


def _instead(parameter: str, keys: Mapping[str, str], desk: Desk) -> str:
    """What is calculated with where the own figure is not there."""
    from thuishaven.facts import FactMissing, UnknownParameter

    try:
        answer = known_facts().lookup(parameter, keys, day_of(desk.tree))
    except (FactMissing, UnknownParameter):
        return ""
    found = _default(answer, desk)
    return " ".join(
        [_("Without it we calculate with {figure} ({source}).", figure=found.text, source=found.source)]
        + [f"{remark[:1].upper()}{remark[1:]}." for remark in found.remarks]
    )


def _complained(found: list[Group], desk: Desk) -> list[Group]:
    """The groups with what is wrong about a figure as a whole at its first field."""
    wrong = problems_of(desk)
    done = []
    for place, group in enumerate(found):
        texts = tuple(in_words(problem) for at_, problem in wrong if at_ == f"facts[{place + 1}].keys")
        if texts and group.main:
            first = replace(group.main[0], problems=(*group.main[0].problems, *texts))
            group = replace(group, main=(first, *group.main[1:]))
        done.append(group)
    return done


def sent_groups(desk: Desk, form: Mapping[str, Any]) -> list[Group]:
    """The groups as they were sent, and one for a new figure of which something was told.

    In the new one nothing stands yet, so that everything that was sent is kept.
    """
    groups = fact_groups(desk, str(form.get("new", "")))
    rows = at(desk.tree, ("facts",))
    place = len(rows) if isinstance(rows, list) else 0
    if len(groups) == place:
        return groups
    if not any(
        str(form.get(f"facts.{place}.{name}", "")).strip() for name in ("value", "low", "high", "source")
    ):
        return groups[:-1]
    blank = replace(groups[-1], main=tuple(replace(item, value="") for item in groups[-1].main))
    return [*groups[:-1], blank]


def named(tree: Any, place: int, identity: str) -> Any:
    """The dossier in which a new figure has the parameter that it replaces."""
    rows = at(tree, ("facts",))
    if isinstance(rows, list) and len(rows) > place and "parameter" not in rows[place]:
        parameter, keys = read_id(identity)
        rest = dict(rows[place])
        rows[place].clear()
        rows[place].update({"parameter": parameter, **({"keys": keys} if keys else {}), **rest})
    return tree
