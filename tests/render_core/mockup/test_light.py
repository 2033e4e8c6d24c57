"""What lies between a design and the eye: masks, shading, highlights, folds; all in linear light."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from render_core import vips
from render_core.byte_bounded import ByteBounded
from render_core.errors import MissingInput, UnsupportedDesign
from render_core.layout import Ink, Item, Operation, Surface
from render_core.mockup import linear, prepared
from render_core.mockup.photo import on_photo
from render_core.srgb import bytes_of_light, light_of_bytes
from render_core.views import Light, Placement, View
from tests.render_core.export.samples import MemoryLibrary, box, engraved, layout_of, surface_of
from tests.render_core.mockup.placements import PLACEMENTS

Pixels = NDArray[np.uint8]
LIBRARY = MemoryLibrary()
SQUARE_ON = Placement("front", (0, 100_000), (800_000, 100_000), (0, 500_000))
INK = (200, 120, 40)
WHOLE = "M-10 -5H70V35H-10Z"


def grey(level: int | Pixels) -> str:
    plane = np.full((600, 800), level, np.uint8) if isinstance(level, int) else level
    return LIBRARY.add(vips.png(np.repeat(plane[..., None], 3, axis=2)))


PHOTO = grey(128)


def printed(rgb: tuple[int, int, int] = INK) -> Surface:
    return surface_of(Item("zone", Operation.PRINT, Ink(rgb), engraved(WHOLE).outline))


def seen(light: Light, surface: Surface | None = None, placement: Placement = SQUARE_ON) -> Pixels:
    view = View("view", "View", PHOTO, 800, 600, (placement,), light=light)
    return on_photo(layout_of(surface or printed()), view, LIBRARY, 800)


def light_of(rgb: tuple[int, ...]) -> NDArray[np.float64]:
    return light_of_bytes()[list(rgb)] / 65535


def as_bytes(light: NDArray[np.float64]) -> list[int]:
    found: list[int] = bytes_of_light()[np.rint(light * 65535).astype(int)].tolist()
    return found


def test_every_byte_goes_to_linear_light_and_back() -> None:
    assert (bytes_of_light()[light_of_bytes()] == np.arange(256)).all()


def test_half_a_pixel_of_black_on_white_is_half_the_light() -> None:
    half = surface_of(engraved("M-10 -5H0.05V35H-10Z", Ink((0, 0, 0))))  # 100.5 pixels wide.
    view = View("view", "View", grey(255), 800, 600, (SQUARE_ON,))
    assert on_photo(layout_of(half), view, LIBRARY, 800)[300, 100, 0] == pytest.approx(188, abs=1)


def test_a_translucent_ink_is_as_dark_as_in_the_print() -> None:
    """Opacity is mixed as PDF and SVG mix it: half of black over white is the byte 128, not 188."""
    item = replace(printed((0, 0, 0)).items[0], opacity_permille=500)
    view = View("view", "View", grey(255), 800, 600, (SQUARE_ON,))
    assert on_photo(layout_of(surface_of(item)), view, LIBRARY, 800)[300, 300, 0] in (127, 128)


def test_what_stands_before_the_product_hides_the_design() -> None:
    mask = np.full((600, 800), 255, np.uint8)
    mask[:, 400:] = 0
    shown = seen(Light(mask=grey(mask)))
    assert (shown[110:490, 402:] == 128).all()
    assert (shown[110:490, 2:398] == INK).all()


def test_shading_multiplies_the_light_of_the_ink_alone() -> None:
    shown = seen(Light(shading=grey(188)))
    assert shown[300, 400].tolist() == as_bytes(light_of(INK) * light_of((188,)))
    assert (shown[:99] == 128).all()


def test_highlights_are_screened_over_the_ink() -> None:
    shown = seen(Light(highlights=grey(90)))
    ink, high = light_of(INK), light_of((90,))
    assert shown[300, 400].tolist() == as_bytes(ink + high - ink * high)


def test_white_shading_and_black_highlights_change_nothing() -> None:
    assert np.array_equal(seen(Light(shading=grey(255), highlights=grey(0))), seen(Light()))


def test_what_is_burnt_in_shines_less_than_what_is_printed() -> None:
    engraving = surface_of(engraved(WHOLE, Ink(INK)))
    dull, glossy = (seen(Light(highlights=grey(140)), made) for made in (engraving, printed()))
    assert (dull[300, 400] < glossy[300, 400]).all()
    assert (dull[300, 400] > INK).all()


@pytest.mark.parametrize("placement", [SQUARE_ON, PLACEMENTS["quad"]], ids=["affine", "quad"])
def test_folds_move_the_design_by_their_grey(placement: Placement) -> None:
    """All white: the pixel shows what lies 8 right and down of it, so the design moves left and up."""
    spot = surface_of(Item("zone", Operation.PRINT, Ink((255, 0, 0)), box(10, 10)))
    still, moved = (
        np.argwhere(seen(light, spot, placement)[..., 0] == 255)
        for light in (Light(), Light(displacement=grey(255), strength_millipx=8000))
    )
    assert len(still) > 300
    assert (still.mean(axis=0) - moved.mean(axis=0)).tolist() == pytest.approx([8, 8], abs=0.3)


def test_a_picture_bends_with_the_outlines_on_it() -> None:
    waves = (128 + 100 * np.sin(np.arange(800) / 40)).astype(np.uint8)
    light = Light(displacement=grey(np.tile(waves, (600, 1))), strength_millipx=9000)
    assert not np.array_equal(seen(light), seen(Light()))


def test_patches_pixel_by_pixel_and_as_a_whole_are_the_same_bytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    light = Light(shading=grey(200), highlights=grey(40))
    pictures = []
    for dense in (0.0, 2.0):
        monkeypatch.setattr(linear, "_DENSE", dense)
        pictures.append(seen(light, placement=PLACEMENTS["cylinder"]).tobytes())
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize("name", ["mask", "shading", "highlights", "displacement"])
def test_a_grey_picture_of_other_proportions_is_refused_by_name(name: str) -> None:
    changed: dict[str, Any] = {name: LIBRARY.add(vips.png(np.full((600, 700, 3), 128, np.uint8)))}
    with pytest.raises(UnsupportedDesign) as refused:
        seen(replace(Light(), **changed))
    assert refused.value.reason == "VIEW_INVALID"
    assert refused.value.field == f"views.view.{name}"
    assert "700 × 600" in refused.value.message


def test_a_grey_picture_of_half_the_size_will_do() -> None:
    small = LIBRARY.add(vips.png(np.full((300, 400, 3), 188, np.uint8)))
    assert np.array_equal(seen(Light(shading=small)), seen(Light(shading=grey(188))))


def test_a_prepared_view_is_not_shown_to_a_library_without_its_pictures() -> None:
    mask = grey(77)
    seen(Light(mask=mask))
    view = View("view", "View", PHOTO, 800, 600, (SQUARE_ON,), light=Light(mask=mask))
    poorer = MemoryLibrary()
    poorer.add(LIBRARY.artwork(PHOTO))
    with pytest.raises(MissingInput):
        on_photo(layout_of(printed()), view, poorer, 800)


def test_folds_of_a_large_picture_are_those_of_a_small_one_enlarged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    y, x = np.indices((600, 800))
    grey_levels = (128 + 60 * np.sin(x / 90) * np.cos(y / 70)).astype(np.uint8)
    view = View(
        "view", "View", PHOTO, 800, 600, (SQUARE_ON,),
        light=Light(displacement=grey(grey_levels), strength_millipx=9000),
    )  # fmt: skip
    layout = layout_of(surface_of(engraved("M5 5H55V25H5Z", Ink((0, 0, 0)))))
    whole = on_photo(layout, view, LIBRARY, 800).astype(np.int32)
    monkeypatch.setattr(prepared, "FOLDS_WIDTH_PX", 200)
    for kept in ("_VIEWS", "_MAPS"):
        monkeypatch.setattr(prepared, kept, ByteBounded(prepared.CACHE_BYTES))
    coarse = on_photo(layout, view, LIBRARY, 800).astype(np.int32)
    assert (np.abs(whole - coarse) > 90).sum() < 60  # Of 30,000 pixels along the edges' ways.


@pytest.mark.parametrize("lit", [True, False])
def test_a_tall_view_with_light_or_perspective_ends_at_as_many_pixels_as_a_square_one(
    lit: bool,
) -> None:
    quad = replace(SQUARE_ON, bottom_right_millipx=(790_000, 490_000))
    view = View("view", "View", PHOTO, 800, 3_200, (SQUARE_ON if lit else quad,))
    view = replace(view, light=Light(mask=PHOTO)) if lit else view
    with pytest.raises(UnsupportedDesign, match="up to 2048 pixels") as refused:
        on_photo(layout_of(printed()), view, LIBRARY, 2_049)
    assert (refused.value.reason, refused.value.field) == ("PICTURE_WIDTH", "width")
    small = on_photo(layout_of(printed()), replace(view, light=Light()), LIBRARY, 64)
    assert small.shape == (256, 64, 3)
