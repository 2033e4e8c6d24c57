"""A picture with transparency, from the file that a shopper sends to the cut of its pack: all of it is kept."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import shapely
from ezdxf.filemanagement import read
from ezdxf.path import make_path
from PIL import Image

from render_core.compose import compose
from render_core.design import ArtworkValue
from render_core.export.pack import PackParts, build_pack
from render_core.export.verify import verify_pack
from render_core.intake.images import normalise_image
from render_core.making.machines import machine
from render_core.making.profile import ContourCut, FileFormat, Marks
from tests.fonts import FontLibrary
from tests.render_core.composing import artwork_zone, design, sha

SIDE_PX, SIDE_MM = 600, 30
FACE_MM = SIDE_MM + 10


def sent() -> bytes:
    """Return a PNG as graphics programs write it: a soft disc with an arm, a hole and a far dot."""
    down, across = np.mgrid[0:SIDE_PX, 0:SIDE_PX] + 0.5
    disc = 160 - np.hypot(across - 260, down - 330)
    arm = np.minimum(18 - np.abs(down - 150 - (across - 300) * 0.3), 230 - np.abs(across - 330))
    dot = 25 - np.hypot(across - 520, down - 520)
    alpha = np.clip(np.maximum.reduce([disc, arm, dot]) + 0.5, 0, 1)
    alpha *= np.clip(np.hypot(across - 260, down - 330) - 60, 0, 1)
    pixels = np.empty((SIDE_PX, SIDE_PX, 4), np.uint8)
    pixels[..., :3] = (200, 60, 40)
    pixels[..., 3] = np.rint(alpha * 255)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("offset_um", [500, 2_000])
def test_the_cut_of_a_pack_is_the_offset_off_every_opaque_pixel(offset_um: int) -> None:
    kept = normalise_image(sent())
    assert kept.had_alpha
    zone = artwork_zone(SIDE_MM, SIDE_MM)
    whole = design(zone, ArtworkValue(sha(kept.png)))
    library = FontLibrary(kept.png)
    made = compose(whole, library)
    cutter = replace(
        machine("print-and-cut"),
        formats=(FileFormat.PDF, FileFormat.DXF),
        contour=ContourCut(offset_um, 0, follow_alpha=True),
        marks=Marks(),
    )
    parts = PackParts(problems=made.problems, machines=(cutter,))
    job = {"spec_hash": "ab" * 32, "product_revision": "brands/a/products/b/revisions/1"}
    data = build_pack(made.layout, whole.template, library, job=job, dpi=100, parts=parts)
    assert verify_pack(data).ok
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    cut = contour(files["machines/print-and-cut/front.dxf"])
    pixels = opaque_mm(sent())
    assert shapely.contains(cut, pixels).all()
    off = shapely.distance(cut.boundary, pixels)
    assert off.min() == pytest.approx(offset_um / 1000, abs=0.06)  # A pixel is 0.05 mm.
    # And nowhere further out than asked for: each place of the cut has a pixel as near.
    far = shapely.distance(
        shapely.points(shapely.get_coordinates(cut)), shapely.multipoints(pixels)
    )
    assert far.max() == pytest.approx(offset_um / 1000, abs=0.06)
    assert "CutContour" in json.dumps(json.loads(files["machines/print-and-cut/machine.json"]))


def contour(data: bytes) -> shapely.MultiPolygon:
    """Return what the cut of a DXF encloses, in mm, as ezdxf reads its curves."""
    drawn = read(io.StringIO(data.decode())).modelspace().query('*[layer=="CUTCONTOUR"]i')
    rings = [[tuple(place)[:2] for place in make_path(one).flattening(0.005)] for one in drawn]
    return shapely.MultiPolygon([shapely.Polygon(ring) for ring in rings])


def opaque_mm(png: bytes) -> np.ndarray:
    """Return the middles of the opaque pixels at an edge of what is seen, as the machine counts."""
    alpha = np.array(Image.open(io.BytesIO(png)))[..., 3]
    seen = alpha >= 128
    inner = seen.copy()
    for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
        inner &= np.roll(seen, step, axis=axis)
    edge = seen & ~inner
    down, across = np.nonzero(edge)
    scale = SIDE_MM / SIDE_PX
    return shapely.points((across + 0.5) * scale, FACE_MM - (down + 0.5) * scale)
