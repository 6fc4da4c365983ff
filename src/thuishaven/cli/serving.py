"""The command ``serve``: the pages and the HTTP interface on this machine, until Ctrl-C."""

from __future__ import annotations

from typing import Annotated

import typer

from thuishaven.cli.options import Language
from thuishaven.cli.output import complain, write_json
from thuishaven.cli.usage import Command, WrongUsage
from thuishaven.locale import N_, _


def serve(
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=2**16 - 1, help="Port to listen on; 0 takes a free one."),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            "--host", metavar=N_("ADDRESS"), help="Address to listen on; only this machine by default."
        ),
    ] = None,
    show_settings: Annotated[
        bool, typer.Option("--show-settings", help="Print every setting as JSON, and stop.")
    ] = False,
    lang: Language = None,
) -> None:
    """Serve the pages."""
    from thuishaven.web.ops_settings import ServerSettings, SettingsError

    try:
        settings = ServerSettings.read(host=host, port=port)
    except SettingsError as error:
        raise WrongUsage(str(error)) from None
    if show_settings:
        write_json(settings.shown())
        return
    from thuishaven.web.ops_run import run

    def opened(address: str) -> None:
        complain(_("Open {address} in a browser. Ctrl-C stops.", address=address))

    try:
        run(settings, opened)
    except SettingsError as error:
        raise WrongUsage(str(error)) from None


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("serve", cls=Command, help="Open the pages in a browser: the server runs until Ctrl-C.")(
        serve
    )
