"""The commands of ``databank`` about people: who runs it, what is kept of somebody, and forgetting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from thuishaven.cli.databanks import Place, opened, told
from thuishaven.cli.failures import WrongDataError
from thuishaven.cli.options import AsJson, Language
from thuishaven.cli.output import complain, progress, write, write_json
from thuishaven.cli.usage import Command, WrongUsage
from thuishaven.locale import N_, _, number

if TYPE_CHECKING:
    from thuishaven.access import Organisations
    from thuishaven.databank import Database

#: What whoever runs the installation is given: to let others in, and to see that all is well.
FIRST_ROLES = ("administrator", "operator")

Who = Annotated[
    str,
    typer.Argument(
        metavar=N_("PERSON"), help="The e-mail address, or the id in the log.", show_default=False
    ),
]
Why = Annotated[
    str,
    typer.Option(
        "--reason", metavar=N_("TEXT"), help="Why; it stays in the event log, so no name.", show_default=False
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the group ``databank``."""
    app.command("operator", cls=Command, help="Give somebody the role that runs the installation.")(operator)
    app.command("retention", cls=Command, help="Erase what has been kept for long enough.")(retention)
    app.command("person-record", cls=Command, help="Everything that is kept about a person, as JSON.")(record)
    app.command(
        "erase-person", cls=Command, help="Forget a person: name, address and all that lets them in."
    )(forget)
    app.command("erase-dossier", cls=Command, help="Erase a dossier; who did what and when stays.")(empty)


def operator(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The e-mail address.", show_default=False)],
    organisation: Annotated[
        str | None,
        typer.Option(
            "--organisation", metavar=N_("NAME"), help="Where this person works; made when it is not there."
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            metavar=N_("NAME"),
            help="Make the account here and ask for its password, instead of giving an invitation.",
        ),
    ] = None,
    database: Place = None,
    lang: Language = None,
) -> None:
    """Let the first operator in."""
    from thuishaven.access import Accounts, Organisations

    password = _password() if name else ""
    with told(), opened(database) as databank:
        accounts = Accounts(databank.confidential)
        organisations = Organisations(accounts)
        local = databank.confidential.local()
        if name:
            accounts.passwords.check(password, name, email)
        there = _organisation(databank, organisations, organisation or _("Operations"))
        token = organisations.invite(local, there, email, FIRST_ROLES, lang or "nl")
        if not name:
            write(_invitation(token, lang) + "\n")
            return
        organisations.accept(token, None, name, password, lang or "nl")
    write(_("{email} can sign in, and runs the installation.", email=email) + "\n")


def _organisation(databank: Database, organisations: Organisations, name: str) -> str:
    """The id of the organisation with this name or id, which is made when there is none."""
    local = databank.confidential.local()
    for found, _members in organisations.all(local):
        if name in (found.id, found.name):
            return found.id
    return organisations.create(local, name).id


def _invitation(token: str, lang: str | None) -> str:
    from thuishaven.web.ops_settings import ServerSettings, SettingsError

    try:
        site = ServerSettings.read().site
    except SettingsError as error:
        raise WrongUsage(str(error)) from None
    address = f"{site}/{lang or 'nl'}/account/invite/{token}"
    return _(
        "Open this link and choose a password; who opens it first runs the installation: {address}",
        address=address,
    )


def _password() -> str:
    """A password from the keyboard, typed twice; from a pipe, one line."""
    import getpass
    import sys

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass(_("Password: "))
    if first != getpass.getpass(_("The same once more: ")):
        raise WrongDataError(_("The two passwords differ."))
    return first


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Erase nothing; say what would go.")] = False,
    database: Place = None,
    as_json: AsJson = False,
    lang: Language = None,
) -> None:
    """Run retention."""
    from thuishaven.databank import run_retention

    with told(), opened(database) as databank, progress(_("Erasing")) as report:
        counts = run_retention(databank, databank.confidential.local(), only_count=dry_run, progress=report)
    if as_json:
        write_json({"schema": "thuishaven.retention/1", "erased": not dry_run, **counts})
        return
    given = {name: number(count) for name, count in counts.items()}
    dropped = number(counts["sessions"] + counts["tickets"] + counts["repeats"])
    words = (
        _("To be erased: dossiers {dossiers}, projects {projects}. To be cleared away: {dropped}.")
        if dry_run
        else _("Erased: dossiers {dossiers}, projects {projects}. Cleared away: {dropped}.")
    )
    write(words.format(**given, dropped=dropped) + "\n")


def record(
    person: Who,
    out: Annotated[
        str | None,
        typer.Option("-o", "--out", metavar=N_("FILE"), help="A new file that only you can read."),
    ] = None,
    database: Place = None,
    lang: Language = None,
) -> None:
    """Write the record of a person."""
    from thuishaven.databank import in_terminal, person_called, person_record

    with told(), opened(database) as databank:
        actor = in_terminal(databank)
        found = person_record(databank, actor, person_called(databank, actor, person))
    text = json.dumps({"schema": "thuishaven.person/1", **found}, ensure_ascii=False, indent=2) + "\n"
    if out is None:
        write(text)
        return
    _kept_private(Path(out), text)
    complain(_("Written to {path}.", path=out))


def _kept_private(path: Path, text: str) -> None:
    """Write a new file that only its owner reads."""
    import os

    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WrongDataError(_("{path} cannot be written: {reason}.", path=path, reason=reason)) from None
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)


def forget(person: Who, reason: Why, database: Place = None, lang: Language = None) -> None:
    """Forget a person."""
    from thuishaven.databank import erase_person, in_terminal, person_called

    with told(), opened(database) as databank:
        actor = in_terminal(databank)
        found = person_called(databank, actor, person)
        erase_person(databank, actor, found, _reason(reason))
    write(_("Forgotten. In the log this person is {name}.", name=f"person:{found}") + "\n")


def empty(
    dossier: Annotated[
        str, typer.Argument(metavar=N_("DOSSIER"), help="Its id, as in its address.", show_default=False)
    ],
    reason: Why,
    database: Place = None,
    lang: Language = None,
) -> None:
    """Erase a dossier."""
    from thuishaven.databank import erase_on_request

    with told(), opened(database) as databank:
        erase_on_request(databank, databank.confidential.local(), dossier, _reason(reason))
    write(_("Erased. Backups from before still hold it.") + "\n")


def _reason(text: str) -> str:
    if not text.strip():
        raise WrongUsage(
            _(
                "Give a reason: it stands in the event log. For example: {example}",
                example="--reason request-12",
            )
        )
    return text
