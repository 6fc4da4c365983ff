"""What a scan says, in sentences: what looks promising, how sure that is, why, and what would change it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from thuishaven.locale import _, labelled, listing, ngettext, number, out_of_ten, percent
from thuishaven.report.subject import quoted

if TYPE_CHECKING:
    from thuishaven.scan import BaseRate, Flip, Lead, Ranked, Reason, ScanResult

#: Lines of a list that is not asked for in full.
SHORT = 3
#: Steps in which a share is told: more digits than the draws carry say nothing.
STEP = 0.05


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


def said(identity: str, text: str) -> str:
    """A question with what was answered to it."""
    return _("{question}: {answer}", question=asked_name(identity), answer=text)


def reason(found: Reason) -> str:
    """An answer that speaks for or against a strategy."""
    return said(found.question, answer_text(found.question, found.answer))


# ---- the answer


def conclusion(result: ScanResult) -> tuple[str, list[str]]:
    """What the scan comes to: the headline, and the sentences under it."""
    if result.status == "local_for_local":
        return _("Make it where it is sold: local for local."), [
            _(
                "More than three quarters of what this source makes is sold where it is made. Bringing it"
                " here would only turn the distance around, so the scan stops here. For the part that is"
                " sold at home, make a scan of its own."
            )
        ]
    if result.status == "too_little_known":
        count = len(result.answers.unknown())
        return _("Too little is known for an advice."), [
            ngettext(
                "{n} question has no answer. What to find out first stands below.",
                "{n} questions have no answer. What to find out first stands below.",
                count,
            )
        ]
    assert result.direction is not None
    return headline(result.direction), list(_how_sure(result, result.direction))


def headline(lead: Lead) -> str:
    """Which direction comes first, in the word that its lead deserves."""
    first, second = quoted(group_name(lead.first)), quoted(group_name(lead.runner_up))
    match lead.label:
        case "clear":
            return _("{first} stands out clearly.", first=first)
        case "leaning":
            return _("The answers lean towards {first}.", first=first)
        case _:
            return _("Still undecided: {first} or {second}.", first=first, second=second)


def _how_sure(result: ScanResult, lead: Lead) -> Iterator[str]:
    yield _(
        "{first} comes first in {often} calculated worlds, {second} in {other}.",
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


def shown_strategies(result: ScanResult, everything: bool = False) -> list[Ranked]:
    """The strategies worth a row: those that come first often enough to see, or all that are possible."""
    live = [item for item in result.strategies if item.state != "closed"]
    return live if everything else [item for item in live if item.first >= STEP / 2] or live[:SHORT]


def beats_staying(item: Ranked) -> str:
    """Whether a strategy can beat staying, whatever is not known turns out to be."""
    if item.id == "stay":
        return "-"
    return _("always") if item.low >= 0 else _("possible") if item.high >= 0 else _("never")


def closed(result: ScanResult) -> list[str]:
    """Which strategies are not possible, and because of which answer."""
    by_gate: dict[str, list[str]] = {}
    for item in result.strategies:
        if item.state == "closed":
            by_gate.setdefault(item.gates[0], []).append(quoted(strategy_name(item.id)))
    return [
        _(
            "Not possible, by your answer to {gate} ({answer}): {names}.",
            gate=quoted(asked_name(gate)),
            answer=answer_text(gate, result.answers.code(gate)),
            names=listing(names),
        )
        for gate, names in by_gate.items()
    ]


def why_title(result: ScanResult) -> str:
    """Which two strategies the reasons compare."""
    first, second = quoted(strategy_name(result.best)), quoted(strategy_name(result.challenger))
    return _("Why {first} rather than {second}", first=first, second=second)


def nearest(flips: Sequence[Flip]) -> list[Flip]:
    """The nearest of each question and outcome; another direction before another form of the same."""
    found: dict[tuple[tuple[str, ...], str], Flip] = {}
    for item in sorted(flips, key=lambda flip: not flip.group_changes):
        found.setdefault((tuple(name for name, _now, _then in item.changes), item.first), item)
    return list(found.values())[:SHORT]


def flip(found: Flip) -> str:
    """Which other answers would put which strategy first."""
    parts = [
        _(
            "the answer to {question} is “{then}” and not “{now}”",
            question=quoted(asked_name(name)),
            then=answer_text(name, then),
            now=answer_text(name, now),
        )
        for name, now, then in found.changes
    ]
    return _(
        "If {answers}, {strategy} comes first.",
        answers=listing(parts),
        strategy=quoted(strategy_name(found.first)),
    )


def suits(result: ScanResult) -> str:
    """For whom the first and the runner-up are best; empty where the draws don't tell them apart."""
    one, two = (result.strategy(name).central_weights for name in (result.best, result.challenger))
    if not one or not two:
        return ""
    from thuishaven.scan import criteria

    ranked = sorted(one, key=lambda name: one[name] - two[name])
    least, most = ranked[0], ranked[-1]
    return _(
        "{first} suits best who minds {criterion} more, {second} who minds {other} more.",
        first=quoted(strategy_name(result.best)),
        second=quoted(strategy_name(result.challenger)),
        criterion=quoted(_(criteria()[most].name_en)),
        other=quoted(_(criteria()[least].name_en)),
    )


def find_out(result: ScanResult, most: int | None = None) -> tuple[str, list[str]]:
    """What to find out first: a sentence where nothing would change, else a line for each."""
    found = [item for item in result.find_out if item.gain > 0 or result.status != "advice"]
    if not result.find_out:
        return "", []
    if not found:
        names = listing([quoted(asked_name(item.id)) for item in result.find_out])
        return _("Not known, but no answer to it changes the advice: {names}.", names=names), []
    lines = []
    for item in found[:most]:
        line = asked_name(item.id)
        if item.turns and result.status == "advice":
            answers = listing([f"“{answer_text(item.id, code)}”" for code in item.turns])
            line = labelled(line, _("the advice turns at {answers}", answers=answers))
        lines.append(line)
    return "", lines


def remarks(result: ScanResult) -> list[str]:
    """What the reader should know beside the advice."""
    found = [REMARK[notice.code]() for notice in result.warnings if notice.code in REMARK]
    doors = [notice.params["id"] for notice in result.warnings if notice.code == "gate_open"]
    if doors and result.status == "advice":
        names = listing([quoted(asked_name(name)) for name in doors])
        found.append(_("Still open, and first in the dossier: {names}.", names=names))
    return found


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


REMARK: dict[str, Callable[[], str]] = {
    "home_share_only": _home_share,
    "keep_scan": _keep,
    "input_dependency": _dependency,
    "area_unchecked": _area,
}


def base_rates(everything: bool = True) -> list[tuple[str, BaseRate]]:
    """How often firms bring production back: a sentence for each figure, and the figure with its source."""
    from thuishaven import scan

    rates = scan.base_rates()
    found = []
    for rate in rates if everything else (*rates[:1], rates[4]):
        values = {"value": rate.value, "low": rate.low, "high": rate.high}
        shown = {
            name: number(value, 0 if float(value).is_integer() else 1)
            for name, value in values.items()
            if value is not None
        }
        found.append((_(rate.text_en, **shown), rate))
    return found
