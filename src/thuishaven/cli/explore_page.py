"""What ``thuishaven explore`` prints: the best plans, the efficient ones marked, and who is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from thuishaven.cli.cost_page import bullet, command, heading, paragraph
from thuishaven.cli.tables import Column, aligned, table
from thuishaven.locale import _, listing, money, ngettext, number, out_of_ten, price, term
from thuishaven.report import words
from thuishaven.report.answer import PROBABLE, SURE, first_at_home
from thuishaven.report.generated import halves_of, option_name, remark
from thuishaven.report.subject import Subject, quoted
from thuishaven.report.telling import best_at_home, capital, cents

if TYPE_CHECKING:
    from rich.console import RenderableType

#: Marks a plan that no other beats on both average and bad luck.
MARK = "*"
#: Plans of one kind in the table unless all are asked for.
OF_A_KIND = 3
#: Countries named as left out unless all are asked for.
NAMED = 8


def explore_page(
    found: Mapping[str, Any], about: Subject, width: int, most: int | None
) -> Iterator[RenderableType]:
    """The page.

    Parameters
    ----------
    found
        As ``ExploreResult.to_dict()`` gives it.
    about
        What the dossier is about.
    width
        Of the screen, in characters.
    most
        How many plans to show; ``None`` for all.
    """
    options = found["options"]
    stay = next((option for option in options if option["family"] in ("stay", "today")), None)
    yield Text(about.title, "bold")
    yield paragraph(about.today, width)
    yield ""
    yield paragraph(capital(_conclusion(options, stay)), width)
    yield ""
    shown = options if most is None else best_of_each(options, most)
    home = best_at_home(options)
    shown = [*shown, *(option for option in options if option in (stay, home) and option not in shown)]
    places = {option["id"]: place for place, option in enumerate(options, start=1)}
    keep = [cents(option["unit_tco"]) for option in shown]
    low, high = (aligned([option["unit_tco"][end] for option in shown], keep) for end in ("p5", "p95"))
    others = [option is not stay for option in shown]
    rows = [
        list(row)
        for row in zip(
            [str(places[option["id"]]) for option in shown],
            [option_name(option) for option in shown],
            [MARK if option["efficient"] else "" for option in shown],
            aligned([option["unit_tco"]["mean"] for option in shown], keep),
            [f"{a} - {b}" for a, b in zip(low, high, strict=True)],
            aligned(
                [
                    option["delta_unit_tco"] if other else None
                    for option, other in zip(shown, others, strict=True)
                ],
                keep,
                sign=True,
            ),
            [
                out_of_ten(option["p_cheaper"], short=True) if other else "-"
                for option, other in zip(shown, others, strict=True)
            ],
            [money(option["one_off"]) if option["one_off"] > 0 else "-" for option in shown],
            strict=True,
        )
    ]
    columns = [
        Column("", weight=2),
        Column(term("plan"), right=False, least=24),
        Column("", weight=7, right=False),
        Column(_("cost per unit")),
        Column(_("between"), weight=4),
        Column(_("difference"), weight=5),
        Column(_("cheaper in"), weight=6),
        Column(term("one_off"), weight=3),
    ]
    bold = [shown.index(stay)] if stay is not None else []
    yield table(columns, rows, width, bold)
    yield ""
    yield paragraph(_explained(len(options), None if most is None else min(most, len(shown))), width)
    yield from _left_out(found["left_out"], width, most is None)
    yield ""
    best = next((option for option in options if option is not stay), None)
    if best is not None:
        look = f"thuishaven explore {about.path} --plan {best['id']}"
        yield command(_("What a plan rests on: {command}", command=look))
    yield command(_("Everything: {command}", command=f"thuishaven explore {about.path} --json"))


def plan_page(found: Mapping[str, Any], about: Subject, width: int, name: str) -> Iterator[RenderableType]:
    """One generated plan: what it costs against staying, what it rests on, what is still to be found out.

    Parameters
    ----------
    found
        As ``ExploreResult.to_dict()`` gives it.
    name
        Id of the plan.
    """
    options = found["options"]
    option = next(option for option in options if option["id"] == name)
    place = options.index(option) + 1
    yield Text(capital(option_name(option)), "bold")
    yield paragraph(about.title, width)
    yield ""
    decimals = cents(option["unit_tco"])
    params = {
        "cost": price(option["unit_tco"]["mean"], decimals=decimals),
        "low": price(option["unit_tco"]["p5"], decimals=decimals),
        "high": price(option["unit_tco"]["p95"], decimals=decimals),
        "place": number(place),
        "count": number(len(options)),
    }
    text = _(
        "It costs {cost} per unit on average, between {low} and {high}: place {place} of {count}.", **params
    )
    if option["family"] != "stay":
        gap = price(abs(option["delta_unit_tco"]), decimals=decimals)
        than = {"gap": gap, "chance": out_of_ten(option["p_cheaper"])}
        if option["delta_unit_tco"] < 0:
            more = _("That is {gap} less than staying, and cheaper in {chance} calculated worlds.", **than)
        else:
            more = _("That is {gap} more than staying, and cheaper in {chance} calculated worlds.", **than)
        text = f"{text} {more}"
    yield paragraph(text, width)
    for title, said in (
        (_("What it rests on"), option["assumptions"]),
        (_("What is still to be found out"), option["lacks"]),
    ):
        if said:
            yield ""
            yield heading(title)
            for item in said:
                yield bullet(capital(remark(item)), width)
    yield ""
    save = f"thuishaven explore {about.path} --save {name}"
    yield command(_("Put it into the dossier: {command}", command=save))


def _conclusion(options: list[Mapping[str, Any]], stay: Mapping[str, Any] | None) -> str:
    """The best plan against staying, and how sure that is; staying is as good an answer as any."""
    best = options[0]
    if stay is None:
        return _("{plan} comes first.", plan=quoted(option_name(best)))
    if best is stay:
        return _("Staying comes first: none of the plans calculated is cheaper on average.")
    chance = best["p_cheaper"]
    gap = price(abs(best["delta_unit_tco"]), decimals=cents(best["unit_tco"]))
    params = {"plan": quoted(option_name(best)), "gap": gap, "chance": out_of_ten(chance)}
    if chance >= SURE:
        text = _(
            "{plan} comes first: almost certainly cheaper than staying, by {gap} per unit on average.",
            **params,
        )
    elif chance >= PROBABLE:
        text = _(
            "{plan} comes first: on average {gap} per unit cheaper than staying, "
            "and cheaper in {chance} calculated worlds.",
            **params,
        )
    else:
        text = _(
            "{plan} comes first on average, but it is close: {gap} per unit cheaper than staying, "
            "and cheaper in {chance} calculated worlds.",
            **params,
        )
    near = sum(1 for option in options[1:] if option["unit_tco"]["mean"] <= best["unit_tco"]["p95"])
    if near:
        text += " " + ngettext(
            "The average of {n} other plan lies within the range of the first.",
            "The averages of {n} other plans lie within the range of the first.",
            near,
        )
    home = best_at_home(options)
    if home is not None and home is not best:
        name, gap = option_name(home), home["delta_unit_tco"]
        text += " " + first_at_home(name, gap, cents(home["unit_tco"]), home["p_cheaper"])
    return (
        text
        + " "
        + _("These plans rest on general figures; type the best ones into the dossier before you decide.")
    )


def best_of_each(options: list[Mapping[str, Any]], most: int) -> list[Mapping[str, Any]]:
    """The best plans, of each kind a few: a dozen countries for one idea would hide the other ideas.

    Two measures together count as an idea only where they cost less than either.
    """
    from thuishaven.alternatives import families

    means = {option["id"]: option["unit_tco"]["mean"] for option in options}
    seen: dict[str, int] = {}
    found = []
    for option in options:
        halves = [means[half] for half in halves_of(option) if half in means]
        if halves and option["unit_tco"]["mean"] >= min(halves):
            continue
        family = families().get(option["family"])
        kind = family.cluster if family is not None else option["family"]
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] <= OF_A_KIND:
            found.append(option)
    return found[:most]


def _explained(count: int, shown: int | None) -> str:
    if shown is None or shown >= count:
        text = ngettext("{n} plan calculated.", "{n} plans calculated.", count)
    else:
        text = ngettext(
            "{n} plan calculated; the {shown} best are shown, at most three of a kind. All of them: --all.",
            "{n} plans calculated; the {shown} best are shown, at most three of a kind. All of them: --all.",
            count,
            shown=number(shown),
        )
    mark = _("{mark}: no other plan is better both on average and when things go wrong.", mark=MARK)
    return f"{text} {mark}"


def _left_out(left_out: Mapping[str, list[str]], width: int, everything: bool) -> Iterator[RenderableType]:
    """The countries about which too little is known, with what is missing."""
    if not left_out:
        return
    yield ""
    yield heading(_("Countries left out, because too little is known"))
    if everything:
        rows = [
            [words.country_name(iso3), listing(missing_names(missing))] for iso3, missing in left_out.items()
        ]
        columns = [Column(_("country"), right=False), Column(_("what is missing"), right=False, least=20)]
        yield table(columns, rows, width)
        return
    names = [words.country_name(iso3) for iso3 in left_out]
    if len(names) > NAMED:
        more = ngettext("{n} more", "{n} more", len(names) - NAMED + 1)
        names = [*names[: NAMED - 1], more]
    lacking: dict[str, int] = {}
    for missing in left_out.values():
        for name in missing_names(missing):
            lacking[name] = lacking.get(name, 0) + 1
    most = sorted(lacking, key=lambda name: (-lacking[name], name))[:3]
    text = _(
        "{countries}. Mostly missing: {parameters}. All of them: --all",
        countries=listing(names),
        parameters=listing(most),
    )
    yield paragraph(capital(text), width)


def missing_names(missing: list[str]) -> list[str]:
    """What the parameters of a country that are missing are called."""
    found = []
    for alternatives in missing:
        names = [words.parameter_label(name) or name for name in alternatives.split(" or ")]
        found.append(names[0])
    return found
