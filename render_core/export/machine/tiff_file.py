"""TIFF for a machine: what is printed in process colours, at its resolution, in the inks of its press if there is one."""

from __future__ import annotations

from render_core.export.machine.work import MachineFile, Work
from render_core.export.tiff import tiff
from render_core.raster.resolution import MAX_SHEET_PIXELS


def make(work: Work) -> MachineFile:
    """Return the prepared surface in pixels."""
    surface, dpi = work.in_pixels, work.profile.dpi
    profile = work.output_profile
    data = tiff(surface, work.library, dpi, output_profile=profile, most=MAX_SHEET_PIXELS)
    return MachineFile("tif", "image/tiff", data, work.leaves_out_of_pixels)
