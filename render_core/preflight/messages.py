"""What problems say: one table, by message key, from which every problem of the render core is made.

A key is the problem's code, or the code, a dot and the variant where one code has several
sentences. The words in braces are the problem's `params`, so that a client which translates looks up
its own sentence by code (and by the param `variant` where there is one) and fills in the same
values. Lengths come in millimetres, sizes in points, both in decimal without a unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from render_core.layout import Box
from render_core.problems import Problem, Severity

VARIANT: Final = "variant"


@dataclass(frozen=True, slots=True)
class Words:
    """How grave a problem is, its sentence, and what the shopper can do, "" where nothing."""

    severity: Severity
    message: str
    suggestion: str = ""


def _error(message: str, suggestion: str = "") -> Words:
    return Words(Severity.ERROR, message, suggestion)


def _warning(message: str, suggestion: str = "") -> Words:
    return Words(Severity.WARNING, message, suggestion)


_CHOOSE: Final = "Choose one that the zone offers."
_USE_ONE_OF: Final = "Use one of: {offered}."
_REMOVE_CHARACTER: Final = "Remove this character."

MESSAGES: Final[Mapping[str, Words]] = {
    # Values, before anything is set.
    "ZONE_UNKNOWN": _error("This product has no zone “{name}”.", _USE_ONE_OF),
    "ZONE_REQUIRED": _error("“{name}” must not be empty.", "Fill in this zone."),
    "VALUE_KIND_WRONG.text": _error("“{name}” takes text."),
    "VALUE_KIND_WRONG.artwork": _error("“{name}” takes artwork."),
    "VALUE_KIND_WRONG.colour": _error("“{name}” takes a colour."),
    "FONT_NOT_ALLOWED": _error("This font cannot be used here.", _CHOOSE),
    "INK_UNKNOWN": _error("This colour cannot be used here.", _CHOOSE),
    "OPTION_UNKNOWN": _error("This product has no option “{option}”.", _USE_ONE_OF),
    "CHOICE_UNKNOWN": _error("This product does not offer “{choice}” for “{option}”.", _USE_ONE_OF),
    # Text, before any font is looked at.
    "TEXT_TOO_LONG": _error(
        "This text has {count} characters; {limit} are allowed.", "Remove {excess}."
    ),
    "TEXT_TOO_SHORT": _error(
        "This text has {count} characters; at least {limit} are needed.", "Add {lacking}."
    ),
    "TOO_MANY_LINES": _error(
        "This text has {count} lines; {limit} fit here.", "Remove line breaks."
    ),
    "TOO_MANY_MARKS": _error(
        "One character carries {count} marks.", "Remove marks from this character."
    ),
    "CHARACTER_NOT_ALLOWED": _error("“{text}” cannot be used here.", "Use other characters."),
    "EMOJI_NOT_ALLOWED": _error(
        "“{text}” ({code_points}) is an emoji; this cannot be made of emoji.",
        "Remove the emoji.",
    ),
    "FORBIDDEN_WORD": _error("“{word}” cannot be used here.", "Use another word."),
    "CONFUSABLE_CHARACTERS": _warning(
        "“{text}” ({code_points}) looks like “{looks_like}”, but is a letter of another alphabet.",
        "Use “{looks_like}”.",
    ),
    "LONE_SURROGATE": _error(
        "{code_point} at place {place} is half of a character. It cannot be made.",
        _REMOVE_CHARACTER,
    ),
    "UNASSIGNED_CHARACTER": _error(
        "{code_point} at place {place} is not a character of Unicode {version}. It cannot be made.",
        _REMOVE_CHARACTER,
    ),
    "CONTROL_CHARACTER": _error(
        "{code_point} at place {place} is a control character. It is left out.", _REMOVE_CHARACTER
    ),
    "BIDI_CONTROL": _warning(
        "{code_point} at place {place} is an invisible mark for the direction of text. "
        "It is left out.",
        _REMOVE_CHARACTER,
    ),
    "INVISIBLE_CHARACTER": _warning(
        "{code_point} at place {place} cannot be seen. It is left out.", _REMOVE_CHARACTER
    ),
    # Text, once it is set.
    "MISSING_GLYPH": _error(
        "“{text}” ({code_points}) is not in this font.",
        "Choose another font or another character.",
    ),
    "DOES_NOT_FIT": _error(
        "This text fits at {fits_pt} pt; it needs at least {needed_pt} pt here.",
        "Shorten the text.",
    ),
    "DOES_NOT_FIT.lines_left": _error(
        "This text fits at {fits_pt} pt; it needs at least {needed_pt} pt here.",
        "Shorten the text or break it into more lines.",
    ),
    "DOES_NOT_FIT.on_line": _error(
        "Along its line this text fits at {fits_pt} pt; it needs at least {needed_pt} pt here.",
        "Shorten the text.",
    ),
    "DOES_NOT_FIT.monogram": _error(
        "This monogram fits at {fits_pt} pt; it needs at least {needed_pt} pt here.",
        "Use fewer letters.",
    ),
    "MONOGRAM_CHARACTER": _error(
        "“{text}” is no letter of a monogram.", "Use one, two or three letters, or a name."
    ),
    "MONOGRAM_TOO_LONG": _error(
        "A monogram has at most {limit} letters; this text has {count}.",
        "Use the initials: {initials}.",
    ),
    # Artwork.
    "ARTWORK_UNKNOWN": _error("This artwork is not known.", "Upload it first."),
    "ARTWORK_KIND_NOT_ALLOWED.drawing": _error(
        "Drawings cannot be made in “{name}”.", "Use a picture."
    ),
    "ARTWORK_KIND_NOT_ALLOWED.picture": _error(
        "Pictures cannot be made in “{name}”.", "Use a drawing."
    ),
    "ARTWORK_PART_OUTSIDE": _error(
        "The part that was chosen reaches beyond the artwork.", "Choose a part inside of it."
    ),
    "ARTWORK_PART_TOO_SMALL": _error(
        "The part that was chosen is too small to be made this large.", "Choose a larger part."
    ),
    "IMAGE_RESOLUTION_LOW": _error(
        "This picture has {dpi} pixels per inch here; {required_dpi} are needed.",
        "Use a larger picture.",
    ),
    "PATTERN_TOO_FINE": _error(
        "This artwork would be repeated {tiles} times here; at most {limit} are made.",
        "Use artwork that is taller for its width.",
    ),
    "PATTERN_TOO_DETAILED": _error(
        "This drawing is too detailed to be repeated {tiles} times.", "Use a simpler drawing."
    ),
    # Codes.
    "CODE_TOO_LONG": _error(
        "This text has {count} characters; a code that can be read holds {limit} of them here.",
        "Remove {excess}.",
    ),
    "CODE_MODULE_TOO_SMALL": _error(
        "The squares of this code are {measured_mm} mm wide; {required_mm} mm are needed to read it."
    ),
    # What is made, measured.
    "STROKE_TOO_THIN.text": _error(
        "A stroke is {measured_mm} mm thin at this size; {required_mm} mm are needed.",
        "Choose a bolder font, or shorten the text so that it is set larger.",
    ),
    "STROKE_TOO_THIN.artwork": _error(
        "A stroke is {measured_mm} mm thin at this size; {required_mm} mm are needed.",
        "Use artwork with thicker strokes.",
    ),
    "GAP_TOO_NARROW.text": _error(
        "A gap is {measured_mm} mm narrow at this size; {required_mm} mm are needed.",
        "Choose a more open font, or shorten the text so that it is set larger.",
    ),
    "GAP_TOO_NARROW.artwork": _error(
        "A gap is {measured_mm} mm narrow at this size; {required_mm} mm are needed.",
        "Use artwork with wider gaps.",
    ),
    "ISLAND_FALLS_OUT.text": _error(
        "When “{text}” is cut out, its inside falls out as well: {count} loose.",
        "Choose a stencil font, whose bridges hold the inside, or other letters.",
    ),
    "ISLAND_FALLS_OUT.artwork": _error(
        "When this artwork is cut out, loose pieces fall out of the sheet: {count}.",
        "Add bridges that hold them, or use other artwork.",
    ),
    "OUTSIDE_SAFE_AREA": _warning(
        "This reaches {over_mm} mm over the safe area.",
        "Shorten the text, or choose something smaller.",
    ),
    "OUTSIDE_BLEED": _error(
        "This reaches {over_mm} mm over the edge of what can be made.",
        "Shorten the text, or choose something smaller.",
    ),
    "BLEED_NOT_COVERED": _error(
        "This picture ends {short_mm} mm before the edge that it has to cover.",
        "Use a larger part of the picture, or another one.",
    ),
    "OUT_OF_GAMUT.ink": _warning(
        "The colour {rgb_hex} comes out different when it is printed, by ΔE {delta_e}.",
        "Choose a less bright colour, or expect it duller.",
    ),
    "OUT_OF_GAMUT.picture": _warning(
        "About {percent} % of this picture comes out different when it is printed, "
        "by up to ΔE {delta_e}.",
        "Use a less bright picture, or expect it duller.",
    ),
    # What one machine cannot make, or makes otherwise than it was drawn.
    "OPERATION_NOT_MADE": _error(
        "“{machine}” does not {operation}.", "Choose a machine that does, or leave this out."
    ),
    "INK_NOT_ON_MACHINE": _error(
        "“{machine}” has no ink “{ink}”.", "Choose an ink that it has, or add it to the machine."
    ),
    "PICTURE_NOT_MADE": _error(
        "“{machine}” follows lines here; it cannot make a picture.", "Use a drawing."
    ),
    "LARGER_THAN_BED": _error(
        "The work is {width_mm} × {height_mm} mm; “{machine}” holds {bed_width_mm} × "
        "{bed_height_mm} mm.",
        "Choose a larger machine, or have the work made in tiles.",
    ),
    "PATH_OPEN": _error(
        "This outline is open: its ends are {measured_mm} mm apart.", "Close the outline."
    ),
    "PATH_CROSSES_ITSELF": _warning(
        "This outline crosses itself; what it encloses is made as one area.",
        "Check that this is what is meant.",
    ),
    "LOOP_WITHOUT_AREA": _warning(
        "This outline encloses nothing; it is left out.", "Remove it from the drawing."
    ),
    "EDGES_COINCIDE": _warning(
        "Two outlines lie on each other here; they are made once.", "Remove one of them."
    ),
    "OUTLINE_TOO_TANGLED": _error(
        "This outline crosses itself too often to be worked out.", "Use a simpler drawing."
    ),
    "NO_ROOM_FOR_LEAD": _warning(
        "There is no room for a lead-in here; the tool starts on the edge.",
        "Leave more room around it, or ask for a shorter lead-in.",
    ),
    "FILL_TOO_FINE": _error(
        "This area takes {count} lines; at most {limit} are made.",
        "Use a wider spacing, or something smaller.",
    ),
    "KERF_WIDER.stroke": _error(
        "A stroke is {measured_mm} mm thin; the tool takes away {required_mm} mm.",
        "Use something bolder or larger, or a finer tool.",
    ),
    "KERF_WIDER.gap": _error(
        "A gap is {measured_mm} mm narrow; the tool takes away {required_mm} mm.",
        "Use something more open or larger, or a finer tool.",
    ),
    # What cannot be sewn, or only in another way than drawn.
    "STITCH_PICTURE": _error(
        "A picture of pixels cannot be sewn.", "Use a drawing with areas of one colour each."
    ),
    "STITCH_GRADIENT": _error(
        "A gradient cannot be sewn: a thread has one colour.", "Choose one colour."
    ),
    "STITCH_TOO_DETAILED": _error(
        "This drawing is too detailed to be sewn.", "Simplify it, or make it smaller."
    ),
    "STITCH_THREAD_MISSING": _error(
        "The machine has no thread for {colour}.", "Choose a colour among its threads."
    ),
    "STITCH_NO_AREA": _error(
        "A shape encloses no area, so there is nothing to sew.",
        "Draw it wider, or as a line with a width.",
    ),
    "STITCH_TOO_SMALL": _error(
        "A part is {measured_mm} mm across; the shortest stitch has {required_mm} mm.",
        "Make it larger.",
    ),
    "STITCH_TOO_THIN": _warning(
        "A stroke of {measured_mm} mm is thinner than the thread, {required_mm} mm; it is sewn wider.",
        "Choose a bolder font or a larger size.",
    ),
    "STITCH_OPEN_CONTOUR": _warning(
        "A contour is open; it is sewn as if a straight line closed it.", "Close it."
    ),
    # What cannot be nested.
    "NEST_NO_PARTS": _error("There are no parts to nest.", "Add parts."),
    "NEST_NO_SHEETS": _error("There are no sheets to nest on.", "Add a size of sheet."),
    "NEST_TOO_MANY_PARTS": _error(
        "{copies} copies are too many for one nesting.", "Nest them as several batches."
    ),
    "NEST_TOO_DETAILED": _error(
        "The parts have {points} points together.", "Use simpler outlines, or several batches."
    ),
    "NEST_SPACING_NEGATIVE": _error("A spacing is below 0.", "Give distances of 0 µm or more."),
    "NEST_ID_TWICE.part": _error(
        "The part {part} is listed twice.",
        "Give each an id of its own, and list copies as a quantity.",
    ),
    "NEST_ID_TWICE.stock": _error(
        "The sheet {stock} is listed twice.", "Give each an id of its own, and say how many."
    ),
    "NEST_STOCK_SIZE": _error(
        "The sheet {stock} has no sides between 1 µm and ten metres.",
        "Correct its size and margins.",
    ),
    "NEST_STOCK_COUNT": _error(
        "The sheet {stock} has a negative count.",
        "Give how many there are, or leave the count out.",
    ),
    "NEST_STOCK_NO_ROOM": _error(
        "The margins of sheet {stock} leave no room.", "Make the margins smaller."
    ),
    "NEST_SHEETS_USED_UP": _error(
        "No sheet is left for {copies} of part {part}.",
        "Add sheets to the stock, or nest fewer parts.",
    ),
    "NEST_QUANTITY": _error(
        "Part {part} has a quantity of {quantity}.", "Ask for one or more, or leave the part out."
    ),
    "NEST_ROTATIONS": _error("Part {part} has {count} rotations.", "Allow 1 to {limit}, or any."),
    "NEST_PART_TOO_DETAILED": _error(
        "The outline of part {part} has {points} points.", "Use a simpler outline."
    ),
    "NEST_PART_TOO_FAR": _error(
        "Part {part} lies farther than ten metres from its origin.",
        "Move it to its origin, or correct its size.",
    ),
    "NEST_PART_OPEN": _error(
        "The outline of part {part} is open.", "Close every contour of what is cut out."
    ),
    "NEST_PART_EMPTY": _error("Part {part} has no area.", "Give the outline of what is cut out."),
    "NEST_LABEL": _error(
        "The order of part {part} cannot be written as a label.",
        "Use printable ASCII, {limit} characters at most.",
    ),
    "NEST_GRAIN": _error(
        "Part {part} cannot be turned along the grain of any sheet.",
        "Allow it more rotations, or leave its grain out.",
    ),
    "NEST_PART_TOO_LARGE": _error(
        "Part {part} is larger than every sheet, in all its rotations.",
        "Add a larger sheet, allow more rotations, or cut it in pieces.",
    ),
    "TOO_DETAILED": _warning(
        "This artwork is too detailed to be checked for thin strokes and narrow gaps.",
        "Use simpler artwork.",
    ),
}


def problem(
    key: str,
    zone: str,
    /,
    *,
    at: tuple[int, int] = (0, 0),
    corrected: str | None = None,
    box: Box | None = None,
    measured: float | None = None,
    required: float | None = None,
    params: Mapping[str, str | int] | None = None,
) -> Problem:
    """Return the problem of a message key.

    at: UTF-16 range in the text as typed. params: exactly what the words of the key name.
    KeyError for a key that is not in `MESSAGES`, or a word without its value.
    """
    words = MESSAGES[key]
    code, _, variant = key.partition(".")
    values = {name: str(value) for name, value in (params or {}).items()}
    message, suggestion = words.message.format_map(values), words.suggestion.format_map(values)
    if variant:
        values[VARIANT] = variant
    start, end = at
    return Problem(
        code=code,
        severity=words.severity,
        zone=zone,
        message=message,
        suggestion=suggestion,
        corrected=corrected,
        start_utf16=start,
        end_utf16=end,
        box=box,
        measured=measured,
        required=required,
        params=tuple(sorted(values.items())),
    )
