"""One entry for every output; a key for each that changes with all that changes its bytes."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from render_core import vips
from render_core.design import Template
from render_core.errors import UnsupportedDesign
from render_core.layout import Operation
from render_core.output_keys import DEFAULTS
from render_core.outputs import OutputKind, normalised_parameters, render, render_key
from tests.render_core.export.samples import (
    MemoryLibrary,
    engraved,
    full_layout,
    layout_of,
    surface_of,
    template,
    tooled_layout,
)

LIBRARY = MemoryLibrary()
LAYOUT = full_layout(LIBRARY)
TOOLED = tooled_layout()
TEMPLATE = template(LIBRARY)

BEGINNINGS = {
    OutputKind.PREVIEW: b"RIFF",
    OutputKind.THUMBNAIL: b"RIFF",
    OutputKind.FINAL: b"\x89PNG",
    OutputKind.SVG: b"<?xml",
    OutputKind.DXF: b"  0\nSECTION",
    OutputKind.PDF: b"%PDF",
    OutputKind.PACK: b"PK",
    OutputKind.GLB: b"glTF",
    OutputKind.USDZ: b"PK",
    OutputKind.PREVIEW_3D: b"RIFF",
    OutputKind.TURNTABLE: b"RIFF",
    OutputKind.DST: b"LA:front",
    OutputKind.PES: b"#PES0060",
    OutputKind.HPGL: b"IN;",
    OutputKind.GCODE: b"(diode-laser-grbl front)",
}
# What is large by default is made small here.
SMALL: dict[OutputKind, dict[str, Any]] = {
    OutputKind.PREVIEW_3D: {"width": 96},
    OutputKind.TURNTABLE: {"width": 48, "frames": 4},
}


def made(kind: OutputKind, **parameters: Any) -> bytes:
    return render(kind, LAYOUT, TEMPLATE, LIBRARY, parameters).data


def key(kind: OutputKind = OutputKind.PREVIEW, **changes: Any) -> str:
    stated = {"spec_hash": "a", "revision_hash": "b", "parameters": {}, "pinned_inputs": ["c", "d"]}
    return render_key(kind, **(stated | changes))


@pytest.mark.parametrize("kind", OutputKind)
def test_every_kind_gives_its_format(kind: OutputKind) -> None:
    layout = TOOLED if "machine" in DEFAULTS[kind] else LAYOUT
    output = render(kind, layout, TEMPLATE, LIBRARY, SMALL.get(kind, {}))
    assert output.data.startswith(BEGINNINGS[kind])
    assert "/" in output.media_type


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        (OutputKind.PREVIEW, {"width": 321}),
        (OutputKind.PREVIEW, {"width": 64, "format": "png"}),
        (OutputKind.PREVIEW, {"width": 64, "format": "jpeg"}),
        (OutputKind.PREVIEW, {"width": 64, "format": "avif"}),
        (OutputKind.PREVIEW_3D, {"width": 96, "format": "jpeg"}),
        (OutputKind.PREVIEW_3D, {"width": 96, "format": "avif"}),
        (OutputKind.THUMBNAIL, {}),
        (OutputKind.FINAL, {"dpi": 100}),
        (OutputKind.PREVIEW_3D, {"width": 96, "format": "png"}),
        (OutputKind.TURNTABLE, {"width": 48, "frames": 2}),
        (OutputKind.FINAL, {"dpi": 100, "format": "webp", "surface": "back"}),
    ],
)
def test_the_stated_size_is_the_size(kind: OutputKind, parameters: dict[str, Any]) -> None:
    output = render(kind, LAYOUT, TEMPLATE, LIBRARY, parameters)
    image = Image.open(io.BytesIO(output.data))
    assert image.size == (output.width_px, output.height_px)
    assert image.get_format_mimetype() == output.media_type


def test_a_surface_can_be_chosen() -> None:
    assert made(OutputKind.SVG) == made(OutputKind.SVG, surface="front")
    assert made(OutputKind.SVG, surface="back") != made(OutputKind.SVG)
    assert made(OutputKind.PDF, surface="back") != made(OutputKind.PDF)


def test_a_product_without_views_still_has_a_preview() -> None:
    output = render(OutputKind.PREVIEW, LAYOUT, Template((), ()), LIBRARY, {"format": "png"})
    assert output.width_px == 1024


@pytest.mark.parametrize(
    ("kind", "parameters", "reason"),
    [
        (OutputKind.PREVIEW, {"width": "1024"}, "PARAMETER_INVALID"),
        (OutputKind.PREVIEW, {"width": True}, "PARAMETER_INVALID"),
        (OutputKind.PREVIEW, {"width": 5}, "PICTURE_WIDTH"),
        (OutputKind.PREVIEW, {"dpi": 300}, "PARAMETER_INVALID"),
        (OutputKind.PREVIEW, {"format": "gif"}, "PARAMETER_INVALID"),
        (OutputKind.PREVIEW, {"background": "studio"}, "PARAMETER_INVALID"),
        (OutputKind.TURNTABLE, {"background": "studio"}, "PARAMETER_INVALID"),
        (OutputKind.PREVIEW, {"view": "wall"}, "VIEW_UNKNOWN"),
        (OutputKind.SVG, {"surface": "side"}, "SURFACE_UNKNOWN"),
        (OutputKind.FINAL, {"dpi": 9999}, "RASTER_RESOLUTION"),
        (OutputKind.PACK, {"job": [1]}, "PARAMETER_INVALID"),
        (OutputKind.GLB, {"model": "sphere"}, "MODEL_UNKNOWN"),
        (OutputKind.USDZ, {"surface": "front"}, "PARAMETER_INVALID"),
        (OutputKind.PREVIEW_3D, {"model": "sphere"}, "MODEL_UNKNOWN"),
        (OutputKind.PREVIEW_3D, {"width": 9999}, "CAMERA_INVALID"),
        (OutputKind.PREVIEW_3D, {"elevation": 90}, "CAMERA_INVALID"),
        (OutputKind.TURNTABLE, {"width": 1024}, "CAMERA_INVALID"),
        (OutputKind.TURNTABLE, {"frames": 7}, "TURNTABLE_FRAMES"),
        (OutputKind.TURNTABLE, {"frames": 0}, "TURNTABLE_FRAMES"),
    ],
)
def test_a_wrong_parameter_is_refused_with_its_name(
    kind: OutputKind, parameters: dict[str, Any], reason: str
) -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        render(kind, LAYOUT, TEMPLATE, LIBRARY, parameters)
    assert refused.value.reason == reason


def test_defaults_written_out_are_the_same_request() -> None:
    assert key() == key(parameters={"width": 1024, "format": "webp"})
    assert normalised_parameters(OutputKind.SVG, {}) == {"surface": ""}


def test_the_order_of_pinned_inputs_does_not_matter() -> None:
    assert key() == key(pinned_inputs=["d", "c", "d"])


def test_everything_that_may_change_the_bytes_changes_the_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = {
        key(),
        key(OutputKind.THUMBNAIL),
        key(spec_hash="x"),
        key(revision_hash="x"),
        key(parameters={"width": 512}),
        key(pinned_inputs=["c"]),
    }
    monkeypatch.setattr("render_core.output_keys.RENDERER_VERSION", "next")
    keys.add(key())
    assert len(keys) == 7


def test_a_print_has_formats_that_lose_nothing() -> None:
    for format in ("jpeg", "avif"):
        with pytest.raises(UnsupportedDesign) as refused:
            made(OutputKind.FINAL, format=format)
        assert (refused.value.reason, refused.value.field) == ("PARAMETER_INVALID", "format")


def test_a_model_stands_on_white_where_a_format_has_no_transparency() -> None:
    pictures = {
        format: Image.open(io.BytesIO(made(OutputKind.PREVIEW_3D, width=96, format=format)))
        for format in ("png", "jpeg", "avif")
    }
    assert {format: picture.mode for format, picture in pictures.items()} == {
        "png": "RGBA",
        "jpeg": "RGB",
        "avif": "RGBA",
    }
    assert min(pictures["jpeg"].getpixel((1, 1))) >= 253  # type: ignore[arg-type]
    assert pictures["avif"].getpixel((1, 1))[3] == 0  # type: ignore[index]


def test_letters_in_colour_keep_their_edges_in_every_format() -> None:
    """One column of pure red in blue: with halved chroma it would be purple."""
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[..., 2] = 255
    pixels[:, 32] = (255, 0, 0)
    for data in (vips.photo_jpeg(pixels), vips.avif(pixels)):
        seen = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)
        assert np.abs(seen[:, 32] - (255, 0, 0)).mean() < 25


@pytest.mark.parametrize(
    ("kind", "machine", "reason"),
    [
        (OutputKind.GCODE, "no-such", "MACHINE_UNKNOWN"),
        (OutputKind.GCODE, "vinyl-cutter", "FORMAT_NOT_MADE"),
        (OutputKind.DST, "embroidery-15-needle", "NOTHING_TO_MAKE"),
    ],
)
def test_a_file_for_a_machine_that_does_not_make_it_is_refused(
    kind: OutputKind, machine: str, reason: str
) -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        made(kind, machine=machine)
    assert (refused.value.reason, refused.value.field) == (reason, "machine")


def test_a_machine_is_known_by_its_id_and_by_its_hash() -> None:
    by_id = normalised_parameters(OutputKind.HPGL, {"machine": "vinyl-cutter"})
    assert by_id == normalised_parameters(OutputKind.HPGL, {})
    assert by_id == normalised_parameters(OutputKind.HPGL, {"machine": by_id["machine"]})
    assert len(by_id["machine"]) == 64


def test_work_that_a_machine_cannot_do_whole_gives_no_file() -> None:
    zero = replace(engraved("M5 5H25H5Z"), operation=Operation.STITCH)
    with pytest.raises(UnsupportedDesign) as refused:
        render(OutputKind.DST, layout_of(surface_of(zero)), TEMPLATE, LIBRARY, {})
    assert (refused.value.reason, refused.value.field) == ("STITCH_NO_AREA", "zone")
