"""A layout as it comes out of the product's press: what is printed, in the colours that are made.

What is engraved, cut or foiled has no colour of a press, and a named separation is mixed by hand: they
stay as they are. So does what is not printed at all, the photo of the product above all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import pairwise
from typing import Final

import numpy as np

from render_core.design import Library, Template
from render_core.errors import UnsupportedDesign
from render_core.gamut import LIMIT_DELTA_E, Press, Rgb, press_of
from render_core.layout import Item, Layout, Operation
from render_core.limits import MAX_PROOF_TABLE_BYTES
from render_core.looks import Gradient, GradientStop
from render_core.proof.table import Pixels, ProofTable, bake
from render_core.recently_used import RecentlyUsed
from render_core.separations import separation

# What colours are shown as that the press cannot make: none can make this one.
MARK: Final = np.array((255, 0, 255), np.uint8)
# A gradient is made of pieces of this many thousandths: its colours bend on the press.
_PIECE_PERMILLE: Final = 20


class Proof(StrEnum):
    """How a design is shown.

    PRESS: in the colours that come out, the paper taken for white. PAPER: as they are measured, beside
    the light's white: paper has its own tone. GAMUT: as PRESS, what the press cannot make marked.
    """

    NONE = ""
    PRESS = "press"
    PAPER = "paper"
    GAMUT = "gamut"


@dataclass(frozen=True, slots=True)
class PressColours:
    """The colours of a press, as `layout.ColourMap`. name: its profile and how it is shown."""

    name: str
    table: ProofTable
    marked: tuple[float, Pixels] | None

    def __call__(self, pixels: Pixels) -> Pixels:
        return self.table.shown(pixels, self.marked)


_TABLES: Final = RecentlyUsed[ProofTable](MAX_PROOF_TABLE_BYTES, lambda table: table.nodes.nbytes)


def proofed(layout: Layout, template: Template, library: Library, proof: Proof) -> Layout:
    """Return the layout to draw; itself without a proof.

    Raises UnsupportedDesign (PROOF_WITHOUT_PROFILE) for a product that names no profile, and what
    `gamut.press_of` raises.
    """
    if proof is Proof.NONE:
        return layout
    if not template.output_profile:
        raise UnsupportedDesign(
            "PROOF_WITHOUT_PROFILE",
            "This product does not say which press prints it. Set the product's output profile, or "
            "ask for the picture without a proof.",
            field="proof",
        )
    colours = _colours(press_of(template.output_profile, library), template.output_profile, proof)
    surfaces = tuple(
        replace(surface, items=tuple(_proofed(item, colours) for item in surface.items))
        for surface in layout.surfaces
    )
    return Layout(surfaces, layout.unicode_version)


def _colours(press: Press, profile: str, proof: Proof) -> PressColours:
    paper = proof is Proof.PAPER
    table = _TABLES.get((profile, paper), partial(bake, press, paper=paper))
    marked = (LIMIT_DELTA_E, MARK) if proof is Proof.GAMUT else None
    return PressColours(f"{proof.value}:{profile}", table, marked)


def _proofed(item: Item, colours: PressColours) -> Item:
    if item.operation is not Operation.PRINT:
        return item
    if item.image is not None:
        return replace(item, image=replace(item.image, shown_by=colours))
    if separation(item):
        return item
    ink = replace(item.ink, rgb=_made([item.ink.rgb], colours)[0])
    gradient = None if item.gradient is None else _gradient(item.gradient, colours)
    return replace(item, ink=ink, gradient=gradient)


def _gradient(gradient: Gradient, colours: PressColours) -> Gradient:
    stops = in_pieces(gradient.stops)
    made = _made([stop.rgb for stop in stops], colours)
    return replace(
        gradient,
        stops=tuple(replace(stop, rgb=rgb) for stop, rgb in zip(stops, made, strict=True)),
    )


def in_pieces(stops: tuple[GradientStop, ...]) -> list[GradientStop]:
    """Return the stops with others between them, on the way of each pair."""
    pieces = list(stops[:1])
    for first, last in pairwise(stops):
        way = last.offset_permille - first.offset_permille
        for done in range(_PIECE_PERMILLE, way, _PIECE_PERMILLE):
            red, green, blue, opacity = (
                a + ((b - a) * done * 2 + way) // (2 * way)
                for a, b in zip(
                    (*first.rgb, first.opacity_permille),
                    (*last.rgb, last.opacity_permille),
                    strict=True,
                )
            )
            pieces.append(GradientStop(first.offset_permille + done, (red, green, blue), opacity))
        pieces.append(last)
    return pieces


def _made(colours: list[Rgb], through: PressColours) -> list[Rgb]:
    made = through(np.array(colours, np.uint8).reshape(-1, 3)).tolist()
    return [(red, green, blue) for red, green, blue in made]
