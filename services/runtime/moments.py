"""Moments between Python and protobuf, always in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp


def to_message(moment: datetime | None) -> Timestamp | None:
    """Return the message of a moment; None stays None, which leaves a field unset."""
    if moment is None:
        return None
    message = Timestamp()
    message.FromDatetime(moment)
    return message


def from_message(message: Timestamp) -> datetime:
    """Return the moment of a message."""
    return message.ToDatetime(tzinfo=UTC)
