"""Letters to people: what they say in three languages, and how they leave (SMTP, a folder, or not at all)."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol

from thuishaven.locale import _, use

_LONGEST_LINE = 998


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one person.

    Parameters
    ----------
    to
        The e-mail address.
    language
        ``nl``, ``en`` or ``fr``.
    code
        ``confirm``, ``registered``, ``reset``, ``invite``, ``locked``, ``changed``, ``email``, ``moved``,
        ``share``, ``code`` or ``digest``.
    name
        The person written to, or the one who invites or shares.
    token
        What the link in it opens; empty when there is none. In a ``digest`` it stops further letters; in a
        ``code`` it is the case that the person written to is asked to code.
    subject, text
        What a ``digest`` says, in its language.
    """

    to: str
    language: str
    code: str
    name: str = ""
    token: str = ""
    subject: str = ""
    text: str = ""


class Sender(Protocol):
    """Sends letters."""

    def send(self, letter: Letter) -> None:
        """Send one, or hand it over to be sent."""


def default_address(letter: Letter) -> str:
    """The path that a letter's link leads to.

    >>> default_address(Letter("an@example.org", "nl", "reset", token="abc"))
    '/nl/account/reset/abc'
    """
    match letter.code:
        case "registered":
            path = "account/sign-in"
        case "locked" | "changed":
            path = "account/reset"
        case "share":
            path = f"shared/{letter.token}" if letter.token else "dossiers"
        case "code":
            path = f"desk/cases/{letter.token}"
        case "digest":
            path = f"office/letter/{letter.token}"
        case code:
            path = f"account/{code}/{letter.token}"
    return f"/{letter.language}/{path}"


def words(letter: Letter, link: str) -> tuple[str, str]:
    """Subject and text of a letter, in its language."""
    with use(letter.language):
        match letter.code:
            case "confirm":
                subject = _("Confirm your e-mail address")
                text = _("You asked for an account. Choose your password within two days:\n{link}", link=link)
            case "registered":
                subject = _("You have an account already")
                text = _(
                    "Somebody asked for an account with this address. You have one already. Sign in with it, "
                    "or choose a new password there:\n{link}",
                    link=link,
                )
            case "reset":
                subject = _("Choose a new password")
                text = _(
                    "You asked for a new password. Choose it within an hour:\n{link}\n"
                    "Did you not ask for this? Then do nothing: your password stays as it is.",
                    link=link,
                )
            case "invite":
                subject = _("{name} invites you to work together", name=letter.name)
                text = _("Accept the invitation within two weeks:\n{link}", link=link)
            case "locked":
                subject = _("Somebody tried to sign in to your account")
                text = _(
                    "The password was wrong several times in a row. For a while nobody can sign in, you "
                    "neither. Was it not you? Then choose a longer password and switch on the second "
                    "step:\n{link}",
                    link=link,
                )
            case "moved":
                subject = _("Your account uses another e-mail address")
                text = _(
                    "From now on you sign in with another address, and letters go there. Was it not you? "
                    "Then write to whoever runs this site right away."
                )
            case "email":
                subject = _("Confirm your new e-mail address")
                text = _("Confirm within two days that this is your address:\n{link}", link=link)
            case "share":
                subject = _("{name} shares a dossier with you", name=letter.name)
                text = _("Open it here:\n{link}", link=link)
            case "code":
                subject = _("{name} asks you to code a case", name=letter.name)
                text = _(
                    "Two coders read the sources of a case, without seeing what the other chooses. Will you "
                    'be one of them? Sign in as a coder and choose "Code this case":\n{link}\n'
                    "When two others were faster, there is nothing left to do.",
                    link=link,
                )
            case "digest":
                subject = letter.subject
                stop = _("You asked for this letter. Stop it with one click:\n{link}", link=link)
                text = f"{letter.text}\n\n{stop}"
            case _:
                subject = _("Your password has changed")
                text = _(
                    "You are signed out everywhere. Was it not you? Then choose a new password right away:\n"
                    "{link}",
                    link=link,
                )
        return subject, f"{text}\n\nThuishaven\n"


@dataclass(frozen=True, slots=True)
class Post:
    """What every way of sending shares: the sender's address, and where links lead.

    Parameters
    ----------
    sender
        The address that letters come from.
    base_url
        The address of the site, as in ``https://reshore.example``.
    address
        Path of a letter's link.
    """

    sender: str = "thuishaven@localhost"
    base_url: str = ""
    address: Callable[[Letter], str] = default_address

    def message(self, letter: Letter) -> EmailMessage:
        """The letter as e-mail."""
        subject, text = words(letter, self.base_url + self.address(letter))
        message = EmailMessage(policy=SMTP)
        message["From"] = self.sender
        message["To"] = letter.to
        message["Subject"] = subject
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        message["Content-Language"] = letter.language
        if letter.code == "digest":
            # RFC 8058: mail programs show a button of their own that stops the letters. A shorter line
            # would cut the address up.
            message.policy = SMTP.clone(max_line_length=_LONGEST_LINE)
            message["List-Unsubscribe"] = f"<{self.base_url + self.address(letter)}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return message


@dataclass(frozen=True, slots=True)
class SmtpSender:
    """Sends by a mail server.

    Parameters
    ----------
    host, port
        The server.
    user, password
        To sign in there; without a user it is not done.
    starttls
        Whether the connection is secured first. Refused servers raise; nothing is sent in the clear then.
    post
        Address and links.
    seconds
        How long the server may take.
    tls
        Whether the connection is secured from its first byte.
    """

    host: str
    port: int = 587
    user: str = ""
    password: str = ""
    starttls: bool = True
    post: Post = Post()
    seconds: float = 16
    tls: bool = False

    def send(self, letter: Letter) -> None:
        """Send one. Raises ``smtplib.SMTPException`` or ``OSError`` when the server refuses it."""
        import smtplib
        import ssl

        context = ssl.create_default_context()
        with (
            smtplib.SMTP_SSL(self.host, self.port, timeout=self.seconds, context=context)
            if self.tls
            else smtplib.SMTP(self.host, self.port, timeout=self.seconds)
        ) as server:
            if self.starttls:
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
            server.send_message(self.post.message(letter))


@dataclass(frozen=True, slots=True)
class FolderSender:
    """Writes each letter to a file, for one machine and for tests; only its owner may read them."""

    folder: Path
    post: Post = Post()

    def send(self, letter: Letter) -> None:
        """Write one."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        now = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S%f")
        path = self.folder / f"{now}-{secrets.token_hex(4)}.eml"
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(bytes(self.post.message(letter)))


@dataclass(frozen=True, slots=True)
class NoSender:
    """Sends nothing: who runs the installation hands over invitations and resets in another way."""

    def send(self, letter: Letter) -> None:
        """Do nothing."""
