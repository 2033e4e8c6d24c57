"""The jobs of the spec service: ids only, the rows say the rest."""

from __future__ import annotations

from typing import Final

# Names and queue are what the snapshot service sends to, and what the render service listens to.
FORGET_SUBJECT: Final = "spec.forget_subject"
FORGET_PICTURES: Final = "render.forget"
QUEUE: Final = "cleanup"

MAKE_COPY: Final = "spec.make_display_copy"
COPY_QUEUE: Final = "asset-convert"

# What the render service listens to.
PREPARE_SIDES: Final = "render.prepare_sides"
PREPARE_QUEUE: Final = "asset-prepare"
