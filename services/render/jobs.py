"""The jobs of the render service: ids only, the rows say the rest."""

from __future__ import annotations

from typing import Final

DRAW_PREVIEW: Final = "render.draw_preview"
DRAW_FINAL: Final = "render.draw_final"
FORGET_SPECS: Final = "render.forget_specs"
CLEAN_UP: Final = "render.clean_up"
CLEANUP_QUEUE: Final = "cleanup"
