"""Charts of cases that were found: where they come from and go to, and what happened in which year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thuishaven.locale import N_, _, listing, ngettext, number
from thuishaven.report.blocks import Chart, Column, Table, amount
from thuishaven.report.charts import rows, vega
from thuishaven.report.charts.geography import countries_drawn, outlines
from thuishaven.report.charts.reading import spoken
from thuishaven.report.charts.style import ACCENT, DEARER, INK, OTHER, QUIET, SCALE, SMALL, built
from thuishaven.report.telling import capital
from thuishaven.report.words import country_name

#: Upper ends of the classes of a map of counts, but the last: few cases each, then ever more.
_ENDS = (1, 3, 10, 100)
#: Years that the picture shows at least, and countries that its words name.
_SPAN, _NAMED = 8, 5
#: Height of one row of columns, and room for the letters of a year and of a count, in pixels.
_ROW, _YEAR, _COUNT = 84, 40, 16
_COLOURS = {"announced": ACCENT, "implemented": OTHER, "reversed": DEARER, "cancelled": DEARER}
_TITLES = {
    "announced": N_("announced"),
    "implemented": N_("done"),
    "reversed": N_("reversed"),
    "cancelled": N_("cancelled"),
}


@spoken
def places(
    coming: Mapping[str, int], going: Mapping[str, int], source: str, *, lang: str | None = None
) -> tuple[Chart, ...]:
    """Maps of the countries that cases go to and come from, with the counts of both in their tables.

    Parameters
    ----------
    coming, going
        Cases by country (ISO 3166-1), without those of which it is unknown.
    source
        Where the counts come from.
    lang
        Language; that in use by default.

    Returns
    -------
    tuple
        One map for each side of which something is known, the destinations first.
    """
    note = _("A case with moves between several countries counts in each of them.")

    def one(identity: str, counts: Mapping[str, int], title: str, of_table: str, heading: str) -> Chart:
        first = sorted(counts, key=lambda iso3: (-counts[iso3], iso3))
        labels, colours = classes(max(counts.values()))
        ends = [*_ENDS[: len(labels) - 1]]
        groups = {iso3: labels[sum(count > end for end in ends)] for iso3, count in counts.items()}
        used = [place for place, label in enumerate(labels) if label in groups.values()]
        named = [f"{country_name(iso3)} {number(counts[iso3])}" for iso3 in first[:_NAMED]]
        rest = len(first) - len(named)
        said = listing(named)
        if rest:
            said = ngettext(
                "{named}, and {n} more country", "{named}, and {n} more countries", rest, named=said
            )
        table = Table(
            f"{identity}-table",
            _(of_table),
            (Column(_("Country")), Column(_(heading))),
            tuple((country_name(iso3), amount(counts[iso3], 0)) for iso3 in first),
            note=note,
        )
        draw = countries_drawn(
            groups, [labels[place] for place in used], [colours[place] for place in used], _("cases")
        )
        most = [iso3 for iso3 in first if counts[iso3] == counts[first[0]]]
        named_most = {"country": country_name(first[0]), "n": number(counts[first[0]])}
        chart_title = _(title, **named_most) if len(most) == 1 else f"{_(of_table)}."
        return built(identity, chart_title, "", f"{said}.", source, table, draw, {"world": outlines()})

    found = []
    if going:
        said = (N_("Most cases go to {country}: {n}."), N_("Cases by the country they go to"), N_("Going to"))
        found.append(one("to", going, *said))
    if coming:
        said = (
            N_("Most cases come from {country}: {n}."),
            N_("Cases by the country they come from"),
            N_("Coming from"),
        )
        found.append(one("from", coming, *said))
    return tuple(found)


def classes(most: int) -> tuple[list[str], list[str]]:
    """Names and colours of the classes of a map of counts, from few to the largest that there is.

    >>> classes(5)[0], classes(1)[0]
    (['1', '2 \u2013 3', '4 \u2013 5'], ['1'])
    """
    lows = [low for low in (1, *(end + 1 for end in _ENDS)) if low <= most]
    highs = [*_ENDS[: len(lows) - 1], most]
    ends = [(number(low), number(high)) for low, high in zip(lows, highs, strict=True)]
    found = [low if low == high else f"{low} \u2013 {high}" for low, high in ends]
    # Few cases light, many dark: the scale runs the other way.
    colours = list(reversed(SCALE))
    return found, colours[-len(found) :] if len(found) > 1 else colours[-2:-1]


@spoken
def timeline(
    by_state: Mapping[str, Mapping[str, int]], source: str, note: str, *, lang: str | None = None
) -> Chart | None:
    """Columns of how many cases were announced, done, reversed and cancelled in each year.

    Parameters
    ----------
    by_state
        Cases by state (``announced``, ``implemented``, ``reversed``, ``cancelled``) and year.
    source, note
        Where the counts come from, and what is to be known to read them.
    lang
        Language; that in use by default.

    Returns
    -------
    Chart | None
        Nothing when no year is known.
    """
    states = [state for state in _TITLES if by_state.get(state)]
    known = [int(year) for state in states for year in by_state[state]]
    if not known:
        return None
    first = min(min(known), max(known) - _SPAN + 1)
    span = list(range(first, max(known) + 1))
    most = max(count for state in states for count in by_state[state].values())

    def columns(state: str, width: int, last: bool) -> vega.Spec:
        counts = by_state[state]
        marks = [{"year": str(year), "n": counts.get(str(year), 0)} for year in span]
        every = max(1, -(-len(span) * _YEAR // width))
        shown = [str(year) for year in span if (year - span[0]) % every == 0]
        x = vega.X(
            "year:O",
            axis=vega.Axis(
                title=None, values=shown, labelAngle=0, ticks=False, domainColor=QUIET, labels=last
            ),
        )
        y = vega.Y("n:Q", axis=None, scale=vega.Scale(domain=[0, most * 1.25], nice=False))
        bars = (
            vega.Chart(rows.data(marks))
            .marked("bar", color=_COLOURS[state], width={"band": 0.72})
            .encode(x=x, y=y)
        )
        letters = {"baseline": "bottom", "dy": -2, "fontSize": SMALL, "color": INK}
        tops = (
            vega.Chart(rows.data([mark for mark in marks if mark["n"]]))
            .marked("text", **letters)
            .encode(x=x, y=y, text="n:Q")
        )
        title = {
            "text": capital(_(_TITLES[state])),
            "anchor": "start",
            "frame": "group",
            "color": _COLOURS[state],
            "offset": 2,
        }
        inner = width - 8
        return {
            **vega.layer([bars, *([tops] if len(span) * _COUNT < width else [])], width=inner, height=_ROW),
            "title": title,
        }

    def draw(width: int) -> Any:
        parts = [columns(state, width, state == states[-1]) for state in states]
        return vega.beside(parts, below=True, spacing=6, padding=4)

    totals = {state: sum(by_state[state].values()) for state in states}
    alt_text = listing(
        [
            _(
                "{state}: {n}, most in {year} ({most})",
                state=_(_TITLES[state]),
                n=number(totals[state]),
                **_peak(by_state[state]),
            )
            for state in states
        ]
    )
    table = Table(
        "years-table",
        _("Cases by year"),
        (Column(_("Year")), *(Column(capital(_(_TITLES[state]))) for state in states)),
        tuple(
            (str(year), *(amount(by_state[state].get(str(year), 0), 0) for state in states))
            for year in reversed(span)
            if any(str(year) in by_state[state] for state in states)
        ),
        note=note,
    )
    title = _("What happened in which year, from {first} to {last}.", first=str(span[0]), last=str(span[-1]))
    return built("years", title, "", f"{capital(alt_text)}.", source, table, draw)


def _peak(counts: Mapping[str, int]) -> dict[str, str]:
    year = max(sorted(counts), key=lambda one: counts[one])
    return {"year": year, "most": number(counts[year])}
