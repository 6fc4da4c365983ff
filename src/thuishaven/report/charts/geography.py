"""The countries of the world as a picture: each filled by its class, Europe large beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from thuishaven.report.charts import rows, vega
from thuishaven.report.charts.style import BASE, INK, NO_DATA

#: What the map of Europe shows: degrees west, south, east, north.
EUROPE = {"west": -11.0, "south": 34.0, "east": 34.0, "north": 66.0}
_NEAR = {"type": "azimuthalEqualArea", "rotate": [-12, -50, 0]}


@cache
def outlines() -> dict[str, Any]:
    """The countries of the world as TopoJSON, by ISO 3166-1 code."""
    text = resources.files("thuishaven.report.charts").joinpath("world.json").read_text("utf-8")
    return dict(json.loads(text))


def countries_drawn(
    groups: Mapping[str, str], labels: Sequence[str], colours: Sequence[str], heading: str, outlined: str = ""
) -> Callable[[int], Any]:
    """What draws a map of countries, for :func:`~thuishaven.report.charts.style.built`.

    Equal-area, so that no country looks larger than it is; countries without a class are hatched, and those
    too small for a shape are dots.

    Parameters
    ----------
    groups
        The class of each country, by ISO 3166-1 code.
    labels, colours
        The classes in the order of the legend, and the colour of each.
    heading
        What the classes are, above the legend.
    outlined
        A country to stress; empty for none.

    Returns
    -------
    Callable
        Gives the specification for a width in pixels. The datasets of the chart must hold ``world``.
    """
    from thuishaven.facts import countries

    where = countries()
    known = {shape["id"] for shape in outlines()["objects"]["countries"]["geometries"]}
    values = [{"id": iso3, "group": group} for iso3, group in groups.items()]
    dots = [
        {"lon": where[iso3].lon, "lat": where[iso3].lat, "group": group}
        for iso3, group in groups.items()
        if iso3 not in known and iso3 in where
    ]
    scale = vega.Scale(domain=list(labels), range=list(colours))

    def one(width: int, height: int, projection: dict[str, Any], *, legend: bool, near: bool = False) -> Any:
        shapes = vega.outlines("world", "countries")
        where_to = "datum.properties.near" if near else "true"
        listed = f"indexof({sorted(groups)}, datum.id) < 0"
        ground = (
            vega.Chart(shapes)
            .marked("geoshape", fill=NO_DATA, stroke=BASE, strokeWidth=0.4, clip=True)
            .filtered(f"{where_to} && {listed}")
        )
        filled = (
            vega.Chart(shapes)
            .marked("geoshape", stroke=BASE, strokeWidth=0.4, clip=True)
            .looked_up("id", values, ["group"])
            .filtered(f"{where_to} && isValid(datum.group)")
            .encode(
                color=vega.Color(
                    "group:N",
                    scale=scale,
                    sort=list(labels),
                    legend=vega.Legend(
                        title=heading,
                        orient="bottom",
                        direction="horizontal",
                        columns=3 if width < 400 else 5,
                        symbolType="square",
                        symbolStrokeColor=BASE,
                    )
                    if legend
                    else None,
                )
            )
        )
        here = (
            vega.Chart(shapes)
            .marked("geoshape", filled=False, stroke=INK, strokeWidth=1.6, clip=True)
            .filtered(f"{where_to} && datum.id === '{outlined}'")
        )
        points = (
            vega.Chart(rows.data(dots))
            .marked("circle", size=34, stroke=BASE, strokeWidth=0.6, opacity=1, clip=True)
            .encode(
                longitude="lon:Q", latitude="lat:Q", color=vega.Color("group:N", scale=scale, legend=None)
            )
        )
        layers = [ground, filled, *([here] if outlined else []), *([points] if dots else [])]
        return vega.layer(layers, projection=projection, width=width, height=height)

    frame = {
        "type": "Feature",
        "geometry": {
            "type": "MultiPoint",
            "coordinates": [
                [x, y] for x in (EUROPE["west"], EUROPE["east"]) for y in (EUROPE["south"], EUROPE["north"])
            ],
        },
        "properties": {},
    }

    def draw(width: int) -> Any:
        near = {**_NEAR, "fit": frame}
        if rows.is_narrow(width):
            parts = [
                one(width, 170, {"type": "equalEarth"}, legend=True),
                one(width, 330, near, legend=False, near=True),
            ]
            return vega.beside(parts, below=True, spacing=8, padding=2)
        parts = [
            one(420, 260, {"type": "equalEarth"}, legend=True),
            one(250, 260, near, legend=False, near=True),
        ]
        return vega.beside(parts, spacing=14, padding=2)

    return draw
