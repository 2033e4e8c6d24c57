"""Reads machine profiles from JSON, strictly: unknown fields, wrong kinds and numbers that no machine
has are refused with the place in the file. What a file leaves out has the default of its field.

`read(profile.document())` is the profile again, so the stored form and files of people are one format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar, get_type_hints

import orjson

from render_core.errors import UnsupportedDesign
from render_core.json_fields import Fields, wrong
from render_core.layout import Operation
from render_core.limits import MAX_LENGTH_UM
from render_core.making.profile import (
    PROFILE_FORMAT,
    ContourCut,
    Embroidery,
    FileFormat,
    Fill,
    FillKind,
    GcodeRules,
    MachineOperation,
    MachineProfile,
    MarkKind,
    Marks,
    Thread,
    Tiling,
)
from render_core.raster.resolution import MAX_DPI, MIN_DPI
from render_core.separations import LINE_OPERATIONS

LIBRARY: Final = Path(__file__).with_name("library")
MAX_FILE_BYTES: Final = 256 * 1024
MAX_NAME: Final = 120
MAX_OPERATIONS: Final = 32
MAX_THREADS: Final = 1_000
_ID: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_MAX_ID: Final = 63

# The least and the greatest of every number.
LIMITS: Final[Mapping[type, Mapping[str, tuple[int, int]]]] = {
    Fill: {"spacing_um": (10, 100_000), "angle_degrees": (-180, 180)},
    MachineOperation: {
        "colour_index": (1, 255),
        "pen": (1, 255),
        "kerf_um": (0, 50_000),
        "tool_radius_um": (0, 50_000),
        "lead_in_um": (0, 100_000),
        "overcut_um": (0, 50_000),
        "bridge_um": (0, 50_000),
        "min_stroke_um": (0, 50_000),
        "power_permille": (0, 1_000),
        "speed_um_s": (0, 20_000_000),
        "passes": (1, 100),
        "depth_um": (0, 300_000),
    },
    GcodeRules: {
        "max_power": (1, 1_000_000),
        "safe_z_um": (0, 500_000),
        "plunge_um_s": (0, 20_000_000),
    },
    ContourCut: {"offset_um": (0, 100_000), "min_radius_um": (0, 100_000)},
    Marks: {"size_um": (500, 100_000), "margin_um": (0, 500_000)},
    Tiling: {"overlap_um": (0, 500_000), "mark_um": (0, 100_000)},
    Embroidery: {
        "density_um": (100, 5_000),
        "stitch_um": (300, 12_000),
        "max_stitch_um": (1_000, 12_100),
        "min_stitch_um": (100, 3_000),
        "satin_max_um": (500, 12_100),
        "pull_um": (0, 2_000),
        "trim_um": (0, 100_000),
        "fill_degrees": (-180, 180),
        "thread_um": (50, 2_000),
    },
    MachineProfile: {
        "bed_width_um": (0, MAX_LENGTH_UM),
        "bed_height_um": (0, MAX_LENGTH_UM),
        "margin_um": (0, 500_000),
        "tolerance_um": (1, 1_000),
        "dpi": (MIN_DPI, MAX_DPI),
    },
}

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


def library() -> dict[str, MachineProfile]:
    """Return the machines that come with the program, by id, in the order of their names."""
    profiles = (read_file(path.read_bytes()) for path in sorted(LIBRARY.glob("*.json")))
    return {profile.id: profile for profile in profiles}


def read_file(data: bytes) -> MachineProfile:
    """Return the profile in a file. Raises UnsupportedDesign (MACHINE_FILE_INVALID) with a field."""
    if len(data) > MAX_FILE_BYTES:
        raise _refused(wrong("", f"a file of a machine has at most {MAX_FILE_BYTES} bytes"))
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise _refused(wrong("", f"this is no JSON: {error}")) from error
    return read(value)


def read(value: object) -> MachineProfile:
    """Return the profile of a JSON document. Raises UnsupportedDesign as `read_file` does."""
    try:
        found = Fields(value, "")
        if found.text("format", None) != PROFILE_FORMAT:
            raise wrong("format", f"{PROFILE_FORMAT!r} is expected here")
        profile = _object(MachineProfile, found)
        _check(profile)
    except UnsupportedDesign as error:
        raise _refused(error) from error
    return profile


def _refused(error: UnsupportedDesign) -> UnsupportedDesign:
    return UnsupportedDesign("MACHINE_FILE_INVALID", error.message, field=error.field)


def _object(kind: type[T], found: Fields) -> T:
    """Return a dataclass of a profile from the fields of an object."""
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for one in fields(kind):  # type: ignore[arg-type]  # All of them are dataclasses.
        if found.has(one.name):
            values[one.name] = _value(kind, one.name, hints[one.name], found)
        elif one.default is MISSING and one.default_factory is MISSING:
            raise wrong(_at(found, one.name), "this must be given")
        else:
            found.take(one.name)
    found.done()
    return kind(**values)


def _value(kind: type, name: str, hint: Any, found: Fields) -> object:
    if hint is int:
        return _number(kind, name, found)
    if hint is bool:
        return found.flag(name)
    if hint is str:
        return _name(name, found)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _choice(hint, found.text(name), _at(found, name))
    if name in _LISTS:
        return _LISTS[name](found)
    return _object(_OBJECTS[name], found.child(name))


def _number(kind: type, name: str, found: Fields) -> int:
    low, high = LIMITS[kind][name]
    number = found.integer(name)
    if not low <= number <= high:
        raise wrong(_at(found, name), f"{number} is not from {low} to {high}")
    return number


def _name(name: str, found: Fields) -> str:
    text = found.text(name)
    if len(text) > MAX_NAME or not text.isprintable() or text != text.strip():
        raise wrong(
            _at(found, name), f"at most {MAX_NAME} characters without controls are expected here"
        )
    return text


def _choice(values: type[E], text: str, path: str) -> E:
    known = {str(member): member for member in values}
    if text not in known:
        raise wrong(path, f"{text!r} is not one of {', '.join(known)}")
    return known[text]


def _rgb(found: Fields) -> tuple[int, int, int]:
    path, values = _at(found, "rgb"), found.items("rgb")
    if len(values) != 3 or not all(type(value) is int and 0 <= value <= 255 for value in values):
        raise wrong(path, "three whole numbers from 0 to 255 are expected here")
    red, green, blue = values
    return (red, green, blue)


def _formats(found: Fields) -> tuple[FileFormat, ...]:
    path, texts = _at(found, "formats"), found.texts("formats")
    some = [_choice(FileFormat, text, f"{path}[{at}]") for at, text in enumerate(texts)]
    if not some or len(set(some)) != len(some):
        raise wrong(path, "at least one format, and each once, is expected here")
    return tuple(some)


def _operations(found: Fields) -> tuple[MachineOperation, ...]:
    path, some = _at(found, "operations"), found.children("operations")
    if not 1 <= len(some) <= MAX_OPERATIONS:
        raise wrong(path, f"from 1 to {MAX_OPERATIONS} operations are expected here")
    return tuple(_object(MachineOperation, one) for one in some)


def _threads(found: Fields) -> tuple[Thread, ...]:
    path, some = _at(found, "threads"), found.children("threads")
    if len(some) > MAX_THREADS:
        raise wrong(path, f"at most {MAX_THREADS} threads are expected here")
    return tuple(_object(Thread, one) for one in some)


_LISTS: Final[Mapping[str, Callable[[Fields], object]]] = {
    "rgb": _rgb,
    "formats": _formats,
    "operations": _operations,
    "threads": _threads,
}
_OBJECTS: Final[Mapping[str, type]] = {
    "fill": Fill,
    "contour": ContourCut,
    "marks": Marks,
    "embroidery": Embroidery,
    "gcode": GcodeRules,
    "tiling": Tiling,
}


def _at(found: Fields, name: str) -> str:
    return f"{found.path}.{name}" if found.path else name


def _check(profile: MachineProfile) -> None:
    """Refuse what is right by itself but not together."""
    if not _ID.fullmatch(profile.id) or len(profile.id) > _MAX_ID:
        raise wrong("id", "small letters, digits and single hyphens are expected here")
    if not profile.display_name:
        raise wrong("display_name", "a name is expected here")
    _check_bed(profile)
    _check_operations(profile)
    does = {one.operation for one in profile.operations}
    if profile.contour is not None and Operation.CUT not in does:
        raise wrong("contour", "a contour cut needs an operation that cuts")
    if profile.marks.kind is not MarkKind.NONE and not does - LINE_OPERATIONS:
        raise wrong("marks.kind", "marks need an operation that prints or engraves them")
    sewn = profile.embroidery
    if not sewn.min_stitch_um <= sewn.stitch_um <= sewn.max_stitch_um:
        raise wrong("embroidery.stitch_um", "it lies between the shortest and the longest stitch")


def _check_bed(profile: MachineProfile) -> None:
    width, height = profile.bed_width_um, profile.bed_height_um
    if bool(width) != bool(height):
        raise wrong("bed_height_um", "a bed has both a width and a height, or neither")
    if width and min(width, height) <= 2 * profile.margin_um:
        raise wrong("margin_um", "the margins leave nothing of the bed")
    if profile.tiling is None:
        return
    if not width:
        raise wrong("tiling", "tiles need a bed that they lie on")
    if {FileFormat.DST, FileFormat.PES}.intersection(profile.formats):
        raise wrong("tiling", "what is sewn is not made in tiles")


def _check_operations(profile: MachineProfile) -> None:
    names: set[tuple[Operation, str]] = set()
    for index, one in enumerate(profile.operations):
        path = f"operations[{index}]"
        if one.operation is Operation.SCREEN_ONLY:
            raise wrong(f"{path}.operation", "no machine makes what is for the screen alone")
        if not one.name:
            raise wrong(f"{path}.name", "a name is expected here")
        if (key := (one.operation, one.name.casefold())) in names:
            raise wrong(f"{path}.name", f"{one.name!r} is there already")
        names.add(key)
        if one.fill.kind is not FillKind.NONE and one.operation in LINE_OPERATIONS:
            raise wrong(f"{path}.fill.kind", "what is cut or creased has no area to fill")
        if one.bridge_um and one.operation is not Operation.CUT:
            raise wrong(f"{path}.bridge_um", "only what is cut needs bridges")
