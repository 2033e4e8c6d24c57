"""Photos of a product: where its surfaces fall on them, and what lies between them and the eye."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Bend:
    """A part of a surface that goes around a cylinder, as it is seen on a photo.

    points_millipx: left, middle and right of the part's upper edge, then of its lower edge.
    diameter_um: of the body. from_um, to_um: where the part begins and ends along the surface's
    width; both 0 for all of it.
    """

    points_millipx: tuple[tuple[int, int], ...]
    diameter_um: int
    from_um: int = 0
    to_um: int = 0


@dataclass(frozen=True, slots=True)
class Net:
    """Bézier patches of a surface on a photo, columns × rows of them.

    points_millipx: (3·rows + 1) rows of 3·columns + 1 control points, from the top left.
    """

    columns: int
    rows: int
    points_millipx: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a surface falls on a photo: corners in 1/1000 photo pixels, y down.

    Three corners make an affine map, a fourth one a plane in perspective. Where `bend` or `net` is
    set, it is the map, and the corners are for clients that draw no bends.
    """

    surface: str
    top_left_millipx: tuple[int, int]
    top_right_millipx: tuple[int, int]
    bottom_left_millipx: tuple[int, int]
    bottom_right_millipx: tuple[int, int] | None = None
    bend: Bend | None = None
    net: Net | None = None


@dataclass(frozen=True, slots=True)
class Light:
    """What lies between a design and the eye, each a grey picture of the photo's proportions, or "".

    mask: white where the product is seen, black where something stands before it. shading: what the
    design's colours are multiplied by. highlights: what is screened over them. displacement: folds;
    middle grey moves nothing, white moves the design by strength_millipx right and down, black back.
    """

    mask: str = ""
    shading: str = ""
    highlights: str = ""
    displacement: str = ""
    strength_millipx: int = 0

    @property
    def assets(self) -> tuple[str, ...]:
        """SHA-256 of those that are set."""
        named = (self.mask, self.shading, self.highlights, self.displacement)
        return tuple(sha256 for sha256 in named if sha256)


NO_LIGHT: Final = Light()


@dataclass(frozen=True, slots=True)
class View:
    """A photo of the product and where its surfaces fall on it. photo: SHA-256 of the asset.

    shown_for: (option, choice) pairs that must all be chosen for the view to be offered.
    """

    id: str
    display_name: str
    photo: str
    photo_width_px: int
    photo_height_px: int
    placements: tuple[Placement, ...]
    shown_for: tuple[tuple[str, str], ...] = ()
    light: Light = NO_LIGHT

    @property
    def assets(self) -> tuple[str, ...]:
        """SHA-256 of every picture that the view is made of, the photo first."""
        return (self.photo, *self.light.assets)
