"""Streams that go on where they broke off.

A stream can be resumed if its messages and its request both have a string field `resume_token`: the
token of each message is the id of its event, and the `Last-Event-ID` that a browser sends when it
connects again fills the field of the request.
https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header
"""

from __future__ import annotations

import re
from typing import Any, Final

from google.protobuf.descriptor import Descriptor

from gateway.refusals import invalid
from gateway.routes import Binding

HEADER: Final = "last-event-id"
_FIELD: Final = "resume_token"
_MAX_BYTES: Final = 1024
_NOT_IN_AN_ID = re.compile(r"[\0\r\n]")


def is_resumable(binding: Binding) -> bool:
    """Whether the rpc streams messages with a token and takes one."""
    return (
        binding.rpc.server_streaming
        and _has_token(binding.input_type)
        and _has_token(binding.output_type)
    )


def _has_token(descriptor: Descriptor) -> bool:
    field = descriptor.fields_by_name.get(_FIELD)
    return field is not None and not field.is_repeated and field.type == field.TYPE_STRING


def set_token(request: Any, sent: str) -> None:
    """Put the id that a client saw last into the request. It is newer than what the address says,
    which a browser repeats unchanged. Raises Refusal (400)."""
    if not sent:
        return
    try:
        token = sent.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        raise invalid("INVALID_LAST_EVENT_ID", "Last-Event-ID is not UTF-8.") from None
    if len(sent) > _MAX_BYTES:
        raise invalid("INVALID_LAST_EVENT_ID", f"Last-Event-ID is over {_MAX_BYTES} bytes.")
    request.resume_token = token


def event_id(message: Any) -> str:
    """Return the id of the event for a message, "" if it has none that an event can carry."""
    token: str = message.resume_token
    return "" if _NOT_IN_AN_ID.search(token) else token
