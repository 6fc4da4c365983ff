"""What ``thuishaven advice`` prints: the answer, the plans in a table, and what a director asks next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from thuishaven.cli.cost_page import bullet, command, heading, paragraph
from thuishaven.cli.tables import Column, aligned, table
from thuishaven.locale import _, number, out_of_ten, percent, term
from thuishaven.report import advice_words, network, words
from thuishaven.report.advice_terms import rounded
from thuishaven.report.promise import share
from thuishaven.report.subject import Subject
from thuishaven.report.telling import capital, cents

if TYPE_CHECKING:
    from rich.console import RenderableType

    from thuishaven.chain import Reading

#: Cells of a bar that stands for all draws.
BAR = 16
#: Parts of the page that are told as a text; the others are lists.
TEXTS = ("methods", "roles", "support")

Advice = Mapping[str, Any]


def advice_page(
    advice: Advice,
    about: Subject,
    width: int,
    everything: bool = False,
    reading: Reading | None = None,
) -> Iterator[RenderableType]:
    """The page, from top to bottom.

    Parameters
    ----------
    advice
        As ``Advice.to_dict()`` gives it.
    about
        What the dossier is about.
    width
        Of the screen, in characters.
    reading
        What the supply network says, where one was told.
    everything
        Show what every plan measures on every criterion, and every figure that can be followed.
    """
    yield Text(about.title, "bold")
    yield paragraph(about.today, width)
    yield ""
    (headline, rest), *parts = advice_words.pages(advice, about)
    yield Text(headline, "bold")
    if rest:
        yield paragraph(" ".join(rest), width)
    if len(advice["plans"]) > 1:
        yield ""
        yield _plans(advice, about, width)
    lists = {advice_words.title(section) for section in TEXTS}
    for title, sentences in parts:
        yield ""
        yield heading(title)
        if title in lists:
            yield paragraph(" ".join(sentences), width)
        else:
            for sentence in sentences:
                yield bullet(sentence, width)
    if reading is not None:
        yield ""
        yield heading(network.title())
        for sentence in network.sentences(reading):
            yield bullet(sentence, width)
    if everything:
        yield from _measures(advice, about, width)
        yield from _figures(advice, width)
    yield ""
    yield from _further(advice, about, width)


def change_page(change: Mapping[str, Any], about: Subject, width: int) -> Iterator[RenderableType]:
    """What a change did to the advice, above the advice itself."""
    yield heading(_("What changed"))
    for sentence in advice_words.change(change, about):
        yield bullet(sentence, width)
    yield ""


def _plans(advice: Advice, about: Subject, width: int) -> RenderableType:
    """The plans, the one that comes first most often on top."""
    costs = {plan["id"]: plan for plan in advice["cost"]["plans"]}
    plans = sorted(advice["plans"], key=lambda plan: -plan["first_rank_share"])
    known = "coverage" not in advice["no_clear_winner"]
    gaps = [costs[plan["id"]]["delta_unit_tco"] for plan in plans]
    other = [plan["id"] != advice["baseline"] for plan in plans]
    differences = aligned(
        [gap["mean"] if is_other else None for gap, is_other in zip(gaps, other, strict=True)],
        [cents(gap) if is_other else 0 for gap, is_other in zip(gaps, other, strict=True)],
        sign=True,
    )
    rows = [
        [
            about.plans[plan["id"]],
            ("█" * round(plan["first_rank_share"] * BAR) or "▏") if known else "",
            share(plan["first_rank_share"]) if known else "",
            difference,
            out_of_ten(costs[plan["id"]]["p_cheaper"]["value"], short=True) if is_other else "-",
            _jobs(plan),
            percent(rounded(plan["coverage"])),
        ]
        for plan, difference, is_other in zip(plans, differences, other, strict=True)
    ]
    columns = [
        Column(term("plan"), right=False, least=24),
        Column("", weight=1, right=False),
        Column(_("comes first"), weight=7),
        Column(_("cost per unit against today")),
        Column(_("cheaper in"), weight=6),
        Column(_("net jobs"), weight=3),
        Column(_("known"), weight=2),
    ]
    bold = [place for place, plan in enumerate(plans) if plan["id"] == advice["recommended_plan"]]
    return table(columns, rows, width, bold)


def _jobs(plan: Mapping[str, Any]) -> str:
    """Jobs gained in the region, net, as a range where there is one."""
    measure = plan["criteria"]["jobs"]["measure"]
    if measure is None:
        return "?"
    low, high = round(measure["p5"]), round(measure["p95"])
    if low == high:
        return number(low, 0, sign=True)
    return _("{low} to {high}", low=number(low), high=number(high))


def _measures(advice: Advice, about: Subject, width: int) -> Iterator[RenderableType]:
    """What every plan measures on every criterion, in its own unit."""
    from thuishaven.advice import criteria

    yield ""
    yield heading(_("What each plan measures"))
    for name, criterion in criteria().items():
        title = capital(_(criterion.name_en))
        yield paragraph(
            _("{question}: {answer}", question=title, answer=_(criterion.measure_en)) + ".", width
        )
        rows = []
        for plan in advice["plans"]:
            row = plan["criteria"][name]
            measure = row["measure"]
            known = _range(measure["p5"], measure["p95"], criterion.unit) if measure else term("unknown")
            ends = _range(row["worth"]["low"], row["worth"]["high"], "fraction", 0)
            level = "-" if row["evidence"] is None else str(row["evidence"])
            rows.append([about.plans[plan["id"]], known, ends, level])
        columns = [
            Column(term("plan"), right=False, least=24),
            Column(_("between")),
            Column(_("on the scale"), weight=2),
            Column(_("evidence (0-3)"), weight=1),
        ]
        yield table(columns, rows, width)
        yield ""


def _range(low: float, high: float, unit: str, decimals: int | None = None) -> str:
    """A range in its unit; one number where its ends are the same once rounded."""
    if decimals is not None:
        low, high = round(low, decimals + 2), round(high, decimals + 2)
    return words.amount(low, unit) if low == high else words.spread(low, high, unit)


def _figures(advice: Advice, width: int) -> Iterator[RenderableType]:
    names = dict.fromkeys(figure for row in advice["sentences"] for figure in row["figures"])
    yield heading(_("Figures to follow with --explain"))
    yield paragraph(", ".join(names), width)


def _further(advice: Advice, about: Subject, width: int) -> Iterator[RenderableType]:
    """Commands with which to go on."""
    path = about.path or "dossier.yaml"
    more = [
        command(f"thuishaven advice {path} --all"),
        command(f"thuishaven advice {path} --set preferences.weights.cost=0.6 --compare"),
        command(f"thuishaven advice {path} --explain worth.{advice['leading_plan']}"),
    ]
    if advice["settings"]["plans"] == "own":
        more.append(command(f"thuishaven advice {path} --plans all"))
    yield from more
