"""Makes files for the tests of intake: small fonts, pictures, and what hostile people make of them."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from itertools import pairwise
from typing import Any

import numpy as np
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable
from PIL import Image, ImageCms


def font(
    *, fs_type: int = 0, os2_version: int = 4, draw: bool = True, text: str = "ABCDEFGHIJ"
) -> bytes:
    """Return a TTF with a square for each character of `text`."""
    names = [".notdef", *(f"u{ord(character):04X}" for character in text)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(character): f"u{ord(character):04X}" for character in text})
    builder.setupGlyf({name: _square() if draw else TTGlyphPen(None).glyph() for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable(
        {
            "familyName": "Sample",
            "styleName": "Regular",
            "version": "Version 1.0",
            "copyright": "Copyright the tests",
            "licenseDescription": "Free to test",
        }
    )
    builder.setupOS2(sTypoAscender=800, fsType=fs_type, version=os2_version)
    builder.setupPost()
    return _saved(builder.font)


def bitmap_font() -> bytes:
    """Return a face that has pictures of letters and no outlines."""
    face = TTFont(BytesIO(font()))
    del face["glyf"], face["loca"]
    face["CBDT"] = _raw("CBDT", b"\0\3\0\0")
    return _saved(face)


def deep_composite_font(depth: int, fan: int) -> bytes:
    """Return a face whose last glyph draws `fan` copies of the one before, `depth` times over."""
    names = [".notdef", "A", *(f"level{level}" for level in range(depth))]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord("A"): names[-1]})
    glyphs = {".notdef": _square(), "A": _square()}
    for below, name in pairwise(names[1:]):
        pen = TTGlyphPen(glyphs)
        for copy in range(fan):
            pen.addComponent(below, (1, 0, 0, 1, copy, 0))
        glyphs[name] = pen.glyph()
    for glyph in glyphs.values():  # True boxes would take fontTools as long as the bomb.
        glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax = 0, 0, 600, 700
    builder.setupGlyf(glyphs, calcGlyphBounds=False)
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 50)))
    builder.setupHorizontalHeader()
    builder.setupNameTable({"familyName": "Deep", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    return _saved(builder.font, recalculate=False)


def woff2(sfnt: bytes) -> bytes:
    face = TTFont(BytesIO(sfnt))
    face.flavor = "woff2"
    return _saved(face)


def woff2_bomb(claimed: int, packed: bytes, *, flavour: bytes = b"\x00\x01\x00\x00") -> bytes:
    """Return a WOFF2 file of one table that says it unpacks to `claimed` bytes."""
    directory = bytes([5]) + _base128(claimed)  # 5 is 'name'.
    length = 48 + len(directory) + len(packed)
    header = struct.pack(
        ">4s4sIHHIIHHIIIII",
        b"wOF2", flavour, length, 1, 0, claimed, len(packed), 1, 0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    return header + directory + packed


def picture(
    form: str, *, size: tuple[int, int] = (40, 30), mode: str = "RGB", **save: Any
) -> bytes:
    """Return a picture with a red left and a blue right half."""
    image = Image.new("RGB", size, (200, 30, 20))
    image.paste((20, 40, 190), (size[0] // 2, 0, size[0], size[1]))
    out = BytesIO()
    image.convert(mode).save(out, form, **save)
    return out.getvalue()


def turned_picture(form: str, orientation: int) -> bytes:
    """Return a picture whose camera was held another way."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Secret Camera"
    return picture(form, exif=exif)


def swapped_profile() -> bytes:
    """Return an sRGB profile whose red and blue primaries are exchanged: its effect is plain to see."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    places = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * 17, 12)}
    red, blue = places[b"rXYZ"] + 4, places[b"bXYZ"] + 4
    profile[red : red + 8], profile[blue : blue + 8] = (
        profile[blue : blue + 8],
        profile[red : red + 8],
    )
    return bytes(profile)


def png_of_size(width: int, height: int, body: bytes = b"") -> bytes:
    """Return a PNG whose header promises a size that its body does not hold."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND")


def true_png_bomb(side: int) -> bytes:
    """Return a PNG that really holds side × side pixels of one colour, in very few bytes."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (side + 7) // 8)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND")


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunk(png: bytes, kind: bytes, body: bytes) -> bytes:
    """Return a PNG with one more chunk after its header."""
    return png[:33] + chunk(kind, body) + png[33:]


def pixels(png: bytes) -> np.ndarray:
    with Image.open(BytesIO(png)) as image:
        return np.asarray(image)


def svg(body: str, root: str = 'width="100mm" height="50mm" viewBox="0 0 100 50"') -> bytes:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f"{root}>{body}</svg>"
    ).encode()


def _square() -> Any:
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for point in ((50, 700), (550, 700), (550, 0)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


def _raw(tag: str, data: bytes) -> Any:
    table = DefaultTable(tag)
    table.data = data
    return table


def _saved(face: TTFont, *, recalculate: bool = True) -> bytes:
    out = BytesIO()
    face.recalcBBoxes = recalculate
    face.save(out)
    return out.getvalue()


def _base128(value: int) -> bytes:
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(value & 0x7F | 0x80)
    return bytes(reversed(digits))


def progressive_of_size(width: int, height: int) -> bytes:
    """Return a small progressive JPEG in CMYK whose header promises another size."""
    out = BytesIO()
    Image.new("CMYK", (64, 64), (90, 20, 0, 0)).save(out, "JPEG", progressive=True)
    data = bytearray(out.getvalue())
    at = data.index(b"\xff\xc2")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


# Adam7: the first column and row of each pass, and the steps to the next ones.
_PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)


def sixteen_bit_png(width: int, height: int, *, interlaced: bool) -> bytes:
    """Return one half transparent colour in 16 bits a channel."""
    packer, data = zlib.compressobj(1), []
    for x, y, across, down in _PASSES if interlaced else ((0, 0, 1, 1),):
        row = b"\0" + bytes.fromhex("40008000c0008080") * -(-(width - x) // across)
        data += [packer.compress(row) for _ in range(-(-(height - y) // down))]
    head = struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, int(interlaced))
    chunks = ((b"IHDR", head), (b"IDAT", b"".join(data) + packer.flush()), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
