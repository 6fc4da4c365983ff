"""What matters to a company: how much each criterion weighs, and what it knows better than we do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from thuishaven.advice import criteria, read_preferences, roles
from thuishaven.dossier import Dossier, DossierError, Problem
from thuishaven.locale import N_, _, in_percent, number
from thuishaven.web.figures import parts_of, typed, written
from thuishaven.web.plans import plan_called
from thuishaven.web.tree import at, put

#: How much a criterion matters, from most to least; the middle one is meant where nothing is chosen.
LEVELS = {
    "more": N_("more important"),
    "same": N_("as important as the others"),
    "less": N_("less important"),
}
#: In whose place the criteria are weighed where nothing is said about them.
ROLES = {
    "firm": N_("a company"),
    "adviser": N_("a public adviser"),
    "region": N_("a region"),
}
#: On what a measure rests, from least to most.
EVIDENCE = {
    "": N_("not given"),
    "0": N_("a claim"),
    "1": N_("a document of our own"),
    "2": N_("a document of someone else"),
    "3": N_("a register"),
}
_HERE = "preferences"


@dataclass(frozen=True, slots=True)
class Measure:
    """What a company tells itself about a plan on a criterion.

    Parameters
    ----------
    plan, criterion
        Which; empty in the row for one more.
    figure
        A number or a range, as it may be typed.
    source, evidence
        What it rests on.
    """

    plan: str = ""
    criterion: str = ""
    figure: str = ""
    source: str = ""
    evidence: str = ""


def levels_of(order: Any) -> dict[str, str]:
    """How much each criterion matters, as an order of groups says it."""
    if not isinstance(order, list):
        return {}
    groups_of = [list(item) if isinstance(item, list) else [str(item)] for item in order]
    levels = list(LEVELS)
    if len(groups_of) == 2:
        levels = levels[:2] if len(groups_of[0]) <= len(groups_of[1]) else levels[1:]
    return {
        name: levels[min(place, len(levels) - 1)] for place, items in enumerate(groups_of) for name in items
    }


def points_of(weights: Any) -> dict[str, str]:
    """The weights that a dossier states, in points of a hundred, as they may be typed."""
    return (
        {str(name): written(value, 100) for name, value in weights.items()}
        if isinstance(weights, Mapping)
        else {}
    )


def measures_of(told: Any) -> list[Measure]:
    """What a dossier tells about plans and criteria, and an empty row for one more."""
    found = []
    for plan, row in told.items() if isinstance(told, Mapping) else ():
        for name, value in row.items() if isinstance(row, Mapping) else ():
            scale = _scale(str(name))
            if isinstance(value, Mapping):
                ends = [value[key] for key in ("value", "low", "high") if value.get(key) is not None]
                figure = " - ".join(dict.fromkeys(written(end, scale) for end in ends))
                level = value.get("evidence")
                source = str(value.get("source") or "")
                evidence = "" if level is None else str(level)
                found.append(Measure(str(plan), str(name), figure, source, evidence))
            else:
                found.append(Measure(str(plan), str(name), written(value, scale)))
    return [*found, Measure()]


def _scale(name: str) -> int:
    """100 for a criterion that is measured as a share, which is typed in per cent."""
    found = criteria().get(name)
    return 100 if found is not None and found.unit == "fraction" else 1


def scale_of(name: str) -> str:
    """From what to what a criterion is measured, from the worst to the best that is thought of."""
    from thuishaven.locale import unit

    found = criteria()[name]
    times = _scale(name)
    ends = [number(end * times) for end in (found.worst, found.best)]
    worst, best = (in_percent(end) if times > 1 else f"{end} {unit(found.unit)}".strip() for end in ends)
    return _("worst {worst}, best {best}", worst=worst, best=best)


def plans_told(tree: Any) -> list[tuple[str, str]]:
    """Every plan of a draft, today included: its name in the file, and what it is called."""
    found = at(tree, ("plans",))
    named = [plan for plan in found or () if isinstance(plan, Mapping)] if isinstance(found, list) else []
    return [
        (str(plan.get("id")), _("Today") if not place and not plan.get("name") else plan_called(plan))
        for place, plan in enumerate(named)
    ]


# ---- back to the dossier


def weighed(tree: Any, form: Mapping[str, Any]) -> Any:
    """The dossier with what was sent: points, else an order, else the role; and the measures.

    Points count where any are given; where all criteria matter as much, nothing is said about them.
    """
    given = {name: str(form.get(f"p.{name}", "")).strip() for name in criteria()}
    weights = {name: typed(text, 100)[0] for name, text in given.items() if text}
    by_level: dict[str, list[str]] = {level: [] for level in LEVELS}
    for name in criteria():
        level = str(form.get(f"w.{name}", "same"))
        by_level[level if level in LEVELS else "same"].append(name)
    order = [names for names in by_level.values() if names]
    put(tree, (_HERE, "weights"), weights or None)
    put(tree, (_HERE, "order"), order if len(order) > 1 and not weights else None)
    if "role" in form:
        role = str(form["role"])
        usual = role == next(iter(roles())) and at(tree, (_HERE, "role")) is None
        put(tree, (_HERE, "role"), None if usual else role)
    if "reason" in form:
        put(tree, (_HERE, "reason"), str(form["reason"]).strip() or None)
    if "m.0.figure" in form:
        put(tree, (_HERE, "measures"), _measured(form, at(tree, (_HERE, "measures"))) or None)
    return tree


def _measured(form: Mapping[str, Any], before: Any) -> dict[str, Any]:
    """The measures that were sent; one that did not change stays as it was written."""
    known = dict(zip(_keys(before), measures_of(before), strict=False))
    found: dict[str, Any] = {}
    for place in range(len(known) + 1):
        one = Measure(
            *(
                str(form.get(f"m.{place}.{part}", "")).strip()
                for part in ("plan", "criterion", "figure", "source", "evidence")
            )
        )
        if not (one.plan and one.criterion and one.figure):
            continue
        same = known.get((one.plan, one.criterion)) == one
        value = before[one.plan][one.criterion] if same else _value(one)
        found.setdefault(one.plan, {})[one.criterion] = value
    return found


def _keys(told: Any) -> list[tuple[str, str]]:
    return [(one.plan, one.criterion) for one in measures_of(told)[:-1]]


def _value(one: Measure) -> Any:
    ends = [typed(part, _scale(one.criterion))[0] for part in parts_of(one.figure)]
    if len(ends) not in (1, 2):
        return one.figure
    remarks: dict[str, Any] = {}
    if one.source:
        remarks["source"] = one.source
    if one.evidence:
        remarks["evidence"] = int(one.evidence) if one.evidence.isdecimal() else one.evidence
    if len(ends) == 2:
        return {"low": ends[0], "high": ends[1], **remarks}
    return {"value": ends[0], **remarks} if remarks else ends[0]


# ---- what is wrong


def preference_problems(tree: Any) -> list[Problem]:
    """What is wrong with the preferences of a draft, whether or not the rest of it is complete."""
    told = at(tree, (_HERE,))
    if not isinstance(told, Mapping) or not told:
        return []
    try:
        read_preferences(_sketch(tree, told))
    except DossierError as error:
        return list(error.problems)
    return []


def weights_now(tree: Any) -> dict[str, float]:
    """What each criterion weighs at present, on average; empty while the preferences cannot be used."""
    told = at(tree, (_HERE,))
    try:
        found = read_preferences(_sketch(tree, told if isinstance(told, Mapping) else {}))
    except DossierError:
        return {}
    return found.weights.mean()


def _sketch(tree: Any, told: Mapping[str, Any]) -> Dossier:
    """As much of a dossier as preferences refer to: its plans by name, its company and its date."""
    from thuishaven.dossier.yaml import plain

    names = [name for name, _called in plans_told(tree)] or ["today"]
    found = SimpleNamespace(
        preferences=plain(told),
        plans=tuple(SimpleNamespace(id=name) for name in names),
        company=SimpleNamespace(name=""),
        as_of=dt.date.min,
    )
    return cast("Dossier", found)


def said(tree: Any) -> Iterator[tuple[str, str]]:
    """What is wrong with the preferences: the name of the field on the page, and what to say, each once."""
    yield from dict.fromkeys(_said(tree))


def _said(tree: Any) -> Iterator[tuple[str, str]]:
    from thuishaven.web.complaints import in_words

    rows = _keys(at(tree, (_HERE, "measures")))
    for problem in preference_problems(tree):
        parts = problem.where.split(".")[1:]
        if parts[:1] == ["weights"] and len(parts) == 1:
            value = written(float(problem.params.get("value", 0)), 100)
            text = _(
                "These points come to {value} of 100. Give fewer, or give points to every criterion.",
                value=value,
            )
            yield f"p.{next(iter(at(tree, (_HERE, 'weights'))))}", text
        elif parts[:1] == ["weights"] and parts[1] in criteria():
            text = _("Give points from 0 to 100 here. For example {example}.", example="20")
            yield f"p.{parts[1]}", in_words(problem) if problem.code == "ambiguous_number" else text
        elif parts[:1] == ["measures"] and len(parts) > 2 and (parts[1], parts[2]) in rows:
            name = f"m.{rows.index((parts[1], parts[2]))}.figure"
            text = _(
                "Give a number or a range between the ends of the scale ({scale}).", scale=scale_of(parts[2])
            )
            asked = parts[2] not in criteria() or problem.code == "ambiguous_number"
            yield name, in_words(problem) if asked else text
        else:
            yield "", in_words(problem)
