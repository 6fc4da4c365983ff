"""What the plans come to: worked out once per dossier, kept ready for every page that shows a part of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from thuishaven.dossier import Dossier, Flow, Plan, ResolvedPlan, with_own_facts
from thuishaven.locale import language, money, use
from thuishaven.report import Material, save
from thuishaven.report.blocks import Chart, Picture
from thuishaven.web import ops_apart
from thuishaven.web.guards_files import on_disk
from thuishaven.web.ops_work import Memory, known_facts

if TYPE_CHECKING:
    from thuishaven.advice import Advice
    from thuishaven.alternatives import ExploreResult
    from thuishaven.cost import Asides, CostResult, Course, Handle, Slider, UnitCost
    from thuishaven.report.similar_cases import Similar

#: Results whose figures are kept ready, one for each of many people; and those that keep the draws of every
#: plan too, a hundred megabytes each. A slider holds some ten, and is made in less time than a page. What a
#: page shows of a slider takes next to nothing.
RESULTS, DRAWN, SLIDERS, PICTURES = 128, 2, 32, 512
#: Numbers that get a slider.
MOST_HANDLES = 5
_results, _drawn_from, _explored, _ways = Memory(RESULTS), Memory(DRAWN), Memory(SLIDERS), Memory(DRAWN)
#: Advice of which the other half is still being worked out elsewhere.
_half = Memory(DRAWN)
_sliders, _warm, _pictures, _courses = Memory(SLIDERS), Memory(RESULTS), Memory(PICTURES), Memory(RESULTS)


#: What is needed to make a slider: a dossier with the plans that were compared, flows, and these plans.
Told = tuple[Dossier, tuple[Flow, ...], tuple[ResolvedPlan, ...]]


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
    def own(self) -> Dossier:
        """The dossier as it was asked about."""
        return self.material.asked or self.material.dossier

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


def prepare() -> None:
    """Read what every calculation needs, so that the first visitor does not wait for it."""
    from thuishaven import advice, cost, region
    from thuishaven.report import charts
    from thuishaven.uncertainty import keep_freed_memory

    _ = advice, cost, region, charts
    keep_freed_memory()
    known_facts()


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


@dataclass(frozen=True)
class Figures:
    """The advice on a dossier in plain form, as it comes from the process that worked it out.

    Parameters
    ----------
    cost, advice
        The results of these rooms; what the advice says about work here is left out.
    dossier
        The dossier with the plans that were compared.
    flows, plans
        As :class:`Worked` has them.
    """

    cost: dict[str, Any]
    advice: dict[str, Any]
    dossier: Dossier
    flows: tuple[Flow, ...]
    plans: tuple[ResolvedPlan, ...]


def _assessed(key: str, dossier: Dossier) -> Worked:
    with ops_apart.turn(key, 2) as turn:
        found = _halved(turn, key, dossier) or turn.calculate(_figures, key, dossier)
    today = dt.datetime.now(dt.UTC).date()
    cost = cast("CostResult", Later(found.cost, key, dossier))
    facts = with_own_facts(known_facts(), found.dossier)
    material = Material(found.dossier, cost, facts, today, None, found.advice, dossier)
    return Worked(key, material, found.flows, found.plans)


def _halved(turn: ops_apart.Turn, key: str, dossier: Dossier) -> Figures | None:
    """The figures, worked out in two processes at the same time where one has nothing else to do."""
    # The plans of a dossier with today alone are generated first, which is no work to do twice.
    beside = turn.meanwhile(_asides, dossier) if len(dossier.plans) > 1 else None
    if beside is None:
        return None
    # The sliders of the same page are made while the other half is being worked out.
    told = turn.calculate(_begun, key, dossier)
    ops_apart.ahead(_warmed, key, *told)
    found, flows = beside()
    # Both halves have to rest on the same.
    return turn.calculate(_finished, key, found) if flows == told[1] else None


def _asides(dossier: Dossier) -> tuple[Asides, tuple[Flow, ...]]:
    from thuishaven import advice

    return advice.asides(dossier, known_facts())


def _begun(key: str, dossier: Dossier) -> Told:
    from thuishaven import advice

    return _told(_half.get(key, lambda: advice.assess(dossier, known_facts(), beside=False)))


def _finished(key: str, beside: Asides) -> Figures | None:
    half: Advice | None = _half.take(key)
    return _plain(_drawn_from.get(key, lambda: half.with_asides(beside))) if half is not None else None


def _figures(key: str, dossier: Dossier) -> Figures:
    return _plain(_advised(key, dossier))


def _plain(advised: Advice) -> Figures:
    return Figures(advised.cost.to_dict(), advised.to_dict(whole=False), *_told(advised))


def _told(advised: Advice) -> Told:
    flows = tuple(advised.work.flows()) if advised.work is not None else ()
    return advised.dossier, flows, tuple(advised.cost.case.plans)


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


def explained(work: Worked, reference: str) -> dict[str, Any]:
    """How a figure of a result came about, in plain form. Raises LookupError when there is no such figure."""
    return ops_apart.calculate(work.key, _explained, work.key, work.own, reference)


def _explained(key: str, dossier: Dossier, reference: str) -> dict[str, Any]:
    return _advised(key, dossier).cost.explain(reference).to_dict()


def explored(dossier: Dossier) -> Mapping[str, Any]:
    """The plans nobody typed in, in every country, in plain form; takes some seconds the first time."""
    key = fingerprint(dossier)
    return _explored.get(key, lambda: ops_apart.calculate(key, _explored_plain, key, dossier))


def generated(dossier: Dossier, name: str) -> Plan:
    """One of those plans, to be saved. Raises LookupError when there is none of that name."""
    key = fingerprint(dossier)
    return ops_apart.calculate(key, _generated, key, dossier, name)


def _explored_plain(key: str, dossier: Dossier) -> dict[str, Any]:
    return _found(key, dossier).to_dict()


def _generated(key: str, dossier: Dossier, name: str) -> Plan:
    return _found(key, dossier).plan(name)


def _found(key: str, dossier: Dossier) -> ExploreResult:
    from thuishaven import alternatives

    return _ways.get(key, lambda: alternatives.explore(dossier, known_facts()))


def report_on(work: Worked, kind: str, lang: str, similar: Similar | None = None) -> bytes:
    """The report on a result as a file, the plans nobody typed in included.

    Parameters
    ----------
    work
        The result.
    kind
        ``html``, ``pdf``, ``xlsx`` or ``json``.
    lang
        Language of the report.
    similar
        What others did in a case like this.
    """
    return ops_apart.calculate(work.key, _report, work.own, kind, lang, similar)


def _report(dossier: Dossier, kind: str, lang: str, similar: Similar | None) -> bytes:
    work = worked_out(dossier)
    whole = _advised(work.key, dossier).to_dict()
    material = replace(work.material, advice=whole, explored=explored(dossier), similar=similar)
    with on_disk(b"", kind, "report") as path:
        save(material, path, lang)
        return path.read_bytes()


# ---- pictures


@dataclass(frozen=True, eq=False)
class Elsewhere:
    """A picture that is drawn when it is first looked at, where nobody's answer waits for it.

    Parameters
    ----------
    drawing
        What is drawn.
    """

    drawing: Picture

    @cached_property
    def svg(self) -> str:
        """The picture as SVG."""
        return ops_apart.draw(_svg, self.drawing)


def _svg(drawing: Picture) -> str:
    return drawing.svg


def elsewhere(chart: Chart) -> Chart:
    """The same chart, drawn elsewhere."""
    return replace(chart, wide=Elsewhere(chart.wide), slim=Elsewhere(chart.slim))


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

    def made() -> Chart | None:
        if name in FROM_DRAWS:
            country = work.own.company.country
            found = ops_apart.calculate(work.key, _drawn_apart, work.own, name, plan, lang, country)
        else:
            found = _drawn(work, name, plan)
        return elsewhere(found) if found is not None else None

    return _pictures.get((work.key, name, plan, lang), made)


def _drawn_apart(dossier: Dossier, name: str, plan: str, lang: str, country: str) -> Chart | None:
    with use(lang, country):
        return _drawn(worked_out(dossier), name, plan)


#: Pictures for which the draws of a result are needed again.
FROM_DRAWS = ("tornado",)
#: Names of the pictures of a driver begin so; each needs a second of work of its own.
ALONG = "break-even-"
PICTURE_NAMES = ("uncertainty", "waterfall", "criteria", "stacked", "tornado", "information", "cash")


def courses_of(work: Worked) -> Mapping[str, Course]:
    """How the plans run along each driver that has a break-even, by the name of its picture."""
    from thuishaven.report.charts import break_even_id

    def made() -> dict[str, Course]:
        found = ops_apart.calculate(work.key, _courses_apart, work.key, work.own)
        return {break_even_id(course.driver): course for course in found}

    return _courses.get(work.key, made)


def _courses_apart(key: str, dossier: Dossier) -> tuple[Course, ...]:
    from thuishaven.cost import courses

    return courses(_advised(key, dossier).cost)


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
        case _ if name.startswith(ALONG) and name in courses_of(work):
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


class Kept:
    """A dossier kept warm: its draws stand ready for a moved number. One moves it at a time."""

    def __init__(self, slider: Slider) -> None:
        self._slider = slider
        self._turn = threading.Lock()

    def handles(self) -> list[Handle]:
        """The numbers that can be moved."""
        return self._slider.handles()

    def moved(self, values: Mapping[str, float]) -> dict[str, UnitCost]:
        """What each plan costs with these values."""
        with self._turn:
            return self._slider.move(values)


class Warm:
    """The few numbers that matter most in a dossier, and what moving them does.

    Parameters
    ----------
    work
        The result that they belong to.
    """

    def __init__(self, work: Worked) -> None:
        self._work = work
        every, self.now = ops_apart.swift(_warmed, work.key, *self._told())
        known = {handle.id: handle for handle in every}
        first = [name for name in matter_most(work.result) if name in known]
        rest = [name for name in known if name not in first]
        self.handles: tuple[Handle, ...] = tuple(known[name] for name in [*first, *rest][:MOST_HANDLES])

    def _told(self) -> Told:
        work = self._work
        return work.material.dossier, work.flows, work.plans

    def moved(self, values: Mapping[str, float]) -> dict[str, UnitCost]:
        """What each plan costs with these values."""
        given = dict(values)
        found = ops_apart.swift(_moved, self._work.key, given)
        if found is None:
            # It is no longer kept there: told again, it is.
            found = ops_apart.swift(_moved, self._work.key, given, self._told())
        assert found is not None
        return found


def _kept(key: str, dossier: Dossier, flows: tuple[Flow, ...], plans: tuple[ResolvedPlan, ...]) -> Kept:
    from thuishaven.cost import Slider

    return _sliders.get(key, lambda: Kept(Slider(dossier, known_facts(), inputs=flows, plans=plans)))


def _warmed(
    key: str, dossier: Dossier, flows: tuple[Flow, ...], plans: tuple[ResolvedPlan, ...]
) -> tuple[list[Handle], dict[str, UnitCost]]:
    kept = _kept(key, dossier, flows, plans)
    return kept.handles(), kept.moved({})


def _moved(key: str, values: dict[str, float], told: Told | None = None) -> dict[str, UnitCost] | None:
    kept: Kept | None = _sliders.held(key) if told is None else _kept(key, *told)
    return kept.moved(values) if kept is not None else None


def warm(work: Worked) -> Warm:
    """The sliders of a result."""
    return _warm.get(work.key, lambda: Warm(work))


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
