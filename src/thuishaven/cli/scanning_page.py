"""What ``thuishaven scan`` prints: what looks promising, how sure that is, why, and what would change it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from thuishaven.cli.cost_page import bullet, command, heading, paragraph
from thuishaven.cli.output import safe
from thuishaven.cli.tables import GAP, Column, table
from thuishaven.locale import _, listing, term
from thuishaven.report import promise
from thuishaven.report.promise import SHORT, answer_text, asked_name, said, share, strategy_name
from thuishaven.report.subject import quoted
from thuishaven.report.telling import capital

if TYPE_CHECKING:
    from rich.console import RenderableType

    from thuishaven.scan import Change, ScanResult

#: Cells of a bar that stands for all draws.
BAR = 20


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
                "The bar: in how many of the calculated worlds it comes first. Weights, answers and effects"
                " differ from world to world."
            ),
            width,
        )
        for text in promise.closed(result):
            yield paragraph(text, width)
        yield from _why(result, width)
        yield from _changes(result, width, everything)
        yield from _weights(result, width)
    yield from _find_out(result, width, everything)
    yield from _remarks(result, width)
    yield from _base_rates(width, everything)


# ---- the answer


def _conclusion(result: ScanResult, width: int) -> Iterator[RenderableType]:
    title, sentences = promise.conclusion(result)
    yield Text(title, "bold")
    yield paragraph(" ".join(sentences), width)


def _strategies(result: ScanResult, width: int, everything: bool) -> RenderableType:
    rows = [
        [
            strategy_name(item.id),
            "█" * round(item.first * BAR) or "▏",
            share(item.first),
            promise.beats_staying(item),
            _("perhaps not possible") if item.state == "unsure" else "",
        ]
        for item in promise.shown_strategies(result, everything)
    ]
    columns = [
        Column(term("strategy"), right=False, least=24),
        Column("", weight=3, right=False),
        Column(_("comes first")),
        Column(_("can beat staying"), weight=2, right=False),
        Column("", weight=1, right=False),
    ]
    return table(columns, rows, width)


def _why(result: ScanResult, width: int) -> Iterator[RenderableType]:
    if not result.reasons_for and not result.reasons_against:
        return
    yield ""
    yield heading(promise.why_title(result))
    for sign, reasons in (("+", result.reasons_for), ("-", result.reasons_against)):
        for reason in reasons:
            yield paragraph(f"{sign} {promise.reason(reason)}", width, GAP)


def _changes(result: ScanResult, width: int, everything: bool) -> Iterator[RenderableType]:
    yield ""
    yield heading(_("What would change this advice"))
    if not result.flips:
        yield paragraph(
            _("No other answer to one question, nor to two of the strongest, puts another strategy first."),
            width,
        )
        return
    for flip in result.flips if everything else promise.nearest(result.flips):
        yield bullet(promise.flip(flip), width)


def _weights(result: ScanResult, width: int) -> Iterator[RenderableType]:
    text = promise.suits(result)
    if text:
        yield paragraph(text, width)


def _find_out(result: ScanResult, width: int, everything: bool) -> Iterator[RenderableType]:
    sentence, lines = promise.find_out(result, None if everything else 2 * SHORT)
    if not sentence and not lines:
        return
    yield ""
    yield heading(capital(term("find_out_first")))
    if sentence:
        yield paragraph(sentence, width)
    for line in lines:
        yield bullet(line, width)


def _remarks(result: ScanResult, width: int) -> Iterator[RenderableType]:
    remarks = promise.remarks(result)
    if remarks:
        yield ""
    for text in remarks:
        yield paragraph(text, width)


def _base_rates(width: int, everything: bool) -> Iterator[RenderableType]:
    yield ""
    yield heading(_("How often firms bring production back"))
    for text, rate in promise.base_rates(everything):
        yield paragraph(f"{text} ({rate.provenance.source})", width)


def next_steps(dossier: str | None, width: int, wanted: tuple[str, ...] = ()) -> Iterator[RenderableType]:
    """What to type next, and before that which fields the dossier still needs."""
    if dossier is None:
        return
    yield ""
    if wanted:
        from thuishaven.cli.interview import PRODUCT

        for name in wanted:
            text = _("Still to fill in, in {path}: {field}", path=dossier, field=_(PRODUCT[name][0]))
            yield paragraph(text, width)
    yield command(_("Next: {command}", command=f"thuishaven check {dossier}"))
    yield command(_("Then: {command}", command=f"thuishaven cost {dossier}"))
    yield command(_("And: {command}", command=f"thuishaven advice {dossier}"))


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
