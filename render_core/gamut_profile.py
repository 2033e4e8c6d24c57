"""ICC profiles of presses, as far as warnings and proofs need them: device colours to Lab and back.

Source: ICC.1:2022, for versions 2 and 4. Relative colorimetric, by A2B1 and B2A1 or the tables that
the standard names in their place (8.10.2); RGB and grey also by matrix and curves. A reader of ours
and not a colour engine in C: what composes at every keystroke opens no foreign file with one, and
has the same answer on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from render_core.colour import WHITE_D50
from render_core.errors import RefusedFile
from render_core.gamut_curves import Array, Curve, broken, read_curve, unpacked
from render_core.gamut_lab import labs_of_xyz, xyz_of_labs
from render_core.gamut_luts import Lut, read_lut
from render_core.gamut_rows import combined, inverse, volume

MAX_PROFILE_BYTES: Final = 8 * 1024 * 1024
_MAX_TAGS: Final = 100
_HEADER_BYTES: Final = 128
CLASSES: Final = {b"prtr": "printer", b"mntr": "display"}
SPACES: Final = {b"CMYK": 4, b"RGB ": 3, b"GRAY": 1}
_VERSION_4: Final = 4
_DARKEST_PAPER: Final = 0.05
_XYZ_RANGE: Final = 1 + 32_767 / 32_768
_LEGACY: Final = 65_535 / 65_280


class Device(Protocol):
    """A press: colours (n, channels) 0…1 to Lab (n, 3) and back, to the nearest that it can make."""

    def to_lab(self, device: Array) -> Array: ...

    def from_lab(self, lab: Array) -> Array: ...


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile that was read. kind: "printer" or "display". space: "CMYK", "RGB" or "GRAY".

    version: of the standard, such as "4.3". description: its name, "" for none.
    perceptual: the press as `device`, but reached by the perceptual table where there is one.
    has_own_table: whether a table of the relative colorimetric intent leads to it, not one for all.
    paper: XYZ of its bare paper, where D50 is the light's white.
    """

    kind: str
    space: str
    version: str
    description: str
    device: Device
    perceptual: Device
    has_own_table: bool = False
    paper: tuple[float, float, float] = WHITE_D50

    @property
    def channels(self) -> int:
        """How many inks or lights the device has."""
        return SPACES[self.space.ljust(4).encode()]


def read_profile(data: bytes) -> Profile:
    """Return what a profile says.

    Raises RefusedFile: PROFILE_FORMAT, PROFILE_TOO_LARGE, PROFILE_KIND, PROFILE_COLOUR_SPACE,
    PROFILE_TABLES_MISSING, PROFILE_BROKEN.
    """
    if len(data) > MAX_PROFILE_BYTES:
        raise RefusedFile(
            "PROFILE_TOO_LARGE", "This colour profile is larger than 8 MiB. Use a smaller one."
        )
    if not is_profile(data):
        raise RefusedFile("PROFILE_FORMAT", "This is not an ICC colour profile.")
    kind, space, connection = data[12:16], data[16:20], data[20:24]
    if kind not in CLASSES:
        raise RefusedFile(
            "PROFILE_KIND", "This profile is not of a printer or display. Use the press's own."
        )
    if space not in SPACES or connection not in (b"Lab ", b"XYZ "):
        raise RefusedFile("PROFILE_COLOUR_SPACE", "Profiles of CMYK, RGB and grey are taken.")
    tags = _tags(data)
    is_lab = connection == b"Lab "
    device = _device(tags, SPACES[space], is_lab, b"B2A1")
    perceptual = device
    if isinstance(device, _Tables) and b"B2A0" in tags and tags[b"B2A0"] != tags.get(b"B2A1"):
        perceptual = _device(tags, SPACES[space], is_lab, b"B2A0")
    version, name = f"{data[8]}.{data[9] >> 4}", space.decode().strip()
    return Profile(
        kind=CLASSES[kind],
        space=name,
        version=version,
        description=_description(tags),
        device=device,
        perceptual=perceptual,
        has_own_table=isinstance(device, _Tables) and b"B2A1" in tags,
        paper=WHITE_D50 if kind == b"mntr" and data[8] < _VERSION_4 else _paper(tags),
    )


def is_profile(data: bytes) -> bool:
    """Return whether a file says that it is an ICC profile."""
    return len(data) >= _HEADER_BYTES + 4 and data[36:40] == b"acsp"


def _tags(data: bytes) -> dict[bytes, bytes]:
    size, count = unpacked(">I", data, 0)[0], unpacked(">I", data, _HEADER_BYTES)[0]
    if size > len(data) or count > _MAX_TAGS:
        raise broken()
    tags = {}
    for index in range(count):
        at = _HEADER_BYTES + 4 + 12 * index
        offset, length = unpacked(">2I", data, at + 4)
        if offset < _HEADER_BYTES or offset + length > size:
            raise broken()
        tags[data[at : at + 4]] = data[offset : offset + length]
    return tags


def _paper(tags: Mapping[bytes, bytes]) -> tuple[float, float, float]:
    """Return the media white point; D50 where a profile names none or one that is no white."""
    if b"wtpt" not in tags:
        return WHITE_D50
    x, y, z = (value / 65_536 for value in unpacked(">3i", tags[b"wtpt"], 8))
    return (x, y, z) if min(x, y, z) > _DARKEST_PAPER else WHITE_D50


def _device(tags: Mapping[bytes, bytes], channels: int, is_lab: bool, back: bytes) -> Device:
    """Return the press. back: the tag of the table that leads to it, if the profile has that."""
    forward, backward = _first(tags, b"A2B1", b"A2B0"), _first(tags, back, b"B2A1", b"B2A0")
    if forward and backward:
        to_lab, from_lab = read_lut(forward), read_lut(backward, of_lab=is_lab)
        if (to_lab.inputs, from_lab.outputs) != (channels, channels):
            raise broken()
        if (to_lab.outputs, from_lab.inputs) != (3, 3):
            raise broken()
        return _Tables(to_lab, from_lab, is_lab)
    if channels == 1 and b"kTRC" in tags:
        return _Grey(read_curve(tags[b"kTRC"], 0)[0], is_lab)
    if channels == 3 and all(tag in tags for tag in (*_COLORANTS, *_CURVES)):
        return _primaries(tags)
    raise RefusedFile(
        "PROFILE_TABLES_MISSING",
        "This profile does not say how colours are turned into device colours and back.",
    )


def _first(tags: Mapping[bytes, bytes], *names: bytes) -> bytes:
    return next((tags[name] for name in names if name in tags), b"")


class _Tables:
    def __init__(self, forward: Lut, backward: Lut, is_lab: bool) -> None:
        self._forward, self._backward, self._is_lab = forward, backward, is_lab

    def to_lab(self, device: Array) -> Array:
        values = self._forward(device)
        if not self._is_lab:
            return labs_of_xyz(values * _XYZ_RANGE)
        if self._forward.legacy:
            values = values * _LEGACY
        lab: Array = values * np.array([100.0, 255.0, 255.0]) - np.array([0.0, 128.0, 128.0])
        return lab

    def from_lab(self, lab: Array) -> Array:
        if self._is_lab:
            values = (lab + np.array([0.0, 128.0, 128.0])) / np.array([100.0, 255.0, 255.0])
            if self._backward.legacy:
                values = values / _LEGACY
        else:
            values = xyz_of_labs(lab) / _XYZ_RANGE
        return self._backward(values)


class _Grey:
    """One curve: of the lightness where a profile connects by Lab, else of the luminance."""

    def __init__(self, curve: Curve, is_lab: bool) -> None:
        self._curve, self._is_lab = curve, is_lab

    def to_lab(self, device: Array) -> Array:
        if self._is_lab:
            lab: Array = self._curve(device) * np.array([100.0, 0.0, 0.0])
            return lab
        return labs_of_xyz(self._curve(device) * np.array(WHITE_D50))

    def from_lab(self, lab: Array) -> Array:
        light = lab[:, 0] / 100 if self._is_lab else xyz_of_labs(lab)[:, 1]
        return self._curve.inverse(light)[:, None]


class _Primaries:
    """RGB by curves and a matrix. columns: XYZ of each primary, rows of (3, 3)."""

    def __init__(self, curves: list[Curve], columns: Array, inverse: Array) -> None:
        self._curves, self._columns, self._inverse = curves, columns, inverse

    def to_lab(self, device: Array) -> Array:
        linear = np.stack([curve(device[:, i]) for i, curve in enumerate(self._curves)], axis=1)
        return labs_of_xyz(combined(linear, self._columns))

    def from_lab(self, lab: Array) -> Array:
        linear = np.clip(combined(xyz_of_labs(lab), self._inverse), 0.0, 1.0)
        parts = [curve.inverse(linear[:, i]) for i, curve in enumerate(self._curves)]
        return np.stack(parts, axis=1)


_COLORANTS: Final = (b"rXYZ", b"gXYZ", b"bXYZ")
_CURVES: Final = (b"rTRC", b"gTRC", b"bTRC")


def _primaries(tags: Mapping[bytes, bytes]) -> _Primaries:
    columns = np.array([unpacked(">3i", tags[tag], 8) for tag in _COLORANTS], np.float64) / 65_536
    curves = [read_curve(tags[tag], 0)[0] for tag in _CURVES]
    if abs(volume(columns)) < 1e-6:
        raise broken()
    return _Primaries(curves, columns, inverse(columns))


def _description(tags: Mapping[bytes, bytes]) -> str:
    """Return the profile's name: `desc` of version 2, or the first of version 4's names."""
    data = tags.get(b"desc", b"")
    if data[:4] == b"desc":
        length = unpacked(">I", data, 8)[0]
        text = data[12 : 12 + min(length, 200)].split(b"\0")[0].decode("ascii", "replace")
    elif data[:4] == b"mluc" and unpacked(">I", data, 8)[0]:
        length, offset = unpacked(">2I", data, 20)
        text = data[offset : offset + min(length, 400)].decode("utf-16-be", "replace")
    else:
        return ""
    return "".join(character for character in text if character.isprintable()).strip()
