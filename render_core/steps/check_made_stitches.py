"""Can a needle sew what is to be embroidered?"""

from __future__ import annotations

from typing import Final

from render_core.making.profile import Embroidery
from render_core.making.stitches.early import known_early
from render_core.steps.scene import ZoneScene

_RULES: Final = Embroidery()


def check_made_stitches(scene: ZoneScene) -> ZoneScene:
    """Report pictures and specks; outlines are enough to tell, and nothing is sewn for it."""
    return scene.with_problems(*known_early(scene.items, _RULES))
