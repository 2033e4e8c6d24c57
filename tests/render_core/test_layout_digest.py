"""The digest of a layout is over RFC 8785, whoever writes it."""

from __future__ import annotations

import hashlib

import numpy as np
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from render_core.layout import EMPTY_OUTLINE, FittedText, Layout, Outline, Surface, ZoneFrame
from render_core.units import um_as_mm

TEXTS = st.text(st.characters(exclude_categories=("Cs",)))


@given(TEXTS, TEXTS, st.integers(-(2**31), 2**31 - 1))
def test_the_fast_writer_agrees_with_the_reference(typed: str, name: str, x_um: int) -> None:
    outline = Outline(np.array([0], np.uint8), np.array([[x_um, -5]], np.int32))
    text = FittedText(typed, typed, ("ab",), 1200, 1)
    zone = ZoneFrame(name, x_um, 0, 10, 10, outline, text)
    layout = Layout((Surface(name, 10, 10, EMPTY_OUTLINE, (zone,), ()),), "15.0")
    reference = rfc8785.dumps(layout.document())  # type: ignore[arg-type]
    assert layout.canonical() == reference
    assert layout.digest() == hashlib.sha256(reference).hexdigest()


@given(st.integers(-(2**31), 2**31 - 1))
def test_millimetres_in_decimal_are_the_same_length(length_um: int) -> None:
    written = um_as_mm(length_um)
    whole, _, decimals = written.lstrip("-").partition(".")
    assert int(whole) * 1000 + int(decimals.ljust(3, "0") or 0) == abs(length_um)
    assert written.startswith("-") == (length_um < 0)
    assert not decimals.endswith("0")
