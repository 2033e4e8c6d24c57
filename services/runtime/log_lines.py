"""Lines of calls, written by the shortest way: there is one for each, thousands a second.

They look like every other line of `logs`. Made one by one on the threads of calls, each with the
lock and the write of a handler, they would cost more than a small call itself; so they are gathered
and written some twenty times a second. A process that is killed loses those of its last moment, as
it loses its calls; one that ends writes all.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from services.runtime import tracing

GATHERED_S: Final = 0.05
# Looks in which there was nothing, before the thread rests until it is woken: to wake it for each line
# of a steady trickle takes the interpreter from the thread that answers.
_PATIENCE: Final = 4

Fields = dict[str, str | float]


class CallLines:
    """Writes lines to the stream of a handler, as JSON.

    process: as lines name it. redact: what is done to a line in which `is_suspect` finds something.
    gathers: whether lines may wait for others, or are written at once.
    """

    def __init__(
        self,
        process: str,
        handler: logging.StreamHandler[Any],
        *,
        is_suspect: Callable[[str], object],
        redact: Callable[[Fields], Fields],
        gathers: bool,
    ) -> None:
        self._process = process
        self._handler = handler
        self._is_suspect = is_suspect
        self._redact = redact
        self._gathers = gathers
        self._waiting: deque[bytes] = deque()
        self._some = threading.Event()
        self._thread: threading.Thread | None = None
        _all.add(self)

    def write(self, logger: str, event: str, fields: Fields) -> None:
        """Write an informative line. fields: the texts and numbers of it beside those of every line."""
        line: Fields = {
            "process": self._process,
            "level": "info",
            "logger": logger,
            "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "event": event,
            **fields,
        }
        trace_id, span_id = tracing.current_ids()
        if trace_id:
            line["trace_id"], line["span_id"] = trace_id, span_id
        if self._is_suspect("\n".join([value for value in fields.values() if type(value) is str])):
            line = self._redact(line)
        self._waiting.append(orjson.dumps(line, option=_FORM))
        if not self._gathers:
            self.flush()
        elif not self._some.is_set():
            self._some.set()
            if self._thread is None:
                self._start()

    def flush(self) -> bool:
        """Write what waits; return whether there was anything."""
        waiting = self._waiting
        with self._handler.lock or _NO_LOCK:
            gathered = b"".join([waiting.popleft() for _ in range(len(waiting))])
            if gathered:
                self._handler.stream.write(gathered.decode())
                self._handler.flush()
        return bool(gathered)

    def forked(self) -> None:
        """Begin anew in the child of a fork: what waits is its parent's to write."""
        self._waiting.clear()
        self._some = threading.Event()
        self._thread = None

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="log-lines", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            self._some.wait()
            empty = 0
            while empty < _PATIENCE:
                time.sleep(GATHERED_S)
                empty = 0 if self._flushed() else empty + 1
            self._some.clear()
            self._flushed()  # what came before it was cleared woke nobody

    def _flushed(self) -> bool:
        try:
            return self.flush()
        except (OSError, ValueError):  # nobody reads any more, or the stream is closed
            self._waiting.clear()
            return False


_FORM: Final = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
_NO_LOCK: Final = threading.RLock()
_all: Final[weakref.WeakSet[CallLines]] = weakref.WeakSet()


def _flush_all() -> None:
    for lines in list(_all):
        if lines._waiting:
            lines.flush()


def _forked() -> None:
    for lines in list(_all):
        lines.forked()


atexit.register(_flush_all)
os.register_at_fork(after_in_child=_forked)
