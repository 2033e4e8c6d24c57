"""The children that read hostile files: started by `confined`, isolated, one for each file.

Run by itself (`START`, with a configuration) with nothing of ours but `confinement` and the modules
that its configuration names. The process that is started, the *zygote*, imports the decoders and
then forks a *reader* for each file; it never sees a byte of one, so that nothing of a file is left
for the next. What is inherited it puts on itself, the rest each reader, before it reads:

    Landlock     reads the interpreter's code and the packages it needs of ours, nothing else: the
                 data folder may stand inside the project (Linux 5.13 and later)
    dumpable     off: nobody but root may look into these processes
    descriptors  a reader has its three pipes and none of the zygote's or of other readers
    rlimits      memory, CPU time, no file may grow, few descriptors, no core
    seccomp      a short list of system calls; no sockets, programs, processes, or files to write,
                 no signals to others, also not by way of a descriptor's owner

Where the kernel lacks one of them it goes on without, and says so in its first line of output.
RLIMIT_NPROC is not used: it counts every thread of the user, also outside of this process.
A fork copies one thread alone. If the imports have started others, the zygote ends with
EXIT_THREADS, and is started again such that each reader imports the decoders for itself (`late`).

Zygote, stdin: a socket. A message carries four descriptors: stdin, stdout and stderr of a reader,
and a socket, on which is told that it has begun and, in 4 bytes, how it ended. The reader is killed
when the other end of that socket is shut, and with the zygote.
Reader, stdin: 4 bytes length, request as JSON, then the file to the end of the stream.
stdout: a line of JSON (what confines it), then a line of JSON (the result) and the bytes in it.
"""

from __future__ import annotations

import dataclasses
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, NoReturn

from services.runtime import confinement, priority

EXIT_OUT_OF_MEMORY: Final = 86
EXIT_IDLE: Final = 87
EXIT_THREADS: Final = 88
BYTES_KEY: Final = "$bytes"
BEGUN: Final = b"begun"
ENDED: Final = struct.Struct(">i")

# For `python -c`, behind it the folder of the project and the configuration.
START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    " from services.runtime.confined_child import main; main(sys.argv[2])"
)

_DESCRIPTORS: Final = 1024  # of the zygote: one for each file at a time, and a few
_LATE_IMPORTS: Final = 512 << 20  # address space of decoders that a reader imports by itself

_Functions = Mapping[str, Callable[..., Any]]


def main(text: str) -> None:
    configuration = json.loads(text)
    confinement.set_limit(resource.RLIMIT_NOFILE, _DESCRIPTORS)
    # Reading a file takes as long as a hundred answers: those go first.
    priority.step_back(priority.AFTER_ANSWERS)
    sizes = os.open("/proc/self/statm", os.O_RDONLY)  # before Landlock hides them
    tasks = os.open("/proc/self/task", os.O_RDONLY | os.O_DIRECTORY)
    confinement.renounce()
    needed = {name.partition(".")[0] for name in _modules(configuration)}
    landlock = confinement.landlock(configuration["paths"], needed)
    functions = {} if configuration["late"] else _imported(configuration)
    if len(os.listdir(tasks)) != 1:
        os._exit(EXIT_THREADS)
    gc.freeze()  # a collection in a reader would copy all that is shared
    Zygote(configuration, functions, sizes, landlock=landlock).serve()


class Zygote:
    """Forks readers, tells how they ended, and ends them when it is asked to. One thread."""

    def __init__(
        self,
        configuration: Mapping[str, Any],
        functions: _Functions,
        sizes: int,
        *,
        landlock: bool,
    ) -> None:
        """sizes: the open /proc/self/statm of this process."""
        self._configuration = configuration
        self._functions = functions
        self._sizes = sizes
        self._landlock = landlock
        self._pid = os.getpid()
        self._control = socket.socket(fileno=0)
        self._readers: dict[int, socket.socket] = {}  # by process id
        self._killed: set[int] = set()
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)

    def serve(self) -> NoReturn:
        """Fork until the other end is closed, or nobody has wanted anything for a while."""
        while True:
            idle_ms = None if self._readers else self._configuration["idle_s"] * 1000
            ready = self._wait(idle_ms)
            if not ready:
                os._exit(EXIT_IDLE)
            if self._woken.fileno() in ready:
                self._woken.recv(1024)
                self._tell_ends()
            for pid, told in self._readers.items():
                if told.fileno() in ready:
                    os.kill(pid, signal.SIGKILL)  # not reaped yet, so the number is its own
                    self._killed.add(pid)
            if self._control.fileno() in ready:
                self._take()

    def _wait(self, limit_ms: float | None) -> set[int]:
        poll = select.poll()
        listening = [told for pid, told in self._readers.items() if pid not in self._killed]
        for one in (self._control, self._woken, *listening):
            poll.register(one, select.POLLIN)
        return {descriptor for descriptor, _ in poll.poll(limit_ms)}

    def _take(self) -> None:
        message, ends, _, _ = socket.recv_fds(self._control, 16, 8)
        if not message:
            os._exit(0)  # nobody is there any more; readers end with this process
        if len(ends) == 4:
            self._fork(ends)
        for end in ends[:3]:
            os.close(end)

    def _fork(self, ends: list[int]) -> None:
        told = socket.socket(fileno=ends[3])
        pages = int(os.pread(self._sizes, 64, 0).split()[0])
        try:
            pid = os.fork()
        except OSError:
            told.close()
            return
        if pid == 0:
            self._become_reader(ends[:3], pages * resource.getpagesize())
        self._readers[pid] = told
        with suppress(OSError):
            told.send(BEGUN)

    def _tell_ends(self) -> None:
        while self._readers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._killed.discard(pid)
            with self._readers.pop(pid) as told, suppress(OSError):
                told.send(ENDED.pack(os.waitstatus_to_exitcode(status)))

    def _become_reader(self, ends: list[int], held_bytes: int) -> NoReturn:
        """Let go of all that is the zygote's, confine this process, read one file, and end."""
        try:
            confinement.end_with(self._pid)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            for number, end in enumerate(ends):
                os.dup2(end, number)
            os.closerange(3, _DESCRIPTORS)
            functions = self._functions
            if self._configuration["late"]:
                functions, held_bytes = _imported(self._configuration), held_bytes + _LATE_IMPORTS
            confinement.limit(self._configuration, held_bytes)
            works = {"landlock": self._landlock, "seccomp": confinement.seccomp()}
            _write(json.dumps(works).encode() + b"\n")
            _read(functions, self._configuration)
        except BaseException:  # whatever it is, the zygote's loop does not go on in here
            traceback.print_exc()
        finally:
            os._exit(1)


def _imported(configuration: Mapping[str, Any]) -> _Functions:
    for module in configuration["preload"]:
        importlib.import_module(module)
    return {name: _function(name) for name in configuration["functions"]}


def _modules(configuration: Mapping[str, Any]) -> list[str]:
    functions = [name.partition(":")[0] for name in configuration["functions"]]
    return [*configuration["preload"], *functions]


def _read(functions: _Functions, configuration: Mapping[str, Any]) -> NoReturn:
    signal.setitimer(signal.ITIMER_REAL, configuration["wall_s"] + 1.0)  # if the parent is gone
    whole = sys.stdin.buffer.read()
    if len(whole) < 4:
        os._exit(EXIT_IDLE)
    (length,) = struct.unpack_from(">I", whole)
    request = json.loads(whole[4 : 4 + length])
    data = whole[4 + length :]
    del whole
    blobs: list[bytes] = []
    try:
        value = functions[request["function"]](data=data, **request["arguments"])
        answer = {"value": _plain(value, blobs)}
    except MemoryError:
        os._exit(EXIT_OUT_OF_MEMORY)
    except Exception as error:  # what a file did to a reader is an answer
        blobs.clear()
        answer = _error(error)
    answer["lengths"] = [len(blob) for blob in blobs]
    _write(b"".join((json.dumps(answer).encode(), b"\n", *blobs)))
    os._exit(0)


def _error(error: Exception) -> dict[str, Any]:
    """Tell a refusal, which carries a reason and a sentence, from a fault in the code."""
    reason = getattr(error, "reason", None)
    if isinstance(reason, str) and isinstance(getattr(error, "message", None), str):
        field = str(getattr(error, "field", ""))
        return {"refused": {"reason": reason, "message": error.message, "field": field}}  # type: ignore[attr-defined]  # looked for above
    return {"crashed": f"{type(error).__name__} at {_place(error)}"}


def _place(error: Exception) -> str:
    """Return where it was raised; what it says may quote the file."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "nowhere"
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"


def _plain(value: Any, blobs: list[bytes]) -> Any:
    """Return the value as JSON; bytes are put into `blobs` and referred to by number."""
    if isinstance(value, bytes | bytearray | memoryview):
        blobs.append(bytes(value))
        return {BYTES_KEY: len(blobs) - 1}
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name), blobs) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item, blobs) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, blobs) for item in value]
    raise TypeError(f"{type(value).__name__} does not cross the pipe")


def _function(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)  # type: ignore[no-any-return]  # what is called by name has no type


def _write(data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(1, view) :]
