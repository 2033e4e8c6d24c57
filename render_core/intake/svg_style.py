"""The style of an SVG element: presentation attributes, style sheets, style attributes.

The part of CSS that drawing programs write: selectors of one element, class or id; no `@` rules
but `@charset`. Anything that would change the picture and is not understood is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from render_core.errors import RefusedFile
from render_core.intake.limits import MAX_SVG_STYLE_RULES
from render_core.intake.svg_colours import Rgb, parse_colour, parse_opacity
from render_core.intake.svg_numbers import Viewport, numbers, parse_length
from render_core.intake.svg_reader import Node, refuse_outside_urls

_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE: Final = re.compile(r"([^{}]*)\{([^{}]*)\}")
_SELECTOR: Final = re.compile(r"(?:(\*|[A-Za-z][\w-]*)?)((?:[.#][\w-]+)*)")
_PART: Final = re.compile(r"([.#])([\w-]+)")
_REFERENCE: Final = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")

_CAPS: Final = ("butt", "round", "square")
_JOINS: Final = ("miter", "round", "bevel")
_READ: Final = frozenset(
    (
        "fill", "fill-rule", "fill-opacity", "stroke", "stroke-width", "stroke-linecap",
        "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset",
        "stroke-opacity", "opacity", "color", "display", "visibility", "clip-path", "clip-rule",
        "paint-order", "filter", "mask", "marker", "marker-start", "marker-mid", "marker-end",
        "vector-effect", "mix-blend-mode",
    )
)  # fmt: skip
# Handed down as they are written, for text to make sense of.
TEXT_PROPERTIES: Final = frozenset(
    (
        "font", "font-family", "font-size", "font-weight", "font-style", "font-variant",
        "font-stretch", "font-size-adjust", "text-anchor", "letter-spacing", "word-spacing",
        "text-decoration", "text-decoration-line", "text-transform", "writing-mode", "direction",
        "unicode-bidi", "baseline-shift", "dominant-baseline", "alignment-baseline", "white-space",
    )
)  # fmt: skip
XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_EFFECTS: Final = {
    "filter": "a filter",
    "mask": "a mask",
    "marker": "markers",
    "marker-start": "markers",
    "marker-mid": "markers",
    "marker-end": "markers",
    "vector-effect": "a vector effect",
    "mix-blend-mode": "a blend mode",
}
Declarations = dict[str, str]


@dataclass(frozen=True, slots=True)
class Style:
    """Inherited and own properties of one element. fill, stroke: a colour, or None for none.

    text: `TEXT_PROPERTIES` and `XML_SPACE` as written.
    """

    fill: Rgb | None = (0, 0, 0)
    stroke: Rgb | None = None
    fill_rule: str = "nonzero"
    clip_rule: str = "nonzero"
    stroke_width: float = 1.0
    stroke_cap: str = "butt"
    stroke_join: str = "miter"
    miter_limit: float = 4.0
    dashes: tuple[float, ...] = ()
    dash_offset: float = 0.0
    stroke_first: bool = False
    colour: Rgb = (0, 0, 0)
    visible: bool = True
    drawn: bool = True
    clip_path: str = ""
    text: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Rule:
    tag: str
    classes: frozenset[str]
    identity: str
    declarations: Declarations
    specificity: tuple[int, int, int]

    def matches(self, node: Node, classes: frozenset[str]) -> bool:
        return (
            self.tag in ("", "*", node.name)
            and self.classes <= classes
            and self.identity in ("", node.attributes.get("id", ""))
        )


class StyleSheet:
    """The rules of all `style` elements, in the order of the cascade."""

    def __init__(self, sheets: tuple[str, ...]) -> None:
        rules = [rule for sheet in sheets for rule in _rules(sheet)]
        if len(rules) > MAX_SVG_STYLE_RULES:
            raise RefusedFile(
                "VECTOR_TOO_COMPLEX",
                f"This SVG has more than {MAX_SVG_STYLE_RULES:,} style rules. "
                "Export it with style attributes.",
            )
        self._rules = sorted(rules, key=lambda rule: rule.specificity)

    def declarations(self, node: Node) -> Declarations:
        """Return the properties of a node by the cascade of CSS 2.2, 6.4."""
        found = {key: value for key, value in node.attributes.items() if _is_read(key)}
        classes = frozenset(node.attributes.get("class", "").split())
        for rule in self._rules:
            if rule.matches(node, classes):
                found.update(rule.declarations)
        found.update(_declarations(node.attributes.get("style", "")))
        return found


def _is_read(name: str) -> bool:
    return name in _READ or name in TEXT_PROPERTIES or name == XML_SPACE


def styled(parent: Style, declared: Declarations, viewport: Viewport) -> Style:
    """Return the style of an element from its parent's and its own declarations."""
    _refuse_effects(declared)
    style = replace(parent, clip_path="")
    for name in ("color", *declared):  # The colour first: currentColor refers to it.
        value = declared.get(name, "").strip()
        if value and value != "inherit":
            style = _apply(style, name, value, viewport)
    text = {name: value.strip() for name, value in declared.items() if _is_of_text(name, value)}
    return replace(style, text={**style.text, **text}) if text else style


def _is_of_text(name: str, value: str) -> bool:
    inherits = value.strip() in ("", "inherit")
    return not inherits and (name in TEXT_PROPERTIES or name == XML_SPACE)


def _apply(style: Style, name: str, value: str, viewport: Viewport) -> Style:
    match name:
        case "color":
            return replace(style, colour=parse_colour(value)[0])
        case "fill":
            return replace(style, fill=_paint(value, style))
        case "stroke":
            return replace(style, stroke=_paint(value, style))
        case "fill-rule":
            return replace(style, fill_rule=_one_of(name, value, ("nonzero", "evenodd")))
        case "clip-rule":
            return replace(style, clip_rule=_one_of(name, value, ("nonzero", "evenodd")))
        case "fill-opacity":
            return style if _opaque(value) else replace(style, fill=None)
        case "stroke-opacity":
            return style if _opaque(value) else replace(style, stroke=None)
        case "opacity":
            return style if _opaque(value) else replace(style, drawn=False)
        case "stroke-width":
            return replace(style, stroke_width=abs(parse_length(value, viewport.diagonal)))
        case "stroke-linecap":
            return replace(style, stroke_cap=_one_of(name, value, _CAPS))
        case "stroke-linejoin":
            return replace(style, stroke_join=_one_of(name, value, _JOINS))
        case "stroke-miterlimit":
            return replace(style, miter_limit=max(1.0, parse_length(value, 1.0)))
        case "stroke-dasharray":
            return replace(style, dashes=_dashes(value))
        case "stroke-dashoffset":
            return replace(style, dash_offset=parse_length(value, viewport.diagonal))
        case "paint-order":
            return replace(style, stroke_first=value.startswith("stroke"))
        case "display":
            return replace(style, drawn=style.drawn and value != "none")
        case "visibility":
            return replace(style, visible=value == "visible")
        case "clip-path":
            return replace(style, clip_path=_clip_reference(value))
    return style


def _paint(value: str, style: Style) -> Rgb | None:
    if value in ("none", "transparent"):
        return None
    if value.lower() == "currentcolor":
        return style.colour
    if value.startswith("url("):
        raise RefusedFile(
            "VECTOR_GRADIENT_UNSUPPORTED",
            "This SVG paints with a gradient or pattern. Use solid colours and export it again.",
        )
    colour, alpha = parse_colour(value)
    return colour if _opaque(str(alpha)) else None


def _opaque(value: str) -> bool:
    """Return False for fully transparent; what lies between cannot be made and is refused."""
    opacity = parse_opacity(value)
    if 0.004 < opacity < 0.996:
        raise RefusedFile(
            "VECTOR_TRANSPARENCY_UNSUPPORTED",
            f"This SVG paints with an opacity of {opacity:.2f}. "
            "Flatten transparency to solid colours and export it again.",
        )
    return opacity > 0.5


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value in allowed:
        return value
    raise RefusedFile(
        "VECTOR_STYLE_UNSUPPORTED",
        f"The value {value[:40]!r} of {name} is not supported. Use one of {', '.join(allowed)}.",
    )


def _dashes(value: str) -> tuple[float, ...]:
    if value == "none":
        return ()
    lengths = tuple(numbers(value.replace("px", "")))
    if not lengths or min(lengths) < 0 or sum(lengths) <= 0:
        return ()
    return lengths if len(lengths) % 2 == 0 else lengths * 2


def _clip_reference(value: str) -> str:
    if value == "none":
        return ""
    match = _REFERENCE.fullmatch(value)
    if match is None:
        raise RefusedFile(
            "VECTOR_EFFECT_UNSUPPORTED",
            f"The clip {value[:40]!r} is not supported. Flatten the drawing to paths.",
        )
    return match[1]


def _refuse_effects(declared: Declarations) -> None:
    for name, what in _EFFECTS.items():
        if declared.get(name, "none").strip() not in ("none", "normal", "inherit", ""):
            raise RefusedFile(
                "VECTOR_EFFECT_UNSUPPORTED",
                f"This SVG uses {what}. Flatten the drawing to paths and export it again.",
            )


def _rules(sheet: str) -> list[_Rule]:
    text = _COMMENT.sub(" ", sheet).replace('@charset "utf-8";', "")
    refuse_outside_urls(text)
    rest = _RULE.sub("", text).strip()
    if rest or "@" in text:
        raise _sheet_unsupported((rest or text)[:40])
    rules = []
    for selectors, body in _RULE.findall(text):
        declarations = _declarations(body)
        rules += [_rule(selector.strip(), declarations) for selector in selectors.split(",")]
    return rules


def _rule(selector: str, declarations: Declarations) -> _Rule:
    match = _SELECTOR.fullmatch(selector)
    if not selector or match is None:
        raise _sheet_unsupported(selector[:40])
    parts = _PART.findall(match[2])
    identities = [name for sign, name in parts if sign == "#"]
    classes = frozenset(name for sign, name in parts if sign == ".")
    tag = match[1] or ""
    specificity = (len(identities), len(classes), int(tag not in ("", "*")))
    return _Rule(tag, classes, identities[0] if identities else "", declarations, specificity)


def _declarations(body: str) -> Declarations:
    refuse_outside_urls(body)
    found = {}
    for declaration in body.split(";"):
        name, _, value = declaration.partition(":")
        key = name.strip().lower()
        if _is_read(key):
            found[key] = value.replace("!important", "").strip()
        elif key == "transform":
            raise _sheet_unsupported("transform")
    return found


def _sheet_unsupported(what: str) -> RefusedFile:
    return RefusedFile(
        "VECTOR_STYLE_UNSUPPORTED",
        f"The style {what!r} of this SVG is not supported. "
        "Export it with presentation attributes instead of style sheets.",
    )
