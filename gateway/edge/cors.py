"""Cross-origin calls, by brand.

A preflight carries no credential, so it is answered for every origin and promises nothing: the call
itself is judged by the pipeline, which knows the origins of the key that was shown. Only an origin
that passed there is named in `Access-Control-Allow-Origin`. What the gateway refuses before a call
reaches the pipeline (a rate limit, a body that is too large) is readable for origins that passed
lately with the same credential.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Final

from gateway.exchange import Request, Response
from services.runtime.credentials import KeyRefused, OriginRefused

NOT_ALLOWED: Final = frozenset((KeyRefused.reason, OriginRefused.reason))
_MAX_AGE_S: Final = 7200
_REMEMBERED: Final = 10_000
_REQUEST_HEADERS: Final = (
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, "
    "Luneo-Session, Traceparent, X-Api-Key, X-Correlation-Id, X-Timeout"
)
_EXPOSED: Final = "ETag, RateLimit, RateLimit-Policy, Retry-After, X-Correlation-Id"


def is_preflight(request: Request) -> bool:
    """Whether this asks if a cross-origin call may be made."""
    return (
        request.method == "OPTIONS"
        and "origin" in request.headers
        and "access-control-request-method" in request.headers
    )


def preflight(request: Request, methods: str) -> Response:
    """Answer a preflight. methods: what the path takes, as in Allow."""
    return Response(
        204,
        [
            ("access-control-allow-origin", request.headers["origin"]),
            ("access-control-allow-methods", methods),
            ("access-control-allow-headers", _REQUEST_HEADERS),
            ("access-control-max-age", str(_MAX_AGE_S)),
            ("vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
        ],
    )


class Origins:
    """Which origins passed the pipeline lately, with which credential."""

    def __init__(self) -> None:
        self._passed: OrderedDict[bytes, None] = OrderedDict()

    def note(self, request: Request, *, passed: bool) -> None:
        """Remember the pipeline's judgement of a call with an Origin."""
        if "origin" not in request.headers:
            return
        pair = _pair(request)
        if passed:
            self._passed[pair] = None
            self._passed.move_to_end(pair)
            if len(self._passed) > _REMEMBERED:
                self._passed.popitem(last=False)
        else:
            self._passed.pop(pair, None)

    def headers(self, request: Request, *, public: bool) -> list[tuple[str, str]]:
        """Return the CORS headers of an answer. public: of a method that takes no credential."""
        if public:
            return [
                ("access-control-allow-origin", "*"),
                ("access-control-expose-headers", _EXPOSED),
            ]
        if "origin" not in request.headers:
            return []
        if _pair(request) not in self._passed:
            return [("vary", "Origin")]
        return [
            ("access-control-allow-origin", request.headers["origin"]),
            ("access-control-expose-headers", _EXPOSED),
            ("vary", "Origin"),
        ]


def _pair(request: Request) -> bytes:
    return hashlib.sha256(f"{request.credential}\n{request.headers['origin']}".encode()).digest()
