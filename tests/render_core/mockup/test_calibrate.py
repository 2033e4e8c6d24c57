"""Placements found on photographs whose truth is known: made by ray, noisy, soft, in perspective."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pikepdf
import pytest
from numpy.typing import NDArray
from PIL import Image

from render_core.mockup.calibrate.fit import Points, fit_cylinder, fit_net, fit_quad, residual
from render_core.mockup.calibrate.saddles import NoBoard, find_board
from render_core.mockup.calibrate.sheet import Board, board_pdf, board_png
from render_core.mockup.maps import Unplaceable
from render_core.mockup.placing import map_of
from render_core.mockup.warped import Warped
from render_core.views import Placement
from tests.render_core.mockup.placements import HEIGHT_UM, PLACEMENTS, WIDTH_UM

Floats = NDArray[np.float64]
SIZE = (WIDTH_UM, HEIGHT_UM)
# On the surface of 80 × 40 mm: 14 × 7 squares of 5 mm, the board's corner at 5, 2.5 mm.
BOARD = Board(14, 7, 5_000)
AT_UM = np.array([5_000.0, 2_500.0])
FITS: dict[str, Callable[[Points], Placement]] = {
    "quad": lambda points: fit_quad(points, "front"),
    "cylinder": lambda points: fit_cylinder(points, "front", 60_000),
    "patch": lambda points: fit_net(points, "front"),
}


def photograph(name: str, *, noise: float = 3.0, blur: int = 1, seed: int = 1) -> Floats:
    """Return a photo of 800 × 600 of the board on the surface: 25 samples a pixel, soft, noisy."""
    fine = 5
    surface = map_of(PLACEMENTS[name], WIDTH_UM)
    grid = Warped(800 * fine, 600 * fine, surface, SIZE, (float(fine), float(fine)))
    x_um, y_um = grid.places(0, 0, 800 * fine, 600 * fine)
    column, row = (
        np.floor((plane - at) / BOARD.square_um)
        for plane, at in ((x_um, AT_UM[0]), (y_um, AT_UM[1]))
    )
    on_board = (column >= 0) & (column < BOARD.columns) & (row >= 0) & (row < BOARD.rows)
    white = ~on_board | ((column + row) % 2 == 1)
    shade = np.linspace(0.75, 1.0, white.shape[1])
    light = np.where(white, 215.0, 38.0) * shade
    light = np.where((x_um == 0) & (y_um == 0), 130.0, light)
    photo = light.reshape(600, fine, 800, fine).mean(axis=(1, 3))
    for _ in range(blur):
        photo = (np.roll(photo, 1, 0) + 2 * photo + np.roll(photo, -1, 0)) / 4
        photo = (np.roll(photo, 1, 1) + 2 * photo + np.roll(photo, -1, 1)) / 4
    noisy: Floats = np.rint(photo + np.random.default_rng(seed).normal(0, noise, photo.shape))
    return noisy.clip(0, 255)


def seen_on(name: str, photo: Floats) -> Points:
    return Points(BOARD.corners_um() + AT_UM, find_board(photo, *BOARD.inner), SIZE)


def error_px(found: Placement, name: str, margin: float = 0.0) -> float:
    """Return how far the surface, tried everywhere, is off: the farthest place in pixels."""
    truth, ours = (map_of(one, WIDTH_UM) for one in (PLACEMENTS[name], found))
    u, v = np.meshgrid(np.linspace(margin, 1 - margin, 41), np.linspace(margin, 1 - margin, 41))
    (x, y), (true_x, true_y) = ours.points(u, v), truth.points(u, v)
    return float(np.hypot(x - true_x, y - true_y).max())


@pytest.mark.parametrize("name", FITS)
def test_a_board_is_found_and_the_surface_placed_to_half_a_pixel(name: str) -> None:
    points = seen_on(name, photograph(name))
    x, y = map_of(PLACEMENTS[name], WIDTH_UM).points(*points.uv)
    found = np.hypot(x - points.seen_px[:, 0], y - points.seen_px[:, 1])
    assert np.sqrt((found * found).mean()) < 0.1
    placement = FITS[name](points)
    assert residual(points, placement).mean_px < 0.15
    # The board leaves a rim of 12 % of the surface free, where a net can only guess.
    assert error_px(placement, name, margin=0.12 if name == "patch" else 0.0) < 0.5


@pytest.mark.parametrize(("noise", "blur"), [(0.0, 0), (10.0, 2), (4.0, 6)])
def test_noise_and_blur_cost_less_than_half_a_pixel(noise: float, blur: int) -> None:
    photo = photograph("cylinder", noise=noise, blur=blur)
    assert error_px(FITS["cylinder"](seen_on("cylinder", photo)), "cylinder") < 0.5


def test_four_corners_are_a_plane_in_perspective() -> None:
    surface = map_of(PLACEMENTS["quad"], WIDTH_UM)
    u, v = np.array([0.0, 1, 1, 0]), np.array([0.0, 0, 1, 1])
    seen = np.stack(surface.points(u, v), axis=1)
    points = Points(np.stack([u, v], axis=1) * SIZE, seen, SIZE)
    assert error_px(fit_quad(points, "front"), "quad") < 0.01


def test_corners_and_points_along_the_curved_edges_are_a_cylinder() -> None:
    surface = map_of(PLACEMENTS["cylinder"], WIDTH_UM)
    u = np.array([0.1, 0.3, 0.5, 0.7, 0.9] * 2)
    v = np.repeat([0.0, 1.0], 5)
    jitter = np.random.default_rng(4).normal(0, 0.15, (10, 2))
    seen = np.stack(surface.points(u, v), axis=1) + jitter
    points = Points(np.stack([u, v], axis=1) * SIZE, seen, SIZE)
    assert error_px(fit_cylinder(points, "front", 60_000), "cylinder", margin=0.1) < 0.5


def test_a_net_is_stiff_where_no_point_says_how_it_bends() -> None:
    surface = map_of(PLACEMENTS["quad"], WIDTH_UM)
    u, v = (
        plane.ravel() for plane in np.meshgrid(np.linspace(0.3, 0.7, 5), np.linspace(0.3, 0.7, 5))
    )
    seen = np.stack(surface.points(u, v), axis=1)
    net = fit_net(Points(np.stack([u, v], axis=1) * SIZE, seen, SIZE), "front")
    assert error_px(net, "quad", margin=0.25) < 2


def test_a_photo_without_a_board_is_told_so() -> None:
    with pytest.raises(NoBoard, match="13 × 6"):
        find_board(np.random.default_rng(1).uniform(0, 255, (200, 300)), 13, 6)


def test_too_few_points_are_told_so() -> None:
    few = Points(np.zeros((3, 2)), np.zeros((3, 2)), SIZE)
    with pytest.raises(Unplaceable, match="4 points"):
        fit_quad(few, "front")


def test_the_sheet_is_printed_at_its_true_size() -> None:
    board = Board(11, 8, 8_000)
    with pikepdf.open(io.BytesIO(board_pdf(board))) as pdf:
        assert [float(value) for value in pdf.pages[0].MediaBox][2:] == pytest.approx(
            [13 * 8 * 72 / 25.4, 10 * 8 * 72 / 25.4], abs=0.001
        )
    picture = Image.open(io.BytesIO(board_png(board)))
    assert picture.width / picture.info["dpi"][0] * 25.4 == pytest.approx(13 * 8, abs=0.1)
    assert board_pdf(board) == board_pdf(board)
