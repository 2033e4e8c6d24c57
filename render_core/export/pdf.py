"""Surfaces as PDF: true vectors, one page each, a layer per operation, separations by name.

Page: MediaBox and BleedBox are the surface with its bleed, TrimBox is the surface. Coordinates
inside are millimetres, y down, under one matrix. RGB is sRGB by the embedded profile.

Standard: ISO 32000-1 (PDF 1.6): 8.6.6.4 Separation, 8.11 optional content, 14.11.2 boxes.
"""

from __future__ import annotations

from collections.abc import Iterable

from render_core.colour import srgb_profile
from render_core.design import Library
from render_core.export.pdf_content import MM_TO_POINT, content, page_matrix
from render_core.export.pdf_file import PdfFile, name, text_string
from render_core.export.pdf_paint import PagePaints
from render_core.imaging.decoded import artwork
from render_core.imaging.embedded import Deflated, deflated_planes
from render_core.layout import Operation, Surface
from render_core.separations import LINE_OPERATIONS, made_items, separation
from render_core.units import fixed
from render_core.version import RENDERER_VERSION

_PLANES = {1: "/DeviceGray", 3: "/DeviceRGB"}


def pdf(surfaces: Iterable[Surface], library: Library) -> bytes:
    """Return a file with one page for each surface. Raises MissingInput, RefusedFile."""
    return _Document(library).write(tuple(surfaces))


class _Document:
    """Objects that pages share are made once: profile, layers, separations, pictures."""

    def __init__(self, library: Library) -> None:
        self._file = PdfFile()
        self._library = library
        self._layers: dict[Operation, int] = {}
        self._spots: dict[str, int] = {}
        self._images: dict[str, int] = {}
        self._profile = 0
        self._overprint = 0

    def write(self, surfaces: tuple[Surface, ...]) -> bytes:
        out = self._file
        root, pages = out.reserve(), out.reserve()
        profile = out.add_stream("/N 3 /Alternate /DeviceRGB", srgb_profile())
        self._profile = out.add(f"[/ICCBased {profile} 0 R]")
        self._overprint = out.add("<< /Type /ExtGState /OP true /op true /OPM 1 >>")
        kids = [self._page(surface, pages) for surface in surfaces]
        listed = " ".join(f"{kid} 0 R" for kid in kids)
        out.put(pages, f"<< /Type /Pages /Count {len(kids)} /Kids [{listed}] >>")
        out.put(root, f"<< /Type /Catalog /Pages {pages} 0 R {self._optional_content()}>>")
        title = text_string(", ".join(surface.id for surface in surfaces))
        producer = text_string(f"Luneo renderer {RENDERER_VERSION}")
        info = out.add(f"<< /Title {title} /Producer {producer} /Trapped /False >>")
        return out.bytes(root, info)

    def _page(self, surface: Surface, parent: int) -> int:
        items = made_items(surface)
        for item in items:
            self._layer(item.operation)
            spot = separation(item)
            if spot and not item.image:
                self._spot(spot, item.ink.rgb)
            if item.image:
                self._image(item.image.sha256)
        bleed = surface.bleed_um
        media = (surface.width_um + 2 * bleed, surface.height_um + 2 * bleed)
        trim = (bleed, bleed, bleed + surface.width_um, bleed + surface.height_um)
        paints = PagePaints(self._file, page_matrix(surface))
        drawn = content(surface, self._spots, self._images, paints)
        stream = self._file.add_stream("", drawn)
        return self._file.add(
            f"<< /Type /Page /Parent {parent} 0 R /MediaBox {_box(0, 0, *media)}"
            f" /BleedBox {_box(0, 0, *media)} /TrimBox {_box(*trim)}"
            f" /Contents {stream} 0 R /Resources {self._resources(surface, paints)}{_group(paints)} >>"
        )

    def _resources(self, surface: Surface, paints: PagePaints) -> str:
        items = made_items(surface)
        operations = sorted({item.operation.value for item in items})
        spots = sorted({separation(item) for item in items if not item.image} - {""})
        images = sorted({item.image.sha256 for item in items if item.image})
        spaces = {"DefaultRGB": self._profile} | {
            f"S{self._spots[spot]}": self._spots[spot] for spot in spots
        }
        parts = [
            _entries("ColorSpace", spaces),
            _entries("Properties", {op: self._layers[Operation(op)] for op in operations}),
            _entries("XObject", {f"I{self._images[key]}": self._images[key] for key in images}),
        ]
        states = {f"G{state}": state for state in paints.states.values()}
        if any(item.operation in LINE_OPERATIONS for item in items):
            states["Overprint"] = self._overprint
        parts.append(_entries("ExtGState", states))
        parts.append(_entries("Pattern", {f"P{one}": one for one in paints.patterns.values()}))
        return f"<< {' '.join(part for part in parts if part)} >>"

    def _layer(self, operation: Operation) -> None:
        if operation not in self._layers:
            label = text_string(operation.value)
            self._layers[operation] = self._file.add(f"<< /Type /OCG /Name {label} >>")

    def _spot(self, spot: str, rgb: tuple[int, int, int]) -> None:
        """A separation that turns from white to its sRGB colour where it cannot be printed."""
        if spot not in self._spots:
            full = " ".join(fixed(value / 255) for value in rgb)
            tint = f"<< /FunctionType 2 /Domain [0 1] /C0 [1 1 1] /C1 [{full}] /N 1 >>"
            self._spots[spot] = self._file.add(f"[/Separation {name(spot)} /DeviceRGB {tint}]")

    def _image(self, sha256: str) -> None:
        if sha256 not in self._images:
            colour, alpha = deflated_planes(artwork(self._library, sha256))
            mask = f" /SMask {self._plane(alpha, '')} 0 R" if alpha else ""
            self._images[sha256] = self._plane(colour, mask)

    def _plane(self, plane: Deflated, more: str) -> int:
        width, height, bands = plane.width, plane.height, plane.bands
        predictor = f"<< /Predictor 15 /Colors {bands} /BitsPerComponent 8 /Columns {width} >>"
        return self._file.add_stream(
            f"/Type /XObject /Subtype /Image /Width {width} /Height {height}"
            f" /ColorSpace {_PLANES[bands]} /BitsPerComponent 8"
            f" /Filter /FlateDecode /DecodeParms {predictor}{more}",
            plane.data,
        )

    def _optional_content(self) -> str:
        if not self._layers:
            return ""
        groups = " ".join(f"{layer} 0 R" for layer in self._layers.values())
        return (
            f"/OCProperties << /OCGs [{groups}]"
            f" /D << /Name (Operations) /Order [{groups}] /ON [{groups}] >> >> "
        )


def _group(paints: PagePaints) -> str:
    """Say in which space layers that let something through are mixed: the one of the colours."""
    return " /Group << /S /Transparency /CS /DeviceRGB >>" if paints.states else ""


def _entries(kind: str, objects: dict[str, int]) -> str:
    listed = " ".join(f"{name(key)} {value} 0 R" for key, value in objects.items())
    return f"/{kind} << {listed} >>" if objects else ""


def _box(*corners_um: int) -> str:
    return f"[{' '.join(fixed(corner * MM_TO_POINT / 1000) for corner in corners_um)}]"
