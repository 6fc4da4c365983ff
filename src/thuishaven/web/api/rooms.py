"""What each room is asked and answers, without HTTP: from a dossier and parameters to plain JSON.

Everything here may take a second; it is called in a thread, a few at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from thuishaven.dossier import VERSION, Document, Dossier, Settings, plain
from thuishaven.web.api import asked as a
from thuishaven.web.api.answers import written
from thuishaven.web.api.problems import Refused
from thuishaven.web.ops_settings import ServerSettings
from thuishaven.web.ops_work import Memory, known_facts

#: Plans, draws and years of one calculation multiplied: some seconds of work and a few hundred megabytes.
MOST_CELLS = 2**24
#: Plans that an exploration generates, about.
EXPLORED = 256
#: Draws where nothing else is asked for.
DRAWS, QUICK = 4096, 1024
#: Names that a message lists.
NAMED = 12
#: Years that are assumed where no horizon is asked for.
YEARS = 16

#: Dossiers kept warm for sliders.
_SLIDERS = Memory(8)
_TURN = threading.Lock()


def within(limits: ServerSettings, settings: Settings, plans: int) -> Settings:
    """The settings, when this server calculates that much.

    Raises
    ------
    Refused
        With what is asked and what is the most.
    """
    if settings.draws > limits.most_draws:
        raise Refused("too_much_work", value=f"draws={settings.draws}", expected=f"draws={limits.most_draws}")
    if plans * settings.draws * (settings.horizon_years or YEARS) > MOST_CELLS:
        years = settings.horizon_years or YEARS
        fewer = MOST_CELLS // (plans * years)
        value = f"plans={plans}, draws={settings.draws}, horizon_years={years}"
        raise Refused("too_much_work", value=value, expected=f"draws={2 ** max(fewer.bit_length() - 1, 0)}")
    return settings


def of_dossier(
    limits: ServerSettings, dossier: Dossier, question: a.Asked, draws: int, plans: int = 0
) -> Settings:
    """The settings for a dossier; raises as :func:`within`."""
    count = len(dossier.plans)
    if count > limits.most_plans:
        raise Refused("too_much_work", value=f"plans={count}", expected=f"plans={limits.most_plans}")
    return within(limits, question.settings(draws), max(plans, count))


def scan(tree: Any, question: a.Asked, limits: ServerSettings) -> bytes:
    """Which strategies look promising, from answers."""
    from thuishaven import scan as room

    settings = within(limits, question.settings(DRAWS), 1)
    return written(room.assess(answers_in(tree), settings).to_dict())


def answers_in(tree: Any) -> Any:
    """The answers in a tree: the tree itself, or a dossier's part ``scan``."""
    return tree.get("scan") if isinstance(tree, Mapping) and "thuishaven" in tree else tree


def cost(dossier: Dossier, question: a.CostAsked, limits: ServerSettings) -> bytes:
    """What each plan really costs."""
    return written(_assessed(dossier, question, limits).to_dict())


def figure(dossier: Dossier, question: a.FigureAsked, limits: ServerSettings) -> bytes:
    """How one figure came about."""
    result = _assessed(dossier, question, limits, sensitivity=False)
    try:
        return written(result.explain(question.figure).to_dict())
    except LookupError:
        plan = question.figure.rpartition(".")[0]
        found = result.to_dict()["plans"]
        here = next((item for item in found if item["id"] == plan), found[-1])
        known = [f"{here['id']}.{line['id']}" for line in here["factors"]]
        raise Refused("unknown_figure", value=question.figure[:60], expected=_some(known)) from None


def _assessed(
    dossier: Dossier, question: a.CostAsked, limits: ServerSettings, sensitivity: bool = True
) -> Any:
    from thuishaven.cost import assess

    settings = of_dossier(limits, dossier, question, DRAWS)
    known_scenario(settings)
    if not sensitivity:
        settings = replace(settings, sensitivity=False)
    return assess(dossier, known_facts(), settings)


def known_scenario(settings: Settings) -> None:
    """Raises :class:`Refused` for a scenario that does not exist."""
    from thuishaven.cost import scenarios

    if settings.scenario is not None and settings.scenario not in scenarios():
        known = ", ".join(scenarios())
        raise Refused("unknown_scenario", value=settings.scenario[:60], expected=known)


def inputs(key: str, dossier: Dossier, question: a.MoveAsked, limits: ServerSettings) -> bytes:
    """The inputs that a slider can move."""
    slider, settings = _slider(key, dossier, question, limits)
    with _TURN:
        handles = slider.handles()
    rows = [
        {"id": h.id, "name": h.name, "unit": h.unit, "now": h.now, "low": h.low, "high": h.high}
        for h in handles
    ]
    return written(plain({"schema": "thuishaven.inputs/1", "settings": _said(settings), "inputs": rows}))


def moved(key: str, dossier: Dossier, question: a.MoveAsked, limits: ServerSettings) -> bytes:
    """What each plan costs per unit with some inputs moved, and as it stands."""
    values = a.moves(question.move)
    slider, settings = _slider(key, dossier, question, limits)
    known = {handle.id for handle in slider.handles()}
    for name in values:
        if name not in known:
            near = get_close_matches(name, sorted(known), n=NAMED, cutoff=0.4) or sorted(known)
            raise Refused("unknown_input", value=name[:60], expected=_some(near))
    with _TURN:
        now, then = slider.now(), slider.move(values)
    found = {
        "schema": "thuishaven.slider/1",
        "settings": _said(settings),
        "baseline": dossier.baseline.id,
        "moved": values,
        "plans": [{"id": plan, **then[plan].to_dict(), "now": now[plan].to_dict()} for plan in then],
    }
    return written(plain(found))


def _slider(
    key: str, dossier: Dossier, question: a.MoveAsked, limits: ServerSettings
) -> tuple[Any, Settings]:
    from thuishaven.cost import Slider

    settings = of_dossier(limits, dossier, question, QUICK)
    return _SLIDERS.get((key, settings), lambda: Slider(dossier, known_facts(), settings)), settings


def explore(dossier: Dossier, question: a.ExploreAsked, limits: ServerSettings) -> bytes:
    """Every generated plan in every country, cheapest first."""
    from thuishaven import alternatives

    settings = of_dossier(limits, dossier, question, QUICK, EXPLORED)
    found = alternatives.explore(dossier, known_facts(), settings).to_dict()
    return written({**found, "options": found["options"][: question.top]})


def advice(dossier: Dossier, question: a.AdviceAsked, limits: ServerSettings) -> bytes:
    """So what should we do, and what should we find out first?"""
    return written(_advised(dossier, question, limits).to_dict())


def advice_figure(dossier: Dossier, question: a.AdviceFigureAsked, limits: ServerSettings) -> bytes:
    """How one figure of the advice came about."""
    result = _advised(dossier, question, limits)
    try:
        return written(plain(result.explain(question.figure).to_dict()))
    except LookupError:
        lead = result.leading
        known = f"worth.{lead}, measure.{lead}.cost, weight.cost, {lead}.K01, …"
        raise Refused("unknown_figure", value=question.figure[:60], expected=known) from None


def _advised(dossier: Dossier, question: a.AdviceAsked, limits: ServerSettings) -> Any:
    from thuishaven.advice import assess

    # With the plans that nobody typed in there are some dozens.
    count = limits.most_plans if question.plans == "all" else 0
    settings = of_dossier(limits, dossier, question, DRAWS, count)
    return assess(dossier, known_facts(), settings, role=question.role, plans=question.plans)


def region(dossier: Dossier, question: a.DossierAsked, limits: ServerSettings) -> bytes:
    """What each plan does for work here."""
    return written(_regional(dossier, question, limits).to_dict())


def region_figure(dossier: Dossier, question: a.RegionFigureAsked, limits: ServerSettings) -> bytes:
    """How one figure of the region came about."""
    result = _regional(dossier, question, limits)
    try:
        return written(plain(result.explain(question.figure)))
    except LookupError:
        known = [f"{plan['id']}.fte_net" for plan in result.to_dict()["plans"]]
        raise Refused("unknown_figure", value=question.figure[:60], expected=_some(known)) from None


def _regional(dossier: Dossier, question: a.DossierAsked, limits: ServerSettings) -> Any:
    from thuishaven.region import assess

    return assess(dossier, known_facts(), of_dossier(limits, dossier, question, DRAWS))


def report(dossier: Dossier, question: a.ReportAsked, limits: ServerSettings) -> bytes:
    """The whole answer as a file to read, print or go on calculating."""
    from thuishaven import report as room

    settings = of_dossier(limits, dossier, question, DRAWS, limits.most_plans)
    known_scenario(settings)
    material = room.gather(dossier, known_facts(), settings)
    return room.content(material, f".{question.to.value}", question.lang)


def batch(
    pattern: Document, parts: Path, investments: Path | None, question: a.BatchAsked, limits: ServerSettings
) -> bytes:
    """Many parts, and the set that is worth making at home together."""
    from thuishaven import alternatives
    from thuishaven.dossier import read_batch

    told = read_batch(parts, pattern.dossier, question.plan, investments)
    count = len(told.parts)
    if count > limits.most_parts:
        raise Refused("too_much_work", value=f"parts={count}", expected=f"parts={limits.most_parts}")
    settings = within(limits, question.settings(QUICK), count)
    return written(alternatives.assess_batch(told, known_facts(), settings).to_dict())


def converted(found: Document, question: a.ConvertAsked, folder: Path) -> bytes:
    """A dossier in another form."""
    from thuishaven.dossier import save

    path = folder / f"dossier.{question.to.value}"
    save(found, path, question.lang)
    return path.read_bytes()


def _said(settings: Settings) -> dict[str, Any]:
    """What fixes every figure of a short answer."""
    return {
        "seed": settings.seed,
        "draws": settings.draws,
        "version": VERSION,
        "facts_digest": known_facts().digest,
        "currency": "EUR",
    }


def _some(names: Iterable[str]) -> str:
    listed = list(dict.fromkeys(names))
    return ", ".join(listed[:NAMED]) + (", …" if len(listed) > NAMED else "")
