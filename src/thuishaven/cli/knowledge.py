"""The commands of ``facts``: what is known about the world, from whom, from when?"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import typer

from thuishaven.cli.failures import WRONG_DATA
from thuishaven.cli.options import AsJson, Language, known_facts
from thuishaven.cli.output import complain, progress, show, write, write_json
from thuishaven.cli.usage import Command, Group, WrongUsage
from thuishaven.locale import N_, _, number

app = typer.Typer(cls=Group, add_completion=False, rich_markup_mode=None, invoke_without_command=True)

Day = Annotated[
    str | None,
    typer.Option("--on", metavar=N_("DATE"), help="The day that the answer must hold for, as in 2026-11-21."),
]


@app.callback()
def root(context: typer.Context) -> None:
    """Without a command, the help."""
    if context.invoked_subcommand is None:
        write(context.get_help() + "\n")


@app.command(
    "show", cls=Command, help="Show the answer to a question, or one record by its id, with source and age."
)
def show_fact(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar=N_("PARAMETER"), help="A parameter, or the id of a record; without it, all parameters."
        ),
    ] = None,
    keys: Annotated[
        list[str] | None,
        typer.Argument(metavar=N_("KEY=VALUE"), help="What it is about, as in iso3=NLD."),
    ] = None,
    on: Day = None,
    as_json: AsJson = False,
    lang: Language = None,
) -> None:
    """Show a fact."""
    from thuishaven.cli import facts_page as pages

    facts = known_facts()
    if name is None:
        listed = [
            {"parameter": p.name, "unit": p.unit, "keys": list(p.keys), "label": p.label_en}
            for p in facts.parameters.values()
        ]
        if as_json:
            write_json({"schema": "thuishaven.facts.parameters/1", "parameters": listed})
        else:
            show(lambda width: pages.parameters_page(facts, width))
        return
    if "@" in name or "[" in name:
        try:
            fact = facts.fact(name)
        except KeyError:
            complain(_no_record(name, facts))
            raise typer.Exit(WRONG_DATA) from None
        if as_json:
            write_json(pages.fact_dict(fact, facts))
        else:
            show(lambda width: pages.fact_page(fact, facts, width))
        return
    given = _keys(keys or [])
    parameter = facts.parameters.get(name)
    if parameter is None:
        complain(_no_parameter(name, facts))
        raise typer.Exit(WRONG_DATA)
    if set(given) < set(parameter.keys) or not set(given) <= set(parameter.keys):
        _listing(parameter, given, facts, as_json)
        return
    _answer(name, given, _day(on), facts, as_json)


def _answer(name: str, given: dict[str, str], on: dt.date | None, facts: Any, as_json: bool) -> None:
    from thuishaven.cli import facts_page as pages
    from thuishaven.facts import FactMissing

    try:
        answer = facts.get(name, on=on, **given)
    except FactMissing:
        asked = ", ".join(f"{key}={value}" for key, value in given.items())
        complain(_("Nothing is known about {parameter} ({keys}).", parameter=name, keys=asked or "-"))
        raise typer.Exit(WRONG_DATA) from None
    if as_json:
        write_json(pages.answer_dict(answer, facts))
    else:
        show(lambda width: pages.answer_page(answer, facts, width))


def _listing(parameter: Any, given: dict[str, str], facts: Any, as_json: bool) -> None:
    """The records that fit keys which are not all given; wrong keys are wrong usage."""
    from thuishaven.cli import facts_page as pages

    wrong = [key for key in given if key not in parameter.keys]
    if wrong:
        raise WrongUsage(
            _(
                "{parameter} has no key {wrong}. Its keys: {keys}",
                parameter=parameter.name,
                wrong=", ".join(wrong),
                keys=", ".join(parameter.keys) or "-",
            )
        )
    found = facts.find(parameter.name, **given)
    if as_json:
        write_json(
            {
                "schema": "thuishaven.facts.records/1",
                "records": [pages.fact_dict(fact, facts) for fact in found],
            }
        )
    else:
        show(lambda width: pages.records_page(parameter, found, width))


def _keys(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not (key and sign and value):
            raise WrongUsage(_("{value}: expected is key=value, for example iso3=NLD", value=pair))
        found[key.strip()] = value.strip()
    return found


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise WrongUsage(_("--on {value}: expected is a date, for example 2026-11-21", value=text)) from None


def _no_parameter(name: str, facts: Any) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, facts.parameters, n=3, cutoff=0.4)
    if not close:
        return _(
            "There is no parameter {name}. All of them: {command}", name=name, command="thuishaven facts show"
        )
    return _("There is no parameter {name}. Did you mean: {known}?", name=name, known=", ".join(close))


def _no_record(name: str, facts: Any) -> str:
    from difflib import get_close_matches

    parameter = name.partition("@")[0].partition("[")[0]
    close = get_close_matches(name, [fact.id for fact in facts.find(parameter)], n=2)
    if not close:
        command = f"thuishaven facts show {parameter}"
        return _(
            "There is no record {name}. The records of its parameter: {command}", name=name, command=command
        )
    return _("There is no record {name}. Did you mean: {known}?", name=name, known=", ".join(close))


@app.command("sources", cls=Command, help="List the sources: who published what, and where to read it.")
def sources(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar=N_("WORD"), help="Only sources in which all these words occur."),
    ] = None,
    as_json: AsJson = False,
    lang: Language = None,
) -> None:
    """List the sources."""
    from dataclasses import asdict

    from thuishaven.cli.facts_page import sources_page

    facts = known_facts()
    counts: dict[str, int] = {}
    for fact in facts:
        counts[fact.source_id] = counts.get(fact.source_id, 0) + 1
    wanted = [word.casefold() for word in words or []]
    found = [
        source
        for source in facts.sources.values()
        if all(word in " ".join(asdict(source).values()).casefold() for word in wanted)
    ]
    if as_json:
        rows = [asdict(source) | {"records": counts.get(source.source_id, 0)} for source in found]
        write_json({"schema": "thuishaven.facts.sources/1", "sources": rows})
    else:
        show(lambda width: sources_page(found, counts, width))


@app.command(
    "check",
    cls=Command,
    help="Check every record: unit, range, source, licence, editions. Status 1 on errors.",
)
def check(
    on: Day = None,
    everything: Annotated[bool, typer.Option("--all", help="Show the notes too.")] = False,
    as_json: AsJson = False,
    lang: Language = None,
) -> None:
    """Lint the facts."""
    from thuishaven.cli.facts_page import problems_page
    from thuishaven.facts import check as lint

    facts = known_facts()
    problems = lint(facts, _day(on))
    errors = sum(1 for problem in problems if problem.severity == "error")
    if as_json:
        rows = [problem.to_dict() for problem in problems]
        write_json({"schema": "thuishaven.facts.check/1", "records": len(facts), "problems": rows})
    else:
        show(lambda width: problems_page(problems, len(facts), width, everything))
    raise typer.Exit(WRONG_DATA if errors else 0)


@app.command(
    "refresh",
    cls=Command,
    help="Ask the official sources what they say now and write a proposal. Accepting it is a second step.",
)
def refresh(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar=N_("CONNECTOR"), help="Which connectors to ask; all without it."),
    ] = None,
    output: Annotated[
        str, typer.Option("-o", "--output", metavar=N_("FILE"), help="Where the proposal is written.")
    ] = "proposal.json",
    accept: Annotated[
        str | None, typer.Option("--accept", metavar=N_("FILE"), help="Accept a proposal that you have read.")
    ] = None,
    approve: Annotated[
        list[str] | None,
        typer.Option(
            "--approve", metavar=N_("ID"), help="Also accept this change, which needs a person's approval."
        ),
    ] = None,
    places: Annotated[
        list[str] | None,
        typer.Option(
            "--place", metavar=N_("CODE"), help="Only this country or currency. May be given more than once."
        ),
    ] = None,
    base: Annotated[
        list[str] | None,
        typer.Option(
            "--base", metavar=N_("SOURCE=URL"), help="Another address for a source, as that of a mirror."
        ),
    ] = None,
    as_json: AsJson = False,
    lang: Language = None,
) -> None:
    """Refresh the facts, in two steps."""
    if accept is not None:
        _accept(accept, approve or [])
        return
    _propose(names or [], output, places, _keys(base or []), as_json)


def _accept(path: str, approved: list[str]) -> None:
    from pathlib import Path

    from thuishaven.facts.connectors import Proposal, data_folder
    from thuishaven.facts.connectors import accept as take

    done = take(Proposal.load(Path(path)), data_folder(), approved)
    write(_("Accepted: {n} records, in {path}", n=number(done.added), path=str(done.path)) + "\n")
    for change in done.left:
        line = _("Left out: {id}; look at it, then: --approve '{id}'", id=change.id)
        write(line + "\n")


def _propose(
    names: list[str], output: str, places: list[str] | None, bases: dict[str, str], as_json: bool
) -> None:
    from itertools import count
    from pathlib import Path

    from thuishaven.cli.facts_page import proposal_page
    from thuishaven.facts.connectors import connectors, data_folder, propose

    asked, of = count(), len(names) or len(connectors())
    with progress(_("Asking the sources")) as report:
        proposal = propose(
            known_facts(),
            names or None,
            data_folder() / "raw",
            places=places,
            bases=bases,
            progress=lambda name: report(next(asked), of),
        )
    proposal.save(Path(output))
    if as_json:
        write_json(proposal.to_dict())
    else:
        show(lambda width: proposal_page(proposal, output, width))
    raise typer.Exit(WRONG_DATA if proposal.failures else 0)
