"""The command ``databank room``: how much each organisation stores, and how much it may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from thuishaven.cli.databanks import Place, opened, told
from thuishaven.cli.failures import WrongDataError
from thuishaven.cli.options import AsJson, Language
from thuishaven.cli.output import show, write, write_json
from thuishaven.cli.usage import Command, WrongUsage
from thuishaven.locale import N_, _, number

if TYPE_CHECKING:
    from thuishaven.databank import Database, Room, Stored

_GIB = 2**30


def register(app: typer.Typer) -> None:
    """Add the command to the group ``databank``."""
    app.command("room", cls=Command, help="How much each organisation may store; give one more, or less.")(
        room
    )


def room(
    organisation: Annotated[
        str | None,
        typer.Argument(
            metavar=N_("ORGANISATION"), help="Its name or id; without it: all.", show_default=False
        ),
    ] = None,
    dossiers: Annotated[
        int | None,
        typer.Option(
            "--dossiers", metavar="N", help="At most so many dossiers; without it the usual number.", min=1
        ),
    ] = None,
    gib: Annotated[
        int | None,
        typer.Option(
            "--gib",
            metavar="N",
            help="So many GiB for versions and documents; without it the usual room.",
            min=1,
        ),
    ] = None,
    usual: Annotated[bool, typer.Option("--usual", help="The room that the policy gives everybody.")] = False,
    database: Place = None,
    as_json: AsJson = False,
    lang: Language = None,
) -> None:
    """Show how much organisations store, or change how much one may."""
    from thuishaven.access import policy
    from thuishaven.databank import give_room, rooms, stored_by

    changes = usual or dossiers is not None or gib is not None
    if changes and organisation is None:
        raise WrongUsage(_("Say which organisation. For example: {example}", example='"The agency" --gib 20'))
    if usual and (dossiers is not None or gib is not None):
        raise WrongUsage(_("Choose --usual, or how much: not both."))
    with told(), opened(database) as databank:
        store, local = databank.confidential, databank.confidential.local()
        if organisation is not None and changes:
            found = _one(databank, organisation).organisation
            give_room(store, local, found, dossiers, gib * _GIB if gib is not None else None)
        shown = rooms(store, local, policy()) if organisation is None else (_one(databank, organisation),)
        used = [
            (one, stored_by(store, replace(local, organisation=one.organisation), one.organisation))
            for one in shown
        ]
    if as_json:
        write_json({"schema": "thuishaven.rooms/1", "organisations": [_plain(*pair) for pair in used]})
    elif used:
        _tell(used)
    else:
        write(_("There is no organisation yet.") + "\n")


def _one(databank: Database, called: str) -> Room:
    """The room of the organisation with this id or name."""
    from thuishaven.access import policy
    from thuishaven.databank import rooms

    every = rooms(databank.confidential, databank.confidential.local(), policy())
    found = [one for one in every if called in (one.organisation, one.name)]
    if not found:
        raise WrongDataError(_("There is no organisation called {name}.", name=called))
    if len(found) > 1:
        ids = ", ".join(one.organisation for one in found)
        raise WrongDataError(
            _("More than one organisation is called {name}. Give the id: {ids}.", name=called, ids=ids)
        )
    return found[0]


def _plain(one: Room, used: Stored) -> dict[str, Any]:
    return {
        "id": one.organisation,
        "name": one.name,
        "dossiers": used.dossiers,
        "dossiers_at_most": one.dossiers,
        "bytes": used.bytes,
        "bytes_at_most": one.bytes,
        "chosen": one.given,
    }


def _tell(used: Sequence[tuple[Room, Stored]]) -> None:
    from thuishaven.cli.tables import Column, table

    columns = [
        Column(_("Organisation"), right=False, least=16),
        Column(_("Dossiers")),
        Column(_("at most")),
        Column(_("MiB stored")),
        Column(_("GiB at most")),
        Column(_("chosen"), weight=1, right=False),
    ]
    rows = [
        [
            one.name,
            number(stored.dossiers),
            number(one.dossiers),
            number(stored.bytes / 2**20, 1),
            number(one.bytes / _GIB, 0 if one.bytes % _GIB == 0 else 1),
            _("yes") if one.given else _("no"),
        ]
        for one, stored in used
    ]
    show(lambda width: [table(columns, rows, width)])
