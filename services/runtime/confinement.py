"""What a process puts on itself before it reads a hostile file. See `confined_child` for the whole.

Nothing but the standard library: this is imported where nothing else of ours should be.
"""

from __future__ import annotations

import ctypes
import dataclasses
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Mapping
from typing import Any, Final

_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38


def renounce() -> None:
    """Gain no rights from now on, and let nobody but root look in. Inherited. Raises OSError."""
    for option, value in ((_PR_SET_NO_NEW_PRIVS, 1), (_PR_SET_DUMPABLE, 0)):
        if _LIBC.prctl(option, value, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), f"prctl {option} was refused")


def end_with(parent: int) -> None:
    """Be killed when the parent ends, or end now if it has."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def limit(configuration: Mapping[str, Any], held_bytes: int) -> None:
    """held_bytes: of address space, before a file is read."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = int(used.ru_utime + used.ru_stime + configuration["cpu_s"]) + 1
    set_limit(resource.RLIMIT_AS, held_bytes + configuration["memory_bytes"])
    # One second of CPU more until SIGKILL, so that SIGXCPU tells what it was.
    set_limit(resource.RLIMIT_CPU, cpu_s, cpu_s + 1)
    set_limit(resource.RLIMIT_FSIZE, 0)
    set_limit(resource.RLIMIT_NOFILE, 64)
    set_limit(resource.RLIMIT_CORE, 0)


def set_limit(limit: int, wanted: int, last: int | None = None) -> None:
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


def landlock(paths: list[str], packages: set[str]) -> bool:
    """Forbid every file but code, to read. Called while there is one thread, which all inherit.

    packages: those below `paths` that may be read. Other folders on the path may only be listed,
    which is how Python finds a package.
    """
    abi = landlock_abi()
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


def landlock_abi() -> int:
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


def seccomp() -> bool:
    """Filter the system calls of every thread of this process. False where it cannot be done."""
    machine = platform.machine()
    if machine not in _MACHINES or sys.byteorder != "little":
        return False
    program = _filter(_MACHINES[machine], _ALLOWED[machine])
    buffer = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("@HP", len(program) // 8, ctypes.addressof(buffer))
    return _LIBC.syscall(_SECCOMP[machine], 1, _SYNC_THREADS, head) == 0  # type: ignore[no-any-return]  # of ctypes


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
