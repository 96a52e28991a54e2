"""Signing in at an identity provider: OpenID Connect, code flow with PKCE.

Endpoints and keys are found by discovery and kept for an hour. State, nonce and verifier are kept
on the server (in Redis, ten minutes, usable once) and tied to the browser by a cookie. Settings map
claims to a role and an area; a user without a role here is refused. Blocking: call it in a thread.
"""

from __future__ import annotations

import re
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import structlog
from authlib.common.security import generate_token
from authlib.deprecate import AuthlibDeprecationWarning
from authlib.integrations.base_client import OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from dashboard.config.settings import Settings
from dashboard.errors import GridwallError
from dashboard.web.people.accounts import NAME
from dashboard.web.people.model import Role
from data_sources.accounts.sessions import Sessions, Started

log = structlog.get_logger("oidc")

#: the provider's clock may be wrong by this much
SKEW_S = 120
_KEPT_S = 3600
_TIMEOUT_S = 10
#: signatures by the provider's own key; nothing that our secret could have made
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
_ORDER = list(Role)


class ProviderError(GridwallError):
    """Sign-in failed; `kind`: ``provider`` (it was not completed) or ``role`` (no role here)."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


@dataclass(frozen=True)
class Proved:
    """A user as the provider names them, with their role and area here."""

    subject: str
    name: str
    role: str
    area: str
    next: str


class Provider:
    """One identity provider."""

    def __init__(
        self, settings: Settings, sessions: Sessions, known: Callable[[str], bool]
    ) -> None:
        assert settings.oidc_issuer
        assert settings.oidc_client_id
        self._issuer = settings.oidc_issuer.rstrip("/")
        self._client_id = settings.oidc_client_id
        secret = settings.oidc_client_secret
        self._secret = secret.get_secret_value() if secret else None
        self._claims = (
            settings.oidc_name_claim, settings.oidc_role_claim, settings.oidc_area_claim,
        )  # fmt: skip
        self._roles = settings.oidc_role_map
        self._sessions, self._known = sessions, known
        self._lock = threading.Lock()
        self._found: tuple[float, dict[str, Any], KeySet] | None = None

    def start(self, back: str, next: str) -> tuple[str, str]:
        """Where to send the browser, and the state that must come back with it."""
        about, _ = self._provider()
        state, nonce, verifier = (generate_token(48) for _ in range(3))
        self._sessions.begin(state, Started(nonce, verifier, next))
        with self._client(back) as client:
            url, _ = client.create_authorization_url(
                about["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce
            )
        return str(url), state

    def finish(self, back: str, query: Mapping[str, str], cookie: str) -> Proved:
        """The user who came back from the provider; raises :class:`ProviderError`."""
        state = query.get("state", "")
        if not state or state != cookie:
            raise ProviderError("provider", "the state is not this browser's")
        started = self._sessions.finish(state)
        if started is None:
            raise ProviderError("provider", "the state is unknown, used or too old")
        if "error" in query or not query.get("code"):
            raise ProviderError("provider", f"refused: {query.get('error', 'no code')[:80]}")
        about, keys = self._provider()
        if query.get("iss", self._issuer).rstrip("/") != self._issuer:
            raise ProviderError("provider", "the answer is another provider's")
        try:
            with self._client(back) as client:
                token = client.fetch_token(
                    about["token_endpoint"], code=query["code"], code_verifier=started.verifier
                )
                claims = self._proved(str(token.get("id_token", "")), started.nonce, keys)
                claims = self._more(client, about, claims)
        except (OAuthError, httpx.HTTPError, JoseError, ValueError, KeyError) as error:
            raise ProviderError("provider", f"{type(error).__name__}: {error}"[:200]) from error
        return self._person(claims, started.next)

    def _client(self, back: str) -> Any:
        # late: the import takes long, and only sites with an identity provider need it
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AuthlibDeprecationWarning)
            from authlib.integrations.httpx_client import OAuth2Client

        return OAuth2Client(
            self._client_id,
            self._secret,
            token_endpoint_auth_method="client_secret_basic" if self._secret else "none",
            scope="openid profile email",
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=_TIMEOUT_S,
        )

    def _provider(self, *, refresh: bool = False) -> tuple[dict[str, Any], KeySet]:
        with self._lock:
            kept = self._found
            if kept is not None and not refresh and time.monotonic() - kept[0] < _KEPT_S:
                return kept[1], kept[2]
            try:
                with httpx.Client(timeout=_TIMEOUT_S) as client:
                    address = f"{self._issuer}/.well-known/openid-configuration"
                    about = client.get(address).raise_for_status().json()
                    if str(about["issuer"]).rstrip("/") != self._issuer:
                        raise ValueError(f"the issuer names itself {about['issuer']}")
                    keys = KeySet.import_key_set(
                        client.get(about["jwks_uri"]).raise_for_status().json()
                    )
            except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
                raise ProviderError("provider", f"not found: {error}"[:200]) from error
            self._found = time.monotonic(), about, keys
            return about, keys

    def _proved(self, id_token: str, nonce: str, keys: KeySet) -> dict[str, Any]:
        try:
            token = jwt.decode(id_token, keys, algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            # the provider may have changed its keys
            token = jwt.decode(id_token, self._provider(refresh=True)[1], algorithms=_ALGORITHMS)
        issuers = {self._issuer, f"{self._issuer}/"}
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "values": list(issuers)},
                "aud": {"essential": True, "value": self._client_id},
                "nonce": {"essential": True, "value": nonce},
            },
            params={"nonce": nonce, "client_id": self._client_id},
        )
        claims.validate(leeway=SKEW_S)
        return dict(claims)

    def _more(self, client: Any, about: Mapping[str, Any], claims: dict[str, Any]) -> Any:
        """Claims that the token left out."""
        if all(_at(claims, one) is not None for one in self._claims):
            return claims
        if not (address := about.get("userinfo_endpoint")):
            return claims
        info = client.get(address).raise_for_status().json()
        if info.get("sub") != claims["sub"]:
            raise ValueError("the user info is of another user")
        return {**info, **claims}

    def _person(self, claims: Mapping[str, Any], next: str) -> Proved:
        name_claim, role_claim, area_claim = self._claims
        tried = [_at(claims, one) for one in (name_claim, "email", "sub")]
        names = [str(one) for one in tried if one and NAME.fullmatch(str(one))]
        roles = [self._roles.get(one) for one in _texts(_at(claims, role_claim))]
        areas = _texts(_at(claims, area_claim))
        ours = [one for one in roles if one in _ORDER]
        if not names or not ours or len(areas) > 1 or not all(map(self._known, areas)):
            log.warning("no role here", subject=claims["sub"], roles=len(roles), areas=areas[:3])
            raise ProviderError("role", "no role, or an area that the city does not have")
        role = max(ours, key=lambda one: _ORDER.index(Role(str(one))))
        return Proved(str(claims["sub"]), names[0], str(role), areas[0] if areas else "", next)


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """A claim, also one inside others ("realm_access.roles")."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _texts(claim: Any) -> list[str]:
    if isinstance(claim, str):
        return [one for one in re.split(r"[\s,]+", claim) if one]
    return [str(one) for one in claim if one] if isinstance(claim, list) else []
