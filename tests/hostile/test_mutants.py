"""Good files, broken a thousand times at random (seeded): read or refused, never anything else."""

from __future__ import annotations

import random
from typing import Final

import pytest

from render_core.errors import RefusedFile
from render_core.intake.run import run
from tests.render_core.intake import making
from tests.render_core.intake.test_vectors import PICTURES, REFUSED

MUTANTS: Final = 1_000
WORDS: Final = (
    b"1e99", b"1e999", b"-1", b"NaN", b"url(#c)", b'"', b"<", b">", b"99999999", b"%",
    b"A1 1 0 0 0 5 5", b"scale(0)", b"matrix(1 2 2 4 0 0)", b"\xff", b"\x00", b"rotate(1e9)",
    b"skewX(90)", b"stroke-width:1e8", b'stroke="red"', b"Z", b"M",
)  # fmt: skip
GOOD: Final[dict[str, tuple[str, list[bytes]]]] = {
    "svg": (
        "artwork",
        [making.svg(body) for body in PICTURES.values()]
        + [making.svg(body) for _, body in REFUSED.values()],
    ),
    "png": ("image", [making.picture("PNG"), making.turned_picture("PNG", 6)]),
    "jpeg": ("image", [making.picture("JPEG", icc_profile=making.swapped_profile())]),
    "webp": ("image", [making.picture("WEBP"), making.turned_picture("WEBP", 6)]),
    "font": ("font", [making.font(), making.deep_composite_font(3, 3)]),
    "packed font": ("font", [making.woff2(making.font())]),
}


def broken(data: bytes, rng: random.Random) -> bytes:
    """Return the file with bytes changed, added, doubled and taken away."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 8))):
        at = rng.randrange(len(out) + 1)
        what = rng.random()
        if what < 0.4 and out:
            out[at % len(out)] = rng.randrange(256)
        elif what < 0.6:
            out[at:at] = rng.choice(WORDS)
        elif what < 0.75:
            del out[at : at + rng.randrange(1, 40)]
        elif what < 0.9:
            out[at : at + rng.randrange(1, 9)] = rng.choice(WORDS)
        else:
            start = rng.randrange(len(out) + 1)
            out[at:at] = out[start : start + rng.randrange(1, 60)]
    return bytes(out)


@pytest.mark.slow
@pytest.mark.parametrize("name", GOOD)
def test_a_broken_file_is_read_or_refused(name: str) -> None:
    kind, files = GOOD[name]
    rng = random.Random(name)
    for _ in range(MUTANTS):
        data = broken(rng.choice(files), rng)
        try:
            header, body = run(kind, data)
        except RefusedFile as refused:
            reason, message = refused.reason, refused.message
            assert reason.isupper(), reason
            assert message.endswith("."), message
        else:
            assert header["kind"]
            assert body
