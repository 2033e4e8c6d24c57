"""Makes the gallery: python -m examples.gallery [FOLDER]; build/gallery unless named."""

from __future__ import annotations

import html
import sys
from base64 import b64encode
from pathlib import Path
from typing import Final

from examples.gallery.sections import SECTIONS
from examples.gallery.tiles import LIBRARY, ROOT, Tile
from render_core.compose import compose
from render_core.outputs import OutputKind, render

WIDTH_PX: Final = 720
_STYLE: Final = """
body{margin:0 auto;max-width:1560px;padding:24px 32px 80px;background:#f6f5f3;color:#202226;
font:15px/1.45 system-ui,sans-serif}
h1{font-size:26px;margin:8px 0 4px}h2{font-size:19px;margin:40px 0 12px}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(340px,1fr));gap:18px;align-items:start}
figure{margin:0;background:#fff;border-radius:10px;overflow:hidden;box-shadow:0 1px 3px #0002}
img{display:block;width:100%}figcaption{padding:10px 14px 14px}
strong{display:block}p{margin:4px 0 0;color:#5a5f68}
.problem{color:#a3201f}
"""


def main(arguments: list[str]) -> int:
    """Write the page and its pictures; return the exit code."""
    folder = Path(arguments[0]) if arguments else ROOT / "build" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    body = [f"<h2>{html.escape(name)}</h2><main>" + "".join(map(_figure, tiles)) + "</main>"
            for name, tiles in SECTIONS.items()]  # fmt: skip
    page = folder / "index.html"
    page.write_text(
        "<!doctype html><html lang=en><meta charset=utf-8><title>What the layout engine does</title>"
        f"<style>{_STYLE}</style><h1>What the layout engine does</h1>"
        "<p>Each picture is the preview that a shopper would see, from the layout that every file is "
        f"made from.</p>{''.join(body)}</html>",
        "utf-8",
    )
    print(f"{sum(map(len, SECTIONS.values()))} pictures in {page}")
    return 0


def _figure(tile: Tile) -> str:
    composition = compose(tile.design, LIBRARY)
    parameters = {"width": WIDTH_PX, "format": "webp"}
    output = render(
        OutputKind.PREVIEW, composition.layout, tile.design.template, LIBRARY, parameters
    )
    problems = "".join(
        f"<p class=problem>{html.escape(f'{problem.message} {problem.suggestion}')}</p>"
        for problem in composition.problems
    )
    return (
        f'<figure><img alt="{html.escape(tile.title, quote=True)}" '
        f'src="data:image/webp;base64,{b64encode(output.data).decode()}">'
        f"<figcaption><strong>{html.escape(tile.title)}</strong>"
        f"<p>{html.escape(tile.caption)}</p>{problems}</figcaption></figure>"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
