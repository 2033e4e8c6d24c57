"""Judges JPEG, PNG and WebP by their headers alone, before anything is decoded.

Sources: PNG (third edition) chapters 5 and 11; ITU-T T.81 annex B; RFC 9649 (WebP).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Final

from render_core.errors import RefusedFile
from render_core.intake.limits import (
    MAX_CHUNKS,
    MAX_IMAGE_PIXELS,
    MAX_IMAGE_SIDE_PX,
    MAX_JPEG_SCANS,
    MAX_PROFILE_BYTES,
    MAX_PROGRESSIVE_SAMPLES,
    MAX_WEBP_PIXELS,
)

_PNG_MAGIC: Final = b"\x89PNG\r\n\x1a\n"
# What a decoder needs to make the picture; text, animation and private chunks are left behind.
_PNG_KEPT: Final = frozenset(
    (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"sRGB", b"gAMA", b"cHRM", b"pHYs", b"eXIf")
)
# Pictures of other kinds, so that the refusal says what was sent (ISO/IEC 23008-12, B.4.1).
_HEIC_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_AVIF_BRANDS: Final = (b"avif", b"avis")
_OTHERS: Final = (
    (b"GIF8", "a GIF"),
    (b"II*\0", "a TIFF or raw"),
    (b"MM\0*", "a TIFF or raw"),
    (b"BM", "a BMP"),
    (b"8BPS", "a Photoshop"),
    (b"\xff\x0a", "a JPEG XL"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000"),
)
_MAX_ANCILLARY_BYTES: Final = 64 * 1024
_PROGRESSIVE: Final = 0xC2
_JPEG_FRAMES: Final = (0xC0, 0xC1, _PROGRESSIVE)
_JPEG_OTHER_FRAMES: Final = (0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
_JPEG_BARE: Final = (0x01, *range(0xD0, 0xD8))
_JPEG_SCAN: Final = 0xDA
_WEBP_ANIMATION: Final = 0x02


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says. body: the file as the decoder may see it."""

    format: str
    width_px: int
    height_px: int
    body: bytes


def read_header(data: bytes) -> Header:
    """Return the header of a picture; RefusedFile for another type, a broken head, too many pixels."""
    if data.startswith(_PNG_MAGIC):
        header = _png(data)
    elif data.startswith(b"\xff\xd8\xff"):
        header = _jpeg(data)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        header = _webp(data)
    else:
        raise RefusedFile("PICTURE_FORMAT", _other_format(data))
    most = MAX_WEBP_PIXELS if header.format == "webp" else MAX_IMAGE_PIXELS
    _refuse_size(header.width_px, header.height_px, most)
    return header


def _other_format(data: bytes) -> str:
    """Return what to do with a file of another kind; named where its first bytes say it."""
    brand = data[8:12] if data[4:8] == b"ftyp" else b""
    if brand in _HEIC_BRANDS:
        return (
            "This is a HEIC photo, as phones take them. Share it as JPEG (on an iPhone: Options, "
            "Most Compatible) and upload that."
        )
    beginnings = (name for start, name in _OTHERS if data.startswith(start))
    name = "an AVIF" if brand in _AVIF_BRANDS else next(beginnings, "")
    if name:
        return f"This is {name} picture. Save it as JPEG, PNG or WebP and upload that."
    return "This is not a JPEG, PNG or WebP picture. Save it as one of these."


def _refuse_size(width: int, height: int, most: int = MAX_IMAGE_PIXELS) -> None:
    if width < 1 or height < 1:
        raise _broken("it has no pixels")
    if max(width, height) > MAX_IMAGE_SIDE_PX or width * height > most:
        raise RefusedFile(
            "PICTURE_TOO_LARGE",
            f"This picture has {width:,} × {height:,} pixels; at most {MAX_IMAGE_SIDE_PX:,} a side "
            f"and {most:,} in all are taken. Make it smaller and upload it again.",
        )


def _png(data: bytes) -> Header:
    if len(data) < 33 or data[12:16] != b"IHDR":
        raise _broken("its header is missing")
    width, height = struct.unpack_from(">II", data, 16)
    _refuse_size(width, height)
    kept, at = [_PNG_MAGIC], len(_PNG_MAGIC)
    for _ in range(MAX_CHUNKS):
        if at + 12 > len(data):
            raise _broken("it ends too early")
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise _broken("it ends too early")
        if _png_chunk_kept(kind, data[at + 8 : end - 4]):
            kept.append(data[at:end])
        at = end
        if kind == b"IEND":
            return Header("png", width, height, b"".join(kept))
    raise _broken("it is cut into too many pieces")


def _png_chunk_kept(kind: bytes, body: bytes) -> bool:
    if kind == b"acTL":
        raise _animated()
    if kind == b"iCCP":
        return _profile_is_small(body)
    if kind in (b"IDAT", b"PLTE"):
        return True
    return kind in _PNG_KEPT and len(body) <= _MAX_ANCILLARY_BYTES


def _profile_is_small(body: bytes) -> bool:
    """Unpack a colour profile within a limit; a packed profile can be a bomb, too."""
    packed = body.partition(b"\0")[2][1:]
    stream = zlib.decompressobj()
    try:
        unpacked = stream.decompress(packed, MAX_PROFILE_BYTES)
    except zlib.error:
        return False
    if stream.unconsumed_tail and len(unpacked) >= MAX_PROFILE_BYTES:
        raise RefusedFile(
            "PICTURE_PROFILE_TOO_LARGE",
            "The colour profile in this picture is too large. Save the picture as sRGB.",
        )
    return stream.eof


def _jpeg(data: bytes) -> Header:
    if data.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise RefusedFile(
            "PICTURE_TOO_COMPLEX",
            "This JPEG is made of too many passes. Save it again as a baseline JPEG.",
        )
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise _broken("a marker is missing")
        marker = data[at + 1]
        if marker == 0xFF:  # Fill bytes may precede a marker.
            at += 1
            continue
        if marker in _JPEG_BARE:
            at += 2
            continue
        if marker in _JPEG_FRAMES and at + 10 <= len(data):
            height, width = struct.unpack_from(">HH", data, at + 5)
            if marker == _PROGRESSIVE:
                _refuse_samples(data, at, width * height)
            return Header("jpeg", width, height, data)
        if marker in _JPEG_OTHER_FRAMES:
            raise RefusedFile(
                "PICTURE_FORMAT",
                "This JPEG is of a kind that browsers do not show. Save it as an ordinary JPEG.",
            )
        if marker == _JPEG_SCAN:
            break
        length = struct.unpack_from(">H", data, at + 2)[0]
        if length < 2:
            raise _broken("a segment has no length")
        at += 2 + length
    raise _broken("its header is missing")


def _refuse_samples(data: bytes, at: int, pixels: int) -> None:
    """Refuse a progressive JPEG of too many samples, by its frame header (T.81, B.2.2)."""
    factors = [
        data[at + 11 + 3 * component : at + 12 + 3 * component] for component in range(data[at + 9])
    ]
    shares = [(one[0] >> 4) * (one[0] & 15) for one in factors if one]
    if shares and pixels * sum(shares) > MAX_PROGRESSIVE_SAMPLES * max(1, *shares):
        raise RefusedFile(
            "PICTURE_TOO_COMPLEX",
            "This JPEG is progressive and too large to be read so. Save it again as a baseline JPEG.",
        )


def _webp(data: bytes) -> Header:
    if len(data) < 30:
        raise _broken("its header is missing")
    if struct.unpack_from("<I", data, 4)[0] + 8 > len(data):
        raise _broken("it ends too early")
    kind = data[12:16]
    if kind == b"VP8X":
        if data[20] & _WEBP_ANIMATION:
            raise _animated()
        width = 1 + int.from_bytes(data[24:27], "little")
        height = 1 + int.from_bytes(data[27:30], "little")
    elif kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    elif kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = (value & 0x3FFF for value in struct.unpack_from("<HH", data, 26))
    else:
        raise _broken("its header is missing")
    return Header("webp", width, height, data)


def _broken(why: str) -> RefusedFile:
    return RefusedFile(
        "PICTURE_BROKEN", f"This picture is damaged: {why}. Save it again and upload that."
    )


def _animated() -> RefusedFile:
    return RefusedFile("PICTURE_ANIMATED", "This picture is animated. Upload a still one.")
