"""The forms of a plan: who makes it on what terms, or what changes about today, and what else differs."""

from __future__ import annotations

import copy
from typing import Any

from thuishaven.dossier import Plan, Source
from thuishaven.dossier.structure import Path, members
from thuishaven.dossier.yaml import plain
from thuishaven.locale import _, ngettext
from thuishaven.web.forms import Group, group_of, rows_of
from thuishaven.web.sections import MAIN, titled
from thuishaven.web.tree import at, put

#: Fields of a source that stand in groups of their own, or in none.
_SOURCE_LEFT = (
    "id",
    "from",
    "until",
    "terms",
    "logistics",
    "quality",
    "coordination",
    "risk",
    "quote",
    "process",
)
#: Kinds of plan that change one thing about today: the section in which it stands, and its first field.
ONE_CHANGE = {"bigger_stock": ("stock", "buffer_weeks")}


def source_groups(tree: Any, path: Path, risk: bool = False) -> list[Group]:
    """The fields of a source of supply: who and where, then its terms behind lines to open.

    Parameters
    ----------
    tree, path
        The dossier, and the source's place in it.
    risk
        Whether its risks are asked here too; those of today have a step of their own.
    """
    from thuishaven.report.telling import capital

    title = capital(source_name(tree, path)) or _("Who makes it")
    # A plant of one's own sends no quote: what it would charge is asked further on.
    bought = ("incoterm", "unit_price") if at(tree, (*path, "maker")) == "own" else ()
    first = [name for name in MAIN["source"] if name not in bought]
    found = [group_of(title, Source, path, tree, first, _SOURCE_LEFT)]
    parts = ("quote", "terms", "logistics", "quality", "coordination", *(["risk"] if risk else []), "process")
    return [*found, *_parts(tree, path, parts)]


def _parts(tree: Any, path: Path, names: tuple[str, ...]) -> list[Group]:
    """Parts of a source, each behind a line to open."""
    known = members(Source)
    found = []
    for name in names:
        section = known[name].section
        assert section is not None
        title = _("How this plant makes it, where it differs") if name == "process" else titled(name)
        found.append(group_of(title, section, (*path, name), tree, folded=True))
    return found


def change_groups(tree: Any, path: Path, name: str, folded: bool = False) -> list[Group]:
    """The fields of a source of today that a plan changes.

    Parameters
    ----------
    tree, path
        The dossier, and the place of the changes in it.
    name
        Who that source is; empty where nothing was told about it yet.
    folded
        Whether they stand behind a line to open.
    """
    left = (*_SOURCE_LEFT, "maker", "country", "share")
    title = _("Changes to {source}", source=name) if name else _("Changes to today's source")
    found = [group_of(title, Source, path, tree, MAIN["change"], left, folded)]
    return [
        *found,
        *_parts(tree, path, ("terms", "logistics", "quality", "coordination", "risk", "process")),
    ]


def plan_groups(tree: Any, place: int) -> list[Group]:
    """The fields of one plan: what it is first about, then everything else in which it may differ."""
    path: Path = ("plans", place)
    section, field = ONE_CHANGE.get(str(at(tree, (*path, "family"))), ("", ""))
    left = tuple(name for name in members(Plan) if name not in MAIN["plan"])
    sources = at(tree, (*path, "sources"))
    # Only where others make it does volume leave, and overhead stay behind.
    first = MAIN["plan"] if isinstance(sources, list) else ("name",)
    named = group_of(_("The plan"), Plan, path, tree, first, left)
    supply: list[Group] = []
    if isinstance(sources, list):
        for number in range(len(sources)):
            supply += source_groups(tree, (*path, "sources", number), risk=True)
    else:
        for name in _today_names(tree):
            supply += change_groups(
                tree, (*path, "changes", name), _maker_today(tree, name), folded=bool(section)
            )
    own: list[Group] = []
    rest: list[Group] = []
    for name, member in members(Plan).items():
        if member.kind != "section" or member.section is None:
            continue
        if name == section:
            own.append(group_of(titled(name), member.section, (*path, name), tree, (field,)))
        else:
            main = MAIN.get(name) if name == "one_off" else None
            folded = name != "one_off" or bool(section)
            rest.append(group_of(titled(name), member.section, (*path, name), tree, main, folded=folded))
    rows = rows_of(members(Plan)["flows"], (*path, "flows"), tree)
    flows = Group(rows.label, (), (), (rows,), folded=True, filled=len(rows.rows) - 1)
    return [named, *own, *supply, _material(tree, path), *rest, flows]


def _material(tree: Any, path: Path) -> Group:
    """The bill of materials of a plan: that of the dossier, until the plan has one of its own."""
    title = _("Materials and parts, where they differ")
    if at(tree, (*path, "bom")) is None and (count := len(materials(tree))):
        about = ngettext(
            "This plan uses the {n} part of your bill of materials.",
            "This plan uses the {n} parts of your bill of materials.",
            count,
        )
        return Group(
            title, (), folded=True, about=about, actions=(("bom:own", _("Change them for this plan")),)
        )
    rows = rows_of(members(Plan)["bom"], (*path, "bom"), tree)
    filled = len(rows.rows) - 1
    actions = (("bom:today", _("Use the same materials as today again")),) if filled else ()
    return Group(title, (), (), (rows,), folded=True, filled=filled, actions=actions)


def materials(tree: Any) -> list[Any]:
    """The bill of materials that a plan takes over: that of today, else that of the dossier."""
    for place in (("plans", 0, "bom"), ("bom",)):
        found = at(tree, place)
        if isinstance(found, list):
            return found
    return []


def with_materials(tree: Any, place: int, own: bool) -> Any:
    """A dossier in which a plan has a bill of materials of its own to change, or takes over that of today."""
    path: Path = ("plans", place, "bom")
    put(tree, path, copy.deepcopy(plain(materials(tree))) if own else None)
    return tree


def _today_names(tree: Any) -> list[str]:
    sources = at(tree, ("plans", 0, "sources"))
    return [str(item.get("id")) for item in sources or () if hasattr(item, "get")]


def _maker_today(tree: Any, name: str) -> str:
    """Who a source of today is: its maker and country, with its name where several are alike."""
    names = _today_names(tree)
    told = [source_name(tree, ("plans", 0, "sources", place)) for place in range(len(names))]
    here = told[names.index(name)]
    return here if told.count(here) == 1 or not here else f"{here} ({name})"


def source_name(tree: Any, path: Path) -> str:
    """Who a source is: its maker and country; empty where neither was told yet."""
    from thuishaven.report.words import country_name

    maker, country = at(tree, (*path, "maker")), at(tree, (*path, "country"))
    if maker in ("own", "supplier") and country:
        from thuishaven.report.subject import maker_in

        return maker_in(str(maker), str(country))
    return country_name(str(country)) if country else ""
