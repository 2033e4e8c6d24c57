"""Hostile uploads, read as in production: by the confined child, within its time and memory.

Each is refused for its own reason, not because a limit of the child was hit.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator
from typing import Final

import brotli
import pytest

from services.runtime.confined import Confined, FileRefused, Limits
from tests.render_core.intake import making

INTAKE: Final = "render_core.intake.run:run"
MIB: Final = 1 << 20
LIMITS: Final = Limits(wall_s=20.0, cpu_s=8, memory_bytes=192 * MIB)


@pytest.fixture(scope="module")
def confined() -> Iterator[Confined]:
    decoders = [
        "render_core.intake.fonts",
        "render_core.intake.images",
        "render_core.intake.vectors",
    ]
    reader = Confined([INTAKE], preload=decoders, limits=LIMITS)
    yield reader
    reader.close()


def lol() -> bytes:
    entities = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    head = f'<!DOCTYPE svg [<!ENTITY l0 "lol">{entities}]>'
    return head.encode() + making.svg("<desc>&l9;</desc>")


def quadratic() -> bytes:
    head = f'<!DOCTYPE svg [<!ENTITY a "{"a" * 50_000}">]>'
    return head.encode() + making.svg("<desc>" + "&a;" * 50_000 + "</desc>")


def outside_entity() -> bytes:
    return b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + making.svg("<g>&x;</g>")


def use_bomb() -> bytes:
    levels = "".join(
        f'<g id="l{level}">' + f'<use href="#l{level - 1}"/>' * 30 + "</g>" for level in range(1, 8)
    )
    return making.svg(f'<defs><path id="l0" d="M0 0H9V9Z"/>{levels}</defs><use href="#l7"/>')


def clipped_tangle() -> bytes:
    zigzag = "".join(f"L{(n * 37) % 100} {(n * 61) % 50}" for n in range(30_000))
    return making.svg(
        '<clipPath id="c"><circle cx="50" cy="25" r="20"/></clipPath>'
        f'<path clip-path="url(#c)" d="M0 0{zigzag}Z"/>'
    )


def font_table_bomb() -> bytes:
    data = bytearray(making.font())
    data[28 + 8 : 28 + 16] = data[12 + 8 : 12 + 16]
    return bytes(data)


HOSTILE: Final[dict[str, tuple[str, Callable[[], bytes], str]]] = {
    "a billion laughs": ("artwork", lol, "VECTOR_HAS_ENTITIES"),
    "quadratic entities": ("artwork", quadratic, "VECTOR_HAS_ENTITIES"),
    "a file of the system": ("artwork", outside_entity, "VECTOR_HAS_ENTITIES"),
    "a script": ("artwork", lambda: making.svg("<script>x()</script>"), "VECTOR_HAS_SCRIPT"),
    "an outside picture": (
        "artwork",
        lambda: making.svg('<use href="http://169.254.169.254/#x"/>'),
        "VECTOR_HAS_EXTERNAL_REFERENCE",
    ),
    "a million open elements": ("artwork", lambda: making.svg("<g>" * 500_000), "VECTOR_TOO_DEEP"),
    "elements using one another": ("artwork", use_bomb, "VECTOR_TOO_COMPLEX"),
    "a tangle to be clipped": ("artwork", clipped_tangle, "VECTOR_TOO_COMPLEX"),
    "a path of megabytes": (
        "artwork",
        lambda: making.svg(f'<path d="M0 0{"L5 5" * 250_000}"/>'),
        "VECTOR_TOO_COMPLEX",
    ),
    "an svg of megabytes": ("artwork", lambda: making.svg(" " * (5 * MIB)), "VECTOR_TOO_LARGE"),
    "infinite numbers": (
        "artwork",
        lambda: making.svg('<circle r="1e400"/>'),
        "VECTOR_NUMBER_INVALID",
    ),
    "gigantic coordinates": (
        "artwork",
        lambda: making.svg('<rect width="999999999" height="5" stroke="red"/>'),
        "VECTOR_COORDINATE_TOO_LARGE",
    ),
    "a packed svg": ("artwork", lambda: b"\x1f\x8b\x08" + bytes(100), "PICTURE_FORMAT"),
    "30,000 × 30,000 promised": (
        "image",
        lambda: making.png_of_size(30_000, 30_000),
        "PICTURE_TOO_LARGE",
    ),
    "30,000 × 30,000 in truth": (
        "image",
        lambda: making.true_png_bomb(30_000),
        "PICTURE_TOO_LARGE",
    ),
    "a profile bomb": (
        "image",
        lambda: making.with_chunk(
            making.picture("PNG"), b"iCCP", b"x\0\0" + zlib.compress(bytes(200 * MIB))
        ),
        "PICTURE_PROFILE_TOO_LARGE",
    ),
    "a truncated jpeg": (
        "image",
        lambda: making.picture("JPEG", size=(900, 900))[:2000],
        "PICTURE_BROKEN",
    ),
    "a jpeg of many passes": (
        "image",
        lambda: making.picture("JPEG") + b"\xff\xda" * 10_000,
        "PICTURE_TOO_COMPLEX",
    ),
    "a progressive jpeg too large to hold": (
        "image",
        lambda: making.progressive_of_size(7000, 7000),
        "PICTURE_TOO_COMPLEX",
    ),
    "no bytes": ("image", lambda: b"", "FILE_EMPTY"),
    "50,000 pixels wide": (
        "image",
        lambda: making.png_of_size(50_000, 100),
        "PICTURE_TOO_LARGE",
    ),
    "a program in a picture's clothes": (
        "image",
        lambda: b"#!/bin/sh\n" + making.picture("PNG"),
        "PICTURE_FORMAT",
    ),
    "not a font": ("font", lambda: b"<html></html>", "FONT_NOT_A_FONT"),
    "a truncated font": ("font", lambda: making.font()[:400], "FONT_TRUNCATED"),
    "tables over one another": ("font", font_table_bomb, "FONT_TABLES_INVALID"),
    "a packed font that claims gigabytes": (
        "font",
        lambda: making.woff2_bomb((1 << 32) - 1, b"x"),
        "FONT_UNPACKS_TOO_LARGE",
    ),
    "a packed font that unpacks to gigabytes": (
        "font",
        lambda: making.woff2_bomb(50_000, brotli.compress(bytes(1 << 30), quality=1)),
        "FONT_UNPACKS_TOO_LARGE",
    ),
    "copies of copies of a glyph": (
        "font",
        lambda: making.deep_composite_font(10, 10),
        "FONT_TOO_COMPLEX",
    ),
    "bitmaps for letters": ("font", making.bitmap_font, "FONT_HAS_NO_OUTLINES"),
    "a face that forbids use": ("font", lambda: making.font(fs_type=2), "FONT_LICENCE_RESTRICTED"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_upload_is_refused_for_its_reason(confined: Confined, name: str) -> None:
    kind, make, reason = HOSTILE[name]
    data = make()
    started = time.monotonic()
    with pytest.raises(FileRefused) as refused:
        confined.run(INTAKE, data, kind=kind)
    assert refused.value.public_reason == reason
    assert time.monotonic() - started < LIMITS.wall_s


def test_a_picture_that_is_also_an_archive_leaves_only_its_pixels(confined: Confined) -> None:
    tail = b"PK\x03\x04evil.php<?php system($_GET[0]); ?>"
    header, body = confined.run(INTAKE, making.picture("PNG") + tail, kind="image")
    assert b"php" not in body
    assert header["width_px"] == 40


def test_profiles_are_applied_in_the_confined_child_as_well(confined: Confined) -> None:
    data = making.picture("JPEG", icc_profile=making.swapped_profile())
    header, body = confined.run(INTAKE, data, kind="image")
    assert header["had_profile"]
    assert making.pixels(body)[15, 5][2] > making.pixels(body)[15, 5][0]


def test_a_whole_font_passes_the_confined_child(confined: Confined) -> None:
    data = making.woff2(making.font())
    header, body = confined.run(INTAKE, data, kind="font")
    assert header["family"] == "Sample"
    assert body == data


@pytest.mark.slow
@pytest.mark.parametrize("interlaced", [False, True])
def test_the_largest_pictures_of_sixteen_bits_fit_as_well(interlaced: bool) -> None:
    """Interlaced, all of it is held at once: 400 MB."""
    reader = Confined([INTAKE], preload=["render_core.intake.images"], ahead=False)
    data = making.sixteen_bit_png(7000, 7000, interlaced=interlaced)
    header, _ = reader.run(INTAKE, data, kind="image")
    assert (header["width_px"], header["had_alpha"]) == (7000, True)


@pytest.mark.slow
@pytest.mark.parametrize(("form", "side"), [("JPEG", 7000), ("PNG", 7000), ("WEBP", 3900)])
def test_the_largest_honest_photos_fit_into_the_confined_child(form: str, side: int) -> None:
    reader = Confined([INTAKE], preload=["render_core.intake.images"], ahead=False)
    data = making.picture(form, size=(side, side))
    header, body = reader.run(INTAKE, data, kind="image", display=True)
    assert header["width_px"] == side
    assert header["display"]["width_px"] == 1600
    assert body.startswith(b"\x89PNG")
