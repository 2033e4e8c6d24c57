"""Is every stroke of the text thick enough to be made?"""

from __future__ import annotations

from render_core.preflight.strokes import stroke_too_thin
from render_core.steps.scene import ZoneScene
from render_core.text.stroke_widths import thinnest_stroke


def measure_strokes(scene: ZoneScene) -> ZoneScene:
    """Report the thinnest stroke where the zone asks for more."""
    rules, made, text, fitted = scene.spec.text, scene.made, scene.text, scene.fitted
    if rules is None or not rules.min_stroke_um or made is None or text is None or fitted is None:
        return scene
    # What is as thick as asked for to the micrometre is thick enough.
    chord = thinnest_stroke(fitted, rules.min_stroke_um - 0.5)
    if chord is None:
        return scene
    return scene.with_problems(stroke_too_thin(scene.spec.id, rules, made, text, chord))
