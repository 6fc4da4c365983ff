"""A visit prepared in one page: what we know, what to ask, and room to write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thuishaven.databank.office import Beside, Decided, Held, Project, Task
from thuishaven.locale import N_, _, date, labelled, money, number, term, use
from thuishaven.report import telling
from thuishaven.report.blocks import Block, Column, Document, Facts, Heading, Listing, Table
from thuishaven.report.telling import capital
from thuishaven.report.words import country_name
from thuishaven.web import office_words as words
from thuishaven.web.office_papers_handover import volume
from thuishaven.web.office_papers_words import family, in_words
from thuishaven.web.office_promises import promise_table

#: How much of each fits on one page.
QUESTIONS, TASKS, CASES, SCHEMES, UNKNOWNS, LINES, LETTERS, NAME = 5, 2, 2, 2, 3, 4, 2**7, 2**6
#: How many lines to write on give way to what was promised.
TAKEN = 2
#: The table with nothing in it.
NOTES = "notes"
#: What is asked where a dossier says nothing, the most telling first: place in the dossier, and question.
GAPS: tuple[tuple[tuple[str | int, ...], str], ...] = (
    (("demand", "units_per_year"), N_("How many units a year, at least and at most?")),
    (
        ("plans", 0, "sources", 0, "unit_price"),
        N_("What does a unit cost from the present maker, and under which delivery terms?"),
    ),
    (("process", "labour_hours"), N_("How many hours of work go into a unit?")),
    (
        ("plans", 0, "sources", 0, "lead_days"),
        N_("How many days from order to delivery, at best and at worst?"),
    ),
    (("plans", 1), N_("Which other way to be supplied does the company think of itself?")),
    (("plans", 1, "one_off"), N_("What would have to be bought or built for the other plan?")),
    (("product", "price"), N_("What is the product sold for?")),
    (("product", "cn"), N_("Which goods code (CN) stands on the customs declaration?")),
    (("bom",), N_("Which parts and materials are in it, and where do they come from?")),
    (("plans", 0, "sources", 0, "quality"), N_("How much comes in bad or late, and what does that cost?")),
    (
        ("process", "machine_hours"),
        N_("How many machine hours go into a unit, and how full are the machines?"),
    ),
    (("demand", "variation"), N_("How much do sales differ from month to month?")),
    (("stock",), N_("How much stock is kept, and why that much?")),
)
#: Who knows a number, by a word in what it is called.
_KNOWN_BY = (
    (("exchange", "freight", "fuel", "tariff", "inflation"), N_("the market: a forwarder, a bank, customs")),
    (
        ("one_off", "automation", "machines", "moulds"),
        N_("who asks for quotes: finance, or the maker of the machine"),
    ),
    (
        ("unit_price", "lead", "quality", "terms", "logistics", "coordination"),
        N_("the buyer, or the present maker"),
    ),
    (
        ("labour", "machine", "oee", "shift", "yield", "setup", "energy", "overhead"),
        N_("the head of production"),
    ),
    (("units_per_year", "growth", "variation", "price", "forecast", "lost"), N_("sales")),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit is prepared from.

    Parameters
    ----------
    project, adviser
        The project, and the name of who guides it.
    lying
        The version beside it with what was noted of it.
    tree
        What that version says; empty without one.
    decisions, held, tasks
        What was decided, latest first; the promises made with it; and the open tasks.
    cases
        Public cases that are like it: name and what became of it.
    schemes
        Names of wage subsidies of the company's country.
    now
        The moment it is made.
    """

    project: Project
    adviser: str
    lying: Beside | None
    tree: Mapping[str, Any]
    decisions: Sequence[Decided]
    held: Sequence[Held]
    tasks: Sequence[Task]
    cases: Sequence[tuple[str, str]]
    schemes: Sequence[str]
    now: dt.datetime


def visit_paper(visit: Visit, lang: str) -> Document:
    """The page in a language.

    Parameters
    ----------
    visit
        What is known.
    lang
        nl, en or fr.
    """
    project = visit.project
    with use(lang, project.country):
        day = date(visit.now.date())
        foot = _("Made on {date}. Confidential: for who visits the company.", date=day)
        blocks = tuple(_blocks(visit))
        return Document(
            lang, _("Preparing a visit"), _short(project.company, NAME), blocks, foot, visit.now.date()
        )


def _blocks(visit: Visit) -> Iterator[Block]:
    yield Heading(1, _("The company in three lines"), "company")
    yield Facts(tuple(_three_lines(visit)))
    yield Heading(2, _("What we know"), "known")
    yield Listing(tuple(_known(visit)))
    promised = [held for held in visit.held if held.last]
    for held in promised:
        yield promise_table(held.to_dict(), note=False)
    first = _said(visit).get("find_out", ())
    if first:
        rows = tuple(
            (_short(in_words(one["names"])), _(who_knows(one.get("input", ""))), money(one["worth"]))
            for one in first[:UNKNOWNS]
        )
        columns = (
            Column(_("What to find out"), width=3),
            Column(_("Who knows it"), width=2),
            Column(_("Worth at most")),
        )
        title = labelled(capital(term("find_out_first")), _("the numbers that may change the choice"))
        yield Table("first", title, columns, rows)
    asked = (Column(_("Question")), Column(_("Answer")))
    title = _("To ask: what the dossier does not say yet")
    # What was promised takes the room of a question, and of a line to write on.
    asking = questions(visit)[: QUESTIONS - len(promised)]
    yield Table("ask", title, asked, tuple((question, "") for question in asking))
    rest = list(_rest(visit))
    if rest:
        yield Heading(2, _("Besides"), "besides")
        yield Listing(tuple(rest))
    lines = LINES - TAKEN * len(promised)
    yield Table(NOTES, _("Room for notes"), (Column(_("Notes")),), (("\u00a0\n\u00a0",),) * lines)


def _three_lines(visit: Visit) -> Iterator[tuple[str, str]]:
    project, tree = visit.project, visit.tree
    parts = [project.number, country_name(project.country) if project.country else "", project.region]
    parts += [f"NACE {project.nace}"] if project.nace else []
    yield (
        _("Company"),
        _short(", ".join(part for part in parts if part) or _("nothing but its name is known")),
    )
    product = tree.get("product") if isinstance(tree.get("product"), Mapping) else {}
    demand = tree.get("demand") if isinstance(tree.get("demand"), Mapping) else {}
    told = [in_words((product or {}).get("name"))]
    told += [_("{n} units a year", n=volume((demand or {}).get("units_per_year")))] if demand else []
    yield _("Product"), _short(", ".join(part for part in told if part) or _("not known yet"))
    stage = words.said(words.STAGES, project.state)
    since = _("{stage}, since {date}", stage=stage, date=date(project.entered.date()))
    yield _("Stage"), f"{since}; {visit.adviser}" if visit.adviser else since


def _known(visit: Visit) -> Iterator[str]:
    said = _said(visit)
    if said and visit.lying is not None:
        day = date(dt.date.fromisoformat(said["as_of"]))
        cost, span = telling.per_unit(said["today"]), telling.span(said["today"])
        yield _("{date}: a unit costs {cost} EUR today ({span}).", date=day, cost=cost, span=span or cost)
        if said["stays"]:
            yield _("{date}: no plan is better than today.", date=day)
        else:
            best = telling.per_unit(said["best"])
            yield _(
                "{date}: advised is {plan}, at {cost} EUR ({span}).",
                date=day,
                plan=in_words(said["names"]),
                cost=best,
                span=telling.span(said["best"]) or best,
            )
        if said.get("jobs") and round(said["jobs"]["mean"]):
            yield _("{date}: that brings {n} jobs here, net.", date=day, n=number(said["jobs"]["mean"]))
        if visit.lying.newest > visit.lying.version:
            yield _("The dossier changed since: there is a newer version of it.")
    elif visit.lying is not None:
        yield _("A dossier lies beside the project; it was not worked out for this page yet.")
    else:
        yield _("No dossier lies beside the project yet.")
    for one in visit.decisions[:1]:
        chosen = capital(family(one.family))
        yield _short(f"{date(one.decided_on)}: {chosen}. {one.reason}")


def _rest(visit: Visit) -> Iterator[str]:
    for task in visit.tasks[:TASKS]:
        yield labelled(
            _("Task"), _("{task}, by {date}", task=_short(words.task_name(task), NAME), date=date(task.due))
        )
    for name, state in visit.cases[:CASES]:
        yield labelled(_("Similar public case"), f"{_short(name)}, {state}" if state else _short(name))
    if visit.schemes:
        yield labelled(_("Wage subsidies to look at"), ", ".join(visit.schemes[:SCHEMES]))


def questions(visit: Visit) -> list[str]:
    """What to ask: cost lines without data that would turn the choice, then what the dossier does not say."""
    found = [
        _(
            "{line}: what does it cost a year? From {amount} on it turns the choice.",
            line=in_words(one["names"]),
            amount=money(one["turning"]),
        )
        for one in _said(visit).get("not_counted", ())
    ]
    known_places: list[tuple[str | int, ...]] = []
    for place, question in GAPS:
        # What a missing part would hold is not asked as well.
        if any(place[: len(other)] == other for other in known_places):
            continue
        if not _told(visit.tree, place):
            known_places.append(place)
            found.append(_(question))
    return found[:QUESTIONS] or [_("What changed since the dossier was made?")]


def who_knows(identity: str) -> str:
    """Who knows a number, as a message, by the id of the input.

    >>> who_knows("home.labour_hours"), who_knows("shock.exchange.USD")
    ('the head of production', 'the market: a forwarder, a bank, customs')
    """
    for parts, who in _KNOWN_BY:
        if any(part in identity for part in parts):
            return who
    return N_("the company")


def _said(visit: Visit) -> Mapping[str, Any]:
    return (visit.lying.noted or {}) if visit.lying is not None else {}


def _told(tree: Any, place: tuple[str | int, ...]) -> bool:
    """Whether a dossier says something at a place."""
    for step in place:
        if isinstance(step, int):
            tree = (
                tree[step]
                if isinstance(tree, Sequence) and not isinstance(tree, str) and len(tree) > step
                else None
            )
        else:
            tree = tree.get(step) if isinstance(tree, Mapping) else None
    return tree not in (None, "", [], {})


def _short(text: str, most: int = LETTERS) -> str:
    """A text that does not push the rest off the page."""
    return text if len(text) <= most else f"{text[:most].rstrip()}..."
