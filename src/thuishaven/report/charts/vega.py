"""Pictures as Vega-Lite specifications, written plainly: marks, channels, layers.

Only what our charts use. Altair says the same and checks it against the schema, but takes longer to say it
than the picture takes to draw; a test has Altair check every chart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

Spec = dict[str, Any]
#: The letters after a field, and what they say about it.
TYPES = {"Q": "quantitative", "N": "nominal", "O": "ordinal"}


def shorthand(text: str) -> Spec:
    """A channel of a field and its type.

    >>> shorthand("cost:Q")
    {'field': 'cost', 'type': 'quantitative'}
    """
    name, _colon, letter = text.rpartition(":")
    return {"field": name, "type": TYPES[letter]} if name else {"field": text}


def channel(text: str, **properties: Any) -> Spec:
    """A channel with its scale, axis, legend or order; ``None`` says that it has none."""
    return {**shorthand(text), **properties}


X = Y = Color = Shape = StrokeDash = channel


def parts(**properties: Any) -> Spec:
    """An axis, a scale or a legend."""
    return properties


Axis = Scale = Legend = parts


def value(of: Any) -> Spec:
    """A channel that has one value."""
    return {"value": of}


def values(rows: Sequence[Mapping[str, Any]]) -> Spec:
    """Rows as data."""
    return {"values": [dict(row) for row in rows]}


def outlines(name: str, feature: str) -> Spec:
    """Shapes of TopoJSON that stand among the datasets under this name."""
    return {"name": name, "format": {"type": "topojson", "feature": feature}}


#: Channels that take the type of the one they go with.
_SECOND = ("x2", "y2")


@dataclass(frozen=True, slots=True)
class Chart:
    """One mark on its data; each method gives a new chart with something added."""

    data: Spec
    mark: Spec = field(default_factory=dict)
    channels: Spec = field(default_factory=dict)
    transforms: tuple[Spec, ...] = ()

    def marked(self, kind: str, **properties: Any) -> Chart:
        """The chart with a mark: bar, rule, text, line, point, circle, rect or geoshape."""
        return replace(self, mark={"type": kind, **properties})

    def encode(self, **channels: Any) -> Chart:
        """The chart with channels; a text is a field with its type."""
        found = {
            name: (
                shorthand(given.partition(":")[0] if name in _SECOND else given)
                if isinstance(given, str)
                else given
            )
            for name, given in channels.items()
        }
        return replace(self, channels={**self.channels, **found})

    def filtered(self, expression: str) -> Chart:
        """Only the rows for which the expression holds."""
        return replace(self, transforms=(*self.transforms, {"filter": expression}))

    def looked_up(self, key: str, rows: Sequence[Mapping[str, Any]], fields: Sequence[str]) -> Chart:
        """Each row with fields of the row of another table that has the same key."""
        source = {"data": values(rows), "key": key, "fields": list(fields)}
        return replace(self, transforms=(*self.transforms, {"lookup": key, "from": source}))

    def spec(self) -> Spec:
        """The specification."""
        found: Spec = {"data": self.data, "mark": self.mark}
        if self.transforms:
            found["transform"] = list(self.transforms)
        if self.channels:
            found["encoding"] = self.channels
        return found


def layer(charts: Sequence[Chart], **properties: Any) -> Spec:
    """Charts one over the other, the first below; properties such as width, height and projection."""
    return {"layer": [chart.spec() for chart in charts], **properties}


def beside(specs: Sequence[Spec], *, below: bool = False, **properties: Any) -> Spec:
    """Pictures beside each other, or one below the other."""
    return {"vconcat" if below else "hconcat": list(specs), **properties}
