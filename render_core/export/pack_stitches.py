"""What a pack tells of what is sewn: a picture of the stitches, and what they take."""

from __future__ import annotations

from typing import Final

import numpy as np

from render_core import vips
from render_core.colour import srgb_profile
from render_core.export.machine.work import Work
from render_core.export.manifest import JSON
from render_core.layout import Operation
from render_core.making.profile import FileFormat, Thread
from render_core.making.stitches.measure import StitchMeasures, ThreadUse, stitch_measures
from render_core.making.stitches.picture import stitch_picture
from render_core.raster.paint import over
from render_core.units import UM_PER_MM, um_as_mm

SEWN_FORMATS: Final = frozenset({FileFormat.DST, FileFormat.PES})
# What is sewn on, on the picture: pale, and no colour of a thread.
_CLOTH: Final = (238, 236, 231)
_MM_PER_INCH: Final = 25.4


def is_sewn(work: Work) -> bool:
    """Return whether a machine sews its work."""
    return not SEWN_FORMATS.isdisjoint(work.profile.formats)


def measured(work: Work) -> StitchMeasures:
    """Return what the stitches of a work take, at the speed that the machine's profile states."""
    operation = work.profile.operation(Operation.STITCH)
    speed = operation.speed_um_s if operation else 0
    return stitch_measures(work.embroidered.pattern, speed)


def stitches_png(work: Work) -> bytes | None:
    """Return a picture of the needle's own points on pale cloth, as PNG with its density; None for no stitch."""
    rules = work.profile.embroidery
    picture = stitch_picture(work.embroidered.pattern, rules.thread_um)
    if picture is None:
        return None
    cloth = np.full((*picture.pixels.shape[:2], 3), _CLOTH, np.uint8)
    over(cloth, 0, 0, picture.pixels[..., :3], picture.pixels[..., 3])
    dpi = _MM_PER_INCH * UM_PER_MM / picture.um_per_px
    return vips.png(cloth, dpi=dpi, profile=srgb_profile(), photographic=True)


def document(found: StitchMeasures) -> dict[str, JSON]:
    """Return what the manifest says of the stitches of a surface: lengths in µm."""
    return {
        "stitches": found.stitches,
        "trims": found.trims,
        "changes": found.changes,
        "longest_um": found.longest_um,
        "size_um": [found.width_um, found.height_um],
        "seconds": found.seconds,
        "threads": [_used(one) for one in found.threads],
    }


def _used(one: ThreadUse) -> dict[str, JSON]:
    thread = one.thread
    return {
        "name": thread.name,
        "brand": thread.brand,
        "number": thread.number,
        "rgb": list(thread.rgb),
        "stitches": one.stitches,
        "length_um": one.length_um,
    }


def told(found: StitchMeasures) -> str:
    """Return the measures in one line, as the ticket has them."""
    size = f"{um_as_mm(found.width_um)} × {um_as_mm(found.height_um)} mm"
    minutes = max(-(-found.seconds // 60), 1)
    return f"{found.stitches} stitches · {size} · {found.trims} trims · about {minutes} min"


def thread_lines(found: StitchMeasures) -> list[str]:
    """Return the threads in the order of sewing, a line each: its name and how many metres it takes."""
    return [f"{_named(one.thread)} · {_metres(one.length_um)} m" for one in found.threads]


def _named(thread: Thread) -> str:
    return " ".join(part for part in (thread.brand, thread.number, thread.name) if part)


def _metres(length_um: int) -> str:
    """Return metres with one decimal, rounded up: who winds less runs out."""
    whole, tenths = divmod(-(-length_um // 100_000), 10)
    return f"{whole}.{tenths}"
