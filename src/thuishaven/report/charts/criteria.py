"""The chart of the advice: what each plan is worth on each criterion, as a heat table."""

from __future__ import annotations

from typing import Any

from thuishaven.locale import _, number, out_of_ten, parted
from thuishaven.report.blocks import Chart, Column, Table, amount
from thuishaven.report.charts import rows, vega
from thuishaven.report.charts.reading import plain, source_line, spoken
from thuishaven.report.charts.style import INK, NO_DATA, SCALE, built, ink_on, short
from thuishaven.report.subject import Subject, quoted
from thuishaven.report.telling import capital

#: Classes of worth, from the least: the lighter a field, the less it is worth.
SHADES = tuple(reversed(SCALE))
#: Height of a row and of the heading over the columns.
ROW, HEAD = 34, 74


def shade(worth: float) -> str:
    """Colour of a worth between 0 and 1."""
    return SHADES[min(int(worth * len(SHADES)), len(SHADES) - 1)]


@spoken
def profile(advice: Any, about: Subject, *, lang: str | None = None) -> Chart:
    """What each plan is worth on each criterion, between 0 (the worst thought of) and 100 (the best).

    Parameters
    ----------
    advice
        An advice, or its plain form.
    about
        What the plans are called.
    lang
        Language; that in use by default.
    """

    from thuishaven.advice import criteria

    told = plain(advice)
    names = {plan["id"]: about.plans.get(plan["id"], plan["id"]) for plan in told["plans"]}
    weights = told["weights"]["mean"]
    order = sorted(criteria(), key=lambda name: -weights[name])
    labels = {name: _(criteria()[name].name_en) for name in order}
    fields = []
    for plan in told["plans"]:
        for name in order:
            found = plan["criteria"][name]
            known = found["how"] != "missing"
            worth = found["worth"]["mean"]
            colour = shade(worth) if known else NO_DATA
            fields.append(
                {
                    "plan": names[plan["id"]],
                    "criterion": capital(labels[name]),
                    "colour": colour,
                    "text": number(worth * 100) if known else "?",
                    "ink": ink_on(colour) if known else INK,
                }
            )

    def draw(width: int) -> Any:
        narrow = rows.is_narrow(width)
        across, down = ("plan", "criterion") if narrow else ("criterion", "plan")
        columns = [names[p["id"]] for p in told["plans"]] if narrow else [capital(labels[n]) for n in order]
        lines = [capital(labels[n]) for n in order] if narrow else [names[p["id"]] for p in told["plans"]]
        shown = [{**field, "column": field[across], "row": field[down]} for field in fields]
        x = vega.X(
            "column:N",
            sort=columns,
            axis=vega.Axis(
                title=[_("0: the worst thought of, 100: the best;"), _("?: not known")]
                if narrow
                else f"{_('0: the worst thought of, 100: the best;')} {_('?: not known')}",
                titleAnchor="start",
                titleAlign="left",
                titlePadding=8,
                orient="top",
                labelAngle=-60 if narrow else -30,
                labelAlign="left",
                ticks=False,
                domain=False,
                labelColor=INK,
                labelLimit=110 if narrow else 140,
            ),
            scale=vega.Scale(paddingInner=0.04, paddingOuter=0),
        )
        y = vega.Y(
            "row:N",
            sort=lines,
            axis=vega.Axis(
                title=None,
                ticks=False,
                domain=False,
                labelColor=INK,
                labelLimit=120 if narrow else 230,
                labelPadding=6,
            ),
            scale=vega.Scale(paddingInner=0.06, paddingOuter=0),
        )
        base = vega.Chart(rows.data(shown)).encode(x=x, y=y)
        colours, inks = sorted({f["colour"] for f in shown}), sorted({f["ink"] for f in shown})
        tiles = base.marked("rect").encode(
            color=vega.Color("colour:N", legend=None, scale=vega.Scale(domain=colours, range=colours))
        )
        texts = [
            vega.Chart(rows.data([f for f in shown if f["ink"] == ink]))
            .marked("text", fontSize=rows.SMALL, color=ink, fontWeight="bold")
            .encode(x=x, y=y, text="text:N")
            for ink in inks
        ]
        return vega.layer(
            [tiles, *texts],
            width=width,
            height=ROW * len(lines) + (HEAD + 40 if narrow else HEAD),
            autosize={"type": "fit", "contains": "padding"},
            padding={"left": 2, "top": 2, "bottom": 2, "right": 40 if not narrow else 30},
        )

    leading = told["leading_plan"]
    title = _(
        "{plan} comes first in {chance} calculated worlds, in which the weights vary too",
        plan=quoted(names[leading]),
        chance=out_of_ten(told["first_rank_share"]),
    )
    table = Table(
        "profile-table",
        _("The plans on each criterion, 0 to 100"),
        (
            Column(_("Criterion"), width=2),
            Column(_("Weight"), "%"),
            *(Column(short(name, 40)) for name in names.values()),
        ),
        tuple(
            (
                capital(labels[name]),
                amount(weights[name] * 100, 0),
                *(
                    amount(plan["criteria"][name]["worth"]["mean"] * 100, 0)
                    if plan["criteria"][name]["how"] != "missing"
                    else "?"
                    for plan in told["plans"]
                ),
            )
            for name in order
        ),
        note=_(
            "0 is the worst and 100 the best that is thought of on a fixed scale; ? is not known and counts "
            "as anything between. The weights are the mean of those that were tried."
        ),
    )
    alt_text = _(
        "A table of fields, plans by criteria, the darker the better: {plans}.",
        plans=parted(
            f"{names[plan['id']]}: "
            + ", ".join(
                f"{labels[name]} "
                + (
                    "?"
                    if plan["criteria"][name]["how"] == "missing"
                    else number(plan["criteria"][name]["worth"]["mean"] * 100)
                )
                for name in order
            )
            for plan in told["plans"]
        ),
    )
    return built("profile", capital(title) + ".", "0\u2013100", alt_text, source_line(told), table, draw)
