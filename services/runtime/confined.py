"""Runs a pure function over hostile bytes in a child process that can do nothing else.

    confined = Confined({"render_core.intake.run:run"}, preload=["render_core.intake.images"])
    header, body = confined.run("render_core.intake.run:run", upload, kind="font")

What confines the child is in `confined_child`. Here are the clock, the limit of its answer, and the
meaning of its end: a refusal of the function (an exception with `reason`, `message` and `field`) and
every way of dying become `FileRefused`. The answer comes as plain values (dict for a dataclass, list
for a tuple, bytes); it was computed from hostile input, so judge it like input.

Each child reads one file and ends. Since importing the decoders takes longer than most files, one
process imports them and children are forked from it: `zygote`.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import struct
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import structlog

from services.runtime.confined_child import BYTES_KEY, EXIT_IDLE, EXIT_OUT_OF_MEMORY, EXIT_THREADS
from services.runtime.errors import InvalidArgument, Unavailable, Violation
from services.runtime.zygote import MAX_COMPLAINT, NotBegun, Reader, Vanished, Zygote

_MIB: Final = 1 << 20
_CHUNK: Final = 1 << 16
_LEAST_S: Final = 0.2  # from a child's last word to its end
_ATTEMPTS: Final = 3  # a zygote may end for being idle just now; the one after it may import late

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
    """What reading one file may cost. memory_bytes: beyond what the child holds before."""

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
        they import when they run, imported before the child is confined. ahead: keep the process
        that has imported them ready from the first use on.
        """
        self._limits = limits or Limits()
        self._functions = sorted(functions)
        self._preload = list(preload)
        self._ahead = ahead
        self._lock = threading.Lock()
        self._ready: Zygote | None = None
        self._late = False
        self._said = False

    def run(self, function: str, data: bytes, **arguments: Any) -> Any:
        """Return what the function made of the bytes, as plain values.

        arguments: small values that JSON holds. Raises FileRefused; ConfinementFailed if the
        child does not start; ValueError for a function that is not on the list.
        """
        if function not in self._functions:
            raise ValueError(f"{function} is not on this list of functions")
        request = json.dumps({"function": function, "arguments": arguments}).encode()
        head = struct.pack(">I", len(request)) + request
        with self._reader() as reader:
            try:
                end = _exchange(reader, head, data, self._limits)
            except Vanished as error:
                raise ConfinementFailed from error
        return self._meaning(end)

    def close(self) -> None:
        """End the process that was kept ready."""
        with self._lock:
            zygote, self._ready = self._ready, None
        if zygote is not None:
            zygote.close()

    @contextmanager
    def _reader(self) -> Iterator[Reader]:
        """Lend a child that has begun. Raises ConfinementFailed."""
        for _ in range(_ATTEMPTS):
            zygote = self._take()
            try:
                reader = zygote.reader()
            except NotBegun:
                self._give_up(zygote)
                continue
            try:
                yield reader
            finally:
                reader.close()
                if not self._ahead:
                    zygote.close()
            return
        raise ConfinementFailed

    def _take(self) -> Zygote:
        if not self._ahead:
            return self._start()
        with self._lock:
            if self._ready is None:
                self._ready = self._start()
            return self._ready

    def _give_up(self, zygote: Zygote) -> None:
        """Let the next use start another."""
        with self._lock:
            if self._ready is zygote:
                self._ready = None
        code, complaint = zygote.epitaph()
        zygote.close()
        if code == EXIT_THREADS:
            self._late = True
            _log.warning("imports have started threads: each reader imports for itself")
        elif code != EXIT_IDLE:
            _log.error("confined child did not start", code=code, complaint=complaint)

    def _start(self) -> Zygote:
        limits = self._limits
        try:
            return Zygote(
                functions=self._functions,
                preload=self._preload,
                late=self._late,
                wall_s=limits.wall_s,
                cpu_s=limits.cpu_s,
                memory_bytes=limits.memory_bytes,
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


def _exchange(reader: Reader, head: bytes, data: bytes, limits: Limits) -> _End:
    """Give the child its request and collect what it says, until it ends or has to be ended."""
    pending = [memoryview(head), memoryview(data)]
    output, complaint = bytearray(), bytearray()
    end_s = time.monotonic() + limits.wall_s
    cut = ""
    with selectors.DefaultSelector() as selector:
        selector.register(reader.stdin, selectors.EVENT_WRITE)
        selector.register(reader.stdout, selectors.EVENT_READ, output)
        selector.register(reader.stderr, selectors.EVENT_READ, complaint)
        while selector.get_map() and not cut:
            left_s = end_s - time.monotonic()
            cut = "TIMEOUT" if left_s <= 0 else ""
            for key, _ in selector.select(max(left_s, 0.0)):
                if key.data is None:
                    _write_some(selector, reader, pending)
                else:
                    _read_some(selector, key)
            if len(output) > limits.answer_bytes:
                cut = "OUTPUT_TOO_LARGE"
            del complaint[MAX_COMPLAINT:]
    code = None if cut else reader.wait(max(end_s - time.monotonic(), _LEAST_S))
    if code is None:
        cut = cut or "TIMEOUT"
        code = reader.killed()
    return _End(bytes(output), complaint.decode(errors="replace"), code, cut)


def _write_some(
    selector: selectors.BaseSelector, reader: Reader, pending: list[memoryview]
) -> None:
    try:
        written = os.write(reader.stdin, pending[0][:_CHUNK]) if pending[0] else 0
    except BrokenPipeError:
        pending.clear()
    else:
        pending[0] = pending[0][written:]
        if not pending[0]:
            del pending[0]
    if not pending:
        selector.unregister(reader.stdin)
        reader.close_stdin()


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
