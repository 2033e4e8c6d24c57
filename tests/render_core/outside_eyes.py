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

Colours = np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]  # (h, w, 3 or 4)


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
    mask: Mask = _svg_pixels(svg)[..., 3] > HALF
    return mask


def librsvg_colours(svg: bytes) -> Colours:
    """Rasterise an SVG by librsvg, on white."""
    pixels = _svg_pixels(svg).astype(np.uint16)
    alpha = pixels[..., 3:]
    return ((pixels[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def _svg_pixels(svg: bytes) -> Colours:
    with svg_loader():
        image = pyvips.Image.svgload_buffer(svg, dpi=72, scale=DPI / 72)
        memory = image.write_to_memory()
    return np.frombuffer(memory, np.uint8).reshape(image.height, image.width, image.bands)


def ghostscript(pdf: bytes, folder: Path) -> Mask:
    """Rasterise the first page of a PDF by Ghostscript, dark on white.

    At twice the resolution and averaged: Ghostscript paints every quarter pixel that a shape
    touches, which moves a sharp tip by more than the tolerance at 1,200 dpi.
    """
    mask: Mask = _halved(_pgm(_ghostscript(pdf, folder, "pgmraw"))[..., None])[..., 0] < 4 * HALF
    return mask


def ghostscript_colours(pdf: bytes, folder: Path) -> Colours:
    """Rasterise the first page of a PDF by Ghostscript, as `ghostscript` does, in colour."""
    fine = read_ppm(_ghostscript(pdf, folder, "ppmraw"))
    return ((_halved(fine) + 2) // 4).astype(np.uint8)


def _ghostscript(pdf: bytes, folder: Path, device: str) -> bytes:
    system.program("ghostscript", "gs")
    source, target = folder / "page.pdf", folder / "page.pnm"
    source.write_bytes(pdf)
    subprocess.run(
        [
            "gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", f"-sDEVICE={device}", f"-r{2 * DPI}",
            "-dGraphicsAlphaBits=4", "-dFirstPage=1", "-dLastPage=1",
            f"-sOutputFile={target}", str(source),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return target.read_bytes()


def _halved(fine: Colours) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint16]]:
    """Return the sums of two by two pixels (h, w, c)."""
    rows, columns = fine.shape[0] // 2 * 2, fine.shape[1] // 2 * 2
    parts = [
        fine[top:rows:2, left:columns:2].astype(np.uint16) for top in (0, 1) for left in (0, 1)
    ]
    return parts[0] + parts[1] + parts[2] + parts[3]


def poppler(pdf: bytes, folder: Path) -> Mask:
    """Rasterise the first page of a PDF by poppler, dark on white."""
    return _pgm(_poppler(pdf, folder, "pgm", "-gray")) < HALF


def poppler_colours(pdf: bytes, folder: Path) -> Colours:
    """Rasterise the first page of a PDF by poppler, in colour."""
    return read_ppm(_poppler(pdf, folder, "ppm"))


def _poppler(pdf: bytes, folder: Path, ending: str, *options: str) -> bytes:
    system.program("poppler-utils", "pdftoppm")
    source = folder / "page.pdf"
    source.write_bytes(pdf)
    command = ["pdftoppm", "-r", str(DPI), *options, "-f", "1", "-l", "1", "-singlefile"]
    subprocess.run([*command, str(source), str(folder / "poppler")], check=True)
    return (folder / f"poppler.{ending}").read_bytes()


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
