"""Data Matrix against the examples that the standard publishes, and against another's reader."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp

from render_core.codes import data_matrix
from render_core.codes.reed_solomon import check_words


def test_digits_and_check_words_are_those_of_the_standards_example() -> None:
    """ISO/IEC 16022, annex O: "123456" in a 10 × 10 symbol."""
    assert data_matrix.codewords("123456") == [142, 164, 186]
    assert check_words([142, 164, 186], 5) == [114, 25, 5, 88, 102]


def _read(modules: np.ndarray) -> list[str]:
    large = np.kron(np.pad(modules, 2), np.ones((5, 5), np.bool_))
    return [
        found.text for found in zxingcpp.read_barcodes(np.where(large, 0, 255).astype(np.uint8))
    ]


SIDES = (
    10, 12, 14, 16, 18, 20, 22, 24, 26, 32, 36, 40, 44, 48, 52, 64, 72, 80, 88, 96, 104, 120, 132,
)  # fmt: skip
CAPACITIES = (
    3, 5, 8, 12, 18, 22, 30, 36, 44, 62, 86, 114, 144, 174, 204, 280, 368, 456, 576, 696, 816, 1050,
    1304,
)  # fmt: skip


@pytest.mark.parametrize(("side", "capacity"), list(zip(SIDES, CAPACITIES, strict=True)))
def test_every_size_is_filled_to_its_capacity_and_read(side: int, capacity: int) -> None:
    text = ("abcdefghijklmnopqrstuvwxyz,. " * 50)[:capacity]
    modules = data_matrix.symbol(text)
    assert modules is not None
    assert modules.shape == (side, side)
    assert _read(modules) == [text]


def test_what_the_largest_size_cannot_hold_has_no_symbol() -> None:
    assert data_matrix.symbol("x" * 1305) is None


@pytest.mark.parametrize("text", ["é", "aé", "éa", "日本", "a日b本c", "é" * 300, "é1212é"])
def test_other_text_is_read_as_it_was(text: str) -> None:
    modules = data_matrix.symbol(text)
    assert modules is not None
    assert _read(modules) == [text]


def test_damage_within_what_is_corrected_does_no_harm() -> None:
    modules = data_matrix.symbol("Hearth & Oak, tag 4711")
    assert modules is not None
    modules[3:6, 3:6] ^= True
    assert _read(modules) == ["Hearth & Oak, tag 4711"]
