"""A design on its product: in its place, upright, lit, and transparent around it."""

from __future__ import annotations

import mmap
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from render_core.errors import RefusedFile
from render_core.layout import Operation
from render_core.looks import Finish
from render_core.mesh.model import Mesh
from render_core.scene.camera import Camera
from render_core.scene.gbuffer import Background, GBuffer, GBuffers, from_bytes, key, to_bytes
from render_core.scene.picture import Drawings, picture, picture_of
from render_core.scene.prepare import prepare
from render_core.scene.seam import wraps
from tests.render_core.scene.meshes import cylinder, plane
from tests.render_core.scene.wraps import NoLibrary, layout

SIDE = 160
FRONT = Camera(0, 0, 400_000, (0, 50_000, 0), 20_000, SIDE, SIDE)
SIZE = (100_000, 100_000)
RED = (200, 30, 40)


@cache
def sheet() -> GBuffer:
    return prepare(plane(), FRONT, ground=False)


def shown(boxes: list[tuple[int, int, int, int]], **look: object) -> np.ndarray:
    return picture(sheet(), layout(boxes, SIZE, **look), NoLibrary()).astype(int)  # type: ignore[arg-type]


def test_the_upper_left_of_the_layout_is_at_the_upper_left_of_the_front() -> None:
    red = shown([(0, 0, 30_000, 20_000)], rgb=RED)
    changed = np.abs(red - sheet().shown)[..., :3].sum(axis=2) > 30
    rows, columns = np.nonzero(changed)
    # 100 mm seen from 400 mm at 20 degrees: a sheet of 113.4 pixels about the middle.
    side = 0.1 / 0.4 * (SIDE / 2) / 0.17632698
    edge = (SIDE - side) / 2
    assert columns.min() == pytest.approx(edge, abs=1)
    assert rows.min() == pytest.approx(edge, abs=1)
    assert columns.max() + 1 == pytest.approx(edge + 0.3 * side, abs=1)
    assert rows.max() + 1 == pytest.approx(edge + 0.2 * side, abs=1)


def test_an_empty_design_is_the_bare_product() -> None:
    assert (shown([]) == sheet().shown).all()


def test_around_the_product_all_is_transparent() -> None:
    found = shown([(0, 0, 100_000, 100_000)])
    assert (found[:10, :, 3] == 0).all()
    assert found[80, 80, 3] == 255


def test_white_print_is_as_white_as_the_product() -> None:
    """Both are glazed alike, so only the colour of what lies on top tells them apart."""
    found = shown([(20_000, 20_000, 80_000, 80_000)], rgb=(255, 255, 255))
    assert np.abs(found - sheet().shown)[..., :3].max() <= 4


def test_a_shadow_lies_on_the_ground_and_not_above_it() -> None:
    buffer = prepare(cylinder(), Camera(0, 20_000, 500_000, (0, 40_000, 0), 25_000, SIDE, SIDE))
    alpha = buffer.shown[..., 3]
    assert (alpha[:20] == 0).all()
    bottom = int(np.flatnonzero((alpha == 255).any(axis=1))[-1])
    assert 20 < alpha[bottom + 1, SIDE // 2] < 255


def test_engraving_has_depth_and_foil_shines() -> None:
    boxes = [(25_000, 25_000, 75_000, 75_000)]
    flat = shown(boxes, rgb=RED, operation=Operation.ENGRAVE)
    engraved = shown(boxes, rgb=RED, operation=Operation.ENGRAVE, finish=Finish.ENGRAVED)
    edges = np.abs(engraved - flat)[..., :3].sum(axis=2)
    inner, rim = edges[70:90, 70:90], edges[48:112, 48:112]
    assert rim.max() > inner.max() + 20
    foil = shown(boxes, rgb=RED, operation=Operation.FOIL, finish=Finish.FOIL)
    assert np.abs(foil - flat)[70:90, 70:90, :3].sum() > 10 * 400


def test_a_blind_embossing_is_seen_without_ink() -> None:
    boxes = [(25_000, 25_000, 75_000, 75_000)]
    blind = shown(boxes, rgb=RED, operation=Operation.EMBOSS, finish=Finish.EMBOSSED)
    difference = np.abs(blind - sheet().shown)[..., :3].max(axis=2)
    assert difference.max() > 12
    assert difference[75:85, 75:85].max() <= 1


def test_a_g_buffer_is_read_as_it_was_written() -> None:
    data = to_bytes(sheet())
    again = from_bytes(data)
    assert to_bytes(again) == data
    design = layout([(0, 0, 50_000, 50_000)], SIZE)
    assert (picture(again, design, NoLibrary()) == picture(sheet(), design, NoLibrary())).all()


@pytest.mark.parametrize("cut", [0, 3, 11, 200, -64])
def test_a_g_buffer_that_was_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(RefusedFile) as refused:
        from_bytes(to_bytes(sheet())[:cut])
    assert refused.value.reason == "GBUFFER_BROKEN"


def test_a_g_buffer_whose_pixels_leave_the_picture_is_refused() -> None:
    broken = replace(sheet(), pixel=sheet().pixel + np.uint32(SIDE * SIDE))
    with pytest.raises(RefusedFile):
        from_bytes(to_bytes(broken))


def test_a_g_buffer_that_looks_beside_its_texture_is_refused() -> None:
    corner = sheet().corner.copy()
    corner[-1] = 2**31
    places = sheet().places.copy()
    places[0] += 1
    blocks = sheet().blocks.copy()
    blocks[-1, 1] += 1
    patches = sheet().patches.copy()
    patches[0, 3] = 5_000
    changes = ({"corner": corner}, {"places": places}, {"blocks": blocks}, {"patches": patches})
    for change in changes:
        with pytest.raises(RefusedFile):
            from_bytes(to_bytes(replace(sheet(), **change)))


def test_a_g_buffer_is_looked_up_in_a_mapped_file(tmp_path: Path) -> None:
    path = tmp_path / "front.lngb"
    path.write_bytes(to_bytes(sheet()))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        buffer = from_bytes(mapped)
        assert not buffer.shown.flags.owndata
        design = layout([(0, 0, 50_000, 50_000)], SIZE)
        found = picture(buffer, design, NoLibrary())
        del buffer
    assert (found == picture(sheet(), design, NoLibrary())).all()


def test_the_name_of_a_g_buffer_says_what_it_is_made_from() -> None:
    mesh = plane()
    gold = replace(mesh.materials[0], base_colour=(212, 175, 55, 255))
    names = {
        key("a" * 64, mesh.materials, FRONT),
        key("b" * 64, mesh.materials, FRONT),
        key("a" * 64, (gold,), FRONT),
        key("a" * 64, mesh.materials, replace(FRONT, azimuth_mdeg=1)),
        key("a" * 64, mesh.materials, FRONT, Background.STUDIO),
    }
    assert len(names) == 5
    assert key("a" * 64, mesh.materials, FRONT) in names


@pytest.mark.parametrize("finish", [Finish.NONE, Finish.FOIL])
def test_texels_drawn_once_give_the_same_picture_from_every_side(finish: Finish) -> None:
    design = layout([(5_000, 5_000, 90_000, 40_000)], (128_000, 44_000), rgb=RED, finish=finish)
    drawings = Drawings(design, NoLibrary())
    cameras = [replace(FRONT, azimuth_mdeg=turn) for turn in (0, 120_000, 200_000)]
    buffers = [prepare(cylinder(), camera) for camera in cameras]
    assert len({buffer.textures[0].mipmap for buffer in buffers}) == 1
    for buffer in buffers:
        found = picture_of(buffer, drawings)
        assert (found == picture(buffer, design, NoLibrary())).all()
        assert (found != buffer.shown).any()


def test_two_textures_meet_in_a_pixel_without_a_gap() -> None:
    """A sheet of two halves, each with a surface of its own: the pixels between them show both."""
    left, right = (replace(plane().materials[0], name=name, surface=name) for name in ("l", "r"))
    mesh = plane()
    points = np.array(
        [[-50, 100], [1, 100], [-50, 0], [1, 0], [1, 100], [50, 100], [1, 0], [50, 0]]
    )
    positions = np.zeros((8, 3), np.float32)
    positions[:, :2] = points / 1000
    halves = replace(
        mesh,
        positions=positions,
        normals=np.tile(mesh.normals, (2, 1)),
        uvs=np.tile(mesh.uvs, (2, 1)),
        triangles=np.concatenate([mesh.triangles, mesh.triangles + 4]).astype(np.int32),
        parts=(replace(mesh.parts[0]), replace(mesh.parts[0], material=1, first=2)),
        materials=(left, right),
    )
    buffer = prepare(halves, FRONT, ground=False)
    one = layout([(0, 0, 51_000, 100_000)], (51_000, 100_000), rgb=RED)
    surface = one.surfaces[0]
    both = replace(one, surfaces=(replace(surface, id="l"), replace(surface, id="r")))
    row = picture(buffer, both, NoLibrary())[80].astype(int)
    solid = row[(row[:, 3] == 255)]
    assert np.abs(solid[4:-4] - solid[len(solid) // 2]).max() <= 12


def test_kept_g_buffers_stay_within_their_bound() -> None:
    data = to_bytes(sheet())
    cache_of_one = GBuffers(2 * len(data) + 2)
    first = cache_of_one.get("a", data)
    assert cache_of_one.get("a", data) is first
    for name in "bcd":
        cache_of_one.get(name, data)
    assert cache_of_one.get("a", data) is not first


def test_the_ground_runs_out_before_the_picture_does() -> None:
    """Else a page of another colour would show where the picture ends."""
    wide = Camera(0, 20_000, 300_000, (0, 40_000, 0), 25_000, SIDE, SIDE)
    alpha = prepare(cylinder(), wide).shown[..., 3]
    assert (alpha > 0).any(axis=1).sum() > SIDE * 0.8
    for edge in (alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]):
        assert edge.max() == 0


def test_the_ground_mirrors_a_print_upside_down_and_faintly() -> None:
    camera = Camera(0, 10_000, 500_000, (0, 20_000, 0), 20_000, SIDE, SIDE)
    standing = prepare(plane(), camera, background=Background.STUDIO)
    low = layout([(20_000, 94_000, 80_000, 100_000)], SIZE, rgb=(0, 0, 0))
    changed = np.abs(picture(standing, low, NoLibrary()).astype(int) - standing.shown)[..., :3]
    rows = np.flatnonzero(changed.max(axis=(1, 2)) > 4)
    alpha = prepare(plane(), camera, ground=False).shown[..., 3]
    ground = int(np.flatnonzero((alpha == 255).any(axis=1))[-1])
    above, below = rows[rows <= ground], rows[rows > ground + 1]
    assert len(below) > 3
    assert below[-1] - ground == pytest.approx(ground - above[0] + 1, abs=2)
    assert 10 < changed[below].max() < 0.5 * changed[above].max()
    high = layout([(20_000, 10_000, 80_000, 60_000)], SIZE, rgb=(0, 0, 0))
    assert (
        picture(standing, high, NoLibrary())[ground + 1 :] == standing.shown[ground + 1 :]
    ).all()


def test_from_below_the_ground_nothing_is_mirrored() -> None:
    camera = Camera(0, -20_000, 500_000, (0, 40_000, 0), 20_000, SIDE, SIDE)
    alone = prepare(cylinder(), camera, ground=False)
    assert (prepare(cylinder(), camera).shown == alone.shown).all()


def test_a_studio_is_opaque_and_changes_nothing_on_the_product() -> None:
    camera = Camera(0, 14_000, 500_000, (0, 40_000, 0), 20_000, SIDE, SIDE)
    design = layout([(0, 0, 128_000, 44_000)], (128_000, 44_000), rgb=RED)
    there, around = (
        picture(prepare(cylinder(), camera, background=background), design, NoLibrary())
        for background in (Background.STUDIO, Background.TRANSPARENT)
    )
    assert (there[..., 3] == 255).all()
    assert there[:4, :, :3].min() > 215
    product = around[..., 3] == 255
    assert product.sum() > 1000
    assert np.abs(there[product].astype(int) - around[product]).max() <= 1


def test_a_product_out_of_sight_is_an_empty_picture() -> None:
    buffer = prepare(plane(), replace(FRONT, target_um=(5_000_000, 0, 0)), ground=False)
    assert not picture(buffer, layout([(0, 0, 9_000, 9_000)], SIZE), NoLibrary()).any()


def test_a_mesh_seen_from_behind_shows_its_other_side() -> None:
    behind = prepare(plane(), replace(FRONT, azimuth_mdeg=180_000), ground=False)
    assert behind.shown[80, 80].min() > 60


def test_only_a_whole_texture_that_meets_itself_closes_around() -> None:
    around, flat = cylinder(), plane()
    assert wraps(around, around.parts[0]) == (True, False)
    assert wraps(flat, flat.parts[0]) == (False, False)


def test_degenerate_triangles_among_others_change_nothing() -> None:
    mesh = plane()
    flat = np.array([[0, 0, 1], [2, 2, 2]], np.int32)
    part = replace(mesh.parts[0], count=4)
    more = Mesh(
        mesh.positions,
        mesh.normals,
        mesh.uvs,
        np.concatenate([mesh.triangles, flat]),
        (part,),
        mesh.materials,
    )
    assert (prepare(more, FRONT, ground=False).shown == sheet().shown).all()
