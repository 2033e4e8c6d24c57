"""What a machine's files are made from, and what one file says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from render_core.design import Library
from render_core.making.prepare import Prepared
from render_core.making.profile import MachineProfile
from render_core.problems import Problem

if TYPE_CHECKING:
    from render_core.making.stitches.embroider import Embroidered


@dataclass(frozen=True)
class Work:
    """One surface, prepared for one machine. output_profile: SHA-256 of a press's, "" for sRGB."""

    prepared: Prepared
    profile: MachineProfile
    library: Library
    output_profile: str = ""

    @cached_property
    def embroidered(self) -> Embroidered:
        """The stitches, worked out once for all formats that hold them."""
        from render_core.making.stitches.embroider import embroider

        return embroider(self.prepared.surface, self.profile)


@dataclass(frozen=True, slots=True)
class MachineFile:
    """The bytes of one format. extension: without a dot. leaves_out: what the format cannot carry."""

    extension: str
    media_type: str
    data: bytes
    leaves_out: Sequence[str] = ()
    problems: Sequence[Problem] = ()
