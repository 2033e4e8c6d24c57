"""Compressing text on the way out: Brotli where the client takes it, else gzip."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Final

import brotli

from gateway.exchange import Response

MIN_BYTES: Final = 1024
_GZIP: Final = 16 + zlib.MAX_WBITS
_QUALITY = re.compile(r"q=([01](?:\.[0-9]{0,3})?)")


def choose(accept_encoding: str) -> str:
    """Return "br", "gzip" or "" by what the client accepts (RFC 9110, 12.5.3)."""
    if not accept_encoding:
        return ""
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        name, _, parameters = part.strip().partition(";")
        quality = _QUALITY.search(parameters)
        weights[name.strip()] = float(quality[1]) if quality else 1.0
    anything = weights.get("*", 0.0)
    return next((name for name in ("br", "gzip") if weights.get(name, anything) > 0.0), "")


def gzip(data: bytes, level: int = 5) -> bytes:
    """Return gzip data without a time stamp."""
    packer = zlib.compressobj(level, zlib.DEFLATED, _GZIP)
    return packer.compress(data) + packer.flush()


def br(data: bytes, quality: int = 2) -> bytes:
    """Return Brotli data."""
    return bytes(brotli.compress(data, quality=quality))


_ENCODERS: Final[dict[str, Callable[[bytes], bytes]]] = {"br": br, "gzip": gzip}


def apply(response: Response, accept_encoding: str) -> None:
    """Compress the body in place if that is worth it; its etag becomes a weak one."""
    if not response.compressible or response.stream is not None:
        return
    response.headers.append(("vary", "Accept-Encoding"))
    encoding = choose(accept_encoding) if len(response.body) >= MIN_BYTES else ""
    if not encoding:
        return
    response.body = _ENCODERS[encoding](response.body)
    response.headers = [
        (name, "W/" + value if name == "etag" and not value.startswith("W/") else value)
        for name, value in response.headers
    ]
    response.headers.append(("content-encoding", encoding))
