"""What the commands of ``facts`` print: answers, records, sources, problems, proposals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from thuishaven.cli.cost_page import bullet, command, heading, paragraph
from thuishaven.cli.tables import GAP, Column, table
from thuishaven.locale import _, months, ngettext, number, percent, unit
from thuishaven.report import words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from thuishaven.facts import Answer, Fact, FactSet, Parameter, Problem, Source
    from thuishaven.facts.connectors import Proposal

#: Problems and changes that are listed unless all are asked for.
MOST = 40


def fact_dict(fact: Fact, facts: FactSet) -> dict[str, Any]:
    """A record with its source, in plain form."""
    source = facts.sources.get(fact.source_id)
    return {
        "schema": "thuishaven.facts.record/1",
        "id": fact.id,
        **asdict(fact),
        "keys": dict(fact.keys),
        "source": None if source is None else asdict(source),
    }


def answer_dict(answer: Answer, facts: FactSet) -> dict[str, Any]:
    """An answer with its record and source, in plain form."""
    return {
        "schema": "thuishaven.facts.answer/1",
        "parameter": answer.parameter.name,
        "value": answer.value,
        "low": answer.low,
        "high": answer.high,
        "unit": answer.unit,
        "age_months": answer.age_months,
        "stale": answer.stale,
        "gsd": answer.gsd,
        "fallbacks": [fallback.to_dict() for fallback in answer.fallbacks],
        "newer_official": answer.newer_official,
        "record": fact_dict(answer.fact, facts),
    }


def answer_page(answer: Answer, facts: FactSet, width: int) -> Iterator[RenderableType]:
    """The answer to a question, with the record it rests on and every step that was needed."""
    yield Text(_(answer.parameter.label_en), "bold")
    if answer.value is not None:
        same = answer.value == answer.fact.value
        write = _plain if same else _rounded
        yield Text(_value(answer.value, answer.low, answer.high, answer.unit, write), "bold")
    yield ""
    for fallback in answer.fallbacks:
        yield bullet(words.notice(fallback.code, fallback.params), width)
    if answer.stale:
        limit = months(answer.parameter.age_months or 0)
        yield bullet(
            _(
                "{age} old; the limit for this parameter is {limit}",
                age=months(answer.age_months),
                limit=limit,
            ),
            width,
        )
    if answer.newer_official:
        yield bullet(
            _("your own figure is used; there is a newer official one: {id}", id=answer.newer_official),
            width,
        )
    if answer.gsd > 1:
        text = _(
            "read wider than published, by a factor of {factor} (standard deviation)",
            factor=number(answer.gsd, 2),
        )
        yield bullet(text, width)
    if answer.fallbacks or answer.stale or answer.newer_official or answer.gsd > 1:
        yield ""
    yield from _record(answer.fact, facts, width)


def fact_page(fact: Fact, facts: FactSet, width: int) -> Iterator[RenderableType]:
    """One record, exactly as published."""
    label = words.parameter_label(fact.parameter) or fact.parameter
    yield Text(label, "bold")
    yield from _record(fact, facts, width)


def _value(
    value: float, low: float | None, high: float | None, of: str, write: Callable[[float], str] | None = None
) -> str:
    shown = write or _plain
    text = f"{shown(value)} {unit(of)}"
    if low is not None and high is not None and low < high:
        return _("{value}, between {low} and {high}", value=text, low=shown(low), high=shown(high))
    return text


def _rounded(value: float) -> str:
    """A number that was converted: four digits are as many as it can carry."""
    return number(value, max(words.significant(value, 4), 0))


def _plain(value: float) -> str:
    """A number as published: every digit that it has, at most as many as a person wrote."""
    digits = f"{value:.10g}"
    decimals = 0 if "e" in digits else len(digits.partition(".")[2])
    return number(value, decimals) if "e" not in digits else digits


def _record(fact: Fact, facts: FactSet, width: int) -> Iterator[RenderableType]:
    source = facts.sources.get(fact.source_id)
    value = fact.text if fact.value is None else _value(fact.value, fact.low, fact.high, fact.unit)
    rows = [
        [_("record"), fact.id],
        [_("value"), value],
        [_("concerns"), ", ".join(words.key_value(key, text) for key, text in fact.keys)],
        [_("period"), fact.period],
        [_("edition"), fact.vintage],
        [_("status"), words.status(fact.status)],
        [_("layer"), _(words.LAYERS[fact.layer])],
        [_("licence"), fact.licence],
        [_("note"), words.remark(fact.note)],
        [_("publisher"), source.publisher if source else ""],
        [_("title"), words.source_title(fact.source_id, source.title if source else fact.source_id)],
        [_("where in it"), fact.locator],
        [_("read at"), source.url if source else ""],
        [_("published at"), source.publisher_url if source else ""],
        [_("retrieved"), fact.retrieved_at],
    ]
    shown = [(label, text) for label, text in rows if text]
    column = max(len(label) for label, _text in shown) + 2 * GAP
    for label, text in shown:
        found = Table.grid(padding=0)
        found.add_column(width=column)
        found.add_column(overflow="fold")
        if cell_len(text) > width - column and " " not in text:
            yield Text(f"{' ' * GAP}{label}\n{' ' * 2 * GAP}{text}", no_wrap=True, overflow="ignore")
        else:
            found.add_row(Text(f"{' ' * GAP}{label}", "dim"), text)
            yield found


def parameters_page(facts: FactSet, width: int) -> Iterator[RenderableType]:
    """Every parameter, with its unit and keys."""
    rows = [
        [parameter.name, _(parameter.label_en), unit(parameter.unit), ", ".join(parameter.keys)]
        for parameter in facts.parameters.values()
    ]
    columns = [
        Column(_("parameter"), right=False),
        Column(_("what"), weight=3, right=False, least=20),
        Column(_("unit"), weight=1, right=False),
        Column(_("keys"), weight=2, right=False),
    ]
    yield table(columns, rows, width)
    yield ""
    example = "thuishaven facts show labour_cost_hourly_manufacturing iso3=NLD"
    yield command(_("One of them: {command}", command=example))


def records_page(parameter: Parameter, found: Sequence[Fact], width: int) -> Iterator[RenderableType]:
    """The records of one parameter."""
    yield Text(_(parameter.label_en), "bold")
    if parameter.keys:
        keys = " ".join(f"{key}=..." for key in parameter.keys)
        yield command(_("One answer: {command}", command=f"thuishaven facts show {parameter.name} {keys}"))
    rows = [
        [
            ", ".join(value for _key, value in fact.keys),
            "-" if fact.value is None else _plain(fact.value),
            unit(fact.unit),
            fact.period,
            words.status(fact.status),
            fact.id,
        ]
        for fact in found
    ]
    columns = [
        Column(_("concerns"), right=False),
        Column(_("value")),
        Column(_("unit"), weight=4, right=False),
        Column(_("period"), weight=3, right=False),
        Column(_("status"), weight=2, right=False),
        Column(_("record"), weight=1, right=False),
    ]
    yield ""
    yield table(columns, rows, width)


def sources_page(found: Sequence[Source], counts: Mapping[str, int], width: int) -> Iterator[RenderableType]:
    """The sources: publisher, title and where to read it."""
    for source in found:
        yield Text(f"{source.publisher}: {source.title}", "bold")
        yield Text(f"  {source.url}", no_wrap=True, overflow="ignore")
        used = counts.get(source.source_id, 0)
        text = ngettext("{n} record", "{n} records", used)
        yield Text(f"  {text}; {source.licence}; {source.source_id}", "dim")
    yield ""
    yield Text(ngettext("{n} source.", "{n} sources.", len(found)))


def problem_text(problem: Problem) -> str:
    """What a problem of the facts is, in words."""
    from thuishaven.facts import CHECK_MESSAGES as MESSAGES

    return _(MESSAGES[problem.code], **problem.params)


def problems_page(
    problems: Sequence[Problem], records: int, width: int, everything: bool
) -> Iterator[RenderableType]:
    """The findings of the lint: errors first, notes counted unless all are asked for."""
    errors = [problem for problem in problems if problem.severity == "error"]
    notes = [problem for problem in problems if problem.severity != "error"]
    shown = [*errors, *(notes if everything else [])]
    if shown:
        rows = [
            [_("error") if problem.severity == "error" else _("note"), problem.fact_id, problem_text(problem)]
            for problem in shown
        ]
        columns = [
            Column("", right=False),
            Column(_("record"), right=False, least=24),
            Column(_("what is wrong"), right=False, least=24),
        ]
        yield table(columns, rows, width)
        yield ""
    counts = [
        ngettext("{n} record checked", "{n} records checked", records),
        ngettext("{n} error", "{n} errors", len(errors)),
        ngettext("{n} note", "{n} notes", len(notes)),
    ]
    text = ", ".join(counts) + "."
    if notes and not everything:
        text += " " + _("All of them: --all")
    yield paragraph(text, width)


def proposal_page(proposal: Proposal, path: str, width: int) -> Iterator[RenderableType]:
    """What a refresh would change, what needs a person's eye, and what failed."""
    rows = [
        [
            change.fact.id,
            _kind(change.kind),
            "-" if change.old_value is None else _plain(change.old_value),
            _plain(change.new_value),
            _change(change),
            ", ".join(_flag(flag) for flag in change.flags),
        ]
        for change in sorted(proposal.changes, key=lambda change: not change.needs_a_person)[:MOST]
    ]
    columns = [
        Column(_("record"), right=False, least=24),
        Column(_("kind"), weight=2, right=False),
        Column(_("now"), weight=3),
        Column(_("proposed")),
        Column(_("change"), weight=4),
        Column(_("look at"), weight=5, right=False),
    ]
    if rows:
        yield table(columns, rows, width)
        yield ""
    if proposal.failures:
        yield heading(_("Not answered"))
        for failure in proposal.failures:
            yield bullet(f"{failure.connector}: {failure}", width)
        yield ""
    total, special = len(proposal.changes), len(proposal.for_a_person)
    text = ngettext("{n} change proposed", "{n} changes proposed", total)
    if special:
        text += ", " + ngettext("{n} needs a person's eye", "{n} need a person's eye", special)
    yield paragraph(text + ". " + _("Written: {path}", path=path), width)
    if total:
        yield command(_("Accept: {command}", command=f"thuishaven facts refresh --accept {path}"))


def _change(change: Any) -> str:
    if change.change is None:
        return ""
    if change.change_kind == "percent":
        size = percent(change.change / 100, 1)
        return size if change.change < 0 else f"+{size}"
    return number(change.change, max(words.significant(change.change), 0), sign=True)


def _kind(kind: str) -> str:
    match kind:
        case "new":
            return _("new")
        case "newer":
            return _("newer")
        case "revised":
            return _("revised")
        case _:
            return _("confirmed")


def _flag(flag: str) -> str:
    match flag:
        case "jump":
            return _("large jump")
        case "outside_plausible_range":
            return _("outside the plausible range")
        case "outside_hard_bounds":
            return _("impossible value")
        case "future_period":
            return _("period in the future")
        case _:
            return _("another record overrules it")
