"""Live text of an SVG, outlined with the brand's fonts: as librsvg sets it with the same files."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from render_core.errors import RefusedFile
from render_core.intake.svg_fonts import BrandFont, BrandFonts
from render_core.intake.vectors import normalise_vector
from tests.fonts import FACES, font_bytes, fonts_dir
from tests.render_core.intake.making import svg

FONTS = (
    BrandFont("Noto Sans", "Regular", font_bytes("sans")),
    BrandFont("Great Vibes", "Regular", font_bytes("script")),
    BrandFont("Playfair Display", "Regular", font_bytes("serif")),
    BrandFont("Amiri", "Regular", font_bytes("arabic")),
    BrandFont("Inter", "Regular", font_bytes("variable")),
)

PICTURES = {
    "one line": '<text x="5" y="30" font-family="Noto Sans" font-size="16">Emma &amp; Noah</text>',
    "in a script face": '<text x="5" y="30" font-family="\'Great Vibes\', cursive" '
    'font-size="20px" fill="#b00020">Margaret Fields</text>',
    "anchored in the middle": '<text x="50" y="30" text-anchor="middle" style="font-family:Playfair '
    'Display;font-size:12pt">AVATAR Toy</text>',
    "anchored at the end": '<text x="95" y="30" text-anchor="end" font-family="Noto Sans" '
    'font-size="14">Ends here</text>',
    "two lines of tspans": '<g font-family="Noto Sans" font-size="9"><text x="5" y="15">'
    '<tspan x="5" dy="0">First line</tspan><tspan x="5" dy="14">and <tspan fill="red">the</tspan> '
    "second</tspan></text></g>",
    "shifted": '<text x="5" y="30" font-family="Noto Sans" font-size="12">up<tspan dy="-8" dx="4">and'
    '</tspan><tspan dy="8">down</tspan></text>',
    "spaces collapse": '<text x="5" y="30" font-family="Noto Sans" font-size="10">\n  a   b\n'
    "  <tspan> c </tspan> d\n</text>",
    "spaces are kept": '<text x="5" y="30" font-family="Noto Sans" font-size="10" xml:space="preserve">'
    "  a   b</text>",
    "spaced letters": '<text x="5" y="30" font-family="Noto Sans" font-size="10" '
    'letter-spacing="3">office</text>',
    "stroked and turned": '<text transform="translate(20 40) rotate(-20)" font-family="Playfair Display" '
    'font-size="18" fill="none" stroke="navy" stroke-width=".6">Turned</text>',
    "styled by a sheet": "<style>text{font:inherit;font-family:Noto Sans;font-size:13px}.r{fill:red}</style>"
    '<text x="5" y="30">By <tspan class="r">class</tspan></text>',
    "arabic": '<text x="10" y="35" font-family="Amiri" font-size="20">مرحبا بالعالم</text>',
    "used twice": '<defs><text id="t" font-family="Noto Sans" font-size="10">Again</text></defs>'
    '<use href="#t" x="5" y="20"/><use href="#t" x="50" y="40"/>',
    "clipped": '<clipPath id="c"><circle cx="30" cy="25" r="15"/></clipPath>'
    '<text clip-path="url(#c)" x="5" y="32" font-family="Noto Sans" font-size="20">Clipped</text>',
}  # fmt: skip


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    documents = {name: svg(body) for name, body in PICTURES.items()}
    both = [
        data for one in documents.values() for data in (one, _as_svg(normalise_vector(one, FONTS)))
    ]
    drawn = _drawn(both, tmp_path_factory.mktemp("fonts"))
    return {name: (drawn[2 * at], drawn[2 * at + 1]) for at, name in enumerate(documents)}


def _as_svg(body: bytes) -> bytes:
    document = json.loads(body)
    paths = "".join(
        f'<path d="{path["d"]}" fill-rule="{path["fill_rule"]}" fill="rgb{tuple(path["rgb"])}"/>'
        for path in document["paths"]
    )
    size = f"{document['width_um']} {document['height_um']}"
    return svg(paths, f'width="100mm" height="50mm" viewBox="0 0 {size}"')


_LIBRSVG = """
import sys, pyvips
drawn = [
    pyvips.Image.svgload_buffer(data, dpi=96, scale=254 / 96).flatten(background=[255, 255, 255])
    for data in sys.stdin.buffer.read().split(b"\\0")
]
sys.stdout.buffer.write(pyvips.Image.arrayjoin(drawn, across=1).pngsave_buffer())
"""


def _drawn(documents: list[bytes], folder: Path) -> list[np.ndarray]:
    """Draw SVGs with librsvg that knows our faces and no others."""
    used = {
        (fonts_dir() / FACES[name]).resolve().parent
        for name in ("sans", "script", "serif", "arabic")
    }
    places = "".join(f"<dir>{place}</dir>" for place in sorted(used))
    config = folder / "fonts.conf"
    config.write_text(f"<fontconfig>{places}<cachedir>{folder}</cachedir></fontconfig>")
    done = subprocess.run(
        [sys.executable, "-c", _LIBRSVG],
        input=b"\0".join(documents),
        env={"FONTCONFIG_FILE": str(config), "HOME": str(folder)},
        capture_output=True,
        check=True,
    )
    with Image.open(BytesIO(done.stdout)) as opened:
        pixels = np.asarray(opened.convert("RGB")).astype(np.int16)
    return np.split(pixels, len(documents))


@pytest.mark.parametrize("name", PICTURES)
def test_text_is_outlined_as_librsvg_sets_it(
    looks: dict[str, tuple[np.ndarray, np.ndarray]], name: str
) -> None:
    original, kept = looks[name]
    assert (original != 255).any()
    assert (kept != 255).any()
    differs = float((np.abs(original - kept).max(axis=2) > 100).mean())
    inked = float(((original != 255).any(axis=2) | (kept != 255).any(axis=2)).mean())
    assert differs < 0.04 * inked


def refusal(body: str, fonts: tuple[BrandFont, ...] = FONTS) -> RefusedFile:
    with pytest.raises(RefusedFile) as refused:
        normalise_vector(svg(body), fonts)
    assert refused.value.message.endswith(".")
    return refused.value


@pytest.mark.parametrize("family", ["Comic Sans MS", "Helvetica, Arial, sans-serif"])
def test_a_font_that_the_brand_lacks_is_named(family: str) -> None:
    refused = refusal(f'<text font-family="{family}">Hi</text>')
    assert refused.reason == "SVG_TEXT_FONT_UNKNOWN"
    assert family.partition(",")[0] in refused.message


def test_text_without_a_font_and_brands_without_fonts_are_refused() -> None:
    assert refusal("<text>Hi</text>").reason == "SVG_TEXT_FONT_UNKNOWN"
    refused = refusal('<text font-family="Noto Sans">Hi</text>', ())
    assert refused.reason == "SVG_TEXT_FONT_UNKNOWN"


def test_a_letter_that_the_font_lacks_is_named() -> None:
    refused = refusal('<text y="20" font-family="Great Vibes">Hi 漢</text>')
    assert refused.reason == "SVG_TEXT_GLYPH_MISSING"
    assert "漢" in refused.message


@pytest.mark.parametrize(
    "body",
    [
        '<text x="1 2 3" font-family="Noto Sans">abc</text>',
        '<text rotate="10 20" font-family="Noto Sans">abc</text>',
        '<text textLength="90" font-family="Noto Sans">abc</text>',
        '<text font-family="Noto Sans"><textPath href="#p">abc</textPath></text>',
        '<text font-family="Noto Sans" style="writing-mode:vertical-rl">abc</text>',
        '<text font-family="Noto Sans" text-decoration="underline">abc</text>',
        '<text font-family="Noto Sans" font-size="2em">abc</text>',
        '<text style="font:bold 12px Noto Sans">abc</text>',
        f'<text font-family="Noto Sans">{"x" * 2001}</text>',
    ],
)
def test_text_laid_out_otherwise_is_refused(body: str) -> None:
    assert refusal(body).reason == "VECTOR_TEXT_UNSUPPORTED"


def test_text_that_draws_nothing_needs_no_font() -> None:
    body = '<text/><text>  </text><tspan>lost</tspan><rect width="9" height="9"/>'
    assert len(json.loads(normalise_vector(svg(body)))["paths"]) == 1


def test_the_weight_of_a_variable_font_is_its_axis() -> None:
    def ink(weight: int) -> int:
        body = f'<text y="30" font-family="Inter" font-weight="{weight}" font-size="30">Il</text>'
        return len(np.argwhere(_plain(normalise_vector(svg(body), FONTS))))

    assert ink(200) < ink(400) < ink(800)


def _plain(body: bytes) -> np.ndarray[Any, Any]:
    from render_core.geometry.polygons import polygons_of
    from render_core.geometry.svg_path import parse_path

    document = json.loads(body)
    areas = [polygons_of(parse_path(path["d"], unit_um=1)).area_um2() for path in document["paths"]]
    return np.ones(int(sum(areas) / 10_000))


def test_the_nearest_face_is_taken_by_style_and_then_by_weight() -> None:
    names = ("Light", "Regular", "SemiBold", "Bold", "Italic", "Bold Italic")
    fonts = [BrandFont("Own", name, font_bytes("sans")) for name in names]

    def chosen(weight: int, *, slanted: bool = False) -> str:
        from render_core.intake.svg_fonts import _nearest

        return _nearest(fonts, weight, slanted=slanted).subfamily

    assert [chosen(weight) for weight in (100, 400, 500, 550, 700, 900)] == [
        "Light", "Regular", "Regular", "SemiBold", "Bold", "Bold"
    ]  # fmt: skip
    assert [chosen(weight, slanted=True) for weight in (400, 800)] == ["Italic", "Bold Italic"]
    assert BrandFonts(fonts).face(["nobody", "OWN"], 400, slanted=False) is not None
