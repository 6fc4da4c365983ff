"""Charts of the plans nobody typed in: cost against bad luck, and the best plan of each country."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from thuishaven.locale import _, decimals_for, labelled, listing, ngettext, number, parted, price, term, unit
from thuishaven.report.blocks import Chart, Column, Range, Table, amount
from thuishaven.report.charts import rows, vega
from thuishaven.report.charts.geography import countries_drawn, outlines
from thuishaven.report.charts.reading import distinct, plain, source_line, spoken
from thuishaven.report.charts.style import (
    ACCENT,
    BASE,
    GROUND,
    INK,
    OTHER,
    SCALE,
    built,
    short,
)
from thuishaven.report.generated import option_name
from thuishaven.report.subject import quoted
from thuishaven.report.telling import capital, cents
from thuishaven.report.words import country_name

#: Efficient plans that are named in the picture, and plans in its table.
NAMED, LISTED = 5, 15


@spoken
def frontier(explored: Any, *, lang: str | None = None) -> Chart:
    """The plans of every country: cost on average against cost when things go wrong.

    Parameters
    ----------
    explored
        An ``ExploreResult``, or its plain form.
    lang
        Language; that in use by default.
    """

    told = plain(explored)
    options = told["options"]
    stay = next((option for option in options if option["family"] in ("stay", "today")), None)
    efficient = [option for option in options if option["efficient"]]
    heading = unit("EUR/unit")

    def point(option: Mapping[str, Any]) -> dict[str, Any]:
        kind = "stay" if option is stay else "efficient" if option["efficient"] else "other"
        return {"x": option["unit_tco"]["mean"], "y": option["unit_tco"]["p95"], "kind": kind}

    points = [point(option) for option in options]
    worst = sorted(p["y"] for p in points)
    # The dearest plans would press all others into a corner; they stand in the table of the program.
    limit = max(worst[int(len(worst) * 0.9)], stay["unit_tco"]["p95"] if stay else 0.0)
    shown = [p for p in points if p["y"] <= limit]
    beyond = len(points) - len(shown)
    chain = [
        {**point(option), "name": option_name(option), "shown": short(option_name(option), 38)}
        for option in efficient
    ]
    named = [*chain[:NAMED]]
    if stay is not None:
        named.append({**point(stay), "name": option_name(stay), "shown": option_name(stay)})
    xs, ys = [p["x"] for p in shown], [p["y"] for p in shown]

    def draw(width: int) -> Any:
        narrow = rows.is_narrow(width)
        room = 0.45 if narrow else 0.3
        span = (max(xs) - min(xs)) or 1.0
        x = vega.X(
            "x:Q",
            scale=vega.Scale(
                domain=[min(xs) - span * 0.03, max(xs) + span * (room if narrow else 0.12)],
                nice=False,
                zero=False,
            ),
            axis=vega.Axis(
                title=_("cost per unit on average, {unit}", unit=heading),
                domain=False,
                format=rows.form_for(min(xs), max(xs)),
                titleAnchor="start",
                titleAlign="left",
                tickCount=5,
            ),
        )
        y = vega.Y(
            "y:Q",
            scale=vega.Scale(zero=False),
            axis=vega.Axis(
                title=_("cost when things go wrong (1 in 20), {unit}", unit=heading),
                domain=False,
                titleAngle=0,
                titleAnchor="end",
                titleAlign="left",
                titleX=0,
                titleY=-12,
                tickCount=5,
                format=rows.form_for(min(ys), max(ys)),
            ),
        )
        colour = vega.Color(
            "kind:N",
            legend=None,
            scale=vega.Scale(domain=["stay", "efficient", "other"], range=[BASE, ACCENT, OTHER]),
        )
        others = (
            vega.Chart(rows.data([p for p in shown if p["kind"] == "other"]))
            .marked("point", shape="circle", size=26, strokeWidth=1.2, opacity=0.75)
            .encode(x=x, y=y, color=colour)
        )
        line = (
            vega.Chart(rows.data(chain))
            .marked("line", color=ACCENT, strokeWidth=1.5, strokeDash=[4, 3])
            .encode(x="x:Q", y="y:Q", order="x:Q")
        )
        marks = (
            vega.Chart(rows.data([p for p in [*chain, *([point(stay)] if stay else [])] if p["y"] <= limit]))
            .marked("point", filled=True, size=90, opacity=1, stroke=GROUND, strokeWidth=1)
            .encode(
                x="x:Q",
                y="y:Q",
                color=colour,
                shape=vega.Shape(
                    "kind:N",
                    legend=None,
                    scale=vega.Scale(
                        domain=["stay", "efficient", "other"], range=["square", "circle", "circle"]
                    ),
                ),
            )
        )
        layers = [others, line, marks]
        for place, row in enumerate(spaced(named, (max(ys) - min(ys)) / (13 if narrow else 16))):
            weight = "bold" if place == 0 else "normal"
            letters = {"align": "left", "dx": 9, "color": INK, "fontSize": rows.SMALL, "fontWeight": weight}
            layers += rows.written(vega.Chart(rows.data([row])), letters, x="x:Q", y="at:Q", text="shown:N")
        return vega.layer(
            layers,
            width=width,
            height=340,
            autosize={"type": "fit", "contains": "padding"},
            padding={"left": 2, "right": 4, "top": 4, "bottom": 2},
        )

    best = options[0]
    keep = cents(best["unit_tco"])
    cheapest = quoted(option_name(best))
    title = (
        _("{best} is the cheapest, both on average and when things go wrong", best=cheapest)
        if len(efficient) == 1
        else _(
            "{n} plans are beaten by none on average and bad luck together; "
            "{best} is the cheapest on average",
            n=len(efficient),
            best=cheapest,
        )
    )
    listed = [*efficient, *(option for option in options if not option["efficient"])][:LISTED]
    if stay is not None and stay not in listed:
        listed.append(stay)
    table = Table(
        "frontier-table",
        _("Plans that no other beats, and the next best"),
        (
            Column(capital(term("plan")), width=2),
            Column(_("Kind of plan"), width=2),
            Column(capital(_("cost per unit")), heading),
            Column(capital(_("between")), heading),
            Column(_("Beaten by none")),
        ),
        tuple(
            (
                name,
                _(option["family_name"]),
                amount(option["unit_tco"]["mean"], cents(option["unit_tco"])),
                Range(*(amount(option["unit_tco"][end], cents(option["unit_tco"])) for end in ("p5", "p95"))),
                _("yes") if option["efficient"] else None,
            )
            for name, option in zip(distinct([option_name(o) for o in listed]), listed, strict=True)
        ),
        note=ngettext(
            "{n} much dearer plan is left out of the picture.",
            "{n} much dearer plans are left out of the picture.",
            beyond,
        )
        if beyond
        else "",
    )
    alt_text = _(
        "A dot for each plan. Beaten by no other: {plans}.",
        plans=parted(f"{c['name']} {number(c['x'], keep)} ({number(c['y'], keep)})" for c in chain),
    )
    return built("frontier", capital(title) + ".", heading, alt_text, source_line(told), table, draw)


def spaced(named: list[dict[str, Any]], least: float) -> list[dict[str, Any]]:
    """Names beside their marks, moved apart where they would cover each other."""
    found: list[dict[str, Any]] = []
    for row in sorted(named, key=lambda item: item["y"]):
        at = max(row["y"], found[-1]["at"] + least) if found else row["y"]
        found.append({**row, "at": at})
    return found


def by_country(told: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The cheapest plan that makes it in each country, other than today's own plan."""
    best: dict[str, Mapping[str, Any]] = {}
    for option in told["options"]:
        if option["family"] not in ("stay", "today", "bigger_stock"):
            best.setdefault(option["country"], option)
    return best


@spoken
def world_map(explored: Any, today: str, home: str, *, lang: str | None = None) -> Chart:
    """What a unit costs from each country, by the cheapest plan that makes it there.

    Parameters
    ----------
    explored
        An ``ExploreResult``, or its plain form.
    today
        ISO 3166-1 code of the country that makes it now; it is outlined.
    home
        Code of the company's own country.
    lang
        Language; that in use by default.
    """

    told = plain(explored)
    best = by_country(told)
    costs = {iso3: option["unit_tco"]["mean"] for iso3, option in best.items()}
    limits = classes(list(costs.values()))
    keep = max(decimals_for(min(costs.values()), max(costs.values())), 0)
    labels = class_names(limits, keep)

    def group(value: float) -> str:
        return labels[sum(value > limit for limit in limits)]

    heading = unit("EUR/unit")
    draw = countries_drawn(
        {iso3: group(value) for iso3, value in costs.items()}, labels, SCALE, heading, outlined=today
    )

    order = sorted(costs, key=lambda iso3: costs[iso3])
    first = best[order[0]]
    params = {
        "country": country_name(order[0]),
        "amount": price(costs[order[0]], decimals=cents(first["unit_tco"])),
        "n": len(order),
    }
    title = (
        _(
            "On general figures {country} is the cheapest of {n} countries, at {amount} per unit; "
            "home comes at place {place}",
            place=order.index(home) + 1,
            **params,
        )
        if home in costs
        else _(
            "On general figures {country} is the cheapest of {n} countries, at {amount} per unit", **params
        )
    )
    table = Table(
        "map-table",
        _("The cheapest plan in each country"),
        (
            Column(_("Country")),
            Column(capital(term("plan")), width=2),
            Column(capital(_("cost per unit")), heading),
            Column(capital(_("between")), heading),
        ),
        tuple(
            (
                country_name(iso3),
                labelled(_(best[iso3]["family_name"]), option_name(best[iso3])),
                amount(costs[iso3], cents(best[iso3]["unit_tco"])),
                Range(
                    *(
                        amount(best[iso3]["unit_tco"][end], cents(best[iso3]["unit_tco"]))
                        for end in ("p5", "p95")
                    )
                ),
            )
            for iso3 in order
        ),
        note=_("Calculated on general figures of each country, without an offer; the ranges overlap widely."),
    )
    alt_text = _(
        "A map of the world and one of Europe. Dark is cheap; hatched countries were not calculated; an "
        "outline marks today's country. The cheapest: {countries}.",
        countries=listing([f"{country_name(iso3)} {number(costs[iso3], keep)}" for iso3 in order[:5]]),
    )
    return built(
        "map", capital(title) + ".", heading, alt_text, source_line(told), table, draw, {"world": outlines()}
    )


def classes(values: list[float]) -> list[float]:
    """Limits that part values into as many classes of like size as the scale has colours."""
    ordered = sorted(values)
    count = len(SCALE)
    return [ordered[min(len(ordered) * place // count, len(ordered) - 1)] for place in range(1, count)]


def class_names(limits: list[float], decimals: int) -> list[str]:
    """What the classes of the map are called."""
    written = [number(limit, decimals) for limit in limits]
    middle = [f"{low} \u2013 {high}" for low, high in itertools.pairwise(written)]
    return [_("up to {n}", n=written[0]), *middle, _("over {n}", n=written[-1])]
