"""A single-line font from its upload to the files of the workshop: open lines all the way."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePath

import numpy as np
import pikepdf
import pytest
from ezdxf.filemanagement import read
from luneo.design.v1 import text_rules_pb2
from luneo.manufacturing.v1 import export_pack_pb2
from luneo.snapshot.v1 import snapshot_pb2
from luneo.spec.v1 import font_pb2, font_service_pb2
from PIL import Image

from render_core.export.ticket import TICKET
from tests.flows.house import Brand, named
from tests.flows.making import pack, picture, preview_of
from tests.fonts import fonts_dir
from tests.spec.shop import product, text_zone

SVG = fonts_dir() / "../hersheytext/svg_fonts/EMSReadability.svg"
WIDTH_UM = 700


@pytest.fixture(scope="module")
def revision(acme: Brand) -> str:
    """A published product that is engraved with an uploaded single-line font."""
    font = acme.call(
        "FontService/CreateFont",
        font_service_pb2.CreateFontRequest(
            parent=acme.name,
            font=font_pb2.Font(display_name="Single line"),
            data=SVG.read_bytes(),
        ),
    )
    rules = text_rules_pb2.TextRules(line_width_um=WIDTH_UM)
    zone = text_zone(font.name, text=rules)
    made: str = acme.published(product(zone)).name
    return made


@pytest.fixture(scope="module")
def kept(acme: Brand, revision: str) -> snapshot_pb2.Snapshot:
    return acme.keep(named(revision, "Zoë"))


@pytest.fixture(scope="module")
def files(acme: Brand, kept: snapshot_pb2.Snapshot) -> dict[str, bytes]:
    """The files of the pack by their endings, without its ticket."""
    done = acme.wait(pack(acme, kept.name))
    made = export_pack_pb2.ExportPack()
    assert done.response.Unpack(made), done
    data = acme.process.runtime.objects.get(acme.brand, made.result.sha256)
    archive = zipfile.ZipFile(io.BytesIO(data))
    drawn = [name for name in archive.namelist() if name != TICKET]
    return {PurePath(name).suffix: archive.read(name) for name in drawn}


def test_the_svg_strokes_open_lines_of_the_tool_s_width(files: dict[str, bytes]) -> None:
    svg = files[".svg"].decode()
    (path,) = re.findall(r'<path[^>]*stroke-width="0\.7"[^>]*>', svg)
    assert 'fill="none"' in path or 'fill="none"' in svg
    (data,) = re.findall(r' d="([^"]*)"', path)
    assert data.startswith("M")
    assert "Z" not in data.upper()


def test_the_dxf_has_open_polylines(files: dict[str, bytes]) -> None:
    drawing = read(io.StringIO(files[".dxf"].decode()))
    lines = drawing.modelspace().query("LWPOLYLINE")
    assert len(lines) >= 3  # Z, o, and e with its dots.
    assert not any(line.dxf.flags & 1 for line in lines)  # Bit 1: closed.


def test_the_pdf_strokes_and_fills_nothing(files: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(files[".pdf"])) as pdf:
        drawn = [
            (str(command.operator), command.operands)
            for command in pikepdf.parse_content_stream(pdf.pages[0])
        ]
    operators = {operator for operator, _ in drawn}
    assert "S" in operators
    assert not operators & {"f", "F", "f*", "B", "B*", "b", "b*", "s", "h"}
    scale = 72 / 25.4
    widths = [float(operands[0]) for operator, operands in drawn if operator == "w"]
    assert any(width == pytest.approx(0.7 * scale, abs=0.01) or width == 0.7 for width in widths)


def test_the_picture_shows_lines_and_no_filled_letters(acme: Brand, revision: str) -> None:
    preview = preview_of(acme, named(revision, "O"))
    shown = np.asarray(Image.open(io.BytesIO(picture(acme, preview))).convert("L"))
    rows, columns = np.nonzero(shown < 128)
    assert columns.max() - columns.min() > 8
    # Inside of the O is no ink.
    assert shown[(rows.min() + rows.max()) // 2, (columns.min() + columns.max()) // 2] > 200
