"""`luneo mockup`: where a surface lies on a photo, found from points or from a printed board."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from services.cli import files
from services.cli.console import progress, write_plain
from services.cli.exits import CommandError, Exit

if TYPE_CHECKING:
    from render_core.mockup.calibrate.fit import Points
    from render_core.mockup.calibrate.sheet import Board
    from render_core.views import Placement

_NUMBER: Final = r"-?[0-9]+(?:\.[0-9]+)?"
_PAIR: Final = re.compile(rf"({_NUMBER}),({_NUMBER})")
_POINT: Final = re.compile(rf"({_NUMBER}),({_NUMBER})=({_NUMBER}),({_NUMBER})")
_COUNTS: Final = re.compile(r"([0-9]{1,3})x([0-9]{1,3})")
_KINDS: Final = ("quad", "cylinder", "net")

Squares = Annotated[str, typer.Option(metavar="COLUMNSxROWS", help="Squares of the board.")]
SquareMm = Annotated[float, typer.Option(min=0.5, max=200, help="Side of a square as printed.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Photos of products for mock-ups.", no_args_is_help=True)
    group.command()(calibrate)
    group.command()(checkerboard)
    app.add_typer(group, name="mockup")


def checkerboard(
    out: Annotated[Path, typer.Argument(metavar="OUT", help=".pdf or .png")],
    squares: Squares = "11x8",
    square_mm: SquareMm = 8.0,
) -> None:
    """Write a board to print, lay on a product and photograph. Print it at 100 %."""
    from render_core.mockup.calibrate import sheet

    board = _board(squares, square_mm)
    makers = {".pdf": sheet.board_pdf, ".png": sheet.board_png}
    if out.suffix.lower() not in makers:
        raise CommandError(f"{out.name}: name a file that ends in .pdf or .png.", Exit.USAGE)
    files.write(out, makers[out.suffix.lower()](board))
    width, height = (count * square_mm for count in (board.columns, board.rows))
    progress.print(f"{out}: {width:g} × {height:g} mm and a margin of one square", markup=False)


def calibrate(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="PNG, JPEG or WebP.")],
    width_mm: Annotated[float, typer.Option(min=1, max=3000, help="Of the surface.")],
    height_mm: Annotated[float, typer.Option(min=1, max=3000, help="Of the surface.")],
    surface: Annotated[str, typer.Option(help="Id of the surface.")] = "front",
    kind: Annotated[str, typer.Option(help="quad, cylinder or net.")] = "quad",
    corner: Annotated[
        list[str] | None,
        typer.Option(metavar="X,Y", help="Four of them, in pixels: clockwise from the top left."),
    ] = None,
    point: Annotated[
        list[str] | None,
        typer.Option(
            metavar="X,Y=PX,PY", help="A place on the surface in mm, and its pixel. Repeat it."
        ),
    ] = None,
    squares: Annotated[
        str | None, typer.Option(metavar="COLUMNSxROWS", help="Look for a board of such squares.")
    ] = None,
    square_mm: SquareMm = 8.0,
    at_mm: Annotated[
        str | None,
        typer.Option(
            metavar="X,Y", help="Where the board's corner lies; in the middle if not given."
        ),
    ] = None,
    diameter_mm: Annotated[
        float | None, typer.Option(min=1, max=3000, help="Of a cylinder.")
    ] = None,
    patches: Annotated[str, typer.Option(metavar="COLUMNSxROWS", help="Of a net.")] = "1x1",
    overlay: Annotated[
        Path | None, typer.Option(metavar="OUT.png", help="The photo with the surface's lines.")
    ] = None,
) -> None:
    """Find where a surface lies on a photo. Prints the placement for a product file.

    From --corner four times, from --point as often as you like, or from a photographed board
    (--squares); they may be given together. How far the points lie from what was found is told in
    pixels: more than one or two means a wrong point, diameter or kind.
    """
    from render_core.mockup.calibrate.fit import residual
    from render_core.mockup.calibrate.overlay import overlay as drawn
    from render_core.mockup.maps import Unplaceable

    size_um = (round(width_mm * 1000), round(height_mm * 1000))
    pixels = _photo(photo)
    board = _board(squares, square_mm) if squares else None
    points = _points(pixels, size_um, corner or [], point or [], board, at_mm)
    try:
        placement = _fitted(points, surface, kind, diameter_mm, patches)
        off = residual(points, placement)
    except Unplaceable as error:
        raise CommandError(str(error), Exit.BAD_INPUT) from error
    if overlay is not None:
        files.write(overlay, drawn(pixels, placement, points))
    write_plain(json.dumps(_document(placement), indent=2) + "\n")
    progress.print(
        f"{len(points.places_um)} points, off by {off.mean_px:.2f} pixels on average, "
        f"{off.largest_px:.2f} at most",
        markup=False,
    )


def _fitted(
    points: Points, surface: str, kind: str, diameter_mm: float | None, patches: str
) -> Placement:
    from render_core.mockup.calibrate.fit import fit_cylinder, fit_net, fit_quad

    if kind not in _KINDS:
        raise CommandError(f"--kind {kind}: choose one of {', '.join(_KINDS)}.", Exit.USAGE)
    if kind == "quad":
        return fit_quad(points, surface)
    if kind == "net":
        return fit_net(points, surface, *_counts(patches, "--patches"))
    if diameter_mm is None:
        raise CommandError("A cylinder needs --diameter-mm: measure it.", Exit.USAGE)
    return fit_cylinder(points, surface, round(diameter_mm * 1000))


def _points(
    pixels: Any, size_um: tuple[int, int], corners: list[str], points: list[str],
    board: Board | None, at_mm: str | None,
) -> Points:  # fmt: skip
    import numpy as np

    from render_core.mockup.calibrate.fit import Points
    from render_core.mockup.calibrate.saddles import NoBoard, find_board

    width, height = size_um
    places: list[list[float]] = []
    seen: list[list[float]] = []
    if corners:
        if len(corners) != 4:
            raise CommandError(f"--corner is given four times, not {len(corners)}.", Exit.USAGE)
        places += [[0, 0], [width, 0], [width, height], [0, height]]
        seen += [_numbers(_PAIR, text, "--corner") for text in corners]
    for text in points:
        x_mm, y_mm, x, y = _numbers(_POINT, text, "--point")
        places.append([x_mm * 1000, y_mm * 1000])
        seen.append([x, y])
    if board is not None:
        grey = pixels.astype(np.float64) @ np.array([0.2126, 0.7152, 0.0722])
        try:
            found = find_board(grey, *board.inner)
        except NoBoard as error:
            raise CommandError(str(error), Exit.BAD_INPUT) from error
        middle = [(size - count * board.square_um) / 2000
                  for size, count in zip(size_um, (board.columns, board.rows), strict=True)]  # fmt: skip
        at = _numbers(_PAIR, at_mm, "--at-mm") if at_mm else middle
        places += (board.corners_um() + np.array(at) * 1000).tolist()
        seen += found.tolist()
    if not places:
        raise CommandError("Give --corner, --point or --squares.", Exit.USAGE)
    return Points(np.array(places, np.float64), np.array(seen, np.float64), size_um)


def _photo(path: Path) -> Any:
    from render_core import vips
    from render_core.errors import RefusedFile

    try:
        return vips.to_pixels(vips.flatten(vips.load(path.read_bytes())))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", Exit.BAD_INPUT) from error
    except RefusedFile as error:
        raise CommandError(error.message, Exit.BAD_INPUT) from error


def _document(placement: Placement) -> dict[str, Any]:
    """Return a placement as the product file has it."""

    def place(point: tuple[int, int]) -> dict[str, int]:
        return {"x_millipx": point[0], "y_millipx": point[1]}

    document: dict[str, Any] = {
        "surface": placement.surface,
        "top_left": place(placement.top_left_millipx),
        "top_right": place(placement.top_right_millipx),
        "bottom_left": place(placement.bottom_left_millipx),
    }
    if placement.bottom_right_millipx is not None:
        document["bottom_right"] = place(placement.bottom_right_millipx)
    if placement.bend is not None:
        document["cylinder"] = {
            "points": [place(point) for point in placement.bend.points_millipx],
            "diameter_um": placement.bend.diameter_um,
            "from_um": placement.bend.from_um,
            "to_um": placement.bend.to_um,
        }
    if placement.net is not None:
        document["net"] = {
            "columns": placement.net.columns,
            "rows": placement.net.rows,
            "points": [place(point) for point in placement.net.points_millipx],
        }
    return document


def _board(squares: str, square_mm: float) -> Board:
    from render_core.mockup.calibrate.sheet import Board

    columns, rows = _counts(squares, "--squares")
    if min(columns, rows) < 4:
        raise CommandError("A board has at least 4 squares each way.", Exit.USAGE)
    return Board(columns, rows, round(square_mm * 1000))


def _counts(text: str, option: str) -> tuple[int, int]:
    found = _COUNTS.fullmatch(text)
    if not found:
        raise CommandError(f"{option} {text}: write it as 11x8.", Exit.USAGE)
    return int(found[1]), int(found[2])


def _numbers(pattern: re.Pattern[str], text: str, option: str) -> list[float]:
    found = pattern.fullmatch(text)
    if not found:
        shape = "X,Y=PX,PY" if pattern is _POINT else "X,Y"
        raise CommandError(f"{option} {text}: write it as {shape}.", Exit.USAGE)
    return [float(number) for number in found.groups()]
