"""The drawings of a pack: each surface in each format, in the colours that were asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from render_core.design import Library, Template
from render_core.errors import UnsupportedDesign
from render_core.export.drawings import PRESS_FORMATS, Colours, DrawingFormat, Drawings
from render_core.export.dxf import dxf, leaves_out_pictures
from render_core.export.manifest import JSON, PackFile, file_name, operations
from render_core.export.pdf import pdf
from render_core.export.svg import svg
from render_core.export.tiff import tiff
from render_core.layout import Item, Surface
from render_core.raster.flat import flat_png
from render_core.raster.resolution import Extent, extent_um, usual_dpi
from render_core.separations import made_items, printed_items


def drawn(
    surfaces: Sequence[Surface], template: Template, library: Library, dpi: int, wanted: Drawings
) -> Iterator[PackFile]:
    """Yield the drawings of surfaces. dpi: of pixels, 0 for the highest usual one that fits.

    Raises UnsupportedDesign (PRESS_WITHOUT_PROFILE, PROFILE_NOT_OF_A_PRESS, PROFILE_UNREADABLE).
    """
    dpi = dpi or usual_dpi(_extent(surface) for surface in surfaces)
    press = press_profile(template, wanted)
    for surface in surfaces:
        for format in wanted.formats:
            profile = press if format in PRESS_FORMATS else ""
            yield _MAKERS[format](surface, library, dpi, profile)


def press_profile(template: Template, wanted: Drawings) -> str:
    """Return the SHA-256 of the profile that drawings are coloured by, "" for sRGB."""
    if wanted.colours is Colours.SCREEN:
        return ""
    if not template.output_profile:
        raise UnsupportedDesign(
            "PRESS_WITHOUT_PROFILE",
            "This product does not say which press prints it. Name the press's profile, set the "
            "product's, or ask for colours of the screen.",
            field="colours",
        )
    return template.output_profile


def _svg(surface: Surface, library: Library, dpi: int, profile: str) -> PackFile:
    return _file(surface, "svg", "image/svg+xml", svg(surface, library), made_items(surface))


def _dxf(surface: Surface, library: Library, dpi: int, profile: str) -> PackFile:
    items = [item for item in made_items(surface) if item.image is None]
    more = {"leaves_out": ["pictures"]} if leaves_out_pictures(surface) else {}
    return _file(surface, "dxf", "image/vnd.dxf", dxf(surface), items, more)


def _pdf(surface: Surface, library: Library, dpi: int, profile: str) -> PackFile:
    data = pdf([surface], library, output_profile=profile)
    items = made_items(surface)
    return _file(surface, "pdf", "application/pdf", data, items, _coloured(profile))


def _png(surface: Surface, library: Library, dpi: int, profile: str) -> PackFile:
    data = flat_png(surface, library, dpi)
    return _file(surface, "png", "image/png", data, printed_items(surface), {"dpi": dpi})


def _tiff(surface: Surface, library: Library, dpi: int, profile: str) -> PackFile:
    data = tiff(surface, library, dpi, output_profile=profile)
    more = {"dpi": dpi, **_coloured(profile)}
    return _file(surface, "tif", "image/tiff", data, printed_items(surface), more)


_MAKERS: Final[Mapping[DrawingFormat, Callable[[Surface, Library, int, str], PackFile]]] = {
    DrawingFormat.SVG: _svg,
    DrawingFormat.DXF: _dxf,
    DrawingFormat.PDF: _pdf,
    DrawingFormat.PNG: _png,
    DrawingFormat.TIFF: _tiff,
}


def _file(
    surface: Surface,
    extension: str,
    media_type: str,
    data: bytes,
    items: Iterable[Item],
    more: Mapping[str, JSON] | None = None,
) -> PackFile:
    about: dict[str, JSON] = {"surface": surface.id, "operations": operations(items)}
    return PackFile(
        f"{file_name(surface.id)}.{extension}", media_type, data, {**about, **(more or {})}
    )


def _coloured(profile: str) -> dict[str, JSON]:
    return {"output_profile": profile} if profile else {}


def _extent(surface: Surface) -> Extent:
    return extent_um(surface.width_um, surface.height_um, surface.bleed_um)
