"""A turn of a product: from its front on, back to it, one picture a step."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from render_core.errors import UnsupportedDesign
from render_core.output_keys import Parameters
from render_core.outputs import OutputKind, render
from render_core.scene.of_product import preview_3d, turntable
from tests.render_core.export.samples import MemoryLibrary, full_layout, template

LIBRARY = MemoryLibrary()
LAYOUT = full_layout(LIBRARY)
TEMPLATE = template(LIBRARY)
MODEL = TEMPLATE.models[0]
SMALL_PNG = {"width": 64, "format": "png"}


def test_a_turn_begins_at_the_front_and_shows_the_back_half_way() -> None:
    frames = list(turntable(LAYOUT, MODEL, LIBRARY, 14, 64, 2))
    front = preview_3d(LAYOUT, MODEL, LIBRARY, 0, 14, 64)
    back = preview_3d(LAYOUT, MODEL, LIBRARY, 180, 14, 64)
    assert (frames[0] == front).all()
    assert (frames[1] == back).all()
    assert (front != back).any()


def test_the_product_turns_to_its_right_as_the_viewer_sees_it() -> None:
    """A quarter turn on, its left hand side (-X) faces the viewer: the camera went to -X."""
    frames = list(turntable(LAYOUT, MODEL, LIBRARY, 14, 64, 4))
    assert (frames[1] == preview_3d(LAYOUT, MODEL, LIBRARY, 270, 14, 64)).all()


def test_the_file_holds_every_picture_and_repeats_for_ever() -> None:
    asked = {"width": 64, "frames": 4}
    data = render(OutputKind.TURNTABLE, LAYOUT, TEMPLATE, LIBRARY, asked).data
    with Image.open(io.BytesIO(data)) as image:
        assert (image.n_frames, image.info["loop"], image.size) == (4, 0, (64, 64))
        shown = [np.asarray(image.convert("RGBA")) for _ in range(4) if image.seek(_) is None]
    made = list(turntable(LAYOUT, MODEL, LIBRARY, 14, 64, 4))
    for one, other in zip(shown, made, strict=True):
        seen = other[..., 3] > 128
        assert np.abs(one[seen].astype(int) - other[seen]).mean() < 12


def test_the_whole_product_is_in_the_picture_from_every_side() -> None:
    frames = list(turntable(LAYOUT, MODEL, LIBRARY, 14, 96, 8))
    assert (frames[0][..., 3] == 255).sum() > 96
    for frame in frames:
        solid = frame[..., 3] > 200
        edges = (solid[0], solid[-1], solid[:, 0], solid[:, -1])
        assert not np.concatenate(edges).any()


def covered(distance: int) -> int:
    pixels = preview_3d(LAYOUT, MODEL, LIBRARY, 20, 14, 96, distance_percent=distance)
    return int((pixels[..., 3] > 200).sum())


def test_half_the_distance_shows_it_twice_as_large_each_way() -> None:
    assert 3.2 < covered(100) / covered(200) < 4.8
    assert covered(100) == (preview_3d(LAYOUT, MODEL, LIBRARY, 20, 14, 96)[..., 3] > 200).sum()


@pytest.mark.parametrize("kind", [OutputKind.PREVIEW_3D, OutputKind.TURNTABLE])
def test_a_picture_is_taken_from_the_distance_that_is_asked_for(kind: OutputKind) -> None:
    small: dict[str, Any] = {"width": 64}
    if kind is OutputKind.TURNTABLE:
        small["frames"] = 2
    asked: tuple[Parameters, ...] = ({}, {"distance": 100}, {"distance": 150})
    made = [render(kind, LAYOUT, TEMPLATE, LIBRARY, {**small, **more}).data for more in asked]
    assert made[0] == made[1] != made[2]
    for distance in (39, 401):
        with pytest.raises(UnsupportedDesign) as refused:
            render(kind, LAYOUT, TEMPLATE, LIBRARY, {**small, "distance": distance})
        assert (refused.value.reason, refused.value.field) == ("CAMERA_INVALID", "distance")


def test_a_turn_says_how_far_it_is_and_ends_when_it_is_told_to() -> None:
    said: list[tuple[int, int]] = []

    def listen(done: int, total: int) -> None:
        said.append((done, total))
        if len(said) == 5:
            raise InterruptedError

    assert len(list(turntable(LAYOUT, MODEL, LIBRARY, 14, 64, 3, listen))) == 3
    assert said == [(0, 3), (1, 3), (2, 3), (3, 3)]
    with pytest.raises(InterruptedError):
        list(turntable(LAYOUT, MODEL, LIBRARY, 14, 64, 3, listen))
    assert said[4:] == [(0, 3)]


def test_a_picture_in_3d_has_a_studio_behind_it_where_one_is_asked_for() -> None:
    around, behind = (
        render(OutputKind.PREVIEW_3D, LAYOUT, TEMPLATE, LIBRARY, {**asked, **SMALL_PNG}).data
        for asked in ({}, {"background": "studio"})
    )
    assert Image.open(io.BytesIO(around)).convert("RGBA").getextrema()[3] == (0, 255)
    assert Image.open(io.BytesIO(behind)).convert("RGBA").getextrema()[3] == (255, 255)
    with pytest.raises(UnsupportedDesign) as refused:
        render(OutputKind.PREVIEW_3D, LAYOUT, TEMPLATE, LIBRARY, {"background": "beach"})
    assert refused.value.reason == "PARAMETER_INVALID"
