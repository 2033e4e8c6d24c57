"""The jobs of the render service: ids only, the rows say the rest."""

from __future__ import annotations

from typing import Final

DRAW_PREVIEW: Final = "render.draw_preview"
DRAW_FINAL: Final = "render.draw_final"
DRAW_MODEL: Final = "render.draw_model"
DRAW_TURNTABLE: Final = "render.draw_turntable"
CONVERT_MODEL: Final = "render.convert_model"
FORGET: Final = "render.forget"
CLEAN_UP: Final = "render.clean_up"
CLEANUP_QUEUE: Final = "cleanup"
# The name and queue that the spec service sends to when it publishes.
PREPARE_SIDES: Final = "render.prepare_sides"
PREPARE_QUEUE: Final = "asset-prepare"
