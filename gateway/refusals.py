"""What the gateway itself refuses, before or instead of a service.

A `Refusal` carries everything that the answer needs: the HTTP status, the gRPC code, a reason, a
sentence and the fields at fault. `status.py` turns it into JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from google.rpc import code_pb2

from services.runtime.errors import Violation


class Refusal(Exception):
    """The request is answered by the gateway with an error.

    http_status: what goes on the status line. code: a google.rpc.Code. reason: UPPER_SNAKE, stable.
    violations: the fields at fault, by their paths in JSON names, "" for the request as a whole.
    headers: added to the answer. close: the connection ends with the answer, because the rest of
    the body was not read.
    """

    def __init__(
        self,
        http_status: int,
        code: int,
        reason: str,
        message: str,
        *,
        violations: Iterable[Violation] = (),
        metadata: Mapping[str, str] | None = None,
        headers: Iterable[tuple[str, str]] = (),
        retry_after_s: float | None = None,
        close: bool = False,
    ) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.code = code
        self.reason = reason
        self.message = message
        self.violations = tuple(violations)
        self.metadata = dict(metadata or {})
        self.headers = tuple(headers)
        self.retry_after_s = retry_after_s
        self.close = close


def invalid(reason: str, message: str, *violations: Violation) -> Refusal:
    """400: the request is not one that this rpc can take."""
    return Refusal(400, code_pb2.INVALID_ARGUMENT, reason, message, violations=violations)


def no_such_path() -> Refusal:
    """404: no rpc is bound to the path."""
    return Refusal(
        404,
        code_pb2.NOT_FOUND,
        "NO_SUCH_PATH",
        "There is nothing at this address; /openapi.json lists what there is.",
    )


def method_not_allowed(method: str, allow: str) -> Refusal:
    """405: the path exists, but not for this HTTP method."""
    return Refusal(
        405,
        code_pb2.UNIMPLEMENTED,
        "METHOD_NOT_ALLOWED",
        f"This address does not take {method[:20]}; it takes {allow}.",
        headers=(("allow", allow),),
    )


def too_large(limit_bytes: int, *, close: bool = True) -> Refusal:
    """413: the body is over the limit. close: what is still to come of it is not read."""
    return Refusal(
        413,
        code_pb2.INVALID_ARGUMENT,
        "BODY_TOO_LARGE",
        f"The body is larger than {limit_bytes:,} bytes. Send less.",
        metadata={"limit_bytes": str(limit_bytes)},
        close=close,
    )


def unsupported_media(sentence: str, accept: str) -> Refusal:
    """415: the body is of a kind that this rpc cannot read."""
    return Refusal(
        415,
        code_pb2.INVALID_ARGUMENT,
        "UNSUPPORTED_MEDIA_TYPE",
        sentence,
        headers=(("accept", accept),),
    )


def overloaded(message: str, retry_after_s: float = 1.0) -> Refusal:
    """503: this process has as much to do as it can take."""
    return Refusal(503, code_pb2.UNAVAILABLE, "OVERLOADED", message, retry_after_s=retry_after_s)


def too_many(message: str, retry_after_s: float) -> Refusal:
    """429: this caller asks more often than it may."""
    return Refusal(
        429,
        code_pb2.RESOURCE_EXHAUSTED,
        "RATE_LIMITED",
        message,
        retry_after_s=retry_after_s,
    )


def deadline_exceeded() -> Refusal:
    """504: the call took longer than its deadline; whether it took effect is not known."""
    return Refusal(
        504,
        code_pb2.DEADLINE_EXCEEDED,
        "DEADLINE_EXCEEDED",
        "The call did not finish within its deadline. Look whether it took effect, or repeat it.",
    )
