"""Who gives way to whom on one machine, as far as the kernel is told. No module but Python's own: the
smallest of processes use it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

BEHIND_OTHERS: Final = 10  # about a tenth of the weight of an ordinary process
AFTER_ANSWERS: Final = 5  # about a third
_AUTOGROUP: Final = Path("/proc/self/autogroup")


def step_back(nice: int) -> None:
    """Lower the priority of this process, and of the session that it leads, for good.

    Linux may share the processor between sessions first, and by niceness only within each
    (sched(7), "The autogroup feature"): so the session steps back as well. For the only process of
    its session, and its children.
    """
    os.nice(nice)
    with suppress(OSError):  # not on this system
        _AUTOGROUP.write_text(str(nice), "ascii")
