"""The command ``batch``: many parts, some sharing a machine; which set is worth making at home together?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from thuishaven.cli.asked import Asked, calculation
from thuishaven.cli.options import known_facts
from thuishaven.cli.output import progress, show, write_json
from thuishaven.locale import N_, _, language

if TYPE_CHECKING:
    from rich.console import RenderableType

#: Draws of every part: enough to choose a set among hundreds.
DRAWS = 1024
#: Parts in the table unless all are asked for.
TOP = 20


@calculation("changes", "scenario", draws=DRAWS)
def batch(
    asked: Asked,
    parts: Annotated[
        str,
        typer.Argument(metavar=N_("PARTS"), help="A folder, or a CSV or XLSX file with a part on each row."),
    ],
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan", metavar=N_("NAME"), help="The plan that brings a part home; by default the second."
        ),
    ] = None,
    investments: Annotated[
        str | None,
        typer.Option(
            "--investments",
            metavar=N_("FILE"),
            help="What parts share; by default investments.csv beside the parts.",
        ),
    ] = None,
) -> None:
    """Choose the set of parts that is worth making at home together."""
    pattern = asked.dossier()
    from thuishaven import alternatives
    from thuishaven.dossier import read_batch

    told = read_batch(parts, pattern, plan, investments)
    with progress(_("Calculating parts")) as report:
        found = alternatives.assess_batch(told, known_facts(), asked.settings, progress=report).to_dict()
    if asked.as_json:
        write_json(found)
        return
    show(lambda width: page(found, width, None if asked.everything else TOP))


def page(found: Mapping[str, Any], width: int, most: int | None) -> Iterator[RenderableType]:
    """The page: the set, the parts, the shared investments, and what to look at next.

    Parameters
    ----------
    found
        As ``BatchResult.to_dict()`` gives it.
    width
        Of the screen, in characters.
    most
        How many parts to show; ``None`` for all.
    """
    from rich.text import Text

    from thuishaven.cli.cost_page import heading, paragraph
    from thuishaven.locale import money, ngettext
    from thuishaven.report import words

    parts, chosen = found["parts"], found["chosen"]
    yield Text(
        ngettext(
            "{n} part, of which {k} worth making at home",
            "{n} parts, of which {k} worth making at home together",
            len(parts),
            k=len(chosen["parts"]),
        ),
        "bold",
    )
    yield paragraph(_conclusion(chosen), width)
    yield ""
    yield _parts_table(parts if most is None else parts[:most], width)
    if most is not None and len(parts) > most:
        yield paragraph(_("The {n} best are shown; all of them: --all", n=most), width)
    if found["investments"]:
        yield ""
        yield heading(_("What they share"))
        yield _investments_table(found["investments"], width)
    yield ""
    rivals = {rival["rule"]: rival for rival in chosen["rivals"]}
    if "everything" in rivals:
        text = _("Bringing home everything would gain {amount}.", amount=money(rivals["everything"]["value"]))
        yield paragraph(text, width)
    nearest = next((part for part in parts if part["id"] == found["next"]), None)
    if nearest is not None and nearest["lacks_per_unit"]:
        yield paragraph(_next(nearest), width)
    if not chosen["optimality"]["proved"]:
        text = _("Another set may be better by {amount} at most.", amount=money(chosen["optimality"]["gap"]))
        yield paragraph(text, width)
    lines = found["not_counted"]
    if lines:
        yield paragraph(_("Not counted: {n} cost lines without data.", n=len(lines)), width)
    for warning in found["warnings"]:
        said = words.notice(warning["code"], warning["params"])
        yield paragraph(_("Note: {said}.", said=said), width)


def _conclusion(chosen: Mapping[str, Any]) -> str:
    from thuishaven.locale import between, money, out_of_ten

    if not chosen["parts"]:
        return _("No set of parts is worth making at home: staying with today's sources is cheaper.")
    gain = chosen["gain"]
    return _(
        "Together they gain {amount} over the horizon ({range}),"
        " and gain in {chance} of the calculated worlds.",
        amount=money(gain["mean"]),
        range=between(money(gain["p5"]), money(gain["p95"])),
        chance=out_of_ten(chosen["p_gain"]),
    )


def _next(part: Mapping[str, Any]) -> str:
    from thuishaven.locale import price

    return _(
        "Next in line is {part}: it would join if it cost {amount} per unit less at home.",
        part=part["id"],
        amount=price(part["lacks_per_unit"]),
    )


def _parts_table(parts: list[Mapping[str, Any]], width: int) -> RenderableType:
    from thuishaven.cli.tables import Column, table
    from thuishaven.locale import money, out_of_ten

    rows = [
        [
            "*" if part["chosen"] else "",
            part["id"],
            part["name"][language()],
            money(part["gain"]["mean"]),
            out_of_ten(part["p_cheaper"], short=True),
            part["investment"] or "-",
            money(part["adds"]) if part["chosen"] else "-",
            _("only together") if part["only_in_company"] else "",
        ]
        for part in parts
    ]
    columns = [
        Column("", right=False),
        Column(_("part"), right=False),
        Column(_("name"), weight=3, right=False, least=12),
        Column(_("gain at home")),
        Column(_("cheaper in"), weight=1),
        Column(_("shares"), weight=2, right=False),
        Column(_("adds to the set"), weight=2),
        Column("", weight=4, right=False),
    ]
    return table(columns, rows, width)


def _investments_table(investments: list[Mapping[str, Any]], width: int) -> RenderableType:
    from thuishaven.cli.tables import Column, table
    from thuishaven.locale import money, number, percent

    rows = [
        [
            item["id"],
            number(item["number"]),
            money(item["cost"]["mean"]),
            percent(item["used"]) if item["number"] else "-",
            f"{item['chosen']} / {item['parts']}",
        ]
        for item in investments
    ]
    columns = [
        Column(_("investment"), right=False),
        Column(_("needed")),
        Column(_("cost of one, after tax")),
        Column(_("hours in use"), weight=1),
        Column(_("parts in the set"), weight=2),
    ]
    return table(columns, rows, width)
