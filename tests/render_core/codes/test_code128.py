"""Code 128, by the eyes of zxing."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from render_core.codes.code128 import QUIET_MODULES, WIDTHS, bars, symbols

PRINTABLE = "".join(map(chr, range(32, 127)))


def scanned(text: str) -> str:
    found = bars(text)
    assert found is not None
    module, quiet = 2, QUIET_MODULES
    row = np.full((40, (sum(found[-1]) + 2 * quiet) * module), 255, np.uint8)
    for at, width in found:
        row[:, (at + quiet) * module : (at + width + quiet) * module] = 0
    (read,) = zxingcpp.read_barcodes(row)
    assert read.format.name == "Code128"
    return str(read.text)


def test_every_symbol_is_eleven_modules_wide_and_its_own() -> None:
    assert len(set(WIDTHS)) == 107
    assert {sum(map(int, widths)) for widths in WIDTHS[:-1]} == {11}


@pytest.mark.parametrize("at", range(0, 95, 19))
def test_every_printable_character_is_read_back(at: int) -> None:
    assert scanned(PRINTABLE[at : at + 19]) == PRINTABLE[at : at + 19]


@settings(max_examples=200)
@given(st.text(alphabet="0123456789" * 3 + "Ab-~", min_size=1, max_size=40))
def test_digits_and_letters_in_any_order_are_read_back(text: str) -> None:
    assert scanned(text) == text


def test_digits_take_half_the_room() -> None:
    assert len(symbols("12345678")) == 4 + 3
    assert len(symbols("ABCDEFGH")) == 8 + 3


@pytest.mark.parametrize("text", ["", "é", "\n", "x" * 81])
def test_what_it_cannot_hold_has_no_bars(text: str) -> None:
    assert bars(text) is None
