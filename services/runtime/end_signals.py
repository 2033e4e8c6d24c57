"""SIGTERM and SIGINT, by which a process is told to end."""

from __future__ import annotations

import signal
import socket
import time
from types import TracebackType
from typing import Final

_END: Final = frozenset({signal.SIGTERM, signal.SIGINT})


class EndSignals:
    """As a context on the main thread: from its beginning on, the signals only end `wait`.

    Each is a byte in a socket (`signal.set_wakeup_fd`), and nothing less would do: the system may
    give a signal to any thread, and then wakes no main thread that waits for a lock; and a handler
    that sets a `threading.Event` waits for ever if it interrupts this thread's own `wait` on it.
    Handlers that do nothing are left behind, so that a process which ends already is not cut short.
    """

    def __enter__(self) -> EndSignals:
        self._told = False
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        for number in _END:
            signal.signal(number, lambda *_: None)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.set_wakeup_fd(-1)
        self._reader.close()
        self._writer.close()

    def tell(self) -> None:
        """Let `wait` end as a signal does; from any thread."""
        self._writer.send(bytes([signal.SIGTERM]))

    def wait(self, timeout_s: float | None = None) -> bool:
        """Return whether the process is to end: at once when it is told, else after the time."""
        end_s = None if timeout_s is None else time.monotonic() + timeout_s
        while not self._told:
            left_s = None if end_s is None else max(0.0, end_s - time.monotonic())
            self._reader.settimeout(left_s)
            try:
                self._told = not _END.isdisjoint(self._reader.recv(512))
            except (TimeoutError, BlockingIOError):
                break
        return self._told
