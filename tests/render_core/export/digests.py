"""Prints the SHA-256 of every output of the samples: `python -m tests.render_core.export.digests`.

Run in a process of its own, so that its environment can be chosen.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from render_core.design import Template
from render_core.export.pack import PackParts, build_pack
from render_core.export.receipt import Seal, key_id
from render_core.export.ticket_faces import ticket_faces
from render_core.export.ticket_facts import PageSize, TicketFacts
from render_core.imaging.kept_png import kept_png
from render_core.layout import Layout
from render_core.output_keys import OutputKind, Parameters
from render_core.outputs import render
from render_core.problems import Problem, Severity
from tests.fonts import fonts_dir
from tests.profiles import cmyk_profile
from tests.render_core.export.samples import (
    MemoryLibrary,
    filled_samples,
    full_layout,
    template,
    tooled_layout,
)

JOB = {"spec_hash": "0" * 64, "product_revision": "brands/a/products/b/revisions/1"}
VARIANTS: tuple[tuple[OutputKind, Parameters], ...] = (
    (OutputKind.PREVIEW, {}),
    (OutputKind.PREVIEW, {"format": "png", "width": 700}),
    (OutputKind.THUMBNAIL, {}),
    (OutputKind.FINAL, {"dpi": 600}),
    (OutputKind.FINAL, {"format": "webp"}),
    (OutputKind.FINAL, {"dpi": 100, "proof": "gamut"}),
    (OutputKind.FINAL, {"dpi": 300, "format": "tiff"}),
    (OutputKind.FINAL, {"dpi": 100, "format": "tiff", "colour": "press"}),
    (OutputKind.SVG, {}),
    (OutputKind.DXF, {}),
    (OutputKind.PDF, {}),
    (OutputKind.PDF, {"colour": "press"}),
    (OutputKind.PACK, {"job": JOB}),
    (OutputKind.GLB, {}),
    (OutputKind.USDZ, {"model": "plate"}),
    (OutputKind.PREVIEW_3D, {"width": 128}),
    (OutputKind.PREVIEW_3D, {"width": 128, "format": "jpeg"}),
    (OutputKind.PREVIEW_3D, {"width": 128, "format": "avif"}),
    (OutputKind.TURNTABLE, {"width": 64, "frames": 3}),
)
PLAIN: tuple[tuple[OutputKind, Parameters], ...] = (
    (OutputKind.FINAL, {}),
    (OutputKind.SVG, {}),
    (OutputKind.DXF, {}),
    (OutputKind.PDF, {}),
)


# Stitches, as files and as they are seen, from `tooled_layout`; HPGL and G-code are held to the letter in `test_gcode`.
TOOLED: tuple[tuple[OutputKind, Parameters], ...] = (
    (OutputKind.DST, {}),
    (OutputKind.PES, {}),
    (OutputKind.PREVIEW, {"format": "png", "width": 700}),
)


def _variants(name: str) -> tuple[tuple[OutputKind, Parameters], ...]:
    return {"full": VARIANTS, "tooled": TOOLED}.get(name, PLAIN)


def digests() -> dict[str, str]:
    """Return the hash of each output by the name of its sample, kind and parameters."""
    library = MemoryLibrary()
    found = {}
    layouts = {"full": full_layout(library), "tooled": tooled_layout()} | filled_samples()
    product = replace(template(library), output_profile=library.add(cmyk_profile()))
    for name, layout in layouts.items():
        for kind, parameters in _variants(name):
            data = render(kind, layout, product, library, parameters).data
            chosen = ",".join(f"{key}={value}" for key, value in parameters.items() if key != "job")
            found[f"{name}/{kind.value}({chosen})"] = hashlib.sha256(data).hexdigest()
    y, x = np.mgrid[0:200, 0:300]
    pixels = np.stack([x * y % 251, x + y, x ^ y], axis=2).astype(np.uint8)
    found["an uploaded picture"] = hashlib.sha256(kept_png(pixels)).hexdigest()
    for page in PageSize:
        pack = _signed_pack(layouts["full"], product, library, page)
        found[f"full/signed pack({page})"] = hashlib.sha256(pack).hexdigest()
    return found


def _signed_pack(
    layout: Layout, product: Template, library: MemoryLibrary, page: PageSize
) -> bytes:
    """A pack with a ticket, a report and a receipt by a key that is always the same."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = key_id(key.public_key().public_bytes_raw())
    seal = Seal("brands/a/exportPacks/p", "2026-11-21T22:00:00Z", b"s" * 32, public, key.sign)
    facts = TicketFacts(
        "K7Q2M9XB", "https://a.example/K7Q2M9XB", "№ 42 · ٤٢", 3, "2026-12-03", "Täg", page=page
    )
    warned = Problem("OUTSIDE_SAFE_AREA", Severity.WARNING, "zone", "Close to the edge.")
    parts = PackParts(
        problems=(warned,), ticket=(facts, ticket_faces(fonts_dir())), inputs=b"{}", seal=seal
    )
    return build_pack(layout, product, library, job=JOB, dpi=72, parts=parts)


if __name__ == "__main__":
    json.dump(digests(), sys.stdout)
