"""What becomes of an SVG, and which are refused."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import rfc8785
from PIL import Image

from render_core.errors import RefusedFile
from render_core.geometry.svg_path import parse_path
from render_core.intake.vectors import normalise_vector
from tests.render_core.intake.making import svg


def normalised(data: bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(normalise_vector(data))
    return document


def refusal(data: bytes) -> RefusedFile:
    with pytest.raises(RefusedFile) as caught:
        normalise_vector(data)
    assert caught.value.message.endswith(".")
    return caught.value


def bounds_um(path: dict[str, Any]) -> tuple[int, int, int, int]:
    return parse_path(path["d"], unit_um=1).bounds_um()


def test_a_rectangle_comes_back_in_micrometres() -> None:
    document = normalised(svg('<rect x="10" y="5" width="20" height="30" fill="#1a2b3c"/>'))
    assert (document["width_um"], document["height_um"]) == (100_000, 50_000)
    assert document["paths"] == [
        {
            "d": "M10000 5000L30000 5000L30000 35000L10000 35000L10000 5000Z",
            "fill_rule": "nonzero",
            "rgb": [26, 43, 60],
        }
    ]


def test_the_document_is_canonical_json() -> None:
    body = normalise_vector(svg('<circle cx="50" cy="25" r="20"/>'))
    assert rfc8785.dumps(json.loads(body)) == body


def test_only_the_five_path_commands_and_integers_are_left() -> None:
    body = '<path d="m10 10 h20 v10 a5 5 0 0 1 -5 5 t-3 -4 s2 2 -4 1 z" stroke="red"/>'
    for path in normalised(svg(body))["paths"]:
        assert set(path["d"]) <= set("MLQCZ 0123456789-")


PICTURES = {
    "shapes": (
        '<rect x="5" y="5" width="30" height="20" rx="6"/><circle cx="60" cy="15" r="9" fill="red"/>'
        '<ellipse cx="85" cy="30" rx="9" ry="14" fill="#0a0"/>'
        '<polygon points="10,45 20,30 30,45 25,48" fill="navy"/>'
    ),
    "strokes": (
        '<g fill="none" stroke="#123456"><path d="M8 40 L20 10 L32 40" stroke-width="5"/>'
        '<path d="M45 40 C45 0 70 0 70 40" stroke-width="6" stroke-linecap="round"/>'
        '<path d="M80 8 L92 24 L80 42" stroke-width="7" stroke-linejoin="round"/></g>'
    ),
    "dashes": '<path d="M5 25 H95" stroke="black" stroke-width="8" stroke-dasharray="12 6 3 6"/>',
    "evenodd": '<path fill-rule="evenodd" d="M10 5H60V45H10Z M20 15H50V35H20Z"/>',
    "transforms": (
        '<g transform="translate(50 25) rotate(30) scale(1.5 .5)"><rect x="-15" y="-10" width="30"'
        ' height="20" stroke="red" stroke-width="4"/></g>'
        '<rect x="4" y="4" width="12" height="12" transform="skewX(20)" fill="green"/>'
    ),
    "arcs": (
        '<path d="M20 40 A15 15 0 1 1 45 40 Z"/>'
        '<path d="M60 40 A25 10 30 0 1 90 20 L80 45Z" fill="teal"/>'
    ),
    "clips": (
        '<clipPath id="c"><circle cx="50" cy="25" r="18"/></clipPath>'
        '<g clip-path="url(#c)"><rect x="20" y="18" width="60" height="30" fill="purple"/></g>'
    ),
    "uses": (
        '<defs><g id="leaf"><path d="M0 0 Q10 -20 0 -24 Q-10 -20 0 0Z"/></g></defs>'
        '<use href="#leaf" x="30" y="40"/>'
        '<use xlink:href="#leaf" transform="translate(70 40) rotate(40)" fill="#c33"/>'
    ),
    "sheets": (
        "<style>.a{fill:#08c} rect.b, #x{stroke:#000;stroke-width:3} g{fill:lime}</style>"
        '<g><rect class="a b" x="8" y="8" width="24" height="24"/>'
        '<circle id="x" cx="60" cy="25" r="14"/></g>'
        '<rect class="a" style="fill:orange" x="80" y="10" width="14" height="30"/>'
    ),
    "overhang": '<circle cx="0" cy="0" r="30" fill="brown"/><rect x="90" y="40" width="50" height="50"/>',
}


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_left_looks_like_the_original(name: str) -> None:
    """Compared with librsvg, which shares no code with us."""
    original = svg(PICTURES[name])
    both = _drawn(original, _as_svg(normalised(original)))
    middle = len(both) // 2
    assert len(both) == 2 * middle
    assert _difference(both[:middle], both[middle:]) < 0.002


def _as_svg(document: dict[str, Any]) -> bytes:
    width, height = document["width_um"], document["height_um"]
    paths = "".join(
        f'<path d="{path["d"]}" fill-rule="{path["fill_rule"]}" fill="rgb({path["rgb"][0]},'
        f'{path["rgb"][1]},{path["rgb"][2]})"/>'
        for path in document["paths"]
    )
    return svg(paths, f'width="100mm" height="50mm" viewBox="0 0 {width} {height}"')


_LIBRSVG = """
import sys, pyvips
drawn = [
    pyvips.Image.svgload_buffer(data, dpi=254).flatten(background=[255, 255, 255])
    for data in sys.stdin.buffer.read().split(b"\\0")
]
sys.stdout.buffer.write(pyvips.Image.arrayjoin(drawn, across=1).pngsave_buffer())
"""


def _drawn(*documents: bytes) -> np.ndarray:
    """Draw SVGs of one size with librsvg, one above the other, in a process of its own: in ours
    its loader is blocked.
    """
    drawn = subprocess.run(
        [sys.executable, "-c", _LIBRSVG],
        input=b"\0".join(documents),
        capture_output=True,
        check=True,
    )
    with Image.open(BytesIO(drawn.stdout)) as opened:
        return np.asarray(opened.convert("RGB")).astype(np.int16)


def _difference(one: np.ndarray, other: np.ndarray) -> float:
    """Return the share of pixels that differ by more than what anti-aliasing may."""
    return float((np.abs(one - other).max(axis=2) > 64).mean())


@pytest.mark.parametrize(
    ("root", "size"),
    [
        ('width="2in" height="1in"', (50_800, 25_400)),
        ('width="96" height="48px"', (25_400, 12_700)),
        ('viewBox="0 0 96 48"', (25_400, 12_700)),
        ('width="10cm" viewBox="0 0 20 10"', (100_000, 50_000)),
        ('width="72pt" height="6pc"', (25_400, 25_400)),
        ('width="100%" height="100%" viewBox="0 0 96 96"', (25_400, 25_400)),
    ],
)
def test_the_size_follows_units_and_view_box(root: str, size: tuple[int, int]) -> None:
    document = normalised(svg('<rect width="5" height="5"/>', root))
    assert (document["width_um"], document["height_um"]) == size


def test_a_view_box_of_another_shape_is_centred() -> None:
    data = svg('<rect width="10" height="10"/>', 'width="40mm" height="20mm" viewBox="0 0 10 10"')
    assert bounds_um(normalised(data)["paths"][0]) == (10_000, 0, 30_000, 20_000)


def test_nothing_leaves_the_artboard() -> None:
    data = svg('<circle cx="0" cy="0" r="400" fill="red"/>')
    left, top, right, bottom = bounds_um(normalised(data)["paths"][0])
    assert left >= 0
    assert top >= 0
    assert right <= 100_000
    assert bottom <= 50_000


def test_hidden_things_are_left_out() -> None:
    shapes = (
        '<rect width="5" height="5"/><rect display="none" width="9" height="9"/>'
        '<rect visibility="hidden" width="9" height="9"/><rect opacity="0" width="9" height="9"/>'
        '<rect fill="none" width="9" height="9"/><rect x="200" width="9" height="9"/>'
    )
    assert len(normalised(svg(shapes))["paths"]) == 1


@pytest.mark.parametrize(
    ("colour", "rgb"),
    [
        ("tomato", [255, 99, 71]), ("#F0a", [255, 0, 170]), ("rgb(1, 2, 3)", [1, 2, 3]),
        ("rgb(100% 0% 50%)", [255, 0, 128]), ("#010203ff", [1, 2, 3]), ("currentColor", [9, 9, 9]),
    ],
)  # fmt: skip
def test_colours_are_read(colour: str, rgb: list[int]) -> None:
    body = f'<g color="#090909"><rect width="5" height="5" fill="{colour}"/></g>'
    assert normalised(svg(body))["paths"][0]["rgb"] == rgb


def test_notes_of_editors_and_a_plain_document_type_are_dropped() -> None:
    data = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        b'"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
    ) + svg(
        '<title>x</title><sodipodi:namedview xmlns:sodipodi="http://sodipodi.example/">'
        '<rect width="99" height="9"/></sodipodi:namedview><rect width="5" height="5"/>'
    )
    assert len(normalised(data)["paths"]) == 1


BOX = '<rect width="5" height="5"/>'
REFUSED = {
    "script": ("VECTOR_HAS_SCRIPT", "<script>alert(1)</script>" + BOX),
    "event": ("VECTOR_HAS_SCRIPT", '<rect width="5" height="5" onclick="alert(1)"/>'),
    "mixed-case event": ("VECTOR_HAS_SCRIPT", '<g OnLoad="x()">' + BOX + "</g>"),
    "javascript link": ("VECTOR_HAS_EXTERNAL_REFERENCE", '<a href="javascript:x()">' + BOX + "</a>"),
    "outside use": ("VECTOR_HAS_EXTERNAL_REFERENCE", '<use href="http://x.example/a.svg#b"/>'),
    "outside xlink": ("VECTOR_HAS_EXTERNAL_REFERENCE", '<use xlink:href="file:///etc/passwd#b"/>'),
    "outside paint": (
        "VECTOR_HAS_EXTERNAL_REFERENCE", '<rect width="5" height="5" fill="url(http://x.example)"/>'),
    "outside sheet": (
        "VECTOR_HAS_EXTERNAL_REFERENCE", "<style>rect{fill:url(//x.example/a)}</style>" + BOX),
    "import": ("VECTOR_STYLE_UNSUPPORTED", "<style>@import 'x.css';</style>" + BOX),
    "foreign object": ("VECTOR_HAS_FOREIGN_OBJECT", "<foreignObject/>" + BOX),
    "text": ("SVG_TEXT_FONT_UNKNOWN", "<text>Hi</text>"),
    "photo": ("VECTOR_HAS_PICTURE", '<image width="5" height="5"/>'),
    "animation": ("VECTOR_HAS_ANIMATION", '<rect width="5" height="5"><animate/></rect>'),
    "filter": ("VECTOR_EFFECT_UNSUPPORTED", '<g filter="url(#f)">' + BOX + "</g>"),
    "mask": ("VECTOR_EFFECT_UNSUPPORTED", '<g style="mask:url(#m)">' + BOX + "</g>"),
    "gradient": ("VECTOR_GRADIENT_UNSUPPORTED", '<rect width="5" height="5" fill="url(#g)"/>'),
    "half opaque": ("VECTOR_TRANSPARENCY_UNSUPPORTED", '<rect width="5" height="5" opacity=".5"/>'),
    "half opaque colour": (
        "VECTOR_TRANSPARENCY_UNSUPPORTED", '<rect width="5" height="5" fill="#11223380"/>'),
    "colour space": ("VECTOR_COLOUR_UNSUPPORTED", '<rect width="5" height="5" fill="lab(1 2 3)"/>'),
    "switch": ("VECTOR_ELEMENT_UNSUPPORTED", "<switch/>" + BOX),
    "svg in svg": ("VECTOR_ELEMENT_UNSUPPORTED", "<svg>" + BOX + "</svg>"),
    "nan": ("VECTOR_NUMBER_INVALID", '<rect width="nan" height="5"/>'),
    "infinite": ("VECTOR_NUMBER_INVALID", '<rect width="inf" height="5"/>'),
    "overflow": ("VECTOR_NUMBER_INVALID", '<rect width="1e999" height="5"/>'),
    "infinite arc": ("VECTOR_PATH_INVALID", '<path d="M0 0A9 5 1e999 0 1 5 5Z"/>'),
    "infinite path": ("VECTOR_PATH_INVALID", '<path d="M0 0L1e999 0L5 5Z"/>'),
    "infinite matrix": (
        "VECTOR_NUMBER_INVALID", '<g transform="scale(1e300) scale(1e300)">' + BOX + "</g>"),
    "gigantic": ("VECTOR_COORDINATE_TOO_LARGE", '<path d="M0 0L99999999 0L5 5Z"/>'),
    "bad path": ("VECTOR_PATH_INVALID", '<path d="M0 0 L5 5 X9"/>'),
    "nan in path": ("VECTOR_PATH_INVALID", '<path d="M0 0 LNaN 5"/>'),
    "bad transform": ("VECTOR_NUMBER_INVALID", '<g transform="explode(3)">' + BOX + "</g>"),
    "nothing": ("VECTOR_EMPTY", ""),
    "nothing on the board": ("VECTOR_EMPTY", '<rect x="900" width="5" height="5"/>'),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_made_is_refused_with_its_reason(name: str) -> None:
    reason, body = REFUSED[name]
    assert refusal(svg(body)).reason == reason


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"\x1f\x8b\x08" + bytes(30)])
def test_what_is_not_xml_is_refused(data: bytes) -> None:
    assert refusal(data).reason == "VECTOR_NOT_SVG"


@pytest.mark.parametrize("data", [b"<html><body/></html>", b'<svg xmlns="http://x.example/svg"/>'])
def test_other_xml_is_refused(data: bytes) -> None:
    assert refusal(data).reason == "VECTOR_NOT_SVG"


@pytest.mark.parametrize("data", [b"<svg", b"<svg xmlns='http://www.w3.org/2000/svg'><g></svg>"])
def test_broken_xml_is_refused(data: bytes) -> None:
    assert refusal(data).reason == "VECTOR_MALFORMED"


def test_an_unknown_encoding_is_refused() -> None:
    assert refusal(b'<?xml version="1.0" encoding="x-none"?><svg/>').reason == "VECTOR_MALFORMED"


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY a "b">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % p SYSTEM "http://x.example/p.dtd"> %p;',
        '<!ATTLIST rect fill CDATA "red">',
    ],
)
def test_declarations_in_the_document_are_refused(declaration: str) -> None:
    data = f"<!DOCTYPE svg [{declaration}]>".encode() + svg(BOX)
    assert refusal(data).reason == "VECTOR_HAS_ENTITIES"


def test_an_entity_that_nobody_declared_is_refused() -> None:
    assert refusal(svg("&nothing;" + BOX)).reason == "VECTOR_MALFORMED"


def test_a_style_sheet_beside_the_file_is_refused() -> None:
    data = b'<?xml-stylesheet href="x.css"?>' + svg(BOX)
    assert refusal(data).reason == "VECTOR_HAS_EXTERNAL_REFERENCE"


def test_deep_nesting_is_refused() -> None:
    assert refusal(svg("<g>" * 5000 + BOX + "</g>" * 5000)).reason == "VECTOR_TOO_DEEP"


def test_dropped_elements_count_as_deep_too() -> None:
    assert refusal(svg("<desc>" * 5000 + "</desc>" * 5000)).reason == "VECTOR_TOO_DEEP"


def test_elements_that_use_one_another_do_not_multiply() -> None:
    levels = "".join(
        f'<g id="l{level}">' + f'<use href="#l{level - 1}"/>' * 12 + "</g>" for level in range(1, 7)
    )
    data = svg(f'<defs><g id="l0">{BOX}</g>{levels}</defs><use href="#l6"/>')
    assert refusal(data).reason == "VECTOR_TOO_COMPLEX"


def test_an_element_that_uses_itself_is_refused() -> None:
    assert refusal(svg('<g id="a"><use href="#a"/></g>')).reason == "VECTOR_TOO_DEEP"


def test_too_many_elements_are_refused() -> None:
    assert refusal(svg(BOX * 20_001)).reason == "VECTOR_TOO_COMPLEX"


def test_a_path_without_end_is_refused() -> None:
    assert refusal(svg(f'<path d="M0 0{"L5 5" * 60_000}"/>')).reason in (
        "VECTOR_PATH_INVALID",
        "VECTOR_TOO_COMPLEX",
    )


def test_dashes_without_end_are_refused() -> None:
    body = '<path d="M0 0H100" stroke="red" stroke-dasharray="0.0001"/>'
    assert refusal(svg(body)).reason == "VECTOR_TOO_COMPLEX"
