"""The entry of the confined child: one kind of file in, a header and a body out."""

from __future__ import annotations

from typing import Any, Final

from render_core.errors import RefusedFile

FONT: Final = "font"
IMAGE: Final = "image"
VECTOR: Final = "vector"
ARTWORK: Final = "artwork"
PROFILE: Final = "profile"
ASSET: Final = "asset"
KINDS: Final = (FONT, IMAGE, VECTOR, ARTWORK, PROFILE, ASSET)


def run(kind: str, data: bytes, *, display: bool = False) -> tuple[dict[str, Any], bytes]:
    """Check or normalise one file.

    kind: "font", "image", "vector", "profile", or by the first bytes "artwork" (an image or a
    vector) or "asset" (artwork or a profile).
    Returns a JSON-ready header and the bytes to keep: the font as it came (an SVG font
    as sfnt), the PNG, the vector JSON, the profile as it came. The header carries "kind", "media_type" and the facts; with `display` that of an image
    also "display", its copy for screens: "data" (WebP), "width_px" and "height_px".
    Raises RefusedFile; ValueError for a kind that does not exist.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}; one of {', '.join(KINDS)}")
    if not data:
        raise RefusedFile("FILE_EMPTY", "This file is empty. Choose another one.")
    if kind == ASSET:
        kind = PROFILE if data[36:40] == b"acsp" else ARTWORK
    if kind == ARTWORK:
        kind = VECTOR if _is_markup(data) else IMAGE
    if kind == IMAGE:
        return _image(data, display)
    return {FONT: _font, VECTOR: _vector, PROFILE: _profile}[kind](data)


def _is_markup(data: bytes) -> bool:
    return data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"<")


def _font(data: bytes) -> tuple[dict[str, Any], bytes]:
    from render_core.intake.fonts import normalise_font

    facts, kept = normalise_font(data)
    return {"kind": FONT, "media_type": _font_type(facts.format), **facts.document()}, kept


def _font_type(form: str) -> str:
    return "font/woff2" if form.endswith("+woff2") else f"font/{form}"


def _image(data: bytes, display: bool) -> tuple[dict[str, Any], bytes]:
    from render_core.intake.images import normalise_image

    image = normalise_image(data, display=display)
    header = {"kind": IMAGE, "media_type": "image/png", **image.document()}
    if image.display is not None:
        header["display"] = image.display.document()
    return header, image.png


def _vector(data: bytes) -> tuple[dict[str, Any], bytes]:
    from render_core.intake.vectors import describe_vector, normalise_vector

    body = normalise_vector(data)
    header = {"kind": VECTOR, "media_type": "application/vnd.luneo.vector+json"}
    return {**header, **describe_vector(body)}, body


def _profile(data: bytes) -> tuple[dict[str, Any], bytes]:
    from render_core.intake.profiles import check_profile

    facts = check_profile(data)
    media_type = "application/vnd.iccprofile"
    return {"kind": PROFILE, "media_type": media_type, **facts.document()}, data
