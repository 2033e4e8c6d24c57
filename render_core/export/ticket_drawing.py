"""What stands on a ticket beside its words: the work as it is made, codes, lines and areas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from render_core.artwork_rules import CodeCorrection
from render_core.codes import qr
from render_core.codes.code128 import QUIET_MODULES, bars
from render_core.codes.modules import outline_of
from render_core.errors import UnsupportedDesign
from render_core.layout import ImageUse, Ink, Item, Operation, Outline, Surface, Verb
from render_core.looks import Gradient
from render_core.separations import LINE_OPERATIONS, made_items

BLACK = Ink((0, 0, 0))
GREY = Ink((104, 104, 104))
PALE = Ink((236, 234, 229))
DARK = Ink((54, 56, 60))
PAGE = "page"

# What a cutter follows stands out from what is engraved or printed.
_CUT_INK = Ink((214, 32, 48))
_QR_QUIET_MODULES = 4
_HAIRLINE_UM = 250

Frame = tuple[int, int, int, int]


def area(frame: Frame, ink: Ink) -> Item:
    """Return a filled rectangle. frame: left, top, width, height."""
    return Item(PAGE, Operation.PRINT, ink, _rectangles([frame]))


def image(frame: Frame, sha256: str, width_px: int, height_px: int) -> Item:
    """Return a picture as large as its frame holds, in its middle."""
    left, top, width, height = contained(frame, width_px, height_px)
    use = ImageUse(sha256, width_px, height_px, (width, 0, 0, height, left, top))
    return Item(PAGE, Operation.PRINT, BLACK, image=use)


def qr_code(frame: Frame, text: str) -> Item:
    """Return a QR code with its quiet border, as large as a square frame holds."""
    modules = qr.symbol(text, CodeCorrection.MEDIUM)
    if modules is None:
        raise UnsupportedDesign("TICKET_CODE_TOO_LONG", "This text is too long for a QR code.")
    left, top, width, _ = frame
    count = len(modules)
    module = width // (count + 2 * _QR_QUIET_MODULES)
    inset = (width - module * count) // 2
    return Item(
        PAGE, Operation.PRINT, BLACK, outline_of(modules, module, left + inset, top + inset)
    )


def barcode(frame: Frame, text: str) -> Item:
    """Return a Code 128 with its quiet zones, in the middle of a frame, of whole µm a module.

    Raises UnsupportedDesign (TICKET_CODE_INVALID) for a text that is not printable ASCII.
    """
    found = bars(text)
    if found is None:
        raise UnsupportedDesign(
            "TICKET_CODE_INVALID", "A barcode holds 1 to 80 printable ASCII characters."
        )
    left, top, width, height = frame
    count = sum(found[-1])
    module = min(width // (count + 2 * QUIET_MODULES), height // 20)
    start = left + (width - module * count) // 2
    drawn = [(start + at * module, top, wide * module, height) for at, wide in found]
    return Item(PAGE, Operation.PRINT, BLACK, _rectangles(drawn))


def as_made(frame: Frame, surface: Surface) -> Iterator[Item]:
    """Yield the whole surface at the scale that fills a frame: what every machine makes of it.

    It lies on a pale ground, or on a dark one where what is made of it is light.
    """
    left, top, width, _ = contained(frame, surface.width_um, surface.height_um)
    scale = width / surface.width_um
    place = (scale, left, top)
    ground = DARK if _is_light(made_items(surface)) else PALE
    yield Item(PAGE, Operation.PRINT, ground, _scaled(surface.outline, place))
    edge = Item(PAGE, Operation.PRINT, GREY, _scaled(surface.outline, place))
    yield replace(edge, line_width_um=_HAIRLINE_UM)
    for item in made_items(surface):
        if item.operation is not Operation.WHITE:
            yield _on_page(item, place)


def _is_light(items: Iterable[Item]) -> bool:
    """Return whether all inks of lines and areas are light (luma of ITU-R BT.601 above 150)."""
    inks = {item.ink.rgb for item in items if item.image is None and item.gradient is None}
    lumas = [(299 * red + 587 * green + 114 * blue) // 1000 for red, green, blue in inks]
    return bool(lumas) and min(lumas) > 150


def contained(frame: Frame, width: int, height: int) -> Frame:
    """Return the largest rectangle of some proportions in the middle of a frame, in whole µm."""
    left, top, wide, high = frame
    if width * high > wide * height:
        within = (wide, max(1, height * wide // width))
    else:
        within = (max(1, width * high // height), high)
    return left + (wide - within[0]) // 2, top + (high - within[1]) // 2, *within


def scaled_page(page: Surface, divisor: int) -> Surface:
    """Return a page whose items are on it as a whole, at a fraction of its size."""
    place = (1 / divisor, 0, 0)
    items = tuple(_on_page(item, place) for item in page.items)
    size = page.width_um // divisor, page.height_um // divisor
    zones = tuple(replace(zone, width_um=size[0], height_um=size[1]) for zone in page.zones)
    return replace(page, width_um=size[0], height_um=size[1], zones=zones, items=items)


def _on_page(item: Item, place: tuple[float, int, int]) -> Item:
    scale, left, top = place
    line, ink = round(item.line_width_um * scale), item.ink
    if item.operation in LINE_OPERATIONS:
        line, ink = max(_HAIRLINE_UM, line), _CUT_INK
    picture = item.image
    if picture is not None:
        a, b, c, d, e, f = picture.matrix_um
        turned = [round(value * scale) for value in (a, b, c, d)]
        moved = (round(e * scale) + left, round(f * scale) + top)
        picture = replace(picture, matrix_um=(*turned, *moved))  # type: ignore[arg-type]
    return replace(
        item,
        zone=PAGE,
        operation=Operation.PRINT,
        ink=Ink(ink.rgb),
        outline=_scaled(item.outline, place),
        line_width_um=max(1, line) if item.line_width_um or line else 0,
        image=picture,
        clip=None if item.clip is None else _scaled(item.clip, place),
        gradient=None if item.gradient is None else _scaled_gradient(item.gradient, place),
    )


def _scaled(outline: Outline, place: tuple[float, int, int]) -> Outline:
    scale, left, top = place
    points = np.rint(outline.points_um * np.float64(scale)).astype(np.int32)
    return Outline(outline.verbs, points).moved(left, top)


def _scaled_gradient(gradient: Gradient, place: tuple[float, int, int]) -> Gradient:
    scale, left, top = place
    ends = [(round(x * scale), round(y * scale)) for x, y in (gradient.start_um, gradient.end_um)]
    axes = None
    if gradient.axes_um is not None:
        ax, ay, bx, by = (round(axis * scale) for axis in gradient.axes_um)
        axes = (ax, ay, bx, by)
    radius = round(gradient.radius_um * scale)
    scaled = replace(gradient, start_um=ends[0], end_um=ends[1], radius_um=radius, axes_um=axes)
    return scaled.moved(left, top)


def _rectangles(frames: Iterable[Frame]) -> Outline:
    corners = [
        corner
        for left, top, width, height in frames
        for corner in (
            (left, top),
            (left + width, top),
            (left + width, top + height),
            (left, top + height),
        )
    ]
    verbs = [Verb.MOVE, Verb.LINE, Verb.LINE, Verb.LINE, Verb.CLOSE] * (len(corners) // 4)
    return Outline(np.array(verbs, np.uint8), np.array(corners, np.int32))
