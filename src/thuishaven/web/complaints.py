"""What is wrong with a dossier, in the words of a form: at the field, without the notation of a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from thuishaven.dossier import Problem
from thuishaven.dossier.translate import where
from thuishaven.locale import N_, _, in_percent, labelled
from thuishaven.web.drafts import Desk
from thuishaven.web.figures import written
from thuishaven.web.forms import Field, Group, Row, Rows
from thuishaven.web.tree import at

#: Parameters of a problem that are numbers of the field.
_NUMBERS = ("value", "lower", "upper", "limit", "first_value", "second_value", "mean", "whole", "decimal")
#: Ends of a range as a form calls them.
_ENDS = {
    "low": N_("the lowest"),
    "min": N_("the lowest"),
    "mode": N_("the most likely"),
    "value": N_("the most likely"),
    "p50": N_("the most likely"),
    "high": N_("the highest"),
    "max": N_("the highest"),
}
#: Codes whose value is a share of one, whichever field they stand at.
_OF_ONE = ("shares", "payment_shares", "market_shares")


def problems_of(desk: Desk) -> list[tuple[str, Problem]]:
    """What is wrong with a dossier: the place as a reader knows it, and the problem."""
    return [(problem.where, problem) for problem in desk.problems]


def in_words(problem: Problem, item: Field | None = None) -> str:
    """What is wrong, as said to someone who fills in a form.

    Parameters
    ----------
    problem
        As the dossier tells it.
    item
        The field at which it is said; its unit and its example are used.
    """
    params = _as_typed(problem, item)
    example = item.example if item is not None else ""
    if item is not None:
        params["example"] = example or params.get("example", "")
    match problem.code:
        case "missing" if item is not None and (item.options or item.kind == "flag"):
            return _("Please choose one.")
        case "missing" if example:
            return _("Please fill this in. For example {example}.", example=example)
        case "missing" if item is not None:
            return _("Please fill this in.")
        case "no_price":
            return _(
                "What do you pay for one unit today? For example {example}.", example=example or "7.90 USD"
            )
        case "no_sources" | "missing" if problem.code == "no_sources" or problem.where == "plans":
            return _("Say who makes the product now, in which country and at what price.")
        case "payment_shares":
            return _(
                "The instalments come to {value}, and together they must be 100 %. When is the rest paid?",
                value=params["value"],
            )
        case "market_shares":
            return _(
                "The shares come to {value}; together they cannot be more than 100 %.", value=params["value"]
            )
        case "shares":
            return _(
                "In {year} the shares of these sources come to {value}; together they must be 100 %.",
                year=params["year"],
                value=params["value"],
            )
        case "wrong_order":
            return _(
                "{first} ({first_value}) is more than {second} ({second_value}).",
                first=_end(params["first"]),
                first_value=params["first_value"],
                second=_end(params["second"]),
                second_value=params["second_value"],
            )
        case "circular_bom":
            return _(
                "The parts go in a circle: {value}. A part cannot contain itself; change what one goes into.",
                value=params["value"],
            )
        case "unknown_region":
            return _(
                "We know no region {value} there. Type its name as it is there, for example {example}.",
                value=params["value"],
                example=example or params["example"],
            )
        case "not_a_number" if _filed(params.get("expected", "")):
            return _(
                "{value} is not a number. Write a number; if you know it roughly, give the lowest and "
                "highest.",
                value=params.get("value", ""),
            )
        case _ if item is not None and item.kind == "shares" and params.get("value") == "":
            return _("Give each country its share, and each share its country; or empty both.")
        case "not_a_number" | "wrong_type" if item is not None and item.kind in {"number", "whole", "shares"}:
            return _(
                "{value} is not a number. For example {example}.",
                value=params.get("value", ""),
                example=example or "12",
            )
        case "unknown_form" if item is not None and bool(item.low) != bool(item.high):
            return _("Give both ends of the range, the lowest and the highest, or neither.")
        case "unknown_form":
            return _("This is not a number or a range. Write 12.5, or a range such as 10 - 15.")
    if _filed(params.get("expected", "")):
        params["expected"] = _("a number or a range")
    return replace(problem, params=params).message()


def _filed(text: Any) -> bool:
    """Whether a text speaks the notation of a file."""
    return "{" in str(text)


def _end(name: str) -> str:
    from thuishaven.report.telling import capital

    return capital(_(_ENDS[name])) if name in _ENDS else name


def _as_typed(problem: Problem, item: Field | None) -> dict[str, Any]:
    """The parameters of a problem with the numbers as they stand in the form: shares in per cent."""
    params = dict(problem.params)
    share = problem.code in _OF_ONE or (item is not None and item.scale > 1)
    for name in _NUMBERS:
        if name not in params:
            continue
        if problem.code == "ambiguous_number" and name == "value":
            continue
        try:
            number = float(params[name])
        except (TypeError, ValueError):
            continue
        # What a form keeps as text was not divided: it could not be read.
        scaled = share and problem.code != "ambiguous_number"
        params[name] = in_percent(written(number, 100)) if scaled else written(number)
    if "example" in params:
        params["example"] = str(params["example"]).strip("'\"")
    return params


def with_problems(found: list[Group], desk: Desk) -> list[Group]:
    """The groups with what is wrong at each field, and at each list as a whole."""
    tree = desk.tree
    wrong = problems_of(desk)

    def marked(item: Field) -> Field:
        here = where(item.path, tree)
        outer = _shared(item, tree)
        section = where(item.path[:-1], tree) if item.member.required and not item.within else ""
        texts = tuple(
            in_words(problem, item)
            for place, problem in wrong
            if place == here
            or place.startswith((f"{here}.", f"{here}["))
            or (outer and place == outer)
            # Of a section of which nothing was told yet, what it cannot do without.
            or (section and place == section and problem.code == "missing")
        )
        return replace(item, problems=texts) if texts else item

    def listed(items: Rows) -> Rows:
        here = where(items.path, tree)
        texts = tuple(in_words(problem) for place, problem in wrong if place == here)
        rows = tuple(
            Row(tuple(map(marked, row.fields)), row.new) if not row.new else row for row in items.rows
        )
        return replace(items, rows=rows, problems=texts)

    return [_over(group, marked, listed) for group in found]


def _over(group: Group, marked: Callable[[Field], Field], listed: Callable[[Rows], Rows]) -> Group:
    return replace(
        group,
        main=tuple(map(marked, group.main)),
        more=tuple(map(marked, group.more)),
        lists=tuple(map(listed, group.lists)),
    )


def _shared(item: Field, tree: Any) -> str:
    """The list of sources, for the field where shares that do not add up are mended: that of the last one."""
    if item.path[-1] != "share" or item.path[-3:-2] != ("sources",):
        return ""
    sources = item.path[:-2]
    rows = at(tree, sources)
    last = len(rows) - 1 if isinstance(rows, list) else 0
    return where(sources, tree) if item.path[-2] == last else ""


def without_problems(group: Group) -> Group:
    """A group in which nothing is complained about: what was not asked yet is not wrong."""
    return _over(group, lambda item: replace(item, problems=()), lambda rows: rows)


def wrong_in(found: Sequence[Group]) -> list[tuple[str, str]]:
    """What is wrong in some groups: the name of the field, and what to say."""
    fields = [
        (item.name, labelled(item.label, text))
        for group in found
        for item in group.fields
        for text in item.problems
    ]
    lists = [
        (listed.name, labelled(listed.label, text))
        for group in found
        for listed in group.lists
        for text in listed.problems
    ]
    return [*fields, *lists]
