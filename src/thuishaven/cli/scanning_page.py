"""What ``thuishaven scan`` prints: what looks promising, how sure that is, why, and what would change it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from thuishaven.cli.cost_page import bullet, command, heading, paragraph
from thuishaven.cli.output import safe
from thuishaven.cli.tables import GAP, Column, table
from thuishaven.locale import _, listing, ngettext, number, out_of_ten, percent, term
from thuishaven.report.subject import quoted
from thuishaven.report.telling import capital

if TYPE_CHECKING:
    from rich.console import RenderableType

    from thuishaven.scan import Change, Flip, Lead, Reason, ScanResult

#: Cells of a bar that stands for all draws.
BAR = 20
#: Lines of a list that is not asked for in full.
SHORT = 3
#: Steps in which a share is told: more digits than the draws carry say nothing.
STEP = 0.05


def scan_page(result: ScanResult, width: int, everything: bool = False) -> Iterator[RenderableType]:
    """The page, from top to bottom.

    Parameters
    ----------
    result
        Of the scan.
    width
        Of the screen, in characters.
    everything
        Show every strategy, change and base rate.
    """
    title, name = capital(term("potential_scan")), safe(str(result.answers.about.get("name") or ""))
    yield Text(f"{title}: {name}" if name else title, "bold")
    yield ""
    yield from _conclusion(result, width)
    if result.strategies and result.status == "advice":
        yield ""
        yield _strategies(result, width, everything)
        yield ""
        yield paragraph(
            _(
                "The bar: in how many of the worlds drawn it comes first. Weights, answers and effects differ"
                " from world to world."
            ),
            width,
        )
        yield from _closed(result, width)
        yield from _why(result, width)
        yield from _changes(result, width, everything)
        yield from _weights(result, width)
    yield from _find_out(result, width, everything)
    yield from _remarks(result, width)
    yield from _base_rates(width, everything)


def share(value: float) -> str:
    """A share in steps of five per cent; never none for what happens, nor all for what does not always."""
    rounded = round(value / STEP) * STEP
    if value > 0 and rounded < STEP:
        return f"< {percent(STEP)}"
    if value < 1 and rounded > 1 - STEP / 2:
        return f"> {percent(1 - STEP)}"
    return percent(rounded)


def strategy_name(identity: str) -> str:
    """What a strategy is called."""
    from thuishaven.scan import strategies

    return _(strategies()[identity].name_en)


def group_name(identity: str) -> str:
    """What a direction is called: the forms of reshoring together."""
    from thuishaven.scan import strategies

    return next(_(item.group_en) for item in strategies().values() if item.group == identity)


def asked_name(identity: str) -> str:
    """What a gate or question is called."""
    from thuishaven.scan import gates, questions

    return _((gates().get(identity) or questions()[identity]).name_en)


def answer_text(identity: str, code: str) -> str:
    """What an answer says."""
    from thuishaven.scan import gates, questions

    asked = gates().get(identity) or questions()[identity]
    texts = {answer.code: answer.text_en for answer in asked.answers}
    return _(texts[code]) if code in texts else _("I don't know")


# ---- the answer


def _conclusion(result: ScanResult, width: int) -> Iterator[RenderableType]:
    if result.status == "local_for_local":
        yield Text(_("Make it where it is sold: local for local."), "bold")
        yield paragraph(
            _(
                "More than three quarters of what this source makes is sold where it is made. Bringing it"
                " here would only turn the distance around, so the scan stops here. For the part that is"
                " sold at home, make a scan of its own."
            ),
            width,
        )
        return
    if result.status == "too_little_known":
        count = len(result.answers.unknown())
        yield Text(_("Too little is known for an advice."), "bold")
        yield paragraph(
            ngettext(
                "{n} question has no answer. What to find out first stands below.",
                "{n} questions have no answer. What to find out first stands below.",
                count,
            ),
            width,
        )
        return
    assert result.direction is not None
    yield Text(_headline(result.direction), "bold")
    yield paragraph(" ".join(_how_sure(result)), width)


def _headline(lead: Lead) -> str:
    first, second = quoted(group_name(lead.first)), quoted(group_name(lead.runner_up))
    match lead.label:
        case "clear":
            return _("{first} stands out clearly.", first=first)
        case "leaning":
            return _("The answers lean towards {first}.", first=first)
        case _:
            return _("It is open: between {first} and {second}.", first=first, second=second)


def _how_sure(result: ScanResult) -> Iterator[str]:
    lead = result.direction
    assert lead is not None
    yield _(
        "{first} comes first in {often} worlds drawn, {second} in {other}.",
        first=quoted(group_name(lead.first)),
        often=out_of_ten(lead.share),
        second=quoted(group_name(lead.runner_up)),
        other=out_of_ten(lead.runner_up_share),
    )
    if lead.first == "reshore":
        yield _("Most often it is the form {form}.", form=quoted(strategy_name(result.best)))
    if lead.first == "stay":
        yield _("Staying is a full answer: nothing that was answered asks for a change.")
    if lead.label == "clear":
        yield _("Calculate the costs before money is spent: the scan ranks directions and prices nothing.")
    else:
        yield _("Calculate the costs now: the scan ranks directions and prices nothing.")


def _strategies(result: ScanResult, width: int, everything: bool) -> RenderableType:
    live = [item for item in result.strategies if item.state != "closed"]
    shown = live if everything else [item for item in live if item.first >= STEP / 2] or live[:SHORT]
    words = {True: _("always"), False: _("possible"), None: _("never")}
    beats = [words[True if item.low >= 0 else False if item.high >= 0 else None] for item in shown]
    rows = [
        [
            strategy_name(item.id),
            "█" * round(item.first * BAR) or "▏",
            share(item.first),
            "-" if item.id == "stay" else beat,
            _("perhaps not possible") if item.state == "unsure" else "",
        ]
        for item, beat in zip(shown, beats, strict=True)
    ]
    columns = [
        Column(term("strategy"), right=False, least=24),
        Column("", weight=3, right=False),
        Column(_("comes first")),
        Column(_("can beat staying"), weight=2, right=False),
        Column("", weight=1, right=False),
    ]
    return table(columns, rows, width)


def _closed(result: ScanResult, width: int) -> Iterator[RenderableType]:
    closed = [item for item in result.strategies if item.state == "closed"]
    if not closed:
        return
    by_gate: dict[str, list[str]] = {}
    for item in closed:
        by_gate.setdefault(item.gates[0], []).append(strategy_name(item.id))
    for gate, names in by_gate.items():
        because = answer_text(gate, result.answers.code(gate))
        yield paragraph(
            _(
                "Not possible, because of {gate} ({answer}): {names}.",
                gate=quoted(asked_name(gate)),
                answer=because,
                names=listing(names),
            ),
            width,
        )


def _why(result: ScanResult, width: int) -> Iterator[RenderableType]:
    if not result.reasons_for and not result.reasons_against:
        return
    first, second = quoted(strategy_name(result.best)), quoted(strategy_name(result.challenger))
    yield ""
    yield heading(_("Why {first} rather than {second}", first=first, second=second))
    for sign, reasons in (("+", result.reasons_for), ("-", result.reasons_against)):
        for reason in reasons:
            yield paragraph(f"{sign} {_reason(reason)}", width, GAP)


def _reason(reason: Reason) -> str:
    return said(reason.question, answer_text(reason.question, reason.answer))


def said(identity: str, text: str) -> str:
    """A question with what was answered to it."""
    return _("{question}: {answer}", question=asked_name(identity), answer=text)


def _changes(result: ScanResult, width: int, everything: bool) -> Iterator[RenderableType]:
    yield ""
    yield heading(_("What would change this advice"))
    if not result.flips:
        yield paragraph(
            _("No other answer to one question, nor to two of the strongest, puts another strategy first."),
            width,
        )
        return
    for flip in result.flips if everything else _nearest(result.flips):
        yield bullet(_flip(flip), width)


def _nearest(flips: Sequence[Flip]) -> list[Flip]:
    """The nearest of each question and outcome; another direction before another form of the same."""
    found: dict[tuple[tuple[str, ...], str], Flip] = {}
    for flip in sorted(flips, key=lambda flip: not flip.group_changes):
        found.setdefault((tuple(name for name, _now, _then in flip.changes), flip.first), flip)
    return list(found.values())[:SHORT]


def _flip(flip: Flip) -> str:
    parts = [
        _(
            "{question} is “{then}” and not “{now}”",
            question=quoted(asked_name(name)),
            then=answer_text(name, then),
            now=answer_text(name, now),
        )
        for name, now, then in flip.changes
    ]
    return _(
        "If {answers}: {strategy} comes first.",
        answers=listing(parts),
        strategy=quoted(strategy_name(flip.first)),
    )


def _weights(result: ScanResult, width: int) -> Iterator[RenderableType]:
    """For whom the first and the runner-up are best: the criteria that weigh more for either."""
    one, two = (result.strategy(name).central_weights for name in (result.best, result.challenger))
    if not one or not two:
        return
    from thuishaven.scan import criteria

    ranked = sorted(one, key=lambda name: one[name] - two[name])
    least, most = ranked[0], ranked[-1]
    yield paragraph(
        _(
            "{first} suits best who minds {criterion} more, {second} who minds {other} more.",
            first=quoted(strategy_name(result.best)),
            second=quoted(strategy_name(result.challenger)),
            criterion=quoted(_(criteria()[most].name_en)),
            other=quoted(_(criteria()[least].name_en)),
        ),
        width,
    )


def _find_out(result: ScanResult, width: int, everything: bool) -> Iterator[RenderableType]:
    found = [item for item in result.find_out if item.gain > 0 or result.status != "advice"]
    if not result.find_out:
        return
    yield ""
    yield heading(capital(term("find_out_first")))
    if not found:
        names = listing([quoted(asked_name(item.id)) for item in result.find_out])
        yield paragraph(_("Not known, but no answer to it changes the advice: {names}.", names=names), width)
        return
    for item in found if everything else found[: 2 * SHORT]:
        line = asked_name(item.id)
        if item.turns and result.status == "advice":
            answers = listing([f"“{answer_text(item.id, code)}”" for code in item.turns])
            line = f"{line}: {_('the advice turns at {answers}', answers=answers)}"
        yield bullet(line, width)


def _remarks(result: ScanResult, width: int) -> Iterator[RenderableType]:
    remarks = [REMARK[notice.code]() for notice in result.warnings if notice.code in REMARK]
    doors = [notice.params["id"] for notice in result.warnings if notice.code == "gate_open"]
    if doors and result.status == "advice":
        names = listing([quoted(asked_name(name)) for name in doors])
        remarks.append(_("Still open, and first in the dossier: {names}.", names=names))
    if remarks:
        yield ""
    for text in remarks:
        yield paragraph(text, width)


def _home_share() -> str:
    return _("The scan holds for the part that is sold at home; the rest is best made where it is sold.")


def _keep() -> str:
    return _("It is made here already, so staying means keeping it here.")


def _dependency() -> str:
    return _(
        "Moving the plant does not cure the dependency on one country: the material or part still comes"
        " from there."
    )


def _area() -> str:
    return _(
        "If the present source lies outside the area that the rule names, staying is not allowed: name"
        " its country."
    )


REMARK = {
    "home_share_only": _home_share,
    "keep_scan": _keep,
    "input_dependency": _dependency,
    "area_unchecked": _area,
}


def _base_rates(width: int, everything: bool) -> Iterator[RenderableType]:
    from thuishaven.scan import base_rates

    yield ""
    yield heading(_("How often firms bring production back"))
    rates = base_rates()
    for rate in rates if everything else (*rates[:1], rates[4]):
        values = {"value": rate.value, "low": rate.low, "high": rate.high}
        shown = {
            name: number(value, 0 if float(value).is_integer() else 1)
            for name, value in values.items()
            if value is not None
        }
        yield paragraph(f"{_(rate.text_en, **shown)} ({rate.provenance.source})", width)


def next_steps(dossier: str | None, width: int) -> Iterator[RenderableType]:
    """What to type next."""
    if dossier is None:
        return
    yield ""
    yield command(_("Next: {command}", command=f"thuishaven check {dossier}"))
    yield command(_("Then: {command}", command=f"thuishaven cost {dossier}"))


# ---- what changed


def change_page(change: Change, width: int) -> Iterator[RenderableType]:
    """What other answers did to the advice, and which of them did it."""
    yield ""
    yield heading(_("What changed"))
    for name, before, after in change.answers:
        steps = f"{answer_text(name, before)} -> {answer_text(name, after)}"
        yield paragraph(said(name, steps), width, GAP)
    if change.before == change.after:
        yield paragraph(_("{first} still comes first.", first=quoted(strategy_name(change.after))), width)
    else:
        yield paragraph(
            _(
                "{after} now comes first, and no longer {before}.",
                after=quoted(strategy_name(change.after)),
                before=quoted(strategy_name(change.before)),
            ),
            width,
        )
    for name, old, new in change.shares[:SHORT]:
        yield paragraph(f"{strategy_name(name)}: {share(old)} -> {share(new)}", width, GAP)
    causes: Sequence[tuple[str, float]] = [pair for pair in change.because if pair[1]]
    if len(causes) > 1:
        names = listing([quoted(asked_name(name)) for name, _size in causes[:SHORT]])
        yield paragraph(_("Most of it comes from {names}.", names=names), width)


def today() -> dt.date:
    """The date of a dossier that is begun now."""
    return dt.date.today()
