"""The steps in which a dossier is told: which fields each step asks, and what is still wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic.fields import FieldInfo

from thuishaven.dossier import SUPPLIERS, Dossier, Link, Risk, Stock
from thuishaven.dossier.structure import Member, Path, members
from thuishaven.dossier.translate import where
from thuishaven.locale import N_, _
from thuishaven.web.complaints import in_words, problems_of, with_problems
from thuishaven.web.drafts import Desk
from thuishaven.web.fact_forms import fact_groups
from thuishaven.web.forms import Field, Group, group_of, of_section, rows_of
from thuishaven.web.plan_forms import plan_groups, source_groups, source_name
from thuishaven.web.preference_forms import said
from thuishaven.web.sections import MAIN, TITLES, titled
from thuishaven.web.tree import at, put

#: The steps by name: title, and why it is asked.
STEPS = {
    "product": (
        N_("The product"),
        N_("Freight, duty and handling follow from what it is. A name and a customs code will do."),
    ),
    "demand": (
        N_("The demand"),
        N_(
            "Volume decides whether a machine earns itself back; how much it swings decides what stock "
            "and speed are worth."
        ),
    ),
    "today": (
        N_("Today"),
        N_("Who makes it now, where and on what terms. Every other plan is compared with this."),
    ),
    "plans": (
        N_("Other plans"),
        N_(
            "Each plan is today with something changed. Add what you think of; “Explore” works out the ones "
            "you did not think of."
        ),
    ),
    "process": (
        N_("How it is made"),
        N_("Hours, energy and material for one unit: what a plant of your own would need."),
    ),
    "chain": (
        N_("Stock and risk"),
        N_("What lies in store, what may go wrong on the way, and who stands behind it."),
    ),
    "preferences": (
        N_("What matters to you"),
        N_("Cost is one criterion. Say which others count for your company."),
    ),
}
#: What a maker in the network may tell in a file, and nothing is worked out from.
NOT_READ = ("place", "capacity", "stops", "lead_days", "mode", "switch_cost")
#: A region as an example, while no country was chosen.
SAMPLE = "Noord-Brabant (NL41)"
#: Parts of a dossier that no form shows: they are kept, and edited in a file or on pages of their own.
LEFT = ("thuishaven", "title", "about", "scan", "chain", "preferences", "facts", "plans")


@dataclass(frozen=True, slots=True)
class Place:
    """Something that is wrong, with the step and the field where it is mended."""

    step: str
    field: str
    label: str
    text: str


def groups(step: str, tree: Any) -> list[Group]:
    """The groups of fields of a step, with what the dossier holds in them."""
    match step:
        case "product":
            found = [
                _with_regions(_of("company", tree, leave=("nace",)), tree),
                _of("product", tree, leave=("cbam",)),
                _date(tree),
            ]
            found += [_nested("company", "nace", tree), _nested("product", "cbam", tree)]
        case "demand":
            found = [_of("demand", tree)]
        case "today":
            found = [
                group
                for place in _places(tree)
                for group in source_groups(tree, ("plans", 0, "sources", place))
            ]
        case "process":
            found = [_of("process", tree), _bill(tree), *_others(tree)]
        case "chain":
            found = [group_of(_(TITLES["stock"]), Stock, ("stock",), tree)]
            for place in _places(tree):
                path: Path = ("plans", 0, "sources", place, "risk")
                name = source_name(tree, path[:-1])
                title = _("Risk of {source}", source=name) if name else _("Risk of today's source")
                found.append(group_of(title, Risk, path, tree))
            found.append(_network(tree))
        case _:
            found = []
    return found


def _of(name: str, tree: Any, leave: Sequence[str] = ()) -> Group:
    member = members(Dossier)[name]
    assert member.section is not None
    return group_of(titled(name), member.section, (name,), tree, MAIN.get(name), leave)


def _with_regions(group: Group, tree: Any) -> Group:
    """The company with the regions of its country to choose from."""
    from thuishaven.facts import regions_of

    offered = regions_of(str(at(tree, ("company", "country"))))
    names = {region.code: f"{region.name} ({region.code})" for region in offered}
    sample = next((names[region.code] for region in offered if region.level == 2), SAMPLE)

    def asked(item: Field) -> Field:
        if item.name != "company.region":
            return item
        return replace(
            item, value=names.get(item.value, item.value), offered=tuple(names.values()), sample=sample
        )

    return replace(group, main=tuple(map(asked, group.main)))


def with_region(tree: Any) -> Any:
    """A dossier in which the region that was typed stands as its code, where we know which one is meant."""
    from thuishaven.facts import find_region

    typed, country = at(tree, ("company", "region")), at(tree, ("company", "country"))
    if typed and country:
        inside = re.search(r"\((\w+)\)\s*$", str(typed))
        meant = (find_region(inside[1], str(country)) if inside else None) or find_region(
            str(typed), str(country)
        )
        if meant is not None and meant.code != typed:
            put(tree, ("company", "region"), meant.code)
    return tree


def _nested(outer: str, name: str, tree: Any) -> Group:
    holder = members(Dossier)[outer].section
    assert holder is not None
    member = members(holder)[name]
    assert member.section is not None
    return group_of(titled(name), member.section, (outer, name), tree, folded=True, within=True)


def _date(tree: Any) -> Group:
    return Group(_("The dossier"), tuple(of_section(Dossier, (), tree, ("as_of",))), folded=True)


def _bill(tree: Any) -> Group:
    rows = rows_of(members(Dossier)["bom"], ("bom",), tree)
    return Group(rows.label, (), (), (rows,), folded=True, filled=len(rows.rows) - 1)


def _network(tree: Any) -> Group:
    """Who makes what for whom, tier by tier: for the day that a link breaks."""
    info = FieldInfo(description=N_("Makers behind your product, one by one"))
    rows = rows_of(Member("suppliers", "list", info, section=Link), SUPPLIERS, tree, NOT_READ)
    about = _(
        "Who makes what for whom, as far back as you know it. From it the results say who is the only "
        "source, and how long your stock lasts when one of them stops. No cost is worked out from it."
    )
    return Group(
        _("The supply network"), (), (), (rows,), folded=True, filled=len(rows.rows) - 1, about=about
    )


def _others(tree: Any) -> list[Group]:
    """The sections of a dossier that no other step shows."""
    placed = {"company", "product", "demand", "process", "stock", "bom"}
    return [
        group_of(titled(name), member.section, (name,), tree, folded=True)
        for name, member in members(Dossier).items()
        if member.kind == "section" and member.section is not None and name not in {*placed, *LEFT}
    ]


def _places(tree: Any) -> range:
    sources = at(tree, ("plans", 0, "sources"))
    return range(max(len(sources), 1) if isinstance(sources, list) else 1)


def pages_of(tree: Any) -> Iterator[tuple[str, list[Group]]]:
    """Every page with fields of a dossier: its address below ``/dossier``, and its groups."""
    for step in STEPS:
        yield step, groups(step, tree)
    plans = at(tree, ("plans",))
    for place in range(1, len(plans) if isinstance(plans, list) else 0):
        yield f"plans/{at(tree, ('plans', place, 'id'))}", plan_groups(tree, place)


def places_of(desk: Desk) -> list[Place]:
    """Everything that is still wrong with a dossier, with the page and the field where it is mended."""
    tree, found, told = desk.tree, [], set()
    for step, items in pages_of(tree):
        for group in with_problems(items, desk):
            for item in group.fields:
                for text in item.problems:
                    found.append(Place(step, item.name, item.label, text))
                    told.add(where(item.path, tree))
            for listed in group.lists:
                for text in listed.problems:
                    found.append(Place(step, listed.name, listed.label, text))
                    told.add(where(listed.path, tree))
    for field, text in said(tree):
        found.append(Place("preferences", field, _(STEPS["preferences"][0]), text))
    for number, group in enumerate(fact_groups(desk), start=1):
        for item in group.fields:
            for text in item.problems:
                found.append(Place("facts", item.name, f"{group.title}, {item.label}", text))
                told.add(f"facts[{number}]")
    for place, problem in problems_of(desk):
        # What a section as a whole lacks was said at the fields that it cannot do without.
        inside = problem.code == "missing" and any(here.startswith(f"{place}.") for here in told)
        if not inside and not any(
            place == here or place.startswith((f"{here}.", f"{here}[")) for here in told
        ):
            step = step_of(place)
            called = _(STEPS[step][0]) if place == "plans" else problem.place() or _(STEPS[step][0])
            found.append(Place(step, "", called, in_words(problem)))
    return found


def step_of(place: str) -> str:
    """The step in which something is asked that stands at a place in a dossier."""
    head = place.partition(".")[0].partition("[")[0]
    if head == "plans":
        return "today" if place == "plans" or place.startswith(("plans[today]", "plans[1]")) else "plans"
    return {
        "company": "product",
        "as_of": "product",
        "stock": "chain",
        "bom": "process",
        "facts": "facts",
    }.get(head, head if head in STEPS else "product")
