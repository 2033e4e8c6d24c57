"""What is said of a design on one machine, in stitches and on sheets: a part of `messages.MESSAGES`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from render_core.preflight.words import Words, error, warning

OF_MAKING: Final[Mapping[str, Words]] = {
    # What one machine cannot make, or makes otherwise than it was drawn.
    "OPERATION_NOT_MADE": error(
        "“{machine}” does not {operation}.", "Choose a machine that does, or leave this out."
    ),
    "MACHINE_WITHOUT_WORK": warning(
        "“{machine}” does nothing that this design needs; there is no file for it.",
        "Choose another machine, or leave it out.",
    ),
    "INK_NOT_ON_MACHINE": error(
        "“{machine}” has no ink “{ink}”.", "Choose an ink that it has, or add it to the machine."
    ),
    "PICTURE_NOT_MADE": error(
        "“{machine}” follows lines here; it cannot make a picture.", "Use a drawing."
    ),
    "LARGER_THAN_BED": error(
        "The work on “{surface}” is {width_mm} × {height_mm} mm; “{machine}” holds "
        "{bed_width_mm} × {bed_height_mm} mm.",
        "Choose a larger machine, or have the work made in tiles.",
    ),
    "BELOW_ORIGIN": warning(
        "The work on “{surface}” reaches {measured_mm} mm beyond the corner that “{machine}” counts "
        "from.",
        "Have the machine count from the corner of the work, or leave room at the edge.",
    ),
    "PATH_OPEN": error(
        "This outline is open: its ends are {measured_mm} mm apart.", "Close the outline."
    ),
    "PATH_CROSSES_ITSELF": warning(
        "This outline crosses itself; what it encloses is made as one area.",
        "Check that this is what is meant.",
    ),
    "LOOP_WITHOUT_AREA": warning(
        "This outline encloses nothing; it is left out.", "Remove it from the drawing."
    ),
    "EDGES_COINCIDE": warning(
        "Two outlines lie on each other here; they are made once.", "Remove one of them."
    ),
    "EDGES_COINCIDE.shared": warning(
        "Two outlines share an edge here; it is made for each of them.",
        "Leave a gap between them, or draw the edge once.",
    ),
    "OUTLINE_TOO_TANGLED": error(
        "This outline crosses itself too often to be worked out.", "Use a simpler drawing."
    ),
    "NO_ROOM_FOR_LEAD": warning(
        "There is no room for a lead-in here; the tool starts on the edge.",
        "Leave more room around it, or ask for a shorter lead-in.",
    ),
    "FILL_TOO_FINE": error(
        "This area takes {count} lines; at most {limit} are made.",
        "Use a wider spacing, or something smaller.",
    ),
    "KERF_WIDER.stroke": error(
        "A stroke is {measured_mm} mm thin; the tool takes away {required_mm} mm.",
        "Use something bolder or larger, or a finer tool.",
    ),
    "KERF_WIDER.gap": error(
        "A gap is {measured_mm} mm narrow; the tool takes away {required_mm} mm.",
        "Use something more open or larger, or a finer tool.",
    ),
    # What cannot be sewn, or only in another way than drawn.
    "STITCH_PICTURE": error(
        "A picture of pixels cannot be sewn.", "Use a drawing with areas of one colour each."
    ),
    "STITCH_GRADIENT": error(
        "A gradient cannot be sewn: a thread has one colour.", "Choose one colour."
    ),
    "STITCH_TOO_DETAILED": error(
        "This drawing is too detailed to be sewn.", "Simplify it, or make it smaller."
    ),
    "STITCH_THREAD_MISSING": error(
        "The machine has no thread for {colour}.", "Choose a colour among its threads."
    ),
    "STITCH_NO_AREA": error(
        "A shape encloses no area, so there is nothing to sew.",
        "Draw it wider, or as a line with a width.",
    ),
    "STITCH_TOO_SMALL": error(
        "A part is {measured_mm} mm across; from {required_mm} mm on it can be sewn.",
        "Make it larger.",
    ),
    "STITCH_TOO_THIN": warning(
        "A stroke of {measured_mm} mm is thinner than the thread, {required_mm} mm; it is sewn wider.",
        "Choose a bolder font or a larger size.",
    ),
    "STITCH_OPEN_CONTOUR": warning(
        "A contour is open; it is sewn as if a straight line closed it.", "Close it."
    ),
    # What cannot be nested.
    "NEST_NO_PARTS": error("There are no parts to nest.", "Add parts."),
    "NEST_NO_SHEETS": error("There are no sheets to nest on.", "Add a size of sheet."),
    "NEST_TOO_MANY_PARTS": error(
        "{copies} copies are too many for one nesting.", "Nest them as several batches."
    ),
    "NEST_TOO_DETAILED": error(
        "The parts have {points} points together.", "Use simpler outlines, or several batches."
    ),
    "NEST_SPACING_NEGATIVE": error("A spacing is below 0.", "Give distances of 0 µm or more."),
    "NEST_ID_TWICE.part": error(
        "The part {part} is listed twice.",
        "Give each an id of its own, and list copies as a quantity.",
    ),
    "NEST_ID_TWICE.stock": error(
        "The sheet {stock} is listed twice.", "Give each an id of its own, and say how many."
    ),
    "NEST_STOCK_SIZE": error(
        "The sheet {stock} has no sides between 1 µm and ten metres.",
        "Correct its size and margins.",
    ),
    "NEST_STOCK_COUNT": error(
        "The sheet {stock} has a negative count.",
        "Give how many there are, or leave the count out.",
    ),
    "NEST_STOCK_NO_ROOM": error(
        "The margins of sheet {stock} leave no room.", "Make the margins smaller."
    ),
    "NEST_SHEETS_USED_UP": error(
        "No sheet is left for {copies} of part {part}.",
        "Add sheets to the stock, or nest fewer parts.",
    ),
    "NEST_QUANTITY": error(
        "Part {part} has a quantity of {quantity}.", "Ask for one or more, or leave the part out."
    ),
    "NEST_ROTATIONS": error("Part {part} has {count} rotations.", "Allow 1 to {limit}, or any."),
    "NEST_PART_TOO_DETAILED": error(
        "The outline of part {part} has {points} points.", "Use a simpler outline."
    ),
    "NEST_PART_TOO_FAR": error(
        "Part {part} lies farther than ten metres from its origin.",
        "Move it to its origin, or correct its size.",
    ),
    "NEST_PART_OPEN": error(
        "The outline of part {part} is open.", "Close every contour of what is cut out."
    ),
    "NEST_PART_EMPTY": error("Part {part} has no area.", "Give the outline of what is cut out."),
    "NEST_LABEL": error(
        "The order of part {part} cannot be written as a label.",
        "Use printable characters, {limit} at most.",
    ),
    "NEST_GRAIN": error(
        "Part {part} cannot be turned along the grain of any sheet.",
        "Allow it more rotations, or leave its grain out.",
    ),
    "NEST_PART_NO_STOCK": error(
        "Part {part} may lie on none of these sheets.", "Add a sheet that it may be made of."
    ),
    "NEST_PART_TOO_LARGE": error(
        "Part {part} is larger than every sheet, in all its rotations.",
        "Add a larger sheet, allow more rotations, or cut it in pieces.",
    ),
}
