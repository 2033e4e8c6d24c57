"""A process of ours that ends with the supervisor that started it, also when that is killed."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Mapping
from typing import Final

PARENT_VARIABLE: Final = "LUNEO_SUPERVISOR_PID"
_PR_SET_PDEATHSIG: Final = 1


def die_with_parent(environ: Mapping[str, str]) -> None:
    """Have the kernel send SIGTERM when the supervisor dies; nothing if there is none."""
    parent = environ.get(PARENT_VARIABLE, "")
    if not parent:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit(0)
