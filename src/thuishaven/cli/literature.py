"""The command ``databank literature``: take in a list of publications, or find one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from thuishaven.cli.databanks import Place, place_of, told
from thuishaven.cli.failures import MOST, WRONG_DATA, WrongDataError
from thuishaven.cli.options import AsJson, Language
from thuishaven.cli.output import complain, safe, write, write_json
from thuishaven.cli.usage import Command, WrongUsage
from thuishaven.locale import N_, _, ngettext, number

if TYPE_CHECKING:
    from thuishaven.databank.literature import Wrong

#: Publications that are listed unless more are asked for.
LISTED = 20


def register(databank: typer.Typer) -> None:
    """Add the command to those of the databank."""
    databank.command(
        "literature", cls=Command, help="Take in a list of publications (CSV), or find publications."
    )(literature)


def literature(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar=N_("FILE"), help="A list to take in; a second time changes nothing.", show_default=False
        ),
    ] = None,
    own: Annotated[bool, typer.Option("--own", help="Take in the list that comes with the program.")] = False,
    find: Annotated[
        str | None, typer.Option("--find", metavar=N_("TEXT"), help="Only those with all these words.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")
    ] = False,
    database: Place = None,
    as_json: AsJson = False,
    lang: Language = None,
) -> int:
    """Take in or find publications."""
    from thuishaven.access import AccessError
    from thuishaven.databank import Database
    from thuishaven.databank.literature import Literature, own_list

    taking = own or file is not None
    if (own and file is not None) or (taking and find is not None):
        raise WrongUsage(_("Give the file of a list, or --own, or --find."))
    with told(), Database(place_of(database)) as databank:
        room = Literature(databank.public)
        if not taking:
            found, total = room.search(databank.public.visitor(), find or "", count=LISTED)
            return _listed([one.to_dict() for one in found], total, as_json)
        text = own_list() if own else _text(Path(str(file)))
        try:
            done = room.take_in(databank.public.local(), text, _("a list of publications"), preview=dry_run)
        except AccessError as error:
            from thuishaven.report.cases import known, problem

            if not known(error.code):
                raise
            raise WrongDataError(problem(error.code, error.params)) from None
    if as_json:
        rows = [asdict(one) for one in done.wrong]
        counts = {"new": done.new, "changed": done.changed, "known": done.known}
        write_json({"schema": "thuishaven.literature.import/1", **counts, "wrong": rows})
    else:
        write(
            _(
                "New: {new}. Changed: {changed}. Known already: {known}.",
                new=number(done.new),
                changed=number(done.changed),
                known=number(done.known),
            )
            + "\n"
        )
        for one in done.wrong[:MOST]:
            complain(_("row {line}, {column}", line=number(one.line), column=one.column) + ": " + _said(one))
    return WRONG_DATA if done.wrong else 0


def _listed(found: list[dict[str, Any]], total: int, as_json: bool) -> int:
    if as_json:
        write_json({"schema": "thuishaven.literature/1", "total": total, "literature": found})
        return 0
    for one in found:
        who = ", ".join(safe(text) for text in (one["authors"], one["year"]) if text)
        where = f"https://doi.org/{one['doi']}" if one["doi"] else one["url"]
        write(f"{safe(one['title'])} ({who})\n  {safe(where)}\n")
    write(ngettext("{n} publication", "{n} publications", total, n=number(total)) + "\n")
    return 0


def _said(one: Wrong) -> str:
    from thuishaven.report.cases import publication_flaw

    return publication_flaw(one.column, one.code, safe(one.value), one.most)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise WrongDataError(_("{path}: this is no text in UTF-8.", path=str(path))) from None
