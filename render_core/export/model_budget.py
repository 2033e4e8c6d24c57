"""What a 3D file may weigh on the device that shows it, and what is said when it weighs more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from render_core.errors import UnsupportedDesign


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that one target takes: bytes of the file, triangles, pixels of a picture's side."""

    target: str
    max_bytes: int
    max_triangles: int
    max_texture_px: int


# Web and Android: what Scene Viewer and model-viewer show without a wait. iOS: AR Quick Look.
MOBILE: Final = Budget("mobile", 3_000_000, 150_000, 2048)
QUICK_LOOK: Final = Budget("AR Quick Look", 5_000_000, 100_000, 2048)


@dataclass(frozen=True, slots=True)
class ModelReport:
    """What a file has: bytes, triangles, and the longer side of each picture in pixels.

    deviation_um: how far the mesh that was given lies from the one in the file, at most; 0 where it is
    the same.
    """

    size_bytes: int
    triangles: int
    texture_px: tuple[int, ...]
    deviation_um: int = 0

    def over(self, budget: Budget) -> tuple[str, ...]:
        """Return a sentence for each measure that is over the budget."""
        return tuple(self._over(budget))

    def _over(self, budget: Budget) -> Iterator[str]:
        if self.size_bytes > budget.max_bytes:
            yield f"It has {self.size_bytes:,} bytes; {budget.max_bytes:,} is the most."
        if self.triangles > budget.max_triangles:
            yield f"It has {self.triangles:,} triangles; {budget.max_triangles:,} is the most."
        for side in self.texture_px:
            if side > budget.max_texture_px:
                yield f"A picture is {side:,} pixels long; {budget.max_texture_px:,} is the most."


def gate(report: ModelReport, budget: Budget) -> None:
    """Raise UnsupportedDesign (MODEL_OVER_BUDGET) that names everything that is over."""
    over = report.over(budget)
    if over:
        raise UnsupportedDesign(
            "MODEL_OVER_BUDGET",
            f"The model is too heavy for {budget.target}. {' '.join(over)} Use a lighter mesh.",
        )
