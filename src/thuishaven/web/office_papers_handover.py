"""The paper that another authority is handed: what is told, in blocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from thuishaven.databank.office import OWN, Handover
from thuishaven.locale import _, date, listing, number, use
from thuishaven.report.blocks import Block, Callout, Column, Document, Facts, Heading, Listing, Table, Text
from thuishaven.report.telling import capital
from thuishaven.report.words import country_name
from thuishaven.web import office_words as words
from thuishaven.web.office_papers_words import FIELDS, family, in_words, motive
from thuishaven.web.office_promises import promise_table

#: Fields of the first list, in their order.
_FIRST = ("company", "number", "country", "trade", "region")
_PRODUCT = ("product", "product_code", "volume", "advice", "unit_cost")


def handover_paper(made: Handover, lang: str) -> Document:
    """The paper in a language.

    Parameters
    ----------
    made
        What is told, and what not.
    lang
        nl, en or fr.
    """
    with use(lang):
        foot = _(
            "Made on {date} by {sender} for {receiver}. Fingerprint {mark}.",
            date=date(made.at.date()),
            sender=made.sender,
            receiver=made.receiver,
            mark=made.digest[:12],
        )
        subtitle = _(
            "{company}, for {receiver}", company=made.told.get("company", "-"), receiver=made.receiver
        )
        blocks = tuple(_blocks(made))
        return Document(lang, _("Handover of a project"), subtitle, blocks, foot, made.at.date())


def _blocks(made: Handover) -> Iterator[Block]:
    told, consent = made.told, made.consent
    yield Heading(1, told.get("title") or _("The project"), "project")
    yield Callout(
        "care",
        _("For {receiver} only", receiver=made.receiver),
        _(
            "The company agreed on {day} that {receiver} sees this, until {until}. After that day, or when "
            "the company ends its consent, this paper may not be used any more.",
            day=date(consent.given_on),
            receiver=made.receiver,
            until=date(consent.until.date()),
        ),
    )
    first = [(_(FIELDS[name]), _plain(name, told[name])) for name in _FIRST if name in told]
    if "stage" in told:
        stage = told["stage"]
        since = _(
            "{stage}, since {date}", stage=words.said(words.STAGES, stage["code"]), date=_day(stage["since"])
        )
        first.append((_("Stage"), since))
    first += [(_(FIELDS[name]), _day(told[name])) for name in ("begun", "first_output") if name in told]
    if first:
        yield Heading(2, _("The company and the stage"), "company")
        yield Facts(tuple(first))
    product = [(_(FIELDS[name]), _plain(name, told[name])) for name in _PRODUCT if name in told]
    if product:
        yield Heading(2, _("The product"), "product")
        yield Facts(tuple(product))
    if "decisions" in told:
        yield Heading(2, _("The decision"), "decision")
        for one in told["decisions"]:
            yield from _decision(one)
    if "promised" in told:
        yield Heading(2, _(FIELDS["promised"]), "promised")
        for place, held in enumerate(told["promised"]):
            yield promise_table(held, place)
    if "time_line" in told:
        rows = tuple(
            (_day(step["on"]), words.said(words.STAGES, step["stage"])) for step in told["time_line"]
        )
        yield Heading(2, _("Time line"), "line")
        yield Table(
            "line-table", _("Since when in which stage"), (Column(_("Day")), Column(_("Stage"))), rows
        )
    if "tasks" in told:
        yield Heading(2, _("Open tasks"), "tasks")
        tasks = told["tasks"]
        rows = tuple((_task(one), _day(one["due"])) for one in tasks)
        columns = (Column(_("What is to be done"), width=3), Column(_("By when")))
        yield Table("tasks-table", _("What is to be done, and by when"), columns, rows)
    if "contacts" in told:
        yield Heading(2, _("People at the company"), "contacts")
        yield Listing(tuple(_person(one) for one in told["contacts"]))
    if "documents" in told:
        yield Heading(2, _("Documents that can be asked for"), "documents")
        yield Listing(
            tuple(_("{name}, of {date}", name=one["name"], date=_day(one["at"])) for one in told["documents"])
        )
    yield Heading(2, _("Consent and contact"), "consent")
    yield Facts(tuple(_basis(made)))
    if made.withheld:
        yield Heading(2, _("What is not in here"), "withheld")
        yield Text(_("The consent of the company does not cover:"))
        yield Listing(tuple(_(FIELDS[name]) for name in made.withheld))


def _basis(made: Handover) -> Iterator[tuple[str, str]]:
    told, consent = made.told, made.consent
    yield _("For what"), words.said(words.PURPOSES, consent.purpose)
    if "consent_given_by" in told:
        yield _(FIELDS["consent_given_by"]), told["consent_given_by"]
    yield _("Agreed on"), date(consent.given_on)
    yield _("Until"), date(consent.until.date())
    if "purpose" in told:
        yield _("What the data are kept for"), told["purpose"]
    adviser = told.get("adviser", {})
    parts = (adviser.get("name", ""), adviser.get("email", ""), made.sender)
    yield _("Ask"), ", ".join(part for part in parts if part)


def _decision(one: Mapping[str, Any]) -> Iterator[Block]:
    items = [
        (_("Decided on"), _day(one["on"])),
        (_("Chosen"), capital(family(one["family"]))),
        (_("Why"), one["reason"]),
    ]
    if one["considered"]:
        items.append(
            (_("What else was considered"), capital(listing([family(code) for code in one["considered"]])))
        )
    if one["codes"]:
        name = _("What stood in the way") if one["outcome"] == "no_go" else _("Motives")
        items.append((name, capital(listing([motive(code) for code in one["codes"]]))))
    yield Facts(tuple(items))


def _plain(name: str, value: Any) -> str:
    match name:
        case "country":
            return country_name(value)
        case "volume":
            return volume(value)
        case "advice":
            return capital(in_words(value["names"]) or value["recommended"])
        case "unit_cost":
            today, best = value["today"], value["best"]
            told = [_("today {cost} EUR", cost=number(today, 2))] if today is not None else []
            told += [_("advised plan {cost} EUR", cost=number(best, 2))] if best is not None else []
            return capital(", ".join(told))
    return in_words(value)


def volume(value: Any) -> str:
    """A number of units as a dossier tells it: one figure, or a range."""
    if isinstance(value, Mapping):
        ends = [value.get(name) for name in ("low", "min", "mode", "high", "max", "value", "mean")]
        found = sorted({float(end) for end in ends if isinstance(end, int | float)})
        if len(found) > 1:
            return _("between {low} and {high}", low=number(found[0]), high=number(found[-1]))
        return number(found[0]) if found else "-"
    return number(float(value)) if isinstance(value, int | float) else str(value)


def _task(one: Mapping[str, Any]) -> str:
    return str(one["words"]) if one["rule"] == OWN else words.said(words.RULES, one["rule"])


def _person(one: Mapping[str, Any]) -> str:
    return ", ".join(part for part in (one["name"], one["function"], one["email"], one["phone"]) if part)


def _day(text: str) -> str:
    return date(dt.date.fromisoformat(text))
