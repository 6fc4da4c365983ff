"""Providers that people sign in at by OpenID Connect: how they are set up, and what is believed of them.

Only the claims that the set-up names are read; nothing else of a token is kept or written down. A number of a
person (rijksregisternummer, BSN) is refused wherever it turns up.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from thuishaven.access.model import AccessError
from thuishaven.access.rules import given_roles

#: What we ask of a provider, by our names; the set-up says how each is called there.
CLAIMS = ("subject", "email", "name", "number", "organisation", "roles")
#: Signatures that are believed: none that is made with a secret that both sides hold.
ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512", "EdDSA")
_METHODS = ("client_secret_basic", "client_secret_post", "none")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
#: Claims that hold the number of a person, by any of the names that are in use.
_NATIONAL = re.compile(
    r"rijksregister|burgerservice|national[_ -]?(register|number|id)|\b(rrn|insz|niss|ssin|bsn)\b"
)
_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
_LONGEST = 2**8
_LONGEST_NUMBER = 2**5


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider.

    Parameters
    ----------
    id
        Its name in addresses.
    names
        What the button says, by language.
    issuer, client_id, secret
        Who it is, who we are there, and what proves it; no secret for a public client.
    method
        How the secret is shown: ``client_secret_basic``, ``client_secret_post`` or ``none``.
    scopes
        What is asked.
    claims
        How it calls what we want to know: see :data:`CLAIMS`.
    roles
        Its roles, and ours; when there are any, they decide at every sign-in.
    default_roles
        Roles of somebody who comes for the first time, where it names no roles.
    acr_values, acr
        Levels of assurance that are asked, and those that are accepted; none accepts every level.
    role_acr
        Levels that a role needs at least one of.
    required
        Claims that must have one of some values.
    country
        Of its organisations (ISO 3166 alpha-3).
    hosts
        Hosts beside the issuer's own that may be asked for keys and tokens.
    """

    id: str
    names: Mapping[str, str]
    issuer: str
    client_id: str
    secret: str = field(default="", repr=False)
    method: str = "client_secret_basic"
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    claims: Mapping[str, str] = field(
        default_factory=lambda: {"subject": "sub", "email": "email", "name": "name"}
    )
    roles: Mapping[str, str] = field(default_factory=dict)
    default_roles: tuple[str, ...] = ()
    acr_values: tuple[str, ...] = ()
    acr: tuple[str, ...] = ()
    role_acr: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    country: str = "NLD"
    hosts: tuple[str, ...] = ()

    def name(self, language: str) -> str:
        """What it is called in a language."""
        return self.names.get(language) or next(iter(self.names.values()), self.id)

    def reachable(self, address: Any) -> str:
        """An address of the provider that may be asked.

        Raises
        ------
        AccessError
            ``provider_elsewhere``: of another host than the issuer and those that the set-up names, or not
            over TLS.
        """
        found, own = urlsplit(str(address)), urlsplit(self.issuer)
        same = (found.scheme, found.netloc) == (own.scheme, own.netloc)
        named = found.scheme == "https" and found.netloc in self.hosts
        if not (same or named):
            raise AccessError("provider_elsewhere", provider=self.id)
        return str(address)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a provider says of somebody, and what is kept of it.

    Parameters
    ----------
    subject
        Who it is, for this provider and us.
    number
        Number of the organisation acted for; empty for none.
    email, name, organisation
        As it gave them.
    roles
        Ours.
    acr
        Level of assurance.
    """

    subject: str
    number: str = ""
    email: str = ""
    name: str = ""
    organisation: str = ""
    roles: tuple[str, ...] = ()
    acr: str = ""


def providers(path: str | Path, environ: Mapping[str, str] | None = None) -> tuple[Provider, ...]:
    """The providers of a TOML file: one table each, named as they are in addresses.

    Parameters
    ----------
    path
        The file.
    environ
        Holds secrets that the file names by ``client_secret_env``; that of the process when absent.

    Raises
    ------
    AccessError
        ``providers_wrong`` with the provider and what was expected.
    """
    environ = os.environ if environ is None else environ
    try:
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AccessError("providers_wrong", provider="", expected=reason, path=str(path)) from None
    return tuple(_provider(name, table, Path(path).parent, environ) for name, table in tables.items())


def _provider(name: str, table: Any, folder: Path, environ: Mapping[str, str]) -> Provider:
    def wrong(expected: str) -> AccessError:
        return AccessError("providers_wrong", provider=name, expected=expected)

    known = {"issuer", "client_id", "client_secret_file", "client_secret_env", "name", *_OPTIONAL}
    if not _NAME.fullmatch(name) or not isinstance(table, dict) or set(table) - known:
        raise wrong(f"a table of {', '.join(sorted(known))}")
    issuer, client = str(table.get("issuer") or ""), table.get("client_id")
    address = urlsplit(issuer)
    secure = address.scheme == "https" or (address.scheme == "http" and address.hostname in _LOCAL)
    if not secure or not address.netloc or address.query or not isinstance(client, str) or not client:
        raise wrong("issuer = 'https://...' and client_id")
    secret = _secret(table, folder, environ, wrong)
    given = {key: _as(key, table[key], wrong) for key in _OPTIONAL if key in table}
    given.setdefault("method", "client_secret_basic" if secret else "none")
    if given["method"] not in _METHODS:
        raise wrong(f"method = one of {', '.join(_METHODS)}")
    claims = {"subject": "sub", "email": "email", "name": "name", **given.pop("claims", {})}
    if set(claims) - set(CLAIMS):
        raise wrong(f"claims: {', '.join(CLAIMS)}")
    for theirs in (*claims.values(), *given.get("required", {})):
        if _NATIONAL.search(theirs.casefold()):
            raise wrong("claims without a rijksregisternummer or BSN: these are never read")
    ours = {*given.get("roles", {}).values(), *given.get("default_roles", ()), *given.get("role_acr", {})}
    if ours - given_roles():
        raise wrong(f"roles: {', '.join(sorted(given_roles()))}")
    names = table.get("name", name)
    names = {"": names} if isinstance(names, str) else _as("name", names, wrong)
    return Provider(name, names, issuer, client, secret, claims=claims, **given)


#: Keys of a table that may be left out, and what they hold.
_OPTIONAL = {
    "method": str,
    "scopes": tuple,
    "claims": dict,
    "roles": dict,
    "default_roles": tuple,
    "acr_values": tuple,
    "acr": tuple,
    "role_acr": "lists",
    "required": "lists",
    "country": str,
    "hosts": tuple,
}


def _as(key: str, value: Any, wrong: Any) -> Any:
    """A value of the file in the form that a provider has."""
    kind = _OPTIONAL.get(key, dict)
    words = (str,)
    if kind is str and isinstance(value, words):
        return value
    if kind is tuple and isinstance(value, list) and all(isinstance(one, words) for one in value):
        return tuple(value)
    if isinstance(value, dict) and kind is dict and all(isinstance(one, words) for one in value.values()):
        return dict(value)
    if isinstance(value, dict) and kind == "lists":
        found = {name: [one] if isinstance(one, str) else one for name, one in value.items()}
        flat = [word for one in found.values() for word in (one if isinstance(one, list) else [None])]
        if all(isinstance(word, words) for word in flat):
            return {name: tuple(one) for name, one in found.items()}
    raise wrong(f"{key} = another form")


def _secret(table: Mapping[str, Any], folder: Path, environ: Mapping[str, str], wrong: Any) -> str:
    """The client secret, from a file or the environment; never from the table itself."""
    if "client_secret_env" in table:
        found = environ.get(str(table["client_secret_env"]), "")
        if not found:
            raise wrong("client_secret_env = a variable that is set")
        return found
    if "client_secret_file" not in table:
        return ""
    try:
        return (folder / str(table["client_secret_file"])).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise wrong("client_secret_file = a file that can be read") from None


def claimed(provider: Provider, told: Mapping[str, Any]) -> Claimed:
    """What is believed of what a provider told, by the claims that its set-up names.

    Parameters
    ----------
    provider
        Who told it.
    told
        The claims of the ID token, those of the userinfo endpoint with them.

    Raises
    ------
    AccessError
        ``acr_low``: the level of assurance is not accepted. ``claim_missing`` without a subject, or without a
        number where organisations are asked for. ``claim_required`` when a claim has not one of the values
        that are asked. ``claim_national`` for the number of a person.
    """
    acr = _text(told.get("acr"))
    if provider.acr and acr not in provider.acr:
        raise AccessError("acr_low")
    for name, values in provider.required.items():
        if not set(_texts(_found(told, name))) & set(values):
            raise AccessError("claim_required", claim=name)
    found = {ours: _text(_found(told, theirs)) for ours, theirs in provider.claims.items() if ours != "roles"}
    subject, number = found.get("subject", ""), "".join(found.get("number", "").split())
    for value in (subject, number, *found.values()):
        if national(value):
            raise AccessError("claim_national")
    if not subject or len(subject) > _LONGEST or len(number) > _LONGEST_NUMBER:
        raise AccessError("claim_missing", claim="subject")
    if "number" in provider.claims and not number:
        raise AccessError("claim_missing", claim="number")
    given = _texts(_found(told, provider.claims["roles"])) if "roles" in provider.claims else ()
    # A provider may put more behind the name of a role, as in "Adviser:OVO000001".
    roles = {
        ours
        for theirs, ours in provider.roles.items()
        for one in given
        if one == theirs or one.startswith(f"{theirs}:")
    }
    high = {role for role in roles if role not in provider.role_acr or acr in provider.role_acr[role]}
    return Claimed(
        subject,
        number,
        found.get("email", ""),
        found.get("name", ""),
        found.get("organisation", ""),
        tuple(sorted(high)),
        acr,
    )


def _found(told: Mapping[str, Any], name: str) -> Any:
    """A claim by its name; by a path with dots where no claim has that whole name."""
    if name in told:
        return told[name]
    value: Any = told
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _texts(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(str(one) for one in values if isinstance(one, str | int) and not isinstance(one, bool))


def _text(value: Any) -> str:
    """One text; nothing for several, of which none is chosen."""
    found = _texts(value)
    return found[0].strip() if len(found) == 1 else ""


def national(value: str) -> bool:
    """Whether a value is the number of a person.

    Eleven digits that pass the check of the Belgian rijksregisternummer, or nine that pass that of the BSN.

    >>> national("85.07.30-033.28"), national("111222333"), national("0403170701"), national("69599084")
    (True, True, False, False)
    """
    digits = re.sub(r"[ .\\-]", "", value)
    if not digits.isdecimal() or not digits.isascii():
        return False
    match len(digits):
        case 11:
            number, check = int(digits[:9]), int(digits[9:])
            return check in {97 - number % 97, 97 - (2 * 10**9 + number) % 97}
        case 9:
            weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
            total = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True))
            return total % 11 == 0 and total != 0
    return False
