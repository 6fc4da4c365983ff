"""A case, and what a search found, in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from thuishaven.cli.output import safe
from thuishaven.databank.cases import Case, Claim, Record, Shown, fields
from thuishaven.databank.cases.search import Found
from thuishaven.locale import _, number
from thuishaven.report.cases import code_name, facet_name, field_name

#: Values of a facet that are shown.
_SHOWN = 6


def page(case: Case, record: Record) -> str:
    """A case: its states, what is said of it, what contradicts it, and the sources."""
    lines = [f"{number(case.number)}  {safe(case.label)}  ({code_name('publication', case.state)})", ""]
    for one in record.status:
        day = one.occurred_on or _("date unknown")
        line = _(
            "{day}: {state} (as of {as_of})", day=day, state=code_name("status", one.state), as_of=one.as_of
        )
        lines.append(f"  {line}{_differ(one.differ, 'status')}")
    lines.append("")
    shown = [*record.values.values(), *(one for many in record.lists.values() for one in many)]
    order = list(fields())
    for value in sorted(shown, key=lambda one: (one.move, order.index(one.field))):
        lines.append(f"  {_value(value)}{_differ(value.differ, value.field)}")
        lines += [f"    {_value(earlier)}" for earlier in value.series]
    lines += ["", _("Sources")]
    lines += [
        f"  {safe(' '.join(filter(None, (one.publisher, one.published_on, one.url))))}"
        for one in record.sources.values()
    ]
    return "\n".join(lines) + "\n"


def _value(one: Shown) -> str:
    name = field_name(one.field)
    if one.move > 1:
        name = _("{field} (move {n})", field=name, n=number(one.move))
    day = f" ({one.as_of})" if one.as_of else ""
    return f"{name}: {safe(code_name(one.field, one.value))}{day}"


def _differ(claims: Sequence[Claim], field: str) -> str:
    if not claims:
        return ""
    values = [one.valid_from if field == "status" else code_name(field, one.value) for one in claims]
    return "  [" + _("other sources: {values}", values=safe(", ".join(dict.fromkeys(values)))) + "]"


def results(found: Found) -> str:
    """What a search found: the cases, and the counts of each facet."""
    lines = [_("Cases found: {n}", n=number(found.total))]
    for hit in found.hits:
        card = hit.card
        state = _("{state}, {day}", state=code_name("status", card["state"]), day=card["as_of"])
        name = ", ".join(filter(None, (card["name"], card["unit"], card["product"])))
        lines.append(f"  {number(hit.number)}  {safe(name)}: {state}")
    for facet in found.facets:
        if facet.values:
            counted = ", ".join(
                f"{code_name(facet.name, value)} {number(count)}" for value, count in facet.values[:_SHOWN]
            )
            lines.append(f"{facet_name(facet.name)}: {safe(counted)}")
    return "\n".join(lines) + "\n"
