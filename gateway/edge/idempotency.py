"""`Idempotency-Key` becomes the `request_id` of calls that have one."""

from __future__ import annotations

import re
from typing import Any, Final

from gateway.refusals import invalid

HEADER: Final = "idempotency-key"
_FIELD: Final = "request_id"
_KEY = re.compile(r"[\x21-\x7e]{1,100}")


def set_request_id(message: Any, sent: str | None) -> None:
    """Put the key into the request; calls without `request_id` are the same twice anyway.

    sent: the header, None if there was none; an empty one protects nothing, so it is refused.
    Raises Refusal (400) if it is not a key or the body says another.
    """
    if sent is None or _FIELD not in message.DESCRIPTOR.fields_by_name:
        return
    key = sent.strip().strip('"')
    if not _KEY.fullmatch(key):
        raise invalid(
            "INVALID_IDEMPOTENCY_KEY", "Idempotency-Key is 1 to 100 visible ASCII characters."
        )
    if message.request_id and message.request_id != key:
        raise invalid("INVALID_IDEMPOTENCY_KEY", "Idempotency-Key and requestId differ.")
    message.request_id = key
