"""A shopper's page as a client: one connection that is kept, one request at a time.

The load shares its processors with what it measures, and shoppers' machines do not: a general
client takes as long for a call as the server does, this one a tenth of that.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import brotli

_PATIENCE_S: Final = 60.0


class CallFailed(Exception):
    """An answer that is none, comes too late, or has another status than 200."""


class PageClient:
    """Calls one server. headers: of every request; may grow between calls."""

    def __init__(self, base: str, headers: Mapping[str, str]) -> None:
        address = urlsplit(base)
        self._host, self._port = address.hostname or "", address.port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.headers = {"host": address.netloc, "accept-encoding": "br", **headers}

    async def get(self, path: str) -> bytes:
        """Return the body of an answer. path: or a whole address of the server. Raises CallFailed."""
        return await self._call("GET", path, b"")

    async def post(self, path: str, body: object) -> Any:
        """Return the JSON that a JSON body is answered with. Raises CallFailed."""
        return json.loads(await self._call("POST", path, json.dumps(body).encode()))

    async def close(self) -> None:
        """End the connection."""
        if self._streams is not None:
            self._streams[1].close()
            await self._streams[1].wait_closed()

    async def _call(self, method: str, path: str, body: bytes) -> bytes:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                return await self._answer(method, path, body)
        except (OSError, EOFError, TimeoutError) as error:
            await self.close()  # half an answer may be on its way
            self._streams = None
            raise CallFailed(f"{method} {path}: {error!r}") from error

    async def _answer(self, method: str, path: str, body: bytes) -> bytes:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port, limit=1 << 20)
        reader, writer = self._streams
        target = path if path.startswith("/") else _target(path)
        headers = dict(self.headers)
        if method == "POST":
            headers |= {"content-type": "application/json", "content-length": str(len(body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        status, fields = _head(await reader.readuntil(b"\r\n\r\n"))
        answer = await reader.readexactly(int(fields["content-length"]))
        if fields.get("content-encoding") == "br":
            answer = brotli.decompress(answer)
        if status != 200:
            raise CallFailed(f"{method} {path}: {status} {answer[:300]!r}")
        return answer


def _target(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _head(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    return int(first.split(" ", 2)[1]), {name.lower(): value for name, value in pairs}
