"""Gradients, lines and finishes: the canvas shows them as the server's pictures do."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from tests.page.test_drawing import FRAME, WIDTH_PX, embed
from tests.page.visits import Shop, Visit, text

GOLD, WINE = "#d8b25c", "#5b1026"
RAINBOW = [
    {"offsetPermille": 0, "rgbHex": "#c01830"},
    {"offsetPermille": 450, "rgbHex": "#f0c020"},
    {"offsetPermille": 1000, "rgbHex": "#1040b0"},
]
PRINT, FOIL, EMBOSS = "TECHNIQUE_PRINT", "TECHNIQUE_FOIL", "TECHNIQUE_EMBOSS"
ENGRAVE, CUT = "TECHNIQUE_ENGRAVE", "TECHNIQUE_CUT"
NOISE = 24  # of lossy pictures, in 1/255 of a band


def gradient(kind: str, **more: Any) -> dict[str, Any]:
    return {"effects": [{"gradient": {"gradientKind": kind, "stops": RAINBOW, **more}}]}


LOOKS: dict[str, dict[str, Any]] = {
    "linear": {"technique": PRINT, **gradient("GRADIENT_KIND_LINEAR", angleDegrees=35)},
    "radial": {"technique": PRINT, **gradient("GRADIENT_KIND_RADIAL")},
    "cut": {"technique": CUT},
    "engraved": {"technique": ENGRAVE, "finish": "FINISH_ENGRAVED", "depthUm": 300},
    "embossed": {"technique": EMBOSS, "finish": "FINISH_EMBOSSED", "depthUm": 500},
    "debossed": {"technique": EMBOSS, "finish": "FINISH_DEBOSSED", "depthUm": 400},
    "foil": {"technique": FOIL, "finish": "FINISH_FOIL"},
}


def product(shop: Shop, look: dict[str, Any]) -> str:
    """Publish the walnut plaque with one zone of its own; return its id."""
    name = f"look-{uuid.uuid4().hex[:12]}"
    template = shop.revision("walnut-plaque")["template"]
    zone = next(zone for zone in template["zones"] if "text" in zone)
    rules = {**zone["text"], "minStrokeUm": 0, "minGapUm": 0, "maxSizeCentipoint": 20_000}
    ink = {"displayName": "Ink", "rgbHex": GOLD if "finish" in look else WINE}
    template["zones"] = [{**zone, "text": rules, "inks": [ink], "required": False, **look}]
    body = {"displayName": "Look", "price": {"currencyCode": "EUR"}, "template": template}
    path = f"/v1/{shop.brand}/products?productId={name}"
    made = shop.call("POST", path, "secret", json=body)
    shop.call("POST", f"/v1/{made['name']}:publish", "secret", json={})
    return name


def changed(picture: Image.Image, bare: Image.Image) -> Image.Image:
    """Where a picture differs from the bare one by more than its compression does."""
    red, green, blue = ImageChops.difference(picture, bare).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point(lambda value: 255 if value > NOISE else 0)


def apart(one: Image.Image, other: Image.Image, where: Image.Image) -> float:
    """The mean difference of two pictures where they are asked for, in 1/255 of all bands.

    The server's pictures are compressed with colours at half the resolution, so that neighbours
    are averaged first. A look that is one pixel beside its place is still far apart.
    """
    soft = [picture.filter(ImageFilter.BoxBlur(1)) for picture in (one, other)]
    return sum(ImageStat.Stat(ImageChops.difference(*soft), where).mean)


@pytest.mark.parametrize("name", LOOKS)
def test_the_canvas_shows_a_look_as_the_servers_picture_does(open_page: Any, name: str) -> None:
    visit: Visit = open_page(viewport=FRAME)
    look = product(visit.shop, LOOKS[name])
    embed(visit, look)
    zone = visit.shop.revision(look)["template"]["zones"][0]["id"]
    visit.shows(visit.shop.digest(look, {}))
    bare = visit.shop.preview(look, {}, WIDTH_PX)
    visit.page.get_by_role("textbox").fill("Bold & Co")
    visit.page.evaluate("document.activeElement.blur()")
    zones = {zone: text("Bold & Co")}
    visit.shows(visit.shop.digest(look, zones))
    visit.page.evaluate("new Promise(requestAnimationFrame)")
    drawn, made = visit.pixels(), visit.shop.preview(look, zones, WIDTH_PX)
    assert drawn.size == made.size
    where = ImageChops.lighter(changed(made, bare), changed(drawn, bare))
    assert ImageStat.Stat(where).mean[0] > 255 * 0.003  # the look is there to be seen
    # A cut is thinner than a pixel: the canvas mixes bytes there, the server light, which is paler.
    limit = 0.36 if name == "cut" else 0.2
    assert apart(drawn, made, where) < limit * apart(made, bare, where)
