"""Techniques and inks as the render core reads them."""

from __future__ import annotations

from typing import Final

from luneo.design.v1 import ink_pb2 as pb

from render_core.layout import Ink, Operation

OPERATIONS: Final = {
    pb.TECHNIQUE_PRINT: Operation.PRINT,
    pb.TECHNIQUE_ENGRAVE: Operation.ENGRAVE,
    pb.TECHNIQUE_CUT: Operation.CUT,
    pb.TECHNIQUE_FOIL: Operation.FOIL,
    pb.TECHNIQUE_EMBOSS: Operation.EMBOSS,
    pb.TECHNIQUE_EMBROIDERY: Operation.STITCH,
    pb.TECHNIQUE_WHITE: Operation.WHITE,
    pb.TECHNIQUE_CREASE: Operation.CREASE,
}


def ink_of(ink: pb.Ink) -> Ink:
    """Return an ink for the render core; its colour is "#rrggbb"."""
    return Ink(rgb_of(ink.rgb_hex), ink.spot)


def rgb_of(rgb_hex: str) -> tuple[int, int, int]:
    """Return the channels of "#rrggbb"."""
    red, green, blue = bytes.fromhex(rgb_hex[1:])
    return (red, green, blue)


def rgb_hex(rgb: tuple[int, int, int]) -> str:
    """Return a screen colour as "#rrggbb"."""
    return "#" + bytes(rgb).hex()
