"""The commands of ``databank``: make it, check that nobody tampered with it, back it up and restore it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from thuishaven.cli.failures import WRONG_DATA, WrongDataError
from thuishaven.cli.options import AsJson, Language
from thuishaven.cli.output import write, write_json
from thuishaven.cli.usage import Command, Group
from thuishaven.locale import N_, _, number

if TYPE_CHECKING:
    from thuishaven.access import AccessError, Audit
    from thuishaven.databank import Database

#: Names the databank where the command line does not: a folder, or the URL of a PostgreSQL database.
VARIABLE = "THUISHAVEN_DATABANK"

app = typer.Typer(cls=Group, add_completion=False, rich_markup_mode=None, invoke_without_command=True)

Place = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar=N_("PLACE"),
        help="A folder, or the URL of a PostgreSQL database. Without it: THUISHAVEN_DATABANK, then the data "
        "folder.",
    ),
]
BackupFolder = Annotated[
    str, typer.Argument(metavar=N_("FOLDER"), help="The folder of the backup.", show_default=False)
]


@app.callback()
def root(context: typer.Context) -> None:
    """Without a command, the help."""
    if context.invoked_subcommand is None:
        write(context.get_help() + "\n")


@app.command("init", cls=Command, help="Make the databank, or bring an older one up to date.")
def init(database: Place = None, lang: Language = None) -> None:
    """Make the databank."""
    from thuishaven.databank import Database, shown

    place = place_of(database)
    with told():
        Database.create(place).close()
    write(_("The databank is ready: {place}", place=shown(place)) + "\n")


@app.command(
    "audit", cls=Command, help="Check the event log: has anything been changed, taken out or cut off?"
)
def audit(
    database: Place = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar=N_("FOLDER"),
            help="A backup: tells whether the log was cut off or rewritten.",
        ),
    ] = None,
    as_json: AsJson = False,
    lang: Language = None,
) -> int:
    """Check the event log."""
    from thuishaven.databank import heads

    with told(), opened(database) as databank:
        found = databank.audit(heads(against) if against else None)
    _show(found, as_json)
    return 0 if all(one.sound for one in found) else WRONG_DATA


@app.command("backup", cls=Command, help="Make a backup while the databank is in use.")
def backup(folder: BackupFolder, database: Place = None, lang: Language = None) -> None:
    """Make a backup."""
    from thuishaven.databank import back_up

    with told(), opened(database) as databank:
        made = back_up(databank, databank.confidential.local(), folder)
    write(_("Backup made in {path}: {n} rows.", path=folder, n=number(sum(made.rows.values()))) + "\n")


@app.command("restore", cls=Command, help="Restore a backup into an empty place, and check it.")
def restore(folder: BackupFolder, database: Place = None, lang: Language = None) -> int:
    """Restore a backup."""
    from thuishaven.databank import restore as restored
    from thuishaven.databank import shown

    place = place_of(database)
    with told():
        found = restored(folder, place)
    count = number(sum(found.rows.values()))
    write(_("Restored in {place}: {n} rows, the same as in the backup.", place=shown(place), n=count) + "\n")
    _show(found.audits, False)
    return 0 if all(one.sound for one in found.audits) else WRONG_DATA


def place_of(given: str | None) -> str:
    """Where the databank is."""
    from thuishaven.facts.connectors import data_folder

    return given or os.environ.get(VARIABLE, "") or str(data_folder() / "databank")


@contextmanager
def opened(given: str | None) -> Iterator[Database]:
    """The databank that the command line names, or the usual one."""
    from thuishaven.databank import Database

    with Database(place_of(given)) as databank:
        yield databank


def _show(found: tuple[Audit, ...], as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "database": one.chain,
                "sound": one.sound,
                "events": one.events,
                "head": one.head,
                "problem": one.problem or None,
                "seq": one.seq or None,
            }
            for one in found
        ]
        write_json({"schema": "thuishaven.audit/1", "databases": rows})
        return
    for one in found:
        write(_line(one) + "\n")


def _line(one: Audit) -> str:
    name = {"public": _("public data"), "confidential": _("confidential")}[one.chain]
    given: dict[str, Any] = {"database": name, "n": number(one.events), "seq": number(one.seq)}
    match one.problem:
        case "":
            given["hash"] = one.head
            return _("{database}: nothing was tampered with. The last event is {n}, {hash}.", **given)
        case "changed":
            return _("{database}: event {seq} was changed.", **given)
        case "missing":
            return _("{database}: events before event {seq} are missing.", **given)
        case "relinked":
            return _("{database}: event {seq} does not follow the one before it.", **given)
        case "cut":
            return _("{database}: the log ends before event {seq}, which was there earlier.", **given)
        case "content":
            return _("{database}: what event {seq} wrote was changed or is gone.", **given)
        case _:
            return _("{database}: the log is not guarded: a trigger that refuses changes is gone.", **given)


@contextmanager
def told() -> Iterator[None]:
    """Say in words what is wrong with a databank or a backup."""
    from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError

    from thuishaven.access import AccessError

    try:
        yield
    except AccessError as error:
        raise WrongDataError(_said(error)) from None
    except ArgumentError:
        example = "postgresql://user@host/thuishaven"
        raise WrongDataError(
            _("This is no URL of a database. Expected is, for example, {example}.", example=example)
        ) from None
    except (OperationalError, ProgrammingError) as error:
        reason = str(error.orig).splitlines()[0]
        raise WrongDataError(_("The database refuses it: {reason}", reason=reason)) from None


def _said(error: AccessError) -> str:
    given = {name: str(value) for name, value in error.params.items()}
    match error.code:
        case "databank_missing":
            text = _("{where}: there is no databank here. Make it with: {command}", **given, command=_again())
        case "databank_old":
            text = _(
                "{where}: this databank is of an older version. Bring it up to date with: {command}",
                **given,
                command=_again(),
            )
        case "databank_new":
            text = _(
                "{where}: this is of a newer version ({found}) than this program knows ({expected}).", **given
            )
        case "databank_there":
            text = _("{where}: there is a databank here already. Restore into an empty place.", **given)
        case "driver_missing":
            text = _(
                "The package for PostgreSQL is not installed. Install it with: {command}",
                command="pip install 'thuishaven[postgresql]'",
            )
        case "owner_needed":
            text = _("{where}: this needs the user who owns the tables; this one sees only a part.", **given)
        case "folder_taken":
            text = _("{path}: this exists already. A backup goes into a new folder.", **given)
        case "no_backup":
            text = _("{path}: there is no backup in this folder.", **given)
        case "backup_damaged":
            text = _("{path}: the backup is damaged: this file is not what was written.", **given)
        case "backup_differs":
            text = _("{database}: the backup is not the same as the databank. Nothing was kept.", **given)
        case "restore_differs":
            text = _("{where}: what was restored is not the same as the backup. Don't use it.", **given)
        case "not_found":
            text = _("There is none: it does not exist, or it was erased.")
        case "email_form":
            text = _(
                "This is no e-mail address. Expected is, for example, {example}.", example="an@example.org"
            )
        case "account_exists":
            text = _("There is an account with this address. Leave out --name, and give it the invitation.")
        case "last_administrator":
            text = _("This is the last administrator of an organisation. Make somebody else one first.")
        case "password_short":
            text = _("The password is too short: take at least {least} characters.", **given)
        case "password_long":
            text = _("The password is too long: take at most {most} characters.", **given)
        case "password_common" | "password_own":
            text = _("This password is easy to guess. Take a few words that do not belong together.")
        case _:
            text = _("You may not do this ({code}).", code=error.code)
    return text


def _again() -> str:
    return "thuishaven databank init"
