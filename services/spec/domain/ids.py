"""Ids that things of one list have in common with another of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from services.runtime.errors import Violation


class HasId(Protocol):
    """A message with an id."""

    id: str


def repeated(things: Iterable[HasId], path: str, word: str) -> Iterator[Violation]:
    """Yield each whose id one before it has. path: of the list in the request; word: for one of it."""
    seen: set[str] = set()
    for index, thing in enumerate(things):
        if thing.id in seen:
            yield Violation(
                f"{path}[{index}].id", "ID_REPEATED", f"Another {word} has the id {thing.id!r}."
            )
        seen.add(thing.id)
