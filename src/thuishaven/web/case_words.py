"""How the pages of cases say what a record holds: days as exact as they are known, amounts, places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from thuishaven.databank.cases import Claim, Record, Shown, Source, StatusLine, fields, first_day
from thuishaven.locale import N_, _, date, language, listing, money, ngettext, number, percent
from thuishaven.locale.writing import MONTHS
from thuishaven.report.cases import code_name as code_name
from thuishaven.report.cases import facet_name as facet_name
from thuishaven.report.cases import field_name as field_name
from thuishaven.report.cases import problem as problem

SORTED = {
    "newest": N_("Newest evidence first"),
    "announced": N_("Announced last first"),
    "jobs": N_("Most jobs announced first"),
    "name": N_("By name"),
}
_UNITS = {"fte": N_("full-time equivalents"), "heads": N_("people")}
_SCOPES = {
    "direct": N_("direct"),
    "indirect": N_("indirect"),
    "company_total": N_("whole company"),
    "group": N_("whole group"),
}
_STAGES = {"ex_ante": N_("before the move"), "ex_post": N_("looking back")}
_ROLES = {
    "driver": N_("a reason to do it"),
    "enabler": N_("made it easier"),
    "barrier": N_("stood in the way"),
}
_UNKNOWN = "unknown"


def day(text: str) -> str:
    """A day as exact as it is known: ``2018``, ``juni 2018`` or ``15 juni 2018``; empty stays empty.

    >>> from thuishaven.locale import use
    >>> with use("en"):
    ...     day("2018"), day("2018-06"), day("2018-06-15"), day("")
    ('2018', 'June 2018', '15 June 2018', '')
    """
    if not text:
        return ""
    first = first_day(text)
    match text.count("-"):
        case 0:
            return text
        case 1:
            return f"{_(MONTHS[first.month - 1])} {first.year}"
        case _:
            return date(first)


def known_day(line: StatusLine) -> str:
    """When a state began, and how that is known."""
    if not line.occurred_on:
        return _("Date unknown")
    if line.precision == "article":
        return _("{day} at the latest (date of an article)", day=day(line.occurred_on))
    return day(line.occurred_on)


def contradictions(one: StatusLine | Shown) -> list[Claim]:
    """What other sources say instead, one claim of each; two readings of one source are no contradiction."""
    found: dict[tuple[str, str], Claim] = {}
    for claim in one.differ:
        if claim.source != one.source:
            found.setdefault(
                (claim.source, claim.valid_from if claim.field == "status" else claim.value), claim
            )
    return list(found.values())


def other_days(line: StatusLine) -> str:
    """What other sources say of when it was; empty where none does."""
    claims = contradictions(line)
    return _differ(claims, [day(one.valid_from) for one in claims])


def others(one: Shown) -> str:
    """What other sources say of the same thing on the same day: "3 other sources say: 275 / 300 / 440"."""
    claims = contradictions(one)
    return _differ(claims, [_said(claim) for claim in claims])


def _differ(claims: Sequence[Claim], values: Sequence[str]) -> str:
    if not values:
        return ""
    sources, shown = len({one.source for one in claims}), " / ".join(dict.fromkeys(values))
    return ngettext(
        "{n} other source says: {values}", "{n} other sources say: {values}", sources, values=shown
    )


def _said(claim: Claim) -> str:
    text = value(claim.field, claim.value, claim.qualifiers)
    about = unit_of(claim.qualifiers)
    return f"{text} ({about})" if about else text


def value(field: str, text: str, qualifiers: Mapping[str, str] | None = None) -> str:
    """The value of a field as it is read: numbers, shares and amounts as the language writes them."""
    if text == _UNKNOWN:
        return _("unknown")
    known = fields().get(field)
    kind = known.kind if known else "text"
    match kind:
        case "number" if field.startswith("money."):
            return amount(text, (qualifiers or {}).get("currency", ""))
        case "number":
            return _span(text, lambda one: number(one, _decimals(one)))
        case "share":
            return _span(text, percent)
        case "day":
            return day(text)
        case "nace":
            division = text.partition(".")[0].lstrip("ABCDEFGHIJKLMNOPQRSTU")
            name = code_name("sector", division)
            return text if name == division else _("{name} (NACE {code})", name=name, code=text)
        case "nuts":
            return facet_value("region", text)
        case "text" | "year" | "cn" | "prodcom":
            return text
        case _:
            return code_name(field, text)


def amount(text: str, currency: str) -> str:
    """An amount of money in full, or a range of two: with its currency, or the word that it is unknown."""
    if not currency:
        return _("{amount} (currency unknown)", amount=_span(text, lambda one: number(one, _decimals(one))))
    return _span(text, lambda one: money(one, currency, digits=3))


def _span(text: str, written: Any) -> str:
    low, _dash, high = text.partition("-")
    try:
        ends = [written(float(one)) for one in (low, high) if one]
    except ValueError:
        return text
    return " \u2013 ".join(ends)


def _decimals(one: float) -> int:
    return 0 if one == int(one) else 1


def unit_of(qualifiers: Mapping[str, str]) -> str:
    """Of what a number is: unit and scope, as in "full-time equivalents, direct"."""
    unit, scope = qualifiers.get("unit", ""), qualifiers.get("scope", "")
    words = [_(_UNITS[unit]) if unit in _UNITS else unit, _(_SCOPES[scope]) if scope in _SCOPES else scope]
    return ", ".join(word for word in words if word)


def moment_of(qualifiers: Mapping[str, str]) -> str:
    """When a motive was said: before the move, or looking back."""
    stage = qualifiers.get("stage", "")
    return _(_STAGES[stage]) if stage in _STAGES else _("not said when")


def role_code(one: Shown) -> str:
    """Whether a motive is a driver, an enabler or a barrier, as its source or else its code has it."""
    from thuishaven.databank.cases import motives

    known = motives().get(one.value)
    return one.qualifiers.get("role", known.role if known else "")


def role_of(role: str) -> str:
    """What a motive did: it was a reason, it helped, or it stood in the way."""
    return _(_ROLES[role]) if role in _ROLES else role


def facet_value(name: str, code: str) -> str:
    """Name of a value of a facet; a region with its name where it is known."""
    if name == "region" and code != _UNKNOWN:
        from thuishaven.facts import regions

        found = regions().get(code)
        return f"{found.name} ({code})" if found else code
    return code_name(name, code)


def route(facets: Mapping[str, Sequence[str]]) -> str:
    """From where to where, in a line: "China to the Netherlands"; empty where neither is known."""
    from_, to = (
        listing([code_name(name, code) for code in facets.get(name, ()) if code != _UNKNOWN])
        for name in ("from", "to")
    )
    if from_ and to:
        return _("from {origin} to {destination}", origin=from_, destination=to)
    if to:
        return _("to {destination}, from where is unknown", destination=to)
    return _("from {origin}, where to is unknown", origin=from_) if from_ else ""


def card_line(card: Mapping[str, Any]) -> str:
    """What a list says of a case below its name: how fresh it is, when it was announced, how many jobs."""
    said = []
    if card["as_of"]:
        said.append(_("As of {day}", day=day(card["as_of"])))
    if card["announced"]:
        said.append(_("First known date: {day}", day=day(card["announced"])))
    jobs = card["jobs"]
    if "announced" in jobs:
        said.append(_("Jobs announced: {n}", n=_jobs(jobs["announced"])))
    if "realised" in jobs:
        n, when = _jobs(jobs["realised"]), day(jobs["realised"]["as_of"])
        said.append(_("Jobs realised: {n} ({day})", n=n, day=when))
    if any(one["differ"] for one in jobs.values()):
        said.append(_("Sources differ on the jobs"))
    return ". ".join(said)


def _jobs(one: Mapping[str, Any]) -> str:
    """A number of jobs; with whose they are where they are not those of the move itself."""
    text, scope = value("jobs.announced", one["value"]), one.get("scope", "")
    return text if scope in {"", "direct"} else f"{text} ({unit_of({'scope': scope})})"


def source_name(source: Source) -> str:
    """A source in a few words: who published it, and when."""
    return ", ".join(part for part in (source.publisher, day(source.published_on)) if part)


def language_of(code: str) -> str:
    """What a language is called in the language in use."""
    from babel import Locale

    here = language() if language() in {"nl", "en", "fr"} else "en"
    return str(Locale(here).languages.get(code, code))


def kind_of(source: Source) -> str:
    """What kind of source it is."""
    return code_name("source", source.kind)


def title_of(record: Record) -> str:
    """What a case is called: its title, else company, part and product."""
    return ", ".join(text for text, _language in titled(record))


def titled(record: Record) -> list[tuple[str, str]]:
    """The parts of what a case is called, each with its language; empty where that is not known."""
    for names in (("case.title",), ("organisation.name", "organisation.unit", "move.product")):
        shown = [one for name in names if (one := record.get(name)) and one.value not in {"", _UNKNOWN}]
        if shown:
            return [(one.value, one.qualifiers.get("lang", "")) for one in shown]
    return []
