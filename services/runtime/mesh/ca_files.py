"""The files of an authority, and those of a change from one authority to the next.

    ca.crt, ca.key       the authority that signs
    next.crt, next.key   the one that will sign: trusted already
    old.crt              the one that signed before: trusted still

An interrupted change of the one that signs is completed when the folder is used again: `old.crt`
beside `next.key` says that it had begun.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from services.runtime import whole_files

CA: Final = "ca.crt"
CA_KEY: Final = "ca.key"
NEXT: Final = "next.crt"
NEXT_KEY: Final = "next.key"
OLD: Final = "old.crt"


def trusted(folder: Path) -> bytes:
    """Return the certificates of all authorities that count now (PEM), the one that signs first."""
    return b"".join(
        (folder / name).read_bytes() for name in (CA, NEXT, OLD) if (folder / name).exists()
    )


def switch(folder: Path) -> None:
    """Let the next authority sign; the one that did is trusted still, and its key is gone."""
    whole_files.write(folder / OLD, (folder / CA).read_bytes(), 0o644)
    complete(folder)


def complete(folder: Path) -> None:
    """Do what is left of a switch that had begun; nothing if none had."""
    if not ((folder / OLD).exists() and (folder / NEXT_KEY).exists()):
        return
    if (folder / NEXT).exists():
        whole_files.write(folder / CA, (folder / NEXT).read_bytes(), 0o644)
        (folder / NEXT).unlink()
    os.replace(folder / NEXT_KEY, folder / CA_KEY)
