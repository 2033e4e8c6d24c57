"""PNG for a machine: what is printed in process colours, at its resolution."""

from __future__ import annotations

from render_core.export.machine.work import MachineFile, Work
from render_core.raster.flat import flat_png
from render_core.raster.resolution import MAX_SHEET_PIXELS


def make(work: Work) -> MachineFile:
    """Return the prepared surface in sRGB, see-through where nothing is printed."""
    data = flat_png(work.in_pixels, work.library, work.profile.dpi, MAX_SHEET_PIXELS)
    return MachineFile("png", "image/png", data, work.leaves_out_of_pixels)
