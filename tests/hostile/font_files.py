"""Fonts that were never meant to be read: each is made on purpose to crash, hang or fill the memory."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from fontTools.cffLib import GlobalSubrsIndex
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent
from fontTools.ttLib.tables.DefaultTable import DefaultTable

LETTERS = "ABCDEFGHIJ"


def all_fonts(seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield each font with its name."""
    for name, data in (("glyf", glyf_font()), ("cff", cff_font()), ("variable", variable_font())):
        yield f"{name} whole", data
        yield from truncated(name, data)
        yield from flipped(name, data, seed)
    yield from designed_fonts()


def designed_fonts() -> Iterator[tuple[str, bytes]]:
    """Yield each font that was made for one purpose, with its name."""
    plain = glyf_font()
    yield "cyclic composite", composite_font([("A", "B"), ("B", "A")])
    yield "composite of itself", composite_font([("A", "A")])
    yield "composite of a glyph that is not there", raw_composite(60_000)
    yield "glyph of 65,535 points", point_font(65_535)
    yield "glyph with more points than bytes", point_font(65_535, bytes_of_points=10)
    yield "glyph that crosses itself everywhere", crossing_font(4_000)
    yield "letters that cross themselves often", crossing_font(148, glyphs=200)
    yield "letters of ten thousand teeth", tooth_font(9_900)
    yield "letters on top of each other", metrics_font(advance=0, units=1000)
    yield "subroutines that call each other twice", cff_bomb(doubling=True)
    yield "a subroutine that calls itself", cff_bomb(doubling=False)
    yield "every code point mapped to one glyph", cmap_font(13)
    yield "every code point mapped to a glyph of its own", cmap_font(12)
    yield "cmap of overlapping segments", cmap_segments()
    for name, axis in AXES.items():
        yield f"axis {name}", axis_font(axis)
    yield "65,535 axes", axis_font((100, 400, 900), count=65_535, written=4)
    yield "twenty axes", axis_font((100, 400, 900), count=20)
    yield "one letter becomes thousands", substitution_bomb()
    yield "lookups that call each other", lookup_loop()
    yield "extreme metrics", metrics_font(advance=65_535, units=16)
    yield "tables that claim four gigabytes", claimed(plain, b"glyf", 0xFFFF_FF00)
    yield "65,535 glyphs in maxp alone", patched(plain, "maxp", 4, struct.pack(">H", 65_535))
    yield "no glyphs in maxp", patched(plain, "maxp", 4, struct.pack(">H", 0))
    yield "one unit per em", patched(plain, "head", 18, struct.pack(">H", 1))
    yield "loca of nonsense", patched(plain, "loca", 0, b"\xff" * 20)
    yield "metrics for 65,535 glyphs", patched(plain, "hhea", 34, struct.pack(">H", 65_535))


def glyf_font() -> bytes:
    builder = _builder(is_ttf=True)
    builder.setupGlyf({name: _drawn(TTGlyphPen(None)) for name in builder.font.getGlyphOrder()})
    return _finished(builder)


def cff_font() -> bytes:
    builder = _builder(is_ttf=False)
    charstrings = {}
    for name in builder.font.getGlyphOrder():
        pen = T2CharStringPen(600, None)
        _draw(pen)
        charstrings[name] = pen.getCharString()
    builder.setupCFF("Bad", {"FullName": "Bad"}, charstrings, {})
    return _finished(builder)


def variable_font() -> bytes:
    return axis_font((100.0, 400.0, 900.0))


def truncated(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the file cut at the start, in the middle and one byte before the end of each table."""
    count = struct.unpack_from(">H", data, 4)[0]
    for at in range(12, 12 + 16 * count, 16):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, at)
        for cut in {offset, offset + length // 2, offset + length - 1}:
            yield f"{name} cut in {tag.decode()} at {cut}", data[:cut]
            # The same with a directory that says so: the table is there, and short.
            shorter = bytearray(data)
            struct.pack_into(">I", shorter, at + 12, max(cut - offset, 0))
            yield f"{name} short {tag.decode()} of {cut - offset}", bytes(shorter)


def flipped(name: str, data: bytes, seed: int, count: int = 60) -> Iterator[tuple[str, bytes]]:
    """Yield the file with some bytes past the directory changed."""
    rng = random.Random(f"{name} {seed}")
    start = 12 + 16 * struct.unpack_from(">H", data, 4)[0]
    for number in range(count):
        changed = bytearray(data)
        for _ in range(rng.choice([1, 4, 30])):
            changed[rng.randrange(start, len(changed))] = rng.choice([0, 1, 0x7F, 0x80, 0xFF])
        yield f"{name} flipped {number}", bytes(changed)


def composite_font(pairs: list[tuple[str, str]]) -> bytes:
    """Return a face in which some letters are made of others."""
    builder = _builder(is_ttf=True)
    glyphs = {name: _drawn(TTGlyphPen(None)) for name in builder.font.getGlyphOrder()}
    for letter, part in pairs:
        glyphs[letter] = _composite([part, part])
    builder.setupGlyf(glyphs, calcGlyphBounds=False)
    return _finished(builder)


def raw_composite(glyph_id: int) -> bytes:
    """Return a face whose last glyph refers to a glyph id that does not exist."""
    data = composite_font([("J", "A")])
    font = TTFont(BytesIO(data))
    record = struct.pack(">hhhhhHHbb", -1, 0, 0, 600, 700, 0x0002, glyph_id, 0, 0)
    return _with_last_glyph(font, record)


def point_font(points: int, bytes_of_points: int | None = None) -> bytes:
    """Return a face whose last glyph says that it has so many points."""
    size = points * 2 if bytes_of_points is None else bytes_of_points
    # All points on the curve, x and y one byte each; flags repeat 255 times.
    flags = b"".join(struct.pack("BB", 0x3F, 255) for _ in range(points // 256 + 1))
    header = struct.pack(">hhhhh", 1, 0, 0, 600, 700) + struct.pack(">HH", points - 1, 0)
    body = random.Random(1).randbytes(size)
    return _with_last_glyph(TTFont(BytesIO(glyf_font())), header + flags + body)


def crossing_font(points: int, glyphs: int = 1) -> bytes:
    """Return a face whose letters are zigzags across and down."""
    names = [".notdef", *(f"g{index}" for index in range(glyphs))]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({0x41 + index: name for index, name in enumerate(names[1:])})
    pen = TTGlyphPen(None)
    for turned in (False, True):
        places = [((index % 2) * 1000, index * 1000 * 2 // points) for index in range(points // 2)]
        pen.moveTo(places[0][::-1] if turned else places[0])
        for place in places[1:]:
            pen.lineTo(place[::-1] if turned else place)
        pen.closePath()
    glyph = pen.glyph()
    builder.setupGlyf(dict.fromkeys(names, glyph))
    return _finished(builder)


def tooth_font(points: int) -> bytes:
    """Return a face with a letter that is a saw of very fine teeth."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "A"])
    builder.setupCharacterMap({0x41: "A"})
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for index in range(points - 2):
        pen.lineTo((index * 30_000 // points, 700 + 20 * (index % 2)))
    pen.closePath()
    builder.setupGlyf({".notdef": _drawn(TTGlyphPen(None)), "A": pen.glyph()})
    return _finished(builder)


def cff_bomb(*, doubling: bool) -> bytes:
    """Return a CFF face whose letters call subroutines that call each other, or themselves."""
    font = TTFont(BytesIO(cff_font()))
    cff = font["CFF "].cff
    top = cff[cff.fontNames[0]]
    depth = 30 if doubling else 1
    subrs = cff.GlobalSubrs
    for level in range(depth):
        target = level + 1 if doubling else level
        call = [target - 107, "callgsubr"]
        last = level == depth - 1 and doubling
        program = [10, 10, "rlineto", "return"] if last else [*call, *call, "return"]
        subrs.append(T2CharString(program=program, globalSubrs=subrs))
    letter = top.CharStrings["A"]
    letter.program = [0, 0, "rmoveto", -107, "callgsubr", "endchar"]
    letter.bytecode = None
    assert isinstance(subrs, GlobalSubrsIndex)
    return _saved(font)


def cmap_font(form: int) -> bytes:
    """Return a face whose cmap has one group for all of Unicode, of format 12 or 13."""
    font = TTFont(BytesIO(glyf_font()))
    group = struct.pack(">III", 0, 0x10FFFF, 1)
    table = struct.pack(">HHIII", form, 0, 16 + len(group), 0, 1) + group
    head = struct.pack(">HHHHI", 0, 1, 3, 10, 12)
    return _with_table(font, "cmap", head + table)


def cmap_segments() -> bytes:
    """Return a face with a format 4 table of 8,000 segments that all cover everything."""
    count = 8_000
    ends, starts = b"\xff\xff" * count, b"\0\0" * count
    body = ends + b"\0\0" + starts + b"\0\1" * count + b"\0\0" * count
    table = struct.pack(">HHHHHHH", 4, 0xFFFF, 0, count * 2, 0, 0, 0) + body
    head = struct.pack(">HHHHI", 0, 1, 3, 1, 12)
    return _with_table(TTFont(BytesIO(glyf_font())), "cmap", head + table)


AXES = {
    "upside down": (900.0, 400.0, 100.0),
    "with its default outside": (100.0, 5000.0, 900.0),
    "without length": (400.0, 400.0, 400.0),
    "of all numbers": (-32768.0, 0.0, 32767.0),
}


def axis_font(
    axis: tuple[float, float, float], count: int = 1, written: int | None = None
) -> bytes:
    """Return a variable face that says it has so many axes; what they say is written as it is."""
    font = TTFont(BytesIO(glyf_font()))
    records = b"".join(
        struct.pack(">4siiiHH", b"A%03d" % index, *(int(value * 65536) for value in axis), 0, 256)
        for index in range(count if written is None else written)
    )
    header = struct.pack(">HHHHHHHH", 1, 0, 16, 2, count, 20, 0, 4 + 4 * count & 0xFFFF)
    gvar = struct.pack(">HHHHIHHI", 1, 0, count, 0, 20, len(LETTERS) + 1, 0, 40) + bytes(60)
    font["gvar"] = _raw("gvar", gvar)
    return _with_table(font, "fvar", header + records)


def substitution_bomb() -> bytes:
    """Return a face in which A becomes ten letters, each ten, five times over."""
    features, order = [], LETTERS
    for level in range(5):
        targets = " ".join(order[level + 1] * 10)
        features.append(f"lookup L{level} {{ sub {order[level]} by {targets}; }} L{level};")
    used = " ".join(f"lookup L{level};" for level in range(5))
    font = TTFont(BytesIO(glyf_font()))
    addOpenTypeFeaturesFromString(font, "\n".join([*features, f"feature ccmp {{ {used} }} ccmp;"]))
    return _saved(font)


def lookup_loop() -> bytes:
    """Return a face whose chaining lookups call each other in a circle."""
    font = TTFont(BytesIO(glyf_font()))
    code = """
    lookup GROW { sub A by A A; } GROW;
    feature calt { sub A' lookup GROW A' lookup GROW; sub A' lookup GROW; } calt;
    """
    addOpenTypeFeaturesFromString(font, code)
    table = font["GSUB"].table
    chain = len(table.LookupList.Lookup) - 1
    for lookup in table.LookupList.Lookup:
        for sub in lookup.SubTable:
            for record in getattr(sub, "SubstLookupRecord", []):
                record.LookupListIndex = chain
    return _saved(font)


def metrics_font(advance: int, units: int) -> bytes:
    """Return a face of letters with an advance, and the other metrics as far out as numbers go."""
    font = TTFont(BytesIO(glyf_font()))
    font["head"].unitsPerEm = units
    for name in font.getGlyphOrder():
        font["hmtx"][name] = (advance, -32_768)
    font["hhea"].ascent, font["hhea"].descent = 32_767, -32_768
    return _saved(font)


def claimed(data: bytes, tag: bytes, length: int) -> bytes:
    """Return a file whose directory says that a table has another length."""
    changed = bytearray(data)
    at = data.index(tag, 12)
    struct.pack_into(">I", changed, at + 12, length)
    return bytes(changed)


def patched(data: bytes, tag: str, at: int, new: bytes) -> bytes:
    """Return a file with some bytes of a table replaced."""
    changed = bytearray(data)
    entry = data.index(tag.encode(), 12)
    offset = struct.unpack_from(">I", data, entry + 8)[0]
    changed[offset + at : offset + at + len(new)] = new
    return bytes(changed)


def _builder(*, is_ttf: bool) -> FontBuilder:
    builder = FontBuilder(1000, isTTF=is_ttf)
    names = [".notdef", *LETTERS]
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): letter for letter in LETTERS})
    return builder


def _finished(builder: FontBuilder) -> bytes:
    names = builder.font.getGlyphOrder()
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Bad", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    return _saved(builder.font)


def _draw(pen: Any) -> None:
    pen.moveTo((50, 0))
    for point in ((50, 700), (550, 700), (550, 0)):
        pen.lineTo(point)
    pen.closePath()


def _drawn(pen: TTGlyphPen) -> Glyph:
    _draw(pen)
    return _boxed(pen.glyph())


def _boxed(glyph: Glyph) -> Glyph:
    """Write a box, which fontTools would else look for in what has no end."""
    glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax = 0, 0, 600, 700
    return glyph


def _composite(parts: list[str]) -> Glyph:
    glyph = Glyph()
    glyph.numberOfContours = -1
    glyph.components = []
    for index, part in enumerate(parts):
        component = GlyphComponent()
        component.glyphName = part
        component.x, component.y, component.flags = index * 10, 0, 0x0204
        glyph.components.append(component)
    return _boxed(glyph)


def _with_last_glyph(font: TTFont, record: bytes) -> bytes:
    """Return a face whose last letter is written as it is."""
    glyphs, places = font.reader["glyf"], list(font["loca"].locations)
    start = places[-2]
    padded = record + bytes(-len(record) % 4)
    font["glyf"] = _raw("glyf", glyphs[:start] + padded)
    ends = [*places[:-1], start + len(padded)]
    font["loca"] = _raw("loca", struct.pack(f">{len(ends)}I", *ends))
    font["head"].indexToLocFormat = 1
    font["maxp"].recalc = lambda _: None
    return _saved(font)


def _with_table(font: TTFont, tag: str, data: bytes) -> bytes:
    font[tag] = _raw(tag, data)
    return _saved(font)


def _raw(tag: str, data: bytes) -> DefaultTable:
    table = DefaultTable(tag)
    table.data = data
    return table


def _saved(font: TTFont) -> bytes:
    out = BytesIO()
    font.recalcBBoxes = False
    font.save(out)
    return out.getvalue()
