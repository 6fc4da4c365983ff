"""Letters: what they say in each language, and that they arrive."""

from __future__ import annotations

import email
import socketserver
import threading
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from thuishaven.access import FolderSender, Letter, NoSender, Post, SmtpSender
from thuishaven.access.letters import words

CODES = ["confirm", "registered", "reset", "invite", "locked", "changed", "email", "moved", "share", "code"]
POST = Post("haven@example.org", "https://reshore.example")


@pytest.mark.parametrize("code", CODES)
def test_each_letter_is_written_in_three_languages(code: str) -> None:
    letters = {
        language: Letter("an@example.org", language, code, "Werf", "t0ken") for language in ("nl", "en", "fr")
    }
    told = {language: words(letter, "LINK") for language, letter in letters.items()}
    assert 3 == len({subject for subject, _ in told.values()})
    assert 3 == len({text for _, text in told.values()})
    linked = {"LINK" in text for _, text in told.values()}
    assert {code != "moved"} == linked


def test_a_folder_keeps_letters_that_only_its_owner_reads(tmp_path: Path) -> None:
    FolderSender(tmp_path / "post", POST).send(Letter("an@example.org", "nl", "reset", token="t0ken"))
    (file,) = (tmp_path / "post").iterdir()
    message = email.message_from_bytes(file.read_bytes(), policy=default)
    assert ("an@example.org", "haven@example.org", "nl") == (
        message["To"],
        message["From"],
        message["Content-Language"],
    )
    assert "https://reshore.example/nl/account/reset/t0ken" in message.get_content()
    assert 0o600 == file.stat().st_mode & 0o777


def test_a_name_cannot_add_a_header() -> None:
    letter = Letter("an@example.org", "en", "invite", "Werf\r\nBcc: eve@example.org", "t")
    with pytest.raises(ValueError, match=r"linefeed|newline|CR"):
        POST.message(letter)


class Mail(socketserver.StreamRequestHandler):
    """As much of a mail server (RFC 5321) as one letter needs."""

    def handle(self) -> None:
        self.say("220 mail")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "DATA":
                self.say("354 go on")
                text = b""
                while not text.endswith(b"\r\n.\r\n"):
                    text += self.rfile.readline()
                self.server.received.append(text)  # type: ignore[attr-defined]
            elif verb == "QUIT":
                self.say("221 bye")
                return
            self.say("250 mail" if verb in {"EHLO", "HELO", "MAIL", "RCPT", "DATA"} else "502 unknown")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def server() -> Any:
    with socketserver.TCPServer(("127.0.0.1", 0), Mail) as found:
        found.received = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=found.serve_forever)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def test_a_mail_server_gets_the_letter(server: Any) -> None:
    host, port = server.server_address
    SmtpSender(host, port, starttls=False, post=POST).send(
        Letter("an@example.org", "fr", "confirm", "An", "t0ken")
    )
    assert "/fr/account/confirm/t0ken" in server.received[0].decode()


def test_nothing_is_sent_in_the_clear_when_it_should_be_secured(server: Any) -> None:
    import smtplib

    host, port = server.server_address
    with pytest.raises(smtplib.SMTPNotSupportedError):
        SmtpSender(host, port, post=POST).send(Letter("an@example.org", "fr", "reset", "An", "t0ken"))
    assert [] == server.received


def test_no_sender_sends_nothing() -> None:
    assert NoSender().send(Letter("an@example.org", "nl", "reset")) is None
