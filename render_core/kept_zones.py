"""Zones as they were laid out before: of a design that is typed, most stay as they are.

What has been typed is composed again to be kept and to be drawn, and all other zones of a product at
every keystroke. A zone depends on its place in the template, its value and the press alone, so that
it can be taken as it is. Artwork is laid out anew each time: the library says each time whether it
may be seen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from render_core.design import ArtworkValue, ZoneSpec, ZoneValue
from render_core.layout import Outline
from render_core.recently_used import RecentlyUsed
from render_core.steps.scene import ZoneScene

MAX_KEPT_BYTES: Final = 8 * 1024 * 1024
# What a scene takes beside the points of its outlines: text, clusters, problems.
_SCENE_BYTES: Final = 8 * 1024


class KeptZones:
    """The zones used last, within `MAX_KEPT_BYTES`. Threads may share it."""

    def __init__(self) -> None:
        self._kept = RecentlyUsed[ZoneScene](MAX_KEPT_BYTES, _bytes)

    def get(
        self,
        holder: str,
        spec: ZoneSpec,
        value: ZoneValue | None,
        output_profile: str,
        make: Callable[[], ZoneScene],
    ) -> ZoneScene:
        """Return a zone's scene, made if it is not kept.

        holder: whose library it is; nobody is given what another one's has laid out.
        """
        if isinstance(value, ArtworkValue):
            return make()
        # A kept scene holds its spec, so that no other one has its number meanwhile.
        scene = self._kept.get((holder, id(spec), value, output_profile), make)
        return scene if scene.spec is spec else make()


def _bytes(scene: ZoneScene) -> int:
    outlines: list[Outline | None] = []
    for item in scene.items:
        outlines += (item.outline, item.clip)
    return _SCENE_BYTES + sum(
        one.points_um.nbytes + one.verbs.nbytes for one in outlines if one is not None
    )
