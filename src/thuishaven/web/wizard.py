"""The steps in which a dossier is told: which fields each step asks, and what is still wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from thuishaven.dossier import Dossier, Plan, Problem, Risk, Source, Stock
from thuishaven.dossier.structure import Path, members
from thuishaven.dossier.translate import where
from thuishaven.locale import N_, _
from thuishaven.web.defaults import default_of
from thuishaven.web.drafts import Desk
from thuishaven.web.forms import Field, Group, Row, Rows, group_of
from thuishaven.web.tree import at

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
    "chain": (N_("Stock and risk"), N_("What lies in store, and what may go wrong on the way.")),
    "preferences": (
        N_("What matters to you"),
        N_("Cost is one criterion. Say which others count for your company."),
    ),
}
#: Fields of a section that matter first; the others stand behind a line to open.
MAIN = {
    "company": ("name", "country", "region"),
    "product": ("name", "cn", "mass_kg", "volume_m3", "price"),
    "demand": ("units_per_year", "growth", "variation", "markets"),
    "process": ("labour_hours", "machine_hours", "energy_kwh", "shifts", "automation", "material_yield"),
    "source": ("maker", "country", "share", "incoterm", "unit_price", "lead_days", "lead_sd_days"),
    "change": ("unit_price", "lead_days", "lead_sd_days"),
    "one_off": ("building", "machines", "moulds", "automation", "ramp_up_months"),
    "plan": ("name", "overhead_left"),
}
#: What the sections are called.
TITLES = {
    "company": N_("Your company"),
    "product": N_("The product"),
    "demand": N_("How much"),
    "process": N_("How one unit is made"),
    "stock": N_("Stock"),
    "terms": N_("Buying terms"),
    "logistics": N_("Transport and border"),
    "quality": N_("Quality"),
    "coordination": N_("Working together"),
    "risk": N_("Risk"),
    "quote": N_("The quote"),
    "one_off": N_("What is spent once"),
    "market": N_("What it does to sales"),
    "home_risk": N_("What may go wrong at home"),
    "nace": N_("Main activity"),
    "cbam": N_("Embedded emissions"),
}
#: Parts of a dossier that no form shows: they are kept, and edited in a file or on pages of their own.
LEFT = ("thuishaven", "title", "about", "scan", "chain", "preferences", "facts", "plans")
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


@dataclass(frozen=True, slots=True)
class Place:
    """Something that is wrong, with the step and the field where it is mended."""

    step: str
    field: str
    label: str
    text: str


def titled(name: str, section: type[BaseModel] | None = None) -> str:
    """What a section is called in the language in use."""
    if name in TITLES:
        return _(TITLES[name])
    found = members(Dossier).get(name)
    return _(found.help) if found is not None else name


def groups(step: str, tree: Any) -> list[Group]:
    """The groups of fields of a step, with what the dossier holds in them."""
    match step:
        case "product":
            found = [
                _of("company", tree, leave=("nace",)),
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
                title = _("Risk of {source}", source=_source_name(tree, path[:-1]))
                found.append(group_of(title, Risk, path, tree))
        case _:
            found = []
    return [_with_defaults(group, tree) for group in found]


def _of(name: str, tree: Any, leave: Sequence[str] = ()) -> Group:
    member = members(Dossier)[name]
    assert member.section is not None
    return group_of(titled(name), member.section, (name,), tree, MAIN.get(name), leave)


def _nested(outer: str, name: str, tree: Any) -> Group:
    holder = members(Dossier)[outer].section
    assert holder is not None
    member = members(holder)[name]
    assert member.section is not None
    return group_of(titled(name), member.section, (outer, name), tree, folded=True)


def _date(tree: Any) -> Group:
    from thuishaven.web.forms import of_section

    return Group(_("The dossier"), tuple(of_section(Dossier, (), tree, ("as_of",))), folded=True, filled=1)


def _bill(tree: Any) -> Group:
    from thuishaven.web.forms import rows_of

    rows = rows_of(members(Dossier)["bom"], ("bom",), tree)
    return Group(rows.label, (), (), (rows,), folded=True, filled=len(rows.rows) - 1)


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


def source_groups(tree: Any, path: Path, risk: bool = False) -> list[Group]:
    """The fields of a source of supply: who and where, then its terms behind lines to open.

    Parameters
    ----------
    tree, path
        The dossier, and the source's place in it.
    risk
        Whether its risks are asked here too; those of today have a step of their own.
    """
    known = members(Source)
    found = [group_of(_source_name(tree, path), Source, path, tree, MAIN["source"], _SOURCE_LEFT)]
    for name in ("quote", "terms", "logistics", "quality", "coordination", *(["risk"] if risk else [])):
        section = known[name].section
        assert section is not None
        found.append(group_of(titled(name), section, (*path, name), tree, folded=True))
    return found


def change_groups(tree: Any, path: Path, name: str) -> list[Group]:
    """The fields of a source of today that a plan changes."""
    known = members(Source)
    left = (*_SOURCE_LEFT, "maker", "country", "share")
    found = [group_of(_("Changes to {source}", source=name), Source, path, tree, MAIN["change"], left)]
    for section_name in ("terms", "logistics", "quality", "coordination", "risk"):
        section = known[section_name].section
        assert section is not None
        found.append(group_of(titled(section_name), section, (*path, section_name), tree, folded=True))
    return found


def plan_groups(tree: Any, place: int) -> list[Group]:
    """The fields of one plan."""
    path: Path = ("plans", place)
    left = tuple(name for name in members(Plan) if name not in MAIN["plan"])
    found = [group_of(_("The plan"), Plan, path, tree, MAIN["plan"], left)]
    sources = at(tree, (*path, "sources"))
    if isinstance(sources, list):
        for number in range(len(sources)):
            found += source_groups(tree, (*path, "sources", number), risk=True)
    else:
        for name in _today_names(tree):
            found += change_groups(tree, (*path, "changes", name), _maker_today(tree, name))
    for name, member in members(Plan).items():
        if member.kind == "section" and member.section is not None:
            main = MAIN.get(name) if name == "one_off" else None
            folded = name != "one_off"
            found.append(group_of(titled(name), member.section, (*path, name), tree, main, folded=folded))
    flows = members(Plan)["flows"]
    from thuishaven.web.forms import rows_of

    rows = rows_of(flows, (*path, "flows"), tree)
    found.append(Group(rows.label, (), (), (rows,), folded=True, filled=len(rows.rows) - 1))
    return [_with_defaults(group, tree) for group in found]


def _today_names(tree: Any) -> list[str]:
    sources = at(tree, ("plans", 0, "sources"))
    return [str(item.get("id")) for item in sources or () if hasattr(item, "get")]


def _maker_today(tree: Any, name: str) -> str:
    """Who a source of today is: its maker and country, with its name where several are alike."""
    names = _today_names(tree)
    told = [_source_name(tree, ("plans", 0, "sources", place)) for place in range(len(names))]
    here = told[names.index(name)]
    return here if told.count(here) == 1 else f"{here} ({name})"


def _source_name(tree: Any, path: Path) -> str:
    from thuishaven.report.words import country_name

    maker, country = at(tree, (*path, "maker")), at(tree, (*path, "country"))
    if maker in ("own", "supplier") and country:
        from thuishaven.report.subject import maker_in

        return maker_in(str(maker), str(country))
    return country_name(str(country)) if country else _("Who makes it")


def _with_defaults(group: Group, tree: Any) -> Group:
    """The group with the figure that is used for each field that stays empty."""

    def filled(item: Field) -> Field:
        if item.kind != "quantity" or item.value or item.low:
            return item
        return replace(item, default=default_of(item.path, tree))

    return replace(group, main=tuple(map(filled, group.main)), more=tuple(map(filled, group.more)))


# ---- what is wrong


def problems_of(desk: Desk) -> list[tuple[str, Problem]]:
    """What is wrong with a dossier: the place as a reader knows it, and the problem."""
    return [(problem.where, problem) for problem in desk.problems]


def in_words(problem: Problem) -> str:
    """What is wrong, as said to someone who fills in a form: without the notation of a file."""
    if "{" not in str(problem.params.get("expected", "")):
        return problem.message()
    if problem.code == "not_a_number":
        return _(
            "{value} is not a number. Write a number; if you know it roughly, give the lowest and highest.",
            value=problem.params.get("value", ""),
        )
    return replace(problem, params={**problem.params, "expected": _("a number or a range")}).message()


def with_problems(found: list[Group], desk: Desk) -> list[Group]:
    """The groups with what is wrong at each field."""
    tree = desk.tree
    wrong = problems_of(desk)

    def marked(item: Field) -> Field:
        here = where(item.path, tree)
        texts = tuple(
            in_words(problem)
            for place, problem in wrong
            if place == here or place.startswith((f"{here}.", f"{here}["))
        )
        return replace(item, problems=texts) if texts else item

    def rows(items: Rows) -> Rows:
        done = tuple(
            Row(tuple(map(marked, row.fields)), row.new) if not row.new else row for row in items.rows
        )
        return replace(items, rows=done)

    return [
        replace(
            group,
            main=tuple(map(marked, group.main)),
            more=tuple(map(marked, group.more)),
            lists=tuple(map(rows, group.lists)),
        )
        for group in found
    ]


def wrong_in(found: Sequence[Group]) -> list[tuple[str, str]]:
    """What is wrong in some groups: the name of the field, and what to say."""
    return [
        (item.name, f"{item.label}: {text}")
        for group in found
        for item in group.fields
        for text in item.problems
    ]


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
    for place, problem in problems_of(desk):
        if not any(place == here or place.startswith((f"{here}.", f"{here}[")) for here in told):
            step = step_of(place)
            found.append(Place(step, "", problem.place() or _(STEPS[step][0]), in_words(problem)))
    return found


def step_of(place: str) -> str:
    """The step in which something is asked that stands at a place in a dossier."""
    head = place.partition(".")[0].partition("[")[0]
    if head == "plans":
        return "today" if place == "plans" or place.startswith(("plans[today]", "plans[1]")) else "plans"
    return {"company": "product", "as_of": "product", "stock": "chain", "bom": "process"}.get(
        head, head if head in STEPS else "product"
    )
