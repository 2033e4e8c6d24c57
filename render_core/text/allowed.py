"""The characters a zone accepts, written as ranges: "A-Za-z0-9 .-"."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import unicodedata2

from render_core.errors import UnsupportedDesign

# A zero width space, where it is kept, lets a line end.
_LINE_ENDS: Final = frozenset("\n\u200b")


class CharacterSet(NamedTuple):
    """A set of code points as inclusive ranges; no ranges at all means any character."""

    ranges: tuple[tuple[int, int], ...]

    def allows(self, cluster: str) -> bool:
        """Return whether every code point of a cluster is in the set; line ends always are, seen or not."""
        if not self.ranges or cluster in _LINE_ENDS:
            return True
        return all(
            any(low <= ord(character) <= high for low, high in self.ranges) for character in cluster
        )


@lru_cache(maxsize=512)
def parse_allowed(written: str) -> CharacterSet:
    """Read a set: "a-z" is a range, a backslash takes what follows literally.

    A hyphen stands for itself at either end. Characters are compared in NFC. Raises UnsupportedDesign (ALLOWED_INVALID) for a
    range that runs backwards or a backslash at the end.
    """
    written = unicodedata2.normalize("NFC", written)
    ranges = []
    at = 0
    while at < len(written):
        low, at = _one(written, at)
        high = low
        if written[at : at + 1] == "-" and at + 1 < len(written):
            high, at = _one(written, at + 1)
        if high < low:
            raise _invalid(written)
        ranges.append((low, high))
    return CharacterSet(tuple(ranges))


def _one(written: str, at: int) -> tuple[int, int]:
    if written[at] == "\\":
        at += 1
        if at == len(written):
            raise _invalid(written)
    return ord(written[at]), at + 1


def _invalid(written: str) -> UnsupportedDesign:
    return UnsupportedDesign(
        "ALLOWED_INVALID", f"The allowed characters “{written}” cannot be read as ranges."
    )
