"""The entry of the confined child: one kind of file in, a header and a body out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from render_core.errors import RefusedFile

FONT: Final = "font"
IMAGE: Final = "image"
VECTOR: Final = "vector"
ARTWORK: Final = "artwork"
PROFILE: Final = "profile"
ASSET: Final = "asset"
MESH: Final = "mesh"
KINDS: Final = (FONT, IMAGE, VECTOR, ARTWORK, PROFILE, ASSET, MESH)


def run(
    kind: str,
    data: bytes,
    *,
    display: bool = False,
    fonts: Sequence[Mapping[str, Any]] = (),
) -> tuple[dict[str, Any], bytes]:
    """Check or normalise one file.

    kind: "font", "image", "vector", "profile", "mesh", or by the first bytes "artwork" (an image or a
    vector) or "asset" (artwork, a profile or a mesh).
    Returns a JSON-ready header and the bytes to keep: the font as it came (an SVG font
    as sfnt), the PNG, the vector JSON, the profile as it came, the mesh as GLB. The header carries "kind", "media_type" and the facts; with `display` that of an image
    also "display", its copy for screens: "data" (WebP), "width_px" and "height_px".
    fonts: those that text of an SVG may be outlined with, each "family", "subfamily" and "bytes",
    the length of its file; the files follow the data, in this order.
    Raises RefusedFile; ValueError for a kind that does not exist.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}; one of {', '.join(KINDS)}")
    data, files = _apart(data, [int(font["bytes"]) for font in fonts])
    if not data:
        raise RefusedFile("FILE_EMPTY", "This file is empty. Choose another one.")
    if kind == ASSET:
        kind = PROFILE if data[36:40] == b"acsp" else MESH if _is_mesh(data) else ARTWORK
    if kind == ARTWORK:
        kind = VECTOR if _is_markup(data) else IMAGE
    if kind == IMAGE:
        return _image(data, display)
    if kind == VECTOR:
        return _vector(data, fonts, files)
    return {FONT: _font, PROFILE: _profile, MESH: _mesh}[kind](data)


def _apart(data: bytes, lengths: Sequence[int]) -> tuple[bytes, list[bytes]]:
    """Return the data and what follows it, of these lengths."""
    at = len(data) - sum(lengths)
    first, files = data[:at] if lengths else data, []
    for length in lengths:
        files.append(data[at : at + length])
        at += length
    return first, files


def _is_markup(data: bytes) -> bool:
    return data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"<")


def _is_mesh(data: bytes) -> bool:
    from render_core.intake.meshes import is_mesh

    return is_mesh(data)


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


def _vector(
    data: bytes, fonts: Sequence[Mapping[str, Any]], files: Sequence[bytes]
) -> tuple[dict[str, Any], bytes]:
    from render_core.intake.svg_fonts import BrandFont
    from render_core.intake.vectors import describe_vector, normalise_vector

    faces = [
        BrandFont(font["family"], font["subfamily"], file)
        for font, file in zip(fonts, files, strict=True)
    ]
    body = normalise_vector(data, faces)
    header = {"kind": VECTOR, "media_type": "application/vnd.luneo.vector+json"}
    return {**header, **describe_vector(body)}, body


def _profile(data: bytes) -> tuple[dict[str, Any], bytes]:
    from render_core.intake.profiles import check_profile

    facts = check_profile(data)
    media_type = "application/vnd.iccprofile"
    return {"kind": PROFILE, "media_type": media_type, **facts.document()}, data


def _mesh(data: bytes) -> tuple[dict[str, Any], bytes]:
    from render_core.intake.meshes import normalise_mesh

    mesh = normalise_mesh(data)
    return {"kind": MESH, "media_type": "model/gltf-binary", **mesh.document()}, mesh.glb
