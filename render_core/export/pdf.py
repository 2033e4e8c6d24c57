"""Surfaces as PDF: true vectors, one page each, a layer per operation, separations by name.

Page: MediaBox and BleedBox are the surface with its bleed, TrimBox is the surface; where marks lie
around a product's face, its TrimBox is the face, and its BleedBox the bleed around that. Coordinates
inside are millimetres, y down, under one matrix. RGB is sRGB by the embedded profile; for a press
the file is PDF/X-4 in the press's own colours (`pdf_press`).

Standard: ISO 32000-1 (PDF 1.6): 8.6.6.4 Separation, 8.11 optional content, 14.11.2 boxes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from render_core.colour import srgb_profile
from render_core.design import Library
from render_core.export.dialect import DEFAULT, Dialect
from render_core.export.pdf_colour import PdfColours, ScreenColours
from render_core.export.pdf_content import MM_TO_POINT, content, page_matrix
from render_core.export.pdf_file import PdfFile, name, text_string
from render_core.export.pdf_paint import PagePaints
from render_core.export.pdf_press import PressColours, described, output_intent
from render_core.imaging.decoded import artwork
from render_core.imaging.embedded import Deflated
from render_core.layout import Box, Item, Surface
from render_core.units import fixed
from render_core.version import RENDERER_VERSION

_BANDS_OF_ALPHA = 1


def pdf(
    surfaces: Iterable[Surface],
    library: Library,
    dialect: Dialect = DEFAULT,
    *,
    output_profile: str = "",
    trims: Sequence[Trim] = (),
) -> bytes:
    """Return a file with one page for each surface.

    trims: of each surface, where its face lies on it; none where every surface is its face.
    output_profile: SHA-256 of the ICC profile of the press whose colours the file is in, "" for sRGB.
    Raises MissingInput, RefusedFile, UnsupportedDesign (PROFILE_UNREADABLE, PROFILE_NOT_OF_A_PRESS).
    """
    press = PressColours(output_profile, library) if output_profile else None
    return _Document(library, dialect, press).write(tuple(surfaces), trims)


class Trim(NamedTuple):
    """A face on a larger surface. bleed_um: how far what is printed reaches beyond it."""

    face: Box
    bleed_um: int


class _Document:
    """Objects that pages share are made once: profile, layers, separations, pictures."""

    def __init__(self, library: Library, dialect: Dialect, press: PressColours | None) -> None:
        self._file = PdfFile()
        self._library = library
        self._dialect = dialect
        self._press = press
        self._colours: PdfColours = press or ScreenColours()
        self._layers: dict[str, int] = {}
        self._spots: dict[str, int] = {}
        self._images: dict[str, int] = {}
        self._profile = 0
        self._overprint = 0

    def write(self, surfaces: tuple[Surface, ...], trims: Sequence[Trim]) -> bytes:
        out = self._file
        root, pages = out.reserve(), out.reserve()
        if self._press is None:
            profile = out.add_stream("/N 3 /Alternate /DeviceRGB", srgb_profile())
            self._profile = out.add(f"[/ICCBased {profile} 0 R]")
        self._overprint = out.add("<< /Type /ExtGState /OP true /op true /OPM 1 >>")
        shown = [self._dialect.page(surface) for surface in surfaces]
        faces = trims or [_whole(surface) for surface in shown]
        kids = [self._page(*one, pages) for one in zip(shown, faces, strict=True)]
        listed = " ".join(f"{kid} 0 R" for kid in kids)
        out.put(pages, f"<< /Type /Pages /Count {len(kids)} /Kids [{listed}] >>")
        title, producer = (
            ", ".join(surface.id for surface in surfaces),
            f"Luneo renderer {RENDERER_VERSION}",
        )
        named, dates = "", ""
        if self._press is not None:
            intent = output_intent(out, self._press)
            metadata, dates = described(out, title, producer)
            named = f"/Metadata {metadata} 0 R /OutputIntents [{intent} 0 R] "
        out.put(root, f"<< /Type /Catalog /Pages {pages} 0 R {named}{self._optional_content()}>>")
        info = out.add(
            f"<< /Title {text_string(title)} /Producer {text_string(producer)}{dates}"
            " /Trapped /False >>"
        )
        return out.bytes(root, info)

    def _page(self, surface: Surface, trim: Trim, parent: int) -> int:
        items = self._dialect.items(surface)
        for item in items:
            self._layer(item)
            spot = self._dialect.separation(item)
            if spot and not item.image:
                self._spot(spot, item.ink.rgb)
            if item.image:
                self._image(item.image.sha256)
        bleed = surface.bleed_um
        media = (surface.width_um + 2 * bleed, surface.height_um + 2 * bleed)
        face = _upright(trim.face, bleed, media)
        paints = PagePaints(self._file, page_matrix(surface), self._colours)
        drawn = content(surface, self._dialect, self._spots, self._images, paints)
        stream = self._file.add_stream("", drawn)
        resources = self._resources(items, paints)
        return self._file.add(
            f"<< /Type /Page /Parent {parent} 0 R /MediaBox {_box(0, 0, *media)}"
            f" /BleedBox {_box(*_grown(face, trim.bleed_um, media))} /TrimBox {_box(*face)}"
            f" /Contents {stream} 0 R /Resources {resources}{self._group(paints)} >>"
        )

    def _resources(self, items: Sequence[Item], paints: PagePaints) -> str:
        layers = sorted({self._dialect.layer(item) for item in items})
        named = {self._dialect.separation(item) for item in items if not item.image}
        spots = sorted(named - {""})
        images = sorted({item.image.sha256 for item in items if item.image})
        spaces = ({"DefaultRGB": self._profile} if self._profile else {}) | {
            f"S{self._spots[spot]}": self._spots[spot] for spot in spots
        }
        parts = [
            _entries("ColorSpace", spaces),
            _entries("Properties", {key: self._layers[key] for key in layers}),
            _entries("XObject", {f"I{self._images[key]}": self._images[key] for key in images}),
        ]
        states = {f"G{state}": state for state in paints.states.values()}
        if any(self._dialect.overprints(item) for item in items):
            states["Overprint"] = self._overprint
        parts.append(_entries("ExtGState", states))
        parts.append(_entries("Pattern", {f"P{one}": one for one in paints.patterns.values()}))
        return f"<< {' '.join(part for part in parts if part)} >>"

    def _layer(self, item: Item) -> None:
        key = self._dialect.layer(item)
        if key not in self._layers:
            style = self._dialect.style(item)
            label = text_string(style.name if style else key)
            self._layers[key] = self._file.add(f"<< /Type /OCG /Name {label} >>")

    def _spot(self, spot: str, rgb: tuple[int, int, int]) -> None:
        """A separation that turns from paper to the colour of its ink where it cannot be printed."""
        if spot not in self._spots:
            none, full = (
                " ".join(fixed(part) for part in parts)
                for parts in (self._colours.paper(), self._colours.parts(rgb))
            )
            tint = f"<< /FunctionType 2 /Domain [0 1] /C0 [{none}] /C1 [{full}] /N 1 >>"
            self._spots[spot] = self._file.add(
                f"[/Separation {name(spot)} {self._colours.space} {tint}]"
            )

    def _image(self, sha256: str) -> None:
        if sha256 not in self._images:
            colour, alpha = self._colours.planes(artwork(self._library, sha256))
            mask = f" /SMask {self._plane(alpha, '')} 0 R" if alpha else ""
            self._images[sha256] = self._plane(colour, mask)

    def _plane(self, plane: Deflated, more: str) -> int:
        width, height, bands = plane.width, plane.height, plane.bands
        space = "/DeviceGray" if bands == _BANDS_OF_ALPHA else self._colours.space
        predictor = f"<< /Predictor 15 /Colors {bands} /BitsPerComponent 8 /Columns {width} >>"
        return self._file.add_stream(
            f"/Type /XObject /Subtype /Image /Width {width} /Height {height}"
            f" /ColorSpace {space} /BitsPerComponent 8"
            f" /Filter /FlateDecode /DecodeParms {predictor}{more}",
            plane.data,
        )

    def _group(self, paints: PagePaints) -> str:
        """Say in which space layers that let something through are mixed: the one of the colours."""
        if not paints.states:
            return ""
        return f" /Group << /S /Transparency /CS {self._colours.space} >>"

    def _optional_content(self) -> str:
        if not self._layers:
            return ""
        groups = " ".join(f"{layer} 0 R" for layer in self._layers.values())
        return (
            f"/OCProperties << /OCGs [{groups}]"
            f" /D << /Name (Operations) /Order [{groups}] /ON [{groups}] >> >> "
        )


def _entries(kind: str, objects: dict[str, int]) -> str:
    listed = " ".join(f"{name(key)} {value} 0 R" for key, value in objects.items())
    return f"/{kind} << {listed} >>" if objects else ""


def _whole(surface: Surface) -> Trim:
    return Trim(Box(0, 0, surface.width_um, surface.height_um), surface.bleed_um)


def _upright(face: Box, bleed_um: int, media: tuple[int, int]) -> Box:
    """Return a box of a surface on its page, y up from the lower left corner."""
    left, top, right, bottom = (edge + bleed_um for edge in face)
    return Box(left, media[1] - bottom, right, media[1] - top)


def _grown(face: Box, by_um: int, media: tuple[int, int]) -> Box:
    left, lower, right, upper = face
    return Box(
        max(0, left - by_um),
        max(0, lower - by_um),
        min(media[0], right + by_um),
        min(media[1], upper + by_um),
    )


def _box(*corners_um: int) -> str:
    return f"[{' '.join(fixed(corner * MM_TO_POINT / 1000) for corner in corners_um)}]"
