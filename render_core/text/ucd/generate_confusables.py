"""Writes `confusables.py` from an ICU library that carries the pinned Unicode version.

    python -m render_core.text.ucd.generate_confusables libicui18n.so.72 render_core/text/ucd/confusables.py

ICU compiles confusables.txt of UTS #39 into itself, and Debian ships no other copy. The skeleton of a
code point that does not decompose is its prototype, decomposed.
"""

from __future__ import annotations

import ctypes
import re
import sys
from pathlib import Path
from typing import Final

import unicodedata2

from render_core.text.ucd.properties import UNICODE_VERSION

_ROOM: Final = 512
_HEAD: Final = '''"""Prototypes of UTS #39 in Unicode {version}; made by `generate_confusables.py`, not by hand.

Each row: a prototype, a space, and the code points that look like it.
"""

# fmt: off
from __future__ import annotations

from typing import Final

ROWS: Final[tuple[str, ...]] = (
'''


class Spoof:
    """The spoof checker of an ICU library. Raises OSError where there is no such library."""

    def __init__(self, library: str) -> None:
        version = re.search(r"\.so\.(\d+)", library)
        if version is None:
            raise OSError(f"{library} does not say its version.")
        self._suffix = version[1]
        self._i18n = ctypes.CDLL(library)
        self._common = ctypes.CDLL(library.replace("i18n", "uc"))
        status = ctypes.c_int(0)
        opened = self._function(self._i18n, "uspoof_open")
        opened.restype = ctypes.c_void_p
        self._checker = ctypes.c_void_p(opened(ctypes.byref(status)))
        self._skeleton = self._function(self._i18n, "uspoof_getSkeletonUTF8")

    def unicode_version(self) -> str:
        """Return the version of Unicode, as "15.0"."""
        parts = (ctypes.c_uint8 * 4)()
        self._function(self._common, "u_getUnicodeVersion")(parts)
        return f"{parts[0]}.{parts[1]}"

    def skeleton(self, text: str) -> str:
        """Return the skeleton of a text."""
        status, data = ctypes.c_int(0), text.encode()
        room = ctypes.create_string_buffer(_ROOM)
        length = self._skeleton(
            self._checker, ctypes.c_uint32(0), data, len(data), room, _ROOM, ctypes.byref(status)
        )
        if status.value > 0:
            raise ValueError(f"ICU answers {status.value} for {text!r}")
        return room.raw[:length].decode()

    def _function(self, library: ctypes.CDLL, name: str) -> ctypes._NamedFuncPointer:
        return getattr(library, f"{name}_{self._suffix}")  # type: ignore[no-any-return]  # of ctypes


def module_text(spoof: Spoof) -> str:
    """Return the generated module. Raises ValueError for another version of Unicode."""
    if spoof.unicode_version() != UNICODE_VERSION:
        raise ValueError(f"This ICU has Unicode {spoof.unicode_version()}.")
    alike: dict[str, str] = {}
    for code_point in (*range(0xD800), *range(0xE000, 0x110000)):
        character = chr(code_point)
        if unicodedata2.normalize("NFD", character) == character:
            prototype = spoof.skeleton(character)
            if prototype != character:
                alike[prototype] = alike.get(prototype, "") + character
    rows = (f"    {f'{key} {alike[key]}'!a},\n" for key in sorted(alike))
    return _HEAD.format(version=UNICODE_VERSION) + "".join(rows) + ")\n"


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(module_text(Spoof(sys.argv[1])), encoding="utf-8")
