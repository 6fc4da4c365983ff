"""What others did in a case like this: published cases of the same sector, origin and form, in words.

The rooms that judge a dossier know no databank; the doors put the two side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from thuishaven.locale import _, date, listing, ngettext, number
from thuishaven.report.blocks import Block, Column, Heading, Table, Text
from thuishaven.report.cases import code_name
from thuishaven.report.telling import capital

if TYPE_CHECKING:
    from thuishaven.access import Actor, Store

#: Cases that are shown.
SHOWN = 5
#: What cases are compared by: what matters most first.
COMPARED = ("sector", "from", "form")


@dataclass(frozen=True, slots=True)
class Alike:
    """A published case that shares something: ``shared`` names what, ``as_of`` is the day of its state,
    ``language`` that of the words for its product, empty where it is not known."""

    case: str
    number: int
    name: str
    product: str
    sector: tuple[str, ...]
    origin: tuple[str, ...]
    to: tuple[str, ...]
    form: tuple[str, ...]
    state: str
    as_of: str
    shared: tuple[str, ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Similar:
    """Published cases that are like a plan.

    Parameters
    ----------
    asked
        What they were compared by, and with what: ``{"sector": "22", "from": "CHN", "form": ...}``.
    counts
        How many cases share the first of these, the first two, and so on; one is left out where none does.
    states
        How many of the most alike are in which state; of ``total``.
    total
        How many share the most that any case shares.
    published
        How many cases are published in all.
    cases
        Those that share most, at most five.
    """

    asked: Mapping[str, str]
    counts: tuple[tuple[tuple[str, ...], int], ...]
    states: Mapping[str, int]
    total: int
    published: int
    cases: tuple[Alike, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "schema": "thuishaven.cases.similar/1",
            "asked": dict(self.asked),
            "published": self.published,
            "counts": [{"shared": list(names), "cases": count} for names, count in self.counts],
            "total": self.total,
            "states": dict(self.states),
            "cases": [
                {
                    name: list(value) if isinstance(value, tuple) else value
                    for name, value in asdict(one).items()
                }
                for one in self.cases
            ],
        }


def similar(store: Store, actor: Actor, asked: Mapping[str, str]) -> Similar | None:
    """The published cases that are most like what was asked; ``None`` where nothing can be compared.

    Parameters
    ----------
    store
        The public database.
    actor
        Who asks; anybody.
    asked
        A value for each of :data:`COMPARED` that is known.
    """
    from thuishaven.databank.cases import Cases

    wanted = [(name, asked[name]) for name in COMPARED if asked.get(name)]
    if not wanted:
        return None
    cases = Cases(store)
    published = cases.search(actor, size=1).total
    counts: list[tuple[tuple[str, ...], int]] = []
    most = None
    if published:
        # First those that share most; what no case has is let go.
        kept: dict[str, tuple[str, ...]] = {}
        for name, value in wanted:
            found = cases.search(actor, facets={**kept, name: (value,)}, size=SHOWN)
            if found.total:
                kept[name] = (value,)
                counts.append((tuple(kept), found.total))
                most = found
    states = next((facet.values for facet in most.facets if facet.name == "state"), ()) if most else ()
    hits = list(most.hits) if most else []
    if most is not None and len(hits) < SHOWN and len(counts) > 1:
        first = counts[0][0][0]
        known = {hit.number for hit in hits}
        others = cases.search(actor, facets={first: (asked[first],)}, size=SHOWN + len(hits)).hits
        hits += [hit for hit in others if hit.number not in known][: SHOWN - len(hits)]
    return Similar(
        asked=dict(wanted),
        counts=tuple(counts),
        states=dict(states),
        total=most.total if most else 0,
        published=published,
        cases=tuple(_alike(hit, wanted) for hit in hits),
    )


def _alike(hit: Any, wanted: Sequence[tuple[str, str]]) -> Alike:
    many = {name: tuple(hit.facets.get(name, ())) for name in ("sector", "from", "to", "form")}
    return Alike(
        case=hit.case,
        number=hit.number,
        name=hit.card["name"],
        product=hit.card["product"] or hit.card["title"],
        language=hit.card.get("lang", {}).get("product" if hit.card["product"] else "title", ""),
        sector=many["sector"],
        origin=many["from"],
        to=many["to"],
        form=many["form"],
        state=hit.card["state"],
        as_of=hit.card["as_of"],
        shared=tuple(name for name, value in wanted if value in many[name]),
    )


def sentences(found: Similar) -> list[str]:
    """How many cases are alike, what became of them, and what that does not say."""
    if not found.published:
        return [_("No case is published yet in this databank.")]
    count = ngettext(
        "{n} case is published.", "{n} cases are published.", found.published, n=number(found.published)
    )
    if not found.total:
        return [count, _("None of them is of the same sector, origin or form.")]
    told = [count]
    for names, total in found.counts:
        same = listing([_named(name, found.asked[name]) for name in names])
        told.append(
            ngettext(
                "{n} of them shares {same}.", "{n} of them share {same}.", total, n=number(total), same=same
            )
        )
    became = listing(
        [f"{code_name('state', state)} ({number(count)})" for state, count in found.states.items() if count]
    )
    if found.total > 1:
        told.append(_("Of these last {n}: {states}.", n=number(found.total), states=became))
    told.append(
        _(
            "What is announced is not yet done. The cases are few, no sample, and each state holds for its "
            "own date: they show what can happen, not what will."
        )
    )
    return told


def _named(name: str, value: str) -> str:
    text = code_name(name, value)
    return {
        "sector": _("the sector ({name})", name=text),
        "from": _("the origin ({name})", name=text),
        "form": _("the form ({name})", name=text),
    }[name]


def table(found: Similar) -> Table:
    """The cases that share most, with what became of them."""

    def names(facet: str, values: Sequence[str]) -> str:
        return listing([capital(code_name(facet, value)) for value in values]) or "-"

    return Table(
        "similar-cases",
        _("Published cases that share most"),
        (
            Column(_("Company"), width=2),
            Column(_("From")),
            Column(_("To")),
            Column(_("Form"), width=2),
            Column(_("What became of it"), width=2),
        ),
        tuple(
            (
                f"{one.name}: {one.product}" if one.product else one.name,
                names("from", one.origin),
                names("to", one.to),
                names("form", one.form),
                state_of(one),
            )
            for one in found.cases
        ),
    )


def state_of(one: Alike) -> str:
    """The state of a case, with its day."""
    from thuishaven.databank.cases import first_day, precision

    said = capital(code_name("state", one.state))
    if not one.as_of:
        return said
    exact = precision(one.as_of)
    day = one.as_of if exact == "year" else date(first_day(one.as_of)) if exact == "day" else one.as_of
    return _("{state} (as of {date})", state=said, date=day)


def route_of(one: Alike) -> str:
    """From where to where, and in which form."""
    places = {
        name: listing([capital(code_name(name, value)) for value in values]) or _("unknown")
        for name, values in (("from", one.origin), ("to", one.to))
    }
    way = _("{origin} to {to}", origin=places["from"], to=places["to"])
    forms = listing([code_name("form", value) for value in one.form if value != "unknown"])
    return f"{way}; {forms}" if forms else way


def question_of(found: Similar) -> str:
    """The part of an address that finds the cases that share most."""
    from urllib.parse import urlencode

    names = found.counts[-1][0] if found.counts else ()
    return f"?{urlencode([(name, found.asked[name]) for name in names])}" if names else ""


def blocks(found: Similar | None) -> Iterator[Block]:
    """The part of a report on similar cases; nothing where no databank was asked or it is empty."""
    if found is None or not found.published:
        return
    yield Heading(2, _("What others did"), "similar")
    yield Text(" ".join(sentences(found)))
    if found.cases:
        yield table(found)
