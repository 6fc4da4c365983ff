"""The program: its commands, in the order in which the help shows them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Annotated

import typer

from thuishaven.cli import (
    advising,
    batches,
    cases,
    costs,
    databank_office,
    databank_people,
    databank_rooms,
    databanks,
    dossiers,
    explores,
    knowledge,
    literature,
    regions,
    releasing,
    reporting,
    scanning,
    serving,
)
from thuishaven.cli.options import Language
from thuishaven.cli.output import write
from thuishaven.cli.usage import Command, Group, asked_help
from thuishaven.locale import N_

app = typer.Typer(
    cls=Group,
    help="What would it cost to make this at home? Compares today's way of supplying a product with every "
    "other plan, and says how sure it is and what to find out first.",
    epilog=N_("Begin with: thuishaven scan, or with figures: thuishaven new -o pot.yaml"),
    add_completion=False,
    rich_markup_mode=None,
    invoke_without_command=True,
)


@app.callback()
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
    lang: Language = None,
) -> None:
    """What stands before the command; without a command, the help."""
    if version:
        from thuishaven import __version__

        write(f"thuishaven {__version__}\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        write(context.get_help() + "\n")


app.command(
    "new", cls=Command, help="Write a starter dossier to fill in: YAML, or a spreadsheet with --xlsx."
)(dossiers.new)
app.command("check", cls=Command, help="Check dossiers: what is wrong, where, and what was expected.")(
    dossiers.check
)
scanning.register(app)
app.command(
    "cost",
    cls=Command,
    help="What does each plan really cost, against today? How sure is that, and what to find out first?",
)(costs.cost)
app.command(
    "region",
    cls=Command,
    help="What does each plan do for work here? Jobs, people to find, shifts, wage subsidies.",
)(regions.region)
advising.register(app)
app.command(
    "explore",
    cls=Command,
    help="Which plan, in which country, is worth a closer look? Evaluates the plans nobody typed in.",
)(explores.explore)
app.command(
    "batch",
    cls=Command,
    help="Which of many parts are worth making at home together, when some share a machine?",
)(batches.batch)
app.add_typer(knowledge.app, name="facts", help="What is known about the world, from whom, from when?")
app.add_typer(
    databanks.app, name="databank", help="The databank that people share: make it, audit it, back it up."
)
cases.register(databanks.app)
databank_people.register(databanks.app)
databank_office.register(databanks.app)
databank_rooms.register(databanks.app)
releasing.register(databanks.app)
literature.register(databanks.app)
reporting.register(app)
serving.register(app)
app.command("schema", cls=Command, help="Print the format of a dossier as JSON Schema.")(dossiers.schema)


#: All commands are put together once; who runs many in one process does not wait for it each time.
_command = cache(partial(typer.main.get_command, app))


def run(words: Sequence[str]) -> int:
    """Run the command that the words make; returns its exit status."""
    command = _command()
    asked = asked_help(command, words)
    if asked is not None:
        write(asked + "\n")
        return 0
    status = command.main(args=list(words), prog_name="thuishaven", standalone_mode=False)
    return status if isinstance(status, int) else 0
