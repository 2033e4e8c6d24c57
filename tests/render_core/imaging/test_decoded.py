"""The cache of decoded pictures is bounded, and never answers for the library."""

from __future__ import annotations

import numpy as np
import pytest

from render_core import vips
from render_core.errors import MissingInput, RefusedFile
from render_core.imaging.decoded import DecodedPictures
from render_core.imaging.embedded import deflated_planes
from tests.render_core.export.samples import MemoryLibrary, picture


def test_a_picture_is_decoded_once() -> None:
    library, cache = MemoryLibrary(), DecodedPictures()
    sha256 = library.add(picture())
    first = cache.get(library, sha256, opaque=False)
    assert cache.get(library, sha256, opaque=False) is first
    assert not first.flags.writeable


def test_a_cached_picture_is_still_refused_to_a_library_without_it() -> None:
    library, cache = MemoryLibrary(), DecodedPictures()
    sha256 = library.add(picture())
    cache.get(library, sha256, opaque=False)
    with pytest.raises(MissingInput):
        cache.get(MemoryLibrary(), sha256, opaque=False)


def test_the_oldest_pictures_make_room() -> None:
    size = 240 * 160 * 4
    library, cache = MemoryLibrary(), DecodedPictures(max_bytes=2 * size)
    first = library.add(picture())
    kept = cache.get(library, first, opaque=False)
    for shade in range(3):
        other = library.add(vips.png(np.full((160, 240, 4), shade, np.uint8)))
        cache.get(library, other, opaque=False)
    assert cache.get(library, first, opaque=False) is not kept


def test_a_picture_larger_than_the_cache_is_not_kept() -> None:
    library, cache = MemoryLibrary(), DecodedPictures(max_bytes=10)
    sha256 = library.add(picture())
    assert cache.get(library, sha256, opaque=False) is not cache.get(library, sha256, opaque=False)


def test_see_through_becomes_white_where_it_must_be_opaque() -> None:
    library = MemoryLibrary()
    seen = DecodedPictures().get(library, library.add(picture()), opaque=True)
    assert seen[0, 0].tolist() == [255, 255, 255]


def test_minifying_keeps_the_colour_of_see_through_edges() -> None:
    """Colour hidden under full transparency must not bleed into what is seen."""
    pixels = np.zeros((100, 100, 4), np.uint8)
    pixels[:, :50] = (255, 0, 0, 255)
    pixels[:, 50:] = (0, 255, 0, 0)
    small = vips.resize(pixels, 33, 33)
    seen = small[small[..., 3] > 20]
    assert (seen[:, 0] > 250).all()
    assert (seen[:, 1] < 5).all()


def test_opaque_pictures_have_no_alpha_plane() -> None:
    colour, alpha = deflated_planes(vips.png(np.full((3, 5, 4), 255, np.uint8)))
    assert (colour.width, colour.height, alpha) == (5, 3, None)


def test_a_picture_that_is_none_is_refused() -> None:
    library = MemoryLibrary()
    with pytest.raises(RefusedFile):
        DecodedPictures().get(library, library.add(b"<svg/>"), opaque=False)


def test_a_picture_on_a_grid_is_kept_and_its_library_is_asked_all_the_same() -> None:
    library, cache = MemoryLibrary(), DecodedPictures()
    sha256 = library.add(picture())
    matrix, window = (30.5, 0.0, 0.0, 20.25, 2.0, 1.0), (1, 0, 33, 23)
    first = cache.placed(library, sha256, (31, 21), matrix, window)
    assert first.shape == (23, 33, 4)
    assert not first.flags.writeable
    assert cache.placed(library, sha256, (31, 21), matrix, window) is first
    moved = (*matrix[:4], 2.5, 1.0)
    assert (cache.placed(library, sha256, (31, 21), moved, window) != first).any()
    with pytest.raises(MissingInput):
        cache.placed(MemoryLibrary(), sha256, (31, 21), matrix, window)
