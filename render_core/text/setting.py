"""How a zone sets its lines: spaces and features, in ems, the same for every line of a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from render_core.design import TextRules

Features = tuple[tuple[str, int], ...]

# Word separators (CSS Text 3, 8.1).
WORD_SEPARATORS: Final = frozenset("\u0020\u00a0\u1361\U00010100\U00010101\U0001039f\U0001091f")
# Scripts whose characters are set apart where lines are justified (CSS Text 3, 6.4).
_IDEOGRAPHIC: Final = frozenset(["Hani", "Hira", "Kana", "Bopo", "Yiii", "Tang", "Nshu", "Kits"])


@dataclass(frozen=True, slots=True)
class Setting:
    """How lines are set.

    tracking: space between clusters. word_spacing: added to each word separator. first_indent: of a
    paragraph's first line. All in ems.
    features: OpenType features with their values, on top of those that a script has by default.
    """

    tracking: float = 0.0
    word_spacing: float = 0.0
    features: Features = ()
    first_indent: float = 0.0


def setting_of(rules: TextRules) -> Setting:
    """Return the setting that a zone asks for."""
    return Setting(
        rules.tracking_permille / 1000,
        rules.word_spacing_permille / 1000,
        tuple(parse_feature(feature) for feature in rules.features),
        rules.first_indent_permille / 1000,
    )


def parse_feature(feature: str) -> tuple[str, int]:
    """Return tag and value of "tag" or "tag=value"; the value is 1 if none is stated."""
    tag, _, value = feature.partition("=")
    return tag, int(value) if value else 1


def is_ideographic(script: str) -> bool:
    """Return whether characters of a script (ISO 15924) stand apart in a justified line."""
    return script in _IDEOGRAPHIC
