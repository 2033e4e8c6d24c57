"""What a process has loaded when it begins to work, and keeps until its end."""

from __future__ import annotations

import gc
from typing import Final

_YOUNG: Final = 10_000  # objects made beyond those that went; Python's own 700 is one call in forty


def settle() -> None:
    """Take modules, descriptors and routes out of later collections of garbage.

    Going through them takes some 50 ms, in which no call is answered; what calls leave behind takes a
    few. They leave next to nothing that a collection would free, so it is looked for less often. To be
    called once, when everything is loaded.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
