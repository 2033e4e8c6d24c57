"""Sixty things that SVG has: each is kept as librsvg draws it, dropped, or refused with its reason."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from render_core.errors import RefusedFile
from render_core.intake.vectors import normalise_vector
from tests.render_core.intake.making import svg

LEAF = '<path id="leaf" d="M0 0Q10 -20 0 -24Q-10 -20 0 0Z"/>'

KEPT = {
    "rect": '<rect x="5" y="5" width="30" height="20"/>',
    "rect with one radius": '<rect x="5" y="5" width="30" height="20" ry="7"/>',
    "rect with radii in percent": '<rect x="5" y="5" width="60" height="30" rx="10%" ry="20%"/>',
    "circle in percent": '<circle cx="50%" cy="50%" r="20%"/>',
    "ellipse": '<ellipse cx="50" cy="25" rx="30" ry="9"/>',
    "line": '<line x1="5" y1="5" x2="90" y2="40" stroke="red" stroke-width="4"/>',
    "polyline": '<polyline points="5,5 50 45,90,5" fill="none" stroke="navy" stroke-width="3"/>',
    "polygon": '<polygon points="5,5 50,45 90,5"/>',
    "relative path": '<path d="m5 5h40v10l-9 9z m50 0c5 0 20 30 30 30s0-20 5-30z"/>',
    "smooth quads": '<path d="M5 25q10 -30 20 0t20 0 20 0 20 0v20H5z" fill="teal"/>',
    "arcs with packed flags": '<path d="M20 40a15 15 0 1125 0zM60 40a25 10 30 01.5 -20l9 25z"/>',
    "numbers without spaces": '<path d="M5 5L.5.6.7-8 40-.5e1 45 40z" transform="translate(20,9)"/>',
    "evenodd": '<path fill-rule="evenodd" d="M10 5H60V45H10Z M20 15H50V35H20Z"/>',
    "nested transforms": '<g transform="translate(50 25) rotate(30)"><g transform="scale(2 .5) skewX(20)">'
    '<rect x="-10" y="-9" width="20" height="18" transform="matrix(1 .2 0 1 3 0)"/></g></g>',
    "rotation about a point": '<rect x="40" y="5" width="10" height="30" transform="rotate(60 50 25)"/>',
    "use": f'<defs>{LEAF}</defs><use href="#leaf" x="30" y="40"/>',
    "xlink use of a group": f'<g id="two">{LEAF}<circle r="5"/></g>'
    '<use xlink:href="#two" transform="translate(50 40) scale(1.5)" fill="green"/>',
    "use of a use": f'<defs>{LEAF}<g id="b"><use href="#leaf" x="9"/></g></defs>'
    '<use href="#b" x="20" y="30"/><use href="#b" x="60" y="45"/>',
    "symbol": f'<symbol id="s" overflow="visible">{LEAF}</symbol><use href="#s" x="50" y="40"/>',
    "defs are not drawn": f'<defs>{LEAF}<rect width="99" height="99"/></defs><circle r="20"/>',
    "links": '<a><circle cx="30" cy="25" r="15"/></a>',
    "clip path": '<clipPath id="c"><circle cx="50" cy="25" r="18"/></clipPath>'
    '<rect clip-path="url(#c)" x="20" y="18" width="60" height="30"/>',
    "clip path of several shapes": '<clipPath id="c"><rect x="10" y="5" width="30" height="40"/>'
    '<circle cx="60" cy="25" r="18"/></clipPath><rect clip-path="url(#c)" width="100" height="50"/>',
    "clip rule": '<clipPath id="c"><path clip-rule="evenodd" d="M10 5H60V45H10Z M20 15H50V35H20Z"/>'
    '</clipPath><rect clip-path="url(#c)" width="100" height="50" fill="red"/>',
    "clips within clips": '<clipPath id="a"><rect width="50" height="50"/></clipPath><clipPath id="b">'
    '<circle cx="50" cy="25" r="20"/></clipPath><g clip-path="url(#a)"><g clip-path="url(#b)">'
    '<rect width="100" height="50"/></g></g>',
    "butt, round and square caps": '<g stroke="#123" stroke-width="7"><path d="M20 10H80"/>'
    '<path d="M20 25H80" stroke-linecap="round"/><path d="M20 40H80" stroke-linecap="square"/></g>',
    "miter, round and bevel joins": '<g stroke="#123" stroke-width="6" fill="none">'
    '<path d="M5 40L15 10 25 40"/><path d="M38 40L48 10 58 40" stroke-linejoin="round"/>'
    '<path d="M72 40L82 10 92 40" stroke-linejoin="bevel"/></g>',
    "miter limit": '<g stroke="#123" stroke-width="4" fill="none"><path d="M5 40L12 10 19 40"/>'
    '<path d="M50 40L57 10 64 40" stroke-miterlimit="20"/></g>',
    "dashes": '<path d="M5 25H95" stroke="black" stroke-width="8" stroke-dasharray="12 6 3"/>',
    "dashes with an offset and round caps": '<path d="M5 25C30 -10 60 60 95 25" fill="none" stroke="red" '
    'stroke-width="5" stroke-dasharray="9,8" stroke-dashoffset="4" stroke-linecap="round"/>',
    "stroke scaled unevenly": '<circle r="12" transform="translate(50 25) scale(3 1)" fill="none" '
    'stroke="red" stroke-width="4"/>',
    "stroke before fill": '<circle cx="50" cy="25" r="15" stroke="red" stroke-width="10" '
    'paint-order="stroke"/>',
    "style attributes": '<rect style="fill:orange;stroke:#000;stroke-width:3px" x="9" y="9" width="40" '
    'height="30"/>',
    "style sheets": '<style>.a{fill:#08c} rect.b, #x{stroke:#000;stroke-width:3} g{fill:lime}</style>'
    '<g><rect class="a b" x="8" y="8" width="24" height="24"/><circle id="x" cx="60" cy="25" r="14"/></g>',
    "sheets in CDATA and comments": '<style type="text/css"><![CDATA[/* a */ .k{fill:purple}]]></style>'
    '<rect class="k" x="8" y="8" width="24" height="24"/>',
    "sheets beat attributes": '<style>rect{fill:blue}</style><rect fill="red" width="30" height="30"/>',
    "style attributes beat sheets": '<style>#r{fill:blue}</style>'
    '<rect id="r" style="fill:lime" width="30" height="30"/>',
    "current colour": '<g color="#0a7"><rect fill="currentColor" width="30" height="30"/></g>',
    "inherited paint": '<g fill="red" stroke="blue" stroke-width="2"><g fill="inherit">'
    '<circle cx="40" cy="25" r="15"/></g></g>',
    "hidden and shown": '<g visibility="hidden"><rect width="30" height="30"/>'
    '<circle visibility="visible" cx="60" cy="25" r="15"/></g>',
    "display none": '<g display="none"><rect width="30" height="30"/></g><circle r="20"/>',
    "colour names, hex and rgb": '<rect width="20" height="20" fill="rebeccapurple"/><rect x="25" width="20" '
    'height="20" fill="#F0a"/><rect x="50" width="20" height="20" fill="rgb(10%, 80%, 30%)"/>',
    "see-through is left out": '<rect width="30" height="30" fill-opacity="0"/><circle r="20"/>',
    "what overhangs": '<circle cx="0" cy="0" r="30"/><rect x="90" y="40" width="50" height="50"/>',
    "notes and metadata": '<title>A</title><desc>B</desc><metadata><x xmlns="u:y"/></metadata><circle r="30"/>',
    "gradients nobody uses": '<linearGradient id="g"><stop offset="0"/></linearGradient><circle r="30"/>',
    "empty groups and shapes": '<g/><path d=""/><rect width="0" height="9"/><circle r="9"/>',
}  # fmt: skip
ROOTS = {
    "view box with an origin": 'width="100mm" height="50mm" viewBox="-20 10 50 25"',
    "view box that is sliced": 'width="100mm" height="50mm" viewBox="0 0 50 50" '
    'preserveAspectRatio="xMinYMax slice"',
    "view box that is stretched": 'width="100mm" height="50mm" viewBox="0 0 50 50" '
    'preserveAspectRatio="none"',
    "view box to one side": 'width="100mm" height="50mm" viewBox="0 0 50 50" '
    'preserveAspectRatio="xMaxYMin meet"',
}
UNITS = '<rect x="1cm" y="10mm" width="1in" height="70pt" stroke="red" stroke-width="1pc"/>'

R = '<rect width="5" height="5"/>'
REFUSED = {
    "linear gradient": (
        "VECTOR_GRADIENT_UNSUPPORTED",
        '<linearGradient id="g"><stop/></linearGradient><rect width="5" height="5" fill="url(#g)"/>',
    ),
    "radial gradient in a stroke": (
        "VECTOR_GRADIENT_UNSUPPORTED",
        '<radialGradient id="g"/><rect width="5" height="5" stroke="url(#g) red"/>',
    ),
    "pattern": ("VECTOR_GRADIENT_UNSUPPORTED", '<rect width="5" height="5" style="fill:url(#p)"/>'),
    "mask": ("VECTOR_EFFECT_UNSUPPORTED", f'<g mask="url(#m)">{R}</g>'),
    "filter": ("VECTOR_EFFECT_UNSUPPORTED", f'<g style="filter:blur(2px)">{R}</g>'),
    "marker": ("VECTOR_EFFECT_UNSUPPORTED", '<path d="M0 0H9" stroke="red" marker-end="url(#m)"/>'),
    "blend mode": ("VECTOR_EFFECT_UNSUPPORTED", f'<g style="mix-blend-mode:multiply">{R}</g>'),
    "stroke that does not scale": (
        "VECTOR_EFFECT_UNSUPPORTED",
        '<path d="M0 0H9" stroke="red" vector-effect="non-scaling-stroke"/>',
    ),
    "clip by a box": ("VECTOR_EFFECT_UNSUPPORTED", f'<g style="clip-path:inset(1px)">{R}</g>'),
    "clip in shares of its object": (
        "VECTOR_ELEMENT_UNSUPPORTED",
        f'<clipPath id="c" clipPathUnits="objectBoundingBox">{R}</clipPath><g clip-path="url(#c)">{R}</g>',
    ),
    "half see-through": ("VECTOR_TRANSPARENCY_UNSUPPORTED", f'<g opacity="50%">{R}</g>'),
    "switch": ("VECTOR_ELEMENT_UNSUPPORTED", f"<switch>{R}</switch>"),
    "picture": ("VECTOR_HAS_PICTURE", '<image href="#a" width="5" height="5"/>'),
    "animation": ("VECTOR_HAS_ANIMATION", '<rect width="5" height="5"><animate/></rect>'),
    "view": ("VECTOR_ELEMENT_UNSUPPORTED", f'<view id="v"/>{R}'),
    "media query": ("VECTOR_STYLE_UNSUPPORTED", f"<style>@media print{{g{{fill:red}}}}</style>{R}"),
    "child selectors": ("VECTOR_STYLE_UNSUPPORTED", f"<style>g > rect{{fill:red}}</style>{R}"),
    "transforms in style": ("VECTOR_STYLE_UNSUPPORTED", '<rect style="transform:rotate(9deg)"/>'),
}


@pytest.fixture(scope="module")
def looks() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Every picture as librsvg draws the original, and what is left of it, (h, w, 3) each."""
    documents = {name: svg(body) for name, body in KEPT.items()}
    body = '<circle cx="25" cy="25" r="20"/><path d="M0 0L40 10L10 40Z" fill="red"/>'
    documents.update({name: svg(body, root) for name, root in ROOTS.items()})
    documents["units"] = svg(UNITS, 'width="100mm" height="50mm"')
    both = [data for one in documents.values() for data in (one, _as_svg(normalise_vector(one)))]
    drawn = _drawn(both)
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
    pyvips.Image.svgload_buffer(data, dpi=127).flatten(background=[255, 255, 255])
    for data in sys.stdin.buffer.read().split(b"\\0")
]
sys.stdout.buffer.write(pyvips.Image.arrayjoin(drawn, across=1).pngsave_buffer())
"""


def _drawn(documents: list[bytes]) -> list[np.ndarray]:
    """Draw SVGs of one size with librsvg, in a process of its own: in ours its loader is blocked."""
    command = [sys.executable, "-c", _LIBRSVG]
    done = subprocess.run(command, input=b"\0".join(documents), capture_output=True, check=True)
    with Image.open(BytesIO(done.stdout)) as opened:
        pixels = np.asarray(opened.convert("RGB")).astype(np.int16)
    return np.split(pixels, len(documents))


@pytest.mark.parametrize("name", [*KEPT, *ROOTS, "units"])
def test_what_is_kept_looks_as_librsvg_draws_it(
    looks: dict[str, tuple[np.ndarray, np.ndarray]], name: str
) -> None:
    original, kept = looks[name]
    assert (original != 255).any(), "nothing is drawn at all"
    assert float((np.abs(original - kept).max(axis=2) > 64).mean()) < 0.001
    assert float(np.abs(original - kept).mean()) < 0.5


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_kept_is_refused_with_its_reason(name: str) -> None:
    reason, body = REFUSED[name]
    with pytest.raises(RefusedFile) as refused:
        normalise_vector(svg(body))
    assert refused.value.reason == reason


def test_the_list_is_as_long_as_it_says() -> None:
    assert len(KEPT) + len(ROOTS) + len(REFUSED) >= 60
