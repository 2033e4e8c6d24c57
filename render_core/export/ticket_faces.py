"""The faces that tickets are set in: Noto, of the packages that the project locks.

They are the ticket's own; what a design is set in comes first where its text is shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from render_core.errors import MissingInput

# Below the folder of font packages: the first sets labels and numbers, the others what it lacks.
FACES: Final = (
    "noto-sans/600SemiBold/NotoSans_600SemiBold.ttf",
    "amiri/700Bold/Amiri_700Bold.ttf",
    "noto-sans-armenian/600SemiBold/NotoSansArmenian_600SemiBold.ttf",
    "noto-sans-bengali/600SemiBold/NotoSansBengali_600SemiBold.ttf",
    "noto-sans-devanagari/600SemiBold/NotoSansDevanagari_600SemiBold.ttf",
    "noto-sans-ethiopic/600SemiBold/NotoSansEthiopic_600SemiBold.ttf",
    "noto-sans-georgian/600SemiBold/NotoSansGeorgian_600SemiBold.ttf",
    "noto-sans-hebrew/600SemiBold/NotoSansHebrew_600SemiBold.ttf",
    "noto-sans-khmer/600SemiBold/NotoSansKhmer_600SemiBold.ttf",
    "noto-sans-tamil/600SemiBold/NotoSansTamil_600SemiBold.ttf",
    "noto-sans-thai/600SemiBold/NotoSansThai_600SemiBold.ttf",
    "noto-emoji/500Medium/NotoEmoji_500Medium.ttf",
)


@dataclass(frozen=True)
class TicketFaces:
    """Faces by SHA-256, in the order in which they are asked."""

    by_sha256: Mapping[str, bytes]

    @property
    def sha256s(self) -> tuple[str, ...]:
        return tuple(self.by_sha256)


@lru_cache(maxsize=2)
def ticket_faces(folder: Path) -> TicketFaces:
    """Read the faces below the folder of font packages. Raises MissingInput (TICKET_FONT_MISSING)."""
    found = {}
    for path in FACES:
        try:
            data = (folder / path).read_bytes()
        except OSError as error:
            raise MissingInput(
                "TICKET_FONT_MISSING",
                f"The font {path} of job tickets is not in {folder}. Install it by `make setup`.",
            ) from error
        found[hashlib.sha256(data).hexdigest()] = data
    return TicketFaces(found)
