"""The picture beside the sliders: what a unit costs per plan, an interval with its mean, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from thuishaven.locale import _, number
from thuishaven.report.telling import cents

if TYPE_CHECKING:
    from thuishaven.cost import UnitCost

#: Sizes in units of the drawing.
WIDTH, LINE, TOP, EDGE = 512 + 128, 64, 8, 8
#: Where the line of a plan lies under its name, and how thick it and its mean are.
BAR, THICK, MEAN = 32, 8, 16

Row = tuple[str, "UnitCost", "UnitCost", bool]


def strip(rows: Sequence[Row], decimals: int) -> Markup:
    """The picture, with words instead of it for whoever does not see it; its colours are in the style sheet.

    Parameters
    ----------
    rows
        Name, cost now, cost as the dossier stands, and whether it is the cheapest.
    decimals
        Of the means that stand beside the lines; the ends are rounded to what their distance supports.
    """
    ends = [end for _name, now, then, _best in rows for end in (now.p5, now.p95, then.p5, then.p95)]
    low, high = min(ends), max(ends)
    room = (WIDTH - 2 * EDGE) / ((high - low) or 1)

    def at(value: float) -> float:
        return round(EDGE + (value - low) * room, 1)

    parts = []
    for place, (name, now, then, best) in enumerate(rows):
        y = TOP + place * LINE
        text = _(
            "{plan}: {mean} ({low} to {high})",
            plan=name,
            mean=number(now.mean, decimals),
            low=number(now.p5, cents({"p5": now.p5, "p95": now.p95})),
            high=number(now.p95, cents({"p5": now.p5, "p95": now.p95})),
        )
        parts.append(Markup('<g class="{}">').format("best" if best else "other"))
        parts.append(Markup('<text x="{}" y="{}">{}</text>').format(EDGE, y + LINE // 4, text))
        for kind, cost, thick in (("was", then, THICK // 4), ("is", now, THICK)):
            parts.append(
                Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>').format(
                    kind, at(cost.p5), y + BAR - thick / 2, max(at(cost.p95) - at(cost.p5), 1), thick
                )
            )
        parts.append(
            Markup('<rect class="mean" x="{}" y="{}" width="3" height="{}"/>').format(
                at(now.mean) - 1, y + BAR - MEAN / 2, MEAN
            )
        )
        parts.append(Markup("</g>"))
    height = TOP * 2 + LINE * len(rows)
    title = _(
        "What a unit costs per plan, in euros: the line holds nine of ten worlds, the mark is the average."
    )
    return Markup('<svg class="strip" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, height, title, Markup("").join(parts)
    )
