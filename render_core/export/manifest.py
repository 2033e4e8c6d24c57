"""What a pack says about itself: `manifest.json`, canonical by RFC 8785."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import rfc8785

from render_core.design import Template
from render_core.errors import UnsupportedDesign
from render_core.layout import LAYOUT_VERSION, Item, Layout, Surface, ZoneFrame
from render_core.separations import made_items, operation_runs
from render_core.version import RENDERER_VERSION

JSON = None | bool | int | float | str | Sequence["JSON"] | Mapping[str, "JSON"]

FORMAT: Final = "luneo-pack/1"
MANIFEST: Final = "manifest.json"

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class PackFile:
    """One file of a pack. about: what the manifest says beside path, type, size and hash."""

    path: str
    media_type: str
    data: bytes
    about: Mapping[str, JSON]

    def document(self) -> dict[str, JSON]:
        return {
            "path": self.path,
            "media_type": self.media_type,
            "size": len(self.data),
            "sha256": hashlib.sha256(self.data).hexdigest(),
            **self.about,
        }


def manifest(
    layout: Layout,
    template: Template,
    files: Sequence[PackFile],
    job: Mapping[str, JSON],
    *,
    ticket_fonts: Iterable[str] = (),
    machines: Sequence[Mapping[str, JSON]] = (),
) -> bytes:
    """Return the manifest's bytes.

    job: what the caller knows: at least "spec_hash" and "product_revision", which are repeated
    at the top. ticket_fonts: SHA-256 of the ticket's faces. machines: what it says of
    each, with "sha256". Raises UnsupportedDesign (JOB_INVALID) where the job is not JSON.
    """
    inputs = pinned_inputs(layout, template)
    inputs += [{"kind": "ticket-font", "sha256": key} for key in sorted(ticket_fonts)]
    inputs += [{"kind": "machine", "sha256": str(machine["sha256"])} for machine in machines]
    document: dict[str, Any] = {
        "format": FORMAT,
        "renderer_version": RENDERER_VERSION,
        "layout_version": LAYOUT_VERSION,
        "layout_digest": layout.digest(),
        "unicode_version": layout.unicode_version,
        "spec_hash": job.get("spec_hash", ""),
        "product_revision": job.get("product_revision", ""),
        "job": job,
        "surfaces": [_surface(surface) for surface in layout.surfaces],
        "pinned_inputs": inputs,
        "files": [file.document() for file in files],
    }
    if machines:
        document["machines"] = machines
    try:
        return rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise UnsupportedDesign(
            "JOB_INVALID", f"The job ticket cannot be written as JSON: {error}.", field="job"
        ) from error


def pinned_inputs(layout: Layout, template: Template) -> list[dict[str, str]]:
    """Return what the outputs were made from, by kind and SHA-256, each once, in a fixed order."""
    fonts = {
        font
        for surface in layout.surfaces
        for zone in surface.zones
        if zone.text is not None
        for font in zone.text.font_sha256
    }
    artwork = {
        item.image.sha256 for surface in layout.surfaces for item in surface.items if item.image
    }
    photos = {sha256 for view in template.views for sha256 in view.assets}
    presses = {template.output_profile} - {""}
    kinds = (
        ("artwork", artwork),
        ("font", fonts),
        ("output-profile", presses),
        ("photo", photos),
    )
    return [{"kind": kind, "sha256": key} for kind, keys in kinds for key in sorted(keys)]


def file_name(identifier: str) -> str:
    """Return an identifier that may stand in a path of a pack. Raises UnsupportedDesign (NAME_INVALID)."""
    if not _NAME.fullmatch(identifier):
        raise UnsupportedDesign(
            "NAME_INVALID",
            f"{identifier!r} cannot name a file; use small letters, digits and hyphens.",
        )
    return identifier


def operations(items: Iterable[Item]) -> list[str]:
    """Return the operations of items in the order of first use."""
    return list(dict.fromkeys(item.operation.value for item in items))


def _surface(surface: Surface) -> dict[str, Any]:
    runs = operation_runs(made_items(surface))
    return {
        "id": surface.id,
        "size_um": [surface.width_um, surface.height_um],
        "bleed_um": surface.bleed_um,
        "layers": [
            {"operation": operation.value, "separation": spot, "items": len(items)}
            for operation, spot, items in runs
        ],
        "zones": [_zone(zone) for zone in surface.zones],
    }


def _zone(zone: ZoneFrame) -> dict[str, Any]:
    place = {
        "id": zone.zone,
        "frame_um": [zone.x_um, zone.y_um, zone.width_um, zone.height_um],
    }
    if zone.text is None:
        return place
    return place | {
        "text_as_typed": zone.text.text_as_typed,
        "text_as_made": zone.text.text_as_made,
        "size_centipoint": zone.text.size_centipoint,
    }
