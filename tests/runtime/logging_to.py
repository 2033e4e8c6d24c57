"""Logging as a process has it, into a stream of the test, and put back after it."""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from services.runtime import logs


@contextmanager
def logging_to(stream: io.StringIO) -> Iterator[None]:
    """Log what this process logs as JSON into `stream`, from "info" on."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    uvicorn = {name: logging.getLogger(name) for name in ("uvicorn", "uvicorn.error")}
    before = {name: (one.handlers, one.propagate) for name, one in uvicorn.items()}
    access_disabled = logging.getLogger("uvicorn.access").disabled
    hooks = sys.excepthook, threading.excepthook
    logs.configure("test", "info", "json", stream)
    try:
        yield
    finally:
        structlog.reset_defaults()
        logging.captureWarnings(capture=False)
        root.handlers, root.level = handlers, level
        for name, (old, propagate) in before.items():
            uvicorn[name].handlers, uvicorn[name].propagate = old, propagate
        logging.getLogger("uvicorn.access").disabled = access_disabled
        sys.excepthook, threading.excepthook = hooks
