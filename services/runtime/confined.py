"""Runs a pure function over hostile bytes in a child process that can do nothing else.

    confined = Confined({"render_core.intake.run:run"}, preload=["render_core.intake.images"])
    header, body = confined.run("render_core.intake.run:run", upload, kind="font")

What confines the child is in `confined_child`. Here are the clock, the limit of its answer, and the
meaning of its end: a refusal of the function (an exception with `reason`, `message` and `field`) and
every way of dying become `FileRefused`. The answer comes as plain values (dict for a dataclass, list
for a tuple, bytes); it was computed from hostile input, so judge it like input.

One child is started ahead where children are used, since importing the decoders takes longer than
most files. Each child reads one file and ends.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import structlog

from services.runtime.confined_child import BYTES_KEY, EXIT_OUT_OF_MEMORY
from services.runtime.errors import InvalidArgument, Unavailable, Violation

_CHILD: Final = Path(__file__).with_name("confined_child.py")
_PROJECT: Final = Path(__file__).resolve().parents[2]
_MIB: Final = 1 << 20
_MAX_COMPLAINT: Final = 8192
_CHUNK: Final = 1 << 16
_IDLE_S: Final = 300
_ENVIRONMENT: Final = {
    "LC_ALL": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "VIPS_CONCURRENCY": "1",
}

_log = structlog.get_logger(__name__)


class FileRefused(InvalidArgument):
    """The file was refused, or reading it hit a limit or brought the reader down.

    reason: that of the function, or TIMEOUT, OUT_OF_MEMORY, OUTPUT_TOO_LARGE or CRASHED.
    """

    reason = "FILE_REFUSED"
    message = "This file cannot be used."


class ConfinementFailed(Unavailable):
    """The child could not be started: a fault of the installation, not of the file."""

    reason = "CONFINEMENT_FAILED"
    message = "Files cannot be checked at the moment. Try again shortly."


_SENTENCES: Final = {
    "TIMEOUT": "Reading this file takes too long. Simplify it, or export it again.",
    "OUT_OF_MEMORY": "Reading this file takes too much memory. Make it smaller.",
    "OUTPUT_TOO_LARGE": "This file unpacks to more than is allowed. Make it smaller.",
    "CRASHED": "This file cannot be read; it seems to be damaged. Export it again.",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost. memory_bytes: beyond what the idle child holds."""

    wall_s: float = 10.0
    cpu_s: int = 10
    memory_bytes: int = 768 * _MIB
    answer_bytes: int = 256 * _MIB


class _End(NamedTuple):
    """How a child ended. cut: TIMEOUT or OUTPUT_TOO_LARGE if it was killed for that, else ""."""

    output: bytes
    complaint: str
    code: int
    cut: str


class Confined:
    """Runs functions of an allow-list. Used by any number of threads."""

    def __init__(
        self,
        functions: Iterable[str],
        *,
        limits: Limits | None = None,
        preload: Iterable[str] = (),
        ahead: bool = True,
    ) -> None:
        """functions: "package.module:function", each with a parameter `data`. preload: modules that
        they import when they run, imported before the child is confined. ahead: keep one child
        ready from the first use on.
        """
        self._limits = limits or Limits()
        self._functions = sorted(functions)
        self._preload = list(preload)
        self._ahead = ahead
        self._lock = threading.Lock()
        self._ready: subprocess.Popen[bytes] | None = None
        self._said = False

    def run(self, function: str, data: bytes, **arguments: Any) -> Any:
        """Return what the function made of the bytes, as plain values.

        arguments: small values that JSON holds. Raises FileRefused; ConfinementFailed if the
        child does not start; ValueError for a function that is not on the list.
        """
        if function not in self._functions:
            raise ValueError(f"{function} is not on this list of functions")
        child = self._take()
        request = json.dumps({"function": function, "arguments": arguments}).encode()
        try:
            end = _exchange(child, struct.pack(">I", len(request)) + request, data, self._limits)
        finally:
            _kill(child)
            if self._ahead:
                self._start_ahead()
        return self._meaning(end)

    def close(self) -> None:
        """End the child that was started ahead."""
        with self._lock:
            child, self._ready = self._ready, None
        if child is not None:
            _kill(child)

    def _take(self) -> subprocess.Popen[bytes]:
        with self._lock:
            child, self._ready = self._ready, None
        if child is not None:
            if child.poll() is None:
                return child
            _kill(child)  # it went because nobody used it: free its pipes
        return self._start()

    def _start_ahead(self) -> None:
        with self._lock:
            if self._ready is None:
                self._ready = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        limits = self._limits
        configuration = {
            "paths": [os.fspath(_PROJECT)],
            "functions": self._functions,
            "preload": self._preload,
            "wall_s": limits.wall_s,
            "cpu_s": limits.cpu_s,
            "memory_bytes": limits.memory_bytes,
            "idle_s": _IDLE_S,
        }
        try:
            return subprocess.Popen(  # noqa: S603 - our own interpreter and script
                [sys.executable, "-I", os.fspath(_CHILD), json.dumps(configuration)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd="/",
                env=_ENVIRONMENT,
                start_new_session=True,
            )
        except OSError as error:
            raise ConfinementFailed from error

    def _meaning(self, end: _End) -> Any:
        first, found, answer = end.output.partition(b"\n")
        if not found and not end.cut:
            _log.error("confined child did not start", code=end.code, complaint=end.complaint)
            raise ConfinementFailed
        self._say_what_is_missing(first)
        reason = end.cut or _reason_of_death(end)
        if reason:
            _log.info("confined child ended", reason=reason, complaint=end.complaint)
            raise FileRefused(_SENTENCES[reason], reason=reason)
        return _value(answer)

    def _say_what_is_missing(self, line: bytes) -> None:
        if self._said or not line:
            return
        self._said = True
        missing = [name for name, works in json.loads(line).items() if not works]
        if missing:
            _log.warning("this kernel does not confine readers of files fully", missing=missing)


def _exchange(child: subprocess.Popen[bytes], head: bytes, data: bytes, limits: Limits) -> _End:
    """Give the child its request and collect what it says, until it ends or has to be ended."""
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    pending = [memoryview(head), memoryview(data)]
    output, complaint = bytearray(), bytearray()
    end_s = time.monotonic() + limits.wall_s
    cut = ""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdin, selectors.EVENT_WRITE)
        selector.register(child.stdout, selectors.EVENT_READ, output)
        selector.register(child.stderr, selectors.EVENT_READ, complaint)
        for stream in (child.stdin, child.stdout, child.stderr):
            os.set_blocking(stream.fileno(), False)
        while selector.get_map() and not cut:
            left_s = end_s - time.monotonic()
            cut = "TIMEOUT" if left_s <= 0 else ""
            for key, _ in selector.select(max(left_s, 0.0)):
                if key.data is None:
                    _write_some(selector, child, pending)
                else:
                    _read_some(selector, key)
            if len(output) > limits.answer_bytes:
                cut = "OUTPUT_TOO_LARGE"
            del complaint[_MAX_COMPLAINT:]
    if cut:
        child.kill()
    return _End(bytes(output), complaint.decode(errors="replace"), child.wait(), cut)


def _write_some(
    selector: selectors.BaseSelector, child: subprocess.Popen[bytes], pending: list[memoryview]
) -> None:
    assert child.stdin is not None
    try:
        written = os.write(child.stdin.fileno(), pending[0][:_CHUNK]) if pending[0] else 0
    except BrokenPipeError:
        pending.clear()
    else:
        pending[0] = pending[0][written:]
        if not pending[0]:
            del pending[0]
    if not pending:
        selector.unregister(child.stdin)
        child.stdin.close()


def _read_some(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    chunk = os.read(key.fd, _CHUNK)
    if chunk:
        key.data.extend(chunk)
    else:
        selector.unregister(key.fileobj)


def _reason_of_death(end: _End) -> str:
    """Return why the child died; "" if it ended by itself with an answer."""
    if end.code == 0:
        return ""
    if -end.code in (signal.SIGXCPU, signal.SIGALRM):
        return "TIMEOUT"
    # Nobody here sent SIGKILL: the kernel did, for want of memory. Libraries that cannot go on
    # without memory abort with a word about allocation.
    if end.code == EXIT_OUT_OF_MEMORY or -end.code == signal.SIGKILL or "alloc" in end.complaint:
        return "OUT_OF_MEMORY"
    return "CRASHED"


def _value(answer: bytes) -> Any:
    """Return the answer's value. Raises FileRefused for a refusal, and for nonsense."""
    line, _, rest = answer.partition(b"\n")
    try:
        document = json.loads(line)
        blobs, at = [], 0
        for length in document["lengths"]:
            blobs.append(rest[at : at + length])
            at += length
        if "value" in document:
            return _with_bytes(document["value"], blobs)
        if "refused" in document:
            parts = document["refused"]
            refusal = str(parts["reason"]), str(parts["message"]), str(parts["field"])
        else:
            _log.warning("a confined function raised", error=document["crashed"])
            refusal = "CRASHED", _SENTENCES["CRASHED"], ""
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise FileRefused(_SENTENCES["CRASHED"], reason="CRASHED") from None
    reason, message, field = refusal
    violations = [Violation(field, reason, message)] if field else []
    raise FileRefused(message, reason=reason, violations=violations)


def _with_bytes(value: Any, blobs: list[bytes]) -> Any:
    if isinstance(value, list):
        return [_with_bytes(item, blobs) for item in value]
    if isinstance(value, dict):
        if list(value) == [BYTES_KEY]:
            return blobs[value[BYTES_KEY]]
        return {key: _with_bytes(item, blobs) for key, item in value.items()}
    return value


def _kill(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream is not None:
            stream.close()
