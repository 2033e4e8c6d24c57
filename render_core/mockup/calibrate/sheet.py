"""The chequerboard that is printed, laid on a product and photographed.

Squares of a known size, more of them along one side than along the other. Nothing marks its upper
left corner: the one nearest to the photo's is taken for it, so a sheet that lies upright is read right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core import vips
from render_core.raster.grid import UM_PER_INCH

_UM_PER_POINT: Final = UM_PER_INCH / 72
MARGIN_SQUARES: Final = 1


@dataclass(frozen=True, slots=True)
class Board:
    """columns, rows: squares. square_um: their side."""

    columns: int = 11
    rows: int = 8
    square_um: int = 8000

    @property
    def inner(self) -> tuple[int, int]:
        """How many corners there are between squares, across and down."""
        return self.columns - 1, self.rows - 1

    def corners_um(self) -> NDArray[np.float64]:
        """Return the inner corners from the board's top left corner, (n, 2), row by row."""
        columns, rows = self.inner
        x, y = np.meshgrid(np.arange(1, columns + 1), np.arange(1, rows + 1))
        places = np.stack([x.ravel(), y.ravel()], axis=1) * self.square_um
        return places.astype(np.float64)


def board_pixels(board: Board, square_px: int) -> NDArray[np.uint8]:
    """Return the board with a white margin: (h, w, 3); the square at the top left is black."""
    rows, columns = np.indices((board.rows, board.columns))
    squares = np.where((rows + columns) % 2 == 0, 0, 255).astype(np.uint8)
    plane = np.pad(squares, MARGIN_SQUARES, constant_values=255)
    plane = np.repeat(np.repeat(plane, square_px, axis=0), square_px, axis=1)
    return np.repeat(plane[..., None], 3, axis=2)


def board_png(board: Board, dpi: int = 300) -> bytes:
    """Return the sheet as PNG at its true size, to a pixel for each square."""
    square_px = round(board.square_um * dpi / UM_PER_INCH)
    return vips.png(board_pixels(board, square_px), dpi=square_px * UM_PER_INCH / board.square_um)


def board_pdf(board: Board) -> bytes:
    """Return the sheet as PDF, in vectors at its true size; the same bytes each time."""
    side = board.square_um / _UM_PER_POINT
    width, height = ((count + 2 * MARGIN_SQUARES) * side for count in (board.columns, board.rows))
    squares = [
        f"{(column + MARGIN_SQUARES) * side:.4f} {height - (row + 1 + MARGIN_SQUARES) * side:.4f} "
        f"{side:.4f} {side:.4f} re"
        for row in range(board.rows)
        for column in range(board.columns)
        if (row + column) % 2 == 0
    ]
    drawn = ("0 g\n" + "\n".join(squares) + "\nf\n").encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.4f} {height:.4f}] "
        "/Resources << >> /Contents 4 0 R >>".encode("ascii"),
        b"<< /Length %d >>\nstream\n%sendstream" % (len(drawn), drawn),
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
