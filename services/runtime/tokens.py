"""The signed tokens that this installation issues, and the check of those it accepts.

    access token    a person; ES256 by the embedded issuer, verified by anybody through its JWKS
    guest session   a shopper of one brand; HS256, only we verify it
    service token   one of our services calling another; HS256, lives for a minute

Each kind has a key and an issuer of its own, so none passes for another.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final, cast

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import ECAlgorithm

from services.runtime import names
from services.runtime.calls import Caller, CallerKind
from services.runtime.clock import Clock
from services.runtime.errors import FailedPrecondition, Unauthenticated
from services.runtime.jwks import OutsideKeys
from services.runtime.keyring import Keyring

ACCESS_LIFE: Final = timedelta(hours=1)
GUEST_LIFE: Final = timedelta(days=90)
SERVICE_LIFE: Final = timedelta(minutes=1)
LEEWAY_S: Final = 30
OUTSIDE_ALGORITHMS: Final = ("ES256", "ES384", "EdDSA", "RS256", "RS384", "RS512", "PS256")

_GUEST_ISSUER: Final = "luneo:guest"
_SERVICE_ISSUER: Final = "luneo:service"


class TokenRefused(Unauthenticated):
    """The bearer token or session does not verify."""

    reason = "TOKEN_INVALID"
    message = "The token is not valid here. Sign in again."


class TokenExpired(Unauthenticated):
    """The token was good once."""

    reason = "TOKEN_EXPIRED"
    message = "The token has expired. Sign in again."


class SignInElsewhere(FailedPrecondition):
    """An outside identity provider is configured, so no token is issued here."""

    reason = "SIGN_IN_ELSEWHERE"
    message = "Sign in with the identity provider of this installation."


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token, whom it names and when it stops working."""

    token: str
    subject: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom an access token names.

    user: the user's id for tokens of the embedded issuer, else None: then issuer and subject say
    who it is. email: "" unless the issuer has verified it.
    """

    issuer: str
    subject: str
    email: str
    display_name: str
    user: str | None


class Tokens:
    """Issues and verifies tokens.

    issuer: the embedded issuer's name, the public address of this installation. With outside
    keys, only the outside issuer's access tokens count.
    """

    def __init__(
        self,
        keyring: Keyring,
        clock: Clock,
        *,
        issuer: str,
        audience: str,
        outside_issuer: str = "",
        outside_keys: OutsideKeys | None = None,
    ) -> None:
        self._keyring = keyring
        self._clock = clock
        self._issuer = issuer
        self._audience = audience
        self._outside_issuer = outside_issuer
        self._outside_keys = outside_keys

    def guest_session(self, *, brand: str, key: str) -> Issued:
        """Issue the session of a new shopper, made with the publishable key `key`."""
        subject = f"guest:{names.new_id()}"
        claims = {"iss": _GUEST_ISSUER, "sub": subject, "brand": brand, "key": key}
        return self._issue(claims, GUEST_LIFE, self._guest_key, "HS256")

    def guest_of(self, token: str, *, brand: str) -> str:
        """Return the subject of a guest session of this brand; TokenRefused for any other."""
        claims = self._decode(token, self._guest_key, ["HS256"], _GUEST_ISSUER, ["brand"])
        if claims["brand"] != brand:
            raise TokenRefused
        return str(claims["sub"])

    def service_token(self, caller: Caller) -> str:
        """Issue what a service shows to another server of ours when it calls for a brand."""
        claims = {"iss": _SERVICE_ISSUER, "sub": caller.subject, "brand": caller.brand or ""}
        return self._issue(claims, SERVICE_LIFE, self._service_key, "HS256").token

    def service_of(self, token: str) -> Caller:
        """Return the service that a service token names."""
        claims = self._decode(token, self._service_key, ["HS256"], _SERVICE_ISSUER, ["brand"])
        return Caller(CallerKind.SERVICE, str(claims["sub"]), brand=claims["brand"] or None)

    def access_token(self, *, user: str, email: str) -> Issued:
        """Issue the token of a person who signed in here; SignInElsewhere with outside keys."""
        if self._outside_keys is not None:
            raise SignInElsewhere
        claims = {"iss": self._issuer, "aud": self._audience, "sub": user, "email": email}
        return self._issue(claims, ACCESS_LIFE, self._signing_key, "ES256", self._key_id)

    def identity_of(self, token: str) -> Identity:
        """Return whom an access token names, of the issuer that counts here."""
        if self._outside_keys is None:
            public = self._signing_key.public_key()
            claims = self._decode(token, public, ["ES256"], self._issuer, audience=self._audience)
            return _identity(claims, user=str(claims["sub"]))
        key = self._outside_keys.key_of(_key_id_of(token))
        claims = self._decode(
            token,
            key,
            list(OUTSIDE_ALGORITHMS),
            self._outside_issuer,
            audience=self._audience,
        )
        return _identity(claims, user=None)

    def jwks(self) -> dict[str, Any]:
        """Return the embedded issuer's public keys (RFC 7517)."""
        key = ECAlgorithm.to_jwk(self._signing_key.public_key(), as_dict=True)
        return {"keys": [{**key, "kid": self._key_id, "use": "sig", "alg": "ES256"}]}

    @cached_property
    def _guest_key(self) -> bytes:
        return self._keyring.of_purpose("guest-session")

    @cached_property
    def _service_key(self) -> bytes:
        return self._keyring.of_purpose("service-token")

    @cached_property
    def _signing_key(self) -> EllipticCurvePrivateKey:
        pem = self._keyring.token_signing_key.encode()
        return cast("EllipticCurvePrivateKey", load_pem_private_key(pem, None))

    @cached_property
    def _key_id(self) -> str:
        """The key's thumbprint (RFC 7638)."""
        jwk = ECAlgorithm.to_jwk(self._signing_key.public_key(), as_dict=True)
        needed = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
        digest = hashlib.sha256(json.dumps(needed, separators=(",", ":")).encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def _issue(
        self,
        claims: dict[str, Any],
        life: timedelta,
        key: Any,
        algorithm: str,
        key_id: str | None = None,
    ) -> Issued:
        now = self._clock.now().replace(microsecond=0)
        expires_at = now + life
        whole = {**claims, "iat": now, "nbf": now, "exp": expires_at, "jti": names.new_id()}
        headers = {"kid": key_id} if key_id else None
        token = jwt.encode(whole, key, algorithm=algorithm, headers=headers)
        return Issued(token, str(claims["sub"]), expires_at)

    def _decode(
        self,
        token: str,
        key: Any,
        algorithms: list[str],
        issuer: str,
        required: list[str] | None = None,
        audience: str | None = None,
    ) -> dict[str, Any]:
        """Return the claims; times are judged by our own clock, so that tests can set it."""
        needed = ["exp", "iat", "iss", "sub", *(required or []), *(["aud"] if audience else [])]
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=algorithms,
                issuer=issuer,
                audience=audience,
                options={
                    "require": needed,
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except (jwt.InvalidTokenError, jwt.InvalidKeyError, TypeError, ValueError) as error:
            raise TokenRefused from error
        self._check_times(claims)
        return claims

    def _check_times(self, claims: dict[str, Any]) -> None:
        now_s = self._clock.now().timestamp()
        times = [claims["exp"], claims["iat"], claims.get("nbf", 0)]
        if not all(isinstance(time, int | float) and abs(time) < 1e12 for time in times):
            raise TokenRefused
        expires_s, issued_s, from_s = times
        if expires_s <= now_s - LEEWAY_S:
            raise TokenExpired
        if max(issued_s, from_s) > now_s + LEEWAY_S:
            raise TokenRefused


def _key_id_of(token: str) -> str:
    try:
        return str(jwt.get_unverified_header(token).get("kid", ""))
    except jwt.InvalidTokenError as error:
        raise TokenRefused from error


def _identity(claims: dict[str, Any], *, user: str | None) -> Identity:
    proven = user is not None or claims.get("email_verified") is True
    return Identity(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        email=str(claims.get("email") or "") if proven else "",
        display_name=str(claims.get("name") or ""),
        user=user,
    )
