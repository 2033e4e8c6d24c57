"""Scripts for shaping."""

from __future__ import annotations

import pytest

from render_core.text.scripts import resolve_scripts


@pytest.mark.parametrize(
    ("text", "scripts"),
    [
        ("ab", "Latn Latn"),
        ("12", "Zyyy Zyyy"),
        ("1a", "Latn Latn"),
        ("a, ב", "Latn Latn Latn Hebr"),
        ("a(ב)c", "Latn Latn Hebr Latn Latn"),
        ("(ב)", "Hebr Hebr Hebr"),
        ("का।", "Deva Deva Deva"),
        ("e\u0301", "Latn Latn"),
        ("م،م", "Arab Arab Arab"),
        ("", ""),
    ],
)
def test_common_characters_take_the_script_around_them(text: str, scripts: str) -> None:
    assert resolve_scripts(text) == scripts.split()
