"""The same drawing written by ezdxf: our file's layers, polylines and extents, by a library of others."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import ezdxf
from ezdxf.document import Drawing
from ezdxf.filemanagement import new, read


class Entity(NamedTuple):
    """One LWPOLYLINE. points: (x, y, bulge)."""

    layer: str
    colour: int
    points: list[tuple[float, float, float]]
    closed: bool
    width: float


class Content(NamedTuple):
    """What a drawing holds. corner: the largest x and y, where the smallest is 0."""

    corner: tuple[float, float]
    entities: list[Entity]


def content_of(dxf: bytes) -> Content:
    """Read a drawing of polylines."""
    document = read(io.StringIO(dxf.decode()))
    x, y, _ = document.header["$EXTMAX"]
    entities = [
        Entity(
            entity.dxf.layer,
            document.layers.get(entity.dxf.layer).color,
            list(entity.get_points("xyb")),
            entity.closed,
            entity.dxf.get("const_width", 0.0),
        )
        for entity in document.modelspace().query("LWPOLYLINE")
    ]
    return Content((x, y), entities)


def written(content: Content) -> bytes:
    """Write a drawing in millimetres, without dates, as ezdxf does."""
    with _without_dates():
        document = new("R2010", setup=False, units=4)
        _frame(document, *content.corner)
        space = document.modelspace()
        for entity in content.entities:
            if entity.layer not in document.layers:
                document.layers.add(entity.layer, color=entity.colour)
            attributes: dict[str, Any] = {"layer": entity.layer}
            if entity.width:
                attributes["const_width"] = entity.width
            space.add_lwpolyline(
                entity.points, format="xyb", close=entity.closed, dxfattribs=attributes
            )
        # By itself ezdxf lists the classes in the order of a set.
        for kind in sorted(document.entitydb.dxf_types_in_use()):
            document.classes.add_class(kind)
        text = io.StringIO()
        document.write(text)
        return document.encode(text.getvalue())


def _frame(document: Drawing, width: float, height: float) -> None:
    space = document.modelspace()
    space.dxf.extmin, space.dxf.extmax = (0, 0, 0), (width, height, 0)
    space.dxf.limmin, space.dxf.limmax = (0, 0), (width, height)
    document.header["$EXTMIN"], document.header["$EXTMAX"] = (0, 0, 0), (width, height, 0)
    document.set_modelspace_vport(height=max(height, width / 2), center=(width / 2, height / 2))


@contextmanager
def _without_dates() -> Iterator[None]:
    options: Any = ezdxf.options  # type: ignore[attr-defined]  # made at run time
    before = options.write_fixed_meta_data_for_testing
    options.write_fixed_meta_data_for_testing = True
    try:
        yield
    finally:
        options.write_fixed_meta_data_for_testing = before
