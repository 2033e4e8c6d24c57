"""How calls fail.

LuneoError
├── InvalidArgument     the request is wrong; `violations` say where
├── FailedPrecondition  it cannot be done as things stand; `reason` says why
├── Unauthenticated     no credential, or none that holds
├── PermissionDenied    a scope or a role is missing
├── NotFound            there is no such thing, or it is not yours
├── AlreadyExists       the id is taken
├── Aborted             somebody else was faster: a stale etag
├── ResourceExhausted   a quota is used up; `retry_after_s` says when to come back
├── DeadlineExceeded    it took too long; whether it took effect is not known
├── Unavailable         overloaded, in maintenance or restarting
└── ConnectionFailed    no answer
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Violation:
    """A field at fault. field: its path in JSON names, "" for the request as a whole."""

    field: str
    reason: str
    description: str


class LuneoError(Exception):
    """A call that was refused or failed.

    status: of HTTP, 0 where there was no answer or an operation failed. code: the name of the gRPC
    code. reason: stable, UPPER_SNAKE, "" if there is none. metadata: what belongs to the reason.
    retry_after_s: when to come back, None if that is not known.
    """

    CODE: ClassVar[str] = ""

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        code: str = "",
        reason: str = "",
        violations: tuple[Violation, ...] = (),
        metadata: dict[str, str] | None = None,
        correlation_id: str = "",
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code or self.CODE
        self.reason = reason
        self.violations = violations
        self.metadata = metadata or {}
        self.correlation_id = correlation_id
        self.retry_after_s = retry_after_s

    def __str__(self) -> str:
        """Say it with its reason and what to give to support."""
        where = "; ".join(f"{one.field}: {one.description}" for one in self.violations)
        told = filter(None, (self.reason or self.code, where, self.correlation_id))
        return f"{self.message} [{', '.join(told)}]"


class InvalidArgument(LuneoError):
    """The request is wrong."""

    CODE = "INVALID_ARGUMENT"


class FailedPrecondition(LuneoError):
    """It cannot be done as things stand."""

    CODE = "FAILED_PRECONDITION"


class Unauthenticated(LuneoError):
    """There is no credential, or none that holds."""

    CODE = "UNAUTHENTICATED"


class PermissionDenied(LuneoError):
    """The credential lacks a scope or a role."""

    CODE = "PERMISSION_DENIED"


class NotFound(LuneoError):
    """There is no such thing, or it is not yours."""

    CODE = "NOT_FOUND"


class AlreadyExists(LuneoError):
    """The id is taken."""

    CODE = "ALREADY_EXISTS"


class Aborted(LuneoError):
    """Somebody else was faster."""

    CODE = "ABORTED"


class ResourceExhausted(LuneoError):
    """A quota is used up."""

    CODE = "RESOURCE_EXHAUSTED"


class DeadlineExceeded(LuneoError):
    """It took too long; whether it took effect is not known."""

    CODE = "DEADLINE_EXCEEDED"


class Unavailable(LuneoError):
    """Overloaded, in maintenance or restarting."""

    CODE = "UNAVAILABLE"


class ConnectionFailed(LuneoError):
    """There was no answer, or it broke off."""

    CODE = "UNAVAILABLE"


_BY_CODE = {one.CODE: one for one in LuneoError.__subclasses__() if one is not ConnectionFailed}


def of_answer(body: Any, status: int, retry_after_s: float | None = None) -> LuneoError:
    """Return the error that an answer tells of. body: its JSON, anything if it is not from Luneo."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        kind = Unavailable if status in (429, 502, 503, 504) else LuneoError
        return kind(f"The server answered {status}.", status=status, retry_after_s=retry_after_s)
    details = error.get("details", [])
    info = _detail(details, "ErrorInfo")
    delay = _detail(details, "RetryInfo").get("retryDelay")
    code = error.get("status", "")
    return _BY_CODE.get(code, LuneoError)(
        error.get("message", ""),
        status=status,
        code=code,
        reason=info.get("reason", ""),
        violations=tuple(
            Violation(one.get("field", ""), one.get("reason", ""), one.get("description", ""))
            for one in _detail(details, "BadRequest").get("fieldViolations", [])
        ),
        metadata=info.get("metadata", {}),
        correlation_id=_detail(details, "RequestInfo").get("requestId", ""),
        retry_after_s=float(delay.removesuffix("s")) if delay else retry_after_s,
    )


# In the order of their numbers.
_CODES = (
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
    "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
    "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
)  # fmt: skip


def of_status(status: dict[str, Any]) -> LuneoError:
    """Return the error of a google.rpc.Status in JSON, with which an operation ended."""
    number = status.get("code", 2)
    name = _CODES[number] if 0 <= number < len(_CODES) else "UNKNOWN"
    return of_answer({"error": {**status, "status": name}}, 0)


def _detail(details: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    wanted = f"type.googleapis.com/google.rpc.{kind}"
    return next((one for one in details if one.get("@type") == wanted), {})
