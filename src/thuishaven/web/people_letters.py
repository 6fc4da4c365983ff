"""How letters leave this server, as the settings say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from thuishaven.access import FolderSender, NoSender, Outbox, Post, Sender, SmtpSender
from thuishaven.locale import _
from thuishaven.web.ops_settings import ServerSettings, SettingsError

if TYPE_CHECKING:
    from fastapi import Request


def sender(settings: ServerSettings) -> Sender:
    """What takes letters: it hands them on after the answer was given.

    Raises
    ------
    SettingsError
        When the mail server has no name, or the file with its password cannot be read.
    """
    post = Post(settings.letters_from, settings.site)
    match settings.letters:
        case "smtp":
            if not settings.smtp_host:
                raise SettingsError(_("Setting {name} is needed with letters = smtp.", name="smtp_host"))
            return Outbox(
                SmtpSender(
                    settings.smtp_host,
                    settings.smtp_port,
                    settings.smtp_user,
                    _secret(settings.smtp_password_file, "smtp_password_file"),
                    settings.smtp_security == "starttls",
                    post,
                    tls=settings.smtp_security == "tls",
                )
            )
        case "folder":
            folder = Path(settings.letters_folder) if settings.letters_folder else settings.folder / "letters"
            return Outbox(FolderSender(folder, post))
        case _:
            return NoSender()


def sends(request: Request) -> bool:
    """Whether this server sends letters."""
    return not isinstance(request.app.state.rooms.sender, NoSender)


def _secret(path: str, setting: str) -> str:
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise SettingsError(
            _("Setting {name}: {path} cannot be read: {reason}.", name=setting, path=path, reason=reason)
        ) from None
