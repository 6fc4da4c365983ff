"""The commands of ``databank`` that are about cases: take in lists, look at what is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from thuishaven.cli.databanks import Place, place_of, told
from thuishaven.cli.failures import MOST, WRONG_DATA, WrongDataError
from thuishaven.cli.options import AsJson, Language
from thuishaven.cli.output import complain, progress, safe, show, write, write_json
from thuishaven.cli.usage import Command, Group, WrongUsage
from thuishaven.locale import N_, _, number

if TYPE_CHECKING:
    from thuishaven.databank.cases import Batch, Preview, RowError

app = typer.Typer(cls=Group, add_completion=False, rich_markup_mode=None, invoke_without_command=True)

#: Cases that are listed unless more are asked for.
LISTED = 20


def register(databank: typer.Typer) -> None:
    """Add the commands to those of the databank."""
    databank.command(
        "import",
        cls=Command,
        help="Take in a list of cases (CSV) as candidates; a second time changes nothing.",
    )(take_in)
    databank.add_typer(
        app, name="cases", help="The cases of the databank: list, show, search, undo an import."
    )


@app.callback()
def root(context: typer.Context) -> None:
    """Without a command, the help."""
    if context.invoked_subcommand is None:
        write(context.get_help() + "\n")


def take_in(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar=N_("FILE"), help="The list: a CSV file. Not needed with --seeds.", show_default=False
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            metavar=N_("NAME"),
            help="Name of the list; by default that of the file. Rows are known by it.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")
    ] = False,
    seeds: Annotated[bool, typer.Option("--seeds", help="The cases that come with the program.")] = False,
    database: Place = None,
    as_json: AsJson = False,
    lang: Language = None,
) -> int:
    """Take in a list of cases."""
    from thuishaven.databank import Database
    from thuishaven.databank.cases import SEEDS, Imports
    from thuishaven.databank.cases.imports import seed_text

    if seeds == (file is not None):
        raise WrongUsage(_("Give the file of a list, or --seeds."))
    if file is None:
        lists = [(name, seed_text(name)) for name in SEEDS]
    else:
        lists = [(source or Path(file).name, _text(Path(file)))]
    status = 0
    answers: list[dict[str, Any]] = []
    with _words(), Database(place_of(database)) as databank:
        imports, actor = Imports(databank.public), databank.public.local()
        for name, text in lists:
            if dry_run:
                preview = imports.preview(actor, text, name)
                answers.append(_preview_json(name, preview))
                found, errors = _preview_lines(name, preview), preview.errors
            else:
                with progress(_("Taking in {name}", name=name)) as report:
                    batch = imports.run(actor, text, name, progress=report)
                answers.append(_batch_json(batch))
                found, errors = _batch_lines(batch), batch.errors
            if not as_json:
                write(found)
                _complain(errors)
            status = status or (WRONG_DATA if errors else 0)
    if as_json:
        write_json({"schema": "thuishaven.import/1", "lists": answers})
    return status


@app.command("list", cls=Command, help="List the cases that are worked on, the longest waiting first.")
def list_cases(
    state: Annotated[
        str | None,
        typer.Option("--state", metavar=N_("STATE"), help="Only those in this state, as in candidate."),
    ] = None,
    text: Annotated[
        str | None, typer.Option("--name", metavar=N_("TEXT"), help="Only those with this in their name.")
    ] = None,
    count: Annotated[
        int, typer.Option("--count", metavar=N_("NUMBER"), help="How many at most.", min=1)
    ] = LISTED,
    database: Place = None,
    as_json: AsJson = False,
    lang: Language = None,
) -> None:
    """List cases."""
    from thuishaven.databank import Database
    from thuishaven.databank.cases import Cases

    with _words(), Database(place_of(database)) as databank:
        cases, actor = Cases(databank.public), databank.public.local()
        found, total = cases.work(actor, state or "", text=text or "", count=count)
    rows = [{"number": one.number, "id": one.id, "name": one.label, "state": one.state} for one in found]
    if as_json:
        write_json({"schema": "thuishaven.cases/1", "total": total, "cases": rows})
        return
    from thuishaven.cli.tables import Column, table
    from thuishaven.report.cases import code_name

    columns = (
        Column(_("Number")),
        Column(_("Company"), right=False, least=12),
        Column(_("State"), right=False),
    )
    texts = [[number(one.number), safe(one.label), code_name("publication", one.state)] for one in found]
    if texts:
        show(lambda width: [table(columns, texts, width)])
    write(_("Cases: {n}, of which {shown} shown.", n=number(total), shown=number(len(found))) + "\n")


@app.command(
    "show", cls=Command, help="Show what is said of a case, with its sources and what they contradict."
)
def show_case(
    case: Annotated[
        int, typer.Argument(metavar=N_("NUMBER"), help="Number of the case.", show_default=False)
    ],
    about: Annotated[
        int | None,
        typer.Option("--about", metavar=N_("YEAR"), help="Only what is said of that year or earlier."),
    ] = None,
    database: Place = None,
    as_json: AsJson = False,
    lang: Language = None,
) -> None:
    """Show a case."""
    from thuishaven.databank import Database
    from thuishaven.databank.cases import Cases

    with _words(), Database(place_of(database)) as databank:
        cases, actor = Cases(databank.public), databank.public.local()
        line = cases.by_number(actor, case)
        record = cases.record(actor, line.id, about=about)
    if as_json:
        write_json(
            {"schema": "thuishaven.case/1", "number": line.number, "state": line.state, **record.to_dict()}
        )
        return
    from thuishaven.cli.cases_page import page

    write(page(line, record))


@app.command("search", cls=Command, help="Search the published cases, with counts.")
def search_cases(
    text: Annotated[
        list[str] | None, typer.Argument(metavar=N_("WORD"), help="Words that must be there.")
    ] = None,
    facets: Annotated[
        list[str] | None,
        typer.Option(
            "--facet", metavar=N_("FACET=VALUE"), help="As in to=NLD or motive=QUALITY. May be given again."
        ),
    ] = None,
    count: Annotated[
        int, typer.Option("--count", metavar=N_("NUMBER"), help="How many at most.", min=1)
    ] = LISTED,
    database: Place = None,
    as_json: AsJson = False,
    lang: Language = None,
) -> None:
    """Search published cases."""
    from thuishaven.databank import Database
    from thuishaven.databank.cases import Cases

    chosen: dict[str, list[str]] = {}
    for one in facets or ():
        name, sign, value = one.partition("=")
        if not sign or not value:
            raise WrongUsage(
                _(
                    "{value} is no facet with a value. Write, for example, {example}",
                    value=one,
                    example="to=NLD",
                )
            )
        chosen.setdefault(name, []).append(value)
    with _words(), Database(place_of(database)) as databank:
        cases = Cases(databank.public)
        found = cases.search(databank.public.visitor(), " ".join(text or ()), chosen, size=count)
    if as_json:
        hits = [
            {"number": one.number, "id": one.case, **one.card, "facets": one.facets} for one in found.hits
        ]
        counts = {one.name: dict(one.values) for one in found.facets}
        write_json({"schema": "thuishaven.search/1", "total": found.total, "hits": hits, "facets": counts})
        return
    from thuishaven.cli.cases_page import results

    write(results(found))


@app.command("imports", cls=Command, help="List what was taken in.")
def list_imports(database: Place = None, as_json: AsJson = False, lang: Language = None) -> None:
    """List imports."""
    from thuishaven.databank import Database
    from thuishaven.databank.cases import Imports

    with _words(), Database(place_of(database)) as databank:
        batches = Imports(databank.public).batches(databank.public.local())
    if as_json:
        write_json({"schema": "thuishaven.imports/1", "imports": [_batch_json(one) for one in batches]})
        return
    states = {"running": _("not finished"), "done": _("finished"), "undone": _("undone")}
    for one in batches:
        given = {"name": safe(one.source), "n": number(one.made), "state": states[one.state]}
        write(f"{one.id}  " + _("{name}: {n} cases, {state}", **given) + "\n")
    if not batches:
        write(_("Nothing was taken in yet.") + "\n")


@app.command("undo", cls=Command, help="Take an import back, as far as nobody has worked on it.")
def undo_import(
    batch: Annotated[
        str,
        typer.Argument(
            metavar=N_("IMPORT"), help="Its id, as in: databank cases imports.", show_default=False
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", metavar=N_("TEXT"), help="Why.")],
    database: Place = None,
    lang: Language = None,
) -> None:
    """Take an import back."""
    from thuishaven.databank import Database
    from thuishaven.databank.cases import Imports

    with _words(), Database(place_of(database)) as databank:
        gone, kept = Imports(databank.public).undo(databank.public.local(), batch, reason)
    write(
        _(
            "Cases taken back: {n}. Kept, because somebody worked on them: {kept}.",
            n=number(gone),
            kept=number(kept),
        )
        + "\n"
    )


@app.command(
    "index",
    cls=Command,
    help="Make the search and the statistics ready for many cases; run it after many were published, "
    "and after a new version of the program.",
)
def index(database: Place = None, lang: Language = None) -> None:
    """Make the picture that the search starts from, and keep what statistics read of each case."""
    from thuishaven.access import Object, require
    from thuishaven.databank import Database
    from thuishaven.databank.cases.search import keep
    from thuishaven.databank.cases.told import keep_told

    with _words(), Database(place_of(database)) as databank:
        require(databank.public.local(), "list", Object("case_work"))
        keep_told(databank.public)
        count = keep(databank.public)
    write(_("The search knows {n} published cases.", n=number(count)) + "\n")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise WrongDataError(_("{path}: this is no text in UTF-8.", path=str(path))) from None


@contextmanager
def _words() -> Iterator[None]:
    """Say in words what is wrong with a list or a case."""
    from thuishaven.access import AccessError, NotFound
    from thuishaven.report.cases import known, problem

    with told():
        try:
            yield
        except NotFound:
            raise WrongDataError(_("There is no such case or import here.")) from None
        except AccessError as error:
            if known(error.code):
                raise WrongDataError(problem(error.code, error.params)) from None
            raise


def _complain(errors: tuple[RowError, ...]) -> None:
    from thuishaven.report.cases import problem

    for one in errors[:MOST]:
        where = _("row {line}, {column}", line=number(one.line), column=one.column)
        if not one.column:
            where = _("row {line}", line=number(one.line))
        complain(f"{where}: {problem(one.code, one.params)}")
    if len(errors) > MOST:
        complain(_("And {n} more rows are wrong.", n=number(len(errors) - MOST)))


def _preview_lines(name: str, preview: Preview) -> str:
    lines = [
        _("{name}: nothing was changed.", name=safe(name)),
        _("would be taken in: {n}", n=number(preview.new)),
        _("there already: {n}", n=number(preview.known)),
        _("there already, and different now: {n}", n=number(len(preview.changed))),
        _("wrong, would be left out: {n}", n=number(len(preview.errors))),
    ]
    return "\n  ".join(lines) + "\n"


def _batch_lines(batch: Batch) -> str:
    given = {"name": safe(batch.source), "n": number(batch.made), "of": number(batch.rows)}
    lines = [_("{name}: {n} of {of} taken in (import {id}).", **given, id=batch.id)]
    if batch.changed:
        lines.append(_("There already, and different now; left alone: {n}", n=number(len(batch.changed))))
    if batch.errors:
        lines.append(_("Wrong, left out: {n}", n=number(len(batch.errors))))
    return "\n  ".join(lines) + "\n"


def _preview_json(name: str, preview: Preview) -> dict[str, Any]:
    return {
        "list": name,
        "form": preview.form,
        "new": preview.new,
        "known": preview.known,
        "changed": list(preview.changed),
        "errors": _errors_json(preview.errors),
    }


def _batch_json(batch: Batch) -> dict[str, Any]:
    return {
        "list": batch.source,
        "form": batch.format,
        "id": batch.id,
        "state": batch.state,
        "rows": batch.rows,
        "done": batch.done,
        "made": batch.made,
        "changed": list(batch.changed),
        "errors": _errors_json(batch.errors),
    }


def _errors_json(errors: tuple[RowError, ...]) -> list[dict[str, Any]]:
    return [
        {"line": one.line, "column": one.column or None, "code": one.code, "params": dict(one.params)}
        for one in errors
    ]
