"""The job ticket: one page that a workshop reads from a metre away, `ticket.pdf`.

The page is a design like any other: its words are zones that `compose` fits, in any script, and
becomes outlines with them, so that no font is in the file. It is drawn for A4; A6 is the same at
half the size. Places are micrometres from the page's top left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from render_core import vips
from render_core.design import Align, Library, Template
from render_core.export.pdf import pdf
from render_core.export.ticket_drawing import (
    BLACK,
    PAGE,
    Frame,
    area,
    as_made,
    barcode,
    contained,
    image,
    qr_code,
    scaled_page,
)
from render_core.export.ticket_faces import TicketFaces
from render_core.export.ticket_facts import PageSize, TicketFacts
from render_core.export.ticket_words import GREY, WHITE, TicketLibrary, Word, drawn_words
from render_core.layout import EMPTY_OUTLINE, Item, Layout, Surface, ZoneFrame
from render_core.problems import Problem
from render_core.separations import made_items
from render_core.units import um_as_mm

TICKET: Final = "ticket.pdf"

_WIDTH, _HEIGHT, _MARGIN = 210_000, 297_000, 12_000
_INNER: Final = _WIDTH - 2 * _MARGIN
_RIGHT: Final = _WIDTH - _MARGIN
_COLUMN: Final = 118_000  # Where the right column begins.
_COLUMN_WIDTH: Final = _RIGHT - _COLUMN
_LEFT_WIDTH: Final = _COLUMN - _MARGIN - 6_000
_PICTURE_PX: Final = 560
_MAX_TEXTS: Final = 6
_MAX_LINES: Final = 12
_UNBROKEN: Final = 28
_MAX_OPTIONS: Final = 5
_MAX_SURFACES: Final = 4
# What an option, a line of an operation, a note and a thread have of the right column where there is room.
_OPTION_UM, _OPERATION_UM, _NOTE_UM = 14_000, 9_000, 16_000
_THREAD_UM: Final = 7_000


def ticket(
    layout: Layout,
    template: Template,
    library: Library,
    faces: TicketFaces,
    facts: TicketFacts,
    *,
    problems: Sequence[Problem] = (),
    picture: vips.Pixels | None = None,
    operations: Sequence[str] = (),
    sewing: Sequence[tuple[str, Sequence[str]]] = (),
) -> bytes:
    """Return the page as PDF.

    picture: the product with the design on it, None to show it as it is made alone. operations: in
    order, as the machines name them. sewing: measures and threads of each surface that is sewn.
    Raises UnsupportedDesign for a code that cannot be drawn.
    """
    own = TicketLibrary(library, faces)
    made = [surface for surface in layout.surfaces if made_items(surface)]
    items = [*_rules(), *_codes(facts), *_work(made, own, picture)]
    words = [
        *_head(facts),
        *_facts(facts, operations, sewing),
        *_texts(made, template),
        *_foot(facts, layout),
    ]
    words += _verdict(problems)
    items += [area(frame, BLACK) for frame in _warning_bar(problems)]
    page = Surface(
        id="ticket",
        width_um=_WIDTH,
        height_um=_HEIGHT,
        outline=EMPTY_OUTLINE,
        zones=(ZoneFrame(PAGE, 0, 0, _WIDTH, _HEIGHT, EMPTY_OUTLINE),),
        items=(*items, *drawn_words(words, own, _WIDTH, _HEIGHT)),
    )
    return pdf([scaled_page(page, 2) if facts.page is PageSize.A6 else page], own)


def _rules() -> Iterator[Item]:
    yield area((_MARGIN, 51_000, _INNER, 1_200), BLACK)
    yield area((_MARGIN, 156_000, _INNER, 400), BLACK)
    yield area((_MARGIN, 240_500, _INNER, 400), BLACK)


def _codes(facts: TicketFacts) -> Iterator[Item]:
    side = 38_000
    yield qr_code((_RIGHT - side + 3_500, 9_000, side, side), facts.link or facts.code)
    yield barcode((_MARGIN, 245_500, _INNER, 26_000), facts.code)


def _head(facts: TicketFacts) -> Iterator[Word]:
    yield _label("ORDER", (_MARGIN, 12_000, 100_000, 5_000))
    yield Word(facts.order or "—", (_MARGIN, 18_000, 94_000, 30_000), 60, lines=2)
    yield _label("QUANTITY", (_COLUMN, 12_000, 42_000, 5_000))
    yield Word(f"×{facts.quantity}", (_COLUMN, 16_500, 44_000, 31_000), 84)
    yield Word(facts.product, (_MARGIN, 56_000, 130_000, 15_000), 30, lines=2)
    if facts.due:
        yield _label("DUE", (146_000, 55_500, 52_000, 4_500), Align.END)
        yield Word(facts.due, (146_000, 60_000, 52_000, 11_000), 28, Align.END)


def _facts(
    facts: TicketFacts, operations: Sequence[str], sewing: Sequence[tuple[str, Sequence[str]]]
) -> Iterator[Word]:
    """Yield options, operations, threads and note, one below the other, in the right column.

    Where there are many, all of them have less room.
    """
    rows = list(facts.options.items())[:_MAX_OPTIONS]
    threads = [f"{place}  {name}" for _, all in sewing for place, name in enumerate(all, 1)]
    top, foot = 75_000, 152_000 - (_NOTE_UM if facts.note else 0)
    wanted = _OPTION_UM * len(rows) + (5_000 + _OPERATION_UM * len(operations))
    wanted += (5_000 + _THREAD_UM * len(threads)) if threads else 0
    share = min(1_000, (foot - top) * 1_000 // wanted)
    for name, value in rows:
        yield _label(name, (_COLUMN, top, _COLUMN_WIDTH, 4_000))
        height = _OPTION_UM * share // 1_000
        yield Word(value, (_COLUMN, top + 4_500, _COLUMN_WIDTH, height - 5_500), 24)
        top += height
    if operations:
        listed = "\n".join(f"{place}  {name}" for place, name in enumerate(operations, 1))
        yield _label("OPERATIONS, IN ORDER", (_COLUMN, top, _COLUMN_WIDTH, 4_000))
        room = (5_000 + _OPERATION_UM * len(operations)) * share // 1_000 if threads else foot - top
        yield Word(
            listed, (_COLUMN, top + 4_500, _COLUMN_WIDTH, room - 5_500), 20, lines=len(operations)
        )
        top += room
    if threads:
        yield _label(" · ".join(told for told, _ in sewing), (_COLUMN, top, _COLUMN_WIDTH, 4_000))
        frame = (_COLUMN, top + 4_500, _COLUMN_WIDTH, foot - top - 5_500)
        yield Word("\n".join(threads), frame, 16, lines=len(threads))
    if facts.note:
        yield _label("NOTE", (_COLUMN, foot, _COLUMN_WIDTH, 4_000))
        yield Word(
            facts.note, (_COLUMN, foot + 4_500, _COLUMN_WIDTH, _NOTE_UM - 4_500), 13, lines=4
        )


def _work(
    made: Sequence[Surface], own: TicketLibrary, picture: vips.Pixels | None
) -> Iterator[Item]:
    """Yield the product's picture, and below it every surface as it is made."""
    if picture is not None:
        height, width = picture.shape[:2]
        size = contained((0, 0, _PICTURE_PX, _PICTURE_PX), width, height)[2:]
        data = vips.png(vips.resize(picture, *size), photographic=True)
        sha256 = own.add(data)
        yield image((_MARGIN, 75_000, _LEFT_WIDTH, 77_000), sha256, *size)
    for surface, frame in _drawings(made):
        yield from as_made(frame, surface)


def _drawings(made: Sequence[Surface]) -> Iterator[tuple[Surface, Frame]]:
    shown = made[:_MAX_SURFACES]
    across = 1 if len(shown) == 1 else 2
    down = (len(shown) + across - 1) // across
    width, height = _LEFT_WIDTH // across, 76_000 // max(1, down)
    for place, surface in enumerate(shown):
        left, top = place % across * width, place // across * height
        yield surface, (_MARGIN + left, 160_000 + 5_000 + top, width - 3_000, height - 8_500)


def _texts(made: Sequence[Surface], template: Template) -> Iterator[Word]:
    """Yield the sizes of what is made and the texts as typed, in plain letters."""
    for surface, frame in _drawings(made):
        size = f"{um_as_mm(surface.width_um)} × {um_as_mm(surface.height_um)} mm"
        label = f"AS MADE · {surface.id} · {size}" if len(made) == 1 else f"{surface.id} · {size}"
        yield _label(label, (frame[0], frame[1] - 5_000, frame[2], 4_500))
    names = {zone.id: zone.display_name or zone.id for zone in template.zones}
    typed = [
        (names.get(zone.zone, zone.zone), zone.text)
        for surface in made
        for zone in surface.zones
        if zone.text is not None
    ][:_MAX_TEXTS]
    top, room = 160_000, 76_000 // max(1, len(typed))
    for name, text in typed:
        height = min(room, 40_000)
        yield _label(f"AS TYPED · {name}", (_COLUMN, top, _COLUMN_WIDTH, 4_500))
        frame = (_COLUMN, top + 5_500, _COLUMN_WIDTH, height - 7_000)
        lines = _lines_of(text.text_as_typed)
        yield Word(text.text_as_typed, frame, 40, lines=lines, faces=text.font_sha256)
        top += height


def _lines_of(typed: str) -> int:
    """Return how many lines a text may take: its own, so that no break looks typed, unless it is long."""
    own = typed.splitlines() or [""]
    return len(own) if max(map(len, own)) <= _UNBROKEN and len(own) <= _MAX_LINES else _MAX_LINES


def _verdict(problems: Sequence[Problem]) -> Iterator[Word]:
    """Yield what preflight found, in one line."""
    line = "PREFLIGHT · No problems."
    if problems:
        count = "1 warning" if len(problems) == 1 else f"{len(problems)} warnings"
        line = f"PREFLIGHT · {count}: " + " ".join(problem.message for problem in problems)
    if problems:
        frame = (_MARGIN + 2_000, 286_600, _INNER - 4_000, 6_400)
        yield Word(line, frame, 12, ink=WHITE, lines=2)
    else:
        yield Word(line, (_MARGIN, 286_600, _INNER, 6_400), 12)


def _warning_bar(problems: Sequence[Problem]) -> Iterator[Frame]:
    if problems:
        yield (_MARGIN, 285_800, _INNER, 8_000)


def _foot(facts: TicketFacts, layout: Layout) -> Iterator[Word]:
    yield Word(facts.code, (_MARGIN, 273_000, _INNER, 8_500), 20, Align.CENTRE)
    line = f"layout {layout.digest()}"
    yield Word(line, (_MARGIN, 281_800, _INNER, 3_200), 7, Align.CENTRE, ink=GREY)


def _label(text: str, frame: Frame, align: Align = Align.START) -> Word:
    return Word(text, frame, 9, align, ink=GREY)
