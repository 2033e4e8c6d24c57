"""Uploads: checked in the confined child, then kept by content hash together with their row.

Nothing of an upload is stored before it has passed, and nothing half: the object is written first,
inside the transaction of its row and under a lock on its content, so that it cannot be released as
unwanted in between.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from render_core.intake import run as intake
from services.runtime import held_objects
from services.runtime.confined import Confined, FileRefused
from services.runtime.database import Database
from services.runtime.errors import Violation
from services.runtime.objects import Objects
from services.spec import store

INTAKE: Final = "render_core.intake.run:run"
_FIELD: Final = "data"  # of every request that uploads a file

Kept = TypeVar("Kept")


class Intake:
    """Takes in fonts and pictures."""

    def __init__(self, confined: Confined, database: Database, objects: Objects) -> None:
        self._confined = confined
        self._database = database
        self._objects = objects

    def check_font(self, data: bytes) -> Mapping[str, Any]:
        """Return what a font is. Raises FileRefused."""
        return self._read(data, intake.FONT)[0]

    def normalise_artwork(self, data: bytes) -> tuple[Mapping[str, Any], bytes]:
        """Return what a picture is, and its normalised form. Raises FileRefused."""
        return self._read(data, intake.ARTWORK)

    def _read(self, data: bytes, kind: str) -> tuple[Mapping[str, Any], bytes]:
        """Return what the confined check says. Raises FileRefused, which names the file's field."""
        try:
            facts, body = self._confined.run(INTAKE, data, kind=kind)
            return facts, body
        except FileRefused as refused:
            raise FileRefused(
                refused.public_message,
                reason=refused.public_reason,
                violations=[Violation(_FIELD, refused.public_reason, refused.public_message)],
            ) from refused

    def keep(
        self,
        brand: str,
        data: bytes,
        sha256: str,
        media_type: str,
        add: Callable[[Connection], Kept],
    ) -> Kept:
        """Store an object and its row; return what `add` returns, which stores the row."""
        with self._database.brand(brand) as tx:
            held_objects.lock(tx, brand, sha256)
            self._objects.put(brand, data, media_type=media_type)
            return add(tx)

    def release(self, brand: str, sha256: str, *, but_for: Collection[str] = ()) -> None:
        """Delete an object if nothing but some holders refers to it any more. Safe to repeat."""
        with self._database.brand(brand) as tx:
            held_objects.lock(tx, brand, sha256)
            if not store.contents.is_wanted(tx, brand, sha256, but_for=but_for):
                self._objects.delete(brand, sha256)
