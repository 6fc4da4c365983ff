"""Write the figures of docs/hindcast.md from the dossier it tells about; the prose between them stays.

    python tools/write_hindcast.py

A figure stands between ``<!-- name -->`` and ``<!-- end of name -->``. The test calls :func:`page`.
"""

from __future__ import annotations

import csv
import datetime
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "hindcast.md"
DOSSIER = ROOT / "examples" / "hindcast" / "rossignol-2010.yaml"
#: What became of the volume: down by about 45 % in the five years to 2024, here spread over ten.
FALL = -0.058
YEARS = (datetime.date(2011, 1, 1), datetime.date(2020, 12, 31))


def _rounded(value: float, step: float) -> float:
    return round(value / step) * step


def _share(value: float) -> str:
    return f"{_rounded(100 * value, 5):.0f} %"


def _plans(result: Any, advice: Any = None) -> str:
    first = {plan["id"]: plan["first_rank_share"] for plan in advice["plans"]} if advice else {}
    head = ["plan", "euros a pair", "between", "against today", "cheaper in"]
    head += ["comes first"] if advice else []
    rows = [head, ["---"] * len(head)]
    for plan in result["plans"]:
        cost, delta = plan["unit_tco"], plan["delta_unit_tco"]
        row = [
            NAMES[plan["id"]],
            f"{cost['mean']:.0f}",
            f"{cost['p5']:.0f} to {cost['p95']:.0f}",
            f"{_rounded(delta['mean'], 1):+.0f}" if plan["id"] != "today" else "",
            f"{10 * plan['p_cheaper']['value']:.0f} in 10" if plan["id"] != "today" else "",
        ]
        rows.append([*row, _share(first[plan["id"]])] if advice else row)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


NAMES = {
    "today": "today, Taiwan",
    "improve_abroad": "improve Taiwan",
    "home_own": "own plant, Sallanches",
    "spain": "group plant, Spain",
}


class Answers:
    """The dossier and what the rooms say of it, each worked out once."""

    def __init__(self) -> None:
        sys.path.insert(0, str(ROOT / "src"))
        import thuishaven.advice as advice
        import thuishaven.scan as scan
        from thuishaven import cost, dossier

        told = dossier.load(DOSSIER)
        self.told = told
        self.cost = cost.assess(told).to_dict()
        self.advice = advice.assess(told).to_dict()
        fallen = told.model_copy(update={"demand": told.demand.model_copy(update={"growth": FALL})})
        settings = dossier.Settings(sensitivity=False)
        self.fallen = cost.assess(fallen, settings=settings).to_dict()
        self.scan = scan.assess(dict(told.scan)).to_dict()

    def break_even(self, plan: str, driver: str) -> float:
        """Where a plan and today cost the same."""
        for row in self.cost["break_even"]:
            if (row["plan"], row["driver"]) == (plan, driver):
                return float(row["value"])
        raise KeyError((plan, driver))


def mean_dollar() -> float:
    """The mean of the ECB's fixings over the ten years that followed, EUR per USD."""
    from thuishaven.facts import fx_history

    days, rates = fx_history("USD")
    inside = [rate for day, rate in zip(days, rates, strict=True) if YEARS[0] <= day <= YEARS[1]]
    return float(sum(inside) / len(inside))


def scan(answers: Answers) -> str:
    """What the scan says."""
    found = answers.scan
    rows = ["| direction | comes first |", "| --- | --- |"]
    rows += [f"| {row['name']} | {_share(row['share'])} |" for row in _strategies(found)]
    return "\n".join(rows)


def _strategies(found: Any) -> list[dict[str, Any]]:
    with (ROOT / "src/thuishaven/scan/strategies.csv").open(encoding="utf-8", newline="") as lines:
        names = {row["id"]: row["name_en"] for row in csv.DictReader(lines)}
    rows = [{"name": names[row["id"]], "share": row["rank_acceptability"][0]} for row in found["strategies"]]
    return sorted((row for row in rows if row["share"] >= 0.05), key=lambda row: -row["share"])


def plans(answers: Answers) -> str:
    """The plans: what they cost and how often each comes first."""
    return _plans(answers.cost, answers.advice)


def advice(answers: Answers) -> str:
    """What is recommended, to whom."""
    found = answers.advice
    said = "no clear winner" if found["recommended"] is None else f"“{found['recommended']}”"
    methods = "disagree" if found["methods_disagree"] else "agree"
    roles = "; ".join(f"the {role['role']}: {NAMES[role['plan']]}" for role in found["roles"])
    return f"- Recommended: {said}. The methods {methods}.\n- First most often, by who weighs: {roles}."


def turns(answers: Answers) -> str:
    """Where the choice turns, beside what came."""
    price = answers.break_even("spain", "today.unit_price")
    dollar = answers.break_even("spain", "world.exchange_rate.USD")
    volume = answers.break_even("spain", "demand.units_per_year")
    home = answers.break_even("home_own", "world.exchange_rate.USD")
    rows = [
        ("figure", "in 2010", "Spain and Taiwan cost the same at", "what came"),
        ("---", "---", "---", "---"),
        ("price of the supplier", "95 dollars (our guess)", f"{price:.0f} dollars", "not published"),
        (
            "euros for a dollar",
            "0.78",
            f"{dollar:.2f} (Sallanches: {home:.2f})",
            f"{mean_dollar():.2f} on average in 2011-2020",
        ),
        (
            "pairs a year",
            "60,000",
            f"{_rounded(volume, 1000):,.0f}",
            "95,000 to 105,000 by 2013, then about 45 % less in the five years to 2024",
        ),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def fallen(answers: Answers) -> str:
    """The plans, had the fall in volume been known."""
    return _plans(answers.fallen)


def later(answers: Answers) -> str:
    """The figures of ours that are later than the decision and were used all the same."""
    day = answers.told.as_of.isoformat()
    used = [fact for fact in answers.cost["facts_used"] if fact["status"] != "user"]
    rows = [f"`{fact['id']}` ({fact['status']})" for fact in used if str(fact["period"])[:10] > day]
    return ", ".join(rows) + "."


BLOCKS: dict[str, Callable[[Answers], str]] = {
    "scan": scan,
    "plans": plans,
    "advice": advice,
    "turns": turns,
    "fallen": fallen,
    "later": later,
}


def page(text: str) -> str:
    """The page with its figures as they come out today."""
    answers = Answers()
    for name, block in BLOCKS.items():
        found = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        if not found.search(text):
            raise ValueError(f"docs/hindcast.md has no place for {name}")
        text = found.sub(lambda match, block=block: match[1] + block(answers) + "\n" + match[2], text)
    return text


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
