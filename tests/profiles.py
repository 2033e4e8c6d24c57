"""Colour profiles made from constants, in every form that a press's may have."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from render_core.colour import srgb_profile
from render_core.gamut_lab import Lab, lab_of_xyz, xyz_of_lab
from tests import system

# Lab of the eight overprints of cyan, magenta and yellow on paper, and of black; as of coated offset.
_OVERPRINTS: dict[tuple[int, int, int], Lab] = {
    (0, 0, 0): (100.0, 0.0, 0.0),
    (1, 0, 0): (58.0, -36.0, -48.0),
    (0, 1, 0): (51.0, 73.0, -4.0),
    (0, 0, 1): (93.0, -5.0, 93.0),
    (1, 1, 0): (27.0, 20.0, -47.0),
    (1, 0, 1): (53.0, -67.0, 27.0),
    (0, 1, 1): (50.0, 67.0, 48.0),
    (1, 1, 1): (23.0, 0.0, 0.0),
}
_BLACK: Lab = (16.0, 0.0, 0.0)
_GRID = 7
_BACK_GRID = 13
_FINE = 22
_GHOSTSCRIPT = Path("/usr/share/color/icc/ghostscript/default_cmyk.icc")


def press_lab(cmyk: Sequence[float]) -> Lab:
    """Return what a mixture of inks looks like: Neugebauer's equations, with some dot gain."""
    c, m, y, k = (ink + 0.6 * ink * (1 - ink) for ink in cmyk)
    total = [0.0, 0.0, 0.0]
    for inks in product((0, 1), repeat=4):
        weight = 1.0
        for share, ink in zip((c, m, y, k), inks, strict=True):
            weight *= share if ink else 1 - share
        lab = _BLACK if inks[3] else _OVERPRINTS[inks[0], inks[1], inks[2]]
        for axis, part in enumerate(xyz_of_lab(lab)):
            total[axis] += weight * part
    return lab_of_xyz((total[0], total[1], total[2]))


@cache
def _mixtures() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mixtures of three inks (n, 3) and their Lab (n, 3)."""
    steps = [index / (_FINE - 1) for index in range(_FINE)]
    inks = list(product(steps, repeat=3))
    labs = [press_lab((*mixture, 0.0)) for mixture in inks]
    return np.array(inks), np.array(labs)


def separated(lab: Lab) -> tuple[float, float, float, float]:
    """Return the inks, without black, that come nearest to a colour."""
    inks, labs = _mixtures()
    apart = labs - np.array(lab)
    c, m, y = inks[int((apart * apart).sum(axis=1).argmin())].tolist()
    return (c, m, y, 0.0)


@cache
def cmyk_profile(form: str = "mft2") -> bytes:
    """Return the profile of a press with four inks. form: "mft2" or "mft1" (v2), "mAB" (v4)."""
    steps = [index / (_GRID - 1) for index in range(_GRID)]
    forward = [press_lab(inks) for inks in product(steps, repeat=4)]
    back = [index / (_BACK_GRID - 1) for index in range(_BACK_GRID)]
    legacy = 65_280 / 65_535 if form == "mft2" else 1.0  # Lab of lut16Type is scaled otherwise
    backward = [
        separated((light * 100 / legacy, a * 255 / legacy - 128, b * 255 / legacy - 128))
        for light, a, b in product(back, repeat=3)
    ]
    encoded = [
        (light / 100 * legacy, (a + 128) / 255 * legacy, (b + 128) / 255 * legacy)
        for light, a, b in forward
    ]
    make = {"mft2": _mft2, "mft1": _mft1, "mAB": _mab}[form]
    tags = [
        (b"desc", _desc("Press for tests") if form != "mAB" else _mluc("Press for tests")),
        (b"wtpt", b"XYZ \0\0\0\0" + struct.pack(">3i", 63_190, 65_536, 54_061)),
        (b"A2B0", make(4, 3, _GRID, encoded, forward=True)),
        (b"B2A0", make(3, 4, _BACK_GRID, backward, forward=False)),
    ]
    tags += [(b"A2B1", tags[-2][1]), (b"B2A1", tags[-1][1])]
    return _profile(b"prtr", b"CMYK", b"Lab ", tags, version=4 if form == "mAB" else 2)


def grey_profile(gamma: float = 1.8) -> bytes:
    """Return the profile of a press with one ink."""
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))
    tags = [(b"desc", _desc("Grey for tests")), (b"kTRC", curve)]
    return _profile(b"prtr", b"GRAY", b"XYZ ", tags, version=2)


def rgb_profile() -> bytes:
    """Return the profile of a screen: sRGB by matrix and parametric curve."""
    return srgb_profile()


Numbers = Sequence[Sequence[float]]


def _mft2(inputs: int, outputs: int, grid: int, nodes: Numbers, *, forward: bool) -> bytes:
    head = _lut_head(b"mft2", inputs, outputs, grid) + struct.pack(">2H", 2, 2)
    line = struct.pack(">2H", 0, 65_535)
    body = b"".join(struct.pack(f">{outputs}H", *(_wide(v) for v in node)) for node in nodes)
    return head + line * inputs + body + line * outputs


def _mft1(inputs: int, outputs: int, grid: int, nodes: Numbers, *, forward: bool) -> bytes:
    line = bytes(range(256))
    body = b"".join(bytes(round(min(1, max(0, v)) * 255) for v in node) for node in nodes)
    return _lut_head(b"mft1", inputs, outputs, grid) + line * inputs + body + line * outputs


def _mab(inputs: int, outputs: int, grid: int, nodes: Numbers, *, forward: bool) -> bytes:
    curve = b"curv" + bytes(8)
    device, connection = (inputs, outputs) if forward else (outputs, inputs)
    table = bytes([grid] * inputs).ljust(16, b"\0") + b"\2\0\0\0"
    table += b"".join(struct.pack(f">{outputs}H", *(_wide(v) for v in node)) for node in nodes)
    table += bytes(-len(table) % 4)
    b_at, table_at = 32, 32 + 12 * connection
    a_at = table_at + len(table)
    head = (b"mAB " if forward else b"mBA ") + bytes(4) + bytes([inputs, outputs, 0, 0])
    head += struct.pack(">5I", b_at, 0, 0, table_at, a_at)
    return head + curve * connection + table + curve * device


def _lut_head(kind: bytes, inputs: int, outputs: int, grid: int) -> bytes:
    matrix = struct.pack(">9i", 65_536, 0, 0, 0, 65_536, 0, 0, 0, 65_536)
    return kind + bytes(4) + bytes([inputs, outputs, grid, 0]) + matrix


def _wide(value: float) -> int:
    return round(min(1.0, max(0.0, value)) * 65_535)


def _desc(text: str) -> bytes:
    data = text.encode() + b"\0"
    return b"desc" + bytes(4) + struct.pack(">I", len(data)) + data + bytes(78)


def _mluc(text: str) -> bytes:
    data = text.encode("utf-16-be")
    return b"mluc" + struct.pack(">III2s2sII", 0, 1, 12, b"en", b"US", len(data), 28) + data


def _profile(
    kind: bytes, space: bytes, connection: bytes, tags: list[tuple[bytes, bytes]], *, version: int
) -> bytes:
    offset = 132 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    places: dict[bytes, int] = {}
    for name, data in tags:
        if data not in places:
            places[data] = offset + len(body)
            body += data + bytes(-len(data) % 4)
        table += name + struct.pack(">2I", places[data], len(data))
    size = 128 + len(table) + len(body)
    head = struct.pack(">I4xI4s4s4s", size, version << 24, kind, space, connection)
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += struct.pack(">3i", 63_190, 65_536, 54_061)
    return head.ljust(128, b"\0") + table + body


def ghostscript_profile() -> bytes:
    """Return a press's profile that somebody else made."""
    return system.file(_GHOSTSCRIPT, "libgs-common").read_bytes()


def changed(data: bytes, at: int, new: bytes) -> bytes:
    """Return a file with some bytes replaced."""
    return data[:at] + new + data[at + len(new) :]


def tag_offset(data: bytes, name: bytes) -> int:
    """Return where a tag's data begins."""
    count = struct.unpack_from(">I", data, 128)[0]
    for index in range(count):
        at = 132 + 12 * index
        if data[at : at + 4] == name:
            return int(struct.unpack_from(">I", data, at + 4)[0])
    raise KeyError(name)


MAKERS: dict[str, Callable[[], bytes]] = {
    "cmyk, lut16": lambda: cmyk_profile("mft2"),
    "cmyk, lut8": lambda: cmyk_profile("mft1"),
    "cmyk, lutAToB": lambda: cmyk_profile("mAB"),
    "rgb": rgb_profile,
    "grey": grey_profile,
}
