"""The rules of renders: values in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.runtime.errors import FailedPrecondition, InvalidArgument, Unavailable

FINAL_DPI: Final = 600
FRAMES: Final = 36
# What the render core takes (`scene.of_product`), said before work is queued.
MIN_SCENE_PX: Final = 16
MAX_SCENE_PX: Final = 2048
MAX_TURNTABLE_PX: Final = 720
TURN_DEGREES: Final = 360


class PreviewNotReady(Unavailable):
    """The picture is still being made."""

    reason = "PREVIEW_NOT_READY"
    message = "This picture is still being made. Ask again in a moment."
    report = False


class RenderFailed(FailedPrecondition):
    """The work on a picture was given up."""

    reason = "RENDER_FAILED"
    message = "This picture could not be made. Ask for the preview again to try once more."


class Kind(StrEnum):
    """What is made."""

    PREVIEW = "preview"
    THUMBNAIL = "thumbnail"
    FINAL = "final"
    PREVIEW_3D = "preview-3d"
    TURNTABLE = "turntable"
    GLB = "glb"
    USDZ = "usdz"

    @property
    def queue(self) -> str:
        """The queue of the work."""
        return _QUEUES.get(self, "render-preview")

    @property
    def is_of_model(self) -> bool:
        """Whether it is made from the product's 3D model."""
        return self in (Kind.PREVIEW_3D, Kind.TURNTABLE, Kind.GLB, Kind.USDZ)


# A turntable holds the memory of all its pictures, as a final that of a large one: one at a time.
_QUEUES: Final = {
    Kind.FINAL: "render-final",
    Kind.TURNTABLE: "render-final",
    Kind.GLB: "asset-convert",
    Kind.USDZ: "asset-convert",
}
WIDTHS_PX: Final = {
    Kind.PREVIEW: 1024,
    Kind.THUMBNAIL: 256,
    Kind.PREVIEW_3D: 1024,
    Kind.TURNTABLE: 512,
}
_WIDEST_PX: Final = {Kind.PREVIEW_3D: MAX_SCENE_PX, Kind.TURNTABLE: MAX_TURNTABLE_PX}


class Format(StrEnum):
    """The file formats of what is made. A 3D file has one format alone, the one of its kind."""

    WEBP = "webp"
    PNG = "png"
    JPEG = "jpeg"
    AVIF = "avif"
    GLB = "glb"
    USDZ = "usdz"
    MP4 = "mp4"


class Proof(StrEnum):
    """How colours are shown: as they were chosen, or in one of three ways as the press makes them."""

    NONE = ""
    PRESS = "press"
    PAPER = "paper"
    GAMUT = "gamut"


class Background(StrEnum):
    """What lies behind a product in 3D: nothing but its shadow, or a studio's sweep."""

    NONE = ""
    STUDIO = "studio"


_PICTURES: Final = (Format.WEBP, Format.PNG, Format.JPEG, Format.AVIF)
# By kind; the first is made where none is asked for.
_FORMATS: Final = {
    Kind.PREVIEW: _PICTURES,
    Kind.THUMBNAIL: _PICTURES,
    Kind.PREVIEW_3D: _PICTURES,
    Kind.FINAL: (Format.PNG, Format.WEBP),
    Kind.TURNTABLE: (Format.WEBP, Format.MP4),
    Kind.GLB: (Format.GLB,),
    Kind.USDZ: (Format.USDZ,),
}
_PROOFED: Final = (Kind.PREVIEW, Kind.THUMBNAIL, Kind.FINAL, Kind.PREVIEW_3D)


@dataclass(frozen=True, slots=True)
class Camera:
    """A side to look at a model from, in degrees, and how far away: see `scene.of_product`."""

    id: str
    azimuth: int
    elevation: int
    distance_percent: int = 100


# Of models without any.
CAMERA: Final = Camera("", 20, 14)


@dataclass(frozen=True, slots=True)
class Offered:
    """What a product offers with what was chosen: ids, and the cameras of its models by id.

    has_press: whether it names the profile of one.
    """

    views: Sequence[str]
    surfaces: Sequence[str]
    models: Mapping[str, Sequence[Camera]]
    has_press: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller asks for; "", 0 and None stand for the defaults of the kind."""

    view: str = ""
    surface: str = ""
    model: str = ""
    camera: str = ""
    azimuth: int | None = None
    elevation: int | None = None
    distance_percent: int | None = None
    frames: int = 0
    width_px: int = 0
    dpi: int = 0
    format: Format | None = None
    proof: Proof = Proof.NONE
    background: Background = Background.NONE


@dataclass(frozen=True, slots=True)
class Parameters:
    """What to make, with every default filled in; what a kind does not use is "" or 0.

    view: of a preview or thumbnail. surface, dpi: of a final. model: of what is 3D; azimuth and
    elevation, in degrees, and distance_percent: of its pictures; frames: of a turntable; background: of a 3D preview. width_px: of all but finals and
    3D files.
    """

    kind: Kind
    view: str = ""
    surface: str = ""
    width_px: int = 0
    dpi: int = 0
    format: Format = Format.WEBP
    model: str = ""
    azimuth: int = 0
    elevation: int = 0
    distance_percent: int = 0
    frames: int = 0
    proof: Proof = Proof.NONE
    background: Background = Background.NONE


@dataclass(frozen=True, slots=True)
class Result:
    """The bytes that were made. width_px, height_px: of the picture."""

    sha256: str
    size_bytes: int
    media_type: str
    width_px: int
    height_px: int
    renderer_version: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class KeptGBuffer:
    """A G-buffer in the object store. name: the render core's, of all that it is prepared from."""

    name: str
    sha256: str
    size_bytes: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Render:
    """A picture that was asked for. snapshot: id, or "" if it is of a spec alone."""

    brand: str
    render: str
    render_key: str
    spec: str
    snapshot: str
    parameters: Parameters
    operation: str
    created_at: datetime
    result: Result | None = None


def parameters_of(kind: Kind, asked: Asked, offered: Offered, *, field: str) -> Parameters:
    """Return what to make, defaults filled in; refuse what the product does not have.

    A product without views is shown as its first surface alone. field: of the request that asked.
    """
    proof = _proof(kind, asked, offered, field)
    if asked.background and kind is not Kind.PREVIEW_3D:
        raise InvalidArgument.field(
            f"{field}background",
            "BACKGROUND_UNKNOWN",
            f"A {kind.value} has no background to choose. Leave it out, or ask for a 3D preview.",
        )
    if kind.is_of_model:
        return replace(_of_model(kind, asked, offered, field), proof=proof)
    made = Parameters(kind, format=_format(kind, asked, field), proof=proof)
    if kind is Kind.FINAL:
        surface = _one_of(asked.surface, offered.surfaces, f"{field}surface", "surface")
        return replace(made, surface=surface, dpi=asked.dpi or FINAL_DPI)
    view = _one_of(asked.view, offered.views, f"{field}view", "view")
    return replace(made, view=view, width_px=_width(kind, asked, field))


def _proof(kind: Kind, asked: Asked, offered: Offered, field: str) -> Proof:
    if asked.proof and kind not in _PROOFED:
        raise InvalidArgument.field(
            f"{field}proof", "PROOF_UNKNOWN", f"A {kind.value} has no proof. Ask for a picture."
        )
    if asked.proof and not offered.has_press:
        raise InvalidArgument.field(
            f"{field}proof",
            "PROOF_WITHOUT_PROFILE",
            "This product does not say which press prints it. Set the product's output profile, or "
            "ask for the picture without a proof.",
        )
    return asked.proof


def _of_model(kind: Kind, asked: Asked, offered: Offered, field: str) -> Parameters:
    if not offered.models:
        raise InvalidArgument.field(
            f"{field}model", "MODEL_UNKNOWN", "This product has no 3D model. Add one to it."
        )
    model = _one_of(asked.model, tuple(offered.models), f"{field}model", "model")
    made = Parameters(kind, model=model, format=_format(kind, asked, field))
    if kind in (Kind.GLB, Kind.USDZ):
        return made
    camera = _camera(asked, offered.models[model], field)
    made = replace(
        made,
        width_px=_width(kind, asked, field),
        elevation=camera.elevation,
        distance_percent=camera.distance_percent,
    )
    if kind is Kind.PREVIEW_3D:
        azimuth = camera.azimuth % TURN_DEGREES
        return replace(made, azimuth=azimuth, background=asked.background)
    frames = asked.frames or FRAMES
    if frames < 2 or TURN_DEGREES % frames:
        raise InvalidArgument.field(
            f"{field}frames", "TURNTABLE_FRAMES", "Choose 2 to 72 frames, a divisor of 360."
        )
    if made.format is Format.MP4 and made.width_px % 2:
        raise InvalidArgument.field(
            f"{field}width_px", "VIDEO_SIDE", "An MP4 is an even number of pixels wide."
        )
    return replace(made, frames=frames)


def _camera(asked: Asked, cameras: Sequence[Camera], field: str) -> Camera:
    chosen = _one_of(asked.camera, [one.id for one in cameras], f"{field}camera", "camera")
    camera = next((one for one in cameras if one.id == chosen), CAMERA)
    return Camera(
        chosen,
        camera.azimuth if asked.azimuth is None else asked.azimuth,
        camera.elevation if asked.elevation is None else asked.elevation,
        camera.distance_percent if asked.distance_percent is None else asked.distance_percent,
    )


def _width(kind: Kind, asked: Asked, field: str) -> int:
    width, most = asked.width_px or WIDTHS_PX[kind], _WIDEST_PX.get(kind)
    if most is not None and not MIN_SCENE_PX <= width <= most:
        raise InvalidArgument.field(
            f"{field}width_px", "WIDTH_OUT_OF_RANGE", f"Choose {MIN_SCENE_PX} to {most} pixels."
        )
    return width


def _format(kind: Kind, asked: Asked, field: str) -> Format:
    formats = _FORMATS[kind]
    if asked.format not in (None, *formats):
        names = " or ".join(format.value for format in formats)
        raise InvalidArgument.field(
            f"{field}format", "FORMAT_UNKNOWN", f"A {kind.value} is made as {names} alone."
        )
    return asked.format or formats[0]


def _one_of(wanted: str, known: Sequence[str], field: str, noun: str) -> str:
    if not wanted:
        return known[0] if known else ""
    if wanted not in known:
        raise InvalidArgument.field(
            field,
            f"{noun.upper()}_UNKNOWN",
            f"Choose among {', '.join(known)}." if known else f"This product has no {noun}.",
        )
    return wanted
