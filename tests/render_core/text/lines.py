"""Zones whose text lies along a line, and what is drawn in them."""

from __future__ import annotations

from typing import Any

import numpy as np

from render_core.compose import Composition
from render_core.design import ZoneSpec
from render_core.geometry.flatten import flatten
from render_core.layout import Outline
from render_core.text_rules import TextPath, TextPathKind
from tests.render_core.composing import items_of, text_zone

RING = TextPathKind.ELLIPSE
ARC = TextPathKind.ARC
LINE = "M10 40H70"


def along(data: str, **more: Any) -> TextPath:
    return TextPath(TextPathKind.PATH, path=data, **more)


def zone(path: TextPath, size: int = 1200, **rules: Any) -> ZoneSpec:
    """Return a zone that sets its text at one size, wherever it then stands."""
    sizes: dict[str, Any] = {"min_size_centipoint": size, "max_size_centipoint": size}
    return text_zone(80, 80, margin_um=0, path=path, **sizes, **rules)


def ink(made: Composition) -> Outline:
    (item,) = items_of(made)
    return item.outline


def points(outline: Outline) -> np.ndarray:
    return np.concatenate([contour.points_um for contour in flatten(outline, 0.5)])


def pieces(outline: Outline) -> int:
    return len(flatten(outline, 1.0))
