"""Text to the modules of a code, whichever one."""

from __future__ import annotations

from typing import Final

from render_core.artwork_rules import CodeRules, CodeSymbology
from render_core.codes import data_matrix, qr
from render_core.codes.modules import Modules
from render_core.recently_used import RecentlyUsed

# Width of the quiet border in modules: ISO/IEC 18004, 9.1 and ISO/IEC 16022, 7.1.
_QUIET: Final = {CodeSymbology.QR: 4, CodeSymbology.DATA_MATRIX: 1}
# Modules a side of the smallest symbol.
SMALLEST: Final = {CodeSymbology.QR: 21, CodeSymbology.DATA_MATRIX: 10}
_MAX_KEPT: Final = 256

_KEPT: Final = RecentlyUsed[Modules | None](_MAX_KEPT)


def symbol(text: str, rules: CodeRules) -> Modules | None:
    """Return the smallest symbol that holds a text, (n, n); None where none does."""
    if rules.symbology is CodeSymbology.QR:
        return _KEPT.get((text, rules.correction), lambda: qr.symbol(text, rules.correction))
    return _KEPT.get((text, None), lambda: data_matrix.symbol(text))


def quiet_modules(rules: CodeRules) -> int:
    """Return the width of the quiet border: the rule's, or else the standard's."""
    return rules.quiet_modules or _QUIET[rules.symbology]
