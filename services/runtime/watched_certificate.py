"""A certificate in files that may be replaced at work: read again when they change."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import structlog

LOOK_EVERY_S: Final = 1.0
_log = structlog.get_logger(__name__)

_Held = TypeVar("_Held")
Stamp = tuple[tuple[int, int, int], ...]


def stamp(paths: Iterable[Path]) -> Stamp:
    """Return what changes when a file is written or another is put in its place. Raises OSError."""
    found = [path.stat() for path in paths]
    return tuple((one.st_ino, one.st_mtime_ns, one.st_size) for one in found)


class WatchedCertificate(Generic[_Held]):
    """The files are looked at no more than once a second; what they hold counts once it can be used.

    look: their stamp. load: what they hold. Both raise `unusable`; the constructor lets it through,
    later what was held before goes on. told: what the log says of what was taken.
    """

    def __init__(
        self,
        look: Callable[[], Stamp],
        load: Callable[[], _Held],
        unusable: type[Exception],
        *,
        told: Callable[[_Held], dict[str, Any]] = lambda _: {},
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look, self._load, self._unusable = look, load, unusable
        self._told, self._now_s = told, now_s
        self._lock = threading.Lock()
        self._stamp = look()
        self._held = load()
        self._looked_s = now_s()

    def current(self) -> _Held:
        """Return what counts now; the same object until the files have changed."""
        with self._lock:
            if self._now_s() - self._looked_s >= LOOK_EVERY_S:
                self._looked_s = self._now_s()
                self._refresh()
            return self._held

    def _refresh(self) -> None:
        try:
            found = self._look()
            if found == self._stamp:
                return
            self._held = self._load()
        except self._unusable as error:
            _log.warning("certificate_not_taken", error=str(error))
            return
        self._stamp = found
        _log.info("certificate_taken", **self._told(self._held))
