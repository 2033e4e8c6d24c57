"""The errors that a caller may see. One record says it all: code, reason, sentence, alarm or not.

    ServiceError
    ├── InvalidArgument         400  the request itself is wrong; one violation per field
    ├── Unauthenticated         401  no credential, or one that does not verify
    ├── PermissionDenied        403  known, but not allowed
    ├── NotFound                404  unknown, or of another brand: the two look the same
    ├── AlreadyExists           409
    ├── Aborted                 409  lost a race; try again
    │   └── Conflict            409  the etag is stale
    ├── FailedPrecondition      400  the state does not allow it
    ├── ResourceExhausted       429  a limit or a quota
    ├── Unimplemented           501
    ├── DeadlineExceeded        504
    ├── Cancelled               499  the caller has gone
    ├── Unavailable             503  a part is down; try again after `retry_after_s`
    └── Internal                500  a fault of ours; says nothing but the correlation id

Services derive their own errors from these and set `reason` and `message`. Nothing here knows a
database, a transport or a service, so domain modules may import it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

from google.protobuf import any_pb2, duration_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc import StatusCode

DOMAIN: Final = "luneo"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing wrong with one field.

    field: path in the request, "zones[2].text". reason: UPPER_SNAKE, stable.
    sentence: what is wrong and what would be right, for the person who sent it.
    """

    field: str
    reason: str
    sentence: str


class ServiceError(Exception):
    """An error with a typed answer.

    Class attributes describe the kind: `code`, `reason` (UPPER_SNAKE, stable), `message` (public),
    `report` (whether it is our fault and should raise an alarm) and the seconds to wait before
    trying again, if that helps. An instance may add a message of its own, violations and metadata
    (public, strings).
    """

    code: ClassVar[StatusCode] = StatusCode.UNKNOWN
    reason: ClassVar[str] = "UNKNOWN"
    message: ClassVar[str] = "Something went wrong."
    report: ClassVar[bool] = False
    default_retry_after_s: ClassVar[float | None] = None

    def __init__(
        self,
        message: str | None = None,
        *,
        reason: str | None = None,
        violations: Iterable[Violation] = (),
        retry_after_s: float | None = None,
        **metadata: object,
    ) -> None:
        self.public_message = message or self.message
        self.public_reason = reason or self.reason
        self.violations = tuple(violations)
        self.retry_after_s = self.default_retry_after_s if retry_after_s is None else retry_after_s
        self.metadata = {key: str(value) for key, value in metadata.items()}
        super().__init__(f"{self.public_reason}: {self.public_message}")


class InvalidArgument(ServiceError):
    """The request itself is wrong."""

    code = StatusCode.INVALID_ARGUMENT
    reason = "INVALID_ARGUMENT"
    message = "The request is not valid."

    @classmethod
    def field(cls, field: str, reason: str, sentence: str) -> InvalidArgument:
        """Return the error for one wrong field."""
        return cls(sentence, violations=[Violation(field, reason, sentence)])


class Unauthenticated(ServiceError):
    """No credential was shown, or it does not verify."""

    code = StatusCode.UNAUTHENTICATED
    reason = "UNAUTHENTICATED"
    message = "Send a valid API key or bearer token."


class PermissionDenied(ServiceError):
    """The caller is known and not allowed."""

    code = StatusCode.PERMISSION_DENIED
    reason = "PERMISSION_DENIED"
    message = "This credential is not allowed to do that. Use another."


class NotFound(ServiceError):
    """Unknown, or of another brand.

    Every instance answers with the same body, whatever a subclass says: what differs between an
    unknown thing and somebody else's would tell which of the two it is.
    """

    code = StatusCode.NOT_FOUND
    reason = "NOT_FOUND"
    message = (
        "There is nothing by that name. Check the name, and that the credential is of its brand."
    )


class AlreadyExists(ServiceError):
    """The id or another unique value is taken."""

    code = StatusCode.ALREADY_EXISTS
    reason = "ALREADY_EXISTS"
    message = "That name is already taken. Choose another."


class Aborted(ServiceError):
    """A race was lost; the same call may succeed if it is repeated."""

    code = StatusCode.ABORTED
    reason = "ABORTED"
    message = "Another change came first. Try again."


class Conflict(Aborted):
    """The etag that was sent is not the current one. Metadata `etag` holds the current one."""

    reason = "ETAG_MISMATCH"
    message = "This was changed by somebody else. Load it again, then repeat your change."

    def __init__(self, etag: str) -> None:
        super().__init__(etag=etag)


class FailedPrecondition(ServiceError):
    """The state of the resource does not allow this."""

    code = StatusCode.FAILED_PRECONDITION
    reason = "FAILED_PRECONDITION"
    message = "The current state does not allow this."


class ResourceExhausted(ServiceError):
    """A limit or a quota is used up."""

    code = StatusCode.RESOURCE_EXHAUSTED
    reason = "RESOURCE_EXHAUSTED"
    message = "A limit is reached. Try again later."


class Unimplemented(ServiceError):
    """There is no such method."""

    code = StatusCode.UNIMPLEMENTED
    reason = "METHOD_UNKNOWN"
    message = "There is no such method. Check the address, or the version of the client."


class DeadlineExceeded(ServiceError):
    """The time that the caller allowed is over."""

    code = StatusCode.DEADLINE_EXCEEDED
    reason = "DEADLINE_EXCEEDED"
    message = "This took longer than the time allowed. Try again, with more time."


class Cancelled(ServiceError):
    """The caller has gone."""

    code = StatusCode.CANCELLED
    reason = "CANCELLED"
    message = "The call was cancelled."


class Unavailable(ServiceError):
    """A part that is needed is down or overloaded. Recovers by itself."""

    code = StatusCode.UNAVAILABLE
    reason = "UNAVAILABLE"
    message = "A part of the service is not available at the moment. Try again shortly."
    report = True

    default_retry_after_s = 1.0


class Internal(ServiceError):
    """A fault of ours. What happened is in the log, under the correlation id."""

    code = StatusCode.INTERNAL
    reason = "INTERNAL"
    message = "An unexpected fault. Give the correlation id to support."
    report = True


def to_status(error: ServiceError, correlation_id: str = "") -> status_pb2.Status:
    """Return the `google.rpc.Status` that the caller sees."""
    if isinstance(error, NotFound):
        error = NotFound()
    details: list[Message] = [
        error_details_pb2.ErrorInfo(
            reason=error.public_reason, domain=DOMAIN, metadata=error.metadata
        )
    ]
    if error.violations:
        details.append(bad_request(error.violations))
    if error.retry_after_s is not None:
        details.append(error_details_pb2.RetryInfo(retry_delay=_duration(error.retry_after_s)))
    if correlation_id:
        details.append(error_details_pb2.RequestInfo(request_id=correlation_id))
    return status_pb2.Status(
        code=error.code.value[0],
        message=error.public_message,
        details=[_pack(detail) for detail in details],
    )


def from_status(status: status_pb2.Status) -> ServiceError:
    """Return the error that another service's status stands for, to be raised or handled here."""
    kind = _KINDS.get(status.code, Internal)
    info = error_details_pb2.ErrorInfo()
    wrong = error_details_pb2.BadRequest()
    retry = error_details_pb2.RetryInfo()
    for detail in status.details:
        for known in (info, wrong, retry):
            if detail.Is(known.DESCRIPTOR):
                detail.Unpack(known)
    error = kind.__new__(kind)
    ServiceError.__init__(
        error,
        status.message or None,
        reason=info.reason or None,
        violations=[Violation(v.field, v.reason, v.description) for v in wrong.field_violations],
        retry_after_s=_seconds(retry.retry_delay) if retry.HasField("retry_delay") else None,
    )
    error.metadata = dict(info.metadata)
    return error


_KINDS: Final[dict[int, type[ServiceError]]] = {
    kind.code.value[0]: kind
    for kind in (
        Cancelled,
        InvalidArgument,
        DeadlineExceeded,
        NotFound,
        AlreadyExists,
        PermissionDenied,
        Unauthenticated,
        ResourceExhausted,
        FailedPrecondition,
        Aborted,
        Unimplemented,
        Internal,
        Unavailable,
    )
}


def bad_request(violations: Iterable[Violation]) -> error_details_pb2.BadRequest:
    """Return the violations as a detail of a status."""
    return error_details_pb2.BadRequest(
        field_violations=[
            error_details_pb2.BadRequest.FieldViolation(
                field=violation.field, reason=violation.reason, description=violation.sentence
            )
            for violation in violations
        ]
    )


def _duration(seconds: float) -> duration_pb2.Duration:
    whole = int(seconds)
    return duration_pb2.Duration(seconds=whole, nanos=int((seconds - whole) * 1e9))


def _seconds(duration: duration_pb2.Duration) -> float:
    return duration.seconds + duration.nanos / 1e9


def _pack(detail: Message) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(detail)
    return packed
