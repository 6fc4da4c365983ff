"""How the server is set up: one list of settings, read from a file and from the environment.

Every setting has a default that is safe on one machine. The environment wins over the file. No setting is a
secret, except that a database URL may hold a password: it is never shown.
"""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from thuishaven.facts.connectors import data_folder
from thuishaven.locale import N_, _

PREFIX = "THUISHAVEN_"
#: Names the file with settings.
FILE = "THUISHAVEN_SETTINGS"
#: Variables of other rooms: the language of the terminal and the folder of the data.
ELSEWHERE = frozenset({"THUISHAVEN_LANG", "THUISHAVEN_DATA", FILE})
#: What is shown instead of a password.
HIDDEN = "***"
#: How a setting is written whose default says too little.
EXAMPLES = {
    "base_url": "https://reshore.example",
    "trusted_proxies": "10.0.0.0/8,127.0.0.1",
    "feed_networks": "10.0.0.0/8",
    "database_url": "sqlite:///drafts.db",
    "databank": "postgresql://user@host/thuishaven",
}


def _listed(value: Any) -> Any:
    """A list as an environment variable holds it: words with commas between them."""
    return (
        tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
    )


Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class ServerSettings(BaseModel):
    """The settings of ``thuishaven serve``; ``docs/serve.md`` lists them, and a test holds it to this."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(
        default="127.0.0.1",
        description=N_("Address to listen on. Only this machine by default; 0.0.0.0 for every network card."),
    )
    port: int = Field(
        default=8000, ge=0, lt=2**16, description=N_("Port to listen on; 0 takes a free one and prints it.")
    )
    base_url: str = Field(
        default="",
        pattern=r"^(https?://[^/\s]+)?$",
        description=N_("Address that visitors type, as in https://reshore.example. https switches on HSTS."),
    )
    operator: str = Field(
        default="",
        max_length=200,
        description=N_("Who offers this server; stands in the statements on privacy and accessibility."),
    )
    operator_contact: str = Field(
        default="", max_length=200, description=N_("Where readers can write or call; stands there too.")
    )
    operator_supervisor: str = Field(
        default="",
        max_length=200,
        description=N_("Where a complaint can go when the answer does not satisfy; stands there too."),
    )
    trusted_proxies: Words = Field(
        default=(),
        description=N_("Addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."),
    )
    database_url: str = Field(
        default="",
        description=N_("Database of the drafts. By default the SQLite file drafts.db in the data folder."),
    )
    databank: str = Field(
        default="",
        description=N_(
            "Databank of people and their dossiers: a folder, or the URL of a PostgreSQL database. By "
            "default where the drafts are: that database, or the folder databank beside the SQLite file."
        ),
    )
    key_file: str = Field(
        default="",
        description=N_(
            "File with the key that encrypts secrets in the databank; made at the first start. By default "
            "secrets.key beside the SQLite file of the drafts, else in the data folder. Back it up elsewhere "
            "than the databank."
        ),
    )
    registration: Literal["open", "invited"] = Field(
        default="open",
        description=N_("Who may make an account: open for anyone with an e-mail address, or invited only."),
    )
    letters: Literal["none", "folder", "smtp"] = Field(
        default="none",
        description=N_(
            "How letters leave: smtp by a mail server, folder as files, none not at all; then whoever runs "
            "the server hands over the links of invitations."
        ),
    )
    letters_from: str = Field(
        default="thuishaven@localhost",
        pattern=r"^[^@\s]+@[^@\s]+$",
        description=N_("Address that letters come from."),
    )
    letters_folder: str = Field(
        default="",
        description=N_("Folder for letters = folder. By default letters beside the databank."),
    )
    smtp_host: str = Field(default="", description=N_("Mail server for letters = smtp."))
    smtp_port: int = Field(default=587, ge=1, lt=2**16, description=N_("Port of the mail server."))
    smtp_user: str = Field(
        default="", description=N_("Name to sign in with at the mail server; empty for none.")
    )
    smtp_password_file: str = Field(default="", description=N_("File with the password for the mail server."))
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description=N_(
            "How the connection to the mail server is secured: starttls, tls from the first byte, or none."
        ),
    )
    providers_file: str = Field(
        default="",
        description=N_("TOML file with the providers that people can sign in at by OpenID Connect."),
    )
    draft_hours: float = Field(
        default=24, gt=0, le=24 * 31, description=N_("Hours that a draft lives after its last change.")
    )
    draft_steps: int = Field(default=64, ge=1, le=1024, description=N_("Steps that can be undone per draft."))
    most_drafts: int = Field(
        default=10_000, ge=1, description=N_("Drafts at once; above that no new one is started.")
    )
    body_bytes: int = Field(
        default=2_000_000, ge=1024, description=N_("Largest text, form or JSON that is read, in bytes.")
    )
    upload_bytes: int = Field(
        default=10_000_000, ge=1024, description=N_("Largest file that is read, in bytes.")
    )
    body_seconds: float = Field(
        default=32, gt=0, description=N_("Seconds that a visitor may take to send the next part of a text.")
    )
    json_depth: int = Field(default=32, ge=8, le=512, description=N_("Deepest nesting of JSON that is read."))
    most_draws: int = Field(
        default=2**16, ge=64, le=2**20, description=N_("Largest number of draws that may be asked for.")
    )
    most_plans: int = Field(
        default=64, ge=2, description=N_("Most plans in one dossier that are calculated over HTTP.")
    )
    most_parts: int = Field(
        default=1000, ge=1, description=N_("Most parts in one batch that are calculated over HTTP.")
    )
    work_at_once: int = Field(default=2, ge=1, description=N_("Calculations that run at the same time."))
    work_waiting: int = Field(
        default=16, ge=0, description=N_("Calculations that may wait; the next is asked to come back later.")
    )
    rate_per_minute: float = Field(
        default=1200, gt=0, description=N_("Requests that one address may make in a minute, on average.")
    )
    rate_burst: int = Field(
        default=256, ge=1, description=N_("Requests that one address may make at once before that counts.")
    )
    token_per_minute: float = Field(
        default=600,
        gt=0,
        description=N_("Requests that one session or API key may make in a minute, on average."),
    )
    token_burst: int = Field(
        default=128,
        ge=1,
        description=N_("Requests that one session or API key may make at once before that counts."),
    )
    sign_in_per_minute: float = Field(
        default=32,
        gt=0,
        description=N_("Passwords, codes and letters that one address may try in a minute, on average."),
    )
    sign_in_burst: int = Field(
        default=32,
        ge=1,
        description=N_("Passwords, codes and letters that one address may try at once before that counts."),
    )
    metrics_for: Words = Field(
        default=("127.0.0.1", "::1"), description=N_("Addresses or networks that may read /metrics.")
    )
    feed_networks: Words = Field(
        default=(),
        description=N_(
            "Networks of your own in which feeds may be watched, over http too. Without it only what is on "
            "the public internet, over https."
        ),
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description=N_("What is written to the log: debug, info, warning or error.")
    )
    stop_seconds: int = Field(
        default=32, ge=1, description=N_("Seconds that running requests get to finish when the server stops.")
    )

    @field_validator("trusted_proxies", "metrics_for", "feed_networks")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ipaddress.ip_network(network)
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        from sqlalchemy import make_url
        from sqlalchemy.exc import SQLAlchemyError

        from thuishaven.databank import is_postgresql

        if value:
            try:
                url = make_url(value)
                found = url.set(drivername="postgresql+psycopg") if is_postgresql(value) else url
                found.get_dialect().import_dbapi()
            except (SQLAlchemyError, ImportError) as error:
                raise ValueError(type(error).__name__) from None
        return value

    @property
    def secure(self) -> bool:
        """Whether visitors come over TLS."""
        return self.base_url.startswith("https://")

    @property
    def database(self) -> str:
        """URL of the database; makes the data folder where that is where it lives."""
        if self.database_url:
            return self.database_url
        folder = data_folder()
        folder.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{folder / 'drafts.db'}"

    @property
    def folder(self) -> Path:
        """Where files are kept that no setting names: beside the SQLite file, else in the data folder."""
        from sqlalchemy import make_url

        if self.database_url:
            url = make_url(self.database_url)
            if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
                return Path(url.database).absolute().parent
        return data_folder()

    @property
    def key_place(self) -> Path:
        """The file with the key that encrypts secrets."""
        return Path(self.key_file) if self.key_file else self.folder / "secrets.key"

    @property
    def site(self) -> str:
        """The address of the site as links in letters have it; never taken from a request."""
        if self.base_url:
            return self.base_url
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.port}"

    @property
    def databank_place(self) -> str:
        """Where the databank is: a folder, or the URL of a PostgreSQL database."""
        from thuishaven.databank import is_postgresql

        if self.databank:
            return self.databank
        return self.database_url if is_postgresql(self.database_url) else str(self.folder / "databank")

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None, **given: Any) -> Self:
        """The settings of the environment and the file that it names.

        Parameters
        ----------
        environ
            The environment; that of the process when absent.
        given
            Settings that win over both, as the options of the command line do; ``None`` is not given.

        Raises
        ------
        SettingsError
            For an unknown name or a value that cannot be used, with what was expected.
        """
        environ = os.environ if environ is None else environ
        found = _from_file(environ.get(FILE, ""))
        for name, value in environ.items():
            if name.startswith(PREFIX) and name not in ELSEWHERE:
                found[_known(name.removeprefix(PREFIX).lower(), name)] = value
        found |= {name: value for name, value in given.items() if value is not None}
        try:
            return cls.model_validate(found)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise _unusable(str(first["loc"][0]), first["input"]) from None

    def shown(self) -> dict[str, Any]:
        """Every setting by name, without the password of the database."""
        from sqlalchemy import make_url

        found = self.model_dump(mode="json")
        for name in ("database_url", "databank"):
            if "://" in found[name]:
                found[name] = make_url(found[name]).render_as_string(hide_password=True)
        return found


class SettingsError(ValueError):
    """A setting that cannot be used; the message says which, and what was expected."""


def _unusable(name: str, value: Any) -> SettingsError:
    field = ServerSettings.model_fields[name]
    default = field.default
    example = EXAMPLES.get(name) or (",".join(default) if isinstance(default, tuple) else str(default))
    # The URL of a database may hold a password.
    shown = HIDDEN if name in ("database_url", "databank") else f"{value!s:.60}"
    return SettingsError(
        _(
            "Setting {name}: {value} cannot be used. {meaning} For example {example}",
            name=name,
            value=shown,
            meaning=_(str(field.description)),
            example=example,
        )
    )


def _known(name: str, written: str) -> str:
    if name in ServerSettings.model_fields:
        return name
    close = get_close_matches(name, ServerSettings.model_fields, n=1, cutoff=0.0)
    example = f"{PREFIX}{close[0].upper()}" if written.startswith(PREFIX) else close[0]
    raise SettingsError(
        _("There is no setting {name}. Did you mean {example}?", name=written, example=example)
    )


def _from_file(path: str) -> dict[str, Any]:
    if not path:
        return {}
    try:
        given = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError(
            _("The settings file {path} cannot be read: {reason}.", path=path, reason=reason)
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            _(
                "The settings file {path} is not TOML: {reason}. For example {example}",
                path=path,
                reason=error,
                example="port = 8080",
            )
        ) from None
    return {_known(name, name): value for name, value in given.items()}
