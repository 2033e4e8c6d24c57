"""One entry for workers and the command line: a layout in, one output's bytes out.

`render_key` names what would come out without making it: equal keys mean equal bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import rfc8785

from render_core import vips
from render_core.colour import srgb_profile
from render_core.design import Library, Template
from render_core.errors import UnsupportedDesign
from render_core.export.dxf import dxf
from render_core.export.manifest import JSON
from render_core.export.pack import build_pack
from render_core.export.pdf import pdf
from render_core.export.svg import svg
from render_core.layout import Layout, Surface
from render_core.mockup.photo import check_width, find_view, on_photo
from render_core.mockup.plain import on_plain
from render_core.raster.flat import flat, flat_png, flat_size
from render_core.version import RENDERER_VERSION

__all__ = ["Output", "OutputKind", "normalised_parameters", "render", "render_key"]


class OutputKind(StrEnum):
    """What can be made of a layout."""

    PREVIEW = "preview"
    THUMBNAIL = "thumbnail"
    FINAL = "final"
    SVG = "svg"
    DXF = "dxf"
    PDF = "pdf"
    PACK = "pack"


@dataclass(frozen=True, slots=True)
class Output:
    """An output. extension: without a dot. width_px, height_px: 0 for what is not pixels."""

    data: bytes
    media_type: str
    extension: str
    width_px: int = 0
    height_px: int = 0


Parameters = Mapping[str, JSON]

# view, surface: "" for the first one (all of them in a PDF). width in pixels. job: see `pack`.
DEFAULTS: Final[Mapping[OutputKind, Mapping[str, Any]]] = {
    OutputKind.PREVIEW: {"view": "", "width": 1024, "format": "webp"},
    OutputKind.THUMBNAIL: {"view": "", "width": 256, "format": "webp"},
    OutputKind.FINAL: {"surface": "", "dpi": 300, "format": "png"},
    OutputKind.SVG: {"surface": ""},
    OutputKind.DXF: {"surface": ""},
    OutputKind.PDF: {"surface": ""},
    OutputKind.PACK: {"dpi": 300, "job": {}},
}
PICTURE_FORMATS: Final = ("png", "webp")


def render(
    kind: OutputKind, layout: Layout, template: Template, library: Library, parameters: Parameters
) -> Output:
    """Return one output.

    Raises UnsupportedDesign (also for an unknown parameter), MissingInput, RefusedFile.
    """
    return _MAKERS[kind](layout, template, library, normalised_parameters(kind, parameters))


def normalised_parameters(kind: OutputKind, parameters: Parameters) -> dict[str, Any]:
    """Return all parameters of a kind, defaults filled in, so that equal requests are equal.

    Raises UnsupportedDesign (PARAMETER_INVALID) for an unknown name or a value of another type.
    """
    defaults = DEFAULTS[kind]
    for name, value in parameters.items():
        if name not in defaults or not _is_like(value, defaults[name]):
            raise _invalid(name, f"{kind.value} takes {_listed(defaults)}.")
    chosen = {**defaults, **parameters}
    if chosen.get("format", "png") not in PICTURE_FORMATS:
        raise _invalid("format", f"Choose one of {_listed(PICTURE_FORMATS)}.")
    return chosen


def render_key(
    kind: OutputKind,
    spec_hash: str,
    revision_hash: str,
    parameters: Parameters,
    pinned_inputs: Iterable[str],
) -> str:
    """Return the SHA-256 (hex) over RFC 8785 of all that decides an output's bytes.

    pinned_inputs: SHA-256 of every font, photo and picture; their order and doubles do not count.
    """
    document: dict[str, Any] = {
        "kind": kind.value,
        "spec_hash": spec_hash,
        "revision_hash": revision_hash,
        "renderer_version": RENDERER_VERSION,
        "parameters": normalised_parameters(kind, parameters),
        "pinned_inputs": sorted(set(pinned_inputs)),
    }
    return hashlib.sha256(rfc8785.dumps(document)).hexdigest()


def _mockup(
    layout: Layout, template: Template, library: Library, parameters: Mapping[str, Any]
) -> Output:
    width, view_id = parameters["width"], parameters["view"]
    check_width(width)
    if template.views:
        pixels = on_photo(layout, find_view(template, view_id), library, width)
    else:
        pixels = on_plain(_surface(layout, ""), library, width)
    height = pixels.shape[0]
    if parameters["format"] == "png":
        data = vips.png(pixels, profile=srgb_profile(), photographic=True)
        return Output(data, "image/png", "png", width, height)
    return Output(vips.webp(pixels), "image/webp", "webp", width, height)


def _final(layout: Layout, _: Template, library: Library, parameters: Mapping[str, Any]) -> Output:
    surface, dpi = _surface(layout, parameters["surface"]), parameters["dpi"]
    width, height = flat_size(surface, dpi)
    if parameters["format"] == "png":
        return Output(flat_png(surface, library, dpi), "image/png", "png", width, height)
    data = vips.webp(flat(surface, library, dpi), lossless=True)
    return Output(data, "image/webp", "webp", width, height)


def _svg(layout: Layout, _: Template, library: Library, parameters: Mapping[str, Any]) -> Output:
    surface = _surface(layout, parameters["surface"])
    return Output(svg(surface, library), "image/svg+xml", "svg")


def _dxf(layout: Layout, _: Template, library: Library, parameters: Mapping[str, Any]) -> Output:
    return Output(dxf(_surface(layout, parameters["surface"])), "image/vnd.dxf", "dxf")


def _pdf(layout: Layout, _: Template, library: Library, parameters: Mapping[str, Any]) -> Output:
    chosen = parameters["surface"]
    surfaces = (_surface(layout, chosen),) if chosen else layout.surfaces
    return Output(pdf(surfaces, library), "application/pdf", "pdf")


def _pack(
    layout: Layout, template: Template, library: Library, parameters: Mapping[str, Any]
) -> Output:
    job, dpi = parameters["job"], parameters["dpi"]
    data = build_pack(layout, template, library, job=job, dpi=dpi)
    return Output(data, "application/zip", "zip")


_MAKERS: Final[Mapping[OutputKind, Callable[..., Output]]] = {
    OutputKind.PREVIEW: _mockup,
    OutputKind.THUMBNAIL: _mockup,
    OutputKind.FINAL: _final,
    OutputKind.SVG: _svg,
    OutputKind.DXF: _dxf,
    OutputKind.PDF: _pdf,
    OutputKind.PACK: _pack,
}


def _surface(layout: Layout, surface_id: str) -> Surface:
    for surface in layout.surfaces:
        if surface_id in ("", surface.id):
            return surface
    raise UnsupportedDesign(
        "SURFACE_UNKNOWN", f"This design has no surface {surface_id!r}.", field="surface"
    )


def _is_like(value: object, default: object) -> bool:
    if isinstance(default, Mapping):
        return isinstance(value, Mapping)
    return type(value) is type(default)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _invalid(name: str, message: str) -> UnsupportedDesign:
    return UnsupportedDesign(
        "PARAMETER_INVALID", f"The parameter {name!r} is not valid. {message}", field=name
    )
