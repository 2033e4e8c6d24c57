"""Where the T-shirt's cloth folds, drawn on its front, its back and a sleeve laid flat; millimetres.

Front and back: x to the right as one looks at them, y from the hem upwards. Sleeve: x around it from
below over the back, y from the armhole outwards.
"""

from __future__ import annotations

from typing import Final

from examples.meshes.cloth import Fold


def _both(*folds: Fold) -> list[Fold]:
    """Return folds and, a little different, the same on the other side."""
    mirrored = [
        Fold(-f.x0 * 0.97 + 3, f.y0 - 9, -f.x1 * 1.04 - 4, f.y1 + 12, f.width * 1.08,
             f.height * 0.9, -f.bend)
        for f in folds
    ]  # fmt: skip
    return [*folds, *mirrored]


FRONT_FOLDS: Final = (
    # From the armpits down towards the middle, where an arm pulls.
    *_both(
        Fold(-196, 452, -72, 318, 15, 6.5, 0.06),
        Fold(-188, 420, -104, 250, 17, 7.0, 0.05),
        Fold(-199, 436, -92, 292, 12, -4.5, 0.06),
        Fold(-176, 520, -96, 418, 14, 4.0, -0.06),
        Fold(-186, 498, -112, 384, 11, -3.0, -0.05),
    ),
    # Hanging, from the chest to the hem.
    Fold(-118, 20, -88, 232, 22, 8.0, 0.03),
    Fold(-66, -10, -58, 160, 19, -5.0),
    Fold(-18, -20, -8, 148, 22, 5.0, -0.03),
    Fold(52, -10, 36, 205, 21, -5.0, 0.03),
    Fold(98, -20, 82, 240, 22, 8.5, -0.03),
    Fold(150, -10, 142, 190, 20, -6.0),
    Fold(-162, -10, -152, 170, 20, -6.0),
    Fold(-204, 0, -176, 228, 20, 6.0, 0.05),
    Fold(201, 0, 180, 244, 20, 6.0, -0.05),
    # Where the waist gathers it.
    Fold(-226, 236, -120, 196, 13, 4.0, 0.10),
    Fold(226, 214, 112, 176, 13, 4.0, -0.10),
    Fold(-228, 296, -140, 262, 11, 2.8, 0.08),
    Fold(228, 282, 148, 246, 11, 2.8, -0.08),
    # Over the chest, hardly seen.
    Fold(-60, 500, 70, 486, 30, 1.6, 0.08),
    Fold(-84, 412, 86, 398, 34, -1.8, 0.06),
)
BACK_FOLDS: Final = (
    *_both(
        Fold(-194, 470, -66, 366, 17, 6.0, 0.06),
        Fold(-192, 432, -88, 286, 18, 6.5, 0.06),
        Fold(-196, 450, -80, 326, 13, -4.5, 0.06),
    ),
    Fold(-100, -10, -70, 330, 26, 8.0, 0.03),
    Fold(-40, -20, -24, 300, 24, -6.0),
    Fold(16, -20, 14, 280, 26, 7.0, -0.02),
    Fold(66, -10, 50, 300, 24, -6.0),
    Fold(112, -10, 86, 320, 26, 8.0, -0.03),
    Fold(-164, -10, -140, 200, 22, -6.0),
    Fold(168, -10, 146, 210, 22, -6.0),
    Fold(-90, 520, 96, 512, 34, 2.0, 0.05),
    Fold(-226, 230, -130, 196, 13, 4.0, 0.10),
    Fold(226, 216, 124, 182, 13, 4.0, -0.10),
)
SLEEVE_FOLDS: Final = (
    Fold(20, 8, 118, 96, 11, 5.0, 0.06),
    Fold(8, 30, 92, 132, 12, 5.0, 0.04),
    Fold(370, 10, 268, 104, 11, 5.5, -0.06),
    Fold(384, 32, 300, 140, 12, 5.0, -0.04),
    Fold(348, 4, 236, 66, 10, -3.5, -0.05),
    Fold(44, 4, 156, 60, 10, -3.5, 0.05),
    Fold(150, 70, 168, 190, 18, 3.5, 0.04),
    Fold(246, 80, 226, 200, 18, 3.5, -0.04),
    Fold(196, 40, 200, 170, 22, -2.0),
)
# How often around the hem, how far in and out, and where it begins.
HEM_WAVES: Final = ((3, 5.0, 0.7), (5, 6.0, 2.1), (7, 4.0, 4.4), (11, 2.2, 1.3), (2, 3.0, 5.2))
