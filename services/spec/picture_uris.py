"""Signed addresses of pictures that stay the same for a while.

A browser shows a picture again without asking only if its address has not changed, and a layout is
sent at every keystroke.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from services.runtime.clock import Clock
from services.runtime.objects import Objects

LIFETIME: Final = timedelta(hours=2)
RENEWED_AFTER: Final = timedelta(hours=1)
_KEPT: Final = 4096


class PictureUris:
    """Signs addresses of normalised rasters (PNG). Thread-safe."""

    def __init__(self, objects: Objects, clock: Clock) -> None:
        self._objects = objects
        self._clock = clock
        self._held: OrderedDict[tuple[str, str], tuple[datetime, str]] = OrderedDict()
        self._lock = threading.Lock()

    def of_brand(self, brand: str) -> Callable[[str], str]:
        """Return the function that gives the address of a picture of a brand by its SHA-256."""
        return lambda sha256: self.uri(brand, sha256)

    def uri(self, brand: str, sha256: str) -> str:
        """Return an address that is valid for an hour or more."""
        now = self._clock.now()
        with self._lock:
            signed = self._held.get((brand, sha256))
            if signed is not None and now - signed[0] < RENEWED_AFTER:
                return signed[1]
        uri = self._objects.signed_url(brand, sha256, media_type="image/png", ttl=LIFETIME)
        with self._lock:
            self._held[(brand, sha256)] = (now, uri)
            while len(self._held) > _KEPT:
                self._held.popitem(last=False)
        return uri
