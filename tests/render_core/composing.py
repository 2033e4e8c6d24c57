"""Designs of one zone, made in a line, for the tests of composition."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from typing import Any

import numpy as np

from render_core.compose import Composition, compose
from render_core.design import (
    ArtworkRules,
    Design,
    Shape,
    ShapeKind,
    SurfaceSpec,
    Template,
    TextRules,
    TextValue,
    ZoneSpec,
    ZoneValue,
)
from render_core.geometry.flatten import flatten
from render_core.layout import FittedText, Ink, Item, Operation, Outline
from tests.fonts import FontLibrary, font_hash

BLACK = Ink((0, 0, 0))
FALLBACK = ("sans", "arabic", "hebrew", "devanagari", "emoji")
HEART = "M20 36C2 24 2 6 12 6C17 6 20 11 20 12C20 11 23 6 28 6C38 6 38 24 20 36Z"
ELLIPSE = Shape(ShapeKind.ELLIPSE)
HEART_SHAPE = Shape(ShapeKind.PATH, path=HEART)


def text_rules(font: str = "sans", fallback: tuple[str, ...] = FALLBACK, **rules: Any) -> TextRules:
    hashes = tuple(font_hash(name) for name in fallback)
    return TextRules(fonts=(font_hash(font),), fallback=hashes, **rules)


def text_zone(
    width_mm: int = 60,
    height_mm: int = 20,
    *,
    shape: Shape | None = None,
    margin_um: int = 1000,
    required: bool = False,
    inks: tuple[Ink, ...] = (),
    **rules: Any,
) -> ZoneSpec:
    return ZoneSpec(
        id="name",
        display_name="Name",
        surface="front",
        x_um=5000,
        y_um=4000,
        width_um=width_mm * 1000,
        height_um=height_mm * 1000,
        operation=Operation.ENGRAVE,
        ink=BLACK,
        shape=shape or Shape(),
        safe_margin_um=margin_um,
        required=required,
        inks=inks,
        text=text_rules(**rules),
    )


def artwork_zone(
    width_mm: int = 30,
    height_mm: int = 20,
    *,
    shape: Shape | None = None,
    operation: Operation = Operation.PRINT,
    margin_um: int = 0,
    bleed_um: int = 0,
    **rules: Any,
) -> ZoneSpec:
    return ZoneSpec(
        id="name",
        display_name="Logo",
        surface="front",
        x_um=0,
        y_um=0,
        width_um=width_mm * 1000,
        height_um=height_mm * 1000,
        operation=operation,
        ink=BLACK,
        shape=shape or Shape(),
        safe_margin_um=margin_um,
        bleed_um=bleed_um,
        artwork=ArtworkRules(**rules),
    )


def design(zone: ZoneSpec, value: ZoneValue | str | None) -> Design:
    filled = TextValue(value) if isinstance(value, str) else value
    surface = SurfaceSpec("front", "Front", zone.width_um + 10_000, zone.height_um + 10_000)
    return Design(Template((surface,), (zone,)), {} if filled is None else {zone.id: filled})


def composed(zone: ZoneSpec, value: ZoneValue | str | None, *artwork: bytes) -> Composition:
    return compose(design(zone, value), FontLibrary(*artwork))


def text_of(composition: Composition) -> FittedText:
    text = composition.layout.surface("front").zone("name").text
    assert text is not None
    return text


def items_of(composition: Composition) -> tuple[Item, ...]:
    return composition.layout.surface("front").items


def codes(composition: Composition) -> list[str]:
    return [problem.code for problem in composition.problems]


def png(width: int, height: int) -> bytes:
    """Return a white PNG; its pixels are never read by composition."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def drawing(width: int, height: int, *paths: tuple[str, tuple[int, int, int]]) -> bytes:
    """Return a normalised vector document of paths in micrometres."""
    document = {
        "kind": "vector",
        "version": "1",
        "width_um": width,
        "height_um": height,
        "paths": [{"d": d, "fill_rule": "nonzero", "rgb": list(rgb)} for d, rgb in paths],
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def sha(data: bytes) -> str:
    """Return the hash by which artwork is named."""
    return hashlib.sha256(data).hexdigest()


def area_mm2(outline: Outline) -> float:
    """Return the area that an outline's contours enclose."""
    total = 0.0
    for contour in flatten(outline, 1.0):
        x, y = contour.points_um.T / 1000
        total += float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2
    return abs(total)
