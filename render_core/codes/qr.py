"""QR codes (ISO/IEC 18004), by segno.

ASCII goes in the shortest mode; everything else as UTF-8 that says so (ECI 26), so that a reader need
not guess. Where a symbol has room left, it is spent on more error correction.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import segno

from render_core.artwork_rules import CodeCorrection
from render_core.codes.modules import Modules

_LEVELS: Final = {
    CodeCorrection.LOW: "L",
    CodeCorrection.MEDIUM: "M",
    CodeCorrection.QUARTILE: "Q",
    CodeCorrection.HIGH: "H",
}


def symbol(text: str, correction: CodeCorrection) -> Modules | None:
    """Return the smallest symbol of a text; None where the largest cannot hold it.

    text: not empty, without lone surrogates.
    """
    level = _LEVELS[correction]
    try:
        if text.isascii():
            code = segno.make(text, error=level, micro=False)
        else:
            code = segno.make(
                text, error=level, micro=False, mode="byte", encoding="utf-8", eci=True
            )
    except segno.DataOverflowError:
        return None
    return np.array([list(row) for row in code.matrix], np.bool_)
