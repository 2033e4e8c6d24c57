"""Maintenance: calls are answered with 503 and Retry-After until somebody says that it is over.

`luneo maintenance on` writes one key in Redis, every gateway looks at it once a second; or a
setting says it for one gateway, where Redis itself is being worked on. Health, metrics, the page,
preflights and open streams go on; so do calls that change nothing, if it was said so. While Redis
does not answer, what was seen last holds.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson
import structlog
from google.rpc import code_pb2
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from gateway.refusals import Refusal

KEY: Final = "luneo:maintenance"
LOOK_EVERY_S: Final = 1.0
_ANSWER_LIMIT_S: Final = 0.5
_RETRY_AFTER_S: Final = 60.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Maintenance:
    """reads: whether calls that change nothing go on. until_s: Unix time at which it should be over,
    None if nobody knows; it ends when it is switched off, not by itself."""

    reads: bool = False
    until_s: float | None = None

    def to_json(self) -> bytes:
        """Return what Redis keeps."""
        return orjson.dumps(asdict(self))

    def refusal(self, now_s: float) -> Refusal:
        """Return what a call is answered with. now_s: Unix time."""
        left_s = (self.until_s or 0.0) - now_s
        return Refusal(
            503,
            code_pb2.UNAVAILABLE,
            "MAINTENANCE",
            "This is being worked on and will be back. Try again later.",
            retry_after_s=left_s if left_s > 0 else _RETRY_AFTER_S,
        )


def from_json(text: bytes | str | None) -> Maintenance | None:
    """Return what was written; anything that cannot be read is maintenance without reads."""
    if text is None:
        return None
    try:
        found: Any = orjson.loads(text)
        until_s = found.get("until_s")
        return Maintenance(found.get("reads") is True, None if until_s is None else float(until_s))
    except (ValueError, TypeError, AttributeError):
        return Maintenance()


class Switch:
    """Says whether there is maintenance.

    setting: "off", "reads" or "all", for this gateway. url: of the Redis to look at, "" for none.
    """

    def __init__(self, setting: str, url: str) -> None:
        self._set = None if setting == "off" else Maintenance(reads=setting == "reads")
        self._redis: Redis | None = None
        if url:
            self._redis = Redis.from_url(
                url,
                socket_timeout=_ANSWER_LIMIT_S,
                socket_connect_timeout=_ANSWER_LIMIT_S,
                retry=Retry(NoBackoff(), 1),
            )
        self._seen: Maintenance | None = None
        self._watcher: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Look once, then again and again."""
        if self._redis is not None:
            await self._look(self._redis)
            self._watcher = asyncio.create_task(self._watch(self._redis))

    async def close(self) -> None:
        """Look no more."""
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.wait({self._watcher})
        if self._redis is not None:
            await self._redis.aclose()

    def admit(self, *, reads: bool) -> None:
        """Raise Refusal (503) during maintenance. reads: whether the call changes nothing."""
        found = self._set or self._seen
        if found is not None and not (reads and found.reads):
            raise found.refusal(time.time())

    async def _watch(self, redis: Redis) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await self._look(redis)

    async def _look(self, redis: Redis) -> None:
        try:
            found = from_json(await redis.get(KEY))
        except (RedisError, OSError, TimeoutError):
            return
        if found != self._seen:
            _log.warning("maintenance", on=found is not None, reads=bool(found and found.reads))
        self._seen = found
