"""The code flow of OpenID Connect with PKCE, state and nonce: to the provider, and back from it.

Methods: OpenID Connect Core 1.0 section 3.1, RFC 7636 (PKCE), RFC 9207 (issuer in the answer).
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from thuishaven.access.model import AccessError
from thuishaven.access.oidc import ALGORITHMS, Claimed, Provider, claimed
from thuishaven.access.sealing import Vault

#: What the sealed text on the way is about, so that nothing else of ours stands in for it.
_ABOUT = "oidc"
#: Seconds that a provider may take, that what it says of itself is kept, and that somebody may stay there.
_PATIENCE, _KEPT, _AWAY = 8, 60 * 60, 60 * 16
#: Bytes that an answer of a provider may have.
_MOST = 2**20
_LEEWAY = 60


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody on the way to a provider; sealed in a cookie, so that nothing of it is kept here."""

    provider: str
    state: str
    nonce: str
    verifier: str
    place: str
    language: str
    until: float

    def sealed(self, vault: Vault) -> str:
        """As it is handed to the browser."""
        return vault.seal(json.dumps(asdict(self)), _ABOUT)

    @classmethod
    def opened(cls, vault: Vault, text: str) -> Away:
        """What a browser brings back. Raises AccessError ``away_gone`` for none, another's, or an old one."""
        try:
            found = cls(**json.loads(vault.open(text, _ABOUT)))
        except (AccessError, ValueError, TypeError):
            raise AccessError("away_gone") from None
        if found.until < time.time():
            raise AccessError("away_gone")
        return found


class Flow:
    """Goes to providers and comes back.

    Parameters
    ----------
    providers
        All that people may sign in at.
    client
        Makes an ``httpx.Client``; by default one that follows no redirects and waits eight seconds.
    """

    def __init__(self, providers: tuple[Provider, ...], client: Callable[[], Any] | None = None) -> None:
        self.providers = {one.id: one for one in providers}
        self._client = client or _client
        self._told: dict[str, tuple[float, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def provider(self, name: str) -> Provider:
        """A provider by its name. Raises AccessError ``provider_unknown``."""
        if name not in self.providers:
            raise AccessError("provider_unknown")
        return self.providers[name]

    def start(self, name: str, back: str, place: str, language: str) -> tuple[str, Away]:
        """Where to send somebody, and what to remember of it.

        Parameters
        ----------
        name
            The provider.
        back
            Our address that it sends the browser back to.
        place, language
            Where the person was going, and in which language.

        Raises
        ------
        AccessError
            ``provider_silent`` when it cannot be reached, ``provider_elsewhere``.
        """
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
        from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

        provider = self.provider(name)
        told = self._about(provider)
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        away = Away(name, state, nonce, verifier, place, language, time.time() + _AWAY)
        asked = {"acr_values": " ".join(provider.acr_values)} if provider.acr_values else {}
        address = prepare_grant_uri(
            str(told["authorization_endpoint"]),
            provider.client_id,
            "code",
            back,
            " ".join(provider.scopes),
            away.state,
            nonce=away.nonce,
            code_challenge=create_s256_code_challenge(away.verifier),
            code_challenge_method="S256",
            **asked,
        )
        return str(address), away

    def finish(self, away: Away, back: str, given: Mapping[str, str]) -> Claimed:
        """Who came back.

        Parameters
        ----------
        away
            What was remembered.
        back
            Our address, as at the start.
        given
            ``code``, ``state`` and ``iss`` or ``error``, as the provider gave them along.

        Raises
        ------
        AccessError
            ``away_gone`` for another state; ``provider_refused`` when it let nobody in; ``provider_silent``;
            ``token_wrong`` for a token that is not believed; what ``claimed`` says.
        """
        provider = self.provider(away.provider)
        if not secrets.compare_digest(given.get("state", "").encode(), away.state.encode()):
            raise AccessError("away_gone")
        if given.get("iss") not in {None, "", provider.issuer}:
            raise AccessError("token_wrong")
        if not given.get("code"):
            raise AccessError("provider_refused")
        told = self._about(provider)
        token = self._token(provider, told, away, back, given["code"])
        claims = self._believed(provider, told, away, token)
        wanted = {*provider.claims.values(), *provider.required}
        if wanted - set(claims) and told.get("userinfo_endpoint"):
            more = self._asked(
                provider,
                "GET",
                provider.reachable(told["userinfo_endpoint"]),
                headers={"Authorization": f"Bearer {token.get('access_token', '')}"},
            )
            if more.get("sub") != claims["sub"]:
                raise AccessError("token_wrong")
            claims = {**more, **claims}
        return claimed(provider, claims)

    def farewell(self, name: str, back: str) -> str:
        """Where somebody also ends the session at the provider; empty when it offers none."""
        from authlib.common.urls import add_params_to_uri  # type: ignore[import-untyped]

        provider = self.provider(name)
        try:
            end = self._about(provider).get("end_session_endpoint")
        except AccessError:
            return ""
        params = [("client_id", provider.client_id), ("post_logout_redirect_uri", back)]
        return str(add_params_to_uri(str(end), params)) if end else ""

    def _token(
        self, provider: Provider, told: Mapping[str, Any], away: Away, back: str, code: str
    ) -> dict[str, Any]:
        """Exchange the code for tokens."""
        from authlib.oauth2 import ClientAuth  # type: ignore[import-untyped]
        from authlib.oauth2.rfc6749.parameters import prepare_token_request

        address = provider.reachable(told["token_endpoint"])
        body = prepare_token_request(
            "authorization_code", "", redirect_uri=back, code=code, code_verifier=away.verifier
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        shown = ClientAuth(provider.client_id, provider.secret, provider.method)
        address, headers, body = shown.prepare("POST", address, headers, body)
        return self._asked(provider, "POST", address, headers=dict(headers), content=body)

    def _believed(
        self, provider: Provider, told: Mapping[str, Any], away: Away, token: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The claims of the ID token, when its signature, issuer, audience, times and nonce are right."""
        from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        kept = str(token.get("id_token") or "")
        for fresh in (False, True):
            keys = KeySet.import_key_set(self._keys(provider, told, fresh))  # type: ignore[arg-type]
            try:
                read = jwt.decode(kept, keys, algorithms=list(ALGORITHMS))
            except (JoseError, ValueError, TypeError) as error:
                # A provider that changed its keys since: look once more.
                if fresh:
                    raise AccessError("token_wrong") from error
                continue
            break
        options = {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
        }
        params = {
            "nonce": away.nonce,
            "client_id": provider.client_id,
            "access_token": token.get("access_token"),
        }
        try:
            CodeIDToken(read.claims, read.header, options, params).validate(leeway=_LEEWAY)
        except Exception as error:
            raise AccessError("token_wrong") from error
        return dict(read.claims)

    def _about(self, provider: Provider) -> dict[str, Any]:
        """What a provider says of itself, kept for an hour."""
        place = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = self._kept(provider, place)
        if found.get("issuer") != provider.issuer:
            raise AccessError("provider_elsewhere", provider=provider.id)
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(found.get(name), str):
                raise AccessError("provider_silent", provider=provider.id)
        return found

    def _keys(self, provider: Provider, told: Mapping[str, Any], fresh: bool) -> dict[str, Any]:
        return self._kept(provider, provider.reachable(told["jwks_uri"]), fresh)

    def _kept(self, provider: Provider, place: str, fresh: bool = False) -> dict[str, Any]:
        now = time.monotonic()
        with self._lock:
            at, found = self._told.get(place, (0.0, {}))
        if found and not fresh and now - at < _KEPT:
            return found
        found = self._asked(provider, "GET", place)
        with self._lock:
            self._told[place] = (now, found)
        return found

    def _asked(self, provider: Provider, method: str, address: str, **given: Any) -> dict[str, Any]:
        """An answer in JSON. Raises AccessError ``provider_silent`` for anything else."""
        import httpx

        try:
            with self._client() as client:
                answer = client.request(method, address, **given)
            good = answer.is_success and len(answer.content) <= _MOST
            found = answer.json() if good else None
        except (httpx.HTTPError, ValueError) as error:
            raise AccessError("provider_silent", provider=provider.id) from error
        if not isinstance(found, dict):
            raise AccessError("provider_silent", provider=provider.id)
        return found


def _client() -> Any:
    import httpx

    return httpx.Client(timeout=_PATIENCE, follow_redirects=False, headers={"Accept": "application/json"})
