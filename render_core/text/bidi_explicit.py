"""Explicit levels and directions: rules P2, P3 and X1 to X9 of UAX #9."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

MAX_DEPTH: Final = 125
ISOLATE_INITIATORS: Final = frozenset(["LRI", "RLI", "FSI"])
REMOVED_BY_X9: Final = frozenset(["RLE", "LRE", "RLO", "LRO", "PDF", "BN"])
_EMBEDDINGS: Final = {"RLE": (1, ""), "LRE": (0, ""), "RLO": (1, "R"), "LRO": (0, "L")}


def first_strong_level(classes: Sequence[str], start: int = 0, end: int | None = None) -> int:
    """Return 1 if the first strong character outside isolates is R or AL, else 0 (P2, P3)."""
    depth = 0
    for kind in classes[start:end]:
        if kind in ISOLATE_INITIATORS:
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif depth == 0 and kind in {"L", "R", "AL"}:
            return int(kind != "L")
    return 0


def matching_isolates(classes: Sequence[str]) -> dict[int, int]:
    """Return the index of the PDI that matches each isolate initiator that has one (BD9)."""
    matches: dict[int, int] = {}
    waiting: list[int] = []
    for index, kind in enumerate(classes):
        if kind in ISOLATE_INITIATORS:
            waiting.append(index)
        elif kind == "PDI" and waiting:
            matches[waiting.pop()] = index
    return matches


def explicit_levels(classes: Sequence[str], base: int) -> tuple[list[int], list[str]]:
    """Return the level of each character and its class after overrides (X1 to X8)."""
    return _Stack(classes, base).run()


class _Stack:
    """The directional status stack: entries are (level, override, isolate)."""

    def __init__(self, classes: Sequence[str], base: int) -> None:
        self._classes = classes
        self._base = base
        self._entries: list[tuple[int, str, bool]] = [(base, "", False)]
        self._overflow_isolates = self._overflow_embeddings = self._valid_isolates = 0
        self._matches = matching_isolates(classes)
        self._levels = [base] * len(classes)
        self._effective = list(classes)

    def run(self) -> tuple[list[int], list[str]]:
        for index, kind in enumerate(self._classes):
            if kind in _EMBEDDINGS:
                self._embed(index, *_EMBEDDINGS[kind])
            elif kind in ISOLATE_INITIATORS:
                self._isolate(index, kind)
            elif kind == "PDI":
                self._pop_isolate(index)
            elif kind == "PDF":
                self._pop_embedding(index)
            elif kind == "B":
                self._levels[index] = self._base  # X8
            else:
                self._set(index)  # X6; BN gets a level that nobody reads.
        return self._levels, self._effective

    def _set(self, index: int) -> None:
        level, override, _ = self._entries[-1]
        self._levels[index] = level
        if override and self._classes[index] != "BN":
            self._effective[index] = override

    def _next_level(self, odd: int) -> int:
        level = self._entries[-1][0] + 1
        return level if level % 2 == odd else level + 1

    def _embed(self, index: int, odd: int, override: str) -> None:
        """X2 to X5."""
        self._levels[index] = self._entries[-1][0]
        level = self._next_level(odd)
        if level <= MAX_DEPTH and not self._overflow_isolates and not self._overflow_embeddings:
            self._entries.append((level, override, False))
        elif not self._overflow_isolates:
            self._overflow_embeddings += 1

    def _isolate(self, index: int, kind: str) -> None:
        """X5a to X5c."""
        self._set(index)
        odd = int(kind == "RLI")
        if kind == "FSI":
            odd = first_strong_level(self._classes, index + 1, self._matches.get(index))
        level = self._next_level(odd)
        if level <= MAX_DEPTH and not self._overflow_isolates and not self._overflow_embeddings:
            self._valid_isolates += 1
            self._entries.append((level, "", True))
        else:
            self._overflow_isolates += 1

    def _pop_isolate(self, index: int) -> None:
        """X6a."""
        if self._overflow_isolates:
            self._overflow_isolates -= 1
        elif self._valid_isolates:
            self._overflow_embeddings = 0
            while not self._entries[-1][2]:
                self._entries.pop()
            self._entries.pop()
            self._valid_isolates -= 1
        self._set(index)

    def _pop_embedding(self, index: int) -> None:
        """X7."""
        if not self._overflow_isolates:
            if self._overflow_embeddings:
                self._overflow_embeddings -= 1
            elif not self._entries[-1][2] and len(self._entries) >= 2:
                self._entries.pop()
        self._levels[index] = self._entries[-1][0]
