"""The figures of a result in words and rows, as every page tells them: terminal, browser, report."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from thuishaven.locale import _, decimals_for, number, pgettext, unit, years
from thuishaven.report import words
from thuishaven.report.answer import Choice

#: What opens a quotation, with the space that French leaves after it.
OPENING = "\u201c\u00ab\u2018\u00a0\u202f "
#: Prices below this are told to the cent.
SMALL = 10
#: Kinds of plan in which all of it is made at home.
AT_HOME = ("supplier_home", "own_home", "optimise_home")


def said(table: Mapping[str, str], code: str) -> str:
    """A code in the language in use; the code itself where the table has no words for it.

    >>> from thuishaven.locale import use
    >>> with use("en"):
    ...     said({"go": "Take them in"}, "go"), said({}, "go")
    ('Take them in', 'go')
    """
    return _(table[code]) if code in table else code


def cents(spread: Mapping[str, float]) -> int:
    """Decimals of an amount per unit that its interval supports: at most cents, or three below a euro."""
    keep = decimals_for(spread["p5"], spread["p95"])
    small = max(abs(spread["p5"]), abs(spread["p95"])) < 1
    return max(min(keep, 3 if small else 2), 0)


def per_unit(spread: Mapping[str, float]) -> str:
    """The mean of an amount per unit, rounded to what its range supports."""
    return number(spread["mean"], cents(spread)) if spread["mean"] else number(0)


def span(spread: Mapping[str, float]) -> str:
    """The range of an amount per unit; empty where it has no width."""
    low, high = (number(spread[end], cents(spread)).replace("-", "\u2212") for end in ("p5", "p95"))
    return f"{low} \u2013 {high}" if low != high else ""


def paid_back(plan: Mapping[str, Any]) -> str:
    """What the table of plans says about earning back what a plan takes at once."""
    paid = plan["payback_years"]
    if paid["share_within_horizon"] is None:
        return "-"
    if paid["p50"] is None:
        return pgettext("paid back", "not")
    if plan["one_off"]["mean"] <= 0 or paid["p50"] <= 0:
        return _("immediately")
    return years(paid["p50"], 0 if round(paid["p50"], 1) >= 1 else 1)


def capital(text: str) -> str:
    """A text that begins a line, with a capital also where it begins with a name between quotes."""
    head = len(text) - len(text.lstrip(OPENING))
    return text[:head] + text[head : head + 1].upper() + text[head + 1 :]


def possible(item: Mapping[str, Any]) -> bool:
    """Whether there is a break-even that can occur: a duty or a rate below zero is none."""
    return item["value"] is not None and item["value"] >= 0


def break_even(item: Mapping[str, Any]) -> str:
    """A break-even in words, with the value now."""
    driver, value, now, of = item["driver"], item["value"], item["now"], item["unit"]
    kind = driver.partition(".")[2]
    keep = words.significant(value)
    if kind == "unit_price":
        digits = [2 if abs(amount) < SMALL else max(words.significant(amount), 0) for amount in (value, now)]
        return _(
            "at a price today of {value} {currency} (now {now})",
            value=number(value, digits[0]),
            now=number(now, digits[1]),
            currency=of,
        )
    if kind == "duty_rate":
        return _(
            "at an import duty of {value} (now {now})",
            value=words.amount(value, of),
            now=words.amount(now, of),
        )
    if kind == "freight":
        return _("with freight {value} times as dear as now", value=number(value, keep))
    if kind == "wage_gap":
        return _(
            "with an hour of work at home {value} times as dear as in today's country (now {now} times)",
            value=number(value, keep),
            now=number(now, keep),
        )
    if kind.startswith("exchange_rate"):
        return _(
            "at an exchange rate of {value} (now {now})",
            value=f"{number(value, keep)} {unit(of)}",
            now=number(now, keep),
        )
    return _(
        "at {value} units a year (now {now})",
        value=number(value, min(keep, 0)),
        now=number(now, min(keep, 0)),
    )


def driver_name(driver: str) -> str:
    """What a driver of the break-evens is called."""
    from thuishaven.cost import drivers

    kinds = {"unit_price": "unit_price", "duty_rate": "duty", "units_per_year": "volume"}
    kind = driver.split(".")[1]
    found = drivers().get(kinds.get(kind, kind))
    label = _(found.label_en) if found is not None else kind
    return label[:1].lower() + label[1:]


def shows(difference: float, choice: Choice) -> bool:
    """Whether a group's difference is still visible after rounding."""
    keep = cents(choice.focus["delta_unit_tco"])
    return abs(difference) >= 0.5 * 10**-keep


def group_amount(plan: Mapping[str, Any], group: str) -> float:
    """What a group of cost lines costs in a plan, EUR per unit."""
    return sum(line["per_unit"]["mean"] for line in firm_lines(plan) if line["group"] == group)


def firm_lines(plan: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The cost lines that the firm bears itself."""
    return [line for line in plan["factors"] if line["account"] == "firm"]


def by_line(focus: Mapping[str, Any], today: Mapping[str, Any], group: str) -> list[tuple[str, float, float]]:
    """Line, amount today and amount in the plan, the largest difference first."""
    before = {line["id"]: line["per_unit"]["mean"] for line in firm_lines(today) if line["group"] == group}
    after = {line["id"]: line["per_unit"]["mean"] for line in firm_lines(focus) if line["group"] == group}
    rows = [(line, before.get(line, 0.0), after.get(line, 0.0)) for line in {**before, **after}]
    return sorted(rows, key=lambda row: -abs(row[2] - row[1]))


def turning_amounts(found: Sequence[Mapping[str, Any]]) -> dict[str, tuple[float, list[str]]]:
    """Per plan the yearly amount at which what is missing would turn the choice, and the missing lines."""
    turning: dict[str, tuple[float, list[str]]] = {}
    for item in found:
        if item["turning_amount"]:
            least, lines = turning.get(item["plan"], (math.inf, []))
            least = min(least, item["turning_amount"]["value"])
            turning[item["plan"]] = least, list(dict.fromkeys([*lines, item["line"]]))
    return turning


def best_at_home(options: list[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The first of the plans that make it all at home."""
    return next((option for option in options if option["family"] in AT_HOME), None)
