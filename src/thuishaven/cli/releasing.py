"""The commands of ``databank`` about releases: make one, list and check them, make their files again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from thuishaven.cli.databanks import Place, place_of, told
from thuishaven.cli.failures import WRONG_DATA, WrongDataError
from thuishaven.cli.options import AsJson, Language
from thuishaven.cli.output import write, write_json
from thuishaven.cli.usage import Command
from thuishaven.locale import N_, _, date, ngettext

if TYPE_CHECKING:
    from thuishaven.access import AccessError
    from thuishaven.databank import releases as room

Folder = Annotated[
    str | None,
    typer.Option(
        "--folder",
        metavar=N_("FOLDER"),
        help="Where releases stand; without it: beside the databank, in releases.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the group ``databank``."""
    app.command(
        "release", cls=Command, help="Hand out what is published now, as a release that never changes."
    )(release)
    app.command("releases", cls=Command, help="List the releases, and check or restore their files.")(
        releases
    )


def release(
    reason: Annotated[
        str, typer.Argument(metavar=N_("REASON"), help="Why this release is made.", show_default=False)
    ],
    database: Place = None,
    folder: Folder = None,
    publisher: Annotated[
        str, typer.Option("--publisher", metavar=N_("NAME"), help="Who gives it out.")
    ] = "Thuishaven",
    address: Annotated[
        str,
        typer.Option(
            "--address",
            metavar=N_("URL"),
            help="Where the folder of releases stands on the web.",
            show_default=False,
        ),
    ] = "",
    doi: Annotated[
        str, typer.Option("--doi", metavar="DOI", help="Its DOI, where one is reserved.", show_default=False)
    ] = "",
    contact: Annotated[
        str,
        typer.Option("--contact", metavar=N_("E-MAIL"), help="Address for questions.", show_default=False),
    ] = "",
    without_parquet: Annotated[
        bool, typer.Option("--without-parquet", help="Make no Parquet files; they need a package more.")
    ] = False,
    as_json: AsJson = False,
    lang: Language = None,
) -> None:
    """Make a release."""
    from thuishaven.databank import Database
    from thuishaven.databank import releases as room

    place = place_of(database)
    with told(), _explained(), Database(place) as databank:
        found = room.Releases(databank.public, _folder(folder, place))
        formats = [one for one in room.FORMATS if one != "parquet" or not without_parquet]
        about = {"publisher": publisher, "address": address, "doi": doi, "contact": contact}
        made = found.make(databank.public.local(), reason, **about, formats=formats)
        earlier = [one.version for one in found.list(databank.public.visitor()) if one.hash == made.hash]
    if as_json:
        write_json(_plain(made))
        return
    said = {"version": made.version, "hash": made.hash}
    count = ngettext("{n} case", "{n} cases", made.cases)
    write(_("Release {version}: {count}, hash {hash}.", **said, count=count) + "\n")
    same = [version for version in earlier if version != made.version]
    if same:
        write(_("The data are the same as in release {version}.", version=same[0]) + "\n")
    write(_("The files are in {path}", path=str(found.folder / made.version)) + "\n")


def releases(
    database: Place = None,
    folder: Folder = None,
    check: Annotated[
        bool, typer.Option("--check", help="Compare the files of every release with what was handed out.")
    ] = False,
    restore: Annotated[
        str,
        typer.Option(
            "--restore",
            metavar=N_("VERSION"),
            help="Make the files of this release again from the databank.",
            show_default=False,
        ),
    ] = "",
    as_json: AsJson = False,
    lang: Language = None,
) -> int:
    """List the releases."""
    from thuishaven.access import AccessError
    from thuishaven.databank import Database
    from thuishaven.databank import releases as room

    place = place_of(database)
    damaged: dict[str, tuple[str, ...]] = {}
    with told(), _explained(), Database(place) as databank:
        found = room.Releases(databank.public, _folder(folder, place))
        local = databank.public.local()
        if restore:
            found.rebuild(local, restore)
        known = found.list(local)
        for one in known if check else ():
            try:
                damaged[one.version] = found.check(local, one.version)
            except AccessError as error:
                if error.code != "release_missing":
                    raise
                damaged[one.version] = ("*",)
    bad = any(damaged.values())
    if as_json:
        rows = [_plain(one) | ({"damaged": list(damaged[one.version])} if check else {}) for one in known]
        write_json({"schema": "thuishaven.releases/1", "releases": rows})
        return WRONG_DATA if bad else 0
    if not known:
        write(_("There is no release yet. Make one with: {command}", command=_again("REASON")) + "\n")
    for one in known:
        count = ngettext("{n} case", "{n} cases", one.cases)
        said = {"version": one.version, "date": date(one.at.date()), "count": count, "reason": one.reason}
        write(_("{version}, {date}: {count}. {reason}", **said) + "\n")
        for path in damaged.get(one.version, ()):
            if path == "*":
                write("  " + _("its files are not there; --restore makes them again") + "\n")
            else:
                write("  " + _("{path} is gone or is not what it was", path=path) + "\n")
    return WRONG_DATA if bad else 0


def _plain(one: room.Release) -> dict[str, Any]:
    return {
        "version": one.version,
        "at": one.at.isoformat(timespec="seconds"),
        "hash": one.hash,
        "cases": one.cases,
        "previous": one.previous or None,
        "reason": one.reason,
        "publisher": one.publisher,
        "doi": one.doi or None,
    }


def _folder(given: str | None, place: str) -> Path:
    """The folder of releases: beside the databank, or in the data folder when that is a server."""
    from thuishaven.databank import releases as room

    return Path(given) if given else room.releases_folder(place)


@contextmanager
def _explained() -> Iterator[None]:
    """Say in words what is wrong with a release; what else is wrong is told elsewhere."""
    from thuishaven.access import AccessError

    try:
        yield
    except AccessError as error:
        text = _said(error)
        if not text:
            raise
        raise WrongDataError(text) from None


def _said(error: AccessError) -> str:
    version = str(error.params.get("version", ""))
    match error.code:
        case "nothing_published":
            return _("No case is published yet, so there is nothing to hand out.")
        case "reason_needed":
            return _("Say why this release is made, as in: {command}", command=_again(_("'half-yearly'")))
        case "parquet_missing":
            return _(
                "The package for Parquet is not installed. Install it with: {command}. Or leave these files "
                "out with --without-parquet.",
                command="pip install 'thuishaven[parquet]'",
            )
        case "release_conflict":
            return _("Somebody else made release {version} at the same time. Try again.", version=version)
        case "release_differs":
            return _(
                "Release {version} cannot be made again: this version of the program writes other files than "
                "the one that made it. Take them from a backup.",
                version=version,
            )
        case "not_found":
            return _("There is no such release.")
        case _:
            return ""


def _again(reason: str) -> str:
    return f"thuishaven databank release {reason}"
