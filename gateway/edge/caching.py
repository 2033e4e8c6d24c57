"""Conditional requests: ETag and If-None-Match on answers, If-Match into the etag of a request.

RFC 9110, 8.8.3 and 13.1. An etag of a resource is its `etag` field; of bytes, what the service
states or, failing that, their hash.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final

from gateway.refusals import Refusal, invalid

_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e]*)"')
_BARE = re.compile(r"[A-Za-z0-9._~=-]{1,200}")
_QUOTABLE = re.compile(r"[\x21\x23-\x7e]{1,200}")


def etag_of(message: Any) -> str:
    """Return the etag of a resource as a header value, "" if it has none."""
    field = message.DESCRIPTOR.fields_by_name.get("etag")
    if field is None or field.is_repeated or field.cpp_type != field.CPPTYPE_STRING:
        return ""
    return quoted(message.etag)


def quoted(etag: str) -> str:
    """Return an etag as a header value: quoted once, "" if it cannot be one."""
    bare = etag.removeprefix("W/").strip('"')
    return f'"{bare}"' if _QUOTABLE.fullmatch(bare) else ""


def etag_of_bytes(data: bytes) -> str:
    """Return an etag for bytes that came without one."""
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


def matches(if_none_match: str, etag: str) -> bool:
    """Whether the client has this state already (weak comparison)."""
    if not if_none_match or not etag:
        return False
    if if_none_match.strip() == "*":
        return True
    return etag.removeprefix("W/").strip('"') in _TAG.findall(if_none_match)


def set_if_match(message: Any, if_match: str, body_field: str) -> bool:
    """Put the etag of If-Match into the request, or into the resource that it carries.

    Returns whether the call became conditional. Raises Refusal (400) if the header is not one
    etag, says another than the body, or the rpc takes none.
    """
    sent = if_match.strip()
    if not sent or sent == "*":
        return False
    tags = _TAG.findall(sent) if '"' in sent else _BARE.findall(sent)
    if len(tags) != 1 or (_TAG.sub("", sent) if '"' in sent else _BARE.sub("", sent)).strip():
        raise invalid("INVALID_IF_MATCH", "If-Match takes one etag.")
    target = _holder(message, body_field)
    if target.etag and target.etag.removeprefix("W/").strip('"') != tags[0]:
        raise invalid("INVALID_IF_MATCH", "If-Match and the etag of the body differ.")
    target.etag = tags[0]
    return True


def _holder(message: Any, body_field: str) -> Any:
    if "etag" in message.DESCRIPTOR.fields_by_name:
        return message
    inner: Final = message.DESCRIPTOR.fields_by_name.get(body_field)
    if inner is not None and inner.message_type is not None and not inner.is_repeated:
        resource = getattr(message, body_field)
        if "etag" in resource.DESCRIPTOR.fields_by_name:
            return resource
    raise _unconditional()


def _unconditional() -> Refusal:
    return invalid("INVALID_IF_MATCH", "This call does not take If-Match.")
