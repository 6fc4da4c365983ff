"""The commands of ``databank`` for timers of the front office: visit the watched feeds, send the letters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from thuishaven.cli.databanks import Place, told
from thuishaven.cli.failures import WRONG_DATA, WrongDataError
from thuishaven.cli.options import AsJson, Language
from thuishaven.cli.output import write, write_json
from thuishaven.cli.usage import Command, Group
from thuishaven.locale import _, ngettext, number

if TYPE_CHECKING:
    from thuishaven.databank import Database
    from thuishaven.databank.office import Visit
    from thuishaven.web.ops_settings import ServerSettings

feeds = typer.Typer(cls=Group, add_completion=False, rich_markup_mode=None, invoke_without_command=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the group ``databank``."""
    app.add_typer(feeds, name="feeds", help="Feeds that organisations have watched.")
    app.command(
        "digest", cls=Command, help="Send today's letters to advisers who asked for one; for a timer."
    )(digest)


@feeds.callback()
def root(context: typer.Context) -> None:
    """Without a command, the help."""
    if context.invoked_subcommand is None:
        write(context.get_help() + "\n")


@feeds.command(
    "fetch", cls=Command, help="Visit the watched feeds and take in the signals found; for a timer."
)
def fetch(database: Place = None, as_json: AsJson = False, lang: Language = None) -> None:
    """Visit every watched feed; one that fails says so on its page, and here."""
    from thuishaven.databank.office import Feeds, networks

    with told(), _served(database) as (databank, settings):
        store = databank.confidential
        visits = Feeds(store, networks(settings.feed_networks)).fetch_all(store.local())
    if as_json:
        write_json({"schema": "thuishaven.feeds/1", "feeds": [asdict(visit) for visit in visits]})
        return
    write("".join(f"{_visited(visit)}\n" for visit in visits) or _("No feed is watched.") + "\n")


def _visited(visit: Visit) -> str:
    from thuishaven.web.office_words import visited

    outcome = visited(visit.outcome, visit.detail)
    return ngettext(
        "{name}: {outcome}, {n} new signal",
        "{name}: {outcome}, {n} new signals",
        visit.signals,
        name=visit.name,
        outcome=outcome,
    )


def digest(database: Place = None, as_json: AsJson = False, lang: Language = None) -> int:
    """Send today's letters; whoever had one today gets no second."""
    from thuishaven.access import NoSender, Outbox
    from thuishaven.databank.office import Digest, Digests
    from thuishaven.web.office_letters import digest_letter
    from thuishaven.web.people_letters import sender

    with told(), _served(database) as (databank, settings):
        post = sender(settings)
        # Here nobody waits for an answer, and what failed is to be known.
        post = post.sender if isinstance(post, Outbox) else post
        if isinstance(post, NoSender):
            raise WrongDataError(
                _(
                    "This server sends no letters: choose smtp or folder for the setting {name}.",
                    name="letters",
                )
            )
        store = databank.confidential

        def deliver(found: Digest) -> None:
            post.send(digest_letter(found, store.clock().date(), settings.site))

        sent = Digests(store).send_all(store.local(), deliver)
    if as_json:
        write_json({"schema": "thuishaven.digest/1", **asdict(sent)})
    else:
        parts = [
            ngettext("{n} letter sent", "{n} letters sent", sent.sent),
            _("{n} not needed", n=number(sent.empty)),
        ]
        if sent.failed:
            parts.append(
                ngettext(
                    "{n} failed; the next run tries again",
                    "{n} failed; the next run tries again",
                    sent.failed,
                )
            )
        write(", ".join(parts) + ".\n")
    return WRONG_DATA if sent.failed else 0


@contextmanager
def _served(given: str | None) -> Iterator[tuple[Database, ServerSettings]]:
    """The databank that the server serves, or the one named, and the settings of the server."""
    from thuishaven.databank import Database
    from thuishaven.web.ops_settings import ServerSettings, SettingsError

    try:
        settings = ServerSettings.read()
        with Database(given or settings.databank_place) as databank:
            yield databank, settings
    except SettingsError as error:
        raise WrongDataError(str(error)) from None
