"""What intake found out about a file, as values that cross a pipe as JSON and bytes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis of a variable font, in the axis's own units (`fvar`)."""

    tag: str
    minimum: float
    default: float
    maximum: float


@dataclass(frozen=True, slots=True)
class FontFacts:
    """A face that passed.

    sha256: of the file as it is kept. format: "ttf" (quadratic), "otf" (cubic), each with "+woff2"
    where it came packed. coverage: inclusive ranges of code points that are mapped to a glyph,
    ascending. scripts: ISO 15924 codes with at least `font.MIN_LETTERS_OF_SCRIPT` mapped code
    points, in alphabetical order. fs_type: the embedding bits of the OS/2 table; embeddable is
    what they say of use in a made product. single_line: whether letters are lines to follow, not
    outlines to fill.
    """

    sha256: str
    family: str
    subfamily: str
    version: str
    format: str
    units_per_em: int
    glyph_count: int
    coverage: tuple[tuple[int, int], ...]
    axes: tuple[Axis, ...]
    fs_type: int
    embeddable: bool
    licence: str
    licence_url: str
    copyright: str
    has_outlines: bool
    has_colour: bool
    scripts: tuple[str, ...]
    single_line: bool = False

    def document(self) -> dict[str, Any]:
        """Return the JSON-ready form."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class DisplayCopy:
    """What screens show of a picture. data: WebP or JPEG."""

    data: bytes
    width_px: int
    height_px: int

    def document(self) -> dict[str, Any]:
        """Return the values that cross the pipe; `data` beside the JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class NormalisedImage:
    """A raster image as it is kept: 8-bit sRGB PNG, upright, without metadata.

    sha256: of `png`. had_alpha: whether a pixel is not opaque (only then the PNG carries alpha).
    dpi: pixels per inch that the file declared, 0 for none or the meaningless 72. source_format: "jpeg",
    "png" or "webp". had_profile: whether a colour profile was embedded and applied. display: where it
    was asked for.
    """

    png: bytes
    sha256: str
    width_px: int
    height_px: int
    had_alpha: bool
    dpi: int
    source_format: str
    had_profile: bool
    display: DisplayCopy | None = None

    def document(self) -> dict[str, Any]:
        """Return the JSON-ready form without the bytes."""
        return {
            "sha256": self.sha256,
            "width_px": self.width_px,
            "height_px": self.height_px,
            "had_alpha": self.had_alpha,
            "dpi": self.dpi,
            "source_format": self.source_format,
            "had_profile": self.had_profile,
        }
