"""Turns an uploaded SVG into normalised vector artwork: solid, closed paths in micrometres.

The result is a JSON document in RFC 8785 form:
    {"kind": "vector", "version": "1", "width_um": …, "height_um": …,
     "paths": [{"d": "M0 0L…Z", "fill_rule": "nonzero" | "evenodd", "rgb": [r, g, b]}, …]}
Paths come in painting order; `d` is absolute, of M, L, Q, C and Z, whole micrometres, y down.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pathops
import rfc8785

from render_core.errors import RefusedFile
from render_core.geometry.paths import Path, join_paths
from render_core.geometry.svg_path import parse_path
from render_core.geometry.tangles import meetings
from render_core.intake.limits import (
    MAX_SVG_CROSSINGS,
    MAX_SVG_ELEMENTS,
    MAX_SVG_SEGMENTS,
    MAX_SVG_USE_DEPTH,
)
from render_core.intake.svg_colours import Rgb
from render_core.intake.svg_fonts import BrandFont, BrandFonts
from render_core.intake.svg_numbers import Matrix, Viewport, parse_length, parse_transform, viewport
from render_core.intake.svg_paint import Outlined, filled, stroked, union
from render_core.intake.svg_reader import SHAPES, Node, Tree, local_reference, read_svg
from render_core.intake.svg_shapes import Segments, shape_segments
from render_core.intake.svg_style import Style, StyleSheet, styled
from render_core.intake.svg_text import letterings
from render_core.layout import Ink, Operation
from render_core.limits import MAX_VECTOR_ASSET_BYTES, MAX_VECTOR_PATHS
from render_core.steps.artwork import read_vector
from render_core.steps.drawing_parts import made_parts

VECTOR_VERSION: Final = "1"
_HELD: Final = frozenset(("defs", "clipPath", "style", "symbol"))


def normalise_vector(data: bytes, fonts: Iterable[BrandFont] = ()) -> bytes:
    """Return the normalised artwork as RFC 8785 JSON; RefusedFile with the reason otherwise.

    fonts: those of the brand, which its text is outlined with.
    """
    tree = read_svg(data)
    board = viewport(tree.root.attributes)
    painter = _Painter(tree, board, BrandFonts(fonts))
    painter.paint()
    if not painter.paths:
        raise RefusedFile(
            "VECTOR_EMPTY", "Nothing in this SVG is visible on its artboard. Check the export."
        )
    document = {
        "kind": "vector",
        "version": VECTOR_VERSION,
        "width_um": board.width_um,
        "height_um": board.height_um,
        "paths": painter.paths,
    }
    body = rfc8785.dumps(document)  # type: ignore[arg-type]  # its JSON type takes no dict[str, object]
    if len(body) > MAX_VECTOR_ASSET_BYTES:
        raise _too_complex("has too many points")
    _refuse_tangles(body, painter.paths)
    return body


def _refuse_tangles(body: bytes, paths: Sequence[Mapping[str, Any]]) -> None:
    """Refuse what would take long whoever composes it: it is made here once, print and engraving.

    A tangle falls apart into many more segments than it was drawn with.
    """
    outlines = [parse_path(path["d"], unit_um=1) for path in paths]
    drawn = join_paths(Path(one.verbs, one.points_um.astype(np.float64)) for one in outlines)
    if (meetings(drawn, MAX_SVG_CROSSINGS) or 0) > MAX_SVG_CROSSINGS:
        raise _too_complex("crosses itself too often")
    drawing = read_vector("", body)
    for operation in (Operation.PRINT, Operation.ENGRAVE):
        made = made_parts(drawing.parts, operation, Ink((0, 0, 0)))
        if sum(len(path.verbs) for path, _ in made) > len(drawn.verbs) + MAX_SVG_CROSSINGS:
            raise _too_complex("crosses itself too often")


def describe_vector(body: bytes) -> dict[str, object]:
    """Return hash, size and number of paths of normalised artwork, JSON-ready."""
    document = json.loads(body)
    return {
        "sha256": hashlib.sha256(body).hexdigest(),
        "width_um": document["width_um"],
        "height_um": document["height_um"],
        "paths": len(document["paths"]),
    }


class _Painter:
    """Walks the tree in painting order and collects paths."""

    def __init__(self, tree: Tree, board: Viewport, fonts: BrandFonts) -> None:
        self.paths: list[dict[str, Any]] = []
        self._tree = tree
        self._board = board
        self._fonts = fonts
        self._sheet = StyleSheet(tree.style_sheets)
        self._visited = 0
        self._segments = 0

    def paint(self) -> None:
        root = self._tree.root
        style = styled(Style(), self._sheet.declarations(root), self._board)
        clips = self._clips_of(style, self._board.to_um, ())
        for child in root.children:
            self._walk(child, style, self._board.to_um, clips, uses=0)

    def _walk(
        self,
        node: Node,
        parent: Style,
        matrix: Matrix,
        clips: tuple[pathops.Path, ...],
        *,
        uses: int,
    ) -> None:
        self._count()
        if node.name in _HELD or node.name == "tspan":  # Outside of text it is nothing.
            return
        if node.name == "svg":
            raise _unsupported("an SVG inside an SVG")
        style = styled(parent, self._sheet.declarations(node), self._board)
        if not style.drawn:
            return
        matrix = matrix @ parse_transform(node.attributes.get("transform", ""))
        clips = self._clips_of(style, matrix, clips)
        if node.name in SHAPES:
            self._shape(node, style, matrix, clips)
        elif node.name == "use":
            self._use(node, style, matrix, clips, uses)
        elif node.name == "text":
            self._text(node, style, matrix, clips)
        else:
            for child in node.children:
                self._walk(child, style, matrix, clips, uses=uses)

    def _use(
        self, node: Node, style: Style, matrix: Matrix, clips: tuple[pathops.Path, ...], uses: int
    ) -> None:
        if uses >= MAX_SVG_USE_DEPTH:
            raise RefusedFile(
                "VECTOR_TOO_DEEP",
                f"Elements of this SVG use one another more than {MAX_SVG_USE_DEPTH} deep. "
                "Expand the symbols and export it again.",
            )
        target = self._tree.by_id.get(local_reference(node))
        if target is None:
            return
        x, y = (
            parse_length(node.attributes.get(name, "0"), whole)
            for name, whole in (("x", self._board.width), ("y", self._board.height))
        )
        matrix = matrix @ Matrix(e=x, f=y)
        if target.name != "symbol":
            self._walk(target, style, matrix, clips, uses=uses + 1)
            return
        if "viewBox" in target.attributes:
            raise _unsupported("a symbol with a view box of its own")
        own = styled(style, self._sheet.declarations(target), self._board)
        for child in target.children:
            self._walk(child, own, matrix, clips, uses=uses + 1)

    def _shape(
        self, node: Node, style: Style, matrix: Matrix, clips: tuple[pathops.Path, ...]
    ) -> None:
        if not style.visible:
            return
        self._paint(shape_segments(node, self._board), style, matrix, clips)

    def _text(
        self, node: Node, style: Style, matrix: Matrix, clips: tuple[pathops.Path, ...]
    ) -> None:
        def style_of(child: Node, parent: Style) -> Style:
            self._count()
            return styled(parent, self._sheet.declarations(child), self._board)

        for run in letterings(node, style, self._board, self._fonts, style_of):
            self._paint(run.segments, run.style, matrix, clips)

    def _paint(
        self, segments: Segments, style: Style, matrix: Matrix, clips: tuple[pathops.Path, ...]
    ) -> None:
        self._segments += segments.segments
        if self._segments > MAX_SVG_SEGMENTS:
            raise _too_complex(f"has more than {MAX_SVG_SEGMENTS:,} segments")
        if not segments.segments:
            return
        parts: list[tuple[Outlined, Rgb]] = []
        if style.fill is not None:
            parts.append((filled(segments, style, matrix), style.fill))
        if style.stroke is not None and style.stroke_width > 0:
            parts.append((stroked(segments, style, matrix), style.stroke))
        for outlined, rgb in reversed(parts) if style.stroke_first else parts:
            self._add(outlined, rgb, clips)

    def _add(self, outlined: Outlined, rgb: Rgb, clips: tuple[pathops.Path, ...]) -> None:
        outlined = outlined.cropped(self._board)
        for clip in clips:
            outlined = outlined.clipped(clip)
        data = outlined.path_data()
        if not data:
            return
        if len(self.paths) >= MAX_VECTOR_PATHS:
            raise _too_complex(f"paints more than {MAX_VECTOR_PATHS:,} paths")
        self.paths.append({"d": data, "fill_rule": outlined.rule, "rgb": list(rgb)})

    def _clips_of(
        self, style: Style, matrix: Matrix, clips: tuple[pathops.Path, ...]
    ) -> tuple[pathops.Path, ...]:
        """Return the clips with the element's own one added, if it has one."""
        if not style.clip_path:
            return clips
        node = self._tree.by_id.get(style.clip_path)
        if node is None or node.name != "clipPath":
            return clips
        if node.attributes.get("clipPathUnits", "userSpaceOnUse") != "userSpaceOnUse":
            raise _unsupported("a clip measured by its object's box")
        matrix = matrix @ parse_transform(node.attributes.get("transform", ""))
        return (*clips, union(self._clip_parts(node, matrix)))

    def _clip_parts(self, clip: Node, matrix: Matrix) -> list[Outlined]:
        parts = []
        for child in clip.children:
            self._count()
            if child.name not in SHAPES:
                raise _unsupported("a clip of something other than shapes")
            style = styled(Style(), self._sheet.declarations(child), self._board)
            if style.clip_path:
                raise _unsupported("a clip of a clip")
            placed = matrix @ parse_transform(child.attributes.get("transform", ""))
            segments = shape_segments(child, self._board)
            if style.drawn and style.visible and segments.segments:
                outlined = filled(segments, style, placed)
                outlined.rule = style.clip_rule
                parts.append(outlined)
        return parts

    def _count(self) -> None:
        """Count elements as drawn, so that `use` cannot multiply without end."""
        self._visited += 1
        if self._visited > MAX_SVG_ELEMENTS:
            raise _too_complex(f"draws more than {MAX_SVG_ELEMENTS:,} elements")


def _too_complex(what: str) -> RefusedFile:
    return RefusedFile(
        "VECTOR_TOO_COMPLEX", f"This SVG {what}. Simplify the drawing and export it again."
    )


def _unsupported(what: str) -> RefusedFile:
    return RefusedFile(
        "VECTOR_ELEMENT_UNSUPPORTED", f"This SVG holds {what}. Flatten the drawing to paths."
    )
