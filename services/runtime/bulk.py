"""The worker of bulk: a process behind all others, there while a brand has more than its allowance.

A job cannot be set aside once it has begun, so bulk has processes of its own whose priority is low:
the kernel gives the processor to whoever else wants it, and all of it to bulk when nobody does.
Where every worker is one process of many, on several machines, a thread kept free does (`Lanes`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Final

import structlog

from services.runtime.parent import PARENT_VARIABLE

IDLE_LIMIT_S: Final = 60.0
_AGAIN_S: Final = 5.0
_METRICS_PORT: Final = "LUNEO_METRICS_PORT"

_log = structlog.get_logger(__name__)


class BulkProcess:
    """Starts the worker of bulk when it is asked to. Used by one thread, which outlives it.

    arguments: of the `luneo` command.
    """

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None
        self._started_s = -_AGAIN_S

    @property
    def runs(self) -> bool:
        """Whether it lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it, unless it has been started a moment ago."""
        now_s = time.monotonic()
        if now_s - self._started_s < _AGAIN_S:
            return
        self._started_s = now_s
        ended = self._process.returncode if self._process is not None else 0
        if ended:
            _log.warning("the worker of bulk has ended; it begins again", exit_code=ended)
        try:
            self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module
                [sys.executable, "-P", "-m", "services.cli", *self._arguments],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env={**os.environ, PARENT_VARIABLE: str(os.getpid()), _METRICS_PORT: "0"},
            )
        except OSError as error:
            _log.warning("the worker of bulk cannot begin", error=error)

    def end(self) -> None:
        """Tell it to finish what it holds."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait(self, limit_s: float) -> None:
        """Return when it has ended; it is killed after limit_s."""
        if self._process is None:
            return
        try:
            self._process.wait(limit_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
