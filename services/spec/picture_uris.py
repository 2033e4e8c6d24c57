"""Signed addresses of pictures that stay the same for a while.

A browser shows a picture again without asking only if its address has not changed, and a layout is
sent at every keystroke.

Screens are given the copy of a picture. A picture from before there were copies has none: a worker
is asked for it, and until it is there screens are given the picture itself.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.runtime.service import Runtime
from services.spec import store
from services.spec.jobs import COPY_QUEUE, MAKE_COPY
from services.spec.store.display_copies import StoredCopy

LIFETIME: Final = timedelta(hours=2)
RENEWED_AFTER: Final = timedelta(hours=1)
# A picture that has no copy yet is looked at again after so long.
LOOKED_AT_AGAIN_AFTER: Final = timedelta(seconds=20)
_ORIGINAL_TYPE: Final = "image/png"
_KEPT: Final = 4096


@dataclass(frozen=True, slots=True)
class _Signed:
    uri: str
    renewed_at: datetime


_Key = tuple[str, str, bool]  # brand, SHA-256 of the picture, whether for screens


class PictureUris:
    """Signs addresses of normalised rasters (PNG) and of their copies. Thread-safe."""

    def __init__(self, runtime: Runtime) -> None:
        self._objects = runtime.objects
        self._clock = runtime.clock
        self._database = runtime.database
        self._outbox = runtime.outbox
        self._held: OrderedDict[_Key, _Signed] = OrderedDict()
        self._lock = threading.Lock()

    def of_brand(self, brand: str) -> Callable[[str], str]:
        """Return the function that gives the address for screens of a picture by its SHA-256."""
        return lambda sha256: self.shown(brand, sha256)

    def original(self, brand: str, sha256: str) -> str:
        """Return an address of the normalised form, valid for an hour or more."""
        key = (brand, sha256, False)
        known = self._known(key)
        if known is not None:
            return known
        uri = self._objects.signed_url(brand, sha256, media_type=_ORIGINAL_TYPE, ttl=LIFETIME)
        return self._hold(key, uri, RENEWED_AFTER)

    def shown(self, brand: str, sha256: str) -> str:
        """Return an address of what screens show, valid for an hour or more."""
        known = self._known((brand, sha256, True))
        return known if known is not None else self.look_up(brand, (sha256,))[sha256]

    def look_up(self, brand: str, sha256s: Collection[str]) -> dict[str, str]:
        """Return addresses of what screens show of pictures, in one trip for those not at hand."""
        known = {sha256: self._known((brand, sha256, True)) for sha256 in sha256s}
        uris = {sha256: uri for sha256, uri in known.items() if uri is not None}
        wanted = sorted(known.keys() - uris.keys())
        if not wanted:
            return uris
        copies = store.display_copies.read(self._database, brand, wanted)
        if lacking := [sha256 for sha256 in wanted if sha256 not in copies]:
            self._ask_for_copies(brand, lacking)
        return uris | {one: self._sign_shown(brand, one, copies.get(one)) for one in wanted}

    def _sign_shown(self, brand: str, sha256: str, copy: StoredCopy | None) -> str:
        if copy is not None:
            uri = self._objects.signed_url(
                brand, copy.sha256, media_type=copy.media_type, ttl=LIFETIME
            )
            return self._hold((brand, sha256, True), uri, RENEWED_AFTER)
        uri = self.original(brand, sha256)
        return self._hold((brand, sha256, True), uri, LOOKED_AT_AGAIN_AFTER)

    def _ask_for_copies(self, brand: str, sha256s: Collection[str]) -> None:
        with self._database.brand(brand) as tx:
            for sha256 in sha256s:
                self._outbox.send(
                    tx,
                    brand=brand,
                    queue=COPY_QUEUE,
                    actor=MAKE_COPY,
                    args={"sha256": sha256},
                    cause=f"{MAKE_COPY}:{sha256}",
                )

    def _known(self, key: _Key) -> str | None:
        now = self._clock.now()
        with self._lock:
            signed = self._held.get(key)
        return signed.uri if signed is not None and now < signed.renewed_at else None

    def _hold(self, key: _Key, uri: str, renewed_after: timedelta) -> str:
        with self._lock:
            self._held[key] = _Signed(uri, self._clock.now() + renewed_after)
            while len(self._held) > _KEPT:
                self._held.popitem(last=False)
        return uri
