"""Reading bodies without being flooded: limits while reading, and over all requests together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from google.rpc import code_pb2

from gateway.exchange import ClientGone, Request
from gateway.refusals import Refusal, overloaded, too_large, unsupported_media

_IDENTITY: Final = frozenset(("", "identity"))
# A refused body up to this size is received and thrown away: a connection that is cut while the
# client still sends may lose the answer that says why.
_DISCARDED: Final = 64_000_000
# Slower than any phone that still works; who sends at this rate may take as long as it takes.
LEAST_BYTES_PER_S: Final = 20_000


class BodyMemory:
    """The memory that bodies in work may hold together in this process."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._held = 0

    def take(self, size: int) -> None:
        """Count more bytes as held. Raises Refusal (503) if there is no room for them."""
        if self._held + size > self._limit:
            refusal = overloaded("Too many large bodies are being read. Try again shortly.")
            refusal.close = True
            raise refusal
        self._held += size

    def give_back(self, size: int) -> None:
        """Count bytes as free again."""
        self._held -= size


@asynccontextmanager
async def whole(
    request: Request, limit_bytes: int, memory: BodyMemory, timeout_s: float
) -> AsyncIterator[bytes]:
    """Read the body; its memory stays counted until the context ends.

    timeout_s: for the body to arrive, beside a second for each LEAST_BYTES_PER_S that did.
    Raises Refusal: 413 over the limit (before the rest is read), 408 if it does not arrive in time,
    415 if it is compressed, 503 if too much is held already. Raises ClientGone.
    """
    stated = request.headers.get("content-length", "")
    if stated == "0" or (not stated and "transfer-encoding" not in request.headers):
        yield b""
        return
    if request.headers.get("content-encoding", "").strip().lower() not in _IDENTITY:
        raise unsupported_media("Send the body uncompressed.", "identity")
    if stated and int(stated) > limit_bytes:
        raise too_large(limit_bytes, close=int(stated) > _DISCARDED)
    chunks: list[bytes] = []
    try:
        async with asyncio.timeout(timeout_s) as limit:
            await _read(request, limit_bytes, memory, chunks, limit)
        yield chunks[0] if len(chunks) == 1 else b"".join(chunks)
    except TimeoutError:
        raise _too_slow() from None
    finally:
        memory.give_back(sum(map(len, chunks)))


async def _read(
    request: Request,
    limit_bytes: int,
    memory: BodyMemory,
    chunks: list[bytes],
    limit: asyncio.Timeout,
) -> None:
    size = 0
    end_s = limit.when()
    while True:
        event = await request.receive()
        if event["type"] == "http.disconnect":
            raise ClientGone
        chunk = event.get("body", b"")
        size += len(chunk)
        if size > limit_bytes:
            raise too_large(limit_bytes)
        if chunk:
            memory.take(len(chunk))
            chunks.append(chunk)
            if end_s is not None:
                limit.reschedule(end_s + size / LEAST_BYTES_PER_S)
        if not event.get("more_body", False):
            return


def _too_slow() -> Refusal:
    return Refusal(
        408,
        code_pb2.DEADLINE_EXCEEDED,
        "BODY_TOO_SLOW",
        "The body did not arrive in time.",
        close=True,
    )
