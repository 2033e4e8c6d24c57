"""Where each part is: the map of all sheets as JSON, and as pages with a picture and a table.

Pages are surfaces of lines and outlines (A4), so that `export.pdf` and the rasterisers draw them; their
words are drawn in the strokes of `stroke_font`, orders in other scripts by the layout engine. The JSON has
all as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
import orjson

from render_core.geometry.svg_path_writer import path_data_mm
from render_core.layout import Ink, Item, Operation, Outline, Surface, ZoneFrame
from render_core.making.nest.exact import segments_of
from render_core.making.nest.label_words import LabelFaces, words_outline
from render_core.making.nest.pieces import covered_area_um2
from render_core.making.nest.request import NestRequest, Stock
from render_core.making.nest.shapes import Shape, moved_box, shape_of
from render_core.making.nest.sheet import sheet_outline
from render_core.making.nest.sheet_marks import mark_items
from render_core.making.nest.solution import NestedSheet, Placed, Solution
from render_core.making.nest.stroke_font import is_stroked, text_outline, text_width_um
from render_core.making.nest.turning import placed

MAP_FORMAT: Final = "luneo-sheet-map/1"
_ZONE: Final = "map"
_INK: Final = Ink((0, 0, 0))
_GREY: Final = Ink((170, 170, 170))
# A4 upright, micrometres.
_WIDTH: Final = 210_000
_HEIGHT: Final = 297_000
_MARGIN: Final = 12_000
_TITLE: Final = 5_000
_PICTURE_TOP: Final = 30_000
_PICTURE_HEIGHT: Final = 150_000
_ROW: Final = 4_200
_TEXT: Final = 2_000
_LEAST_TEXT: Final = 1_200
_COLUMNS: Final = 2
_COLUMN: Final = (_WIDTH - 2 * _MARGIN) // _COLUMNS
_LINE: Final = 150
_LARGEST_NUMBER: Final = 4_000
_LEAST_NUMBER: Final = 900


@dataclass(frozen=True, slots=True)
class MapFacts:
    """What the map says beside the solution. machines: names of those that each sheet goes through, in
    order, where there are several. materials: by id of the part, of those that say one."""

    machines: Sequence[str] = ()
    materials: Mapping[str, str] = field(default_factory=dict)

    def material(self, sheet: NestedSheet, request: NestRequest) -> str:
        """Return what a sheet is of, "" where its parts do not say it."""
        ids = (request.parts[one.part].id for one in sheet.placed)
        return ", ".join(sorted({self.materials[one] for one in ids if one in self.materials}))

    def steps(self) -> str:
        """Return what each sheet goes through in words, "" where that is one machine."""
        told = enumerate(self.machines, 1)
        return drawable("  ".join(f"{number}. {name.upper()}" for number, name in told))


NO_FACTS: Final = MapFacts()


def drawable(text: str) -> str:
    """Return a text with "?" for what has no sign."""
    return "".join(one if is_stroked(one) else "?" for one in text)


def map_document(
    solution: Solution, request: NestRequest, facts: MapFacts = NO_FACTS
) -> dict[str, Any]:
    """Return the map of all sheets, JSON-ready: for each placed copy its number on the sheet, its
    order, its box, its outline and its placement in micrometres and centidegrees.

    outlines: SVG path data in millimetres, before they are turned about the origin and moved; equal ones
    once, and each copy says which one is its own.
    """
    drawn: dict[str, int] = {}
    numbers = [drawn.setdefault(path_data_mm(part.outline), len(drawn)) for part in request.parts]
    several: dict[str, Any] = {"machines": list(facts.machines)} if facts.machines else {}
    return {
        **several,
        "format": MAP_FORMAT,
        "outlines": list(drawn),
        "request_sha256": solution.request_sha256,
        "parts_sha256": solution.parts_sha256,
        "solution_sha256": solution.sha256(request),
        "sheets": [
            _sheet_document(number, sheet, request, numbers, facts.material(sheet, request))
            for number, sheet in enumerate(solution.sheets, 1)
        ],
    }


def map_json(solution: Solution, request: NestRequest, facts: MapFacts = NO_FACTS) -> bytes:
    """Return the map as canonical JSON."""
    return orjson.dumps(map_document(solution, request, facts), option=orjson.OPT_SORT_KEYS)


def map_pages(
    solution: Solution,
    request: NestRequest,
    label_faces: LabelFaces | None = None,
    facts: MapFacts = NO_FACTS,
) -> tuple[Surface, ...]:
    """Return the map as pages: for each sheet its picture, parts numbered, and whose they are.

    label_faces: for orders that are not in ASCII; for what they lack, the table points to the JSON.
    """
    pages: list[Surface] = []
    for number, sheet in enumerate(solution.sheets, 1):
        title = f"SHEET {number} OF {len(solution.sheets)}"
        pages += _pages(f"map-{number}", title, sheet, request, label_faces, facts)
    return tuple(pages)


def _sheet_document(
    number: int, sheet: NestedSheet, request: NestRequest, outlines: Sequence[int], material: str
) -> dict[str, Any]:
    stock = request.stocks[sheet.stock]
    placements = []
    for place, one in enumerate(sheet.placed, 1):
        part = request.parts[one.part]
        shape = shape_of(part.outline, one.at.rotation)
        placements.append(
            {
                "number": place,
                "part": part.id,
                "copy": one.copy,
                "order": part.order(one.copy),
                "box_um": list(moved_box(shape, one.at)),
                "outline": outlines[one.part],
                "rotation_centidegrees": one.at.rotation,
                "origin_um": [one.at.x_um, one.at.y_um],
            }
        )
    said = {"material": material} if material else {}
    return {
        **said,
        "sheet": f"sheet-{number}",
        "stock": stock.id,
        "size_um": [stock.width_um, stock.height_um],
        "used_permille": _used_permille(sheet, request),
        "placements": placements,
    }


def _used_permille(sheet: NestedSheet, request: NestRequest) -> int:
    stock = request.stocks[sheet.stock]
    area = sum(
        covered_area_um2(shape_of(request.parts[one.part].outline, one.at.rotation))
        for one in sheet.placed
    )
    return round(1000 * area / (float(stock.width_um) * stock.height_um))


def _pages(
    name: str,
    title: str,
    sheet: NestedSheet,
    request: NestRequest,
    faces: LabelFaces | None,
    facts: MapFacts,
) -> Iterator[Surface]:
    stock = request.stocks[sheet.stock]
    used = _used_permille(sheet, request)
    size = f"{stock.width_um / 1000:g} x {stock.height_um / 1000:g} MM"
    material = drawable(facts.material(sheet, request).upper())
    of = f"{stock.id}  {material}" if material else stock.id
    about = f"{of}  {size}  {len(sheet.placed)} PARTS  {used / 10:.1f} % USED"
    head = [
        _text(title, _TITLE, _MARGIN, _MARGIN, _WIDTH - 2 * _MARGIN),
        _text(about, 3_000, _MARGIN, _MARGIN + 8_000, _WIDTH - 2 * _MARGIN),
    ]
    if steps := facts.steps():
        head.append(_text(steps, 2_400, _MARGIN, _MARGIN + 13_200, _WIDTH - 2 * _MARGIN))
    rows: Sequence[_Row] = [
        _row(number, one, request) for number, one in enumerate(sheet.placed, 1)
    ]
    picture, bottom = _picture(sheet, request)
    table, rows = _table(rows, bottom + 2 * _ROW, faces)
    yield _page(name, [*head, *picture, *table])
    page = 2
    while rows:
        table, rows = _table(rows, _PICTURE_TOP, faces)
        yield _page(f"{name}-{page}", [*head, *table])
        page += 1


class _Row(NamedTuple):
    """A line of the table: an order, and what stands before and after it."""

    head: str
    order: str
    tail: str


def _row(number: int, one: Placed, request: NestRequest) -> _Row:
    part = request.parts[one.part]
    copies = f" {one.copy + 1}/{part.quantity}" if part.quantity > 1 else ""
    return _Row(f"{number:>3}  ", part.order(one.copy) or "-", f"  {part.id}{copies}")


def _table(
    rows: Sequence[_Row], top: int, faces: LabelFaces | None
) -> tuple[list[Item], Sequence[_Row]]:
    """Return rows in columns from `top` down, and those that there is no room for."""
    deep = (_HEIGHT - _MARGIN - top) // _ROW
    room = deep * _COLUMNS
    # Columns of one length, so that few rows stay together.
    long = min(deep, max(-(-len(rows) // _COLUMNS), 1))
    items = [
        item
        for index, row in enumerate(rows[:room])
        for item in _line_of(
            row, _MARGIN + index // long * _COLUMN, top + index % long * _ROW, faces
        )
    ]
    return items, rows[room:]


def _line_of(row: _Row, left: int, top: int, faces: LabelFaces | None) -> list[Item]:
    """Return a line of the table as it is drawn."""
    width = _COLUMN - _ROW
    if is_stroked(row.order):
        return [_text("".join(row), _TEXT, left, top, width)]
    start = left + text_width_um(row.head + "-", _TEXT)
    room = min(len(row.order) * _TEXT, width // 2)
    frame = (start, top - _TEXT // 2, room, 2 * _TEXT)
    words = words_outline(row.order, _TEXT, frame, faces) if faces else None
    if words is None:
        return [_text(f"{row.head}(SEE JSON){row.tail}", _TEXT, left, top, width)]
    rest = start + room
    return [
        _text(row.head, _TEXT, left, top, width),
        Item(_ZONE, Operation.PRINT, _INK, words),
        _text(row.tail, _TEXT, rest, top, left + width - rest),
    ]


def _picture(sheet: NestedSheet, request: NestRequest) -> tuple[list[Item], int]:
    """Return the sheet, small, each part with its number; and where the picture ends."""
    stock = request.stocks[sheet.stock]
    scale = min((_WIDTH - 2 * _MARGIN) / stock.width_um, _PICTURE_HEIGHT / stock.height_um)
    items = [_line(_scaled(sheet_outline(stock), scale))]
    fixed = [
        *stock.fixed,
        *(item.outline for item in mark_items(stock.reach, request.marks, Operation.PRINT)),
    ]
    items += [_line(_scaled(outline, scale), _GREY) for outline in fixed]
    for number, one in enumerate(sheet.placed, 1):
        outline = _scaled(placed(request.parts[one.part].outline, one.at), scale)
        items.append(_line(outline))
        shape = shape_of(outline)
        if shape.rings:
            items.append(_number(str(number), shape))
    return items, _PICTURE_TOP + round(stock.height_um * scale)


def _scaled(outline: Outline, scale: float) -> Outline:
    points = np.rint(outline.points_um * scale).astype(np.int32)
    return Outline(outline.verbs, points + np.array([_MARGIN, _PICTURE_TOP], np.int32))


def _number(text: str, shape: Shape) -> Item:
    """Return a number in the widest room that a part has at half its height."""
    _, top, _, bottom = shape.box
    y = (top + bottom) / 2 + 0.5
    edges = segments_of(list(shape.rings))
    (x0, y0), (x1, y1) = edges.starts.T.astype(float), edges.ends.T.astype(float)
    spans = (y0 <= y) != (y1 <= y)
    cut = np.sort(x0[spans] + (y - y0[spans]) * (x1 - x0)[spans] / (y1 - y0)[spans]).tolist()
    rooms = [(right - left, left, right) for left, right in zip(cut[::2], cut[1::2], strict=True)]
    room, left, right = max(rooms, default=(0.0, float(shape.box[0]), float(shape.box[2])))
    height = int(min(_LARGEST_NUMBER, (bottom - top) / 2, room / (len(text) + 0.5)))
    height = max(height, _LEAST_NUMBER)
    x = round((left + right) / 2) - text_width_um(text, height) // 2
    return _line(
        text_outline(text, height, x, round(y) - height // 2), width=max(height // 10, 100)
    )


def _text(text: str, height: int, left: int, top: int, width: int) -> Item:
    """Return a text, smaller where it is too wide, and cut where it would be too small."""
    wide = text_width_um(text, height)
    if wide > width:
        height = max(height * width // wide, _LEAST_TEXT)
        while text_width_um(text, height) > width:
            text = text[:-2] + "*"
    return _line(text_outline(text, height, left, top), width=max(height // 10, _LINE))


def _line(outline: Outline, ink: Ink = _INK, width: int = _LINE) -> Item:
    return Item(_ZONE, Operation.PRINT, ink, outline, line_width_um=width)


def _page(name: str, items: list[Item]) -> Surface:
    stock = Stock("page", _WIDTH, _HEIGHT)
    edge = sheet_outline(stock)
    frame = ZoneFrame(_ZONE, 0, 0, _WIDTH, _HEIGHT, edge)
    return Surface(name, _WIDTH, _HEIGHT, edge, (frame,), tuple(items))
