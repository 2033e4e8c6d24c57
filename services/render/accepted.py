"""Which format of a picture a browser likes best, by what it sends as Accept (RFC 9110, 12.5.1).

AVIF and WebP are made only for who names them: an old browser that takes "image/*" shows neither.
"""

from __future__ import annotations

from typing import Final

from services.render.domain import Format, Kind
from services.runtime.accept import liked

# The smallest file first.
_NAMED: Final = (Format.AVIF, Format.WEBP)


def best_format(kind: Kind, accept: str) -> Format | None:
    """Return the format to make of a kind; None for the kind's own, where nothing is said."""
    if not accept.strip() or kind not in (Kind.PREVIEW, Kind.THUMBNAIL, Kind.PREVIEW_3D):
        return None
    likes = liked(accept)
    plain = Format.PNG if kind is Kind.PREVIEW_3D else Format.JPEG
    other = Format.JPEG if plain is Format.PNG else Format.PNG
    anything = likes.get("image/*", likes.get("*/*", 0.0))
    quality = {format: likes.get(f"image/{format.value}", 0.0) for format in _NAMED}
    quality |= {format: likes.get(f"image/{format.value}", anything) for format in (plain, other)}
    # Whoever takes anything, but names a format made for pages, is better off with that.
    named = [format for format in _NAMED if quality[format] > 0]
    chosen = max(named or (plain, other), key=lambda format: quality[format])
    return chosen if quality[chosen] > 0 else None
