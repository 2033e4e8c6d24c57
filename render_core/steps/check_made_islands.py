"""Does the sheet that is kept hold together once the zone is cut out of it?"""

from __future__ import annotations

from render_core.geometry.gaps import together
from render_core.geometry.islands import islands
from render_core.layout import Operation
from render_core.preflight.islands import islands_fall_out
from render_core.steps.scene import ZoneScene


def check_made_islands(scene: ZoneScene) -> ZoneScene:
    """Report what falls out of a stencil.

    Where the pieces are kept instead of the sheet nothing is reported: whether they are to hang
    together or be single letters, the product does not say.
    """
    if not scene.spec.stencil:
        return scene
    cuts = [item for item in scene.items if item.operation is Operation.CUT]
    areas = [item.outline for item in cuts if not item.line_width_um]
    found = list(islands(together(areas))) if areas else []
    for item in cuts:
        if item.line_width_um:
            found += islands(item.outline, lines=True)
    return scene.with_problems(*islands_fall_out(scene.spec.id, found, scene.set_text))
