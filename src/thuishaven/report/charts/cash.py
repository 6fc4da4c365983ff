"""The chart of a bank: what a plan asks and brings each year beside today, and how deep it goes."""

from __future__ import annotations

from typing import Any

from thuishaven.locale import _, money, number, parted
from thuishaven.report.answer import choose
from thuishaven.report.blocks import Chart, Column, Table, amount
from thuishaven.report.charts import rows, vega
from thuishaven.report.charts.reading import plain, plan_of, source_line, spoken
from thuishaven.report.charts.style import ACCENT, CHEAPER, DEARER, INK, built
from thuishaven.report.subject import Subject, quoted
from thuishaven.report.telling import capital

#: Figures of a year are shown in thousands.
THOUSAND = 1000


@spoken
def yearly_cash(result: Any, plan: str, about: Subject, *, lang: str | None = None) -> Chart:
    """What a plan pays or saves after tax beside today, year by year, and added up.

    Parameters
    ----------
    result
        A cost result, or its plain form.
    plan
        Id of a plan other than today.
    about
        What the plans are called.
    lang
        Language; that in use by default.
    """

    told = plain(result)
    today, focus = choose(told).today, plan_of(told, plan)
    pairs = list(zip(focus["years"], today["years"], strict=True))
    gaps = [mine["cash_after_tax"] - base["cash_after_tax"] for mine, base in pairs]
    years = [mine["year"] for mine, _base in pairs]
    summed, running = [], 0.0
    for gap in gaps:
        running += gap
        summed.append(running)
    lowest = min(range(len(summed)), key=lambda place: summed[place])
    drawing = [
        {
            "year": str(year),
            "gap": gap / THOUSAND,
            "sum": total / THOUSAND,
            "kind": "in" if gap >= 0 else "out",
        }
        for year, gap, total in zip(years, gaps, summed, strict=True)
    ]
    low = min(0.0, *(d["gap"] for d in drawing), *(d["sum"] for d in drawing))
    high = max(0.0, *(d["gap"] for d in drawing), *(d["sum"] for d in drawing))
    unit = _("thousands of EUR")

    def draw(width: int) -> Any:
        narrow = rows.is_narrow(width)
        span = (high - low) or 1.0
        order = [d["year"] for d in drawing]
        labels = (
            {"labelExpr": f"indexof({order[::3]}, datum.value) >= 0 ? datum.value : ''"} if narrow else {}
        )
        x = vega.X(
            "year:O",
            sort=order,
            axis=vega.Axis(title=None, labelAngle=0, ticks=False, domain=False, labelOverlap=False, **labels),
            scale=vega.Scale(paddingInner=0.35, paddingOuter=0.2),
        )
        y = vega.Y(
            "gap:Q",
            scale=vega.Scale(domain=[low - span * 0.16, high + span * 0.1], nice=False),
            axis=vega.Axis(
                title=_("beside today, {unit}", unit=unit),
                format=",.0f",
                tickCount=5,
                domain=False,
                titleAngle=0,
                titleAnchor="end",
                titleAlign="left",
                titleX=0,
                titleY=-24,
            ),
        )
        base = vega.Chart(rows.data(drawing)).encode(x=x)
        bars = base.marked("bar").encode(
            y=y,
            color=vega.Color(
                "kind:N", legend=None, scale=vega.Scale(domain=["in", "out"], range=[CHEAPER, DEARER])
            ),
        )
        line = base.marked(
            "line", color=ACCENT, strokeWidth=2.5, point={"filled": True, "size": 45, "color": ACCENT}
        ).encode(y="sum:Q")
        zero = (
            vega.Chart(rows.data([{"gap": 0.0}])).marked("rule", color=INK, strokeWidth=1).encode(y="gap:Q")
        )
        ends = [
            {
                "year": drawing[place]["year"],
                "sum": drawing[place]["sum"],
                "text": number(drawing[place]["sum"]),
            }
            for place in sorted({lowest, len(drawing) - 1})
        ]
        side = -12 if drawing[-1]["sum"] >= 0 else 16
        letters = {"dy": side, "fontWeight": "bold", "color": ACCENT, "fontSize": rows.SMALL}
        texts = rows.written(vega.Chart(rows.data(ends[:-1])), letters, x=x, y="sum:Q", text="text:N")
        last = {**letters, "align": "right", "dx": 12}
        texts += rows.written(vega.Chart(rows.data(ends[-1:])), last, x=x, y="sum:Q", text="text:N")
        name = (
            vega.Chart(rows.data([{"text": _("bars: each year; line: added up")}]))
            .marked("text", align="left", baseline="bottom", color=ACCENT, fontSize=rows.SMALL, dy=-4)
            .encode(x=vega.value(0), y=vega.value(0), text="text:N")
        )
        return vega.layer(
            [bars, zero, line, *texts, name],
            width=width,
            height=280,
            autosize={"type": "fit", "contains": "padding"},
            padding={"left": 2, "right": 6, "top": 4, "bottom": 2},
        )

    name = quoted(about.plans[plan])
    if summed[lowest] >= 0:
        title = _("{plan} asks no money beside today", plan=name)
    elif summed[-1] < 0:
        title = _(
            "{plan} is not earned back by {year}: on average {amount} short, added up",
            plan=name,
            year=years[-1],
            amount=money(-summed[-1]),
        )
    else:
        back = next(year for year, total in list(zip(years, summed, strict=True))[lowest:] if total >= 0)
        title = _(
            "{plan} asks up to {amount} beside today and has brought it back by the end of {year}",
            plan=name,
            amount=money(-summed[lowest]),
            year=back,
        )
    table = Table(
        f"cash-{plan}-table",
        _("Cash after tax, year by year: {plan}", plan=about.plans[plan]),
        (
            Column(_("Year")),
            Column(about.plans[today["id"]], unit, total=True),
            Column(about.plans[plan], unit, total=True),
            Column(capital(_("difference")), unit, total=True, formula="{2}-{1}"),
            Column(capital(_("added up")), unit),
        ),
        tuple(
            (
                str(year),
                amount(base["cash_after_tax"] / THOUSAND, 0),
                amount(mine["cash_after_tax"] / THOUSAND, 0),
                amount(gap / THOUSAND, 0, sign=True),
                amount(total / THOUSAND, 0, sign=True),
            )
            for year, (mine, base), gap, total in zip(years, pairs, gaps, summed, strict=True)
        ),
        note=_(
            "Means over all worlds, in the money of each year. What the product brings in is the same in "
            "every plan and left out, so the amounts are costs."
        ),
        total=capital(_("together")),
    )
    alt_text = _(
        "A bar for each year, and a line that adds them up: {years}.",
        years=parted(
            f"{d['year']} {number(d['gap'], sign=True)} ({number(d['sum'], sign=True)})" for d in drawing
        ),
    )
    return built(f"cash-{plan}", capital(title) + ".", unit, alt_text, source_line(told), table, draw)
