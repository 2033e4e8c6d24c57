"""Tiles of problems: what preflight refuses or warns of, as a shopper is told.

There is one for every code of a design but those of `NEVER_MET`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import Any, Final

import pyvips
from PIL import Image

from examples.gallery.pictures import LAKE, LEAVES, LOGO
from examples.gallery.tiles import LIBRARY, Tile, artwork, face, picture, rules, several, tile, zone
from render_core.artwork_rules import CodeRules, Crop, PatternRules
from render_core.design import (
    ArtworkRules,
    ArtworkValue,
    ColourRules,
    ColourValue,
    ImageFit,
    Option,
    Overflow,
    TextValue,
    ZoneSpec,
    ZoneValue,
)
from render_core.layout import Ink, Operation
from render_core.text_rules import EmojiPolicy, MonogramRules, TextPath, TextPathKind

# Guards of what the steps before them keep to: no design that can be written leads there.
NEVER_MET: Final = frozenset({"OUTSIDE_SAFE_AREA", "OUTSIDE_BLEED", "BLEED_NOT_COVERED"})
_SMALL: Final = "photos/shopper-lake-small.webp"
_GREEN: Final = Ink((0, 235, 60))


@cache
def _press() -> str:
    """Return the SHA-256 of a profile of a press: the CMYK one that libvips brings along."""
    pixel = pyvips.Image.black(1, 1, bands=3).copy(interpretation="srgb")
    printed = pixel.icc_export(output_profile="cmyk")
    return LIBRARY.add(bytes(printed.get("icc-profile-data")))


def _comb(lines: int) -> str:
    """Return a drawing of so many fine lines that what lies between them is not looked for."""
    pitch = 70 / lines
    data = "".join(f"M{1 + line * pitch:.3f} 1V27" for line in range(lines))
    path = f"<path d='{data}' stroke='#1c1e22' stroke-width='{pitch / 2:.3f}'/>"
    return artwork(
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 72 28'>{path}</svg>".encode()
    )


def _rainbow() -> str:
    """Return a picture of all hues, as bright as a screen makes them at the top."""
    hues = Image.linear_gradient("L").rotate(90).resize((720, 280))
    depth = Image.linear_gradient("L").resize((720, 280)).point(lambda value: 255 - value)
    file = BytesIO()
    full = Image.new("L", (720, 280), 255)
    Image.merge("HSV", (hues, depth, full)).convert("RGB").save(file, "PNG")
    return artwork(file.getvalue())


def _text(title: str, caption: str, text: str, **changes: Any) -> Tile:
    return tile(title, caption, text, zone(rules(changes.pop("font", "sans"), **changes)))


def _drawn(title: str, caption: str, name: str, art: ArtworkRules, **changes: Any) -> Tile:
    return tile(title, caption, ArtworkValue(picture(name)), zone(artwork=art, **changes))


def _hues(title: str, caption: str) -> Tile:
    rules = ArtworkRules(min_dpi=60, fit=ImageFit.COVER)
    press = _press()
    return tile(title, caption, ArtworkValue(_rainbow()), zone(artwork=rules), output_profile=press)


OF_TEXT: Final[tuple[Tile, ...]] = (
    _text("Too long", "Reported, and shown all the same.", "A name that never ends", max_graphemes=12),
    _text("Too short", "Where a number of letters is wanted.", "No", min_graphemes=3),
    _text("Too many lines", "Two fit here.", "one\ntwo\nthree", max_lines=2),
    _text("Does not fit", "Too long for the smallest size that is allowed.",
          "Incomprehensibilities everywhere", min_size_centipoint=3000),
    _text("Does not fit, to be reported", "This zone does not shrink; a second line would do.", "Constantinople", font="slab",
          overflow=Overflow.REPORT, min_size_centipoint=3600, max_size_centipoint=3600, max_lines=2),
    _text("Does not fit its line", "Measured along the arc.", "Twenty thousand leagues under the sea",
          min_size_centipoint=2000,
          path=TextPath(TextPathKind.ARC, bend_permille=300, inset_um=3000, start_permille=500)),
    _text("Does not fit as a monogram", "Too small a zone for its smallest size.", "WMW", font="serif",
          min_size_centipoint=8500, monogram=MonogramRules()),
    _text("No monogram", "With the initials, which would be one.", "Emma Louise van Kent", font="serif",
          monogram=MonogramRules()),
    _text("No letter of a monogram", "Letters alone.", "A!C", font="serif", monogram=MonogramRules()),
    _text("Not allowed", "This zone takes capitals.", "ROMEo", allowed="A-Z "),
    _text("Forbidden", "In any spelling.", "Bandit", forbidden_words=("bandit",)),
    _text("Look-alikes", "A Cyrillic letter in a Latin word.", "Pаul"),
    _text("Not covered", "Never a box in place of a letter.", "Emma 漢字"),
    _text("Emoji refused", "By the zone's policy.", "Max 🏆", emoji=EmojiPolicy.REFUSE),
    _text("A heap of marks", "More than any language puts on a letter.", "Zo" + "\u0301\u0302" * 12 + "e"),
    _text("Direction overridden", "Would make letters run backwards: left out.", "Em\u202ema"),
    _text("Invisible", "Left out.", "Em\u2062ma"),
    _text("A control character", "Left out.", "Em\x07ma"),
    _text("Half of a character", "Nothing can be made of it.", "Emma \ud83c"),
    _text("Not assigned", "Not a character of this Unicode.", "Emma \u0378"),
)  # fmt: skip

OF_ARTWORK: Final[tuple[Tile, ...]] = (
    _drawn("Too few pixels", "Measured after fit, crop and turn.", _SMALL, ArtworkRules()),
    _drawn("A drawing, where photos go", "By the zone's rules.", LOGO, ArtworkRules(allow_vector=False),
           display_name="Photo"),
    _drawn("A photo, where drawings go", "An engraver cannot make it.", LAKE, ArtworkRules(allow_raster=False), display_name="Logo"),
    tile("Not uploaded", "Nobody's.", ArtworkValue("0" * 64), zone(artwork=ArtworkRules())),
    tile("A part beyond the edge", "Of the picture that was uploaded.", ArtworkValue(picture(LAKE), Crop(80_000, 0, 40_000, 50_000)),
         zone(artwork=ArtworkRules())),
    tile("A speck", "Not blown up without end.", ArtworkValue(picture(LOGO), Crop(50_000, 50_000, 1, 1)),
         zone(artwork=ArtworkRules(fit=ImageFit.COVER))),
    _drawn("Repeated too often", "Some thousands are made, no more.", LOGO,
           ArtworkRules(pattern=PatternRules(tile_width_um=300))),
    _drawn("Too detailed to repeat", "Tiles times outlines.", LOGO,
           ArtworkRules(pattern=PatternRules(tile_width_um=900))),
    tile("A code too long", "For modules that can be read.", "https://hearth-oak.example/t/" + "4711" * 30,
         zone(code=CodeRules(min_module_um=500))),
    tile("A code too small", "However short its text.", "4711", zone(code=CodeRules(min_module_um=1500))),
)  # fmt: skip

OF_MAKING: Final[tuple[Tile, ...]] = (
    _text("Stroke too thin", "Measured on the outline, right to 0.02 mm.", "Hairline", font="serif",
          min_stroke_um=600, max_size_centipoint=3000),
    _text("Gap too narrow", "Between letters, in counters and slits.", "BABE", font="slab",
          min_gap_um=700, max_size_centipoint=3000),
    _drawn("Stroke of a drawing too thin", "The same measure.", LOGO, ArtworkRules(min_stroke_um=400)),
    _drawn("Gap of a drawing too narrow", "The same measure.", LOGO, ArtworkRules(min_gap_um=700)),
    tile("Too detailed to be measured", "Said, not passed over.", ArtworkValue(_comb(120)),
         zone(artwork=ArtworkRules(min_stroke_um=20, min_gap_um=20))),
    tile("Islands", "They would fall out of a stencil.", "OAK",
         zone(rules("slab"), operation=Operation.CUT, stencil=True)),
    _drawn("Islands of a drawing", "Loose pieces as well.", LOGO, ArtworkRules(),
           operation=Operation.CUT, stencil=True),
    tile("Out of gamut", "By the press's own profile.", "Neon", zone(rules("slab"), ink=_GREEN),
         output_profile=_press()),
    _hues("A picture out of gamut", "How much of it, and by how much."),
    replace(_hues("As it will be printed", "The same picture through the press's profile."), proof="press"),
    replace(_hues("On its paper", "Measured absolutely: white is the paper's."), proof="paper"),
    replace(_hues("The gamut mask", "What the press cannot make is magenta."), proof="gamut"),
)  # fmt: skip


def _options() -> Tile:
    """Return a tile with two choices that the product does not offer, and a zone it lacks."""
    made = tile(
        "Options and zones",
        "A metal that is not offered, an option and a zone that are not there.",
        "Emma",
        zone(rules("script")),
        options=(Option("metal", "Metal", ("steel", "brass")),),
    )
    chosen = {"metal": "gold", "size": "xl"}
    values: dict[str, ZoneValue] = {**made.design.values, "back": TextValue("Hi")}
    return replace(made, design=replace(made.design, options=chosen, values=values))


def _kinds() -> Tile:
    """Return a tile with three zones, each with a value of another kind."""
    third: dict[str, Any] = {"width_um": 22_000, "y_um": 4_000}
    specs: tuple[ZoneSpec, ...] = (
        zone(rules(), id="name", display_name="Name", **third),
        zone(artwork=ArtworkRules(), id="photo", display_name="Photo", x_um=29_000, **third),
        zone(colour=ColourRules(), id="cover", display_name="Cover", x_um=54_000, **third),
    )
    values = (ColourValue(0), "Emma", ArtworkValue(picture(LEAVES)))
    return several(
        "Values of another kind", "Zones take one each.", tuple(zip(specs, values, strict=True))
    )


OF_VALUES: Final[tuple[Tile, ...]] = (
    tile("Required", "And left empty.", None,
         zone(rules(), required=True, display_name="Name")),
    tile("Another font", "Not one of the zone's.", TextValue("Emma", font=face("thai")),
         zone(rules("script"))),
    tile("Another ink", "Not one of the zone's.", TextValue("Emma", ink=4), zone(rules("script"))),
    _kinds(),
    _options(),
)  # fmt: skip
