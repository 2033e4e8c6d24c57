"""Programs of others that look at our files: each returns a mask (h, w) at 1,200 dpi."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path

import numpy as np
import pyvips
from ezdxf import path as dxf_path
from ezdxf.addons.drawing import Frontend, RenderContext, layout
from ezdxf.addons.drawing import svg as dxf_svg
from ezdxf.document import Drawing
from ezdxf.filemanagement import read as read_dxf
from ezdxf.math import BoundingBox2d

from tests import system
from tests.render_core.edges import DPI, Mask

HALF = 127
SVG_LOADER = "VipsForeignLoadSvg"


@contextmanager
def svg_loader() -> Iterator[None]:
    """Let libvips use librsvg for a moment; in our own processes it may not."""
    pyvips.operation_block_set(SVG_LOADER, False)
    try:
        yield
    finally:
        pyvips.operation_block_set(SVG_LOADER, True)


def librsvg(svg: bytes) -> Mask:
    """Rasterise an SVG by librsvg."""
    with svg_loader():
        image = pyvips.Image.svgload_buffer(svg, dpi=72, scale=DPI / 72)
        memory = image[3].write_to_memory()
    alpha = np.frombuffer(memory, np.uint8).reshape(image.height, image.width)
    mask: Mask = alpha > HALF
    return mask


def ghostscript(pdf: bytes, folder: Path) -> Mask:
    """Rasterise the first page of a PDF by Ghostscript, dark on white.

    At twice the resolution and averaged: Ghostscript paints every quarter pixel that a shape
    touches, which moves a sharp tip by more than the tolerance at 1,200 dpi.
    """
    system.program("ghostscript", "gs")
    source, target = folder / "page.pdf", folder / "page.pgm"
    source.write_bytes(pdf)
    subprocess.run(
        [
            "gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=pgmraw", f"-r{2 * DPI}",
            "-dGraphicsAlphaBits=4", "-dFirstPage=1", "-dLastPage=1",
            f"-sOutputFile={target}", str(source),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    fine = _pgm(target.read_bytes()).astype(np.uint16)
    rows, columns = fine.shape[0] // 2, fine.shape[1] // 2
    fine = fine[: 2 * rows, : 2 * columns]
    mask: Mask = fine.reshape(rows, 2, columns, 2).sum(axis=(1, 3)) < 4 * HALF
    return mask


def poppler(pdf: bytes, folder: Path) -> Mask:
    """Rasterise the first page of a PDF by poppler, dark on white."""
    system.program("poppler-utils", "pdftoppm")
    source = folder / "page.pdf"
    source.write_bytes(pdf)
    command = ["pdftoppm", "-r", str(DPI), "-gray", "-f", "1", "-l", "1", "-singlefile"]
    subprocess.run([*command, str(source), str(folder / "poppler")], check=True)
    return _pgm((folder / "poppler.pgm").read_bytes()) < HALF


def ezdxf_drawing(dxf: bytes, width_mm: float, height_mm: float) -> Mask:
    """Let ezdxf draw a DXF (its drawing add-on), fill the closed contours, rasterise by librsvg."""
    document = read_dxf(io.StringIO(dxf.decode()))
    audit = document.audit()
    assert not audit.has_errors
    assert not audit.has_fixes
    widths = [entity.dxf.get("const_width", 0) for entity in document.modelspace()]
    body = _strokes(document, height_mm) if any(widths) else _fills(document, width_mm, height_mm)
    size = f'width="{width_mm}mm" height="{height_mm}mm"'
    return librsvg(f'<svg xmlns="http://www.w3.org/2000/svg" {size} {body}</svg>'.encode())


def _fills(document: Drawing, width_mm: float, height_mm: float) -> str:
    """The add-on rounds pages to whole millimetres: it gets such a page, we cut out ours."""
    page_width, page_height = ceil(width_mm), ceil(height_mm)
    backend = dxf_svg.SVGBackend()
    Frontend(RenderContext(document), backend).draw_layout(document.modelspace())
    drawn = backend.get_string(
        layout.Page(page_width, page_height, layout.Units.mm, margins=layout.Margins.all(0)),
        settings=layout.Settings(fit_page=False, scale=1),
        render_box=BoundingBox2d([(0, height_mm - page_height), (page_width, height_mm)]),
    )
    view = re.search(r'viewBox="0 0 (\d+) \d+"', drawn)
    assert view is not None
    per_mm = int(view[1]) / page_width
    contours = " ".join(re.findall(r'<path d="([^"]+)"', drawn))
    return f'viewBox="0 0 {width_mm * per_mm} {height_mm * per_mm}"><path d="{contours}"/>'


def _strokes(document: Drawing, height_mm: float) -> str:
    """Centre lines as a round tool leaves them; ezdxf itself would draw flat ends."""
    lines = []
    for entity in document.modelspace():
        along = dxf_path.make_path(entity).flattening(0.001)
        points = " ".join(f"{point.x:.5f},{height_mm - point.y:.5f}" for point in along)
        lines.append(f'<polyline points="{points}" stroke-width="{entity.dxf.const_width}"/>')
    look = 'fill="none" stroke="#000" stroke-linecap="round" stroke-linejoin="round"'
    return f'viewBox="0 0 {width_mm_of(document)} {height_mm}"><g {look}>{"".join(lines)}</g>'


def width_mm_of(document: Drawing) -> float:
    return float(document.header["$EXTMAX"][0])


def _pgm(data: bytes) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    match = re.match(rb"P5\s+(?:#[^\n]*\n\s*)*(\d+)\s+(\d+)\s+255\s", data)
    assert match is not None
    width, height = int(match[1]), int(match[2])
    return np.frombuffer(data, np.uint8, width * height, match.end()).reshape(height, width)


def read_ppm(data: bytes) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """Return the pixels (h, w, 3) of a binary PPM."""
    match = re.match(rb"P6\s+(?:#[^\n]*\n\s*)*(\d+)\s+(\d+)\s+255\s", data)
    assert match is not None
    width, height = int(match[1]), int(match[2])
    return np.frombuffer(data, np.uint8, width * height * 3, match.end()).reshape(height, width, 3)
