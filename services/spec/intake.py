"""Uploads: checked in the confined child, then kept by content hash together with their row.

Nothing of an upload is stored before it has passed, and nothing half: the object is written first,
inside the transaction of its row and under a lock on its content, so that it cannot be released as
unwanted in between. The copy of a picture for screens comes and goes with the picture; locks on
both are taken in order, so that nobody waits for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from render_core.intake import run as intake
from services.runtime import held_objects
from services.runtime.confined import FileRefused
from services.runtime.errors import Violation
from services.runtime.service import Runtime
from services.spec import store
from services.spec.domain.files import DisplayCopy, Font
from services.spec.domain.svg_fonts import may_hold_text, named_in

INTAKE: Final = "render_core.intake.run:run"
_FIELD: Final = "data"  # of every request that uploads a file

Kept = TypeVar("Kept")


class Intake:
    """Takes in fonts and pictures."""

    def __init__(self, runtime: Runtime) -> None:
        self._confined = runtime.confined
        self._database = runtime.database
        self._objects = runtime.objects
        self._clock = runtime.clock

    def normalise_font(self, data: bytes) -> tuple[Mapping[str, Any], bytes]:
        """Return what a font is, and the file to keep. Raises FileRefused."""
        return self._read(data, intake.FONT)

    def normalise_artwork(self, data: bytes, brand: str = "") -> tuple[Mapping[str, Any], bytes]:
        """Return what a picture is, also its copy for screens, and its normalised form.

        brand: whose fonts text in a drawing is outlined with. Raises FileRefused.
        """
        return self._read(data, intake.ARTWORK, self._lettering(brand, data), display=True)

    def normalise_asset(self, data: bytes, brand: str) -> tuple[Mapping[str, Any], bytes]:
        """Return the same of a picture, a press's colour profile or a mesh. Raises FileRefused."""
        return self._read(data, intake.ASSET, self._lettering(brand, data), display=True)

    def _lettering(self, brand: str, data: bytes) -> list[tuple[Font, bytes]]:
        """Return the fonts of the brand whose families a drawing with text names, and their files."""
        if not brand or not may_hold_text(data):
            return []
        with self._database.brand(brand) as tx:
            fonts = named_in(data, store.fonts.families(tx, brand))
        return [(font, self._objects.get(brand, font.sha256)) for font in fonts]

    def _read(
        self,
        data: bytes,
        kind: str,
        fonts: Sequence[tuple[Font, bytes]] = (),
        *,
        display: bool = False,
    ) -> tuple[Mapping[str, Any], bytes]:
        """Return what the confined check says. Raises FileRefused, which names the file's field."""
        listed = [
            {"family": font.family, "subfamily": font.subfamily, "bytes": len(file)}
            for font, file in fonts
        ]
        whole = b"".join((data, *(file for _, file in fonts)))
        try:
            facts, body = self._confined.run(
                INTAKE, whole, kind=kind, display=display, fonts=listed
            )
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
        copy: DisplayCopy | None = None,
    ) -> Kept:
        """Store an object and its row; return what `add` returns, which stores the row.

        copy: what screens show in place of the object.
        """
        with self._database.brand(brand) as tx:
            _lock(tx, brand, sha256, copy.sha256 if copy else None)
            self._objects.put(brand, data, media_type=media_type)
            if copy is not None:
                self._put_copy(tx, brand, sha256, copy)
            return add(tx)

    def keep_copy(
        self, brand: str, sha256: str, copy: DisplayCopy, then: Callable[[Connection], None]
    ) -> None:
        """Store the copy of a picture if something still refers to the picture.

        then: what is done in the same transaction, in either case.
        """
        with self._database.brand(brand) as tx:
            _lock(tx, brand, sha256, copy.sha256)
            if store.contents.is_wanted(tx, brand, sha256):
                self._put_copy(tx, brand, sha256, copy)
            then(tx)

    def release(self, brand: str, sha256: str, *, but_for: Collection[str] = ()) -> None:
        """Delete an object, and its copy for screens, if nothing but some holders refers to it any more.

        Safe to repeat.
        """
        while not self._released(brand, sha256, but_for):
            pass

    def _put_copy(self, tx: Connection, brand: str, sha256: str, copy: DisplayCopy) -> None:
        self._objects.put(brand, copy.data, media_type=copy.media_type)
        store.display_copies.add(tx, brand, sha256, copy, self._clock.now())

    def _released(self, brand: str, sha256: str, but_for: Collection[str]) -> bool:
        """Return False if a copy came in before its lock was there: it has to be taken in order."""
        with self._database.brand(brand) as tx:
            copy = store.display_copies.of(tx, brand, sha256)
            _lock(tx, brand, sha256, copy)
            if store.display_copies.of(tx, brand, sha256) != copy:
                return False
            if not store.contents.is_wanted(tx, brand, sha256, but_for=but_for):
                self._objects.delete(brand, sha256)
                store.display_copies.forget(tx, brand, sha256)
                if copy and not store.display_copies.is_of_another(tx, brand, copy):
                    self._objects.delete(brand, copy)
            return True


def _lock(tx: Connection, brand: str, sha256: str, copy: str | None) -> None:
    for content in sorted({sha256, copy or sha256}):
        held_objects.lock(tx, brand, content)
