"""The processors that this process may use."""

from __future__ import annotations

import os


def processors_here() -> int:
    """Return how many there are: no more than the machine's, where the system gives it fewer."""
    if hasattr(os, "sched_getaffinity"):  # of Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
