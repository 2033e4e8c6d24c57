"""What a hostile file might make its reader do. Run inside the confined child by `test_confined`."""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Facts:
    length: int
    kept: bytes
    pairs: tuple[tuple[int, int], ...]


class Refusal(Exception):
    def __init__(self, reason: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.reason, self.message, self.field = reason, message, field


def describe(data: bytes) -> Facts:
    return Facts(len(data), data[:4], ((1, 2), (3, 4)))


def scaled(data: bytes, factor: int) -> bytes:
    return data * factor


def refuse(data: bytes) -> None:
    raise Refusal("TOO_ODD", "This file is too odd. Send an even one.", "file")


def process_id(data: bytes) -> int:
    return os.getpid()


def loop(data: bytes) -> None:
    while True:
        pass


def sleep(data: bytes) -> None:
    threading.Event().wait()


def allocate(data: bytes) -> int:
    return len(bytearray(8 << 30))


def allocate_slowly(data: bytes) -> int:
    kept = []
    while True:
        kept.append(bytearray(1 << 24))


def crash(data: bytes) -> None:
    ctypes.string_at(0)


def abort_for_memory(data: bytes) -> None:
    os.write(2, b"GLib-ERROR: failed to allocate 9000000000 bytes\n")
    os.abort()


def fault(data: bytes) -> None:
    raise KeyError("glyf")


def leave(data: bytes) -> None:
    os._exit(0)


def nonsense(data: bytes) -> None:
    os.write(1, b"[1, 2]\n")
    os._exit(0)


def flood(data: bytes) -> None:
    while True:
        os.write(1, b"x" * 65536)


def unencodable(data: bytes) -> object:
    return object()


def _outcome(attempt: object) -> str:
    try:
        attempt()  # type: ignore[operator]
    except OSError as error:
        return type(error).__name__
    return "succeeded"


def attempts(data: bytes) -> dict[str, str]:
    """Try what must not be possible; return how each ended."""
    secret, target = data.decode().split("\n")
    return {
        "internet socket": _outcome(lambda: socket.socket()),
        "unix socket": _outcome(lambda: socket.socket(socket.AF_UNIX)),
        "read a secret": _outcome(lambda: Path(secret).read_bytes()),
        "read the passwords": _outcome(lambda: Path("/etc/passwd").read_bytes()),
        "read a file of the project": _outcome(
            lambda: Path(__file__).parents[2].joinpath("pyproject.toml").read_bytes()
        ),
        "read another process": _outcome(lambda: Path("/proc/1/environ").read_bytes()),
        "list a folder": _outcome(lambda: os.listdir("/etc")),
        "create a file": _outcome(lambda: Path(target).write_bytes(b"x")),
        "append to a file": _outcome(lambda: open(secret, "ab").close()),
        "remove a file": _outcome(lambda: os.unlink(secret)),
        "make a folder": _outcome(lambda: os.mkdir(target)),
        "run a program": _outcome(lambda: subprocess.run(["/bin/true"], check=False)),
        "become a program": _outcome(lambda: os.execv("/bin/true", ["true"])),
        "fork": _outcome(os.fork),
        "signal the parent": _outcome(lambda: os.kill(os.getppid(), 0)),
        "raise a limit": _outcome(
            lambda: resource.prlimit(0, resource.RLIMIT_NOFILE, (4096, 4096))
        ),
        "memory as a file": _outcome(lambda: os.memfd_create("x")),
    }


def threads_are_confined(data: bytes) -> list[str]:
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(_outcome(lambda: socket.socket())))
    thread.start()
    thread.join()
    return found


def modules(data: bytes) -> list[str]:
    return sorted(sys.modules)


def environment(data: bytes) -> dict[str, str]:
    return dict(os.environ)


def parent_id(data: bytes) -> int:
    return os.getppid()


def descriptors(data: bytes) -> list[int]:
    return [
        number for number in range(1024) if _outcome(lambda n=number: os.fstat(n)) == "succeeded"
    ]


_seen: list[str] = []


def remember(data: bytes) -> list[str]:
    _seen.append(data.decode())
    return _seen


def hide(data: bytes) -> None:
    os.closerange(0, 3)
    threading.Event().wait()


_LIBC = ctypes.CDLL(None, use_errno=True)
_PTRACE_SEIZE = 0x4206
_F_SETOWN, _F_SETSIG = 8, 10


def _call(function: str, *arguments: int) -> None:
    if getattr(_LIBC, function)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), function)


def attacks(data: bytes) -> dict[str, str]:
    """Try to reach the process that forked this one, and another reader; return how each ended."""
    outcomes: dict[str, str] = {}
    for who, pid in zip(("zygote", "sibling"), map(int, data.split()), strict=True):
        ways = {
            "signal": lambda p=pid: os.kill(p, 0),
            "signal a thread": lambda p=pid: _call("tgkill", p, p, 0),
            "signal its group": lambda p=pid: os.killpg(p, 0),
            "be told of by signals": lambda p=pid: fcntl.fcntl(0, _F_SETOWN, p),
            "choose the signal": lambda: fcntl.fcntl(0, _F_SETSIG, 9),
            "trace": lambda p=pid: _call("ptrace", _PTRACE_SEIZE, p, 0, 0),
            "read its memory": lambda p=pid: _call("process_vm_readv", p, 0, 0, 0, 0, 0),
            "write its memory": lambda p=pid: _call("process_vm_writev", p, 0, 0, 0, 0, 0),
            "hold it": lambda p=pid: os.close(os.pidfd_open(p)),
            "look into its memory": lambda p=pid: Path(f"/proc/{p}/mem").open("rb").close(),
        }
        outcomes |= {f"{way} of the {who}": _outcome(attempt) for way, attempt in ways.items()}
    return outcomes
