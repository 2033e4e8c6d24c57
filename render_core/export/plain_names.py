"""Names for files and comments that machines read: printable ASCII and no sign that means something."""

from __future__ import annotations

import re
from typing import Final

_OTHER: Final = re.compile(r"[^A-Za-z0-9 _.+-]+")


def plain_name(name: str, most: int) -> str:
    """Return a name of at most `most` characters; a run of others becomes one "_"."""
    return _OTHER.sub("_", name)[:most].strip()
