"""The command ``serve``: the pages and the HTTP interface on this machine, until Ctrl-C."""

from __future__ import annotations

from typing import Annotated

import typer

from thuishaven.cli.options import Language
from thuishaven.cli.output import write
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
    lang: Language = None,
) -> None:
    """Serve the pages."""
    from thuishaven.web.ops_settings import ServerSettings, SettingsError

    try:
        settings = ServerSettings.read(host=host, port=port)
    except SettingsError as error:
        raise WrongUsage(str(error)) from None
    from thuishaven.web.ops_run import run

    run(
        settings,
        lambda address: write(_("The pages are at {address} (Ctrl-C stops)", address=address) + "\n"),
    )


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("serve", cls=Command, help="Open the pages in a browser: the server runs until Ctrl-C.")(
        serve
    )
