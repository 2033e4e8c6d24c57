"""A layout as it is seen once it is sewn: a picture of its stitches in place of what is drawn.

They are the stitches that `export.dst` and `export.pes` write for the same surface, by the rules of
the library's embroidery machine. The cloth draws together by as much as pull compensation adds, so
that what is seen is as wide as it was drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import orjson

from render_core import vips
from render_core.design import Library
from render_core.layout import ImageUse, Ink, Item, Layout, Operation, Surface
from render_core.making.machines import machine
from render_core.making.stitches.embroider import embroider
from render_core.making.stitches.picture import stitch_picture
from render_core.problems import Severity
from render_core.recently_used import RecentlyUsed

MACHINE: Final = "embroidery-15-needle"
_CACHE_BYTES: Final = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class _Sewn:
    """A picture of stitches as PNG, where it lies on its surface in µm, and its size in pixels."""

    data: bytes
    sha256: str
    box_um: tuple[int, int, int, int]
    size_px: tuple[int, int]


_PICTURES: Final = RecentlyUsed[_Sewn | None](
    _CACHE_BYTES, lambda sewn: 0 if sewn is None else len(sewn.data)
)


class SewnLibrary:
    """A library that holds pictures of stitches, too."""

    def __init__(self, library: Library, pictures: Mapping[str, bytes]) -> None:
        self._library = library
        self._pictures = pictures

    def font(self, sha256: str) -> bytes:
        return self._library.font(sha256)

    def artwork(self, sha256: str) -> bytes:
        return self._pictures.get(sha256) or self._library.artwork(sha256)

    def mesh(self, sha256: str) -> bytes:
        return self._library.mesh(sha256)


def sewn(layout: Layout, library: Library) -> tuple[Layout, Library]:
    """Return what is to be shown, and the library that has its pictures; the same ones if nothing is sewn.

    A surface that cannot be sewn is shown as it is drawn: preflight says why.
    """
    pictures: dict[str, bytes] = {}
    surfaces = tuple(_shown(surface, pictures) for surface in layout.surfaces)
    if not pictures:
        return layout, library
    return Layout(surfaces, layout.unicode_version), SewnLibrary(library, pictures)


def _shown(surface: Surface, pictures: dict[str, bytes]) -> Surface:
    stitched = [item for item in surface.items if item.operation is Operation.STITCH]
    if not stitched:
        return surface
    alone = replace(surface, items=tuple(stitched))
    key = hashlib.sha256(orjson.dumps(alone.document(), option=orjson.OPT_SORT_KEYS)).hexdigest()
    made = _PICTURES.get(key, partial(_picture, alone))
    if made is None:
        return surface
    pictures[made.sha256] = made.data
    last = surface.items.index(stitched[-1])
    items = [
        _item(made, surface, item) if index == last else item
        for index, item in enumerate(surface.items)
        if index == last or item.operation is not Operation.STITCH
    ]
    return replace(surface, items=tuple(items))


def _item(made: _Sewn, surface: Surface, item: Item) -> Item:
    """Return the picture as an item of the zone of another one."""
    frame = surface.zone(item.zone)
    left, top, width, height = made.box_um
    matrix = (width, 0, 0, height, left - frame.x_um, top - frame.y_um)
    use = ImageUse(made.sha256, *made.size_px, matrix)
    return Item(item.zone, Operation.STITCH, Ink((0, 0, 0)), image=use)


def _picture(surface: Surface) -> _Sewn | None:
    profile = machine(MACHINE)
    rules, found = profile.embroidery, embroider(surface, profile)
    if any(one.severity is Severity.ERROR for one in found.problems):
        return None
    picture = stitch_picture(found.pattern, rules.thread_um, rules.pull_um)
    if picture is None:
        return None
    data = vips.png(picture.pixels)
    rows, columns = picture.pixels.shape[:2]
    size = (round(columns * picture.um_per_px), round(rows * picture.um_per_px))
    box = (picture.left_um, picture.top_um, *size)
    return _Sewn(data, hashlib.sha256(data).hexdigest(), box, (columns, rows))
