"""Where an embedded server keeps its files, and where its socket can be."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import secrets
import socket
import stat
import tempfile
from pathlib import Path

from services.runtime.embedded.errors import EmbeddedError
from services.runtime.embedded.launch import NOBODY


def private_folder(folder: Path) -> Path:
    """Return the folder, made if it is missing, closed to other users.

    Raises EmbeddedError if it belongs to somebody whose files this process cannot use.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise EmbeddedError(
            f"The folder {folder} cannot be made: {error.strerror}. Choose another with --data."
        ) from None
    owner = folder.stat().st_uid
    if os.geteuid() not in (0, owner):
        raise EmbeddedError(
            f"{folder} belongs to {_user_name(owner)}, and PostgreSQL and Redis run only for its owner. "
            f"Start as {_user_name(owner)}, choose another folder with --data, "
            f"or hand it over: chown -R {_user_name(os.geteuid())} '{folder.parent}'"
        )
    folder.chmod(0o700)
    return folder


def socket_folder(data: Path) -> Path:
    """Return the folder of the data folder's sockets: inside it, or a short one where it must be.

    A socket's path holds 107 bytes at most, and some file systems hold no sockets. The short
    folder's name follows from the data folder, so that the next start finds the same one.
    """
    inside = private_folder(data / "run")
    if _can_hold_sockets(inside):
        return inside
    place = hashlib.sha256(os.fsencode(inside.resolve())).hexdigest()[:16]
    for base in (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp"):  # noqa: S108 - `_is_ours` judges it
        short = Path(base) / f"luneo-{os.geteuid()}-{place}"
        if base and _is_ours(short) and _can_hold_sockets(short):
            return short
    raise EmbeddedError(
        f"No folder for the servers' sockets: {inside} is too long or holds none. "
        "Choose a shorter one with --data, or set XDG_RUNTIME_DIR to a folder of your own."
    )


def hold(lock: Path) -> int:
    """Take the lock file for this process until it ends or closes the returned descriptor.

    Raises EmbeddedError if another process has it, be it in another container.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise EmbeddedError(
            f"The servers in {lock.parent.parent} are run by another process. "
            "Stop it, or choose another folder with --data."
        ) from None
    return descriptor


def _is_ours(folder: Path) -> bool:
    """Make the folder with mode 0700, or accept one that nobody else can have prepared."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(found.st_mode)
        and stat.S_IMODE(found.st_mode) == 0o700
        and found.st_uid in {os.geteuid(), NOBODY if os.geteuid() == 0 else os.geteuid()}
    )


def _can_hold_sockets(folder: Path) -> bool:
    probe = folder / f".{secrets.token_hex(6)}"  # as long as `.s.PGSQL.5432`, the longest name
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(os.fspath(probe))
        probe.unlink()
    except OSError:
        return False
    return True


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
