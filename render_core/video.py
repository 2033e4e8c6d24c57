"""Films: the one importer of PyAV, whose wheel brings FFmpeg and x264.

H.264 (ITU-T H.264, High profile, 8 bits, 4:2:0) in MP4 (ISO/IEC 14496-14), which every browser and
phone plays. Colours are taken to BT.709 in limited range by whole numbers here, not by swscale, whose
vector code rounds otherwise. One thread, and x264's parts that do not depend on the processor's: the
same pictures give the same bytes.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray

from render_core.errors import UnsupportedDesign

Pixels = NDArray[np.uint8]
Planes = tuple[Pixels, Pixels, Pixels]

_MS: Final = Fraction(1, 1000)
_ENCODER: Final = "libx264"
_OPTIONS: Final = {
    "preset": "medium",
    "crf": "18",
    "flags": "+bitexact",
    "x264-params": "threads=1:lookahead-threads=1:sliced-threads=0:cpu-independent=1",
}
_BT709: Final = 1
_LIMITED: Final = 1
# Of 65,536: ITU-R BT.709-6, 3.2 to 3.5, over 219 and 224 steps of limited range.
_Y: Final = (11_966, 40_254, 4_064)
_CB: Final = (-6_596, -22_189, 28_785)
_CR: Final = (28_785, -26_145, -2_640)
_HALF: Final = 32_768
_CHUNK_OFFSETS: Final = b"stco"
_BOXES: Final = (b"moov", b"trak", b"mdia", b"minf", b"stbl")  # those that hold the table


def mp4(frames: Sequence[Pixels], *, delay_ms: int) -> bytes:
    """Encode pictures (h, w, 3) of one size, sRGB, each shown for so long, without sound.

    Raises UnsupportedDesign (VIDEO_SIDE) for a side that is odd: its colours are shared by 2 × 2 pixels.
    """
    height, width = frames[0].shape[:2]
    if height % 2 or width % 2:
        raise UnsupportedDesign(
            "VIDEO_SIDE", "An MP4 is an even number of pixels wide.", field="width"
        )
    out = io.BytesIO()
    with av.open(out, "w", format="mp4", options={"fflags": "+bitexact"}) as film:
        stream: Any = film.add_stream(
            _ENCODER, rate=Fraction(1000, delay_ms), options=dict(_OPTIONS)
        )
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        codec = stream.codec_context
        codec.time_base, codec.thread_count = _MS, 1
        codec.color_range = _LIMITED
        codec.colorspace = codec.color_primaries = codec.color_trc = _BT709
        for number, pixels in enumerate(frames):
            frame = _frame(planes(pixels))
            frame.pts, frame.duration, frame.time_base = number * delay_ms, delay_ms, _MS
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return _index_first(out.getvalue())


def planes(pixels: Pixels) -> Planes:
    """Return luma (h, w) and both chroma (h/2, w/2) of sRGB (h, w, 3)."""
    wide = pixels.astype(np.int32)
    fours = wide[0::2, 0::2] + wide[1::2, 0::2] + wide[0::2, 1::2] + wide[1::2, 1::2]
    return (
        _weighted(wide, _Y, 1, 16),
        _weighted(fours, _CB, 4, 128),
        _weighted(fours, _CR, 4, 128),
    )


def _weighted(
    channels: NDArray[np.int32], weights: tuple[int, int, int], count: int, base: int
) -> Pixels:
    """Return base + Σ weight · channel / (count · 65,536), rounded to the nearest."""
    total = sum(channels[..., band] * weight for band, weight in enumerate(weights))
    rounded = (np.asarray(total) + _HALF * count) // (2 * _HALF * count) + base
    return rounded.astype(np.uint8)


def _frame(of: Planes) -> Any:
    height, width = of[0].shape
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, values in zip(frame.planes, of, strict=True):
        rows = np.zeros((values.shape[0], plane.line_size), np.uint8)
        rows[:, : values.shape[1]] = values
        plane.update(rows.tobytes())
    return frame


def _index_first(data: bytes) -> bytes:
    """Move the index (moov) before the pictures (mdat), so that a page plays what it has.

    The chunks' offsets (stco, ISO/IEC 14496-12, 8.7.5) count from the file's beginning.
    """
    boxes = dict(_boxes(data, 0, len(data)))
    kind, moov, mdat = (data[slice(*boxes[name])] for name in (b"ftyp", b"moov", b"mdat"))
    shift = len(kind) + len(moov) - boxes[b"mdat"][0]
    at, end = 0, len(moov)
    for name in _BOXES:
        at, end = dict(_boxes(moov, at, end))[name]
        at += 8
    at, _ = dict(_boxes(moov, at, end))[_CHUNK_OFFSETS]
    (count,) = struct.unpack_from(">I", moov, at + 12)
    table = f">{count}I"
    offsets = struct.unpack_from(table, moov, at + 16)
    index = bytearray(moov)
    struct.pack_into(table, index, at + 16, *(offset + shift for offset in offsets))
    return kind + bytes(index) + mdat


def _boxes(data: bytes, at: int, end: int) -> list[tuple[bytes, tuple[int, int]]]:
    """Return the boxes between two places: name, and where each begins and ends."""
    found = []
    while at < end:
        (size,) = struct.unpack_from(">I", data, at)
        found.append((data[at + 4 : at + 8], (at, at + size)))
        at += size
    return found
