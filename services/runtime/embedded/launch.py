"""Becomes an embedded server: takes an unprivileged identity, ties itself to its parent, executes.

    python -I launch.py PARENT_PID SIGNAL FOLDER... -- COMMAND ARGUMENT...

A script of its own (standard library only), so that a parent with threads never
runs code between fork and exec. FOLDERs are what the server writes to; the first is its data.

PostgreSQL refuses to run as root, and `initdb` refuses a user id without a name. So:

    a plain user             runs as itself; without a name, in a user namespace in which it has one
    root, root's folder      a user namespace in which root's files belong to an ordinary user: nothing
                             changes its owner, and a folder under /root (0700) can be reached
    where that is forbidden  (containers) the uid of `nobody`, to which the folders are given; of root's
                             powers it keeps only the right to pass closed folders on the way there
    root, another's folder   that user's uid

SIGNAL is delivered by the kernel when the parent dies (`prctl(2)`, PR_SET_PDEATHSIG).
Exit code 71: the identity could not be taken; the reason is on the standard error.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import sys
from collections.abc import Iterator

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522
EXIT_NO_IDENTITY = 71
NOBODY = 65534

_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    split = sys.argv.index("--")
    parent, signal = int(sys.argv[1]), int(sys.argv[2])
    folders, command = sys.argv[3:split], sys.argv[split + 1 :]
    try:
        _take_identity(folders)
    except OSError as error:
        sys.stderr.write(f"no unprivileged identity could be taken: {error}\n")
        sys.exit(EXIT_NO_IDENTITY)
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit(0)
    os.execv(command[0], command)  # noqa: S606  the path is the wheel's, the arguments are ours


def _take_identity(folders: list[str]) -> None:
    uid, owner = os.geteuid(), os.stat(folders[0]).st_uid
    if uid != 0:
        if not _has_name(uid):
            _enter_user_namespace(uid, os.getegid())
        return
    if owner == 0:
        try:
            _enter_user_namespace(0, os.getegid())
        except OSError:
            owner = NOBODY
        else:
            return
    for path in _everything_in(folders):
        os.chown(path, owner, -1, follow_symlinks=False)
    _become(owner)


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _enter_user_namespace(uid: int, gid: int) -> None:
    """Be, inside, an ordinary user with a name; outside, still `uid` and `gid`."""
    named = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
    if not named or sys.platform != "linux":
        raise OSError("this system has no user besides root")
    inside = next((e for e in named if e.pw_uid == NOBODY), named[0])
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "user namespaces are not allowed here")
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{inside.pw_uid} {uid} 1")
    _write("/proc/self/gid_map", f"{inside.pw_gid} {gid} 1")


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def _everything_in(folders: list[str]) -> Iterator[str]:
    for folder in folders:
        yield folder
        for place, directories, files in os.walk(folder):
            yield from (os.path.join(place, name) for name in (*directories, *files))


def _become(uid: int) -> None:
    """Change to `uid`, keeping the one capability that lets it reach its folder under /root."""
    _libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    gid = pwd.getpwuid(uid).pw_gid if _has_name(uid) else uid
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    kept = 1 << CAP_DAC_OVERRIDE
    sets = (ctypes.c_uint32 * 6)(kept, kept, kept, 0, 0, 0)
    if _libc.capset(header, sets) == 0:
        _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


if __name__ == "__main__":
    main()
