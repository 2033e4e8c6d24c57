"""What the canvas shows is what will be made."""

from __future__ import annotations

import io
import json
from html import escape
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image, ImageChops, ImageFilter

from render_core.srgb import bytes_of_light, light_of_bytes
from tests.page.visits import Shop, Visit, text

WIDTH_PX = 1024
# The editor gives the picture 1.6 of 2.6 parts beside a gap of 40 px.
FRAME = {"width": 1704, "height": 900}
DESIGNS = [
    ("hearth-oak", "steel-tag", {"name": text("Emma")}),
    ("hearth-oak", "steel-tag", {"name": text("أميرة")}),
    ("hearth-oak", "walnut-plaque", {"dedication": text("The Andersons\nEst. 1987")}),
    ("hearth-oak", "steel-tag", {"name": text("आरव")}),
]

# Notes every outline that is filled since the photo was last drawn.
NOTES = """
const dataOf = new WeakMap();
window.Path2D = class extends Path2D {
  constructor(data) { super(data); dataOf.set(this, data); }
};
const context = CanvasRenderingContext2D.prototype;
const { drawImage, fill } = context;
context.drawImage = function (...all) {
  if (this.getTransform().isIdentity) this.canvas.filled = [];
  return drawImage.apply(this, all);
};
context.fill = function (path, rule) {
  this.canvas.filled.push({
    path: dataOf.get(path), fillRule: rule, rgbHex: this.fillStyle, alpha: this.globalAlpha,
  });
  return fill.call(this, path, rule);
};
"""


def embed(visit: Visit, product: str, zones: dict[str, Any] | None = None) -> None:
    """Show the widget alone on a page of the shop's own origin, at a given width."""
    design = escape(json.dumps(zones or {}))
    page = (
        f'<!doctype html><title>t</title><body style="margin:0"><script type="module" src="/luneo.js">'
        f'</script><luneo-product open product="{visit.shop.product(product)}" design="{design}"'
        f' key="{visit.shop.key("publishable")}"></luneo-product>'
    )
    address = f"{visit.shop.page}/alone"
    visit.page.route(address, lambda route: route.fulfill(body=page, content_type="text/html"))
    visit.page.goto(address)


def photo_of(shop: Shop, product: str, size: tuple[int, int]) -> Image.Image:
    revision = shop.revision(product)
    asset = revision["template"]["views"][0]["photo"]
    uri = next(one["uri"] for one in revision["assets"] if one["asset"] == asset)
    picture = Image.open(io.BytesIO(httpx.get(uri).raise_for_status().content)).convert("RGB")
    return picture.resize(size, Image.Resampling.BOX, reducing_gap=None)


def half_covered(photo: Image.Image, colour: Image.Image, *, in_light: bool) -> Image.Image:
    """What a pixel is that ink covers by half: a canvas mixes bytes, the server light."""
    if not in_light:
        return ImageChops.blend(photo, colour, 0.5)
    one, other = (light_of_bytes()[np.asarray(picture)].astype(int) for picture in (photo, colour))
    return Image.fromarray(bytes_of_light()[(one + other) // 2])


def inked(picture: Image.Image, photo: Image.Image, ink: str, *, in_light: bool) -> Image.Image:
    """Where more than half of a pixel is ink, as far as the photo is clearly lighter than ink there and around."""
    colour = Image.new("RGB", picture.size, ink)
    midway = half_covered(photo, colour, in_light=in_light).convert("L")
    light = ImageChops.subtract(midway, colour.convert("L")).point(lambda v: 255 if v > 15 else 0)
    light = light.filter(ImageFilter.MinFilter(5))
    darker = ImageChops.subtract(midway, picture.convert("L")).point(lambda v: 255 if v else 0)
    return ImageChops.darker(light, darker)


def beyond(one: Image.Image, other: Image.Image, px: int) -> int:
    """How many pixels of one are further than px from the other."""
    near = other.filter(ImageFilter.MaxFilter(2 * px + 1))
    return ImageChops.subtract(one, near).histogram()[255]


def type_alone(visit: Visit, product: str, zones: dict[str, Any]) -> Any:
    """Show the widget alone and type into its zones; return the answer to the design that is seen."""
    embed(visit, product)
    for zone, value in zones.items():
        visit.page.locator(f"#input-{zone}").fill(value["text"]["text"])
    visit.page.evaluate("document.activeElement.blur()")
    composed = visit.shop.compose(product, zones)
    visit.shows(composed["layout"]["digest"])
    visit.page.evaluate("new Promise(requestAnimationFrame)")
    return composed


def agree(visit: Visit, product: str, zones: dict[str, Any]) -> None:
    """Type into zones: the ink of canvas and preview must lie at the same places."""
    composed = type_alone(visit, product, zones)
    drawn = visit.pixels()
    assert drawn.width == WIDTH_PX
    made = visit.shop.preview(product, zones, WIDTH_PX)
    assert made.size == drawn.size
    items = composed["layout"]["surfaces"][0]["items"]
    ink = next(item["rgbHex"] for item in items if item["zone"] in zones)
    photo = photo_of(visit.shop, product, drawn.size)
    seen = inked(drawn, photo, ink, in_light=False)
    wanted = inked(made, photo, ink, in_light=True)
    area = wanted.histogram()[255]
    assert area > 1000
    assert abs(seen.histogram()[255] - area) < 0.05 * area
    assert beyond(seen, wanted, 1) + beyond(wanted, seen, 1) < 0.002 * area
    assert beyond(seen, wanted, 2) + beyond(wanted, seen, 2) == 0


@pytest.mark.parametrize(("brand", "product", "zones"), DESIGNS)
def test_the_canvas_has_its_ink_where_the_servers_preview_has_it(
    open_page: Any, brand: str, product: str, zones: dict[str, Any]
) -> None:
    agree(open_page(brand, viewport=FRAME), product, zones)


@pytest.mark.parametrize(("brand", "product", "zones"), DESIGNS)
def test_every_outline_that_is_drawn_is_one_of_the_layout(
    open_page: Any, brand: str, product: str, zones: dict[str, Any]
) -> None:
    visit = open_page(brand)
    visit.page.add_init_script(NOTES)
    visit.open(product, zones)
    filled = visit.canvas.evaluate("canvas => canvas.filled")
    full = [outline for outline in filled if outline.pop("alpha") == 1]
    items = visit.shop.compose(product, zones)["layout"]["surfaces"][0]["items"]
    keys = ("path", "fillRule", "rgbHex")
    assert full == [{key: item.get(key, "nonzero") for key in keys} for item in items]


def test_an_empty_zone_shows_a_pale_sample_that_goes_with_the_first_letter(open_page: Any) -> None:
    visit = open_page()
    visit.page.add_init_script(NOTES)
    visit.open("steel-tag")
    pale = (
        "() => [...document.querySelector('luneo-product').shadowRoot.querySelector('luneo-editor')"
    )
    pale += ".shadowRoot.querySelector('.stage canvas').filled].filter(one => one.alpha < 1).length"
    visit.page.wait_for_function(pale)
    visit.page.get_by_text("The pale lettering is only a sample.").wait_for()
    visit.field("Name").fill("E")
    visit.shows(visit.shop.digest("steel-tag", {"name": text("E")}))
    assert visit.page.evaluate(pale) == 0
    assert visit.page.get_by_text("only a sample").count() == 0


def test_a_click_on_the_picture_leads_to_the_field(tag: Visit) -> None:
    tag.canvas.click()
    assert (
        tag.page.evaluate(
            "document.activeElement.shadowRoot.activeElement.shadowRoot.activeElement.id"
        )
        == "input-name"
    )
