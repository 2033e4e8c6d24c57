"""Reads SVG as a small tree of the elements that artwork may use, and refuses the rest.

The parser knows no files and no network. What it drops and what it refuses is the table in
README.md; every limit is checked while parsing, before anything grows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from render_core.errors import RefusedFile
from render_core.intake.limits import (
    MAX_SVG_ATTRIBUTE_CHARACTERS,
    MAX_SVG_BYTES,
    MAX_SVG_DEPTH,
    MAX_SVG_ELEMENTS,
    MIB,
)

SVG: Final = "{http://www.w3.org/2000/svg}"
_HREFS: Final = ("href", "{http://www.w3.org/1999/xlink}href")
_FEED: Final = 16 * 1024

SHAPES: Final = frozenset(("path", "rect", "circle", "ellipse", "polygon", "polyline", "line"))
GROUPS: Final = frozenset(("svg", "g", "defs", "use", "clipPath", "style", "a", "symbol"))
TEXT: Final = frozenset(("text", "tspan"))
_IN_TEXT: Final = TEXT | {"a"}
_DROPPED: Final = frozenset(("title", "desc", "metadata"))
# Held by reference only: harmless unless something that is drawn points at them.
_REFERENCED: Final = frozenset(
    ("linearGradient", "radialGradient", "pattern", "mask", "filter", "marker", "color-profile")
)
_REFUSED: Final = {
    "script": ("VECTOR_HAS_SCRIPT", "a script. Export it as a plain SVG without scripts"),
    "handler": ("VECTOR_HAS_SCRIPT", "a script. Export it as a plain SVG without scripts"),
    "listener": ("VECTOR_HAS_SCRIPT", "a script. Export it as a plain SVG without scripts"),
    "foreignObject": (
        "VECTOR_HAS_FOREIGN_OBJECT",
        "an embedded page (foreignObject). Export it as a plain SVG",
    ),
    "textPath": (
        "VECTOR_TEXT_UNSUPPORTED",
        "text along a path. Convert the text to outlines and export it again",
    ),
    "image": ("VECTOR_HAS_PICTURE", "a photo. Upload photos as JPEG, PNG or WebP"),
    "animate": ("VECTOR_HAS_ANIMATION", "an animation. Export a still picture"),
    "animateMotion": ("VECTOR_HAS_ANIMATION", "an animation. Export a still picture"),
    "animateTransform": ("VECTOR_HAS_ANIMATION", "an animation. Export a still picture"),
    "set": ("VECTOR_HAS_ANIMATION", "an animation. Export a still picture"),
}
_URL: Final = re.compile(r"url\(\s*['\"]?\s*([^)'\"]*)", re.IGNORECASE)


@dataclass(slots=True)
class Node:
    """An element: its name without namespace, its attributes, its children; text of `style` only.

    parts: of an element that may stand in text, its characters and children in their order.
    """

    name: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    text: str = ""
    parts: list[str | Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tree:
    """A document: its root, the elements by id (the first one of each), and the style sheets."""

    root: Node
    by_id: dict[str, Node]
    style_sheets: tuple[str, ...]


def read_svg(data: bytes) -> Tree:
    """Return the tree of an SVG document, or refuse it."""
    if len(data) > MAX_SVG_BYTES:
        raise RefusedFile(
            "VECTOR_TOO_LARGE",
            f"This SVG has {len(data) / MIB:.1f} MiB; at most {MAX_SVG_BYTES // MIB} are taken. "
            "Simplify the drawing.",
        )
    if not _looks_like_xml(data):
        raise RefusedFile("VECTOR_NOT_SVG", "This file is not an SVG. Export the artwork as SVG.")
    builder = _Builder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=False, forbid_entities=True)
    parser.parser.StartDoctypeDeclHandler = builder.doctype
    try:
        for at in range(0, len(data), _FEED):
            parser.feed(data[at : at + _FEED])
        parser.close()
    except DefusedXmlException as error:
        raise _has_entities() from error
    except ParseError as error:
        raise RefusedFile(
            "VECTOR_MALFORMED",
            f"This SVG cannot be read as XML (line {error.position[0]}). Export it again.",
        ) from error
    except (ValueError, LookupError) as error:  # An unknown or broken character encoding.
        raise RefusedFile(
            "VECTOR_MALFORMED", "This SVG cannot be read as text. Export it as UTF-8."
        ) from error
    return builder.tree()


def local_reference(node: Node) -> str:
    """Return the id that `use` points at, or "" if it points nowhere."""
    return next((node.attributes[name][1:] for name in _HREFS if name in node.attributes), "")


def _looks_like_xml(data: bytes) -> bool:
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<"))


class _Builder:
    """The parser's target: builds the tree and refuses as it goes."""

    def __init__(self) -> None:
        self._open: list[Node] = []
        self._skipping = 0
        self._elements = 0
        self._root: Node | None = None
        self._by_id: dict[str, Node] = {}
        self._sheets: list[str] = []

    def doctype(self, _name: str, _system: str, _public: str, has_internal_subset: int) -> None:
        """A document type is dropped; one that declares things of its own is refused."""
        if has_internal_subset:
            raise _has_entities()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count(attributes)
        if self._skipping or not self._wanted(tag):
            self._skipping += 1
            return
        name = tag.removeprefix(SVG)
        if self._root is None and name != "svg":
            raise _not_svg()
        _refuse_element(name)
        _refuse_attributes(attributes)
        node = Node(name, attributes)
        if self._open:
            self._open[-1].children.append(node)
            self._open[-1].parts.append(node)
        else:
            self._root = node
        self._open.append(node)
        if identity := attributes.get("id"):
            self._by_id.setdefault(identity, node)

    def end(self, _tag: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        node = self._open.pop()
        if node.name == "style":
            self._sheets.append(node.text)

    def data(self, text: str) -> None:
        if self._skipping or not self._open:
            return
        if self._open[-1].name == "style":
            self._open[-1].text += text
        elif self._open[-1].name in _IN_TEXT:
            self._open[-1].parts.append(text)

    def pi(self, target: str, _data: str | None = None) -> None:
        if target.lower() == "xml-stylesheet":
            raise _external("a style sheet outside of the file")

    def comment(self, _text: str) -> None:
        """Comments are dropped."""

    def close(self) -> Any:
        return self._root

    def tree(self) -> Tree:
        if self._root is None:  # The root was of another namespace, and dropped.
            raise _not_svg()
        return Tree(self._root, self._by_id, tuple(self._sheets))

    def _count(self, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_SVG_ELEMENTS:
            raise RefusedFile(
                "VECTOR_TOO_COMPLEX",
                f"This SVG has more than {MAX_SVG_ELEMENTS:,} elements. Simplify the drawing.",
            )
        if len(self._open) + self._skipping >= MAX_SVG_DEPTH:
            raise RefusedFile(
                "VECTOR_TOO_DEEP",
                f"Elements of this SVG are nested more than {MAX_SVG_DEPTH} deep. "
                "Ungroup the drawing.",
            )
        if sum(map(len, attributes.values())) > MAX_SVG_ATTRIBUTE_CHARACTERS:
            raise RefusedFile(
                "VECTOR_TOO_COMPLEX",
                "An element of this SVG is too long. Split the drawing into several paths.",
            )

    def _wanted(self, tag: str) -> bool:
        """Elements of other namespaces (editors' notes) are dropped with all they hold."""
        name = tag.removeprefix(SVG)
        return not name.startswith("{") and name not in _DROPPED and name not in _REFERENCED


def _refuse_element(name: str) -> None:
    if name in SHAPES or name in GROUPS or name in TEXT:
        return
    if name in _REFUSED:
        reason, what = _REFUSED[name]
        raise RefusedFile(reason, f"This SVG holds {what}.")
    raise RefusedFile(
        "VECTOR_ELEMENT_UNSUPPORTED",
        f"The element <{name[:40]}> is not supported. Flatten the drawing to paths.",
    )


def _refuse_attributes(attributes: dict[str, str]) -> None:
    for name, value in attributes.items():
        local = name.rpartition("}")[2].lower()
        if local.startswith("on") and "}" not in name:
            raise RefusedFile(
                "VECTOR_HAS_SCRIPT",
                f"This SVG holds a script (attribute {local[:40]!r}). Export it as a plain SVG.",
            )
        if name in _HREFS and not value.startswith("#"):
            raise _external(f"a reference to {value[:40]!r}")
        if local == "base":
            raise _external("a base address")
        refuse_outside_urls(value)


def refuse_outside_urls(value: str) -> None:
    """Refuse a value that names a `url(…)` outside of the file."""
    for match in _URL.finditer(value):
        if not match[1].startswith("#"):
            raise _external(f"a reference to {match[1][:40]!r}")


def _not_svg() -> RefusedFile:
    return RefusedFile("VECTOR_NOT_SVG", "This XML file is not an SVG. Export the artwork as SVG.")


def _external(what: str) -> RefusedFile:
    return RefusedFile(
        "VECTOR_HAS_EXTERNAL_REFERENCE",
        f"This SVG holds {what}. Embed everything in the file and export it again.",
    )


def _has_entities() -> RefusedFile:
    return RefusedFile(
        "VECTOR_HAS_ENTITIES",
        "This SVG declares entities of its own. Export it as a plain SVG.",
    )
