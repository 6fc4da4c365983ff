"""What the plans come to: worked out once per dossier, kept ready for every page that shows a part of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from thuishaven.dossier import Dossier, Flow, Plan, ResolvedPlan
from thuishaven.locale import language, money
from thuishaven.report import Material, words
from thuishaven.report.blocks import Chart
from thuishaven.web.ops_work import Memory, known_facts

if TYPE_CHECKING:
    from thuishaven.advice import Advice
    from thuishaven.alternatives import ExploreResult
    from thuishaven.cost import CostResult, Course, Handle, Slider, UnitCost

#: Results whose figures are kept ready, one for each of many people; and those that keep the draws of every
#: plan too, a hundred megabytes each. A slider holds some ten, and is made in less time than a page.
RESULTS, DRAWN, SLIDERS, PICTURES = 64, 2, 16, 512
#: Numbers that get a slider.
MOST_HANDLES = 5
_results, _drawn_from, _explored = Memory(RESULTS), Memory(DRAWN), Memory(SLIDERS)
_sliders, _pictures, _courses = Memory(SLIDERS), Memory(PICTURES), Memory(RESULTS)


@dataclass(frozen=True)
class Worked:
    """A dossier worked out, with everything that pages show of it.

    Parameters
    ----------
    key
        Fingerprint of the dossier and the facts.
    material
        What a report is written from.
    flows
        Amounts that other rooms handed to the cost engine.
    plans
        The plans that were compared, today first.
    """

    key: str
    material: Material
    flows: tuple[Flow, ...] = ()
    plans: tuple[ResolvedPlan, ...] = ()

    @property
    def result(self) -> Mapping[str, Any]:
        """The cost result in plain form."""
        return self.material.result

    @property
    def advice(self) -> Mapping[str, Any]:
        """The advice in plain form."""
        return self.material.advice or {}

    def told(self) -> Material:
        """The same with names in the language in use."""
        return self.material.anew()


def fingerprint(dossier: Dossier) -> str:
    """What a result rests on: the dossier and the facts that this server knows."""
    text = dossier.model_dump_json(by_alias=True)
    return hashlib.sha256(f"{known_facts().digest}\0{text}".encode()).hexdigest()


def worked_out(dossier: Dossier) -> Worked:
    """The advice on a dossier; takes a second or two the first time.

    Raises
    ------
    DossierError
        When its preferences cannot be used.
    """
    key = fingerprint(dossier)
    return _results.get(key, lambda: _assessed(key, dossier))


def ready(dossier: Dossier) -> Worked | None:
    """The advice on a dossier where it was worked out already; ``None`` where that has to be done."""
    found: Worked | None = _results.held(fingerprint(dossier))
    return found


def _assessed(key: str, dossier: Dossier) -> Worked:
    advised = _advised(key, dossier)
    today = dt.datetime.now(dt.UTC).date()
    case = advised.cost.case
    cost = Later(advised.cost.to_dict(), key, dossier)
    told = advised.to_dict()
    material = Material(advised.dossier, cast("CostResult", cost), case.facts, today, None, told, dossier)
    flows = tuple(advised.work.flows()) if advised.work is not None else ()
    return Worked(key, material, flows, tuple(case.plans))


def _advised(key: str, dossier: Dossier) -> Advice:
    """The advice with all its draws: the last ones are kept, others are worked out again."""
    from thuishaven import advice

    return _drawn_from.get(key, lambda: advice.assess(dossier, known_facts()))


class Later:
    """A cost result whose figures are at hand; for its draws it is worked out again."""

    def __init__(self, figures: dict[str, Any], key: str, dossier: Dossier) -> None:
        self._figures, self._key, self._dossier = figures, key, dossier

    def to_dict(self) -> dict[str, Any]:
        """The figures in plain form."""
        return self._figures

    def __getattr__(self, name: str) -> Any:
        return getattr(_advised(self._key, self._dossier).cost, name)


def explored(dossier: Dossier) -> Mapping[str, Any]:
    """The plans nobody typed in, in every country, in plain form; takes some seconds the first time."""
    return _found(dossier)[1]


def generated(dossier: Dossier, name: str) -> Plan:
    """One of those plans, to be saved. Raises LookupError when there is none of that name."""
    return _found(dossier)[0].plan(name)


def _found(dossier: Dossier) -> tuple[ExploreResult, Mapping[str, Any]]:
    from thuishaven import alternatives

    def made() -> tuple[ExploreResult, Mapping[str, Any]]:
        found = alternatives.explore(dossier, known_facts())
        return found, found.to_dict()

    return _explored.get(fingerprint(dossier), made)


def for_report(work: Worked) -> Material:
    """What a report is written from, the plans nobody typed in included."""
    own = work.material.asked or work.material.dossier
    return replace(work.material, explored=explored(own))


def picture(work: Worked, name: str, plan: str = "") -> Chart | None:
    """A chart of a result in the language in use, drawn once; ``None`` where there is nothing to show.

    Parameters
    ----------
    work
        The result.
    name
        One of :data:`PICTURE_NAMES`.
    plan
        The plan it is about; by default the best but today.
    """
    lang = language()
    return _pictures.get((work.key, name, plan, lang), lambda: _drawn(work, name, plan))


PICTURE_NAMES = ("uncertainty", "waterfall", "criteria", "stacked", "tornado", "information", "cash")


def courses_of(work: Worked) -> Mapping[str, Course]:
    """How the plans run along each driver that has a break-even, by the name of its picture."""
    from thuishaven.cost import courses
    from thuishaven.report.charts import break_even_id

    return _courses.get(
        work.key,
        lambda: {
            break_even_id(course.driver): course for course in courses(cast("CostResult", work.material.cost))
        },
    )


def _drawn(work: Worked, name: str, plan: str) -> Chart | None:
    from thuishaven.report import charts

    told = work.told()
    about, cost = told.about, told.cost
    focus = plan or told.choice.focus["id"]
    alone = focus == told.result["baseline"]
    match name:
        case "uncertainty":
            return charts.uncertainty(cost, about, None if alone else focus)
        case "stacked":
            return charts.stacked(cost, about)
        case "criteria":
            return charts.profile(told.advice, about) if told.advice else None
        case "information":
            return charts.value_of_information(cost, about)
        case _ if name in courses_of(work):
            return charts.break_even(cost, courses_of(work)[name], about)
        case _ if alone:
            return None
        case "waterfall":
            return charts.waterfall(cost, focus, about)
        case "tornado":
            return charts.tornado(cost, focus, about)
        case "cash":
            return charts.yearly_cash(cost, focus, about)
    raise LookupError(name)


# ---- sliders


class Warm:
    """A dossier kept warm, and the few numbers that matter most in it. One moves it at a time."""

    def __init__(self, slider: Slider, matter: list[str]) -> None:
        self._slider = slider
        self._turn = threading.Lock()
        known = {handle.id: handle for handle in slider.handles()}
        first = [name for name in matter if name in known]
        rest = [name for name in known if name not in first]
        self.handles: tuple[Handle, ...] = tuple(known[name] for name in [*first, *rest][:MOST_HANDLES])

    def moved(self, values: Mapping[str, float]) -> dict[str, UnitCost]:
        """What each plan costs with these values."""
        with self._turn:
            return self._slider.move(values)

    @cached_property
    def now(self) -> dict[str, UnitCost]:
        """What each plan costs as the dossier stands."""
        return self.moved({})


def warm(work: Worked) -> Warm:
    """The sliders of a result, kept warm."""
    from thuishaven.cost import Slider

    return _sliders.get(
        work.key,
        lambda: Warm(
            Slider(
                work.material.dossier,
                known_facts(),
                inputs=work.flows,
                plans=work.plans,
            ),
            list(matter_most(work.result)),
        ),
    )


def matter_most(result: Mapping[str, Any]) -> Iterator[str]:
    """The inputs by how much they matter: what may turn the choice, then what moves the cost most."""
    told: dict[str, None] = {}
    for item in (*result["find_out_first"], *result["narrows_most"]):
        told.setdefault(item["input"])
    strongest = sorted(result["sensitivity"], key=lambda item: -abs(item.get("first_order") or 0))
    for item in strongest:
        told.setdefault(item["input"])
    yield from told


# ---- words


def worth(item: Mapping[str, Any]) -> str:
    """What finding out a number is worth at most."""
    return money(item["evppi"]["value"])


def source_of(material: Material, identity: str) -> tuple[str, str]:
    """Title and address of a source of facts; empty where it is not known."""
    found = material.facts.sources.get(identity)
    if found is None:
        return "", ""
    return words.source_title(identity, found.title), "" if identity in words.OWN_SOURCES else found.url


def note_of(material: Material, identity: str) -> str:
    """The reasoning behind a fact that is an assumption or was derived, as its record has it."""
    parameter = identity.partition("@")[0].partition("[")[0]
    found = next((fact for fact in material.facts.find(parameter) if fact.id == identity), None)
    return found.note if found is not None and found.status != "published" else ""
