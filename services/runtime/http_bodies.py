"""Raw answers (google.api.HttpBody) and what the bridge is to say about them."""

from __future__ import annotations

from typing import Final

from google.api.httpbody_pb2 import HttpBody
from google.protobuf.any_pb2 import Any
from google.protobuf.message import Message
from luneo.options.v1.http_response_pb2 import HttpResponse

IMMUTABLE: Final = "public, max-age=31536000, immutable"
PRIVATE: Final = "private, no-store"
# For what a signed address shows: its content never changes, and the address soon ends.
SHOWN: Final = "private, max-age=3600, immutable"
# Metadata of a call whose caller reads no extensions: they come as metadata of the answer instead,
# which a proxy passes on as headers. Envoy's transcoder breaks off at an HttpBody with extensions.
AS_METADATA: Final = "luneo-http-response"


def of(
    data: bytes,
    media_type: str,
    *,
    cache_control: str = "",
    etag: str = "",
    content_disposition: str = "",
) -> HttpBody:
    """Return the bytes with their media type and, if any are given, headers."""
    headers = HttpResponse(
        cache_control=cache_control, etag=etag, content_disposition=content_disposition
    )
    body = HttpBody(content_type=media_type, data=data)
    if headers.ByteSize():
        packed = Any()
        packed.Pack(headers)
        body.extensions.append(packed)
    return body


def parted(answer: Message) -> tuple[Message, list[tuple[str, str]]]:
    """Return a raw answer without its extension, and that as headers; any other as it is."""
    if not isinstance(answer, HttpBody) or not answer.extensions:
        return answer, []
    stated = HttpResponse()
    answer.extensions[0].Unpack(stated)
    headers = [
        ("cache-control", stated.cache_control),
        ("etag", f'"{stated.etag}"' if stated.etag else ""),
        ("content-disposition", stated.content_disposition),
    ]
    plain = HttpBody(content_type=answer.content_type, data=answer.data)
    return plain, [(name, value) for name, value in headers if value]
