"""Operations as callers see them: `google.longrunning.Operation`."""

from __future__ import annotations

from typing import Final

from google.longrunning.operations_pb2 import Operation
from google.protobuf.any_pb2 import Any
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from luneo.operations.v1 import operation_pb2

from services.runtime import moments
from services.runtime.errors import DOMAIN, bad_request
from services.runtime.operations import OperationRow, OperationState

_TYPE_PREFIX: Final = "type.googleapis.com/"
_STATES: Final = {
    OperationState.PENDING: operation_pb2.OPERATION_STATE_PENDING,
    OperationState.PROCESSING: operation_pb2.OPERATION_STATE_PROCESSING,
    OperationState.SUCCEEDED: operation_pb2.OPERATION_STATE_SUCCEEDED,
    OperationState.FAILED: operation_pb2.OPERATION_STATE_FAILED,
    OperationState.CANCELLED: operation_pb2.OPERATION_STATE_CANCELLED,
}
_CANCELLED: Final = status_pb2.Status(code=1, message="This was cancelled.")


def to_proto(row: OperationRow, response: Message | None = None) -> Operation:
    """Return the message of an operation.

    response: what was made, as it is now; taken in place of what the operation kept, and only if
    the operation has succeeded.
    """
    operation = Operation(name=row.name, done=row.state.is_done)
    operation.metadata.Pack(_metadata(row))
    if row.state is OperationState.SUCCEEDED:
        operation.response.CopyFrom(_response(row, response))
    elif row.state is OperationState.FAILED:
        operation.error.CopyFrom(_error(row))
    elif row.state is OperationState.CANCELLED:
        operation.error.CopyFrom(_CANCELLED)
    return operation


def _metadata(row: OperationRow) -> operation_pb2.OperationMetadata:
    return operation_pb2.OperationMetadata(
        target=row.target,
        state=_STATES[row.state],
        progress_percent=row.progress_percent,
        attempt=row.attempt,
        step=row.step or _why_it_waits(row),
        create_time=moments.to_message(row.create_time),
        update_time=moments.to_message(row.update_time),
    )


def _why_it_waits(row: OperationRow) -> str:
    """Return what to tell people between two attempts, "" before the first."""
    if row.state is not OperationState.PENDING or not row.error_message:
        return ""
    return f"Waiting to try again. {row.error_message}"


def _response(row: OperationRow, response: Message | None) -> Any:
    packed = Any(type_url=_TYPE_PREFIX + row.response_type, value=row.response)
    if response is not None:
        packed.Pack(response)
    elif not row.response_type:
        packed.type_url = f"{_TYPE_PREFIX}google.protobuf.Empty"
    return packed


def _error(row: OperationRow) -> status_pb2.Status:
    status = status_pb2.Status(code=row.error_code, message=row.error_message)
    detail = error_details_pb2.ErrorInfo(reason=row.error_reason, domain=DOMAIN)
    status.details.add().Pack(detail)
    if row.error_violations:
        status.details.add().Pack(bad_request(row.error_violations))
    return status
