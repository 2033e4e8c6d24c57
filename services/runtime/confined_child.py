"""The children that read hostile files: started by `confined`, isolated, one for each file.

Run as a script (`python -I confined_child.py CONFIGURATION`) with nothing of ours but the modules
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

import ctypes
import dataclasses
import gc
import importlib
import json
import os
import platform
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

EXIT_OUT_OF_MEMORY: Final = 86
EXIT_IDLE: Final = 87
EXIT_THREADS: Final = 88
BYTES_KEY: Final = "$bytes"
BEGUN: Final = b"begun"
ENDED: Final = struct.Struct(">i")

_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38
_DESCRIPTORS: Final = 1024  # of the zygote: one for each file at a time, and a few
_LATE_IMPORTS: Final = 512 << 20  # address space of decoders that a reader imports by itself

_Functions = Mapping[str, Callable[..., Any]]


def main() -> None:
    sys.dont_write_bytecode = True
    configuration = json.loads(sys.argv[1])
    sys.path[:0] = configuration["paths"]
    _set(resource.RLIMIT_NOFILE, _DESCRIPTORS)
    sizes = os.open("/proc/self/statm", os.O_RDONLY)  # before Landlock hides them
    tasks = os.open("/proc/self/task", os.O_RDONLY | os.O_DIRECTORY)
    for option, value in ((_PR_SET_NO_NEW_PRIVS, 1), (_PR_SET_DUMPABLE, 0)):
        if _LIBC.prctl(option, value, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), f"prctl {option} was refused")
    needed = {name.partition(".")[0] for name in _modules(configuration)}
    landlock = _landlock(configuration["paths"], needed)
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
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != self._pid:
                os._exit(1)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            for number, end in enumerate(ends):
                os.dup2(end, number)
            os.closerange(3, _DESCRIPTORS)
            functions = self._functions
            if self._configuration["late"]:
                functions, held_bytes = _imported(self._configuration), held_bytes + _LATE_IMPORTS
            _limit(self._configuration, held_bytes)
            confinement = {"landlock": self._landlock, "seccomp": _seccomp()}
            _write(json.dumps(confinement).encode() + b"\n")
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
    except Exception as error:
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
        return {"refused": {"reason": reason, "message": error.message, "field": field}}  # type: ignore[attr-defined]
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
    return getattr(importlib.import_module(module), function)  # type: ignore[no-any-return]


def _write(data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(1, view) :]


def _limit(configuration: Mapping[str, Any], held_bytes: int) -> None:
    """held_bytes: of address space, before a file is read."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = int(used.ru_utime + used.ru_stime + configuration["cpu_s"]) + 1
    _set(resource.RLIMIT_AS, held_bytes + configuration["memory_bytes"])
    # One second of CPU more until SIGKILL, so that SIGXCPU tells what it was.
    _set(resource.RLIMIT_CPU, cpu_s, cpu_s + 1)
    _set(resource.RLIMIT_FSIZE, 0)
    _set(resource.RLIMIT_NOFILE, 64)
    _set(resource.RLIMIT_CORE, 0)


def _set(limit: int, wanted: int, last: int | None = None) -> None:
    _, hard = resource.getrlimit(limit)
    most = sys.maxsize if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(limit, (min(wanted, most), min(last or wanted, most)))


# --- Landlock (Documentation/userspace-api/landlock.rst) ---

_LANDLOCK_CREATE: Final = 444
_LANDLOCK_ADD: Final = 445
_LANDLOCK_RESTRICT: Final = 446
_EXECUTE, _READ_FILE, _READ_DIR = 1, 4, 8
_FS_RIGHTS_BY_ABI: Final = ((1, 13), (2, 14), (3, 15), (5, 16))  # abi, number of rights
_SYSTEM_PATHS: Final = ("/usr/lib", "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache")


def _landlock(paths: list[str], packages: set[str]) -> bool:
    """Forbid every file but code, to read. Called while there is one thread, which all inherit.

    packages: those below `paths` that may be read. Other folders on the path may only be listed,
    which is how Python finds a package.
    """
    abi = _landlock_abi()
    if abi < 1:
        return False
    handled = (1 << max(rights for since, rights in _FS_RIGHTS_BY_ABI if abi >= since)) - 1
    attributes = struct.pack("=QQ", handled, 0b11) if abi >= 4 else struct.pack("=Q", handled)
    rules = _LIBC.syscall(_LANDLOCK_CREATE, attributes, len(attributes), 0)
    if rules < 0:
        return False
    for path in {*paths, *sys.path}:
        _allow(rules, path, _READ_DIR)
    ours = [os.path.join(path, package) for path in paths for package in packages]
    for path in {*ours, sys.prefix, sys.base_prefix, *_SYSTEM_PATHS}:
        _allow(rules, path, _EXECUTE | _READ_FILE | _READ_DIR)
    done = bool(_LIBC.syscall(_LANDLOCK_RESTRICT, rules, 0) == 0)
    os.close(rules)
    return done


def _landlock_abi() -> int:
    """Return the version of Landlock in this kernel, below 1 for none."""
    return int(_LIBC.syscall(_LANDLOCK_CREATE, None, 0, 1))


def _allow(rules: int, path: str, rights: int) -> None:
    """Add a rule for a path and what is below it; what is not there needs none."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not os.path.isdir(path):
        rights &= ~_READ_DIR
    if rights:
        rule = struct.pack("=Qi", rights, place)
        _LIBC.syscall(_LANDLOCK_ADD, rules, 1, rule, 0)
    os.close(place)


# --- seccomp (Documentation/userspace-api/seccomp_filter.rst) ---

_ALLOWED: Final = {
    "x86_64": (
        0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 19, 20, 21, 22, 23, 24, 25, 27, 28,
        32, 33, 35, 36, 37, 38, 39, 60, 63, 79, 89, 96, 97, 98, 99, 102, 104, 107, 108, 110,
        131, 143, 145, 157, 186, 202, 204, 217, 218, 219, 228, 229, 230, 231, 262, 267, 269, 270,
        271, 273, 290, 292, 293, 318, 324, 332, 334, 439,
    ),
    "aarch64": (
        17, 19, 23, 24, 48, 57, 59, 61, 62, 63, 64, 65, 66, 67, 72, 73, 78, 79, 80, 93, 94, 96,
        98, 99, 101, 102, 103, 113, 114, 115, 120, 121, 123, 124, 128, 132, 134, 135, 139, 160,
        163, 165, 167, 169, 172, 173, 174, 175, 176, 177, 178, 179, 214, 215, 216, 222, 226, 232,
        233, 278, 283, 291, 293, 439,
    ),
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class _Machine:
    """audit: value of seccomp_data.arch; the rest are system calls judged by their arguments."""

    audit: int
    open: int | None
    openat: int
    clone: int
    tgkill: int
    prlimit: int
    fcntl: int


_MACHINES: Final = {
    "x86_64": _Machine(0xC000003E, 2, 257, 56, 234, 302, 72),
    "aarch64": _Machine(0xC00000B7, None, 56, 220, 131, 261, 25),
}
_CLONE3: Final = 435
_X32_BIT: Final = 0x40000000
_CLONE_THREAD: Final = 0x00010000
# F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC: none that sets whom to signal.
_FCNTL: Final = (0, 1, 2, 3, 4, 1030)
_ALLOW: Final = 0x7FFF0000
_KILL: Final = 0x80000000
_EPERM, _ENOSYS = 0x00050001, 0x00050026
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NR, _ARCH, _ARGS = 0, 4, 16
_SYNC_THREADS: Final = 1
_SECCOMP: Final = {"x86_64": 317, "aarch64": 277}


def _seccomp() -> bool:
    """Filter the system calls of every thread of this process. False where it cannot be done."""
    machine = platform.machine()
    if machine not in _MACHINES or sys.byteorder != "little":
        return False
    program = _filter(_MACHINES[machine], _ALLOWED[machine])
    buffer = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("@HP", len(program) // 8, ctypes.addressof(buffer))
    return _LIBC.syscall(_SECCOMP[machine], 1, _SYNC_THREADS, head) == 0  # type: ignore[no-any-return]


def _filter(machine: _Machine, allowed: tuple[int, ...]) -> bytes:
    writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    steps = [_do(_LOAD, _ARCH), _do(_EQUAL, machine.audit, 1, 0), _do(_RETURN, _KILL)]
    steps += [_do(_LOAD, _NR), _do(_AT_LEAST, _X32_BIT, 0, 1), _do(_RETURN, _EPERM)]
    for number in allowed:
        steps += [_do(_EQUAL, number, 0, 1), _do(_RETURN, _ALLOW)]
    steps += _when(machine.openat, [*_argument(2), _do(_ANY_BIT, writes, 1, 0)])
    if machine.open is not None:
        steps += _when(machine.open, [*_argument(1), _do(_ANY_BIT, writes, 1, 0)])
    steps += _when(machine.clone, [*_argument(0), _do(_ANY_BIT, _CLONE_THREAD, 0, 1)])
    steps += _when(machine.tgkill, [*_argument(0), _do(_EQUAL, os.getpid(), 0, 1)])
    steps += _when(machine.fcntl, [*_argument(1), *_one_of(_FCNTL)])
    # prlimit may read limits: its pointer to new ones must be null, in both halves.
    steps += _when(
        machine.prlimit,
        [
            *_argument(2),
            _do(_EQUAL, 0, 0, 3),
            *_argument(2, high=True),
            _do(_EQUAL, 0, 0, 1),
        ],
    )
    steps += [_do(_EQUAL, _CLONE3, 0, 1), _do(_RETURN, _ENOSYS), _do(_RETURN, _EPERM)]
    return b"".join(steps)


def _when(number: int, judgement: list[bytes]) -> list[bytes]:
    """For one call: the judgement falls through to allow, or skips one step to refuse."""
    body = [*judgement, _do(_RETURN, _ALLOW), _do(_RETURN, _EPERM)]
    return [_do(_EQUAL, number, 0, len(body)), *body]


def _one_of(values: tuple[int, ...]) -> list[bytes]:
    """Judge what is loaded: go on to allow if it is one of the values."""
    left = range(len(values) - 1, -1, -1)
    return [
        _do(_EQUAL, value, after, int(after == 0))
        for value, after in zip(values, left, strict=True)
    ]


def _argument(index: int, *, high: bool = False) -> list[bytes]:
    return [_do(_LOAD, _ARGS + 8 * index + (4 if high else 0))]


def _do(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


if __name__ == "__main__":
    main()
