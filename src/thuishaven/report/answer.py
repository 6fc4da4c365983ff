"""The answer of a cost comparison in a few sentences: what, how sure, why, what it takes, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thuishaven.locale import _, between, decimals_for, listing, money, number, out_of_ten, price, years
from thuishaven.report.subject import Subject, quoted
from thuishaven.report.words import group_name, named

#: Shares of the worlds from which a difference is almost certain, or probable.
SURE = 0.95
PROBABLE = 2 / 3
#: A group that explains less of the difference than this is not named.
WORTH_NAMING = 0.1

Plan = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which plan comes first, and which one is worth looking at beside today.

    Parameters
    ----------
    today
        The baseline.
    best
        The plan with the lowest cost per unit on average.
    focus
        The best plan other than today; today itself when there is no other.
    """

    today: Plan
    best: Plan
    focus: Plan

    @property
    def stay(self) -> bool:
        """Whether today is the best."""
        return self.best["id"] == self.today["id"]


def choose(result: Mapping[str, Any]) -> Choice:
    """The plans that the answer is about."""
    plans = sorted(result["plans"], key=lambda plan: plan["unit_tco"]["mean"])
    today = next(plan for plan in plans if plan["id"] == result["baseline"])
    others = [plan for plan in plans if plan["id"] != result["baseline"]]
    return Choice(today, plans[0], others[0] if others else today)


def group_differences(plan: Plan, today: Plan) -> dict[str, float]:
    """What each group of cost lines adds to the difference with today, EUR per unit; they add up to it."""
    found: dict[str, float] = {}
    for sign, side in ((1, plan), (-1, today)):
        for factor in side["factors"]:
            if factor["account"] == "firm":
                found[factor["group"]] = found.get(factor["group"], 0.0) + sign * factor["per_unit"]["mean"]
    return found


def answer(result: Mapping[str, Any], about: Subject) -> list[str]:
    """The answer, as sentences in the order in which they are told."""
    choice = choose(result)
    if choice.focus is choice.today:
        return [_("There is nothing to compare yet: the dossier holds only today.")]
    name = quoted(about.plans[choice.focus["id"]])
    said = [_verdict(choice, name), _how_sure(choice, name)]
    why = _why(choice)
    if why:
        said.append(why)
    takes = _takes(result, choice)
    if takes:
        said.append(takes)
    home = _at_home(result, choice, about)
    if home:
        said.append(home)
    said.append(_next_step(result, about))
    return [text[:1].upper() + text[1:] for text in said]


def _verdict(choice: Choice, name: str) -> str:
    chance = choice.focus["p_cheaper"]["value"]
    if choice.stay:
        if 1 - chance >= SURE:
            return _("Staying is almost certainly cheaper.")
        if 1 - chance >= PROBABLE:
            return _("Staying is probably cheaper.")
        return _("Staying is slightly cheaper on average, but it is close.")
    if chance >= SURE:
        return _("{plan} is almost certainly cheaper than today.", plan=name)
    if chance >= PROBABLE:
        return _("{plan} is probably cheaper than today.", plan=name)
    return _("{plan} is slightly cheaper than today on average, but it is close.", plan=name)


def _how_sure(choice: Choice, name: str) -> str:
    gap = choice.focus["delta_unit_tco"]
    low, mean, high = gap["p5"], gap["mean"], gap["p95"]
    keep = min(max(decimals_for(low, high), 0), 2)
    chance = out_of_ten(choice.focus["p_cheaper"]["value"])
    size = price(abs(mean), decimals=keep)
    if low >= 0 or high <= 0:
        near, far = sorted((abs(low), abs(high)))
        span = between(number(near, keep), number(far, keep))
    else:
        span = _("between {low} less and {high} more", low=number(-low, keep), high=number(high, keep))
    if choice.stay:
        return _(
            "{plan}, the best other plan, costs on average {gap} per unit more ({range}); "
            "it is the cheaper one in {chance} calculated worlds.",
            plan=name,
            gap=size,
            range=span,
            chance=chance,
        )
    return _(
        "On average {gap} per unit less ({range}); cheaper in {chance} calculated worlds.",
        gap=size,
        range=span,
        chance=chance,
    )


def _why(choice: Choice) -> str:
    """The groups that make the difference, and the one that works against it."""
    differences = group_differences(choice.focus, choice.today)
    total = sum(differences.values())
    if not total:
        return ""
    gap = choice.focus["delta_unit_tco"]
    keep = min(max(decimals_for(gap["p5"], gap["p95"]), 0), 2)
    worth = WORTH_NAMING * max(abs(value) for value in differences.values())
    rising = sorted((d for d in differences.items() if d[1] > worth), key=lambda d: -d[1])
    falling = sorted((d for d in differences.items() if d[1] < -worth), key=lambda d: d[1])
    main, other = (rising, falling) if total > 0 else (falling, rising)

    def told(items: list[tuple[str, float]]) -> str:
        return listing(
            [f"{group_name(group)} ({number(value, keep, sign=True)})" for group, value in items[:2]]
        )

    if not main:
        return ""
    if not other:
        return _("Mainly because of {groups}.", groups=told(main))
    return _(
        "Mainly because of {groups}; against that stands {others}.", groups=told(main), others=told(other)
    )


def _at_home(result: Mapping[str, Any], choice: Choice, about: Subject) -> str:
    """The best plan at home, where that is not the one already told about."""
    plans = [plan for plan in result["plans"] if plan["id"] in about.home]
    if not plans or choice.focus["id"] in about.home:
        return ""
    best = min(plans, key=lambda plan: plan["unit_tco"]["mean"])
    gap = best["delta_unit_tco"]
    keep = min(max(decimals_for(gap["p5"], gap["p95"]), 0), 2)
    return first_at_home(about.plans[best["id"]], gap["mean"], keep, best["p_cheaper"]["value"])


def first_at_home(name: str, gap: float, decimals: int, chance: float) -> str:
    """The best plan at home against today: what this whole program is about, whoever comes first.

    Parameters
    ----------
    name
        What the plan is called.
    gap, decimals
        What it costs more per unit than today, EUR, and how many decimals that supports.
    chance
        That it is cheaper than today.
    """
    params = {
        "plan": quoted(name),
        "gap": price(abs(gap), decimals=decimals),
        "chance": out_of_ten(chance),
    }
    if gap > 0:
        return _(
            "Of the plans at home, {plan} comes first: on average {gap} per unit more than today, "
            "and cheaper in {chance} worlds.",
            **params,
        )
    return _(
        "Of the plans at home, {plan} comes first: on average {gap} per unit less than today, "
        "and cheaper in {chance} worlds.",
        **params,
    )


def _takes(result: Mapping[str, Any], choice: Choice) -> str:
    """What a move costs at once and when it is earned back; nothing to say when staying is best."""
    once = choice.focus["one_off"]["mean"]
    if choice.stay or once <= 0:
        return ""
    paid = choice.focus["payback_years"]
    horizon = years(result["settings"]["horizon_years"])
    if paid["p50"] is None:
        return _(
            "It takes about {amount} at once, and in most worlds that is not earned back within {horizon}.",
            amount=money(once),
            horizon=horizon,
        )
    return _(
        "It takes about {amount} at once, earned back after about {years} "
        "(within {horizon} in {chance} worlds).",
        amount=money(once),
        years=years(paid["p50"], 0 if paid["p50"] >= 1 else 1),
        horizon=horizon,
        chance=out_of_ten(paid["share_within_horizon"]),
    )


def _next_step(result: Mapping[str, Any], about: Subject) -> str:
    first = result["find_out_first"]
    if not first:
        return _("Finding out any one number more exactly would not change this choice.")
    return _(
        "Find out first: {input}; knowing it is worth up to {amount}.",
        input=named(first[0]["name"], first[0]["input"], about.plans),
        amount=money(first[0]["evppi"]["value"]),
    )
