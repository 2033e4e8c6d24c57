"""Films: what FFmpeg's decoder reads back, and the same bytes in every process."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from render_core.errors import UnsupportedDesign
from render_core.video import mp4, planes

SIDE = 48
# Of sRGB; 8 bits, limited range and quality 18 leave a little of each.
COLOURS = ((255, 255, 255), (0, 0, 0), (200, 30, 40), (20, 90, 160), (60, 160, 70), (128, 128, 128))


def pictures() -> list[NDArray[np.uint8]]:
    return [np.full((SIDE, SIDE, 3), colour, np.uint8) for colour in COLOURS]


def film() -> bytes:
    return mp4(pictures(), delay_ms=120)


def names(data: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(data):
        found.append(data[at + 4 : at + 8])
        at += int.from_bytes(data[at : at + 4], "big")
    return found


def test_every_picture_comes_back_in_its_colours_and_in_time() -> None:
    with av.open(io.BytesIO(film())) as read:
        stream = read.streams.video[0]
        codec = stream.codec_context
        assert (codec.name, codec.profile, codec.pix_fmt) == ("h264", "High", "yuv420p")
        assert (codec.color_range, codec.colorspace, codec.color_primaries) == (1, 1, 1)
        frames = list(read.decode(stream))
        assert stream.duration * stream.time_base == pytest.approx(0.12 * len(COLOURS))
    assert [round(frame.time * 1000) for frame in frames] == [120 * n for n in range(len(COLOURS))]
    for frame, colour in zip(frames, COLOURS, strict=True):
        shown = frame.to_ndarray(format="rgb24", src_colorspace="ITU709")[SIDE // 2, SIDE // 2]
        assert np.abs(shown.astype(int) - colour).max() <= 4, (shown, colour)


def test_luma_and_chroma_are_those_of_the_standard() -> None:
    """ITU-R BT.709-6, table 3.4 and 3.5: black 16, white 235, no colour 128; primaries within half a step."""
    wanted = {
        (0, 0, 0): (16, 128, 128),
        (255, 255, 255): (235, 128, 128),
        (255, 0, 0): (63, 102, 240),
        (0, 255, 0): (173, 42, 26),
        (0, 0, 255): (32, 240, 118),
    }
    for colour, values in wanted.items():
        luma, cb, cr = planes(np.full((2, 2, 3), colour, np.uint8))
        assert (int(luma[0, 0]), int(cb[0, 0]), int(cr[0, 0])) == values, colour


def test_the_index_comes_before_the_pictures() -> None:
    assert names(film()) == [b"ftyp", b"moov", b"mdat"]


def test_a_film_says_nothing_of_when_and_by_whom_it_was_made() -> None:
    with av.open(io.BytesIO(film())) as read:
        assert not {"creation_time", "encoder"} & (
            read.metadata.keys() | read.streams.video[0].metadata.keys()
        )


def test_two_processes_make_the_same_bytes() -> None:
    program = (
        "import hashlib; from tests.render_core.test_video import film;"
        "print(hashlib.sha256(film()).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C"},
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert said == {hashlib.sha256(film()).hexdigest()}


def test_an_odd_side_is_refused() -> None:
    with pytest.raises(UnsupportedDesign, match="even") as refused:
        mp4([np.zeros((48, 47, 3), np.uint8)], delay_ms=100)
    assert (refused.value.reason, refused.value.field) == ("VIDEO_SIDE", "width")
