"""What an output is asked for by, and the key that names what would come out, without making it.

Apart from `outputs`, because a process that only asks needs no libvips.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

import rfc8785

from render_core.errors import UnsupportedDesign
from render_core.export.manifest import JSON
from render_core.version import RENDERER_VERSION


class OutputKind(StrEnum):
    """What can be made of a layout."""

    PREVIEW = "preview"
    THUMBNAIL = "thumbnail"
    FINAL = "final"
    SVG = "svg"
    DXF = "dxf"
    PDF = "pdf"
    PACK = "pack"
    GLB = "glb"
    USDZ = "usdz"
    PREVIEW_3D = "preview-3d"
    TURNTABLE = "turntable"
    DST = "dst"
    PES = "pes"
    HPGL = "hpgl"
    GCODE = "gcode"


Parameters = Mapping[str, JSON]

# view, surface, model: "" for the first one (all of them in a PDF). width in pixels. job, and dpi 0: see `pack`.
# proof: see `proof.layouts.Proof`. colour: see `COLOURS`. machine: one of the library's, by id or hash.
DEFAULTS: Final[Mapping[OutputKind, Mapping[str, Any]]] = {
    OutputKind.PREVIEW: {"view": "", "width": 1024, "format": "webp", "proof": ""},
    OutputKind.THUMBNAIL: {"view": "", "width": 256, "format": "webp", "proof": ""},
    OutputKind.FINAL: {
        "surface": "",
        "dpi": 300,
        "format": "png",
        "proof": "",
        "colour": "rgb",
    },
    OutputKind.SVG: {"surface": ""},
    OutputKind.DXF: {"surface": ""},
    OutputKind.PDF: {"surface": "", "colour": "rgb"},
    OutputKind.PACK: {"dpi": 0, "job": {}},
    OutputKind.GLB: {"model": ""},
    OutputKind.USDZ: {"model": ""},
    # Degrees: azimuth 0 is the front, positive from +X; elevation is from above. distance: in percent of
    # the one from which all is seen.
    OutputKind.PREVIEW_3D: {
        "model": "",
        "azimuth": 20,
        "elevation": 14,
        "distance": 100,
        "width": 1024,
        "background": "transparent",
        "format": "webp",
        "proof": "",
    },
    OutputKind.TURNTABLE: {
        "model": "",
        "elevation": 14,
        "distance": 100,
        "width": 512,
        "frames": 36,
        "format": "webp",
    },
    OutputKind.DST: {"surface": "", "machine": "embroidery-15-needle"},
    OutputKind.PES: {"surface": "", "machine": "embroidery-15-needle"},
    OutputKind.HPGL: {"surface": "", "machine": "vinyl-cutter"},
    OutputKind.GCODE: {"surface": "", "machine": "diode-laser-grbl"},
}
# Media types by format. Prints lose nothing, and so have formats that can do that.
PICTURE_FORMATS: Final[Mapping[str, str]] = {
    "png": "image/png",
    "webp": "image/webp",
    "jpeg": "image/jpeg",
    "avif": "image/avif",
}
LOSSLESS_FORMATS: Final = ("png", "webp")
# What a print may be: those, and what print shops ask for.
FINAL_FORMATS: Final = (*LOSSLESS_FORMATS, "tiff")
MOVING_FORMATS: Final = ("webp", "mp4")
_FORMATS: Final[Mapping[OutputKind, Iterable[str]]] = {
    OutputKind.FINAL: FINAL_FORMATS,
    OutputKind.TURNTABLE: MOVING_FORMATS,
}
PROOFS: Final = ("", "press", "paper", "gamut")
# Colours of a file for printing: sRGB, or the inks of the product's press.
COLOURS: Final = ("rgb", "press")
# Parameters that came later say nothing in a key where they are what they were before they came.
_NOT_IN_KEYS: Final[Mapping[str, JSON]] = {"colour": "rgb"}
# Around a product in 3D: nothing but its shadow, or a studio's pale sweep.
BACKGROUNDS: Final = ("transparent", "studio")


def normalised_parameters(kind: OutputKind, parameters: Parameters) -> dict[str, Any]:
    """Return all parameters of a kind, defaults filled in, so that equal requests are equal.

    Raises UnsupportedDesign: PARAMETER_INVALID for an unknown name or a value of another type,
    MACHINE_UNKNOWN.
    """
    defaults = DEFAULTS[kind]
    for name, value in parameters.items():
        if name not in defaults or not _is_like(value, defaults[name]):
            raise invalid_parameter(name, f"{kind.value} takes {_listed(defaults)}.")
    chosen = {**defaults, **parameters}
    formats = _FORMATS.get(kind, PICTURE_FORMATS)
    if chosen.get("format", "png") not in formats:
        raise invalid_parameter("format", f"Choose one of {_listed(formats)}.")
    if chosen.get("proof", "") not in PROOFS:
        raise invalid_parameter("proof", f"Choose one of {_listed(PROOFS[1:])}, or none.")
    _check_colour(kind, chosen)
    if chosen.get("background", "studio") not in BACKGROUNDS:
        raise invalid_parameter("background", f"Choose one of {_listed(BACKGROUNDS)}.")
    if "machine" in chosen:  # Its content decides, so keys name that.
        from render_core.making.machines import machine  # numpy, for those who want such a file

        chosen["machine"] = machine(chosen["machine"]).sha256
    return chosen


def _check_colour(kind: OutputKind, chosen: Mapping[str, Any]) -> None:
    colour = chosen.get("colour", "rgb")
    if colour not in COLOURS:
        raise invalid_parameter("colour", f"Choose one of {_listed(COLOURS)}.")
    if colour == "press" and kind is OutputKind.FINAL and chosen["format"] != "tiff":
        raise invalid_parameter("colour", "Only tiff and pdf hold the colours of a press.")
    if colour == "press" and chosen.get("proof"):
        raise invalid_parameter("proof", "A file in the colours of the press is no proof of them.")


def render_key(
    kind: OutputKind,
    spec_hash: str,
    revision_hash: str,
    parameters: Parameters,
    pinned_inputs: Iterable[str],
) -> str:
    """Return the SHA-256 (hex) over RFC 8785 of all that decides an output's bytes.

    pinned_inputs: SHA-256 of every font, photo, picture and mesh; their order and doubles do not count.
    """
    told = normalised_parameters(kind, parameters)
    document: dict[str, Any] = {
        "kind": kind.value,
        "spec_hash": spec_hash,
        "revision_hash": revision_hash,
        "renderer_version": RENDERER_VERSION,
        "parameters": {
            name: value for name, value in told.items() if _NOT_IN_KEYS.get(name) != value
        },
        "pinned_inputs": sorted(set(pinned_inputs)),
    }
    return hashlib.sha256(rfc8785.dumps(document)).hexdigest()


def _is_like(value: object, default: object) -> bool:
    if isinstance(default, Mapping):
        return isinstance(value, Mapping)
    return type(value) is type(default)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def invalid_parameter(name: str, message: str) -> UnsupportedDesign:
    """Return the error for one wrong parameter."""
    return UnsupportedDesign(
        "PARAMETER_INVALID", f"The parameter {name!r} is not valid. {message}", field=name
    )
