"""Whether the faces of a template have what its text zones ask of them; told to who publishes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from render_core.design import Library, Template, TextRules
from render_core.text.face import Face, face_of
from render_core.text.setting import parse_feature


class FaceMistake(NamedTuple):
    """Something that a face does not have. field: path in the template; reason: UPPER_SNAKE."""

    field: str
    reason: str
    message: str


def face_mistakes(template: Template, library: Library) -> Iterator[FaceMistake]:
    """Yield features and axes that faces to choose from lack, and values beyond an axis.

    Every face must have every feature that is turned on. An axis may be there for some of the faces
    alone: the others have one shape only.
    """
    for index, zone in enumerate(template.zones):
        rules = zone.text
        if rules is not None and (rules.features or rules.variations):
            faces = [face_of(sha256, library) for sha256 in rules.fonts]
            yield from _features(rules, faces, f"zones[{index}].text.features")
            yield from _axes(rules, faces, f"zones[{index}].text.variations")


def _features(rules: TextRules, faces: Sequence[Face], path: str) -> Iterator[FaceMistake]:
    for index, feature in enumerate(rules.features):
        tag, value = parse_feature(feature)
        if not value:
            continue
        for number, face in enumerate(faces, start=1):
            if tag not in face.feature_tags:
                yield FaceMistake(
                    f"{path}[{index}]",
                    "FEATURE_UNKNOWN",
                    f"Font {number} of this zone has no feature {tag!r}.",
                )


def _axes(rules: TextRules, faces: Sequence[Face], path: str) -> Iterator[FaceMistake]:
    for tag, value in rules.variations:
        ranges = [face.axes[tag] for face in faces if tag in face.axes]
        field = f"{path}[{tag}]"
        if not ranges:
            yield FaceMistake(field, "AXIS_UNKNOWN", f"No font of this zone has an axis {tag!r}.")
        for low, _, high in ranges:
            if not low <= value <= high:
                yield FaceMistake(
                    field,
                    "AXIS_VALUE_OUT_OF_RANGE",
                    f"The axis {tag!r} runs from {low / 1000:g} to {high / 1000:g}.",
                )
