"""What a dossier is about, in words: the product, the volume, today's situation, what each plan is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from thuishaven.locale import _, date, decimals_for, language, listing, number, percent, term
from thuishaven.report.words import MODES, after_in

if TYPE_CHECKING:
    from thuishaven.dossier import Dossier, ResolvedPlan, Source
    from thuishaven.uncertainty import Quantity


@dataclass(frozen=True, slots=True)
class Subject:
    """What the pages say about a dossier.

    Parameters
    ----------
    title
        Product, volume a year and date.
    today
        Who makes it now, where, and how it travels.
    plans
        What each plan is called, by id.
    path
        The file, for the commands that are suggested.
    home
        The plans that make (most of) it in the home country, other than today.
    makers
        Who a source is, by plan and source: "supplier in China".
    """

    title: str
    today: str
    plans: Mapping[str, str]
    path: str = ""
    home: frozenset[str] = frozenset()
    makers: Mapping[str, str] = field(default_factory=dict)


def subject(dossier: Dossier, path: str = "") -> Subject:
    """What the pages say about a dossier, in the language in use."""
    from thuishaven.dossier import resolve

    title = _(
        "{product}, {units} units a year, as of {date}",
        product=translated(dossier.title) or translated(dossier.product.name),
        units=volume(dossier.demand.units_per_year),
        date=date(dossier.as_of),
    )
    baseline, *others = resolve(dossier)
    sources = [described(source, dossier, len(baseline.sources) > 1) for source in active(baseline, dossier)]
    today = _("Today: {sources}", sources=listing(sources))
    names = {baseline.id: translated(baseline.plan.name) or term("baseline")}
    names |= {plan.id: called(plan, dossier) for plan in others}
    twice = {name for name, times in Counter(names.values()).items() if times > 1}
    plans = {key: f"{name} [{key}]" if name in twice else name for key, name in names.items()}
    home = frozenset(plan.id for plan in others if share_at_home(plan, dossier) > 1 / 2)
    makers = {
        f"{plan.id}.{source.id}": maker_in(source.maker, source.country)
        for plan in (baseline, *others)
        for source in plan.sources
    }
    return Subject(title, today, plans, path, home, makers)


def quoted(name: str) -> str:
    """A name inside a sentence, between the quotes of the language."""
    return _("“{name}”", name=name)


def share_at_home(plan: ResolvedPlan, dossier: Dossier) -> float:
    """Share of the volume that a plan makes in the home country once it is complete."""
    lasting = [source for source in plan.sources if source.until is None]
    return sum(source.share for source in lasting if source.country == dossier.company.country)


def translated(text: Mapping[Any, str] | None) -> str:
    """A text of the dossier in the language in use, else in any it has."""
    if not text:
        return ""
    return text.get(language()) or next(iter(text.values()))


def volume(quantity: Quantity) -> str:
    """Units a year: the most likely number, else the middle, rounded to what the range supports."""
    given = dict(quantity.given)
    likely = given.get("mode", given.get("value"))
    if likely is not None:
        whole = float(likely).is_integer()
        return number(float(likely), 0 if whole else 1)
    return number(quantity.median, min(decimals_for(quantity.p5, quantity.p95), 0))


def active(plan: ResolvedPlan, dossier: Dossier) -> list[Source]:
    """The sources that supply today, largest share first; all of them where none is dated now."""
    year = dossier.as_of.year + 1
    now = [s for s in plan.sources if (s.start or year) <= year <= (s.until or year)]
    return sorted(now or plan.sources, key=lambda source: -source.share)


def described(source: Source, dossier: Dossier, with_share: bool) -> str:
    """A source in words: who, where, on what terms, by what transport, and for which share."""
    text = maker_in(source.maker, source.country)
    if source.incoterm:
        text = f"{text} ({source.incoterm})"
    mode = _mode(source, dossier)
    if mode:
        text = f"{text}, {_(MODES[mode])}"
    return (
        _("{source} for {share}", source=text, share=percent(source.share))
        if with_share and source.share < 1
        else text
    )


def maker_in(maker: str, country: str) -> str:
    """A maker and its country: "leverancier in China"."""
    if maker == "own":
        return _("own plant in {country}", country=after_in(country))
    return _("supplier in {country}", country=after_in(country))


def _mode(source: Source, dossier: Dossier) -> str:
    from thuishaven.facts import countries

    if source.logistics.mode is not None:
        return str(source.logistics.mode)
    if source.country == dossier.company.country or source.country not in countries():
        return ""
    return countries()[source.country].mode_default


def called(plan: ResolvedPlan, dossier: Dossier) -> str:
    """What a plan is called: its own name, that of a kind the program made, or what it does."""
    from thuishaven.report.generated import generated_name

    return translated(plan.plan.name) or generated_name(plan.plan, dossier) or plan_name(plan)


def plan_name(plan: ResolvedPlan) -> str:
    """What a plan without a name is called: who makes it and where, when that changes; else its id."""
    if not plan.moves:
        return plan.id
    makers = dict.fromkeys(
        maker_in(source.maker, source.country) for source in plan.sources if source.until is None
    )
    name = listing(list(makers)) or plan.id
    if plan.process.automation in ("medium", "high"):
        name = _("{plan}, automated", plan=name)
    return name
