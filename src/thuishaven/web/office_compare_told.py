"""What is noted of a dossier's version so that many projects can be held side by side, and their rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thuishaven.databank.office import Beside, Project
from thuishaven.locale import LANGUAGES, language, use
from thuishaven.report import words as report_words
from thuishaven.web import office_words
from thuishaven.web.office_papers_words import in_words
from thuishaven.web.ops_work import known_facts
from thuishaven.web.results import Worked

#: Of the form of a note; one of another form is worked out again.
SCHEMA = "thuishaven.compared/1"
#: Unknowns that are kept of a dossier.
_UNKNOWNS = 3
Spread = Mapping[str, float]


def noted(work: Worked) -> dict[str, Any]:
    """What a result says, as it is kept with the version it is about.

    Names stand in every language, so that nothing is worked out again to be read in another.
    """
    result, advice = work.result, work.advice
    plans = {plan["id"]: plan for plan in result["plans"]}
    weighed = {plan["id"]: plan for plan in advice.get("plans", ())}
    today = result["baseline"]
    best = advice.get("recommended_plan") or advice.get("leading_plan") or today
    best = best if best in plans else today
    names: dict[str, str] = {}
    unknowns: dict[str, list[str]] = {}
    first = result["find_out_first"][:_UNKNOWNS]
    for lang in LANGUAGES:
        with use(lang):
            about = work.told().about
            names[lang] = about.plans[best]
            unknowns[lang] = [report_words.named(item["name"], item["input"], about.plans) for item in first]
    criteria = weighed.get(best, {}).get("criteria", {})
    return {
        "schema": SCHEMA,
        "facts": result["settings"]["facts_digest"],
        "as_of": str(result["settings"]["as_of"]),
        "today": _spread(plans[today]["unit_tco"]),
        "best": _spread(plans[best]["unit_tco"]),
        "plan": best,
        "stays": best == today,
        "names": names,
        "first_rank_share": advice.get("first_rank_share"),
        "p_cheaper": plans[best]["p_cheaper"]["value"] if best != today else None,
        "criteria": {name: _mean(one["worth"]) for name, one in criteria.items() if one["how"] != "missing"},
        "risk": [_measured(weighed, today, "risk"), _measured(weighed, best, "risk")],
        "jobs": criteria.get("jobs", {}).get("measure"),
        "find_out": [
            {
                "input": item["input"],
                "names": {lang: unknowns[lang][place] for lang in LANGUAGES},
                "worth": item["evppi"]["value"],
            }
            for place, item in enumerate(first)
        ],
        "not_counted": _not_counted(result),
    }


def _not_counted(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Cost lines without data that would turn the choice, the soonest first, with their names."""
    turning: dict[str, float] = {}
    for item in result["not_counted"]:
        if item["turning_amount"]:
            value = item["turning_amount"]["value"]
            turning[item["line"]] = min(value, turning.get(item["line"], value))
    found = []
    for line in sorted(turning, key=lambda one: turning[one])[:_UNKNOWNS]:
        names = {}
        for lang in LANGUAGES:
            with use(lang):
                names[lang] = report_words.line_name(line)
        found.append({"names": names, "turning": turning[line]})
    return found


def _spread(found: Mapping[str, Any]) -> dict[str, float]:
    return {name: found[name] for name in ("mean", "p5", "p95")}


def _mean(found: Mapping[str, Any] | None) -> float | None:
    return found["mean"] if found else None


def _measured(weighed: Mapping[str, Any], plan: str, criterion: str) -> float | None:
    return _mean(weighed.get(plan, {}).get("criteria", {}).get(criterion, {}).get("measure"))


@dataclass(frozen=True, slots=True)
class Line:
    """A project in the comparison.

    Parameters
    ----------
    project
        The project.
    stage
        Its stage in words.
    days
        Days since it began.
    lying
        The version beside it; ``None`` where there is none or it may not be seen.
    said
        What was noted of that version; empty when it was not worked out.
    older
        Whether the facts changed since, or there is a newer version.
    """

    project: Project
    stage: str
    days: int
    lying: Beside | None
    said: Mapping[str, Any]
    older: bool

    @property
    def plan(self) -> str:
        """The advised plan in the language in use; empty when nothing was worked out."""
        return in_words(self.said.get("names", {}))

    @property
    def change(self) -> float | None:
        """How much cheaper (below 0) or dearer the advised plan is, as a share of today's cost."""
        if not self.said or not self.said["today"]["mean"]:
            return None
        today: float = self.said["today"]["mean"]
        return (self.said["best"]["mean"] - today) / today

    @property
    def first(self) -> Mapping[str, Any] | None:
        """The number to find out first; ``None`` when none would change the choice."""
        found = self.said.get("find_out", ())
        return found[0] if found else None

    @property
    def unknown(self) -> str:
        """What the number to find out first is called."""
        return in_words(self.first["names"]) if self.first else ""

    @property
    def worth(self) -> float | None:
        """What finding it out is worth at most, in euros."""
        return float(self.first["worth"]) if self.first else None

    @property
    def jobs(self) -> float | None:
        """Jobs that the advised plan brings in the region, net, in full-time equivalents."""
        return _mean(self.said.get("jobs"))


#: What lines can be put in order by, and what is largest first.
SORTS: dict[str, Callable[[Line], Any]] = {
    "company": lambda line: line.project.company.casefold(),
    "stage": lambda line: (
        list(office_words.STAGES).index(line.project.state)
        if line.project.state in office_words.STAGES
        else 0
    ),
    "age": lambda line: -line.days,
    "advice": lambda line: line.plan.casefold() or None,
    "change": lambda line: line.change,
    "risk": lambda line: None if not line.said or line.said["risk"][0] is None else -line.said["risk"][0],
    "worth": lambda line: None if line.worth is None else -line.worth,
    "jobs": lambda line: None if line.jobs is None else -line.jobs,
}


def lines_of(
    projects: Sequence[Project], lying: Mapping[str, Beside], now: dt.datetime, sort: str = "worth"
) -> list[Line]:
    """The projects as lines, in order; what is not known stands last.

    Parameters
    ----------
    projects
        The projects.
    lying
        What lies beside them, by id.
    now
        For their age.
    sort
        One of :data:`SORTS`.
    """
    facts = known_facts().digest
    found = []
    for project in projects:
        one = lying.get(project.id)
        kept = one.noted if one is not None else None
        said = kept if kept is not None and kept.get("schema") == SCHEMA else {}
        older = bool(said) and (said["facts"] != facts or (one is not None and one.newest > one.version))
        stage = office_words.said(office_words.STAGES, project.state)
        found.append(Line(project, stage, (now - project.created).days, one, said, older))
    by = SORTS.get(sort, SORTS["worth"])
    with use(language()):
        keyed = [(by(line), place, line) for place, line in enumerate(found)]
    known = sorted((row for row in keyed if row[0] is not None), key=lambda row: row[:2])
    return [row[2] for row in (*known, *(row for row in keyed if row[0] is None))]
