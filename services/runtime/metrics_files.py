"""Room for the counts of this process, taken before anything is counted.

prometheus_client maps files into memory that are larger than what they hold. On a disk that is full
the first write into a new page would end the process with SIGBUS.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Final

FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
_KINDS: Final = ("counter", "histogram")  # what `telemetry` counts with
_SIZE_BYTES: Final = 1 << 20  # as prometheus_client makes them


def reserve(environ: MutableMapping[str, str]) -> None:
    """Make this process's files with all their blocks; without room it counts for itself alone.

    To be called before prometheus_client is imported, which then reads the variable.
    """
    if not environ.get(FOLDER_VARIABLE):
        return
    files = [Path(environ[FOLDER_VARIABLE]) / f"{kind}_{os.getpid()}.db" for kind in _KINDS]
    try:
        for file in files:
            with file.open("ab") as opened:
                os.posix_fallocate(opened.fileno(), 0, _SIZE_BYTES)
    except OSError:
        del environ[FOLDER_VARIABLE]
        for file in files:
            with suppress(OSError):
                file.unlink(missing_ok=True)
