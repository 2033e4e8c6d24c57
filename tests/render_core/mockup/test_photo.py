"""The preview: the design where the placement says, nothing beside it, in bounded memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from render_core import vips
from render_core.design import Template
from render_core.errors import MissingInput, UnsupportedDesign
from render_core.layout import Ink, Item, Operation, Surface
from render_core.mockup.photo import find_view, on_photo
from render_core.mockup.plain import on_plain
from render_core.views import Placement, View
from tests.render_core.export.samples import (
    MemoryLibrary,
    box,
    engraved,
    full_layout,
    layout_of,
    parse_path_mm,
    surface_of,
    template,
)

RED = Ink((255, 0, 0))
LIBRARY = MemoryLibrary()
GREY = LIBRARY.add(vips.png(np.full((600, 800, 3), 128, np.uint8)))


def view_of(*corners: tuple[int, int], photo: str = GREY) -> View:
    """Return a view of 800 × 600 with the surface at three corners in whole pixels."""
    top_left, top_right, bottom_left = [(x * 1000, y * 1000) for x, y in corners]
    placement = Placement("front", top_left, top_right, bottom_left)
    return View("view", "View", photo, 800, 600, (placement,))


SQUARE_ON = view_of((0, 100), (800, 100), (0, 500))


def red_of(surface: Surface, view: View, width: int = 800) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of what is red."""
    seen = on_photo(layout_of(surface), view, LIBRARY, width)
    rows, columns = np.nonzero((seen == RED.rgb).all(axis=2))
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def test_the_surface_falls_on_its_three_corners() -> None:
    whole = surface_of(engraved("M-10 -5H70V35H-10Z", RED))
    assert red_of(whole, SQUARE_ON) == (0, 100, 800, 500)


def test_a_smaller_preview_is_the_same_picture_smaller() -> None:
    whole = surface_of(engraved("M-10 -5H70V35H-10Z", RED))
    assert red_of(whole, SQUARE_ON, 400) == (0, 50, 400, 250)


def test_a_turned_surface_turns_its_design() -> None:
    turned = view_of((600, 100), (600, 500), (400, 100))
    upper_half = surface_of(engraved("M-10 -5H70V15H-10Z", RED))
    assert red_of(upper_half, turned) == (500, 100, 600, 500)


def test_bleed_ends_at_the_edge_of_the_product() -> None:
    over_the_edge = surface_of(engraved("M-20 -15H80V45H-20Z", RED), bleed_um=3000)
    assert red_of(over_the_edge, SQUARE_ON) == (0, 100, 800, 500)


def test_a_round_product_shows_nothing_beside_its_edge() -> None:
    oval = parse_path_mm("M40 0A20 20 0 0 1 40 40A20 20 0 0 1 40 0Z")
    surface = replace(surface_of(engraved("M-10 -5H70V35H-10Z", RED)), outline=oval)
    assert red_of(surface, SQUARE_ON) == pytest.approx((200, 100, 600, 500), abs=1)


def test_the_photo_beside_the_design_is_untouched() -> None:
    seen = on_photo(layout_of(surface_of(engraved("M0 0H5V5H0Z", RED))), SQUARE_ON, LIBRARY, 800)
    assert (seen[:150] == 128).all()
    assert (seen[:, 400:] == 128).all()


def test_a_design_of_nothing_is_the_photo() -> None:
    seen = on_photo(layout_of(surface_of()), SQUARE_ON, LIBRARY, 800)
    assert (seen == 128).all()


def test_a_knife_is_seen_by_its_line_and_screen_only_by_its_area() -> None:
    cut = Item("zone", Operation.CUT, RED, box(10, 10))
    seen = on_photo(layout_of(surface_of(cut)), SQUARE_ON, LIBRARY, 800)
    inked = (seen != 128).any(axis=2)
    assert inked.any()
    assert not inked[155:245, 105:195].any()  # Inside of its line.
    assert inked.sum() < 0.15 * 100 * 100
    screen = replace(cut, operation=Operation.SCREEN_ONLY)
    assert red_of(surface_of(screen), SQUARE_ON) == (100, 150, 200, 250)


def test_one_preview_does_not_colour_the_next() -> None:
    first = on_photo(layout_of(surface_of(engraved("M0 0H60V30H0Z", RED))), SQUARE_ON, LIBRARY, 800)
    second = on_photo(layout_of(surface_of()), SQUARE_ON, LIBRARY, 800)
    assert not np.array_equal(first, second)
    assert (second == 128).all()


@pytest.mark.parametrize("width", [0, 15, 4097, -1])
def test_a_width_that_no_screen_has_is_refused(width: int) -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        on_photo(layout_of(surface_of()), SQUARE_ON, LIBRARY, width)
    assert refused.value.reason == "PICTURE_WIDTH"


def test_corners_on_one_line_are_refused() -> None:
    flat_view = view_of((0, 0), (10, 10), (20, 20))
    with pytest.raises(UnsupportedDesign) as refused:
        on_photo(layout_of(surface_of(engraved("M0 0H5V5H0Z"))), flat_view, LIBRARY, 800)
    assert refused.value.reason == "VIEW_INVALID"


def test_a_placement_of_an_unknown_surface_is_refused() -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        on_photo(layout_of(surface_of(name="back")), SQUARE_ON, LIBRARY, 800)
    assert "front" in refused.value.message


def test_a_photo_that_the_library_lacks_is_named() -> None:
    with pytest.raises(MissingInput):
        on_photo(
            layout_of(surface_of()), view_of((0, 0), (9, 0), (0, 9), photo="0" * 64), LIBRARY, 99
        )


def test_the_first_view_is_the_default_and_an_unknown_one_is_refused() -> None:
    product = template(LIBRARY)
    assert find_view(product, "").id == "desk"
    with pytest.raises(UnsupportedDesign):
        find_view(product, "wall")
    with pytest.raises(UnsupportedDesign):
        find_view(Template((), ()), "")


def test_a_product_without_a_photo_is_shown_bare() -> None:
    library = MemoryLibrary()
    seen = on_plain(full_layout(library).surfaces[0], library, 500)
    assert seen.shape == (270, 500, 3)
    assert (seen[0] == 255).all()
    assert len(np.unique(seen.reshape(-1, 3), axis=0)) > 20


def test_a_very_tall_product_is_shown_whole_in_a_picture_of_bounded_height() -> None:
    ribbon = replace(surface_of(), width_um=1_000, height_um=3_000_000, outline=box(1, 3_000))
    seen = on_plain(ribbon, MemoryLibrary(), 100)
    assert seen.shape == (400, 100, 3)
    assert (seen[0] == 255).all()
    assert (seen[200] != 255).any()
    assert (seen[200, 51:] == 255).all()


def test_a_photo_like_a_thread_is_refused() -> None:
    thread = replace(SQUARE_ON, photo_width_px=10, photo_height_px=16_000)
    with pytest.raises(UnsupportedDesign) as refused:
        on_photo(layout_of(surface_of()), thread, LIBRARY, 4096)
    assert refused.value.reason == "VIEW_INVALID"
    assert "crop it" in refused.value.message
