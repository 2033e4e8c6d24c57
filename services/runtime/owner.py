"""Root at somebody else's data folder: work as its owner, so that the owner can go on tomorrow."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from pathlib import Path

from services.runtime.embedded.errors import EmbeddedError


def act_as_owner(data: Path) -> str:
    """Become the owner of the data folder; return the name, or "" where nothing had to change.

    Raises EmbeddedError if that user could not run this code.
    """
    if os.geteuid() != 0 or not data.exists():
        return ""
    uid = data.stat().st_uid
    if uid == 0:
        return ""
    try:
        owner = pwd.getpwuid(uid)
    except KeyError:
        return ""  # a folder from outside of a container: nobody here to become
    if not _could_run_as(owner):
        raise EmbeddedError(
            f"{data} belongs to {owner.pw_name}, who cannot read Luneo's code in "
            f"{Path(__file__).resolve().parents[2]}. Choose another folder with --data, "
            "or put the code where that user can read it."
        )
    os.initgroups(owner.pw_name, owner.pw_gid)
    os.setgid(owner.pw_gid)
    os.setuid(owner.pw_uid)
    os.environ.update(HOME=owner.pw_dir, USER=owner.pw_name, LOGNAME=owner.pw_name)
    return owner.pw_name


def _could_run_as(owner: pwd.struct_passwd) -> bool:
    done = subprocess.run(
        [sys.executable, "-P", "-c", "import services.cli"],
        user=owner.pw_uid,
        group=owner.pw_gid,
        extra_groups=[],
        cwd="/",
        check=False,
        capture_output=True,
    )
    return done.returncode == 0
