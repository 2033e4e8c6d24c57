"""A ticket is one page without fonts, whose codes scanners read and which says what is made."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import zxingcpp
from PIL import Image

from render_core.compose import Composition, compose
from render_core.errors import UnsupportedDesign
from render_core.export.ticket import ticket
from render_core.export.ticket_faces import TicketFaces, ticket_faces
from render_core.export.ticket_facts import PageSize, TicketFacts, facts_of
from render_core.files import LoadedDesign, load_design
from render_core.problems import Problem, Severity

ROOT = Path(__file__).resolve().parents[3]
FACTS = TicketFacts(
    code="K7Q2M9XB",
    link="https://shop.example/w/K7Q2M9XB",
    order="HO-2026-10482",
    quantity=3,
    due="2026-12-03",
    product="Engraved tag",
    options={"Metal": "Steel"},
)


@pytest.fixture(scope="module")
def faces() -> TicketFaces:
    return ticket_faces(ROOT / "node_modules" / "@expo-google-fonts")


@cache
def designed(name: str) -> tuple[LoadedDesign, Composition]:
    loaded = load_design(ROOT / "examples" / "designs" / f"{name}.json")
    return loaded, compose(loaded.design, loaded.library)


def page(
    faces: TicketFaces, facts: TicketFacts = FACTS, name: str = "tag-emma", *problems: Problem
) -> bytes:
    loaded, made = designed(name)
    template = loaded.design.template
    return ticket(made.layout, template, loaded.library, faces, facts, problems=problems)


def rastered(pdf: bytes, folder: Path, dpi: int = 150) -> np.ndarray:
    """The page as Ghostscript draws it, grey."""
    source, out = folder / "ticket.pdf", folder / "ticket.png"
    source.write_bytes(pdf)
    command = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=pnggray", f"-r{dpi}"]
    subprocess.run([*command, f"-sOutputFile={out}", str(source)], check=True, timeout=60)
    return np.asarray(Image.open(out))


@pytest.mark.outside
@pytest.mark.parametrize("size", list(PageSize))
def test_scanners_read_both_codes_at_150_dpi(
    faces: TicketFaces, tmp_path: Path, size: PageSize
) -> None:
    pixels = rastered(page(faces, replace(FACTS, page=size)), tmp_path)
    found = {(code.format.name, code.text) for code in zxingcpp.read_barcodes(pixels)}
    assert found == {("QRCode", FACTS.link), ("Code128", FACTS.code)}


@pytest.mark.outside
@pytest.mark.parametrize("size", list(PageSize))
def test_it_is_one_page_of_its_paper_with_a_margin_all_round(
    faces: TicketFaces, tmp_path: Path, size: PageSize
) -> None:
    data = page(faces, replace(FACTS, page=size))
    pixels = rastered(data, tmp_path, 100)
    width, height = {PageSize.A4: (210, 297), PageSize.A6: (105, 148)}[size]
    assert pixels.shape == pytest.approx((height / 0.254, width / 0.254), abs=3)
    dark = np.argwhere(pixels < 200)
    top, left = dark.min(0)
    bottom, right = dark.max(0)
    free = min(top, left, pixels.shape[0] - bottom, pixels.shape[1] - right) * 0.254
    assert free > width / 84  # 2.5 mm of an A4 page, where office printers begin to cut


def test_no_font_is_in_it(faces: TicketFaces, tmp_path: Path) -> None:
    path = tmp_path / "ticket.pdf"
    path.write_bytes(page(faces))
    with pikepdf.open(path) as document:
        assert len(document.pages) == 1
        kinds = {str(one.get("/Type", "")) for one in document.objects if hasattr(one, "get")}
    assert "/Font" not in kinds


def test_the_same_facts_give_the_same_bytes(faces: TicketFaces) -> None:
    assert page(faces) == page(faces)
    assert page(faces) != page(faces, replace(FACTS, quantity=4))


@pytest.mark.parametrize(
    "name",
    [
        "coaster-arabic",
        "tag-devanagari",
        "plaque-hebrew-mix",
        "tag-emoji",
        "mug-photo",
        "ring-words",
    ],
)
def test_every_script_and_kind_of_product_has_one(faces: TicketFaces, name: str) -> None:
    assert page(faces, FACTS, name).startswith(b"%PDF")


def test_words_of_any_length_and_script_stay_on_the_page(
    faces: TicketFaces, tmp_path: Path
) -> None:
    long = replace(
        FACTS,
        order="عَقْد-2026 — " * 20,
        product="Փորագրված 😀 tag " * 12,
        options={f"विकल्प {n}": "ตัวเลือกที่ยาวมาก " * 6 for n in range(20)},
        note="Κατά τη συσκευασία " * 60,
        quantity=1_000_000,
    )
    assert page(faces, long).startswith(b"%PDF")


def test_a_warning_stands_on_it(faces: TicketFaces) -> None:
    warning = Problem("OUTSIDE_SAFE_AREA", Severity.WARNING, "name", "It is close to the edge.")
    assert page(faces, FACTS, "tag-emma", warning) != page(faces)


@pytest.mark.parametrize("code", ["", "naïve", "x" * 81, "tab\t"])
def test_a_code_that_no_barcode_holds_is_refused(faces: TicketFaces, code: str) -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        page(faces, replace(FACTS, code=code))
    assert refused.value.reason == "TICKET_CODE_INVALID"


def test_its_facts_go_into_a_manifest_and_back() -> None:
    assert facts_of(json.loads(json.dumps(FACTS.document()))) == FACTS
