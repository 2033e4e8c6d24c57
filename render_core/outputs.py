"""One entry for workers and the command line: a layout in, one output's bytes out.

`render_key` names what would come out without making it: equal keys mean equal bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from render_core import vips
from render_core.colour import srgb_profile
from render_core.design import Library, Template
from render_core.errors import UnsupportedDesign
from render_core.export.dxf import dxf
from render_core.export.glb import Variant, design_glb
from render_core.export.machine.of_surface import machine_file
from render_core.export.pack import build_pack
from render_core.export.pdf import pdf
from render_core.export.svg import svg
from render_core.export.tiff import tiff
from render_core.export.usdz import design_usdz
from render_core.layout import Layout, Surface
from render_core.making.machines import machine
from render_core.making.profile import FileFormat
from render_core.mesh.of_product import find_model, looks_of, mesh_of
from render_core.mockup.photo import check_width, find_view, on_photo
from render_core.mockup.plain import on_plain
from render_core.mockup.sewn import sewn
from render_core.output_keys import (
    PICTURE_FORMATS,
    OutputKind,
    Parameters,
    invalid_parameter,
    normalised_parameters,
    render_key,
)
from render_core.proof.layouts import Proof, proofed
from render_core.raster.flat import flat, flat_png, flat_size
from render_core.raster.paint import on_white
from render_core.scene.gbuffer import Background
from render_core.scene.of_product import preview_3d, turntable

__all__ = ["Output", "OutputKind", "normalised_parameters", "render", "render_key"]


# Called with how many pictures are made, and how many there will be.
Progress = Callable[[int, int], None]


def unwatched(made: int, of: int) -> None:
    """Where nobody wants to know how far it is."""


# How long a turntable takes for one turn.
TURN_MS: Final = 4_320


@dataclass(frozen=True, slots=True)
class Output:
    """An output. extension: without a dot. width_px, height_px: 0 for what is not pixels."""

    data: bytes
    media_type: str
    extension: str
    width_px: int = 0
    height_px: int = 0


def render(
    kind: OutputKind,
    layout: Layout,
    template: Template,
    library: Library,
    parameters: Parameters,
    progress: Progress = unwatched,
) -> Output:
    """Return one output. progress: told after each picture of a turntable; may raise to stop.

    Raises UnsupportedDesign (also for an unknown parameter), MissingInput, RefusedFile.
    """
    chosen = normalised_parameters(kind, parameters)
    shown = proofed(layout, template, library, Proof(chosen.get("proof", "")))
    if kind in _LOOKED_AT:
        shown, library = sewn(shown, library)
    if kind is OutputKind.TURNTABLE:
        return _turntable(shown, template, library, chosen, progress)
    return _MAKERS[kind](shown, template, library, chosen)


def _mockup(
    layout: Layout, template: Template, library: Library, parameters: Mapping[str, Any]
) -> Output:
    width, view_id = parameters["width"], parameters["view"]
    check_width(width)
    if template.views:
        pixels = on_photo(layout, find_view(template, view_id), library, width)
        return _picture(pixels, parameters["format"], vips.screen_webp)
    return _picture(on_plain(_surface(layout, ""), library, width), parameters["format"])


def _picture(
    pixels: vips.Pixels, format: str, webp: Callable[[vips.Pixels], bytes] = vips.webp
) -> Output:
    """Return (h, w, 3 or 4) as a file for a page; JPEG shows what is transparent on white."""
    height, width = pixels.shape[:2]
    extension = "jpg" if format == "jpeg" else format
    encode = webp if format == "webp" else _ENCODERS[format]
    return Output(encode(pixels), PICTURE_FORMATS[format], extension, width, height)


def _png(pixels: vips.Pixels) -> bytes:
    return vips.png(pixels, profile=srgb_profile(), photographic=True)


def _jpeg(pixels: vips.Pixels) -> bytes:
    return vips.photo_jpeg(on_white(pixels))


_ENCODERS: Final[Mapping[str, Callable[[vips.Pixels], bytes]]] = {
    "png": _png,
    "jpeg": _jpeg,
    "avif": vips.avif,
}


def _final(
    layout: Layout, template: Template, library: Library, parameters: Mapping[str, Any]
) -> Output:
    surface, dpi = _surface(layout, parameters["surface"]), parameters["dpi"]
    width, height = flat_size(surface, dpi)
    if parameters["format"] == "tiff":
        profile = _output_profile(template, parameters)
        data = tiff(surface, library, dpi, output_profile=profile)
        return Output(data, "image/tiff", "tiff", width, height)
    if parameters["format"] == "png":
        return Output(flat_png(surface, library, dpi), "image/png", "png", width, height)
    if max(width, height) > vips.MAX_WEBP_SIDE_PX:
        raise invalid_parameter(
            "format", f"WebP ends at {vips.MAX_WEBP_SIDE_PX} pixels a side; take png."
        )
    data = vips.webp(flat(surface, library, dpi), lossless=True)
    return Output(data, "image/webp", "webp", width, height)


def _svg(layout: Layout, _: Template, library: Library, parameters: Mapping[str, Any]) -> Output:
    surface = _surface(layout, parameters["surface"])
    return Output(svg(surface, library), "image/svg+xml", "svg")


def _dxf(layout: Layout, _: Template, library: Library, parameters: Mapping[str, Any]) -> Output:
    return Output(dxf(_surface(layout, parameters["surface"])), "image/vnd.dxf", "dxf")


def _pdf(
    layout: Layout, template: Template, library: Library, parameters: Mapping[str, Any]
) -> Output:
    chosen = parameters["surface"]
    surfaces = (_surface(layout, chosen),) if chosen else layout.surfaces
    profile = _output_profile(template, parameters)
    return Output(pdf(surfaces, library, output_profile=profile), "application/pdf", "pdf")


def _output_profile(template: Template, parameters: Mapping[str, Any]) -> str:
    """Return the profile that a file's colours are of, "" for sRGB."""
    if parameters["colour"] == "rgb":
        return ""
    if not template.output_profile:
        raise UnsupportedDesign(
            "PRESS_WITHOUT_PROFILE",
            "This product does not say which press prints it. Set the product's output profile, or "
            "ask for the file in rgb.",
            field="colour",
        )
    return template.output_profile


def _pack(
    layout: Layout, template: Template, library: Library, parameters: Mapping[str, Any]
) -> Output:
    job, dpi = parameters["job"], parameters["dpi"]
    data = build_pack(layout, template, library, job=job, dpi=dpi)
    return Output(data, "application/zip", "zip")


def _glb(
    layout: Layout, template: Template, library: Library, parameters: Mapping[str, Any]
) -> Output:
    model = find_model(template, parameters["model"])
    variants = [Variant(*look) for look in looks_of(model, template.options, library)]
    data = design_glb(layout, mesh_of(model, library), library, name=model.id, variants=variants)
    return Output(data, "model/gltf-binary", "glb")


def _usdz(
    layout: Layout, template: Template, library: Library, parameters: Mapping[str, Any]
) -> Output:
    model = find_model(template, parameters["model"])
    data = design_usdz(layout, mesh_of(model, library), library)
    return Output(data, "model/vnd.usdz+zip", "usdz")


def _preview_3d(
    layout: Layout, template: Template, library: Library, parameters: Mapping[str, Any]
) -> Output:
    model, width = find_model(template, parameters["model"]), parameters["width"]
    azimuth, elevation = parameters["azimuth"], parameters["elevation"]
    background = Background(parameters["background"])
    distance = parameters["distance"]
    pixels = preview_3d(layout, model, library, azimuth, elevation, width, background, distance)
    return _picture(pixels, parameters["format"])


def _turntable(
    layout: Layout,
    template: Template,
    library: Library,
    parameters: Mapping[str, Any],
    progress: Progress,
) -> Output:
    model, width = find_model(template, parameters["model"]), parameters["width"]
    elevation, count = parameters["elevation"], parameters["frames"]
    frames = []
    distance = parameters["distance"]
    for frame in turntable(
        layout, model, library, elevation, width, count, distance_percent=distance
    ):
        frames.append(frame)
        progress(len(frames), count)
    if parameters["format"] == "mp4":
        from render_core.video import mp4  # 100 MB of libraries, for those who want a film

        film = mp4([on_white(frame) for frame in frames], delay_ms=TURN_MS // count)
        return Output(film, "video/mp4", "mp4", width, width)
    data = vips.animated_webp(frames, delay_ms=TURN_MS // count)
    return Output(data, "image/webp", "webp", width, width)


def _for_machine(
    format: FileFormat,
    layout: Layout,
    template: Template,
    library: Library,
    parameters: Mapping[str, Any],
) -> Output:
    surface, profile = _surface(layout, parameters["surface"]), machine(parameters["machine"])
    file = machine_file(format, surface, profile, template, library)
    return Output(file.data, file.media_type, file.extension)


# What shows the product: sewn, where it is sewn. All others are what machines get.
_LOOKED_AT: Final = frozenset(
    {
        OutputKind.PREVIEW,
        OutputKind.THUMBNAIL,
        OutputKind.PREVIEW_3D,
        OutputKind.TURNTABLE,
        OutputKind.GLB,
        OutputKind.USDZ,
    }
)
_MAKERS: Final[Mapping[OutputKind, Callable[..., Output]]] = {
    OutputKind.PREVIEW: _mockup,
    OutputKind.THUMBNAIL: _mockup,
    OutputKind.FINAL: _final,
    OutputKind.SVG: _svg,
    OutputKind.DXF: _dxf,
    OutputKind.PDF: _pdf,
    OutputKind.PACK: _pack,
    OutputKind.GLB: _glb,
    OutputKind.USDZ: _usdz,
    OutputKind.PREVIEW_3D: _preview_3d,
    OutputKind.DST: partial(_for_machine, FileFormat.DST),
    OutputKind.PES: partial(_for_machine, FileFormat.PES),
    OutputKind.HPGL: partial(_for_machine, FileFormat.HPGL),
    OutputKind.GCODE: partial(_for_machine, FileFormat.GCODE),
}


def _surface(layout: Layout, surface_id: str) -> Surface:
    for surface in layout.surfaces:
        if surface_id in ("", surface.id):
            return surface
    raise UnsupportedDesign(
        "SURFACE_UNKNOWN", f"This design has no surface {surface_id!r}.", field="surface"
    )
