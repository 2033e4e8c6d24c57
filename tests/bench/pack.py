"""What a whole pack of a sample tag costs: drawings, preview, ticket, report, inputs and receipt."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from render_core.compose import compose
from render_core.export.pack import PackParts, build_pack
from render_core.export.receipt import Seal
from render_core.export.ticket_faces import ticket_faces
from render_core.export.ticket_facts import TicketFacts
from render_core.export.verify import verify_pack
from render_core.files import load_design
from render_core.making.profile_json import library as profiles
from tests.bench.table import Measure

DESIGN = Path("examples") / "designs" / "tag-emma.json"
FONTS = Path("node_modules") / "@expo-google-fonts"
RUNS = 40
GOAL_MS = 300.0


def measures() -> Iterator[Measure]:
    """Processor time of the process: libvips works in threads of its own."""
    loaded = load_design(DESIGN)
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    seal = Seal("brands/a/exportPacks/p", "2026-11-21T22:00:00Z", b"s" * 32, "k", key.sign)
    ticket = TicketFacts("K7Q2M9XB", order="HO-10482"), ticket_faces(FONTS.resolve())
    laser = profiles()["co2-laser-cutter"]

    def whole(*, bare: bool = False, machine: bool = False) -> bytes:
        composed = compose(loaded.design, loaded.library)
        parts = PackParts(problems=composed.problems, ticket=ticket, inputs=b"{}", seal=seal)
        if machine:
            parts = PackParts(problems=composed.problems, ticket=ticket, machines=(laser,))
        template = loaded.design.template
        return build_pack(
            composed.layout, template, loaded.library, job={}, parts=None if bare else parts
        )

    assert verify_pack(whole()).ok
    bare_ms: list[float] = []
    whole_ms: list[float] = []
    machine_ms: list[float] = []
    for run in range(RUNS + 2):
        for found, kind in (
            (bare_ms, {"bare": True}),
            (whole_ms, {}),
            (machine_ms, {"machine": True}),
        ):
            start = time.process_time()
            whole(**kind)
            if run > 1:
                found.append((time.process_time() - start) * 1e3)
    bare, signed, machined = (
        sorted(times)[int(0.95 * RUNS)] for times in (bare_ms, whole_ms, machine_ms)
    )
    yield Measure(
        "a pack of a tag, p95", signed, "ms", "its drawings and preview", bare, goal=GOAL_MS
    )
    yield Measure("with files for a laser, p95", machined, "ms", "without", signed, goal=GOAL_MS)
