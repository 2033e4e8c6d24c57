"""Layouts are what they were: their digests, problems and, for the eye, their pictures.

`make golden` rewrites layouts.json and the SVG beside it; look at the pictures before committing.
"""

from __future__ import annotations

import json
from pathlib import Path

from render_core.compose import Composition
from render_core.geometry.svg_path_writer import path_data_mm
from tests.golden.layout.designs import compositions

HERE = Path(__file__).parent
EXPECTED = HERE / "layouts.json"


def test_layouts_are_those_of_the_golden_files(rewrite_golden: bool) -> None:
    made = compositions()
    records = {name: _record(composition) for name, composition in made.items()}
    pictures = {f"{name}.svg": _picture(composition) for name, composition in made.items()}
    if rewrite_golden:
        text = json.dumps(records, indent=1, sort_keys=True, ensure_ascii=False)
        EXPECTED.write_text(text + "\n", encoding="utf-8")
        for old in HERE.glob("*.svg"):
            old.unlink()
        for name, picture in pictures.items():
            (HERE / name).write_text(picture, encoding="utf-8")
    assert records == json.loads(EXPECTED.read_text(encoding="utf-8"))
    assert pictures == {path.name: path.read_text(encoding="utf-8") for path in HERE.glob("*.svg")}


def _record(composition: Composition) -> dict[str, object]:
    text = composition.layout.surface("front").zone("name").text
    return {
        "digest": composition.layout.digest(),
        "size_centipoint": text.size_centipoint if text else None,
        "lines": text.lines if text else None,
        "problems": [
            f"{problem.severity.value} {problem.code} "
            f"[{problem.start_utf16}, {problem.end_utf16}): {problem.message}"
            for problem in composition.problems
        ],
    }


def _picture(composition: Composition) -> str:
    surface = composition.layout.surface("front")
    width, height = surface.width_um / 1000, surface.height_um / 1000
    frame = surface.zone("name")
    edge = path_data_mm(frame.shape.moved(frame.x_um, frame.y_um))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">',
        f'<path d="{edge}" fill="none" stroke="#c33" stroke-width="0.1"/>',
    ]
    for item in surface.placed_items():
        red, green, blue = item.ink.rgb
        if item.image is not None:
            a, _, _, d, x, y = (value / 1000 for value in item.image.matrix_um)
            lines.append(
                f'<rect x="{x:g}" y="{y:g}" width="{a:g}" height="{d:g}" fill="#ccd" opacity="0.5"/>'
            )
        else:
            data = path_data_mm(item.outline)
            lines.append(f'<path d="{data}" fill="#{red:02x}{green:02x}{blue:02x}"/>')
    return "\n".join([*lines, "</svg>", ""])
