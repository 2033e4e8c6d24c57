"""The page: a picture, words and facts for each tile."""

from __future__ import annotations

import html
from base64 import b64encode
from dataclasses import replace
from typing import Final

from examples.gallery.sections import SECTIONS, TILES, Section
from examples.gallery.tiles import BLACK, LIBRARY, Tile
from render_core.compose import Composition, compose
from render_core.export.manifest import JSON
from render_core.geometry.svg_path_writer import path_data_mm
from render_core.layout import Box, Item, Layout, Operation, ZoneFrame
from render_core.looks import Finish
from render_core.outputs import OutputKind, render
from render_core.problems import Severity
from render_core.separations import separation

WIDTH_PX: Final = 720
_FILM_PX: Final = 240
# The margin of a picture without a photo, of its width (`render_core.mockup.plain`).
_MARGIN_PX: Final = WIDTH_PX * 40 // 1000
_UM_PER_MM: Final = 1000
_RING_MM: Final = 1.8
_STYLE: Final = """
*{box-sizing:border-box}html{scroll-behavior:smooth}
body{margin:0 auto;max-width:1600px;padding:32px 32px 96px;background:#f4f3f0;color:#202226;
font:15px/1.5 system-ui,sans-serif}
h1{font-size:30px;line-height:1.2;margin:0 0 8px;letter-spacing:-.01em}
h2{font-size:21px;margin:56px 0 2px}h2+p{margin:0 0 16px;color:#5a5f68}
nav{position:sticky;top:0;z-index:1;margin:20px -32px 0;padding:10px 32px;background:#f4f3f0f2;
border-bottom:1px solid #ddd9d2;font-size:13.5px;line-height:1.9}
nav a{color:#1f5c46;margin-right:16px;text-decoration:none;white-space:nowrap}nav a:hover{text-decoration:underline}
h2{scroll-margin-top:104px}
@media(max-width:900px){nav{position:static}h2{scroll-margin-top:16px}}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,340px),1fr));gap:20px}
figure{margin:0;background:#fff;border-radius:10px;overflow:hidden;border:1px solid #e4e1db}
.shown{position:relative}img,.shown svg{display:block;width:100%;height:auto}
.shown svg{position:absolute;inset:0;height:100%}
.zone{fill:none;stroke:#8a8f98;stroke-width:.25;stroke-dasharray:1 1}
.place{fill:#d6282722;stroke:#d62827;stroke-width:.35}
.none{margin:16px 16px 8px;padding:14px;border:1px dashed #c9c5bd;border-radius:6px;color:#767b84;text-align:center}
figcaption{padding:4px 16px 16px}
h3{font-size:15px;margin:0}h3+p{margin:2px 0 0;color:#5a5f68}
.problem{margin:10px 0 0;padding:8px 12px;border-left:3px solid #c8332b;background:#fcf1f0;border-radius:0 6px 6px 0}
.warning{border-color:#c98a1b;background:#fdf6e7}
.problem code{display:block;font-size:11.5px;color:#6c4a48}
.facts{margin:10px 0 0;font:12px/1.6 ui-monospace,monospace;color:#767b84;overflow-wrap:anywhere}
.films{display:flex;flex-wrap:wrap;gap:8px;margin-top:12px}.films div{flex:1 1 40%;max-width:50%}
.films img{border:1px solid #e4e1db;border-radius:4px}.films span{font-size:12px;color:#5a5f68}
"""


def page() -> str:
    """Return the whole page, which needs no other file."""
    links = " ".join(
        f'<a href="#{_anchor(section)}">{html.escape(section.title)}</a>' for section in SECTIONS
    )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        '<meta name=viewport content="width=device-width">'
        "<title>What the layout engine does</title>"
        f"<style>{_STYLE}</style><h1>What the layout engine does</h1>"
        f"<p>{len(TILES)} designs. Each picture is the preview that a shopper would see, from the "
        "layout that every file is made from; below it the layout's own facts, and the beginning of "
        "the digest that is the same on every machine.</p>"
        f"<nav>{links}</nav>{''.join(map(_section, SECTIONS))}</html>"
    )


def _anchor(section: Section) -> str:
    return section.title.lower().replace(" ", "-")


def _section(section: Section) -> str:
    return (
        f'<h2 id="{_anchor(section)}">{html.escape(section.title)}</h2>'
        f"<p>{html.escape(section.about)}</p>"
        f"<main>{''.join(_figure(tile, section.tells) for tile in section.tiles)}</main>"
    )


def _figure(tile: Tile, tells: bool) -> str:
    composition = compose(tile.design, LIBRARY)
    layout = composition.layout
    films = _films(tile, layout) if tile.separations else ""
    return (
        f"<figure>{_shown(tile, composition, tells)}"
        f"<figcaption><h3>{html.escape(tile.title)}</h3><p>{html.escape(tile.caption)}</p>"
        f"{_problems(composition)}{films}<p class=facts>{html.escape(_facts(layout))}</p>"
        "</figcaption></figure>"
    )


def _shown(tile: Tile, composition: Composition, tells: bool) -> str:
    if not composition.layout.surfaces[0].items:
        return "<p class=none>Nothing is drawn.</p>"
    places = _places(composition) if tells else ""
    picture = _picture(tile, composition.layout, tile.title, WIDTH_PX)
    return f"<div class=shown>{picture}{places}</div>"


def _picture(tile: Tile, layout: Layout, title: str, width: int) -> str:
    parameters: dict[str, JSON] = {"width": width, "format": "webp", "proof": tile.proof}
    output = render(OutputKind.PREVIEW, layout, tile.design.template, LIBRARY, parameters)
    return (
        f'<img loading=lazy alt="{html.escape(title, quote=True)}" width={output.width_px} '
        f'height={output.height_px} src="data:image/webp;base64,{b64encode(output.data).decode()}">'
    )


def _problems(composition: Composition) -> str:
    return "".join(
        f'<p class="problem{" warning" if found.severity is Severity.WARNING else ""}">'
        f"{html.escape(f'{found.message} {found.suggestion}'.strip())}<code>{found.code}</code></p>"
        for found in composition.problems
    )


def _places(composition: Composition) -> str:
    """Return the zones' edges and the problems' boxes, drawn over the picture."""
    surface = composition.layout.surfaces[0]
    scale = (WIDTH_PX - 2 * _MARGIN_PX) / (surface.width_um / _UM_PER_MM)
    margin, width = _MARGIN_PX / scale, WIDTH_PX / scale
    height = surface.height_um / _UM_PER_MM + 2 * margin
    frames = {frame.zone: frame for frame in surface.zones}
    edges = "".join(
        f"<path class=zone transform='{_moved(frame)}' d='{path_data_mm(frame.shape)}'/>"
        for frame in surface.zones
    )
    boxes = "".join(
        f"<g transform='{_moved(frames[found.zone])}'>{_place(found.box)}</g>"
        for found in composition.problems
        if found.box is not None and found.zone in frames
    )
    view = f"{-margin:.3f} {-margin:.3f} {width:.3f} {height:.3f}"
    return f"<svg aria-hidden=true viewBox='{view}'>{edges}{boxes}</svg>"


def _place(box: Box) -> str:
    """Return a box; where it is too small to be seen, with a ring round it."""
    left, top, right, bottom = (
        um / _UM_PER_MM for um in (box.left_um, box.top_um, box.right_um, box.bottom_um)
    )
    drawn = (
        f"<rect class=place x='{left:.3f}' y='{top:.3f}' width='{right - left:.3f}' "
        f"height='{bottom - top:.3f}'/>"
    )
    if max(right - left, bottom - top) < _RING_MM:
        middle = f"cx='{(left + right) / 2:.3f}' cy='{(top + bottom) / 2:.3f}'"
        drawn += f"<circle class=place {middle} r='{_RING_MM}'/>"
    return drawn


def _moved(frame: ZoneFrame) -> str:
    return f"translate({frame.x_um / _UM_PER_MM:.3f} {frame.y_um / _UM_PER_MM:.3f})"


def _films(tile: Tile, layout: Layout) -> str:
    """Return what each machine gets, black where it acts; nothing of what is for the screen."""
    kinds: dict[str, list[Item]] = {}
    for item in layout.surfaces[0].items:
        if item.operation is not Operation.SCREEN_ONLY:
            kinds.setdefault(_made_by(item), []).append(item)
    films = "".join(
        f"<div>{_picture(tile, _film(layout, items), name, _FILM_PX)}<span>{html.escape(name)}</span></div>"
        for name, items in kinds.items()
    )
    return f"<div class=films>{films}</div>"


def _film(layout: Layout, items: list[Item]) -> Layout:
    plain = [replace(item, ink=BLACK, gradient=None, finish=Finish.NONE) for item in items]
    surface = replace(layout.surfaces[0], items=tuple(plain))
    return Layout((surface,), layout.unicode_version)


def _made_by(item: Item) -> str:
    name = separation(item) or "#{:02x}{:02x}{:02x}".format(*item.ink.rgb)
    return f"{item.operation.value} · {name}"


def _facts(layout: Layout) -> str:
    surface = layout.surfaces[0]
    facts = []
    for frame in surface.zones:
        if frame.text is None:
            continue
        text = frame.text
        if text.size_centipoint:
            facts.append(f"{text.size_centipoint / 100:.2f} pt")
        if text.lines > 1:
            facts.append(f"{text.lines} lines")
        if text.condense_permille != 1000:
            facts.append(f"condensed to {text.condense_permille / 10:g} %")
        if len(text.font_sha256) > 1:
            facts.append(f"{len(text.font_sha256)} faces")
    operations = dict.fromkeys(item.operation.value for item in surface.items)
    return " · ".join([*facts, *operations, layout.digest()[:16]])
