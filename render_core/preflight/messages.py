"""What problems say: one table, by message key, from which every problem of the render core is made.

A key is the problem's code, or the code, a dot and the variant where one code has several
sentences. The words in braces are the problem's `params`, so that a client which translates looks up
its own sentence by code (and by the param `variant` where there is one) and fills in the same
values. Lengths come in millimetres, sizes in points, both in decimal without a unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from render_core.layout import Box
from render_core.preflight.making_messages import OF_MAKING
from render_core.preflight.words import Words, error, warning
from render_core.problems import Problem

VARIANT: Final = "variant"


_CHOOSE: Final = "Choose one that the zone offers."
_USE_ONE_OF: Final = "Use one of: {offered}."
_REMOVE_CHARACTER: Final = "Remove this character."

# What a design is told, whatever makes it.
OF_DESIGNS: Final[Mapping[str, Words]] = {
    # Values, before anything is set.
    "ZONE_UNKNOWN": error("This product has no zone “{name}”.", _USE_ONE_OF),
    "ZONE_REQUIRED": error("“{name}” must not be empty.", "Fill in this zone."),
    "VALUE_KIND_WRONG.text": error("“{name}” takes text."),
    "VALUE_KIND_WRONG.artwork": error("“{name}” takes artwork."),
    "VALUE_KIND_WRONG.colour": error("“{name}” takes a colour."),
    "FONT_NOT_ALLOWED": error("This font cannot be used here.", _CHOOSE),
    "INK_UNKNOWN": error("This colour cannot be used here.", _CHOOSE),
    "OPTION_UNKNOWN": error("This product has no option “{option}”.", _USE_ONE_OF),
    "CHOICE_UNKNOWN": error("This product does not offer “{choice}” for “{option}”.", _USE_ONE_OF),
    # Text, before any font is looked at.
    "TEXT_TOO_LONG": error(
        "This text has {count} characters; {limit} are allowed.", "Remove {excess}."
    ),
    "TEXT_TOO_SHORT": error(
        "This text has {count} characters; at least {limit} are needed.", "Add {lacking}."
    ),
    "TOO_MANY_LINES": error(
        "This text has {count} lines; {limit} fit here.", "Remove line breaks."
    ),
    "TOO_MANY_MARKS": error(
        "One character carries {count} marks.", "Remove marks from this character."
    ),
    "CHARACTER_NOT_ALLOWED": error("“{text}” cannot be used here.", "Use other characters."),
    "EMOJI_NOT_ALLOWED": error(
        "“{text}” ({code_points}) is an emoji; this cannot be made of emoji.",
        "Remove the emoji.",
    ),
    "FORBIDDEN_WORD": error("“{word}” cannot be used here.", "Use another word."),
    "CONFUSABLE_CHARACTERS": warning(
        "“{text}” ({code_points}) looks like “{looks_like}”, but is a letter of another alphabet.",
        "Use “{looks_like}”.",
    ),
    "LONE_SURROGATE": error(
        "{code_point} at place {place} is half of a character. It cannot be made.",
        _REMOVE_CHARACTER,
    ),
    "UNASSIGNED_CHARACTER": error(
        "{code_point} at place {place} is not a character of Unicode {version}. It cannot be made.",
        _REMOVE_CHARACTER,
    ),
    "CONTROL_CHARACTER": error(
        "{code_point} at place {place} is a control character. It is left out.", _REMOVE_CHARACTER
    ),
    "BIDI_CONTROL": warning(
        "{code_point} at place {place} is an invisible mark for the direction of text. "
        "It is left out.",
        _REMOVE_CHARACTER,
    ),
    "INVISIBLE_CHARACTER": warning(
        "{code_point} at place {place} cannot be seen. It is left out.", _REMOVE_CHARACTER
    ),
    # Text, once it is set.
    "MISSING_GLYPH": error(
        "“{text}” ({code_points}) is not in this font.",
        "Choose another font or another character.",
    ),
    "DOES_NOT_FIT": error(
        "This text fits at {fits_pt} pt; it needs at least {needed_pt} pt here.",
        "Shorten the text.",
    ),
    "DOES_NOT_FIT.lines_left": error(
        "This text fits at {fits_pt} pt; it needs at least {needed_pt} pt here.",
        "Shorten the text or break it into more lines.",
    ),
    "DOES_NOT_FIT.on_line": error(
        "Along its line this text fits at {fits_pt} pt; it needs at least {needed_pt} pt here.",
        "Shorten the text.",
    ),
    "DOES_NOT_FIT.monogram": error(
        "This monogram fits at {fits_pt} pt; it needs at least {needed_pt} pt here.",
        "Use fewer letters.",
    ),
    "MONOGRAM_CHARACTER": error(
        "“{text}” is no letter of a monogram.", "Use one, two or three letters, or a name."
    ),
    "MONOGRAM_TOO_LONG": error(
        "A monogram has at most {limit} letters; this text has {count}.",
        "Use the initials: {initials}.",
    ),
    # Artwork.
    "ARTWORK_UNKNOWN": error("This artwork is not known.", "Upload it first."),
    "ARTWORK_KIND_NOT_ALLOWED.drawing": error(
        "Drawings cannot be made in “{name}”.", "Use a picture."
    ),
    "ARTWORK_KIND_NOT_ALLOWED.picture": error(
        "Pictures cannot be made in “{name}”.", "Use a drawing."
    ),
    "ARTWORK_PART_OUTSIDE": error(
        "The part that was chosen reaches beyond the artwork.", "Choose a part inside of it."
    ),
    "ARTWORK_PART_TOO_SMALL": error(
        "The part that was chosen is too small to be made this large.", "Choose a larger part."
    ),
    "IMAGE_RESOLUTION_LOW": error(
        "This picture has {dpi} pixels per inch here; {required_dpi} are needed.",
        "Use a larger picture.",
    ),
    "PATTERN_TOO_FINE": error(
        "This artwork would be repeated {tiles} times here; at most {limit} are made.",
        "Use artwork that is taller for its width.",
    ),
    "PATTERN_TOO_DETAILED": error(
        "This drawing is too detailed to be repeated {tiles} times.", "Use a simpler drawing."
    ),
    # Codes.
    "CODE_TOO_LONG": error(
        "This text has {count} characters; a code that can be read holds {limit} of them here.",
        "Remove {excess}.",
    ),
    "CODE_MODULE_TOO_SMALL": error(
        "The squares of this code are {measured_mm} mm wide; {required_mm} mm are needed to read it."
    ),
    # What is made, measured.
    "STROKE_TOO_THIN.text": error(
        "A stroke is {measured_mm} mm thin at this size; {required_mm} mm are needed.",
        "Choose a bolder font, or shorten the text so that it is set larger.",
    ),
    "STROKE_TOO_THIN.artwork": error(
        "A stroke is {measured_mm} mm thin at this size; {required_mm} mm are needed.",
        "Use artwork with thicker strokes.",
    ),
    "GAP_TOO_NARROW.text": error(
        "A gap is {measured_mm} mm narrow at this size; {required_mm} mm are needed.",
        "Choose a more open font, or shorten the text so that it is set larger.",
    ),
    "GAP_TOO_NARROW.artwork": error(
        "A gap is {measured_mm} mm narrow at this size; {required_mm} mm are needed.",
        "Use artwork with wider gaps.",
    ),
    "ISLAND_FALLS_OUT.text": error(
        "When “{text}” is cut out, its inside falls out as well: {count} loose.",
        "Choose a stencil font, whose bridges hold the inside, or other letters.",
    ),
    "ISLAND_FALLS_OUT.artwork": error(
        "When this artwork is cut out, loose pieces fall out of the sheet: {count}.",
        "Add bridges that hold them, or use other artwork.",
    ),
    "OUTSIDE_SAFE_AREA": warning(
        "This reaches {over_mm} mm over the safe area.",
        "Shorten the text, or choose something smaller.",
    ),
    "OUTSIDE_BLEED": error(
        "This reaches {over_mm} mm over the edge of what can be made.",
        "Shorten the text, or choose something smaller.",
    ),
    "BLEED_NOT_COVERED": error(
        "This picture ends {short_mm} mm before the edge that it has to cover.",
        "Use a larger part of the picture, or another one.",
    ),
    "OUT_OF_GAMUT.ink": warning(
        "The colour {rgb_hex} comes out different when it is printed, by ΔE {delta_e}.",
        "Choose a less bright colour, or expect it duller.",
    ),
    "OUT_OF_GAMUT.picture": warning(
        "About {percent} % of this picture comes out different when it is printed, "
        "by up to ΔE {delta_e}.",
        "Use a less bright picture, or expect it duller.",
    ),
    "TOO_DETAILED": warning(
        "This artwork is too detailed to be checked for thin strokes and narrow gaps.",
        "Use simpler artwork.",
    ),
}

MESSAGES: Final[Mapping[str, Words]] = {**OF_DESIGNS, **OF_MAKING}


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
