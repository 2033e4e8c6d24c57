"""The peers: the same jobs as a programmer without Luneo would do them, with Pillow in a loop.

They set one line of text at a size found by trying, without shaping of scripts, without outlines for
a machine, without a proof; so they are quick ways, not equal ones.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[2]
FONT = ROOT / "node_modules/@expo-google-fonts/playfair-display/700Bold/PlayfairDisplay_700Bold.ttf"
PHOTO = ROOT / "examples/photos/walnut-plaque.webp"
ZONE_PX = (905, 330)
PLACE_PX = (350, 520)


def fit(text: str) -> tuple[ImageFont.FreeTypeFont, tuple[float, float, float, float]]:
    """Return the largest size that fits the zone, found by trying one size after the other."""
    image = Image.new("L", (1, 1))
    draw = ImageDraw.Draw(image)
    chosen = None
    for size in range(12, 400, 2):
        font = ImageFont.truetype(str(FONT), size)
        box = draw.multiline_textbbox((0, 0), text, font=font, align="center")
        if box[2] - box[0] > ZONE_PX[0] or box[3] - box[1] > ZONE_PX[1]:
            break
        chosen = font, box
    assert chosen is not None
    return chosen


def mockup(text: str, width: int = 1024) -> bytes:
    """Return the photo with the text on it as WebP, each time from the file."""
    with Image.open(PHOTO) as photo:
        picture = photo.convert("RGB")
    font, box = fit(text)
    mask = Image.new("L", picture.size, 0)
    left = PLACE_PX[0] + (ZONE_PX[0] - (box[2] - box[0])) / 2
    ImageDraw.Draw(mask).multiline_text(
        (left, PLACE_PX[1]), text, font=font, fill=255, align="center"
    )
    picture.paste((44, 24, 12), mask=mask)
    picture = picture.resize(
        (width, picture.height * width // picture.width), Image.Resampling.LANCZOS
    )
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=80, method=2)
    return out.getvalue()
