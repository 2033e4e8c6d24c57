"""3D models of a product: what its materials show, how options change them, sides to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MIN_DISTANCE_PERCENT: Final = 40
MAX_DISTANCE_PERCENT: Final = 400


@dataclass(frozen=True, slots=True)
class Look:
    """How a material of a model looks with one choice of an option.

    material: of the mesh. base_rgb: sRGB. Metal, roughness and clear coat in 1/1000; None leaves what
    the mesh has.
    """

    option: str
    choice: str
    material: str
    base_rgb: tuple[int, int, int]
    metallic_permille: int | None = None
    roughness_permille: int | None = None
    clearcoat_permille: int | None = None


@dataclass(frozen=True, slots=True)
class ModelCamera:
    """A side to look at a model from, in degrees: azimuth 0 is the front, elevation from above.

    distance_percent: of the distance from which all of it is seen.
    """

    id: str
    display_name: str
    azimuth: int
    elevation: int
    distance_percent: int = 100


@dataclass(frozen=True, slots=True)
class Model:
    """A 3D model of the product. mesh: SHA-256 of the asset that intake made of the upload.

    surfaces: (material of the mesh, surface that it shows) pairs. shown_for: as of a view.
    looks: what options change about its materials; later ones over earlier ones. chosen: (option,
    choice) pairs whose looks it has; `Template.offered` fills them in. cameras: sides worth looking
    at; the first is where it is looked at from if nothing else is asked for.
    """

    id: str
    display_name: str
    mesh: str
    surfaces: tuple[tuple[str, str], ...]
    shown_for: tuple[tuple[str, str], ...] = ()
    looks: tuple[Look, ...] = ()
    chosen: tuple[tuple[str, str], ...] = ()
    cameras: tuple[ModelCamera, ...] = ()
