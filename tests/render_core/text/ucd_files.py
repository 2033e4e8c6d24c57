"""Where the Unicode Character Database lies: Debian's `unicode-data`, or LUNEO_UCD_DIR."""

from __future__ import annotations

import os
from pathlib import Path

from tests import system

UCD = Path(os.environ.get("LUNEO_UCD_DIR", "/usr/share/unicode"))


def ucd_file(name: str) -> Path:
    """Return a file of the database."""
    return system.file(UCD / name, "unicode-data")


def rows_of(name: str) -> list[str]:
    """Return the rows of a file without comments and blank lines."""
    lines = ucd_file(name).read_text(encoding="utf-8").splitlines()
    return [row for line in lines if (row := line.partition("#")[0].strip())]
